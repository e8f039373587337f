/*!
Householder reflectors.

For a vector x, H = I − τvvᵀ with v₀ = 1 sends x to (β, 0, …, 0):
σ = Σ_{i≥1} x_i², β = −sign(x₀)·√(x₀² + σ), v_i = x_i/(x₀ − β), τ = (β − x₀)/β (LAPACK's dlarfg).
*/

use super::tiles::SIDE;
use crate::vector::Double;

/// Vectors whose squared norm is below this are taken as zero: from denormal squares no orthogonal H would come. The matrix is scaled to
/// a largest entry in [1, 2), so that this changes eigenvalues by less than 1e-139 of that.
const NOTHING: f64 = 1e-280;

/// What the first entry of a vector and the others' squared norm tell of its reflector.
pub(super) struct Reflector {
    /// What x becomes in its first place.
    pub beta: f64,
    /// Zero where H = I.
    pub tau: f64,
    /// v = scale·x but for its first place.
    pub scale: f64,
}

impl Reflector {
    /// From x₀ and σ.
    #[inline(always)]
    pub fn new(first: f64, others: f64) -> Reflector {
        let squared_norm = first * first + others;
        if squared_norm < NOTHING {
            Reflector { beta: 0.0, tau: 0.0, scale: 0.0 }
        } else if others == 0.0 {
            Reflector { beta: first, tau: 0.0, scale: 0.0 }
        } else {
            let beta = -squared_norm.sqrt().copysign(first);
            Reflector { beta, tau: (beta - first) / beta, scale: 1.0 / (first - beta) }
        }
    }
}

/// Consecutive numbers, as registers.
#[inline(always)]
pub(super) unsafe fn load<V: Double, const VECTORS: usize>(from: *const f64) -> [V; VECTORS] {
    // SAFETY: the caller has that many numbers, and the instructions; so below.
    unsafe {
        let mut vectors = [V::zero(); VECTORS];
        for (k, vector) in vectors.iter_mut().enumerate() {
            *vector = V::load(from.add(k * V::LANES));
        }
        vectors
    }
}

/// Writes registers.
#[inline(always)]
pub(super) unsafe fn store<V: Double, const VECTORS: usize>(vectors: [V; VECTORS], to: *mut f64) {
    for (k, vector) in vectors.into_iter().enumerate() {
        // SAFETY: see `load`.
        unsafe { vector.store(to.add(k * V::LANES)) }
    }
}

/// sums + x·s.
#[inline(always)]
pub(super) unsafe fn add_multiple<V: Double, const VECTORS: usize>(
    mut sums: [V; VECTORS],
    x: [V; VECTORS],
    s: f64,
) -> [V; VECTORS] {
    // SAFETY: see `load`.
    unsafe {
        let s = V::fill(s);
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum = sum.add_product(x, s);
        }
        sums
    }
}

/// xᵀy, added lane by lane to a sum.
#[inline(always)]
pub(super) unsafe fn add_dot<V: Double, const VECTORS: usize>(mut sum: V, x: [V; VECTORS], y: [V; VECTORS]) -> V {
    for (x, y) in x.into_iter().zip(y) {
        // SAFETY: see `load`.
        unsafe { sum = sum.add_product(x, y) }
    }
    sum
}

/// The unit vector e₁, and one minus it.
static FIRST: [f64; SIDE] = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
static OTHERS: [f64; SIDE] = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];

/// Replaces 16 numbers x by (β, 0, …, 0), writes v and returns τ.
#[inline(always)]
pub(super) unsafe fn reflect<V: Double, const VECTORS: usize>(x: *mut f64, v: &mut [f64; SIDE]) -> f64 {
    // SAFETY: the caller has 16 numbers at x, and the instructions.
    unsafe {
        let nothing = [V::zero(); VECTORS];
        let first = load::<V, VECTORS>(FIRST.as_ptr());
        let mut others = load::<V, VECTORS>(OTHERS.as_ptr());
        for (k, other) in others.iter_mut().enumerate() {
            *other = V::zero().add_product(*other, V::load(x.add(k * V::LANES)));
        }
        let Reflector { beta, tau, scale } = Reflector::new(*x, add_dot(V::zero(), others, others).sum());
        store(add_multiple(nothing, first, beta), x);
        store(add_multiple(first, others, scale), v.as_mut_ptr());
        tau
    }
}
