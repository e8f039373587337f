//! Flat spectra: what would be rounding divided by rounding is nothing, with a reason.

use eigenscope::fit::{DEFAULT_WINDOW, Weight, Window, power_law};
use eigenscope::native::{Choices, Given, analyze};
use eigenscope::report::Report;
use eigenscope::source::Order;
use nalgebra::DMatrix;

use crate::matrix::{Matrix, Random};
use crate::scratch::Scratch;

/// Features whose covariance is the identity: the left singular vectors of centred numbers.
fn whitened(n: usize, d: usize) -> Matrix {
    let mut random = Random(7);
    let mut x = DMatrix::from_fn(n, d, |_, _| random.number());
    for mut column in x.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
    }
    let u = x.svd(true, false).u.unwrap() * ((n - 1) as f64).sqrt();
    Matrix { n, d, values: u.transpose().as_slice().to_vec() }
}

fn report(name: &str, bytes: &[u8], choices: Choices) -> Report {
    let scratch = Scratch::new();
    let paths = [scratch.write(name, bytes)];
    let study = analyze(Given { paths: &paths, array: None }, choices, None).unwrap().0;
    study.evidence(study.usual(), 0).unwrap().unwrap().report(DEFAULT_WINDOW, Weight::default())
}

fn check(report: &Report) {
    let fit = report.in_view.fit.as_ref().unwrap();
    assert_eq!((fit.alpha, fit.r2, fit.r2_weighted, fit.r2_100, fit.r2_500), (0.0, None, None, None, None));
    assert_eq!(report.spectrum_shape.as_ref().unwrap().verdict.code, "flat");
    assert!(report.spectrum_shape.as_ref().unwrap().alternatives.is_empty());
    assert_eq!(report.uncertainty, None);
    assert_eq!(report.uncertainty_reason.as_ref().unwrap().code, "flat_spectrum");
    assert!(report.alpha_of_n.is_none() && report.bias.is_none());
    assert!(report.density.is_none() && report.two_laws.is_none());
}

#[test]
fn whitened_features_have_no_r_squared() {
    check(&report("whitened.npy", &whitened(300, 40).npy(Order::C), Choices::default()));
}

#[test]
fn equal_eigenvalues_have_none_either() {
    let values = "2.5\n".repeat(60);
    let asked = eigenscope::given::Asked { given: Some(eigenscope::given::Kind::Eigenvalues), ..Default::default() };
    check(&report("flat.txt", values.as_bytes(), Choices { asked, ..Choices::default() }));
}

#[test]
fn a_slope_that_is_more_than_rounding_is_one() {
    let eigenvalues: Vec<f64> = (1..=60).map(|k| 2.5 * (k as f64).powf(-1e-6)).collect();
    let fit = power_law(&eigenvalues, 60, Window { first: 11, last: 60 }, Weight::default()).unwrap();
    assert!((fit.alpha - 1e-6).abs() < 1e-12 && fit.r2.is_some_and(|r2| r2 > 0.99), "{fit:?}");
}
