/*! Lesson 6 as the page takes it. */

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::learn::alpha_near_1::curves::{Along, Curves, Draws, Place};
use crate::learn::alpha_near_1::figures::{figure, numbers};
use crate::web::pictures::FigureView;
use crate::web::{JsResult, from_js, to_js};

/// What theory says.
#[wasm_bindgen]
pub struct AlphaNear1(Curves);

#[wasm_bindgen]
impl AlphaNear1 {
    /// Of `{ alpha, rows, smoothness, ridge: { fixed } | "best", labels: "numbers" | "classes", seed }`.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: JsValue) -> JsResult<AlphaNear1> {
        Ok(AlphaNear1(Curves::new(from_js(settings)?)))
    }

    /// Goes to other settings.
    pub fn set(&mut self, settings: JsValue) -> JsResult<()> {
        self.0.set(from_js(settings)?);
        Ok(())
    }

    /// `{ best, errors, accuracies, summary }`.
    #[wasm_bindgen(getter)]
    pub fn numbers(&self) -> JsResult<JsValue> {
        to_js(&numbers(&self.0))
    }

    /// A figure along "rows" or "alpha", with dots as `AlphaNear1Draws` makes them.
    pub fn picture(&self, along: JsValue, dots: JsValue, options: JsValue) -> JsResult<FigureView> {
        let dots: Vec<Place> = from_js(dots)?;
        Ok(figure(&self.0, from_js(along)?, &dots, from_js(options)?).into())
    }
}

/// What draws say.
#[wasm_bindgen]
pub struct AlphaNear1Draws(Draws);

#[derive(Serialize)]
struct Made<'a> {
    rows: &'a [Place],
    alpha: &'a [Place],
    is_done: bool,
}

#[wasm_bindgen]
impl AlphaNear1Draws {
    /// None yet, of settings as above.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: JsValue) -> JsResult<AlphaNear1Draws> {
        Ok(AlphaNear1Draws(Draws::new(from_js(settings)?)))
    }

    /// Some fits more; `{ rows, alpha, is_done }` of all so far.
    pub fn more(&mut self, fits: usize) -> JsResult<JsValue> {
        let is_done = (0..fits).any(|_| !self.0.step());
        to_js(&Made { rows: self.0.along(Along::Rows), alpha: self.0.along(Along::Alpha), is_done })
    }
}
