/*!
α against something that is changed: where theory expects it, and what samples gave, each with how far samples scatter.

The horizontal axis is logarithmic, the vertical one linear.
*/

use plotters::style::Color;

use super::PlotOptions;
use super::curve::{CAP, Drawing, Figure, LEAST_RANGE, POINT_RADIUS, TRACE_WIDTH, padded, range_of};

/// What was found at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The place.
    pub x: f64,
    /// Where theory expects α.
    pub expected: Option<f64>,
    /// Mean of samples.
    pub mean: Option<f64>,
    /// Standard deviation of samples.
    pub deviation: Option<f64>,
}

/// The picture. `truth` is a line across, in dashes; `here` the place that is chosen, a thin line upright; `x_title` a word and a symbol.
pub fn bars(
    bars: &[Bar],
    truth: f64,
    here: Option<f64>,
    x_title: (&'static str, &'static str),
    summary: String,
    options: PlotOptions,
) -> Figure {
    let ends = bars.iter().filter_map(|bar| Some((bar.mean?, bar.deviation.unwrap_or(0.0))));
    let ends = ends.flat_map(|(mean, deviation)| [mean - deviation, mean + deviation]);
    let all = bars.iter().filter_map(|bar| bar.expected).chain(ends).chain([truth]);
    let vertical = padded(range_of(all).unwrap_or((0.0, 1.0)), LEAST_RANGE);
    let horizontal = range_of(bars.iter().map(|bar| bar.x.log10())).unwrap_or((0.0, 1.0));
    let mut drawing = Drawing::new(options, horizontal, vertical, "α", x_title);
    drawing.axes();
    let frame = drawing.canvas.frame();
    let colours = drawing.canvas.colours();
    let (accent, trace) = (colours.accent.to_rgba(), colours.trace.to_rgba());
    if let Some(x) = here.map(|here| frame.x(here.log10()))
        && (frame.pixels.left..=frame.pixels.right).contains(&x)
    {
        drawing.canvas.hairline((x, frame.pixels.top), (x, frame.pixels.bottom));
    }
    drawing.canvas.dashes(
        (frame.pixels.left, frame.y(truth)),
        (frame.pixels.right, frame.y(truth)),
        accent,
        TRACE_WIDTH,
    );
    let curve: Vec<(f64, f64)> = bars.iter().filter_map(|bar| Some(drawing.at(bar.x, bar.expected?))).collect();
    drawing.canvas.line(&curve, colours.muted.to_rgba(), TRACE_WIDTH);
    for bar in bars {
        let Some(mean) = bar.mean else { continue };
        let at = drawing.at(bar.x, mean);
        if let Some(deviation) = bar.deviation {
            let (high, low) = (drawing.at(bar.x, mean + deviation), drawing.at(bar.x, mean - deviation));
            drawing.canvas.line(&[high, low], trace, TRACE_WIDTH);
            for (x, y) in [high, low] {
                drawing.canvas.line(&[(x - CAP, y), (x + CAP, y)], trace, TRACE_WIDTH);
            }
        }
        drawing.canvas.circle(at, POINT_RADIUS, trace);
    }
    let places = bars.iter().map(|bar| drawing.at(bar.x, bar.mean.unwrap_or(f64::NAN))).collect();
    drawing.finish(places, summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Theme;

    #[test]
    fn samples_that_are_not_drawn_yet_leave_the_picture_whole() {
        let options = PlotOptions { width: 400.0, height: 260.0, theme: Theme::Light };
        let bar = |x, mean, deviation| Bar { x, expected: Some(1.0), mean, deviation };
        let none = bar(1.0, None, None);
        for (given, marks) in [
            (vec![], 0),
            (vec![none], 0),
            (vec![none, bar(2.0, Some(0.9), None)], 1),
            (vec![bar(1.0, Some(1.1), Some(0.1)), bar(4.0, Some(0.9), Some(0.2))], 2),
        ] {
            let figure = bars(&given, 1.0, Some(2.0), ("rows for each column", "n/d"), "α".to_owned(), options);
            assert_eq!(figure.svg.matches("<circle").count(), marks);
            assert!(!figure.svg.contains("NaN"), "{given:?}");
            assert_eq!(figure.xs.len(), given.len());
        }
    }
}
