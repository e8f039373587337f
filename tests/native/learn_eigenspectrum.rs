//! Lesson 1: a cloud whose numbers are known, moved by hand.

use eigenscope::learn::eigenspectrum::{Cloud, POINTS, REACH};
use eigenscope::plot::{PlotOptions, Theme};

const OPTIONS: PlotOptions = PlotOptions { width: 500.0, height: 400.0, theme: Theme::Light };

/// Two points on each axis, at some distances: the covariance is diagonal, with 2a²/(n − 1) for each.
fn cross(arms: &[f64]) -> Cloud {
    let place = |(axis, arm): (usize, &f64)| {
        [-1.0, 1.0].map(|sign| {
            let mut point = [0.5, -0.25, 0.0];
            point[axis] += sign * arm;
            point
        })
    };
    Cloud::of(arms.len(), arms.iter().enumerate().flat_map(place).collect())
}

#[test]
fn eigenvalues_and_alpha_of_clouds_that_can_be_computed_by_hand() {
    let two = cross(&[1.0, 2.0]).numbers(4, 0.0);
    assert!((two.eigenvalues[0] - 8.0 / 3.0).abs() < 1e-14 && (two.eigenvalues[1] - 2.0 / 3.0).abs() < 1e-14);
    assert!((two.alpha.unwrap() - 2.0).abs() < 1e-13);
    // λ_k ∝ k^−2 has the arms 1/k.
    let three = cross(&[1.0, 1.0 / 3.0, 0.5]).numbers(4, 0.0);
    assert!((three.alpha.unwrap() - 2.0).abs() < 1e-13, "{three:?}");
    assert!((three.eigenvalues[2] - 2.0 / 9.0 / 5.0).abs() < 1e-14);
    let circle = cross(&[1.0, 1.0]).numbers(4, 0.0);
    assert_eq!(circle.alpha, Some(0.0));
}

#[test]
fn points_on_a_line_have_no_alpha_and_are_still_drawn() {
    let line = Cloud::of(2, (0..5).map(|index| [f64::from(index), 0.5 * f64::from(index), 0.0]).collect());
    let numbers = line.numbers(4, 0.0);
    assert_eq!(numbers.alpha, None);
    assert!(numbers.summary.ends_with("An eigenvalue is 0, so there is no α."));
    let heap = Cloud::of(3, vec![[1.0; 3]; 4]);
    for cloud in [line, heap] {
        let pictures = [cloud.picture(0, 30.0, 4, OPTIONS), cloud.bars(OPTIONS), cloud.ranks(OPTIONS)];
        assert!(pictures.iter().all(|picture| !picture.svg.contains("NaN")), "{pictures:?}");
    }
}

#[test]
fn axes_are_eigenvectors_at_right_angles_and_the_total_is_that_of_the_features() {
    for seed in 1..20 {
        let cloud = Cloud::new(3, seed).unwrap();
        let (values, axes) = cloud.principal();
        assert!(values.is_sorted_by(|a, b| a >= b));
        let n = POINTS as f64;
        let mean = [0, 1, 2].map(|i| cloud.points().iter().map(|point| point[i]).sum::<f64>() / n);
        let covariance = |i: usize, j: usize| {
            cloud.points().iter().map(|point| (point[i] - mean[i]) * (point[j] - mean[j])).sum::<f64>() / (n - 1.0)
        };
        let trace: f64 = (0..3).map(|i| covariance(i, i)).sum();
        assert!((values.iter().sum::<f64>() / trace - 1.0).abs() < 1e-13);
        for (value, axis) in values.iter().zip(&axes) {
            for (i, part) in axis.iter().enumerate() {
                let image: f64 = axis.iter().enumerate().map(|(j, other)| covariance(i, j) * other).sum();
                assert!((image - value * part).abs() < 1e-12, "{seed}");
            }
        }
        for (i, a) in axes.iter().enumerate() {
            for (j, b) in axes.iter().enumerate() {
                let product: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-13);
            }
        }
    }
}

#[test]
fn a_dragged_point_is_where_the_pointer_is() {
    for (features, turn) in [(2, 0.0), (2, 70.0), (3, 0.0), (3, 35.0), (3, 290.0)] {
        let mut cloud = Cloud::new(features, 3).unwrap();
        let pixel = [270.0, 180.0];
        cloud.drag(4, pixel, turn, OPTIONS);
        let picture = cloud.picture(4, turn, 2, OPTIONS);
        let apart = (picture.xs[4] - pixel[0]).hypot(picture.ys[4] - pixel[1]);
        assert!(apart < 2.0, "{features} {turn} {apart}");
        let seen = cloud.place_in_words(4);
        cloud.nudge(4, [0.5, 0.0, 0.0], turn);
        assert_ne!(seen, cloud.place_in_words(4));
        cloud.nudge(4, [100.0, 100.0, 0.0], turn);
        assert!(cloud.points()[4].iter().all(|value| value.abs() <= REACH));
        assert!(features == 3 || cloud.points()[4][2] == 0.0);
    }
}

#[test]
fn a_seed_is_the_same_cloud_and_steps_add_to_what_is_said() {
    let cloud = Cloud::new(2, 7).unwrap();
    assert_eq!(cloud, Cloud::new(2, 7).unwrap());
    assert_ne!(cloud, Cloud::new(2, 8).unwrap());
    assert_eq!(Cloud::new(1, 7).unwrap_err().code(), "out_of_range");
    assert!(cloud.numbers(1, 45.0).summary.ends_with(", turned by 45 degrees."));
    let said: Vec<String> = (1..=4).map(|step| cloud.numbers(step, 0.0).summary).collect();
    for (less, more) in said.iter().zip(&said[1..]) {
        assert!(more.starts_with(less.as_str()) && more.len() > less.len(), "{more}");
    }
    let marks = |step| cloud.picture(0, 0.0, step, OPTIONS).svg.matches("<polyline").count();
    assert!(marks(2) > marks(1));
}
