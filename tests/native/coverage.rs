//! The interval means what it says: on simulated power laws it holds the centre of the sampling distribution as often as 95 % should.

use eigenscope::eigen::eigenvalues;
use eigenscope::fit::broken::broken;
use eigenscope::fit::shape::shape;
use eigenscope::fit::{Fit, Weight, Window, power_law};
use eigenscope::uncertainty::{Replicate, Replicates, Uncertainty, jackknife};

use crate::matrix::Random;

/// Columns.
const D: usize = 64;

/// Blocks of rows.
const BLOCKS: usize = 10;

const WINDOW: Window = Window { first: 4, last: 40 };

/// Sums of one block of rows, or of several.
#[derive(Clone)]
struct Sums {
    n: usize,
    sum: Vec<f64>,
    /// Σxxᵀ, row ≥ column, column by column.
    products: Vec<f64>,
}

impl Sums {
    fn new() -> Sums {
        Sums { n: 0, sum: vec![0.0; D], products: vec![0.0; D * D] }
    }

    fn push(&mut self, row: &[f64]) {
        self.n += 1;
        for column in 0..D {
            self.sum[column] += row[column];
            let products = &mut self.products[column * D + column..(column + 1) * D];
            products.iter_mut().zip(&row[column..]).for_each(|(product, value)| *product += row[column] * value);
        }
    }

    /// All rows of the parts.
    fn of<'a>(parts: impl Iterator<Item = &'a Sums>) -> Sums {
        let mut all = Sums::new();
        for part in parts {
            all.n += part.n;
            all.sum.iter_mut().zip(&part.sum).for_each(|(all, part)| *all += part);
            all.products.iter_mut().zip(&part.products).for_each(|(all, part)| *all += part);
        }
        all
    }

    /// Eigenvalues of the centred covariance.
    fn replicate(&self) -> Replicate {
        let n = self.n as f64;
        let mut covariance = self.products.clone();
        for column in 0..D {
            for row in column..D {
                let centred = covariance[column * D + row] - self.sum[row] * self.sum[column] / n;
                covariance[column * D + row] = centred / (n - 1.0);
            }
        }
        Replicate { n: self.n as u64, usable_ranks: D, eigenvalues: eigenvalues(&covariance, D).unwrap() }
    }
}

/// Two independent standard normal numbers (Box and Muller).
fn normals(random: &mut Random) -> [f64; 2] {
    let mut uniform = || ((random.bits() >> 11) + 1) as f64 / (1u64 << 53) as f64;
    let radius = (-2.0 * uniform().ln()).sqrt();
    let (sine, cosine) = (std::f64::consts::TAU * uniform()).sin_cos();
    [radius * cosine, radius * sine]
}

/// The spectrum of n Gaussian rows whose columns have variance k^−α, and those without one block of rows in ten.
fn sample(alpha: f64, n: usize, random: &mut Random) -> (Replicate, Replicates) {
    let scales: Vec<f64> = (1..=D).map(|k| (k as f64).powf(-alpha / 2.0)).collect();
    let mut blocks = vec![Sums::new(); BLOCKS];
    let mut row = vec![0.0; D];
    for i in 0..n {
        for (pair, scales) in row.chunks_exact_mut(2).zip(scales.chunks_exact(2)) {
            let [first, second] = normals(random);
            pair.copy_from_slice(&[first * scales[0], second * scales[1]]);
        }
        blocks[i % BLOCKS].push(&row);
    }
    let all_but = |out: usize| blocks.iter().enumerate().filter(move |(j, _)| *j != out).map(|(_, block)| block);
    let without = (0..BLOCKS).map(|j| Sums::of(all_but(j)).replicate()).collect();
    let all = Sums::of(blocks.iter()).replicate();
    (all.clone(), Replicates { blocks: BLOCKS, without, unions: vec![all] })
}

fn fit(spectrum: &Replicate) -> Fit {
    power_law(&spectrum.eigenvalues, D, WINDOW, Weight::InverseRank).unwrap()
}

/// In how many of the runs the interval holds the mean α of all of them.
fn coverage(alpha: f64, n: usize, runs: usize) -> usize {
    let mut random = Random((1000.0 * alpha) as u64 + n as u64);
    let found: Vec<(Fit, Uncertainty)> = (0..runs)
        .map(|_| {
            let (all, replicates) = sample(alpha, n, &mut random);
            let fit = fit(&all);
            let uncertainty = jackknife(&replicates, &fit).unwrap();
            (fit, uncertainty)
        })
        .collect();
    let centre = found.iter().map(|(fit, _)| fit.alpha).sum::<f64>() / runs as f64;
    found.iter().filter(|(_, interval)| interval.low <= centre && centre <= interval.high).count()
}

/// In 4000 runs of each law it was 97.6 and 97.1 % for α = 0.5 (n = 4d and 8d), 96.2 and 95.6 % for 1, 96.0 and 94.7 % for 1.5. It is
/// too often for flat spectra, where the jackknife's standard error comes out too large: by a fifth for α = 0.5 and n = 4d.
#[test]
fn the_interval_holds_the_centre_of_the_sampling_distribution() {
    coverage_is_right(100, 0.90..=0.98);
}

mod full {
    #[test]
    fn the_interval_holds_the_centre_of_the_sampling_distribution_in_many_runs() {
        super::coverage_is_right(2000, 0.935..=0.985);
    }
}

fn coverage_is_right(runs: usize, right: std::ops::RangeInclusive<f64>) {
    for alpha in [0.5, 1.0, 1.5] {
        for n in [4 * D, 8 * D] {
            let holds = coverage(alpha, n, runs) as f64 / runs as f64;
            assert!(right.contains(&holds), "α = {alpha}, n = {n}: in {holds} of {runs} runs");
        }
    }
}

#[test]
fn calling_anything_twice_changes_nothing() {
    let (spectrum, replicates) = sample(1.0, 4 * D, &mut Random(7));
    let before = (spectrum.clone(), replicates.clone());
    let once = || {
        let fit = fit(&spectrum);
        let broken = broken(&spectrum.eigenvalues, D, spectrum.n);
        let shape = shape(&spectrum.eigenvalues, D, Some(spectrum.n), &fit, broken.as_ref());
        (jackknife(&replicates, &fit).unwrap(), broken, shape, fit)
    };
    assert_eq!(once(), once());
    assert_eq!((spectrum.clone(), replicates.clone()), before);
}
