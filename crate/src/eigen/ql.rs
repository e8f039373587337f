/*!
Eigenvalues of a symmetric tridiagonal matrix: root-free QL (Pal, Walker and Kahan; LAPACK's dsterf; Parlett, "The Symmetric Eigenvalue
Problem", 8.15).

Where a number beside the diagonal is as good as zero, |e_i| ≤ ε·√|d_i·d_{i+1}|, the matrix falls into blocks, each solved for itself. In a
block the squares of e are iterated; each sweep makes its first e smaller, until d₀ is an eigenvalue.
*/

use crate::error::{ErrorKind, Result};

/// ε: half the distance from 1 to the next number.
const EPSILON: f64 = f64::EPSILON / 2.0;

/// LAPACK's limit on sweeps, on average over the eigenvalues (dsterf, MAXIT).
const MAX_SWEEPS: usize = 30;

/// Squares below this are zero. The matrix is scaled to a largest entry near 1, so this changes eigenvalues by less than 1e-139 of that, and no
/// quotient of squares leaves the range of floats.
const NOTHING: f64 = 1e-280;

/// Replaces the diagonal by the eigenvalues, in no order. What is `beside` the diagonal (one shorter) is used up.
///
/// # Errors
///
/// `NoConvergence`.
pub(super) fn solve(diagonal: &mut [f64], beside: &mut [f64]) -> Result<()> {
    let side = diagonal.len();
    let mut sweeps = MAX_SWEEPS * side;
    let mut start = 0;
    while start < side {
        let splits =
            |i: &usize| beside[*i].abs() <= EPSILON * diagonal[*i].abs().sqrt() * diagonal[*i + 1].abs().sqrt();
        let last = (start..side - 1).find(splits).unwrap_or(side - 1);
        solve_block(&mut diagonal[start..=last], &mut beside[start..last], &mut sweeps)?;
        start = last + 1;
    }
    Ok(())
}

fn solve_block(d: &mut [f64], e: &mut [f64], sweeps: &mut usize) -> Result<()> {
    let last = d.len() - 1;
    // QL wants the small end first; LAPACK runs QR instead.
    if d[last].abs() < d[0].abs() {
        d.reverse();
        e.reverse();
    }
    e.iter_mut().for_each(|e| *e *= *e);
    let mut first = 0;
    while first < last {
        let end = negligible(d, e, first);
        match end - first {
            0 => first += 1,
            1 => {
                (d[first], d[end]) = solve_two(d[first], e[first].sqrt(), d[end]);
                first += 2;
            }
            _ => {
                *sweeps = sweeps.checked_sub(1).ok_or(ErrorKind::NoConvergence)?;
                sweep(&mut d[first..=end], &mut e[first..end]);
            }
        }
    }
    Ok(())
}

/// The first place from `first` on beside which e² is negligible, or the last.
#[inline(never)]
fn negligible(d: &[f64], e: &[f64], first: usize) -> usize {
    const SQUARE: f64 = EPSILON * EPSILON;
    let (d, e) = (&d[first..], &e[first..]);
    let at = e.iter().zip(d.iter().zip(&d[1..])).position(|(e, (a, b))| *e <= SQUARE * (a * b).abs() || *e < NOTHING);
    first + at.unwrap_or(e.len())
}

/// Eigenvalues of [a b; b c] (LAPACK's dlae2), the one of larger modulus first.
pub(super) fn solve_two(a: f64, b: f64, c: f64) -> (f64, f64) {
    let sum = a + c;
    let root = (a - c).hypot(2.0 * b);
    if sum == 0.0 {
        return (0.5 * root, -0.5 * root);
    }
    let large = 0.5 * (sum + root.copysign(sum));
    let (more, less) = if a.abs() > c.abs() { (a, c) } else { (c, a) };
    (large, more / large * less - b / large * b)
}

/// One sweep over a block, with Wilkinson's shift σ from its first two rows.
///
/// For i from the last down: r = p + e_i, c′ = p/r, s′ = e_i/r, γ′ = c′(d_i − σ) − s′γ, d_{i+1} = γ + (d_i − γ′), e_{i+1} = s·r, and p′ = γ′²/c′,
/// here as γ′²·(r/p), which takes one of two dependent divisions off the critical path.
#[inline(never)]
fn sweep(d: &mut [f64], e: &mut [f64]) {
    let last = e.len();
    let root = e[0].sqrt();
    let half = (d[1] - d[0]) / (2.0 * root);
    let shift = d[0] - root / (half + half.hypot(1.0).copysign(half));

    let (mut c, mut s) = (1.0, 0.0);
    let mut gamma = d[last] - shift;
    let mut p = gamma * gamma;
    // What was read of the row below: its e is written one step later.
    let (d, diagonal_last) = d.split_at_mut(last);
    let mut d_below = &mut diagonal_last[0];
    let mut e_below: Option<&mut f64> = None;
    for (d, e) in d.iter_mut().zip(e.iter_mut()).rev() {
        let square = *e;
        let r = p + square;
        if let Some(e) = e_below {
            *e = s * r;
        }
        let c_before = c;
        let nothing = p < NOTHING;
        c = if nothing { 0.0 } else { p / r };
        let t = r / p;
        s = square / r;
        let gamma_before = gamma;
        gamma = c * (*d - shift) - s * gamma_before;
        *d_below = gamma_before + (*d - gamma);
        p = if nothing { c_before * square } else { gamma * gamma * t };
        d_below = d;
        e_below = Some(e);
    }
    if let Some(e) = e_below {
        *e = s * p;
    }
    *d_below = shift + gamma;
}
