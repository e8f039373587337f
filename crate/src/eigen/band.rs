/*!
From a symmetric matrix to one of band width 16 with the same eigenvalues (Bischof, Lang and Sun, "A framework for symmetric band reduction", ACM
TOMS 26, 2000; LAPACK's dsytrd_sy2sb).

Column of tiles by column of tiles: the panel below the diagonal tile is factored, P = QR with Q = I − VTVᵀ, and the rest becomes

QᵀAQ = A − VWᵀ − WVᵀ, where Y = AV, X = YT, W = X − ½V(TᵀVᵀX).

A is visited once a panel: the update with the *old* V and W and the product Y with the *new* V are done to each tile while it is in
the cache. What is stored is N = −W, so that everything is an addition.

The update and the product are a [`Share`]'s, or that of several.

T of Q = H₀H₁…H₁₅ grows by columns: T_jj = τ_j, T[..j, j] = −τ_j·T[..j, ..j]·(VᵀV)[..j, j] (LAPACK's dlarft).
*/

use super::chase::Band;
use super::kernel::Kernel;
use super::share::{DAMAGED, Parcel, Share, ZERO, parcel_length, share_length};
use super::tiles::{SIDE, Tile, Tiles, transpose, zeros};
use crate::error::Result;

/// The way to a band, as whoever leads it goes: panel by panel, `factor`, `multiply` and `turn`.
pub(super) struct Reduction {
    share: Share,
    band: Band,
    side: usize,
    workers: usize,
    /// Scales of the panel's reflectors.
    taus: [f64; SIDE],
    /// Its column, where another worker had it.
    sent: Vec<Tile>,
    /// Another worker's part of the product.
    part: Vec<Tile>,
}

impl Reduction {
    /// Nothing was done yet.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn new(matrix: Tiles, side: usize, workers: usize, kernel: Kernel) -> Result<Reduction> {
        let band = Band::new(side)?;
        let share = Share::of_leader(matrix.into_numbers(), side, workers, kernel)?;
        let room = || zeros(if workers > 1 { share.count() } else { 0 }, side);
        let (sent, part) = (room()?, room()?);
        Ok(Reduction { share, band, side, workers, taus: [0.0; SIDE], sent, part })
    }

    /// How much of the way is done, from 0 to 1.
    pub fn done(&self) -> f64 {
        let count = self.share.count() as f64;
        1.0 - ((count - self.share.panel as f64) / count).powi(3)
    }

    /// Numbers of another worker's share.
    pub fn share_length(&self, worker: usize) -> usize {
        share_length(self.side, worker, self.workers)
    }

    /// Puts another worker's share into a parcel of that length, for [`Share::read`].
    pub fn write_share(&self, worker: usize, parcel: &mut impl Parcel) {
        self.share.write_share(self.side, worker, self.workers, parcel);
    }

    /// Numbers that a parcel for panels must have room for.
    pub fn parcel_length(&self) -> usize {
        parcel_length(self.share.count())
    }

    /// Factors the next panel; returns whether the rest waits for it. After the last there is nothing left to do.
    pub fn factor(&mut self) -> bool {
        let Share { panel: p, kernel, .. } = self.share;
        let sent = self.sent.get(p..).unwrap_or_default();
        let Some((diagonal, panel)) = self.share.begin(sent).split_first_mut() else { return false };
        self.band.set(p, p, diagonal);
        if panel.is_empty() {
            return false;
        }
        let mut r = ZERO;
        for column in 0..SIDE {
            kernel.reflect_column(panel, &mut r, &mut self.taus, column);
        }
        self.band.set(p + 1, p, &r);
        self.share.transpose_v();
        true
    }

    /// Puts what the other workers need of the panel into a parcel, for [`Share::answer`].
    pub fn write_panel(&self, parcel: &mut impl Parcel) {
        self.share.write_panel(parcel);
    }

    /// Multiplies the leader's own columns with the panel.
    pub fn multiply(&mut self) {
        self.share.multiply();
    }

    /// Adds another worker's answer.
    ///
    /// # Errors
    ///
    /// `Internal` where there is not as much in the parcel.
    pub fn add(&mut self, worker: usize, parcel: &impl Parcel) -> Result<()> {
        let next = self.share.panel + 1;
        if parcel.length() != self.parcel_length() || self.part.is_empty() {
            return Err(DAMAGED.into());
        }
        let part = self.part[next..].as_flattened_mut();
        parcel.read(0, part);
        for (sum, part) in self.share.product[next..].as_flattened_mut().iter_mut().zip(part.iter()) {
            *sum += part;
        }
        if next % self.workers == worker {
            parcel.read(part.len(), self.sent[next..].as_flattened_mut());
        }
        Ok(())
    }

    /// Makes N of the product: the panel is done.
    pub fn turn(&mut self) {
        let Share { v, v_rows, product, negative_w, panel, kernel, .. } = &mut self.share;
        let after = *panel + 1..;
        let (v, v_rows) = (&v[after.clone()], &v_rows[after.clone()]);
        finish(v, v_rows, &self.taus, &mut product[after.clone()], &mut negative_w[after], *kernel);
        self.share.turn();
    }

    /// The band, once there is no panel left.
    pub fn into_band(self) -> Band {
        self.band
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
