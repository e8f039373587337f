/*!
What a GPU is fed with.

Products are most of the work and all that a GPU does better; everything else of a sample (decoding, NaN, Σx, the probes that measure the error)
is done here as for any other worker, in f64. So a [`Feeder`] turns a chunk into a [`Batch`]: the panels whose products are wanted, and every other sum
of the same rows. A batch is either in the result as a whole or not at all: whoever loses it gives its chunk to another worker.
*/

use super::accumulator::feed;
use super::kernel::TILE;
use super::{Moments, Plan, Worker};
#[cfg(feature = "gpu")]
use crate::eigen::Tile;
use crate::error::{ErrorKind, Result};

/// Samples in a run at most: a GPU sums so many products in f32 before it adds them to something wider, as the fast engine does.
pub const GPU_RUN: usize = 256;

/// Beyond this Σ‖y‖² a run is none for f32: its products could leave the range.
const LARGEST_SQUARES: f64 = 1e30;

/// Samples of one block of rows whose products are summed in one go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// The sum that it belongs to: the number of its block, and past those the blocks of samples at unit length.
    pub slot: usize,
    /// Number of samples, [`GPU_RUN`] at most.
    pub samples: usize,
    /// Σ‖y‖² over the samples, which no sum of their products exceeds.
    pub squares: f64,
    /// Whether its numbers are float16 as they are in the file, and the shift and the scale still to come; otherwise they are f32, shifted and scaled.
    pub halves: bool,
}

impl Run {
    /// Bytes of its numbers, for samples of `width` features.
    pub fn bytes(&self, width: usize) -> usize {
        width.next_multiple_of(TILE) * self.samples * if self.halves { 2 } else { 4 }
    }
}

/// One chunk for a GPU.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The chunk.
    pub chunk: usize,
    /// Of each slot, all sums but the products.
    pub lists: Vec<Moments>,
    /// What products are wanted of.
    pub runs: Vec<Run>,
    /// The numbers of all runs, little-endian. Those of a run are panels of 16 features, one after another, each sample after sample; what a sample leaves of
    /// its last panel is zero.
    pub data: Vec<u8>,
}

impl Batch {
    /// Whether the products stay within f32. Where they do not, the chunk is for a worker that takes them in f64, or says that they overflow.
    pub fn is_within_range(&self) -> bool {
        self.runs.iter().all(|run| run.squares < LARGEST_SQUARES)
    }

    /// Everything but the data as plain numbers, for the way from one worker to another.
    pub fn to_words(&self) -> Vec<f64> {
        let mut words = vec![self.chunk as f64, self.lists.len() as f64, self.runs.len() as f64];
        for run in &self.runs {
            words.extend([run.slot as f64, run.samples as f64, run.squares, f64::from(u8::from(run.halves))]);
        }
        for list in &self.lists {
            let list = list.to_words();
            words.push(list.len() as f64);
            words.extend(list);
        }
        words
    }

    /// Puts together what [`to_words`](Self::to_words) wrote with the data, for samples of `width` features.
    ///
    /// # Errors
    ///
    /// `Internal` where the two are not of that form.
    pub fn from_words(width: usize, words: &[f64], data: Vec<u8>) -> Result<Batch> {
        let malformed = || ErrorKind::Internal { problem: "a batch was damaged between workers" };
        let mut words = words;
        let mut take = |length: usize| {
            let (taken, rest) = words.split_at_checked(length).ok_or_else(malformed)?;
            words = rest;
            Ok::<_, crate::error::Error>(taken)
        };
        let &[chunk, slots, count] = take(3)? else { return Err(malformed().into()) };
        let mut runs = Vec::new();
        for _ in 0..count as usize {
            let &[slot, samples, squares, halves] = take(4)? else { return Err(malformed().into()) };
            if slot >= slots || samples as usize > GPU_RUN {
                return Err(malformed().into());
            }
            runs.push(Run { slot: slot as usize, samples: samples as usize, squares, halves: halves != 0.0 });
        }
        let mut lists = Vec::new();
        for _ in 0..slots as usize {
            let length = take(1)?[0];
            lists.push(Moments::from_words(take(length as usize)?)?);
        }
        if lists.iter().any(|list| list.width != width) {
            return Err(malformed().into());
        }
        if runs.iter().map(|run| run.bytes(width)).sum::<usize>() != data.len() {
            return Err(malformed().into());
        }
        Ok(Batch { chunk: chunk as usize, lists, runs, data })
    }
}

/// Turns chunks into batches.
pub struct Feeder(Worker);

impl Feeder {
    /// For a plan; a feeder takes whole samples, whatever the plan's bands.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn new(plan: &Plan) -> Result<Feeder> {
        let scaled = if plan.scaled { Some(feed(plan, true)?) } else { None };
        Ok(Feeder(Worker::with_sums(plan.clone(), feed(plan, false)?, scaled, true)))
    }

    /// The batch of a chunk, whose bytes (of all the reads that [`Plan::reads`] lists, one after another) were read.
    ///
    /// # Errors
    ///
    /// `FileChanged` where there are fewer or more bytes than asked for.
    pub fn feed(&mut self, chunk: usize, bytes: &[u8]) -> Result<Batch> {
        self.0.push(chunk, bytes)?;
        self.0.take_feed(chunk)
    }
}

/// What a GPU's sums become.
#[cfg(feature = "gpu")]
impl Moments {
    /// Nothing yet, with room for all tiles.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub(crate) fn whole(width: usize) -> Result<Moments> {
        Moments::zero(width, 0..width.div_ceil(TILE))
    }

    /// The sum of some moments of the same band.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`; `Internal` where there are none.
    pub(crate) fn total<'a>(moments: impl Iterator<Item = &'a Moments> + Clone) -> Result<Moments> {
        super::worker::total(moments)
    }

    /// The tiles of the upper triangle, tile row by tile row.
    pub(crate) fn tiles_mut(&mut self) -> &mut [Tile] {
        &mut self.tiles
    }

    /// Number of samples.
    pub(crate) fn samples(&self) -> u64 {
        self.samples
    }
}
