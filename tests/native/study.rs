//! What follows the first answer is the reference's too: features as they are, rows at unit length.

use eigenscope::moments::Preparation;
use eigenscope::native::{Choices, analyze};
use serde_json::Value;

use crate::claims::Claims;
use crate::fixtures::{Answer, Numbers, cases};

/// Functions of eigenvalues: relative.
const FUNCTIONS: f64 = 1e-9;

/// The coding rate, a logarithm of a determinant: relative.
const DETERMINANTS: f64 = 1e-6;

#[test]
fn numbers_of_features_as_they_are_are_the_references() {
    let mut claims = Claims::new();
    for (name, case) in cases() {
        let Answer::Numbers(expected) = &case.answer else { continue };
        let (study, _) = analyze(&case.paths(&name), Choices::default(), Preparation::default()).unwrap();
        let evidence = study.evidence(Preparation::default(), 0).unwrap().unwrap();
        let found = serde_json::to_value(&evidence.uncentred).unwrap();
        same_numbers(&mut claims, &name, &found, expected);
    }
    claims.close();
}

fn same_numbers(claims: &mut Claims, name: &str, found: &Value, expected: &Numbers) {
    let reference = &expected.report;
    for (key, tolerance) in [
        ("rankme", FUNCTIONS),
        ("effective_rank", FUNCTIONS),
        ("stable_rank_uncentred", FUNCTIONS),
        ("participation_ratio_row_corrected", FUNCTIONS),
        ("mean_cosine", FUNCTIONS),
        ("self_clustering", FUNCTIONS),
        ("coding_rate_unit_rows", DETERMINANTS),
    ] {
        let Some(value) = reference.metrics[key].as_f64() else { continue };
        match found[key].as_f64() {
            Some(number) => claims.near(name, key, number, value, tolerance * value.abs()),
            None => claims.that(false, || format!("{name}: no {key}, NumPy has {value}")),
        }
    }
}
