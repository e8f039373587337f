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
#[inline(always)]
pub(super) unsafe fn chase_column<V: Double, const VECTORS: usize>(band: &mut Band, column: usize) {
    let width = band.width;
    let mut row = column + 1;
    // SAFETY: blocks of 16 × 16 that begin at or before the last row are within the band and its zeros, and so are the
    // up to 15 numbers above a diagonal block's first. The caller has the instructions.
    unsafe {
        let (mut v, mut tau) = reflect::<V, VECTORS>(band.block(row, column));
        both_sides(band.block(row, row), v, tau, width);
        row += SIDE;
        while row < band.side {
            (v, tau) = move_bulge(band.block(row, row - SIDE), v, tau, width);
            both_sides(band.block(row, row), v, tau, width);
            row += SIDE;
        }
    }
}

/// E ← EH for the reflector H above, then HᵤE with Hᵤ = I − τᵤuuᵀ for the first column of EH, in one go:
/// w = τEv; u, τᵤ from e₀ − w; z = τᵤ(Eᵀu − v(wᵀu)); E −= wvᵀ + uzᵀ. Returns u and τᵤ.
#[inline(always)]
unsafe fn move_bulge<V: Double, const VECTORS: usize>(
    e: *mut f64,
    v: [V; VECTORS],
    tau: f64,
    width: usize,
) -> ([V; VECTORS], f64) {
    // SAFETY: see `chase_column`.
    unsafe {
        let mut factors = [0.0; SIDE];
        store(v, factors.as_mut_ptr());
        let nothing = [V::zero(); VECTORS];
        let mut sums = nothing;
        for (j, &factor) in factors.iter().enumerate().take(width) {
            sums = add_multiple(sums, load(e.add(j * NEXT)), factor);
        }
        let negative_w = add_multiple(nothing, sums, -tau);
        store(add_multiple(load(e), negative_w, 1.0), e);
        let (u, tau) = reflect::<V, VECTORS>(e);
        let wu = add_dot(V::zero(), negative_w, u).sum();
        for (j, &factor) in factors.iter().enumerate().take(width).skip(1) {
            let column = e.add(j * NEXT);
            let x = load::<V, VECTORS>(column);
            let z = tau * (add_dot(V::zero(), x, u).sum() + factor * wu);
            store(add_multiple(add_multiple(x, negative_w, factor), u, -z), column);
        }
        (u, tau)
    }
}

/// D ← HDH for a diagonal block, lower triangle only: w = τDv, w −= ½τ(wᵀv)v, D −= vwᵀ + wvᵀ.
///
/// Two columns at a time: their three numbers on and beside the diagonal singly, the rows below as registers. A register may begin above that, even
/// in an earlier column; `below`, which is zero there, leaves those numbers as they are.
#[inline(always)]
unsafe fn both_sides<V: Double, const VECTORS: usize>(d: *mut f64, v: [V; VECTORS], tau: f64, width: usize) {
    if tau == 0.0 {
        return;
    }
    // SAFETY: see `chase_column`.
    unsafe {
        let (mut vs, mut sums, mut w) = ([0.0; SIDE], [0.0; SIDE], [0.0; SIDE]);
        store(v, vs.as_mut_ptr());
        let mut below = vs;
        for j in (0..width).step_by(2) {
            let (left, right) = (d.add(j * NEXT), d.add((j + 1) * NEXT));
            let (v0, v1) = (vs[j], vs[j + 1]);
            (below[j], below[j + 1]) = (0.0, 0.0);
            let (sum0, sum1) = (sums[j], sums[j + 1]);
            let (mut dot0, mut dot1) = (V::zero(), V::zero());
            let (splat0, splat1) = (V::fill(v0), V::fill(v1));
            for k in ((j + 2) / V::LANES..VECTORS).map(|k| k * V::LANES) {
                let (x0, x1, v) = (V::load(left.add(k)), V::load(right.add(k)), V::load(below.as_ptr().add(k)));
                dot0 = dot0.add_product(x0, v);
                dot1 = dot1.add_product(x1, v);
                let sums = sums.as_mut_ptr().add(k);
                V::load(sums).add_product(x0, splat0).add_product(x1, splat1).store(sums);
            }
            let (x00, x10, x11) = (*left.add(j), *left.add(j + 1), *right.add(j + 1));
            w[j] = sum0 + x00 * v0 + x10 * v1 + dot0.sum();
            w[j + 1] = sum1 + x10 * v0 + x11 * v1 + dot1.sum();
        }
        let w = add_multiple([V::zero(); VECTORS], load(w.as_ptr()), -tau);
        let wv = add_dot(V::zero(), w, v).sum();
        let negative_w = add_multiple(w, v, -0.5 * tau * wv);

        let mut ws = [0.0; SIDE];
        store(negative_w, ws.as_mut_ptr());
        let (mut v_below, mut w_below) = (vs, ws);
        for j in (0..width).step_by(2) {
            let (left, right) = (d.add(j * NEXT), d.add((j + 1) * NEXT));
            let (v0, v1, w0, w1) = (vs[j], vs[j + 1], ws[j], ws[j + 1]);
            (v_below[j], v_below[j + 1], w_below[j], w_below[j + 1]) = (0.0, 0.0, 0.0, 0.0);
            *left.add(j) += 2.0 * v0 * w0;
            *left.add(j + 1) += v1 * w0 + w1 * v0;
            *right.add(j + 1) += 2.0 * v1 * w1;
            let (v0, v1, w0, w1) = (V::fill(v0), V::fill(v1), V::fill(w0), V::fill(w1));
            for k in ((j + 2) / V::LANES..VECTORS).map(|k| k * V::LANES) {
                let (v, w) = (V::load(v_below.as_ptr().add(k)), V::load(w_below.as_ptr().add(k)));
                V::load(left.add(k)).add_product(v, w0).add_product(w, v0).store(left.add(k));
                V::load(right.add(k)).add_product(v, w1).add_product(w, v1).store(right.add(k));
            }
        }
    }
}
