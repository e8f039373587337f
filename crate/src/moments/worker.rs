/*! One worker's part of a plan: the bytes of chunks become sums, by blocks of rows. */

use super::accumulator::{Sums, sums};
use super::feed::Batch;
use super::kernel::TILE;
use super::{Moments, NonFinite, Plan, add_tile, out_of_memory};
use crate::error::{ErrorKind, Result};
use crate::source::Axis;

/// The sums of some samples by blocks: `blocks[j]` of the samples as they are, `scaled[j]` of the same samples at unit length.
///
/// What is counted once (NaN, constant columns, …) stands in the first block.
pub struct Blocks {
    /// As they are.
    pub plain: Vec<Moments>,
    /// At unit length; empty unless the plan asks for them.
    pub scaled: Vec<Moments>,
}

/// One worker's part of a [`Plan`]: takes the bytes of chunks and gathers their moments.
pub struct Worker {
    plan: Plan,
    sums: Box<dyn Sums>,
    /// Those of the samples at unit length.
    scaled: Option<Box<dyn Sums>>,
    /// Whether this worker counts what every band sees.
    counts: bool,
    non_finite: NonFinite,
    constant: u64,
    /// Samples that are decoded at a time.
    batch: usize,
    /// Numbers from one decoded sample to the next; zeros fill what a sample leaves of its last tile.
    stride: usize,
    scratch: Vec<f64>,
    /// A copy of a sample, at unit length.
    copy: Vec<f64>,
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
        let scaled = if plan.scaled { Some(sums(&plan, range.clone(), true)?) } else { None };
        let sums = sums(&plan, range, false)?;
        Ok(Worker::with_sums(plan, sums, scaled, counts))
    }

    /// With given sums, of the samples as they are and at unit length.
    pub(super) fn with_sums(plan: Plan, sums: Box<dyn Sums>, scaled: Option<Box<dyn Sums>>, counts: bool) -> Worker {
        let stride = plan.width.next_multiple_of(TILE);
        let batch = plan.batch();
        let scratch = vec![0.0; batch * stride];
        let copy = vec![0.0; if plan.scaled { stride } else { 0 }];
        let mut dropped = vec![false; if plan.axis == Axis::Columns { plan.width } else { 0 }];
        plan.shift.dropped.iter().for_each(|&row| dropped[row] = true);
        Worker {
            plan,
            sums,
            scaled,
            counts,
            non_finite: NonFinite::default(),
            constant: 0,
            batch,
            stride,
            scratch,
            copy,
            dropped,
        }
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
        let samples = self.plan.chunk_samples(chunk);
        // In the dual a sample is a column, and its number says nothing about blocks.
        let first_row = self.plan.source.shards[blocks[0].0].first_row + blocks[0].1.rows.start;
        let row_bytes = if self.plan.passes_halves() { bytes.len() / samples.max(1) } else { 0 };
        let halves = |i: usize| &bytes[i * row_bytes..(i + 1) * row_bytes];
        if self.plan.takes_block_by_block() {
            for block in 0..self.plan.row_blocks.min(samples) {
                for i in (block..samples).step_by(self.plan.row_blocks) {
                    self.plan.decode(&blocks, bytes, i..i + 1, &mut self.scratch, self.stride);
                    self.push_row(0, first_row + i as u64, halves(i));
                }
            }
            return Ok(());
        }
        let mut start = 0;
        while start < samples {
            let end = samples.min(start + self.batch);
            self.plan.decode(&blocks, bytes, start..end, &mut self.scratch, self.stride);
            for i in 0..end - start {
                match self.plan.axis {
                    Axis::Rows => self.push_row(i, first_row + (start + i) as u64, halves(start + i)),
                    Axis::Columns => self.push_column(i),
                }
            }
            start = end;
        }
        Ok(())
    }

    /// Adds the decoded sample number `i`, which is a row of the matrix. `halves` are its bytes where a GPU would get those.
    fn push_row(&mut self, i: usize, row: u64, halves: &[u8]) {
        let padded = &mut self.scratch[i * self.stride..(i + 1) * self.stride];
        let sample = &mut padded[..self.plan.width];
        if self.plan.source.dtype().number.is_float() && !all_finite(sample) {
            // Every band meets the row and leaves it out; one of them counts it.
            if self.counts {
                let mut found = NonFinite { rows: 1, first_row: Some(row), ..NonFinite::default() };
                sample.iter().for_each(|&value| found.look_at(value));
                self.non_finite.merge(&found);
            }
            return;
        }
        let block = (row % self.plan.row_blocks as u64) as usize;
        if let Some(scaled) = &mut self.scaled {
            to_unit_length(padded, self.plan.shift.scale(), &mut self.copy);
            scaled.push(&mut self.copy, block, &[]);
        }
        self.sums.push(padded, block, halves);
    }

    /// Adds the decoded sample number `i`, which is a column of the matrix.
    fn push_column(&mut self, i: usize) {
        let padded = &mut self.scratch[i * self.stride..(i + 1) * self.stride];
        let sample = &mut padded[..self.plan.width];
        if self.plan.source.dtype().number.is_float() && !all_finite(sample) {
            for (&value, dropped) in sample.iter().zip(&mut self.dropped) {
                *dropped |= !value.is_finite();
                if self.counts {
                    self.non_finite.look_at(value);
                }
            }
        }
        let scale = self.plan.shift.scale();
        let median = centre_column(sample, scale, &self.dropped);
        self.sums.see_shift(sample, median * scale);
        if self.counts {
            self.constant += u64::from(sample.iter().all(|&value| value == 0.0));
        }
        if let Some(scaled) = &mut self.scaled {
            standardize(padded, &self.dropped, &mut self.copy);
            scaled.push(&mut self.copy, 0, &[]);
        }
        self.sums.push(padded, 0, &[]);
    }

    /// The moments so far, for a provisional spectrum. Only a worker that has all tiles can tell.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn snapshot(&mut self) -> Result<Moments> {
        let mut total = self.sums.total()?;
        self.counted().put_into(&mut total);
        Ok(total)
    }

    /// The moments of all chunks that were pushed, by blocks.
    pub fn finish(self) -> Blocks {
        let counted = self.counted();
        let mut plain = self.sums.into_blocks();
        if let Some(first) = plain.first_mut() {
            counted.put_into(first);
        }
        Blocks { plain, scaled: self.scaled.map_or_else(Vec::new, |sums| sums.into_blocks()) }
    }

    /// Takes what a feeding worker was given since the last time: all of it of one chunk.
    pub(super) fn take_feed(&mut self, chunk: usize) -> Result<Batch> {
        let mut batch = Batch { chunk, lists: Vec::new(), runs: Vec::new(), data: Vec::new() };
        self.sums.take_feed(&mut batch)?;
        if let Some(scaled) = &mut self.scaled {
            scaled.take_feed(&mut batch)?;
        }
        if let Some(first) = batch.lists.first_mut() {
            self.counted().put_into(first);
        }
        (self.constant, self.non_finite) = (0, NonFinite::default());
        Ok(batch)
    }

    fn counted(&self) -> Counted {
        let dropped = (0..).zip(&self.dropped).filter_map(|(row, &dropped)| dropped.then_some(row)).collect();
        Counted { constant: self.constant, non_finite: self.non_finite.clone(), dropped }
    }
}

/// What only the worker sees of its samples.
struct Counted {
    constant: u64,
    non_finite: NonFinite,
    dropped: Vec<u64>,
}

impl Counted {
    fn put_into(self, moments: &mut Moments) {
        moments.constant = self.constant;
        moments.non_finite = self.non_finite;
        moments.dropped = self.dropped;
    }
}

impl Blocks {
    /// The sum of all blocks of samples as they are.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn total(&self) -> Result<Moments> {
        total(self.plain.iter())
    }
}

/// The sum of some moments of the same band: tile by tile, so that each is written once.
pub(super) fn total<'a>(blocks: impl Iterator<Item = &'a Moments> + Clone) -> Result<Moments> {
    let mut others = blocks.clone();
    let first = others.next().ok_or(ErrorKind::Internal { problem: "there are no moments to add up" })?;
    let mut total = Moments { band: first.band.clone(), ..Moments::zero(first.width, 0..0)? };
    total.tiles.try_reserve_exact(first.tiles.len()).map_err(|_| out_of_memory(first.width, first.tiles.len()))?;
    for block in blocks {
        total.merge_lists(block)?;
    }
    for (i, tile) in first.tiles.iter().enumerate() {
        let mut sum = *tile;
        for block in others.clone() {
            add_tile(&mut sum, &block.tiles[i]);
        }
        total.tiles.push(sum);
    }
    Ok(total)
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

/// A row over its Euclidean length, which is taken at a scale at which squares are within range. Zeros stay zeros.
pub(super) fn to_unit_length(row: &[f64], scale: f64, unit: &mut [f64]) {
    let mut squares = 0.0;
    for (unit, &value) in unit.iter_mut().zip(row) {
        *unit = value * scale;
        squares += *unit * *unit;
    }
    let inverse = inverse_root(squares);
    unit.iter_mut().for_each(|value| *value *= inverse);
}

/// 1/√x, or zero where there is no such number.
pub(crate) fn inverse_root(squares: f64) -> f64 {
    let inverse = 1.0 / squares.sqrt();
    if inverse.is_finite() { inverse } else { 0.0 }
}

/// A column minus its mean, over its root mean square, both of the rows that are not left out.
fn standardize(column: &[f64], dropped: &[bool], standardized: &mut [f64]) {
    let kept = dropped.iter().filter(|&&dropped| !dropped).count() as f64;
    let mean = column.iter().sum::<f64>() / kept;
    let mut squares = 0.0;
    for ((to, &value), &dropped) in standardized.iter_mut().zip(column).zip(dropped) {
        *to = if dropped { 0.0 } else { value - mean };
        squares += *to * *to;
    }
    let inverse = inverse_root(squares / (kept - 1.0));
    standardized.iter_mut().for_each(|value| *value *= inverse);
}

/// Subtracts its median from a column, scales it, and says what the median was. Rows that will be left out have no say in it and become zero.
///
/// Any number near the column's values would do, since the whole matrix is centred at the end.
fn centre_column(column: &mut [f64], scale: f64, dropped: &[bool]) -> f64 {
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
    median
}
