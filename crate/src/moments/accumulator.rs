/*!
Sums over samples: the part of [`Moments`] that one worker gathers.

Samples are packed into panels of 16 features ([`kernel`](super::kernel)); when a run of them is full, every tile of the worker's band is
updated. Each block of rows has panels and tiles of its own. The sums never leave f64; products are taken in f64 (exact) or f32 (fast).

A *feeding* accumulator takes no products: it hands its panels out as [`Run`]s, for a GPU, and keeps every other sum.
*/

use std::ops::Range;

use super::feed::{Batch, GPU_RUN, Run};
use super::kernel::{Product, TILE, TileKernel};
use super::sample::{Probes, pack, shift_and_sum};
use super::{Beside, Moments, Plan, Precision};
use crate::error::{ErrorKind, Result};
use crate::source::Axis;
use crate::vector::{Best, Double, Vector};

/// Samples in a run of the exact engine. Two panels of 64 × 16 × 8 bytes leave room in a 32 KiB first-level cache; with 128, which fill it,
/// the kernel was measured a fifth slower.
const EXACT_RUN: usize = 64;

/// Samples in a run of the fast engine. Longer runs lose accuracy in the f32 sums and gain no speed (256 and 512 measured equal).
const FAST_RUN: usize = 256;

/// The engines behind one interface. Samples have room for whole tiles: their length is a multiple of 16, with zeros at the end.
pub(super) trait Sums {
    /// Shifts and scales a sample where it stands, and adds it to a block. `halves` are its bytes where a feeding accumulator passes float16 on as it is,
    /// and empty otherwise.
    fn push(&mut self, sample: &mut [f64], block: usize, halves: &[u8]);
    /// In the dual: what was already subtracted from the sample that follows, scaled.
    fn see_shift(&mut self, sample: &[f64], shift: f64);
    /// The sums of everything that was pushed.
    fn total(&mut self) -> Result<Moments>;
    /// The sums of each block, at the end.
    fn into_blocks(self: Box<Self>) -> Vec<Moments>;
    /// Adds to a batch what was pushed since the last time: the sums of each block without products, and the runs that products are to be taken of. Only for a
    /// feeding accumulator.
    fn take_feed(&mut self, batch: &mut Batch) -> Result<()>;
}

/// The accumulator of a plan's engine, for one band: of samples as they are, or of samples at unit length.
pub(super) fn sums(plan: &Plan, band: Range<usize>, at_unit_length: bool) -> Result<Box<dyn Sums>> {
    Ok(match plan.precision {
        Precision::Exact => Box::new(Accumulator::<f64>::new(plan, band, at_unit_length, EXACT_RUN, None)?),
        Precision::Fast => Box::new(Accumulator::<f32>::new(plan, band, at_unit_length, FAST_RUN, None)?),
    })
}

/// An accumulator that hands out what products are to be taken of.
pub(super) fn feed(plan: &Plan, at_unit_length: bool) -> Result<Box<dyn Sums>> {
    let whole = 0..plan.width.div_ceil(TILE);
    let halves = !at_unit_length && plan.passes_halves();
    Ok(Box::new(Accumulator::<f32>::new(
        plan,
        whole,
        at_unit_length,
        GPU_RUN,
        Some(Feed { halves, runs: Vec::new(), data: Vec::new() }),
    )?))
}

/// What a feeding accumulator gathers in the place of products.
struct Feed {
    /// Whether runs hold the numbers of the file (float16) instead of shifted and scaled ones.
    halves: bool,
    runs: Vec<Run>,
    data: Vec<u8>,
}

/// Second-moment sums of the tiles in a band of tile rows.
struct Accumulator<T> {
    kernel: TileKernel<T>,
    /// What each feature is multiplied with, and what is subtracted from it then.
    scale: f64,
    offset: Vec<f64>,
    /// The tile rows of this accumulator.
    band: Range<usize>,
    /// Numbers from one panel to the next. A tile's width more than a panel has, so that panels do not all fall into the same cache sets.
    stride: usize,
    run: usize,
    blocks: Vec<Block<T>>,
    /// Whether this band counts what every band sees.
    counts: bool,
    probes: Option<Probes>,
    /// The lists in it have room for whole tiles.
    beside: Beside,
    feed: Option<Feed>,
}

/// The sums of one block of samples.
struct Block<T> {
    moments: Moments,
    /// Σx, with room for whole tiles.
    sums: Vec<f64>,
    /// Panels of the tile columns from `band.start` on: `panels[column · stride + sample · 16 + feature]`.
    panels: Vec<T>,
    /// The same samples as they stand in the file, where they are passed on like that.
    halves: Vec<u16>,
    filled: usize,
    /// Σ‖y‖² of the samples that are packed, for whoever takes their products elsewhere.
    squares: f64,
    /// Of each sample that is packed, ‖y‖² and 1/‖x‖.
    weights: Vec<[f64; 2]>,
}

impl<T: Product> Accumulator<T> {
    fn new(plan: &Plan, band: Range<usize>, at_unit_length: bool, run: usize, feed: Option<Feed>) -> Result<Self> {
        let (width, side) = (plan.width, plan.width.div_ceil(TILE));
        let stride = run * TILE + TILE;
        let length = (side - band.start) * stride;
        let counts = band.start == 0;
        let tiles = if feed.is_some() { 0..0 } else { band.clone() };
        let halves = if feed.as_ref().is_some_and(|feed| feed.halves) { length } else { 0 };
        let blocks = (0..plan.row_blocks)
            .map(|_| {
                let mut panels = Vec::new();
                panels.try_reserve_exact(length).map_err(|_| ErrorKind::OutOfMemory {
                    side: width as u64,
                    bytes: (length * size_of::<T>()) as u64,
                })?;
                panels.resize(length, T::default());
                Ok(Block {
                    moments: Moments::zero(width, tiles.clone())?,
                    sums: vec![0.0; side * TILE],
                    panels,
                    halves: vec![0; halves],
                    filled: 0,
                    squares: 0.0,
                    weights: vec![[0.0; 2]; run],
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let rows = plan.axis == Axis::Rows;
        let mut shift = if at_unit_length { plan.shift.unit.clone() } else { plan.shift.values.clone() };
        shift.resize(side * TILE, 0.0);
        // In the dual, samples come centred and scaled; rows at unit length need no scale.
        let scale = if rows && !at_unit_length { plan.shift.scale() } else { 1.0 };
        let offset = shift.iter().map(|value| value * scale).collect();
        let list = |wanted: bool| vec![0.0; if wanted && counts && !at_unit_length { side * TILE } else { 0 }];
        let beside = Beside { third: list(rows), directions: list(rows), shifted: list(!rows), ..Beside::default() };
        Ok(Accumulator {
            kernel: T::kernel().0,
            scale,
            offset,
            band,
            stride,
            run,
            blocks,
            counts,
            probes: (plan.measured() && counts).then(|| Probes::new(width)),
            beside,
            feed,
        })
    }

    /// Puts what is summed outside the tiles where it belongs: the sums of a block into its moments, the rest into those of the first.
    fn settle(&mut self) {
        for index in 0..self.blocks.len() {
            self.flush(index);
            let block = &mut self.blocks[index];
            if self.counts {
                block.moments.sums.copy_from_slice(&block.sums[..block.moments.width]);
            }
        }
        let Some(Block { moments: first, .. }) = self.blocks.first_mut() else { return };
        if let Some(probes) = &self.probes {
            first.probes = probes.products();
        }
        let cut = |list: &[f64]| list[..first.width.min(list.len())].to_vec();
        let Beside { fourth, third, directions, shifted, shift_squares, inverse_lengths } = &self.beside;
        // Σx/‖x‖ with x = y + offset.
        let directions: Vec<f64> =
            directions.iter().zip(&self.offset).map(|(sum, offset)| sum + offset * inverse_lengths).collect();
        first.beside = Beside {
            fourth: *fourth,
            third: cut(third),
            directions: cut(&directions),
            shifted: cut(shifted),
            shift_squares: *shift_squares,
            inverse_lengths: *inverse_lengths,
        };
    }

    /// Adds the samples of a block that are packed to its tiles, or hands them out.
    fn flush(&mut self, index: usize) {
        let block = &mut self.blocks[index];
        if block.filled == 0 {
            return;
        }
        self.beside.see_panels(&block.panels, self.stride, &block.weights[..block.filled]);
        let squares = std::mem::take(&mut block.squares);
        match &mut self.feed {
            None => block.add_products(self.kernel, self.stride),
            Some(feed) => {
                let numbers = block.filled * TILE;
                if feed.halves {
                    append(&mut feed.data, &block.halves, self.stride, numbers, |value| value.to_le_bytes());
                } else {
                    append(&mut feed.data, &block.panels, self.stride, numbers, |value| value.to_f32().to_le_bytes());
                }
                feed.runs.push(Run { slot: index, samples: block.filled, squares, halves: feed.halves });
            }
        }
        block.filled = 0;
    }
}

/// Appends the bytes of so many numbers of each panel, one panel after another without gaps.
fn append<N: Copy, const SIZE: usize>(
    data: &mut Vec<u8>,
    panels: &[N],
    stride: usize,
    numbers: usize,
    bytes: impl Fn(N) -> [u8; SIZE],
) {
    for panel in panels.chunks(stride) {
        let start = data.len();
        data.resize(start + numbers * SIZE, 0);
        let (to, _) = data[start..].as_chunks_mut::<SIZE>();
        for (to, &number) in to.iter_mut().zip(&panel[..numbers]) {
            *to = bytes(number);
        }
    }
}

impl<T: Product> Block<T> {
    /// Adds the samples that are packed to the tiles.
    fn add_products(&mut self, kernel: TileKernel<T>, stride: usize) {
        let first = self.moments.band.start;
        let side = self.moments.side();
        let samples = self.filled * TILE;
        let mut tiles = self.moments.tiles.iter_mut();
        for row in self.moments.band.clone() {
            let a = &self.panels[(row - first) * stride..][..samples];
            for (column, tile) in (row..side).zip(&mut tiles) {
                let b = &self.panels[(column - first) * stride..][..samples];
                // SAFETY: each panel holds `filled` samples of 16 features; a tile has 16 × 16 sums.
                unsafe { kernel(a.as_ptr(), b.as_ptr(), self.filled, tile.as_mut_ptr(), row == column) };
            }
        }
    }

    /// Keeps the bytes of a sample of float16 beside its panels.
    fn pack_halves(&mut self, sample: &[u8], stride: usize) {
        let (values, _) = sample.as_chunks::<2>();
        for (column, values) in values.chunks(TILE).enumerate() {
            let at = column * stride + self.filled * TILE;
            for (to, value) in self.halves[at..at + TILE].iter_mut().zip(values) {
                *to = u16::from_le_bytes(*value);
            }
        }
    }
}

impl<T: Product> Sums for Accumulator<T> {
    fn push(&mut self, sample: &mut [f64], block: usize, halves: &[u8]) {
        let index = block;
        let block = &mut self.blocks[index];
        let [squares, squares_before] = shift_and_sum(sample, &self.offset, self.scale, &mut block.sums);
        let (columns, _) = sample.as_chunks::<TILE>();
        let panels = block.panels.chunks_mut(self.stride);
        for (features, panel) in columns[self.band.start..].iter().zip(panels) {
            pack(features, &mut panel[block.filled * TILE..]);
        }
        block.squares += squares;
        if !self.beside.third.is_empty() {
            let inverse_length = super::worker::inverse_root(squares_before);
            block.weights[block.filled] = [squares, inverse_length];
            self.beside.fourth += squares * squares;
            self.beside.inverse_lengths += inverse_length;
        }
        if self.feed.as_ref().is_some_and(|feed| feed.halves) {
            block.pack_halves(halves, self.stride);
        }
        block.filled += 1;
        // What every band sees, one of them counts.
        if self.counts {
            block.moments.samples += 1;
            if let Some(probes) = &mut self.probes {
                probes.push(sample);
            }
        }
        if block.filled == self.run {
            self.flush(index);
        }
    }

    fn see_shift(&mut self, sample: &[f64], shift: f64) {
        if self.counts {
            self.beside.shift_squares += shift * shift;
            for (sum, value) in self.beside.shifted.iter_mut().zip(sample) {
                *sum += shift * value;
            }
        }
    }

    fn total(&mut self) -> Result<Moments> {
        self.settle();
        super::worker::total(self.blocks.iter().map(|block| &block.moments))
    }

    fn into_blocks(mut self: Box<Self>) -> Vec<Moments> {
        self.settle();
        self.blocks.into_iter().map(|block| block.moments).collect()
    }

    fn take_feed(&mut self, batch: &mut Batch) -> Result<()> {
        self.settle();
        let first = batch.lists.len();
        if let Some(feed) = &mut self.feed {
            batch.runs.extend(feed.runs.drain(..).map(|run| Run { slot: first + run.slot, ..run }));
            if batch.data.is_empty() {
                batch.data = std::mem::take(&mut feed.data);
            } else {
                batch.data.append(&mut feed.data);
            }
        }
        for block in &mut self.blocks {
            batch.lists.push(block.take_lists()?);
        }
        self.beside.clear();
        if let Some(probes) = &mut self.probes {
            probes.clear();
        }
        Ok(())
    }
}

impl<T> Block<T> {
    /// The sums without products, and zero in their place.
    fn take_lists(&mut self) -> Result<Moments> {
        let zero = Moments::zero(self.moments.width, 0..0)?;
        self.sums.fill(0.0);
        Ok(std::mem::replace(&mut self.moments, zero))
    }
}

impl Beside {
    /// Zeros in the place of all sums.
    fn clear(&mut self) {
        let Beside { fourth, third, directions, inverse_lengths, shifted, shift_squares } = self;
        [fourth, inverse_lengths, shift_squares].into_iter().for_each(|sum| *sum = 0.0);
        [third, directions, shifted].into_iter().for_each(|list| list.fill(0.0));
    }

    /// Adds Σ‖y‖²y and Σy/‖x‖ of the samples that are packed in panels. All panels are here where these sums are kept.
    #[inline(never)]
    fn see_panels<T: Product>(&mut self, panels: &[T], stride: usize, weights: &[[f64; 2]]) {
        /// Features at a time: so many that their sums stay in registers.
        const GROUP: usize = 8;
        let (thirds, _) = self.third.as_chunks_mut::<GROUP>();
        let (directions, _) = self.directions.as_chunks_mut::<GROUP>();
        for (group, (third, direction)) in thirds.iter_mut().zip(directions).enumerate() {
            let start = group * GROUP / TILE * stride + group * GROUP % TILE;
            // SAFETY: every machine that this is compiled for has `Best`; what is loaded and added to are lists of `GROUP` numbers.
            unsafe {
                let mut of_third = [Best::zero(); GROUP / Best::LANES];
                let mut of_direction = of_third;
                for (sample, [squares, inverse]) in weights.iter().enumerate() {
                    let (values, _) = panels[start + sample * TILE..][..GROUP].as_chunks::<GROUP>();
                    let values: [f64; GROUP] = values[0].map(Into::into);
                    let (squares, inverse) = (Best::fill(*squares), Best::fill(*inverse));
                    for i in 0..GROUP / Best::LANES {
                        let y = Best::load(values.as_ptr().add(i * Best::LANES));
                        of_third[i] = of_third[i].add_product(squares, y);
                        of_direction[i] = of_direction[i].add_product(inverse, y);
                    }
                }
                for i in 0..GROUP / Best::LANES {
                    of_third[i].add_to(third.as_mut_ptr().add(i * Best::LANES));
                    of_direction[i].add_to(direction.as_mut_ptr().add(i * Best::LANES));
                }
            }
        }
    }
}
