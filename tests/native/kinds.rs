//! Files of rarer kinds are read, or refused by their name and with advice that was tried (`tests/formats/kinds.py`).

use std::path::PathBuf;

use eigenscope::Result;
use eigenscope::native::{Choices, Given, NonFiniteRows, spectrum};
use eigenscope::report::Spectrum;
use serde::Deserialize;

use crate::claims::Claims;
use crate::fixtures::{folder, read};

#[derive(Deserialize)]
struct Expected {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    file: String,
    /// The .npy file of the same numbers.
    same_as: Option<String>,
    /// The code of a refusal.
    code: Option<String>,
    /// What its sentence has in it.
    #[serde(default)]
    says: Vec<String>,
}

fn path(file: &str) -> PathBuf {
    folder("formats/kinds").join(file)
}

/// With one thread, since several add up in the order in which they come.
fn open(file: &str) -> Result<Spectrum> {
    let choices = Choices { threads: Some(1), ..Choices::default() };
    spectrum(Given { paths: &[path(file)], array: None }, choices)
}

#[test]
fn they_are_read_or_refused_by_their_name() {
    let Expected { cases } = read(&path("expected.json"));
    let mut claims = Claims::new();
    for Case { file, same_as, code, says } in &cases {
        let found = open(file);
        match (found, same_as) {
            (Ok(found), Some(same_as)) => {
                let truth = open(same_as).unwrap();
                claims.equal(file, "n and d", (found.n, found.d), (truth.n, truth.d));
                claims.equal(file, "the eigenvalues", &found.eigenvalues, &truth.eigenvalues);
            }
            (Err(error), None) => {
                let text = error.to_string();
                claims.equal(file, "the code", Some(error.code()), code.as_deref());
                for part in says {
                    claims.that(text.contains(part.as_str()), || format!("{file}: no {part:?} in: {text}"));
                }
            }
            (Err(error), Some(_)) => claims.that(false, || format!("{file}: {error} [{}]", error.code())),
            (Ok(_), None) => claims.that(false, || format!("{file} was read")),
        }
    }
    claims.close();
}

#[test]
fn rows_that_are_all_skipped_are_no_reason_to_transpose() {
    let choices = Choices { non_finite: NonFiniteRows::Skip, ..Choices::default() };
    let error = spectrum(&[path("nan_column.npy")], choices).unwrap_err();
    let text = error.to_string();
    assert_eq!(error.code(), "too_few_rows");
    assert!(text.contains("24 rows hold NaN or infinity") && text.contains("np.isfinite(features).all(0)"), "{text}");
    assert!(!text.contains("features.T"), "{text}");
}

#[test]
fn what_is_read_has_its_type_and_format() {
    for (file, format, dtype) in [
        ("bfloat16_saved.npy", "npy", "bfloat16"),
        ("records_f8.npy", "npy", "float64"),
        ("vectors.fbin", "vectors", "float32"),
        ("vectors.bvecs", "vectors", "uint8"),
    ] {
        let found = open(file).unwrap();
        assert_eq!((found.format.name(), found.dtype.as_str()), (format, dtype), "{file}");
    }
}
