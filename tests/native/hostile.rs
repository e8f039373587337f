//! Bad files are refused with the code of what is wrong, and with a sentence.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use eigenscope::moments::Precision;
use eigenscope::native::NonFiniteRows;
use eigenscope::source::Order;

use crate::claims::Claims;
use crate::fixtures::{folder, hostile};
use crate::matrix::{self, Matrix, header, of_files};
use crate::scratch::Scratch;

/// Every way to analyze a file.
const WAYS: [(Precision, NonFiniteRows); 4] = [
    (Precision::Exact, NonFiniteRows::Refuse),
    (Precision::Fast, NonFiniteRows::Refuse),
    (Precision::Exact, NonFiniteRows::Skip),
    (Precision::Fast, NonFiniteRows::Skip),
];

#[test]
fn every_bad_file_is_refused_with_its_code_and_a_sentence() {
    let mut claims = Claims::new();
    for (file, codes) in hostile() {
        let path = folder("hostile").join(&file);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for (precision, non_finite) in WAYS {
            let case = format!("{file}, {precision:?}, {non_finite:?}");
            let Ok(outcome) = catch_unwind(|| of_files(std::slice::from_ref(&path), precision, non_finite, None))
            else {
                claims.that(false, || format!("{case}: panicked"));
                continue;
            };
            if let Err(error) = &outcome {
                let sentence = error.to_string();
                claims.that(sentence.starts_with(&format!("{name}: ")), || format!("{case}: whose fault? {sentence}"));
                claims.that(sentence.ends_with('.') && error.message().len() > 10, || {
                    format!("{case}: no sentence: {sentence}")
                });
                let plain = |c: char| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c);
                claims.that(sentence.chars().all(plain) && sentence.len() < 4096, || {
                    format!("{case}: a terminal would obey this: {sentence:?}")
                });
            }
            // Without its bad rows a file may be good.
            if non_finite == NonFiniteRows::Refuse {
                let code = outcome.as_ref().err().map_or("accepted", |error| error.code());
                claims.that(codes.allow(code), || format!("{case}: {code} instead of {codes:?}"));
            }
        }
    }
    claims.close();
}

#[test]
fn a_bad_file_is_named_among_good_ones() {
    let scratch = Scratch::new();
    let mut claims = Claims::new();
    let good = Matrix::random(10, 4);
    let spoilt = {
        let mut file = good.npy(Order::C);
        file.pop();
        file
    };
    for (name, bytes, code) in [
        ("part2.npy", spoilt, "truncated_data"),
        ("part2.npy", Vec::new(), "empty_file"),
        ("part2.npy", b"Dear reader, this is a letter.\n".to_vec(), "unknown_format"),
        ("part2.npy", Matrix::random(10, 5).npy(Order::C), "shards_differ"),
        ("part2.npy", good.npy(Order::F), "shards_differ"),
    ] {
        let paths: Vec<PathBuf> =
            [("part1.npy", &good.npy(Order::C)), (name, &bytes), ("part10.npy", &good.npy(Order::C))]
                .map(|(name, bytes)| scratch.write(name, bytes))
                .to_vec();
        match of_files(&paths, Precision::Exact, NonFiniteRows::Refuse, None) {
            Ok(_) => claims.that(false, || format!("{code} was not noticed")),
            Err(error) => {
                claims.equal(code, "the code", error.code(), code);
                claims.equal(code, "the file", error.file(), Some(name));
            }
        }
    }
    claims.close();
}

#[test]
fn a_header_that_lies_about_its_size_costs_no_memory() {
    let mut claims = Claims::new();
    for shape in ["(4000000000, 4000000000)", "(2, 1000000000000)", "(1000000000000, 2)", "(18446744073709551615, 1)"] {
        for order in [Order::C, Order::F] {
            let file = [header("|u1", order, shape), vec![0; 100]].concat();
            let (code, bytes) = crate::allocation::allocated(|| matrix::open(&[file]).unwrap_err().code());
            claims.equal(shape, "the code", code, "truncated_data");
            claims.that(bytes < 10_000, || format!("{shape}: {bytes} bytes were allocated"));
        }
    }
    claims.close();
}

#[test]
fn values_that_grow_too_far_for_fast_are_refused_there_and_right_in_exact() {
    let mut matrix = Matrix::random(600, 20);
    matrix.values[300 * 20..].iter_mut().for_each(|value| *value *= 1e25);
    let files = [matrix.npy(Order::C)];
    let error = matrix::analyze(&files, Precision::Fast, 1).unwrap_err();
    assert_eq!(error.code(), "overflow");
    assert!(error.message().contains("exact"), "the way out is not named: {error}");
    let spectrum = matrix::analyze(&files, Precision::Exact, 1).unwrap();
    assert!(spectrum.total_variance.is_finite());
}

#[test]
fn what_is_no_file_is_refused() {
    let scratch = Scratch::new();
    let mut claims = Claims::new();
    for (what, path) in [("nothing there", scratch.path("missing.npy")), ("a folder", folder("hostile"))] {
        let outcome =
            catch_unwind(AssertUnwindSafe(|| of_files(&[path], Precision::Exact, NonFiniteRows::Refuse, None)));
        let code = outcome.map(|result| result.map(|_| ()).map_err(|error| error.code()));
        claims.equal(what, "the code", code.ok(), Some(Err("unreadable")));
    }
    claims.close();
}
