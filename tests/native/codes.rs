//! Every code of an error is met by a test.

use std::collections::BTreeSet;

use eigenscope::Error;
use eigenscope::eigen::eigenvalues;
use eigenscope::engine::Engine;
use eigenscope::error::ErrorKind;
use eigenscope::fit::{DEFAULT_WINDOW, Window};
use eigenscope::moments::{Gathered, Moments, Options, Part, Plan, Precision, Preparation, Scaled, Worker};
use eigenscope::native::NonFiniteRows;
use eigenscope::source::{Head, Order, Source};

use crate::claims::Claims;
use crate::fixtures::{Answer, Codes, cases, data, hostile};
use crate::matrix::{Matrix, header, of_files, plan};

/// The errors that no file makes.
fn not_of_a_file() -> Vec<(&'static str, Error)> {
    let files = [Matrix::random(10, 4).npy(Order::C)];
    let ready = plan(&files, Precision::Exact, 1).unwrap();
    let shorter = Worker::new(ready, 0).unwrap().push(0, &files[0][..20]);
    vec![
        ("file_changed", shorter.unwrap_err()),
        ("internal", Moments::from_words(&[]).unwrap_err()),
        ("invalid_window", Window::new(100, 11).unwrap_err()),
        ("no_convergence", eigenvalues(&[f64::NAN], 1).unwrap_err()),
        ("not_summed", standardized_columns_that_were_not_asked_for().unwrap_err()),
        ("out_of_memory", plan_of_an_immense_matrix().unwrap_err()),
        ("too_few_ranks", DEFAULT_WINDOW.clip(12).unwrap_err()),
        ("unreadable", of_files(&[data("missing.npy")], Precision::Exact, NonFiniteRows::Refuse, None).unwrap_err()),
        // Made by the page alone.
        ("worker_died", ErrorKind::WorkerDied.into()),
    ]
}

/// Where n < d, the spectrum of standardized columns needs sums of its own.
fn standardized_columns_that_were_not_asked_for() -> eigenscope::Result<()> {
    let mut plan = plan(&[Matrix::random(4, 10).npy(Order::C)], Precision::Exact, 1)?;
    plan.scaled = false;
    let preparation = Preparation { standardized: true, ..Preparation::default() };
    Gathered::new(plan)?.second_moment(Part::All, preparation).map(|_| ())
}

fn plan_of_an_immense_matrix() -> eigenscope::Result<Plan> {
    let side = 1_u64 << 31;
    let start = header("|u1", Order::C, &format!("({side}, {side})"));
    let head = Head { name: "immense.npy", size: start.len() as u64 + side * side, start: &start };
    Plan::new(
        Source::open(&[head])?,
        Options {
            engine: Engine::Workers,
            precision: Precision::Exact,
            workers: 1,
            workers_forced: true,
            scaled: Scaled::Never,
        },
    )
}

#[test]
fn errors_that_no_file_makes_have_their_code_and_a_sentence() {
    let mut claims = Claims::new();
    for (code, error) in not_of_a_file() {
        claims.equal(code, "the code", error.code(), code);
        let message = error.message();
        claims.that(message.len() > 10 && message.ends_with('.'), || format!("{code}: no sentence: {message:?}"));
    }
    claims.close();
}

#[test]
fn every_code_is_met_by_a_test() {
    let mut met: BTreeSet<String> = not_of_a_file().into_iter().map(|(code, _)| code.to_owned()).collect();
    met.extend(cases().into_values().filter_map(|case| match case.answer {
        Answer::Refused { refused } => Some(refused),
        Answer::Numbers(_) => None,
    }));
    met.extend(hostile().into_values().filter_map(|codes| match codes {
        Codes::One(code) => (code != "any").then_some(code),
        Codes::OneOf(_) => None,
    }));
    let known = codes_of_the_core();
    let missed: Vec<&String> = known.difference(&met).collect();
    let unknown: Vec<&String> = met.difference(&known).collect();
    assert!(missed.is_empty(), "no fixture and no test has these codes: {missed:?}");
    assert!(unknown.is_empty(), "the core has no such codes: {unknown:?}");
}

/// The arms of `Error::code`, as they stand in the source: nothing else lists them.
fn codes_of_the_core() -> BTreeSet<String> {
    let source = include_str!("../../crate/src/error.rs");
    let (_, arms) = source.split_once("fn code(").unwrap();
    let (arms, _) = arms.split_once("\n    }\n").unwrap();
    let code = |line: &str| Some(line.split_once("=> \"")?.1.split_once('"')?.0.to_owned());
    let codes: BTreeSet<String> = arms.lines().filter_map(code).collect();
    assert!(codes.contains("empty_file") && codes.len() >= 30, "the arms were not found: {codes:?}");
    codes
}
