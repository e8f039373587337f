/*!
Who reads what: how the work on one [`Source`] is cut up.

Samples are cut into chunks, the tiles of the second moment into bands. A worker has one band and takes chunks, one after another,
from the queue of its band, until all are taken. With one band (the usual case) each worker holds a whole triangle and the workers share
the rows; when that would take too much memory, each holds a band of it and the workers of different bands read the same rows.
*/

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::cuts::{self, CHUNK_BYTES};
use super::kernel::TILE;
use super::shift::{Shift, column_means, exponent, largest};
use super::worker::to_unit_length;
use crate::engine::{Computed, Engine};
use crate::error::{ErrorKind, Result};
use crate::source::{Axis, Block, ByteRange, Destination, Number, Source};

/// The triangles of all workers together stay within this.
const TRIANGLES_BYTES: u64 = 512 << 20;

/// Blocks of rows for the jackknife, where memory allows. Ten is what delete-a-block jackknives commonly take: fewer make the standard error itself
/// uncertain, more cost an eigenvalue problem each.
pub const BLOCKS: usize = 10;

/// Fewer blocks say too little: with three degrees of freedom the interval is already 1.4 times as wide as with nine.
pub const MIN_BLOCKS: usize = 4;

/// The triangles of all blocks of one worker stay within this, which is ten blocks up to about 2,600 features and four up to 4,200.
const BLOCKS_BYTES: u64 = 288 << 20;

/// Samples at unit length are summed beside the others without being asked for while that takes no longer than this many multiply-adds, a tenth of a second or so.
const SCALED_OPERATIONS: u64 = 4_000_000_000;

/// Floating-point operations that are worth a worker of their own: about 10 ms, the time that one takes to start.
const WORKER_OPERATIONS: u64 = 200_000_000;

/// Below so many multiply-adds nobody would notice what a GPU saves: it takes some hundred milliseconds to get going, and a few workers do these in a second.
const GPU_OPERATIONS: u128 = 60_000_000_000;

/// What a GPU is fed with for a chunk stays within this, whatever its numbers are in the file: it waits in memory.
const FED_BYTES: u64 = 32 << 20;

/// And it has so many samples at most: one workgroup sums those of a block, and with few features there is only one.
const FED_SAMPLES: u64 = 1 << 16;

/// Decoded numbers that stay in a first-level cache.
const CACHED_NUMBERS: usize = 1024;

/// Tiles of all blocks that stay in a second-level cache.
const CACHED_TILES_BYTES: u64 = 1 << 20;

/// Samples that are decoded at a time where each is spread over the file: a strip of them is a cache line or two.
const STRIP_SAMPLES: usize = 16;

/// The provisional mean and the scale are taken from this many first samples.
const SHIFT_SAMPLES: u64 = 256;

/// How products are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Products and sums in 64-bit floats.
    Exact,
    /// Products in 32-bit floats, summed in 64 bits every few hundred samples.
    Fast,
}

/// Whether the second moment of samples at unit length is summed beside that of the samples as they are (rows over their Euclidean
/// length; in the dual, columns over their standard deviation). It doubles the arithmetic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scaled {
    /// Where it costs no time worth speaking of.
    #[default]
    Auto,
    /// Whatever it costs.
    Always,
    /// Not at all.
    Never,
}

/// What a person chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// What computes products.
    pub engine: Engine,
    /// How workers compute them.
    pub precision: Precision,
    /// Workers to use.
    pub workers: usize,
    /// Whether that number was asked for; otherwise small work uses fewer.
    pub workers_forced: bool,
    /// Samples at unit length.
    pub scaled: Scaled,
    /// Whether the covariance itself is wanted, d × d, where the n × n dual would have the same eigenvalues for less.
    #[serde(default)]
    pub no_dual: bool,
}

/// The whole plan. It is plain data, so that every worker gets a copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The matrix.
    pub source: Source,
    /// Which axis is summed over.
    pub axis: Axis,
    /// Features of a sample: d, or n in the dual.
    pub width: usize,
    /// What was asked to compute products.
    pub engine: Engine,
    /// What did, once that is known.
    pub computed: Computed,
    /// How products are computed, by workers at first; with a GPU it is fast.
    pub precision: Precision,
    /// Whether a GPU is worth the try, where nobody has chosen.
    pub gpu_may_pay: bool,
    /// Whether samples at unit length are summed as well.
    pub scaled: bool,
    /// Blocks that rows are summed in; 1 where blocks would take too much memory, and in the dual, which needs none.
    pub row_blocks: usize,
    /// What is subtracted and multiplied with.
    pub shift: Shift,
    /// Tile rows of each band.
    pub bands: Vec<Range<usize>>,
    /// Workers of each band.
    pub workers_per_band: usize,
    /// Where each chunk starts, in samples, and the end of the last.
    cuts: Vec<u64>,
}

impl Plan {
    /// Plans the work on a source.
    ///
    /// # Errors
    ///
    /// `OutOfMemory` where the smaller of n and d is beyond any machine.
    pub fn new(source: Source, options: Options) -> Result<Plan> {
        let axis = if source.n < source.d && !options.no_dual { Axis::Columns } else { Axis::Rows };
        let (samples, features) = match axis {
            Axis::Rows => (source.n, source.d),
            Axis::Columns => (source.d, source.n),
        };
        let triangle = u128::from(features) * u128::from(features) * 4;
        let too_large =
            || ErrorKind::OutOfMemory { side: features, bytes: u64::try_from(triangle).unwrap_or(u64::MAX) };
        let width = usize::try_from(features).map_err(|_| too_large())?;
        let triangle = usize::try_from(triangle).map_err(|_| too_large())?;

        let side = width.div_ceil(TILE);
        let operations = u128::from(samples) * u128::from(features) * u128::from(features);
        let useful = u64::try_from(operations.div_ceil(u128::from(WORKER_OPERATIONS))).unwrap_or(u64::MAX);
        let workers = if options.workers_forced {
            options.workers
        } else {
            options.workers.min(usize::try_from(useful).unwrap_or(usize::MAX))
        }
        .max(1);
        let scaled = match options.scaled {
            Scaled::Auto => operations <= u128::from(SCALED_OPERATIONS),
            Scaled::Always => true,
            Scaled::Never => false,
        };
        let triangle = (triangle as u64).max(1) * if scaled { 2 } else { 1 };
        let row_blocks = match axis {
            Axis::Rows => row_blocks(source.n, triangle),
            Axis::Columns => 1,
        };
        let triangles = (TRIANGLES_BYTES / (triangle * row_blocks as u64)).max(1);
        let most = triangles.min(samples);
        let workers_per_band = workers.min(usize::try_from(most).unwrap_or(usize::MAX));
        let gpu_may_pay = operations >= GPU_OPERATIONS;
        let most = if may_join(options.engine, gpu_may_pay) {
            let padded = (width.next_multiple_of(TILE) * size_of::<f32>()) as u64;
            (FED_BYTES / (padded * if scaled { 2 } else { 1 })).clamp(1, FED_SAMPLES)
        } else {
            u64::MAX
        };
        let cuts = cuts::cuts(&source, axis, samples, workers_per_band as u64, most);
        let bands = cuts::bands(side, workers / workers_per_band);
        let shift = Shift { values: Vec::new(), unit: Vec::new(), exponent: 0, rows: 0, dropped: Vec::new() };
        let Options { engine, precision, .. } = options;
        Ok(Plan {
            source,
            axis,
            width,
            engine,
            computed: Computed::default(),
            precision,
            gpu_may_pay,
            scaled,
            row_blocks,
            shift,
            bands,
            workers_per_band,
            cuts,
        })
    }

    /// With what computed the products in the end.
    pub fn with_computed(self, computed: Computed) -> Plan {
        let precision = if computed.gpu_rows > 0 { Precision::Fast } else { self.precision };
        Plan { computed, precision, ..self }
    }

    /// Whether probes are summed beside the products, to measure their error: products in f64 need none, unless those of a GPU may join them.
    pub(super) fn measured(&self) -> bool {
        self.precision == Precision::Fast || self.gpu_may_join()
    }

    fn gpu_may_join(&self) -> bool {
        may_join(self.engine, self.gpu_may_pay)
    }

    /// Number of samples in all.
    pub fn samples(&self) -> u64 {
        self.cuts.last().copied().unwrap_or(0)
    }

    /// Whether a GPU gets the numbers as they are in the file: float16, which it opens by itself.
    pub fn passes_halves(&self) -> bool {
        let dtype = self.source.dtype();
        let in_steps = self.source.shards.iter().any(|shard| shard.layout.step != 1);
        let contiguous = self.axis == Axis::Rows && self.contiguous() && !in_steps;
        contiguous && dtype.number == Number::Float16 && !dtype.big_endian
    }

    /// Sums of products that are kept apart: blocks of rows, and those of rows at unit length.
    pub fn slots(&self) -> usize {
        self.row_blocks * if self.scaled { 2 } else { 1 }
    }

    /// Blocks of rows whose spectra can be told apart; 1 where there are too few rows or is too little memory.
    pub fn blocks_of_rows(&self) -> usize {
        match self.axis {
            Axis::Rows => self.row_blocks,
            Axis::Columns => row_blocks(self.source.n, 0),
        }
    }

    /// Number of chunks, which every band takes once.
    pub fn chunks(&self) -> usize {
        self.cuts.len() - 1
    }

    /// Number of workers in all.
    pub fn workers(&self) -> usize {
        self.workers_per_band * self.bands.len()
    }

    /// Number of samples in a chunk.
    pub fn chunk_samples(&self, chunk: usize) -> usize {
        (self.cuts[chunk + 1] - self.cuts[chunk]) as usize
    }

    /// Rows of the matrix that a chunk stands for in reports of progress: in the dual, where every chunk has all rows, its share.
    pub fn chunk_rows(&self, chunk: usize) -> f64 {
        let share = self.chunk_samples(chunk) as f64 / *self.cuts.last().unwrap_or(&1) as f64;
        share * self.source.n as f64
    }

    /// The blocks of a chunk, with the shard that each is of.
    pub fn blocks(&self, chunk: usize) -> Vec<(usize, Block)> {
        cuts::blocks(&self.source, self.axis, self.cuts[chunk]..self.cuts[chunk + 1])
    }

    /// What has to be read for a chunk: shard and byte range, in the order in which the bytes are to be put together.
    pub fn reads(&self, chunk: usize) -> Vec<(usize, ByteRange)> {
        cuts::reads(&self.source, &self.blocks(chunk))
    }

    /// Whether every chunk is wanted once, and one after the other from the beginning of what is read.
    pub fn is_sequential(&self) -> bool {
        self.bands.len() == 1 && self.axis == Axis::Rows && self.contiguous()
    }

    /// What has to be read for [`set_shift`](Self::set_shift): the first samples at first, then whole chunks.
    pub fn first_reads(&self, attempt: usize) -> Vec<(usize, ByteRange)> {
        cuts::reads(&self.source, &self.first_blocks(attempt))
    }

    /// Derives the shift and the scale from the bytes of some samples. Rows that hold NaN or infinity have no say in it; returns false
    /// where there was no other row, and the next attempt should follow.
    ///
    /// # Errors
    ///
    /// `FileChanged` where there are fewer or more bytes than asked for.
    pub fn set_shift(&mut self, attempt: usize, bytes: &[u8]) -> Result<bool> {
        let blocks = self.first_blocks(attempt);
        let expected: u64 = blocks.iter().map(|(shard, block)| self.block_bytes(*shard, block)).sum();
        if bytes.len() as u64 != expected {
            return Err(ErrorKind::FileChanged.into());
        }
        let samples = self.first_samples(attempt);
        let samples = (samples.end - samples.start) as usize;
        let mut values = vec![0.0; samples * self.width];
        self.decode(&blocks, bytes, 0..samples, &mut values, self.width);
        let (rows, shift) = match self.axis {
            Axis::Rows => {
                let rows: Vec<&[f64]> =
                    values.chunks_exact(self.width).filter(|row| row.iter().all(|value| value.is_finite())).collect();
                let mut mean = column_means(&rows, self.width);
                if self.gpu_may_join() && self.passes_halves() {
                    // A GPU subtracts it in f32, so it is one; any shift near the mean will do.
                    mean.iter_mut().for_each(|mean| *mean = f64::from(*mean as f32));
                }
                let spread = largest(rows.iter().flat_map(|row| row.iter().zip(&mean).map(|(x, m)| x - m)));
                let exponent = exponent(spread);
                let mut shift =
                    Shift { values: mean, unit: Vec::new(), exponent, rows: rows.len() as u64, dropped: Vec::new() };
                if self.scaled {
                    let units: Vec<Vec<f64>> = rows
                        .iter()
                        .map(|row| {
                            let mut unit = vec![0.0; self.width];
                            to_unit_length(row, shift.scale(), &mut unit);
                            unit
                        })
                        .collect();
                    shift.unit = column_means(&units.iter().map(Vec::as_slice).collect::<Vec<_>>(), self.width);
                }
                (rows.len(), shift)
            }
            Axis::Columns => {
                let columns = || values.chunks_exact(self.width);
                let (kept, dropped): (Vec<usize>, Vec<usize>) =
                    (0..self.width).partition(|&row| columns().all(|column| column[row].is_finite()));
                let spread = largest(columns().flat_map(|column| {
                    let first = kept.first().map_or(0.0, |&row| column[row]);
                    kept.iter().map(move |&row| column[row] - first)
                }));
                let exponent = exponent(spread);
                let shift = Shift { values: Vec::new(), unit: Vec::new(), exponent, rows: self.source.n, dropped };
                (kept.len(), shift)
            }
        };
        self.shift = shift;
        Ok(rows > 0 || attempt == self.chunks())
    }

    /// The samples that an attempt at the shift reads.
    fn first_samples(&self, attempt: usize) -> Range<u64> {
        match attempt.checked_sub(1) {
            None => {
                let fits = CHUNK_BYTES / (self.width as u64 * self.source.dtype().size() as u64);
                0..SHIFT_SAMPLES.min(fits.max(1)).min(self.cuts[1])
            }
            Some(chunk) => self.cuts[chunk]..self.cuts[chunk + 1],
        }
    }

    fn first_blocks(&self, attempt: usize) -> Vec<(usize, Block)> {
        cuts::blocks(&self.source, self.axis, self.first_samples(attempt))
    }

    /// Bytes of a block of a shard.
    pub(super) fn block_bytes(&self, shard: usize, block: &Block) -> u64 {
        self.source.shards[shard].layout.block_bytes(block)
    }

    /// Whether the numbers of a sample stand one after another in the file.
    fn contiguous(&self) -> bool {
        cuts::samples_are_contiguous(self.source.order(), self.axis)
    }

    /// Whether the rows of a chunk are best taken block by block. In their order each would go to another block's tiles, and all tiles would pass through the cache
    /// again and again, which was measured to cost a seventh of the time at 768 features.
    pub(super) fn takes_block_by_block(&self) -> bool {
        let tiles = self.row_blocks as u64 * self.width as u64 * self.width as u64 * 4;
        self.row_blocks > 1 && self.contiguous() && tiles > CACHED_TILES_BYTES
    }

    /// How many samples are best decoded at a time.
    pub(super) fn batch(&self) -> usize {
        if self.contiguous() { (CACHED_NUMBERS / self.width).clamp(1, 64) } else { STRIP_SAMPLES }
    }

    /// Decodes samples of a chunk, given as its blocks and their bytes one after another, into `out`: sample after sample, `stride`
    /// numbers from one to the next.
    pub(super) fn decode(
        &self,
        blocks: &[(usize, Block)],
        bytes: &[u8],
        samples: Range<usize>,
        out: &mut [f64],
        stride: usize,
    ) {
        let mut at = 0;
        for (shard, block) in blocks {
            let shard_of = &self.source.shards[*shard];
            let feature = match self.axis {
                Axis::Rows => 0,
                Axis::Columns => shard_of.first_row as usize,
            };
            let length = self.block_bytes(*shard, block) as usize;
            let bytes = &bytes[at..at + length];
            let to = Destination { values: &mut *out, stride, feature };
            shard_of.layout.decode(block, bytes, self.axis, samples.clone(), to);
            at += length;
        }
    }
}

/// Blocks for `rows` rows and triangles of so many bytes.
fn row_blocks(rows: u64, triangle: u64) -> usize {
    let fits = BLOCKS_BYTES / triangle.max(1);
    let blocks = (BLOCKS as u64).min(fits).min(rows) as usize;
    if blocks < MIN_BLOCKS { 1 } else { blocks }
}

/// Whether a GPU may take part.
fn may_join(engine: Engine, gpu_may_pay: bool) -> bool {
    match engine {
        Engine::Workers => false,
        Engine::Auto => gpu_may_pay,
        Engine::Gpu => true,
    }
}
