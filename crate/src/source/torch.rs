/*!
What torch.save writes: a zip archive with a pickle that says what there is, and the numbers of each storage in an entry of its own.

The pickle is read as data; nothing in it is ever called. Storages are not packed, so that tensors are read where they stand, in whatever strides.
Source: `torch/serialization.py` and `torch/_utils.py`.
*/

use std::collections::{BTreeMap, HashMap};

use super::contents::{Array, Contents, Format, malformed};
use super::known::{Known, Step};
use super::stacked::stack;
use super::tensors::{Tensor, tensors};
use super::zip::{Directory, Entry};
use super::{ByteRange, Dtype, Layout, Number};
use crate::error::{ErrorKind, Result, quoted};

const FORMAT: &str = "a PyTorch file";

/// The longest pickle that is read: 250,000 tensors. What it may take in memory is bounded by the number of its values.
const LONGEST_PICKLE: u64 = 24 << 20;

const ADVICE: &str = "PyTorch itself packs nothing: save it again with torch.save.";

/// The pickle of an archive that torch.save wrote.
pub(super) fn pickle_of(directory: &Directory) -> Option<&Entry> {
    directory.entries.iter().find(|entry| entry.name.ends_with("/data.pkl") || entry.name == "data.pkl")
}

/// The tensors of an archive.
pub(super) fn contents(known: &Known, directory: &Directory, pickle: &Entry) -> Step<Contents> {
    let stem = pickle.name.strip_suffix("data.pkl").unwrap_or_default();
    let named = |entry: &'_ Entry| Some(entry.name.strip_prefix(stem)?.to_owned());
    let entries: HashMap<String, &Entry> =
        directory.entries.iter().filter_map(|entry| Some((named(entry)?, entry))).collect();
    let find = |name: &str| entries.get(name).copied();
    if pickle.packed > LONGEST_PICKLE {
        let length = pickle.packed;
        return Err(ErrorKind::HeaderTooLong { format: "PyTorch", length, limit: LONGEST_PICKLE }.into());
    }
    let order = find("byteorder");
    let heads: Vec<&Entry> = [Some(pickle), order].into_iter().flatten().collect();
    let ranges = directory.stored(known, &heads, ADVICE)?;
    known.need(&ranges.iter().map(|range| (range.offset, range.length)).collect::<Vec<_>>())?;
    let bytes = |range: &ByteRange| known.get(range.offset, range.length);
    let big_endian = match ranges.get(1).map(bytes).transpose()? {
        None | Some(b"little") => false,
        Some(b"big") => true,
        Some(_) => return Err(malformed(FORMAT, "its byte order is neither big nor little").into()),
    };
    let tensors = tensors(bytes(&ranges[0])?)?;

    let mut storages: BTreeMap<&str, &Entry> = BTreeMap::new();
    for tensor in &tensors {
        let missing = || malformed(FORMAT, format!("the numbers of {} are not in it", quoted(&tensor.name)));
        if number(&tensor.dtype).is_ok() {
            storages.insert(&tensor.storage, find(&format!("data/{}", tensor.storage)).ok_or_else(missing)?);
        }
    }
    let entries: Vec<&Entry> = storages.values().copied().collect();
    let places = directory.stored(known, &entries, ADVICE)?;
    let places: BTreeMap<String, ByteRange> = storages.keys().map(|&key| key.to_owned()).zip(places).collect();
    let array = |tensor: &Tensor| {
        let layout = number(&tensor.dtype).and_then(|number| {
            let dtype = Dtype { number, big_endian: big_endian && number.size() > 1 };
            let place = places.get(&tensor.storage).copied();
            let place = place.ok_or(ErrorKind::Internal { problem: "a storage was forgotten" })?;
            Layout::strided(place, tensor.offset, &tensor.shape, &tensor.strides, dtype)
        });
        let dtype = number(&tensor.dtype).map_or(tensor.dtype.as_str(), |number| number.name());
        Array::plain(&tensor.name, tensor.shape.clone(), dtype, layout)
    };
    let mut arrays: Vec<Array> = tensors.iter().map(array).collect();
    arrays.extend(in_pieces(&tensors, &arrays));
    Ok(Contents::new(Format::Torch, arrays))
}

/// What the tensors of each list or dictionary are together.
fn in_pieces(tensors: &[Tensor], arrays: &[Array]) -> Vec<Array> {
    let mut containers: BTreeMap<u32, Vec<(&Tensor, &Array)>> = BTreeMap::new();
    for (tensor, array) in tensors.iter().zip(arrays) {
        containers.entry(tensor.container).or_default().push((tensor, array));
    }
    let stacked = |members: Vec<(&Tensor, &Array)>| {
        let (first, _) = members.first()?;
        let name = first.name.get(..first.container_name)?;
        let members: Vec<&Array> = members.iter().map(|(_, array)| *array).collect();
        stack(name, first.is_item, &members)
    };
    containers.into_values().filter_map(stacked).collect()
}

/// The number type of a storage's or dtype's name.
fn number(name: &str) -> Result<Number> {
    Ok(match name {
        "BoolStorage" | "bool" => Number::Bool,
        "CharStorage" | "int8" => Number::Int8,
        "ShortStorage" | "int16" => Number::Int16,
        "IntStorage" | "int32" => Number::Int32,
        "LongStorage" | "int64" => Number::Int64,
        "ByteStorage" | "uint8" => Number::Uint8,
        "uint16" => Number::Uint16,
        "uint32" => Number::Uint32,
        "uint64" => Number::Uint64,
        "HalfStorage" | "float16" => Number::Float16,
        "BFloat16Storage" | "bfloat16" => Number::BFloat16,
        "FloatStorage" | "float32" => Number::Float32,
        "DoubleStorage" | "float64" => Number::Float64,
        other => return Err(ErrorKind::UnsupportedTensor { dtype: other.to_owned() }.into()),
    })
}
