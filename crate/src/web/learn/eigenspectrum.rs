/*! Lesson 1 as the page takes it. */

use wasm_bindgen::prelude::*;

use crate::learn::eigenspectrum::Cloud;
use crate::web::pictures::FigureView;
use crate::web::{JsResult, from_js, refusal, to_js};

/// Points that a hand moves.
#[wasm_bindgen]
pub struct PointCloud(Cloud);

#[wasm_bindgen]
impl PointCloud {
    /// The points of a seed, of two or three features.
    #[wasm_bindgen(constructor)]
    pub fn new(features: usize, seed: u32) -> JsResult<PointCloud> {
        Ok(PointCloud(Cloud::new(features, seed).map_err(refusal)?))
    }

    /// How many there are.
    #[wasm_bindgen(getter)]
    pub fn count(&self) -> usize {
        self.0.points().len()
    }

    /// Moves a point to the right, upwards and towards the eye.
    pub fn nudge(&mut self, index: usize, right: f64, up: f64, nearer: f64, turn: f64) {
        self.0.nudge(index, [right, up, nearer], turn);
    }

    /// Moves a point to a pixel of the picture.
    pub fn drag(&mut self, index: usize, x: f64, y: f64, turn: f64, options: JsValue) -> JsResult<()> {
        self.0.drag(index, [x, y], turn, from_js(options)?);
        Ok(())
    }

    /// Where a point is, in words.
    pub fn place(&self, index: usize) -> String {
        self.0.place_in_words(index)
    }

    /// `{ eigenvalues, alpha, summary }`, the last as far as a step has come.
    pub fn numbers(&self, step: u32, turn: f64) -> JsResult<JsValue> {
        to_js(&self.0.numbers(step, turn))
    }

    /// The cloud; its places are the points.
    pub fn picture(&self, chosen: usize, turn: f64, step: u32, options: JsValue) -> JsResult<FigureView> {
        Ok(self.0.picture(chosen, turn, step, from_js(options)?).into())
    }

    /// Eigenvalues as bars.
    pub fn bars(&self, options: JsValue) -> JsResult<FigureView> {
        Ok(self.0.bars(from_js(options)?).into())
    }

    /// Eigenvalues against rank, logarithmic.
    pub fn ranks(&self, options: JsValue) -> JsResult<FigureView> {
        Ok(self.0.ranks(from_js(options)?).into())
    }
}
