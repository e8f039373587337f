/*!
Eigenvalues of a symmetric matrix, largest first.

In three stages, each of which keeps the eigenvalues: the dense matrix becomes a band (`band`, nearly all of the work, as products of small
`tiles`), the band a tridiagonal matrix (`chase`), and that its eigenvalues (`ql`). Only the first stage touches the whole matrix, and only
once for 16 columns, where the classical reduction (LAPACK's dsytrd) waits for memory once for each. The eigenvalues err by a few ε·λ₁.
*/

mod band;
mod chase;
mod kernel;
mod panel;
mod ql;
mod reflector;
mod share;
#[cfg(test)]
mod tests;
mod tiles;

use band::Reduction;
use kernel::Kernel;
use tiles::Tiles;

pub use share::{Parcel, Share};
pub use tiles::{Tile, tiles_of};

use crate::error::{ErrorKind, Result};

/// What follows the band takes as long as the way to it at this side, and otherwise in proportion to 1/d (measured in V8: 0.37 of that at 512, 0.25 at 768,
/// 0.19 at 1024).
const AFTER_BAND: f64 = 190.0;

/// Eigenvalues of a symmetric matrix of finite numbers, largest first.
///
/// `lower` is column by column, `side` × `side`; only row ≥ column is read.
///
/// # Errors
///
/// `NoConvergence` where an entry or an eigenvalue is not a finite number or the iteration does not end; `OutOfMemory`.
pub fn eigenvalues(lower: &[f64], side: usize) -> Result<Vec<f64>> {
    eigenvalues_with(lower, side, Kernel::best())
}

fn eigenvalues_with(lower: &[f64], side: usize, kernel: Kernel) -> Result<Vec<f64>> {
    Lead::with_kernel(Tiles::from_lower(tiles_of(lower, side)?, side)?, side, 1, kernel)?.eigenvalues()
}

/// The way from a symmetric matrix in tiles to its eigenvalues, as the worker goes it that leads. Others may help it to the band: each takes a
/// [`Share`] and answers to every panel.
pub struct Lead {
    reduction: Reduction,
    side: usize,
    /// The matrix was divided by it.
    scale: f64,
    kernel: Kernel,
}

impl Lead {
    /// Of the tiles of the lower triangle, column of tiles by column of tiles, each column by column; sides are padded to multiples of 16 with zeros.
    ///
    /// Of a diagonal tile only row ≥ column is read. This is the layout that the second moment is summed in, so that it is never copied.
    /// `workers` counts the one that leads.
    ///
    /// # Errors
    ///
    /// `NoConvergence` where an entry is not a finite number; `OutOfMemory`; `Internal` where there are too few or too many tiles.
    pub fn new(tiles: Vec<Tile>, side: usize, workers: usize) -> Result<Lead> {
        Lead::with_kernel(Tiles::from_lower(tiles, side)?, side, workers, Kernel::best())
    }

    fn with_kernel(mut tiles: Tiles, side: usize, workers: usize, kernel: Kernel) -> Result<Lead> {
        let largest = tiles.largest().ok_or(ErrorKind::NoConvergence)?;
        let scale = if largest == 0.0 { 1.0 } else { power_of_two_near(largest) };
        tiles.scale(1.0 / scale);
        Ok(Lead { reduction: Reduction::new(tiles, side, workers, kernel)?, side, scale, kernel })
    }

    /// Numbers of the share of another worker, from 1 to `workers` − 1.
    pub fn share_length(&self, worker: usize) -> usize {
        self.reduction.share_length(worker)
    }

    /// Puts that share into a parcel of that length, for [`Share::read`].
    pub fn write_share(&self, worker: usize, parcel: &mut impl Parcel) {
        self.reduction.write_share(worker, parcel);
    }

    /// Numbers of a parcel that goes to another worker with each panel and comes back with the answer.
    pub fn parcel_length(&self) -> usize {
        self.reduction.parcel_length()
    }

    /// Factors the next panel; false where there is none left that anything waits for. Otherwise [`multiply`](Self::multiply), [`add`](Self::add) for
    /// each other worker and [`turn`](Self::turn) follow.
    pub fn factor(&mut self) -> bool {
        self.reduction.factor()
    }

    /// Puts what the other workers need of the panel into a parcel, for [`Share::answer`].
    pub fn write_panel(&self, parcel: &mut impl Parcel) {
        self.reduction.write_panel(parcel);
    }

    /// Multiplies the own share with the panel.
    pub fn multiply(&mut self) {
        self.reduction.multiply();
    }

    /// Adds what another worker has answered to the panel.
    ///
    /// # Errors
    ///
    /// `Internal` where the parcel is none of that length.
    pub fn add(&mut self, worker: usize, parcel: &impl Parcel) -> Result<()> {
        self.reduction.add(worker, parcel)
    }

    /// Everybody has answered: the panel is done.
    pub fn turn(&mut self) {
        self.reduction.turn();
    }

    /// How much of the work is done, from 0 to 1.
    pub fn done(&self) -> f64 {
        self.reduction.done() / (1.0 + AFTER_BAND / self.side as f64)
    }

    /// The eigenvalues, largest first, after what is left of the way. Where there are other workers, none of their part may be left.
    ///
    /// # Errors
    ///
    /// `NoConvergence` where an eigenvalue is not a finite number or the iteration does not end.
    pub fn eigenvalues(mut self) -> Result<Vec<f64>> {
        while self.factor() {
            self.multiply();
            self.turn();
        }
        let (values, beside) = self.reduction.into_band().into_tridiagonal(self.kernel);
        of_scaled_tridiagonal(values, beside, self.scale)
    }
}

/// Eigenvalues of a symmetric tridiagonal matrix, largest first. What is `beside` the diagonal is one shorter than it.
///
/// # Errors
///
/// `NoConvergence`, as [`eigenvalues`].
pub(crate) fn tridiagonal(mut diagonal: Vec<f64>, mut beside: Vec<f64>) -> Result<Vec<f64>> {
    let largest = diagonal.iter().chain(&beside).fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest == 0.0 {
        return Ok(diagonal);
    }
    let scale = power_of_two_near(largest);
    diagonal.iter_mut().chain(&mut beside).for_each(|value| *value /= scale);
    of_scaled_tridiagonal(diagonal, beside, scale)
}

/// Eigenvalues, times `scale`, of a tridiagonal matrix whose largest entry is near 1.
fn of_scaled_tridiagonal(mut values: Vec<f64>, mut beside: Vec<f64>, scale: f64) -> Result<Vec<f64>> {
    ql::solve(&mut values, &mut beside)?;
    values.iter_mut().for_each(|value| *value *= scale);
    if !values.iter().all(|value| value.is_finite()) {
        return Err(ErrorKind::NoConvergence.into());
    }
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    Ok(values)
}

/// A power of two, so that scaling by it is exact, which brings the largest entry near 1 and whose inverse is a normal number.
fn power_of_two_near(largest: f64) -> f64 {
    2f64.powi((largest.log2().floor() as i32).clamp(-1022, 1022))
}
