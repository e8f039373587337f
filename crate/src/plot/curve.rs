/*!
Small figures: a curve over rows or ranks.

The horizontal axis is logarithmic, the vertical one linear with a few round ticks. The vertical range is that of what
matters (the interval, the window); a curve that runs far out of it leaves the figure, because a tail that plunges
would flatten the rest.
*/

use plotters::style::Color;

use super::axes::{Tick, linear, stand_apart, ticks};
use super::canvas::{Canvas, Margins};
use super::labels::{self, Anchor, Labels, Spot};
use super::{FrameBox, PlotOptions};
use crate::error::group;
use crate::fit::map::decimal;

/// Room around the data area; more on the left where labels are wide.
const MARGINS: Margins = Margins { left: 42.0, top: 28.0, right: 14.0, bottom: 42.0 };
/// Space between a label of the vertical axis and the left edge, and to its line.
const LABEL_SIDES: f64 = 20.0;
/// Room that a label of the vertical axis wants, and the most of them.
const LABEL_HEIGHT: f64 = 30.0;
const MOST_LABELS: usize = 5;
/// Room that a label of the horizontal axis wants.
const LABEL_WIDTH: f64 = 56.0;
/// Parts of the range that stay free above and below.
const PAD: f64 = 0.1;
/// A range of α or of slopes is never drawn narrower than this, lest the scatter of a settled number look like a trend.
pub(super) const LEAST_RANGE: f64 = 0.1;
/// What lies outside the window may widen the vertical range by this many times that of the window, on either side.
const BEYOND_WINDOW: f64 = 1.5;
/// Half the width of an error bar's ends, in CSS pixels.
pub(super) const CAP: f64 = 4.0;
pub(super) const POINT_RADIUS: f64 = 2.4;
pub(super) const TRACE_WIDTH: f64 = 1.6;
/// Distance of a label's middle from the line that it belongs to, and from the edge.
const BESIDE: f64 = 10.0;
const INSET: f64 = 8.0;

/// A small picture and where its points are.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The SVG document.
    pub svg: String,
    /// The data area.
    pub frame: FrameBox,
    /// What the picture shows, in words.
    pub summary: String,
    /// Pixel x of each point.
    pub xs: Vec<f64>,
    /// Pixel y of each point; NaN where it is outside the data area.
    pub ys: Vec<f64>,
}

/// α as found from more and more rows: points (n, α), and the 95 % interval of the last.
pub fn alpha_of_n(points: &[(f64, f64)], interval: Option<(f64, f64)>, options: PlotOptions) -> Figure {
    let alphas = points.iter().map(|point| point.1);
    let ends = interval.into_iter().flat_map(|(low, high)| [low, high]);
    let vertical = range_of(alphas.chain(ends)).unwrap_or((0.0, 1.0));
    let horizontal = range_of(points.iter().map(|point| point.0.log10())).unwrap_or((0.0, 1.0));
    let mut figure = Drawing::new(options, horizontal, padded(vertical, LEAST_RANGE), "α", ("rows", "n"));
    let FrameBox { left, right, .. } = figure.canvas.frame().pixels;
    let (accent, trace) = (figure.canvas.colours().accent, figure.canvas.colours().trace.to_rgba());
    let places: Vec<(f64, f64)> = points.iter().map(|&(n, alpha)| figure.at(n, alpha)).collect();
    if let (Some((low, high)), Some(&(x, _))) = (interval, places.last()) {
        let (top, bottom) = (figure.canvas.frame().y(high), figure.canvas.frame().y(low));
        figure.canvas.rectangle([(left, top), (right, bottom)], accent.mix(0.12));
        figure.axes();
        figure.canvas.line(&[(x, top), (x, bottom)], accent.to_rgba(), TRACE_WIDTH);
        for y in [top, bottom] {
            figure.canvas.line(&[(x - CAP, y), (x + CAP, y)], accent.to_rgba(), TRACE_WIDTH);
        }
    } else {
        figure.axes();
    }
    figure.canvas.line(&places, trace, TRACE_WIDTH);
    for (index, &place) in places.iter().enumerate() {
        let last = index + 1 == places.len();
        figure.canvas.circle(place, POINT_RADIUS, if last { accent.to_rgba() } else { trace });
    }
    figure.finish(places, alpha_of_n_in_words(points, interval))
}

fn alpha_of_n_in_words(points: &[(f64, f64)], interval: Option<(f64, f64)>) -> String {
    let [(first_n, first), .., (n, alpha)] = *points else {
        return "α against the number of rows: too few points to draw.".to_owned();
    };
    let rows = |n: f64| group(n as u64);
    let mut text = format!(
        "α against the number of rows: {} from {} rows, {} from {}.",
        decimal(first, 3),
        rows(first_n),
        decimal(alpha, 3),
        rows(n),
    );
    if let Some((low, high)) = interval {
        text.push_str(&format!(" The last has a 95 % interval from {} to {}.", decimal(low, 3), decimal(high, 3)));
    }
    text
}

/// The local slope −d log λ / d log k along the ranks, the window, and its α as a line.
pub fn local_slope(ranks: &[f64], slopes: &[f64], window: (usize, usize), alpha: f64, options: PlotOptions) -> Figure {
    let inside = || within(ranks, slopes, window);
    let focus = range_of(inside().chain([alpha])).unwrap_or((0.0, 1.0));
    let vertical = padded(widened(focus, slopes), LEAST_RANGE);
    let mut figure = Drawing::new(options, horizontal(ranks, window), vertical, "local slope", ("rank", "k"));
    figure.shade(window);
    figure.axes();
    let (left, right) = figure.window(window);
    let y = figure.canvas.frame().y(alpha);
    figure.canvas.fit_line((left, y), (right, y), 1.0);
    let places = figure.curve(ranks, slopes);
    figure.labels.line((left, y), (right, y));
    let spots: Vec<Spot> = [(left + INSET / 2.0, Anchor::Start), (right - INSET / 2.0, Anchor::End)]
        .into_iter()
        .chain([(right + INSET, Anchor::Start), (left - INSET, Anchor::End)])
        .flat_map(|(x, anchor)| {
            let far = 2.0 * BESIDE;
            [y - BESIDE, y + BESIDE, y - far, y + far].map(|y| ((x, y), anchor))
        })
        .collect();
    figure.label(&format!("α {}", decimal(alpha, 2)), &spots);
    let summary = match range_of(inside()) {
        Some((low, high)) => format!(
            "The local slope, −d log λ / d log k, against rank: from {} to {} over ranks {} to {}, where the fit has α = {}.",
            decimal(low, 2),
            decimal(high, 2),
            window.0,
            window.1,
            decimal(alpha, 3),
        ),
        None => "The local slope against rank: too few ranks to draw.".to_owned(),
    };
    figure.finish(places, summary)
}

/// What the fitted line leaves of log λ along the ranks, and the window.
pub fn residuals(ranks: &[f64], residuals: &[f64], window: (usize, usize), options: PlotOptions) -> Figure {
    let inside = || within(ranks, residuals, window);
    let focus = range_of(inside().chain([0.0])).unwrap_or((0.0, 0.0));
    let vertical = padded(widened(focus, residuals), LEAST_RANGE);
    let mut figure = Drawing::new(options, horizontal(ranks, window), vertical, "residual of log λ", ("rank", "k"));
    figure.shade(window);
    figure.axes();
    let FrameBox { left, right, .. } = figure.canvas.frame().pixels;
    let y = figure.canvas.frame().y(0.0);
    figure.canvas.fit_line((left, y), (right, y), 1.0);
    let places = figure.curve(ranks, residuals);
    let summary = match range_of(inside()) {
        Some((low, high)) => format!(
            "Residuals of log λ from the fitted line against rank: from {} to {} over ranks {} to {}.",
            decimal(low, 2),
            decimal(high, 2),
            window.0,
            window.1,
        ),
        None => "Residuals of log λ against rank: too few ranks to draw.".to_owned(),
    };
    figure.finish(places, summary)
}

/// The smallest and the largest of the finite ones.
pub(super) fn range_of(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}

/// The values whose rank is in the window.
fn within(ranks: &[f64], values: &[f64], (first, last): (usize, usize)) -> impl Iterator<Item = f64> {
    let window = first as f64..=last as f64;
    ranks.iter().zip(values).filter(move |(rank, _)| window.contains(rank)).map(|(_, value)| *value)
}

/// The window's range, and of the rest what is not far from it.
fn widened((low, high): (f64, f64), all: &[f64]) -> (f64, f64) {
    let Some((lowest, highest)) = range_of(all.iter().copied()) else { return (low, high) };
    let reach = BEYOND_WINDOW * (high - low).max(LEAST_RANGE);
    (low.min(lowest.max(low - reach)), high.max(highest.min(high + reach)))
}

/// A range of at least some width, with room above and below.
pub(super) fn padded((low, high): (f64, f64), least: f64) -> (f64, f64) {
    let half = ((high - low) / 2.0).max(least / 2.0) * (1.0 + 2.0 * PAD);
    let middle = (low + high) / 2.0;
    (middle - half, middle + half)
}

/// log₁₀ of the ranks shown.
fn horizontal(ranks: &[f64], (first, last): (usize, usize)) -> (f64, f64) {
    let ends = [first as f64, last as f64];
    range_of(ranks.iter().copied().chain(ends).map(f64::log10)).unwrap_or((0.0, 1.0))
}

/// A figure in the making. Its axes are drawn after the shades, which lie under them.
pub(super) struct Drawing {
    pub(super) canvas: Canvas,
    labels: Labels,
    y_ticks: Vec<Tick>,
    options: PlotOptions,
    titles: (&'static str, (&'static str, &'static str)),
}

impl Drawing {
    pub(super) fn new(
        options: PlotOptions,
        (from, to): (f64, f64),
        y: (f64, f64),
        y_title: &'static str,
        x_title: (&'static str, &'static str),
    ) -> Drawing {
        let height = options.height - MARGINS.top - MARGINS.bottom;
        let y_ticks = linear(y.0, y.1, ((height / LABEL_HEIGHT) as usize).clamp(2, MOST_LABELS));
        let widest = y_ticks.iter().map(|tick| labels::width(&tick.label)).fold(0.0, f64::max);
        let margins = Margins { left: MARGINS.left.max(widest + LABEL_SIDES), ..MARGINS };
        // A single number of rows still has an axis.
        let spread = (to - from).max(0.5);
        let middle = (from + to) / 2.0;
        let x = (middle - 0.53 * spread, middle + 0.53 * spread);
        let canvas = Canvas::new(options, margins, x, y);
        let labels = Labels::new(canvas.frame().pixels);
        Drawing { canvas, labels, y_ticks, options, titles: (y_title, x_title) }
    }

    /// Pixels of a point.
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.canvas.frame().x(x.log10()), self.canvas.frame().y(y))
    }

    /// Pixels of the window's edges.
    fn window(&self, (first, last): (usize, usize)) -> (f64, f64) {
        (self.canvas.frame().x_rank(first), self.canvas.frame().x_rank(last))
    }

    fn shade(&mut self, window: (usize, usize)) {
        let (left, right) = self.window(window);
        self.canvas.shade(left, right);
    }

    pub(super) fn axes(&mut self) {
        let frame = self.canvas.frame();
        let FrameBox { left, top, right, bottom } = frame.pixels;
        let most = ((right - left) / LABEL_WIDTH) as usize;
        let x = stand_apart(ticks(frame.left, frame.right, most, true), |log| frame.x(log), self.options.width);
        self.canvas.axes(x, std::mem::take(&mut self.y_ticks), (false, true));
        let (y_title, (word, symbol)) = self.titles;
        let start = (INSET, top - 15.0);
        // A single letter is a symbol.
        if y_title.chars().count() == 1 {
            self.canvas.symbol((left - 18.0, start.1), y_title);
        } else {
            self.canvas.title(start, y_title, Anchor::Start);
        }
        let middle = (left + right) / 2.0;
        self.canvas.title((middle, bottom + 33.0), word, Anchor::End);
        self.canvas.symbol((middle + 5.0, bottom + 33.0), symbol);
    }

    /// A line through the points, as far as it is in the data area; where they are.
    fn curve(&mut self, xs: &[f64], ys: &[f64]) -> Vec<(f64, f64)> {
        let frame = self.canvas.frame();
        let trace = self.canvas.colours().trace.to_rgba();
        let points: Vec<(f64, f64)> = xs.iter().zip(ys).map(|(x, y)| (x.log10(), *y)).collect();
        let mut run: Vec<(f64, f64)> = Vec::new();
        for pair in points.windows(2) {
            match frame.clip(pair[0], pair[1]) {
                Some((from, to)) => {
                    self.labels.line(from, to);
                    if run.last().is_none_or(|last| (from.0 - last.0).hypot(from.1 - last.1) > 0.01) {
                        self.canvas.line(&std::mem::replace(&mut run, vec![from]), trace, TRACE_WIDTH);
                    }
                    run.push(to);
                }
                None => self.canvas.line(&std::mem::take(&mut run), trace, TRACE_WIDTH),
            }
        }
        self.canvas.line(&run, trace, TRACE_WIDTH);
        let shown = |y: f64| (frame.low..=frame.high).contains(&y);
        points.iter().map(|&(x, y)| (frame.x(x), if shown(y) { frame.y(y) } else { f64::NAN })).collect()
    }

    /// A label of the fit, where it covers least.
    pub(super) fn label(&mut self, text: &str, spots: &[Spot]) {
        if let Some((at, anchor)) = self.labels.place(text, spots) {
            self.canvas.text(at, text.to_owned(), anchor, self.canvas.colours().accent.to_rgba());
        }
    }

    pub(super) fn finish(self, places: Vec<(f64, f64)>, summary: String) -> Figure {
        let frame = self.canvas.frame().pixels;
        let (xs, ys) = places.into_iter().unzip();
        Figure { svg: self.canvas.finish(), frame, summary, xs, ys }
    }
}
