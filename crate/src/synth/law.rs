/*! Population spectra that are known exactly. */

use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result};

/// The smallest variance of a direction, so that each has a logarithm.
const LEAST: f64 = 1e-300;

/// How the variances of a population fall with their rank k = 1, 2, … d.
///
/// All begin at λ₁ = 1, but for spikes, which stand above a rest of 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// λ_k = k^−α.
    PowerLaw {
        /// α.
        alpha: f64,
    },
    /// Two power laws that meet at a rank: k^−head up to the knee, falling as k^−tail from there on. Mouse primary visual cortex looks like that, with 0.52 and
    /// 1.20 and a knee at 15.
    Broken {
        /// Exponent up to the knee.
        head: f64,
        /// The rank where they meet.
        knee: f64,
        /// Exponent after it.
        tail: f64,
    },
    /// λ_k = exp(−(k − 1) / ranks).
    Exponential {
        /// Ranks over which the variance falls to 1/e.
        ranks: f64,
    },
    /// Some directions of one variance, and all others of 1 (Johnstone 2001).
    Spiked {
        /// How many stand out.
        spikes: usize,
        /// Their variance.
        height: f64,
    },
    /// All variances are 1: noise, whose sample spectrum is that of Marchenko and Pastur (1967).
    White,
}

impl Law {
    /// The variance of the direction of a rank, which need not be whole: what lies between ranks is a curve through them.
    pub fn variance(&self, rank: f64) -> f64 {
        let power = |exponent: f64, base: f64| libm::pow(base, -exponent);
        let variance = match *self {
            Law::PowerLaw { alpha } => power(alpha, rank),
            Law::Broken { head, knee, tail } => power(head, rank.min(knee)) * power(tail, (rank / knee).max(1.0)),
            Law::Exponential { ranks } => libm::exp((1.0 - rank) / ranks),
            Law::Spiked { spikes, height } => {
                if rank < spikes as f64 + 0.5 {
                    height
                } else {
                    1.0
                }
            }
            Law::White => 1.0,
        };
        variance.max(LEAST)
    }

    /// The d eigenvalues of the population's covariance, largest first.
    pub fn variances(&self, d: usize) -> Vec<f64> {
        (1..=d).map(|rank| self.variance(rank as f64)).collect()
    }

    /// The exponent, of a law that has one.
    pub fn alpha(&self) -> Option<f64> {
        match *self {
            Law::PowerLaw { alpha } => Some(alpha),
            Law::White => Some(0.0),
            _ => None,
        }
    }

    /// What it is, for the name of a file.
    pub fn name(&self) -> String {
        match *self {
            Law::PowerLaw { alpha } => format!("power law α {alpha}"),
            Law::Broken { head, knee, tail } => format!("broken power law α {head} to rank {knee} then {tail}"),
            Law::Exponential { ranks } => format!("exponential over {ranks} ranks"),
            Law::Spiked { spikes: 1, height } => format!("one spike of {height}"),
            Law::Spiked { spikes, height } => format!("{spikes} spikes of {height}"),
            Law::White => "white noise".to_owned(),
        }
    }

    /// # Errors
    ///
    /// `OutOfRange` where a parameter is.
    pub fn check(&self) -> Result<()> {
        match *self {
            Law::PowerLaw { alpha } => in_range("The exponent α", alpha, 0.0, 4.0),
            Law::Broken { head, knee, tail } => {
                in_range("The exponent up to the knee", head, 0.0, 4.0)?;
                in_range("The rank of the knee", knee, 2.0, 10_000.0)?;
                in_range("The exponent after the knee", tail, 0.0, 4.0)
            }
            Law::Exponential { ranks } => {
                in_range("The number of ranks over which the variance falls to 1/e", ranks, 1.0, 10_000.0)
            }
            Law::Spiked { spikes, height } => {
                in_range("The number of spikes", spikes as f64, 1.0, MOST_SPIKES as f64)?;
                in_range("The variance of a spike", height, 1.0, 10_000.0)
            }
            Law::White => Ok(()),
        }
    }
}

/// Up to here the curve of what a sample is expected to show has each rank by itself (`fit::expected`), so that no spike is averaged with the rest.
const MOST_SPIKES: usize = 32;

/// # Errors
///
/// `OutOfRange` where the number is, or is none.
pub(super) fn in_range(what: &'static str, given: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&given) { Ok(()) } else { Err(ErrorKind::OutOfRange { what, given, low, high }.into()) }
}
