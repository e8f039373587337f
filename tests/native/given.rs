//! What was made of features elsewhere has the spectrum that the features have, and says what it cannot tell.

use std::path::PathBuf;

use eigenscope::error::Error;
use eigenscope::evidence::Evidence;
use eigenscope::fit::{Weight, Window};
use eigenscope::given::{Asked, Given, GivenEigenvalues, Kind, Nature, archive};
use eigenscope::moments::Preparation;
use eigenscope::native::{Choices, analyze, moments as moments_of, spectrum};
use eigenscope::report::{Report, Sentence};
use eigenscope::study::Study;
use serde::Deserialize;

use crate::claims::Claims;
use crate::fixtures::{folder, read};
use crate::scratch::Scratch;

/// How far an eigenvalue may be off, times λ₁.
const EIGENVALUES: f64 = 1e-12;

/// Features as they are.
const RAW: Preparation = Preparation { centred: false, unit_rows: false, standardized: false };

/// Features over their standard deviation.
const STANDARDIZED: Preparation = Preparation { centred: true, unit_rows: false, standardized: true };

#[derive(Deserialize)]
struct Expected {
    cases: Vec<Case>,
}

/// A file that holds no features.
#[derive(Clone, Deserialize)]
struct Case {
    file: Option<String>,
    files: Option<Vec<String>>,
    kind: Option<String>,
    /// The features.
    same_as: Option<PathBuf>,
    n: Option<u64>,
    d: Option<u64>,
    /// Of a Gram matrix: of rows or of columns.
    of: Option<String>,
}

impl Case {
    fn name(&self) -> String {
        self.file.clone().unwrap_or_else(|| self.files.as_ref().unwrap().join(", "))
    }

    fn paths(&self) -> Vec<PathBuf> {
        let files = self.files.clone().unwrap_or_else(|| vec![self.file.clone().unwrap()]);
        files.iter().map(|file| folder("formats").join(file)).collect()
    }

    fn features(&self) -> Vec<PathBuf> {
        vec![folder("formats").join(self.same_as.as_ref().unwrap())]
    }

    fn what(&self) -> Kind {
        match (self.kind.as_deref().unwrap(), self.of.as_deref()) {
            ("eigenvalues", _) => Kind::Eigenvalues,
            ("covariance", _) => Kind::Covariance,
            ("gram", Some("rows")) => Kind::GramOfRows,
            ("gram", Some("columns")) => Kind::GramOfColumns,
            ("moments", _) => Kind::Moments,
            other => panic!("{other:?}"),
        }
    }

    /// All that a person may say of it.
    fn asked(&self) -> Asked {
        let kind = self.what();
        let n = matches!(kind, Kind::Eigenvalues | Kind::Covariance | Kind::GramOfColumns).then_some(self.n).flatten();
        let d = if kind == Kind::GramOfRows { self.d } else { None };
        Asked { given: Some(kind), n, d, centred: None }
    }
}

fn cases() -> Vec<Case> {
    let Expected { cases } = read(&folder("formats").join("expected.json"));
    cases.into_iter().filter(|case| case.kind.is_some()).collect()
}

fn choices(asked: Asked) -> Choices {
    Choices { asked, ..Choices::default() }
}

fn study(paths: &[PathBuf], asked: Asked) -> Study {
    analyze(paths, choices(asked), None).unwrap().0
}

fn evidence(study: &Study, preparation: Preparation) -> Result<Evidence, Sentence> {
    study.evidence(preparation, 0).unwrap()
}

fn report(evidence: &Evidence) -> Report {
    // Ranks that all of the fixtures have.
    evidence.report(Window { first: 2, last: 10 }, Weight::InverseRank)
}

#[test]
fn spectra_and_fits_are_those_of_the_features() {
    let mut claims = Claims::new();
    for case in cases() {
        let (name, kind) = (case.name(), case.what());
        let given = study(&case.paths(), case.asked());
        let features = study(&case.features(), Asked::NOTHING);
        let mut compared = 0;
        for preparation in [Preparation::default(), RAW, STANDARDIZED] {
            let Ok(found) = evidence(&given, preparation) else { continue };
            compared += 1;
            let truth = evidence(&features, preparation).unwrap();
            same(&mut claims, &format!("{name}, {preparation:?}"), kind, &report(&found), &report(&truth));
        }
        let wanted = match kind {
            Kind::Moments => 3,
            Kind::Covariance => 2,
            Kind::GramOfRows if name.contains("raw") => 2,
            _ => 1,
        };
        claims.equal(&name, "preparations", compared, wanted);
    }
    claims.close();
}

fn same(claims: &mut Claims, name: &str, kind: Kind, found: &Report, truth: &Report) {
    let (spectrum, other) = (&found.spectrum, &truth.spectrum);
    claims.equal(name, "what was given", spectrum.given, kind);
    claims.equal(name, "n", spectrum.n, other.n);
    claims.equal(name, "d", spectrum.d, other.d);
    claims.equal(name, "the rank ceiling", spectrum.rank_ceiling, other.rank_ceiling);
    claims.equal(name, "usable ranks", spectrum.usable_ranks, other.usable_ranks);
    claims.equal(name, "the divisor", &spectrum.divisor, &other.divisor);
    claims.near(name, "the floor", spectrum.floor, other.floor, 1e-9 * other.floor);
    let tells_columns = matches!(kind, Kind::Covariance | Kind::GramOfColumns | Kind::Moments);
    let constant = other.zero_variance_columns.filter(|_| tells_columns);
    claims.equal(name, "constant columns", spectrum.zero_variance_columns, constant);
    let largest = other.eigenvalues[0];
    claims.equal(name, "eigenvalues", spectrum.eigenvalues.len(), other.eigenvalues.len());
    for (k, (found, truth)) in spectrum.eigenvalues.iter().zip(&other.eigenvalues).enumerate() {
        claims.near(name, &format!("eigenvalue {}", k + 1), *found, *truth, EIGENVALUES * largest);
    }
    let fit = |report: &Report| report.in_view.fit.clone().unwrap();
    claims.near(name, "α", fit(found).alpha, fit(truth).alpha, 1e-9);
    claims.near(name, "R²", fit(found).r2.unwrap(), fit(truth).r2.unwrap(), 1e-9);
    claims.equal(name, "presets", found.fits.keys().collect::<Vec<_>>(), truth.fits.keys().collect());
    for (preset, fit) in &found.fits {
        claims.near(name, preset, fit.fit.alpha, truth.fits[preset].fit.alpha, 1e-9);
    }
    let relative = |claims: &mut Claims, what: &str, found: Option<f64>, truth: Option<f64>| {
        claims.equal(name, &format!("{what} is there"), found.is_some(), truth.is_some());
        if let (Some(found), Some(truth)) = (found, truth) {
            claims.near(name, what, found, truth, 1e-9 * truth.abs());
        }
    };
    let (a, b) = (&found.metrics, &truth.metrics);
    relative(claims, "participation ratio", Some(a.participation_ratio), Some(b.participation_ratio));
    relative(claims, "stable rank", Some(a.stable_rank), Some(b.stable_rank));
    relative(claims, "RankMe", a.rankme_eigenvalues, b.rankme_eigenvalues);
    relative(claims, "IsoScore", a.iso_score, b.iso_score);
    relative(claims, "the edge", a.marchenko_pastur_edge, b.marchenko_pastur_edge);
    claims.equal(name, "above the edge", a.eigenvalues_above_edge, b.eigenvalues_above_edge);
    claims.equal(name, "noise", &found.noise, &truth.noise);
    let laws = |report: &Report| report.two_laws.as_ref().map(|laws| laws.alpha);
    relative(claims, "one of two laws", laws(found), laws(truth));
    let bend = |report: &Report| report.spectrum_shape.as_ref().unwrap().change_by_sampling;
    claims.equal(name, "the bend of samples is known", bend(found).is_some(), bend(truth).is_some());
    // What takes the rows is left out, and told.
    claims.that(found.uncertainty.is_none() && found.alpha_of_n.is_none(), || {
        format!("{name}: an interval without rows")
    });
    let reason = found.uncertainty_reason.as_ref().map(|reason| reason.code.as_str());
    claims.equal(name, "the reason", reason, Some("needs_rows"));
    claims.that(found.notes.iter().any(|note| note.code == "needs_rows"), || format!("{name}: no note"));
    claims.that(!found.notes.iter().any(|note| note.code == "needs_n"), || format!("{name}: n is known"));
}

#[test]
fn what_nobody_has_said_is_left_out_and_told() {
    let mut claims = Claims::new();
    for case in cases() {
        let (name, kind) = (case.name(), case.what());
        if kind == Kind::Moments {
            continue;
        }
        let given = study(&case.paths(), Asked { given: Some(kind), ..Asked::NOTHING });
        let found = report(&evidence(&given, given.usual()).unwrap());
        let (n, d) = (found.spectrum.n, found.spectrum.d);
        let of_rows = kind == Kind::GramOfRows;
        claims.equal(&name, "n", n, if of_rows { case.n } else { None });
        claims.equal(&name, "d is known", d.is_some(), !of_rows);
        let note = if of_rows { "needs_d" } else { "needs_n" };
        claims.that(found.notes.iter().any(|other| other.code == note), || format!("{name}: no note {note}"));
        let metrics = &found.metrics;
        claims.equal(&name, "the edge", (metrics.marchenko_pastur_edge, metrics.eigenvalues_above_edge), (None, None));
        claims.equal(&name, "IsoScore is there", metrics.iso_score.is_some(), !of_rows);
        claims.that(found.noise.is_none() && found.two_laws.is_none(), || format!("{name}: noise of unknown size"));
        let shape = found.spectrum_shape.as_ref().unwrap();
        claims.equal(&name, "the shape", shape.verdict.code.as_str(), "needs_n");
        // α is there all the same, whatever the divisor.
        let features = study(&case.features(), Asked::NOTHING);
        let truth = report(&evidence(&features, given.usual()).unwrap());
        let alpha = |report: &Report| report.in_view.fit.as_ref().unwrap().alpha;
        claims.near(&name, "α", alpha(&found), alpha(&truth), 1e-9);
    }
    claims.close();
}

#[test]
fn eigenvalues_and_moments_need_no_question_and_a_symmetric_matrix_does() {
    let mut claims = Claims::new();
    for case in cases() {
        let (name, kind) = (case.name(), case.what());
        match spectrum(&case.paths(), Choices::default()) {
            Ok(found) => claims.equal(&name, "the kind", found.given, kind),
            Err(error) => {
                claims.that(!matches!(kind, Kind::Eigenvalues | Kind::Moments), || format!("{name}: {error}"));
                claims.equal(&name, "the code", error.code(), "which_matrix");
            }
        }
    }
    claims.close();
}

/// What `tests/formats/eigenvalues.py` wrote, and NumPy's answers.
#[derive(Deserialize)]
struct Rounded {
    first: usize,
    last: usize,
    cases: Vec<RoundedCase>,
}

#[derive(Deserialize)]
struct RoundedCase {
    file: String,
    usable: Option<usize>,
    alpha: Option<f64>,
    /// The code of a refusal, where it is said that these are eigenvalues.
    said: Option<String>,
    /// The same where nothing is said.
    unsaid: Option<String>,
}

#[test]
fn eigenvalues_from_arithmetic_in_32_bits_end_where_its_rounding_begins() {
    let Rounded { first, last, cases } = read(&folder("formats/eigenvalues/expected.json"));
    let mut claims = Claims::new();
    for RoundedCase { file, usable, alpha, said: wanted, unsaid } in cases {
        let path = [folder("formats/eigenvalues").join(&file)];
        for (asked, code) in [(said(Kind::Eigenvalues), wanted), (Asked::NOTHING, unsaid)] {
            let found = analyze(&path, choices(asked), None);
            claims.equal(&file, "the code", found.as_ref().err().map(|error| error.code().to_owned()), code);
            if let Err(error) = &found
                && asked.given.is_none()
            {
                claims.that(error.to_string().contains("--given eigenvalues"), || format!("{file}: {error}"));
            }
            let Ok((study, ..)) = found else { continue };
            let report = evidence(&study, study.usual()).unwrap().report(Window { first, last }, Weight::InverseRank);
            claims.equal(&file, "usable ranks", Some(report.spectrum.usable_ranks), usable);
            claims.near(&file, "α", report.in_view.fit.unwrap().alpha, alpha.unwrap(), 1e-8);
        }
    }
    claims.close();
}

#[test]
fn a_symmetric_matrix_can_be_features_after_all() {
    let path = [folder("formats/covariance/powerlaw_f8.npy")];
    let asked = Asked { given: Some(Kind::Features), ..Asked::NOTHING };
    let found = spectrum(&path, choices(asked)).unwrap();
    assert_eq!((found.given, found.n, found.d), (Kind::Features, Some(112), Some(112)));
}

#[test]
fn merged_moments_say_whose_they_are() {
    let parts = cases().into_iter().find(|case| case.files.is_some()).unwrap();
    let found = spectrum(&parts.paths(), Choices::default()).unwrap();
    assert_eq!(found.files.iter().map(|file| file.rows).collect::<Vec<_>>(), [12, 15, 18]);
    assert_eq!(found.name, "part_1.npz and 2 more");
    assert!(found.notes().iter().any(|note| note.code == "merged"));
}

/// An .npy file of float64 numbers.
fn npy(shape: &str, numbers: &[f64]) -> Vec<u8> {
    let mut file = crate::matrix::header("<f8", eigenscope::source::Order::C, shape);
    file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    file
}

fn refused(name: &str, bytes: &[u8], asked: Asked) -> Error {
    let scratch = Scratch::new();
    refusal(&[scratch.write(name, bytes)], asked)
}

fn refusal(paths: &[PathBuf], asked: Asked) -> Error {
    spectrum(paths, choices(asked)).unwrap_err()
}

fn said(given: Kind) -> Asked {
    Asked { given: Some(given), ..Asked::NOTHING }
}

/// What is refused, with the code and a part of the sentence: also for the list of all codes.
pub fn refusals() -> Vec<(&'static str, &'static str, Error)> {
    let covariance = [folder("formats/covariance/powerlaw_f8.npy")];
    let rows = [folder("formats/npy/small_f8.npy")];
    let eigenvalues = said(Kind::Eigenvalues);
    let raw = Nature { kind: Kind::GramOfColumns, centred: false, has_mean: false };
    let alone = Given::Eigenvalues(GivenEigenvalues { values: vec![1.0], floor: 0.0, n: None, centred: true });
    let negative = [1.0, 0.9, 0.1, 0.9, 1.0, 0.9, 0.1, 0.9, 1.0];
    vec![
        ("which_matrix", "is symmetric", refusal(&covariance, Asked::NOTHING)),
        ("not_a_matrix", "1 axis", refused("column.npy", &npy("(4,)", &[3.0, 1.5, 2.0, 0.5]), Asked::NOTHING)),
        ("not_a_matrix", "1 axis", refused("nan.npy", &npy("(3,)", &[3.0, f64::NAN, 0.5]), Asked::NOTHING)),
        ("not_eigenvalues", "value 2 is NaN", refused("a.npy", &npy("(3, 1)", &[3.0, f64::NAN, 0.5]), eigenvalues)),
        ("not_eigenvalues", "none can be negative", refused("a.npy", &npy("(1, 3)", &[3.0, 0.5, -1.0]), eigenvalues)),
        ("not_eigenvalues", "14 columns", refusal(&rows, eigenvalues)),
        ("not_a_covariance", "45 rows and 14 columns", refusal(&rows, said(Kind::Covariance))),
        (
            "not_a_covariance",
            "not symmetric",
            refused("a.npy", &npy("(3, 3)", &[2.0, 1.0, 0.0, 1.5, 2.0, 0.0, 0.0, 0.0, 1.0]), said(Kind::GramOfRows)),
        ),
        (
            "not_a_covariance",
            "its least eigenvalue is",
            refused("a.npy", &npy("(3, 3)", &negative), said(Kind::Covariance)),
        ),
        ("too_few_rows", "only 1 row", refusal(&covariance, Asked { n: Some(1), ..said(Kind::Covariance) })),
        (
            "counts_differ",
            "45 rows by the file and 46",
            refusal(&[folder("formats/moments/whole.npz")], Asked { n: Some(46), ..Asked::NOTHING }),
        ),
        ("counts_differ", "45 rows by the file and 46", refusal(&rows, Asked { n: Some(46), ..Asked::NOTHING })),
        (
            "all_rows_equal",
            "All rows are the same",
            refused("a.npy", &npy("(3, 3)", &[0.0; 9]), said(Kind::Covariance)),
        ),
        ("too_wide", "16,384 columns", too_wide()),
        ("needs_mean", "the mean of the columns", raw.refusal(Preparation::default()).unwrap()),
        ("needs_rows", "the rows themselves", alone.second_moment(Preparation::default()).unwrap_err()),
        ("bad_moments", "no three arrays", refusal(&rows, said(Kind::Moments))),
        ("bad_moments", "only moments", refusal(&[rows[0].clone(), rows[0].clone()], said(Kind::Covariance))),
        ("bad_moments", "the mean has 3 numbers", moments(&[(9.0, 3, 2)])),
        ("bad_moments", "n is 9.5", moments(&[(9.5, 3, 3)])),
        ("too_few_rows", "only 1 row", moments(&[(1.0, 3, 3)])),
        ("shards_differ", "it has 4 columns instead of 3", moments(&[(9.0, 3, 3), (9.0, 4, 4)])),
    ]
}

fn too_wide() -> Error {
    let scratch = Scratch::new();
    let start = crate::matrix::header("|u1", eigenscope::source::Order::C, "(16385, 16385)");
    let path = scratch.write_sparse("wide.npy", &start, start.len() as u64 + 16385 * 16385);
    refusal(&[path], said(Kind::Covariance))
}

/// The refusal of files of moments: n, the length of the mean, and the side of the covariance.
fn moments(files: &[(f64, usize, usize)]) -> Error {
    let scratch = Scratch::new();
    let path = |(index, &(n, length, side)): (usize, &(f64, usize, usize))| {
        let unit: Vec<f64> = (0..side * side).map(|at| f64::from(u8::from(at % (side + 1) == 0))).collect();
        let arrays = [
            ("n.npy", npy("()", &[n])),
            ("mean.npy", npy(&format!("({length},)"), &vec![0.5; length])),
            ("covariance.npy", npy(&format!("({side}, {side})"), &unit)),
        ];
        scratch.write(&format!("part_{index}.npz"), &archive(&arrays).unwrap())
    };
    let paths: Vec<PathBuf> = files.iter().enumerate().map(path).collect();
    refusal(&paths, Asked::NOTHING)
}

#[test]
fn what_is_none_is_refused_with_a_reason() {
    let mut claims = Claims::new();
    for (code, part, error) in refusals() {
        claims.equal(code, "the code", error.code(), code);
        claims.that(error.to_string().contains(part), || format!("{code}: {error}"));
    }
    claims.close();
}

#[test]
fn what_cannot_be_had_of_a_matrix_is_refused_preparation_by_preparation() {
    let covariance = Nature { kind: Kind::Covariance, centred: true, has_mean: false };
    let nature = |kind, centred, has_mean| Nature { kind, centred, has_mean };
    let at_unit_length = Preparation { unit_rows: true, ..Preparation::default() };
    let raw_standardized = Preparation { standardized: true, ..RAW };
    let mut claims = Claims::new();
    for (nature, preparation, code) in [
        (covariance, Preparation::default(), None),
        (covariance, STANDARDIZED, None),
        (covariance, RAW, Some("needs_mean")),
        (covariance, at_unit_length, Some("needs_rows")),
        (nature(Kind::Covariance, false, false), RAW, None),
        (nature(Kind::Covariance, false, false), raw_standardized, Some("needs_mean")),
        (nature(Kind::GramOfColumns, false, false), Preparation::default(), Some("needs_mean")),
        (nature(Kind::GramOfRows, false, false), RAW, None),
        (nature(Kind::GramOfRows, false, false), Preparation::default(), None),
        (nature(Kind::GramOfRows, true, false), RAW, Some("needs_mean")),
        (nature(Kind::GramOfRows, false, false), STANDARDIZED, Some("needs_rows")),
        (nature(Kind::Moments, true, true), raw_standardized, None),
        (nature(Kind::Moments, true, true), at_unit_length, Some("needs_rows")),
        (nature(Kind::Eigenvalues, true, false), RAW, Some("needs_rows")),
        (nature(Kind::Eigenvalues, true, false), STANDARDIZED, Some("needs_rows")),
    ] {
        let refusal = nature.refusal(preparation);
        let found = refusal.as_ref().map(|error| error.code());
        claims.equal(&format!("{nature:?}, {preparation:?}"), "the refusal", found, code);
    }
    claims.close();
}

#[test]
fn moments_that_are_saved_and_opened_again_give_the_same_spectrum() {
    let mut claims = Claims::new();
    let scratch = Scratch::new();
    let shards = ["shard_1.npy", "shard_2.npy", "shard_10.npy"].map(|name| folder("data/shards").join(name));
    let other = |name: &str| vec![folder("formats").join(name)];
    for (name, features) in [
        ("tall", other("npy/small_f8.npy")),
        ("wide", other("npy/wide_f4.npy")),
        ("shards", shards.to_vec()),
        ("large mean", vec![folder("data/scales/mean_1e4_f8.npy")]),
    ] {
        let (bytes, n, d) = moments_of(&features, Choices::default()).unwrap();
        let saved = [scratch.write(&format!("{name}.npz"), &bytes)];
        let (found, truth) = (study(&saved, Asked::NOTHING), study(&features, Asked::NOTHING));
        for preparation in [Preparation::default(), RAW] {
            let (found, truth) = (evidence(&found, preparation).unwrap(), evidence(&truth, preparation).unwrap());
            claims.equal(name, "n and d", (found.spectrum.n, found.spectrum.d), (Some(n), Some(d)));
            same_eigenvalues(&mut claims, name, &report(&found), &report(&truth));
            // Of raw features with a large mean λ₁ is all mean, and what is right to 10⁻¹² of it is not right to 10⁻⁹ of the others.
            if preparation.centred {
                same_alpha(&mut claims, name, &report(&found), &report(&truth));
            }
        }
    }
    // Moments of parts make those of the whole.
    let parts = [&shards[..1], &shards[1..]].map(|shards| {
        let (bytes, n, _) = moments_of(shards, Choices::default()).unwrap();
        scratch.write(&format!("part_of_{n}.npz"), &bytes)
    });
    let merged = [scratch.write("merged.npz", &moments_of(&parts, Choices::default()).unwrap().0)];
    let truth = report(&evidence(&study(&shards, Asked::NOTHING), Preparation::default()).unwrap());
    for paths in [parts.as_slice(), &merged] {
        let found = report(&evidence(&study(paths, Asked::NOTHING), Preparation::default()).unwrap());
        same_eigenvalues(&mut claims, "merged", &found, &truth);
        same_alpha(&mut claims, "merged", &found, &truth);
    }
    claims.close();
    let error = moments_of(&[folder("formats/eigenvalues/powerlaw_f8.npy")], Choices::default()).unwrap_err();
    assert_eq!(error.code(), "bad_moments");
}

fn same_eigenvalues(claims: &mut Claims, name: &str, found: &Report, truth: &Report) {
    let largest = truth.spectrum.eigenvalues[0];
    for (k, (found, truth)) in found.spectrum.eigenvalues.iter().zip(&truth.spectrum.eigenvalues).enumerate() {
        claims.near(name, &format!("eigenvalue {}", k + 1), *found, *truth, EIGENVALUES * largest);
    }
    claims.equal(name, "usable ranks", found.spectrum.usable_ranks, truth.spectrum.usable_ranks);
}

fn same_alpha(claims: &mut Claims, name: &str, found: &Report, truth: &Report) {
    let alpha = |report: &Report| report.in_view.fit.as_ref().unwrap().alpha;
    claims.near(name, "α", alpha(found), alpha(truth), 1e-9);
}
