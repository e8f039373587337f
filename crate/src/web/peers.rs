/*! What the benchmark runs in the page's own wasm, beside the core: our eigenvalues alone, those of faer, and what this machine could do at most. */

use std::hint::black_box;

use faer::{MatRef, Side};
use wasm_bindgen::prelude::*;

use super::solving::LeadingWorker;
use super::{JsResult, internal, refusal};
use crate::decompose::Begun;
use crate::eigen;
use crate::moments::{Entries, Precision, Scaling, SecondMoment};
use crate::vector::{self, Vector};

/// Registers that are summed in at once: enough that no multiply-add waits for the one before it.
const SUMS: usize = 10;

/// Multiply-adds of each in one call: V8 compiles a function well only after some calls.
const STEPS: usize = 10_000;

/// A symmetric matrix.
#[wasm_bindgen]
pub struct Matrix {
    numbers: Vec<f64>,
    side: usize,
}

#[wasm_bindgen]
impl Matrix {
    /// Of side² numbers.
    #[wasm_bindgen(constructor)]
    pub fn new(numbers: Vec<f64>, side: usize) -> Matrix {
        Matrix { numbers, side }
    }

    /// Ours, largest first.
    pub fn ours(&self) -> JsResult<Vec<f64>> {
        eigen::eigenvalues(&self.numbers, self.side).map_err(refusal)
    }

    /// Ours, by some workers.
    pub fn lead(&self, workers: usize) -> JsResult<LeadingWorker> {
        let tiles = eigen::tiles_of(&self.numbers, self.side).map_err(refusal)?;
        let matrix = SecondMoment {
            entries: Entries::new(tiles, self.side),
            n: None,
            d: None,
            is_centred: true,
            precision: Precision::Exact,
            scaling: Scaling { divisor: 1.0, unscale: 1.0 },
            skipped_rows: 0,
            zero_variance_columns: None,
            engine_error: 0.0,
        };
        let begun = Begun::of(matrix, workers).map_err(refusal)?;
        Ok(LeadingWorker::new(begun, "the matrix".into()))
    }

    /// Those of faer, largest first.
    pub fn faer(&self) -> JsResult<Vec<f64>> {
        let matrix = MatRef::from_column_major_slice(&self.numbers, self.side, self.side);
        let mut values =
            matrix.self_adjoint_eigenvalues(Side::Lower).map_err(|_| internal("faer has found no eigenvalues"))?;
        values.reverse();
        Ok(values)
    }
}

/// Does so many rounds of multiply-adds in registers, in f64 or f32; returns how many operations a round is.
#[wasm_bindgen]
pub fn registers(wide: bool, rounds: usize) -> f64 {
    for _ in 0..rounds {
        if wide {
            black_box(multiply_add::<vector::F64>(black_box([0.5; 2])));
        } else {
            black_box(multiply_add::<vector::F32>(black_box([0.5; 4])));
        }
    }
    let lanes = if wide { vector::F64::LANES } else { vector::F32::LANES };
    (2 * lanes * SUMS * STEPS) as f64
}

#[inline(never)]
fn multiply_add<V: Vector>(numbers: impl AsRef<[V::Scalar]>) -> [V; SUMS] {
    let numbers = numbers.as_ref();
    assert!(numbers.len() >= V::LANES);
    // SAFETY: there are LANES numbers to load, and this file is built for machines that have the instructions.
    unsafe {
        let (a, b) = (V::load(numbers.as_ptr()), V::splat(numbers.as_ptr()));
        let mut sums = [V::zero(); SUMS];
        for _ in 0..black_box(STEPS) {
            for sum in &mut sums {
                *sum = sum.add_product(a, b);
            }
        }
        sums
    }
}
