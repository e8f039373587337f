/*! One symmetric matrix, as the tiles that the eigenvalue solver takes. */

use super::kernel::TILE;
use super::{Moments, Precision};
use crate::eigen::Tile;
use crate::error::{ErrorKind, Result};

/// The upper triangle of a symmetric matrix in 16 × 16 tiles, tile row by tile row, each tile row by row. Read column by column, the
/// same tiles are the lower triangle, which is how the solver reads them: nothing is copied.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries {
    tiles: Vec<Tile>,
    side: usize,
}

/// The second moment of rows (d × d, or n × n in the dual), times a known power of two.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondMoment {
    pub(crate) entries: Entries,
    /// Rows that were used, where that is known.
    pub n: Option<u64>,
    /// Columns of the features, where that is known.
    pub d: Option<u64>,
    /// Whether the mean was removed.
    pub is_centred: bool,
    /// How products were computed.
    pub precision: Precision,
    pub(crate) scaling: Scaling,
    /// Rows that were left out because they hold NaN or infinity.
    pub skipped_rows: u64,
    /// Columns without any variance, where that is known.
    pub zero_variance_columns: Option<u64>,
    /// A bound on the error of each eigenvalue that this matrix's entries have brought along: the Frobenius norm of their error, measured.
    /// Zero in the exact engine, whose error is of the order of the eigenvalue solver's.
    pub(crate) engine_error: f64,
}

/// From the units of the sums to those of the covariance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling {
    /// n − 1, or n where the mean was not removed; 1 where the entries are a covariance's already.
    pub(crate) divisor: f64,
    /// One over the scale that samples were multiplied with.
    pub(crate) unscale: f64,
}

impl Scaling {
    /// From an eigenvalue of the second moment to that of the covariance.
    pub fn to_covariance(self, eigenvalue: f64) -> f64 {
        // One power at a time: their square may leave the range of floats where the result does not.
        eigenvalue / self.divisor * self.unscale * self.unscale
    }
}

/// Words before the tiles in [`SecondMoment::to_words`].
const HEADER_WORDS: usize = 10;

impl SecondMoment {
    /// Side of the matrix: d, or n in the dual.
    pub fn side(&self) -> usize {
        self.entries.side
    }

    /// The tiles for [`eigen::Lead`](crate::eigen::Lead), and what its eigenvalues mean.
    pub fn into_parts(self) -> (Scaling, Vec<Tile>) {
        (self.scaling, self.entries.tiles)
    }

    /// Trace of the covariance.
    pub fn total_variance(&self) -> f64 {
        self.scaling.to_covariance(self.entries.trace())
    }

    /// A bound on what the rounding of the entries did to any eigenvalue of the covariance.
    pub fn engine_floor(&self) -> f64 {
        self.scaling.to_covariance(self.engine_error)
    }

    /// Whether there is a spectrum in it.
    ///
    /// # Errors
    ///
    /// `Overflow`, `AllRowsEqual`, `Underflow`.
    pub(crate) fn checked(self) -> Result<SecondMoment> {
        let total_variance = self.total_variance();
        if !self.entries.are_finite() || !total_variance.is_finite() {
            return Err(ErrorKind::Overflow { fast: self.precision == Precision::Fast }.into());
        }
        if self.entries.trace() <= 0.0 {
            return Err(ErrorKind::AllRowsEqual { rows: self.n }.into());
        }
        if total_variance * f64::EPSILON < f64::MIN_POSITIVE {
            return Err(ErrorKind::Underflow.into());
        }
        Ok(self)
    }

    /// As plain numbers, for the way from one worker to another.
    pub fn to_words(&self) -> Vec<f64> {
        let mut words = Vec::with_capacity(HEADER_WORDS + self.entries.tiles.len() * TILE * TILE);
        words.extend([
            self.entries.side as f64,
            word(self.n),
            word(self.d),
            f64::from(u8::from(self.is_centred)),
            f64::from(u8::from(self.precision == Precision::Fast)),
            self.scaling.divisor,
            self.scaling.unscale,
            self.skipped_rows as f64,
            word(self.zero_variance_columns),
            self.engine_error,
        ]);
        words.extend(self.entries.words());
        words
    }

    /// Reads what [`to_words`](Self::to_words) wrote.
    ///
    /// # Errors
    ///
    /// `Internal` where the words are not of that form.
    pub fn from_words(words: &[f64]) -> Result<SecondMoment> {
        let malformed = || ErrorKind::Internal { problem: "a matrix was damaged between workers" };
        let (header, rest) = words.split_at_checked(HEADER_WORDS).ok_or_else(malformed)?;
        Ok(SecondMoment {
            entries: read_tiles(header[0], rest).ok_or_else(malformed)?,
            n: number(header[1]),
            d: number(header[2]),
            is_centred: header[3] != 0.0,
            precision: if header[4] == 0.0 { Precision::Exact } else { Precision::Fast },
            scaling: Scaling { divisor: header[5], unscale: header[6] },
            skipped_rows: header[7] as u64,
            zero_variance_columns: number(header[8]),
            engine_error: header[9],
        })
    }
}

/// Entries from the words of their tiles; `None` where there are too few or too many.
pub(crate) fn read_tiles(side: f64, words: &[f64]) -> Option<Entries> {
    let (tiles, []) = words.as_chunks::<{ TILE * TILE }>() else { return None };
    let side = Some(side).filter(|side| (1.0..=words.len() as f64).contains(side))? as usize;
    let count = side.div_ceil(TILE);
    (tiles.len() == count * (count + 1) / 2).then(|| Entries { tiles: tiles.to_vec(), side })
}

/// A number that may not be known, among words: NaN where it is not.
pub(crate) fn word(number: Option<u64>) -> f64 {
    number.map_or(f64::NAN, |number| number as f64)
}

/// What [`word`] wrote.
pub(crate) fn number(word: f64) -> Option<u64> {
    (!word.is_nan()).then_some(word as u64)
}

impl Entries {
    pub(crate) fn new(tiles: Vec<Tile>, side: usize) -> Entries {
        Entries { tiles, side }
    }

    /// The entries of some features (in ascending order) of a whole second moment.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub(super) fn of_features(moments: &Moments, features: &[usize]) -> Result<Entries> {
        if features.len() == moments.width {
            return Ok(Entries::new(moments.tiles.clone(), moments.width));
        }
        let mut chosen = Moments::zero(features.len(), 0..features.len().div_ceil(TILE))?.tiles;
        let side = features.len();
        visit(&mut chosen, side, |i, j, entry| *entry = moments.entry(features[i], features[j]));
        Ok(Entries::new(chosen, side))
    }

    /// Side of the matrix.
    pub(crate) fn side(&self) -> usize {
        self.side
    }

    /// All numbers of the tiles.
    pub(crate) fn words(&self) -> &[f64] {
        self.tiles.as_flattened()
    }

    fn tiles_before(&self, row: usize) -> usize {
        row * self.side.div_ceil(TILE) - row * row.saturating_sub(1) / 2
    }

    /// Entry (i, i).
    pub(crate) fn diagonal(&self, i: usize) -> f64 {
        self.tiles[self.tiles_before(i / TILE)][i % TILE * (TILE + 1)]
    }

    pub(crate) fn trace(&self) -> f64 {
        (0..self.side).map(|i| self.diagonal(i)).sum()
    }

    /// Replaces each entry (i, j), i ≤ j.
    pub(crate) fn change(&mut self, change: impl Fn(usize, usize, f64) -> f64) {
        visit(&mut self.tiles, self.side, |i, j, entry| *entry = change(i, j, *entry));
    }

    /// Replaces each entry (i, j), i ≤ j, by what is made of it and the other's.
    #[cfg(feature = "readers")]
    pub(crate) fn combine(&mut self, other: &Entries, combine: impl Fn(usize, usize, f64, f64) -> f64) {
        let places = places(self.side);
        for ((own, others), (first, start)) in self.tiles.iter_mut().zip(&other.tiles).zip(places) {
            // What is below the diagonal or outside of the matrix stays as it is.
            let inside = |r: usize, c: usize| first + r <= start + c && start + c < self.side;
            for (at, (own, others)) in own.iter_mut().zip(others).enumerate() {
                let (r, c) = (at / TILE, at % TILE);
                if inside(r, c) {
                    *own = combine(first + r, start + c, *own, *others);
                }
            }
        }
    }

    /// Looks at each entry (i, j), i ≤ j.
    pub(crate) fn look(&self, look: impl FnMut(usize, usize, f64)) {
        self::look(&self.tiles, self.side, look);
    }

    /// The Frobenius norm of the whole matrix.
    #[cfg(feature = "readers")]
    pub(crate) fn norm(&self) -> f64 {
        // Relative to the largest, so that squares stay within range.
        let largest = self.words().iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let mut squares = 0.0;
        self.look(|i, j, entry| squares += (entry / largest).powi(2) * if i == j { 1.0 } else { 2.0 });
        if largest > 0.0 { largest * squares.sqrt() } else { 0.0 }
    }

    /// The sum of each row of the whole matrix.
    pub(crate) fn sums_of_rows(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.side];
        self.look(|i, j, entry| {
            sums[i] += entry;
            if i != j {
                sums[j] += entry;
            }
        });
        sums
    }

    fn are_finite(&self) -> bool {
        // In a diagonal tile what is below the diagonal is of no account, and it is finite where the rest is.
        self.tiles.as_flattened().iter().all(|value| value.is_finite())
    }

    /// H·G·H with H = I − 11ᵀ/n: subtracts row means and column means and adds the mean of all.
    pub(crate) fn centre_both_sides(&mut self) {
        let mut means = self.sums_of_rows();
        let n = self.side as f64;
        means.iter_mut().for_each(|sum| *sum /= n);
        let grand = means.iter().sum::<f64>() / n;
        self.change(|i, j, entry| entry + (grand - means[i] - means[j]));
    }
}

/// Visits the entries (i, j), i ≤ j, tile by tile.
fn visit(tiles: &mut [Tile], side: usize, mut visit: impl FnMut(usize, usize, &mut f64)) {
    let mut places = places(side);
    for tile in tiles {
        let Some((first, start)) = places.next() else { return };
        let columns = TILE.min(side - start);
        for (r, entries) in tile.chunks_exact_mut(TILE).enumerate().take(side - first) {
            let from = if first == start { r } else { 0 };
            for (c, entry) in entries[..columns].iter_mut().enumerate().skip(from) {
                visit(first + r, start + c, entry);
            }
        }
    }
}

/// The same, changing nothing.
fn look(tiles: &[Tile], side: usize, mut look: impl FnMut(usize, usize, f64)) {
    for (tile, (first, start)) in tiles.iter().zip(places(side)) {
        let columns = TILE.min(side - start);
        for (r, entries) in tile.chunks_exact(TILE).enumerate().take(side - first) {
            let from = if first == start { r } else { 0 };
            for (c, &entry) in entries[..columns].iter().enumerate().skip(from) {
                look(first + r, start + c, entry);
            }
        }
    }
}

/// The first row and the first column of each tile.
fn places(side: usize) -> impl Iterator<Item = (usize, usize)> {
    let count = side.div_ceil(TILE);
    (0..count).flat_map(move |row| (row..count).map(move |column| (row * TILE, column * TILE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(side: usize) -> Entries {
        let count = side.div_ceil(TILE);
        let mut tiles = vec![[0.0; TILE * TILE]; count * (count + 1) / 2];
        visit(&mut tiles, side, |i, j, entry| *entry = (i * 100 + j) as f64);
        Entries::new(tiles, side)
    }

    #[test]
    fn every_entry_of_the_upper_triangle_is_visited_once() {
        for side in [1, 15, 16, 17, 40] {
            let mut seen = vec![0; side * side];
            visit(&mut matrix(side).tiles, side, |i, j, entry| {
                assert_eq!(*entry, (i * 100 + j) as f64);
                seen[i * side + j] += 1;
            });
            assert!((0..side).all(|i| (0..side).all(|j| seen[i * side + j] == usize::from(i <= j))));
            assert_eq!(matrix(side).trace(), (0..side).map(|i| (i * 101) as f64).sum::<f64>());
        }
    }

    #[test]
    fn centring_both_sides_leaves_no_mean() {
        let mut entries = matrix(21);
        entries.centre_both_sides();
        let mut sums = vec![0.0; 21];
        visit(&mut entries.tiles, 21, |i, j, entry| {
            sums[i] += *entry;
            if i != j {
                sums[j] += *entry;
            }
        });
        assert!(sums.iter().all(|sum| sum.abs() < 1e-9), "{sums:?}");
    }

    #[test]
    fn a_matrix_survives_the_way_between_workers() {
        let moment = SecondMoment {
            entries: matrix(33),
            n: Some(100),
            d: None,
            is_centred: true,
            precision: Precision::Fast,
            scaling: Scaling { divisor: 99.0, unscale: 0.25 },
            skipped_rows: 3,
            zero_variance_columns: Some(2),
            engine_error: 1e-7,
        };
        let words = moment.to_words();
        assert_eq!(SecondMoment::from_words(&words).unwrap(), moment);
        assert_eq!(SecondMoment::from_words(&words[..words.len() - 1]).unwrap_err().code(), "internal");
    }
}
