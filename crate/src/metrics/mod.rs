/*!
Numbers that the eigenvalues alone tell: ranks, isotropy, and what stands out of noise.

λ_k are the eigenvalues of the centred covariance, d of them; p_k = λ_k / Σλ over the ranks that centred features can have, 1 … min(n − 1, d),
with rounding below zero taken as zero. Where libraries disagree about a definition, the name says which one is meant.
*/

pub mod noise;
mod uncentred;

pub use uncentred::Uncentred;

use serde::{Deserialize, Serialize};

/// What `reptrix` and RankMe add to each share before its logarithm is taken.
const RANKME_EPSILON: f64 = 1e-7;

/// The MLE is taken over as many leading eigenvalues as the default window reaches.
const MLE_RANKS: usize = 100;

/// Functions of the spectrum. `None` where the formula has no value (IsoScore of one column, a slope through one point), or what it takes is not known: n, d, or all eigenvalues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// (Σλ)² / Σλ², between 1 and d: how many directions share the variance (Litwin-Kumar et al. 2017).
    pub participation_ratio: f64,
    /// Σλ / λ₁, between 1 and d. Of centred features this is NESum too (He and Ozay 2022).
    pub stable_rank: f64,
    /// exp of the Shannon entropy of p, between 1 and d.
    pub effective_rank_centred_variance: f64,
    /// exp(−Σ (p + ε) log(p + ε)), ε = 10⁻⁷: what `reptrix` calls RankMe, of eigenvalues of centred features. RankMe as published takes singular
    /// values of uncentred ones (Garrido et al. 2023).
    pub rankme_eigenvalues: Option<f64>,
    /// √(λ₁ / λ_last), the last usable rank: the ratio of the extreme standard deviations.
    pub condition_number: Option<f64>,
    /// p₁.
    pub first_component_share: f64,
    /// Components that hold 80, 90, 95 and 99 percent of the variance.
    pub components_for: Option<ComponentsFor>,
    /// 1 where all directions have equal variance, 0 where one has all (Rudman et al. 2022).
    pub iso_score: Option<f64>,
    /// −log Σp².
    pub renyi2_entropy: f64,
    /// The largest eigenvalue that independent noise of this total variance would have: σ²(1 + √(d/n))², σ² = Σλ/d (Marchenko and Pastur 1967).
    pub marchenko_pastur_edge: Option<f64>,
    /// Eigenvalues above that edge.
    pub eigenvalues_above_edge: Option<usize>,
    /// Power law of the density of eigenvalues.
    pub mle_top_100: Option<Mle>,
}

/// How many leading components hold a part of the variance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ComponentsFor {
    #[serde(rename = "80")]
    pub p80: usize,
    #[serde(rename = "90")]
    pub p90: usize,
    #[serde(rename = "95")]
    pub p95: usize,
    #[serde(rename = "99")]
    pub p99: usize,
}

/// The maximum-likelihood power law of the *density* of the top eigenvalues: γ = 1 + m / Σ log(λ_k / λ_m) (Clauset, Shalizi and Newman 2009).
///
/// γ is what WeightWatcher and the package `powerlaw` call α. As an exponent of ranks it is 1 / (γ − 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mle {
    /// Exponent of the density.
    pub gamma: f64,
    /// The same as an exponent of ranks.
    pub alpha: f64,
    /// Leading eigenvalues that it is of.
    pub ranks: usize,
}

/// All metrics of a spectrum.
///
/// `eigenvalues` are all d, largest first, or those of the n × n dual where d is not known; `usable` of them are above the floor; `total_variance` is the
/// covariance's trace.
pub fn of(eigenvalues: &[f64], n: Option<u64>, d: Option<u64>, usable: usize, total_variance: f64) -> Metrics {
    let count = eigenvalues.len();
    let ceiling = n.and_then(|n| usize::try_from(n - 1).ok()).map_or(count, |most| most.min(count));
    let positive: Vec<f64> = eigenvalues[..ceiling].iter().map(|value| value.max(0.0)).collect();
    let sum: f64 = positive.iter().sum();
    let shares: Vec<f64> = positive.iter().map(|value| value / sum).collect();
    let squares: f64 = shares.iter().map(|p| p * p).sum();
    let edge = edge(n, d, total_variance);
    let above = |edge: f64| eigenvalues.iter().take_while(|&&value| value > edge).count();
    Metrics {
        participation_ratio: 1.0 / squares,
        stable_rank: sum / positive[0],
        effective_rank_centred_variance: entropy(shares.iter().copied()).exp(),
        rankme_eigenvalues: Some(entropy(shares.iter().map(|p| p + RANKME_EPSILON)).exp()),
        condition_number: (usable > 0).then(|| (eigenvalues[0] / eigenvalues[usable - 1]).sqrt()),
        first_component_share: shares[0],
        components_for: Some(components_for(&shares)),
        iso_score: d.and_then(|_| iso_score(eigenvalues)),
        renyi2_entropy: -squares.ln(),
        marchenko_pastur_edge: edge,
        eigenvalues_above_edge: edge.map(above),
        mle_top_100: mle(&eigenvalues[..usable.min(MLE_RANKS)]),
    }
}

/// [`Metrics::marchenko_pastur_edge`].
pub(crate) fn edge(n: Option<u64>, d: Option<u64>, total_variance: f64) -> Option<f64> {
    n.zip(d).map(|(n, d)| {
        let (n, d) = (n as f64, d as f64);
        total_variance / d * (1.0 + (d / n).sqrt()).powi(2)
    })
}

/// −Σ q log q, with 0 log 0 = 0.
fn entropy(shares: impl Iterator<Item = f64>) -> f64 {
    -shares.filter(|&q| q > 0.0).map(|q| q * q.ln()).sum::<f64>()
}

fn components_for(shares: &[f64]) -> ComponentsFor {
    // A sum that is a whole percentage but for its last bit counts as reached.
    const ROUNDING: f64 = 1e-12;
    let count = |part: f64| {
        let mut sum = 0.0;
        let short = shares.iter().take_while(|&&share| {
            sum += share;
            sum < part - ROUNDING
        });
        (short.count() + 1).min(shares.len())
    };
    ComponentsFor { p80: count(0.80), p90: count(0.90), p95: count(0.95), p99: count(0.99) }
}

/// v = √d·λ/‖λ‖, δ = ‖v − 1‖ / √(2(d − √d)), and ((d − δ²(d − √d))² − d) / (d(d − 1)).
fn iso_score(eigenvalues: &[f64]) -> Option<f64> {
    let d = eigenvalues.len() as f64;
    if eigenvalues.len() < 2 {
        return None;
    }
    // Relative to λ₁, so that squares stay within range.
    let relative = || eigenvalues.iter().map(|value| value.max(0.0) / eigenvalues[0]);
    let norm = relative().map(|value| value * value).sum::<f64>().sqrt();
    let spread = d - d.sqrt();
    let distance: f64 = relative().map(|value| (d.sqrt() * value / norm - 1.0).powi(2)).sum();
    let delta_squared = distance / (2.0 * spread);
    Some(((d - delta_squared * spread).powi(2) - d) / (d * (d - 1.0)))
}

fn mle(top: &[f64]) -> Option<Mle> {
    let smallest = top.last()?;
    let logs: f64 = top.iter().map(|value| (value / smallest).ln()).sum();
    (logs > 0.0).then(|| {
        let gamma = 1.0 + top.len() as f64 / logs;
        Mle { gamma, alpha: 1.0 / (gamma - 1.0), ranks: top.len() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_eigenvalues_have_full_rank_and_are_isotropic() {
        let metrics = of(&[2.0; 8], Some(100), Some(8), 8, 16.0);
        for rank in [metrics.participation_ratio, metrics.stable_rank, metrics.effective_rank_centred_variance] {
            assert!((rank - 8.0).abs() < 1e-12);
        }
        assert!((metrics.iso_score.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(metrics.components_for, Some(ComponentsFor { p80: 7, p90: 8, p95: 8, p99: 8 }));
        assert_eq!(metrics.eigenvalues_above_edge, Some(0));
        assert_eq!(metrics.mle_top_100, None);
    }

    #[test]
    fn one_direction_has_rank_one() {
        let metrics = of(&[3.0, 0.0, 0.0, 0.0], Some(10), Some(4), 1, 3.0);
        for rank in [metrics.participation_ratio, metrics.stable_rank, metrics.effective_rank_centred_variance] {
            assert!((rank - 1.0).abs() < 1e-12);
        }
        assert!(metrics.iso_score.unwrap().abs() < 1e-12);
        assert_eq!(metrics.condition_number, Some(1.0));
    }

    #[test]
    fn one_column_has_no_isotropy() {
        assert_eq!(of(&[3.0], Some(10), Some(1), 1, 3.0).iso_score, None);
    }

    #[test]
    fn what_takes_n_is_left_out_where_n_is_not_known() {
        let (with, without) = (of(&[2.0, 1.0], Some(9), Some(2), 2, 3.0), of(&[2.0, 1.0], None, Some(2), 2, 3.0));
        assert_eq!((without.marchenko_pastur_edge, without.eigenvalues_above_edge), (None, None));
        assert_eq!(without.iso_score, with.iso_score);
        assert_eq!(Metrics { marchenko_pastur_edge: None, eigenvalues_above_edge: None, ..with }, without);
        assert_eq!(of(&[2.0, 1.0], Some(2), None, 2, 3.0).iso_score, None);
    }
}
