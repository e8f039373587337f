/*! The drawing surface: plotters' SVG backend, with the marks that our plots are made of. */

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, IntoFont, RGBAColor, ShapeStyle, TextStyle};

use super::axes::Tick;
use super::labels::Anchor;
use super::theme::{Colours, LABEL, SANS, SERIF, Theme};
use super::{FrameBox, PlotOptions};

/// plotters counts in whole pixels; ten of its pixels make one of ours, so that points sit where they belong.
const SUBPIXELS: f64 = 10.0;

const MAJOR_TICK: f64 = 6.0;
const MINOR_TICK: f64 = 3.0;
/// Length of a dash, and of a gap after it.
const DASH: f64 = 5.0;
/// plotters takes a size for the height of a line and writes a font size smaller by this factor (plotters-svg, `draw_text`).
const LINE_HEIGHT: f64 = 1.24;

/// Room around the data area, in CSS pixels.
#[derive(Clone, Copy)]
pub(super) struct Margins {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// The data area: its pixels, and what is at its edges. On a logarithmic axis that is log₁₀ of the values.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub pixels: FrameBox,
    pub left: f64,
    pub right: f64,
    pub low: f64,
    pub high: f64,
}

impl Frame {
    /// Pixel x of a place on the horizontal axis.
    pub fn x(&self, at: f64) -> f64 {
        let FrameBox { left, right, .. } = self.pixels;
        left + (at - self.left) / (self.right - self.left) * (right - left)
    }

    /// Pixel x of a rank, where the axis has logarithms of ranks.
    pub fn x_rank(&self, rank: usize) -> f64 {
        self.x((rank as f64).log10())
    }

    /// Pixel y of a place on the vertical axis.
    pub fn y(&self, at: f64) -> f64 {
        let FrameBox { top, bottom, .. } = self.pixels;
        bottom - (at - self.low) / (self.high - self.low) * (bottom - top)
    }

    /// The part of a line that lies between the lower and the upper edge, in pixels.
    pub fn clip(&self, from: (f64, f64), to: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
        if to.0 <= from.0 {
            return None;
        }
        let slope = (to.1 - from.1) / (to.0 - from.0);
        let (mut start, mut end) = (from.0, to.0);
        if slope != 0.0 {
            let crossing = |y: f64| from.0 + (y - from.1) / slope;
            let (a, b) = (crossing(self.low), crossing(self.high));
            start = start.max(a.min(b));
            end = end.min(a.max(b));
        } else if !(self.low..=self.high).contains(&from.1) {
            return None;
        }
        let at = |x: f64| (self.x(x), self.y(from.1 + slope * (x - from.0)));
        (start < end).then(|| (at(start), at(end)))
    }
}

/// What a picture is drawn on. Every position is in CSS pixels.
pub(super) struct Canvas {
    commands: Vec<Command>,
    options: PlotOptions,
    frame: Frame,
    colours: Colours,
}

/// A mark. They are gathered first and drawn at the end, because plotters borrows the text that it writes to.
enum Command {
    Rectangle { corners: [(f64, f64); 2], style: ShapeStyle },
    Line { points: Vec<(f64, f64)>, style: ShapeStyle, strokes: &'static [f64] },
    Circle { centre: (f64, f64), radius: f64, style: ShapeStyle },
    Text { at: (f64, f64), text: String, anchor: Anchor, colour: RGBAColor, italic: bool },
}

impl Canvas {
    /// A canvas whose data area runs from `x.0` to `x.1` and from `y.0` to `y.1`.
    pub fn new(options: PlotOptions, margins: Margins, x: (f64, f64), y: (f64, f64)) -> Canvas {
        let Margins { left, top, right, bottom } = margins;
        let pixels = FrameBox {
            left,
            top,
            right: (options.width - right).max(left + 1.0),
            bottom: (options.height - bottom).max(top + 1.0),
        };
        let frame = Frame { pixels, left: x.0, right: x.1, low: y.0, high: y.1 };
        Canvas { commands: Vec::new(), options, frame, colours: options.theme.colours() }
    }

    pub fn frame(&self) -> Frame {
        self.frame
    }

    /// How many marks there are so far: each is an element of the document, which begins a line there; its paper comes before all of them.
    pub fn marks(&self) -> usize {
        self.commands.len()
    }

    pub fn colours(&self) -> Colours {
        self.colours
    }

    pub fn theme(&self) -> Theme {
        self.options.theme
    }

    /// Axis lines, ticks and their labels; lines across at labelled ticks of an axis where `across` says so for it.
    pub fn axes(&mut self, x: Vec<Tick>, y: Vec<Tick>, across: (bool, bool)) {
        let FrameBox { left, top, right, bottom } = self.frame.pixels;
        let (muted, line) = (self.colours.muted.to_rgba(), self.colours.line.to_rgba());
        for tick in x {
            let x = self.frame.x(tick.at);
            let major = !tick.label.is_empty();
            if major && across.0 {
                self.line(&[(x, top), (x, bottom)], line, 1.0);
            }
            self.line(&[(x, bottom), (x, bottom + if major { MAJOR_TICK } else { MINOR_TICK })], muted, 1.0);
            self.text((x, bottom + 16.0), tick.label, Anchor::Middle, muted);
        }
        for tick in y {
            let y = self.frame.y(tick.at);
            let major = !tick.label.is_empty();
            if major && across.1 {
                self.line(&[(left, y), (right, y)], line, 1.0);
            }
            self.line(&[(left - if major { MAJOR_TICK } else { MINOR_TICK }, y), (left, y)], muted, 1.0);
            self.text((left - 10.0, y), tick.label, Anchor::End, muted);
        }
        self.line(&[(left, top), (left, bottom), (right, bottom)], muted, 1.0);
    }

    /// Shades the window of the fit.
    pub fn shade(&mut self, from: f64, to: f64) {
        let FrameBox { top, bottom, .. } = self.frame.pixels;
        self.rectangle([(from, top), (to, bottom)], self.colours.accent.mix(0.12));
    }

    /// A piece of the fitted line.
    pub fn fit_line(&mut self, from: (f64, f64), to: (f64, f64), width: f64) {
        self.line(&[from, to], self.colours.accent.to_rgba(), width);
    }

    /// A thin line for a limit.
    pub fn hairline(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.line(&[from, to], self.colours.muted.to_rgba(), 1.0);
    }

    /// What a hairline is.
    pub fn note(&mut self, at: (f64, f64), text: &str, anchor: Anchor) {
        self.text(at, text.to_owned(), anchor, self.colours.muted.to_rgba());
    }

    /// What an axis shows.
    pub fn title(&mut self, at: (f64, f64), text: &str, anchor: Anchor) {
        self.text(at, text.to_owned(), anchor, self.colours.ink.to_rgba());
    }

    pub fn circle(&mut self, centre: (f64, f64), radius: f64, colour: RGBAColor) {
        self.commands.push(Command::Circle { centre, radius, style: colour.filled() });
    }

    pub fn rectangle(&mut self, corners: [(f64, f64); 2], colour: RGBAColor) {
        self.commands.push(Command::Rectangle { corners, style: colour.filled() });
    }

    /// A line through points; none through fewer than two.
    pub fn line(&mut self, points: &[(f64, f64)], colour: RGBAColor, width: f64) {
        self.stroked(points, colour, width, &[]);
    }

    /// A straight line of dashes.
    pub fn dashes(&mut self, from: (f64, f64), to: (f64, f64), colour: RGBAColor, width: f64) {
        self.stroked(&[from, to], colour, width, &[DASH, DASH]);
    }

    /// A line in strokes and gaps of some lengths; drawn through where there are none.
    pub fn stroked(&mut self, points: &[(f64, f64)], colour: RGBAColor, width: f64, strokes: &'static [f64]) {
        if points.len() < 2 {
            return;
        }
        let style = colour.stroke_width((width * SUBPIXELS) as u32);
        self.commands.push(Command::Line { points: points.to_vec(), style, strokes });
    }

    pub fn text(&mut self, at: (f64, f64), text: String, anchor: Anchor, colour: RGBAColor) {
        if !text.is_empty() {
            self.commands.push(Command::Text { at, text, anchor, colour, italic: false });
        }
    }

    /// A mathematical symbol, in italic serif.
    pub fn symbol(&mut self, at: (f64, f64), text: &str) {
        let colour = self.colours.ink.to_rgba();
        self.commands.push(Command::Text { at, text: text.to_owned(), anchor: Anchor::Start, colour, italic: true });
    }

    /// The SVG document.
    pub fn finish(self) -> String {
        let PlotOptions { width, height, .. } = self.options;
        let mut svg = String::new();
        {
            let size = ((width * SUBPIXELS) as u32, (height * SUBPIXELS) as u32);
            let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            // The only errors of the SVG backend are those of writing to a file, and there is none.
            let drawn = self.draw(&area).and_then(|()| area.present());
            debug_assert!(drawn.is_ok());
        }
        // plotters gives the size in its own pixels.
        let opening =
            format!(r#"<svg width="{}" height="{}""#, (width * SUBPIXELS) as u32, (height * SUBPIXELS) as u32);
        self.in_strokes(&svg.replacen(&opening, &format!(r#"<svg width="{width}" height="{height}""#), 1))
    }

    /// Writes the strokes and gaps of lines into a document, which plotters cannot: each line is a polyline, in the order in which they were drawn.
    fn in_strokes(&self, svg: &str) -> String {
        const LINE: &str = "<polyline";
        let all = self.commands.iter();
        let mut strokes = all.filter_map(|command| match command {
            Command::Line { strokes, .. } => Some(*strokes),
            _ => None,
        });
        let mut parts = svg.split(LINE);
        let mut written = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            written.push_str(LINE);
            if let Some(strokes @ [_, ..]) = strokes.next() {
                let lengths: Vec<String> = strokes.iter().map(|length| (length * SUBPIXELS).to_string()).collect();
                written.push_str(&format!(r#" stroke-dasharray="{}""#, lengths.join(" ")));
            }
            written.push_str(part);
        }
        written
    }

    fn draw<'a>(&self, area: &DrawingArea<SVGBackend<'a>, Shift>) -> Result<(), DrawingError<'a>> {
        let at = |(x, y): (f64, f64)| ((x * SUBPIXELS).round() as i32, (y * SUBPIXELS).round() as i32);
        area.fill(&self.colours.paper)?;
        for command in &self.commands {
            match command {
                Command::Rectangle { corners, style } => area.draw(&Rectangle::new(corners.map(at), *style))?,
                Command::Line { points, style, .. } => {
                    let points: Vec<_> = points.iter().copied().map(at).collect();
                    area.draw(&PathElement::new(points, *style))?;
                }
                Command::Circle { centre, radius, style } => {
                    area.draw(&Circle::new(at(*centre), (radius * SUBPIXELS) as i32, *style))?;
                }
                Command::Text { at: position, text, anchor, colour, italic } => {
                    let (family, style, size) = if *italic {
                        (SERIF, FontStyle::Italic, LABEL + 2.0)
                    } else {
                        (SANS, FontStyle::Normal, LABEL)
                    };
                    let horizontal = match anchor {
                        Anchor::Start => HPos::Left,
                        Anchor::Middle => HPos::Center,
                        Anchor::End => HPos::Right,
                    };
                    let font = (FontFamily::Name(family), size * LINE_HEIGHT * SUBPIXELS, style).into_font();
                    let style = TextStyle::from(font).color(colour).pos(Pos::new(horizontal, VPos::Center));
                    area.draw(&Text::new(text.as_str(), at(*position), style))?;
                }
            }
        }
        Ok(())
    }
}

type DrawingError<'a> =
    plotters::drawing::DrawingAreaErrorKind<<SVGBackend<'a> as plotters::backend::DrawingBackend>::ErrorType>;
