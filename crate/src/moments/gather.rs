/*! From the merged moments of all workers to one symmetric matrix. */

use super::kernel::TILE;
use super::{Moments, NonFinite, PROBES, Plan, Precision, probe_signs};
use crate::error::{ErrorKind, Result};
use crate::source::{Axis, Number};

/// The moments of a plan, merged as they come in.
pub struct Gathered {
    plan: Plan,
    moments: Moments,
}

/// The centred second moment: X_cᵀX_c (d × d), or X_cX_cᵀ (n × n) in the dual, times a known power of two.
#[derive(Clone, Debug)]
pub struct SecondMoment {
    /// Side of the matrix.
    pub side: usize,
    /// Column by column; only the lower triangle (row ≥ column) is filled.
    pub lower: Vec<f64>,
    /// One over the scale that samples were multiplied with.
    unscale: f64,
    /// Rows that were used.
    pub n: u64,
    /// Rows that were left out because they hold NaN or infinity.
    pub skipped_rows: u64,
    /// Trace of the covariance.
    pub total_variance: f64,
    /// Columns without any variance.
    pub zero_variance_columns: u64,
    /// A bound on the error of each eigenvalue of the covariance that the engine made: the Frobenius norm of the error, measured.
    /// Zero in the exact engine, whose error is of the order of the eigenvalue solver's.
    pub engine_floor: f64,
}

impl SecondMoment {
    /// From an eigenvalue of this matrix to that of the covariance, whose divisor is n − 1.
    pub fn to_covariance(&self, eigenvalue: f64) -> f64 {
        // One power at a time: their square may leave the range of floats where the result does not.
        eigenvalue / (self.n - 1) as f64 * self.unscale * self.unscale
    }
}

impl Gathered {
    /// Nothing yet.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn new(plan: Plan) -> Result<Gathered> {
        let moments = Moments::zero(plan.width, 0..plan.width.div_ceil(TILE))?;
        Ok(Gathered { plan, moments })
    }

    /// The plan that the moments are of.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Adds the moments of one worker.
    ///
    /// # Errors
    ///
    /// `Internal` where they are of another matrix.
    pub fn add(&mut self, moments: &Moments) -> Result<()> {
        self.moments.merge(moments)
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
            Axis::Rows => self.moments.non_finite.clone(),
            Axis::Columns => NonFinite {
                rows: self.moments.dropped.len() as u64,
                first_row: self.moments.dropped.first().copied(),
                ..self.moments.non_finite
            },
        }
    }

    /// Removes what is left of the mean, and with it the rows that were dropped.
    ///
    /// # Errors
    ///
    /// `TooFewRows`, `AllRowsEqual`, `Overflow`, `Underflow`, `OutOfMemory`.
    pub fn into_second_moment(self) -> Result<SecondMoment> {
        let skipped_rows = self.non_finite().rows;
        let n = match self.plan.axis {
            Axis::Rows => self.moments.samples,
            Axis::Columns => self.plan.source.n - skipped_rows,
        };
        if n < 2 {
            return Err(ErrorKind::TooFewRows { rows: n }.into());
        }
        let error = self.engine_error();
        let (side, lower, zero_variance_columns) = match self.plan.axis {
            Axis::Rows => {
                let (moments, n) = (&self.moments, n as f64);
                let lower = lower(&self.moments, &every(self.plan.width), |i, j, sum| {
                    sum - moments.sums[i] * moments.sums[j] / n
                })?;
                let constant = (0..self.plan.width)
                    .filter(|&i| moments.sums[i] == 0.0 && moments.tiles[moments.index(i, i)] == 0.0)
                    .count() as u64;
                (self.plan.width, lower, constant)
            }
            Axis::Columns => {
                let kept: Vec<usize> = (0..self.plan.width)
                    .filter(|&row| self.moments.dropped.binary_search(&(row as u64)).is_err())
                    .collect();
                let mut lower = lower(&self.moments, &kept, |_, _, sum| sum)?;
                centre_both_sides(&mut lower, kept.len());
                (kept.len(), lower, self.moments.constant)
            }
        };
        let trace: f64 = (0..side).map(|i| lower[i * side + i]).sum();
        let mut matrix = SecondMoment {
            side,
            lower,
            unscale: 2f64.powi(-self.plan.shift.exponent),
            n,
            skipped_rows,
            total_variance: 0.0,
            zero_variance_columns,
            engine_floor: 0.0,
        };
        matrix.total_variance = matrix.to_covariance(trace);
        matrix.engine_floor = matrix.to_covariance(error);
        if !matrix.lower.iter().all(|value| value.is_finite()) || !matrix.total_variance.is_finite() {
            return Err(ErrorKind::Overflow { fast: self.plan.precision == Precision::Fast }.into());
        }
        if trace <= 0.0 {
            return Err(ErrorKind::AllRowsEqual { rows: n }.into());
        }
        if matrix.total_variance * f64::EPSILON < f64::MIN_POSITIVE {
            return Err(ErrorKind::Underflow.into());
        }
        Ok(matrix)
    }

    /// The Frobenius norm of the fast engine's error E = (its Σxxᵀ) − (the true one), measured.
    ///
    /// For a vector r of random signs, the expectation of ‖Er‖² is ‖E‖_F². Σxxᵀr was summed in f64 beside the tiles, so Er is known. Every eigenvalue's error
    /// is at most the spectral norm of E, and that at most ‖E‖_F (Weyl). The factor 2 covers the spread of the estimate.
    fn engine_error(&self) -> f64 {
        const SAFETY: f64 = 2.0;
        let (moments, width) = (&self.moments, self.plan.width);
        if moments.probes.is_empty() {
            return 0.0;
        }
        let signs = probe_signs(width);
        let squares: f64 = (0..PROBES)
            .map(|p| {
                let of = p * width..(p + 1) * width;
                let product = moments.times(&signs[of.clone()]);
                product.iter().zip(&moments.probes[of]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
            })
            .sum();
        SAFETY * (squares / PROBES as f64).sqrt()
    }
}

impl Moments {
    /// Where the sum of x_i·x_j stands in `tiles`, for i ≤ j and all tiles present.
    fn index(&self, i: usize, j: usize) -> usize {
        let tile = self.tiles_before(i / TILE) + j / TILE - i / TILE;
        (tile * TILE + i % TILE) * TILE + j % TILE
    }

    /// Σxxᵀ times a vector.
    fn times(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.width];
        for i in 0..self.width {
            for j in i..self.width {
                let sum = self.tiles[self.index(i, j)];
                product[i] += sum * vector[j];
                if i != j {
                    product[j] += sum * vector[i];
                }
            }
        }
        product
    }
}

fn every(width: usize) -> Vec<usize> {
    (0..width).collect()
}

/// The lower triangle, column by column, of the chosen features.
fn lower(moments: &Moments, features: &[usize], entry: impl Fn(usize, usize, f64) -> f64) -> Result<Vec<f64>> {
    let side = features.len();
    let mut lower = Vec::new();
    lower
        .try_reserve_exact(side * side)
        .map_err(|_| ErrorKind::OutOfMemory { side: side as u64, bytes: (side * side * 8) as u64 })?;
    lower.resize(side * side, 0.0);
    for (column, &i) in features.iter().enumerate() {
        for (row, &j) in features.iter().enumerate().skip(column) {
            lower[column * side + row] = entry(i, j, moments.tiles[moments.index(i, j)]);
        }
    }
    Ok(lower)
}

/// H·G·H with H = I − 11ᵀ/n: subtracts row means and column means and adds the mean of all.
fn centre_both_sides(lower: &mut [f64], side: usize) {
    let mut means = vec![0.0; side];
    for column in 0..side {
        for row in column..side {
            let value = lower[column * side + row];
            means[row] += value;
            if row != column {
                means[column] += value;
            }
        }
    }
    means.iter_mut().for_each(|sum| *sum /= side as f64);
    let grand = means.iter().sum::<f64>() / side as f64;
    for column in 0..side {
        for row in column..side {
            lower[column * side + row] += grand - means[row] - means[column];
        }
    }
}
