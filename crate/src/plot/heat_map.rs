/*!
The window map as a picture: the last rank to the right, the first rank upwards, a rectangle for each window.

A window ends after it starts, so the upper left half is empty and has the colour bar. α parts into two hues at 1 where
the map has values on either side of it, and rises in one scale where it has not; curvature parts at 0; R² rises. A few
windows at the end of a spectrum have values far from all others: the colours end before these, and the bar says so.
*/

use plotters::style::Color;
use serde::{Deserialize, Serialize};

use super::axes::{stand_apart, ticks};
use super::canvas::{Canvas, Frame, Margins};
use super::labels::{self, Anchor};
use super::palette::Palette;
use super::{FrameBox, PlotOptions};
use crate::fit::map::{WindowFit, WindowMap, decimal};
use crate::fit::{PRESETS, Window};
use crate::order::ascending;

/// Room around the data area.
const MARGINS: Margins = Margins { left: 46.0, top: 28.0, right: 14.0, bottom: 42.0 };
/// Room that a label of an axis wants.
const LABEL_WIDTH: f64 = 48.0;
/// The part of the windows whose values the colours of α and of curvature tell apart.
const MOST: f64 = 0.8;
/// The colours reach over a multiple of this, so that they change little from one spectrum to the next.
const SCALE_STEP: f64 = 0.1;
/// The colours of R², the same for every spectrum. In the middle is 0.95, below which the authors' plots take another window
/// or drop the point (fastssl, plot scripts).
const R2_SCALE: (f64, f64) = (0.9, 1.0);
/// The colour bar: its place below the upper left corner, its height, its part of the width, and how many colours it shows.
const BAR_INSET: (f64, f64) = (12.0, 22.0);
const BAR_HEIGHT: f64 = 8.0;
const BAR_PART: f64 = 0.5;
const BAR_WIDEST: f64 = 180.0;
/// What the bar and its words take from the top, and how far they stay away from the cells, as a part of the width.
const BAR_BELOW: f64 = 52.0;
const BAR_CLEAR: f64 = 0.1;
/// Words under the bar keep this distance.
const BAR_APART: f64 = 6.0;
const BAR_STEPS: usize = 64;
/// A cell stands for windows whose ends are within this of its own (log₁₀ of the ranks): a step of the map's grid, since the
/// nearest of all may be too narrow to be there.
const NEAR: f64 = 0.1;
/// Radius of the mark of a preset window.
const PRESET_RADIUS: f64 = 2.0;
/// Rectangles reach under their neighbours by this much, or the paper shows between them where a pixel of ours is one and a half
/// of the screen's.
const UNDER: f64 = 0.6;

/// What of the windows is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MapView {
    /// The exponent.
    Alpha,
    /// Unweighted R² of the line.
    R2,
    /// The bend: positive where the spectrum steepens.
    Curvature,
}

/// A window and the pixels of its rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Cell {
    pub first: usize,
    pub last: usize,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub alpha: f64,
    pub r2: Option<f64>,
    pub curvature: Option<f64>,
}

/// A picture of a window map, and where its windows are.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// The SVG document.
    pub svg: String,
    /// The data area.
    pub frame: FrameBox,
    /// The windows. Their rectangles do not overlap and leave no gaps.
    pub cells: Vec<Cell>,
    /// What the picture shows, in words.
    pub summary: String,
}

/// Draws a map, with the window in view marked.
pub fn heat_map(map: &WindowMap, view: MapView, window: Window, options: PlotOptions) -> HeatMap {
    let edges = edges(&map.ranks);
    let used = |rank: fn(&WindowFit) -> usize| {
        let ends = map.windows().map(|found| rank(&found)).fold(None, |ends, rank| match ends {
            None => Some((rank, rank)),
            Some((low, high)) => Some((rank.min(low), rank.max(high))),
        });
        let index = |rank: usize| map.ranks.partition_point(|&other| other < rank);
        ends.map_or((0.0, 1.0), |(low, high)| (edges[index(low)], edges[index(high) + 1]))
    };
    let mut canvas = Canvas::new(options, MARGINS, used(|found| found.window.last), used(|found| found.window.first));
    let frame = canvas.frame();
    let cells = cells(map, &edges, &frame);
    let value = |cell: &Cell| match view {
        MapView::Alpha => Some(cell.alpha),
        MapView::R2 => cell.r2,
        MapView::Curvature => cell.curvature,
    };
    let (palette, beyond) = palette(view, cells.iter().filter_map(value).collect());
    for cell in &cells {
        // The next to the right and the row above are drawn later.
        let corners = [(cell.left, cell.top - UNDER), (cell.right + UNDER, cell.bottom)];
        let colour = value(cell).map_or(canvas.colours().line, |value| palette.colour(value, options.theme));
        canvas.rectangle(corners, colour.to_rgba());
    }
    axes(&mut canvas, options);
    if !cells.is_empty() {
        let bar = bar(&mut canvas, palette, beyond, view, options);
        presets(&mut canvas, &cells, map.ranks.last().copied().unwrap_or(0), window);
        mark(&mut canvas, &cells, window, bar);
    }
    let summary = summary(map, view, &cells, window);
    HeatMap { svg: canvas.finish(), frame: frame.pixels, cells, summary }
}

/// log₁₀ of the edges between the ranks of the grid, halfway, and as far beyond the first and the last.
fn edges(ranks: &[usize]) -> Vec<f64> {
    let logs: Vec<f64> = ranks.iter().map(|&rank| (rank as f64).log10()).collect();
    let [first, second, ..] = logs[..] else { return vec![0.0; logs.len() + 1] };
    let (end, before) = (logs[logs.len() - 1], logs[logs.len() - 2]);
    let between = logs.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
    std::iter::once(first - (second - first) / 2.0).chain(between).chain([end + (end - before) / 2.0]).collect()
}

/// The cells, at whole pixels: the edges of neighbours meet and are sharp.
fn cells(map: &WindowMap, edges: &[f64], frame: &Frame) -> Vec<Cell> {
    let index = |rank: usize| map.ranks.partition_point(|&other| other < rank);
    map.windows()
        .map(|WindowFit { window: Window { first, last }, alpha, r2, curvature }| {
            let (row, column) = (index(first), index(last));
            Cell {
                first,
                last,
                left: frame.x(edges[column]).round(),
                right: frame.x(edges[column + 1]).round(),
                top: frame.y(edges[row + 1]).round(),
                bottom: frame.y(edges[row]).round(),
                alpha,
                r2,
                curvature,
            }
        })
        .collect()
}

/// The colours for some values, and whether there are values beyond their lower and their upper end.
fn palette(view: MapView, mut values: Vec<f64>) -> (Palette, (bool, bool)) {
    ascending(&mut values);
    let [lowest, .., highest] = values[..] else { return (Palette::Rising(0.0, 1.0), (false, false)) };
    let at = |values: &[f64], part: f64| values[(part * (values.len() - 1) as f64).round() as usize];
    let steps = |value: f64| (value / SCALE_STEP - 1e-9).ceil().max(1.0) * SCALE_STEP;
    let parting = |middle: f64| {
        let mut distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
        ascending(&mut distances);
        Palette::Parting(middle, steps(at(&distances, MOST)))
    };
    let palette = match view {
        MapView::Alpha if lowest < 1.0 && 1.0 < highest => parting(1.0),
        MapView::Alpha => {
            let (low, high) = (at(&values, (1.0 - MOST) / 2.0), at(&values, (1.0 + MOST) / 2.0));
            let start = (low / SCALE_STEP + 1e-9).floor() * SCALE_STEP;
            Palette::Rising(start, start + steps(high - start))
        }
        MapView::R2 => Palette::Rising(R2_SCALE.0, R2_SCALE.1),
        MapView::Curvature => parting(0.0),
    };
    let [start, _, end] = palette.range();
    (palette, (lowest < start, highest > end))
}

fn axes(canvas: &mut Canvas, options: PlotOptions) {
    let frame = canvas.frame();
    let FrameBox { left, top, right, bottom } = frame.pixels;
    let most = |length: f64| (length / LABEL_WIDTH) as usize;
    let x = ticks(frame.left, frame.right, most(right - left), true);
    let x = stand_apart(x, |log| frame.x(log), options.width);
    let y = ticks(frame.low, frame.high, most(bottom - top), true);
    canvas.axes(x, y, (false, false));
    canvas.title((8.0, top - 15.0), "first rank", Anchor::Start);
    canvas.title(((left + right) / 2.0, bottom + 33.0), "last rank", Anchor::Middle);
}

/// The colour bar, with what it shows above it, and its ends and middle below; the lower right corner of all that.
fn bar(canvas: &mut Canvas, palette: Palette, beyond: (bool, bool), view: MapView, options: PlotOptions) -> (f64, f64) {
    let FrameBox { left: edge, top, right, bottom } = canvas.frame().pixels;
    // The cells begin at the diagonal.
    let free = (1.0 - BAR_BELOW / (bottom - top) - BAR_CLEAR) * (right - edge) - BAR_INSET.0;
    let (left, top) = (edge + BAR_INSET.0, top + BAR_INSET.1);
    let width = (BAR_PART * (right - edge)).min(free).clamp(BAR_STEPS as f64 / 2.0, BAR_WIDEST);
    let [start, middle, end] = palette.range();
    let at = |step: usize| left + width * step as f64 / BAR_STEPS as f64;
    for step in 0..BAR_STEPS {
        let value = start + (end - start) * (step as f64 + 0.5) / BAR_STEPS as f64;
        let corners = [(at(step), top), (at(step + 1) + UNDER, top + BAR_HEIGHT)];
        canvas.rectangle(corners, palette.colour(value, options.theme).to_rgba());
    }
    match view {
        MapView::Alpha => canvas.symbol((left, top - 12.0), "α"),
        MapView::R2 => canvas.title((left, top - 12.0), "R²", Anchor::Start),
        MapView::Curvature => canvas.title((left, top - 12.0), "curvature", Anchor::Start),
    }
    let text = |value: f64, sign: &str| {
        let digits = decimal(value, 2);
        format!("{sign}{}", digits.trim_end_matches('0').trim_end_matches('.'))
    };
    let y = top + BAR_HEIGHT + 11.0;
    let (low, high) = (text(start, if beyond.0 { "≤" } else { "" }), text(end, if beyond.1 { "≥" } else { "" }));
    let middle = text(middle, "");
    let wanted = labels::width(&middle) + 2.0 * (labels::width(&low).max(labels::width(&high)) + BAR_APART);
    if wanted <= width {
        canvas.note((left + width / 2.0, y), &middle, Anchor::Middle);
    }
    canvas.note((left, y), &low, Anchor::Start);
    canvas.note((left + width, y), &high, Anchor::End);
    (left + width + BAR_APART, y + BAR_HEIGHT)
}

/// The cell nearest to a window, if it is no further than [`NEAR`].
fn cell_of(cells: &[Cell], window: Window) -> Option<&Cell> {
    let usable = cells.iter().map(|cell| cell.last).max()?;
    let last = window.last.min(usable);
    let distance = |cell: &Cell| {
        let apart = |a: usize, b: usize| ((a as f64).log10() - (b as f64).log10()).abs();
        apart(cell.first, window.first).max(apart(cell.last, last))
    };
    let nearest = cells.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    (distance(nearest) <= NEAR).then_some(nearest)
}

/// Small dots at the preset windows that are not in view.
fn presets(canvas: &mut Canvas, cells: &[Cell], usable: usize, in_view: Window) {
    let (ink, paper) = (canvas.colours().ink, canvas.colours().paper);
    for (_, first, last) in PRESETS {
        let window = Window { first, last: last.unwrap_or(usable) };
        let Some(cell) = cell_of(cells, window).filter(|_| window.last <= usable) else { continue };
        if cell_of(cells, in_view) == Some(cell) {
            continue;
        }
        let centre = ((cell.left + cell.right) / 2.0, (cell.top + cell.bottom) / 2.0);
        canvas.circle(centre, PRESET_RADIUS + 1.0, paper.to_rgba());
        canvas.circle(centre, PRESET_RADIUS, ink.to_rgba());
    }
}

/// Outlines the cell of the window in view, with hairlines to the axes.
fn mark(canvas: &mut Canvas, cells: &[Cell], window: Window, bar: (f64, f64)) {
    let Some(cell) = cell_of(cells, window).copied() else { return };
    let FrameBox { left, bottom, .. } = canvas.frame().pixels;
    let (accent, paper) = (canvas.colours().accent.to_rgba(), canvas.colours().paper.to_rgba());
    // The hairlines are where the window is; its cell is the nearest there is.
    let frame = canvas.frame();
    let x = frame.x_rank(window.last).clamp(cell.left, cell.right);
    let y = frame.y((window.first as f64).log10()).clamp(cell.top, cell.bottom);
    // It begins beside the colour bar where it would cross its words.
    let start = if y < bar.1 { bar.0 } else { left };
    canvas.dashes((start.min(cell.left), y), (cell.left, y), accent, 1.0);
    canvas.dashes((x, bottom), (x, cell.bottom), accent, 1.0);
    for (colour, width) in [(paper, 4.0), (accent, 2.0)] {
        let (left, top, right, bottom) = (cell.left - 1.0, cell.top - 1.0, cell.right + 1.0, cell.bottom + 1.0);
        let outline = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)];
        canvas.line(&outline, colour, width);
    }
}

fn summary(map: &WindowMap, view: MapView, cells: &[Cell], window: Window) -> String {
    let (name, value): (_, fn(&Cell) -> Option<f64>) = match view {
        MapView::Alpha => ("α", |cell| Some(cell.alpha)),
        MapView::R2 => ("R²", |cell| cell.r2),
        MapView::Curvature => ("curvature", |cell| cell.curvature),
    };
    let known = || cells.iter().filter_map(|cell| Some((value(cell)?, cell)));
    let (Some(lowest), Some(highest)) =
        (known().min_by(|a, b| a.0.total_cmp(&b.0)), known().max_by(|a, b| a.0.total_cmp(&b.0)))
    else {
        return map.sentence().message;
    };
    let over =
        |(value, cell): (f64, &Cell)| format!("{} over ranks {} to {}", decimal(value, 2), cell.first, cell.last);
    let mut text = format!(
        "A map of {name} for {} windows, by their last rank to the right and their first rank upwards. It runs from {} to {}.",
        cells.len(),
        over(lowest),
        over(highest),
    );
    if view == MapView::Alpha {
        text.push_str(&format!(" {}", map.sentence().message));
    }
    if let Some(cell) = cell_of(cells, window).and_then(|cell| Some((value(cell)?, cell))) {
        text.push_str(&format!(" The cell nearest to the window in view is marked: {}.", over(cell)));
    }
    text
}
