//! What follows the first answer is the reference's too: features as they are, rows at unit length, blocks of rows.

use eigenscope::fit::{DEFAULT_WINDOW, Weight};
use eigenscope::moments::Preparation;
use eigenscope::native::{Choices, NonFiniteRows, analyze};
use eigenscope::report::Report;

use crate::claims::Claims;
use crate::command::json;
use crate::fixtures::{Answer, Case, Numbers, ReferenceFit, cases};

/// Functions of eigenvalues: relative.
const FUNCTIONS: f64 = 1e-9;

/// Logarithms of determinants and standard errors: relative.
const LOOSER: f64 = 1e-6;

#[test]
fn numbers_of_features_as_they_are_are_the_references() {
    every_report(same_numbers_as_they_are);
}

#[test]
fn every_key_of_the_reference_is_a_key_of_the_report() {
    every_report(same_keys);
}

#[test]
fn standard_errors_are_the_references() {
    every_report(same_standard_error);
}

#[test]
fn alpha_of_n_is_the_references() {
    every_report(same_alpha_of_n);
}

#[test]
fn the_command_prints_the_same() {
    let mut claims = Claims::new();
    for (name, case) in cases() {
        let Answer::Numbers(expected) = &case.answer else { continue };
        let printed: Report = serde_json::from_value(json(&case.paths(&name), &[])).unwrap();
        for same in [same_numbers_as_they_are, same_keys, same_standard_error, same_alpha_of_n] {
            same(&mut claims, &name, &printed, expected);
        }
    }
    claims.close();
}

fn same_numbers_as_they_are(claims: &mut Claims, name: &str, found: &Report, expected: &Numbers) {
    let found = serde_json::to_value(&found.uncentred).unwrap();
    for (key, usual) in [
        ("rankme", FUNCTIONS),
        ("effective_rank", FUNCTIONS),
        ("stable_rank_uncentred", FUNCTIONS),
        ("participation_ratio_row_corrected", FUNCTIONS),
        ("mean_cosine", FUNCTIONS),
        ("self_clustering", FUNCTIONS),
        ("coding_rate_unit_rows", LOOSER),
    ] {
        let better = expected.better.get(key).copied();
        let Some(value) = better.unwrap_or_else(|| expected.report.metrics[key].as_f64()) else { continue };
        let tolerance = expected.tolerance.metrics.get(key).copied().unwrap_or(usual);
        match found[key].as_f64() {
            Some(number) => claims.near(name, key, number, value, tolerance * value.abs()),
            None => claims.that(false, || format!("{name}: no {key}, NumPy has {value}")),
        }
    }
}

fn same_keys(claims: &mut Claims, name: &str, found: &Report, expected: &Numbers) {
    let found = serde_json::to_value(found).unwrap();
    for key in expected.report.metrics.keys() {
        claims.that(found.get(key).is_some(), || format!("{name}: the report has no {key}"));
    }
}

fn same_standard_error(claims: &mut Claims, name: &str, found: &Report, expected: &Numbers) {
    let Some(reaches) = expected.replicates_reach else { return };
    let reference = &expected.report.fits["alpha-req"];
    let preset = found.fits["alpha-req"].standard_error;
    if !reaches {
        claims.equal(name, "the preset's standard error", preset, None);
        claims.that(found.uncertainty.is_none(), || format!("{name}: an interval from ranks that are not there"));
        let reason = found.uncertainty_reason.as_ref().map(|reason| reason.code.as_str());
        claims.equal(name, "the reason for no interval", reason, Some("few_rows_for_interval"));
        return;
    }
    let Some(uncertainty) = &found.uncertainty else {
        claims.that(false, || format!("{name}: no interval, {:?}", found.uncertainty_reason));
        return;
    };
    let value = reference.standard_error.unwrap();
    claims.equal(name, "blocks", Some(uncertainty.blocks), reference.blocks);
    claims.near(name, "standard error", uncertainty.standard_error, value, LOOSER * value);
    claims.near(name, "the preset's standard error", preset.unwrap_or(f64::NAN), value, LOOSER * value);
}

fn same_alpha_of_n(claims: &mut Claims, name: &str, found: &Report, expected: &Numbers) {
    let Some(ReferenceFit { alpha_of_n: Some(points), .. }) = expected.report.fits.get("alpha-req") else { return };
    let Some(found) = &found.alpha_of_n else {
        claims.that(false, || format!("{name}: no α(n)"));
        return;
    };
    let rows: Vec<u64> = found.points.iter().map(|point| point.n).collect();
    claims.equal(name, "n", rows, points.iter().map(|(n, _)| *n).collect());
    for (point, &(n, value)) in found.points.iter().zip(points) {
        claims.near(name, &format!("α of {n} rows"), point.alpha, value, expected.tolerance.alpha);
    }
}

/// Has claims made of the whole Report of every case, without its rows that are not finite where there are such.
fn every_report(claim: impl Fn(&mut Claims, &str, &Report, &Numbers)) {
    let mut claims = Claims::new();
    for (name, case) in cases() {
        for (answer, non_finite) in
            [(Some(&case.answer), NonFiniteRows::Refuse), (case.skip.as_ref(), NonFiniteRows::Skip)]
        {
            let Some(Answer::Numbers(expected)) = answer else { continue };
            claim(&mut claims, &name, &report(&name, &case, non_finite), expected);
        }
    }
    claims.close();
}

fn report(name: &str, case: &Case, non_finite: NonFiniteRows) -> Report {
    let choices = Choices { non_finite, ..Choices::default() };
    let (study, _) = analyze(&case.paths(name), choices, Preparation::default()).unwrap();
    study.evidence(Preparation::default(), 0).unwrap().unwrap().report(DEFAULT_WINDOW, Weight::InverseRank)
}
