/*! A spectrum of which only some is known. */

use serde::{Deserialize, Serialize};

use crate::error::group;
use crate::report::Sentence;

/// How much of a spectrum there is, where it is not all of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approximate {
    /// Eigenvalues that came with the link.
    pub points: usize,
    /// Eigenvalues that there were.
    pub of: usize,
    /// How far α of this window may be off; `None` in the recorded window, whose α is exact, and where it is not known.
    pub alpha_error: Option<f64>,
}

/// Why what takes all eigenvalues is left out.
pub(crate) fn takes_all(Approximate { points, of, .. }: Approximate) -> Sentence {
    let message = format!(
        "How α depends on the window, and whether one power law fits, take all eigenvalues; {} of {} came with the link.",
        group(points as u64),
        group(of as u64),
    );
    Sentence { code: "needs_eigenvalues".to_owned(), message }
}
