//! Links: what is shown comes back, what arrives damaged is told, and nothing that arrives takes much memory.

use std::process::Command;

use eigenscope::evidence::Evidence;
use eigenscope::fit::{DEFAULT_WINDOW, Weight, Window, power_law};
use eigenscope::given::Asked;
use eigenscope::link::{self, MOST_POINTS, Writer};
use eigenscope::moments::Preparation;
use eigenscope::native::{Choices, Given, analyze};
use eigenscope::recorded::Recorded;
use eigenscope::report::Report;

use crate::allocation::so_far;
use crate::claims::Claims;
use crate::fixtures::{data, folder};
use crate::fuzzing;
use crate::matrix::Random;

const FEATURES: &str = "minilm_layer6_160x128_f2.npy";

/// All that is known of a file, in its usual preparation.
pub fn evidence(path: &std::path::Path, asked: Asked, dropped: usize) -> Evidence {
    let choices = Choices { asked, ..Choices::default() };
    let (study, _) = analyze(Given { paths: &[path.to_owned()], array: None }, choices, None).unwrap();
    study.evidence(study.usual(), dropped).unwrap().unwrap()
}

/// Real features; eigenvalues of nobody knows how many rows; and a window that is clipped, with components left out.
fn shared() -> Vec<(&'static str, Evidence, Window, Weight)> {
    let eigenvalues = folder("formats").join("eigenvalues/n_variance.csv");
    vec![
        ("features", evidence(&data(FEATURES), Asked::NOTHING, 0), DEFAULT_WINDOW, Weight::InverseRank),
        ("eigenvalues", evidence(&eigenvalues, Asked::NOTHING, 0), Window { first: 4, last: 50 }, Weight::LogBinned),
        ("clipped", evidence(&data(FEATURES), Asked::NOTHING, 3), Window { first: 2, last: 900 }, Weight::Equal),
        ("no fit", evidence(&data(FEATURES), Asked::NOTHING, 0), Window { first: 500, last: 900 }, Weight::Equal),
    ]
}

/// A law with a wave on it, of so many columns.
pub fn wave(d: usize) -> Evidence {
    let wave = |k: f64| (k + 3.0).powf(-1.1) * (1.0 + 0.2 * k.ln().sin());
    let base = evidence(&data(FEATURES), Asked::NOTHING, 0).spectrum;
    let eigenvalues: Vec<f64> = (1..=d).map(|k| wave(k as f64)).collect();
    Evidence::of(eigenscope::report::Spectrum {
        n: Some(4 * d as u64),
        d: Some(d as u64),
        rank_ceiling: d as u64,
        usable_ranks: d,
        total_variance: eigenvalues.iter().sum(),
        eigenvalues,
        ..base
    })
}

fn fragment(of: &[(&Evidence, Window, Weight)]) -> String {
    let mut writer = Writer::new();
    for (evidence, window, weight) in of {
        writer.add(evidence, *window, *weight, None).unwrap();
    }
    writer.fragment().unwrap()
}

/// What a link of one spectrum brings.
fn brought(fragment: &str) -> Recorded {
    Recorded::of_link(link::read(fragment).unwrap().remove(0))
}

fn restored(recorded: &Recorded) -> Evidence {
    recorded.evidence(recorded.preparation(), recorded.dropped()).unwrap()
}

/// The numbers that a page shows of a comparison, in their bits.
fn shown(report: &Report) -> Vec<Option<u64>> {
    let fit = report.in_view.fit.as_ref();
    let interval = report.uncertainty.as_ref();
    let numbers = [
        fit.map(|fit| fit.alpha),
        fit.and_then(|fit| fit.r2),
        fit.and_then(|fit| fit.r2_weighted),
        interval.map(|found| found.low),
        interval.map(|found| found.high),
        interval.map(|found| found.standard_error),
        report.uncentred.rankme,
        Some(report.metrics.participation_ratio),
        Some(report.metrics.effective_rank_centred_variance),
        Some(report.metrics.stable_rank),
        Some(report.spectrum.total_variance),
        report.metrics.marchenko_pastur_edge,
    ];
    let whole = [report.spectrum.n, report.spectrum.d, Some(report.spectrum.usable_ranks as u64)];
    let ranks = fit.map_or([None; 4], |fit| {
        let (first, last) = fit.clipped_from.unwrap_or((0, 0));
        [fit.first, fit.last, first, last].map(|rank| Some(rank as u64))
    });
    numbers.map(|number| number.map(f64::to_bits)).into_iter().chain(whole).chain(ranks).collect()
}

#[test]
fn what_is_shown_comes_back_bit_for_bit() {
    for (name, evidence, window, weight) in shared() {
        let recorded = brought(&fragment(&[(&evidence, window, weight)]));
        assert_eq!(recorded.window(), (window, weight), "{name}");
        let (before, after) = (evidence.report(window, weight), restored(&recorded).report(window, weight));
        assert_eq!(shown(&before), shown(&after), "{name}");
        assert_eq!(before.spectrum.preparation, after.spectrum.preparation, "{name}");
        assert_eq!(before.spectrum.rank_ceiling, after.spectrum.rank_ceiling, "{name}");
        assert_eq!(before.spectrum.dropped_components, after.spectrum.dropped_components, "{name}");
        assert_eq!(before.in_view.reason, after.in_view.reason, "{name}");
        let floor = (after.spectrum.floor / before.spectrum.floor).ln().abs();
        assert!(before.spectrum.floor == 0.0 || floor < 1e-5, "{name}: {floor}");
    }
}

#[test]
fn what_takes_all_eigenvalues_is_left_out_and_told() {
    let evidence = wave(4096);
    let recorded = brought(&fragment(&[(&evidence, DEFAULT_WINDOW, Weight::InverseRank)]));
    let report = restored(&recorded).report(DEFAULT_WINDOW, Weight::InverseRank);
    let approximate = report.approximate.unwrap();
    assert!((MOST_POINTS - 3..=MOST_POINTS).contains(&approximate.points) && approximate.of == 4096);
    assert_eq!(approximate.alpha_error, None);
    assert!(report.fits.is_empty() && report.windows.is_none() && report.spectrum_shape.is_none());
    assert!(report.two_laws.is_none() && report.density.is_none() && report.exponential_decay.is_none());
    assert!(report.noise.is_none() && report.metrics.components_for.is_none());
    assert_eq!(report.windows_verdict.code, "needs_eigenvalues");
    let note = &report.notes[0];
    assert_eq!(note.code, "from_link");
    assert!(note.message.starts_with(&format!("{} of 4,096 eigenvalues came with the link", approximate.points)));
    assert_eq!(restored(&recorded).without_map().unwrap().code, "needs_eigenvalues");
}

#[test]
fn another_window_has_an_alpha_within_its_error() {
    let mut claims = Claims::new();
    for d in [100, 384, 4096, 30_000] {
        let evidence = wave(d);
        let recorded = brought(&fragment(&[(&evidence, DEFAULT_WINDOW, Weight::InverseRank)]));
        let restored = restored(&recorded);
        for (first, last) in [(1, d), (4, 60), (11, 99), (20, d / 2), (d / 3, d - 2)] {
            for weight in Weight::ALL {
                let window = Window { first, last };
                let Some(exact) = evidence.fit(window, weight).fit else { continue };
                let report = restored.report(window, weight);
                let (found, error) = (report.in_view.fit.unwrap(), report.approximate.unwrap().alpha_error.unwrap());
                let off = (found.alpha - exact.alpha).abs();
                claims.that(off <= error && error < 0.02, || format!("{d}, {first}–{last}: {off:e} of {error:e}"));
                claims.equal("another window", "the interval", report.uncertainty, None);
                claims.equal("another window", "R²", (found.r2_100, found.r2_500), (None, None));
            }
        }
    }
    claims.close();
}

#[test]
fn an_interval_belongs_to_its_window() {
    let (_, evidence, window, weight) = shared().remove(0);
    let recorded = brought(&fragment(&[(&evidence, window, weight)]));
    let other = restored(&recorded).report(Window { first: 4, last: 100 }, weight);
    assert_eq!(other.uncertainty_reason.unwrap().code, "other_window");
    let (_, evidence, window, weight) = shared().remove(1);
    let none = restored(&brought(&fragment(&[(&evidence, window, weight)]))).report(window, weight);
    assert_eq!(none.uncertainty_reason.unwrap().code, "not_recorded");
}

#[test]
fn another_preparation_is_refused() {
    let (_, evidence, window, weight) = shared().remove(0);
    let recorded = brought(&fragment(&[(&evidence, window, weight)]));
    let standardized = Preparation { standardized: true, ..Preparation::default() };
    for (preparation, dropped) in [(standardized, 0), (Preparation::default(), 1)] {
        assert_eq!(recorded.evidence(preparation, dropped).unwrap_err().code, "not_recorded");
    }
}

#[test]
fn four_spectra_and_an_address_stay_within_2000_characters() {
    let (small, large) = (wave(768), wave(65_536));
    let (window, weight) = (DEFAULT_WINDOW, Weight::InverseRank);
    let of = [(&small, window, weight), (&large, window, weight), (&small, window, weight), (&large, window, weight)];
    let text = fragment(&of);
    assert!(text.len() + 80 <= 2_000, "{}", text.len());
    let points: Vec<usize> = link::read(&text).unwrap().iter().map(|record| record.points.count()).collect();
    assert!(points.iter().all(|&points| (108..=112).contains(&points)), "{points:?}");
    assert!(fragment(&of[..3]).len() < text.len());
}

#[test]
fn what_came_by_a_link_is_passed_on_as_it_came() {
    let (_, evidence, window, weight) = shared().remove(0);
    let first = fragment(&[(&evidence, window, weight)]);
    let again = restored(&brought(&first));
    // In whatever window it is looked at.
    assert_eq!(fragment(&[(&again, Window { first: 4, last: 50 }, Weight::Equal)]), first);
    // With fewer points where there are many spectra, and then with a larger error.
    let wide = wave(20_000);
    let wide_again = restored(&brought(&fragment(&[(&wide, window, weight)])));
    let many = fragment(&[(&wide_again, window, weight); 4]);
    let fewer = restored(&Recorded::of_link(link::read(&many).unwrap().remove(3)));
    let report = |evidence: &Evidence| evidence.report(Window { first: 4, last: 9_000 }, weight);
    let error = |evidence: &Evidence| report(evidence).approximate.unwrap().alpha_error.unwrap();
    assert!(error(&fewer) > error(&wide_again));
    let alpha = |report: Report| report.in_view.fit.unwrap().alpha;
    assert!((alpha(report(&fewer)) - alpha(report(&wide))).abs() <= error(&fewer));
    assert_eq!(shown(&fewer.report(window, weight)), shown(&wide_again.report(window, weight)));
}

#[test]
fn names_come_only_where_they_are_asked_for() {
    let (_, evidence, window, weight) = shared().remove(0);
    let named = |name: Option<&str>| {
        let mut writer = Writer::new();
        writer.add(&evidence, window, weight, name).unwrap();
        link::read(&writer.fragment().unwrap()).unwrap().remove(0).name
    };
    assert_eq!(named(None), None);
    assert_eq!(named(Some("layer\u{202e} 3\n")), Some("layer 3".to_owned()));
    assert_eq!(named(Some("\u{7}")), None);
    assert_eq!(named(Some(&"n".repeat(60))).unwrap().chars().count(), 40);
}

fn code(fragment: &str) -> &'static str {
    link::read(fragment).map_or_else(|error| error.code(), |_| "read")
}

/// The refusals of links: code and error.
pub fn refusals() -> Vec<(&'static str, eigenscope::Error)> {
    let (_, evidence, window, weight) = shared().remove(0);
    let text = fragment(&[(&evidence, window, weight)]);
    let refused = |text: &str| link::read(text).unwrap_err();
    let report = evidence.report(window, weight);
    let mut newer = report.clone();
    newer.spectrum.version += 1;
    let mut other = report;
    other.spectrum.eigenvalues[0] = -1.0;
    let mut full = Writer::new();
    (0..link::MOST_SPECTRA).for_each(|_| full.add(&evidence, window, weight, None).unwrap());
    vec![
        ("damaged_link", refused(&text[..text.len() - 1])),
        ("newer_link", refused(&changed(&text, |bytes| bytes[0] = 2))),
        ("bad_link", refused(&changed(&text, |bytes| bytes[1] = 0))),
        ("link_too_long", full.add(&evidence, window, weight, None).unwrap_err()),
        ("newer_report", Recorded::of_report(newer).unwrap_err()),
        ("bad_report", Recorded::of_report(other).unwrap_err()),
        ("not_recorded", eigenscope::error::ErrorKind::NotRecorded.into()),
    ]
}

/// The same link with other bytes, and a checksum that is right.
fn changed(text: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = fuzzing::bytes_of_link(text);
    change(&mut bytes);
    fuzzing::link_of_bytes(bytes)
}

#[test]
fn a_cut_or_damaged_link_says_so() {
    let text = fragment(&[(&wave(384), DEFAULT_WINDOW, Weight::InverseRank)]);
    assert_eq!(code(&text), "read");
    assert_eq!(code(&text[1..]), "read");
    for length in 0..text.len() {
        assert_eq!(code(&text[..length]), "damaged_link", "{length}");
    }
    for at in 3..text.len() {
        let letter = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        let damaged = [&text[..at], letter, &text[at + 1..]].concat();
        assert_eq!(code(&damaged), "damaged_link", "{at}");
    }
    for end in [".", ")", "%20", "=", "==", "\n"] {
        assert_eq!(code(&format!("{text}{end}")), "damaged_link", "{end:?}");
    }
    let message = link::read(&text[..500]).unwrap_err().to_string();
    assert!(message.contains("497 characters of it arrived"), "{message}");
    assert_eq!(code(&format!("#s={}", "A".repeat(16_385))), "link_too_long");
}

#[test]
fn every_field_is_checked() {
    let text = fragment(&[(&wave(384), DEFAULT_WINDOW, Weight::InverseRank)]);
    let mut claims = Claims::new();
    let mut refused = |what: &str, at: usize, value: &[u8]| {
        let found = code(&changed(&text, |bytes| bytes[2 + at..2 + at + value.len()].copy_from_slice(value)));
        claims.equal(what, "the code", found, "bad_link");
    };
    let f64s = |value: f64| value.to_le_bytes();
    let f32s = |value: f32| value.to_le_bytes();
    refused("flags that mean nothing", 0, &[0x41]);
    refused("weights that are none", 0, &[0x31]);
    refused("more left out than there are columns", 1, &[1, 0]);
    refused("one row", 3, &[1, 0, 0, 0, 0, 0]);
    refused("fewer columns than eigenvalues", 9, &[0x7f, 1, 0, 0]);
    refused("no eigenvalues", 13, &[0, 0, 0]);
    refused("more eigenvalues than fit", 13, &[1, 0, 1]);
    refused("no usable rank", 16, &[0, 0, 0]);
    refused("more usable ranks than eigenvalues", 16, &[0x81, 1, 0]);
    refused("a window from rank 0", 19, &[0, 0, 0]);
    refused("a window backwards", 19, &[200, 0, 0]);
    refused("a window past the ranks with an α", 19, &[0x7f, 1, 0, 0xff, 1, 0]);
    refused("blocks without an interval", 25, &[10]);
    refused("an infinite α", 26, &f64s(f64::INFINITY));
    refused("R² without α", 26, &f64s(f64::NAN));
    refused("half an interval", 34, &f64s(1.0));
    refused("R² above 1", 58, &f64s(1.5));
    refused("no participation ratio", 82, &f64s(f64::NAN));
    refused("a negative variance", 106, &f64s(-1.0));
    refused("λ₁ that is no number", 114, &f32s(f32::NAN));
    refused("λ₁ past all floats", 114, &f32s(800.0));
    refused("a span upwards", 118, &f32s(-1.0));
    refused("a floor above λ₁", 122, &f32s(1.0));
    refused("more points than there may be", 134, &[0, 0]);
    refused("a name that is no text", 136, &[1, 0xff]);
    refused("a name past the end", 136, &[255]);
    refused("eigenvalues that rise", 139, &[0, 0]);
    for (what, change) in [
        ("a spectrum too many", (|bytes| bytes[1] = 2) as fn(&mut Vec<u8>)),
        ("no spectrum", |bytes| bytes[1] = 0),
        ("33 spectra", |bytes| bytes[1] = 33),
        ("version 0", |bytes| bytes[0] = 0),
        ("a byte too many", |bytes| bytes.push(0)),
        ("a byte too few", |bytes| bytes.truncate(bytes.len() - 1)),
        ("nothing", |bytes| bytes.clear()),
        ("a long name", |bytes| {
            bytes[138] = 41;
            bytes.splice(139..139, [b'n'; 41]);
        }),
    ] {
        claims.equal(what, "the code", code(&changed(&text, change)), "bad_link");
    }
    claims.close();
}

#[test]
fn no_fragment_makes_it_panic_or_takes_a_megabyte() {
    let (small, large) = (wave(384), wave(65_536));
    let (window, weight) = (DEFAULT_WINDOW, Weight::InverseRank);
    let mut seeds: Vec<String> =
        shared().iter().map(|(_, of, window, weight)| fragment(&[(of, *window, *weight)])).collect();
    seeds.push(fragment(&[(&large, window, weight)]));
    seeds.push(fragment(&[(&small, window, weight); 6]));
    let mut random = Random(20_261_127);
    let mut read = 0;
    for round in 0..10_000 {
        let seed = &seeds[round % seeds.len()];
        let text = match round % 5 {
            // Whatever letters.
            0 => {
                let length = random.below(3_000);
                let letter = |_| char::from(b"ABCabc019-_=%#s "[random.below(16)]);
                format!("#s={}", (0..length).map(letter).collect::<String>())
            }
            // Whatever bytes, with a checksum that is right.
            1 => {
                let length = random.below(600);
                let mut bytes: Vec<u8> = (0..length).map(|_| random.bits() as u8).collect();
                bytes.splice(0..0, [link::VERSION, random.below(3) as u8]);
                fuzzing::link_of_bytes(bytes)
            }
            // Damaged on its way.
            2 => {
                let mut bytes = seed.clone().into_bytes();
                let at = random.below(bytes.len());
                bytes[at] = b'A' + random.below(50) as u8;
                String::from_utf8(bytes).unwrap()
            }
            // Damaged on purpose.
            _ => changed(seed, |bytes| {
                for _ in 0..1 + random.below(3) {
                    let at = random.below(bytes.len());
                    bytes[at] = random.bits() as u8;
                }
            }),
        };
        read += fuzzing::link(text.as_bytes(), so_far);
    }
    assert!(read > 1_000, "only {read} spectra were read");
}

/// README's function runs as it stands there, wherever there is a Python; its results are what the core has of the same eigenvalues.
#[test]
fn a_link_from_python_is_read() {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let (_, code) = include_str!("../../README.md").split_once("```python\nimport base64").unwrap();
    let (code, _) = code.split_once("```").unwrap();
    assert!(code.lines().count() <= 30, "the README promises a short function");
    for (d, n, window) in [(384, 1_000, DEFAULT_WINDOW), (100, 60, Window { first: 3, last: 90 })] {
        let evidence = wave(d);
        let eigenvalues = &evidence.spectrum.eigenvalues;
        let Window { first, last } = window;
        let script = format!(
            "import base64{code}\nprint(link({eigenvalues:?}, {n}, {d}, {first}, {last}, name='from Python'))\n"
        );
        let run = Command::new(&python).args(["-c", &script]).output().expect("the README's function takes Python 3");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let text = String::from_utf8(run.stdout).unwrap();
        let (base, fragment) = text.trim_end().split_once('#').unwrap();
        assert_eq!(base, "http://localhost:4173/");
        let record = link::read(fragment).unwrap().remove(0);
        let usable = d.min(n as usize - 1);
        let fit = power_law(eigenvalues, usable, window, Weight::InverseRank).unwrap();
        let line = record.numbers.line.unwrap();
        for (found, expected) in [
            (line.alpha, fit.alpha),
            (line.r2.unwrap(), fit.r2.unwrap()),
            (line.r2_weighted.unwrap(), fit.r2_weighted.unwrap()),
        ] {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
        let metrics = eigenscope::metrics::of(eigenvalues, None, Some(d as u64), d, 1.0);
        let numbers = &record.numbers;
        for (found, expected) in [
            (numbers.participation_ratio, metrics.participation_ratio),
            (numbers.effective_rank, metrics.effective_rank_centred_variance),
            (numbers.stable_rank, metrics.stable_rank),
            (numbers.total_variance, evidence.spectrum.total_variance),
        ] {
            assert!((found / expected - 1.0).abs() < 1e-9, "{found} is not {expected}");
        }
        assert_eq!((record.n, record.d, record.window), (Some(n), Some(d as u64), window));
        assert_eq!((record.name.as_deref(), record.points.usable()), (Some("from Python"), usable));
        let recorded = Recorded::of_link(record);
        let report = restored(&recorded).report(Window { first: 5, last: 40 }, Weight::Equal);
        let exact = power_law(eigenvalues, usable, Window { first: 5, last: 40 }, Weight::Equal).unwrap();
        assert!((report.in_view.fit.unwrap().alpha - exact.alpha).abs() < 1e-3);
        assert_eq!(report.approximate.unwrap().alpha_error, None);
        assert_eq!(report.uncertainty_reason.unwrap().code, "not_recorded");
    }
}
