/*!
From a symmetric matrix to one of band width 16 with the same eigenvalues (Bischof, Lang and Sun, "A framework for symmetric band reduction", ACM
TOMS 26, 2000; LAPACK's dsytrd_sy2sb).

Column of tiles by column of tiles: the panel below the diagonal tile is factored, P = QR with Q = I − VTVᵀ, and the rest becomes

QᵀAQ = A − VWᵀ − WVᵀ, where Y = AV, X = YT, W = X − ½V(TᵀVᵀX).

A is visited once a panel: the update with the *old* V and W and the product Y with the *new* V are done to each tile while it is in
the cache. What is stored is N = −W, so that everything is an addition.

T of Q = H₀H₁…H₁₅ grows by columns: T_jj = τ_j, T[..j, j] = −τ_j·T[..j, ..j]·(VᵀV)[..j, j] (LAPACK's dlarft).
*/

use super::chase::Band;
use super::kernel::Kernel;
use super::tiles::{SIDE, Tile, Tiles, transpose, zeros};
use crate::error::Result;

const ZERO: Tile = [0.0; SIDE * SIDE];

/// Reduces a matrix of some side to a band. `headway` is told how much of that is done, a hundred times at most.
///
/// # Errors
///
/// `OutOfMemory`.
pub(super) fn reduce(mut matrix: Tiles, side: usize, kernel: Kernel, headway: &mut dyn FnMut(f64)) -> Result<Band> {
    let count = matrix.count();
    let mut band = Band::new(side)?;
    // One tile a row each: N by columns, V by rows, Y and then X by rows.
    let mut negative_w = zeros(count, side)?;
    let mut v_rows = zeros(count, side)?;
    let mut product = zeros(count, side)?;
    let mut told = 0.0;
    for p in 0..count {
        let done = 1.0 - ((count - p) as f64 / count as f64).powi(3);
        if done >= told + 0.01 {
            headway(done);
            told = done;
        }
        if p > 0 {
            let (tiles, old) = matrix.column_and_earlier(p, p - 1);
            update(tiles, &old[1..], &negative_w[p..], kernel);
        }
        let Some((diagonal, panel)) = matrix.column(p).split_first_mut() else { break };
        band.set(p, p, diagonal);
        if panel.is_empty() {
            break;
        }
        let (mut r, mut taus) = (ZERO, [0.0; SIDE]);
        for column in 0..SIDE {
            kernel.reflect_column(panel, &mut r, &mut taus, column);
        }
        band.set(p + 1, p, &r);
        for (v, rows) in panel.iter().zip(&mut v_rows[p + 1..]) {
            transpose(v, rows);
        }

        product[p + 1..].fill(ZERO);
        for column in p + 1..count {
            if p > 0 {
                let (tiles, old) = matrix.column_and_earlier(column, p - 1);
                update(tiles, &old[column + 1 - p..], &negative_w[column..], kernel);
            }
            multiply(matrix.column(column), &v_rows[column..], &mut product[column..], kernel);
        }
        let v = &matrix.column(p)[1..];
        finish(v, &v_rows[p + 1..], &taus, &mut product[p + 1..], &mut negative_w[p + 1..], kernel);
    }
    Ok(band)
}

/// A += VNᵀ + NVᵀ for one column of tiles, whose V and N are given from its diagonal down.
fn update(tiles: &mut [Tile], v: &[Tile], n: &[Tile], kernel: Kernel) {
    let (v0, n0) = (&v[0], &n[0]);
    for ((tile, v), n) in tiles.iter_mut().zip(v).zip(n) {
        kernel.add_two_products(tile, [n0, v0], [v, n]);
    }
}

/// Y += AV for one column of tiles and their mirror images.
fn multiply(tiles: &[Tile], v_rows: &[Tile], product: &mut [Tile], kernel: Kernel) {
    let (Some((diagonal, below)), Some((product, products))) = (tiles.split_first(), product.split_first_mut()) else {
        return;
    };
    kernel.add_product(product, diagonal, &v_rows[0]);
    for ((tile, v), y) in below.iter().zip(&v_rows[1..]).zip(products) {
        kernel.add_product(y, tile, &v_rows[0]);
        kernel.add_row_product(product, tile, v);
    }
}

/// N = −W from Y; X takes the place of Y on the way.
fn finish(
    v: &[Tile],
    v_rows: &[Tile],
    taus: &[f64; SIDE],
    product: &mut [Tile],
    negative_w: &mut [Tile],
    kernel: Kernel,
) {
    let t = triangle(v_rows, taus, kernel);
    let mut vx = ZERO;
    for (rows, y) in v_rows.iter().zip(product.iter_mut()) {
        let mut x = ZERO;
        kernel.add_row_product(&mut x, y, &t);
        kernel.add_product(&mut vx, rows, &x);
        *y = x;
    }
    let mut half = ZERO;
    kernel.add_product(&mut half, &t, &vx);
    half.iter_mut().for_each(|value| *value *= 0.5);
    // By columns, Nᵀ = ½(TᵀVᵀX)ᵀVᵀ − Xᵀ.
    for ((v, x), n) in v.iter().zip(product).zip(negative_w) {
        x.iter_mut().for_each(|value| *value = -*value);
        transpose(x, n);
        kernel.add_product(n, &half, v);
    }
}

/// T of the reflectors.
fn triangle(v_rows: &[Tile], taus: &[f64; SIDE], kernel: Kernel) -> Tile {
    let (mut gram, mut t) = (ZERO, ZERO);
    for rows in v_rows {
        kernel.add_product(&mut gram, rows, rows);
    }
    for (j, &tau) in taus.iter().enumerate() {
        for i in 0..j {
            let sum: f64 = (i..j).map(|k| t[i * SIDE + k] * gram[k * SIDE + j]).sum();
            t[i * SIDE + j] = -tau * sum;
        }
        t[j * SIDE + j] = tau;
    }
    t
}
