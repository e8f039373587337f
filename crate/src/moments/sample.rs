/*!
What is done to every sample but its products.

In vectors of our own: what the compiler made of plain loops for wasm was scalar, and took a seventh of the time of the fast engine's kernel at 1024 features.
*/

use super::kernel::{Product, TILE};
use super::{PROBES, probe_signs};
use crate::vector::{Best, Double, Vector};

/// Vectors at a time, so that sums need not wait for each other.
const VECTORS: usize = 2;
const AT_A_TIME: usize = VECTORS * Best::LANES;

/// y = scale·x − offset in the place of x, added to `sums`; returns ‖y‖² and ‖scale·x‖². The lists are equally long, by a multiple of 16.
///
/// For a power of two as scale and scale·shift as offset, y is (x − shift)·scale, rounded once.
#[inline(never)]
pub(super) fn shift_and_sum(x: &mut [f64], offset: &[f64], scale: f64, sums: &mut [f64]) -> [f64; 2] {
    let length = x.len().min(offset.len()).min(sums.len()) / AT_A_TIME * AT_A_TIME;
    let (x, offset, sums) = (x.as_mut_ptr(), offset.as_ptr(), sums.as_mut_ptr());
    // SAFETY: every machine that this is compiled for has `Best`, and the lists hold `length` numbers, a multiple of what is loaded at a time.
    unsafe {
        let (scale, minus_one) = (Best::fill(scale), Best::fill(-1.0));
        let (mut squares, mut before) = ([Best::zero(); VECTORS], [Best::zero(); VECTORS]);
        for at in (0..length).step_by(AT_A_TIME) {
            for i in 0..VECTORS {
                let at = at + i * Best::LANES;
                let scaled = Best::zero().add_product(Best::load(x.add(at)), scale);
                let y = scaled.add_product(Best::load(offset.add(at)), minus_one);
                y.store(x.add(at));
                y.add_to(sums.add(at));
                squares[i] = squares[i].add_product(y, y);
                before[i] = before[i].add_product(scaled, scaled);
            }
        }
        [squares, before].map(|vectors| vectors.map(|vector| vector.sum()).iter().sum())
    }
}

/// Puts 16 features where a panel wants them.
#[inline(always)]
pub(super) fn pack<T: Product>(features: &[f64; TILE], to: &mut [T]) {
    let to = to[..TILE].as_mut_ptr();
    // SAFETY: every machine that this is compiled for has `Best`, of which a tile's width is a multiple; both lists hold that many numbers.
    unsafe {
        for at in (0..TILE).step_by(Best::LANES) {
            T::put(Best::load(features.as_ptr().add(at)), to.add(at));
        }
    }
}

/// Σ x (xᵀr) for vectors r of random signs, in f64: what the fast engine's error is measured against.
pub(super) struct Probes {
    width: usize,
    /// Signs of each probe, and the sums, each with room for whole tiles.
    signs: [Vec<f64>; PROBES],
    products: [Vec<f64>; PROBES],
}

impl Probes {
    pub fn new(width: usize) -> Probes {
        let room = width.next_multiple_of(TILE);
        let flat = probe_signs(width);
        let signs = std::array::from_fn(|probe| {
            let mut signs = flat[probe * width..][..width].to_vec();
            signs.resize(room, 0.0);
            signs
        });
        Probes { width, signs, products: std::array::from_fn(|_| vec![0.0; room]) }
    }

    /// Adds a sample.
    pub fn push(&mut self, sample: &[f64]) {
        for (signs, products) in self.signs.iter().zip(&mut self.products) {
            add_multiple(products, sample, dot(sample, signs));
        }
    }

    pub fn clear(&mut self) {
        for products in &mut self.products {
            products.fill(0.0);
        }
    }

    /// Probe after probe, feature after feature.
    pub fn products(&self) -> Vec<f64> {
        self.products.iter().flat_map(|products| &products[..self.width]).copied().collect()
    }
}

/// xᵀy, of lists of equal length that is a multiple of 16.
#[inline(never)]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let length = x.len().min(y.len()) / TILE * TILE;
    // SAFETY: every machine that this is compiled for has `Best`, of which a tile's width is a multiple; both lists hold `length` numbers.
    unsafe {
        let mut sums = [Best::zero(); TILE / Best::LANES];
        for at in (0..length).step_by(TILE) {
            for (i, sum) in sums.iter_mut().enumerate() {
                let at = at + i * Best::LANES;
                *sum = sum.add_product(Best::load(x.as_ptr().add(at)), Best::load(y.as_ptr().add(at)));
            }
        }
        sums.map(|sum| sum.sum()).iter().sum()
    }
}

/// y += factor·x likewise.
#[inline(never)]
fn add_multiple(y: &mut [f64], x: &[f64], factor: f64) {
    let length = x.len().min(y.len()) / AT_A_TIME * AT_A_TIME;
    // SAFETY: see `dot`.
    unsafe {
        let factor = Best::fill(factor);
        for at in (0..length).step_by(Best::LANES) {
            let y = y.as_mut_ptr().add(at);
            Best::load(y).add_product(Best::load(x.as_ptr().add(at)), factor).store(y);
        }
    }
}
