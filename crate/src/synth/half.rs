/*! float16, written. (`source::dtype` reads it.) */

/// The nearest half-precision number, ties to even; infinity from 65,520 on.
pub fn from_f64(value: f64) -> u16 {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = value.abs();
    if magnitude.is_nan() {
        return sign | 0x7e00;
    }
    // Below 2⁻¹⁴ halves are the multiples of 2⁻²⁴; above, of 2^(e − 10). Multiplied by the inverse, which is exact, they are whole numbers.
    let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).clamp(-14, 16);
    let steps = (magnitude * f64::from_bits(((1023 + 10 - exponent) as u64) << 52)).round_ties_even();
    // Rounded up to the next power of two, the carry is in the exponent, where it belongs.
    let bits = (steps as u64).saturating_add(((exponent + 14) as u64) << 10);
    sign | bits.min(0x7c00) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Dtype, Number};

    fn read(bits: u16) -> f64 {
        let mut out = [0.0];
        Dtype { number: Number::Float16, big_endian: false }.decode(&bits.to_le_bytes(), &mut out, 1);
        out[0]
    }

    #[test]
    fn every_half_comes_back_and_what_lies_between_goes_to_the_nearest() {
        for bits in 0..0x7c00_u16 {
            let (value, next) = (read(bits), read(bits + 1));
            assert_eq!((from_f64(value), from_f64(-value)), (bits, bits | 0x8000));
            // Infinity takes the place of 65,536.
            let next = if next.is_finite() { next } else { 65_536.0 };
            let middle = (value + next) / 2.0;
            let even = bits + (bits & 1);
            assert_eq!(from_f64(middle), even, "{middle}");
            assert_eq!(from_f64(middle * (1.0 - 1e-12)), bits);
            assert_eq!(from_f64(middle * (1.0 + 1e-12)), bits + 1);
        }
        assert_eq!((from_f64(1e9), from_f64(f64::NEG_INFINITY)), (0x7c00, 0xfc00));
        assert!(read(from_f64(f64::NAN)).is_nan());
    }
}
