/*! The QR factorization of a panel: 16 columns, as a stack of tiles. */

use super::reflector::{Reflector, add_dot, add_multiple, load, store};
use super::tiles::{SIDE, Tile};
use crate::vector::Double;

/// One step of Householder's QR: the reflector of a column below its first `column` rows, applied to the columns after it.
///
/// The reflector's vector v (zeros, one, the rest) replaces the column, whose entries of R move to `r` (column by column).
#[inline(always)]
pub(super) unsafe fn reflect_column<V: Double, const VECTORS: usize>(
    panel: &mut [Tile],
    r: &mut Tile,
    taus: &mut [f64; SIDE],
    column: usize,
) {
    let after = column + 1..SIDE;
    let at = column * SIDE;
    let head = &mut panel[0][at..at + SIDE];
    r[at..at + column].copy_from_slice(&head[..column]);
    let first = head[column];
    head[..=column].fill(0.0);

    // SAFETY: every column of a tile is 16 numbers; the caller has the instructions.
    unsafe {
        let mut squares = V::zero();
        for tile in panel.iter() {
            let x = load::<V, VECTORS>(tile.as_ptr().add(at));
            squares = add_dot(squares, x, x);
        }
        let Reflector { beta, tau, scale } = Reflector::new(first, squares.sum());
        (r[at + column], taus[column]) = (beta, tau);

        let mut dots = [V::zero(); SIDE];
        for (k, tile) in panel.iter_mut().enumerate() {
            let tile = tile.as_mut_ptr();
            let x = load::<V, VECTORS>(tile.add(at));
            store(add_multiple([V::zero(); VECTORS], x, scale), tile.add(at));
            if k == 0 {
                *tile.add(at + column) = 1.0;
            }
            let v = load::<V, VECTORS>(tile.add(at));
            for other in after.clone() {
                dots[other] = add_dot(dots[other], v, load(tile.add(other * SIDE)));
            }
        }
        if tau == 0.0 {
            return;
        }
        let mut factors = [0.0; SIDE];
        for other in after.clone() {
            factors[other] = -tau * dots[other].sum();
        }
        for tile in panel.iter_mut() {
            let tile = tile.as_mut_ptr();
            let v = load::<V, VECTORS>(tile.add(at));
            for other in after.clone() {
                let y = tile.add(other * SIDE);
                store(add_multiple(load(y), v, factors[other]), y);
            }
        }
    }
}
