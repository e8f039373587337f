/*!
One worker's share of the way to a band.

Nearly all of that way is a pass over the matrix for each panel of 16 columns: the rest is updated with the panel before and multiplied with this one.
Columns of tiles are dealt out in turn, so that shares stay even while the matrix shrinks. One worker leads: it factors the panels (`band`) and sends
each to the others, who answer with what their columns add to the product and, where it is theirs, with the next column. The columns are dealt
as ScaLAPACK deals them to one row of processes (Users' Guide, §4.3); a leader in the place of broadcasts and reductions needs two messages a panel.
*/

use std::ops::Range;

use super::kernel::Kernel;
use super::tiles::{NUMBERS, SIDE, Tile, start, transpose, zeros};
use crate::error::{ErrorKind, Result};

pub(super) const ZERO: Tile = [0.0; NUMBERS];

/// Numbers before the columns of a share: side, which of the workers, how many.
const HEADER: usize = 3;

/// Numbers on their way from worker to worker, wherever they stand.
pub trait Parcel {
    /// How many there is room for.
    fn length(&self) -> usize;
    /// Takes numbers out, from the `at`th. There must be as many.
    fn read(&self, at: usize, to: &mut [f64]);
    /// Puts numbers in, at the `at`th. There must be room.
    fn write(&mut self, at: usize, from: &[f64]);
}

impl Parcel for Vec<f64> {
    fn length(&self) -> usize {
        self.len()
    }

    fn read(&self, at: usize, to: &mut [f64]) {
        to.copy_from_slice(&self[at..at + to.len()]);
    }

    fn write(&mut self, at: usize, from: &[f64]) {
        self[at..at + from.len()].copy_from_slice(from);
    }
}

/// The columns of tiles that are one worker's, and the panels that they wait for.
pub struct Share {
    numbers: Vec<f64>,
    /// Its columns and where each starts among the numbers, from its diagonal down.
    columns: Vec<(usize, usize)>,
    pub(super) kernel: Kernel,
    /// The panel that is, or will be, multiplied with.
    pub(super) panel: usize,
    /// Of the panel before: V and N = −W by columns, one tile a row of tiles.
    old_v: Vec<Tile>,
    pub(super) negative_w: Vec<Tile>,
    /// Of this panel: V by columns and by rows, and Y by rows.
    pub(super) v: Vec<Tile>,
    pub(super) v_rows: Vec<Tile>,
    pub(super) product: Vec<Tile>,
}

impl Share {
    /// The share of the leader, who holds the whole lower triangle.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub(super) fn of_leader(numbers: Vec<f64>, side: usize, workers: usize, kernel: Kernel) -> Result<Share> {
        let count = side.div_ceil(SIDE);
        let columns = dealt(count, 0, workers).map(|column| (column, start(count, column) * NUMBERS)).collect();
        Share::new(numbers, columns, side, kernel)
    }

    /// Another worker's share, as [`write_share`](Self::write_share) has put it.
    ///
    /// # Errors
    ///
    /// `Internal` where it is none; `OutOfMemory`.
    pub fn read(parcel: &impl Parcel) -> Result<Share> {
        let mut header = [0.0; HEADER];
        if parcel.length() < HEADER {
            return Err(DAMAGED.into());
        }
        parcel.read(0, &mut header);
        let [side, worker, workers] = header.map(|word| word as usize);
        if side == 0 || worker >= workers || parcel.length() != share_length(side, worker, workers) {
            return Err(DAMAGED.into());
        }
        let count = side.div_ceil(SIDE);
        let mut at = 0;
        let mut columns = Vec::new();
        for column in dealt(count, worker, workers) {
            columns.push((column, at));
            at += (count - column) * NUMBERS;
        }
        let mut numbers = zeros(at / NUMBERS, side)?.into_flattened();
        parcel.read(HEADER, &mut numbers);
        Share::new(numbers, columns, side, Kernel::best())
    }

    /// Puts another worker's share of this one, which is all of the matrix, into a parcel.
    pub(super) fn write_share(&self, side: usize, worker: usize, workers: usize, parcel: &mut impl Parcel) {
        let count = self.count();
        parcel.write(0, &[side, worker, workers].map(|word| word as f64));
        let mut at = HEADER;
        for column in dealt(count, worker, workers) {
            let numbers = &self.numbers[start(count, column) * NUMBERS..][..(count - column) * NUMBERS];
            parcel.write(at, numbers);
            at += numbers.len();
        }
    }

    fn new(numbers: Vec<f64>, columns: Vec<(usize, usize)>, side: usize, kernel: Kernel) -> Result<Share> {
        let count = side.div_ceil(SIDE);
        let room = || zeros(count, side);
        Ok(Share {
            numbers,
            columns,
            kernel,
            panel: 0,
            old_v: room()?,
            negative_w: room()?,
            v: room()?,
            v_rows: room()?,
            product: room()?,
        })
    }

    /// Columns of tiles of the whole matrix.
    pub(super) fn count(&self) -> usize {
        self.v.len()
    }

    /// Where one of its own columns stands among the numbers.
    fn place(&self, column: usize) -> Option<Range<usize>> {
        let own = self.columns.binary_search_by_key(&column, |&(own, _)| own).ok()?;
        let (_, start) = self.columns[own];
        Some(start..start + (self.count() - column) * NUMBERS)
    }

    /// The panel's column up to date, in the place of its V. `sent` is that column where it is another worker's.
    #[inline(never)]
    pub(super) fn begin(&mut self, sent: &[Tile]) -> &mut [Tile] {
        let panel = self.panel;
        let column = self.place(panel).map_or(sent, |place| self.numbers[place].as_chunks().0);
        self.v[panel..].copy_from_slice(column);
        if panel > 0 {
            update(&mut self.v[panel..], &self.old_v[panel..], &self.negative_w[panel..], self.kernel);
        }
        &mut self.v[panel..]
    }

    /// The panel's V is there.
    #[inline(never)]
    pub(super) fn transpose_v(&mut self) {
        for (v, rows) in self.v[self.panel + 1..].iter().zip(&mut self.v_rows[self.panel + 1..]) {
            transpose(v, rows);
        }
    }

    /// Updates its columns after the panel's with the panel before, and begins Y with what they add to it.
    #[inline(never)]
    pub(super) fn multiply(&mut self) {
        let Share { numbers, columns, kernel, panel, old_v, negative_w, v, v_rows, product } = self;
        let (count, panel) = (v.len(), *panel);
        product[panel + 1..].fill(ZERO);
        let after = columns.partition_point(|&(column, _)| column <= panel);
        for &(column, start) in &columns[after..] {
            let tiles = numbers[start..][..(count - column) * NUMBERS].as_chunks_mut().0;
            if panel > 0 {
                update(tiles, &old_v[column..], &negative_w[column..], *kernel);
            }
            multiply(tiles, &v_rows[column..], &mut product[column..], *kernel);
        }
    }

    /// This panel becomes the one before.
    pub(super) fn turn(&mut self) {
        std::mem::swap(&mut self.v, &mut self.old_v);
        self.panel += 1;
    }

    /// Puts what the other workers need of the panel into a parcel: its number, V, and N of the one before.
    pub(super) fn write_panel(&self, parcel: &mut impl Parcel) {
        let v = self.v[self.panel + 1..].as_flattened();
        parcel.write(0, &[self.panel as f64]);
        parcel.write(1, v);
        if self.panel > 0 {
            parcel.write(1 + v.len(), self.negative_w[self.panel..].as_flattened());
        }
    }

    /// Takes a panel out of a parcel and puts the answer in: what this share adds to the product and, if it is its own, the next column.
    ///
    /// # Errors
    ///
    /// `Internal` where it is not the next panel.
    pub fn answer(&mut self, parcel: &mut impl Parcel) -> Result<()> {
        let (panel, count) = (self.panel, self.count());
        let mut number = [f64::NAN];
        if panel + 1 >= count || parcel.length() != parcel_length(count) {
            return Err(DAMAGED.into());
        }
        parcel.read(0, &mut number);
        if number[0] != panel as f64 {
            return Err(DAMAGED.into());
        }
        let v = self.v[panel + 1..].as_flattened_mut();
        parcel.read(1, v);
        if panel > 0 {
            parcel.read(1 + v.len(), self.negative_w[panel..].as_flattened_mut());
        }
        self.transpose_v();
        self.multiply();
        let product = self.product[panel + 1..].as_flattened();
        parcel.write(0, product);
        if let Some(place) = self.place(panel + 1) {
            parcel.write(product.len(), &self.numbers[place]);
        }
        self.turn();
        Ok(())
    }
}

/// Numbers of a worker's share.
pub(super) fn share_length(side: usize, worker: usize, workers: usize) -> usize {
    let count = side.div_ceil(SIDE);
    HEADER + dealt(count, worker, workers).map(|column| count - column).sum::<usize>() * NUMBERS
}

/// Numbers that there must be room for in a parcel that carries panels and the answers to them.
pub(super) fn parcel_length(count: usize) -> usize {
    1 + 2 * count * NUMBERS
}

pub(super) const DAMAGED: ErrorKind = ErrorKind::Internal { problem: "a part of a matrix was damaged between workers" };

/// The columns of one of some workers.
fn dealt(count: usize, worker: usize, workers: usize) -> impl Iterator<Item = usize> {
    (worker..count).step_by(workers)
}

/// A += VNᵀ + NVᵀ for one column of tiles, whose V and N are given from its diagonal down.
#[inline(never)]
fn update(tiles: &mut [Tile], v: &[Tile], n: &[Tile], kernel: Kernel) {
    let (v0, n0) = (&v[0], &n[0]);
    for ((tile, v), n) in tiles.iter_mut().zip(v).zip(n) {
        kernel.add_two_products(tile, [n0, v0], [v, n]);
    }
}

/// Y += AV for one column of tiles and their mirror images.
#[inline(never)]
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
