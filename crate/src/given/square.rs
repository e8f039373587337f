/*! A square matrix that may be symmetric, while it is read. */

use super::ROUNDING;
use crate::eigen::Tile;
use crate::error::{ErrorKind, Result, group};
use crate::moments::{Entries, TILE};

/// An entry this far from the one across the diagonal, times the largest by then, is no rounding of any type, and the rest need not be read.
const CLEARLY: f64 = 0.01;

/// The upper triangle of what was read, row by row, held against what was read of the lower.
#[derive(Debug)]
pub(super) struct Square {
    side: usize,
    rows: usize,
    tiles: Vec<Tile>,
    largest: f64,
    /// The largest difference of two entries across the diagonal, and where it is.
    difference: f64,
    at: (usize, usize),
    /// ‖(A − Aᵀ)/2‖_F².
    skew_squares: f64,
    non_finite: Option<(usize, usize)>,
}

/// A symmetric matrix.
pub(super) struct Symmetric {
    pub entries: Entries,
    /// How far it was from symmetric, as a Frobenius norm.
    pub skew: f64,
}

impl Square {
    pub fn new(side: u64) -> Square {
        Square {
            side: side as usize,
            rows: 0,
            tiles: Vec::new(),
            largest: 0.0,
            difference: 0.0,
            at: (0, 0),
            skew_squares: 0.0,
            non_finite: None,
        }
    }

    fn tile(&self, row: usize, column: usize) -> usize {
        row * self.side.div_ceil(TILE) - row * row.saturating_sub(1) / 2 + column - row
    }

    /// Takes the next rows; whether more are wanted.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn push(&mut self, numbers: &[f64]) -> Result<bool> {
        for row in numbers.chunks_exact(self.side) {
            let i = self.rows;
            if i.is_multiple_of(TILE) {
                let count = self.side.div_ceil(TILE) - i / TILE;
                let bytes = (count * size_of::<Tile>()) as u64;
                let full = |_| ErrorKind::OutOfMemory { side: self.side as u64, bytes };
                self.tiles.try_reserve(count).map_err(full)?;
                self.tiles.resize(self.tiles.len() + count, [0.0; TILE * TILE]);
            }
            self.rows += 1;
            if let Some(j) = row.iter().position(|value| !value.is_finite()) {
                self.non_finite = Some((i, j));
                return Ok(false);
            }
            self.largest = row.iter().fold(self.largest, |largest, value| largest.max(value.abs()));
            for (j, &value) in row.iter().enumerate() {
                let (a, b) = (i.min(j), i.max(j));
                let tile = self.tile(a / TILE, b / TILE);
                let entry = &mut self.tiles[tile][a % TILE * TILE + b % TILE];
                if j >= i {
                    *entry = value;
                    continue;
                }
                let difference = (value - *entry).abs();
                self.skew_squares += difference * difference / 2.0;
                *entry += (value - *entry) / 2.0;
                if difference > self.difference {
                    (self.difference, self.at) = (difference, (i, j));
                }
            }
            if self.difference > CLEARLY * self.largest {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The matrix, if it can be a covariance or a Gram matrix, or why it cannot.
    pub fn finish(self) -> std::result::Result<Symmetric, String> {
        let place = |(i, j): (usize, usize)| format!("row {}, column {}", group(i as u64), group(j as u64));
        if let Some(at) = self.non_finite {
            return Err(format!("the entry in {} (counted from 0) is NaN or infinite", place(at)));
        }
        if self.difference > ROUNDING * self.largest {
            let (i, j) = self.at;
            return Err(format!(
                "it is not symmetric: the entries in {} and {} (counted from 0) differ by {:e}",
                place((i, j)),
                place((j, i)),
                self.difference,
            ));
        }
        let entries = Entries::new(self.tiles, self.side);
        let slack = ROUNDING * self.largest;
        for i in 0..self.side {
            if entries.diagonal(i) < -slack {
                return Err(format!(
                    "the entry in {} is negative, and on the diagonal are sums of squares",
                    place((i, i))
                ));
            }
        }
        // |a_ij| ≤ √(a_ii·a_jj), by Cauchy and Schwarz.
        let roots: Vec<f64> = (0..self.side).map(|i| entries.diagonal(i).max(0.0).sqrt()).collect();
        let mut beyond = None;
        entries.look(|i, j, entry| {
            if entry.abs() > roots[i] * roots[j] + slack {
                beyond.get_or_insert((i, j));
            }
        });
        if let Some((i, j)) = beyond {
            return Err(format!(
                "the entry in {} is larger than those on the diagonal allow, {} and {}",
                place((i, j)),
                entries.diagonal(i),
                entries.diagonal(j),
            ));
        }
        Ok(Symmetric { entries, skew: self.skew_squares.sqrt() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &[f64], side: u64) -> std::result::Result<Symmetric, String> {
        let mut square = Square::new(side);
        square.push(rows).unwrap();
        square.finish()
    }

    #[test]
    fn rounding_is_evened_out_and_told() {
        let found = read(&[4.0, 1.0, 1.0 + 2e-7, 3.0], 2).unwrap();
        let mut entries = Vec::new();
        found.entries.look(|_, _, entry| entries.push(entry));
        assert_eq!((entries[0], entries[2]), (4.0, 3.0));
        assert!((entries[1] - (1.0 + 1e-7)).abs() < 1e-15, "{entries:?}");
        assert!((found.skew - 2e-7 / 2f64.sqrt()).abs() < 1e-15, "{}", found.skew);
    }

    #[test]
    fn what_is_no_covariance_says_why() {
        for (rows, problem) in [
            (&[4.0, 1.0, 1.1, 3.0], "not symmetric: the entries in row 1, column 0 and row 0, column 1"),
            (&[4.0, f64::NAN, 1.0, 3.0], "the entry in row 0, column 1 (counted from 0) is NaN"),
            (&[4.0, 1.0, 1.0, -3.0], "the entry in row 1, column 1 is negative"),
            (&[4.0, 5.0, 5.0, 3.0], "the entry in row 0, column 1 is larger than those on the diagonal allow, 4 and 3"),
        ] {
            let found = read(rows, 2).err().unwrap();
            assert!(found.contains(problem), "{found}");
        }
    }

    #[test]
    fn a_matrix_of_any_side_is_kept_whole() {
        for side in [1usize, 15, 16, 17, 40] {
            let rows: Vec<f64> = (0..side * side)
                .map(|at| if at / side == at % side { 100.0 } else { (at / side + at % side) as f64 / 2.0 })
                .collect();
            let mut count = 0;
            read(&rows, side as u64).unwrap().entries.look(|i, j, entry| {
                count += 1;
                assert_eq!(entry, rows[i * side + j]);
            });
            assert_eq!(count, side * (side + 1) / 2);
        }
    }
}
