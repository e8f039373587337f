/*!
What pure noise of this n and d would give: its eigenvalues, and the α that a fit finds in them.

Noise here is n rows of d independent standard normal numbers. The eigenvalues of its centred covariance are random, and spread out although the
population's are all 1 (Marchenko and Pastur 1967), so that a straight line through them has a slope: about 0.15 for 1000 × 1024 and ranks 11–100.

No matrix of n × d is made for this. Centring leaves n − 1 degrees of freedom. With p = max(n − 1, d) and m = min(n − 1, d), the eigenvalues of
ZᵀZ, where Z has n − 1 rows, are exactly in distribution those of BBᵀ (Silverstein 1985; Dumitriu and Edelman 2002, for β = 1) and d − m zeros.
B has m rows and is zero but for its diagonal χ_p, χ_{p−1}, …, χ_{p−m+1} and the numbers χ_{m−1}, …, χ₁ below it, all of them independent. BBᵀ is
tridiagonal, so one draw costs about m² steps, where the matrix itself would cost n·d².

A few draws suffice, because eigenvalues of noise keep each other in place. Their geometric means stand for the spectrum: α is linear in
log λ, so the α of the means is the mean α of the draws.
*/

use serde::{Deserialize, Serialize};

use crate::eigen;
use crate::error::{ErrorKind, Result};
use crate::fit::{Weight, Window, power_law};
use crate::synth::random::Random;

/// Any number would do; the same one gives the same noise in every run.
const SEED: u64 = 0x6E6F_6973_6521;

/// Draws of small matrices, whose α varies most: with these the mean of α errs by less than a fifth of the deviation of one.
const MOST_DRAWS: usize = 32;

/// Draws of large ones. The α of 1000 × 1024 varies by 0.002 over ranks 11–100, so the mean of three is good to 0.0012; that of larger ones varies less.
const FEWEST_DRAWS: usize = 3;

/// What all draws may cost together, where one costs m²: about 30 ms of one thread. From m = 1024 on there are the fewest draws, which cost
/// more: 0.5 s for m = 4096. That grows as m², so that it is an ever smaller part of what the features' own eigenvalues take.
const WORK: usize = 3 * 1024 * 1024;

/// Eigenvalues of simulated noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noise {
    /// Geometric means over the draws, d of them, largest first, of features of variance 1. Past rank min(n − 1, d) they are zero.
    pub eigenvalues: Vec<f64>,
    /// Each draw's min(n − 1, d).
    draws: Vec<Vec<f64>>,
}

/// The α of noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseAlpha {
    /// Mean over the draws.
    pub alpha: f64,
    /// Standard deviation over the draws: how far one such matrix may be from the mean.
    pub deviation: f64,
}

/// The spectrum of noise of n rows and d columns.
///
/// # Errors
///
/// `OutOfMemory` where d exceeds the address space; `NoConvergence`.
pub fn spectrum(n: u64, d: u64) -> Result<Noise> {
    let columns = usize::try_from(d).map_err(|_| ErrorKind::OutOfMemory { side: d, bytes: d.saturating_mul(8) })?;
    let freedom = n.saturating_sub(1);
    let small = columns.min(usize::try_from(freedom).unwrap_or(columns));
    let mut random = Random::new(SEED);
    let draws = (0..draws_of(small))
        .map(|_| draw(freedom.max(d), small, freedom, &mut random))
        .collect::<Result<Vec<Vec<f64>>>>()?;
    let mut noise = Noise { eigenvalues: Vec::new(), draws };
    let mean = |rank: usize| noise.draws.iter().map(|draw| draw[rank].ln()).sum::<f64>() / noise.draws.len() as f64;
    noise.eigenvalues = (0..noise.usable()).map(|rank| mean(rank).exp()).collect();
    noise.eigenvalues.resize(columns, 0.0);
    Ok(noise)
}

impl Noise {
    /// The α of a fit over this window, of its ranks that noise has. `None` where those are too few.
    pub fn alpha(&self, window: Window, weight: Weight) -> Option<NoiseAlpha> {
        let usable = self.usable();
        let alphas: Vec<f64> = self
            .draws
            .iter()
            .map(|draw| power_law(draw, usable, window, weight).map(|fit| fit.alpha))
            .collect::<Result<_>>()
            .ok()?;
        let draws = alphas.len() as f64;
        let alpha = alphas.iter().sum::<f64>() / draws;
        let squares: f64 = alphas.iter().map(|value| (value - alpha).powi(2)).sum();
        Some(NoiseAlpha { alpha, deviation: (squares / (draws - 1.0)).sqrt() })
    }

    /// Leading ranks that are above zero in every draw. Of a square matrix the last one may be lost to rounding.
    fn usable(&self) -> usize {
        let positive = |draw: &Vec<f64>| draw.iter().take_while(|value| **value > 0.0).count();
        self.draws.iter().map(positive).min().unwrap_or(0)
    }
}

/// As many as the work allows.
fn draws_of(small: usize) -> usize {
    (WORK / small.saturating_mul(small).max(1)).clamp(FEWEST_DRAWS, MOST_DRAWS)
}

/// The eigenvalues of one BBᵀ/(n − 1). With a_i on B's diagonal and b_i below it, BBᵀ has a_i² + b_{i−1}² on its diagonal and a_i·b_i beside it.
fn draw(large: u64, small: usize, freedom: u64, random: &mut Random) -> Result<Vec<f64>> {
    let mut diagonal = Vec::with_capacity(small);
    let mut beside = Vec::with_capacity(small);
    let mut carried = 0.0;
    for (down, row) in (1..=small as u64).rev().zip(0..) {
        let on_diagonal = random.chi_squared(large - row) / freedom as f64;
        diagonal.push(on_diagonal + carried);
        if down > 1 {
            carried = random.chi_squared(down - 1) / freedom as f64;
            beside.push((on_diagonal * carried).sqrt());
        }
    }
    eigen::tridiagonal(diagonal, beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From NumPy 2.4: X = default_rng([n, d]).standard_normal((n, d)), repeatedly; λ = svd(X − X.mean(0))²/(n − 1); the line of log λ with weights 1/k.
    struct Simulated {
        n: u64,
        d: u64,
        /// Matrices simulated.
        matrices: f64,
        /// First and last rank, mean of α, its standard deviation.
        alphas: &'static [(usize, usize, f64, f64)],
        /// Rank, mean of log λ, its standard deviation.
        log_values: &'static [(usize, f64, f64)],
    }

    /// Many more rows, a few more, as many, fewer and far fewer.
    const SIMULATED: [Simulated; 5] = [
        Simulated {
            n: 3000,
            d: 384,
            matrices: 40.0,
            alphas: &[(11, 100, 0.13015, 0.00157), (1, 384, 0.13457, 0.00093)],
            log_values: &[(1, 0.6059, 0.0061), (10, 0.5409, 0.0046), (193, -0.0454, 0.0026), (384, -0.8767, 0.0130)],
        },
        Simulated {
            n: 300,
            d: 64,
            matrices: 400.0,
            alphas: &[(11, 50, 0.58735, 0.01485), (4, 50, 0.38530, 0.00891), (1, 64, 0.27754, 0.00727)],
            log_values: &[(1, 0.7294, 0.0278), (10, 0.4490, 0.0176), (33, -0.0886, 0.0187), (64, -1.1846, 0.0538)],
        },
        Simulated {
            n: 65,
            d: 64,
            matrices: 400.0,
            alphas: &[(4, 40, 0.75074, 0.02117), (11, 60, 2.11255, 0.05178)],
            log_values: &[(1, 1.3236, 0.0464), (10, 0.7992, 0.0365), (33, -0.4717, 0.0467), (60, -4.5101, 0.2811)],
        },
        Simulated {
            n: 1000,
            d: 1024,
            matrices: 24.0,
            alphas: &[(11, 100, 0.14539, 0.00226), (4, 100, 0.10571, 0.00175), (11, 500, 0.34902, 0.00115)],
            log_values: &[(1, 1.3911, 0.0100), (10, 1.3188, 0.0040), (500, -0.3886, 0.0025), (900, -3.4897, 0.0168)],
        },
        Simulated {
            n: 100,
            d: 400,
            matrices: 200.0,
            alphas: &[(11, 90, 0.59432, 0.00702), (4, 50, 0.27142, 0.00728)],
            log_values: &[(1, 2.1773, 0.0205), (10, 1.9615, 0.0131), (50, 1.3096, 0.0124), (99, 0.0673, 0.0480)],
        },
    ];

    /// Standard errors of the difference of two simulations: beyond these it is no chance.
    const CHANCE: f64 = 4.0;

    #[test]
    fn alpha_of_noise_is_that_of_simulated_matrices() {
        for Simulated { n, d, matrices, alphas, .. } in SIMULATED {
            let noise = spectrum(n, d).unwrap();
            let draws = noise.draws.len() as f64;
            for &(first, last, alpha, deviation) in alphas {
                let found = noise.alpha(Window { first, last }, Weight::InverseRank).unwrap();
                let allowed = CHANCE * deviation * (1.0 / matrices + 1.0 / draws).sqrt();
                assert!((found.alpha - alpha).abs() < allowed, "{n} × {d}, {first}–{last}: {found:?}, not {alpha}");
                // A standard deviation errs by 1/√(2(draws − 1)) of itself.
                let allowed = CHANCE / (2.0 * (draws - 1.0)).sqrt();
                assert!((found.deviation / deviation - 1.0).abs() < allowed, "{n} × {d}: {found:?}, not {deviation}");
            }
        }
    }

    #[test]
    fn eigenvalues_of_noise_are_those_of_simulated_matrices() {
        for Simulated { n, d, matrices, log_values, .. } in SIMULATED {
            let noise = spectrum(n, d).unwrap();
            for &(rank, mean, deviation) in log_values {
                let allowed = CHANCE * deviation * (1.0 / matrices + 1.0 / noise.draws.len() as f64).sqrt();
                let found = noise.eigenvalues[rank - 1].ln();
                assert!((found - mean).abs() < allowed, "{n} × {d}, rank {rank}: {found}, not {mean}");
            }
        }
    }

    /// W = GᵀG of p × m standard normal numbers has E tr W = pm, E tr W² = pm(p + m + 1) and E det W = p(p − 1)…(p − m + 1).
    #[test]
    fn small_matrices_have_the_moments_of_wisharts() {
        const DRAWS: usize = 50_000;
        let mut random = Random::new(1);
        let draws: Vec<Vec<f64>> = (0..DRAWS).map(|_| draw(5, 3, 1, &mut random).unwrap()).collect();
        let holds = |of: fn(&[f64]) -> f64, expected: f64| {
            let values: Vec<f64> = draws.iter().map(|draw| of(draw)).collect();
            let mean = values.iter().sum::<f64>() / DRAWS as f64;
            let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / DRAWS as f64;
            let allowed = CHANCE * (variance / DRAWS as f64).sqrt();
            assert!((mean - expected).abs() < allowed, "{mean}, not {expected} ± {allowed}");
        };
        holds(|values| values.iter().sum(), 15.0);
        holds(|values| values.iter().map(|value| value * value).sum(), 135.0);
        holds(|values| values.iter().product(), 60.0);
    }

    #[test]
    fn noise_has_as_many_ranks_as_centred_rows_have() {
        let noise = spectrum(100, 400).unwrap();
        assert_eq!(noise.eigenvalues.len(), 400);
        assert!(noise.eigenvalues[..99].iter().all(|value| *value > 0.0));
        assert!(noise.eigenvalues[99..].iter().all(|value| *value == 0.0));
        let alpha = |first, last| noise.alpha(Window { first, last }, Weight::InverseRank);
        assert_eq!(alpha(11, 400), alpha(11, 99));
        assert_eq!(alpha(98, 400), None);
        assert_eq!(spectrum(1, 3).unwrap().eigenvalues, [0.0; 3]);
    }

    #[test]
    fn the_alpha_of_the_mean_spectrum_is_the_mean_alpha() {
        let noise = spectrum(300, 64).unwrap();
        let window = Window { first: 4, last: 50 };
        for weight in Weight::ALL {
            let of_means = power_law(&noise.eigenvalues, 64, window, weight).unwrap();
            assert!((noise.alpha(window, weight).unwrap().alpha - of_means.alpha).abs() < 1e-12);
        }
    }

    #[test]
    fn noise_is_the_same_each_time() {
        assert_eq!(spectrum(200, 50).unwrap(), spectrum(200, 50).unwrap());
    }

    /// The draws are independent of each other: no two alike.
    #[test]
    fn draws_differ() {
        let draws = spectrum(200, 50).unwrap().draws;
        assert_eq!(draws.len(), MOST_DRAWS);
        assert!(draws.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
