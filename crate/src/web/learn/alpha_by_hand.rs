/*! Lesson 2 as the page takes it. */

use wasm_bindgen::prelude::*;

use crate::learn::alpha_by_hand::{COLUMNS, ROWS, numbers, picture, strip, strip_in_words};
use crate::web::pictures::FigureView;
use crate::web::{JsResult, from_js, refusal, to_js};

/// `{ first_share, effective_rank, rankme, participation_ratio, for_90, summary }` of k^−α.
#[wasm_bindgen]
pub fn alpha_by_hand(alpha: f64) -> JsResult<JsValue> {
    to_js(&numbers(alpha))
}

/// Its spectrum.
#[wasm_bindgen]
pub fn alpha_by_hand_picture(alpha: f64, options: JsValue) -> JsResult<FigureView> {
    Ok(picture(alpha, from_js(options)?).into())
}

/// Features with that spectrum, as an image.
#[wasm_bindgen]
pub struct Strip {
    /// Pixels across.
    pub columns: usize,
    /// Pixels down.
    pub rows: usize,
    pixels: Vec<u8>,
    words: String,
}

#[wasm_bindgen]
impl Strip {
    /// Another seed is another draw.
    #[wasm_bindgen(constructor)]
    pub fn new(alpha: f64, seed: u32, theme: JsValue) -> JsResult<Strip> {
        let pixels = strip(alpha, seed, from_js(theme)?).map_err(refusal)?;
        Ok(Strip { columns: COLUMNS, rows: ROWS, pixels, words: strip_in_words(alpha) })
    }

    /// Red, green, blue and opacity of each pixel, row by row.
    #[wasm_bindgen(getter)]
    pub fn pixels(&self) -> Vec<u8> {
        self.pixels.clone()
    }

    /// What it shows, in words.
    #[wasm_bindgen(getter)]
    pub fn summary(&self) -> String {
        self.words.clone()
    }
}
