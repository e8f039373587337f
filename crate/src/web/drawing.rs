/*! Pictures that are of no single spectrum, and what is carried in any of them. */

use wasm_bindgen::prelude::*;

use super::pictures::{FigureView, PlotView};
use super::{JsResult, from_js, to_js};
use crate::plot::{Alphas, Dot, Line, PlotOptions, Style, Titles, scatter, spectra, trend};

/// Axes without data.
#[wasm_bindgen]
pub fn empty_plot(options: JsValue) -> JsResult<PlotView> {
    Ok(crate::plot::empty(from_js::<PlotOptions>(options)?).into())
}

/// An SVG document with a text in it that does not show.
#[wasm_bindgen]
pub fn with_metadata(svg: &str, text: &str) -> String {
    crate::plot::with_metadata(svg, text)
}

/// Several spectra on their way into one picture.
#[wasm_bindgen]
#[derive(Default)]
pub struct SpectraView(Vec<Line>);

#[wasm_bindgen]
impl SpectraView {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> SpectraView {
        SpectraView::default()
    }

    /// Adds one: its eigenvalues (largest first), how many of them are usable, the number of its style, and whether it is the one that is looked at.
    pub fn add(&mut self, eigenvalues: Vec<f64>, usable: usize, style: usize, strong: bool) {
        let total = eigenvalues.iter().sum();
        let mut eigenvalues = eigenvalues;
        eigenvalues.truncate(usable);
        self.0.push(Line { eigenvalues, total, style, strong });
    }

    /// The picture, where each is divided by its sum if `by_sum`.
    pub fn plot(&self, options: JsValue, by_sum: bool) -> JsResult<FigureView> {
        Ok(spectra(&self.0, by_sum, from_js(options)?).into())
    }
}

/// Datasets on their way into a picture of dots.
#[wasm_bindgen]
#[derive(Default)]
pub struct DotsView(Vec<Dot>);

#[wasm_bindgen]
impl DotsView {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> DotsView {
        DotsView::default()
    }

    /// Adds one. `interval` has two numbers, or none.
    pub fn add(&mut self, name: String, x: f64, y: f64, interval: &[f64], style: usize, strong: bool) {
        let interval = if let &[low, high] = interval { Some((low, high)) } else { None };
        self.0.push(Dot { name, x, y, interval, style, strong });
    }

    /// A measure along layers, epochs or steps.
    pub fn trend(&self, options: JsValue, x: &str, y: &str, is_alpha: bool) -> JsResult<FigureView> {
        let alphas = if is_alpha { Alphas::Upward } else { Alphas::Nowhere };
        Ok(trend(&self.0, Titles { x, y }, alphas, from_js(options)?).into())
    }

    /// A measure against a score.
    pub fn scatter(&self, options: JsValue, x: &str, y: &str, is_alpha: bool) -> JsResult<FigureView> {
        let alphas = if is_alpha { Alphas::Across } else { Alphas::Nowhere };
        Ok(scatter(&self.0, Titles { x, y }, alphas, from_js(options)?).into())
    }
}

/// How the spectrum of a number is drawn: its colour, and the lengths of strokes and gaps (none for a line drawn through).
#[wasm_bindgen]
pub fn line_style(number: usize, theme: JsValue) -> JsResult<JsValue> {
    to_js(&Style::new(number, from_js(theme)?))
}
