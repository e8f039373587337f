/*! The drawing surface: plotters' SVG backend, with the marks that our plots are made of. */

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, IntoFont, RGBAColor, ShapeStyle, TextStyle};

use super::axes::ticks;
use super::theme::{Colours, LABEL, SANS, SERIF};
use super::{FrameBox, PlotOptions};

/// plotters counts in whole pixels; ten of its pixels make one of ours, so that points sit where they belong.
const SUBPIXELS: f64 = 10.0;

/// Room for the labels around the data area, in CSS pixels.
const LEFT: f64 = 58.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 44.0;
/// Room that a label of each axis wants.
const LABEL_WIDTH: f64 = 56.0;
const LABEL_HEIGHT: f64 = 30.0;
const MAJOR_TICK: f64 = 6.0;
const MINOR_TICK: f64 = 3.0;
/// Room that the page's handle on an edge of the window takes on either side of it.
const HANDLE: f64 = 14.0;
/// plotters takes a size for the height of a line and writes a font size smaller by this factor (plotters-svg, `draw_text`).
const LINE_HEIGHT: f64 = 1.24;

/// The data area: its pixels, and the logarithms at its edges.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub pixels: FrameBox,
    left: f64,
    right: f64,
    pub low: f64,
    pub high: f64,
}

impl Frame {
    /// Pixel x of a logarithm of a rank.
    pub fn x(&self, log: f64) -> f64 {
        let FrameBox { left, right, .. } = self.pixels;
        left + (log - self.left) / (self.right - self.left) * (right - left)
    }

    /// Pixel x of a rank.
    pub fn x_rank(&self, rank: usize) -> f64 {
        self.x((rank as f64).log10())
    }

    /// Pixel y of a logarithm of an eigenvalue.
    pub fn y(&self, log: f64) -> f64 {
        let FrameBox { top, bottom, .. } = self.pixels;
        bottom - (log - self.low) / (self.high - self.low) * (bottom - top)
    }
}

/// Which end of a text its position is.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
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
    Line { points: Vec<(f64, f64)>, style: ShapeStyle },
    Circle { centre: (f64, f64), radius: f64, style: ShapeStyle },
    Text { at: (f64, f64), text: String, anchor: Anchor, colour: RGBAColor, italic: bool },
}

impl Canvas {
    /// A canvas whose axes run from 10^`x.0` to 10^`x.1` and 10^`y.0` to 10^`y.1`.
    pub fn new(options: PlotOptions, x: (f64, f64), y: (f64, f64)) -> Canvas {
        let pixels = FrameBox {
            left: LEFT,
            top: TOP,
            right: (options.width - RIGHT).max(LEFT + 1.0),
            bottom: (options.height - BOTTOM).max(TOP + 1.0),
        };
        let frame = Frame { pixels, left: x.0, right: x.1, low: y.0, high: y.1 };
        Canvas { commands: Vec::new(), options, frame, colours: options.theme.colours() }
    }

    pub fn frame(&self) -> Frame {
        self.frame
    }

    /// Axis lines, ticks and labels.
    pub fn axes(&mut self) {
        let FrameBox { left, top, right, bottom } = self.frame.pixels;
        let (ink, muted, line) =
            (self.colours.ink.to_rgba(), self.colours.muted.to_rgba(), self.colours.line.to_rgba());

        let most = ((right - left) / LABEL_WIDTH) as usize;
        for tick in ticks(self.frame.left, self.frame.right, most, true) {
            let x = self.frame.x(tick.at);
            let major = !tick.label.is_empty();
            if major {
                self.line(&[(x, top), (x, bottom)], line, 1.0);
            }
            self.line(&[(x, bottom), (x, bottom + if major { MAJOR_TICK } else { MINOR_TICK })], muted, 1.0);
            self.text((x, bottom + 16.0), tick.label, Anchor::Middle, muted);
        }
        let most = ((bottom - top) / LABEL_HEIGHT) as usize;
        for tick in ticks(self.frame.low, self.frame.high, most, false) {
            let y = self.frame.y(tick.at);
            let major = !tick.label.is_empty();
            if major {
                self.line(&[(left, y), (right, y)], line, 1.0);
            }
            self.line(&[(left - if major { MAJOR_TICK } else { MINOR_TICK }, y), (left, y)], muted, 1.0);
            self.text((left - 10.0, y), tick.label, Anchor::End, muted);
        }
        self.line(&[(left, top), (left, bottom), (right, bottom)], muted, 1.0);

        let middle = (left + right) / 2.0;
        self.text((middle, bottom + 34.0), "rank".to_owned(), Anchor::End, ink);
        self.symbol((middle + 5.0, bottom + 34.0), "k");
        self.text((left + 22.0, top - 16.0), "eigenvalue".to_owned(), Anchor::End, ink);
        self.symbol((left + 27.0, top - 16.0), "λₖ");
    }

    /// Shades the window of the fit.
    pub fn shade(&mut self, from: f64, to: f64) {
        let FrameBox { top, bottom, .. } = self.frame.pixels;
        let style = self.colours.accent.mix(0.12).filled();
        self.commands.push(Command::Rectangle { corners: [(from, top), (to, bottom)], style });
    }

    /// A point of the spectrum; faint where it takes no part in fits.
    pub fn point(&mut self, centre: (f64, f64), radius: f64, strong: bool) {
        let colour = if strong { self.colours.trace.to_rgba() } else { self.colours.muted.mix(0.7) };
        self.commands.push(Command::Circle { centre, radius, style: colour.filled() });
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

    /// The number of a rank at an edge of the window, on the outer side of it.
    pub fn window_label(&mut self, rank: usize, anchor: Anchor) {
        let x = self.frame.x_rank(rank);
        let x = match anchor {
            Anchor::End => x - HANDLE,
            Anchor::Middle => x,
            Anchor::Start => x + HANDLE,
        };
        self.text(
            (x, self.frame.pixels.bottom - 10.0),
            crate::error::group(rank as u64),
            anchor,
            self.colours.accent.to_rgba(),
        );
    }

    fn line(&mut self, points: &[(f64, f64)], colour: RGBAColor, width: f64) {
        let style = colour.stroke_width((width * SUBPIXELS) as u32);
        self.commands.push(Command::Line { points: points.to_vec(), style });
    }

    fn text(&mut self, at: (f64, f64), text: String, anchor: Anchor, colour: RGBAColor) {
        if !text.is_empty() {
            self.commands.push(Command::Text { at, text, anchor, colour, italic: false });
        }
    }

    /// A mathematical symbol, in italic serif.
    fn symbol(&mut self, at: (f64, f64), text: &str) {
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
        svg.replacen(&opening, &format!(r#"<svg width="{width}" height="{height}""#), 1)
    }

    fn draw<'a>(&self, area: &DrawingArea<SVGBackend<'a>, Shift>) -> Result<(), DrawingError<'a>> {
        let at = |(x, y): (f64, f64)| ((x * SUBPIXELS).round() as i32, (y * SUBPIXELS).round() as i32);
        area.fill(&self.colours.paper)?;
        for command in &self.commands {
            match command {
                Command::Rectangle { corners, style } => area.draw(&Rectangle::new(corners.map(at), *style))?,
                Command::Line { points, style } => {
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
