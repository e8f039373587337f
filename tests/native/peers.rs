//! Other packages say the same: reptrix (the authors of α-ReQ), powerlaw, SciPy. Their numbers and versions are in `data/peers.json`.

use std::collections::BTreeMap;

use eigenscope::evidence::Evidence;
use eigenscope::fit::{DEFAULT_WINDOW, Weight, power_law};
use eigenscope::moments::Preparation;
use eigenscope::native::{Choices, analyze};
use eigenscope::report::Report;
use eigenscope::uncertainty::{Replicate, Replicates, jackknife};
use serde_json::Value;

use crate::claims::Claims;
use crate::fixtures::{Density, cases, peers};

/// reptrix has its weights in 32 bits, which moves its α and R² by 3e-9 here.
const REPTRIX_FIT: f64 = 1e-8;

/// Both sides in 64 bits: relative.
const SAME: f64 = 1e-9;

/// Eigenvalues, times λ₁.
const EIGENVALUES: f64 = 1e-12;

#[test]
fn fits_and_rankme_of_eigenvalues_are_reptrixs() {
    every_file(|claims, name, found, peers| {
        let fit = &found.fits["alpha-req"].fit;
        for (what, found, tolerance) in [
            ("alpha", Some(fit.alpha), REPTRIX_FIT),
            ("r2_100", fit.r2_100, REPTRIX_FIT),
            ("r2_500", fit.r2_500, REPTRIX_FIT),
            ("rankme_eigenvalues", found.metrics.rankme_eigenvalues, SAME * found.metrics.rankme_eigenvalues.unwrap()),
        ] {
            let value = peers[what]["reptrix"].as_f64().unwrap();
            claims.near(name, what, found.unwrap_or(f64::NAN), value, tolerance);
        }
    });
}

#[test]
fn exponents_of_the_density_are_powerlaws() {
    every_file(|claims, name, found, peers| {
        let gamma = peers["mle_gamma"]["powerlaw"].as_f64().unwrap();
        let mle = found.metrics.mle_top_100.as_ref().map_or(f64::NAN, |mle| mle.gamma);
        claims.near(name, "γ of the top 100", mle, gamma, SAME * gamma);

        let Density { gamma, x_min, ks, ranks } = serde_json::from_value(peers["density"].clone()).unwrap();
        let Some(density) = &found.density else {
            claims.that(false, || format!("{name}: no density"));
            return;
        };
        claims.equal(name, "ranks", density.ranks, ranks);
        claims.near(name, "γ", density.gamma, gamma, SAME * gamma);
        claims.near(name, "x_min", density.x_min, x_min, SAME * x_min);
        claims.near(name, "the Kolmogorov–Smirnov distance", density.ks, ks, SAME);
    });
}

#[test]
fn eigenvalues_are_scipys() {
    let mut claims = Claims::new();
    for (name, expected) in peers().eigenvalues {
        let found = report(&name).spectrum.eigenvalues;
        claims.equal(&name, "number of eigenvalues", found.len(), expected.len());
        for (k, (&found, &value)) in found.iter().zip(&expected).enumerate() {
            claims.near(&name, &format!("eigenvalue {}", k + 1), found, value, EIGENVALUES * expected[0]);
        }
    }
    claims.close();
}

#[test]
fn intervals_are_as_wide_as_students_t_says() {
    let mut claims = Claims::new();
    for (blocks, quantile) in peers().student_975 {
        let eigenvalues = |alpha: f64| (1..=100).map(|k| f64::from(k).powf(-alpha)).collect::<Vec<f64>>();
        let of = |alpha: f64| Replicate { n: 900, usable_ranks: 100, eigenvalues: eigenvalues(alpha) };
        let without = (0..blocks).map(|j| of(1.0 + f64::from(j) / 100.0)).collect();
        let replicates = Replicates { blocks: blocks as usize, without, unions: Vec::new() };
        let fit = power_law(&eigenvalues(1.0), 100, DEFAULT_WINDOW, Weight::InverseRank).unwrap();
        let found = jackknife(&replicates, &fit).unwrap();
        // Of 0, 0.01, 0.02, …: Σ(j − j̄)² = B(B² − 1)/12.
        let count = f64::from(blocks);
        let standard_error = 0.01 * ((count - 1.0) / count * count * (count * count - 1.0) / 12.0).sqrt();
        let case = format!("{blocks} blocks");
        claims.near(&case, "standard error", found.standard_error, standard_error, SAME * standard_error);
        for (what, end) in [("low", fit.alpha - found.low), ("high", found.high - fit.alpha)] {
            claims.near(&case, what, end / standard_error, quantile, SAME * quantile);
        }
    }
    claims.close();
}

/// Has claims made of the Report of every file that the packages were given, and what they say of it.
fn every_file(claim: impl Fn(&mut Claims, &str, &Report, &BTreeMap<String, Value>)) {
    let mut claims = Claims::new();
    for (name, said) in peers().files {
        claim(&mut claims, &name, &report(&name), &said);
    }
    claims.close();
}

/// The Report of the case whose path ends in this name.
fn report(name: &str) -> Report {
    let (path, case) = cases().into_iter().find(|(path, _)| path.ends_with(name)).unwrap();
    let (study, _) = analyze(&case.paths(&path), Choices::default(), Preparation::default()).unwrap();
    let spectrum = study.spectrum(Preparation::default()).unwrap().unwrap();
    Evidence::of(spectrum.clone()).report(DEFAULT_WINDOW, Weight::InverseRank)
}
