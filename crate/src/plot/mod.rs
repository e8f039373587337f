/*!
Draws a [`Spectrum`] and what is known of it as SVG, and says where everything is.

The pictures are drawn by plotters, the same for page, command and export. With them come the pixel positions of what they show, so
that the page can lay pointers and handles over them without any arithmetic of its own.
*/

mod axes;
mod bars;
mod canvas;
#[cfg(feature = "learn")]
pub mod chart;
#[cfg(feature = "learn")]
mod cloud;
mod curve;
mod dots;
mod heat_map;
mod histogram;
#[cfg(feature = "learn")]
mod image;
mod labels;
mod metadata;
mod overlays;
mod palette;
#[cfg(feature = "learn")]
pub mod ring;
mod spectra;
#[cfg(test)]
mod tests;
mod theme;
#[cfg(feature = "learn")]
mod windowed;

pub use bars::{Bar, bars};
#[cfg(feature = "learn")]
pub use cloud::{Scene, cloud, eigenvalue_bars, few_ranks, place_at};
pub use curve::{Figure, alpha_of_n, local_slope, residuals};
pub use dots::{Alphas, Dot, Titles, scatter, trend};
pub use heat_map::{Cell, HeatMap, MapView, heat_map};
pub use histogram::histogram;
#[cfg(feature = "learn")]
pub use image::image;
pub use metadata::{METADATA, with_metadata};
pub use overlays::Overlays;
pub use spectra::{Line, Spectra, Style, Trace, spectra};
pub use theme::Theme;
#[cfg(feature = "learn")]
pub use windowed::{PowerLine, windowed};

use std::ops::Range;

use plotters::style::Color;
use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::fit::{Fit, Weight, Window};
use crate::report::Spectrum;
use axes::ticks;
#[cfg(feature = "learn")]
pub(crate) use axes::two_digits;
use canvas::{Canvas, Frame, Margins};
use labels::{Anchor, Labels};
use overlays::draw;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
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
    /// Those of its marks that the window has no part in: a page need not draw them again while that moves. Each mark is an element that begins a line; the paper is none.
    pub lasting: Range<usize>,
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

/// Room for the labels around the data area.
const MARGINS: Margins = Margins { left: 58.0, top: 30.0, right: 24.0, bottom: 44.0 };
/// Room that a label of each axis wants.
const LABEL_WIDTH: f64 = 56.0;
const LABEL_HEIGHT: f64 = 30.0;
/// Room that the page's handle on an edge of the window takes on either side of it.
const HANDLE: f64 = 14.0;

/// Axes without data, for the page before a file is there.
pub fn empty(options: PlotOptions) -> Plot {
    let mut canvas = Canvas::new(options, MARGINS, (0.0, 3.0), (-5.0, 0.0));
    axes_of_ranks(&mut canvas);
    let frame = canvas.frame();
    Plot {
        frame: frame.pixels,
        svg: canvas.finish(),
        lasting: 0..0,
        ranks_x: Vec::new(),
        ranks_y: Vec::new(),
        summary: "An empty log–log plot: eigenvalue against rank.".to_owned(),
    }
}

/// The axes of eigenvalue against rank.
fn axes_of_ranks(canvas: &mut Canvas) {
    let Frame { pixels: FrameBox { left, top, right, bottom }, left: from, right: to, low, high } = canvas.frame();
    let x = ticks(from, to, ((right - left) / LABEL_WIDTH) as usize, true);
    let y = ticks(low, high, ((bottom - top) / LABEL_HEIGHT) as usize, false);
    canvas.axes(x, y, (true, true));
    let middle = (left + right) / 2.0;
    canvas.title((middle, bottom + 34.0), "rank", Anchor::End);
    canvas.symbol((middle + 5.0, bottom + 34.0), "k");
    canvas.title((left + 22.0, top - 16.0), "eigenvalue", Anchor::End);
    canvas.symbol((left + 27.0, top - 16.0), "λₖ");
}

/// The log–log eigenspectrum with the fit over a window, and over it what is asked for.
pub fn spectrum(evidence: &Evidence, window: Window, weight: Weight, overlays: Overlays, options: PlotOptions) -> Plot {
    let spectrum = &evidence.spectrum;
    let d = spectrum.eigenvalues.len();
    let log = |k: usize| spectrum.eigenvalues[k - 1].log10();
    let top = overlays.top().map_or(log(1), |top| top.max(log(1)));
    // Ranks below the floor are rounding noise: they may be seen where the floor is near, but the picture is of the usable ones.
    let lowest = if spectrum.usable_ranks > 0 { log(spectrum.usable_ranks) } else { log(1) };
    let floor = spectrum.floor.log10();
    let bottom = if floor > lowest - NEAR_DECADES { lowest.min(floor - 0.5) } else { lowest };
    let pad = ((top - bottom) * 0.04).max(0.15);
    let (low, high) = (bottom - pad, top + pad);
    let right = (d as f64).log10().max(0.3);
    let mut canvas = Canvas::new(options, MARGINS, (-0.03 * right, 1.02 * right), (low, high));
    let frame = canvas.frame();
    let mut labels = Labels::new(frame.pixels);

    let outcome = evidence.fit(window, weight);
    if let Some(fit) = &outcome.fit {
        canvas.shade(frame.x_rank(fit.first), frame.x_rank(fit.last));
    }
    let shaded = canvas.marks();
    axes_of_ranks(&mut canvas);
    limits(&mut canvas, &mut labels, spectrum);

    let ranks_x: Vec<f64> = (1..=d).map(|k| frame.x_rank(k)).collect();
    let ranks_y: Vec<f64> = spectrum
        .eigenvalues
        .iter()
        .map(|&value| if value > 0.0 && value.log10() >= low { frame.y(value.log10()) } else { f64::NAN })
        .collect();
    let colours = canvas.colours();
    let mut last = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    // What is interpolated is no data.
    let brought = evidence.brought();
    let is_known = |k: usize| brought.as_ref().is_none_or(|ranks| ranks.binary_search(&k).is_ok());
    for (k, (&x, &y)) in (1..).zip(ranks_x.iter().zip(&ranks_y)) {
        if !is_known(k) || y.is_nan() || (x - last.0).hypot(y - last.1) < CLOSEST_POINTS {
            continue;
        }
        // Faint where it takes no part in fits.
        let strong = k <= spectrum.usable_ranks && !spectrum.provisional;
        canvas.circle((x, y), POINT_RADIUS, if strong { colours.trace.to_rgba() } else { colours.muted.mix(0.7) });
        labels.mark((x, y));
        last = (x, y);
    }
    let lasting = shaded..canvas.marks();

    if let Some(fit) = &outcome.fit {
        let (first, last) = ((fit.first as f64).log10(), (fit.last as f64).log10());
        for (from, to, width) in [(0.0, first, 1.0), (last, right, 1.0), (first, last, 2.5)] {
            if let Some((from, to)) = line_of(&frame, fit, from, to) {
                canvas.fit_line(from, to, width);
                labels.line(from, to);
            }
        }
        for (rank, side, anchor) in [(fit.first, -HANDLE, Anchor::End), (fit.last, HANDLE, Anchor::Start)] {
            let spot = ((frame.x_rank(rank) + side, frame.pixels.bottom - 10.0), anchor);
            let text = crate::error::group(rank as u64);
            labels.take(&text, spot);
            canvas.text(spot.0, text, anchor, colours.accent.to_rgba());
        }
    }
    let local = overlays.local.and_then(|(first, last)| evidence.fit(Window::new(first, last).ok()?, weight).fit);
    draw(&overlays, local.as_ref(), &mut canvas, &mut labels);

    let summary = summary(spectrum, outcome.fit.as_ref());
    Plot { frame: frame.pixels, svg: canvas.finish(), lasting, ranks_x, ranks_y, summary }
}

/// The limits that every spectrum has: how many ranks its rows give it, and what rounding leaves of them.
fn limits(canvas: &mut Canvas, labels: &mut Labels, spectrum: &Spectrum) {
    let frame = canvas.frame();
    let FrameBox { left, top, right, bottom } = frame.pixels;
    let note = |canvas: &mut Canvas, labels: &mut Labels, text: &str, spot: labels::Spot| {
        canvas.note(spot.0, text, spot.1);
        labels.take(text, spot);
    };
    if spectrum.rank_ceiling < spectrum.eigenvalues.len() as u64 {
        let x = frame.x_rank(spectrum.rank_ceiling as usize);
        canvas.hairline((x, top), (x, bottom));
        labels.line((x, top), (x, bottom));
        note(canvas, labels, "rank ceiling", ((x - 6.0, top + 8.0), Anchor::End));
    }
    let name = if right + MARGINS.right < NARROW { "floor" } else { "numerical floor" };
    if spectrum.floor <= 0.0 {
        // A link need not say it.
        return;
    }
    let floor_label = format!("{name} {}", axes::rounded(spectrum.floor));
    let floor = spectrum.floor.log10();
    if (frame.low..=frame.high).contains(&floor) {
        let y = frame.y(floor);
        canvas.hairline((left, y), (right, y));
        labels.line((left, y), (right, y));
        note(canvas, labels, &floor_label, ((left + 8.0, y - 10.0), Anchor::Start));
    } else {
        // Above the labels at the feet of the window.
        note(canvas, labels, &format!("↓ {floor_label}"), ((left + 8.0, bottom - 34.0), Anchor::Start));
    }
}

/// The part of a fitted line between two logarithms of ranks that is within the frame, in pixels.
fn line_of(frame: &Frame, fit: &Fit, from: f64, to: f64) -> Option<((f64, f64), (f64, f64))> {
    let height = |log_rank: f64| fit.log_prefactor / std::f64::consts::LN_10 - fit.alpha * log_rank;
    frame.clip((from, height(from)), (to, height(to)))
}

fn summary(spectrum: &Spectrum, fit: Option<&Fit>) -> String {
    let d = spectrum.eigenvalues.len();
    let mut text = format!(
        "Log–log plot of {d} eigenvalues against their rank, falling from {:.3e} at rank 1 to {:.3e} at rank {}.",
        spectrum.eigenvalues[0],
        spectrum.eigenvalues[spectrum.usable_ranks.max(1) - 1],
        spectrum.usable_ranks.max(1),
    );
    match fit {
        Some(fit) => text.push_str(&format!(
            " A line fitted over ranks {} to {} has exponent α = {:.3}{}.",
            fit.first,
            fit.last,
            fit.alpha,
            fit.r2.map_or_else(|| ": the spectrum is flat".to_owned(), |r2| format!(" and R² = {r2:.3}")),
        )),
        None => text.push_str(" No line is fitted in this window."),
    }
    text
}
