//! Every metric of a Report is the reference's.

use eigenscope::evidence::Evidence;
use eigenscope::fit::{DEFAULT_WINDOW, Weight};
use eigenscope::moments::Precision;
use eigenscope::native::NonFiniteRows;
use serde_json::Value;

use crate::claims::Claims;
use crate::fixtures::{Answer, Numbers, cases};
use crate::matrix::of_files;

/// Functions of the whole spectrum: relative.
const WHOLE: f64 = 1e-9;

const OF_THE_WHOLE: [&str; 7] = [
    "participation_ratio",
    "stable_rank",
    "effective_rank_centred_variance",
    "rankme_eigenvalues",
    "first_component_share",
    "renyi2_entropy",
    "marchenko_pastur_edge",
];

#[test]
fn metrics_are_the_references() {
    let mut claims = Claims::new();
    for (name, case) in cases() {
        let Answer::Numbers(expected) = &case.answer else { continue };
        let spectrum = of_files(&case.paths(&name), Precision::Exact, NonFiniteRows::Refuse, None).unwrap();
        let found =
            serde_json::to_value(Evidence::of(spectrum.clone()).report(DEFAULT_WINDOW, Weight::InverseRank)).unwrap();
        same_metrics(&mut claims, &name, &found, expected);
    }
    claims.close();
}

fn same_metrics(claims: &mut Claims, name: &str, found: &Value, expected: &Numbers) {
    let reference = &expected.report;
    for key in OF_THE_WHOLE {
        let Some(value) = reference.metrics[key].as_f64() else { continue };
        // Near zero, the entropy of one direction is a difference of ones.
        claims.near(name, key, found[key].as_f64().unwrap(), value, WHOLE * value.abs().max(1e-3));
    }
    if let Some(value) = reference.metrics["iso_score"].as_f64() {
        // It is a difference of numbers near 1, divided by at least 1.
        claims.near(name, "iso_score", found["iso_score"].as_f64().unwrap(), value, WHOLE);
    }
    for key in ["components_for", "eigenvalues_above_edge"] {
        claims.equal(name, key, &found[key], &reference.metrics[key]);
    }
    if !expected.usable_ranks_certain {
        return;
    }
    // These rest on the smallest usable eigenvalue, whose own error is relative to the largest.
    let (largest, last) = (reference.eigenvalues[0], reference.eigenvalues[reference.usable_ranks.max(1) - 1]);
    let tolerance = WHOLE + expected.tolerance.eigenvalues * largest / last;
    if let Some(value) = reference.metrics["condition_number"].as_f64() {
        let number = found["condition_number"].as_f64().unwrap();
        claims.near(name, "condition_number", number, value, tolerance * value);
    }
    for key in ["gamma", "alpha"] {
        if let Some(value) = reference.metrics["mle_top_100"][key].as_f64() {
            match found["mle_top_100"][key].as_f64() {
                Some(number) => claims.near(name, &format!("mle_top_100 {key}"), number, value, tolerance * value),
                None => claims.that(false, || format!("{name}: no MLE, NumPy has {value}")),
            }
        }
    }
}
