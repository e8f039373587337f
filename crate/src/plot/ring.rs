/*! A closed curve in space, as seen from one side: what is nearer is drawn over what is farther, and stronger. */

use plotters::style::{Color, RGBColor};

use super::canvas::{Canvas, Margins};
use super::{Figure, FrameBox, PlotOptions};

const MARGINS: Margins = Margins { left: 12.0, top: 12.0, right: 12.0, bottom: 12.0 };
/// Shades of depth.
const LEVELS: usize = 6;
/// Width of the farthest and of the nearest pieces.
const WIDTHS: (f64, f64) = (0.7, 1.7);
/// How much of the paper's colour the farthest pieces have; 3 to 1 against the paper is left.
const HAZE: f64 = 0.42;

/// A curve through points to the right, up and towards the eye, none farther than 1 from the middle. The last point is joined to the first.
pub fn closed_curve(points: &[[f64; 3]], summary: String, options: PlotOptions) -> Figure {
    let mut canvas = Canvas::new(options, MARGINS, (-1.0, 1.0), (-1.0, 1.0));
    let frame = canvas.frame();
    let FrameBox { left, top, right, bottom } = frame.pixels;
    let radius = ((right - left).min(bottom - top)) / 2.0;
    let (middle, height) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let at = |[x, y, _]: [f64; 3]| (middle + radius * x, height - radius * y);
    let level = |near: f64| (((near + 1.0) / 2.0 * LEVELS as f64) as usize).min(LEVELS - 1);
    // Neighbouring pieces of one level are one line.
    let mut lines: Vec<Vec<Vec<(f64, f64)>>> = vec![Vec::new(); LEVELS];
    let mut last = LEVELS;
    for (i, &from) in points.iter().enumerate() {
        let to = points[(i + 1) % points.len()];
        let of = level((from[2] + to[2]) / 2.0);
        match lines[of].last_mut().filter(|_| of == last) {
            Some(line) => line.push(at(to)),
            None => lines[of].push(vec![at(from), at(to)]),
        }
        last = of;
    }
    let (trace, paper) = (canvas.colours().trace, canvas.colours().paper);
    for (of, lines) in lines.iter().enumerate() {
        let near = of as f64 / (LEVELS - 1) as f64;
        let haze = HAZE * (1.0 - near);
        let mix = |a: u8, b: u8| (f64::from(a) + haze * (f64::from(b) - f64::from(a))).round() as u8;
        let colour = RGBColor(mix(trace.0, paper.0), mix(trace.1, paper.1), mix(trace.2, paper.2));
        for line in lines {
            canvas.line(line, colour.to_rgba(), WIDTHS.0 + near * (WIDTHS.1 - WIDTHS.0));
        }
    }
    Figure { svg: canvas.finish(), frame: frame.pixels, summary, xs: Vec::new(), ys: Vec::new() }
}
