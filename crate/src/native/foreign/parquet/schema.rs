/*! What a Parquet file says of its columns. */

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::Type;

use super::super::{Column, Kind, arrow};
use crate::source::Number;

/// The columns of a field: itself, or those within a structure, with the names on the way between points. `leaf` counts the file's own columns.
pub(super) fn found(field: &Type, before: &str, leaf: &mut usize, take: &mut dyn FnMut(Column, usize)) {
    let name = format!("{before}{}", field.name());
    let kind = kind(field);
    if matches!(&kind, Kind::Other(name) if name == "struct") {
        for inside in field.get_fields() {
            found(inside, &format!("{name}."), leaf, take);
        }
        return;
    }
    take(Column { name, kind }, *leaf);
    *leaf += count_leaves(field);
}

/// The columns that Arrow, which wrote the file, calls durations: to Parquet they are whole numbers.
pub(super) fn durations(metadata: &ParquetMetaData) -> Option<Vec<String>> {
    let facts = metadata.file_metadata().key_value_metadata()?;
    let written = facts.iter().find(|fact| fact.key == "ARROW:schema")?.value.as_deref()?;
    let bytes = STANDARD.decode(written).ok()?;
    arrow::columns_of_type(&bytes, "duration")
}

/// What a column holds.
fn kind(field: &Type) -> Kind {
    let is_list = |info: &parquet::schema::types::BasicTypeInfo| {
        matches!(info.logical_type_ref(), Some(LogicalType::List)) || info.converted_type() == ConvertedType::LIST
    };
    let info = field.get_basic_info();
    if field.is_primitive() {
        let repeated = info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED;
        return match number(field) {
            Ok(number) if repeated => Kind::List(number),
            Ok(number) => Kind::Number(number),
            Err(Some("text")) if !repeated => Kind::Text,
            _ => Kind::Other(name(field)),
        };
    }
    if !is_list(info) {
        return Kind::Other("struct".to_owned());
    }
    // A list is a group of one repeated group of one field, or in old files of one repeated field.
    let inside = field.get_fields();
    let repeated = inside.first().is_some_and(|first| {
        let info = first.get_basic_info();
        info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED
    });
    let item = match inside {
        [item] if item.is_primitive() => number(item).ok(),
        [group] => match group.get_fields() {
            [item] if item.is_primitive() => number(item).ok(),
            // Lists of lists of one shape are rows of all their numbers.
            [item] => match kind(item) {
                Kind::List(number) => Some(number),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    item.filter(|_| repeated).map_or_else(|| Kind::Other("list".to_owned()), Kind::List)
}

/// The type of a field's numbers, or what it is called as a label if it can be one.
fn number(field: &Type) -> std::result::Result<Number, Option<&'static str>> {
    let info = field.get_basic_info();
    let (logical, converted) = (info.logical_type_ref(), info.converted_type());
    let integer = || match (logical, converted) {
        (Some(LogicalType::Integer(of)), _) => integer(of.bit_width, of.is_signed).ok_or(None),
        (None, ConvertedType::INT_8) => Ok(Number::Int8),
        (None, ConvertedType::INT_16) => Ok(Number::Int16),
        (None, ConvertedType::UINT_8) => Ok(Number::Uint8),
        (None, ConvertedType::UINT_16) => Ok(Number::Uint16),
        (None, ConvertedType::UINT_32) => Ok(Number::Uint32),
        (None, ConvertedType::UINT_64) => Ok(Number::Uint64),
        (None, ConvertedType::NONE | ConvertedType::INT_32 | ConvertedType::INT_64) => Err(None),
        _ => Err(Some("")),
    };
    let plain = |number| match integer() {
        Err(None) => Ok(number),
        Err(_) => Err(None),
        found => found,
    };
    match field.get_physical_type() {
        Physical::BOOLEAN => Ok(Number::Bool),
        Physical::INT32 => {
            plain(Number::Int32).and_then(|number| if number.size() <= 4 { Ok(number) } else { Err(None) })
        }
        Physical::INT64 => {
            plain(Number::Int64).and_then(|number| if number.size() == 8 { Ok(number) } else { Err(None) })
        }
        Physical::FLOAT => Ok(Number::Float32),
        Physical::DOUBLE => Ok(Number::Float64),
        Physical::FIXED_LEN_BYTE_ARRAY if logical == Some(&LogicalType::Float16) => Ok(Number::Float16),
        Physical::BYTE_ARRAY if is_text(logical, converted) => Err(Some("text")),
        _ => Err(None),
    }
}

fn integer(bits: i8, signed: bool) -> Option<Number> {
    Some(match (bits, signed) {
        (8, true) => Number::Int8,
        (16, true) => Number::Int16,
        (32, true) => Number::Int32,
        (64, true) => Number::Int64,
        (8, false) => Number::Uint8,
        (16, false) => Number::Uint16,
        (32, false) => Number::Uint32,
        (64, false) => Number::Uint64,
        _ => return None,
    })
}

fn is_text(logical: Option<&LogicalType>, converted: ConvertedType) -> bool {
    matches!(logical, Some(LogicalType::String | LogicalType::Enum | LogicalType::Json))
        || matches!(converted, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON)
}

/// What a type is called that isn't read.
fn name(field: &Type) -> String {
    let info = field.get_basic_info();
    let name = match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::Decimal(_)), _) | (None, ConvertedType::DECIMAL) => "decimal",
        (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => "date",
        (Some(LogicalType::Time(_)), _) | (None, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => "time",
        (Some(LogicalType::Timestamp(_)), _) => "timestamp",
        (None, ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS) => "timestamp",
        (Some(LogicalType::Unknown), _) => "null",
        _ if field.get_physical_type() == Physical::INT96 => "timestamp",
        _ => "binary",
    };
    name.to_owned()
}

fn count_leaves(field: &Type) -> usize {
    if field.is_primitive() { 1 } else { field.get_fields().iter().map(|field| count_leaves(field)).sum() }
}
