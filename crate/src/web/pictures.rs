/*! Pictures as the page takes them. */

use std::ops::Range;

use wasm_bindgen::prelude::*;

use super::{JsResult, to_js};
use crate::plot::{Cell, Figure, FrameBox, HeatMap, Plot, Spectra, Trace};

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

    /// The first of its marks that the window has no part in, and the first after them that it has a part in.
    #[wasm_bindgen(getter)]
    pub fn lasting(&self) -> Vec<u32> {
        let Range { start, end } = self.0.lasting;
        vec![start as u32, end as u32]
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

/// A small picture. `cells` is empty unless it is a map, `traces` unless it is of several spectra, `places` unless it is of datasets or of a curve.
#[wasm_bindgen]
#[derive(Default)]
pub struct FigureView {
    svg: String,
    frame: FrameBox,
    summary: String,
    cells: Vec<Cell>,
    traces: Vec<Trace>,
    places: Vec<f64>,
}

impl From<HeatMap> for FigureView {
    fn from(HeatMap { svg, frame, cells, summary }: HeatMap) -> Self {
        FigureView { svg, frame, summary, cells, ..FigureView::default() }
    }
}

impl From<Spectra> for FigureView {
    fn from(Spectra { svg, frame, summary, traces, ranks_x }: Spectra) -> Self {
        FigureView { svg, frame, summary, traces, places: ranks_x, ..FigureView::default() }
    }
}

impl From<Figure> for FigureView {
    fn from(Figure { svg, frame, summary, xs, ys }: Figure) -> Self {
        let places = xs.into_iter().zip(ys).flat_map(|(x, y)| [x, y]).collect();
        FigureView { svg, frame, summary, places, ..FigureView::default() }
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

#[wasm_bindgen]
impl FigureView {
    /// Pixels x and y of each point, one after another; of a picture of several spectra, pixel x of each rank.
    #[wasm_bindgen(getter)]
    pub fn places(&self) -> Vec<f64> {
        self.places.clone()
    }

    /// Where the spectrum of an index is drawn: rank, pixel x and pixel y of its points, one after another.
    pub fn trace(&self, index: usize) -> Vec<f64> {
        let Some(Trace { ranks, places }) = self.traces.get(index) else { return Vec::new() };
        ranks.iter().zip(places).flat_map(|(rank, (x, y))| [*rank as f64, *x, *y]).collect()
    }
}
