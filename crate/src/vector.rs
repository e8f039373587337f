/*!
The few vector operations that the kernels need, on each kind of machine.

A [`Vector`] holds [`LANES`](Vector::LANES) numbers; the second moments need no more than that, and the eigenvalues a little more of f64
([`Double`]). Every method is `inline(always)`, so that it takes on the target features of the function that it is inlined into; the
callers, in the `kernel` modules, are the ones that carry `#[target_feature]`.
*/

/// A register of numbers that are multiplied and added together.
pub(crate) trait Vector: Copy {
    /// What one lane holds.
    type Scalar: Copy + Default;
    /// Numbers in one register.
    const LANES: usize;

    /// All lanes zero.
    ///
    /// # Safety
    /// Here and below: the machine must have the instructions, and pointers must be valid for `LANES` numbers (unaligned is fine).
    unsafe fn zero() -> Self;
    /// Consecutive numbers.
    unsafe fn load(from: *const Self::Scalar) -> Self;
    /// One number in all lanes.
    unsafe fn splat(from: *const Self::Scalar) -> Self;
    /// self + a·b, fused where the machine can.
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    /// Adds the lanes, widened to f64, to consecutive sums.
    unsafe fn add_to(self, sums: *mut f64);
}

/// What the eigenvalues need besides.
pub(crate) trait Double: Vector<Scalar = f64> {
    /// One number in all lanes.
    ///
    /// # Safety
    /// As in [`Vector`].
    unsafe fn fill(value: f64) -> Self;
    /// Writes consecutive numbers.
    unsafe fn store(self, to: *mut f64);
    /// The sum of the lanes.
    unsafe fn sum(self) -> f64;
}

#[cfg(target_arch = "wasm32")]
mod machine {
    use super::{Double, Vector};
    use core::arch::wasm32::*;

    #[derive(Clone, Copy)]
    pub struct F64(v128);
    #[derive(Clone, Copy)]
    pub struct F32(v128);

    #[allow(clippy::undocumented_unsafe_blocks, reason = "each method's contract is the trait's")]
    impl Vector for F64 {
        type Scalar = f64;
        const LANES: usize = 2;
        #[inline(always)]
        unsafe fn zero() -> Self {
            F64(f64x2_splat(0.0))
        }
        #[inline(always)]
        unsafe fn load(from: *const f64) -> Self {
            F64(unsafe { v128_load(from.cast()) })
        }
        #[inline(always)]
        unsafe fn splat(from: *const f64) -> Self {
            F64(unsafe { v128_load64_splat(from.cast()) })
        }
        #[inline(always)]
        unsafe fn add_product(self, a: Self, b: Self) -> Self {
            #[cfg(target_feature = "relaxed-simd")]
            return F64(f64x2_relaxed_madd(a.0, b.0, self.0));
            #[cfg(not(target_feature = "relaxed-simd"))]
            F64(f64x2_add(self.0, f64x2_mul(a.0, b.0)))
        }
        #[inline(always)]
        unsafe fn add_to(self, sums: *mut f64) {
            unsafe { v128_store(sums.cast(), f64x2_add(v128_load(sums.cast()), self.0)) }
        }
    }

    #[allow(clippy::undocumented_unsafe_blocks, reason = "each method's contract is the trait's")]
    impl Double for F64 {
        #[inline(always)]
        unsafe fn fill(value: f64) -> Self {
            F64(f64x2_splat(value))
        }
        #[inline(always)]
        unsafe fn store(self, to: *mut f64) {
            unsafe { v128_store(to.cast(), self.0) }
        }
        #[inline(always)]
        unsafe fn sum(self) -> f64 {
            f64x2_extract_lane::<0>(self.0) + f64x2_extract_lane::<1>(self.0)
        }
    }

    impl F64 {
        /// Writes consecutive numbers, rounded to f32.
        ///
        /// # Safety
        /// As in [`Vector`].
        #[inline(always)]
        pub unsafe fn store_narrow(self, to: *mut f32) {
            // SAFETY: the caller has room for both numbers, wherever they stand.
            unsafe { v128_store64_lane::<0>(f32x4_demote_f64x2_zero(self.0), to.cast()) }
        }
    }

    #[allow(clippy::undocumented_unsafe_blocks, reason = "each method's contract is the trait's")]
    impl Vector for F32 {
        type Scalar = f32;
        const LANES: usize = 4;
        #[inline(always)]
        unsafe fn zero() -> Self {
            F32(f32x4_splat(0.0))
        }
        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            F32(unsafe { v128_load(from.cast()) })
        }
        #[inline(always)]
        unsafe fn splat(from: *const f32) -> Self {
            F32(unsafe { v128_load32_splat(from.cast()) })
        }
        #[inline(always)]
        unsafe fn add_product(self, a: Self, b: Self) -> Self {
            #[cfg(target_feature = "relaxed-simd")]
            return F32(f32x4_relaxed_madd(a.0, b.0, self.0));
            #[cfg(not(target_feature = "relaxed-simd"))]
            F32(f32x4_add(self.0, f32x4_mul(a.0, b.0)))
        }
        #[inline(always)]
        unsafe fn add_to(self, sums: *mut f64) {
            let (low, high) =
                (f64x2_promote_low_f32x4(self.0), f64x2_promote_low_f32x4(i32x4_shuffle::<2, 3, 2, 3>(self.0, self.0)));
            unsafe {
                v128_store(sums.cast(), f64x2_add(v128_load(sums.cast()), low));
                let sums = sums.add(2);
                v128_store(sums.cast(), f64x2_add(v128_load(sums.cast()), high));
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod machine {
    use super::{Double, Vector};
    use core::arch::x86_64::*;

    /// AVX2 with FMA.
    #[derive(Clone, Copy)]
    pub struct F64(__m256d);
    /// AVX2 with FMA.
    #[derive(Clone, Copy)]
    pub struct F32(__m256);
    /// AVX-512.
    #[derive(Clone, Copy)]
    pub struct Wide64(__m512d);
    /// AVX-512.
    #[derive(Clone, Copy)]
    pub struct Wide32(__m512);

    macro_rules! vector {
        ($name:ident, $scalar:ty, $lanes:literal, $zero:ident, $load:ident, $splat:ident, $fma:ident, |$v:ident, $sums:ident| $add:expr) => {
            #[allow(clippy::undocumented_unsafe_blocks, reason = "each method's contract is the trait's")]
            impl Vector for $name {
                type Scalar = $scalar;
                const LANES: usize = $lanes;
                #[inline(always)]
                unsafe fn zero() -> Self {
                    $name(unsafe { $zero() })
                }
                #[inline(always)]
                unsafe fn load(from: *const $scalar) -> Self {
                    $name(unsafe { $load(from) })
                }
                #[inline(always)]
                unsafe fn splat(from: *const $scalar) -> Self {
                    $name(unsafe { $splat(*from) })
                }
                #[inline(always)]
                unsafe fn add_product(self, a: Self, b: Self) -> Self {
                    $name(unsafe { $fma(a.0, b.0, self.0) })
                }
                #[inline(always)]
                unsafe fn add_to(self, $sums: *mut f64) {
                    let $v = self.0;
                    unsafe { $add }
                }
            }
        };
    }

    vector!(F64, f64, 4, _mm256_setzero_pd, _mm256_loadu_pd, _mm256_set1_pd, _mm256_fmadd_pd, |v, sums| {
        _mm256_storeu_pd(sums, _mm256_add_pd(_mm256_loadu_pd(sums), v))
    });
    vector!(F32, f32, 8, _mm256_setzero_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_fmadd_ps, |v, sums| {
        let (low, high) = (_mm256_castps256_ps128(v), _mm256_extractf128_ps::<1>(v));
        _mm256_storeu_pd(sums, _mm256_add_pd(_mm256_loadu_pd(sums), _mm256_cvtps_pd(low)));
        let sums = sums.add(4);
        _mm256_storeu_pd(sums, _mm256_add_pd(_mm256_loadu_pd(sums), _mm256_cvtps_pd(high)))
    });
    vector!(Wide64, f64, 8, _mm512_setzero_pd, _mm512_loadu_pd, _mm512_set1_pd, _mm512_fmadd_pd, |v, sums| {
        _mm512_storeu_pd(sums, _mm512_add_pd(_mm512_loadu_pd(sums), v))
    });
    vector!(Wide32, f32, 16, _mm512_setzero_ps, _mm512_loadu_ps, _mm512_set1_ps, _mm512_fmadd_ps, |v, sums| {
        let low = _mm512_castps512_ps256(v);
        let high = _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd(v)));
        _mm512_storeu_pd(sums, _mm512_add_pd(_mm512_loadu_pd(sums), _mm512_cvtps_pd(low)));
        let sums = sums.add(8);
        _mm512_storeu_pd(sums, _mm512_add_pd(_mm512_loadu_pd(sums), _mm512_cvtps_pd(high)))
    });

    macro_rules! double {
        ($name:ident, $fill:ident, $store:ident, |$v:ident| $sum:expr) => {
            #[allow(clippy::undocumented_unsafe_blocks, reason = "each method's contract is the trait's")]
            impl Double for $name {
                #[inline(always)]
                unsafe fn fill(value: f64) -> Self {
                    $name(unsafe { $fill(value) })
                }
                #[inline(always)]
                unsafe fn store(self, to: *mut f64) {
                    unsafe { $store(to, self.0) }
                }
                #[inline(always)]
                unsafe fn sum(self) -> f64 {
                    let $v = self.0;
                    unsafe { $sum }
                }
            }
        };
    }

    double!(F64, _mm256_set1_pd, _mm256_storeu_pd, |v| {
        let pair = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd::<1>(v));
        _mm_cvtsd_f64(pair) + _mm_cvtsd_f64(_mm_unpackhi_pd(pair, pair))
    });
    double!(Wide64, _mm512_set1_pd, _mm512_storeu_pd, |v| _mm512_reduce_add_pd(v));
}

#[cfg(any(target_arch = "wasm32", target_arch = "x86_64"))]
pub(crate) use machine::*;

/// Vectors that every machine has which this is compiled for.
#[cfg(target_arch = "wasm32")]
pub(crate) type Best = F64;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) type Best = Plain<f64>;

/// Four plain numbers: what the compiler makes of them is up to the machine (NEON on ARM, SSE2 on an old x86).
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy)]
pub(crate) struct Plain<T>([T; 4]);

#[cfg(not(target_arch = "wasm32"))]
macro_rules! plain {
    ($scalar:ty) => {
        #[allow(clippy::undocumented_unsafe_blocks, reason = "each method's contract is the trait's")]
        impl Vector for Plain<$scalar> {
            type Scalar = $scalar;
            const LANES: usize = 4;
            #[inline(always)]
            unsafe fn zero() -> Self {
                Plain([0.0; 4])
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                Plain(unsafe { from.cast::<[$scalar; 4]>().read_unaligned() })
            }
            #[inline(always)]
            unsafe fn splat(from: *const $scalar) -> Self {
                Plain([unsafe { *from }; 4])
            }
            #[inline(always)]
            unsafe fn add_product(self, a: Self, b: Self) -> Self {
                Plain(std::array::from_fn(|i| {
                    // A fused multiply-add is one instruction on ARM and a slow library call on an old x86.
                    if cfg!(target_arch = "aarch64") {
                        a.0[i].mul_add(b.0[i], self.0[i])
                    } else {
                        a.0[i] * b.0[i] + self.0[i]
                    }
                }))
            }
            #[inline(always)]
            unsafe fn add_to(self, sums: *mut f64) {
                for (i, lane) in self.0.into_iter().enumerate() {
                    unsafe { *sums.add(i) += f64::from(lane) }
                }
            }
        }
    };
}
#[cfg(not(target_arch = "wasm32"))]
plain!(f64);
#[cfg(not(target_arch = "wasm32"))]
plain!(f32);

#[cfg(not(target_arch = "wasm32"))]
#[allow(clippy::undocumented_unsafe_blocks, reason = "each method's contract is the trait's")]
impl Double for Plain<f64> {
    #[inline(always)]
    unsafe fn fill(value: f64) -> Self {
        Plain([value; 4])
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        unsafe { to.cast::<[f64; 4]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f64 {
        (self.0[0] + self.0[1]) + (self.0[2] + self.0[3])
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Plain<f64> {
    /// Writes consecutive numbers, rounded to f32.
    ///
    /// # Safety
    /// As in [`Vector`].
    #[inline(always)]
    pub unsafe fn store_narrow(self, to: *mut f32) {
        // SAFETY: the caller has room for them, wherever they stand.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0.map(|lane| lane as f32)) }
    }
}
