/*!
Draws a [`Spectrum`] as SVG, and says where everything is.

The picture is drawn by plotters, the same for page, command and export. With it come the pixel positions of the ranks, so that the
page can lay pointers and handles over it without any arithmetic of its own.
*/

mod axes;
mod canvas;
mod theme;

pub use theme::Theme;

use serde::{Deserialize, Serialize};

use crate::fit::{Weight, Window};
use crate::report::Spectrum;
use canvas::{Anchor, Canvas, Frame};

/// What a picture is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct PlotOptions {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Colours.
    pub theme: Theme,
}

/// The box of the data area, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct FrameBox {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// A picture and the way from its pixels to the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The SVG document.
    pub svg: String,
    /// The data area.
    pub frame: FrameBox,
    /// Pixel x of rank k at index k − 1.
    pub ranks_x: Vec<f64>,
    /// Pixel y of λ_k at index k − 1; NaN where it is not drawn.
    pub ranks_y: Vec<f64>,
    /// What the picture shows, in a sentence.
    pub summary: String,
}

/// The numerical floor is part of the picture where it is within this many decades of the smallest usable eigenvalue; further down
/// it would only flatten the rest.
const NEAR_DECADES: f64 = 2.0;
/// Pictures below this width have shorter words.
const NARROW: f64 = 520.0;
/// Points closer than this on the screen are drawn once.
const CLOSEST_POINTS: f64 = 1.0;
/// Radius of a point in CSS pixels.
const POINT_RADIUS: f64 = 2.2;

/// Axes without data, for the page before a file is there.
pub fn empty(options: PlotOptions) -> Plot {
    let mut canvas = Canvas::new(options, (0.0, 3.0), (-5.0, 0.0));
    canvas.axes();
    let frame = canvas.frame();
    Plot {
        frame: frame.pixels,
        svg: canvas.finish(),
        ranks_x: Vec::new(),
        ranks_y: Vec::new(),
        summary: "An empty log–log plot: eigenvalue against rank.".to_owned(),
    }
}

/// The log–log eigenspectrum with the fit over a window.
pub fn spectrum(spectrum: &Spectrum, window: Window, weight: Weight, options: PlotOptions) -> Plot {
    let d = spectrum.eigenvalues.len();
    let log = |k: usize| spectrum.eigenvalues[k - 1].log10();
    let top = log(1);
    // Ranks below the floor are rounding noise: they may be seen where the floor is near, but the picture is of the usable ones.
    let lowest = if spectrum.usable_ranks > 0 { log(spectrum.usable_ranks) } else { top };
    let floor = spectrum.floor.log10();
    let bottom = if floor > lowest - NEAR_DECADES { lowest.min(floor - 0.5) } else { lowest };
    let pad = ((top - bottom) * 0.04).max(0.15);
    let (low, high) = (bottom - pad, top + pad);
    let right = (d as f64).log10().max(0.3);
    let mut canvas = Canvas::new(options, (-0.03 * right, 1.02 * right), (low, high));
    let frame = canvas.frame();
    let y_of = |value: f64| frame.y(value.log10());

    let outcome = spectrum.fit(window, weight);
    if let Some(fit) = &outcome.fit {
        canvas.shade(frame.x_rank(fit.first), frame.x_rank(fit.last));
    }
    canvas.axes();

    if spectrum.rank_ceiling < d as u64 {
        let x = frame.x_rank(spectrum.rank_ceiling as usize);
        canvas.hairline((x, frame.pixels.top), (x, frame.pixels.bottom));
        canvas.note((x - 6.0, frame.pixels.top + 8.0), "rank ceiling", Anchor::End);
    }
    let name = if options.width < NARROW { "floor" } else { "numerical floor" };
    let floor_label = format!("{name} {}", axes::rounded(spectrum.floor));
    if (low..=high).contains(&floor) {
        let y = frame.y(floor);
        canvas.hairline((frame.pixels.left, y), (frame.pixels.right, y));
        canvas.note((frame.pixels.left + 8.0, y - 10.0), &floor_label, Anchor::Start);
    } else {
        // Above the labels at the feet of the window.
        let at = (frame.pixels.left + 8.0, frame.pixels.bottom - 34.0);
        canvas.note(at, &format!("↓ {floor_label}"), Anchor::Start);
    }

    let ranks_x: Vec<f64> = (1..=d).map(|k| frame.x_rank(k)).collect();
    let ranks_y: Vec<f64> = spectrum
        .eigenvalues
        .iter()
        .map(|&value| if value > 0.0 && value.log10() >= low { y_of(value) } else { f64::NAN })
        .collect();
    let mut last = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (k, (&x, &y)) in (1..).zip(ranks_x.iter().zip(&ranks_y)) {
        if y.is_nan() || (x - last.0).hypot(y - last.1) < CLOSEST_POINTS {
            continue;
        }
        canvas.point((x, y), POINT_RADIUS, k <= spectrum.usable_ranks && !spectrum.provisional);
        last = (x, y);
    }

    if let Some(fit) = &outcome.fit {
        let height = |log_rank: f64| {
            (fit.log_prefactor - fit.alpha * log_rank * std::f64::consts::LN_10) / std::f64::consts::LN_10
        };
        let line = |from: f64, to: f64| clip_line(&frame, (from, height(from)), (to, height(to)));
        let (first, last) = ((fit.first as f64).log10(), (fit.last as f64).log10());
        for (from, to, width) in [(0.0, first, 1.0), (last, right, 1.0), (first, last, 2.5)] {
            if let Some((from, to)) = line(from, to) {
                canvas.fit_line(from, to, width);
            }
        }
        canvas.window_label(fit.first, Anchor::End);
        canvas.window_label(fit.last, Anchor::Start);
    }

    let summary = summary(spectrum, outcome.fit.as_ref());
    Plot { frame: frame.pixels, svg: canvas.finish(), ranks_x, ranks_y, summary }
}

/// The part of a line, given in logarithms, that lies within the frame, in pixels.
fn clip_line(frame: &Frame, from: (f64, f64), to: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    if to.0 <= from.0 {
        return None;
    }
    let slope = (to.1 - from.1) / (to.0 - from.0);
    let (mut start, mut end) = (from.0, to.0);
    if slope != 0.0 {
        let crossing = |y: f64| from.0 + (y - from.1) / slope;
        let (a, b) = (crossing(frame.low), crossing(frame.high));
        start = start.max(a.min(b));
        end = end.min(a.max(b));
    } else if !(frame.low..=frame.high).contains(&from.1) {
        return None;
    }
    let at = |x: f64| (frame.x(x), frame.y(from.1 + slope * (x - from.0)));
    (start < end).then(|| (at(start), at(end)))
}

fn summary(spectrum: &Spectrum, fit: Option<&crate::fit::Fit>) -> String {
    let d = spectrum.eigenvalues.len();
    let mut text = format!(
        "Log–log plot of {d} eigenvalues against their rank, falling from {:.3e} at rank 1 to {:.3e} at rank {}.",
        spectrum.eigenvalues[0],
        spectrum.eigenvalues[spectrum.usable_ranks.max(1) - 1],
        spectrum.usable_ranks.max(1),
    );
    match fit {
        Some(fit) => text.push_str(&format!(
            " A line fitted over ranks {} to {} has exponent α = {:.3} and R² = {:.3}.",
            fit.first, fit.last, fit.alpha, fit.r2,
        )),
        None => text.push_str(" No line is fitted in this window."),
    }
    text
}
