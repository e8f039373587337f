/*!
A symmetric matrix as the tiles of its lower triangle.

The matrix is cut into 16 × 16 tiles, padded with zeros, which stay exactly decoupled from the rest: every reflector is zero there. The tiles
of a column stand one after another, so that a panel of 16 columns below the diagonal is a slice; each tile is column by column. It takes half the
memory of a full matrix. Diagonal tiles hold both their triangles.
*/

use crate::error::{ErrorKind, Result};

/// Side of a tile, and the width of the band that the matrix is first reduced to. Measured from 512 to 4096: 16 is best or ties everywhere; a
/// band of 12 is as good up to 1024 and 24 from 2048; 32 loses in the chase.
pub(super) const SIDE: usize = 16;

/// Numbers of a tile.
pub(super) const NUMBERS: usize = SIDE * SIDE;

/// A square block of numbers.
pub type Tile = [f64; NUMBERS];

/// The lower triangle of tiles.
pub(super) struct Tiles(Vec<Tile>);

impl Tiles {
    /// Takes the tiles of a lower triangle; of a diagonal tile only its own lower triangle counts.
    ///
    /// # Errors
    ///
    /// `Internal` where their number is not that of a matrix of this side.
    pub fn from_lower(mut tiles: Vec<Tile>, side: usize) -> Result<Tiles> {
        let count = side.div_ceil(SIDE);
        if tiles.len() != count * (count + 1) / 2 {
            return Err(ErrorKind::Internal { problem: "a matrix came with too few or too many tiles" }.into());
        }
        for column in 0..count {
            mirror(&mut tiles[start(count, column)]);
        }
        Ok(Tiles(tiles))
    }

    /// The largest modulus, if all entries are finite.
    pub fn largest(&self) -> Option<f64> {
        let (mut largest, mut finite) = (0.0, true);
        for value in self.0.as_flattened() {
            let size = value.abs();
            // Not f64::max, which calls a function in wasm.
            largest = if size > largest { size } else { largest };
            finite &= size <= f64::MAX;
        }
        finite.then_some(largest)
    }

    /// Multiplies every entry.
    pub fn scale(&mut self, factor: f64) {
        self.0.as_flattened_mut().iter_mut().for_each(|value| *value *= factor);
    }

    /// All numbers, tile after tile.
    pub fn into_numbers(self) -> Vec<f64> {
        self.0.into_flattened()
    }
}

/// The tiles of the lower triangle of a matrix that is given column by column, of which only row ≥ column is read.
///
/// # Errors
///
/// `OutOfMemory`.
pub fn tiles_of(lower: &[f64], side: usize) -> Result<Vec<Tile>> {
    let count = side.div_ceil(SIDE);
    let mut tiles = zeros(count * (count + 1) / 2, side)?;
    let mut next = tiles.iter_mut();
    for column in 0..count {
        for row in column..count {
            let Some(tile) = next.next() else { break };
            for (j, to) in tile.chunks_exact_mut(SIDE).enumerate().take(side - column * SIDE) {
                let from = &lower[(column * SIDE + j) * side..][..side];
                let below = if row == column { j } else { 0 };
                for (to, from) in to.iter_mut().zip(&from[row * SIDE..]).skip(below) {
                    *to = *from;
                }
            }
        }
    }
    Ok(tiles)
}

/// Tiles before a column of a triangle of `count` columns of tiles.
pub(super) fn start(count: usize, column: usize) -> usize {
    column * count - column * column.saturating_sub(1) / 2
}

/// Tiles of zeros, for a matrix of some side.
pub(super) fn zeros(count: usize, side: usize) -> Result<Vec<Tile>> {
    let mut tiles = Vec::new();
    tiles
        .try_reserve_exact(count)
        .map_err(|_| ErrorKind::OutOfMemory { side: side as u64, bytes: (count * size_of::<Tile>()) as u64 })?;
    tiles.resize(count, [0.0; NUMBERS]);
    Ok(tiles)
}

/// Fills the upper triangle of a diagonal tile.
fn mirror(tile: &mut Tile) {
    for column in 0..SIDE {
        for row in 0..column {
            tile[column * SIDE + row] = tile[row * SIDE + column];
        }
    }
}

/// The transpose.
#[inline(never)]
pub(super) fn transpose(from: &Tile, to: &mut Tile) {
    for i in 0..SIDE {
        for j in 0..SIDE {
            to[i * SIDE + j] = from[j * SIDE + i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_hold_the_lower_triangle() {
        let side = 37;
        let mut lower = vec![f64::NAN; side * side];
        for j in 0..side {
            for i in j..side {
                lower[j * side + i] = (i * 100 + j) as f64;
            }
        }
        let mut tiles = Tiles::from_lower(tiles_of(&lower, side).unwrap(), side).unwrap();
        tiles.scale(2.0);
        let numbers = tiles.into_numbers();
        assert_eq!(numbers.len(), 6 * NUMBERS);
        for column in 0..3 {
            let rows = &numbers[start(3, column) * NUMBERS..][..(3 - column) * NUMBERS];
            for (row, tile) in rows.chunks_exact(NUMBERS).enumerate() {
                for (k, &value) in tile.iter().enumerate() {
                    let (i, j) = ((column + row) * SIDE + k % SIDE, column * SIDE + k / SIDE);
                    let (i, j) = (i.max(j), i.min(j));
                    assert_eq!(value, if i < side { (i * 200 + j * 2) as f64 } else { 0.0 });
                }
            }
        }
    }
}
