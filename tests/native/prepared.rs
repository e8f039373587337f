//! Features prepared in other ways have NumPy's spectrum, α and standard error; what was not summed is refused.

use eigenscope::evidence::Evidence;
use eigenscope::fit::{DEFAULT_WINDOW, Weight};
use eigenscope::moments::{Precision, Preparation, Scaled};
use eigenscope::native::{Choices, analyze};
use eigenscope::report::Sentence;

use crate::claims::Claims;
use crate::fixtures::{Answer, Case, Prepared, cases};

/// Standard errors: relative.
const STANDARD_ERROR: f64 = 1e-6;

/// What 32-bit products may cost an eigenvalue, times λ₁.
const FAST_EIGENVALUES: f64 = 2e-6;

#[test]
fn features_prepared_otherwise_have_numpys_spectrum_and_alpha() {
    every_preparation(Precision::Exact, |claims, name, found, expected| {
        let spectrum = &found.spectrum;
        claims.equal(name, "usable ranks", spectrum.usable_ranks, expected.usable_ranks);
        // λ₁ may be among those that were dropped. The floor is it, times max(n, d) and the rounding of a float.
        let largest = spectrum.floor / (spectrum.n.max(spectrum.d).unwrap() as f64 * f64::EPSILON);
        let allowed = expected.tolerance.eigenvalues * largest;
        for (k, (&found, &value)) in spectrum.eigenvalues.iter().zip(&expected.eigenvalues).enumerate() {
            claims.near(name, &format!("eigenvalue {}", k + 1), found, value, allowed);
        }
        let fit = spectrum.fit(DEFAULT_WINDOW, Weight::InverseRank).fit;
        claims.equal(name, "there is a fit", fit.is_some(), expected.fit.is_some());
        let (Some(fit), Some(value)) = (fit, &expected.fit) else { return };
        claims.equal(name, "window", (fit.first, fit.last), (value.first, value.last));
        claims.near(name, "α", fit.alpha, value.alpha, expected.tolerance.alpha);
    });
}

#[test]
fn features_prepared_otherwise_have_numpys_standard_error() {
    every_preparation(Precision::Exact, |claims, name, found, expected| {
        let Some(fit) = found.spectrum.fit(DEFAULT_WINDOW, Weight::InverseRank).fit else { return };
        let dual = found.spectrum.n < found.spectrum.d;
        let found = found.uncertainty(&fit);
        match (found, expected.standard_error) {
            (Some(Ok(found)), Some(value)) => {
                claims.near(name, "standard error", found.standard_error, value, STANDARD_ERROR * value);
            }
            // Blocks of standardized columns are not summed in the dual.
            (Some(Err(reason)), _) if dual && expected.preparation.standardized => {
                claims.equal(name, "the reason", reason.code.as_str(), "not_summed");
            }
            (Some(Err(reason)), None) => {
                claims.equal(name, "the reason", reason.code.as_str(), "few_rows_for_interval");
            }
            (found, value) => claims.that(false, || format!("{name}: {found:?}, NumPy has {value:?}")),
        }
    });
}

#[test]
fn fast_products_change_no_preparation_by_more_than_they_may() {
    every_preparation(Precision::Fast, |claims, name, found, expected| {
        let Evidence { spectrum, .. } = found;
        let largest = spectrum.eigenvalues[0].max(expected.eigenvalues[0]);
        for (k, (&found, &value)) in spectrum.eigenvalues.iter().zip(&expected.eigenvalues).enumerate() {
            let what = format!("eigenvalue {}", k + 1);
            claims.near(name, &what, found, value, spectrum.floor.max(FAST_EIGENVALUES * largest));
        }
    });
}

#[test]
fn what_the_dual_has_no_sums_for_is_refused() {
    let mut claims = Claims::new();
    let standardized = Preparation { standardized: true, ..Preparation::default() };
    for (name, case) in cases().into_iter().filter(|(_, case)| !case.preparations.is_empty()) {
        for scaled in [Scaled::Always, Scaled::Never] {
            let summed = scaled == Scaled::Always;
            let choices = Choices { scaled, ..Choices::default() };
            for (what, preparation, has_spectrum, has_blocks) in [
                ("standardized", standardized, summed || !is_dual(&case), !is_dual(&case)),
                (
                    "unit and standardized",
                    Preparation { unit_rows: true, ..standardized },
                    summed && !is_dual(&case),
                    summed,
                ),
                ("unit", Preparation { unit_rows: true, ..Preparation::default() }, summed || is_dual(&case), true),
                ("uncentred", Preparation { centred: false, ..Preparation::default() }, true, true),
            ] {
                let (study, _) = analyze(&case.paths(&name), choices, preparation).unwrap();
                let label = format!("{name}, {scaled:?}, {what}");
                match study.evidence(preparation, 0).unwrap() {
                    Ok(evidence) => {
                        claims.equal(&label, "there is a spectrum", true, has_spectrum);
                        let code = evidence.replicates.and_then(Result::err).map(|Sentence { code, .. }| code);
                        let expected = (!has_blocks).then(|| "not_summed".to_owned());
                        claims.equal(&label, "the refusal of blocks", code, expected);
                    }
                    Err(reason) => {
                        claims.equal(&label, "there is a spectrum", false, has_spectrum);
                        claims.equal(&label, "the refusal", reason.code.as_str(), "not_summed");
                    }
                }
            }
        }
    }
    claims.close();
}

/// Has claims made of every preparation that there are sums for.
fn every_preparation(precision: Precision, claim: impl Fn(&mut Claims, &str, &Evidence, &Prepared)) {
    let mut claims = Claims::new();
    for (name, case) in cases() {
        for expected in &case.preparations {
            let Preparation { centred, unit_rows, standardized } = expected.preparation;
            let choices = Choices { precision, scaled: Scaled::Always, ..Choices::default() };
            let (study, _) = analyze(&case.paths(&name), choices, expected.preparation).unwrap();
            let name = format!(
                "{name}, centred {centred}, unit rows {unit_rows}, standardized {standardized}, {} dropped",
                expected.dropped
            );
            match study.evidence(expected.preparation, expected.dropped).unwrap() {
                Ok(evidence) => claim(&mut claims, &name, &evidence, expected),
                Err(_) if is_dual(&case) && standardized && unit_rows => {}
                Err(reason) => claims.that(false, || format!("{name}: {}", reason.message)),
            }
        }
    }
    claims.close();
}

/// Fewer rows than columns.
fn is_dual(case: &Case) -> bool {
    matches!(&case.answer, Answer::Numbers(numbers) if numbers.report.n < numbers.report.d)
}
