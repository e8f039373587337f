/*! Features of a known spectrum, as the page makes them, and what is known of them beside what was found. */

use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::fit::{Weight, Window};
use crate::learn::generated::{compare, expected_spectrum, picture};
use crate::synth::{Features, Recipe};
use crate::web::pictures::FigureView;
use crate::web::{JsResult, from_js, refusal, to_js};

/// Bytes of a piece.
const PIECE: u64 = 4 << 20;

/// Makes a file piece by piece.
#[wasm_bindgen]
pub struct Generator {
    features: Features,
    /// Rows made so far.
    done: u64,
}

#[wasm_bindgen]
impl Generator {
    /// Refuses what cannot be made, in a sentence.
    #[wasm_bindgen(constructor)]
    pub fn new(recipe: JsValue) -> JsResult<Generator> {
        Ok(Generator { features: Features::new(from_js(recipe)?).map_err(refusal)?, done: 0 })
    }

    /// A name for the file.
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.features.recipe().file_name()
    }

    /// Its first bytes.
    pub fn header(&self) -> Vec<u8> {
        self.features.header()
    }

    /// The next of its bytes; none where all are made.
    pub fn piece(&mut self) -> Vec<u8> {
        let recipe = self.features.recipe();
        let of_row = recipe.columns * recipe.number.size() as u64;
        let count = (PIECE / of_row).max(1).min(recipe.rows - self.done);
        let bytes = self.features.bytes(self.done, count);
        self.done += count;
        bytes
    }

    /// The part of it that is made, from 0 to 1.
    #[wasm_bindgen(getter)]
    pub fn part(&self) -> f64 {
        self.done as f64 / self.features.recipe().rows as f64
    }
}

/// What is known of features that were made.
#[wasm_bindgen]
pub struct Truth(Recipe);

/// A window and the interval that was found over it.
#[derive(Deserialize)]
struct Found {
    first: usize,
    last: usize,
    weight: Weight,
    interval: Option<(f64, f64)>,
}

#[wasm_bindgen]
impl Truth {
    /// Of a recipe.
    #[wasm_bindgen(constructor)]
    pub fn new(recipe: JsValue) -> JsResult<Truth> {
        Ok(Truth(from_js(recipe)?))
    }

    /// `{ alpha, expected, verdict }` over a window of ranks that the sample has.
    pub fn compare(&self, found: JsValue) -> JsResult<JsValue> {
        let Found { first, last, weight, interval } = from_js(found)?;
        to_js(&compare(&self.0, Window::new(first, last).map_err(refusal)?, weight, interval))
    }

    /// The true eigenvalues, and those that theory expects of so many rows.
    pub fn spectra(&self) -> JsResult<JsValue> {
        to_js(&[self.0.eigenvalues(), expected_spectrum(&self.0)])
    }

    /// The spectrum that was found, with the true one over it.
    pub fn picture(&self, eigenvalues: &[f64], usable: usize, options: JsValue) -> JsResult<FigureView> {
        Ok(picture(&self.0, &eigenvalues[..usable.min(eigenvalues.len())], from_js(options)?).into())
    }
}
