/*! Lesson 7 as the page takes it. */

use wasm_bindgen::prelude::*;

use crate::learn::smoothness::figures::{growth, numbers, picture};
use crate::learn::smoothness::{Ring, View};
use crate::web::pictures::FigureView;
use crate::web::{JsResult, from_js, to_js};

/// A ring of stimuli as it is seen in three directions.
#[wasm_bindgen]
pub struct RingOfStimuli {
    ring: Ring,
    shadow: Vec<[f64; 3]>,
}

#[wasm_bindgen]
impl RingOfStimuli {
    /// Of `{ alpha, pairs, seed }`.
    #[wasm_bindgen(constructor)]
    pub fn new(ring: JsValue) -> JsResult<RingOfStimuli> {
        let ring: Ring = from_js(ring)?;
        Ok(RingOfStimuli { ring, shadow: ring.shadow() })
    }

    /// Turned and tilted by degrees.
    pub fn picture(&self, turn: f64, tilt: f64, options: JsValue) -> JsResult<FigureView> {
        Ok(picture(&self.ring, &self.shadow, View { turn, tilt }, from_js(options)?).into())
    }

    /// Length or slope against dimensions, for stimuli of so many dimensions.
    pub fn growth(&self, stimulus: usize, options: JsValue) -> JsResult<FigureView> {
        Ok(growth(&self.ring, stimulus, from_js(options)?).into())
    }

    /// `{ threshold, slope, limit, fractal_dimension, summary }`.
    pub fn numbers(&self, stimulus: usize) -> JsResult<JsValue> {
        to_js(&numbers(&self.ring, stimulus))
    }
}
