/*! What the plot of a spectrum shows on demand: the noise edge, pure noise, another window's line. */

use plotters::style::Color;

use super::axes::two_digits;
use super::canvas::Canvas;
use super::labels::{Anchor, Labels, Spot};
use super::{CLOSEST_POINTS, FrameBox, line_of};
use crate::fit::Fit;

/// Distance of a label's middle from the line that it belongs to, in CSS pixels.
const BESIDE: f64 = 10.0;
/// Distance of a label from the edges of the data area.
const INSET: f64 = 8.0;

/// What is drawn over a spectrum; by default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Overlays<'a> {
    /// The largest eigenvalue that noise of the average variance has (Marchenko & Pastur 1967).
    pub noise_edge: Option<f64>,
    /// Eigenvalues of pure noise with this n, d and total variance, largest first.
    pub noise: Option<&'a [f64]>,
    /// First and last rank of a window whose line is wanted beside the one in view.
    pub local: Option<(usize, usize)>,
}

impl Overlays<'_> {
    /// log₁₀ of the largest value shown.
    pub(super) fn top(&self) -> Option<f64> {
        let first = self.noise.and_then(|noise| noise.first());
        self.noise_edge.iter().chain(first).filter(|value| **value > 0.0).map(|value| value.log10()).reduce(f64::max)
    }
}

/// Draws them; `local` is the fit over the window that is pointed at.
pub(super) fn draw(overlays: &Overlays, local: Option<&Fit>, canvas: &mut Canvas, labels: &mut Labels) {
    let frame = canvas.frame();
    let FrameBox { left, right, .. } = frame.pixels;
    if let Some(fit) = local {
        let accent = canvas.colours().accent.to_rgba();
        let (first, last) = ((fit.first as f64).log10(), (fit.last as f64).log10());
        if let Some((from, to)) = line_of(&frame, fit, first, last) {
            canvas.dashes(from, to, accent, 1.5);
            labels.line(from, to);
        }
    }
    // Lines first, then their labels: each keeps off all lines.
    let noise = overlays.noise.map(|noise| trace(noise, canvas, labels)).filter(|points| !points.is_empty());
    let edge = overlays
        .noise_edge
        .map(|value| (value, value.log10()))
        .filter(|(_, log)| (frame.low..=frame.high).contains(log))
        .map(|(value, log)| (value, frame.y(log)));
    if let Some((_, y)) = edge {
        canvas.hairline((left, y), (right, y));
        labels.line((left, y), (right, y));
    }
    if let Some((value, y)) = edge {
        let along = |part: f64| (left + part * (right - left), Anchor::Middle);
        let ends = [(left + INSET, Anchor::Start), (right - INSET, Anchor::End)];
        let spots: Vec<Spot> = ends
            .into_iter()
            .chain([0.3, 0.5, 0.7].map(along))
            .flat_map(|(x, anchor)| [((x, y - BESIDE), anchor), ((x, y + BESIDE), anchor)])
            .collect();
        label(canvas, labels, &format!("noise edge {}", two_digits(value)), &spots);
    }
    if let Some(points) = noise {
        // Along the curve, from its left end on, below it and above it.
        let spots: Vec<Spot> = std::iter::once((left, points[0].1))
            .chain((0..8).map(|eighth| points[(points.len() - 1) * eighth / 8]))
            .flat_map(|(x, y)| [y + BESIDE, y - BESIDE].map(|y| ((x + INSET, y), Anchor::Start)))
            .collect();
        label(canvas, labels, "pure noise", &spots);
    }
}

fn label(canvas: &mut Canvas, labels: &mut Labels, text: &str, spots: &[Spot]) {
    if let Some((at, anchor)) = labels.place(text, spots) {
        canvas.note(at, text, anchor);
    }
}

/// Eigenvalues as a thin line; its points.
fn trace(eigenvalues: &[f64], canvas: &mut Canvas, labels: &mut Labels) -> Vec<(f64, f64)> {
    let frame = canvas.frame();
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (k, value) in (1..).zip(eigenvalues) {
        let log = value.log10();
        // They fall, so what follows the first that is too small is not seen either.
        if !(*value > 0.0 && log >= frame.low) {
            break;
        }
        let at = (frame.x_rank(k), frame.y(log));
        if points.last().is_none_or(|last| (at.0 - last.0).hypot(at.1 - last.1) >= CLOSEST_POINTS) {
            points.push(at);
        }
    }
    canvas.line(&points, canvas.colours().muted.to_rgba(), 1.2);
    points.windows(2).for_each(|pair| labels.line(pair[0], pair[1]));
    points
}
