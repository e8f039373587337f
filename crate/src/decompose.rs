/*! From a second moment to the eigenvalues of the covariance, and how many of them are signal. */

use serde::{Deserialize, Serialize};

use crate::eigen;
use crate::error::Result;
use crate::moments::{Precision, Scaling, SecondMoment};
use crate::order::ascending;

/// Where features are equal, the fast engine rounds them alike and its error is no random matrix, which a random probe may miss. It is then
/// along λ₁ and at most this much of it: 2⁻²⁴ for each factor of a product, as much again for the sum.
const FAST_ROUNDING: f64 = 4.0 / 16_777_216.0;

/// The eigenvalues of the covariance of some rows, and what limits them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decomposed {
    /// Rows, where that is known.
    pub n: Option<u64>,
    /// Columns, where that is known.
    pub d: Option<u64>,
    /// The largest rank that these features can have: min(n − 1, d), or min(n, d) where the mean was not removed; the number of eigenvalues where n is not known.
    pub rank_ceiling: u64,
    /// Leading ranks above the floor and within the ceiling.
    pub usable_ranks: usize,
    /// Eigenvalues at or below this are rounding, not signal.
    pub floor: f64,
    /// Trace of the covariance.
    pub total_variance: f64,
    /// Columns whose values are all equal, where that is known.
    pub zero_variance_columns: Option<u64>,
    /// Rows that were left out because they hold NaN or infinity.
    pub skipped_rows: u64,
    /// All d eigenvalues, largest first. Those that the n × n dual does not have are zero; where d is not known there are none of these.
    pub eigenvalues: Vec<f64>,
}

/// The way from a second moment to its eigenvalues, as whoever leads it goes it.
pub struct Decomposition {
    /// The way itself.
    pub lead: eigen::Lead,
    scaling: Scaling,
    precision: Precision,
    limits: Limits,
    total_variance: f64,
    zero_variance_columns: Option<u64>,
    skipped_rows: u64,
}

impl Decomposition {
    /// Nothing was done yet. `workers` take part, the one that leads among them.
    ///
    /// # Errors
    ///
    /// Those of [`eigen::Lead::new`].
    pub fn new(matrix: SecondMoment, workers: usize) -> Result<Decomposition> {
        let SecondMoment { n, d, is_centred, precision, zero_variance_columns, skipped_rows, .. } = matrix;
        let (total_variance, entries_floor) = (matrix.total_variance(), matrix.engine_floor());
        let side = matrix.side();
        let (scaling, tiles) = matrix.into_parts();
        Ok(Decomposition {
            lead: eigen::Lead::new(tiles, side, workers)?,
            scaling,
            precision,
            limits: Limits { n, d, is_centred, entries_floor },
            total_variance,
            zero_variance_columns,
            skipped_rows,
        })
    }

    /// What comes of it, after what is left of the way.
    ///
    /// # Errors
    ///
    /// Those of [`eigen::Lead::eigenvalues`].
    pub fn finish(self) -> Result<Decomposed> {
        let Decomposition { scaling, mut limits, total_variance, zero_variance_columns, skipped_rows, .. } = self;
        let mut eigenvalues = self.lead.eigenvalues()?;
        eigenvalues.iter_mut().for_each(|value| *value = scaling.to_covariance(*value));
        if self.precision == Precision::Fast {
            limits.entries_floor += FAST_ROUNDING * eigenvalues[0];
        }
        let decomposed = Decomposed::of(eigenvalues, limits);
        Ok(Decomposed { total_variance, zero_variance_columns, skipped_rows, ..decomposed })
    }
}

/// Eigenvalues that are known, or the way to them.
pub enum Begun {
    /// They were given.
    Known(Decomposed),
    /// They have to be computed.
    Way(Box<Decomposition>),
}

impl Begun {
    /// The way from a second moment.
    ///
    /// # Errors
    ///
    /// Those of [`Decomposition::new`].
    pub fn of(matrix: SecondMoment, workers: usize) -> Result<Begun> {
        Ok(Begun::Way(Box::new(Decomposition::new(matrix, workers)?)))
    }

    /// What comes of it.
    ///
    /// # Errors
    ///
    /// Those of [`Decomposition::finish`].
    pub fn finish(self) -> Result<Decomposed> {
        match self {
            Begun::Known(decomposed) => Ok(decomposed),
            Begun::Way(way) => way.finish(),
        }
    }
}

impl Decomposed {
    /// Computes the eigenvalues.
    ///
    /// # Errors
    ///
    /// Those of [`Decomposition`].
    pub fn new(matrix: SecondMoment) -> Result<Decomposed> {
        Decomposition::new(matrix, 1)?.finish()
    }

    /// What follows from eigenvalues, largest first, of which there is at least one.
    pub fn of(mut eigenvalues: Vec<f64>, limits: Limits) -> Decomposed {
        let Limits { n, d, is_centred, entries_floor } = limits;
        let side = eigenvalues.len();
        if let Some(d) = d {
            eigenvalues.resize(d as usize, 0.0);
            if d as usize > side {
                ascending(&mut eigenvalues);
                eigenvalues.reverse();
            }
        }
        let count = eigenvalues.len() as u64;
        let rank_ceiling = n.map_or(count, |n| (n - u64::from(is_centred)).min(count));
        // The solver's own error is of this order (LAPACK Users' Guide §4.7); what the entries have brought along comes on top.
        let rounding = eigenvalues[0] * n.unwrap_or(0).max(count) as f64 * f64::EPSILON;
        let floor = rounding.max(entries_floor);
        let above = eigenvalues.iter().take_while(|&&value| value > floor).count();
        Decomposed {
            n,
            d,
            rank_ceiling,
            usable_ranks: above.min(rank_ceiling as usize),
            floor,
            total_variance: eigenvalues.iter().sum(),
            zero_variance_columns: None,
            skipped_rows: 0,
            eigenvalues,
        }
    }
}

/// What is known of eigenvalues besides themselves.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows, where that is known.
    pub n: Option<u64>,
    /// Columns, where that is known.
    pub d: Option<u64>,
    /// Whether the mean was removed.
    pub is_centred: bool,
    /// A bound on the error that they have from elsewhere.
    pub entries_floor: f64,
}
