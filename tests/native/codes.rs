//! Every code of an error is met by a test.

use std::collections::BTreeSet;

use eigenscope::Error;
use eigenscope::eigen::eigenvalues;
use eigenscope::engine::Engine;
use eigenscope::error::ErrorKind;
use eigenscope::fit::{DEFAULT_WINDOW, Window};
use eigenscope::moments::{Gathered, Moments, Options, Part, Plan, Precision, Preparation, Scaled, Worker};
use eigenscope::native::{self, Choices, Given, NonFiniteRows};
use eigenscope::source::{Form, Number, Order, TextReader};
use eigenscope::synth::{Law, Recipe};

use crate::claims::Claims;
use crate::fixtures::{Answer, Codes, cases, data, folder, hostile};
use crate::given;
use crate::link;
use crate::matrix::{Matrix, header, look, of_files, open_start, plan};

/// The errors that no file makes, and those of files that hold no features but what was made of them.
fn not_of_a_file() -> Vec<(&'static str, Error)> {
    let files = [Matrix::random(10, 4).npy(Order::C)];
    let ready = plan(&files, Precision::Exact, 1).unwrap();
    let shorter = Worker::new(ready, 0).unwrap().push(0, &files[0][..20]);
    let given = given::refusals().into_iter().map(|(code, _, error)| (code, error));
    let others = vec![
        ("file_changed", shorter.unwrap_err()),
        ("internal", Moments::from_words(&[]).unwrap_err()),
        ("invalid_window", Window::new(100, 11).unwrap_err()),
        ("no_convergence", eigenvalues(&[f64::NAN], 1).unwrap_err()),
        ("line_too_long", a_line_without_an_end().unwrap_err()),
        ("no_numbers", look("words.csv", 24, b"a,b\nc,d\ne,f\ng,h\ni,j\nk,l\n").unwrap_err()),
        ("no_such_array", an_array_that_is_not_there().unwrap_err()),
        ("not_summed", standardized_columns_that_were_not_asked_for().unwrap_err()),
        ("several_matrices", native::check_one_matrix(&["layer1.npy".into(), "layer2.npy".into()]).unwrap_err()),
        ("out_of_memory", plan_of_an_immense_matrix().unwrap_err()),
        ("out_of_range", Law::PowerLaw { alpha: -1.0 }.check().unwrap_err()),
        ("too_few_ranks", DEFAULT_WINDOW.clip(12).unwrap_err()),
        ("too_many_bytes", features_of_too_many_bytes().unwrap_err()),
        ("unreadable", of_files(&[data("missing.npy")], Precision::Exact, NonFiniteRows::Refuse, None).unwrap_err()),
        ("unterminated_quote", a_quote_without_an_end().unwrap_err()),
        // Made by the page alone, or where a disk is full.
        ("reader_stuck", ErrorKind::ReaderStuck.into()),
        ("no_room", ErrorKind::NoRoom { reason: "no space left on device".to_owned() }.into()),
        ("worker_died", ErrorKind::WorkerDied.into()),
    ];
    others.into_iter().chain(given).chain(link::refusals()).collect()
}

fn a_line_without_an_end() -> eigenscope::Result<()> {
    let opened = look("table.csv", 24, b"1.5,2.5\n3.5,4.5\n5.5,6.5\n")?;
    let Form::Text(text) = opened.contents.choose(None)?.features()?.clone() else { panic!("it is text") };
    let mut reader = TextReader::new(text);
    let piece = vec![b'7'; 1 << 20];
    (0..80).try_for_each(|_| reader.push(&piece, false).map(|_| ()))
}

fn a_quote_without_an_end() -> eigenscope::Result<()> {
    let start = b"text,x,y\n\"a\",1.5,2.5\n\"b\",3.5,4.5\n\"c\",5.5,6.5\n";
    let opened = look("table.csv", start.len() as u64, start)?;
    let Form::Text(text) = opened.contents.choose(None)?.features()?.clone() else { panic!("it is text") };
    TextReader::new(text).push(b"\"a\",1.5,2.5\n\"b,3.5,4.5\n", true).map(|_| ())
}

fn an_array_that_is_not_there() -> eigenscope::Result<()> {
    let paths = [folder("formats").join("npz/stored_f8.npz")];
    native::spectrum(Given { paths: &paths, array: Some("missing") }, Choices::default()).map(|_| ())
}

/// Where n < d, the spectrum of standardized columns needs sums of its own.
fn standardized_columns_that_were_not_asked_for() -> eigenscope::Result<()> {
    let mut plan = plan(&[Matrix::random(4, 10).npy(Order::C)], Precision::Exact, 1)?;
    plan.scaled = false;
    let preparation = Preparation { standardized: true, ..Preparation::default() };
    Gathered::new(plan)?.second_moment(Part::All, preparation).map(|_| ())
}

fn features_of_too_many_bytes() -> eigenscope::Result<()> {
    let recipe = Recipe {
        law: Law::White,
        rows: 1_000_000,
        columns: 10_000,
        noise: 0.0,
        mean: 0.0,
        rotated: false,
        number: Number::Float16,
        seed: 0,
    };
    recipe.check()
}

fn plan_of_an_immense_matrix() -> eigenscope::Result<Plan> {
    let side = 1_u64 << 31;
    let start = header("|u1", Order::C, &format!("({side}, {side})"));
    Plan::new(
        open_start("immense.npy", start.len() as u64 + side * side, &start)?,
        Options {
            engine: Engine::Workers,
            precision: Precision::Exact,
            workers: 1,
            workers_forced: true,
            scaled: Scaled::Never,
            no_dual: false,
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
        Codes::One(code) => (!["any", "accepted"].contains(&code.as_str())).then_some(code),
        Codes::OneOf(_) => None,
    }));
    let known = codes_of_the_core();
    let missed: Vec<&String> = known.difference(&met).collect();
    let unknown: Vec<&String> = met.difference(&known).collect();
    assert!(missed.is_empty(), "no fixture and no test has these codes: {missed:?}");
    assert!(unknown.is_empty(), "the core has no such codes: {unknown:?}");
}

#[test]
fn every_code_is_in_the_documentation() {
    let text = include_str!("../../docs/errors.md");
    let documented: BTreeSet<String> = text.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let missing: Vec<String> = codes_of_the_core().difference(&documented).cloned().collect();
    assert!(missing.is_empty(), "docs/errors.md lacks {missing:?}");
}

/// The arms of `Error::code`, as they stand in the source: nothing else lists them.
fn codes_of_the_core() -> BTreeSet<String> {
    let source = include_str!("../../crate/src/error/codes.rs");
    let (_, arms) = source.split_once("fn code(").unwrap();
    let (arms, _) = arms.split_once("\n    }\n").unwrap();
    let code = |line: &str| Some(line.split_once("=> \"")?.1.split_once('"')?.0.to_owned());
    let codes: BTreeSet<String> = arms.lines().filter_map(code).collect();
    assert!(codes.contains("empty_file") && codes.len() >= 30, "the arms were not found: {codes:?}");
    codes
}
