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
use crate::fit::Window;

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

fn colour(number: usize, theme: Theme) -> RGBColor {
    let colours = match theme {
        Theme::Light => LIGHT,
        Theme::Dark => DARK,
    };
    rgb(colours[number % colours.len()])
}

fn strokes(number: usize) -> &'static [f64] {
    STROKES[number / LIGHT.len() % STROKES.len()]
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
}

/// The log–log eigenspectra of several matrices, as they are or each divided by its sum, with the window of the fits.
pub fn spectra(lines: &[Line], by_sum: bool, window: Window, options: PlotOptions) -> Spectra {
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
    let edge = |rank: usize| frame.x_rank(rank.clamp(1, longest.max(1)));
    if window.first <= longest {
        canvas.shade(edge(window.first), edge(window.last));
    }
    axes_of_ranks(&mut canvas);
    // The one that is looked at lies over the others.
    let (strong, others): (Vec<_>, Vec<_>) = lines.iter().zip(&logs).partition(|(line, _)| line.strong);
    for (line, log) in others.into_iter().chain(strong) {
        let width = if line.strong { STRONG_WIDTH } else { WIDTH };
        let colour = colour(line.style, options.theme).to_rgba();
        for stroke in broken(&thinned(log, &frame), strokes(line.style)) {
            canvas.line(&stroke, colour, width);
        }
    }
    let summary = summary(&logs, by_sum);
    Spectra { svg: canvas.finish(), frame: frame.pixels, summary }
}

/// Pixels of the points of a spectrum that are apart on the screen, as far as it is in the data area; the first and the last of these are always among them.
fn thinned(log: &[f64], frame: &Frame) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (index, &value) in log.iter().enumerate() {
        if value < frame.low {
            let before = (index as f64).log10();
            let crossing = index
                .checked_sub(1)
                .and_then(|last| frame.clip((before, log[last]), (((index + 1) as f64).log10(), value)));
            points.extend(crossing.map(|(_, end)| end));
            break;
        }
        let point = (frame.x_rank(index + 1), frame.y(value));
        let apart = points.last().is_none_or(|last| (point.0 - last.0).hypot(point.1 - last.1) >= CLOSEST_POINTS);
        if apart || index + 1 == log.len() {
            points.push(point);
        }
    }
    points
}

/// A line in strokes and gaps that go on along it.
fn broken(points: &[(f64, f64)], strokes: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let (Some(&first), false) = (points.first(), strokes.is_empty()) else { return vec![points.to_vec()] };
    let mut pieces = Vec::new();
    let (mut at, mut left) = (0, strokes[0]);
    let mut piece = vec![first];
    for pair in points.windows(2) {
        let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
        let length = (to_x - x).hypot(to_y - y);
        let mut along = 0.0;
        while length - along > left {
            along += left;
            let part = along / length;
            let point = (x + part * (to_x - x), y + part * (to_y - y));
            // Even places are strokes, odd ones gaps.
            if at % 2 == 0 {
                piece.push(point);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![point];
            }
            at = (at + 1) % strokes.len();
            left = strokes[at];
        }
        left -= length - along;
        if at % 2 == 0 {
            piece.push((to_x, to_y));
        }
    }
    pieces.push(piece);
    pieces
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
    const WINDOW: Window = Window { first: 11, last: 100 };

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
    fn strokes_go_on_around_corners() {
        let points = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)];
        let pieces = broken(&points, &[7.0, 4.0]);
        assert_eq!(pieces, [vec![(0.0, 0.0), (7.0, 0.0)], vec![(10.0, 1.0), (10.0, 8.0)], vec![]]);
        assert_eq!(broken(&points, &[]), [points.to_vec()]);
        assert!(broken(&[], &[7.0, 4.0]).iter().all(Vec::is_empty));
    }

    #[test]
    fn spectra_of_any_length_are_drawn_once_a_pixel() {
        let picture = spectra(&[law(1.0, 2048, 1.0), law(0.5, 3, 1e9)], false, WINDOW, OPTIONS);
        assert!(picture.svg.len() < 60_000, "{}", picture.svg.len());
        assert_eq!(picture.summary, "Log–log plot of 2 spectra of 3 to 2,048 usable eigenvalues, against their rank.");
        for few in [vec![], vec![law(1.0, 0, 1.0)], vec![law(1.0, 1, 1.0)]] {
            let picture = spectra(&few, true, WINDOW, OPTIONS);
            assert!(picture.svg.contains("</svg>") && !picture.svg.contains("NaN"), "{few:?}");
        }
    }

    #[test]
    fn a_tail_that_plunges_leaves_the_picture() {
        let mut line = law(1.0, 400, 1.0);
        let rest = spectra(&[line.clone()], false, WINDOW, OPTIONS);
        line.eigenvalues.iter_mut().skip(395).for_each(|value| *value *= 1e-9);
        let plunging = spectra(&[line], false, WINDOW, OPTIONS);
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
        let at = |scale: f64| spectra(&[law(1.0, 100, scale)], true, WINDOW, OPTIONS).svg;
        assert_eq!(at(1.0), at(1e6));
        let raw = |scale: f64| spectra(&[law(1.0, 100, scale)], false, WINDOW, OPTIONS).svg;
        assert_ne!(raw(1.0), raw(1e6));
    }
}
