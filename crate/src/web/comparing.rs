/*! Comparisons as the page takes them. */

use wasm_bindgen::prelude::*;

use super::{JsResult, from_js, to_js};
use crate::compare::comparability::{Candidate, warnings};
use crate::compare::relation::caveat;

/// Sentences: what keeps these [`Candidate`]s from being compared.
#[wasm_bindgen]
pub fn comparability(candidates: JsValue) -> JsResult<JsValue> {
    to_js(&warnings(&from_js::<Vec<Candidate>>(candidates)?))
}

/// Whether a measure goes with a score over models; NaN where one has none.
#[wasm_bindgen]
pub fn relation(measure: Vec<f64>, score: Vec<f64>) -> JsResult<JsValue> {
    to_js(&crate::compare::relation::relation(&measure, &score))
}

/// What so many models can show at most.
#[wasm_bindgen]
pub fn models_caveat(models: usize) -> JsResult<JsValue> {
    to_js(&caveat(models))
}

/// |α − 1|.
#[wasm_bindgen]
pub fn distance_from_one(alphas: Vec<f64>) -> Vec<f64> {
    crate::compare::relation::distance_from_one(&alphas)
}
