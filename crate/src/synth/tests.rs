use super::*;

const RECIPE: Recipe = Recipe {
    law: Law::PowerLaw { alpha: 1.0 },
    rows: 50,
    columns: 21,
    noise: 0.01,
    mean: 2.0,
    rotated: true,
    number: Number::Float64,
    seed: 7,
};

fn all(recipe: Recipe) -> Vec<u8> {
    Features::new(recipe).unwrap().bytes(0, recipe.rows)
}

/// FNV-1a (Fowler, Noll and Vo).
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[test]
fn rows_are_the_same_whatever_pieces_they_are_made_in() {
    let whole = all(RECIPE);
    for piece in [1, 7, 49] {
        let mut features = Features::new(RECIPE).unwrap();
        let firsts: Vec<u64> = (0..RECIPE.rows).step_by(piece).collect();
        // The last pieces first: no row depends on an earlier one.
        let mut pieces: Vec<Vec<u8>> =
            firsts.iter().rev().map(|&first| features.bytes(first, (piece as u64).min(RECIPE.rows - first))).collect();
        pieces.reverse();
        assert_eq!(pieces.concat(), whole);
    }
}

/// The browser's tests hold the same file to the same number (`generate.test.mjs`).
#[test]
fn a_recipe_is_the_same_bytes_on_every_machine() {
    assert_eq!(format!("{:016x}", hash(&all(RECIPE))), "80c9d2b7f48e04e0");
}

#[test]
fn the_signal_does_not_depend_on_what_is_added() {
    let signal = |recipe: Recipe| {
        let mut features = Features::new(recipe).unwrap();
        let mut row = vec![0.0; 21];
        features.row(3, &mut row);
        row
    };
    let without = signal(Recipe { noise: 0.0, mean: 0.0, ..RECIPE });
    let quiet = signal(Recipe { noise: 1e-30, mean: 1e-15, ..RECIPE });
    for (without, quiet) in without.iter().zip(quiet) {
        assert!((without - quiet).abs() < 1e-13);
    }
    assert_ne!(without, signal(Recipe { noise: 0.0, mean: 0.0, seed: 8, ..RECIPE }));
}

/// The covariance of many rows is that of the population to a few standard errors, and its trace, which no rotation changes, is too.
#[test]
fn rows_have_the_mean_and_the_variance_that_were_asked_for() {
    let recipe = Recipe { rows: 20_000, ..RECIPE };
    let mut features = Features::new(recipe).unwrap();
    let (d, n) = (21, recipe.rows as f64);
    let (mut sums, mut squares, mut row) = (vec![0.0; d], vec![0.0; d], vec![0.0; d]);
    for i in 0..recipe.rows {
        features.row(i, &mut row);
        for (j, value) in row.iter().enumerate() {
            sums[j] += value;
            squares[j] += value * value;
        }
    }
    let variance: f64 = sums.iter().zip(&squares).map(|(sum, square)| square / n - (sum / n).powi(2)).sum();
    let truth = recipe.eigenvalues();
    let expected: f64 = truth.iter().sum();
    let allowed = 4.0 * (2.0 * truth.iter().map(|value| value * value).sum::<f64>() / n).sqrt();
    assert!((variance - expected).abs() < allowed, "{variance} {expected}");
    // Means are normal numbers of deviation 2 in units of √(expected/d); of 21 squares, the sum is within a factor of 2.
    let means: f64 = sums.iter().map(|sum| (sum / n).powi(2)).sum::<f64>() / (4.0 * expected);
    assert!((0.5..2.0).contains(&means), "{means}");
}

#[test]
fn laws_are_what_they_say() {
    let close = |left: f64, right: f64| (left - right).abs() < 1e-12;
    let values = Law::PowerLaw { alpha: 1.5 }.variances(100);
    assert!(close(values[99], 1e-3) && values[0] == 1.0);
    let broken = Law::Broken { head: 0.5, knee: 16.0, tail: 2.0 }.variances(64);
    assert!(close(broken[15], 0.25) && close(broken[63], 0.25 / 16.0) && close(broken[3], 0.5));
    let exponential = Law::Exponential { ranks: 10.0 }.variances(31);
    assert!(close(exponential[30], (-3f64).exp()));
    assert_eq!(Law::Exponential { ranks: 1.0 }.variances(2000)[1999], 1e-300);
    assert_eq!(Law::Spiked { spikes: 2, height: 9.0 }.variances(4), [9.0, 9.0, 1.0, 1.0]);
    assert_eq!(Law::White.variances(3), [1.0; 3]);
    assert_eq!(Recipe { law: Law::White, columns: 2, noise: 0.5, ..RECIPE }.eigenvalues(), [1.5, 1.5]);
}

#[test]
fn what_cannot_be_made_is_refused_in_a_sentence() {
    let refused = |recipe: Recipe| {
        let error = Features::new(recipe).unwrap_err();
        (error.code(), error.message())
    };
    let (code, message) = refused(Recipe { law: Law::PowerLaw { alpha: 4.5 }, ..RECIPE });
    assert_eq!((code, message.as_str()), ("out_of_range", "The exponent α is a number from 0 to 4, and 4.5 is not."));
    for recipe in [
        Recipe { rows: 1, ..RECIPE },
        Recipe { columns: 1, ..RECIPE },
        Recipe { columns: MOST_COLUMNS + 1, ..RECIPE },
        Recipe { noise: -1.0, ..RECIPE },
        Recipe { noise: f64::NAN, ..RECIPE },
        Recipe { mean: 101.0, ..RECIPE },
        Recipe { law: Law::Broken { head: 1.0, knee: 1.0, tail: 1.0 }, ..RECIPE },
        Recipe { law: Law::Broken { head: -1.0, knee: 5.0, tail: 1.0 }, ..RECIPE },
        Recipe { law: Law::Exponential { ranks: 0.5 }, ..RECIPE },
        Recipe { law: Law::Spiked { spikes: 0, height: 5.0 }, ..RECIPE },
        Recipe { law: Law::Spiked { spikes: 1, height: 0.5 }, ..RECIPE },
    ] {
        assert_eq!(refused(recipe).0, "out_of_range", "{recipe:?}");
    }
    let large = Recipe { rows: 100_000, columns: 16_384, ..RECIPE };
    assert_eq!(refused(large).0, "too_many_bytes");
    assert_eq!(refused(Recipe { number: Number::Int8, ..RECIPE }).0, "unsupported_dtype");
}

#[test]
fn a_file_is_named_after_what_is_in_it() {
    assert_eq!(RECIPE.file_name(), "synthetic power law α 1 noise 0.01 mean 2 seed 7.npy");
    let white = Recipe { law: Law::White, noise: 0.0, mean: 0.0, ..RECIPE };
    assert_eq!(white.file_name(), "synthetic white noise seed 7.npy");
}
