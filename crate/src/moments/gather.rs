/*!
The merged moments of all workers, and the second moment of any part of the rows, prepared in any way.

First come the workers' totals, which is all that the spectrum of all rows needs. The blocks may follow when that is on the screen.
*/

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::kernel::TILE;
use super::second_moment::{Entries, Scaling, SecondMoment};
use super::worker::total;
use super::{Blocks, Moments, NonFinite, Part, Plan, Precision, Preparation};
use crate::error::{ErrorKind, Result};
use crate::source::{Axis, Number};

/// The moments of a plan, merged as they come in.
pub struct Gathered {
    plan: Plan,
    total: Moments,
    blocks: Blocks,
}

const BLOCKS: &str = "There are too few rows, or too many columns for the memory, to keep blocks of rows apart.";
const UNIT_ROWS: &str = "Rows at unit length were not summed in this run. Run again with them switched on.";
const STANDARDIZED: &str =
    "Standardized columns were not summed in this run. Run again with rows at unit length switched on.";
const DUAL_CORRELATIONS: &str = "Where there are fewer rows than columns, columns can be standardized only for all rows at once, centred and at their own length.";

const DUAL_MOMENTS: &str = "Where there are fewer rows than columns, inner products of rows were summed and no covariance. The command saves their moments: eigenscope moments.";

/// Numbers that come from sums over rows and from no spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowSums {
    /// (‖Σu‖² − n) / (n(n − 1)), u the rows at unit length: the mean cosine of two different rows.
    pub mean_cosine: f64,
    /// The participation ratio corrected for sampling n rows (γ_row of Chun et al.); `None` for fewer than 4 rows.
    pub participation_ratio_row_corrected: Option<f64>,
}

impl Gathered {
    /// Nothing yet.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn new(plan: Plan) -> Result<Gathered> {
        let total = Moments::zero(plan.width, 0..plan.width.div_ceil(TILE))?;
        Ok(Gathered { plan, total, blocks: Blocks { plain: Vec::new(), scaled: Vec::new() } })
    }

    /// The plan that the moments are of.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Adds the total of one worker.
    ///
    /// # Errors
    ///
    /// `Internal` where it is of another matrix.
    pub fn add(&mut self, moments: &Moments) -> Result<()> {
        self.total.merge(moments)
    }

    /// Adds one block of one worker, of samples as they are or at unit length.
    ///
    /// # Errors
    ///
    /// `Internal` where it is of another matrix or there is no such block; `OutOfMemory`.
    pub fn add_block(&mut self, at_unit_length: bool, block: usize, moments: Moments) -> Result<()> {
        let blocks = if at_unit_length { &mut self.blocks.scaled } else { &mut self.blocks.plain };
        if block >= self.plan.row_blocks || (at_unit_length && !self.plan.scaled) {
            return Err(ErrorKind::Internal { problem: "there is no such block" }.into());
        }
        while blocks.len() <= block {
            // Tiles only where they are needed: most often the first worker's block is taken as it is.
            blocks.push(Moments::zero(self.plan.width, 0..0)?);
        }
        let own = &mut blocks[block];
        let whole = 0..self.plan.width.div_ceil(TILE);
        if own.band.is_empty() && moments.band == whole {
            *own = moments;
            return Ok(());
        }
        if own.band.is_empty() {
            *own = Moments::zero(self.plan.width, whole)?;
        }
        own.merge(&moments)
    }

    /// Whether every row was a number, or what was found instead.
    ///
    /// # Errors
    ///
    /// `NonFinite` or `Float16Overflow`, with the count and the first row.
    pub fn check_finite(&self) -> Result<()> {
        let NonFinite { values, infinite, rows, first_row } = self.non_finite();
        if values == 0 {
            return Ok(());
        }
        let (first_row, of) = (first_row.unwrap_or(0), self.plan.source.n);
        Err(match self.plan.source.dtype().number {
            Number::Float16 if infinite > 0 => ErrorKind::Float16Overflow { values, rows, first_row, of },
            _ => ErrorKind::NonFinite { values, rows, first_row, of },
        }
        .into())
    }

    fn non_finite(&self) -> NonFinite {
        match self.plan.axis {
            Axis::Rows => self.total.non_finite.clone(),
            Axis::Columns => NonFinite {
                rows: self.total.dropped.len() as u64,
                first_row: self.total.dropped.first().copied(),
                ..self.total.non_finite
            },
        }
    }

    /// Rows that were not left out.
    pub fn rows(&self) -> u64 {
        match self.plan.axis {
            Axis::Rows => self.total.samples,
            Axis::Columns => self.plan.source.n - self.non_finite().rows,
        }
    }

    /// The second moment of a part of the rows.
    ///
    /// # Errors
    ///
    /// `TooFewRows`, `AllRowsEqual`, `Overflow`, `Underflow`, `OutOfMemory`; `NotSummed` where the sums that it needs were not gathered.
    pub fn second_moment(&self, part: Part, preparation: Preparation) -> Result<SecondMoment> {
        match self.plan.axis {
            Axis::Rows => self.of_rows(part, preparation),
            Axis::Columns => self.of_columns(part, preparation),
        }
    }

    /// The mean of each column, and the covariance (divisor n − 1) of all rows.
    ///
    /// # Errors
    ///
    /// `NotSummed` in the dual; otherwise as [`second_moment`](Self::second_moment).
    pub(crate) fn mean_and_covariance(&self) -> Result<(Vec<f64>, Entries)> {
        if self.plan.axis == Axis::Columns {
            return Err(ErrorKind::NotSummed { what: DUAL_MOMENTS }.into());
        }
        let SecondMoment { mut entries, scaling, .. } = self.second_moment(Part::All, Preparation::default())?;
        entries.change(|_, _, sum| scaling.to_covariance(sum));
        let (shift, n) = (&self.plan.shift, self.total.samples as f64);
        let mean = shift.values.iter().zip(&self.total.sums).map(|(value, sum)| value + sum / n / shift.scale());
        Ok((mean.collect(), entries))
    }

    /// That so few rows have no covariance, and why there are no more of them.
    fn too_few(&self, rows: u64) -> ErrorKind {
        match self.non_finite().rows {
            0 => ErrorKind::TooFewRows { rows },
            skipped => ErrorKind::TooFewLeft { rows, skipped },
        }
    }

    /// Samples are rows: the matrix is d × d.
    fn of_rows(&self, part: Part, preparation: Preparation) -> Result<SecondMoment> {
        let moments = self.part(part, preparation.unit_rows)?;
        if moments.samples < 2 {
            return Err(self.too_few(moments.samples).into());
        }
        let n = moments.samples as f64;
        let shift = &self.plan.shift;
        let (scale, offset) = if preparation.unit_rows {
            (1.0, shift.unit.clone())
        } else {
            (shift.scale(), shift.values.iter().map(|value| value * shift.scale()).collect())
        };
        let sums = &moments.sums;
        let mut entries = Entries::new(moments.tiles.clone(), moments.width);
        let constant = (0..moments.width).filter(|&i| sums[i] == 0.0 && entries.diagonal(i) == 0.0).count();
        // The variances that columns are standardized with are around the mean, whether or not the rest is.
        let variances: Vec<f64> =
            (0..moments.width).map(|i| (entries.diagonal(i) - sums[i] * sums[i] / n) / (n - 1.0)).collect();
        if preparation.centred {
            entries.change(|i, j, sum| sum - sums[i] * sums[j] / n);
        } else {
            let s = |i: usize, j: usize| sums[i] * offset[j] + offset[i] * sums[j] + n * offset[i] * offset[j];
            entries.change(|i, j, sum| sum + s(i, j));
        }
        let trace = entries.trace();
        let mut engine_error = self.engine_error(&moments);
        if preparation.standardized {
            let inverse: Vec<f64> = variances.into_iter().map(super::worker::inverse_root).collect();
            entries.change(|i, j, sum| sum * inverse[i] * inverse[j]);
            // The rounding of a product is relative to its factors, which have grown as much as the trace has.
            engine_error *= entries.trace() / trace;
        }
        let unscale = if preparation.standardized { 1.0 } else { 1.0 / scale };
        SecondMoment {
            entries,
            n: Some(moments.samples),
            d: Some(self.plan.source.d),
            is_centred: preparation.centred,
            precision: self.plan.precision,
            scaling: Scaling { divisor: if preparation.centred { n - 1.0 } else { n }, unscale },
            skipped_rows: self.non_finite().rows,
            zero_variance_columns: Some(constant as u64),
            engine_error,
        }
        .checked()
    }

    /// Samples are columns: the matrix is n × n, and every part of the rows is a principal submatrix of it.
    fn of_columns(&self, part: Part, preparation: Preparation) -> Result<SecondMoment> {
        let Preparation { centred, unit_rows, standardized } = preparation;
        if standardized && (unit_rows || !centred || part != Part::All) {
            return Err(ErrorKind::NotSummed { what: DUAL_CORRELATIONS }.into());
        }
        let scaled;
        let moments = if standardized {
            let blocks = self.plan.scaled.then_some(&self.blocks.scaled).filter(|blocks| !blocks.is_empty());
            scaled = total(blocks.ok_or(ErrorKind::NotSummed { what: STANDARDIZED })?.iter())?;
            &scaled
        } else {
            &self.total
        };
        let blocks = self.plan.blocks_of_rows();
        let kept: Vec<usize> = (0..self.plan.width)
            .filter(|&row| match part {
                Part::All => true,
                Part::Without(block) => row % blocks != block,
                Part::First(count) => row % blocks < count,
            })
            .filter(|&row| self.total.dropped.binary_search(&(row as u64)).is_err())
            .collect();
        let n = kept.len() as u64;
        if n < 2 {
            return Err(self.too_few(n).into());
        }
        let mut entries = Entries::of_features(moments, &kept)?;
        if !centred || unit_rows {
            let back = &self.total.beside;
            let shifted: Vec<f64> = kept.iter().map(|&row| back.shifted[row]).collect();
            entries.change(|i, j, sum| sum + shifted[i] + shifted[j] + back.shift_squares);
        }
        if unit_rows {
            let inverse: Vec<f64> = (0..kept.len()).map(|i| super::worker::inverse_root(entries.diagonal(i))).collect();
            entries.change(|i, j, sum| sum * inverse[i] * inverse[j]);
        }
        let before = moments.trace();
        if centred {
            entries.centre_both_sides();
        }
        let mut engine_error = self.engine_error(moments);
        if unit_rows {
            engine_error *= n as f64 / before;
        }
        SecondMoment {
            entries,
            n: Some(n),
            d: Some(self.plan.source.d),
            is_centred: centred,
            precision: self.plan.precision,
            scaling: Scaling {
                divisor: if centred { n as f64 - 1.0 } else { n as f64 },
                unscale: if unit_rows || standardized { 1.0 } else { 1.0 / self.plan.shift.scale() },
            },
            skipped_rows: self.non_finite().rows,
            zero_variance_columns: Some(self.total.constant),
            engine_error,
        }
        .checked()
    }

    /// The moments of a part of the rows, where samples are rows.
    fn part(&self, part: Part, at_unit_length: bool) -> Result<Cow<'_, Moments>> {
        let missing = ErrorKind::NotSummed { what: if at_unit_length { UNIT_ROWS } else { BLOCKS } };
        let blocks = if at_unit_length { &self.blocks.scaled } else { &self.blocks.plain };
        let block = |j: usize| blocks.get(j).ok_or(missing.clone());
        Ok(match part {
            Part::All if !at_unit_length => Cow::Borrowed(&self.total),
            Part::All => {
                block(0)?;
                Cow::Owned(total(blocks.iter())?)
            }
            Part::Without(j) => {
                block(j)?;
                Cow::Owned(total(blocks.iter().enumerate().filter(|(i, _)| *i != j).map(|(_, moments)| moments))?)
            }
            Part::First(count) => {
                block(count.saturating_sub(1))?;
                Cow::Owned(total(blocks[..count].iter())?)
            }
        })
    }

    /// The Frobenius norm of the fast engine's error E = (its Σxxᵀ) − (the true one), measured on all rows. For a part it is the whole's, in
    /// proportion to the rows.
    ///
    /// For a vector r of random signs, the expectation of ‖Er‖² is ‖E‖_F². Σxxᵀr was summed in f64 beside the tiles, so Er is known. Every eigenvalue's error
    /// is at most the spectral norm of E, and that at most ‖E‖_F (Weyl). The factor 2 covers the spread of the estimate.
    fn engine_error(&self, moments: &Moments) -> f64 {
        const SAFETY: f64 = 2.0;
        let whole = &self.total;
        let measured = if self.plan.precision == Precision::Exact { None } else { whole.probe_error() };
        let Some(error) = measured.map(|error| SAFETY * error) else { return 0.0 };
        // Rows at unit length were rounded as the others were.
        error * moments.trace() / whole.trace()
    }

    /// The numbers that need no spectrum.
    pub fn row_sums(&self) -> RowSums {
        let fourth_moments = match self.plan.axis {
            Axis::Rows => self.rows_fourth_moments(),
            Axis::Columns => self.columns_fourth_moments(),
        };
        let n = fourth_moments.n;
        RowSums {
            mean_cosine: (self.squared_sum_of_directions() - n) / (n * (n - 1.0)),
            participation_ratio_row_corrected: if n > 3.0 { fourth_moments.participation_ratio() } else { None },
        }
    }

    fn squared_sum_of_directions(&self) -> f64 {
        match self.plan.axis {
            Axis::Rows => self.total.beside.directions.iter().map(|sum| sum * sum).sum(),
            Axis::Columns => {
                let back = &self.total.beside;
                let raw = |i: usize, j: usize| {
                    self.total.entry(i, j) + back.shifted[i] + back.shifted[j] + back.shift_squares
                };
                let kept = self.kept_features();
                let inverse: Vec<f64> = kept.iter().map(|&i| super::worker::inverse_root(raw(i, i))).collect();
                let mut sum = 0.0;
                for (a, &i) in kept.iter().enumerate() {
                    sum += raw(i, i) * inverse[a] * inverse[a];
                    for (b, &j) in kept.iter().enumerate().skip(a + 1) {
                        sum += 2.0 * raw(i, j) * inverse[a] * inverse[b];
                    }
                }
                sum
            }
        }
    }

    /// In the dual, the rows that were not left out.
    fn kept_features(&self) -> Vec<usize> {
        (0..self.plan.width).filter(|&row| self.total.dropped.binary_search(&(row as u64)).is_err()).collect()
    }

    fn rows_fourth_moments(&self) -> FourthMoments {
        let Moments { sums, samples, beside, .. } = &self.total;
        let product = self.total.times(sums);
        FourthMoments {
            n: *samples as f64,
            squared_norm: self.total.squared_norm(),
            fourth: beside.fourth,
            third_by_sum: dot(sums, &beside.third),
            sum_by_moment: dot(sums, &product),
            trace: self.total.trace(),
            squared_sum: dot(sums, sums),
        }
    }

    /// The same from inner products: Σ‖y‖⁴ = ΣG_ii², (Σy)·(Σ‖y‖²y) = Σ_i G_ii·(G1)_i, (Σy)ᵀM(Σy) = ‖G1‖², ‖M‖_F = ‖G‖_F.
    fn columns_fourth_moments(&self) -> FourthMoments {
        let kept = self.kept_features();
        let mut ones = vec![0.0; self.plan.width];
        kept.iter().for_each(|&row| ones[row] = 1.0);
        let by_ones = self.total.times(&ones);
        let (mut fourth, mut third_by_sum, mut sum_by_moment, mut trace, mut squared_sum) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &row in &kept {
            let square = self.total.entry(row, row);
            fourth += square * square;
            third_by_sum += square * by_ones[row];
            sum_by_moment += by_ones[row] * by_ones[row];
            trace += square;
            squared_sum += by_ones[row];
        }
        let mut squared_norm = 0.0;
        for (a, &i) in kept.iter().enumerate() {
            squared_norm += self.total.entry(i, i).powi(2);
            squared_norm += kept[a + 1..].iter().map(|&j| 2.0 * self.total.entry(i, j).powi(2)).sum::<f64>();
        }
        FourthMoments { n: kept.len() as f64, squared_norm, fourth, third_by_sum, sum_by_moment, trace, squared_sum }
    }
}

/// What the corrected participation ratio is made of: y are the rows, M = Σyyᵀ.
struct FourthMoments {
    n: f64,
    /// ‖M‖_F².
    squared_norm: f64,
    /// Σ‖y‖⁴.
    fourth: f64,
    /// (Σy)·(Σ‖y‖²y).
    third_by_sum: f64,
    /// (Σy)ᵀM(Σy).
    sum_by_moment: f64,
    /// tr M.
    trace: f64,
    /// ‖Σy‖².
    squared_sum: f64,
}

impl FourthMoments {
    /// γ_row = A/B, ratio of unbiased estimates of (tr Σ)² and tr Σ² from sums over quadruples of different rows (Chun et al.). It does not change
    /// when all rows are shifted by the same vector.
    /// `None` where the rows hardly differ, and both are rounding.
    fn participation_ratio(&self) -> Option<f64> {
        /// Of the larger terms that the two are differences of.
        const ROUNDING: f64 = 1e-12;
        let FourthMoments { n, squared_norm, fourth, third_by_sum, sum_by_moment, trace, squared_sum } = *self;
        let (squared_trace, squared_sum_2, mixed) = (trace * trace, squared_sum * squared_sum, trace * squared_sum);
        let pairs = 1.0 / ((n - 1.0) * (n - 2.0));
        let a = squared_trace - 2.0 / (n - 1.0) * mixed
            + (4.0 * third_by_sum - n * fourth) / (n - 2.0)
            + pairs * (squared_sum_2 - 4.0 * sum_by_moment + 2.0 * squared_norm - squared_trace);
        let b = squared_norm - n / (n - 2.0) * fourth
            + 2.0 / (n - 2.0) * (2.0 * third_by_sum - sum_by_moment)
            + pairs * (squared_trace - 2.0 * mixed + squared_sum_2);
        (b > ROUNDING * (squared_norm + fourth)).then_some(a / b)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Moments {
    /// Where the sum of x_i·x_j stands, for i ≤ j and all tiles present.
    pub(super) fn entry(&self, i: usize, j: usize) -> f64 {
        let tile = self.tiles_before(i / TILE) + j / TILE - i / TILE;
        self.tiles[tile][i % TILE * TILE + j % TILE]
    }

    /// Σ‖x‖².
    pub(crate) fn trace(&self) -> f64 {
        (0..self.width).map(|i| self.entry(i, i)).sum()
    }

    /// ‖Σxxᵀ‖_F².
    fn squared_norm(&self) -> f64 {
        let mut sum = 0.0;
        for i in 0..self.width {
            sum += self.entry(i, i).powi(2);
            sum += (i + 1..self.width).map(|j| 2.0 * self.entry(i, j).powi(2)).sum::<f64>();
        }
        sum
    }

    /// Σxxᵀ times a vector.
    pub(super) fn times(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.width];
        for i in 0..self.width {
            for j in i..self.width {
                let sum = self.entry(i, j);
                product[i] += sum * vector[j];
                if i != j {
                    product[j] += sum * vector[i];
                }
            }
        }
        product
    }
}
