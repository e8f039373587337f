//! Features of a known spectrum are read as any file is, and what is found of them is what was put in.

use std::fs;
use std::path::PathBuf;

use eigenscope::fit::{Weight, Window};
use eigenscope::moments::Preparation;
use eigenscope::native::{self, Choices};
use eigenscope::report::Spectrum;
use eigenscope::source::Number;
use eigenscope::synth::{Features, Law, Recipe};

const RECIPE: Recipe = Recipe {
    law: Law::PowerLaw { alpha: 1.0 },
    rows: 6000,
    columns: 120,
    noise: 0.0,
    mean: 1.0,
    rotated: true,
    number: Number::Float32,
    seed: 1,
};

/// The file of a recipe, in pieces of some rows.
fn file(recipe: Recipe) -> Vec<u8> {
    let mut features = Features::new(recipe).unwrap();
    let mut bytes = features.header();
    for first in (0..recipe.rows).step_by(700) {
        bytes.extend(features.bytes(first, (recipe.rows - first).min(700)));
    }
    bytes
}

fn choices() -> Choices {
    Choices { threads: Some(1), ..Choices::default() }
}

/// The path of a recipe's file, which goes with the folder.
fn saved(recipe: Recipe) -> (tempfile::TempDir, [PathBuf; 1]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(recipe.file_name());
    fs::write(&path, file(recipe)).unwrap();
    (folder, [path])
}

fn spectrum(recipe: Recipe) -> Spectrum {
    let (_folder, paths) = saved(recipe);
    native::spectrum(&paths[..], choices()).unwrap()
}

/// The 95 % interval of the α of a file in a window.
fn interval(recipe: Recipe, window: Window) -> (f64, f64) {
    let (_folder, paths) = saved(recipe);
    let (study, _) = native::analyze(&paths[..], choices(), None).unwrap();
    let evidence = study.evidence(Preparation::default(), 0).unwrap().unwrap();
    let fit = evidence.fit(window, Weight::InverseRank).fit.unwrap();
    let uncertainty = evidence.uncertainty(&fit).unwrap().unwrap();
    (uncertainty.low, uncertainty.high)
}

/// Of ten intervals of 95 % one or two may miss; three would be one case in a hundred.
#[test]
fn the_known_alpha_is_in_the_interval() {
    let window = Window::new(4, 60).unwrap();
    for alpha in [0.5, 1.0, 1.5] {
        let held = (1..=10).filter(|&seed| {
            let (low, high) = interval(Recipe { law: Law::PowerLaw { alpha }, seed, ..RECIPE }, window);
            (low..=high).contains(&alpha)
        });
        assert!(held.count() >= 8, "α {alpha}");
    }
}

/// A rotation and a mean change no eigenvalue, and the seed's signal is the same with and without them.
#[test]
fn a_rotation_and_a_mean_leave_the_eigenvalues() {
    let plain = Recipe { rows: 400, mean: 0.0, rotated: false, number: Number::Float64, ..RECIPE };
    let expected = spectrum(plain).eigenvalues;
    let top = expected[0];
    for recipe in [Recipe { rotated: true, ..plain }, Recipe { rotated: true, mean: 3.0, ..plain }] {
        for (found, expected) in spectrum(recipe).eigenvalues.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-12 * top, "{found} {expected}");
        }
    }
}

/// White noise fills [(1 − √γ)², (1 + √γ)²], γ = d/m with m = n − 1. Its outermost eigenvalues lie at −1.2 ± 1.3 units inside of an edge, a unit being (√m ± √d)·|1/√m ± 1/√d|^⅓ / m
/// (Tracy and Widom 1996; Johnstone 2001).
#[test]
fn white_noise_has_the_edges_of_marchenko_and_pastur() {
    for (rows, columns) in [(4000, 400), (1000, 250), (300, 600)] {
        let found = spectrum(Recipe { law: Law::White, rows, columns, ..RECIPE });
        let freedom = (rows - 1) as f64;
        let (m, d) = (freedom.sqrt(), (columns as f64).sqrt());
        let (top, bottom) = (found.eigenvalues[0], found.eigenvalues[found.usable_ranks - 1]);
        for (value, sign) in [(top, 1.0), (bottom, -1.0)] {
            let edge = (m + sign * d).powi(2) / freedom;
            let unit = (m + sign * d).abs() * (1.0 / m + sign / d).abs().cbrt() / freedom;
            let inside = sign * (edge - value) / unit;
            assert!((inside - 1.2).abs() < 4.0 * 1.3, "{rows} × {columns}: {value}, {edge} ± {unit}");
        }
        assert_eq!(found.usable_ranks as u64, columns.min(rows - 1));
    }
}

/// A spike of variance ℓ above 1 + √γ, γ = d/n, comes out at ℓ·(1 + γ/(ℓ − 1)); one below it drowns (Baik, Ben Arous and Péché 2005).
#[test]
fn a_spike_stands_out_only_where_theory_says_so() {
    let recipe = |height| Recipe { law: Law::Spiked { spikes: 1, height }, rows: 4001, columns: 1000, ..RECIPE };
    let top = spectrum(recipe(4.0)).eigenvalues[0];
    let expected = 4.0 * (1.0 + 0.25 / 3.0);
    // Its deviation is √(2/n)·ℓ·√(1 − γ/(ℓ − 1)²).
    assert!((top - expected).abs() < 4.0 * (2.0f64 / 4000.0).sqrt() * 4.0, "{top} {expected}");
    let drowned = spectrum(recipe(1.3)).eigenvalues[0];
    assert!((drowned - 2.25).abs() < 0.06, "{drowned}");
}

/// Rounding to half or single precision is noise of that type's size, and nothing else.
#[test]
fn every_type_has_the_same_features() {
    let of = |number| spectrum(Recipe { rows: 500, mean: 0.0, number, ..RECIPE }).eigenvalues;
    let exact = of(Number::Float64);
    for (number, allowed) in [(Number::Float32, 1e-6), (Number::Float16, 2e-3)] {
        for (found, expected) in of(number).iter().zip(&exact) {
            assert!((found - expected).abs() < allowed * exact[0], "{number:?}: {found} {expected}");
        }
    }
}
