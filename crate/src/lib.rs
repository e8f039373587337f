/*!
Eigenspectra of learned features.

Given a feature matrix X of n rows (samples) and d columns (features), this crate computes the eigenvalues λ₁ ≥ λ₂ ≥ … of its covariance
in one pass over files of any size, and fits the power law λ_k ∝ k^−α to them (α-ReQ: Agrawal, Mondal, Ghosh and Richards, NeurIPS 2022).
It is the core of a web page and of a command; both give the same [`Report`](report::Report).

Everything flows one way: [`source`] turns bytes into rows, [`moments`] rows into a second moment, [`eigen`] that into
eigenvalues, [`fit`] those into α, [`metrics`] into ranks, and [`report`] holds the result, which [`plot`] draws.
[`compare`] says whether several results can be compared, and whether a measure of them goes with a score. The module `link` puts them into an
address, and [`recorded`] is what comes back from there, or from a Report that was saved.
*/

pub mod compare;
pub mod decompose;
pub mod eigen;
pub mod engine;
pub mod error;
pub mod evidence;
pub mod fit;
pub mod given;
#[cfg(feature = "gpu")]
pub mod gpu;
#[cfg(feature = "learn")]
pub mod learn;
#[cfg(feature = "recorded")]
pub mod link;
pub mod metrics;
pub mod moments;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
mod order;
pub mod plot;
pub mod reading;
#[cfg(feature = "recorded")]
pub mod recorded;
#[cfg(not(feature = "recorded"))]
#[path = "recorded/none.rs"]
pub mod recorded;
pub mod report;
pub mod reproduce;
pub mod source;
pub mod study;
pub mod synth;
pub mod uncertainty;
mod vector;
#[cfg(target_arch = "wasm32")]
mod web;

pub use error::{Error, ErrorKind, Result};
