//! However the work is cut up, the standard error is the same; and it is that of the rows that were counted.

use std::path::PathBuf;

use eigenscope::fit::{DEFAULT_WINDOW, Weight};
use eigenscope::moments::{Precision, Preparation};
use eigenscope::native::{Choices, NonFiniteRows, analyze};
use eigenscope::source::Order;
use eigenscope::uncertainty::Uncertainty;

use crate::claims::Claims;
use crate::matrix::Matrix;
use crate::scratch::Scratch;

/// Two orders of summation, relative.
const ROUNDING: f64 = 1e-9;

/// What 32-bit products may cost a standard error, relative.
const FAST: f64 = 1e-3;

#[test]
fn same_standard_error_for_any_worker_count_and_shards() {
    let scratch = Scratch::new();
    let mut claims = Claims::new();
    for (n, d) in [(1501, 60), (50, 3000)] {
        let matrix = Matrix::random(n, d);
        let whole = uncertainty(&[scratch.write("whole.npy", &matrix.npy(Order::C))], Precision::Exact, 1);
        claims.equal(&format!("{n} × {d}"), "blocks", whole.blocks, 10);
        for order in [Order::C, Order::F] {
            for rows in [vec![n], vec![1, n - 1], vec![n / 3, 7, n - n / 3 - 7], vec![n / 2, n - n / 2]] {
                let part = |(i, part): (usize, &Matrix)| scratch.write(&format!("part_{i}.npy"), &part.npy(order));
                let paths: Vec<PathBuf> = matrix.cut(&rows).iter().enumerate().map(part).collect();
                for threads in [1, 2, 3, 7] {
                    for (precision, allowed) in [(Precision::Exact, ROUNDING), (Precision::Fast, FAST)] {
                        let case =
                            format!("{n} × {d}, {order:?}, shards of {rows:?}, {threads} threads, {precision:?}");
                        let found = uncertainty(&paths, precision, threads);
                        let value = whole.standard_error;
                        claims.near(&case, "standard error", found.standard_error, value, allowed * value);
                        for (block, (a, b)) in found.without_block.iter().zip(&whole.without_block).enumerate() {
                            claims.near(&case, &format!("α without block {block}"), *a, *b, allowed);
                        }
                    }
                }
            }
        }
    }
    claims.close();
}

#[test]
fn blocks_are_every_tenth_row_of_the_file() {
    let scratch = Scratch::new();
    let mut claims = Claims::new();
    for (n, d) in [(1501, 60), (50, 3000)] {
        let matrix = Matrix::random(n, d);
        let whole = uncertainty(&[scratch.write("whole.npy", &matrix.npy(Order::C))], Precision::Exact, 2);
        for block in 0..10 {
            let rows: Vec<Matrix> = (0..n).filter(|i| i % 10 != block).map(|i| matrix.rows(i..i + 1)).collect();
            let values: Vec<f64> = rows.into_iter().flat_map(|row| row.values).collect();
            let rest = Matrix { n: values.len() / d, d, values };
            let path = [scratch.write("rest.npy", &rest.npy(Order::C))];
            let (study, _) = analyze(&path, Choices::default(), Preparation::default()).unwrap();
            let spectrum = study.spectrum(Preparation::default()).unwrap().unwrap();
            let alpha = spectrum.fit(window(), Weight::InverseRank).fit.unwrap().alpha;
            let case = format!("{n} × {d}, without block {block}");
            claims.near(&case, "α", whole.without_block[block], alpha, ROUNDING);
        }
    }
    claims.close();
}

#[test]
fn rows_that_are_left_out_do_not_move_others_to_another_block() {
    let scratch = Scratch::new();
    let mut claims = Claims::new();
    for (n, d) in [(601, 60), (60, 1000)] {
        let mut spoilt = Matrix::random(n, d);
        // All of one block are bad: without that block, α is that of all good rows.
        for row in (3..n).step_by(10) {
            spoilt.values[row * d] = f64::NAN;
        }
        let path = [scratch.write("spoilt.npy", &spoilt.npy(Order::C))];
        let choices = Choices { non_finite: NonFiniteRows::Skip, ..Choices::default() };
        let (study, _) = analyze(&path, choices, Preparation::default()).unwrap();
        let evidence = study.evidence(Preparation::default(), 0).unwrap().unwrap();
        let fit = evidence.spectrum.fit(window(), Weight::InverseRank).fit.unwrap();
        let found = evidence.uncertainty(&fit).unwrap().unwrap();
        claims.near(&format!("{n} × {d}"), "α without the bad block", found.without_block[3], fit.alpha, ROUNDING);
        claims.that(found.without_block[4] != fit.alpha, || format!("{n} × {d}: another block changes nothing"));
    }
    claims.close();
}

/// Ranks that nine tenths of fifty rows have.
fn window() -> eigenscope::fit::Window {
    eigenscope::fit::Window { last: 40, ..DEFAULT_WINDOW }
}

fn uncertainty(paths: &[PathBuf], precision: Precision, threads: usize) -> Uncertainty {
    let choices = Choices { precision, threads: Some(threads), ..Choices::default() };
    let (study, _) = analyze(paths, choices, Preparation::default()).unwrap();
    let evidence = study.evidence(Preparation::default(), 0).unwrap().unwrap();
    let fit = evidence.spectrum.fit(window(), Weight::InverseRank).fit.unwrap();
    evidence.uncertainty(&fit).unwrap().unwrap()
}
