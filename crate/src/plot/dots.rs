/*!
Datasets as dots on two straight axes: a measure along layers or steps, or against a score.

A dot has the colour of its dataset's line in the picture of all spectra, and one of four forms in the place of that line's strokes.
*/

use plotters::style::{Color, RGBAColor};

use super::axes::{Tick, linear};
use super::canvas::{Canvas, Margins};
use super::labels::{self, Anchor, Labels, Spot};
use super::spectra::{colour, form};
use super::{Figure, FrameBox, PlotOptions};
use crate::fit::map::decimal;
use crate::order::by_key;
use crate::reading::NEAR_ONE;

const MARGINS: Margins = Margins { left: 42.0, top: 28.0, right: 14.0, bottom: 44.0 };
/// Space between a label of the vertical axis and the left edge, and to its line.
const LABEL_SIDES: f64 = 20.0;
/// Room that a label of the vertical axis wants, and of the horizontal one, and the most of either.
const LABEL_HEIGHT: f64 = 30.0;
const LABEL_WIDTH: f64 = 48.0;
const MOST_LABELS: usize = 8;
/// Part of the range that stays free at each end.
const PAD: f64 = 0.08;
/// A range is never narrower than this part of what it is of, lest the scatter of a settled number look like a trend.
const LEAST_RANGE: f64 = 0.02;
const RADIUS: f64 = 4.5;
const STRONG_RADIUS: f64 = 6.5;
const TRACE_WIDTH: f64 = 1.6;
/// Half the width of an interval's ends.
const CAP: f64 = 4.0;
/// Distance of a name from its dot, and the most letters of it.
const BESIDE: f64 = 10.0;
const MOST_LETTERS: usize = 18;
/// With more dots than this, names would cover them.
const MOST_NAMES: usize = 12;

/// A dataset in such a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// What it is called.
    pub name: String,
    /// Its place on the horizontal axis.
    pub x: f64,
    /// Its place on the vertical axis.
    pub y: f64,
    /// An interval on the vertical axis.
    pub interval: Option<(f64, f64)>,
    /// The number of its style.
    pub style: usize,
    /// It is the one that is looked at.
    pub strong: bool,
}

/// Where the values are α, so that the band of "near 1" is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphas {
    /// Nowhere.
    Nowhere,
    /// On the horizontal axis.
    Across,
    /// On the vertical axis.
    Upward,
}

/// What the axes show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Titles<'a> {
    /// Of the horizontal axis.
    pub x: &'a str,
    /// Of the vertical axis.
    pub y: &'a str,
}

/// A measure along layers, epochs or steps: dots in their order, joined by a line.
pub fn trend(dots: &[Dot], titles: Titles, alphas: Alphas, options: PlotOptions) -> Figure {
    let mut drawing = Drawing::new(dots, titles, alphas, options);
    let mut order: Vec<&Dot> = dots.iter().collect();
    by_key(&mut order, |dot| dot.x);
    let line: Vec<(f64, f64)> = order.iter().map(|dot| drawing.at(dot)).collect();
    let muted = drawing.canvas.colours().muted.to_rgba();
    drawing.canvas.line(&line, muted, TRACE_WIDTH);
    drawing.dots(dots);
    let summary = trend_in_words(&order, titles);
    drawing.finish(dots, summary)
}

fn trend_in_words(order: &[&Dot], titles: Titles) -> String {
    let ([first, .., last], Titles { x, y }) = (order, titles) else {
        return format!("{} against {}: too few datasets to draw.", titles.y, titles.x);
    };
    let say = |dot: &Dot| format!("{} at {x} {}", number(dot.y), number(dot.x));
    let by_value = |a: &&&Dot, b: &&&Dot| a.y.total_cmp(&b.y);
    let lowest = order.iter().min_by(by_value).map_or_else(String::new, |dot| say(dot));
    let highest = order.iter().max_by(by_value).map_or_else(String::new, |dot| say(dot));
    format!(
        "{y} of {} datasets against {x}: {} to {}; lowest {lowest}, highest {highest}.",
        order.len(),
        say(first),
        say(last),
    )
}

/// A measure against a score: dots with their names, as long as these have room.
pub fn scatter(dots: &[Dot], titles: Titles, alphas: Alphas, options: PlotOptions) -> Figure {
    let mut drawing = Drawing::new(dots, titles, alphas, options);
    drawing.dots(dots);
    if dots.len() <= MOST_NAMES {
        drawing.names(dots);
    }
    let ends = |of: fn(&Dot) -> f64| match range_of(dots.iter().map(of)) {
        Some((low, high)) => format!("{} to {}", number(low), number(high)),
        None => "none".to_owned(),
    };
    let summary = format!(
        "{} ({}) against {} ({}) of {} datasets.",
        titles.y,
        ends(|dot| dot.y),
        titles.x,
        ends(|dot| dot.x),
        dots.len()
    );
    drawing.finish(dots, summary)
}

/// A number to three or four digits.
fn number(value: f64) -> String {
    let places = if value.fract() == 0.0 || value.abs() >= 1000.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        3
    };
    decimal(value, places)
}

fn range_of(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}

/// With room at both ends.
fn padded(range: Option<(f64, f64)>) -> (f64, f64) {
    let (low, high) = range.unwrap_or((0.0, 1.0));
    let middle = f64::midpoint(low, high);
    let least = LEAST_RANGE * middle.abs().max(1e-6);
    let half = ((high - low) / 2.0).max(least) * (1.0 + 2.0 * PAD);
    (middle - half, middle + half)
}

/// The ticks at whole numbers, written as such.
fn wholes(ticks: Vec<Tick>) -> Vec<Tick> {
    let whole = |tick: &Tick| tick.at.fract() == 0.0;
    ticks.into_iter().filter(whole).map(|tick| Tick { label: decimal(tick.at, 0), ..tick }).collect()
}

struct Drawing {
    canvas: Canvas,
    labels: Labels,
}

impl Drawing {
    fn new(dots: &[Dot], titles: Titles, alphas: Alphas, options: PlotOptions) -> Drawing {
        let ends = |dot: &Dot| [Some(dot.y), dot.interval.map(|i| i.0), dot.interval.map(|i| i.1)];
        // Upward the band is part of what is shown; across it would press the dots together.
        let band = [NEAR_ONE.0, NEAR_ONE.1].into_iter().filter(|_| alphas == Alphas::Upward);
        let y = padded(range_of(dots.iter().flat_map(ends).flatten().chain(band)));
        let x = padded(range_of(dots.iter().map(|dot| dot.x)));
        let room = |length: f64, each: f64| ((length / each) as usize).clamp(2, MOST_LABELS);
        let y_ticks = linear(y.0, y.1, room(options.height - MARGINS.top - MARGINS.bottom, LABEL_HEIGHT));
        let widest = y_ticks.iter().map(|tick| labels::width(&tick.label)).fold(0.0, f64::max);
        let margins = Margins { left: MARGINS.left.max(widest + LABEL_SIDES), ..MARGINS };
        let x_ticks = linear(x.0, x.1, room(options.width - margins.left - margins.right, LABEL_WIDTH));
        let whole = dots.iter().all(|dot| dot.x.fract() == 0.0);
        let x_ticks = if whole { wholes(x_ticks) } else { x_ticks };
        let mut canvas = Canvas::new(options, margins, x, y);
        let frame = canvas.frame();
        let FrameBox { left, top, right, bottom } = frame.pixels;
        let accent = canvas.colours().accent;
        let (low, high) = NEAR_ONE;
        match alphas {
            Alphas::Nowhere => {}
            Alphas::Upward => canvas.rectangle([(left, frame.y(high)), (right, frame.y(low))], accent.mix(0.1)),
            Alphas::Across => {
                let (from, to) = (frame.x(low).max(left), frame.x(high).min(right));
                if from < to {
                    canvas.rectangle([(from, top), (to, bottom)], accent.mix(0.1));
                }
            }
        }
        canvas.axes(x_ticks, y_ticks, (false, true));
        canvas.title((8.0, top - 15.0), titles.y, Anchor::Start);
        canvas.title((right, bottom + 34.0), titles.x, Anchor::End);
        let mut labels = Labels::new(FrameBox { left, top, right, bottom });
        if alphas == Alphas::Upward {
            let (text, spot) = ("near 1", ((right - 6.0, frame.y(high) + 10.0), Anchor::End));
            labels.take(text, spot);
            canvas.text(spot.0, text.to_owned(), spot.1, accent.to_rgba());
        }
        Drawing { canvas, labels }
    }

    fn at(&self, dot: &Dot) -> (f64, f64) {
        (self.canvas.frame().x(dot.x), self.canvas.frame().y(dot.y))
    }

    fn dots(&mut self, dots: &[Dot]) {
        let (strong, others): (Vec<&Dot>, Vec<&Dot>) = dots.iter().partition(|dot| dot.strong);
        for dot in others.into_iter().chain(strong) {
            let (x, y) = self.at(dot);
            let theme = self.canvas.theme();
            let colour = colour(dot.style, theme).to_rgba();
            if let Some((low, high)) = dot.interval {
                let (top, bottom) = (self.canvas.frame().y(high), self.canvas.frame().y(low));
                self.canvas.line(&[(x, top), (x, bottom)], colour, TRACE_WIDTH);
                for end in [top, bottom] {
                    self.canvas.line(&[(x - CAP, end), (x + CAP, end)], colour, TRACE_WIDTH);
                }
            }
            self.mark((x, y), if dot.strong { STRONG_RADIUS } else { RADIUS }, form(dot.style), colour);
            self.labels.mark((x, y));
        }
    }

    /// One of four forms: a disc, a ring, a square, a cross.
    fn mark(&mut self, (x, y): (f64, f64), radius: f64, form: usize, colour: RGBAColor) {
        let paper = self.canvas.colours().paper.to_rgba();
        match form {
            0 => self.canvas.circle((x, y), radius, colour),
            1 => {
                self.canvas.circle((x, y), radius, colour);
                self.canvas.circle((x, y), radius - 2.0, paper);
            }
            2 => {
                let half = 0.9 * radius;
                self.canvas.rectangle([(x - half, y - half), (x + half, y + half)], colour);
            }
            _ => {
                let half = 0.8 * radius;
                self.canvas.line(&[(x - half, y - half), (x + half, y + half)], colour, 2.5);
                self.canvas.line(&[(x - half, y + half), (x + half, y - half)], colour, 2.5);
            }
        }
    }

    /// Where dots crowd some have no name; that of the one that is looked at comes first.
    fn names(&mut self, dots: &[Dot]) {
        let (strong, others): (Vec<&Dot>, Vec<&Dot>) = dots.iter().partition(|dot| dot.strong);
        for dot in strong.into_iter().chain(others) {
            let (x, y) = self.at(dot);
            let text = shortened(&dot.name);
            let far = BESIDE + 6.0;
            let spots: [Spot; 8] = [
                ((x + BESIDE, y), Anchor::Start),
                ((x - BESIDE, y), Anchor::End),
                ((x + BESIDE, y + BESIDE), Anchor::Start),
                ((x + BESIDE, y - BESIDE), Anchor::Start),
                ((x - BESIDE, y + BESIDE), Anchor::End),
                ((x - BESIDE, y - BESIDE), Anchor::End),
                ((x, y - far), Anchor::Middle),
                ((x, y + far), Anchor::Middle),
            ];
            if let Some((at, anchor)) = self.labels.place_if_clear(&text, &spots) {
                self.canvas.note(at, &text, anchor);
            }
        }
    }

    fn finish(self, dots: &[Dot], summary: String) -> Figure {
        let (xs, ys) = dots.iter().map(|dot| self.at(dot)).unzip();
        let frame = self.canvas.frame().pixels;
        Figure { svg: self.canvas.finish(), frame, summary, xs, ys }
    }
}

/// A name that is not too long: its beginning, which says the model, and its end, which says the layer.
fn shortened(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= MOST_LETTERS {
        return name.to_owned();
    }
    let half = (MOST_LETTERS - 1) / 2;
    let (start, end) = (&letters[..half], &letters[letters.len() - half..]);
    start.iter().chain(&['…']).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Theme;

    const OPTIONS: PlotOptions = PlotOptions { width: 480.0, height: 280.0, theme: Theme::Light };
    const TITLES: Titles = Titles { x: "layer", y: "α" };
    /// α of seven layers of MiniLM.
    const LAYERS: [f64; 7] = [0.787, 0.886, 0.913, 0.946, 0.959, 1.027, 0.710];

    fn layers() -> Vec<Dot> {
        let dot = |(layer, &alpha): (usize, &f64)| Dot {
            name: format!("layer{layer}"),
            x: layer as f64,
            y: alpha,
            interval: Some((alpha - 0.01, alpha + 0.01)),
            style: layer,
            strong: layer == 3,
        };
        LAYERS.iter().enumerate().map(dot).collect()
    }

    #[test]
    fn a_trend_says_where_it_begins_ends_and_turns() {
        let figure = trend(&layers(), TITLES, Alphas::Upward, OPTIONS);
        assert_eq!(
            figure.summary,
            "α of 7 datasets against layer: 0.787 at layer 0 to 0.710 at layer 6; lowest 0.710 at layer 6, highest 1.027 at layer 5."
        );
        assert!(figure.xs.is_sorted() && figure.ys[5] < figure.ys[6]);
        assert!(figure.svg.contains("near 1"));
    }

    #[test]
    fn the_order_is_that_of_the_places_not_of_the_list() {
        let mut mixed = layers();
        mixed.swap(0, 6);
        let words = |dots: &[Dot]| trend(dots, TITLES, Alphas::Upward, OPTIONS).summary;
        assert_eq!(words(&mixed), words(&layers()));
    }

    #[test]
    fn whole_places_have_whole_ticks() {
        let figure = trend(&layers()[..3], TITLES, Alphas::Nowhere, OPTIONS);
        assert!(!figure.svg.contains("\n0.5\n") && figure.svg.contains("\n2\n"), "{}", figure.svg);
    }

    #[test]
    fn names_have_room_or_are_left_out() {
        let few = scatter(&layers(), Titles { x: "α", y: "score" }, Alphas::Across, OPTIONS);
        assert!(few.svg.contains("layer5"));
        let many: Vec<Dot> = (0..3).flat_map(|_| layers()).collect();
        let many = scatter(&many, Titles { x: "α", y: "score" }, Alphas::Across, OPTIONS);
        assert!(!many.svg.contains("layer5"));
        assert_eq!(shortened("minilm_layer5_3000x384_f16.npy"), "minilm_l…_f16.npy");
    }

    #[test]
    fn forms_differ_where_strokes_do() {
        let of = |style: usize| {
            let dot = Dot { style, ..layers()[0].clone() };
            scatter(&[dot], TITLES, Alphas::Nowhere, OPTIONS).svg
        };
        // Styles 0, 6, 12 and 18 have one colour.
        let pictures = [of(0), of(6), of(12), of(18)];
        for (i, picture) in pictures.iter().enumerate() {
            assert!(pictures[..i].iter().all(|other| other != picture), "{i}");
        }
    }

    #[test]
    fn anything_is_drawn() {
        for few in [0, 1, 2] {
            for draw in [trend, scatter] {
                let figure = draw(&layers()[..few], TITLES, Alphas::Across, OPTIONS);
                assert!(figure.svg.contains("</svg>") && !figure.svg.contains("NaN"), "{few}");
            }
        }
        let same = vec![Dot { interval: None, ..layers()[0].clone() }; 3];
        assert!(!trend(&same, TITLES, Alphas::Nowhere, OPTIONS).svg.contains("NaN"));
    }
}
