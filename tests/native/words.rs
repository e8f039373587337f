//! Moments travel between workers as plain numbers.

use eigenscope::moments::{Moments, Precision};
use eigenscope::source::Order;

use crate::claims::Claims;
use crate::matrix::{Matrix, gather, plan};

/// Moments of every form: exact and fast, of rows and of columns, whole and in bands, with bad rows.
fn moments() -> Vec<(String, Moments)> {
    let mut all = Vec::new();
    for (n, d) in [(40, 33), (33, 40)] {
        let mut matrix = Matrix::random(n, d);
        matrix.values[7 * d + 2] = f64::NAN;
        let files = [matrix.npy(Order::C)];
        for precision in [Precision::Exact, Precision::Fast] {
            let mut plan = plan(&files, precision, 1).unwrap();
            for ends in [&[3][..], &[1, 3]] {
                plan.bands = ends.iter().scan(0, |start, &end| Some(std::mem::replace(start, end)..end)).collect();
                for (band, moments) in gather(&plan, &files).unwrap().into_iter().enumerate() {
                    all.push((format!("{n} × {d}, {precision:?}, band {band} of {:?}", plan.bands), moments));
                }
            }
        }
    }
    all
}

#[test]
fn moments_survive_the_way_from_one_worker_to_another() {
    let mut claims = Claims::new();
    for (case, moments) in moments() {
        let arrived = Moments::from_words(&moments.to_words());
        claims.that(arrived.as_ref() == Ok(&moments), || format!("{case}: something else arrived"));
    }
    claims.close();
}

#[test]
fn words_too_few_or_too_many_are_refused() {
    let mut claims = Claims::new();
    for (case, moments) in moments() {
        let mut words = moments.to_words();
        words.push(0.0);
        let code = |words: &[f64]| Moments::from_words(words).map_err(|error| error.code()).map(|_| "moments");
        claims.equal(&case, "one word more", code(&words), Err("internal"));
        for length in 0..words.len() - 1 {
            claims.equal(&case, &format!("only {length} words"), code(&words[..length]), Err("internal"));
        }
    }
    claims.close();
}

#[test]
fn damaged_words_never_panic() {
    let mut claims = Claims::new();
    for (case, moments) in moments() {
        let words = moments.to_words();
        for at in 0..11 {
            for damage in [0.0, -1.0, 0.5, 1.0, 2.0, 4.0, 17.0, 1e6, 1e9, 1e18, 1e300, f64::INFINITY, f64::NAN] {
                let mut words = words.clone();
                words[at] = damage;
                let outcome = std::panic::catch_unwind(|| Moments::from_words(&words).is_ok());
                claims.that(outcome.is_ok(), || format!("{case}: a panic where word {at} is {damage}"));
            }
        }
    }
    claims.close();
}
