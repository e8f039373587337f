/*!
The inner loop: one 16 × 16 tile of AᵀB over a short run of samples.

A *panel* holds 16 features of some samples, sample after sample: `panel[k·16 + j]`. A panel serves as either side of the product,
so each chunk of samples is packed once. A tile is computed as small register blocks (4 × 4 numbers in wasm's f64); products of f32 are
summed in f32 over the run and only then widened, so a run must be short (`accumulator` says how short).

The register blocks were measured in V8 on Zen 4 (GF/s a thread, relaxed SIMD; a loop of nothing but multiply-adds reaches 29 in f64 and 59 in
f32): f64 4×4 26, 2×8 14; f32 4×8 52, 2×16 27. The loop over samples is not unrolled on purpose: by two it was measured at 13 and 27, because V8 then
runs out of registers.
*/

use crate::vector::{self, Best, Double as _, Vector};

/// Side of a tile, and features in a panel.
pub(crate) const TILE: usize = 16;

/// Adds AᵀB of one run of `samples` to a tile. For a diagonal tile (A = B) only blocks that touch the upper triangle are computed.
pub(super) type TileKernel<T> = unsafe fn(a: *const T, b: *const T, samples: usize, tile: *mut f64, diagonal: bool);

/// A number type in which products are taken: f64 for the exact engine, f32 for the fast one.
pub(super) trait Product: Copy + Default + Into<f64> + Send + 'static {
    /// The best kernel for this machine, and its name.
    fn kernel() -> (TileKernel<Self>, &'static str);
    /// Rounds to f32.
    fn to_f32(self) -> f32;
    /// Writes consecutive numbers, rounded to this type.
    ///
    /// # Safety
    /// Those of [`Vector`].
    unsafe fn put(numbers: Best, to: *mut Self);
}

/// One tile, by register blocks of ROWS features of A by COLUMNS vectors of features of B.
#[inline(always)]
unsafe fn tile<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    a: *const V::Scalar,
    b: *const V::Scalar,
    samples: usize,
    tile: *mut f64,
    diagonal: bool,
) {
    let width = COLUMNS * V::LANES;
    for column in (0..TILE).step_by(width) {
        for row in (0..TILE).step_by(ROWS) {
            if diagonal && row >= column + width {
                continue;
            }
            // SAFETY: the panels hold `samples` rows of 16, the tile 16 rows of 16; row + ROWS and column + width are at most 16.
            unsafe {
                let sums = block::<V, ROWS, COLUMNS>(a.add(row), b.add(column), samples);
                for (r, sums) in sums.into_iter().enumerate() {
                    for (c, sum) in sums.into_iter().enumerate() {
                        sum.add_to(tile.add((row + r) * TILE + column + c * V::LANES));
                    }
                }
            }
        }
    }
}

/// The sums of one register block.
#[inline(always)]
unsafe fn block<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    mut a: *const V::Scalar,
    mut b: *const V::Scalar,
    samples: usize,
) -> [[V; COLUMNS]; ROWS] {
    // SAFETY: the caller's panels hold `samples` rows of 16 from here.
    unsafe {
        let mut sums = [[V::zero(); COLUMNS]; ROWS];
        for _ in 0..samples {
            let mut vectors = [V::zero(); COLUMNS];
            for (c, vector) in vectors.iter_mut().enumerate() {
                *vector = V::load(b.add(c * V::LANES));
            }
            for (r, row) in sums.iter_mut().enumerate() {
                let splat = V::splat(a.add(r));
                for (sum, vector) in row.iter_mut().zip(vectors) {
                    *sum = sum.add_product(splat, vector);
                }
            }
            a = a.add(TILE);
            b = b.add(TILE);
        }
        sums
    }
}

/// A kernel of one vector type: a function of its own that is called once a tile, because V8 compiles a function well only after
/// some calls and never replaces one that runs.
macro_rules! kernels {
    ($($(#[$attribute:meta])* $name:ident: $vector:ty, $rows:literal, $columns:literal;)*) => {
        $($(#[$attribute])*
        #[inline(never)]
        pub(super) unsafe fn $name(
            a: *const <$vector as Vector>::Scalar,
            b: *const <$vector as Vector>::Scalar,
            samples: usize,
            to: *mut f64,
            diagonal: bool,
        ) {
            // SAFETY: passed on from the caller.
            unsafe { tile::<$vector, $rows, $columns>(a, b, samples, to, diagonal) }
        })*
    };
}

#[cfg(target_arch = "wasm32")]
mod choice {
    use super::*;
    kernels! {
        exact: vector::F64, 4, 2;
        fast: vector::F32, 4, 2;
    }
    const NAME: &str = if cfg!(target_feature = "relaxed-simd") { "wasm relaxed-simd" } else { "wasm simd128" };
    pub(super) fn exact_kernel() -> (TileKernel<f64>, &'static str) {
        (exact, NAME)
    }
    pub(super) fn fast_kernel() -> (TileKernel<f32>, &'static str) {
        (fast, NAME)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod choice {
    use super::*;
    kernels! {
        plain_exact: vector::Plain<f64>, 4, 2;
        plain_fast: vector::Plain<f32>, 4, 2;
    }
    #[cfg(target_arch = "x86_64")]
    kernels! {
        #[target_feature(enable = "avx2,fma")] avx2_exact: vector::F64, 4, 2;
        #[target_feature(enable = "avx2,fma")] avx2_fast: vector::F32, 4, 2;
        #[target_feature(enable = "avx512f")] avx512_exact: vector::Wide64, 8, 2;
        #[target_feature(enable = "avx512f")] avx512_fast: vector::Wide32, 16, 1;
    }
    #[cfg(target_arch = "x86_64")]
    pub(super) fn exact_kernel() -> (TileKernel<f64>, &'static str) {
        if is_x86_feature_detected!("avx512f") {
            (avx512_exact, "AVX-512")
        } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            (avx2_exact, "AVX2")
        } else {
            (plain_exact, "SSE2")
        }
    }
    #[cfg(target_arch = "x86_64")]
    pub(super) fn fast_kernel() -> (TileKernel<f32>, &'static str) {
        if is_x86_feature_detected!("avx512f") {
            (avx512_fast, "AVX-512")
        } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            (avx2_fast, "AVX2")
        } else {
            (plain_fast, "SSE2")
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    const NAME: &str = if cfg!(target_arch = "aarch64") { "NEON" } else { "scalar" };
    #[cfg(not(target_arch = "x86_64"))]
    pub(super) fn exact_kernel() -> (TileKernel<f64>, &'static str) {
        (plain_exact, NAME)
    }
    #[cfg(not(target_arch = "x86_64"))]
    pub(super) fn fast_kernel() -> (TileKernel<f32>, &'static str) {
        (plain_fast, NAME)
    }
}

impl Product for f64 {
    fn kernel() -> (TileKernel<f64>, &'static str) {
        choice::exact_kernel()
    }
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self as f32
    }
    #[inline(always)]
    unsafe fn put(numbers: Best, to: *mut f64) {
        // SAFETY: passed on from the caller; so below.
        unsafe { numbers.store(to) }
    }
}

impl Product for f32 {
    fn kernel() -> (TileKernel<f32>, &'static str) {
        choice::fast_kernel()
    }
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }
    #[inline(always)]
    unsafe fn put(numbers: Best, to: *mut f32) {
        // SAFETY: see above.
        unsafe { numbers.store_narrow(to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small whole numbers, so that every kernel must give the same sums exactly.
    fn panel<T: Product>(samples: usize, seed: u64) -> Vec<T> {
        let number = |i: u64| ((i * 2_654_435_761 + seed * 97) >> 7) % 17;
        let mut panel = vec![T::default(); samples * TILE];
        for (i, to) in (0..).zip(panel.chunks_exact_mut(Best::LANES)) {
            let numbers: [f64; Best::LANES] =
                std::array::from_fn(|lane| number((i * Best::LANES + lane) as u64) as f64 - 8.0);
            // SAFETY: there is room for as many numbers as are written.
            unsafe { T::put(Best::load(numbers.as_ptr()), to.as_mut_ptr()) };
        }
        panel
    }

    fn check<T: Product>(kernel: TileKernel<T>) {
        for samples in [0, 1, 2, 7, 64] {
            let (a, b) = (panel::<T>(samples, 1), panel::<T>(samples, 2));
            for diagonal in [false, true] {
                let b = if diagonal { &a } else { &b };
                let mut tile = vec![0.5; TILE * TILE];
                // SAFETY: panels and tile have the sizes that the kernel wants.
                unsafe { kernel(a.as_ptr(), b.as_ptr(), samples, tile.as_mut_ptr(), diagonal) };
                for i in 0..TILE {
                    for j in if diagonal { i } else { 0 }..TILE {
                        let sum: f64 = (0..samples).map(|k| a[k * TILE + i].into() * b[k * TILE + j].into()).sum();
                        assert_eq!(tile[i * TILE + j], 0.5 + sum);
                    }
                }
            }
        }
    }

    #[test]
    fn the_chosen_kernels_sum_products() {
        check(f64::kernel().0);
        check(f32::kernel().0);
    }

    #[test]
    #[cfg(not(target_arch = "wasm32"))]
    fn the_plain_kernels_sum_products() {
        check::<f64>(choice::plain_exact);
        check::<f32>(choice::plain_fast);
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_avx2_kernels_sum_products() {
        assert!(is_x86_feature_detected!("avx2"), "this machine cannot run this test");
        check::<f64>(choice::avx2_exact);
        check::<f32>(choice::avx2_fast);
    }
}
