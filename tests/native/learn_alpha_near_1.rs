/*! Lesson 6: closed forms against draws, and what the lesson says of them. */

use eigenscope::learn::alpha_near_1::curves::{Along, Draws, Kind, Settings, best_alpha, theory};
use eigenscope::learn::alpha_near_1::simulate::Draw;
use eigenscope::learn::alpha_near_1::theory::{best_ridge, effective_ridge, worth};
use eigenscope::learn::alpha_near_1::{FEATURES, Labels, Problem, Ridge, Worth};

/// Means over draws, and their standard errors: of the error and of the accuracy.
fn drawn(problem: &Problem, labels: Labels, n: usize, ridge: f64, draws: u64) -> [(f64, f64); 2] {
    let worth: Vec<Worth> =
        (0..draws).map(|seed| Draw::new(n, FEATURES, seed).worth(problem, &[labels], n, ridge).unwrap()[0]).collect();
    [|worth: &Worth| worth.error, |worth: &Worth| worth.accuracy].map(|of| {
        let mean = worth.iter().map(of).sum::<f64>() / draws as f64;
        let square = worth.iter().map(|worth| (of(worth) - mean).powi(2)).sum::<f64>() / (draws - 1) as f64;
        (mean, (square / draws as f64).sqrt())
    })
}

/// The theory is exact only for infinitely many rows and features. With 256 features and from 32 rows on, its error is that of draws to 5 % and four standard errors of their mean.
#[test]
fn errors_are_those_of_draws() {
    for alpha in [0.0, 1.0, 2.0] {
        let problem = Problem::new(FEATURES, alpha, 1.5);
        for noise in [0.0, 1.0] {
            let labels = Labels::Numbers { noise };
            for (n, draws) in [(32, 40), (100, 30), (400, 12)] {
                for ridge in [0.0, 0.01, 1.0, best_ridge(&problem, labels, n as f64)] {
                    let theory = worth(&problem, labels, n as f64, Ridge::Fixed(ridge)).error;
                    let [(mean, deviation), _] = drawn(&problem, labels, n, ridge, draws);
                    // Without noise and a ridge everything is found, but for rounding.
                    let allowed = 0.05 * theory + 4.0 * deviation + 1e-12;
                    assert!(
                        (mean - theory).abs() < allowed,
                        "α {alpha}, noise {noise}, n {n}, ridge {ridge}: {mean} {theory} ± {deviation}"
                    );
                }
            }
        }
    }
}

/// Of classes, what a linear fit cannot find is taken for noise that knows nothing of the features. That costs 2 points of accuracy at most (and four standard errors).
#[test]
fn accuracies_are_those_of_draws() {
    for alpha in [0.5, 1.0, 2.0] {
        let problem = Problem::new(FEATURES, alpha, 1.5);
        for flipped in [0.0, 0.2, 0.4] {
            let labels = Labels::Classes { flipped };
            for (n, draws) in [(32, 40), (100, 30), (400, 12)] {
                for ridge in [0.0, 1.0] {
                    let theory = worth(&problem, labels, n as f64, Ridge::Fixed(ridge)).accuracy;
                    let [_, (mean, deviation)] = drawn(&problem, labels, n, ridge, draws);
                    let allowed = 0.02 + 4.0 * deviation;
                    assert!(
                        (mean - theory).abs() < allowed,
                        "α {alpha}, flipped {flipped}, n {n}, ridge {ridge}: {mean} {theory} ± {deviation}"
                    );
                }
            }
        }
    }
}

/// The equation holds, and where it has a solution by hand that is found: λ = 1 for all, n = d/2, no ridge: d/(1 + κ) = d/2, κ = 1.
#[test]
fn the_effective_ridge_solves_its_equation() {
    assert!((effective_ridge(&[1.0; 100], 50.0, 0.0) - 1.0).abs() < 1e-12);
    assert_eq!(effective_ridge(&[1.0; 100], 100.0, 0.0), 0.0);
    for alpha in [0.0, 0.3, 1.0, 3.0] {
        let variances = Problem::new(FEATURES, alpha, 1.0).variances;
        for n in [1.0, 8.0, 255.0, 255.99, 256.0, 257.0, 1024.0] {
            for delta in [0.0, 1e-9, 1e-3, 1.0, 1e4] {
                let kappa = effective_ridge(&variances, n, delta);
                if delta > 0.0 || n < 256.0 {
                    let left =
                        variances.iter().map(|variance| variance / (variance + kappa)).sum::<f64>() + delta / kappa;
                    assert!((left / n - 1.0).abs() < 1e-9, "α {alpha}, n {n}, δ {delta}: {left}");
                }
            }
        }
    }
}

/// Features of one variance, no ridge: the errors of Hastie et al. (2022) for isotropic features, in their letters γ = d/n: σ²/(1/γ − 1) for γ < 1, and (1 − 1/γ) + σ²/(γ − 1) for γ > 1.
#[test]
fn isotropic_features_have_the_published_errors() {
    let problem = Problem::new(FEATURES, 0.0, 1.0);
    let noise = 0.7;
    for n in [16.0, 100.0, 250.0, 262.0, 400.0, 1000.0] {
        let gamma = FEATURES as f64 / n;
        let expected =
            if gamma < 1.0 { noise * gamma / (1.0 - gamma) } else { 1.0 - 1.0 / gamma + noise / (gamma - 1.0) };
        let found = worth(&problem, Labels::Numbers { noise }, n, Ridge::Fixed(0.0)).error;
        assert!((found / expected - 1.0).abs() < 1e-9, "n {n}: {found} {expected}");
    }
    assert!(worth(&problem, Labels::Numbers { noise }, FEATURES as f64, Ridge::Fixed(0.0)).error.is_infinite());
}

/// Without a ridge and with far more features than rows, noise costs σ²·(α − 1) (Mallinar et al. 2022), so less the nearer α > 1 is to 1.
#[test]
fn noise_costs_less_the_nearer_alpha_is_to_1() {
    for alpha in [1.5, 2.0, 3.0] {
        let problem = Problem::new(200_000, alpha, 3.0);
        let error = |noise| worth(&problem, Labels::Numbers { noise }, 100.0, Ridge::Fixed(0.0)).error;
        let cost = error(1.0) - error(0.0);
        assert!((cost - (alpha - 1.0)).abs() < 0.06 * alpha, "α {alpha}: {cost}");
    }
}

fn settings(rows: usize, smoothness: f64, ridge: Ridge, labels: Kind) -> Settings {
    Settings { alpha: 1.0, rows, smoothness, ridge, labels, seed: 1 }
}

fn best(settings: Settings) -> [f64; 3] {
    let curve = theory(&settings, Along::Alpha);
    [0, 1, 2].map(|level| best_alpha(&curve, level, settings.labels).0)
}

/// The sentences of the lesson, each as a number.
#[test]
fn what_the_lesson_says_is_so() {
    let least_squares = Ridge::Fixed(0.0);
    // A smooth target, few rows, labels that are fitted exactly: with some noise α near 1 is best, with none the target's own exponent.
    let [clean, some, much] = best(settings(32, 2.0, least_squares, Kind::Numbers));
    assert!(
        (clean - 2.0).abs() < 0.06 && (0.9..=1.1).contains(&some) && (0.6..=0.9).contains(&much),
        "{clean} {some} {much}"
    );
    // Flipped labels: α from 0.8 to 1 whatever the part.
    for flipped in best(settings(32, 2.0, least_squares, Kind::Classes)) {
        assert!((0.8..=1.0).contains(&flipped), "{flipped}");
    }
    // A rough target wants a smaller α.
    assert!(best(settings(32, 0.5, least_squares, Kind::Numbers)).iter().all(|alpha| *alpha <= 0.55));
    // More rows do as well, until there are more than features, when α does not matter.
    assert!(best(settings(128, 2.0, least_squares, Kind::Numbers))[1] < 0.7);
    let many = theory(&settings(400, 2.0, least_squares, Kind::Numbers), Along::Alpha);
    assert!(many.iter().all(|place| (place.worth[1].error - many[0].worth[1].error).abs() < 1e-9));
    // With the best ridge the target's own exponent is best, whatever the noise: there the ridge estimate is the mean of a posterior whose prior is right.
    for smoothness in [1.0, 1.5, 2.0] {
        for labels in [Kind::Numbers, Kind::Classes] {
            for alpha in best(settings(32, smoothness, Ridge::Best, labels)) {
                assert!((alpha - smoothness).abs() < 0.06, "s {smoothness}: {alpha}");
            }
        }
    }
}

/// The peak at n = d is there without a ridge, and gone with the best one, where more rows never do harm (Nakkiran et al. 2021).
#[test]
fn the_peak_is_at_as_many_rows_as_features() {
    let along = |ridge| theory(&settings(32, 2.0, ridge, Kind::Numbers), Along::Rows);
    let peak = along(Ridge::Fixed(0.0));
    let highest = peak.iter().max_by(|a, b| a.worth[1].error.total_cmp(&b.worth[1].error)).unwrap();
    assert!((highest.at / FEATURES as f64 - 1.0).abs() < 0.005, "{}", highest.at);
    for pair in along(Ridge::Best).windows(2) {
        for level in 0..3 {
            assert!(pair[1].worth[level].error <= pair[0].worth[level].error * (1.0 + 1e-6) + 1e-9, "{pair:?}");
        }
    }
}

/// Step by step, the same numbers for the same seed, all of them within reach of the theory.
#[test]
fn draws_are_made_one_after_the_other() {
    let settings = settings(32, 2.0, Ridge::Fixed(0.01), Kind::Numbers);
    let make = |steps: usize| {
        let mut draws = Draws::new(settings);
        for _ in 0..steps {
            assert!(draws.step());
        }
        draws
    };
    let (few, more) = (make(5), make(20));
    assert_eq!(few.along(Along::Alpha), &more.along(Along::Alpha)[..5]);
    assert_eq!((more.along(Along::Alpha).len(), more.along(Along::Rows).len()), (13, 7));
    for place in more.along(Along::Rows) {
        let problem = Problem::new(FEATURES, 1.0, 2.0);
        let theory = worth(&problem, Labels::Numbers { noise: 1.0 }, place.at, Ridge::Fixed(0.01)).error;
        assert!((place.worth[2].error / theory).ln().abs() < 1.5, "{place:?}, {theory}");
    }
}
