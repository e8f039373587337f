/*! Symmetric positive definite systems of a few hundred unknowns: A = L·Lᵀ, row by row, so that every inner product runs along two rows. */

use crate::synth::draw::dot;

/// A pivot below this part of its diagonal element is rounding and nothing else.
const LEAST_PIVOT: f64 = 1e-14;

/// The factor L of a matrix.
pub struct Cholesky {
    n: usize,
    /// L by rows, n numbers each.
    rows: Vec<f64>,
}

impl Cholesky {
    /// Factors the matrix of elements `entry(i, j)`, j ≤ i. None where it is not positive definite to working precision.
    pub fn new(n: usize, entry: impl Fn(usize, usize) -> f64) -> Option<Cholesky> {
        let mut rows = vec![0.0; n * n];
        for i in 0..n {
            let (above, row) = rows.split_at_mut(i * n);
            for (j, other) in above.chunks_exact(n).enumerate() {
                row[j] = (entry(i, j) - dot(&row[..j], &other[..j])) / other[j];
            }
            let diagonal = entry(i, i);
            let pivot = diagonal - dot(&row[..i], &row[..i]);
            if pivot.is_nan() || pivot <= LEAST_PIVOT * diagonal {
                return None;
            }
            row[i] = pivot.sqrt();
        }
        Some(Cholesky { n, rows })
    }

    /// Turns the right side into the solution.
    pub fn solve(&self, right: &mut [f64]) {
        let n = self.n;
        for (i, row) in self.rows.chunks_exact(n).enumerate() {
            right[i] = (right[i] - dot(&row[..i], &right[..i])) / row[i];
        }
        for (i, row) in self.rows.chunks_exact(n).enumerate().rev() {
            right[i] /= row[i];
            let solved = right[i];
            right[..i].iter_mut().zip(&row[..i]).for_each(|(rest, l)| *rest -= l * solved);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1/(i + j + 1) is Hilbert's matrix, with 2 on the diagonal well-conditioned; the right side is that of 1, 2, 3, …
    #[test]
    fn solutions_are_those_of_known_systems() {
        for n in [1, 2, 7, 40] {
            let entry = |i: usize, j: usize| 1.0 / (i + j + 1) as f64 + if i == j { 2.0 } else { 0.0 };
            let mut numbers: Vec<f64> =
                (0..n).map(|i| (0..n).map(|j| entry(i.max(j), i.min(j)) * (j + 1) as f64).sum()).collect();
            Cholesky::new(n, entry).unwrap().solve(&mut numbers);
            for (i, number) in numbers.iter().enumerate() {
                assert!((number - (i + 1) as f64).abs() < 1e-12 * n as f64, "{n}, {i}: {number}");
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        assert!(Cholesky::new(2, |_, _| 1.0).is_none());
        assert!(Cholesky::new(2, |i, j| if i == j { -1.0 } else { 0.0 }).is_none());
        assert!(Cholesky::new(1, |_, _| f64::NAN).is_none());
    }
}
