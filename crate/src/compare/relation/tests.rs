use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

/// `tests/data/relations.json`, of SciPy.
#[derive(Deserialize)]
struct Golden {
    cases: BTreeMap<String, Case>,
    critical: BTreeMap<usize, f64>,
}

#[derive(Deserialize)]
struct Case {
    measure: Vec<Option<f64>>,
    score: Vec<Option<f64>>,
    models: usize,
    spearman: Option<f64>,
    kendall: Option<f64>,
    spearman_interval: Option<(f64, f64)>,
    kendall_interval: Option<(f64, f64)>,
}

impl Case {
    fn sides(&self) -> (Vec<f64>, Vec<f64>) {
        let numbers = |side: &[Option<f64>]| side.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        (numbers(&self.measure), numbers(&self.score))
    }

    fn relation(&self) -> Relation {
        let (measure, score) = self.sides();
        relation(&measure, &score)
    }
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../../tests/data/relations.json")).unwrap()
}

/// Both coefficients of a relation that has them.
fn values(relation: &Relation) -> (f64, f64) {
    (relation.spearman.as_ref().unwrap().value, relation.kendall.as_ref().unwrap().value)
}

/// Lower and upper ends, NaN where there is none.
fn ends(estimate: &Estimate) -> (f64, f64) {
    (estimate.low.unwrap_or(f64::NAN), estimate.high.unwrap_or(f64::NAN))
}

/// Some numbers without ties that go together a little.
fn some(models: usize) -> (Vec<f64>, Vec<f64>) {
    let measure: Vec<f64> = (0..models).map(|i| ((i * 37 + 11) % 101) as f64 + i as f64 / 1000.0).collect();
    let score = measure.iter().enumerate().map(|(i, value)| value + ((i * 53 + 5) % 97) as f64).collect();
    (measure, score)
}

#[test]
fn coefficients_are_scipys() {
    let cases = golden().cases;
    assert!(cases.len() >= 15);
    for (name, case) in cases {
        let found = case.relation();
        assert_eq!(found.models, case.models, "{name}");
        for (estimate, scipys) in [(&found.spearman, case.spearman), (&found.kendall, case.kendall)] {
            match (estimate, scipys) {
                (Some(estimate), Some(scipys)) => {
                    let error = (estimate.value - scipys).abs();
                    assert!(error < 1e-12, "{name}: {} is off by {error}", estimate.value);
                }
                (None, None) => {}
                (estimate, scipys) => panic!("{name}: {estimate:?} and {scipys:?}"),
            }
        }
    }
}

/// Two runs of 2,000 and 20,000 resamples differ by chance.
#[test]
fn intervals_are_scipys() {
    let mut compared = 0;
    for (name, case) in golden().cases {
        let found = case.relation();
        for (estimate, scipys) in [(found.spearman, case.spearman_interval), (found.kendall, case.kendall_interval)] {
            let Some((low, high)) = scipys else { continue };
            let ours = ends(&estimate.unwrap());
            let error = (ours.0 - low).abs().max((ours.1 - high).abs());
            assert!(error < 0.04, "{name}: {ours:?} and ({low}, {high})");
            compared += 1;
        }
    }
    assert_eq!(compared, 6);
}

/// Two-sided, 0.05: Zar, Significance testing of the Spearman rank correlation coefficient, JASA 67 (1972).
const PUBLISHED: [(usize, f64); 6] = [(5, 1.000), (6, 0.886), (7, 0.786), (8, 0.738), (9, 0.700), (10, 0.648)];

#[test]
fn critical_values_are_those_of_the_tables_and_of_all_orders() {
    let all = golden().critical;
    for (models, published) in PUBLISHED {
        let Critical::Counted(rho) = critical(models) else { panic!("{models} are not counted") };
        assert!((rho - published).abs() < 0.0005 + 1e-9, "{models}: {rho} and {published}");
        assert_eq!(rho, all[&models]);
    }
}

/// Zar 1972 again. Drawn orders err a little.
#[test]
fn drawn_critical_values_are_those_of_the_tables() {
    for (models, published) in
        [(11, 0.618), (12, 0.587), (15, 0.521), (20, 0.447), (30, 0.362), (50, 0.279), (100, 0.197)]
    {
        let Critical::Drawn(rho) = critical(models) else { panic!("{models} are not drawn") };
        assert!((rho - published).abs() < 0.01, "{models}: {rho} and {published}");
    }
    let (Critical::Drawn(drawn), Critical::Normal(normal)) = (critical(500), critical(501)) else { panic!() };
    assert!((drawn - normal).abs() < 0.003, "{drawn} and {normal}");
}

#[test]
fn all_orders_are_counted() {
    assert_eq!(distances(3), [1, 0, 2, 0, 0, 0, 2, 0, 1]);
    assert_eq!(distances(10).iter().sum::<u64>(), 3_628_800);
}

/// τ_b pair by pair, as it is defined.
#[test]
fn pairs_are_counted_as_if_one_by_one() {
    for case in golden().cases.values() {
        let (measure, score) = case.sides();
        let both: Vec<(f64, f64)> =
            measure.into_iter().zip(score).filter(|(measure, score)| !measure.is_nan() && !score.is_nan()).collect();
        let (mut sum, mut measures, mut scores) = (0.0, 0.0, 0.0);
        let sign = |a: f64, b: f64| if a == b { 0.0 } else { (a - b).signum() };
        for (i, one) in both.iter().enumerate() {
            for other in &both[..i] {
                let (measure, score) = (sign(one.0, other.0), sign(one.1, other.1));
                sum += measure * score;
                measures += measure.abs();
                scores += score.abs();
            }
        }
        if let Some(kendall) = case.relation().kendall {
            assert!((kendall.value - sum / f64::sqrt(measures * scores)).abs() < 1e-12);
        }
    }
}

#[test]
fn resampled_models_count_as_often_as_they_come() {
    let (measure, score) = some(9);
    let times = [2, 0, 1, 3, 0, 1, 1, 0, 1];
    let again = |side: &[f64]| -> Vec<f64> {
        side.iter().zip(times).flat_map(|(value, times)| std::iter::repeat_n(*value, times as usize)).collect()
    };
    let found = Orders::new(&measure, &score).coefficients(&times).unwrap();
    assert_eq!((found.spearman, found.kendall), values(&relation(&again(&measure), &again(&score))));
}

#[test]
fn only_order_matters() {
    let (measure, score) = some(40);
    let found = relation(&measure, &score);
    let logarithms: Vec<f64> = measure.iter().map(|value| (value + 1.0).ln()).collect();
    let cubes: Vec<f64> = score.iter().map(|value| value.powi(3) - 1e6).collect();
    assert_eq!(relation(&logarithms, &score), found);
    assert_eq!(relation(&measure, &cubes), found);
    // The sides may change places.
    assert_eq!(relation(&score, &measure), found);
}

#[test]
fn what_is_turned_around_turns_its_sign() {
    let (measure, score) = some(40);
    let turned: Vec<f64> = measure.iter().map(|value| -value).collect();
    let (found, opposite) = (relation(&measure, &score), relation(&turned, &score));
    let (spearman, kendall) = values(&found);
    assert_eq!(values(&opposite), (-spearman, -kendall));
    for (one, other) in [(found.spearman, opposite.spearman), (found.kendall, opposite.kendall)] {
        let (one, other) = (ends(&one.unwrap()), ends(&other.unwrap()));
        assert!((one.0 + other.1).abs() < 1e-12 && (one.1 + other.0).abs() < 1e-12, "{one:?} and {other:?}");
    }
}

#[test]
fn a_perfect_order_is_exactly_one() {
    for models in 3..200 {
        let (measure, _) = some(models);
        assert_eq!(values(&relation(&measure, &measure)), (1.0, 1.0), "{models}");
    }
}

#[test]
fn few_models_and_mostly_equal_ones_have_no_interval() {
    let (measure, score) = some(5);
    assert_eq!(relation(&measure[..2], &score), Relation { models: 2, spearman: None, kendall: None });
    let four = relation(&measure[..4], &score);
    assert!(four.spearman.is_some_and(|four| four.low.is_none() && four.high.is_none()));
    assert!(relation(&measure, &score).kendall.is_some_and(|five| five.low.is_some() && five.high.is_some()));
    // One of five differs: it is in 67 of 100 resamples. One differs on one side and another on the other: both are in 42.
    let one = [1.0, 0.0, 0.0, 0.0, 0.0];
    assert!(relation(&one, &one).spearman.unwrap().low.is_some());
    let found = relation(&one, &[0.0, 1.0, 0.0, 0.0, 0.0]).spearman.unwrap();
    assert_eq!((found.value, found.low, found.high), (-0.25, None, None));
}

#[test]
fn the_caveat_says_what_so_many_models_can_show() {
    let said = |models| {
        let Sentence { code, message } = caveat(models);
        assert!(message.ends_with('.'), "{message}");
        (code, message)
    };
    for models in 0..5 {
        assert_eq!(said(models).0, "too_few_models");
    }
    assert_eq!(
        said(3).1,
        "With 3 models any order is likely by chance: 1 in 3 is perfect, one way or the other; nothing can be said from fewer than 5."
    );
    let few = said(8);
    assert_eq!(few.0, "few_models");
    assert!(
        few.1.starts_with("With 8 models |ρ| of 0.738 or more is reached by at most one in twenty orders"),
        "{}",
        few.1
    );
    assert!(said(5).1.starts_with("With 5 models only a perfect order, |ρ| = 1, is reached by"));
    assert!(said(20).1.contains("|ρ| of about 0.4"));
    assert_eq!(said(9).0, "few_models");
    assert_eq!(said(10).0, "models");
    assert!(said(10_001).1.starts_with("With 10,001 models |ρ| of about 0.020 or more (by the normal approximation)"));
    said(usize::MAX);
}

proptest! {
    #[test]
    fn no_numbers_make_it_panic(
        measure in proptest::collection::vec(prop_oneof![any::<f64>(), (0..3u8).prop_map(f64::from)], 0..24),
        score in proptest::collection::vec(prop_oneof![any::<f64>(), (0..3u8).prop_map(f64::from)], 0..24),
    ) {
        let found = relation(&measure, &score);
        prop_assert!(found.models <= measure.len().min(score.len()));
        prop_assert_eq!(found.spearman.is_some(), found.kendall.is_some());
        for estimate in [found.spearman, found.kendall].into_iter().flatten() {
            let (low, high) = (estimate.low.unwrap_or(-1.0), estimate.high.unwrap_or(1.0));
            prop_assert!(estimate.value.abs() <= 1.0 && -1.0 <= low && low <= high && high <= 1.0);
        }
        caveat(found.models);
    }
}

/// In how many of 300 simulations the interval of ρ holds the true one, of normal numbers with Pearson's correlation r: ρ = 6/π·asin(r/2).
fn coverage(models: usize, correlation: f64) -> f64 {
    const RUNS: usize = 300;
    let truth = 6.0 / std::f64::consts::PI * (correlation / 2.0).asin();
    let mut random = Random::new(models as u64);
    let holds = |_: &usize| {
        let measure: Vec<f64> = (0..models).map(|_| random.normal()).collect();
        let rest = (1.0 - correlation * correlation).sqrt();
        let score: Vec<f64> = measure.iter().map(|value| correlation * value + rest * random.normal()).collect();
        let (low, high) = ends(&relation(&measure, &score).spearman.unwrap());
        low <= truth && truth <= high
    };
    (0..RUNS).filter(holds).count() as f64 / RUNS as f64
}

/// The standard error of 95 % is 1.3 % here.
#[test]
fn intervals_cover_what_the_documentation_says() {
    for correlation in [0.0, 0.5, 0.95] {
        let share = coverage(10, correlation);
        assert!(share > 0.91, "{share} of r = {correlation}");
    }
    let share = coverage(5, 0.95);
    assert!((0.53..0.71).contains(&share), "{share}");
}
