/*! Lesson 4 as the page takes it. */

use wasm_bindgen::prelude::*;

use crate::learn::finite_n::{AlphaOfN, Noise, Seen, Settings};
use crate::web::pictures::FigureView;
use crate::web::{JsResult, from_js, refusal, to_js};

/// One sample of a known population.
#[wasm_bindgen]
pub struct FiniteN {
    settings: Settings,
    seen: Seen,
    /// Drawn where it is asked for.
    noise: Option<Noise>,
}

#[wasm_bindgen]
impl FiniteN {
    /// Of `{ alpha, columns, rows, seed }`.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: JsValue) -> JsResult<FiniteN> {
        let settings = from_js(settings)?;
        Ok(FiniteN { settings, seen: Seen::new(settings).map_err(refusal)?, noise: None })
    }

    /// `{ ratio, ranks, alpha, expected_alpha, head, tail, summary }`.
    #[wasm_bindgen(getter)]
    pub fn numbers(&self) -> JsResult<JsValue> {
        to_js(&self.seen.numbers(self.settings))
    }

    /// The true eigenvalues, one sample's, and those that theory expects.
    #[wasm_bindgen(getter)]
    pub fn spectra(&self) -> JsResult<JsValue> {
        to_js(&[&self.seen.truth, &self.seen.sample, &self.seen.expected])
    }

    /// True, sample and expected spectrum.
    pub fn picture(&self, options: JsValue) -> JsResult<FigureView> {
        Ok(self.seen.picture(from_js(options)?).into())
    }

    /// Noise of this n and d.
    pub fn noise(&mut self, options: JsValue) -> JsResult<FigureView> {
        Ok(self.drawn()?.picture(from_js(options)?).into())
    }

    /// The bars of that picture: `[[from, to, eigenvalues, expected], …]`.
    pub fn noise_bars(&mut self) -> JsResult<JsValue> {
        let bars = self.drawn()?.bars();
        to_js(&bars.iter().map(|bar| [bar.range.0, bar.range.1, bar.count as f64, bar.expected]).collect::<Vec<_>>())
    }

    fn drawn(&mut self) -> JsResult<&Noise> {
        let noise = match self.noise.take() {
            Some(noise) => noise,
            None => Noise::new(self.settings).map_err(refusal)?,
        };
        Ok(self.noise.insert(noise))
    }
}

/// α of samples of several sizes.
#[wasm_bindgen]
pub struct AlphaOfRows(AlphaOfN);

#[wasm_bindgen]
impl AlphaOfRows {
    /// Of `{ alpha, columns, rows, seed }`.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: JsValue) -> JsResult<AlphaOfRows> {
        Ok(AlphaOfRows(AlphaOfN::new(from_js(settings)?)))
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

    /// `[{ ratio, rows, expected, mean, deviation }, …]`.
    #[wasm_bindgen(getter)]
    pub fn points(&self) -> JsResult<JsValue> {
        to_js(&self.0.points())
    }

    /// The picture by now, with a line at the n that is chosen.
    pub fn picture(&self, rows: f64, options: JsValue) -> JsResult<FigureView> {
        Ok(self.0.picture(rows as u64, from_js(options)?).into())
    }
}
