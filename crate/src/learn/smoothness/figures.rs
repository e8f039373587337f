/*! The lesson's pictures, and what they show in words. */

use serde::Serialize;

use super::{
    MANY_PAIRS, MOST_STIMULUS_DIMENSIONS, Ring, View, fractal_dimension, frequencies, ring_limit, slopes, threshold,
};
use crate::error::group;
use crate::fit::map::decimal;
use crate::plot::chart::{Axis, Hairline, Scale, Series, chart};
use crate::plot::ring::closed_curve;
use crate::plot::{Figure, PlotOptions};

/// How many times steeper the picture goes.
const STEEPEST: f64 = 100.0;
/// Points of a curve for each doubling of the dimensions.
const POINTS: f64 = 8.0;

/// What is known of responses with the dimensions that there are, and with all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// 1 + 2/D.
    pub threshold: f64,
    /// Of the ring the length, in units of the first circle; of others the mean slope, in units of that of the first pair.
    pub slope: f64,
    /// What the ring's length tends to, where it does.
    pub limit: Option<f64>,
    /// The dimension of what the responses tend to; none where that has no bound.
    pub fractal_dimension: Option<f64>,
    /// In words.
    pub summary: String,
}

/// For stimuli of so many dimensions.
pub fn numbers(ring: &Ring, stimulus: usize) -> Numbers {
    let stimulus = stimulus.clamp(1, MOST_STIMULUS_DIMENSIONS);
    let here = slope(ring, &frequencies(stimulus, ring.pairs.max(1)));
    let limit = ring_limit(ring.alpha).filter(|_| stimulus == 1);
    Numbers {
        threshold: threshold(stimulus),
        slope: here,
        limit,
        fractal_dimension: Some(fractal_dimension(ring.alpha, stimulus)).filter(|dimension| dimension.is_finite()),
        summary: in_words(ring, stimulus, here, limit),
    }
}

/// With the ring's dimensions.
fn slope(ring: &Ring, frequencies: &[u64]) -> f64 {
    let pairs = ring.pairs.clamp(1, frequencies.len());
    slopes(ring.alpha, &frequencies[..pairs])[pairs - 1]
}

/// The curve, turned.
pub fn picture(ring: &Ring, shadow: &[[f64; 3]], view: View, options: PlotOptions) -> Figure {
    let seen: Vec<[f64; 3]> = shadow.iter().map(|&point| view.of(point)).collect();
    let summary = format!(
        "A ring of stimuli in {} dimensions, at α = {}, as a closed curve seen in three of their directions, turned by {} and tilted by {} degrees.",
        group(2 * ring.pairs as u64),
        decimal(ring.alpha, 2),
        decimal(view.turn, 0),
        decimal(view.tilt, 0)
    );
    closed_curve(&seen, summary, options)
}

/// Length of the ring's curve against the number of dimensions, or, of stimuli of more dimensions, the mean slope: for α, the threshold, and one above and one below.
pub fn growth(ring: &Ring, stimulus: usize, options: PlotOptions) -> Figure {
    let stimulus = stimulus.clamp(1, MOST_STIMULUS_DIMENSIONS);
    let edge = threshold(stimulus);
    let frequencies = frequencies(stimulus, MANY_PAIRS);
    let curve = |alpha: f64| {
        let slopes = slopes(alpha, &frequencies);
        let steps = ((MANY_PAIRS as f64).log2() * POINTS) as usize;
        let mut pairs: Vec<usize> = (0..=steps).map(|i| libm::exp2(i as f64 / POINTS).round() as usize).collect();
        pairs.dedup();
        pairs.into_iter().map(|pairs| (2.0 * pairs as f64, slopes[pairs - 1])).collect::<Vec<_>>()
    };
    let chosen = curve(ring.alpha);
    let here = slope(ring, &frequencies);
    let reference = |alpha: f64, word: &str| Series {
        curve: curve(alpha),
        label: format!("α = {}{word}", decimal(alpha, 2)),
        style: 14,
        ..Series::default()
    };
    let mut series = vec![reference(edge, ", the edge")];
    // Beside the chosen one, its neighbours on both sides of the edge would only be clutter.
    series.extend(
        [edge - 1.0, edge + 1.0]
            .into_iter()
            .filter(|alpha| (alpha - ring.alpha).abs() > 0.3)
            .map(|alpha| reference(alpha, "")),
    );
    let label =
        if (ring.alpha - edge).abs() < 0.005 { String::new() } else { format!("your α = {}", decimal(ring.alpha, 2)) };
    series.push(Series {
        curve: chosen,
        label,
        style: 1,
        ringed: Some((2.0 * ring.pairs as f64, here)),
        ..Series::default()
    });
    let limit = ring_limit(ring.alpha).filter(|_| stimulus == 1);
    let hairlines: Vec<Hairline> = limit
        .into_iter()
        .map(|limit| Hairline { at: limit, label: format!("limit {}", decimal(limit, 2)), across: true })
        .collect();
    let title = if stimulus == 1 { "length of the curve, first circle = 1" } else { "mean slope, first pair = 1" };
    chart(
        Axis {
            ends: (2.0, 2.0 * MANY_PAIRS as f64),
            scale: Scale::Logarithmic,
            title: "dimensions of the response",
            symbol: "",
        },
        Axis { ends: (0.9, STEEPEST), scale: Scale::Logarithmic, title, symbol: "" },
        &series,
        &hairlines,
        in_words(ring, stimulus, here, limit),
        options,
    )
}

fn in_words(ring: &Ring, stimulus: usize, here: f64, limit: Option<f64>) -> String {
    let edge = threshold(stimulus);
    let what = if stimulus == 1 { "the curve is" } else { "the mean slope is" };
    let times = if stimulus == 1 { "times as long as its first circle" } else { "times that of the first pair" };
    let dimensions = group(2 * ring.pairs as u64);
    let now = format!(
        "At α = {} and with {dimensions} dimensions, {what} {} {times}.",
        decimal(ring.alpha, 2),
        decimal(here, 2)
    );
    let stimuli = if stimulus == 1 { "a ring".to_owned() } else { format!("stimuli of {stimulus} dimensions") };
    let edge_in_words = format!("the edge 1 + 2/{stimulus} = {} for {stimuli}", decimal(edge, 2));
    let fate = if ring.alpha > edge {
        let limit = limit.map_or_else(String::new, |limit| format!(", to {}", decimal(limit, 2)));
        format!("That is above {edge_in_words}: it settles{limit} as dimensions are added, and the response is smooth.")
    } else if ring.alpha == edge {
        format!("That is {edge_in_words}: it still grows without end as dimensions are added, though ever more slowly.")
    } else if ring.alpha > 1.0 {
        format!(
            "That is below {edge_in_words}: it grows without end as dimensions are added, and what it tends to is a fractal of dimension {}.",
            decimal(fractal_dimension(ring.alpha, stimulus), 2)
        )
    } else {
        format!("That is below {edge_in_words}, and not above 1: length and total variance both grow without end.")
    };
    format!("{now} {fate}")
}
