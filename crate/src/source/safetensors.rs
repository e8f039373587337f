/*!
Safetensors: the length of a header, the header in JSON, and the bytes of all tensors.

The header is a claim like any other: offsets must lie in the file and not over each other, sizes must be those of the shapes, and no name may stand there twice.
Source: the format's README, github.com/huggingface/safetensors.
*/

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::contents::{Array, Contents, Format, malformed};
use super::known::{Known, Step};
use super::{ByteRange, Dtype, Layout, Number, Order};
use crate::error::{Error, ErrorKind, Result, quoted};

const FORMAT: &str = "a safetensors file";

/// The longest header that is read: some hundred thousand tensors.
const LONGEST_HEADER: u64 = 10 << 20;

/// Bytes of the header's length.
const PREAMBLE: u64 = 8;

/// Whether a file begins as one: with the length of a header, and the header's brace.
pub(super) fn is_safetensors(start: &[u8]) -> bool {
    match start.first_chunk::<8>() {
        // A length of a terabyte and the brace after it are no coincidence; but nor are they a header.
        Some(length) => start.get(8) == Some(&b'{') && u64::from_le_bytes(*length) < 1 << 40,
        None => false,
    }
}

/// One tensor, as the header has it.
#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

/// The header: tensors by name, in its order.
struct Header(Vec<(String, Tensor)>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Header, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tensors by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Header, A::Error> {
                let mut tensors = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<BTreeMap<String, String>>()?;
                    } else {
                        let tensor = map.next_value()?;
                        tensors.push((name, tensor));
                    }
                }
                Ok(Header(tensors))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// The tensors of a file.
pub(super) fn contents(known: &Known) -> Step<Contents> {
    let start = known.start(PREAMBLE)?;
    let length = start.first_chunk::<8>().map_or(0, |length| u64::from_le_bytes(*length));
    if length > LONGEST_HEADER {
        return Err(ErrorKind::HeaderTooLong { format: "safetensors", length, limit: LONGEST_HEADER }.into());
    }
    let data_at = PREAMBLE + length;
    if known.size < data_at {
        return Err(ErrorKind::TruncatedHeader { missing: data_at - known.size }.into());
    }
    let Header(mut tensors) = serde_json::from_slice(known.get(PREAMBLE, length)?).map_err(|error| {
        malformed(FORMAT, format!("its header is no list of tensors, from its byte {} on", error.column()))
    })?;
    check(&mut tensors, known.size - data_at)?;
    let array = |(name, Tensor { dtype, shape, data_offsets: (start, end) }): (String, Tensor)| {
        let bytes = ByteRange { offset: data_at + start, length: end - start };
        let known = number(&dtype);
        let layout = known.and_then(|dtype| Layout::dense(bytes, &shape, dtype, Order::C));
        let dtype = number(&dtype).map_or(dtype, |dtype| dtype.number.name().to_owned());
        Array::plain(&name, shape, &dtype, layout)
    };
    Ok(Contents::new(Format::Safetensors, tensors.into_iter().map(array).collect()))
}

/// Checks that the tensors lie in the bytes that there are, one after another.
fn check(tensors: &mut [(String, Tensor)], there: u64) -> Result<()> {
    tensors.sort_by(|(a, _), (b, _)| a.cmp(b));
    if let Some(pair) = tensors.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(malformed(FORMAT, format!("two of its tensors are named {}", quoted(&pair[0].0))));
    }
    tensors.sort_by_key(|(_, tensor)| tensor.data_offsets);
    let mut end_before = 0;
    for (name, Tensor { data_offsets: (start, end), dtype, shape }) in tensors.iter() {
        if start > end {
            return Err(malformed(FORMAT, format!("the tensor {} ends before it begins", quoted(name))));
        }
        if *end > there {
            return Err(ErrorKind::TruncatedData { missing: end - there, expected: *end }.into());
        }
        if *start < end_before {
            return Err(malformed(FORMAT, format!("the tensor {} lies over another", quoted(name))));
        }
        if *start > end_before {
            return Err(malformed(FORMAT, format!("before the tensor {} are bytes of none", quoted(name))));
        }
        end_before = *end;
        let bytes = number(dtype)
            .ok()
            .map(|dtype| shape.iter().try_fold(dtype.size() as u64, |bytes, &axis| bytes.checked_mul(axis)));
        match bytes {
            Some(None) => return Err(ErrorKind::ShapeOverflow.into()),
            Some(Some(bytes)) if bytes != end - start => {
                return Err(malformed(
                    FORMAT,
                    format!("the tensor {} has more or fewer bytes than its shape", quoted(name)),
                ));
            }
            _ => {}
        }
    }
    if end_before < there {
        return Err(ErrorKind::TrailingData { extra: there - end_before }.into());
    }
    Ok(())
}

/// The number type of a name such as "F32".
fn number(name: &str) -> Result<Dtype> {
    let number = match name {
        "BOOL" => Number::Bool,
        "I8" => Number::Int8,
        "I16" => Number::Int16,
        "I32" => Number::Int32,
        "I64" => Number::Int64,
        "U8" => Number::Uint8,
        "U16" => Number::Uint16,
        "U32" => Number::Uint32,
        "U64" => Number::Uint64,
        "F16" => Number::Float16,
        "BF16" => Number::BFloat16,
        "F32" => Number::Float32,
        "F64" => Number::Float64,
        _ => return Err(Error::from(ErrorKind::UnsupportedTensor { dtype: name.to_owned() })),
    };
    Ok(Dtype { number, big_endian: false })
}
