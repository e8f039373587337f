/*!
Number types and their bytes.

A [`Dtype`] turns raw bytes into `f64`, in runs of any stride. Every type that NumPy calls a real number
fits: float16/32/64, bfloat16, signed and unsigned integers up to 64 bits, and bool, in either byte order. 64-bit integers
above 2⁵³ are rounded to the nearest `f64`, as NumPy's `astype(float64)` does.
*/

use serde::{Deserialize, Serialize};

/// What a number is, apart from its byte order.
///
/// `BFloat16` is the upper half of a `Float32`, as PyTorch and safetensors have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are NumPy's")]
pub enum Number {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Float16,
    BFloat16,
    Float32,
    Float64,
}

impl Number {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self {
            Number::Bool | Number::Int8 | Number::Uint8 => 1,
            Number::Int16 | Number::Uint16 | Number::Float16 | Number::BFloat16 => 2,
            Number::Int32 | Number::Uint32 | Number::Float32 => 4,
            Number::Int64 | Number::Uint64 | Number::Float64 => 8,
        }
    }

    /// NumPy's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Number::Bool => "bool",
            Number::Int8 => "int8",
            Number::Int16 => "int16",
            Number::Int32 => "int32",
            Number::Int64 => "int64",
            Number::Uint8 => "uint8",
            Number::Uint16 => "uint16",
            Number::Uint32 => "uint32",
            Number::Uint64 => "uint64",
            Number::Float16 => "float16",
            Number::BFloat16 => "bfloat16",
            Number::Float32 => "float32",
            Number::Float64 => "float64",
        }
    }

    /// The type of a name of NumPy's.
    #[cfg(feature = "readers")]
    pub(super) fn named(name: &str) -> Option<Number> {
        use Number::*;
        let all = [Bool, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Float16, BFloat16, Float32, Float64];
        all.into_iter().find(|number| number.name() == name)
    }

    /// Whether the type can hold NaN or infinity.
    pub fn is_float(self) -> bool {
        matches!(self, Number::Float16 | Number::BFloat16 | Number::Float32 | Number::Float64)
    }
}

/// A number type with its byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dtype {
    /// What the number is.
    pub number: Number,
    /// Whether the most significant byte comes first. False for one-byte types.
    pub big_endian: bool,
}

impl Dtype {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        self.number.size()
    }

    /// "little", "big", or "none" for one-byte types.
    pub fn byte_order(self) -> &'static str {
        match (self.size(), self.big_endian) {
            (1, _) => "none",
            (_, false) => "little",
            (_, true) => "big",
        }
    }

    /// Decodes `bytes` as consecutive numbers into `out[0]`, `out[stride]`, `out[2·stride]`, …
    ///
    /// As many numbers are read as `bytes` holds; `out` must have room for them.
    pub fn decode(self, bytes: &[u8], out: &mut [f64], stride: usize) {
        macro_rules! run {
            ($($variant:ident: $size:literal, $little:expr, $big:expr;)*) => {
                match (self.number, self.big_endian) {
                    $((Number::$variant, false) => strided::<$size>(bytes, out, stride, $little),
                      (Number::$variant, true) => strided::<$size>(bytes, out, stride, $big),)*
                }
            };
        }
        run! {
            Bool: 1, |b| f64::from(u8::from(b[0] != 0)), |b| f64::from(u8::from(b[0] != 0));
            Int8: 1, |b| f64::from(i8::from_le_bytes(b)), |b| f64::from(i8::from_be_bytes(b));
            Int16: 2, |b| f64::from(i16::from_le_bytes(b)), |b| f64::from(i16::from_be_bytes(b));
            Int32: 4, |b| f64::from(i32::from_le_bytes(b)), |b| f64::from(i32::from_be_bytes(b));
            Int64: 8, |b| i64::from_le_bytes(b) as f64, |b| i64::from_be_bytes(b) as f64;
            Uint8: 1, |b| f64::from(b[0]), |b| f64::from(b[0]);
            Uint16: 2, |b| f64::from(u16::from_le_bytes(b)), |b| f64::from(u16::from_be_bytes(b));
            Uint32: 4, |b| f64::from(u32::from_le_bytes(b)), |b| f64::from(u32::from_be_bytes(b));
            Uint64: 8, |b| u64::from_le_bytes(b) as f64, |b| u64::from_be_bytes(b) as f64;
            Float16: 2, |b| f64::from(f16_to_f32(u16::from_le_bytes(b))), |b| f64::from(f16_to_f32(u16::from_be_bytes(b)));
            BFloat16: 2, |b| bf16(u16::from_le_bytes(b)), |b| bf16(u16::from_be_bytes(b));
            Float32: 4, |b| f64::from(f32::from_le_bytes(b)), |b| f64::from(f32::from_be_bytes(b));
            Float64: 8, f64::from_le_bytes, f64::from_be_bytes;
        }
    }
}

/// The loop of [`Dtype::decode`]: the consecutive case apart, so that the compiler turns it into SIMD.
#[inline(always)]
fn strided<const SIZE: usize>(bytes: &[u8], out: &mut [f64], stride: usize, read: impl Fn([u8; SIZE]) -> f64) {
    let (numbers, _) = bytes.as_chunks::<SIZE>();
    if stride == 1 {
        for (to, from) in out[..numbers.len()].iter_mut().zip(numbers) {
            *to = read(*from);
        }
    } else {
        for (to, from) in out.iter_mut().step_by(stride).zip(numbers) {
            *to = read(*from);
        }
    }
}

/// The upper half of a single-precision number.
#[inline(always)]
fn bf16(bits: u16) -> f64 {
    f64::from(f32::from_bits(u32::from(bits) << 16))
}

/// IEEE 754 half precision to single precision, exactly.
///
/// The exponent and mantissa bits are put where a float's are, which makes a float that is 2⁻¹¹² times the value
/// (subnormals too); one multiplication mends that. There is no branch, so a loop of this becomes SIMD.
#[inline(always)]
fn f16_to_f32(bits: u16) -> f32 {
    const SCALE: f32 = f32::from_bits((127 + 112) << 23);
    const HALF_INFINITY: u32 = 0x7c00 << 13;
    let wide = u32::from(bits);
    let sign = (wide & 0x8000) << 16;
    let magnitude = (wide & 0x7fff) << 13;
    let special = if magnitude >= HALF_INFINITY { 0x7f80_0000 } else { 0 };
    f32::from_bits((f32::from_bits(magnitude) * SCALE).to_bits() | special | sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(bits: u16) -> f64 {
        let mut out = [0.0];
        Dtype { number: Number::Float16, big_endian: false }.decode(&bits.to_le_bytes(), &mut out, 1);
        out[0]
    }

    #[test]
    fn every_half_is_decoded_exactly() {
        for bits in 0..=u16::MAX {
            let (sign, exponent, mantissa) = (bits >> 15, i32::from(bits >> 10 & 31), f64::from(bits & 1023));
            let magnitude = match exponent {
                0 => mantissa * 2f64.powi(-24),
                31 if mantissa == 0.0 => f64::INFINITY,
                31 => f64::NAN,
                _ => (1024.0 + mantissa) * 2f64.powi(exponent - 25),
            };
            let expected = if sign == 1 { -magnitude } else { magnitude };
            assert!(half(bits) == expected || (half(bits).is_nan() && expected.is_nan()), "{bits:#06x}");
        }
    }

    #[test]
    fn every_bfloat16_is_the_upper_half_of_a_float() {
        for bits in 0..=u16::MAX {
            let mut out = [0.0];
            Dtype { number: Number::BFloat16, big_endian: true }.decode(&bits.to_be_bytes(), &mut out, 1);
            let expected = f32::from_bits(u32::from(bits) << 16);
            assert!(out[0] == f64::from(expected) || (out[0].is_nan() && expected.is_nan()), "{bits:#06x}");
        }
    }

    #[test]
    fn stride_spreads_the_numbers() {
        let mut out = [9.0; 5];
        Dtype { number: Number::Int16, big_endian: true }.decode(&[0, 1, 255, 254, 1, 0], &mut out, 2);
        assert_eq!(out, [1.0, 9.0, -2.0, 9.0, 256.0]);
    }
}
