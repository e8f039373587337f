/*! Lesson 3 as the page takes it. */

use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::fit::Window;
use crate::learn::window::{Asked, Layer};
use crate::web::pictures::{FigureView, PlotView};
use crate::web::{JsResult, from_js, to_js};

/// A layer's spectrum.
#[wasm_bindgen]
pub struct LayerSpectrum(Layer);

#[derive(Deserialize)]
struct Choice {
    first: usize,
    last: usize,
    guess: f64,
    fitted: bool,
}

fn asked(choice: JsValue) -> JsResult<Asked> {
    let Choice { first, last, guess, fitted } = from_js(choice)?;
    Ok(Asked { window: Window { first, last }, guess, fitted })
}

#[wasm_bindgen]
impl LayerSpectrum {
    /// Of the two tables of MiniLM's layers.
    #[wasm_bindgen(constructor)]
    pub fn new(spectra: &str, results: &str, layer: usize) -> LayerSpectrum {
        LayerSpectrum(Layer::new(spectra, results, layer))
    }

    /// Usable ranks.
    #[wasm_bindgen(getter)]
    pub fn count(&self) -> usize {
        self.0.eigenvalues().len()
    }

    /// `{ alpha, r2, off, reasonable, refusal, summary }` of `{ first, last, guess, fitted }`.
    pub fn numbers(&self, choice: JsValue) -> JsResult<JsValue> {
        to_js(&self.0.numbers(asked(choice)?))
    }

    /// The spectrum, the window and the lines.
    pub fn picture(&self, choice: JsValue, options: JsValue) -> JsResult<PlotView> {
        Ok(self.0.picture(asked(choice)?, from_js(options)?).into())
    }

    /// α of all windows.
    pub fn map(&self, first: usize, last: usize, options: JsValue) -> JsResult<FigureView> {
        Ok(self.0.map(Window { first, last }, from_js(options)?).into())
    }
}
