/*! From a second moment to the eigenvalues of the covariance, and how many of them are signal. */

use serde::{Deserialize, Serialize};

use crate::eigen;
use crate::error::Result;
use crate::moments::{Precision, SecondMoment};

/// Where features are equal, the fast engine rounds them alike and its error is no random matrix, which a random probe may miss. It is then
/// along λ₁ and at most this much of it: 2⁻²⁴ for each factor of a product, as much again for the sum.
const FAST_ROUNDING: f64 = 4.0 / 16_777_216.0;

/// The eigenvalues of the covariance of some rows, and what limits them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decomposed {
    /// Rows.
    pub n: u64,
    /// Columns.
    pub d: u64,
    /// The largest rank that these features can have: min(n − 1, d), or min(n, d) where the mean was not removed.
    pub rank_ceiling: u64,
    /// Leading ranks above the floor and within the ceiling.
    pub usable_ranks: usize,
    /// Eigenvalues at or below this are rounding, not signal.
    pub floor: f64,
    /// Trace of the covariance.
    pub total_variance: f64,
    /// Columns whose values are all equal.
    pub zero_variance_columns: u64,
    /// Rows that were left out because they hold NaN or infinity.
    pub skipped_rows: u64,
    /// All d eigenvalues, largest first. Those that the n × n dual does not have are zero.
    pub eigenvalues: Vec<f64>,
}

impl Decomposed {
    /// Computes the eigenvalues.
    ///
    /// # Errors
    ///
    /// Those of [`eigen::of_tiles`].
    pub fn new(matrix: SecondMoment) -> Result<Decomposed> {
        let (n, d, precision) = (matrix.n, matrix.d, matrix.precision);
        let (total_variance, engine_floor) = (matrix.total_variance(), matrix.engine_floor());
        let (zero_variance_columns, skipped_rows) = (matrix.zero_variance_columns, matrix.skipped_rows);
        let rank_ceiling = (n - u64::from(matrix.is_centred())).min(d);
        let side = matrix.side();
        let (scaling, tiles) = matrix.into_parts();
        let mut eigenvalues = eigen::of_tiles(tiles, side)?;
        eigenvalues.iter_mut().for_each(|value| *value = scaling.to_covariance(*value));
        if eigenvalues.len() < d as usize {
            eigenvalues.resize(d as usize, 0.0);
            eigenvalues.sort_unstable_by(|a, b| b.total_cmp(a));
        }
        // The solver's own error is of this order (LAPACK Users' Guide §4.7); the fast engine adds its measured one.
        let rounding = eigenvalues[0] * n.max(d) as f64 * f64::EPSILON;
        let floor = match precision {
            Precision::Exact => rounding,
            Precision::Fast => rounding.max(engine_floor + FAST_ROUNDING * eigenvalues[0]),
        };
        let above = eigenvalues.iter().take_while(|&&value| value > floor).count();
        Ok(Decomposed {
            n,
            d,
            rank_ceiling,
            usable_ranks: above.min(rank_ceiling as usize),
            floor,
            total_variance,
            zero_variance_columns,
            skipped_rows,
            eigenvalues,
        })
    }
}
