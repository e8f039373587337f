//! Reports that come back: they are what they were, and nothing in them is taken on trust.

use eigenscope::evidence::Evidence;
use eigenscope::fit::{DEFAULT_WINDOW, Weight, Window};
use eigenscope::given::Asked;
use eigenscope::link::{self, Writer};
use eigenscope::recorded::Recorded;
use eigenscope::report::Report;

use crate::claims::Claims;
use crate::fixtures::data;
use crate::link::evidence;

const OTHER: Window = Window { first: 4, last: 60 };

fn features() -> Evidence {
    evidence(&data("minilm_layer6_160x128_f2.npy"), Asked::NOTHING, 0)
}

/// A Report as it is after it was a file.
fn saved(report: &Report) -> Report {
    serde_json::from_str(&serde_json::to_string(report).unwrap()).unwrap()
}

fn restored(report: &Report) -> Evidence {
    let recorded = Recorded::of_report(saved(report)).unwrap();
    recorded.evidence(recorded.preparation(), recorded.dropped()).unwrap()
}

#[test]
fn in_its_window_a_report_is_what_it_was() {
    let features = features();
    for (window, weight) in [
        (DEFAULT_WINDOW, Weight::InverseRank),
        (Window { first: 2, last: 900 }, Weight::LogBinned),
        (OTHER, Weight::Equal),
    ] {
        let report = features.report(window, weight);
        assert!(report.uncertainty.is_some() && report.approximate.is_none());
        assert_eq!(Recorded::of_report(saved(&report)).unwrap().window(), (window, weight));
        assert_eq!(restored(&report).report(window, weight), report);
    }
}

#[test]
fn in_another_window_what_eigenvalues_tell_is_computed_and_the_rest_is_told() {
    let features = features();
    let back = restored(&features.report(DEFAULT_WINDOW, Weight::InverseRank));
    let (exact, found) = (features.report(OTHER, Weight::Equal), back.report(OTHER, Weight::Equal));
    assert_eq!(found.in_view, exact.in_view);
    assert_eq!((&found.fits, &found.metrics, &found.uncentred), (&exact.fits, &exact.metrics, &exact.uncentred));
    assert_eq!((&found.windows, &found.spectrum_shape), (&exact.windows, &exact.spectrum_shape));
    assert_eq!((&found.two_laws, &found.density, &found.notes), (&exact.two_laws, &exact.density, &exact.notes));
    assert_eq!((found.uncertainty, found.alpha_of_n, found.noise), (None, None, None));
    assert_eq!(found.uncertainty_reason.unwrap().code, "other_window");
    assert!(found.choices.iter().all(|choice| choice.alpha.is_none() && choice.reason.is_some()));
    assert_eq!(back.map(Weight::Equal), features.map(Weight::Equal));
}

#[test]
fn only_the_recorded_preparation_is_there() {
    let recorded = Recorded::of_report(features().report(DEFAULT_WINDOW, Weight::InverseRank)).unwrap();
    assert_eq!(recorded.evidence(recorded.preparation(), 1).unwrap_err().code, "not_recorded");
}

#[test]
fn a_report_without_a_fit_comes_back_with_its_reason() {
    let few = evidence(&data("shapes/2x12.npy"), Asked::NOTHING, 0).report(DEFAULT_WINDOW, Weight::InverseRank);
    assert!(few.in_view.fit.is_none());
    assert_eq!(restored(&few).report(DEFAULT_WINDOW, Weight::InverseRank), few);
}

#[test]
fn a_report_of_a_link_comes_back_too() {
    let mut writer = Writer::new();
    writer.add(&crate::link::wave(4096), DEFAULT_WINDOW, Weight::InverseRank, None).unwrap();
    let recorded = Recorded::of_link(link::read(&writer.fragment().unwrap()).unwrap().remove(0));
    let linked = recorded.evidence(recorded.preparation(), 0).unwrap();
    let report = linked.report(DEFAULT_WINDOW, Weight::InverseRank);
    let back = restored(&report);
    assert_eq!(back.report(DEFAULT_WINDOW, Weight::InverseRank), report);
    let (exact, found) = (linked.report(OTHER, Weight::Equal), back.report(OTHER, Weight::Equal));
    assert_eq!(found.in_view, exact.in_view);
    // How far it is off, a Report does not say.
    assert!(exact.approximate.unwrap().alpha_error.is_some() && found.approximate.unwrap().alpha_error.is_none());
    assert_eq!((found.windows, found.spectrum_shape), (None, None));
    // And no link of it says so either.
    let mut again = Writer::new();
    again.add(&back, OTHER, Weight::Equal, None).unwrap();
    let record = link::read(&again.fragment().unwrap()).unwrap().remove(0);
    assert_eq!((record.window, record.weight), (DEFAULT_WINDOW, Weight::InverseRank));
    assert_eq!(record.points.deviation()(50), None);
}

#[test]
fn a_report_that_cannot_be_is_refused() {
    let report = features().report(DEFAULT_WINDOW, Weight::InverseRank);
    let mut claims = Claims::new();
    let mut refused = |what: &str, expected: &str, change: fn(&mut Report)| {
        let mut changed = report.clone();
        change(&mut changed);
        let found = Recorded::of_report(changed).map_or_else(|error| error.code(), |_| "restored");
        claims.equal(what, "the code", found, expected);
    };
    refused("nothing changed", "restored", |_| {});
    refused("a newer version", "newer_report", |report| report.spectrum.version += 1);
    refused("an older version", "bad_report", |report| report.spectrum.version -= 1);
    refused("no eigenvalues", "bad_report", |report| report.spectrum.eigenvalues.clear());
    refused("an infinite eigenvalue", "bad_report", |report| report.spectrum.eigenvalues[0] = f64::INFINITY);
    refused("eigenvalues that rise", "bad_report", |report| report.spectrum.eigenvalues.swap(3, 4));
    refused("usable ranks past the end", "bad_report", |report| report.spectrum.usable_ranks = 129);
    refused("a usable rank of nothing", "bad_report", |report| report.spectrum.eigenvalues[126] = 0.0);
    refused("one row", "bad_report", |report| report.spectrum.n = Some(1));
    refused("fewer columns than eigenvalues", "bad_report", |report| report.spectrum.d = Some(100));
    refused("a negative floor", "bad_report", |report| report.spectrum.floor = -1.0);
    refused("another α", "bad_report", |report| report.in_view.fit.as_mut().unwrap().alpha += 1e-6);
    refused("another R²", "bad_report", |report| *report.in_view.fit.as_mut().unwrap().r2.as_mut().unwrap() -= 1e-6);
    refused("a window past the ranks", "bad_report", |report| report.in_view.fit.as_mut().unwrap().last = 129);
    refused("a window backwards", "bad_report", |report| report.in_view.fit.as_mut().unwrap().first = 101);
    refused("a clip that was none", "bad_report", |report| {
        report.in_view.fit.as_mut().unwrap().clipped_from = Some((11, 120));
    });
    refused("a window nobody uses", "bad_report", |report| {
        let full = report.fits.remove("full").unwrap();
        report.fits.insert("mine".to_owned(), full);
    });
    refused("an interval beside its α", "bad_report", |report| report.uncertainty.as_mut().unwrap().low += 10.0);
    refused("α(n) of no rows", "bad_report", |report| report.alpha_of_n.as_mut().unwrap().points[0].n = 0);
    refused("slopes without ranks", "bad_report", |report| {
        report.spectrum_shape.as_mut().unwrap().local_slope.ranks.pop();
    });
    refused("a residual of 10⁹", "bad_report", |report| {
        report.spectrum_shape.as_mut().unwrap().residuals.residuals[0] = 1e9;
    });
    claims.close();
}
