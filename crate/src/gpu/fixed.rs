/*!
Sums in fixed point: 64-bit integers that stand for multiples of 2^−exponent.

Floats on a GPU cannot be added up beyond f32 with care (compilers may reassociate, and do), integers can: their addition is exact and commutes. The exponent
is chosen for each sum from the first rows, with room for sums a million times as large and a resolution 2⁻⁴² of the expected trace, far below the rounding of the f32 sums that are added.
*/

/// Bits between the expected largest sum and the resolution.
const RESOLUTION_BITS: i32 = 42;

/// Bits that any sum may have.
const BITS: i32 = 62;

/// A sum in fixed point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fixed {
    /// Sums are kept times two to this power.
    pub exponent: i32,
}

impl Fixed {
    /// For sums whose magnitude is expected to stay within `expected`.
    pub fn for_sums_of(expected: f64) -> Fixed {
        let magnitude = if expected > 0.0 { expected.log2().ceil() as i32 } else { 0 };
        Fixed { exponent: RESOLUTION_BITS - magnitude }
    }

    /// Whether sums of this magnitude fit.
    pub fn holds(self, magnitude: f64) -> bool {
        magnitude < 2f64.powi(BITS - self.exponent)
    }

    /// The sum that two words stand for.
    pub fn value(self, low: u32, high: u32) -> f64 {
        let integer = (i64::from(high.cast_signed()) << 32) | i64::from(low);
        integer as f64 * 2f64.powi(-self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_sums() {
        let fixed = Fixed::for_sums_of(1.0);
        assert_eq!(fixed.exponent, 42);
        assert_eq!(fixed.value(0, 1 << 10), 1.0);
        assert_eq!(fixed.value(u32::MAX, u32::MAX), -(2f64.powi(-42)));
        assert!(fixed.holds(1e6) && !fixed.holds(2e6));
    }

    #[test]
    fn any_magnitude_has_an_exponent() {
        for expected in [0.0, 1e-30, 1.0, 3e9, 1e28] {
            let fixed = Fixed::for_sums_of(expected);
            assert!(fixed.holds(expected) && fixed.holds(expected * 1e5), "{expected}");
        }
    }
}
