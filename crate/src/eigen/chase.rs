/*!
From a symmetric band matrix to a tridiagonal one with the same eigenvalues (Lang, "A parallel algorithm for reducing symmetric banded
matrices to tridiagonal form", SIAM J. Sci. Comput. 14, 1993; LAPACK's dsytrd_sb2st).

For each column s, a reflector of 16 rows leaves one number below the diagonal. Applied from both sides, it fills a block outside the
band, the bulge; only that block's first column is removed, by the next reflector, 16 rows further down, and so on to the end. The
rest of the bulge waits for the next column's chase, which stands one place lower.
*/

use super::reflector::{add_dot, add_multiple, load, reflect, store};
use super::tiles::{SIDE, Tile};
use crate::error::{ErrorKind, Result};
use crate::vector::Double;

/// A column holds its diagonal and 31 numbers below: the band and the bulge.
const COLUMN: usize = 2 * SIDE;
/// From (i, j) to (i, j + 1).
const NEXT: usize = COLUMN - 1;
/// Numbers before the first column, because a register may begin above the diagonal.
const MARGIN: usize = SIDE;

/// The lower triangle of a band matrix with room for bulges, and with enough zero rows and columns at its end that no block is cut off.
pub(super) struct Band {
    /// (i, j) at MARGIN + j·32 + (i − j).
    values: Vec<f64>,
    side: usize,
    /// 16, unknown to the compiler, which would unroll the loops into code too long for V8.
    width: usize,
}

impl Band {
    /// All zero.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn new(side: usize) -> Result<Band> {
        let length = MARGIN + (side + 3 * SIDE) * COLUMN;
        let mut values = Vec::new();
        values
            .try_reserve_exact(length)
            .map_err(|_| ErrorKind::OutOfMemory { side: side as u64, bytes: length as u64 * 8 })?;
        values.resize(length, 0.0);
        Ok(Band { values, side, width: std::hint::black_box(SIDE) })
    }

    /// Side of the matrix.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Copies what the band has of a tile: a diagonal one, or one just below.
    pub fn set(&mut self, tile_row: usize, tile_column: usize, tile: &Tile) {
        for (j, column) in tile.chunks_exact(SIDE).enumerate() {
            for (i, &value) in column.iter().enumerate() {
                let (row, column) = (tile_row * SIDE + i, tile_column * SIDE + j);
                if column <= row && row <= column + SIDE {
                    let at = self.at(row, column);
                    self.values[at] = value;
                }
            }
        }
    }

    /// The diagonal, and the numbers beside it.
    pub fn into_tridiagonal(mut self, kernel: super::kernel::Kernel) -> (Vec<f64>, Vec<f64>) {
        for column in 0..self.side.saturating_sub(2) {
            kernel.chase_column(&mut self, column);
        }
        let diagonal = (0..self.side).map(|i| self.values[self.at(i, i)]).collect();
        let beside = (1..self.side).map(|i| self.values[self.at(i, i - 1)]).collect();
        (diagonal, beside)
    }

    fn at(&self, row: usize, column: usize) -> usize {
        MARGIN + column * NEXT + row
    }

    /// The block whose first number is (row, column), with `NEXT` from column to column.
    fn block(&mut self, row: usize, column: usize) -> *mut f64 {
        let at = self.at(row, column);
        self.values[at..].as_mut_ptr()
    }
}

/// Reduces one column to a single number below the diagonal and chases the bulge to the end.
///
/// A reflector is a chain of sums, a root and divisions, each of which waits for the one before, and so is w of a diagonal block. The bulge below a diagonal
/// block has nothing in common with it but v, so that they take turns, and the work on one fills the time that the other waits.
///
/// What is needed number by number goes through memory, in arrays that are made once a column and never cleared or copied after that: each time would be a
/// call out of wasm in V8 (memory.fill, memory.copy), and those for the arrays of a block took a tenth of the time.
#[inline(always)]
pub(super) unsafe fn chase_column<V: Double, const VECTORS: usize>(band: &mut Band, column: usize) {
    let width = band.width;
    let mut row = column + 1;
    let [mut v, mut u, mut bulge_w, mut sums, mut w] = [[0.0; SIDE]; 5];
    let (mut v, mut u) = (&mut v, &mut u);
    // SAFETY: blocks of 16 × 16 that begin at or before the last row are within the band and its zeros, and so are the
    // up to 15 numbers above a diagonal block's first. The caller has the instructions.
    unsafe {
        let mut tau = reflect::<V, VECTORS>(band.block(row, column), v);
        while row + SIDE < band.side {
            let (diagonal, bulge) = (band.block(row, row), band.block(row + SIDE, row));
            let next_tau = open_bulge::<V, VECTORS>(bulge, v, tau, u, &mut bulge_w, width);
            open_diagonal::<V, VECTORS>(diagonal, v, tau, &mut sums, &mut w, width);
            close_bulge::<V, VECTORS>(bulge, v, &bulge_w, u, next_tau, width);
            close_diagonal::<V, VECTORS>(diagonal, v, &w, width);
            std::mem::swap(&mut v, &mut u);
            tau = next_tau;
            row += SIDE;
        }
        let diagonal = band.block(row, row);
        open_diagonal::<V, VECTORS>(diagonal, v, tau, &mut sums, &mut w, width);
        close_diagonal::<V, VECTORS>(diagonal, v, &w, width);
    }
}

/// Of E ← HᵤEH, for the reflector H above and Hᵤ = I − τᵤuuᵀ for the first column of EH, the reflector and that column: w = τEv; u, τᵤ from e₀ − w.
/// Returns τᵤ, and u and −w in place of arrays.
#[inline(always)]
unsafe fn open_bulge<V: Double, const VECTORS: usize>(
    e: *mut f64,
    v: &[f64; SIDE],
    tau: f64,
    u: &mut [f64; SIDE],
    negative_w: &mut [f64; SIDE],
    width: usize,
) -> f64 {
    // SAFETY: see `chase_column`.
    unsafe {
        let nothing = [V::zero(); VECTORS];
        let mut sums = nothing;
        for (j, &factor) in v.iter().enumerate().take(width) {
            sums = add_multiple(sums, load(e.add(j * NEXT)), factor);
        }
        let w = add_multiple(nothing, sums, -tau);
        store(w, negative_w.as_mut_ptr());
        store(add_multiple(load(e), w, 1.0), e);
        reflect::<V, VECTORS>(e, u)
    }
}

/// The other columns: z = τᵤ(Eᵀu − v(wᵀu)); E −= wvᵀ + uzᵀ.
#[inline(always)]
unsafe fn close_bulge<V: Double, const VECTORS: usize>(
    e: *mut f64,
    v: &[f64; SIDE],
    negative_w: &[f64; SIDE],
    u: &[f64; SIDE],
    tau: f64,
    width: usize,
) {
    // SAFETY: see `chase_column`.
    unsafe {
        let (u, negative_w) = (load::<V, VECTORS>(u.as_ptr()), load::<V, VECTORS>(negative_w.as_ptr()));
        let wu = add_dot(V::zero(), negative_w, u).sum();
        for (j, &factor) in v.iter().enumerate().take(width).skip(1) {
            let column = e.add(j * NEXT);
            let x = load::<V, VECTORS>(column);
            let z = tau * (add_dot(V::zero(), x, u).sum() + factor * wu);
            store(add_multiple(add_multiple(x, negative_w, factor), u, -z), column);
        }
    }
}

/// Ones after zeros: from place 16 − n on, n zeros and then ones.
static BELOW: [f64; 2 * SIDE] = {
    let mut below = [0.0; 2 * SIDE];
    let mut i = SIDE;
    while i < 2 * SIDE {
        below[i] = 1.0;
        i += 1;
    }
    below
};

/// The register of x that begins at row k, with zeros instead of what is above row `first`, which is even.
#[inline(always)]
unsafe fn below<V: Double>(x: &[f64; SIDE], k: usize, first: usize) -> V {
    // SAFETY: see `chase_column`; k and `first` are at most 16 − LANES and 16.
    unsafe {
        let x = V::load(x.as_ptr().add(k));
        if V::LANES > 2 { V::zero().add_product(x, V::load(BELOW.as_ptr().add(SIDE - first + k))) } else { x }
    }
}

/// Of D ← HDH for a diagonal block, lower triangle only, −w in place of an array: w = τDv, w −= ½τ(wᵀv)v.
///
/// Two columns at a time: their three numbers on and beside the diagonal singly, the rows below as registers. A register may begin above that, even
/// in an earlier column; `below` leaves those numbers out here, and as they are in `close_diagonal`.
#[inline(always)]
unsafe fn open_diagonal<V: Double, const VECTORS: usize>(
    d: *mut f64,
    v: &[f64; SIDE],
    tau: f64,
    sums: &mut [f64; SIDE],
    negative_w: &mut [f64; SIDE],
    width: usize,
) {
    // SAFETY: see `chase_column`.
    unsafe {
        let w = negative_w;
        // Zeros, but the compiler cannot know that no number of v is infinite, and makes no call of it.
        store(add_multiple([V::zero(); VECTORS], load(v.as_ptr()), 0.0), sums.as_mut_ptr());
        for j in (0..width).step_by(2) {
            let (left, right) = (d.add(j * NEXT), d.add((j + 1) * NEXT));
            let (v0, v1, sum0, sum1) = (v[j], v[j + 1], sums[j], sums[j + 1]);
            let (mut dot0, mut dot1) = (V::zero(), V::zero());
            let (splat0, splat1) = (V::fill(v0), V::fill(v1));
            for k in ((j + 2) / V::LANES..VECTORS).map(|k| k * V::LANES) {
                let (x0, x1, v) = (V::load(left.add(k)), V::load(right.add(k)), below(v, k, j + 2));
                dot0 = dot0.add_product(x0, v);
                dot1 = dot1.add_product(x1, v);
                let sums = sums.as_mut_ptr().add(k);
                V::load(sums).add_product(x0, splat0).add_product(x1, splat1).store(sums);
            }
            let (x00, x10, x11) = (*left.add(j), *left.add(j + 1), *right.add(j + 1));
            w[j] = sum0 + x00 * v0 + x10 * v1 + dot0.sum();
            w[j + 1] = sum1 + x10 * v0 + x11 * v1 + dot1.sum();
        }
        let v = load::<V, VECTORS>(v.as_ptr());
        let tau_dv = add_multiple([V::zero(); VECTORS], load(w.as_ptr()), -tau);
        let wv = add_dot(V::zero(), tau_dv, v).sum();
        store(add_multiple(tau_dv, v, -0.5 * tau * wv), w.as_mut_ptr());
    }
}

/// D −= vwᵀ + wvᵀ.
#[inline(always)]
unsafe fn close_diagonal<V: Double, const VECTORS: usize>(
    d: *mut f64,
    v: &[f64; SIDE],
    negative_w: &[f64; SIDE],
    width: usize,
) {
    // SAFETY: see `chase_column`.
    unsafe {
        let w = negative_w;
        for j in (0..width).step_by(2) {
            let (left, right) = (d.add(j * NEXT), d.add((j + 1) * NEXT));
            let (v0, v1, w0, w1) = (v[j], v[j + 1], w[j], w[j + 1]);
            *left.add(j) += 2.0 * v0 * w0;
            *left.add(j + 1) += v1 * w0 + w1 * v0;
            *right.add(j + 1) += 2.0 * v1 * w1;
            let (v0, v1, w0, w1) = (V::fill(v0), V::fill(v1), V::fill(w0), V::fill(w1));
            for k in ((j + 2) / V::LANES..VECTORS).map(|k| k * V::LANES) {
                let (v, w) = (below::<V>(v, k, j + 2), below::<V>(w, k, j + 2));
                V::load(left.add(k)).add_product(v, w0).add_product(w, v0).store(left.add(k));
                V::load(right.add(k)).add_product(v, w1).add_product(w, v1).store(right.add(k));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::kernel::Kernel;
    use super::*;

    /// Trace and Frobenius norm are sums over the eigenvalues; what a wrong number in a block changes shows in one of them.
    #[test]
    fn the_chase_keeps_trace_and_norm() {
        for kernel in Kernel::all() {
            for side in [2, 3, 17, 18, 33, 50, 64] {
                let mut band = Band::new(side).unwrap();
                let (mut trace, mut squares) = (0.0, 0.0);
                for column in 0..side {
                    for row in column..side.min(column + SIDE + 1) {
                        let value = ((row * 7919 + column * 104_729) % 1009) as f64 / 504.0 - 1.0;
                        let at = band.at(row, column);
                        band.values[at] = value;
                        trace += if row == column { value } else { 0.0 };
                        squares += if row == column { value * value } else { 2.0 * value * value };
                    }
                }
                let (diagonal, beside) = band.into_tridiagonal(kernel);
                assert_eq!((diagonal.len(), beside.len()), (side, side - 1));
                let sum: f64 = diagonal.iter().sum();
                let norm: f64 =
                    diagonal.iter().map(|d| d * d).sum::<f64>() + 2.0 * beside.iter().map(|e| e * e).sum::<f64>();
                assert!((sum - trace).abs() < 1e-14 * squares, "{kernel:?}, {side}: {sum} for {trace}");
                assert!((norm - squares).abs() < 1e-14 * squares, "{kernel:?}, {side}: {norm} for {squares}");
            }
        }
    }
}
