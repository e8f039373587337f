/*! A spectrum with a window and lines over it that need not be fitted. */

use super::canvas::Canvas;
use super::{CLOSEST_POINTS, MARGINS, POINT_RADIUS, Plot, PlotOptions, axes_of_ranks};
use crate::fit::Window;
use plotters::style::Color;

const FITTED_WIDTH: f64 = 2.5;
const GUESSED_WIDTH: f64 = 2.0;

/// The line log λ = `log_prefactor` − α·log k, with natural logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct PowerLine {
    pub alpha: f64,
    pub log_prefactor: f64,
}

/// The log–log spectrum of usable eigenvalues; a guessed line, in dashes, and a fitted one over the window.
pub fn windowed(
    eigenvalues: &[f64],
    window: Window,
    guessed: Option<PowerLine>,
    fitted: Option<PowerLine>,
    summary: String,
    options: PlotOptions,
) -> Plot {
    let log = |k: usize| eigenvalues.get(k - 1).map_or(0.0, |value| value.log10());
    let count = eigenvalues.len();
    let (top, bottom) = (log(1), log(count.max(1)));
    let pad = ((top - bottom) * 0.04).max(0.15);
    let right = (count.max(2) as f64).log10();
    let mut canvas = Canvas::new(options, MARGINS, (-0.03 * right, 1.02 * right), (bottom - pad, top + pad));
    let frame = canvas.frame();
    let (first, last) = (window.first.max(1), window.last.min(count));
    if first < last {
        canvas.shade(frame.x_rank(first), frame.x_rank(last));
    }
    axes_of_ranks(&mut canvas);
    let ranks_x: Vec<f64> = (1..=count).map(|k| frame.x_rank(k)).collect();
    let ranks_y: Vec<f64> = (1..=count).map(|k| frame.y(log(k))).collect();
    let trace = canvas.colours().trace.to_rgba();
    let mut drawn = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (&x, &y) in ranks_x.iter().zip(&ranks_y) {
        if (x - drawn.0).hypot(y - drawn.1) >= CLOSEST_POINTS {
            canvas.circle((x, y), POINT_RADIUS, trace);
            drawn = (x, y);
        }
    }
    let ends = |line: PowerLine, from: f64, to: f64| {
        let height = |at: f64| line.log_prefactor / std::f64::consts::LN_10 - line.alpha * at;
        frame.clip((from, height(from)), (to, height(to)))
    };
    let (ink, accent) = (canvas.colours().ink.to_rgba(), canvas.colours().accent.to_rgba());
    let (from, to) = ((first as f64).log10(), (last.max(1) as f64).log10());
    if let Some((from, to)) = fitted.and_then(|line| ends(line, 0.0, right)) {
        canvas.line(&[from, to], accent, 1.0);
    }
    if let Some((from, to)) = fitted.and_then(|line| ends(line, from, to)) {
        canvas.line(&[from, to], accent, FITTED_WIDTH);
    }
    if let Some((from, to)) = guessed.and_then(|line| ends(line, 0.0, right)) {
        canvas.dashes(from, to, ink, GUESSED_WIDTH);
    }
    Plot { frame: frame.pixels, svg: canvas.finish(), lasting: 0..0, ranks_x, ranks_y, summary }
}
