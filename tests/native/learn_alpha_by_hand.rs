//! Lesson 2: its numbers against formulas written down here.

use eigenscope::learn::alpha_by_hand::{COLUMNS, ROWS, numbers, picture, strip};
use eigenscope::plot::Theme;

#[test]
fn a_flat_spectrum_uses_all_directions_alike() {
    let flat = numbers(0.0);
    let d = COLUMNS as f64;
    assert!((flat.first_share - 1.0 / d).abs() < 1e-15);
    assert!((flat.effective_rank / d - 1.0).abs() < 1e-12);
    assert!((flat.participation_ratio / d - 1.0).abs() < 1e-12);
    assert_eq!(flat.for_90, (0.9 * d).ceil() as usize);
}

#[test]
fn the_numbers_are_those_of_their_formulas() {
    for alpha in [0.5, 1.0, 2.0, 3.0] {
        let found = numbers(alpha);
        let values: Vec<f64> = (1..=COLUMNS).map(|k| (k as f64).powf(-alpha)).collect();
        let entropy = |values: &[f64]| {
            let sum: f64 = values.iter().sum();
            values.iter().map(|value| -(value / sum) * (value / sum).ln()).sum::<f64>().exp()
        };
        let sum: f64 = values.iter().sum();
        let squares: f64 = values.iter().map(|value| value * value).sum();
        let roots: Vec<f64> = values.iter().map(|value| value.sqrt()).collect();
        assert!((found.first_share - 1.0 / sum).abs() < 1e-12);
        assert!((found.effective_rank / entropy(&values) - 1.0).abs() < 1e-12);
        assert!((found.participation_ratio / (sum * sum / squares) - 1.0).abs() < 1e-12);
        // RankMe adds 10⁻⁷ to each share.
        assert!((found.rankme / entropy(&roots) - 1.0).abs() < 1e-3, "{} {}", found.rankme, entropy(&roots));
    }
}

#[test]
fn with_alpha_every_rank_falls_and_one_direction_takes_over() {
    let all: Vec<_> = (0..=30).map(|tenths| numbers(f64::from(tenths) / 10.0)).collect();
    assert!(all.is_sorted_by(|a, b| a.effective_rank > b.effective_rank
        && a.rankme > b.rankme
        && a.first_share < b.first_share));
    assert!(all[30].first_share > 0.8);
}

#[test]
fn the_picture_and_the_strip_are_of_the_alpha_that_was_chosen() {
    let options = || eigenscope::plot::PlotOptions { width: 400.0, height: 300.0, theme: Theme::Light };
    assert!(picture(1.25, options()).summary.contains("1.25"));
    let pixels = strip(2.0, 1, Theme::Light).unwrap();
    assert_eq!(pixels.len(), 4 * ROWS * COLUMNS);
    assert_eq!(pixels, strip(2.0, 1, Theme::Light).unwrap());
    assert_ne!(pixels, strip(2.0, 2, Theme::Light).unwrap());
    assert!(pixels.chunks(4).all(|pixel| pixel[3] == 255));
}
