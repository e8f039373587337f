/*!
Eigenvalues of a symmetric tridiagonal matrix: root-free QL (Pal, Walker and Kahan; LAPACK's dsterf; Parlett, "The Symmetric Eigenvalue
Problem", 8.15).

Where a number beside the diagonal is as good as zero, |e_i| ≤ ε·√|d_i·d_{i+1}|, the matrix falls into blocks, each solved for itself. In a
block the squares of e are iterated; each sweep makes its first e smaller, until d₀ is an eigenvalue.

Four sweeps go up the block at once, each one row behind the one before, with the two eigenvalues of the first two rows as their shifts (Francis' pair, as
LAPACK's dhseqr has it), each twice. A single sweep waits for its divisions, each of which needs the one before; the others' fill that time. The second pair of
sweeps goes by shifts that the first has made old (deferred shifts, van de Geijn, SIAM J. Matrix Anal. Appl. 14, 1993), so that there are a fifth more sweeps in all
than with pairs. Measured in V8, sides 512 and 1024: single sweeps with Wilkinson's shift 13 ms at 1024; pairs 2.08 and 7.79 ms; three sweeps 1.80 and 7.00; four 1.57
and 5.98. Two divisions a step instead of three, by 1/r, are slower (1.66 and 6.28) and less exact.
*/

use crate::error::{ErrorKind, Result};

/// ε: half the distance from 1 to the next number.
const EPSILON: f64 = f64::EPSILON / 2.0;

/// LAPACK's limit on sweeps, on average over the eigenvalues (dsterf, MAXIT); here on fours of them.
const MAX_SWEEPS: usize = 30;

/// A symmetric block, as of [−1, 2, −1] with three rows, can lead two symmetric shifts in a circle. So every fourth time on the same block
/// all shifts are one.
const PATIENCE: usize = 4;

/// A shift costs the small end as much accuracy as it is large. In a graded matrix, whose small eigenvalues are as exact as its large ones, the other shift must
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
                four_sweeps(&mut d[first..=end], &mut e[first..end], tries % PATIENCE == PATIENCE - 1);
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
    fn end(&self) -> (f64, f64) {
        (self.shift + self.gamma, self.s * self.p)
    }
}

/// Four sweeps over a block of three rows or more: with the shift nearer to d₀ (Wilkinson's), and with the other or with the same again; and that once more.
///
/// Each is one row behind the one before: at every time, each takes the row that the one before it has just left.
#[inline(never)]
fn four_sweeps(d: &mut [f64], e: &mut [f64], same: bool) {
    const SWEEPS: usize = 4;
    let root = e[0].sqrt();
    let half = (d[1] - d[0]) / (2.0 * root);
    let more = half + half.hypot(1.0).copysign(half);
    let (near, other) = (d[0] - root / more, d[0] + root * more);
    let is_alike = other.abs() <= ALIKE * near.abs().max(d[0].abs());
    let far = if is_alike && !same { other } else { near };

    let last = e.len();
    let mut sweeps: [Sweep; SWEEPS] = [near, far, near, far].map(|shift| Sweep::new(0.0, shift));
    for time in 0..=last + SWEEPS {
        // What is beyond either end is zero: there is no e beside the last row.
        let row = last.wrapping_sub(time);
        let mut diagonal = d.get(row).copied().unwrap_or_default();
        let mut square = e.get(row).copied().unwrap_or_default();
        for (k, sweep) in sweeps.iter_mut().enumerate() {
            let age = time.wrapping_sub(k);
            if age == 0 {
                *sweep = Sweep::new(diagonal, sweep.shift);
            } else if age <= last {
                (diagonal, square) = sweep.step(diagonal, square);
            } else if age == last + 1 {
                (diagonal, square) = sweep.end();
            }
        }
        let row = row.wrapping_add(SWEEPS);
        if let Some(d) = d.get_mut(row) {
            *d = diagonal;
        }
        if let Some(e) = e.get_mut(row) {
            *e = square;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All symmetric blocks of three to six rows with small whole numbers, among them those that lead two shifts in a circle.
    #[test]
    fn no_small_block_leads_the_shifts_in_a_circle() {
        for side in 3..=6_u32 {
            for which in 0..4_usize.pow(side) {
                let digit = |i: u32| (which / 4_usize.pow(i) % 4) as f64 - 1.0;
                let mut diagonal: Vec<f64> = (0..side).map(digit).collect();
                let (trace, entries): (f64, f64) =
                    diagonal.iter().fold((0.0, 2.0 * f64::from(side - 1)), |(t, q), d| (t + d, q + d * d));
                let mut beside = vec![1.0; side as usize - 1];
                let mut sweeps = 6 * side as usize;
                solve_block(&mut diagonal, &mut beside, &mut sweeps).unwrap();
                let sum: f64 = diagonal.iter().sum();
                let squares: f64 = diagonal.iter().map(|d| d * d).sum();
                assert!((sum - trace).abs() < 1e-13, "{side}, {which}: {sum} for {trace}");
                assert!((squares - entries).abs() < 1e-12, "{side}, {which}: {squares} for {entries}");
            }
        }
    }
}
