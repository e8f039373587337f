/*!
The eigenvalues of a sample, without its rows.

The centred covariance of n Gaussian rows of population covariance diag(τ) is Wishart with m = n − 1 degrees of freedom. By Bartlett's decomposition (1933) it is YᵀY/m in distribution, where
Y has min(m, d) rows and is zero below its diagonal: y_ij = √τ_j·g_ij with normal numbers g_ij right of the diagonal and χ_m, χ_{m−1}, … on it, all independent. So a draw costs d³ however many rows there
are; and where m < d, YYᵀ/m has the same eigenvalues, but for zeros. (`metrics::noise` goes on to a bidiagonal matrix, which only τ = 1 allows.)
*/

use super::random::Random;
use crate::eigen::eigenvalues;
use crate::error::{ErrorKind, Result};

/// Eigenvalues of the centred covariance of n Gaussian rows, largest first, as many as the population has.
///
/// # Errors
///
/// `TooFewRows` below two; `NoConvergence`.
pub fn sample_eigenvalues(population: &[f64], n: u64, random: &mut Random) -> Result<Vec<f64>> {
    let d = population.len();
    let freedom = n.checked_sub(1).filter(|&freedom| freedom > 0).ok_or(ErrorKind::TooFewRows { rows: n })?;
    let rows = usize::try_from(freedom).map_or(d, |freedom| freedom.min(d));
    let mut y = vec![0.0; rows * d];
    for row in 0..rows {
        y[row * d + row] = (random.chi_squared(freedom - row as u64) * population[row]).sqrt();
        for column in row + 1..d {
            y[row * d + column] = random.normal() * population[column].sqrt();
        }
    }
    // Of the vectors that are multiplied with each other, zeros are left out: of columns those at their end, of rows those at their beginning.
    let columns: Vec<Vec<f64>>;
    let vectors: Vec<&[f64]> = if rows == d {
        columns = (0..d).map(|column| (0..=column).map(|row| y[row * d + column]).collect()).collect();
        columns.iter().map(Vec::as_slice).collect()
    } else {
        (0..rows).map(|row| &y[row * d + row..(row + 1) * d]).collect()
    };
    let side = vectors.len();
    let mut lower = vec![0.0; side * side];
    for (column, left) in vectors.iter().enumerate() {
        for (row, right) in vectors.iter().enumerate().skip(column) {
            let shared = left.len().min(right.len());
            let product = if rows == d {
                dot(&left[..shared], &right[..shared])
            } else {
                dot(&left[left.len() - shared..], &right[right.len() - shared..])
            };
            lower[column * side + row] = product / freedom as f64;
        }
    }
    let mut values = eigenvalues(&lower, side)?;
    values.resize(d, 0.0);
    Ok(values)
}

/// Four sums at once, which the compiler turns into vectors.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    for (left, right) in left.chunks_exact(4).zip(right.chunks_exact(4)) {
        for lane in 0..4 {
            sums[lane] += left[lane] * right[lane];
        }
    }
    let rest = left.len() / 4 * 4;
    sums.iter().sum::<f64>() + left[rest..].iter().zip(&right[rest..]).map(|(a, b)| a * b).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::simulate;
    use crate::synth::Law;

    /// Means of log λ over many draws, against those of matrices made row by row, to four standard errors of their difference.
    #[test]
    fn draws_without_rows_are_distributed_as_draws_of_rows() {
        const DRAWS: usize = 400;
        let population = Law::PowerLaw { alpha: 1.0 }.variances(12);
        for n in [3, 9, 13, 40] {
            let usable = 12.min(n - 1);
            let logs = |mut draw: Box<dyn FnMut() -> Vec<f64>>| -> Vec<Vec<f64>> {
                (0..DRAWS).map(|_| draw()[..usable].iter().map(|value| value.ln()).collect()).collect()
            };
            let (mut without, mut with) = (Random::new(1), Random::new(2));
            let (ours, theirs) = (population.clone(), population.clone());
            let ours = logs(Box::new(move || sample_eigenvalues(&ours, n as u64, &mut without).unwrap()));
            let theirs = logs(Box::new(move || simulate::sample_eigenvalues(&theirs, n, &mut with)));
            for rank in 0..usable {
                let moments = |logs: &[Vec<f64>]| {
                    let mean = logs.iter().map(|log| log[rank]).sum::<f64>() / DRAWS as f64;
                    let variance = logs.iter().map(|log| (log[rank] - mean).powi(2)).sum::<f64>() / DRAWS as f64;
                    (mean, variance)
                };
                let ((ours, our_variance), (theirs, their_variance)) = (moments(&ours), moments(&theirs));
                let allowed = 4.0 * ((our_variance + their_variance) / DRAWS as f64).sqrt();
                assert!((ours - theirs).abs() < allowed, "n {n}, rank {rank}: {ours} {theirs}");
                // The deviations agree as well: their ratio errs by √(1/DRAWS), times 4.
                let ratio = (our_variance / their_variance).sqrt();
                assert!((ratio - 1.0).abs() < 0.3, "n {n}, rank {rank}: {ratio}");
            }
        }
    }

    #[test]
    fn a_sample_has_as_many_eigenvalues_as_its_rows_give_it() {
        let population = Law::White.variances(20);
        let values = sample_eigenvalues(&population, 6, &mut Random::new(1)).unwrap();
        assert_eq!(values.len(), 20);
        assert_eq!(values.iter().filter(|value| **value > 1e-12).count(), 5);
        let error = sample_eigenvalues(&population, 1, &mut Random::new(1)).unwrap_err();
        assert_eq!(error.code(), "too_few_rows");
    }
}
