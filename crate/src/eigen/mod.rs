/*!
Eigenvalues of a symmetric matrix, largest first.

Two libraries serve: nalgebra for small matrices and faer above. Both reduce the matrix to tridiagonal form and then run an implicit QR (QL)
iteration, and both err by about ε·λ₁.
*/

use faer::{MatRef, Side};
use nalgebra::DMatrix;

use crate::error::{ErrorKind, Result};

/// Up to this side nalgebra takes about as long as faer or less, in wasm and natively.
const SMALL: usize = 32;

/// Eigenvalues of a symmetric matrix of finite numbers, largest first.
///
/// `lower` is column by column, `side` × `side`; only row ≥ column is read.
///
/// # Errors
///
/// `NoConvergence` where the iteration does not end.
pub fn eigenvalues(lower: &[f64], side: usize) -> Result<Vec<f64>> {
    let mut values = if side <= SMALL {
        let matrix = DMatrix::from_fn(side, side, |i, j| lower[i.min(j) * side + i.max(j)]);
        let solved = nalgebra::SymmetricEigen::try_new(matrix, f64::EPSILON, MAX_SWEEPS * side.max(1));
        solved.ok_or(ErrorKind::NoConvergence)?.eigenvalues.as_slice().to_vec()
    } else {
        MatRef::from_column_major_slice(lower, side, side)
            .self_adjoint_eigenvalues(Side::Lower)
            .map_err(|_| ErrorKind::NoConvergence)?
    };
    if values.iter().any(|value| value.is_nan()) {
        return Err(ErrorKind::NoConvergence.into());
    }
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    Ok(values)
}

/// LAPACK's limit on QL sweeps an eigenvalue (dsteqr, MAXIT).
const MAX_SWEEPS: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    /// The matrix [−1, 2, −1], whose eigenvalues are 2 − 2·cos(kπ/(d + 1)).
    fn second_difference(side: usize) -> Vec<f64> {
        let mut lower = vec![0.0; side * side];
        for i in 0..side {
            lower[i * side + i] = 2.0;
            if i + 1 < side {
                lower[i * side + i + 1] = -1.0;
            }
        }
        lower
    }

    #[test]
    fn the_second_difference_has_its_known_eigenvalues() {
        for side in [1, 2, 3, 17, SMALL, SMALL + 1, 200] {
            let values = eigenvalues(&second_difference(side), side).unwrap();
            assert_eq!(values.len(), side);
            for (k, value) in values.iter().enumerate() {
                let angle = (side - k) as f64 * std::f64::consts::PI / (side + 1) as f64;
                let exact = 2.0 - 2.0 * angle.cos();
                assert!((value - exact).abs() < 1e-14 * side as f64, "{side}, {k}: {value} against {exact}");
            }
        }
    }

    #[test]
    fn zero_and_nan_are_told_apart() {
        assert_eq!(eigenvalues(&[0.0; 4], 2).unwrap(), [0.0, 0.0]);
        assert_eq!(eigenvalues(&vec![0.0; 1600], 40).unwrap(), vec![0.0; 40]);
        assert_eq!(eigenvalues(&[f64::NAN; 4], 2).unwrap_err().code(), "no_convergence");
        assert_eq!(eigenvalues(&vec![f64::NAN; 1600], 40).unwrap_err().code(), "no_convergence");
    }
}
