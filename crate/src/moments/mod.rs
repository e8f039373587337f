/*!
From rows to the second moment.

[`Moments`] are sums over samples: their number, Σx, and the upper triangle of Σxxᵀ in tiles of 16 × 16. They can be gathered by any
number of workers over any split of the samples, and over any split of the tiles, and merged: the result is the same up to rounding
in the last place.

Two devices keep the small eigenvalues. Samples are *shifted* by a provisional mean of the first ones before they are multiplied, and
what is left of the mean is removed at the end (raw sums of squares of features with a large mean lose everything small). And they are
*scaled* by a power of two, so that squares neither overflow nor vanish; scaling by a power of two rounds nothing.

Where n < d, samples are the columns and features the rows: the n × n matrix XXᵀ has the same non-zero eigenvalues as XᵀX and is smaller.
Then each sample is shifted by its own median, and what is left of the mean is removed at the end too.

Rows are summed in *blocks*: row i belongs to block i mod B, whatever the shards and the workers. The blocks' sums add up to the whole, and every
union of them has its own covariance ([`Part`]): that is all a delete-a-block jackknife needs, and no row is read twice. In the dual a block is a
principal submatrix of XXᵀ, and there is nothing more to sum.
*/

mod accumulator;
mod cuts;
mod feed;
mod gather;
mod kernel;
mod part;
mod plan;
mod sample;
mod second_moment;
mod shift;
mod worker;

pub use feed::{Batch, Feeder, GPU_RUN, Run};
pub use gather::{Gathered, RowSums};
pub use part::{Part, Preparation};
pub use plan::{BLOCKS, MIN_BLOCKS, Options, Plan, Precision, Scaled};
pub use second_moment::SecondMoment;
pub(crate) use second_moment::{Entries, Scaling, number, read_tiles, word};
pub use shift::Shift;
pub(crate) use worker::inverse_root;
pub use worker::{Blocks, Worker};

use std::ops::Range;

use kernel::Product as _;
pub(crate) use kernel::TILE;

use crate::eigen::Tile;
use crate::error::{ErrorKind, Result};
use crate::synth::random::Random;

/// How many random sign vectors measure the rounding error of the fast engine. One is enough: the estimate's spread falls with the
/// number of features, and each costs two passes over every sample.
const PROBES: usize = 1;

/// Name of the instruction set that the kernels use on this machine.
pub fn instruction_set() -> &'static str {
    f64::kernel().1
}

/// What was met that is no number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NonFinite {
    /// NaN or infinite values.
    pub values: u64,
    /// Those of them that are infinite.
    pub infinite: u64,
    /// Rows that hold one (where samples are rows; the dual keeps a list of them instead).
    pub rows: u64,
    /// The first such row of the whole matrix.
    pub first_row: Option<u64>,
}

impl NonFinite {
    fn look_at(&mut self, value: f64) {
        self.values += u64::from(!value.is_finite());
        self.infinite += u64::from(value.is_infinite());
    }

    fn merge(&mut self, other: &NonFinite) {
        self.values += other.values;
        self.infinite += other.infinite;
        self.rows += other.rows;
        self.first_row = match (self.first_row, other.first_row) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// Sums over samples of `width` features; a commutative monoid under [`merge`](Self::merge).
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// Features of a sample.
    width: usize,
    /// The tile rows that `tiles` holds. Tile row J holds tiles (J, J), (J, J+1), …, (J, side − 1).
    band: Range<usize>,
    /// Number of samples. Like the sums below, counted only by the band that starts at 0.
    samples: u64,
    /// Samples (columns) without variance, counted by the dual.
    constant: u64,
    /// NaN and infinity.
    non_finite: NonFinite,
    /// Σx, `width` numbers.
    sums: Vec<f64>,
    /// Σ x (xᵀr) for each probe r, `PROBES` · `width` numbers; empty in the exact engine.
    probes: Vec<f64>,
    /// In the dual, the features (rows of X) that held a NaN or infinity; otherwise empty.
    dropped: Vec<u64>,
    /// What some metrics need besides.
    beside: Beside,
    /// Σxxᵀ: 16 × 16 numbers a tile, row by row.
    tiles: Vec<Tile>,
}

/// Sums of all samples that some metrics need besides the second moment. y is a sample as it is multiplied, shifted and scaled.
#[derive(Clone, Debug, Default, PartialEq)]
struct Beside {
    /// Σ‖y‖⁴ (not in the dual).
    fourth: f64,
    /// Σ‖y‖²y (not in the dual).
    third: Vec<f64>,
    /// Σx/‖x‖ of rows as they are in the file; rows of zeros count as zero (not in the dual).
    directions: Vec<f64>,
    /// Σ1/‖x‖, without rows of zeros; only within a worker.
    inverse_lengths: f64,
    /// In the dual, Σ m·y and Σ m², where m is what was subtracted from a column, scaled: the way back to XXᵀ.
    shifted: Vec<f64>,
    shift_squares: f64,
}

/// Adds the numbers of a list to those of another, which may be empty.
fn add(to: &mut Vec<f64>, from: &[f64]) {
    if to.is_empty() {
        to.extend_from_slice(from);
    } else {
        for (to, from) in to.iter_mut().zip(from) {
            *to += from;
        }
    }
}

impl Beside {
    fn merge(&mut self, other: &Beside) {
        self.fourth += other.fourth;
        self.shift_squares += other.shift_squares;
        add(&mut self.third, &other.third);
        add(&mut self.directions, &other.directions);
        add(&mut self.shifted, &other.shifted);
    }
}

/// Words before the sums in [`Moments::to_words`].
const HEADER_WORDS: usize = 15;

impl Moments {
    fn zero(width: usize, band: Range<usize>) -> Result<Moments> {
        let count = tile_count(width, &band) as usize;
        let mut tiles = Vec::new();
        tiles.try_reserve_exact(count).map_err(|_| out_of_memory(width, count))?;
        tiles.resize(count, [0.0; TILE * TILE]);
        Ok(Moments {
            width,
            band,
            samples: 0,
            constant: 0,
            non_finite: NonFinite::default(),
            sums: vec![0.0; width],
            probes: Vec::new(),
            dropped: Vec::new(),
            beside: Beside::default(),
            tiles,
        })
    }

    /// ‖Er‖ for random signs r and the error E of the products, where probes were summed: an estimate of the Frobenius norm of E.
    pub(crate) fn probe_error(&self) -> Option<f64> {
        if self.probes.is_empty() {
            return None;
        }
        let signs = probe_signs(self.width);
        let squares = |(signs, exact): (&[f64], &[f64])| {
            self.times(signs).iter().zip(exact).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
        };
        let probes = signs.chunks(self.width).zip(self.probes.chunks(self.width));
        Some((probes.map(squares).sum::<f64>() / PROBES as f64).sqrt())
    }

    /// Tiles along a side of the whole matrix.
    fn side(&self) -> usize {
        self.width.div_ceil(TILE)
    }

    /// Number of tiles before tile row `row`.
    fn tiles_before(&self, row: usize) -> usize {
        row * self.side() - row * row.saturating_sub(1) / 2
    }

    /// Adds the sums of other samples, or of another band. `self` must hold all tiles of the other.
    ///
    /// # Errors
    ///
    /// `Internal` where the two are not of the same matrix.
    pub fn merge(&mut self, other: &Moments) -> Result<()> {
        self.merge_lists(other)?;
        let start = self.tiles_before(other.band.start) - self.tiles_before(self.band.start);
        for (to, from) in self.tiles[start..start + other.tiles.len()].iter_mut().zip(&other.tiles) {
            add_tile(to, from);
        }
        Ok(())
    }

    /// Adds everything but the tiles.
    fn merge_lists(&mut self, other: &Moments) -> Result<()> {
        let (own, others) = (&self.band, &other.band);
        if self.width != other.width || others.start < own.start || others.end > own.end {
            return Err(ErrorKind::Internal { problem: "moments of different matrices were merged" }.into());
        }
        self.samples += other.samples;
        self.constant += other.constant;
        self.non_finite.merge(&other.non_finite);
        self.dropped.extend(&other.dropped);
        self.dropped.sort_unstable();
        self.dropped.dedup();
        add(&mut self.sums, &other.sums);
        add(&mut self.probes, &other.probes);
        self.beside.merge(&other.beside);
        Ok(())
    }

    /// The moments as plain numbers, for the way from one worker to another.
    pub fn to_words(&self) -> Vec<f64> {
        let first_row = self.non_finite.first_row.map_or(-1.0, |row| row as f64);
        let Beside { fourth, third, directions, shifted, shift_squares, .. } = &self.beside;
        let beside = third.len() + directions.len() + shifted.len();
        let lists = self.sums.len() + self.probes.len() + self.dropped.len() + beside;
        let mut words = Vec::with_capacity(HEADER_WORDS + lists + self.tiles.len() * TILE * TILE);
        words.extend([
            self.width as f64,
            self.band.start as f64,
            self.band.end as f64,
            self.samples as f64,
            self.constant as f64,
            self.non_finite.values as f64,
            self.non_finite.rows as f64,
            first_row,
            self.dropped.len() as f64,
            self.non_finite.infinite as f64,
            self.probes.len() as f64,
            *fourth,
            *shift_squares,
            third.len() as f64,
            shifted.len() as f64,
        ]);
        words.extend(&self.sums);
        words.extend(self.dropped.iter().map(|&row| row as f64));
        for list in [&self.probes, third, directions, shifted] {
            words.extend(list);
        }
        words.extend(self.tiles.as_flattened());
        words
    }

    /// Reads what [`to_words`](Self::to_words) wrote.
    ///
    /// # Errors
    ///
    /// `Internal` where the words are not of that form.
    pub fn from_words(words: &[f64]) -> Result<Moments> {
        let malformed = || ErrorKind::Internal { problem: "moments were damaged between workers" };
        let (header, rest) = words.split_at_checked(HEADER_WORDS).ok_or_else(malformed)?;
        // Every length is held against the words that are there before anything is allocated.
        let length = |at: usize| {
            let length = Some(header[at]).filter(|length| (0.0..=rest.len() as f64).contains(length));
            length.map(|length| length as usize).ok_or_else(malformed)
        };
        let (width, band, dropped, probes) = (length(0)?, length(1)?..length(2)?, length(8)?, length(10)?);
        let (rows, columns) = (length(13)?, length(14)?);
        let side = width.div_ceil(TILE);
        let whole = |length: usize, times: usize| length == 0 || length == times * width;
        if width == 0 || band.end > side || !whole(probes, PROBES) || !whole(rows, 1) || !whole(columns, 1) {
            return Err(malformed().into());
        }
        let lists = width + dropped + probes + 2 * rows + columns;
        if lists as u64 + tile_count(width, &band) * (TILE * TILE) as u64 != rest.len() as u64 {
            return Err(malformed().into());
        }
        let mut moments = Moments::zero(width, band)?;
        moments.samples = header[3] as u64;
        moments.constant = header[4] as u64;
        moments.non_finite = NonFinite {
            values: header[5] as u64,
            infinite: header[9] as u64,
            rows: header[6] as u64,
            first_row: (header[7] >= 0.0).then_some(header[7] as u64),
        };
        let mut rest = rest;
        let mut take = |length: usize| {
            let (list, others) = rest.split_at(length);
            rest = others;
            list
        };
        moments.sums.copy_from_slice(take(width));
        moments.dropped = take(dropped).iter().map(|&row| row as u64).collect();
        moments.probes = take(probes).to_vec();
        moments.beside = Beside {
            fourth: header[11],
            shift_squares: header[12],
            third: take(rows).to_vec(),
            directions: take(rows).to_vec(),
            shifted: take(columns).to_vec(),
            ..Beside::default()
        };
        moments.tiles.as_flattened_mut().copy_from_slice(rest);
        Ok(moments)
    }
}

/// Tiles of a band.
fn tile_count(width: usize, band: &Range<usize>) -> u64 {
    let side = width.div_ceil(TILE);
    band.clone().map(|row| (side - row) as u64).sum()
}

/// The random signs of the probes: the same for all workers and all runs.
fn probe_signs(width: usize) -> Vec<f64> {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    (0..PROBES * width).map(|_| if random.bits() & 1 == 0 { 1.0 } else { -1.0 }).collect()
}

fn add_tile(to: &mut Tile, from: &Tile) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

fn out_of_memory(width: usize, tiles: usize) -> ErrorKind {
    ErrorKind::OutOfMemory { side: width as u64, bytes: (tiles * size_of::<Tile>()) as u64 }
}
