/*!
Sums over samples: the part of [`Moments`] that one worker gathers.

Samples are packed into panels of 16 features ([`kernel`](super::kernel)); when a run of them is full, every tile of the worker's band is
updated. The sums never leave f64; products are taken in f64 (exact) or f32 (fast).
*/

use std::ops::Range;

use super::kernel::{Product, TILE, TileKernel};
use super::{Moments, PROBES, Plan, Precision, probe_signs};
use crate::error::{ErrorKind, Result};

/// Samples in a run of the exact engine. Two panels of 64 × 16 × 8 bytes leave room in a 32 KiB first-level cache; with 128, which fill it,
/// the kernel was measured a fifth slower.
const EXACT_RUN: usize = 64;

/// Samples in a run of the fast engine. Longer runs lose accuracy in the f32 sums and gain no speed (256 and 512 measured equal).
const FAST_RUN: usize = 256;

/// The engines behind one interface. Samples have room for whole tiles: their length is a multiple of 16, with zeros at the end.
pub(super) trait Sums {
    /// Shifts and scales a sample where it stands, and adds it.
    fn push(&mut self, sample: &mut [f64]);
    /// The sums of everything that was pushed, to read or to add what only the caller sees.
    fn moments(&mut self) -> &mut Moments;
    /// The sums, at the end.
    fn into_moments(self: Box<Self>) -> Moments;
}

/// The accumulator of a plan's engine, for one band.
pub(super) fn sums(plan: &Plan, band: Range<usize>) -> Result<Box<dyn Sums>> {
    Ok(match plan.precision {
        Precision::Exact => Box::new(Accumulator::<f64>::new(plan, band, EXACT_RUN)?),
        Precision::Fast => Box::new(Accumulator::<f32>::new(plan, band, FAST_RUN)?),
    })
}

/// Second-moment sums of the tiles in a band of tile rows.
struct Accumulator<T> {
    kernel: TileKernel<T>,
    moments: Moments,
    /// What is subtracted from each feature, and what it is multiplied with then.
    shift: Vec<f64>,
    scale: f64,
    /// Σx, with room for whole tiles.
    sums: Vec<f64>,
    /// Panels of the tile columns from `band.start` on: `panels[column · stride + sample · 16 + feature]`.
    panels: Vec<T>,
    /// Numbers from one panel to the next. A tile's width more than a panel has, so that panels do not all fall into the same cache sets.
    stride: usize,
    run: usize,
    filled: usize,
    probes: Option<Probes>,
}

impl<T: Product> Accumulator<T> {
    fn new(plan: &Plan, band: Range<usize>, run: usize) -> Result<Self> {
        let (width, side) = (plan.width, plan.width.div_ceil(TILE));
        let stride = run * TILE + TILE;
        let length = (side - band.start) * stride;
        let mut panels = Vec::new();
        panels
            .try_reserve_exact(length)
            .map_err(|_| ErrorKind::OutOfMemory { side: width as u64, bytes: (length * size_of::<T>()) as u64 })?;
        panels.resize(length, T::default());
        let mut shift = plan.shift.values.clone();
        shift.resize(side * TILE, 0.0);
        // In the dual, samples come centred and scaled.
        let scale = if plan.shift.values.is_empty() { 1.0 } else { plan.shift.scale() };
        let probed = plan.precision == Precision::Fast && band.start == 0;
        Ok(Accumulator {
            kernel: T::kernel().0,
            moments: Moments::zero(width, band)?,
            shift,
            scale,
            sums: vec![0.0; side * TILE],
            panels,
            stride,
            run,
            filled: 0,
            probes: probed.then(|| Probes::new(width)),
        })
    }

    /// Adds the samples that are packed to the tiles.
    fn flush(&mut self) {
        let first = self.moments.band.start;
        let side = self.moments.side();
        let mut tiles = self.moments.tiles.chunks_exact_mut(TILE * TILE);
        for row in self.moments.band.clone() {
            let a = &self.panels[(row - first) * self.stride..][..self.run * TILE];
            for (column, tile) in (row..side).zip(&mut tiles) {
                let b = &self.panels[(column - first) * self.stride..][..self.run * TILE];
                // SAFETY: `filled` is at most `run`, the number of samples that each panel holds; a tile has 16 × 16 sums.
                unsafe { (self.kernel)(a.as_ptr(), b.as_ptr(), self.filled, tile.as_mut_ptr(), row == column) };
            }
        }
        self.filled = 0;
    }
}

impl<T: Product> Sums for Accumulator<T> {
    fn push(&mut self, sample: &mut [f64]) {
        let first = self.moments.band.start;
        let (columns, _) = sample.as_chunks_mut::<TILE>();
        let (shifts, _) = self.shift.as_chunks::<TILE>();
        let (sums, _) = self.sums.as_chunks_mut::<TILE>();
        for (column, ((features, shift), sum)) in columns.iter_mut().zip(shifts).zip(sums).enumerate() {
            for i in 0..TILE {
                features[i] = (features[i] - shift[i]) * self.scale;
                sum[i] += features[i];
            }
            if column >= first {
                let at = (column - first) * self.stride + self.filled * TILE;
                let (panel, _) = self.panels[at..at + TILE].as_chunks_mut::<TILE>();
                panel[0] = features.map(T::from_f64);
            }
        }
        // What every band sees, one of them counts.
        if first == 0 {
            self.moments.samples += 1;
        }
        if let Some(probes) = &mut self.probes {
            probes.push(sample);
        }
        self.filled += 1;
        if self.filled == self.run {
            self.flush();
        }
    }

    fn moments(&mut self) -> &mut Moments {
        self.flush();
        if self.moments.band.start == 0 {
            self.moments.sums.copy_from_slice(&self.sums[..self.moments.width]);
        }
        if let Some(probes) = &self.probes {
            self.moments.probes = probes.products();
        }
        &mut self.moments
    }

    fn into_moments(mut self: Box<Self>) -> Moments {
        self.moments();
        self.moments
    }
}

/// Σ x (xᵀr) for vectors r of random signs, in f64: what the fast engine's error is measured against.
struct Probes {
    width: usize,
    /// Signs of all probes for four features at a time, and the sums for the same.
    signs: Vec<[[f64; 4]; PROBES]>,
    products: Vec<[[f64; 4]; PROBES]>,
}

impl Probes {
    fn new(width: usize) -> Probes {
        let groups = width.next_multiple_of(TILE) / 4;
        let flat = probe_signs(width);
        let sign = |probe: usize, feature: usize| if feature < width { flat[probe * width + feature] } else { 0.0 };
        let signs = (0..groups).map(|g| std::array::from_fn(|p| std::array::from_fn(|i| sign(p, 4 * g + i)))).collect();
        Probes { width, signs, products: vec![[[0.0; 4]; PROBES]; groups] }
    }

    fn push(&mut self, sample: &[f64]) {
        let (groups, _) = sample.as_chunks::<4>();
        let mut dots = [[0.0; 4]; PROBES];
        for (x, signs) in groups.iter().zip(&self.signs) {
            for p in 0..PROBES {
                for i in 0..4 {
                    dots[p][i] += x[i] * signs[p][i];
                }
            }
        }
        let dots = dots.map(|lanes| lanes.iter().sum::<f64>());
        for (x, products) in groups.iter().zip(&mut self.products) {
            for p in 0..PROBES {
                for i in 0..4 {
                    products[p][i] += dots[p] * x[i];
                }
            }
        }
    }

    /// Probe after probe, feature after feature.
    fn products(&self) -> Vec<f64> {
        (0..PROBES)
            .flat_map(|p| (0..self.width).map(move |feature| self.products[feature / 4][p][feature % 4]))
            .collect()
    }
}
