/*! Which rows, and what is done to them before their covariance is taken. */

use serde::{Deserialize, Serialize};

/// A part of the rows, made of blocks: row i is in block i mod B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All rows.
    All,
    /// All but those of one block, counted from 0.
    Without(usize),
    /// Those of so many first blocks.
    First(usize),
}

/// What is done to the features first. Rows are brought to unit length before anything else, then the mean is removed, then columns are
/// divided by their standard deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preparation {
    /// Whether each column's mean is removed. α-ReQ does; without it the first eigenvector is about the mean.
    pub centred: bool,
    /// Whether each row is divided by its Euclidean length, as for cosine similarity.
    pub unit_rows: bool,
    /// Whether each column is divided by its standard deviation: the eigenvalues are then those of the correlation matrix.
    pub standardized: bool,
}

impl Default for Preparation {
    /// As in α-ReQ: centred, nothing else.
    fn default() -> Self {
        Preparation { centred: true, unit_rows: false, standardized: false }
    }
}
