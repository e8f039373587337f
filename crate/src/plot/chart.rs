/*!
Curves and dots on two axes, for lessons.

Each series is a curve (what theory says), dots (what draws say), or both, with a label beside it. Hairlines mark places on either axis. What lies outside the axes is not drawn.
*/

use plotters::style::Color;

use super::axes::{Tick, linear, stand_apart, ticks};
use super::canvas::{Canvas, Margins};
use super::labels::{Anchor, Labels, Spot, width};
use super::spectra::{colour, strokes};
use super::{Figure, FrameBox, PlotOptions};
use crate::fit::map::decimal;

const MARGINS: Margins = Margins { left: 52.0, top: 30.0, right: 16.0, bottom: 44.0 };
/// Room that a label of each axis wants.
const LABEL_WIDTH: f64 = 56.0;
const LABEL_HEIGHT: f64 = 30.0;
const CURVE_WIDTH: f64 = 1.8;
const DOT_RADIUS: f64 = 2.0;
const RING_RADIUS: f64 = 5.0;
/// Length of the piece of a curve that stands before its label, and the gap behind it.
const SAMPLE: f64 = 18.0;
const SAMPLE_GAP: f64 = 5.0;
/// Distance of a label's middle from its curve or line.
const BESIDE: f64 = 11.0;

/// How the numbers of an axis stand on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// By their logarithms.
    Logarithmic,
    /// Evenly, and written as percentages.
    Percent,
}

/// An axis.
#[derive(Clone, Copy, Debug)]
pub struct Axis<'a> {
    /// The numbers at its ends.
    pub ends: (f64, f64),
    /// How they stand on it.
    pub scale: Scale,
    /// What it shows.
    pub title: &'a str,
    /// The symbol of that, or nothing.
    pub symbol: &'a str,
}

impl Axis<'_> {
    fn place(&self, value: f64) -> f64 {
        if self.scale == Scale::Logarithmic { value.log10() } else { value }
    }

    fn range(&self) -> (f64, f64) {
        (self.place(self.ends.0), self.place(self.ends.1))
    }

    fn ticks(&self, most: usize, plain: bool) -> Vec<Tick> {
        let (low, high) = self.range();
        match self.scale {
            Scale::Logarithmic => ticks(low, high, most, plain),
            Scale::Linear => linear(low, high, most),
            Scale::Percent => {
                let percent = linear(low * 100.0, high * 100.0, most).into_iter();
                percent.map(|tick| Tick { at: tick.at / 100.0, label: format!("{} %", decimal(tick.at, 0)) }).collect()
            }
        }
    }
}

/// A curve and its dots.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Points of the curve, from left to right.
    pub curve: Vec<(f64, f64)>,
    /// Dots.
    pub dots: Vec<(f64, f64)>,
    /// A point to be ringed.
    pub ringed: Option<(f64, f64)>,
    /// What it is; nothing for what needs no word.
    pub label: String,
    /// The number of its style, as in `spectra`.
    pub style: usize,
}

/// A hairline at a number of an axis.
#[derive(Clone, Debug)]
pub struct Hairline {
    /// The number.
    pub at: f64,
    /// What it is.
    pub label: String,
    /// It is of the vertical axis and lies across.
    pub across: bool,
}

/// Draws them.
pub fn chart(
    x: Axis,
    y: Axis,
    series: &[Series],
    hairlines: &[Hairline],
    summary: String,
    options: PlotOptions,
) -> Figure {
    let mut canvas = Canvas::new(options, MARGINS, x.range(), y.range());
    let frame = canvas.frame();
    let FrameBox { left, top, right, bottom } = frame.pixels;
    let along = x.ticks(((right - left) / LABEL_WIDTH) as usize, true);
    let along = stand_apart(along, |at| frame.x(at), options.width);
    canvas.axes(along, y.ticks(((bottom - top) / LABEL_HEIGHT) as usize, false), (false, true));
    let middle = (left + right) / 2.0;
    let anchor = if x.symbol.is_empty() { Anchor::Middle } else { Anchor::End };
    canvas.title((middle, bottom + 34.0), x.title, anchor);
    canvas.symbol((middle + 5.0, bottom + 34.0), x.symbol);
    canvas.title((8.0, top - 17.0), y.title, Anchor::Start);

    let mut labels = Labels::new(frame.pixels);
    let within = |(a, b): (f64, f64)| (frame.left..=frame.right).contains(&a) && (frame.low..=frame.high).contains(&b);
    let placed: Vec<Vec<(f64, f64)>> =
        series.iter().map(|series| series.curve.iter().map(|&(a, b)| (x.place(a), y.place(b))).collect()).collect();
    let mut lines: Vec<(usize, Vec<(f64, f64)>)> = Vec::new();
    for (index, points) in placed.iter().enumerate() {
        let mut run: Vec<(f64, f64)> = Vec::new();
        for pair in points.windows(2) {
            // An infinite number is beyond the upper edge.
            let finite = |(a, b): (f64, f64)| (a, b.clamp(frame.low - 1e3, frame.high + 1e3));
            let Some((from, to)) = frame.clip(finite(pair[0]), finite(pair[1])) else {
                lines.push((index, std::mem::take(&mut run)));
                continue;
            };
            labels.line(from, to);
            if run.last().is_none_or(|last| (from.0 - last.0).hypot(from.1 - last.1) > 0.01) {
                lines.push((index, std::mem::replace(&mut run, vec![from])));
            }
            run.push(to);
        }
        lines.push((index, run));
    }

    let muted = canvas.colours().muted.to_rgba();
    for hairline in hairlines {
        let (from, to, spots): (_, _, Vec<Spot>) = if hairline.across {
            let y = frame.y(y.place(hairline.at));
            let spots = [(left + 6.0, Anchor::Start), (right - 6.0, Anchor::End)];
            let spots = spots.into_iter().flat_map(|(x, anchor)| [y - BESIDE, y + BESIDE].map(|y| ((x, y), anchor)));
            ((left, y), (right, y), spots.collect())
        } else {
            let x = frame.x(x.place(hairline.at));
            let heights = [top + 8.0, bottom - 10.0, top + 24.0, bottom - 26.0];
            let spots = heights.into_iter().flat_map(|y| [((x + 5.0, y), Anchor::Start), ((x - 5.0, y), Anchor::End)]);
            ((x, top), (x, bottom), spots.collect())
        };
        let inside = (left - 0.5..=right + 0.5).contains(&from.0) && (top - 0.5..=bottom + 0.5).contains(&to.1);
        if inside {
            canvas.dashes(from, to, muted, 1.0);
            labels.line(from, to);
            if let Some((at, anchor)) = labels.place(&hairline.label, &spots) {
                canvas.note(at, &hairline.label, anchor);
            }
        }
    }
    for (index, points) in &lines {
        let style = series[*index].style;
        canvas.stroked(points, colour(style, options.theme).to_rgba(), CURVE_WIDTH, strokes(style));
    }
    for series in series {
        let colour = colour(series.style, options.theme);
        for &(a, b) in &series.dots {
            let at = (x.place(a), y.place(b));
            if within(at) {
                let at = (frame.x(at.0), frame.y(at.1));
                labels.mark(at);
                canvas.circle(at, DOT_RADIUS, colour.mix(0.75));
            }
        }
        if let Some((a, b)) = series.ringed {
            let at = (x.place(a), y.place(b));
            if within(at) {
                let at = (frame.x(at.0), frame.y(at.1));
                labels.mark(at);
                canvas.circle(at, RING_RADIUS, canvas.colours().ink.to_rgba());
                canvas.circle(at, RING_RADIUS - 1.5, canvas.colours().paper.to_rgba());
                canvas.circle(at, DOT_RADIUS, colour.to_rgba());
            }
        }
    }
    for (series, points) in series.iter().zip(&placed) {
        if series.label.is_empty() {
            continue;
        }
        // Above or below the curve, anywhere along it, from the right.
        let room = width(&series.label) + SAMPLE + SAMPLE_GAP;
        let inner = points.iter().rev().filter(|point| within(**point)).map(|at| (frame.x(at.0), frame.y(at.1)));
        let spots: Vec<Spot> = inner
            .flat_map(|(x, y)| [1.0, 2.0].map(|far| [(x, y - far * BESIDE), (x, y + far * BESIDE)]))
            .flatten()
            .map(|(x, y)| ((x.min(right - 6.0) - room, y), Anchor::Start))
            .collect();
        // The sample takes the place of some characters.
        let covered = format!("{}{}", "    ", series.label);
        if let Some(((x, y), _)) = labels.place(&covered, &spots) {
            let style = series.style;
            let stroke = colour(style, options.theme).to_rgba();
            canvas.stroked(&[(x, y), (x + SAMPLE, y)], stroke, CURVE_WIDTH, strokes(style));
            canvas.title((x + SAMPLE + SAMPLE_GAP, y), &series.label, Anchor::Start);
        }
    }
    Figure { svg: canvas.finish(), frame: frame.pixels, summary, xs: Vec::new(), ys: Vec::new() }
}
