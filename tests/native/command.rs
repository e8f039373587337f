//! The command, as a person or a script meets it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use eigenscope::link;
use eigenscope::report::Report;
use serde_json::Value;

use crate::claims::Claims;
use crate::fixtures::{Answer, Numbers, cases, data, folder};
use crate::scratch::Scratch;

/// Real features, with all ranks of the default window.
const FEATURES: &str = "minilm_layer6_160x128_f2.npy";

/// What a run of the command leaves.
struct Run {
    status: Option<i32>,
    output: String,
    complaint: String,
}

fn command(paths: &[PathBuf], options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eigenscope"));
    command.arg("analyze").args(paths).args(options);
    command
}

fn run(paths: &[PathBuf], options: &[&str]) -> Run {
    let run = command(paths, options).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: run.status.code(), output: text(run.stdout), complaint: text(run.stderr) }
}

/// What the command prints for a machine.
pub fn json(paths: &[PathBuf], options: &[&str]) -> Value {
    let run = run(paths, &[options, &["--json"]].concat());
    assert_eq!((run.status, run.complaint.as_str()), (Some(0), ""), "{paths:?}, {options:?}");
    serde_json::from_str(&run.output).unwrap()
}

fn features() -> [PathBuf; 1] {
    [data(FEATURES)]
}

fn expected() -> Numbers {
    match cases().remove(FEATURES).unwrap().answer {
        Answer::Numbers(numbers) => *numbers,
        Answer::Refused { refused } => panic!("{refused}"),
    }
}

#[test]
fn json_has_the_references_keys_and_numbers() {
    let (report, expected) = (json(&features(), &[]), expected());
    let mut claims = Claims::new();
    let reference = &expected.report;
    for (key, value) in [
        ("n", reference.n as f64),
        ("d", reference.d as f64),
        ("rank_ceiling", reference.rank_ceiling as f64),
        ("usable_ranks", reference.usable_ranks as f64),
        ("zero_variance_columns", expected.constant_columns as f64),
        ("floor", reference.floor),
        ("total_variance", reference.total_variance),
    ] {
        claims.near("the report", key, report[key].as_f64().unwrap_or(f64::NAN), value, 1e-11 * value);
    }
    let eigenvalues = report["eigenvalues"].as_array().map_or(0, Vec::len);
    claims.equal("the report", "number of eigenvalues", eigenvalues as u64, reference.d);
    for (preset, fit) in &reference.fits {
        let found = &report["fits"][preset];
        claims.equal(preset, "weight", found["weight"].as_str(), Some("1/k"));
        for (key, value) in [
            ("alpha", Some(fit.alpha)),
            ("log_prefactor", Some(fit.log_prefactor)),
            ("first", Some(fit.first as f64)),
            ("last", Some(fit.last as f64)),
            ("r2", fit.r2),
            ("r2_weighted", fit.r2_weighted),
            ("r2_100", fit.r2_100),
            ("r2_500", fit.r2_500),
        ] {
            let Some(value) = value else { continue };
            claims.near(preset, key, found[key].as_f64().unwrap_or(f64::NAN), value, 1e-9);
        }
    }
    for key in
        ["version", "software", "dtype", "order", "precision", "shift", "preparation", "divisor", "instruction_set"]
    {
        claims.that(!report[key].is_null(), || format!("the report does not say {key}"));
    }
    claims.equal("the report", "timings", report.get("timings"), None);
    claims.close();
}

#[test]
fn the_window_decides_alpha() {
    let expected = expected();
    let mut claims = Claims::new();
    for (window, preset) in [("11:100", "alpha-req"), ("4:100", "fastssl-train"), ("12:50", "fastssl-plot")] {
        let fit = &json(&features(), &["--window", window])["fit"];
        let alpha = fit["alpha"].as_f64().unwrap_or(f64::NAN);
        claims.near(window, "α", alpha, expected.report.fits[preset].alpha, 1e-9);
        let ranks = format!("{}:{}", fit["first"], fit["last"]);
        claims.equal(window, "the window", ranks.as_str(), window);
    }
    claims.close();
}

#[test]
fn a_window_that_is_none_is_explained() {
    let mut claims = Claims::new();
    for window in ["100:11", "5:5", "0:5", "5", "", "a:b", "1:2:3", "-1:5", "1:99999999999999999999"] {
        let run = run(&features(), &[&format!("--window={window}")]);
        claims.equal(window, "the status", run.status, Some(2));
        claims.equal(window, "the output", run.output.as_str(), "");
        let explained = run.complaint.contains("rank") && run.complaint.contains("--window");
        claims.that(explained, || format!("{window:?}: {}", run.complaint));
    }
    claims.close();
}

#[test]
fn a_window_without_ranks_is_a_reason_and_no_failure() {
    for window in ["200:300", "1:2"] {
        let report = json(&features(), &["--window", window]);
        assert!(report["fit"].is_null(), "{window}");
        assert_eq!(report["reason"]["code"], "too_few_ranks", "{window}");
        let run = run(&features(), &["--window", window]);
        assert_eq!(run.status, Some(0), "{window}");
        assert!(
            run.output.contains("α                      none. A fit needs at least 3 ranks"),
            "{window}: {}",
            run.output
        );
    }
}

#[test]
fn a_refusal_is_one_sentence_with_its_code_in_brackets() {
    let mut claims = Claims::new();
    let hostile = folder("hostile");
    for (path, code) in [
        (data("missing.npy"), "unreadable"),
        (hostile.join("type"), "unreadable"),
        (hostile.join("not_ours/prose.npy"), "unknown_format"),
        (hostile.join("not_yet/features.npy.gz"), "unsupported_format"),
        (hostile.join("length/cut_at_240.npy"), "truncated_data"),
        (hostile.join("value/nan.npy"), "non_finite"),
    ] {
        for options in [&[][..], &["--json"]] {
            let run = run(std::slice::from_ref(&path), options);
            claims.equal(code, "the status", run.status, Some(1));
            claims.equal(code, "the output", run.output.as_str(), "");
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let whole = run.complaint.starts_with("eigenscope: ")
                && run.complaint.contains(&format!("{name}: "))
                && run.complaint.ends_with(&format!(". [{code}]\n"))
                && run.complaint.lines().count() == 1;
            claims.that(whole, || format!("{code}: {}", run.complaint));
        }
    }
    claims.close();
}

#[test]
fn several_files_are_one_matrix_in_any_order() {
    let shards = ["shard_10.npy", "shard_1.npy", "shard_2.npy"].map(|name| data("shards").join(name));
    let mut report = json(&shards, &["--threads", "1"]);
    assert_eq!(report["n"], 200);
    assert_eq!(report["name"], "shard_1.npy and 2 more");
    let reversed: Vec<PathBuf> = shards.iter().rev().cloned().collect();
    assert_eq!(report, json(&reversed, &["--threads", "1"]));
    // The same rows in another order have the same spectrum, but are another matrix.
    report["n"] = Value::Null;
    assert_ne!(report, json(&reversed[..2], &["--threads", "1"]));
}

#[test]
fn rows_that_are_not_finite_are_left_out_on_demand() {
    let path = [data("non_finite/nan_f4.npy")];
    assert_eq!(run(&path, &[]).status, Some(1));
    let report = json(&path, &["--non-finite", "skip"]);
    assert_eq!((&report["n"], &report["skipped_rows"]), (&Value::from(37), &Value::from(3)));
    let output = run(&path, &["--non-finite", "skip"]).output;
    assert!(output.contains("note                   3 rows that hold NaN or infinity were left out."), "{output}");
}

#[test]
fn timings_are_given_on_demand() {
    let timings = &json(&features(), &["--timings"])["timings"];
    for stage in ["read_and_moments_seconds", "eigenvalues_seconds"] {
        assert!(timings[stage].as_f64().is_some_and(|seconds| (0.0..60.0).contains(&seconds)), "{stage}: {timings}");
    }
    assert!(run(&features(), &["--timings"]).output.contains("seconds"));
    assert!(!run(&features(), &[]).output.contains("seconds"));
}

#[test]
fn the_precision_is_the_one_asked_for() {
    for precision in ["exact", "fast"] {
        assert_eq!(json(&features(), &["--precision", precision])["precision"], precision);
    }
    assert_eq!(run(&features(), &["--precision", "roughly"]).status, Some(2));
}

#[test]
fn people_get_alpha_with_what_limits_it() {
    let run = run(&features(), &[]);
    let reference = expected().report;
    let fit = &reference.fits["alpha-req"];
    let mut claims = Claims::new();
    for line in [
        format!("{FEATURES}: n = 160, d = 128, float16, C order"),
        format!("  α                      {:.4}   ranks 11–100, weights 1/k", fit.alpha),
        format!("  R²                     {:.4}", fit.r2.unwrap()),
        "  note                   There are fewer than 4 rows a column (n = 160, d = 128)".to_owned(),
        format!("  usable ranks           {} of 128 (rank ceiling 128)", reference.usable_ranks),
    ] {
        let there = run.output.lines().any(|found| found.starts_with(&line));
        claims.that(there, || format!("{line:?} is missing:\n{}", run.output));
    }
    claims.close();
}

#[test]
fn a_link_opens_what_was_analyzed() {
    let link = run(&features(), &["--link", "--window", "4:100"]);
    assert_eq!((link.status, link.complaint.as_str()), (Some(0), ""));
    let (base, fragment) = link.output.trim_end().split_once('#').unwrap();
    assert_eq!(base, "http://localhost:4173/");
    let record = link::read(fragment).unwrap().remove(0);
    let report = json(&features(), &["--window", "4:100"]);
    assert_eq!(record.numbers.line.unwrap().alpha, report["fit"]["alpha"].as_f64().unwrap());
    assert_eq!(record.numbers.interval.unwrap().low, report["uncertainty"]["low"].as_f64().unwrap());
    assert_eq!(record.name, None);
    let named = run(&features(), &["--link", "--names", "--base", "https://example.org/eigenscope/"]).output;
    let (base, fragment) = named.trim_end().split_once('#').unwrap();
    assert_eq!(base, "https://example.org/eigenscope/");
    assert_eq!(link::read(fragment).unwrap().remove(0).name.as_deref(), Some(FEATURES));
    for options in [&["--link", "--json"][..], &["--base", "https://a/"], &["--link", "--base", "javascript:1"]] {
        assert_eq!(run(&features(), options).status, Some(2), "{options:?}");
    }
}

#[test]
fn a_picture_carries_its_report() {
    let scratch = Scratch::new();
    let path = scratch.write("spectrum.svg", b"");
    let run = run(&features(), &["--json", "--svg", path.to_str().unwrap()]);
    assert_eq!((run.status, run.complaint.as_str()), (Some(0), ""));
    let svg = std::fs::read_to_string(&path).unwrap();
    let (_, rest) = svg.split_once("<metadata id=\"eigenscope\">").unwrap();
    let (text, _) = rest.split_once("</metadata>").unwrap();
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let (reports, printed): (Vec<Report>, Report) =
        (serde_json::from_str(&text).unwrap(), serde_json::from_str(&run.output).unwrap());
    assert_eq!(reports, [printed]);
    assert!(svg.contains("<circle") && svg.trim_end().ends_with("</svg>"));
    // What the page opens, the command does not.
    let report = scratch.write("report.json", run.output.as_bytes());
    for path in [path, report] {
        let complaint = self::run(&[path], &[]).complaint;
        assert!(complaint.contains("page") && complaint.ends_with("[unsupported_format]\n"), "{complaint}");
    }
}

#[test]
fn a_command_without_a_sense_is_refused() {
    for (paths, options) in
        [(&[][..], &[][..]), (&features(), &["--threads", "0"]), (&features(), &["--colour", "red"])]
    {
        let run = run(paths, options);
        assert_eq!(run.status, Some(2), "{options:?}");
        assert!(run.complaint.starts_with("error: "), "{options:?}: {}", run.complaint);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = command(&features(), &["--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let end = child.wait_with_output().unwrap();
    assert_eq!((end.status.code(), end.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn folders_are_no_part_of_a_report() {
    let path = features();
    let parent = path[0].parent().and_then(Path::to_str).unwrap().to_owned();
    assert!(!run(&path, &["--json"]).output.contains(&parent), "a report that is shared would say where the file lay");
}

#[test]
fn files_of_several_matrices_are_not_stacked_unless_that_is_asked_for() {
    let scratch = Scratch::new();
    let copies = ["epoch=2_rank0.npy", "epoch=2_rank1.npy", "epoch=10_rank0.npy", "epoch=10_rank1.npy"];
    let paths = copies.map(|name| {
        let path = scratch.path(name);
        std::fs::copy(data(FEATURES), &path).unwrap();
        path
    });
    for output in [run(&paths, &[]), moments_of(&paths, &scratch)] {
        assert_eq!((output.status, output.output.as_str()), (Some(1), ""));
        assert!(output.complaint.contains("2 matrices"), "{}", output.complaint);
        assert!(output.complaint.contains("epoch=2_rank0.npy to") && output.complaint.contains("(2 files)"));
        assert!(output.complaint.contains("--one-matrix") && output.complaint.contains("[several_matrices]"));
    }
    assert_eq!(json(&paths[..2], &[])["n"], 320);
    assert_eq!(json(&paths, &["--one-matrix"])["n"], 640);
}

fn moments_of(paths: &[PathBuf], scratch: &Scratch) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eigenscope"));
    let run = command.arg("moments").args(paths).arg("-o").arg(scratch.path("moments.npz")).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: run.status.code(), output: text(run.stdout), complaint: text(run.stderr) }
}
