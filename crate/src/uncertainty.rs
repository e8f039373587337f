/*!
How far α can be trusted: its standard error, its interval, and how it changes with n.

All of it comes from spectra of parts of the rows. Row i is in block i mod B, and the covariance of any union of blocks
is known from the sums of each block alone, so that one pass over the rows is enough. α of these parts is fitted over
the window in view, with its weights.

The **standard error** is the delete-a-block jackknife's (Efron and Tibshirani 1993; Shao and Tu 1995). With α_j fitted
without block j and their mean ᾱ,

> SE = √((B − 1)/B · Σ_j (α_j − ᾱ)²),

and the 95 % interval is α ± t·SE, where t is the quantile of Student's distribution with B − 1 degrees of freedom: that
many independent differences the standard error is made of. It covers the mean of α over samples of this n; what α would
be with endless rows is another question, that of α(n). The standard error of the regression is never shown. It takes
eigenvalues for independent and is too small by half.

**α(n)** is α of the rows of blocks 0 … j: how it settles as rows are added.
*/

use serde::{Deserialize, Serialize};

use crate::error::group;
use crate::fit::contrast::Contrast;
use crate::fit::{Fit, Window};
use crate::moments::MIN_BLOCKS;
use crate::report::Sentence;

/// The chance that an interval covers what it is meant to.
pub const CONFIDENCE: f64 = 0.95;

/// A change of α that does not matter: the windows in use differ by ten times that on one and the same spectrum.
pub const TOLERANCE: f64 = 0.02;

/// α(n) says nothing about a trend with fewer points.
const MIN_POINTS: usize = 4;

/// Rows a column from which on nothing is said about bias.
pub(crate) const ENOUGH_ROWS: u64 = 4;

/// Eigenvalues of the covariance of a part of the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replicate {
    /// Rows of the part.
    pub n: u64,
    /// Leading ranks that a fit may use.
    pub usable_ranks: usize,
    /// The eigenvalues, largest first.
    pub eigenvalues: Vec<f64>,
}

/// The spectra of parts of the rows, made of interleaved blocks: row i is in block i mod B.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replicates {
    /// B.
    pub blocks: usize,
    /// Without block j, j = 0 … B − 1.
    pub without: Vec<Replicate>,
    /// Of blocks 0 … j; the last is of all rows. Unions of too few rows may be missing.
    pub unions: Vec<Replicate>,
}

/// The uncertainty of one α.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// The jackknife's standard error.
    pub standard_error: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Blocks that it was made from.
    pub blocks: usize,
    /// [`CONFIDENCE`].
    pub confidence: f64,
    /// α without block j.
    pub without_block: Vec<f64>,
}

/// α of the first blocks of rows, and whether it has settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlphaOfN {
    /// By n. Parts whose usable ranks do not reach the window's last are left out.
    pub points: Vec<AlphaAt>,
    /// The change over the last half of the rows, where it is known.
    pub trend: Option<Trend>,
    /// "settled", "still_moving" or "unknown", and a sentence.
    pub verdict: Sentence,
}

/// A point of α(n).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u64, f64)", into = "(u64, f64)")]
pub struct AlphaAt {
    /// Rows.
    pub n: u64,
    /// α of these rows.
    pub alpha: f64,
}

impl From<(u64, f64)> for AlphaAt {
    fn from((n, alpha): (u64, f64)) -> AlphaAt {
        AlphaAt { n, alpha }
    }
}

impl From<AlphaAt> for (u64, f64) {
    fn from(AlphaAt { n, alpha }: AlphaAt) -> (u64, f64) {
        (n, alpha)
    }
}

/// How α changed over the last half of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Half of the rows, as near as the blocks allow.
    pub since: u64,
    /// α of all rows less α of these.
    pub change: f64,
    /// What such a change comes to by chance: 95 of 100 are smaller.
    pub chance: f64,
}

impl Trend {
    /// Whether the change is more than chance.
    pub fn is_clear(&self) -> bool {
        self.change.abs() > self.chance
    }

    fn way(&self) -> &'static str {
        if self.change < 0.0 { "falls" } else { "rises" }
    }
}

/// The standard error and the interval of a fit.
///
/// # Errors
///
/// A sentence for the reader: `too_few_blocks` below [`MIN_BLOCKS`], `few_rows_for_interval` where a part of the rows
/// has no usable rank as far down as the window.
pub fn jackknife(replicates: &Replicates, fit: &Fit) -> Result<Uncertainty, Sentence> {
    let blocks = replicates.without.len();
    if blocks < MIN_BLOCKS {
        let there_are = match blocks {
            0 | 1 => "the rows are not split".to_owned(),
            many => format!("there are only {many}"),
        };
        let message = format!("An interval takes {MIN_BLOCKS} blocks of rows, and {there_are}.");
        return Err(sentence("too_few_blocks", message));
    }
    let usable = replicates.without.iter().map(|part| part.usable_ranks).min().unwrap_or(0);
    let alphas = contrast(fit).and_then(|contrast| {
        let alpha = |part: &Replicate| contrast.alpha(&part.eigenvalues, part.usable_ranks);
        replicates.without.iter().map(alpha).collect::<Option<Vec<f64>>>()
    });
    let Some(alphas) = alphas else {
        let message = format!(
            "Without a block of rows only {} ranks are usable, so a window up to rank {} has no interval.",
            group(usable as u64),
            group(fit.last as u64),
        );
        return Err(sentence("few_rows_for_interval", message));
    };
    let count = blocks as f64;
    let mean = alphas.iter().sum::<f64>() / count;
    let squares: f64 = alphas.iter().map(|alpha| (alpha - mean).powi(2)).sum();
    let standard_error = ((count - 1.0) / count * squares).sqrt();
    let reach = student_quantile(blocks - 1) * standard_error;
    Ok(Uncertainty {
        standard_error,
        low: fit.alpha - reach,
        high: fit.alpha + reach,
        blocks,
        confidence: CONFIDENCE,
        without_block: alphas,
    })
}

/// α of growing numbers of rows, and whether it has settled.
///
/// α has settled where it stays within [`TOLERANCE`] from half of the rows on. The first-order bias of sample
/// eigenvalues falls as 1/n (Lawley 1956), and then what α has still to go is what it has gone since half of the rows.
/// It is still moving where that change is more than the tolerance and more than chance. The rows of the half are among
/// all rows, so that of the variances SE²·n/n_half of the one and SE² of the other the difference is left: chance is
/// t·SE·√(n/n_half − 1). A change that is more than the tolerance but not more than chance leaves the question open.
pub fn alpha_of_n(replicates: &Replicates, fit: &Fit) -> AlphaOfN {
    let contrast = contrast(fit);
    let point = |part: &Replicate| {
        let alpha = contrast.as_ref()?.alpha(&part.eigenvalues, part.usable_ranks)?;
        Some(AlphaAt { n: part.n, alpha })
    };
    let points: Vec<AlphaAt> = replicates.unions.iter().filter_map(point).collect();
    let trend = jackknife(replicates, fit).ok().and_then(|uncertainty| trend(&points, &uncertainty));
    let verdict = verdict(&points, trend);
    AlphaOfN { points, trend, verdict }
}

/// Which way α of this window is off for want of rows, or `None` from four rows a column on and where the direction is
/// not clear.
///
/// Sample eigenvalues are too large at the head of a spectrum and too small in its tail, so α is too small over a
/// window that ends in the head and too large over one that reaches far into the tail. Where α(n) of the data itself
/// moves by more than chance, it says which. Else the window does: of simulated power laws (α 0.5 to 1.5, n/d 0.5 to
/// 3.9, weights 1/k), α was too small over all windows that end within the first quarter of the ranks and begin within
/// the first quarter of themselves, and too large over all that end past seven tenths of the ranks and begin at rank 4
/// or later, but for one that was right to 0.01.
pub fn bias(n: u64, d: u64, fit: &Fit, alpha_of_n: &AlphaOfN) -> Option<Sentence> {
    const HEAD: f64 = 0.25;
    const TAIL: f64 = 0.7;
    const FIRST_OF_HEAD: f64 = 0.25;
    const FIRST_OF_TAIL: usize = 4;
    if n >= ENOUGH_ROWS.saturating_mul(d) {
        return None;
    }
    if let Some(trend) = alpha_of_n.trend.filter(Trend::is_clear) {
        let (code, size) = if trend.change < 0.0 { ("biased_up", "large") } else { ("biased_down", "small") };
        let little = if trend.change.abs() > TOLERANCE { "" } else { "a little " };
        let message =
            format!("With so few rows this α is likely {little}too {size}: it {} as rows are added.", trend.way());
        return Some(sentence(code, message));
    }
    let ceiling = n.saturating_sub(1).min(d) as f64;
    let (first, last) = (fit.first as f64, fit.last as f64);
    if last <= HEAD * ceiling && first <= FIRST_OF_HEAD * last {
        let message =
            "With so few rows the head of the spectrum is too flat, so over this window α is likely too small.";
        return Some(sentence("biased_down", message.to_owned()));
    }
    if last >= TAIL * ceiling && fit.first >= FIRST_OF_TAIL {
        let message =
            "With so few rows the tail of the spectrum is too steep, so over this window α is likely too large.";
        return Some(sentence("biased_up", message.to_owned()));
    }
    None
}

fn contrast(fit: &Fit) -> Option<Contrast> {
    Contrast::new(Window { first: fit.first, last: fit.last }, fit.weight)
}

/// The change since half of the rows; `None` where no part has about half of them, or there are too few.
fn trend(points: &[AlphaAt], uncertainty: &Uncertainty) -> Option<Trend> {
    let all = points.last().filter(|_| points.len() >= MIN_POINTS)?;
    // Blocks differ by a row, and an odd number of them has no half.
    let slack = all.n / uncertainty.blocks as u64;
    let half = points.iter().rfind(|point| 2 * point.n <= all.n + slack)?;
    let chance = student_quantile(uncertainty.blocks - 1)
        * uncertainty.standard_error
        * (all.n as f64 / half.n as f64 - 1.0).sqrt();
    Some(Trend { since: half.n, change: all.alpha - half.alpha, chance })
}

fn verdict(points: &[AlphaAt], trend: Option<Trend>) -> Sentence {
    let (Some(all), Some(trend)) = (points.last(), trend) else {
        return sentence("unknown", "There are too few rows for this window to see whether α has settled.".to_owned());
    };
    let change = trend.change.abs();
    if change > TOLERANCE && trend.is_clear() {
        let way = trend.way();
        let message =
            format!("α still {way} with n: by {change:.2} over the last half of the rows; more rows would change it.");
        return sentence("still_moving", message);
    }
    let off = |point: &AlphaAt| (point.alpha - all.alpha).abs();
    let settled: Vec<&AlphaAt> = points.iter().rev().take_while(|point| off(point) <= TOLERANCE).collect();
    match settled.last() {
        Some(from) if from.n <= trend.since => {
            let most = settled.iter().map(|point| off(point)).fold(0.0, f64::max);
            // Rounded up, so that the sentence is true.
            let most = ((most * 1000.0).ceil() / 1000.0).max(0.001);
            let message = format!("α has settled: from n ≈ {} on it stays within ±{most}.", group(from.n));
            sentence("settled", message)
        }
        _ => {
            let most = points.iter().filter(|point| point.n >= trend.since).map(off).fold(0.0, f64::max);
            let message = format!(
                "Whether α has settled is open: over the last half of the rows it moves by {most:.2}, \
                 and by up to {:.2} chance alone may move it.",
                trend.chance,
            );
            sentence("unknown", message)
        }
    }
}

fn sentence(code: &str, message: String) -> Sentence {
    Sentence { code: code.to_owned(), message }
}

/// The t that Student's |T| of so many degrees of freedom ν ≥ 1 stays below with a chance of [`CONFIDENCE`].
///
/// With θ = atan(t/√ν) that chance is (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4), for odd and for even ν,
///
/// > 2/π·(θ + sin θ·(cos θ + 2/3·cos³θ + … + (2·4…(ν − 3))/(3·5…(ν − 2))·cos^(ν − 2) θ)),
/// > sin θ·(1 + 1/2·cos²θ + … + (1·3…(ν − 3))/(2·4…(ν − 2))·cos^(ν − 2) θ).
fn student_quantile(degrees: usize) -> f64 {
    // Each halving is a binary digit of θ.
    const HALVINGS: u32 = f64::MANTISSA_DIGITS + 2;
    let chance = |angle: f64| {
        let (sine, cosine) = angle.sin_cos();
        let odd = degrees % 2 == 1;
        let (mut term, mut sum) = (if odd { cosine } else { 1.0 }, 0.0);
        let mut power = usize::from(odd);
        while power + 2 <= degrees {
            sum += term;
            term *= cosine * cosine * (power + 1) as f64 / (power + 2) as f64;
            power += 2;
        }
        if odd { std::f64::consts::FRAC_2_PI * (angle + sine * sum) } else { sine * sum }
    };
    let (mut low, mut high) = (0.0, std::f64::consts::FRAC_PI_2);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if chance(middle) < CONFIDENCE { low = middle } else { high = middle }
    }
    (degrees as f64).sqrt() * low.tan()
}

#[cfg(test)]
mod tests;
