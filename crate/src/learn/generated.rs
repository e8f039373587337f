/*! What is known of features that were made here, beside what was found of them. */

use serde::Serialize;

use super::finite_n::{EXPECTED, SAMPLE, TRUTH, expected_eigenvalues, line};
use crate::fit::map::decimal;
use crate::fit::{Weight, Window, power_law};
use crate::plot::{self, PlotOptions, Spectra};
use crate::report::Sentence;
use crate::synth::Recipe;

/// α of the truth in a window, and whether what was found agrees with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// α of the population in this window, noise included. `None` where the window has too few ranks.
    pub alpha: Option<f64>,
    /// Where theory expects the α of a sample of n rows.
    pub expected: Option<f64>,
    /// "holds", "misses", or "none" where there is no interval (yet).
    pub verdict: Sentence,
}

/// Compares an α found over a window, which is one of ranks that the sample has, with the truth. `interval` is its 95 % interval.
pub fn compare(recipe: &Recipe, window: Window, weight: Weight, interval: Option<(f64, f64)>) -> Compared {
    let of = |eigenvalues: &[f64]| power_law(eigenvalues, eigenvalues.len(), window, weight).ok().map(|fit| fit.alpha);
    let alpha = of(&recipe.eigenvalues());
    let expected = of(&expected_spectrum(recipe));
    let verdict = verdict(recipe, alpha, expected, interval);
    Compared { alpha, expected, verdict }
}

/// Where theory expects the eigenvalues of a sample of so many rows.
pub fn expected_spectrum(recipe: &Recipe) -> Vec<f64> {
    expected_eigenvalues(&recipe.law, recipe.noise, recipe.columns as usize, recipe.rows)
}

fn verdict(recipe: &Recipe, alpha: Option<f64>, expected: Option<f64>, interval: Option<(f64, f64)>) -> Sentence {
    let (Some(alpha), Some((low, high))) = (alpha, interval) else {
        return Sentence {
            code: "none".to_owned(),
            message: "There is no interval to hold the truth against.".to_owned(),
        };
    };
    let ends = format!("The 95 % interval from {} to {}", decimal(low, 3), decimal(high, 3));
    let truth = decimal(alpha, 3);
    if (low..=high).contains(&alpha) {
        return Sentence { code: "holds".to_owned(), message: format!("{ends} holds the true α of {truth}.") };
    }
    // The interval is about the mean of such samples, which few rows move away from the truth.
    let rest = match expected {
        Some(expected) if (low..=high).contains(&expected) => format!(
            "{} rows of {} columns bend the spectrum: samples of this size are expected at {}, which it holds.",
            crate::error::group(recipe.rows),
            crate::error::group(recipe.columns),
            decimal(expected, 3),
        ),
        _ => {
            "Of a hundred intervals about five miss, and one that rounding or a plunging tail bends misses more often."
                .to_owned()
        }
    };
    Sentence { code: "misses".to_owned(), message: format!("{ends} does not hold the true α of {truth}. {rest}") }
}

/// The spectrum that was found, with the true one and what theory expects of so many rows over it.
pub fn picture(recipe: &Recipe, found: &[f64], options: PlotOptions) -> Spectra {
    let lines = [line(found, SAMPLE), line(&expected_spectrum(recipe), EXPECTED), line(&recipe.eigenvalues(), TRUTH)];
    plot::spectra(&lines, false, options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::DEFAULT_WINDOW;
    use crate::source::Number;
    use crate::synth::Law;

    const RECIPE: Recipe = Recipe {
        law: Law::PowerLaw { alpha: 1.0 },
        rows: 120,
        columns: 256,
        noise: 0.0,
        mean: 0.0,
        rotated: true,
        number: Number::Float32,
        seed: 1,
    };

    #[test]
    fn an_interval_is_held_against_the_truth() {
        let verdict = |interval| {
            let Compared { alpha, verdict, .. } = compare(&RECIPE, DEFAULT_WINDOW, Weight::InverseRank, interval);
            assert!((alpha.unwrap() - 1.0).abs() < 1e-12);
            (verdict.code, verdict.message)
        };
        assert_eq!(verdict(None).0, "none");
        assert_eq!(verdict(Some((0.98, 1.01))).1, "The 95 % interval from 0.980 to 1.010 holds the true α of 1.000.");
        let expected = compare(&RECIPE, DEFAULT_WINDOW, Weight::InverseRank, None).expected.unwrap();
        assert!((expected - 1.0).abs() > 0.05, "{expected}");
        let (code, message) = verdict(Some((expected - 0.01, expected + 0.01)));
        assert!(code == "misses" && message.contains("120 rows of 256 columns bend the spectrum"), "{message}");
        assert!(verdict(Some((0.1, 0.2))).1.contains("Of a hundred intervals about five miss"));
    }

    #[test]
    fn noise_is_part_of_the_truth() {
        let noisy = Recipe { noise: 0.05, ..RECIPE };
        let alpha = compare(&noisy, DEFAULT_WINDOW, Weight::InverseRank, None).alpha.unwrap();
        assert!(alpha < 0.5, "{alpha}");
    }
}
