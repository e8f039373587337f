/*! The lesson's pictures, and what they show in words. */

use serde::Serialize;

use super::curves::{ALPHAS, Along, Curves, Kind, Place, ROWS, Settings, best_alpha};
use super::{FEATURES, Ridge, Worth};
use crate::error::group;
use crate::fit::map::decimal;
use crate::plot::chart::{Axis, Hairline, Scale, Series, chart};
use crate::plot::{Figure, PlotOptions};

/// Error that is drawn. The least is no more than a thousandth of the target, the most thirty times the target.
const ERRORS: (f64, f64) = (1e-3, 30.0);
const ACCURACIES: (f64, f64) = (0.5, 1.0);
/// Styles of the levels of noise, as in `plot::spectra`: through, dashed, dotted, each in a colour.
const STYLES: [usize; 3] = [0, 7, 14];

/// What is best along α, and what is said of both figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// α that is best at each level of noise; none where it does not matter.
    pub best: [Option<f64>; 3],
    /// Errors there.
    pub errors: [f64; 3],
    /// Parts of fresh rows there that are classified rightly.
    pub accuracies: [f64; 3],
    /// In words.
    pub summary: String,
}

/// Of both curves.
pub fn numbers(curves: &Curves) -> Numbers {
    let (settings, curve) = (curves.settings(), curves.along(Along::Alpha));
    let best = [0, 1, 2].map(|level| best_alpha(curve, level, settings.labels));
    Numbers {
        best: best.map(|(alpha, _)| matters(settings).then_some(alpha)),
        errors: best.map(|(_, worth)| worth.error),
        accuracies: best.map(|(_, worth)| worth.accuracy),
        summary: format!(
            "{} {}",
            along_alpha_in_words(settings, curve),
            along_rows_in_words(settings, curves.along(Along::Rows))
        ),
    }
}

/// A figure with the dots that there are so far.
pub fn figure(curves: &Curves, along: Along, dots: &[Place], options: PlotOptions) -> Figure {
    let (settings, curve) = (curves.settings(), curves.along(along));
    let kind = settings.labels;
    let value = |worth: &Worth| match kind {
        Kind::Numbers => worth.error,
        Kind::Classes => worth.accuracy,
    };
    let series: Vec<Series> = (0..3)
        .map(|level| {
            let points = |places: &[Place]| places.iter().map(|place| (place.at, value(&place.worth[level]))).collect();
            let ringed = (along == Along::Alpha && matters(settings)).then(|| {
                let (alpha, worth) = best_alpha(curve, level, kind);
                (alpha, value(&worth))
            });
            Series {
                curve: points(curve),
                dots: points(dots),
                ringed,
                label: level_in_words(kind, level).to_owned(),
                style: STYLES[level],
            }
        })
        .collect();
    let x = match along {
        Along::Rows => {
            Axis { ends: (ROWS.0 as f64, ROWS.1 as f64), scale: Scale::Logarithmic, title: "rows", symbol: "n" }
        }
        Along::Alpha => Axis { ends: ALPHAS, scale: Scale::Linear, title: "exponent of the features", symbol: "α" },
    };
    let y = match kind {
        Kind::Numbers => Axis { ends: ERRORS, scale: Scale::Logarithmic, title: "error on fresh rows", symbol: "" },
        Kind::Classes => {
            Axis { ends: ACCURACIES, scale: Scale::Percent, title: "fresh rows classified rightly", symbol: "" }
        }
    };
    let hairlines = match along {
        Along::Rows => vec![
            Hairline { at: FEATURES as f64, label: format!("n = d = {FEATURES}"), across: false },
            Hairline { at: settings.rows as f64, label: format!("n = {}", settings.rows), across: false },
        ],
        Along::Alpha => {
            vec![Hairline { at: settings.alpha, label: format!("α = {}", decimal(settings.alpha, 2)), across: false }]
        }
    };
    // The same number twice is one line.
    let hairlines = if settings.rows == FEATURES && along == Along::Rows { &hairlines[..1] } else { &hairlines[..] };
    let summary = match along {
        Along::Rows => along_rows_in_words(settings, curve),
        Along::Alpha => along_alpha_in_words(settings, curve),
    };
    chart(x, y, &series, hairlines, summary, options)
}

/// Whether α matters at all: it does not where rows are more than features and nothing holds the fit back.
fn matters(settings: &Settings) -> bool {
    settings.rows < FEATURES || settings.ridge != Ridge::Fixed(0.0)
}

fn level_in_words(kind: Kind, level: usize) -> &'static str {
    match kind {
        Kind::Numbers => ["no noise", "noise ¼ of the target", "noise as large as the target"][level],
        Kind::Classes => ["no label flipped", "20 % flipped", "40 % flipped"][level],
    }
}

fn worth_in_words(kind: Kind, worth: &Worth) -> String {
    match kind {
        Kind::Numbers if worth.error.is_infinite() => "an error without bound".to_owned(),
        Kind::Numbers => format!("error {}", decimal(worth.error, if worth.error < 0.1 { 3 } else { 2 })),
        Kind::Classes => format!("{} % right", decimal(worth.accuracy * 100.0, 1)),
    }
}

fn ridge_in_words(ridge: Ridge) -> String {
    match ridge {
        Ridge::Fixed(0.0) => "Without a ridge".to_owned(),
        Ridge::Fixed(ridge) => format!("With a ridge of {ridge}"),
        Ridge::Best => "With the best ridge for each".to_owned(),
    }
}

fn along_alpha_in_words(settings: &Settings, curve: &[Place]) -> String {
    let kind = settings.labels;
    let rows = group(settings.rows as u64);
    let ridge = ridge_in_words(settings.ridge);
    if !matters(settings) {
        let worth = &curve[0].worth;
        if settings.rows == FEATURES {
            return format!("{ridge} and with as many rows as features, the error has no bound, whatever α.");
        }
        let each: Vec<String> = (0..3)
            .map(|level| format!("{} with {}", worth_in_words(kind, &worth[level]), level_in_words(kind, level)))
            .collect();
        return format!("{ridge} and with {rows} rows, more than features, α does not matter: {}.", each.join(", "));
    }
    let each: Vec<String> = (0..3)
        .map(|level| {
            let (alpha, worth) = best_alpha(curve, level, kind);
            format!("α = {} with {} ({})", decimal(alpha, 2), level_in_words(kind, level), worth_in_words(kind, &worth))
        })
        .collect();
    format!(
        "{ridge}, from {rows} rows of {FEATURES} features, a target of smoothness {} is learned best at {}.",
        decimal(settings.smoothness, 1),
        each.join(", ")
    )
}

fn along_rows_in_words(settings: &Settings, curve: &[Place]) -> String {
    let kind = settings.labels;
    // The middle level, at the fewest, as many as features, and the most rows.
    let level = 1;
    let near = |n: f64| {
        let place = curve.iter().min_by(|a, b| (a.at / n).ln().abs().total_cmp(&(b.at / n).ln().abs()));
        place.map_or_else(String::new, |place| worth_in_words(kind, &place.worth[level]))
    };
    format!(
        "{}, at α = {}, with {}: {} from 32 rows, {} from {}, {} just beside n = d = {FEATURES}, {} from {}.",
        ridge_in_words(settings.ridge),
        decimal(settings.alpha, 2),
        level_in_words(kind, level),
        near(32.0),
        near(128.0),
        128,
        near(FEATURES as f64 * 1.003),
        near(ROWS.1 as f64),
        group(ROWS.1 as u64),
    )
}
