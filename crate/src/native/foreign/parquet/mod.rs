/*! Parquet, with Apache's crate: its pages are unpacked there, and the numbers of a column come in batches. */

mod schema;

use std::fs::File;
use std::io::{BufReader, ErrorKind as IoErrorKind, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};

use self::schema::{durations, found};
use super::{Column, Kind, STEP, Table, Take, Wanted, nan, null, ragged};
use crate::error::{Error, ErrorKind, Result};
use crate::native::files::unreadable;
use crate::source::Number;

const FORMAT: &str = "a Parquet file";

/// Rows that may be null before a list is seen.
const NULLS: u64 = 4096;

/// A Parquet file.
pub(super) struct Parquet {
    reader: SerializedFileReader<Bounded>,
    columns: Vec<Column>,
    /// The first column of the file's own that each column has; lists have but one.
    leaves: Vec<usize>,
    rows: u64,
}

impl Parquet {
    pub fn open(path: &Path) -> Result<Parquet> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let size = file.metadata().map_err(|error| unreadable(path, &error))?.len();
        caught(|| {
            let reader = SerializedFileReader::new(Bounded { file, size }).map_err(damaged)?;
            let metadata = reader.metadata();
            let mut rows = 0u64;
            for group in metadata.row_groups() {
                let more = u64::try_from(group.num_rows()).map_err(|_| malformed("a group has fewer than no rows"))?;
                rows = rows.checked_add(more).ok_or(ErrorKind::ShapeOverflow)?;
            }
            let (mut columns, mut leaves, mut leaf) = (Vec::new(), Vec::new(), 0);
            for field in metadata.file_metadata().schema().get_fields() {
                found(field, "", &mut leaf, &mut |column, leaf| {
                    columns.push(column);
                    leaves.push(leaf);
                });
            }
            for name in durations(reader.metadata()).unwrap_or_default() {
                let is_that = |column: &&mut Column| column.name == name && matches!(column.kind, Kind::Number(_));
                if let Some(column) = columns.iter_mut().find(is_that) {
                    column.kind = Kind::Other("duration".to_owned());
                }
            }
            Ok(Parquet { reader, columns, leaves, rows })
        })
    }

    /// Reads a column's batches of so many rows, until it has been read or enough.
    fn batches(&self, column: usize, step: usize, each: &mut dyn FnMut(&Batch<'_>) -> Result<bool>) -> Result<()> {
        let (Kind::Number(number) | Kind::List(number)) = self.columns[column].kind else {
            return Err(ErrorKind::Internal { problem: "a column is no numbers" }.into());
        };
        for index in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(index).map_err(damaged)?;
            let chunk = group.metadata().column(self.leaves[column]);
            if let Compression::LZO = chunk.compression() {
                let advice = "Save it with another: df.to_parquet(path, compression='zstd').";
                return Err(ErrorKind::UnsupportedCompression { method: "LZO".to_owned(), advice }.into());
            }
            let first = chunk.dictionary_page_offset().unwrap_or(0);
            if first.min(chunk.data_page_offset()).min(chunk.compressed_size()) < 0 {
                return Err(malformed("a column has a negative size"));
            }
            let expected = group.metadata().num_rows() as u64;
            let mut rows = 0;
            let mut counted = |batch: &Batch<'_>| {
                rows += batch.rows;
                Ok(if rows > expected { return Err(other_rows()) } else { each(batch)? })
            };
            let each = &mut counted;
            let whole = match group.get_column_reader(self.leaves[column]).map_err(damaged)? {
                ColumnReader::BoolColumnReader(reader) => {
                    drain(reader, step, |values, bytes| bytes.extend(values.iter().map(|&value| u8::from(value))), each)
                }
                ColumnReader::Int32ColumnReader(reader) => match number.size() {
                    1 => {
                        drain(reader, step, |values, bytes| bytes.extend(values.iter().map(|&value| value as u8)), each)
                    }
                    2 => drain(
                        reader,
                        step,
                        |values, bytes| put(values, bytes, |value| (*value as u16).to_le_bytes()),
                        each,
                    ),
                    _ => drain(reader, step, |values, bytes| put(values, bytes, |value| value.to_le_bytes()), each),
                },
                ColumnReader::Int64ColumnReader(reader) => {
                    drain(reader, step, |values, bytes| put(values, bytes, |value| value.to_le_bytes()), each)
                }
                ColumnReader::FloatColumnReader(reader) => {
                    drain(reader, step, |values, bytes| put(values, bytes, |value| value.to_le_bytes()), each)
                }
                ColumnReader::DoubleColumnReader(reader) => {
                    drain(reader, step, |values, bytes| put(values, bytes, |value| value.to_le_bytes()), each)
                }
                ColumnReader::FixedLenByteArrayColumnReader(reader) => drain(
                    reader,
                    step,
                    |values, bytes| values.iter().for_each(|value| bytes.extend_from_slice(value.data())),
                    each,
                ),
                _ => return Err(ErrorKind::Internal { problem: "a column is no numbers" }.into()),
            }?;
            if !whole {
                return Ok(());
            }
            if rows != expected {
                return Err(other_rows());
            }
        }
        Ok(())
    }

    /// The levels of a column: of a number that is there, and of a list that has one.
    fn levels(&self, column: usize) -> (i16, i16) {
        let descriptor = self.reader.metadata().file_metadata().schema_descr().column(self.leaves[column]);
        let there = descriptor.max_def_level();
        (there, there - i16::from(descriptor.self_type().is_optional()))
    }

    fn read_numbers(&self, wanted: &Wanted, number: Number, take: Take<'_>) -> Result<()> {
        let (there, _) = self.levels(wanted.column);
        let name = &self.columns[wanted.column].name;
        let mut left = wanted.rows;
        let step = (STEP / 8).min(usize::try_from(left).unwrap_or(usize::MAX));
        let mut filled = Vec::new();
        self.batches(wanted.column, step, &mut |batch| {
            let rows = batch.rows.min(left);
            let first = wanted.rows - left;
            left -= rows;
            let length = rows as usize * number.size();
            let mut numbers = batch.bytes;
            if there > 0 && batch.bytes.len() < batch.rows as usize * number.size() {
                filled.clear();
                let mut values = batch.bytes.chunks_exact(number.size());
                for (row, &level) in (first..).zip(batch.definition) {
                    let value = if level == there { values.next() } else { nan(number) };
                    filled.extend_from_slice(value.ok_or_else(|| null(row, name))?);
                }
                numbers = &filled;
            }
            take(numbers.get(..length).ok_or_else(other_rows)?)?;
            Ok(left > 0)
        })
    }

    fn read_lists(&self, wanted: &Wanted, length: u64, take: Take<'_>) -> Result<()> {
        let levels = self.levels(wanted.column);
        let name = &self.columns[wanted.column].name;
        let mut row = 0;
        let step = (STEP / 8) as u64 / length.max(1);
        // Where lists within the first row begin: all rows have them there.
        let mut shape: Option<Vec<i16>> = None;
        self.batches(wanted.column, step.max(1) as usize, &mut |batch| {
            for (list, starts) in lists(batch) {
                match count(list, levels) {
                    None => return Err(null(row, name)),
                    Some(numbers) if numbers != length => return Err(ragged(row, name, numbers, length)),
                    Some(0) => {}
                    Some(_) if list.iter().any(|&level| level < levels.0) => return Err(null(row, name)),
                    Some(_) if shape.get_or_insert_with(|| starts.to_vec()) != starts => {
                        let problem =
                            format!("row {row} of its column {name} has another shape than the rows before it");
                        return Err(malformed(&problem));
                    }
                    Some(_) => {}
                }
                row += 1;
            }
            take(batch.bytes)?;
            Ok(row < wanted.rows)
        })
    }
}

impl Table for Parquet {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn rows(&self) -> u64 {
        self.rows
    }

    fn first_length(&mut self, column: usize) -> Result<u64> {
        let levels = self.levels(column);
        let (mut length, mut rows) = (0, 0);
        caught(|| {
            self.batches(column, 1, &mut |batch| {
                rows += 1;
                let first = lists(batch).next().and_then(|(list, _)| count(list, levels));
                length = first.unwrap_or(0);
                Ok(first.is_none() && rows < NULLS)
            })
        })?;
        Ok(length)
    }

    fn texts(&mut self, column: usize, most: u64, take: &mut dyn FnMut(&[u8])) -> Result<()> {
        caught(|| {
            let mut left = most;
            for index in 0..self.reader.num_row_groups() {
                let group = self.reader.get_row_group(index).map_err(damaged)?;
                let ColumnReader::ByteArrayColumnReader(mut reader) =
                    group.get_column_reader(self.leaves[column]).map_err(damaged)?
                else {
                    return Ok(());
                };
                while left > 0 {
                    let (mut definition, mut repetition, mut values) = (Vec::new(), Vec::new(), Vec::new());
                    let step = left.min(100) as usize;
                    let read = reader.read_records(step, Some(&mut definition), Some(&mut repetition), &mut values);
                    let (rows, ..) = read.map_err(damaged)?;
                    if rows == 0 {
                        break;
                    }
                    left = left.saturating_sub(rows as u64);
                    values.iter().for_each(|value| take(value.data()));
                }
            }
            Ok(())
        })
    }

    fn read(&mut self, wanted: &Wanted, take: Take<'_>) -> Result<()> {
        caught(|| match (&self.columns[wanted.column].kind, wanted.length) {
            (&Kind::Number(number), _) => self.read_numbers(wanted, number, take),
            (_, length) => self.read_lists(wanted, length.unwrap_or(0), take),
        })
    }
}

/// A file whose end is an error to whoever reads on: Apache's crate counts to whatever a damaged file says.
struct Bounded {
    file: File,
    size: u64,
}

impl Bounded {
    fn at(&self, start: u64) -> ParquetResult<Rest> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Rest(file))
    }
}

impl Length for Bounded {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for Bounded {
    type T = BufReader<Rest>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(self.at(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.size) {
            return Err(ParquetError::EOF("what it says of itself leads out of it".to_owned()));
        }
        let mut bytes = vec![0; length];
        self.at(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// The rest of a file.
struct Rest(File);

impl Read for Rest {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(to)? {
            0 if !to.is_empty() => Err(IoErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

/// Some rows of a column.
struct Batch<'a> {
    rows: u64,
    /// How much of the path to each number is there.
    definition: &'a [i16],
    /// 0 where a row begins.
    repetition: &'a [i16],
    /// The numbers that are there.
    bytes: &'a [u8],
}

/// Reads a column of one group of rows, and says whether to its end.
fn drain<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    step: usize,
    put: impl Fn(&[T::T], &mut Vec<u8>),
    each: &mut dyn FnMut(&Batch<'_>) -> Result<bool>,
) -> Result<bool> {
    let (mut definition, mut repetition, mut values, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    loop {
        definition.clear();
        repetition.clear();
        values.clear();
        bytes.clear();
        let read = reader.read_records(step, Some(&mut definition), Some(&mut repetition), &mut values);
        let (rows, ..) = read.map_err(damaged)?;
        if rows == 0 {
            return Ok(true);
        }
        put(&values, &mut bytes);
        let batch = Batch { rows: rows as u64, definition: &definition, repetition: &repetition, bytes: &bytes };
        if !each(&batch)? {
            return Ok(false);
        }
    }
}

fn put<T, const N: usize>(values: &[T], bytes: &mut Vec<u8>, of: impl Fn(&T) -> [u8; N]) {
    bytes.extend(values.iter().flat_map(of));
}

/// The definition levels of each row, and its repetition levels behind the first.
fn lists<'a>(batch: &Batch<'a>) -> impl Iterator<Item = (&'a [i16], &'a [i16])> {
    let (mut levels, mut starts) = (batch.definition, batch.repetition);
    std::iter::from_fn(move || {
        let length = 1 + starts.iter().skip(1).take_while(|&&level| level > 0).count();
        let inner = starts.get(1..length).unwrap_or(&[]);
        starts = starts.get(length..).unwrap_or(&[]);
        let (list, rest) = levels.split_at_checked(length)?;
        levels = rest;
        Some((list, inner))
    })
}

/// Numbers in a list, null ones too; `None` where the list is null.
fn count(list: &[i16], (_, some): (i16, i16)) -> Option<u64> {
    match list {
        [level] if *level < some - 1 => None,
        [level] if *level < some => Some(0),
        _ => Some(list.len() as u64),
    }
}

fn malformed(problem: &str) -> Error {
    super::malformed(FORMAT, problem)
}

fn other_rows() -> Error {
    malformed("a column has other rows than its group")
}

/// What Apache's crate says of a damaged file.
fn damaged(error: ParquetError) -> Error {
    match error {
        ParquetError::External(error) => match error.downcast_ref::<std::io::Error>() {
            Some(error) if error.raw_os_error().is_some() => ErrorKind::Unreadable { reason: error.to_string() }.into(),
            _ => malformed(&error.to_string()),
        },
        ParquetError::General(problem) | ParquetError::NYI(problem) | ParquetError::EOF(problem) => malformed(&problem),
        error => malformed(&error.to_string()),
    }
}

/// Apache's crate may panic where a file contradicts itself.
fn caught<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(malformed("its reader gave up on it")))
}
