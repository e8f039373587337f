/*!
Eigenvalues of a symmetric tridiagonal matrix: root-free QL (Pal, Walker and Kahan; LAPACK's dsterf; Parlett, "The Symmetric Eigenvalue
Problem", 8.15).

Where a number beside the diagonal is as good as zero, |e_i| ≤ ε·√|d_i·d_{i+1}|, the matrix falls into blocks, each solved for itself. In a
block the squares of e are iterated; each sweep makes its first e smaller, until d₀ is an eigenvalue.

Two sweeps go up the block at once, the second one row behind the first, with the two eigenvalues of the first two rows as their shifts (Francis' pair, as
LAPACK's dhseqr has it). A single sweep waits for its divisions, each of which needs the one before; the other one's fill that time. That takes 0.61 of the time of single
sweeps with Wilkinson's shift (V8, sides 512 to 1024, 13 ms → 7.9 ms at 1024), though two sweeps come a little less far than one after the other would.
*/

use crate::error::{ErrorKind, Result};

/// ε: half the distance from 1 to the next number.
const EPSILON: f64 = f64::EPSILON / 2.0;

/// LAPACK's limit on sweeps, on average over the eigenvalues (dsterf, MAXIT); here on pairs of them.
const MAX_SWEEPS: usize = 30;

/// A symmetric block, as of [−1, 2, −1] with three rows, can lead two symmetric shifts in a circle. So every fourth pair on the same block has one shift twice.
const PATIENCE: usize = 4;

/// A shift costs the small end as much accuracy as it is large. In a graded matrix, whose small eigenvalues are as exact as its large ones, the second shift must
/// be no larger than so many times the first.
const ALIKE: f64 = 16.0;

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
    let (mut block, mut tries) = (0..0, 0);
    while first < last {
        let end = negligible(d, e, first);
        tries = if block == (first..end) { tries + 1 } else { 0 };
        block = first..end;
        match end - first {
            0 => first += 1,
            1 => {
                (d[first], d[end]) = solve_two(d[first], e[first].sqrt(), d[end]);
                first += 2;
            }
            _ => {
                *sweeps = sweeps.checked_sub(1).ok_or(ErrorKind::NoConvergence)?;
                two_sweeps(&mut d[first..=end], &mut e[first..end], tries % PATIENCE == PATIENCE - 1);
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

/// A sweep on its way up a block. For i from the last row but one: r = p + e_i, c′ = p/r, s′ = e_i/r, γ′ = c′(d_i − σ) − s′γ, d_{i+1} = γ + (d_i − γ′),
/// e_{i+1} = s·r, and p′ = γ′²/c′, here as γ′²·(r/p), which takes one of two dependent divisions off the critical path.
struct Sweep {
    shift: f64,
    c: f64,
    s: f64,
    gamma: f64,
    p: f64,
}

impl Sweep {
    /// From the last number of the diagonal.
    #[inline(always)]
    fn new(last: f64, shift: f64) -> Sweep {
        let gamma = last - shift;
        Sweep { shift, c: 1.0, s: 0.0, gamma, p: gamma * gamma }
    }

    /// Takes d_i and e_i; returns d_{i+1} and e_{i+1} as they are after it.
    #[inline(always)]
    fn step(&mut self, d: f64, square: f64) -> (f64, f64) {
        let r = self.p + square;
        if r < NOTHING {
            // What is below stands alone: the sweep ends there, and another begins.
            let below = (self.shift + self.gamma, 0.0);
            *self = Sweep::new(d, self.shift);
            return below;
        }
        let square_below = self.s * r;
        let (c_before, gamma_before) = (self.c, self.gamma);
        let nothing = self.p < NOTHING;
        self.c = if nothing { 0.0 } else { self.p / r };
        let t = r / self.p;
        self.s = square / r;
        self.gamma = self.c * (d - self.shift) - self.s * gamma_before;
        self.p = if nothing { c_before * square } else { self.gamma * self.gamma * t };
        (gamma_before + (d - self.gamma), square_below)
    }

    /// d₀ and e₀.
    #[inline(always)]
    fn end(self) -> (f64, f64) {
        (self.shift + self.gamma, self.s * self.p)
    }
}

/// Two sweeps over a block of three rows or more: with the shift nearer to d₀ (Wilkinson's), and with the other or with the same again.
#[inline(never)]
fn two_sweeps(d: &mut [f64], e: &mut [f64], same: bool) {
    let root = e[0].sqrt();
    let half = (d[1] - d[0]) / (2.0 * root);
    let more = half + half.hypot(1.0).copysign(half);
    let (near, other) = (d[0] - root / more, d[0] + root * more);
    let is_alike = other.abs() <= ALIKE * near.abs().max(d[0].abs());
    let far = if is_alike && !same { other } else { near };

    let last = e.len();
    let mut ahead = Sweep::new(d[last], near);
    let (below, _) = ahead.step(d[last - 1], e[last - 1]);
    let mut behind = Sweep::new(below, far);
    for i in (0..last - 1).rev() {
        // What the first leaves of row i + 1 becomes what the second leaves of row i + 2; beside the last row there is no e.
        let (diagonal, square) = ahead.step(d[i], e[i]);
        let (diagonal, square) = behind.step(diagonal, square);
        d[i + 2] = diagonal;
        if let Some(e) = e.get_mut(i + 2) {
            *e = square;
        }
    }
    let (diagonal, square) = ahead.end();
    (d[1], e[1]) = behind.step(diagonal, square);
    (d[0], e[0]) = behind.end();
}
