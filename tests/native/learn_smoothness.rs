/*! Lesson 7: the ring's threshold. */

use eigenscope::learn::smoothness::{
    MANY_PAIRS, Ring, View, fractal_dimension, frequencies, ring_limit, slopes, threshold,
};

/// Above 1 + 2/D, doubling the dimensions adds ever less, by a factor of 2^−(α − threshold) each time; at it, always as much; below, ever more.
#[test]
fn slopes_settle_exactly_above_the_threshold() {
    for stimulus in 1..=4 {
        let frequencies = frequencies(stimulus, MANY_PAIRS);
        assert!(frequencies.is_sorted() && frequencies.len() == MANY_PAIRS);
        for beyond in [-1.0, -0.5, 0.0, 0.5, 1.0] {
            let slopes = slopes(threshold(stimulus) + beyond, &frequencies);
            let square = |pairs: usize| slopes[pairs - 1].powi(2);
            let ratio = (square(4096) - square(1024)) / (square(1024) - square(256));
            // Two doublings between them. Numbers of frequencies are only roughly ∝ r^D.
            let expected = 4f64.powf(-beyond);
            assert!(
                (ratio / expected - 1.0).abs() < 0.1,
                "D {stimulus}, α {beyond} from the threshold: {ratio}, expected {expected}"
            );
        }
    }
}

/// Numbers of vectors of whole numbers by length: OEIS A004018, A005875 and A000118, halved.
#[test]
fn frequencies_are_counted_right() {
    let counts = |stimulus, last: u64| -> Vec<usize> {
        let frequencies = frequencies(stimulus, 400);
        (1..=last).map(|square| frequencies.iter().filter(|&&found| found == square).count()).collect()
    };
    assert_eq!(counts(1, 9), [1, 0, 0, 1, 0, 0, 0, 0, 1]);
    assert_eq!(counts(2, 10), [2, 2, 0, 2, 4, 0, 0, 2, 2, 4]);
    assert_eq!(counts(3, 6), [3, 6, 4, 3, 12, 12]);
    assert_eq!(counts(4, 5), [4, 12, 16, 12, 24]);
}

/// √ζ(2) = π/√6 at α = 4, √ζ(4) = π²/√90 at α = 6; none at 3 and below. And the lengths come near it.
#[test]
fn lengths_have_a_limit_above_3() {
    let pi = std::f64::consts::PI;
    assert!((ring_limit(4.0).unwrap() - pi / 6f64.sqrt()).abs() < 1e-10);
    assert!((ring_limit(6.0).unwrap() - pi * pi / 90f64.sqrt()).abs() < 1e-10);
    assert_eq!(ring_limit(3.0), None);
    for alpha in [3.5, 4.0, 5.0] {
        let last = *slopes(alpha, &frequencies(1, MANY_PAIRS)).last().unwrap();
        let limit = ring_limit(alpha).unwrap();
        // What is left out, as a sum: ∫ m^(2−α) from the last on.
        let rest = (MANY_PAIRS as f64).powf(3.0 - alpha) / (alpha - 3.0);
        assert!((limit * limit - last * last - rest).abs() < 1e-3 * rest.max(1e-3), "α {alpha}");
    }
}

/// The polygon through many points of a curve is as long as the slope says: 2π·√2·(slopes) for coordinates √(2λ)·cos mθ, here in all dimensions, not in the shadow.
#[test]
fn the_slope_is_the_length_of_the_curve() {
    for (alpha, pairs) in [(2.0, 6), (3.5, 20)] {
        let slope = slopes(alpha, &frequencies(1, pairs))[pairs - 1];
        let points = 4000;
        let step = std::f64::consts::TAU / f64::from(points);
        let at = |i: i32| -> Vec<f64> {
            let theta = f64::from(i) * step;
            let pair = |m: usize| {
                let radius = (2.0 * (m as f64).powf(-alpha)).sqrt();
                [radius * (m as f64 * theta).cos(), radius * (m as f64 * theta).sin()]
            };
            (1..=pairs).flat_map(pair).collect()
        };
        let length: f64 =
            (0..points).map(|i| at(i).iter().zip(at(i + 1)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()).sum();
        let circle = std::f64::consts::TAU * 2f64.sqrt();
        assert!((length / circle / slope - 1.0).abs() < 1e-3, "α {alpha}: {} {slope}", length / circle);
    }
}

/// Between 1 and 3, steps of a ring of very many dimensions grow as h^(α − 1), squared, which is what makes its dimension 2/(α − 1).
#[test]
fn below_the_threshold_the_ring_is_a_fractal() {
    for alpha in [1.5, 2.0, 2.5] {
        let square = |h: f64| {
            (1..200_000).map(|m| 4.0 * f64::from(m).powf(-alpha) * (1.0 - (f64::from(m) * h).cos())).sum::<f64>()
        };
        let exponent = (square(0.02) / square(0.005)).ln() / 4f64.ln();
        assert!((exponent - (alpha - 1.0)).abs() < 0.05, "α {alpha}: {exponent}");
        assert!((fractal_dimension(alpha, 1) - 2.0 / (alpha - 1.0)).abs() < 1e-12);
    }
    assert_eq!((fractal_dimension(3.0, 1), fractal_dimension(4.0, 1), fractal_dimension(2.0, 2)), (1.0, 1.0, 2.0));
    assert!(fractal_dimension(1.0, 1).is_infinite());
}

#[test]
fn the_shadow_keeps_its_shape_when_it_is_turned_and_its_start_when_more_is_added() {
    let ring = |pairs| Ring { alpha: 2.0, pairs, seed: 3 };
    // One pair is a circle.
    for [x, y, z] in ring(1).shadow() {
        assert!((x * x + y * y - 1.0).abs() < 1e-9 && z == 0.0);
    }
    let shadow = ring(64).shadow();
    assert_eq!(shadow, ring(64).shadow());
    assert_ne!(shadow, Ring { seed: 4, ..ring(64) }.shadow());
    let length = |point: [f64; 3]| point.iter().map(|c| c * c).sum::<f64>().sqrt();
    let farthest = shadow.iter().map(|point| length(*point)).fold(0.0, f64::max);
    assert!((farthest - 1.0).abs() < 1e-12);
    let view = View { turn: 37.0, tilt: 21.0 };
    for &point in &shadow {
        assert!((length(view.of(point)) - length(point)).abs() < 1e-12);
    }
    // From above the upright direction points at the eye; not turned and not tilted it points up.
    let near = |[a, b, c]: [f64; 3], [d, e, f]: [f64; 3]| (a - d).abs() + (b - e).abs() + (c - f).abs() < 1e-12;
    assert!(near(View { turn: 0.0, tilt: 0.0 }.of([0.0, 0.0, 1.0]), [0.0, 1.0, 0.0]));
    assert!(near(View { turn: 0.0, tilt: 90.0 }.of([0.0, 0.0, 1.0]), [0.0, 0.0, 1.0]));
}
