/*!
The hot loops, one set for each kind of machine.

Nearly all of the time goes into products of 16 × 16 tiles, C += A·B, by register blocks of 4 × 4 numbers in wasm (4 splats of A times 2 vectors
of B). Measured in V8 on Zen 4, 4×4, 2×8 and 3×6 tie; 6×4, 4×6 and 3×8 need more registers than there are and halve the speed, and so does
unrolling the loop over k by two. That loop's bound is therefore a run-time value, which the compiler cannot unroll.

Each loop is a function of its own that is called many times: V8 compiles a function well only after some calls and never replaces one that runs.
*/

use std::hint::black_box;

use super::chase::{self, Band};
use super::panel;
use super::tiles::{SIDE, Tile};
use crate::vector::{self, Double};

/// The loops for one kind of machine, whose instructions the processor must have.
struct Loops {
    name: &'static str,
    /// C += A·B for A by columns, with the number of A's columns.
    add_product: unsafe fn(&mut Tile, &Tile, &Tile, usize),
    /// C += A·B + A'·B' likewise.
    add_two_products: unsafe fn(&mut Tile, [&Tile; 2], [&Tile; 2], usize),
    /// C += A·B for A by rows.
    add_row_product: unsafe fn(&mut Tile, &Tile, &Tile, usize),
    reflect_column: unsafe fn(&mut [Tile], &mut Tile, &mut [f64; SIDE], usize),
    chase_column: unsafe fn(&mut Band, usize),
}

/// The hot loops for this machine.
#[derive(Clone, Copy)]
pub(super) struct Kernel {
    loops: &'static Loops,
    /// 16, unknown to the compiler.
    depth: usize,
}

impl Kernel {
    fn new(loops: &'static Loops) -> Kernel {
        Kernel { loops, depth: black_box(SIDE) }
    }

    /// C += A·B: C and B by rows, A by columns. (So C += AᵀB for an A by rows.)
    #[inline(always)]
    pub fn add_product(self, c: &mut Tile, a: &Tile, b: &Tile) {
        // SAFETY: a Kernel is made only of loops for which the processor has the instructions; the depth is that of a tile.
        unsafe { (self.loops.add_product)(c, a, b, self.depth) }
    }

    /// C += A₀·B₀ + A₁·B₁ likewise, which reads and writes C only once.
    #[inline(always)]
    pub fn add_two_products(self, c: &mut Tile, a: [&Tile; 2], b: [&Tile; 2]) {
        // SAFETY: as above.
        unsafe { (self.loops.add_two_products)(c, a, b, self.depth) }
    }

    /// C += A·B, all by rows.
    #[inline(always)]
    pub fn add_row_product(self, c: &mut Tile, a: &Tile, b: &Tile) {
        // SAFETY: as above.
        unsafe { (self.loops.add_row_product)(c, a, b, self.depth) }
    }

    /// See [`panel::reflect_column`].
    pub fn reflect_column(self, panel: &mut [Tile], r: &mut Tile, taus: &mut [f64; SIDE], column: usize) {
        assert!(!panel.is_empty() && column < SIDE);
        // SAFETY: as above; the panel has a first tile.
        unsafe { (self.loops.reflect_column)(panel, r, taus, column) }
    }

    /// See [`chase::chase_column`].
    pub fn chase_column(self, band: &mut Band, column: usize) {
        assert!(column < band.side());
        // SAFETY: as above; a band has room for the bulges of all its columns.
        unsafe { (self.loops.chase_column)(band, column) }
    }
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.loops.name)
    }
}

/// C += ΣA·B for pairs of tiles, where element (r, k) of A stands at r·ROW + k·COLUMN.
///
/// The sums start at zero and C is added at the end: one long sum over the whole matrix, one term after another, would err systematically where
/// the terms are alike (by 1.2e-13·λ₁ for a matrix of ones of side 2048).
#[inline(always)]
unsafe fn product<
    V: Double,
    const ROWS: usize,
    const COLUMNS: usize,
    const ROW: usize,
    const COLUMN: usize,
    const PAIRS: usize,
>(
    c: &mut Tile,
    pairs: [(&Tile, &Tile); PAIRS],
    depth: usize,
) {
    let c = c.as_mut_ptr();
    for column in (0..SIDE).step_by(COLUMNS * V::LANES) {
        for row in (0..SIDE).step_by(ROWS) {
            // SAFETY: row + ROWS, column + COLUMNS·LANES and depth are at most 16, so all is within the tiles.
            unsafe {
                let c = c.add(row * SIDE + column);
                let mut sums = [[V::zero(); COLUMNS]; ROWS];
                for (a, b) in pairs {
                    let (mut a, mut b) = (a.as_ptr().add(row * ROW), b.as_ptr().add(column));
                    for _ in 0..depth {
                        let mut vectors = [V::zero(); COLUMNS];
                        for (j, vector) in vectors.iter_mut().enumerate() {
                            *vector = V::load(b.add(j * V::LANES));
                        }
                        for (r, sums) in sums.iter_mut().enumerate() {
                            let splat = V::splat(a.add(r * ROW));
                            for (sum, vector) in sums.iter_mut().zip(vectors) {
                                *sum = sum.add_product(splat, vector);
                            }
                        }
                        a = a.add(COLUMN);
                        b = b.add(SIDE);
                    }
                }
                for (r, sums) in sums.into_iter().enumerate() {
                    for (j, sum) in sums.into_iter().enumerate() {
                        sum.add_to(c.add(r * SIDE + j * V::LANES));
                    }
                }
            }
        }
    }
}

/// The loops of one vector type: functions of their own, with the target features that the vector type needs.
macro_rules! loops {
    ($($(#[$attribute:meta])* $name:ident: $vector:ty, $rows:literal, $columns:literal, $title:expr;)*) => {
        $(mod $name {
            use super::*;
            const VECTORS: usize = SIDE / <$vector as vector::Vector>::LANES;

            $(#[$attribute])*
            #[inline(never)]
            unsafe fn add_product(c: &mut Tile, a: &Tile, b: &Tile, depth: usize) {
                // SAFETY: tiles, and instructions that the caller has checked; so below.
                unsafe { product::<$vector, $rows, $columns, 1, SIDE, 1>(c, [(a, b)], depth) }
            }
            $(#[$attribute])*
            #[inline(never)]
            unsafe fn add_two_products(c: &mut Tile, a: [&Tile; 2], b: [&Tile; 2], depth: usize) {
                // SAFETY: see above.
                unsafe { product::<$vector, $rows, $columns, 1, SIDE, 2>(c, [(a[0], b[0]), (a[1], b[1])], depth) }
            }
            $(#[$attribute])*
            #[inline(never)]
            unsafe fn add_row_product(c: &mut Tile, a: &Tile, b: &Tile, depth: usize) {
                // SAFETY: see above.
                unsafe { product::<$vector, $rows, $columns, SIDE, 1, 1>(c, [(a, b)], depth) }
            }
            $(#[$attribute])*
            #[inline(never)]
            unsafe fn reflect_column(panel: &mut [Tile], r: &mut Tile, taus: &mut [f64; SIDE], column: usize) {
                // SAFETY: see above.
                unsafe { panel::reflect_column::<$vector, VECTORS>(panel, r, taus, column) }
            }
            $(#[$attribute])*
            #[inline(never)]
            unsafe fn chase_column(band: &mut Band, column: usize) {
                // SAFETY: see above.
                unsafe { chase::chase_column::<$vector, VECTORS>(band, column) }
            }
            pub(super) static LOOPS: Loops =
                Loops { name: $title, add_product, add_two_products, add_row_product, reflect_column, chase_column };
        })*
    };
}

#[cfg(target_arch = "wasm32")]
loops! {
    wasm: vector::F64, 4, 2, "wasm";
}
#[cfg(not(target_arch = "wasm32"))]
loops! {
    plain: vector::Plain<f64>, 4, 2, "plain";
}
#[cfg(target_arch = "x86_64")]
loops! {
    #[target_feature(enable = "avx2,fma")] avx2: vector::F64, 4, 2, "AVX2";
    #[target_feature(enable = "avx512f")] avx512: vector::Wide64, 8, 2, "AVX-512";
}

#[cfg(target_arch = "wasm32")]
use wasm::LOOPS as BASELINE;

#[cfg(not(target_arch = "wasm32"))]
use plain::LOOPS as BASELINE;

/// What some machines of this kind can do better, the best first.
fn special() -> impl Iterator<Item = &'static Loops> {
    #[cfg(target_arch = "x86_64")]
    let special = [
        is_x86_feature_detected!("avx512f").then_some(&avx512::LOOPS),
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(&avx2::LOOPS),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let special = [None];
    special.into_iter().flatten()
}

impl Kernel {
    /// The best for this machine.
    pub fn best() -> Kernel {
        Kernel::new(special().next().unwrap_or(&BASELINE))
    }

    /// All that this machine can run.
    #[cfg(test)]
    pub fn all() -> Vec<Kernel> {
        special().chain([&BASELINE]).map(Kernel::new).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_multiplies_tiles() {
        // Small whole numbers, so that every kernel must give the same sums exactly.
        let tile = |seed: usize| -> Tile { std::array::from_fn(|i| ((i * 7919 + seed * 97) % 17) as f64 - 8.0) };
        let (a, b) = (tile(1), tile(2));
        for kernel in Kernel::all() {
            let [mut by_columns, mut by_rows, mut both] = [[0.5; SIDE * SIDE]; 3];
            kernel.add_product(&mut by_columns, &a, &b);
            kernel.add_row_product(&mut by_rows, &a, &b);
            kernel.add_two_products(&mut both, [&a, &b], [&b, &a]);
            for i in 0..SIDE {
                for j in 0..SIDE {
                    let sum = |of: &dyn Fn(usize) -> f64| (0..SIDE).map(|k| of(k) * b[k * SIDE + j]).sum::<f64>() + 0.5;
                    assert_eq!(by_columns[i * SIDE + j], sum(&|k| a[k * SIDE + i]), "{kernel:?}");
                    let other: f64 = (0..SIDE).map(|k| b[k * SIDE + i] * a[k * SIDE + j]).sum();
                    assert_eq!(both[i * SIDE + j], sum(&|k| a[k * SIDE + i]) + other, "{kernel:?}");
                    assert_eq!(by_rows[i * SIDE + j], sum(&|k| a[i * SIDE + k]), "{kernel:?}");
                }
            }
        }
    }
}
