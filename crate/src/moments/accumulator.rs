/*!
Sums over samples: the part of [`Moments`] that one worker gathers.

Samples are packed into panels of 16 features ([`kernel`](super::kernel)); when a run of them is full, every tile of the worker's band is
updated. The sums never leave f64; products are taken in f64 (exact) or f32 (fast).
*/

use std::ops::Range;

use super::kernel::{Product, TILE, TileKernel};
use super::{Moments, probe_signs};
use crate::error::{ErrorKind, Result};

/// Samples in a run of the exact engine: two panels of 128 × 16 × 8 bytes just fit a 32 KiB first-level cache.
const EXACT_RUN: usize = 128;

/// Samples in a run of the fast engine. Longer runs lose accuracy in the f32 sums and gain no speed (256 and 512 measured equal).
const FAST_RUN: usize = 256;

/// The engines behind one interface.
pub(super) trait Sums {
    /// Adds one sample, shifted and scaled.
    fn push(&mut self, sample: &[f64]);
    /// The sums of everything that was pushed, to read or to add what only the caller sees.
    fn moments(&mut self) -> &mut Moments;
    /// The sums, at the end.
    fn into_moments(self: Box<Self>) -> Moments;
}

/// The accumulator of an engine, for one band.
pub(super) fn sums(width: usize, band: Range<usize>, fast: bool) -> Result<Box<dyn Sums>> {
    Ok(if fast {
        Box::new(Accumulator::<f32>::new(width, band, FAST_RUN, true)?)
    } else {
        Box::new(Accumulator::<f64>::new(width, band, EXACT_RUN, false)?)
    })
}

/// Second-moment sums of the tiles in a band of tile rows.
struct Accumulator<T> {
    kernel: TileKernel<T>,
    moments: Moments,
    /// Panels of the tile columns from `band.start` on: `panels[(column · run + sample) · 16 + feature]`.
    panels: Vec<T>,
    run: usize,
    filled: usize,
    /// Random signs of the probes; empty in the exact engine.
    signs: Vec<f64>,
}

impl<T: Product> Accumulator<T> {
    fn new(width: usize, band: Range<usize>, run: usize, probed: bool) -> Result<Self> {
        let columns = width.div_ceil(TILE) - band.start;
        let mut panels = Vec::new();
        let length = columns * run * TILE;
        panels
            .try_reserve_exact(length)
            .map_err(|_| ErrorKind::OutOfMemory { side: width as u64, bytes: (length * size_of::<T>()) as u64 })?;
        panels.resize(length, T::default());
        // Only one band counts the sums that every band sees.
        let signs = if probed && band.start == 0 { probe_signs(width) } else { Vec::new() };
        let moments = Moments::zero(width, band, !signs.is_empty())?;
        Ok(Accumulator { kernel: T::kernel().0, moments, panels, run, filled: 0, signs })
    }

    /// Adds the samples that are packed to the tiles.
    fn flush(&mut self) {
        let first = self.moments.band.start;
        let side = self.moments.side();
        let mut tiles = self.moments.tiles.chunks_exact_mut(TILE * TILE);
        for row in self.moments.band.clone() {
            let a = &self.panels[(row - first) * self.run * TILE..][..self.run * TILE];
            for (column, tile) in (row..side).zip(&mut tiles) {
                let b = &self.panels[(column - first) * self.run * TILE..][..self.run * TILE];
                // SAFETY: `filled` is at most `run`, the number of samples that each panel holds; a tile has 16 × 16 sums.
                unsafe { (self.kernel)(a.as_ptr(), b.as_ptr(), self.filled, tile.as_mut_ptr(), row == column) };
            }
        }
        self.filled = 0;
    }
}

impl<T: Product> Sums for Accumulator<T> {
    fn push(&mut self, sample: &[f64]) {
        let moments = &mut self.moments;
        if moments.band.start == 0 {
            moments.samples += 1;
            for (sum, value) in moments.sums.iter_mut().zip(sample) {
                *sum += value;
            }
            let width = sample.len();
            for p in 0..self.signs.len() / width {
                let of = p * width..(p + 1) * width;
                probe(&self.signs[of.clone()], sample, &mut moments.probes[of]);
            }
        }
        let start = moments.band.start * TILE;
        for (column, features) in sample[start..].chunks(TILE).enumerate() {
            let at = (column * self.run + self.filled) * TILE;
            for (to, value) in self.panels[at..at + features.len()].iter_mut().zip(features) {
                *to = T::from_f64(*value);
            }
        }
        self.filled += 1;
        if self.filled == self.run {
            self.flush();
        }
    }

    fn moments(&mut self) -> &mut Moments {
        self.flush();
        &mut self.moments
    }

    fn into_moments(mut self: Box<Self>) -> Moments {
        self.flush();
        self.moments
    }
}

/// y += x (xᵀ r) for one probe r of random signs.
fn probe(signs: &[f64], sample: &[f64], product: &mut [f64]) {
    // Four partial sums, so that the additions neither wait for each other nor stop the compiler from using SIMD.
    let mut partial = [0.0; 4];
    let (groups, rest) = sample.as_chunks::<4>();
    let (sign_groups, sign_rest) = signs.as_chunks::<4>();
    for (x, r) in groups.iter().zip(sign_groups) {
        for i in 0..4 {
            partial[i] += x[i] * r[i];
        }
    }
    let mut dot: f64 = partial.iter().sum();
    dot += rest.iter().zip(sign_rest).map(|(x, r)| x * r).sum::<f64>();
    for (y, x) in product.iter_mut().zip(sample) {
        *y += dot * x;
    }
}

