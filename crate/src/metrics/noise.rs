/*!
What pure noise of this n and d would give: its eigenvalues, and the α that a fit finds in them.

Noise here is n rows of d independent standard normal numbers. The eigenvalues of its centred covariance are random, and spread out although the
population's are all 1 (Marchenko and Pastur 1967), so that a straight line through them has a slope: about 0.15 for 1000 × 1024 and ranks 11–100.

No matrix of n × d is made for this. Centring leaves n − 1 degrees of freedom. With p = max(n − 1, d) and m = min(n − 1, d), the eigenvalues of
ZᵀZ, where Z has n − 1 rows, are exactly in distribution those of BBᵀ (Silverstein 1985; Dumitriu and Edelman 2002, for β = 1) and d − m zeros.
B has m rows, is zero but for its diagonal χ_p, χ_{p−1}, …, χ_{p−m+1} and the numbers χ_{m−1}, …, χ₁ below it, and all of them are independent. BBᵀ is tridiagonal,
so one draw costs about m² steps, where the matrix itself would cost n·d².

A few draws suffice, because eigenvalues of noise keep each other in place. Their geometric means stand for the spectrum: α is linear in
log λ, so the α of the means is the mean α of the draws.
*/

use serde::{Deserialize, Serialize};

use super::random::Random;
use crate::eigen;
use crate::error::{ErrorKind, Result};
use crate::fit::{Weight, Window, power_law};

/// Any number would do; the same one gives the same noise in every run.
const SEED: u64 = 0x6E6F_6973_6521;

/// Draws of small matrices, whose α varies most.
const MOST_DRAWS: usize = 32;

/// Draws of large ones: fewer have no deviation to speak of.
const FEWEST_DRAWS: usize = 3;

/// Squares of m that all draws together may cost.
const WORK: usize = 4 * 1024 * 1024;

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

    #[test]
    fn timing() {
        for (n, d) in [(1000u64, 1024u64), (10000, 1024), (100000, 1024), (10000, 2048), (10000, 4096), (300, 64)] {
            let start = std::time::Instant::now();
            let noise = spectrum(n, d).unwrap();
            let a = start.elapsed();
            let start = std::time::Instant::now();
            let f = noise.alpha(Window { first: 1, last: d as usize }, Weight::InverseRank);
            let b = start.elapsed();
            println!(
                "{n} {d} {} {a:?} {b:?} {f:?} {:?}",
                noise.draws.len(),
                noise.alpha(Window { first: 11, last: 100 }, Weight::InverseRank)
            );
        }
    }
}
