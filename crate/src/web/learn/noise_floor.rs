/*! Lesson 5 as the page takes it. */

use wasm_bindgen::prelude::*;

use crate::learn::noise_floor::{AlphaOfNoise, Seen, Settings};
use crate::web::pictures::FigureView;
use crate::web::{JsResult, from_js, refusal, to_js};

/// A signal with noise, and one sample of it.
#[wasm_bindgen]
pub struct NoiseFloor {
    settings: Settings,
    seen: Seen,
}

#[wasm_bindgen]
impl NoiseFloor {
    /// Of `{ alpha, noise, columns, rows, seed }`.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: JsValue) -> JsResult<NoiseFloor> {
        let settings = from_js(settings)?;
        Ok(NoiseFloor { settings, seen: Seen::new(settings).map_err(refusal)? })
    }

    /// `{ population_alpha, alpha, edge, above, detectable, over_noise, summary }`.
    #[wasm_bindgen(getter)]
    pub fn numbers(&self) -> JsResult<JsValue> {
        to_js(&self.seen.numbers(self.settings))
    }

    /// Eigenvalues of the signal, of the signal with noise, and of one sample.
    #[wasm_bindgen(getter)]
    pub fn spectra(&self) -> JsResult<JsValue> {
        to_js(&[&self.seen.signal, &self.seen.population, &self.seen.sample])
    }

    /// Signal, signal with noise, sample and edge.
    pub fn picture(&self, options: JsValue) -> JsResult<FigureView> {
        Ok(self.seen.picture(from_js(options)?).into())
    }
}

/// α of samples with several amounts of noise.
#[wasm_bindgen]
pub struct AlphaOverNoise(AlphaOfNoise);

#[wasm_bindgen]
impl AlphaOverNoise {
    /// Of `{ alpha, noise, columns, rows, seed }`.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: JsValue) -> JsResult<AlphaOverNoise> {
        Ok(AlphaOverNoise(AlphaOfNoise::new(from_js(settings)?)))
    }

    /// One more sample; false where there are all.
    pub fn draw(&mut self) -> JsResult<bool> {
        self.0.draw().map_err(refusal)
    }

    /// Samples so far, and all.
    #[wasm_bindgen(getter)]
    pub fn progress(&self) -> Vec<usize> {
        let (done, all) = self.0.progress();
        vec![done, all]
    }

    /// `[{ noise, population, expected, mean, deviation }, …]`.
    #[wasm_bindgen(getter)]
    pub fn points(&self) -> JsResult<JsValue> {
        to_js(&self.0.points())
    }

    /// The picture by now, with a line at the variance that is chosen.
    pub fn picture(&self, noise: f64, options: JsValue) -> JsResult<FigureView> {
        Ok(self.0.picture(noise, from_js(options)?).into())
    }
}
