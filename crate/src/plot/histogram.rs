/*! How many eigenvalues there are of each size, and the density that theory expects. Both axes are linear. */

use plotters::style::Color;

use super::axes::linear;
use super::canvas::{Canvas, Margins};
use super::curve::{Figure, TRACE_WIDTH};
use super::labels::{self, Anchor};
use super::{FrameBox, PlotOptions};

const MARGINS: Margins = Margins { left: 42.0, top: 28.0, right: 14.0, bottom: 42.0 };
/// Room between a label of the vertical axis and what is beside it.
const LABEL_SIDES: f64 = 20.0;
/// Room that labels want.
const LABEL_WIDTH: f64 = 56.0;
const LABEL_HEIGHT: f64 = 30.0;
/// Steps of the curve in a bin.
const STEPS: usize = 8;

/// The picture of `values` in `bins` from the first to the last of `range`, as parts of all for each unit, with a curve over it. The curve may rise out of the picture.
pub fn histogram(
    values: &[f64],
    (from, to): (f64, f64),
    bins: usize,
    density: impl Fn(f64) -> f64,
    summary: String,
    options: PlotOptions,
) -> Figure {
    let width = (to - from) / bins as f64;
    let mut heights = vec![0.0; bins];
    for value in values.iter().filter(|value| (from..=to).contains(*value)) {
        let bin = (((value - from) / width) as usize).min(bins - 1);
        heights[bin] += 1.0 / (values.len() as f64 * width);
    }
    let highest = heights.iter().copied().fold(0.0, f64::max);
    let high = if highest > 0.0 { 1.15 * highest } else { 1.0 };
    let room = ((options.height - MARGINS.top - MARGINS.bottom) / LABEL_HEIGHT) as usize;
    let y_ticks = linear(0.0, high, room.clamp(2, 5));
    let widest = y_ticks.iter().map(|tick| labels::width(&tick.label)).fold(0.0, f64::max);
    let margins = Margins { left: MARGINS.left.max(widest + LABEL_SIDES), ..MARGINS };
    let mut canvas = Canvas::new(options, margins, (from, to), (0.0, high));
    let frame = canvas.frame();
    let FrameBox { left, right, bottom, top } = frame.pixels;
    let trace = canvas.colours().trace;
    let mut places = Vec::with_capacity(bins);
    for (bin, &height) in heights.iter().enumerate() {
        let start = from + bin as f64 * width;
        let corners = [(frame.x(start) + 0.5, frame.y(height)), (frame.x(start + width) - 0.5, bottom)];
        if height > 0.0 {
            canvas.rectangle(corners, trace.mix(0.45));
        }
        places.push((frame.x(start + width / 2.0), frame.y(height)));
    }
    canvas.axes(linear(from, to, ((right - left) / LABEL_WIDTH) as usize), y_ticks, (false, false));
    canvas.title((8.0, top - 15.0), "density", Anchor::Start);
    let middle = (left + right) / 2.0;
    canvas.title((middle, bottom + 33.0), "eigenvalue", Anchor::End);
    canvas.symbol((middle + 5.0, bottom + 33.0), "λ");
    let accent = canvas.colours().accent.to_rgba();
    let steps = bins * STEPS;
    let points: Vec<(f64, f64)> = (0..=steps)
        .map(|step| {
            let x = from + (to - from) * step as f64 / steps as f64;
            (x, density(x))
        })
        .collect();
    for pair in points.windows(2).filter(|pair| pair[0].1 > 0.0 || pair[1].1 > 0.0) {
        if let Some((a, b)) = frame.clip(pair[0], pair[1]) {
            canvas.line(&[a, b], accent, TRACE_WIDTH);
        }
    }
    let frame = frame.pixels;
    let (xs, ys) = places.into_iter().unzip();
    Figure { svg: canvas.finish(), frame, summary, xs, ys }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Theme;

    /// Values of which half lie in the first of four bins, an eighth in the last and none beyond.
    #[test]
    fn bars_are_as_high_as_the_part_of_the_values_in_them() {
        let options = PlotOptions { width: 442.0, height: 270.0, theme: Theme::Dark };
        let values = [0.1, 0.2, 0.5, 0.9, 1.5, 1.6, 2.5, 4.0];
        let figure = histogram(&values, (0.0, 4.0), 4, |_| 0.25, "eigenvalues".to_owned(), options);
        let FrameBox { top, bottom, .. } = figure.frame;
        // The highest bar is 1/1.15 of the picture's height.
        let heights: Vec<f64> = figure.ys.iter().map(|y| (bottom - y) / (bottom - top) * 1.15).collect();
        for (height, expected) in heights.iter().zip([1.0, 0.5, 0.25, 0.25]) {
            assert!((height - expected).abs() < 1e-9, "{heights:?}");
        }
        assert!(!histogram(&[], (0.0, 1.0), 3, |_| f64::INFINITY, String::new(), options).svg.contains("NaN"));
    }
}
