/*!
Lesson 6: why α near 1?

Ridge regression on d Gaussian features whose covariance has the eigenvalues λ_k = k^−α, from n rows, some of whose labels are wrong. What is asked is the error on fresh rows against the
target as it is without noise, as a part of the target's variance: 0 is perfect, 1 is what a constant gives.

**The model.** x_k = √λ_k·z_k with independent standard normal z. The target is f(x) = Σ ±√c_k·z_k, where c_k ∝ k^−s and Σ c_k = 1: direction k has the part c_k of its variance. So s says how smooth the target
is (in the words of kernel regression, a *source condition*: with coefficients θ_k = ±√(c_k/λ_k) of the features, θ_k²·λ_k ∝ k^−s; Caponnetto and De Vito 2007, Cui et al. 2021 write s = 1 + 2rα). The target
does not change with α: another α only says how loudly the features speak of each direction.

**The labels.** Numbers: y = f(x) + σ·ε with normal ε. Or classes: y = sign f(x), of which a part p is turned to the other sign, and what is asked is how often the sign of the prediction is that of f.

**The fit.** The w that makes Σ (y_i − w·x_i)² + δ·|w|² smallest; where δ → 0, least squares, and of all w that do equally well the shortest. δ is given in units of the mean of |x|², Σ λ_k, as a *ridge*, so that it means the same for
every α.

[`theory`] has the errors as n and d grow, [`simulate`] those of seeded draws, [`curves`] both along n and along α, and [`figures`] draws them.
*/

pub mod curves;
pub mod figures;
pub mod simulate;
pub mod theory;

use serde::{Deserialize, Serialize};

use crate::synth::Law;

/// Number of features.
pub const FEATURES: usize = 256;

/// The problem that is to be learned.
#[derive(Clone, Debug)]
pub struct Problem {
    /// λ_k.
    pub variances: Vec<f64>,
    /// c_k, which sum to 1.
    pub shares: Vec<f64>,
}

impl Problem {
    /// d features of exponent α, and a target of exponent s.
    pub fn new(d: usize, alpha: f64, smoothness: f64) -> Problem {
        let mut shares = Law::PowerLaw { alpha: smoothness }.variances(d);
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
        Problem { variances: Law::PowerLaw { alpha }.variances(d), shares }
    }

    /// δ of a ridge.
    fn delta(&self, ridge: f64) -> f64 {
        ridge * self.variances.iter().sum::<f64>()
    }
}

/// What the rows are labelled with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labels {
    /// The target and normal noise of this variance; the target's is 1.
    Numbers {
        /// σ².
        noise: f64,
    },
    /// The target's sign, turned around with this probability.
    Classes {
        /// p, below one half.
        flipped: f64,
    },
}

impl Labels {
    /// What of the labels a linear fit can find, y = β·f + u: β, and the variance of u, which is uncorrelated with every feature.
    ///
    /// Of classes, β = E[y·f] = (1 − 2p)·E|f| = (1 − 2p)·√(2/π), and u has what is left of E[y²] = 1 (Bussgang 1952). This u is not independent of f, but where the target is spread over
    /// several directions a fit cannot tell.
    pub fn signal_and_noise(self) -> (f64, f64) {
        match self {
            Labels::Numbers { noise } => (1.0, noise),
            Labels::Classes { flipped } => {
                let signal = (1.0 - 2.0 * flipped) * std::f64::consts::FRAC_2_PI.sqrt();
                (signal, 1.0 - signal * signal)
            }
        }
    }
}

/// How large the ridge is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ridge {
    /// δ in units of Σ λ_k; 0 is least squares.
    Fixed(f64),
    /// The one that the theory says is best, for every α, n and noise by itself. In practice cross-validation comes near it.
    Best,
}

/// What a fit is worth, in both of its currencies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    /// E (f̂ − β·f)² / β², over fresh rows: error as a part of the target's variance.
    pub error: f64,
    /// The part of fresh rows where f̂ has the sign of f.
    pub accuracy: f64,
}

impl Worth {
    /// Of E f̂·f and E f̂², where E f² = 1: for two normal numbers of correlation ρ, the signs agree with probability 1 − arccos(ρ)/π (Sheppard 1899).
    fn new(product: f64, square: f64, signal: f64) -> Worth {
        let correlation = if square > 0.0 { (product / square.sqrt()).clamp(-1.0, 1.0) } else { 0.0 };
        Worth {
            // Where everything is found, rounding leaves less than nothing.
            error: ((square - 2.0 * signal * product) / (signal * signal) + 1.0).max(0.0),
            accuracy: 1.0 - libm::acos(correlation) / std::f64::consts::PI,
        }
    }
}
