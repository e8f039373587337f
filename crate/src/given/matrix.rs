/*! A symmetric matrix that was made of features elsewhere, and the second moments that follow from it. */

use super::{Kind, Nature};
use crate::error::{ErrorKind, Result};
use crate::moments::{Entries, Precision, Preparation, Scaling, SecondMoment, inverse_root, number, read_tiles, word};

/// Words before the mean in [`GivenMatrix::to_words`].
const HEADER_WORDS: usize = 8;

/// Inner products that are this much of the trace or less are zero but for rounding.
#[cfg(feature = "readers")]
const ZERO: f64 = 1e-10;

/// A covariance (of moments as well), or a Gram matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenMatrix {
    /// What it is.
    pub nature: Nature,
    /// Rows that it is of, where that is known.
    pub n: Option<u64>,
    /// Their columns, where that is known.
    pub d: Option<u64>,
    /// As they were given.
    pub(super) entries: Entries,
    /// The mean of each column; empty where it is not known.
    pub(super) mean: Vec<f64>,
    /// A bound on the Frobenius norm of the error that the entries have brought along: rounding of their type, and what was not symmetric.
    error: f64,
}

impl GivenMatrix {
    /// A covariance, or a Gram matrix of columns.
    #[cfg(feature = "readers")]
    pub(super) fn of_columns(nature: Nature, n: Option<u64>, entries: Entries, error: f64) -> GivenMatrix {
        GivenMatrix { nature, n, d: Some(entries.side() as u64), entries, mean: Vec::new(), error }
    }

    /// A Gram matrix of rows.
    #[cfg(feature = "readers")]
    pub(super) fn of_rows(d: Option<u64>, entries: Entries, error: f64) -> GivenMatrix {
        let grand: f64 = entries.sums_of_rows().iter().sum();
        // ‖Σx‖² of centred rows is zero.
        let centred = grand.abs() <= ZERO * entries.trace() * entries.side() as f64;
        let nature = Nature { kind: Kind::GramOfRows, centred, has_mean: false };
        GivenMatrix { nature, n: Some(entries.side() as u64), d, entries, mean: Vec::new(), error }
    }

    /// Moments of n rows: the covariance has divisor n − 1.
    pub(super) fn of_moments(n: u64, mean: Vec<f64>, entries: Entries, error: f64) -> GivenMatrix {
        let nature = Nature { kind: Kind::Moments, centred: true, has_mean: true };
        GivenMatrix { nature, n: Some(n), d: Some(mean.len() as u64), entries, mean, error }
    }

    /// Side of the matrix.
    pub fn side(&self) -> usize {
        self.entries.side()
    }

    /// Adds the moments of other rows, so that these are the moments of all of them (Chan, Golub and LeVeque 1979). With δ = mean_b − mean_a,
    ///
    /// > n = n_a + n_b, mean = mean_a + δ·n_b/n, (n − 1)·C = (n_a − 1)·C_a + (n_b − 1)·C_b + δδᵀ·n_a·n_b/n.
    ///
    /// Both must be moments of the same number of columns.
    #[cfg(feature = "readers")]
    pub(super) fn merge(&mut self, other: &GivenMatrix) -> Result<()> {
        let (Some(own), Some(others)) = (self.n, other.n) else {
            return Err(ErrorKind::Internal { problem: "moments without a number of rows were merged" }.into());
        };
        let rows = own.checked_add(others).ok_or(ErrorKind::ShapeOverflow)?;
        let (a, b, n) = (own as f64, others as f64, rows as f64);
        let delta: Vec<f64> = self.mean.iter().zip(&other.mean).map(|(own, others)| others - own).collect();
        let (of_own, of_others, of_means) = ((a - 1.0) / (n - 1.0), (b - 1.0) / (n - 1.0), a / n * b / (n - 1.0));
        self.entries.combine(&other.entries, |i, j, own, others| {
            of_own * own + of_others * others + of_means * delta[i] * delta[j]
        });
        self.mean.iter_mut().zip(&delta).for_each(|(mean, delta)| *mean += delta * (b / n));
        self.error = of_own * self.error + of_others * other.error;
        self.n = Some(rows);
        Ok(())
    }

    /// The second moment of features prepared in some way.
    ///
    /// # Errors
    ///
    /// `NeedsRows`, `NeedsMean`; `AllRowsEqual`, `Overflow`, `Underflow`.
    pub fn second_moment(&self, preparation: Preparation) -> Result<SecondMoment> {
        if let Some(refusal) = self.nature.refusal(preparation) {
            return Err(refusal);
        }
        let Preparation { centred, standardized, .. } = preparation;
        let mut entries = self.entries.clone();
        let is_of_rows = self.nature.kind == Kind::GramOfRows;
        let constant = (0..entries.side()).filter(|&i| entries.diagonal(i) == 0.0).count() as u64;
        let mut error = self.error;
        let trace = entries.trace();
        // The variances that columns are standardized with are around the mean, whether or not the rest is.
        let inverse: Vec<f64> = if standardized {
            (0..entries.side()).map(|i| inverse_root(entries.diagonal(i))).collect()
        } else {
            Vec::new()
        };
        if is_of_rows && centred {
            entries.centre_both_sides();
        } else if let (false, Some(n)) = (centred || !self.nature.centred, self.n) {
            let (mean, share) = (&self.mean, (n as f64 - 1.0) / n as f64);
            entries.change(|i, j, entry| share * entry + mean[i] * mean[j]);
        }
        if standardized {
            entries.change(|i, j, entry| entry * inverse[i] * inverse[j]);
            // The rounding of an entry is relative to it, and they have grown as much as the trace has.
            error *= entries.trace() / trace;
        }
        let is_gram = matches!(self.nature.kind, Kind::GramOfRows | Kind::GramOfColumns);
        let divisor = match self.n.filter(|_| is_gram && !standardized) {
            Some(n) if centred => n as f64 - 1.0,
            Some(n) => n as f64,
            None => 1.0,
        };
        SecondMoment {
            entries,
            n: self.n,
            d: self.d,
            is_centred: centred,
            precision: Precision::Exact,
            scaling: Scaling { divisor, unscale: 1.0 },
            skipped_rows: 0,
            zero_variance_columns: (!is_of_rows).then_some(constant),
            engine_error: error,
        }
        .checked()
    }

    /// As plain numbers, for the way from one worker to another.
    pub(super) fn to_words(&self) -> Vec<f64> {
        let Nature { kind, centred, .. } = self.nature;
        let mut words = vec![
            KINDS.iter().position(|known| *known == kind).map_or(f64::NAN, |index| (index + 1) as f64),
            f64::from(u8::from(centred)),
            word(self.n),
            word(self.d),
            self.error,
            self.entries.side() as f64,
            self.mean.len() as f64,
            f64::from(u8::from(self.nature.has_mean)),
        ];
        words.extend(&self.mean);
        words.extend(self.entries.words());
        words
    }

    /// Reads what [`to_words`](Self::to_words) wrote.
    pub(super) fn from_words(words: &[f64]) -> Result<GivenMatrix> {
        let malformed = || ErrorKind::Internal { problem: "a given matrix was damaged between workers" };
        let (header, rest) = words.split_at_checked(HEADER_WORDS).ok_or_else(malformed)?;
        let kind = KINDS.get((header[0] as usize).wrapping_sub(1)).ok_or_else(malformed)?;
        let columns = Some(header[6]).filter(|columns| (0.0..=rest.len() as f64).contains(columns));
        let (mean, tiles) = rest.split_at(columns.ok_or_else(malformed)? as usize);
        let nature = Nature { kind: *kind, centred: header[1] != 0.0, has_mean: header[7] != 0.0 };
        Ok(GivenMatrix {
            nature,
            n: number(header[2]),
            d: number(header[3]),
            entries: read_tiles(header[5], tiles).ok_or_else(malformed)?,
            mean: mean.to_vec(),
            error: header[4],
        })
    }
}

/// In the order of their numbers among words, from 1 on.
const KINDS: [Kind; 4] = [Kind::Covariance, Kind::GramOfRows, Kind::GramOfColumns, Kind::Moments];
