/*!
Features of a spectrum that is known, for lessons, tests and the page's panel that generates.

A [`Law`] says how the variances of the population fall. A [`Recipe`] says everything else, and [`Features`] makes its rows: x = μ + R·(√λ ∘ z) + σ·ε, with normal numbers z and ε, a
random [rotation](rotation::Rotation) R and a mean μ. The truth is exact: the population's covariance is R·diag(λ + σ²)·Rᵀ.

What is promised: a recipe gives the same bytes on every machine and whatever pieces its rows are made in. Each row begins at a place of its own in the stream of
[random numbers](random), and nothing but IEEE 754 arithmetic and `libm` is used. The signal of a seed is the same whatever noise or mean is added to it. A later version may
make other numbers of a recipe; a test holds the bytes of this one.

[`sample_eigenvalues`](draw::sample_eigenvalues) has the eigenvalues of such a sample without its rows.
*/

pub mod draw;
mod features;
mod half;
mod law;
pub mod random;
pub mod rotation;
#[cfg(test)]
mod tests;

pub use features::Features;
pub use law::Law;

use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result};
use crate::source::Number;
use law::in_range;

/// Bytes of features at most: as many as a browser keeps of a file that it made itself without trouble.
pub const MOST_BYTES: u64 = 1 << 29;
/// Rows and columns at most.
pub const MOST_ROWS: u64 = 10_000_000;
/// See [`MOST_ROWS`].
pub const MOST_COLUMNS: u64 = 16_384;

/// Features to be made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The signal's variances.
    pub law: Law,
    /// n.
    pub rows: u64,
    /// d.
    pub columns: u64,
    /// σ²: variance of the noise that each feature gets, independent of all others.
    pub noise: f64,
    /// The features' means are normal numbers of this deviation, in units of the root mean square deviation of a feature.
    pub mean: f64,
    /// Whether the population's directions are turned away from the features.
    pub rotated: bool,
    /// Type of the numbers: float16, float32 or float64.
    pub number: Number,
    /// Another seed is another sample of the same population, its rotation and mean included.
    pub seed: u32,
}

impl Recipe {
    /// # Errors
    ///
    /// `OutOfRange` and `TooManyBytes`.
    pub fn check(&self) -> Result<()> {
        self.law.check()?;
        in_range("The number of rows n", self.rows as f64, 2.0, MOST_ROWS as f64)?;
        in_range("The number of columns d", self.columns as f64, 2.0, MOST_COLUMNS as f64)?;
        in_range("The variance of the noise", self.noise, 0.0, 100.0)?;
        in_range("The size of the mean", self.mean, 0.0, 100.0)?;
        if !matches!(self.number, Number::Float16 | Number::Float32 | Number::Float64) {
            return Err(ErrorKind::UnsupportedDtype { descr: self.number.name().to_owned() }.into());
        }
        let bytes = self.rows * self.columns * self.number.size() as u64;
        if bytes > MOST_BYTES {
            return Err(ErrorKind::TooManyBytes { bytes, limit: MOST_BYTES }.into());
        }
        Ok(())
    }

    /// The eigenvalues of the population's covariance, largest first: λ_k + σ².
    pub fn eigenvalues(&self) -> Vec<f64> {
        let mut eigenvalues = self.law.variances(self.columns as usize);
        eigenvalues.iter_mut().for_each(|value| *value += self.noise);
        eigenvalues
    }

    /// A name of the file that says what it is.
    pub fn file_name(&self) -> String {
        let noise = if self.noise > 0.0 { format!(" noise {}", self.noise) } else { String::new() };
        let mean = if self.mean > 0.0 { format!(" mean {}", self.mean) } else { String::new() };
        format!("synthetic {}{noise}{mean} seed {}.npy", self.law.name(), self.seed)
    }
}
