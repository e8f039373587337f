/*!
Arrow's files and streams, Feather 2 among them.

A file is a schema and batches of rows. What is said of a batch is a FlatBuffer: for every column, and for the items of a
column of lists, a node (its length, and how many nulls it has) and the buffers of its body (which are null, where the lists
end, the numbers). Only the buffers of the column that is asked for are read, in pieces. Apache's own crate isn't used:
it makes room for as many bytes as a damaged file may claim, and ends the process where there is none.
*/

mod buffer;
mod flat;
mod schema;
mod texts;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use lz4_flex::frame::FrameDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

use self::buffer::{Buffer, Codec};
use self::flat::{Outside, Record};
use self::schema::{Lists, Place, columns};
use super::{Column, Kind, STEP, Table, Take, Wanted, nan, null, ragged};
use crate::error::{Error, ErrorKind, Result};
use crate::native::files::{failed, unreadable};
use crate::source::Number;

const FORMAT: &str = "an Arrow file";
const MAGIC: &[u8; 6] = b"ARROW1";
const CONTINUATION: [u8; 4] = [0xff; 4];

/// An Arrow file.
pub(super) struct Arrow {
    file: File,
    columns: Vec<Column>,
    places: Vec<Place>,
    batches: Vec<Batch>,
    rows: u64,
}

/// Some rows.
struct Batch {
    rows: u64,
    /// What is said of them.
    said: Vec<u8>,
    /// First byte of their body.
    start: u64,
    /// Bytes of it.
    length: u64,
}

impl Arrow {
    pub fn open(path: &Path) -> Result<Arrow> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let size = file.metadata().map_err(|error| unreadable(path, &error))?.len();
        let mut arrow = Arrow { file, columns: Vec::new(), places: Vec::new(), batches: Vec::new(), rows: 0 };
        if arrow.bytes(0, size.min(6))? == MAGIC {
            arrow.open_file(size)?
        } else {
            arrow.open_stream(size)?
        }
        Ok(arrow)
    }

    /// A file ends with where its batches are.
    fn open_file(&mut self, size: u64) -> Result<()> {
        let cut = || malformed("it does not end as it begins, so it was cut off");
        let end = self.bytes(size.checked_sub(10).ok_or_else(cut)?, 10)?;
        let (length, magic) = end.split_first_chunk::<4>().ok_or_else(cut)?;
        if magic != MAGIC {
            return Err(cut());
        }
        let length = u64::from(u32::from_le_bytes(*length));
        let start = (size - 10).checked_sub(length).ok_or_else(|| malformed("its footer is longer than it"))?;
        let footer = self.bytes(start, length)?;
        let footer = Record::root(&footer)?;
        self.take_schema(footer.record(1)?.ok_or(Outside)?)?;
        let blocks = footer.vector(3, 24)?;
        for index in 0..blocks.len {
            let (at, said, _) = blocks.block(index)?;
            let (message, _) = self.message(at, size)?.ok_or(Outside)?;
            let body = at.checked_add(said).ok_or(Outside)?;
            self.take_message(message, body, size)?;
        }
        Ok(())
    }

    /// A stream is one message after another.
    fn open_stream(&mut self, size: u64) -> Result<()> {
        let (schema, body) = self.message(0, size)?.ok_or(Outside)?;
        let schema = Record::root(&schema)?;
        if schema.u8(1)? != 1 {
            return Err(malformed("it begins without a schema"));
        }
        self.take_schema(schema.record(2)?.ok_or(Outside)?)?;
        let mut at = body;
        while let Some((message, body)) = self.message(at, size)? {
            at = self.take_message(message, body, size)?;
        }
        Ok(())
    }

    /// Reads what a message says, and where its body begins; `None` behind the last one.
    fn message(&self, at: u64, size: u64) -> Result<Option<(Vec<u8>, u64)>> {
        let mut start = at;
        let mut word = || {
            let bytes = self.bytes(start, 4)?;
            start += 4;
            Ok::<_, Error>(<[u8; 4]>::try_from(bytes).unwrap_or_default())
        };
        if at == size {
            return Ok(None);
        }
        // Old files have no continuation mark.
        let first = word()?;
        let length = if first == CONTINUATION { word()? } else { first };
        let length = u64::from(u32::from_le_bytes(length));
        if length == 0 {
            return Ok(None);
        }
        Ok(Some((self.bytes(start, length)?, start + length)))
    }

    /// Takes a message whose body begins there, and says where it ends.
    fn take_message(&mut self, said: Vec<u8>, start: u64, size: u64) -> Result<u64> {
        let message = Record::root(&said)?;
        let length = u64::try_from(message.i64(3)?).map_err(|_| Outside)?;
        let end = start.checked_add(length).ok_or(Outside)?;
        if end > size {
            return Err(ErrorKind::TruncatedData { missing: end - size, expected: end }.into());
        }
        match message.u8(1)? {
            // Dictionaries are of columns that aren't read.
            2 => {}
            3 => {
                let rows = u64::try_from(batch(&said)?.i64(0)?).map_err(|_| Outside)?;
                self.rows = self.rows.checked_add(rows).ok_or(ErrorKind::ShapeOverflow)?;
                self.batches.push(Batch { rows, said, start, length });
            }
            _ => return Err(malformed("a message is neither a batch of rows nor a dictionary")),
        }
        Ok(end)
    }

    fn take_schema(&mut self, schema: Record<'_>) -> Result<()> {
        if schema.i16(0)? != 0 {
            let (format, advice) = ("a big-endian Arrow file", "Save it as .npy: np.save(path, features).");
            return Err(ErrorKind::UnsupportedFormat { format, advice }.into());
        }
        (self.columns, self.places) = columns(schema)?;
        Ok(())
    }

    /// Bytes of the file.
    fn bytes(&self, at: u64, length: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut file = &self.file;
        file.seek(SeekFrom::Start(at)).map_err(|error| failed(&error))?;
        let read = file.take(length).read_to_end(&mut bytes).map_err(|error| failed(&error))? as u64;
        if read < length {
            let expected = at.saturating_add(length);
            return Err(ErrorKind::TruncatedData { missing: length - read, expected }.into());
        }
        Ok(bytes)
    }

    /// Which items of a column are there, one bit each; nothing where all are.
    fn validity(&self, batch: &Batch, place: Place, item: bool) -> Result<Option<Vec<u8>>> {
        let (length, nulls) = batch.node(place, item)?;
        if nulls == 0 {
            return Ok(None);
        }
        let mut bits = Vec::new();
        let mut buffer = self.buffer(batch, place, place.item_buffer(item), 0)?;
        buffer.pieces(length.div_ceil(8), 1, &mut |piece| {
            bits.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(Some(bits))
    }

    /// A buffer of a batch, from a byte on.
    fn buffer(&self, batch: &Batch, place: Place, index: usize, skip: u64) -> Result<Buffer<'_>> {
        let (offset, length, codec) = batch.buffer(place, index)?;
        let raw = |skip: u64| {
            let mut file = &self.file;
            let start = batch.start + offset + skip.min(length);
            file.seek(SeekFrom::Start(start)).map_err(|error| failed(&error))?;
            Ok::<_, Error>(file.take(length - skip.min(length)))
        };
        let Some(codec) = codec.filter(|_| length > 0) else {
            return Ok(Buffer { bytes: Box::new(raw(skip)?), length: None });
        };
        let prefix = self.bytes(batch.start + offset, length.min(8))?;
        let unpacked = i64::from_le_bytes(prefix.try_into().map_err(|_| Outside)?);
        if unpacked == -1 {
            return Ok(Buffer { bytes: Box::new(raw(skip.saturating_add(8))?), length: None });
        }
        let unpacked = u64::try_from(unpacked).map_err(|_| Outside)?;
        let packed = BufReader::with_capacity(STEP / 8, raw(8)?);
        let bytes: Box<dyn Read> = match codec {
            Codec::Lz4 => Box::new(FrameDecoder::new(packed)),
            Codec::Zstd => Box::new(ZstdDecoder::with_buffer(packed).map_err(|error| failed(&error))?),
        };
        // One byte more would be one too many.
        let mut buffer = Buffer { bytes: Box::new(bytes.take(unpacked.saturating_add(1))), length: Some(unpacked) };
        buffer.pieces(skip, 1, &mut |_| Ok(()))?;
        Ok(buffer)
    }

    /// Refuses a row whose structure around a column is null.
    fn check_around(&self, batch: &Batch, wanted: &Wanted, row: u64) -> Result<()> {
        for (node, buffer) in self.places[wanted.column].within.into_iter().flatten() {
            let place = Place { node, buffer, lists: Lists::None, ..self.places[wanted.column] };
            if let Some(bits) = self.validity(batch, place, false)?
                && let Some(at) = (0..batch.rows).find(|&at| !is_set(&bits, at))
            {
                return Err(null(row + at, self.name(wanted)));
            }
        }
        Ok(())
    }

    fn read_numbers(&self, wanted: &Wanted, number: Number, take: Take<'_>) -> Result<()> {
        let place = self.places[wanted.column];
        let size = number.size() as u64;
        let mut row = 0;
        let mut filled = Vec::new();
        for batch in &self.batches {
            let rows = batch.rows.min(wanted.rows - row);
            batch.check(place)?;
            self.check_around(batch, wanted, row)?;
            let validity = self.validity(batch, place, false)?;
            let (first, mut at) = (row, 0);
            if number == Number::Bool {
                if let Some(at) = validity.as_ref().and_then(|bits| (0..rows).find(|&at| !is_set(bits, at))) {
                    return Err(null(first + at, self.name(wanted)));
                }
                self.read_bits(batch, place, 1, (0, rows), take)?;
                row += rows;
                continue;
            }
            let mut buffer = self.buffer(batch, place, 1, 0)?;
            buffer.pieces(rows.checked_mul(size).ok_or(Outside)?, size, &mut |piece| {
                let Some(validity) = &validity else { return take(piece) };
                filled.clear();
                for value in piece.chunks_exact(number.size()) {
                    let value = if is_set(validity, at) { Some(value) } else { nan(number) };
                    filled.extend_from_slice(value.ok_or_else(|| null(first + at, self.name(wanted)))?);
                    at += 1;
                }
                take(&filled)
            })?;
            if rows == batch.rows {
                buffer.finish()?;
            }
            row += rows;
            if row == wanted.rows {
                break;
            }
        }
        Ok(())
    }

    fn read_lists(&self, wanted: &Wanted, number: Number, take: Take<'_>) -> Result<()> {
        let place = self.places[wanted.column];
        let length = wanted.length.unwrap_or(0);
        let size = number.size() as u64;
        let mut row = 0;
        for batch in &self.batches {
            batch.check(place)?;
            self.check_around(batch, wanted, row)?;
            if let Some(validity) = self.validity(batch, place, false)?
                && let Some(at) = (0..batch.rows).find(|&at| !is_set(&validity, at))
            {
                return Err(null(row + at, self.name(wanted)));
            }
            let first = match place.lists {
                Lists::Ends(bytes) if batch.rows > 0 => self.check_ends(batch, wanted, (row, bytes, length))?,
                _ => 0,
            };
            let count = batch.rows.checked_mul(length).ok_or(Outside)?;
            let end = first.checked_add(count).ok_or(Outside)?;
            if end > batch.node(place, true)?.0 {
                return Err(malformed("lists are longer than all their items"));
            }
            if let Some(validity) = self.validity(batch, place, true)?
                && let Some(at) = (first..end).find(|&at| !is_set(&validity, at))
            {
                return Err(null(row + (at - first) / length, self.name(wanted)));
            }
            let values = place.item_buffer(true) + 1;
            if number == Number::Bool {
                self.read_bits(batch, place, values, (first, count), take)?;
            } else {
                let skip = first.checked_mul(size).ok_or(Outside)?;
                let mut buffer = self.buffer(batch, place, values, skip)?;
                buffer.pieces(count.checked_mul(size).ok_or(Outside)?, size, take)?;
                buffer.finish()?;
            }
            row += batch.rows;
        }
        Ok(())
    }

    /// Checks that all lists of a batch have one length, and says where the first one begins.
    fn check_ends(&self, batch: &Batch, wanted: &Wanted, (row, bytes, length): (u64, u64, u64)) -> Result<u64> {
        let place = self.places[wanted.column];
        let ends = (batch.rows.checked_add(1)).and_then(|count| count.checked_mul(bytes)).ok_or(Outside)?;
        let (mut first, mut last, mut at) = (0, None, row);
        self.buffer(batch, place, 1, 0)?.pieces(ends, bytes, &mut |piece| {
            for end in piece.chunks_exact(bytes as usize) {
                let end = end_of(end)?;
                match last {
                    None => first = end,
                    Some(last) => {
                        let numbers = end.checked_sub(last).ok_or_else(|| malformed("a list ends before it begins"))?;
                        if numbers != length {
                            return Err(ragged(at, self.name(wanted), numbers, length));
                        }
                        at += 1;
                    }
                }
                last = Some(end);
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// Reads items of one bit each.
    fn read_bits(
        &self,
        batch: &Batch,
        place: Place,
        index: usize,
        (first, count): (u64, u64),
        take: Take<'_>,
    ) -> Result<()> {
        let (mut skip, mut left) = (first % 8, count);
        let mut buffer = self.buffer(batch, place, index, first / 8)?;
        buffer.pieces((skip + count).div_ceil(8), 1, &mut |piece| {
            let bits = (skip..8 * piece.len() as u64).take(left as usize);
            let bytes: Vec<u8> = bits.map(|at| u8::from(is_set(piece, at))).collect();
            (skip, left) = (0, left - bytes.len() as u64);
            take(&bytes)
        })?;
        buffer.finish()
    }

    fn name(&self, wanted: &Wanted) -> &str {
        &self.columns[wanted.column].name
    }
}

impl Table for Arrow {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn rows(&self) -> u64 {
        self.rows
    }

    fn first_length(&mut self, column: usize) -> Result<u64> {
        let place = self.places[column];
        let bytes = match place.lists {
            Lists::Fixed(length) => return Ok(length),
            Lists::Ends(bytes) => bytes,
            Lists::None => return Ok(0),
        };
        for batch in self.batches.iter().filter(|batch| batch.rows > 0) {
            let validity = self.validity(batch, place, false)?;
            let is_there = |&at: &u64| validity.as_ref().is_none_or(|validity| is_set(validity, at));
            let Some(at) = (0..batch.rows).find(is_there) else { continue };
            let mut ends = Vec::new();
            self.buffer(batch, place, 1, at * bytes)?.pieces(2 * bytes, bytes, &mut |piece| {
                piece.chunks_exact(bytes as usize).try_for_each(|end| end_of(end).map(|end| ends.push(end)))
            })?;
            let numbers = ends[1].checked_sub(ends[0]).ok_or_else(|| malformed("a list ends before it begins"))?;
            return Ok(numbers);
        }
        Ok(0)
    }

    fn texts(&mut self, column: usize, most: u64, take: &mut dyn FnMut(&[u8])) -> Result<()> {
        self.read_texts(column, most, take)
    }

    fn read(&mut self, wanted: &Wanted, take: Take<'_>) -> Result<()> {
        match self.columns[wanted.column].kind {
            Kind::Number(number) => self.read_numbers(wanted, number, take),
            Kind::List(number) => self.read_lists(wanted, number, take),
            _ => Err(ErrorKind::Internal { problem: "a column is no numbers" }.into()),
        }
    }
}

/// The names of the columns of one type, in a schema that another format carries as a message.
pub(super) fn columns_of_type(message: &[u8], dtype: &str) -> Option<Vec<String>> {
    let said = message.strip_prefix(&CONTINUATION).unwrap_or(message).get(4..)?;
    let schema = Record::root(said).ok()?.record(2).ok()??;
    let (columns, _) = columns(schema).ok()?;
    let is_that = |column: &Column| matches!(&column.kind, Kind::Other(other) if other == dtype);
    Some(columns.into_iter().filter(is_that).map(|column| column.name).collect())
}

impl Batch {
    /// Length and nulls of a column, or of the items of its lists.
    fn node(&self, place: Place, item: bool) -> Result<(u64, u64)> {
        Ok(batch(&self.said)?.vector(1, 16)?.pair(place.node + usize::from(item))?)
    }

    fn check(&self, place: Place) -> Result<()> {
        if self.node(place, false)?.0 == self.rows {
            Ok(())
        } else {
            Err(malformed("a column has other rows than its batch"))
        }
    }

    /// Where a buffer of a column stands in the body, its length, and how it is packed.
    fn buffer(&self, place: Place, index: usize) -> Result<(u64, u64, Option<Codec>)> {
        let said = batch(&self.said)?;
        let views = said.vector(4, 8)?;
        let mut index = place.buffer + index;
        for view in 0..place.views {
            let more = usize::try_from(views.i64(view)?).map_err(|_| Outside)?;
            index = index.checked_add(more).ok_or(Outside)?;
        }
        let (offset, length) = said.vector(2, 16)?.pair(index)?;
        if offset.checked_add(length).is_none_or(|end| end > self.length) {
            return Err(malformed("a buffer lies outside of its batch"));
        }
        let codec = match said.record(3)?.map(|packed| packed.u8(0)).transpose()? {
            None => None,
            Some(0) => Some(Codec::Lz4),
            Some(1) => Some(Codec::Zstd),
            Some(other) => {
                let advice = "Save it with another: df.to_feather(path, compression='zstd').";
                return Err(ErrorKind::UnsupportedCompression { method: format!("method {other}"), advice }.into());
            }
        };
        Ok((offset, length, codec))
    }
}

/// What a message says of a batch.
fn batch(said: &[u8]) -> Result<Record<'_>> {
    Ok(Record::root(said)?.record(2)?.ok_or(Outside)?)
}

fn is_set(bits: &[u8], at: u64) -> bool {
    usize::try_from(at / 8).ok().and_then(|byte| bits.get(byte)).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
}

/// Where a list ends, in 4 or 8 bytes.
fn end_of(bytes: &[u8]) -> Result<u64> {
    let end = match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>()) {
        (Some(wide), _) => i64::from_le_bytes(*wide),
        (None, Some(narrow)) => i64::from(i32::from_le_bytes(*narrow)),
        (None, None) => -1,
    };
    u64::try_from(end).map_err(|_| malformed("a list ends before all others"))
}

impl From<Outside> for Error {
    fn from(_: Outside) -> Error {
        malformed("what it says of itself leads out of it")
    }
}

fn malformed(problem: &str) -> Error {
    super::malformed(FORMAT, problem)
}
