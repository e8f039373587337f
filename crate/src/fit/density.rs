/*!
The exponent of the *density* of eigenvalues, and a third number that goes by the name of α.

Three things are called α:

- **α-ReQ's** (Agrawal et al. 2022; package `reptrix`), and this page's: the exponent of ranks, λ_k ∝ k^−α.
- **WeightWatcher's**, and that of the package `powerlaw`: the exponent γ of the density of eigenvalues, p(λ) ∝ λ^−γ.
  Eigenvalues that are k^−α by rank number x^(−1/α) above x, so γ = 1 + 1/α: α = 1 is γ = 2, and γ = 2.62 is
  α = 0.62.
- **"alpha_req" of graph-embedding metrics** (google-research `graph_embedding`, copied widely): log σ regressed on a
  ramp that falls *linearly* from 1 to 0, so an exponential decay's and no power law's. An exact α = 1 gives 1.485 at
  d = 768.

The density's exponent is that of maximum likelihood above x_min, γ = 1 + m / Σ log(λ_k / x_min) over the m eigenvalues
λ_k ≥ x_min, and x_min is the eigenvalue that brings the fitted distribution closest to the observed one (Clauset,
Shalizi and Newman 2009). As `powerlaw` has it, the observed distribution at the j-th smallest of m is (j − 1)/m and
the Kolmogorov–Smirnov distance is

> D = max_j |1 − (λ_j / x_min)^(1−γ) − (j − 1)/m|,

over eigenvalues only; all but the two largest are tried, and of equals the smallest is taken. γ is not bounded here,
while `powerlaw` looks below 3 unless told otherwise (α above ½). It knows nothing of n.

Trying m eigenvalues costs m²/2 powers. Most candidates are out sooner: one in 16 is tried first, so that there is
something to beat, and a candidate is given up at the first eigenvalue where it is further off than the best is
anywhere. Eigenvalues that were such a place for the candidate before are looked at first, then one in 32, then all.
*/

use serde::{Deserialize, Serialize};

use super::{Window, is_flat};

/// Candidates between those that are tried first.
const CANDIDATES: usize = 16;

/// Eigenvalues between those that a candidate has to pass first.
const STRIDE: usize = 32;

/// Power law of the density of eigenvalues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Density {
    /// Exponent of the density.
    pub gamma: f64,
    /// The same as an exponent of ranks, 1/(γ − 1).
    pub alpha: f64,
    /// The smallest eigenvalue that it is of.
    pub x_min: f64,
    /// Eigenvalues that it is of: the largest ones.
    pub ranks: usize,
    /// Kolmogorov–Smirnov distance.
    pub ks: f64,
}

/// The density's power law over the usable eigenvalues. `None` below three distinct ones, or four values in all.
///
/// `eigenvalues` are largest first and positive up to rank `usable`.
pub fn density(eigenvalues: &[f64], usable: usize) -> Option<Density> {
    if usable > 0 && is_flat(eigenvalues, Window { first: 1, last: usable }) {
        return None;
    }
    let logs: Vec<f64> = eigenvalues[..usable].iter().map(|value| value.ln()).collect();
    // One of equal eigenvalues stands for all: (log λ, how many are larger or equal), smallest first.
    let mut distinct: Vec<(f64, usize)> = Vec::with_capacity(usable);
    for k in (0..usable).rev() {
        if k + 1 == usable || eigenvalues[k] > eigenvalues[k + 1] {
            distinct.push((logs[k], k + 1));
        }
    }
    // Σ log λ over the largest m.
    let sums: Vec<f64> = std::iter::once(0.0)
        .chain(logs.iter().scan(0.0, |sum, log| {
            *sum += log;
            Some(*sum)
        }))
        .collect();
    let count = distinct.len().saturating_sub(2);
    let mut best: Option<(f64, f64, usize)> = None;
    let mut worst = 0;
    for i in (0..count).step_by(CANDIDATES).chain(0..count) {
        let (log_min, ranks) = distinct[i];
        let size = ranks as f64;
        let slope = size / (sums[ranks] - size * log_min);
        let limit = best.map_or(f64::INFINITY, |(distance, ..)| distance);
        match distance(&distinct, i, slope, limit, worst) {
            // Of equals the smallest x_min, that is the most ranks.
            Ok(distance) if best.is_none_or(|(least, _, most)| distance < least || ranks > most) => {
                best = Some((distance, slope, ranks));
            }
            Ok(_) => {}
            Err(at) => worst = at,
        }
    }
    let (ks, slope, ranks) = best?;
    Some(Density { gamma: 1.0 + slope, alpha: 1.0 / slope, x_min: eigenvalues[ranks - 1], ranks, ks })
}

/// D of the eigenvalues from `start` on, for γ − 1 = `slope`; or a place where they are further apart than `limit`.
/// `hint` is looked at first.
fn distance(
    distinct: &[(f64, usize)],
    start: usize,
    slope: f64,
    limit: f64,
    hint: usize,
) -> std::result::Result<f64, usize> {
    let (log_min, ranks) = distinct[start];
    let size = ranks as f64;
    let apart = |at: usize| {
        let (log, above) = distinct[at];
        // Smaller ones are all but those above.
        let observed = 1.0 - above as f64 / size;
        (1.0 - (-slope * (log - log_min)).exp() - observed).abs()
    };
    let mut largest = 0.0;
    let all = start..distinct.len();
    for at in std::iter::once(hint.max(start)).chain(all.clone().step_by(STRIDE)).chain(all) {
        let here = apart(at);
        if here > limit {
            return Err(at);
        }
        largest = here.max(largest);
    }
    Ok(largest)
}

/// What graph-embedding code calls "alpha_req": the slope of log σ_k, σ_k = √λ_k, on a ramp that falls linearly from 1
/// at the first rank to 0 at the last, by ordinary least squares over the usable ranks. `None` below two.
pub fn exponential_decay_google(eigenvalues: &[f64], usable: usize) -> Option<f64> {
    if usable < 2 {
        return None;
    }
    let end = (usable - 1) as f64;
    let mean = eigenvalues[..usable].iter().map(|value| value.ln() / 2.0).sum::<f64>() / usable as f64;
    let (mut xy, mut xx) = (0.0, 0.0);
    for (k, value) in eigenvalues[..usable].iter().enumerate() {
        let x = 0.5 - k as f64 / end;
        xy += x * (value.ln() / 2.0 - mean);
        xx += x * x;
    }
    Some(xy / xx)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spectrum(of: impl Fn(f64) -> f64, d: u32) -> Vec<f64> {
        (1..=d).map(|k| of(f64::from(k))).collect()
    }

    #[test]
    fn the_density_is_that_of_the_package_powerlaw() {
        // powerlaw 2.0.0: Fit(λ, discrete=False, parameter_ranges={"alpha": [1, None]}), .alpha, .xmin, .D and the
        // count of λ ≥ x_min.
        let wave = |k: f64| 1.0 + 0.3 * (k * 1.7).sin();
        let spectra = [
            spectrum(|k| 1.0 / k, 300),
            spectrum(|k| k.powf(-0.7) * (-(k / 150.0).powi(2)).exp(), 200),
            spectrum(|k| (k + 10.0).powf(-1.3), 500),
            spectrum(|k| wave(k) * k.powf(-0.9), 400),
            spectrum(|k| (-0.05 * k).exp() + 0.02 / k, 150),
            spectrum(|k| (8.0 / k).ceil(), 60),
        ];
        for (spectrum, (gamma, x_min, ranks, ks)) in spectra.into_iter().zip(GOLDEN) {
            let mut sorted = spectrum;
            sorted.sort_by(|a, b| b.total_cmp(a));
            let found = density(&sorted, sorted.len()).unwrap();
            assert!((found.gamma - gamma).abs() < 1e-9 && (found.ks - ks).abs() < 1e-9, "{found:?}");
            assert!((found.x_min / x_min - 1.0f64).abs() < 1e-14 && found.ranks == ranks, "{found:?}");
            assert!((found.alpha - 1.0 / (gamma - 1.0)).abs() < 1e-8);
        }
    }

    const GOLDEN: [(f64, f64, usize, f64); 6] = [
        (2.012_730_383_984_476_6, 0.003_333_333_333_333_333_5, 300, 0.004_653_655_606_609_797),
        (2.460_196_005_830_380_5, 0.076_837_440_053_690_45, 36, 0.038_159_621_714_400_96),
        (1.838_446_181_744_445, 0.000_302_105_596_798_062_1, 500, 0.020_276_581_819_588_135),
        (2.136_474_892_623_395_4, 0.008_229_419_628_698_83, 209, 0.017_180_050_956_222_548),
        (1.281_954_525_707_166_5, 0.000_686_417_703_481_166_9, 150, 0.147_207_777_133_531_34),
        (9.177_799_632_964_248, 1.0, 60, 0.113_213_345_171_182_31),
    ];

    #[test]
    fn skipping_candidates_changes_nothing() {
        let mut values = spectrum(|k| (2.0 + (k * k).sin()) * k.powf(-1.1), 700);
        values.sort_by(|a, b| b.total_cmp(a));
        let found = density(&values, 700).unwrap();
        let all = (3..=700).map(|ranks| {
            let tail = &values[..ranks];
            let smallest = tail[ranks - 1];
            let slope = ranks as f64 / tail.iter().map(|value| (value / smallest).ln()).sum::<f64>();
            let apart = |(k, value): (usize, &f64)| {
                let observed = (ranks - 1 - k) as f64 / ranks as f64;
                (1.0 - (value / smallest).powf(-slope) - observed).abs()
            };
            (tail.iter().enumerate().map(apart).fold(0.0, f64::max), ranks, slope)
        });
        let (ks, ranks, slope) = all.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        assert_eq!(found.ranks, ranks);
        assert!((found.ks - ks).abs() < 1e-12 && (found.gamma - 1.0 - slope).abs() < 1e-12);
    }

    #[test]
    fn too_few_eigenvalues_have_no_density() {
        assert_eq!(density(&[3.0, 2.0, 1.0], 2), None);
        assert_eq!(density(&[2.0; 50], 50), None);
        assert_eq!(density(&[], 0), None);
        assert!(density(&[3.0, 2.0, 1.0], 3).is_some());
    }

    #[test]
    fn graph_embedding_code_calls_something_else_alpha() {
        // NumPy 2.4: lstsq of log √λ on (linspace(1, 0, 768), 1).
        for (alpha, value) in [(1.0, 1.485), (2.0, 2.971)] {
            let found = exponential_decay_google(&spectrum(|k| k.powf(-alpha), 768), 768).unwrap();
            assert!((found - value).abs() < 5e-4, "{found}");
        }
        assert_eq!(exponential_decay_google(&[1.0], 1), None);
    }
}
