/*! FlatBuffers, in which Arrow writes what it says of its data: tables of optional fields, found by their number. */

use std::str::from_utf8;

/// A place that lies outside of the bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outside;

type Result<T> = std::result::Result<T, Outside>;

/// A table.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    bytes: &'a [u8],
    at: usize,
    vtable: usize,
}

/// Several things one after another.
#[derive(Clone, Copy)]
pub(super) struct Vector<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many there are.
    pub len: usize,
}

fn read<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N]> {
    bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().ok_or(Outside)
}

/// Follows the distance that is written at a place.
fn follow(bytes: &[u8], at: usize) -> Result<usize> {
    at.checked_add(u32::from_le_bytes(read(bytes, at)?) as usize).filter(|&to| to < bytes.len()).ok_or(Outside)
}

impl<'a> Record<'a> {
    /// The table that all others hang from.
    pub fn root(bytes: &'a [u8]) -> Result<Record<'a>> {
        Record::at(bytes, follow(bytes, 0)?)
    }

    fn at(bytes: &'a [u8], at: usize) -> Result<Record<'a>> {
        let back = i64::from(i32::from_le_bytes(read(bytes, at)?));
        let vtable = usize::try_from(at as i64 - back).map_err(|_| Outside)?;
        Ok(Record { bytes, at, vtable })
    }

    /// Where a field stands, if it is there.
    fn place(&self, field: usize) -> Result<Option<usize>> {
        let length = usize::from(u16::from_le_bytes(read(self.bytes, self.vtable)?));
        let entry = 4 + 2 * field;
        if entry + 2 > length {
            return Ok(None);
        }
        let distance = usize::from(u16::from_le_bytes(read(self.bytes, self.vtable + entry)?));
        Ok((distance > 0).then_some(self.at + distance))
    }

    fn scalar<const N: usize>(&self, field: usize) -> Result<[u8; N]> {
        self.place(field)?.map_or(Ok([0; N]), |at| read(self.bytes, at))
    }

    pub fn u8(&self, field: usize) -> Result<u8> {
        Ok(u8::from_le_bytes(self.scalar(field)?))
    }

    pub fn i16(&self, field: usize) -> Result<i16> {
        Ok(i16::from_le_bytes(self.scalar(field)?))
    }

    pub fn i32(&self, field: usize) -> Result<i32> {
        Ok(i32::from_le_bytes(self.scalar(field)?))
    }

    pub fn i64(&self, field: usize) -> Result<i64> {
        Ok(i64::from_le_bytes(self.scalar(field)?))
    }

    pub fn record(&self, field: usize) -> Result<Option<Record<'a>>> {
        self.place(field)?.map(|at| Record::at(self.bytes, follow(self.bytes, at)?)).transpose()
    }

    /// A vector of things of so many bytes; an empty one where there is none.
    pub fn vector(&self, field: usize, size: usize) -> Result<Vector<'a>> {
        let Some(place) = self.place(field)? else { return Ok(Vector { bytes: self.bytes, at: 0, len: 0 }) };
        let start = follow(self.bytes, place)?;
        let (len, at) = (u32::from_le_bytes(read(self.bytes, start)?) as usize, start + 4);
        let end = len.checked_mul(size).and_then(|length| at.checked_add(length));
        if end.is_none_or(|end| end > self.bytes.len()) {
            return Err(Outside);
        }
        Ok(Vector { bytes: self.bytes, at, len })
    }

    pub fn text(&self, field: usize) -> Result<&'a str> {
        let Vector { at, len, .. } = self.vector(field, 1)?;
        from_utf8(&self.bytes[at..at + len]).map_err(|_| Outside)
    }
}

impl<'a> Vector<'a> {
    fn place(&self, index: usize, size: usize) -> Result<usize> {
        if index < self.len { Ok(self.at + index * size) } else { Err(Outside) }
    }

    pub fn record(&self, index: usize) -> Result<Record<'a>> {
        Record::at(self.bytes, follow(self.bytes, self.place(index, 4)?)?)
    }

    pub fn i64(&self, index: usize) -> Result<i64> {
        Ok(i64::from_le_bytes(read(self.bytes, self.place(index, 8)?)?))
    }

    /// Two numbers that make one thing.
    pub fn pair(&self, index: usize) -> Result<(u64, u64)> {
        let at = self.place(index, 16)?;
        let one = |at| u64::try_from(i64::from_le_bytes(read(self.bytes, at)?)).map_err(|_| Outside);
        Ok((one(at)?, one(at + 8)?))
    }

    /// Where a message stands in a file, the bytes of what it says, and of its body.
    pub fn block(&self, index: usize) -> Result<(u64, u64, u64)> {
        let at = self.place(index, 24)?;
        let positive = |value: i64| u64::try_from(value).map_err(|_| Outside);
        let said = i64::from(i32::from_le_bytes(read(self.bytes, at + 8)?));
        let offset = i64::from_le_bytes(read(self.bytes, at)?);
        let body = i64::from_le_bytes(read(self.bytes, at + 16)?);
        Ok((positive(offset)?, positive(said)?, positive(body)?))
    }
}
