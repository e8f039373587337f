/*!
How far α would move with other rows: a delete-a-block jackknife, and α as a function of n.

Rows are kept in B interleaved blocks (row i is in block i mod B), and each block's sums are taken off the whole in turn:

> SE = √((B − 1)/B · Σ_j (α_j − ᾱ)²), α_j without block j (Shao and Tu 1995).

The 95 % interval is α ± t·SE with Student's t for B − 1 degrees of freedom. The regression's own standard error is no substitute: it takes eigenvalues for
independent, and comes out several times too small. Rows that belong together (views of one image, frames of one film, tokens of one text) make even this one too small,
unless whole groups fall into one block.

Unions of the first blocks give α of a part of the rows, and show whether it has settled.
*/

use serde::{Deserialize, Serialize};

use crate::error::group;
use crate::fit::{Fit, Window, power_law};
use crate::moments::MIN_BLOCKS;
use crate::report::Sentence;

/// Eigenvalues of the covariance of a part of the rows, largest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replicate {
    /// Rows of the part.
    pub n: u64,
    /// Leading ranks that a fit may use.
    pub usable_ranks: usize,
    /// The eigenvalues.
    pub eigenvalues: Vec<f64>,
}

impl Replicate {
    /// The same fit to this part; `None` where its ranks do not reach.
    fn alpha(&self, &Fit { first, last, weight, .. }: &Fit) -> Option<f64> {
        if self.usable_ranks < last {
            return None;
        }
        power_law(&self.eigenvalues, self.usable_ranks, Window { first, last }, weight).ok().map(|fit| fit.alpha)
    }
}

/// The spectra of parts of the rows, from the moments of interleaved blocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replicates {
    /// Number of blocks, B.
    pub blocks: usize,
    /// All rows but those of block j, j = 0 … B − 1.
    pub without: Vec<Replicate>,
    /// The rows of the first blocks, 1 of them, 2, … and all (leaving out unions that have no spectrum).
    pub unions: Vec<Replicate>,
}

/// The uncertainty of α.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// The jackknife's standard error.
    pub standard_error: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// 0.95.
    pub confidence: f64,
    /// Number of blocks, B.
    pub blocks: usize,
    /// α without each block in turn.
    pub without_block: Vec<f64>,
}

/// The part of samples whose interval holds the true value.
const CONFIDENCE: f64 = 0.95;

/// Student's t: the quantile 0.975 for 3, 4, … 9 degrees of freedom, from the fewest blocks that are used to the most (SciPy's `stats.t.ppf`, and to all digits from its definition).
const STUDENT: [f64; 7] = [
    3.1824463052837096,
    2.7764451051977944,
    2.5705818356363155,
    2.44691185114497,
    2.364624251592785,
    2.3060041352041667,
    2.2621571627982055,
];

/// The jackknife of a fit.
///
/// # Errors
///
/// A sentence that says why there is no interval: `too_few_blocks`, `few_rows_for_interval`.
pub fn jackknife(replicates: &Replicates, fit: &Fit) -> std::result::Result<Uncertainty, Sentence> {
    let blocks = replicates.without.len();
    let quantile = blocks.checked_sub(MIN_BLOCKS).and_then(|index| STUDENT.get(index));
    let Some(quantile) = quantile else {
        return Err(sentence(
            "too_few_blocks",
            "There is no interval: there are too few rows for blocks of them, or too many columns for the memory that blocks take.".to_owned(),
        ));
    };
    let alphas: Option<Vec<f64>> = replicates.without.iter().map(|replicate| replicate.alpha(fit)).collect();
    let Some(without_block) = alphas else {
        return Err(sentence(
            "few_rows_for_interval",
            format!(
                "There is no interval: without a block of rows, the ranks do not reach {}.",
                group(fit.last as u64)
            ),
        ));
    };
    let count = blocks as f64;
    let mean = without_block.iter().sum::<f64>() / count;
    let squares: f64 = without_block.iter().map(|alpha| (alpha - mean).powi(2)).sum();
    let standard_error = ((count - 1.0) / count * squares).sqrt();
    Ok(Uncertainty {
        standard_error,
        low: fit.alpha - quantile * standard_error,
        high: fit.alpha + quantile * standard_error,
        confidence: CONFIDENCE,
        blocks,
        without_block,
    })
}

/// α of a growing part of the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlphaOfN {
    /// n and α, n ascending. Parts whose ranks do not reach the window's last are left out.
    pub points: Vec<(u64, f64)>,
    /// Whether α has settled: "settled", "still_moving" or "unknown".
    pub verdict: Sentence,
}

/// A change of α by less than this is of no account: windows and checkpoints differ by more.
const MATERIAL: f64 = 0.01;

/// α of about this part of the rows is compared with that of all.
const HALF: f64 = 0.5;

/// How α settles with n, and whether it has: it has when over the second half of the rows it moved by no more than two standard errors, or by less than
/// what is of account.
pub fn alpha_of_n(replicates: &Replicates, fit: &Fit, uncertainty: Option<&Uncertainty>) -> AlphaOfN {
    let points: Vec<(u64, f64)> =
        replicates.unions.iter().filter_map(|replicate| Some((replicate.n, replicate.alpha(fit)?))).collect();
    let verdict = verdict(&points, uncertainty);
    AlphaOfN { points, verdict }
}

fn verdict(points: &[(u64, f64)], uncertainty: Option<&Uncertainty>) -> Sentence {
    let allowed = uncertainty.map_or(MATERIAL, |found| (2.0 * found.standard_error).max(MATERIAL));
    let Some(&(all, alpha)) = points.last() else { return unknown() };
    let half = points.iter().rev().find(|(n, _)| *n as f64 <= (HALF + 0.05) * all as f64);
    let Some(&(half, alpha_of_half)) = half else { return unknown() };
    let change = alpha - alpha_of_half;
    if change.abs() > allowed {
        let (verb, by) = if change > 0.0 { ("rises", change) } else { ("falls", -change) };
        return sentence(
            "still_moving",
            format!(
                "α still {verb} with n: by {by:.3} from {} to {} rows. More rows would change it.",
                group(half),
                group(all)
            ),
        );
    }
    let settled = points.iter().rev().take_while(|(_, other)| (other - alpha).abs() <= allowed).last();
    let from = settled.map_or(all, |(n, _)| *n);
    sentence("settled", format!("α has settled: from n = {} on it stays within ±{allowed:.3}.", group(from)))
}

fn unknown() -> Sentence {
    sentence(
        "unknown",
        "There are too few rows to see whether α has settled: half of them do not reach the window's last rank."
            .to_owned(),
    )
}

/// Fewer rows a column than this leave a bias in the spectrum that shows.
pub const ROWS_PER_COLUMN: u64 = 4;

/// A window whose last rank lies beyond this part of the rank ceiling reaches into the tail.
const TAIL: f64 = 0.5;

/// In which direction α is off where there are few rows: the data's own trend where there is one, otherwise what theory says of the window. A sample's
/// first eigenvalues are too large and its last too small, so that α of a window in the head comes out too low and of one that reaches far into the tail too high.
pub fn bias(n: u64, d: u64, fit: &Fit, alpha_of_n: Option<&AlphaOfN>) -> Option<Sentence> {
    if n >= ROWS_PER_COLUMN * d {
        return None;
    }
    let trend = alpha_of_n.filter(|found| found.verdict.code == "still_moving").and_then(|found| {
        let (first, last) = (found.points.first()?.1, found.points.last()?.1);
        Some(last < first)
    });
    let ceiling = n.saturating_sub(1).min(d) as f64;
    let (too_high, why) = match trend {
        Some(falling) => (falling, "it still moves that way as rows are added"),
        None if fit.last as f64 > TAIL * ceiling => (true, "the window reaches into the tail, which is underestimated"),
        None => (false, "the window lies in the head, which is flattened"),
    };
    let (code, direction) = if too_high { ("biased_up", "high") } else { ("biased_down", "low") };
    Some(sentence(code, format!("With n below 4d, α of this window is probably too {direction}: {why}.")))
}

fn sentence(code: &str, message: String) -> Sentence {
    Sentence { code: code.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::Weight;

    /// Eigenvalues k^−α, for which every fit gives α.
    fn replicate(n: u64, alpha: f64) -> Replicate {
        let eigenvalues = (1..=100).map(|k| f64::from(k).powf(-alpha)).collect();
        Replicate { n, usable_ranks: 100.min(n as usize - 1), eigenvalues }
    }

    fn fit(alpha: f64) -> Fit {
        power_law(&replicate(1000, alpha).eigenvalues, 100, Window { first: 5, last: 60 }, Weight::InverseRank).unwrap()
    }

    const ALPHAS: [f64; 10] = [0.9, 0.92, 0.905, 0.93, 0.91, 0.915, 0.9, 0.94, 0.91, 0.925];

    fn replicates(alpha_of_n: impl Fn(u64) -> f64) -> Replicates {
        Replicates {
            blocks: 10,
            without: ALPHAS.iter().map(|&alpha| replicate(900, alpha)).collect(),
            unions: (1..=10).map(|i| replicate(100 * i, alpha_of_n(100 * i))).collect(),
        }
    }

    #[test]
    fn the_standard_error_is_numpys_and_the_interval_students() {
        // np.sqrt(9 / 10 * np.sum((a - a.mean())**2)); scipy.stats.t.ppf(0.975, 9)
        let found = jackknife(&replicates(|_| 0.9), &fit(0.91)).unwrap();
        assert!((found.standard_error - STANDARD_ERROR).abs() < 1e-12, "{}", found.standard_error);
        assert!((found.high - 0.91 - 2.2621571627982055 * STANDARD_ERROR).abs() < 1e-12);
        assert!((found.low + found.high - 1.82).abs() < 1e-12);
        assert_eq!(found.blocks, 10);
    }

    const STANDARD_ERROR: f64 = 0.03761980861195333;

    #[test]
    fn no_interval_without_blocks_or_ranks() {
        let mut few = replicates(|_| 0.9);
        few.without.truncate(3);
        assert_eq!(jackknife(&few, &fit(0.9)).unwrap_err().code, "too_few_blocks");
        let mut short = replicates(|_| 0.9);
        short.without[4].usable_ranks = 59;
        assert_eq!(jackknife(&short, &fit(0.9)).unwrap_err().code, "few_rows_for_interval");
    }

    #[test]
    fn what_moves_with_n_has_not_settled() {
        let verdict = |alpha: fn(u64) -> f64| alpha_of_n(&replicates(alpha), &fit(0.9), None).verdict;
        let falling = verdict(|n| 0.9 + 100.0 / n as f64);
        assert_eq!(falling.code, "still_moving");
        assert_eq!(
            falling.message,
            "α still falls with n: by 0.100 from 500 to 1,000 rows. More rows would change it."
        );
        let settled = verdict(|n| if n < 300 { 0.8 } else { 0.9 });
        assert_eq!(settled.message, "α has settled: from n = 300 on it stays within ±0.010.");
        // The ranks of 50 rows do not reach 60.
        let mut few = replicates(|_| 0.9);
        few.unions.drain(..6);
        assert_eq!(alpha_of_n(&few, &fit(0.9), None).verdict.code, "unknown");
    }

    #[test]
    fn the_direction_of_the_bias_follows_the_data_and_else_the_window() {
        let found = |last: usize, points: fn(u64) -> f64| {
            let fit = Fit { last, ..fit(0.9) };
            let growing = alpha_of_n(&replicates(points), &fit, None);
            bias(300, 100, &fit, Some(&growing)).unwrap().code
        };
        assert_eq!(found(30, |_| 0.9), "biased_down");
        assert_eq!(found(80, |_| 0.9), "biased_up");
        assert_eq!(found(30, |n| 0.9 + 50.0 / n as f64), "biased_up");
        assert_eq!(found(80, |n| 0.9 - 50.0 / n as f64), "biased_down");
        assert_eq!(bias(400, 100, &fit(0.9), None), None);
    }
}
