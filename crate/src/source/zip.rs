/*!
Zip archives, as far as .npz and PyTorch files need them: the directory at the end, and where the bytes of an entry stand.

Every number in it is a claim. The directory must end where its end record begins, entries must lie before it and not over each other, and the header in
front of an entry must say what the directory says. Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3 (Zip64).
*/

use super::ByteRange;
use super::contents::malformed;
use super::known::{Known, Step};
use crate::error::{ErrorKind, Result, quoted};

/// The first bytes of an archive with an entry, and of one without.
pub(super) const MAGICS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

const FORMAT: &str = "a zip archive";

/// The record at the very end, which a comment of up to 64 KiB may follow, and the pointer to its 64-bit form before it.
const END_BYTES: u64 = 22;
const LONGEST_COMMENT: u64 = 0xffff;
const LOCATOR_BYTES: u64 = 20;
const END64_BYTES: u64 = 56;

/// An honest directory takes about a hundred bytes an entry, and a checkpoint has some thousand.
const LONGEST_DIRECTORY: u64 = 32 << 20;
const MOST_ENTRIES: u64 = 1 << 17;

const ENTRY_BYTES: usize = 46;
const LOCAL_BYTES: u64 = 30;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub name: String,
    /// How it is packed: 0 not at all, 8 by Deflate.
    pub method: u16,
    /// Checksum of the unpacked bytes.
    pub crc32: u32,
    /// Bytes in the archive.
    pub packed: u64,
    /// Bytes once unpacked.
    pub unpacked: u64,
    header_at: u64,
    is_encrypted: bool,
}

/// An archive's directory.
#[derive(Debug)]
pub(super) struct Directory {
    pub entries: Vec<Entry>,
    /// Where it stands: entries end before it.
    at: u64,
}

/// Little-endian numbers of a record, one after another. Whoever makes one has checked its length; past the end there are zeros.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn number(&mut self, length: usize) -> u64 {
        self.take(length).iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    fn u16(&mut self) -> u16 {
        self.number(2) as u16
    }

    fn u32(&mut self) -> u64 {
        self.number(4)
    }
}

/// The directory of an archive.
pub(super) fn directory(known: &Known) -> Step<Directory> {
    let tail = known.end(END_BYTES + LONGEST_COMMENT + LOCATOR_BYTES)?;
    let tail_at = known.size - tail.len() as u64;
    // The record is where its comment ends the file; a comment may hold the same four bytes, so the last such place counts.
    let is_end = |at: usize| {
        let record = &tail[at..];
        record.starts_with(b"PK\x05\x06")
            && record.get(20..22).is_some_and(|length| {
                at + END_BYTES as usize + usize::from(u16::from_le_bytes([length[0], length[1]])) == tail.len()
            })
    };
    let end = (0..tail.len().saturating_sub(END_BYTES as usize - 1)).rev().find(|&at| is_end(at));
    let Some(end) = end else {
        return Err(malformed(
            FORMAT,
            "its directory, which stands at the end, is missing; the file was probably cut off",
        )
        .into());
    };
    let mut record = Fields(&tail[end + 4..]);
    let (disk, first_disk, here, mut count) = (record.u16(), record.u16(), record.u16(), record.number(2));
    let (mut length, mut at) = (record.u32(), record.u32());
    let mut ends_at = tail_at + end as u64;
    if disk != first_disk || u64::from(here) != count {
        return Err(malformed(FORMAT, "it is one of several parts").into());
    }
    // PyTorch writes the 64-bit record even where nothing needs it.
    let locator = end.checked_sub(LOCATOR_BYTES as usize).map(|start| &tail[start..end]);
    if let Some(locator) = locator.filter(|locator| locator.starts_with(b"PK\x06\x07")) {
        let mut locator = Fields(&locator[8..]);
        let record_at = locator.number(8);
        if record_at.checked_add(END64_BYTES).is_none_or(|end| end > ends_at - LOCATOR_BYTES) {
            return Err(malformed(FORMAT, "its 64-bit directory record lies outside of it").into());
        }
        let record = known.get(record_at, END64_BYTES)?;
        if !record.starts_with(b"PK\x06\x06") {
            return Err(malformed(FORMAT, "there is no 64-bit directory record where it should be").into());
        }
        let mut record = Fields(&record[24..]);
        let wide = [record.number(8), record.number(8), record.number(8), record.number(8)];
        let agree = |narrow: u64, wide: u64, full: u64| narrow == full || narrow == wide;
        let agrees = agree(count, wide[1], 0xffff) && agree(length, wide[2], u32::MAX.into());
        if !agrees || !agree(at, wide[3], u32::MAX.into()) {
            return Err(malformed(FORMAT, "its two directory records disagree").into());
        }
        [_, count, length, at] = wide;
        ends_at = record_at;
    }
    if at.checked_add(length) != Some(ends_at) {
        return Err(malformed(FORMAT, "its directory is not where it says").into());
    }
    if count.checked_mul(ENTRY_BYTES as u64).is_none_or(|least| least > length) {
        return Err(malformed(FORMAT, "its directory is too short for the entries that it counts").into());
    }
    if count > MOST_ENTRIES || length > LONGEST_DIRECTORY {
        return Err(ErrorKind::HeaderTooLong { format: "zip", length, limit: LONGEST_DIRECTORY }.into());
    }
    let entries = entries(known.get(at, length)?, count, at)?;
    Ok(Directory { entries, at })
}

fn entries(mut bytes: &[u8], count: u64, directory_at: u64) -> Result<Vec<Entry>> {
    let short = || malformed(FORMAT, "its directory ends within an entry");
    let mut entries: Vec<Entry> = Vec::new();
    for _ in 0..count {
        let fixed = bytes.get(..ENTRY_BYTES).ok_or_else(short)?;
        if !fixed.starts_with(b"PK\x01\x02") {
            return Err(malformed(FORMAT, "its directory holds something that is no entry"));
        }
        let mut fields = Fields(&fixed[8..]);
        let (flags, method) = (fields.u16(), fields.u16());
        fields.take(4);
        let crc32 = fields.u32() as u32;
        let (mut packed, mut unpacked) = (fields.u32(), fields.u32());
        let lengths = [fields.u16(), fields.u16(), fields.u16()].map(usize::from);
        fields.take(8);
        let mut header_at = fields.u32();
        let [name, extra, comment] = lengths;
        let rest = bytes.get(ENTRY_BYTES..ENTRY_BYTES + name + extra + comment).ok_or_else(short)?;
        bytes = &bytes[ENTRY_BYTES + name + extra + comment..];
        let (name, rest) = rest.split_at(name);
        let mut wide = extra_64(&rest[..extra]);
        for number in [&mut unpacked, &mut packed, &mut header_at] {
            if *number == 0xffff_ffff {
                if wide.0.len() < 8 {
                    return Err(malformed(FORMAT, "an entry's 64-bit size is missing"));
                }
                *number = wide.number(8);
            }
        }
        let name = String::from_utf8_lossy(name).into_owned();
        let inside = header_at.checked_add(LOCAL_BYTES).and_then(|at| at.checked_add(packed));
        if inside.is_none_or(|end| end > directory_at) {
            return Err(malformed(FORMAT, format!("{} would lie outside of it", quoted(&name))));
        }
        entries.push(Entry { name, method, crc32, packed, unpacked, header_at, is_encrypted: flags & 1 != 0 });
    }
    if !bytes.is_empty() {
        return Err(malformed(FORMAT, "its directory goes on after its last entry"));
    }
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(malformed(FORMAT, format!("two of its entries are named {}", quoted(pair[0]))));
    }
    Ok(entries)
}

/// The Zip64 part of an entry's extra fields; empty where it has none.
fn extra_64(mut extra: &[u8]) -> Fields<'_> {
    while let Some((head, rest)) = extra.split_at_checked(4) {
        let mut fields = Fields(head);
        let (id, length) = (fields.u16(), usize::from(fields.u16()));
        let (body, rest) = rest.split_at(length.min(rest.len()));
        if id == 1 {
            return Fields(body);
        }
        extra = rest;
    }
    Fields(&[])
}

impl Directory {
    /// Where the bytes of some entries stand.
    ///
    /// # Errors
    ///
    /// `Malformed` where an entry's own header says something else than the directory, or entries lie over each other; `UnsupportedFormat`
    /// where one is encrypted.
    pub fn data(&self, known: &Known, entries: &[&Entry]) -> Step<Vec<ByteRange>> {
        let header = |entry: &&Entry| (entry.header_at, LOCAL_BYTES);
        known.need(&entries.iter().map(header).collect::<Vec<_>>())?;
        let mut names = Vec::with_capacity(entries.len());
        for entry in entries {
            let (name, _) = lengths(known.get(entry.header_at, LOCAL_BYTES)?);
            if name != entry.name.len() as u64 && !entry.name.contains('\u{fffd}') {
                return Err(disagrees(entry).into());
            }
            names.push((entry.header_at + LOCAL_BYTES, name.min(self.at - entry.header_at - LOCAL_BYTES)));
        }
        known.need(&names)?;
        let mut ranges = Vec::with_capacity(entries.len());
        for (entry, (name_at, name_length)) in entries.iter().zip(names) {
            let head = known.get(entry.header_at, LOCAL_BYTES)?;
            let name = known.get(name_at, name_length)?;
            let mut fields = Fields(&head[8..]);
            let agrees = head.starts_with(b"PK\x03\x04")
                && fields.u16() == entry.method
                && String::from_utf8_lossy(name) == entry.name;
            if !agrees {
                return Err(disagrees(entry).into());
            }
            if entry.is_encrypted {
                let (format, advice) =
                    ("an encrypted archive", "Unpack it with its password, and drop the files in it.");
                return Err(ErrorKind::UnsupportedFormat { format, advice }.into());
            }
            if entry.method == 0 && entry.packed != entry.unpacked {
                let problem = format!("{} is not packed and has two sizes", quoted(&entry.name));
                return Err(malformed(FORMAT, problem).into());
            }
            let (name_bytes, extra_bytes) = lengths(head);
            let offset = entry.header_at + LOCAL_BYTES + name_bytes + extra_bytes;
            if offset.checked_add(entry.packed).is_none_or(|end| end > self.at) {
                return Err(malformed(FORMAT, format!("{} would lie outside of it", quoted(&entry.name))).into());
            }
            ranges.push(ByteRange { offset, length: entry.packed });
        }
        let mut taken: Vec<_> = ranges.iter().zip(entries).map(|(range, entry)| (entry.header_at, *range)).collect();
        taken.sort_unstable_by_key(|&(start, _)| start);
        if taken.windows(2).any(|pair| pair[0].1.offset + pair[0].1.length > pair[1].0) {
            return Err(malformed(FORMAT, "some of its entries lie over each other").into());
        }
        Ok(ranges)
    }

    /// Where the bytes of one entry stand that is not packed.
    ///
    /// # Errors
    ///
    /// As [`data`](Self::data); `UnsupportedCompression` where it is packed.
    pub fn stored(&self, known: &Known, entries: &[&Entry], advice: &'static str) -> Step<Vec<ByteRange>> {
        if let Some(entry) = entries.iter().find(|entry| entry.method != 0) {
            return Err(ErrorKind::UnsupportedCompression { method: method(entry.method), advice }.into());
        }
        self.data(known, entries)
    }
}

/// Lengths of the name and the extra fields in an entry's own header.
fn lengths(head: &[u8]) -> (u64, u64) {
    let mut fields = Fields(&head[26..]);
    (fields.number(2), fields.number(2))
}

fn disagrees(entry: &Entry) -> crate::Error {
    malformed(FORMAT, format!("what stands before {} is not what the directory says", quoted(&entry.name)))
}

/// The name of a way of packing.
pub(super) fn method(method: u16) -> String {
    match method {
        8 => "Deflate".to_owned(),
        9 => "Deflate64".to_owned(),
        12 => "bzip2".to_owned(),
        14 => "LZMA".to_owned(),
        93 => "Zstandard".to_owned(),
        95 => "xz".to_owned(),
        other => format!("method {other}"),
    }
}
