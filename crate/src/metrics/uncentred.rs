/*!
Numbers of features as they are in the file: not centred, or with rows at unit length.

σ_k are the singular values of X (the square roots of the eigenvalues of XᵀX), q_k = σ_k / Σσ; g_k are the eigenvalues of UᵀU, where the rows of U
are those of X over their Euclidean length.
*/

use serde::{Deserialize, Serialize};

use super::{RANKME_EPSILON, entropy};
use crate::moments::RowSums;
use crate::report::Spectrum;

/// ε² of the coding rate, as in the authors' code.
const CODING_RATE_EPSILON_SQUARED: f64 = 0.01;

/// Functions of features that are not centred; `None` where the sums or the spectrum that they need are not known (yet).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Uncentred {
    /// exp(−Σ (q + ε) log(q + ε)), ε = 10⁻⁷, between 1 and min(n, d): RankMe as published (Garrido et al. 2023).
    pub rankme: Option<f64>,
    /// exp of the Shannon entropy of q, between 1 and min(n, d): the effective rank of Roy and Vetterli (2007).
    pub effective_rank: Option<f64>,
    /// Σσ² / σ₁², between 1 and min(n, d): the stable rank of X as it is.
    pub stable_rank_uncentred: Option<f64>,
    /// The participation ratio of the population, unbiased for sampling n rows: γ_row of Chun et al.
    pub participation_ratio_row_corrected: Option<f64>,
    /// (‖Σu‖² − n) / (n(n − 1)), between −1/(n − 1) and 1: the mean cosine of two different rows.
    pub mean_cosine: Option<f64>,
    /// ½ log det(I + d/(n ε²) UᵀU), ε² = 0.01, in nats, not below 0: the coding rate of rows at unit length (Yu et al. 2020).
    pub coding_rate_unit_rows: Option<f64>,
    /// (‖UᵀU‖_F² − n − n(n−1)/d) / (n² − n − n(n−1)/d): 0 for directions that are uniform on the sphere, 1 where all rows are parallel (Tsitsulin et al. 2023).
    pub self_clustering: Option<f64>,
}

impl Uncentred {
    /// From the spectra of XᵀX and UᵀU (not centred, with divisor n) and the sums over rows, as far as they are known.
    pub fn new(features: Option<&Spectrum>, unit_rows: Option<&Spectrum>, sums: Option<RowSums>) -> Uncentred {
        let mut metrics = Uncentred {
            mean_cosine: sums.map(|sums| sums.mean_cosine).filter(|value| value.is_finite()),
            participation_ratio_row_corrected: sums
                .and_then(|sums| sums.participation_ratio_row_corrected)
                .filter(|value| value.is_finite()),
            ..Uncentred::default()
        };
        if let Some(Spectrum { eigenvalues, .. }) = features {
            let singular: Vec<f64> = eigenvalues.iter().map(|value| value.max(0.0).sqrt()).collect();
            let sum: f64 = singular.iter().sum();
            let shares = || singular.iter().map(|value| value / sum);
            metrics.rankme = Some(entropy(shares().map(|q| q + RANKME_EPSILON)).exp());
            metrics.effective_rank = Some(entropy(shares()).exp());
            let squares: f64 = eigenvalues.iter().map(|value| value.max(0.0)).sum();
            metrics.stable_rank_uncentred = Some(squares / eigenvalues[0]);
        }
        if let Some(Spectrum { eigenvalues, n: Some(n), d: Some(d), .. }) = unit_rows {
            let (n, d) = (*n as f64, *d as f64);
            // The spectrum has divisor n, so n·λ are the eigenvalues of UᵀU.
            let rate = |value: f64| (d / CODING_RATE_EPSILON_SQUARED * value.max(0.0)).ln_1p();
            metrics.coding_rate_unit_rows = Some(0.5 * eigenvalues.iter().copied().map(rate).sum::<f64>());
            let squares: f64 = eigenvalues.iter().map(|value| (n * value).powi(2)).sum();
            let uniform = n + n * (n - 1.0) / d;
            // One column has one direction, and 0/0.
            metrics.self_clustering = Some((squares - uniform) / (n * n - uniform)).filter(|value| value.is_finite());
        }
        metrics
    }
}
