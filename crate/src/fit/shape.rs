/*!
Does one power law describe the spectrum at all?

log–log R² cannot tell: it is above 0.95 for nearly everything. This module gathers what can, for the window in view:
the [local slope](super::local), the residuals, the curvature, and [other models](super::alternatives); with the
comparison of [one power law with two](super::broken), which does not depend on the window, it ends in one sentence.

A sample of few rows bends every spectrum. How much a single law's would bend in this window, for this n and d, is
computed ([`expected`](super::expected)), and only a bend beyond that counts: the change of slope that is left must
exceed [`BENT`] and two and a half of its standard errors. Of Gaussian single laws that leaves fewer than one window in
twenty called bent; the tests have the rates.
*/

use serde::{Deserialize, Serialize};

use super::alternatives::{Alternative, alternatives};
use super::broken::{Broken, Chosen};
use super::expected::{expected, population};
use super::local::{Curvature, LocalSlope, Residuals, curvature, local_slope, residuals};
use super::{Fit, MIN_RANKS, Window};
use crate::report::Sentence;

/// A change of slope across the window that matters: with one twice as large as [`broken`](super::broken) asks for,
/// the two halves of the window have exponents that far apart.
pub const BENT: f64 = 0.2;

/// Standard errors that the change of slope has to exceed as well: by chance it does in one window of eighty.
const STANDARD_ERRORS: f64 = 2.5;

/// The shape of a spectrum, as seen from one window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// −d log λ / d log k along the ranks.
    pub local_slope: LocalSlope,
    /// Residuals from the fitted line at all ranks.
    pub residuals: Residuals,
    /// The bend over the window, but for the last tenth of the ranks that a sample has.
    pub curvature: Curvature,
    /// How much of [`Curvature::change`] is of the sample: what a single power law shows with this n and d, or, where
    /// two fit better and meet outside the window, what these show. `None` with too few ranks to know, or where n is not known.
    pub change_by_sampling: Option<f64>,
    /// Other models over the window, best first.
    pub alternatives: Vec<Alternative>,
    /// What follows.
    pub verdict: Sentence,
}

/// The shape of a spectrum around a fit.
///
/// `eigenvalues` are all d, largest first, and positive up to rank `usable`, of which `fit` is; n rows were centred, if
/// that is known; `broken` is the [comparison](super::broken::broken) of the same spectrum.
pub fn shape(eigenvalues: &[f64], usable: usize, n: Option<u64>, fit: &Fit, broken: Option<&Broken>) -> Shape {
    let log_values: Vec<f64> = eigenvalues[..usable].iter().map(|value| value.ln()).collect();
    let window = Window { first: fit.first, last: fit.last };
    let freedom = n.map(|n| usize::try_from(n.saturating_sub(1)).unwrap_or(usize::MAX).max(1));
    let local_slope = local_slope(&log_values);
    let bending = without_the_end(window, freedom.map_or(eigenvalues.len(), |most| eigenvalues.len().min(most)));
    let curvature = curvature(&log_values, bending, freedom);
    let change_by_sampling = broken.and_then(|broken| {
        let (d, freedom) = population(eigenvalues.len(), usable, n?)?;
        // One law in this window may be a piece of two.
        let two = broken.chosen == Chosen::Broken && !inside(broken, window);
        let law = |rank: f64| if two { broken.log_value(rank) } else { -broken.alpha * rank.ln() };
        let sample = expected(law, d, freedom, bending.last);
        (sample.len() == bending.last).then(|| super::local::curvature(&sample, bending, Some(freedom)).change)
    });
    Shape {
        verdict: if fit.is_flat() {
            let message =
                "All eigenvalues in this window are equal, to within rounding: a flat spectrum, whose α is 0.";
            sentence("flat", message.to_owned())
        } else {
            verdict(&local_slope, &curvature, change_by_sampling, broken, window)
        },
        residuals: residuals(&log_values, fit.alpha, fit.log_prefactor),
        alternatives: if fit.is_flat() { Vec::new() } else { alternatives(&log_values, window, freedom) },
        local_slope,
        curvature,
        change_by_sampling,
    }
}

/// The window but for the last tenth of the ranks that a sample has, if that leaves three. Near n = d these fall
/// towards nothing, and no model of theirs is exact enough to be subtracted.
fn without_the_end(window: Window, ceiling: usize) -> Window {
    let last = window.last.min(ceiling - ceiling / 10);
    if last < window.first + MIN_RANKS - 1 { window } else { Window { last, ..window } }
}

/// Whether both laws are seen in the window.
fn inside(broken: &Broken, window: Window) -> bool {
    window.first < broken.break_rank && broken.break_rank < window.last
}

/// One sentence, of a spectrum that is not flat: "two_laws" where the break is inside the window, else "bent", else "one_law"; "needs_n" where n is not known.
pub fn verdict(
    local: &LocalSlope,
    curvature: &Curvature,
    change_by_sampling: Option<f64>,
    broken: Option<&Broken>,
    window: Window,
) -> Sentence {
    if let Some(broken) = broken.filter(|broken| broken.chosen == Chosen::Broken && inside(broken, window)) {
        let Broken { alpha_before, break_rank, alpha_after, .. } = broken;
        let message = format!(
            "Two power laws fit better than one: {alpha_before:.2} up to rank {break_rank}, then {alpha_after:.2}."
        );
        return sentence("two_laws", message);
    }
    let Curvature { slope_first, slope_last, change, change_error, .. } = *curvature;
    let seen = across(local, curvature, window);
    let Some(change_error) = change_error else {
        let message =
            format!("Without the numbers of rows and columns it cannot be told whether one power law fits: {seen}.");
        return sentence("needs_n", message);
    };
    let left = change - change_by_sampling.unwrap_or(0.0);
    if left.abs() > BENT.max(STANDARD_ERRORS * change_error) {
        let how = match (left > 0.0, change > 0.0) {
            (true, true) => format!("The slope keeps steepening, from {slope_first:.2} to {slope_last:.2}"),
            (false, false) => format!("The slope keeps flattening, from {slope_first:.2} to {slope_last:.2}"),
            // The features bend against the sample.
            (true, false) => "The slope flattens less than in a sample of this size it should".to_owned(),
            (false, true) => "The slope steepens less than in a sample of this size it should".to_owned(),
        };
        return sentence("bent", format!("{how}: no single power law in this window."));
    }
    let message = if change.abs() > BENT.max(STANDARD_ERRORS * change_error) {
        format!("One power law fits, bent as a sample of so few rows bends it: {seen}.")
    } else {
        format!("One power law fits: {seen}.")
    };
    sentence("one_law", message)
}

/// Between which values the local slope lies.
fn across(local: &LocalSlope, curvature: &Curvature, window: Window) -> String {
    let Curvature { slope_first, slope_last, last, .. } = *curvature;
    let within = local.ranks.iter().zip(&local.slopes);
    let within = within.filter(|&(&rank, _)| rank >= window.first as f64 && rank <= last as f64);
    let (low, high) =
        within.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, &slope)| (low.min(slope), high.max(slope)));
    let (low, high) =
        if low <= high { (low, high) } else { (slope_first.min(slope_last), slope_first.max(slope_last)) };
    format!("local slope {low:.2} to {high:.2} across the window")
}

fn sentence(code: &str, message: String) -> Sentence {
    Sentence { code: code.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::broken::broken;
    use crate::fit::simulate::{mouse_population, power_law_population, sample_eigenvalues};
    use crate::fit::{Weight, power_law};
    use crate::synth::random::Random;

    fn shape_of(eigenvalues: &[f64], n: u64, first: usize, last: usize) -> Shape {
        let usable = eigenvalues.len().min(n as usize - 1);
        let fit = power_law(eigenvalues, usable, Window { first, last }, Weight::InverseRank).unwrap();
        shape(eigenvalues, usable, Some(n), &fit, broken(eigenvalues, usable, n).as_ref())
    }

    #[test]
    fn a_sample_of_one_law_has_one_law_in_every_window() {
        const RUNS: usize = 40;
        for alpha in [0.5, 1.0, 1.5] {
            for n in [64, 128, 256, 1024] {
                let mut random = Random::new(n as u64);
                let windows: Vec<(usize, usize)> = [(11, 100), (4, 100), (12, 50), (1, 90)]
                    .into_iter()
                    .filter(|&(_, last)| last <= (n - 1).min(128) * 4 / 5)
                    .collect();
                let mut one = vec![0; windows.len()];
                for _ in 0..RUNS {
                    let values = sample_eigenvalues(&power_law_population(alpha, 128), n, &mut random);
                    for (one, &(first, last)) in one.iter_mut().zip(&windows) {
                        *one += usize::from(shape_of(&values, n as u64, first, last).verdict.code == "one_law");
                    }
                }
                assert!(one.iter().all(|&one| one * 20 >= RUNS * 19), "α {alpha}, n {n}: {one:?} {windows:?}");
            }
        }
    }

    #[test]
    fn a_break_in_the_window_is_two_laws_and_one_before_it_is_not() {
        let values = sample_eigenvalues(&mouse_population(200), 1600, &mut Random::new(1));
        let across = shape_of(&values, 1600, 4, 100);
        assert_eq!(across.verdict.code, "two_laws");
        assert!(across.verdict.message.starts_with("Two power laws fit better than one: 0.5"));
        for n in [200, 400, 1600] {
            let values = sample_eigenvalues(&mouse_population(200), n, &mut Random::new(4));
            let found = shape_of(&values, n as u64, 20, 100);
            assert_eq!(found.verdict.code, "one_law", "n {n}: {found:?}");
        }
    }

    #[test]
    fn a_slope_that_changes_all_along_is_bent() {
        let bent = |sign: f64| -> Vec<f64> {
            (1..=300).map(|k| f64::from(k).ln()).map(|log| (-log - sign * 0.1 * (log - 3.0).powi(2)).exp()).collect()
        };
        for (sign, word) in [(1.0, "steepening, from 0.88 to 1.32"), (-1.0, "flattening, from 1.12 to 0.68")] {
            let eigenvalues = bent(sign);
            let fit = power_law(&eigenvalues, 300, Window { first: 11, last: 100 }, Weight::InverseRank).unwrap();
            let found = shape(&eigenvalues, 300, Some(1_000_000), &fit, None);
            assert_eq!(found.verdict.code, "bent");
            assert!(found.verdict.message.contains(word), "{}", found.verdict.message);
        }
    }

    #[test]
    fn the_end_of_a_sample_does_not_bend_it() {
        for n in [128, 129, 256] {
            let values = sample_eigenvalues(&power_law_population(1.0, 128), n, &mut Random::new(2));
            let found = shape_of(&values, n as u64, 1, 128.min(n - 1));
            assert_eq!((found.verdict.code.as_str(), found.curvature.last), ("one_law", 128.min(n - 1) - 12));
            assert!(found.change_by_sampling.is_some());
        }
        assert_eq!(without_the_end(Window { first: 97, last: 100 }, 100), Window { first: 97, last: 100 });
    }

    #[test]
    fn few_rows_are_named_as_the_reason_of_a_bend() {
        let values = sample_eigenvalues(&power_law_population(0.5, 200), 200, &mut Random::new(5));
        let found = shape_of(&values, 200, 11, 100);
        assert_eq!(found.verdict.code, "one_law");
        assert!(
            found.verdict.message.contains("bent as a sample of so few rows bends it"),
            "{}",
            found.verdict.message
        );
        // Python, the same equation solved by bisection: 1.26; simulated mean 1.27.
        assert!((found.change_by_sampling.unwrap() - 1.26).abs() < 0.1, "{:?}", found.change_by_sampling);
    }
}
