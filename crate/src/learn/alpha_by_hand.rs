/*!
Lesson 2, *α by hand*: what a power law λ_k = k^−α of d directions is like, for any α.

All numbers are of the population: no sample, and nothing estimated.
*/

use serde::Serialize;

use super::finite_n::line;
use crate::error::Result;
use crate::fit::map::decimal;
use crate::metrics::{self, Metrics};
use crate::plot::{self, PlotOptions, Spectra, Theme};
use crate::source::Number;
use crate::synth::{Features, Law, Recipe};

/// d.
pub const COLUMNS: usize = 256;

/// Rows of the strip.
pub const ROWS: usize = 64;

/// The laws that are drawn beside the chosen one.
const BESIDE: [f64; 4] = [0.0, 1.0, 2.0, 3.0];

/// Standard deviations at which the strip's colours are full.
const REACH: f64 = 2.5;

/// The numbers beside the pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// Share of the variance that the first direction has.
    pub first_share: f64,
    /// exp of the entropy of the shares (Roy and Vetterli 2007).
    pub effective_rank: f64,
    /// The same of singular values, √λ: RankMe (Garrido et al. 2023).
    pub rankme: f64,
    /// (Σλ)²/Σλ².
    pub participation_ratio: f64,
    /// Directions that hold 90 % of the variance.
    pub for_90: usize,
    /// All of it in words.
    pub summary: String,
}

fn variances(alpha: f64) -> Vec<f64> {
    Law::PowerLaw { alpha }.variances(COLUMNS)
}

fn metrics_of(values: &[f64]) -> Metrics {
    metrics::of(values, None, Some(values.len() as u64), values.len(), values.iter().sum())
}

/// The numbers of k^−α.
pub fn numbers(alpha: f64) -> Numbers {
    let values = variances(alpha);
    let roots: Vec<f64> = values.iter().map(|value| value.sqrt()).collect();
    let metrics = metrics_of(&values);
    // RankMe takes the shares of singular values where this takes those of eigenvalues: of √λ the one is the other.
    let rankme = metrics_of(&roots).rankme_eigenvalues.unwrap_or(f64::NAN);
    let for_90 = metrics.components_for.map_or(COLUMNS, |count| count.p90);
    let first_share = metrics.first_component_share;
    let effective_rank = metrics.effective_rank_centred_variance;
    let summary = format!(
        "α = {}. The first of {COLUMNS} directions has {} percent of the variance, and {for_90} hold 90 percent of it. Effective rank {}, RankMe {}, participation ratio {}.",
        decimal(alpha, 2),
        decimal(100.0 * first_share, 1),
        decimal(effective_rank, 1),
        decimal(rankme, 1),
        decimal(metrics.participation_ratio, 1),
    );
    Numbers { first_share, effective_rank, rankme, participation_ratio: metrics.participation_ratio, for_90, summary }
}

/// The spectrum of k^−α among those of α = 0, 1, 2 and 3, which keep the axes where they are.
pub fn picture(alpha: f64, options: PlotOptions) -> Spectra {
    let beside = BESIDE.iter().enumerate().map(|(index, &alpha)| line(&variances(alpha), index + 1));
    let chosen = plot::Line { strong: true, ..line(&variances(alpha), 0) };
    let drawn = plot::spectra(&beside.chain([chosen]).collect::<Vec<_>>(), false, options);
    let summary = format!(
        "The eigenvalues of k to the power of minus {}, log–log: a straight line, beside those of α = 0, 1, 2 and 3.",
        decimal(alpha, 2)
    );
    Spectra { summary, ..drawn }
}

/// Features with that spectrum, [`ROWS`] rows of [`COLUMNS`] numbers in a random basis, as an image: red, green, blue and opacity of each number.
///
/// # Errors
///
/// Those of [`Recipe::check`].
pub fn strip(alpha: f64, seed: u32, theme: Theme) -> Result<Vec<u8>> {
    let recipe = Recipe {
        law: Law::PowerLaw { alpha },
        rows: ROWS as u64,
        columns: COLUMNS as u64,
        noise: 0.0,
        mean: 0.0,
        rotated: true,
        number: Number::Float64,
        seed,
    };
    let mut features = Features::new(recipe)?;
    let mut values = vec![0.0; ROWS * COLUMNS];
    for (row, out) in values.chunks_exact_mut(COLUMNS).enumerate() {
        features.row(row as u64, out);
    }
    let deviation = (values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64).sqrt();
    Ok(plot::image(&values, REACH * deviation, theme))
}

/// What the strip shows, in words.
pub fn strip_in_words(alpha: f64) -> String {
    let first = numbers(alpha).first_share;
    let seen = if first < 0.1 {
        "no pattern returns from row to row"
    } else if first < 0.5 {
        "a few patterns return, mixed with much else"
    } else {
        "all rows are nearly one pattern, stronger or weaker, upright or inverted"
    };
    format!("{ROWS} rows of {COLUMNS} features as an image: {seen}.")
}
