/*!
A cloud of few points with its ellipse and principal axes, and their eigenvalues as bars and on logarithmic axes.

The same style is the same direction in all three.
*/

use plotters::style::{Color, RGBAColor};

use super::axes::linear;
use super::canvas::{Canvas, Margins};
use super::curve::Figure;
use super::labels::Anchor;
use super::spectra::colour;
use super::theme::Theme;
use super::{FrameBox, MARGINS, PlotOptions, axes_of_ranks};
use crate::fit::map::decimal;

/// Styles of the first, second and third direction: none is like the accent, which is the fit's.
const STYLES: [usize; 3] = [0, 3, 2];
const NAMES: [&str; 3] = ["λ₁", "λ₂", "λ₃"];
const AROUND: Margins = Margins { left: 1.0, top: 1.0, right: 1.0, bottom: 1.0 };
const BAR_MARGINS: Margins = Margins { left: 44.0, top: 30.0, right: 14.0, bottom: 30.0 };
const AXIS_WIDTH: f64 = 3.0;
const OUTLINE_WIDTH: f64 = 1.6;
/// Radius of a point, what it gains or loses from back to front, and what the chosen one gains.
const RADIUS: f64 = 5.0;
const NEARER: f64 = 1.5;
const CHOSEN: f64 = 2.5;
/// Distance of a label from what it names.
const BESIDE: f64 = 12.0;
/// Half the width of a bar, where its neighbour is at 1.
const BAR_HALF: f64 = 0.3;
const DOT_RADIUS: f64 = 6.0;
/// Labels of the vertical axis of bars want so much room.
const LABEL_HEIGHT: f64 = 30.0;
/// The least of the tops of the bars' axis, each twice the one before, so that it stands still while a bar grows.
const LEAST_TOP: f64 = 0.75;
/// The axis of logarithms begins and ends at a multiple of this part of a decade, and has room for this much.
const LOG_STEP: f64 = 0.5;
const LOG_ROOM: f64 = 0.12;

/// What is seen of a cloud: places to the right, upwards and, of points, towards the eye, in units of the features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Points.
    pub points: Vec<[f64; 3]>,
    /// The index of the one that is held.
    pub chosen: usize,
    /// Axes of the features, from end to end, each with its name.
    pub features: Vec<([[f64; 2]; 2], &'static str)>,
    /// The mean.
    pub mean: [f64; 2],
    /// The outline of the ellipse or ellipsoid.
    pub outline: Vec<[f64; 2]>,
    /// Ellipses in the planes of each two principal axes of an ellipsoid.
    pub rings: Vec<Vec<[f64; 2]>>,
    /// Principal axes from end to end, the longest first.
    pub axes: Vec<[[f64; 2]; 2]>,
    /// The picture reaches so far from its middle, in the shorter of its directions.
    pub reach: f64,
}

/// What a pixel of a picture of a reach is a picture of.
pub fn place_at(pixel: [f64; 2], reach: f64, options: PlotOptions) -> [f64; 2] {
    let unit = options.width.min(options.height) / (2.0 * reach);
    [(pixel[0] - options.width / 2.0) / unit, (options.height / 2.0 - pixel[1]) / unit]
}

/// The cloud. The figure's places are its points.
pub fn cloud(scene: &Scene, summary: String, options: PlotOptions) -> Figure {
    let side = options.width.min(options.height).max(1.0);
    let (x, y) = (scene.reach * options.width / side, scene.reach * options.height / side);
    let mut canvas = Canvas::new(options, AROUND, (-x, x), (-y, y));
    let frame = canvas.frame();
    let at = |[x, y]: [f64; 2]| (frame.x(x), frame.y(y));
    let colours = canvas.colours();
    for (ends, name) in &scene.features {
        let [from, to] = ends.map(at);
        canvas.line(&[from, to], colours.muted.mix(0.5), 1.0);
        let length = (to.0 - from.0).hypot(to.1 - from.1).max(1.0);
        let unit = ((to.0 - from.0) / length, (to.1 - from.1) / length);
        // Where the axis points at the eye its name would lie on the others.
        if length > 4.0 * BESIDE {
            let anchor = if unit.0 > 0.5 { Anchor::End } else { Anchor::Start };
            let aside = if unit.0.abs() > 0.5 { (0.0, BESIDE) } else { (BESIDE / 2.0, BESIDE / 2.0) };
            canvas.note((to.0 + aside.0, to.1 + aside.1), name, anchor);
        }
    }
    for ring in &scene.rings {
        let ring: Vec<(f64, f64)> = ring.iter().copied().map(at).collect();
        canvas.line(&ring, colours.muted.mix(0.6), 1.0);
    }
    let outline: Vec<(f64, f64)> = scene.outline.iter().copied().map(at).collect();
    canvas.line(&outline, colours.ink.to_rgba(), OUTLINE_WIDTH);
    for (index, ends) in scene.axes.iter().enumerate() {
        canvas.line(&ends.map(at), direction(index, options.theme), AXIS_WIDTH);
    }
    let places: Vec<(f64, f64)> = scene.points.iter().map(|&[x, y, _]| at([x, y])).collect();
    let mut order: Vec<usize> = (0..places.len()).collect();
    crate::order::by_key(&mut order, |&index| scene.points[index][2]);
    for index in order {
        let near = (scene.points[index][2] / scene.reach).clamp(-1.0, 1.0);
        let held = index == scene.chosen;
        let radius = RADIUS + NEARER * near + if held { CHOSEN } else { 0.0 };
        canvas.circle(places[index], radius + 1.5, colours.paper.to_rgba());
        canvas.circle(places[index], radius, if held { colours.accent.to_rgba() } else { colours.ink.mix(0.85) });
    }
    let (x, y) = at(scene.mean);
    for (colour, width, half) in [(colours.paper, 5.0, 8.0), (colours.ink, 2.0, 7.0)] {
        canvas.line(&[(x - half, y), (x + half, y)], colour.to_rgba(), width);
        canvas.line(&[(x, y - half), (x, y + half)], colour.to_rgba(), width);
    }
    let (xs, ys) = places.into_iter().unzip();
    Figure { frame: frame.pixels, svg: canvas.finish(), summary, xs, ys }
}

fn direction(index: usize, theme: Theme) -> RGBAColor {
    colour(STYLES[index % STYLES.len()], theme).to_rgba()
}

fn name(index: usize) -> &'static str {
    NAMES[index % NAMES.len()]
}

/// Few eigenvalues as bars.
pub fn eigenvalue_bars(values: &[f64], summary: String, options: PlotOptions) -> Figure {
    let most = values.iter().copied().fold(0.0, f64::max);
    let top = std::iter::successors(Some(LEAST_TOP), |top| Some(2.0 * top)).find(|top| *top >= most).unwrap_or(most);
    let count = values.len() as f64;
    let mut canvas = Canvas::new(options, BAR_MARGINS, (0.4, count + 0.6), (0.0, top));
    let frame = canvas.frame();
    let FrameBox { left, top: edge, bottom, .. } = frame.pixels;
    canvas.axes(Vec::new(), linear(0.0, top, ((bottom - edge) / LABEL_HEIGHT) as usize), (false, true));
    canvas.title((left - 36.0, edge - 16.0), "variance along each axis", Anchor::Start);
    let total: f64 = values.iter().sum();
    let mut places = Vec::new();
    for (index, &value) in values.iter().enumerate() {
        let middle = index as f64 + 1.0;
        let (x, y) = (frame.x(middle), frame.y(value));
        let half = x - frame.x(middle - BAR_HALF);
        canvas.rectangle([(x - half, y), (x + half, bottom)], direction(index, options.theme));
        let share = decimal(if total > 0.0 { 100.0 * value / total } else { 0.0 }, 0);
        canvas.title((x, y - 10.0), &format!("{} · {share} %", decimal(value, 2)), Anchor::Middle);
        canvas.symbol((x - 6.0, bottom + 15.0), name(index));
        places.push((x, y));
    }
    let (xs, ys) = places.into_iter().unzip();
    Figure { frame: frame.pixels, svg: canvas.finish(), summary, xs, ys }
}

/// Few eigenvalues, all positive, against their rank on logarithmic axes, and the line of an exponent and of its value at rank 1.
pub fn few_ranks(values: &[f64], line: Option<(f64, f64)>, summary: String, options: PlotOptions) -> Figure {
    let logs: Vec<f64> = values.iter().map(|value| value.log10()).collect();
    let (high, low) = logs.first().zip(logs.last()).map_or((0.0, -1.0), |(first, last)| (*first, *last));
    let high = ((high + LOG_ROOM) / LOG_STEP).ceil() * LOG_STEP;
    let low = (((low - LOG_ROOM) / LOG_STEP).floor() * LOG_STEP).min(high - 1.0);
    let right = (values.len().max(2) as f64).log10();
    let mut canvas = Canvas::new(options, MARGINS, (-0.12 * right, 1.25 * right), (low, high));
    axes_of_ranks(&mut canvas);
    let frame = canvas.frame();
    if let Some((alpha, first)) = line {
        let height = |at: f64| first.log10() - alpha * at;
        let ends = (-0.12 * right, 1.25 * right);
        if let Some((from, to)) = frame.clip((ends.0, height(ends.0)), (ends.1, height(ends.1))) {
            canvas.fit_line(from, to, 2.0);
        }
    }
    let mut places = Vec::new();
    for (index, &log) in logs.iter().enumerate() {
        let place = (frame.x_rank(index + 1), frame.y(log));
        canvas.circle(place, DOT_RADIUS + 1.5, canvas.colours().paper.to_rgba());
        canvas.circle(place, DOT_RADIUS, direction(index, options.theme));
        // The line falls: what lies below it has its name on the other side.
        let is_below =
            line.is_some_and(|(alpha, first)| log < first.log10() - alpha * ((index + 1) as f64).log10() - 1e-9);
        let aside = match (is_below, index) {
            (false, _) => (BESIDE, -BESIDE),
            // The axis is near on the left.
            (true, 0) => (-0.5 * BESIDE, 1.7 * BESIDE),
            (true, _) => (-2.0 * BESIDE, BESIDE),
        };
        canvas.symbol((place.0 + aside.0, place.1 + aside.1), name(index));
        places.push(place);
    }
    let (xs, ys) = places.into_iter().unzip();
    Figure { frame: frame.pixels, svg: canvas.finish(), summary, xs, ys }
}
