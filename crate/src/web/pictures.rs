/*! Pictures as the page takes them. */

use wasm_bindgen::prelude::*;

use super::{JsResult, from_js, to_js};
use crate::fit::Window;
use crate::plot::{Cell, Figure, FrameBox, HeatMap, Line, Plot, PlotOptions, Spectra, Style, spectra};

/// Axes without data.
#[wasm_bindgen]
pub fn empty_plot(options: JsValue) -> JsResult<PlotView> {
    Ok(PlotView(crate::plot::empty(from_js::<PlotOptions>(options)?)))
}

/// A picture and its map.
#[wasm_bindgen]
pub struct PlotView(Plot);

impl From<Plot> for PlotView {
    fn from(plot: Plot) -> Self {
        PlotView(plot)
    }
}

#[wasm_bindgen]
impl PlotView {
    /// The SVG document.
    #[wasm_bindgen(getter)]
    pub fn svg(&self) -> String {
        self.0.svg.clone()
    }

    /// The data area in CSS pixels.
    #[wasm_bindgen(getter)]
    pub fn frame(&self) -> JsResult<JsValue> {
        to_js(&self.0.frame)
    }

    /// Pixel x of rank k at index k − 1.
    #[wasm_bindgen(getter)]
    pub fn ranks_x(&self) -> Vec<f64> {
        self.0.ranks_x.clone()
    }

    /// Pixel y of λ_k at index k − 1.
    #[wasm_bindgen(getter)]
    pub fn ranks_y(&self) -> Vec<f64> {
        self.0.ranks_y.clone()
    }

    /// What the picture shows.
    #[wasm_bindgen(getter)]
    pub fn summary(&self) -> String {
        self.0.summary.clone()
    }
}

/// A small picture. `cells` is empty unless it is a map.
#[wasm_bindgen]
pub struct FigureView {
    svg: String,
    frame: FrameBox,
    summary: String,
    cells: Vec<Cell>,
}

impl From<HeatMap> for FigureView {
    fn from(HeatMap { svg, frame, cells, summary }: HeatMap) -> Self {
        FigureView { svg, frame, summary, cells }
    }
}

impl From<Spectra> for FigureView {
    fn from(Spectra { svg, frame, summary }: Spectra) -> Self {
        FigureView { svg, frame, summary, cells: Vec::new() }
    }
}

impl From<Figure> for FigureView {
    fn from(Figure { svg, frame, summary, .. }: Figure) -> Self {
        FigureView { svg, frame, summary, cells: Vec::new() }
    }
}

#[wasm_bindgen]
impl FigureView {
    /// The SVG document.
    #[wasm_bindgen(getter)]
    pub fn svg(&self) -> String {
        self.svg.clone()
    }

    /// The data area in CSS pixels.
    #[wasm_bindgen(getter)]
    pub fn frame(&self) -> JsResult<JsValue> {
        to_js(&self.frame)
    }

    /// What the picture shows.
    #[wasm_bindgen(getter)]
    pub fn summary(&self) -> String {
        self.summary.clone()
    }

    /// The windows of a map, each with its pixels and numbers.
    #[wasm_bindgen(getter)]
    pub fn cells(&self) -> JsResult<JsValue> {
        to_js(&self.cells)
    }
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
    pub fn plot(&self, options: JsValue, by_sum: bool, first: usize, last: usize) -> JsResult<FigureView> {
        Ok(spectra(&self.0, by_sum, Window { first, last }, from_js(options)?).into())
    }
}

/// How the spectrum of a number is drawn: its colour, and the lengths of strokes and gaps (none for a line drawn through).
#[wasm_bindgen]
pub fn line_style(number: usize, theme: JsValue) -> JsResult<JsValue> {
    to_js(&Style::new(number, from_js(theme)?))
}
