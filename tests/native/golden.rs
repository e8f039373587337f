//! Every number of a Report is the reference's (NumPy, float64).

use eigenscope::engine::Engine;
use eigenscope::error::ErrorKind;
use eigenscope::evidence::Evidence;
use eigenscope::fit::{DEFAULT_WINDOW, Fit, Weight};
use eigenscope::given::Asked;
use eigenscope::moments::{Precision, Scaled};
use eigenscope::native::{Choices, NonFiniteRows, spectrum};
use eigenscope::report::{PresetFit, Report, Spectrum};

use crate::claims::Claims;
use crate::fixtures::{Answer, Case, Numbers, ReferenceFit, cases};

/// A sum of d numbers, all positive: nothing cancels.
const TOTAL_VARIANCE: f64 = 1e-12;

/// What 32-bit products may cost an eigenvalue, times λ₁.
const FAST_EIGENVALUES: f64 = 2e-6;

/// The same on a GPU.
const GPU_EIGENVALUES: f64 = 1e-6;

/// The engines.
const EXACT: Choices = Choices {
    engine: Engine::Workers,
    precision: Precision::Exact,
    non_finite: NonFiniteRows::Refuse,
    scaled: Scaled::Auto,
    threads: None,
    asked: Asked::NOTHING,
};
const FAST: Choices = Choices { precision: Precision::Fast, ..EXACT };

/// What 32-bit products may cost α over ranks 11–100.
const FAST_ALPHA: f64 = 1e-4;

#[test]
fn exact_reports_are_the_references() {
    answers(1, EXACT, |claims, name, found, expected| {
        let spectrum = &found.spectrum;
        let reference = &expected.report;
        let (rank, largest) = (reference.rank_ceiling, reference.eigenvalues[0]);
        claims.equal(name, "rank_ceiling", spectrum.rank_ceiling, rank);
        claims.equal(name, "zero_variance_columns", spectrum.zero_variance_columns, Some(expected.constant_columns));
        if expected.usable_ranks_certain {
            claims.equal(name, "usable_ranks", spectrum.usable_ranks, reference.usable_ranks);
        }
        let relative = |value: f64, tolerance: f64| value.abs() * tolerance;
        claims.near(name, "floor", spectrum.floor, reference.floor, relative(reference.floor, 1e-11));
        let total = reference.total_variance;
        claims.near(name, "total_variance", spectrum.total_variance, total, relative(total, TOTAL_VARIANCE));
        for (k, (&found, &value)) in spectrum.eigenvalues.iter().zip(&reference.eigenvalues).enumerate() {
            let allowed = largest * expected.tolerance.eigenvalues;
            claims.near(name, &format!("eigenvalue {}", k + 1), found, value, allowed);
        }

        let presets = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>();
        let wanted = presets(reference.fits.keys().collect());
        claims.equal(name, "presets", presets(found.fits.keys().collect()), wanted);
        for (preset, fit) in &reference.fits {
            let Some(PresetFit { fit: found, .. }) = found.fits.get(preset) else { continue };
            same_fit(claims, &format!("{name}, {preset}"), found, fit, expected.tolerance.alpha);
            if preset == "alpha-req" {
                claims.equal(name, "r2_100 is given", found.r2_100.is_some(), fit.r2_100.is_some());
                claims.equal(name, "r2_500 is given", found.r2_500.is_some(), fit.r2_500.is_some());
            }
        }
        match (&found.in_view.fit, &expected.default_fit) {
            (Some(found), Some(fit)) => {
                same_fit(claims, &format!("{name}, default window"), found, fit, expected.tolerance.alpha);
                let asked = (DEFAULT_WINDOW.first, DEFAULT_WINDOW.last);
                let clipped = (fit.last != asked.1).then_some(asked);
                claims.equal(name, "clipped_from", found.clipped_from, clipped);
            }
            (None, None) => {
                let reason = found.in_view.reason.as_ref().map(|reason| reason.code.as_str());
                claims.equal(name, "the reason for no fit", reason, Some("too_few_ranks"));
            }
            (found, fit) => claims.equal(name, "there is a default fit", found.is_some(), fit.is_some()),
        }
    });
}

#[test]
fn fast_reports_are_the_references_to_within_their_floor() {
    answers(1, FAST, |claims, name, found, expected| {
        within_the_floor(claims, name, found, expected, FAST_EIGENVALUES);
    });
}

/// A machine without a GPU needs a software one (lavapipe), or this fails. That takes a second per case, so only the
/// full tests run them all.
#[test]
fn gpu_reports_are_the_references_to_within_their_floor() {
    gpu_reports(12);
}

mod full {
    #[test]
    fn gpu_reports_are_the_references_in_every_case() {
        super::gpu_reports(1);
    }
}

fn gpu_reports(one_in: usize) {
    answers(one_in, Choices { engine: Engine::Gpu, ..FAST }, |claims, name, found, expected| {
        let spectrum = &found.spectrum;
        claims.equal(name, "engine", spectrum.engine.as_str(), "webgpu");
        claims.that(spectrum.adapter.is_some(), || format!("{name}: no adapter"));
        claims.equal(name, "reason", spectrum.engine_reason.code.as_str(), "asked");
        claims.equal(name, "rows on the GPU", Some(spectrum.gpu_rows), spectrum.n);
        let is_rounded = !matches!(spectrum.dtype.as_str(), "float16" | "float32");
        let says_so = found.notes.iter().any(|note| note.code == "rounded_for_gpu");
        claims.equal(name, "whether rounding is told", says_so, is_rounded);
        within_the_floor(claims, name, found, expected, GPU_EIGENVALUES);
    });
}

/// Eigenvalues that are no farther off than the floor says, nor than so much of λ₁, and the α of them.
fn within_the_floor(claims: &mut Claims, name: &str, found: &Report, expected: &Numbers, eigenvalues: f64) {
    let spectrum = &found.spectrum;
    let reference = &expected.report;
    claims.equal(name, "zero_variance_columns", spectrum.zero_variance_columns, Some(expected.constant_columns));
    claims.that(spectrum.floor >= reference.floor * (1.0 - 1e-5), || {
        format!("{name}: the floor {:e} is below exact arithmetic's {:e}", spectrum.floor, reference.floor)
    });
    for (k, (&found, &value)) in spectrum.eigenvalues.iter().zip(&reference.eigenvalues).enumerate() {
        let what = format!("eigenvalue {}", k + 1);
        claims.near(name, &what, found, value, spectrum.floor);
        claims.near(name, &what, found, value, eigenvalues * reference.eigenvalues[0]);
    }
    if let Some(fit) = reference.fits.get("alpha-req") {
        match found.fits.get("alpha-req") {
            Some(found) => claims.near(name, "α", found.fit.alpha, fit.alpha, FAST_ALPHA),
            None => claims.that(false, || format!("{name}: ranks 11–100 are not all above the floor")),
        }
    }
}

#[test]
fn rows_that_are_not_finite_are_counted_and_the_first_is_named() {
    let mut claims = Claims::new();
    for (name, case) in cases() {
        let Some(expected) = &case.non_finite else { continue };
        for choices in [EXACT, FAST] {
            let error = spectrum(&case.paths(&name), choices).unwrap_err();
            match *error.kind() {
                ErrorKind::NonFinite { rows, first_row, values, of }
                | ErrorKind::Float16Overflow { rows, first_row, values, of } => {
                    claims.equal(&name, "rows", rows, expected.rows);
                    claims.equal(&name, "first row", first_row, expected.first_row);
                    claims.equal(&name, "all rows", Some(of), case.provenance.as_ref().map(|p| p.shape[0]));
                    claims.that(values >= rows, || format!("{name}: {values} values in {rows} rows"));
                }
                ref other => claims.that(false, || format!("{name}: {other:?}")),
            }
        }
    }
    claims.close();
}

/// Analyzes every case, without its rows that are not finite where there are such, and has the claims made of it.
/// Checks the Report of one case in so many, by the order of their names.
fn answers(one_in: usize, choices: Choices, claim: impl Fn(&mut Claims, &str, &Report, &Numbers)) {
    let mut claims = Claims::new();
    for (name, case) in cases().into_iter().step_by(one_in) {
        one_answer(&mut claims, &name, &case, &case.answer, choices, &claim);
        if let Some(skip) = &case.skip {
            let name = format!("{name} without bad rows");
            let choices = Choices { non_finite: NonFiniteRows::Skip, ..choices };
            one_answer(&mut claims, &name, &case, skip, choices, &claim);
        }
    }
    claims.close();
}

fn one_answer(
    claims: &mut Claims,
    name: &str,
    case: &Case,
    answer: &Answer,
    choices: Choices,
    claim: impl Fn(&mut Claims, &str, &Report, &Numbers),
) {
    let file = name.split(" without ").next().unwrap_or(name);
    let found = spectrum(&case.paths(file), choices);
    match (answer, found) {
        (Answer::Refused { refused }, Err(error)) => claims.equal(name, "the refusal", error.code(), refused.as_str()),
        (Answer::Refused { refused }, Ok(_)) => claims.that(false, || format!("{name}: {refused} was not noticed")),
        (Answer::Numbers(_), Err(error)) => claims.that(false, || format!("{name}: refused, {error}")),
        (Answer::Numbers(expected), Ok(spectrum)) => {
            same_provenance(claims, name, &spectrum, case);
            let reference = &expected.report;
            claims.equal(name, "n", spectrum.n, Some(reference.n));
            claims.equal(name, "d", spectrum.d, Some(reference.d));
            claims.equal(name, "number of eigenvalues", spectrum.eigenvalues.len() as u64, reference.d);
            claims.equal(name, "method", spectrum.method.as_str(), method(&spectrum));
            claims.equal(name, "precision", spectrum.precision, choices.precision);
            let skipped = case.non_finite.as_ref().map_or(0, |bad| bad.rows);
            claims.equal(name, "skipped_rows", spectrum.skipped_rows, skipped);
            claim(claims, name, &Evidence::of(spectrum.clone()).report(DEFAULT_WINDOW, Weight::InverseRank), expected);
        }
    }
}

/// The smaller of the two matrices, by the rows that the file has.
fn method(spectrum: &Spectrum) -> &'static str {
    let rows = spectrum.n.map(|n| n + spectrum.skipped_rows);
    if rows < spectrum.d { "dual" } else { "covariance" }
}

fn same_provenance(claims: &mut Claims, name: &str, spectrum: &Spectrum, case: &Case) {
    let Some(expected) = &case.provenance else { return };
    claims.equal(name, "dtype", &spectrum.dtype, &expected.dtype);
    claims.equal(name, "byte order", &spectrum.byte_order, &expected.byte_order);
    claims.equal(name, "order", &spectrum.order, &expected.order);
    if let Some(files) = &case.files {
        let names: Vec<&String> = spectrum.files.iter().map(|file| &file.name).collect();
        claims.equal(name, "files", names, files.iter().collect());
    } else {
        claims.equal(name, "shape", &spectrum.shape, &expected.shape);
    }
}

fn same_fit(claims: &mut Claims, name: &str, found: &Fit, expected: &ReferenceFit, tolerance: f64) {
    claims.equal(name, "window", (found.first, found.last), (expected.first, expected.last));
    claims.near(name, "α", found.alpha, expected.alpha, tolerance);
    claims.near(name, "log_prefactor", found.log_prefactor, expected.log_prefactor, tolerance);
    let pairs = [
        ("R²", found.r2, expected.r2),
        ("weighted R²", found.r2_weighted, expected.r2_weighted),
        ("r2_100", found.r2_100, expected.r2_100),
        ("r2_500", found.r2_500, expected.r2_500),
    ];
    for (what, found, expected) in pairs {
        if let (Some(found), Some(expected)) = (found, expected) {
            claims.near(name, what, found, expected, tolerance);
        }
    }
}
