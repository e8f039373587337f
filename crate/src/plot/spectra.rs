/*!
Several spectra in one picture.

Each has a style: one of six colours, drawn in one of four ways (through, dashed, dotted, dashes and dots). So twelve can be told apart by colour and way of drawing, and any
four by the way alone. The colours were searched for the largest least distance in OKLab (Ottosson 2020), of normal sight and of each of the three dichromacies (Machado, Oliveira
and Fernandes 2009), among those that stand out from the page by 3 to 1.
*/

use plotters::style::{Color, RGBColor};
use serde::Serialize;

use super::canvas::{Canvas, Frame};
use super::theme::rgb;
use super::{CLOSEST_POINTS, FrameBox, MARGINS, PlotOptions, Theme, axes_of_ranks};
use crate::error::group;

const LIGHT: [u32; 6] = [0x001199, 0xee5511, 0x3399aa, 0x9900ff, 0x992200, 0x440022];
const DARK: [u32; 6] = [0x77ffff, 0xdd9922, 0xaa00ee, 0xffee00, 0x88aadd, 0x007766];
/// Lengths of strokes and the gaps after them, in CSS pixels; none for a line drawn through.
const STROKES: [&[f64]; 4] = [&[], &[7.0, 4.0], &[1.5, 3.0], &[8.0, 3.0, 1.5, 3.0]];
const WIDTH: f64 = 1.5;
/// The last ranks, as a part of all, that have no say in how far down the picture goes.
const TAIL: f64 = 0.02;
const STRONG_WIDTH: f64 = 3.0;

/// How a spectrum is drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Style {
    /// `#rrggbb`.
    pub colour: String,
    /// Strokes and gaps in CSS pixels, as SVG's `stroke-dasharray` has them; empty for a line drawn through.
    pub strokes: &'static [f64],
}

impl Style {
    /// The style of a number. After 24 they come again.
    pub fn new(number: usize, theme: Theme) -> Style {
        let RGBColor(red, green, blue) = colour(number, theme);
        Style { colour: format!("#{red:02x}{green:02x}{blue:02x}"), strokes: strokes(number) }
    }
}

pub(super) fn colour(number: usize, theme: Theme) -> RGBColor {
    let colours = match theme {
        Theme::Light => LIGHT,
        Theme::Dark => DARK,
    };
    rgb(colours[number % colours.len()])
}

pub(super) fn strokes(number: usize) -> &'static [f64] {
    STROKES[form(number)]
}

/// Which of the four ways of drawing a style has.
pub(super) fn form(number: usize) -> usize {
    number / LIGHT.len() % STROKES.len()
}

/// A spectrum among others.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Usable eigenvalues, largest first.
    pub eigenvalues: Vec<f64>,
    /// The sum of all.
    pub total: f64,
    /// The number of its style.
    pub style: usize,
    /// It is the one that is looked at.
    pub strong: bool,
}

/// A picture of several spectra.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectra {
    /// The SVG document.
    pub svg: String,
    /// The data area.
    pub frame: FrameBox,
    /// What the picture shows, in words.
    pub summary: String,
    /// Where each spectrum is drawn.
    pub traces: Vec<Trace>,
    /// Pixel x of rank k at index k − 1.
    pub ranks_x: Vec<f64>,
}

/// Where a spectrum is drawn: pixels of ranks that are apart on the screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Which ranks.
    pub ranks: Vec<usize>,
    /// Their pixels.
    pub places: Vec<(f64, f64)>,
}

/// The log–log eigenspectra of several matrices, as they are or each divided by its sum.
///
/// The window of the fits is not in it, so that it need not be drawn again while a hand moves that: `ranks_x` tells where it lies.
pub fn spectra(lines: &[Line], by_sum: bool, options: PlotOptions) -> Spectra {
    let logs: Vec<Vec<f64>> = lines
        .iter()
        .map(|line| {
            let over = if by_sum { line.total.log10() } else { 0.0 };
            line.eigenvalues.iter().filter(|value| **value > 0.0).map(|value| value.log10() - over).collect()
        })
        .collect();
    // A tail that plunges leaves the picture, because it would flatten the rest.
    let deepest = |log: &[f64]| log.get((log.len() as f64 * (1.0 - TAIL)) as usize).or(log.last()).copied();
    let ends = || logs.iter().filter_map(|log| Some((*log.first()?, deepest(log)?)));
    let top = ends().map(|(top, _)| top).reduce(f64::max).unwrap_or(0.0);
    let bottom = ends().map(|(_, bottom)| bottom).reduce(f64::min).unwrap_or(top - 5.0);
    let pad = ((top - bottom) * 0.04).max(0.15);
    let longest = logs.iter().map(Vec::len).max().unwrap_or(0);
    let right = (longest.max(1) as f64).log10().max(0.3);
    let mut canvas = Canvas::new(options, MARGINS, (-0.03 * right, 1.02 * right), (bottom - pad, top + pad));
    let frame = canvas.frame();
    axes_of_ranks(&mut canvas);
    let ranks_x: Vec<f64> = (1..=longest).map(|rank| frame.x_rank(rank)).collect();
    let traces: Vec<Trace> = logs.iter().map(|log| thinned(log, &ranks_x, &frame)).collect();
    // The one that is looked at lies over the others.
    let (strong, others): (Vec<_>, Vec<_>) = lines.iter().zip(&traces).partition(|(line, _)| line.strong);
    for (line, trace) in others.into_iter().chain(strong) {
        let width = if line.strong { STRONG_WIDTH } else { WIDTH };
        let colour = colour(line.style, options.theme).to_rgba();
        canvas.stroked(&trace.places, colour, width, strokes(line.style));
    }
    let summary = summary(&logs, by_sum);
    Spectra { svg: canvas.finish(), frame: frame.pixels, summary, traces, ranks_x }
}

/// The points of a spectrum that are apart on the screen, as far as it is in the data area; the first and the last of these are always among them.
fn thinned(log: &[f64], ranks_x: &[f64], frame: &Frame) -> Trace {
    let mut trace = Trace::default();
    let mut push = |rank: usize, place: (f64, f64)| {
        trace.ranks.push(rank);
        trace.places.push(place);
    };
    let mut last_place: Option<(f64, f64)> = None;
    for (index, (&value, &x)) in log.iter().zip(ranks_x).enumerate() {
        if value < frame.low {
            let before = (index as f64).log10();
            let crossing = index
                .checked_sub(1)
                .and_then(|last| frame.clip((before, log[last]), (((index + 1) as f64).log10(), value)));
            if let Some((_, end)) = crossing {
                push(index + 1, end);
            }
            break;
        }
        let place = (x, frame.y(value));
        let apart = last_place.is_none_or(|last| {
            (place.0 - last.0).powi(2) + (place.1 - last.1).powi(2) >= CLOSEST_POINTS * CLOSEST_POINTS
        });
        if apart || index + 1 == log.len() {
            push(index + 1, place);
            last_place = Some(place);
        }
    }
    trace
}

fn summary(logs: &[Vec<f64>], by_sum: bool) -> String {
    let of_what = if by_sum { ", each divided by its sum" } else { "" };
    let lengths = logs.iter().map(Vec::len);
    let (Some(least), Some(most)) = (lengths.clone().min(), lengths.max()) else {
        return "An empty log–log plot: eigenvalue against rank.".to_owned();
    };
    let ranks =
        if least == most { group(most as u64) } else { format!("{} to {}", group(least as u64), group(most as u64)) };
    format!("Log–log plot of {} spectra of {ranks} usable eigenvalues{of_what}, against their rank.", logs.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: PlotOptions = PlotOptions { width: 640.0, height: 320.0, theme: Theme::Light };

    fn law(alpha: f64, count: u32, scale: f64) -> Line {
        let eigenvalues: Vec<f64> = (1..=count).map(|k| scale * f64::from(k).powf(-alpha)).collect();
        Line { total: eigenvalues.iter().sum(), eigenvalues, style: 0, strong: false }
    }

    /// Linear light of sRGB.
    fn linear(RGBColor(r, g, b): RGBColor) -> [f64; 3] {
        [r, g, b].map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn times(matrix: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
    }

    fn oklab(rgb: [f64; 3]) -> [f64; 3] {
        let lms = times(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ],
            rgb.map(|c| c.clamp(0.0, 1.0)),
        );
        times(
            [
                [0.2104542553, 0.7936177850, -0.0040720468],
                [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660],
            ],
            lms.map(f64::cbrt),
        )
    }

    #[test]
    fn colours_are_apart_for_every_sight_and_stand_out() {
        // Normal sight; protanopia, deuteranopia and tritanopia of Machado, Oliveira and Fernandes (2009), severity 1.
        let sights = [
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
        ];
        let luminance = |c| {
            let [r, g, b] = linear(c);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        for theme in [Theme::Light, Theme::Dark] {
            let paper = luminance(theme.colours().paper);
            for i in 0..6 {
                let ours = luminance(colour(i, theme));
                let contrast = (ours.max(paper) + 0.05) / (ours.min(paper) + 0.05);
                assert!(contrast >= 3.0, "{theme:?} {i}: {contrast}");
                for (j, sight) in (0..i).flat_map(|j| sights.map(|sight| (j, sight))) {
                    let seen = |number| oklab(times(sight, linear(colour(number, theme))));
                    let distance = seen(i).iter().zip(seen(j)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    assert!(distance > 0.18, "{theme:?} {i} and {j}: {distance}");
                }
            }
        }
    }

    #[test]
    fn twelve_styles_differ_in_colour_or_strokes() {
        for theme in [Theme::Light, Theme::Dark] {
            let styles: Vec<Style> = (0..24).map(|number| Style::new(number, theme)).collect();
            for (i, style) in styles.iter().enumerate() {
                assert!(styles[..i].iter().all(|other| other != style), "{i}");
            }
        }
    }

    #[test]
    fn each_spectrum_is_one_line_in_its_strokes() {
        let lines: Vec<Line> = (0..24).map(|style| Line { style, ..law(1.0, 100, 1.0) }).collect();
        let svg = spectra(&lines, true, OPTIONS).svg;
        let dashed: Vec<&str> =
            svg.split("stroke-dasharray=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(dashed, [["70 40"; 6], ["15 30"; 6], ["80 30 15 30"; 6]].concat());
        // The strokes are those of the spectra, which are drawn last.
        let polylines: Vec<&str> = svg.split("<polyline").collect();
        assert!(polylines[polylines.len() - 18..].iter().all(|line| line.contains("dasharray")));
    }

    #[test]
    fn spectra_of_any_length_are_drawn_once_a_pixel() {
        let picture = spectra(&[law(1.0, 2048, 1.0), law(0.5, 3, 1e9)], false, OPTIONS);
        assert!(picture.svg.len() < 60_000, "{}", picture.svg.len());
        assert_eq!(picture.summary, "Log–log plot of 2 spectra of 3 to 2,048 usable eigenvalues, against their rank.");
        for few in [vec![], vec![law(1.0, 0, 1.0)], vec![law(1.0, 1, 1.0)]] {
            let picture = spectra(&few, true, OPTIONS);
            assert!(picture.svg.contains("</svg>") && !picture.svg.contains("NaN"), "{few:?}");
        }
    }

    #[test]
    fn a_tail_that_plunges_leaves_the_picture() {
        let mut line = law(1.0, 400, 1.0);
        let rest = spectra(&[line.clone()], false, OPTIONS);
        line.eigenvalues.iter_mut().skip(395).for_each(|value| *value *= 1e-9);
        let plunging = spectra(&[line], false, OPTIONS);
        let deepest = |picture: &Spectra| {
            let numbers = picture.svg.split("points=\"").skip(1).filter_map(|after| after.split('"').next());
            numbers
                .flat_map(|points| points.split([',', ' ']))
                .filter_map(|n| n.parse::<f64>().ok())
                .fold(0.0, f64::max)
        };
        // The same axes, and nothing beyond them.
        assert!(plunging.svg.matches("<text").count() == rest.svg.matches("<text").count());
        assert_eq!(deepest(&plunging), deepest(&rest));
    }

    #[test]
    fn divided_by_their_sums_spectra_of_one_shape_are_one() {
        let at = |scale: f64| spectra(&[law(1.0, 100, scale)], true, OPTIONS).svg;
        assert_eq!(at(1.0), at(1e6));
        let raw = |scale: f64| spectra(&[law(1.0, 100, scale)], false, OPTIONS).svg;
        assert_ne!(raw(1.0), raw(1e6));
    }
}
