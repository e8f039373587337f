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
#[cfg(test)]
mod tests;
mod tiles;

use kernel::Kernel;
use tiles::Tiles;

pub use tiles::Tile;

use crate::error::{ErrorKind, Result};

/// What follows the band takes as long as the way to it at this side, and otherwise in proportion to 1/d (measured in V8 from 512 to 4096: 0.47 of that
/// at 512, 0.07 at 4096).
const AFTER_BAND: f64 = 250.0;

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

/// Eigenvalues of a symmetric matrix that stands in tiles, largest first.
///
/// The tiles are those of the lower triangle, column of tiles by column of tiles, each column by column; sides are padded to multiples of 16 with zeros.
/// Of a diagonal tile only row ≥ column is read. This is the layout that the second moment is summed in, so that it is never copied.
/// `headway` is told now and then how much of the work is done, from 0 to 1.
///
/// # Errors
///
/// As [`eigenvalues`]; `Internal` where there are too few or too many tiles.
pub fn of_tiles(tiles: Vec<Tile>, side: usize, headway: &mut dyn FnMut(f64)) -> Result<Vec<f64>> {
    of_tiles_with(Tiles::from_lower(tiles, side)?, side, Kernel::best(), headway)
}

fn eigenvalues_with(lower: &[f64], side: usize, kernel: Kernel) -> Result<Vec<f64>> {
    of_tiles_with(Tiles::new(lower, side)?, side, kernel, &mut |_| ())
}

fn of_tiles_with(mut tiles: Tiles, side: usize, kernel: Kernel, headway: &mut dyn FnMut(f64)) -> Result<Vec<f64>> {
    let largest = tiles.largest().ok_or(ErrorKind::NoConvergence)?;
    if largest == 0.0 {
        return Ok(vec![0.0; side]);
    }
    let scale = power_of_two_near(largest);
    tiles.scale(1.0 / scale);
    let band = band::reduce(tiles, side, kernel, &mut |part| headway(part / (1.0 + AFTER_BAND / side as f64)))?;
    let (values, beside) = band.into_tridiagonal(kernel);
    of_scaled_tridiagonal(values, beside, scale)
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
