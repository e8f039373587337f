/*!
The same fits with seeded draws.

Rows are z_i of standard normal numbers, so that features of every α are the same rows, stretched; and the draw of n rows is the beginning of that of more. With v_k = √λ_k·w_k, the fit's coefficient of z_k:

- for n ≤ d, v = Λ·Zᵀa with (Z·Λ·Zᵀ + δ)·a = y, the shortest solution where δ = 0;
- for n > d, (ZᵀZ + δ·Λ⁻¹)·v = Zᵀy.

Nothing is left to a test set: with the true coefficients b, the error over fresh rows is exactly |v − βb|².
*/

use super::{Labels, Problem, Worth};
use crate::learn::cholesky::Cholesky;
use crate::synth::draw::dot;
use crate::synth::random::Random;

/// Rows, their noise, and the signs of the target's coefficients.
pub struct Draw {
    d: usize,
    /// n × d standard normal numbers.
    rows: Vec<f64>,
    /// For each row a standard normal number, and one between 0 and 1.
    luck: Vec<(f64, f64)>,
    /// ±1.
    signs: Vec<f64>,
}

impl Draw {
    /// n rows of d features; another seed is another draw.
    pub fn new(n: usize, d: usize, seed: u64) -> Draw {
        let mut seeds = Random::new(seed);
        let [rows, luck, signs] = [0; 3].map(|_| seeds.bits());
        let mut normals = Random::new(rows);
        let mut noise = Random::new(luck);
        let mut coins = Random::new(signs);
        Draw {
            d,
            rows: (0..n * d).map(|_| normals.normal()).collect(),
            luck: (0..n).map(|_| (noise.normal(), noise.below(1 << 32) as f64 / (1u64 << 32) as f64)).collect(),
            signs: (0..d).map(|_| if coins.below(2) == 0 { 1.0 } else { -1.0 }).collect(),
        }
    }

    /// What fits of the first n rows are worth, one for each kind of labels, all with the same ridge. None where the rows leave the fit undetermined in double precision.
    pub fn worth(&self, problem: &Problem, labels: &[Labels], n: usize, ridge: f64) -> Option<Vec<Worth>> {
        let rows: Vec<&[f64]> = self.rows.chunks_exact(self.d).take(n).collect();
        let truth: Vec<f64> = problem.shares.iter().zip(&self.signs).map(|(share, sign)| sign * share.sqrt()).collect();
        let target: Vec<f64> = rows.iter().map(|row| dot(row, &truth)).collect();
        let fit = Fit::new(&rows, &problem.variances, problem.delta(ridge))?;
        let worth = labels.iter().map(|&labels| {
            let y: Vec<f64> = target.iter().zip(&self.luck).map(|(&f, &luck)| label(labels, f, luck)).collect();
            let found = fit.coefficients(&rows, &problem.variances, y);
            let (signal, _) = labels.signal_and_noise();
            Worth::new(dot(&found, &truth), dot(&found, &found), signal)
        });
        Some(worth.collect())
    }
}

fn label(labels: Labels, target: f64, (normal, uniform): (f64, f64)) -> f64 {
    match labels {
        Labels::Numbers { noise } => target + noise.sqrt() * normal,
        Labels::Classes { flipped } => target.signum() * if uniform < flipped { -1.0 } else { 1.0 },
    }
}

/// A factored matrix of the smaller side.
enum Fit {
    Rows(Cholesky),
    Features(Cholesky),
}

impl Fit {
    fn new(rows: &[&[f64]], variances: &[f64], delta: f64) -> Option<Fit> {
        let (n, d) = (rows.len(), variances.len());
        if n <= d {
            let stretched: Vec<Vec<f64>> =
                rows.iter().map(|row| row.iter().zip(variances).map(|(z, variance)| z * variance).collect()).collect();
            let gram = |i: usize, j: usize| dot(&stretched[i], rows[j]) + if i == j { delta } else { 0.0 };
            Cholesky::new(n, gram).map(Fit::Rows)
        } else {
            let columns: Vec<Vec<f64>> = (0..d).map(|k| rows.iter().map(|row| row[k]).collect()).collect();
            let gram =
                |i: usize, j: usize| dot(&columns[i], &columns[j]) + if i == j { delta / variances[i] } else { 0.0 };
            Cholesky::new(d, gram).map(Fit::Features)
        }
    }

    /// v of labels.
    fn coefficients(&self, rows: &[&[f64]], variances: &[f64], mut y: Vec<f64>) -> Vec<f64> {
        let across = |numbers: &[f64]| {
            let mut sums = vec![0.0; variances.len()];
            for (row, number) in rows.iter().zip(numbers) {
                sums.iter_mut().zip(*row).for_each(|(sum, z)| *sum += number * z);
            }
            sums
        };
        match self {
            Fit::Rows(factor) => {
                factor.solve(&mut y);
                let mut found = across(&y);
                found.iter_mut().zip(variances).for_each(|(found, variance)| *found *= variance);
                found
            }
            Fit::Features(factor) => {
                let mut found = across(&y);
                factor.solve(&mut found);
                found
            }
        }
    }
}
