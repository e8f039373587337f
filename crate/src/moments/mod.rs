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
*/

mod accumulator;
mod gather;
mod kernel;
mod plan;

pub use gather::{Gathered, SecondMoment};
pub use plan::{Options, Plan, Precision, Shift};

use std::ops::Range;

use accumulator::{Sums, sums};
use kernel::{Product as _, TILE};

use crate::error::{ErrorKind, Result};
use crate::source::Axis;

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
    /// Σxxᵀ: 16 × 16 numbers a tile, row by row.
    tiles: Vec<f64>,
}

/// Words before the sums in [`Moments::to_words`].
const HEADER_WORDS: usize = 11;

impl Moments {
    fn zero(width: usize, band: Range<usize>) -> Result<Moments> {
        let length = tile_numbers(width, &band) as usize;
        let mut tiles = Vec::new();
        tiles
            .try_reserve_exact(length)
            .map_err(|_| ErrorKind::OutOfMemory { side: width as u64, bytes: length as u64 * 8 })?;
        tiles.resize(length, 0.0);
        Ok(Moments {
            width,
            band,
            samples: 0,
            constant: 0,
            non_finite: NonFinite::default(),
            sums: vec![0.0; width],
            probes: Vec::new(),
            dropped: Vec::new(),
            tiles,
        })
    }

    /// Tiles along a side of the whole matrix.
    fn side(&self) -> usize {
        self.width.div_ceil(TILE)
    }

    /// Number of tiles before tile row `row`.
    fn tiles_before(&self, row: usize) -> usize {
        row * self.side() - row * row.saturating_sub(1) / 2
    }

    /// Adds the sums of other samples, or of another band. `self` must hold all tiles.
    ///
    /// # Errors
    ///
    /// `Internal` where the two are not of the same matrix.
    pub fn merge(&mut self, other: &Moments) -> Result<()> {
        if self.width != other.width || self.band != (0..self.side()) || other.band.end > self.side() {
            return Err(ErrorKind::Internal { problem: "moments of different matrices were merged" }.into());
        }
        self.samples += other.samples;
        self.constant += other.constant;
        self.non_finite.merge(&other.non_finite);
        self.dropped.extend(&other.dropped);
        self.dropped.sort_unstable();
        self.dropped.dedup();
        let add = |to: &mut [f64], from: &[f64]| {
            for (to, from) in to.iter_mut().zip(from) {
                *to += from;
            }
        };
        add(&mut self.sums, &other.sums);
        if self.probes.is_empty() {
            self.probes.clone_from(&other.probes);
        } else {
            add(&mut self.probes, &other.probes);
        }
        let start = self.tiles_before(other.band.start) * TILE * TILE;
        add(&mut self.tiles[start..start + other.tiles.len()], &other.tiles);
        Ok(())
    }

    /// The moments as plain numbers, for the way from one worker to another.
    pub fn to_words(&self) -> Vec<f64> {
        let first_row = self.non_finite.first_row.map_or(-1.0, |row| row as f64);
        let mut words = Vec::with_capacity(
            HEADER_WORDS + self.sums.len() + self.probes.len() + self.dropped.len() + self.tiles.len(),
        );
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
        ]);
        words.extend(&self.sums);
        words.extend(self.dropped.iter().map(|&row| row as f64));
        words.extend(&self.probes);
        words.extend(&self.tiles);
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
        if width == 0 || band.end > width.div_ceil(TILE) || (probes != 0 && probes != PROBES * width) {
            return Err(malformed().into());
        }
        if (width + dropped + probes) as u64 + tile_numbers(width, &band) != rest.len() as u64 {
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
        let (sums, rest) = rest.split_at(width);
        let (dropped, rest) = rest.split_at(dropped);
        let (probes, tiles) = rest.split_at(probes);
        moments.sums.copy_from_slice(sums);
        moments.dropped = dropped.iter().map(|&row| row as u64).collect();
        moments.probes = probes.to_vec();
        moments.tiles.copy_from_slice(tiles);
        Ok(moments)
    }
}

/// Numbers in the tiles of a band.
fn tile_numbers(width: usize, band: &Range<usize>) -> u64 {
    let side = width.div_ceil(TILE);
    band.clone().map(|row| (side - row) as u64).sum::<u64>() * (TILE * TILE) as u64
}

/// The random signs of the probes: the same for all workers and all runs (SplitMix64, Steele et al. 2014).
fn probe_signs(width: usize) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut signs = Vec::with_capacity(PROBES * width);
    for _ in 0..PROBES * width {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        signs.push(if (z ^ (z >> 31)) & 1 == 0 { 1.0 } else { -1.0 });
    }
    signs
}

/// One worker's part of a [`Plan`]: takes the bytes of chunks and gathers their moments.
pub struct Worker {
    plan: Plan,
    sums: Box<dyn Sums>,
    /// Whether this worker counts what every band sees.
    counts: bool,
    non_finite: NonFinite,
    constant: u64,
    /// Samples that are decoded at a time.
    batch: usize,
    /// Numbers from one decoded sample to the next; zeros fill what a sample leaves of its last tile.
    stride: usize,
    scratch: Vec<f64>,
    dropped: Vec<bool>,
}

impl Worker {
    /// A worker for band number `band` of the plan.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`; `Internal` where there is no such band.
    pub fn new(plan: Plan, band: usize) -> Result<Worker> {
        let range = plan.bands.get(band).cloned().ok_or(ErrorKind::Internal { problem: "there is no such band" })?;
        let counts = range.start == 0;
        let sums = sums(&plan, range)?;
        let stride = plan.width.next_multiple_of(TILE);
        let batch = plan.batch();
        let scratch = vec![0.0; batch * stride];
        let mut dropped = vec![false; if plan.axis == Axis::Columns { plan.width } else { 0 }];
        plan.shift.dropped.iter().for_each(|&row| dropped[row] = true);
        Ok(Worker {
            plan,
            sums,
            counts,
            non_finite: NonFinite::default(),
            constant: 0,
            batch,
            stride,
            scratch,
            dropped,
        })
    }

    /// Adds one chunk, whose bytes (of all the reads that [`Plan::reads`] lists, one after another) were read.
    ///
    /// # Errors
    ///
    /// `FileChanged` where there are fewer or more bytes than asked for.
    pub fn push(&mut self, chunk: usize, bytes: &[u8]) -> Result<()> {
        let blocks = self.plan.blocks(chunk);
        let expected: u64 = blocks.iter().map(|(shard, block)| self.plan.block_bytes(*shard, block)).sum();
        if bytes.len() as u64 != expected {
            return Err(ErrorKind::FileChanged.into());
        }
        let width = self.plan.width;
        let samples = self.plan.chunk_samples(chunk);
        let is_float = self.plan.source.dtype().number.is_float();
        let scale = self.plan.shift.scale();
        let mut start = 0;
        while start < samples {
            let end = samples.min(start + self.batch);
            self.plan.decode(&blocks, bytes, start..end, &mut self.scratch, self.stride);
            for i in 0..end - start {
                let padded = &mut self.scratch[i * self.stride..(i + 1) * self.stride];
                let sample = &mut padded[..width];
                match self.plan.axis {
                    Axis::Rows => {
                        if is_float && !all_finite(sample) {
                            // Every band meets the row and leaves it out; one of them counts it.
                            if self.counts {
                                let row = self.plan.source.shards[blocks[0].0].first_row
                                    + blocks[0].1.rows.start
                                    + (start + i) as u64;
                                let mut found = NonFinite { rows: 1, first_row: Some(row), ..NonFinite::default() };
                                sample.iter().for_each(|&value| found.look_at(value));
                                self.non_finite.merge(&found);
                            }
                            continue;
                        }
                    }
                    Axis::Columns => {
                        if is_float && !all_finite(sample) {
                            for (&value, dropped) in sample.iter().zip(&mut self.dropped) {
                                *dropped |= !value.is_finite();
                                if self.counts {
                                    self.non_finite.look_at(value);
                                }
                            }
                        }
                        centre_column(sample, scale, &self.dropped);
                        if self.counts {
                            self.constant += u64::from(sample.iter().all(|&value| value == 0.0));
                        }
                    }
                }
                self.sums.push(padded);
            }
            start = end;
        }
        Ok(())
    }

    /// The moments so far, for a provisional spectrum. Only a worker that has all tiles can tell.
    pub fn snapshot(&mut self) -> Moments {
        self.count();
        self.sums.moments().clone()
    }

    /// The moments of all chunks that were pushed.
    pub fn finish(mut self) -> Moments {
        self.count();
        self.sums.into_moments()
    }

    /// Puts what only the worker has counted into the moments.
    fn count(&mut self) {
        let moments = self.sums.moments();
        moments.constant = self.constant;
        moments.non_finite = self.non_finite.clone();
        moments.dropped = (0..).zip(&self.dropped).filter_map(|(row, &dropped)| dropped.then_some(row)).collect();
    }
}

/// Whether no value is NaN or infinite: only those times zero are not zero. Eight sums, so that this is SIMD.
fn all_finite(values: &[f64]) -> bool {
    let mut sums = [0.0; 8];
    let (groups, rest) = values.as_chunks::<8>();
    for group in groups {
        for i in 0..8 {
            sums[i] += group[i] * 0.0;
        }
    }
    sums.iter().all(|&sum| sum == 0.0) && rest.iter().all(|value| value.is_finite())
}

/// Subtracts its median from a column and scales it. Rows that will be left out have no say in it and become zero.
///
/// Any number near the column's values would do, since the whole matrix is centred at the end.
fn centre_column(column: &mut [f64], scale: f64, dropped: &[bool]) {
    let kept = |(value, dropped): (&f64, &bool)| (!dropped).then_some(*value);
    let mut values: Vec<f64> = column.iter().zip(dropped).filter_map(kept).collect();
    let middle = values.len() / 2;
    let median = match values.len() {
        0 => 0.0,
        _ => *values.select_nth_unstable_by(middle, f64::total_cmp).1,
    };
    for (value, dropped) in column.iter_mut().zip(dropped) {
        *value = if *dropped { 0.0 } else { (*value - median) * scale };
    }
}
