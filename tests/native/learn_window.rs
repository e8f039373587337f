//! Lesson 3: windows over MiniLM's spectra.

use eigenscope::fit::Window;
use eigenscope::learn::window::{Asked, Layer};
use eigenscope::plot::{PlotOptions, Theme};

const OPTIONS: PlotOptions = PlotOptions { width: 500.0, height: 400.0, theme: Theme::Light };
const SPECTRA: &str = include_str!("../../www/learn/networks/minilm/spectra.csv");
const RESULTS: &str = include_str!("../../www/learn/networks/minilm/results.csv");

fn layer(number: usize) -> Layer {
    Layer::new(SPECTRA, RESULTS, number)
}

fn asked(first: usize, last: usize, fitted: bool) -> Asked {
    Asked { window: Window { first, last }, guess: 0.5, fitted }
}

/// What the lesson's question and answer say.
#[test]
fn one_spectrum_has_many_alphas() {
    let last = layer(6);
    for (first, to, alpha, r2) in [(11, 100, 0.710, 0.993), (100, 381, 2.713, 0.889), (1, 10, 0.327, 0.952)] {
        let found = last.numbers(asked(first, to, true));
        assert!((found.alpha.unwrap() - alpha).abs() < 1e-3 && (found.r2.unwrap() - r2).abs() < 1e-3, "{found:?}");
        assert!((found.off.unwrap() - (0.5 - found.alpha.unwrap())).abs() < 1e-15);
    }
    let reasonable = last.numbers(asked(11, 100, true)).reasonable.unwrap();
    assert!(reasonable.low < 0.71 && 0.71 < reasonable.high);
}

#[test]
fn every_layer_has_the_alpha_that_the_script_found() {
    for (number, row) in RESULTS.lines().skip(1).enumerate() {
        let alpha: f64 = row.split(',').nth(3).unwrap().parse().unwrap();
        let found = layer(number).numbers(asked(11, 100, true)).alpha.unwrap();
        assert!((found - alpha).abs() < 1e-4, "{number}: {found} {alpha}");
    }
}

#[test]
fn the_guess_is_judged_without_the_fit_being_told() {
    let last = layer(6);
    let flat = last.numbers(Asked { guess: 0.2, ..asked(11, 100, false) }).summary;
    assert!(flat.ends_with("the spectrum lies above it at the first rank and below it at the last."), "{flat}");
    assert!(!flat.contains("0.71"));
    let steep = last.numbers(Asked { guess: 2.0, ..asked(11, 100, false) }).summary;
    assert!(steep.ends_with("the spectrum lies below it at the first rank and above it at the last."), "{steep}");
    let lines = |fitted| last.picture(asked(11, 100, fitted), OPTIONS).svg.matches("<polyline").count();
    assert_eq!(lines(true), lines(false) + 2);
}

#[test]
fn windows_without_a_line_say_why() {
    let last = layer(6);
    for (first, to) in [(50, 51), (100, 50), (0, 20), (300, 300)] {
        let found = last.numbers(asked(first, to, true));
        assert!(found.alpha.is_none() && found.summary.contains(&found.refusal.unwrap()), "{first} {to}");
        assert!(!last.picture(asked(first, to, true), OPTIONS).svg.contains("NaN"));
    }
    // No tables, no spectrum.
    let none = Layer::new("", "", 0);
    assert!(none.numbers(asked(11, 100, true)).alpha.is_none());
    assert!(!none.picture(asked(11, 100, true), OPTIONS).svg.contains("NaN"));
    assert!(!none.map(Window { first: 11, last: 100 }, OPTIONS).svg.contains("NaN"));
}

#[test]
fn the_map_has_the_window_in_view_marked() {
    let summary = layer(6).map(Window { first: 10, last: 100 }, OPTIONS).summary;
    assert!(summary.contains("The cell nearest to the window in view is marked: 0.7"), "{summary}");
}
