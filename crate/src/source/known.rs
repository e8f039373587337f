/*!
What of a file has been seen so far.

A parser is an ordinary function of a [`Known`] file. Where it needs bytes that nobody has read yet it stops and says which; whoever has the file reads
them, and the parser starts again from the beginning, with more to see. Headers are small, so that costs nothing, and no parser has to know how
files are read.
*/

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ByteRange;
use crate::error::{Error, ErrorKind, Result};

/// All that is read of a file before its numbers are stays within this.
const MOST_BYTES: u64 = 64 << 20;

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// RFC 1951, as in zip archives.
    Deflate,
    /// The same with a header and a checksum, RFC 1950.
    Zlib,
}

/// Bytes that a parser wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// Where they stand.
    pub range: ByteRange,
    /// How they are packed, and how many unpacked bytes are enough; `None` where they are wanted as they are.
    pub unpack: Option<(Packing, u64)>,
}

/// Why a parser stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// It has to see these first.
    Wants(Vec<Want>),
    /// The file is refused.
    Refused(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Refused(error)
    }
}

impl From<ErrorKind> for Stop {
    fn from(kind: ErrorKind) -> Stop {
        Stop::Refused(kind.into())
    }
}

/// What a parser comes to.
pub(super) type Step<T> = std::result::Result<T, Stop>;

/// A file, as far as it was read.
#[derive(Debug)]
pub(super) struct Known {
    /// Bytes of the whole file.
    pub size: u64,
    /// What was read as it is, by where it begins.
    seen: BTreeMap<u64, Vec<u8>>,
    /// Where the longer pieces of it begin: a piece that is wanted may lie in one of them.
    long: Vec<u64>,
    /// What was unpacked, by where it is packed.
    unpacked: BTreeMap<(u64, u64), (Want, Vec<u8>)>,
    total: u64,
}

/// From this length on a piece is a long one. There are few, since all together have a limit.
const LONG: usize = 32 << 10;

impl Known {
    pub fn new(size: u64) -> Known {
        Known { size, seen: BTreeMap::new(), long: Vec::new(), unpacked: BTreeMap::new(), total: 0 }
    }

    /// Takes bytes that were wanted.
    ///
    /// # Errors
    ///
    /// `FileChanged` where there are not as many as asked for.
    pub fn add(&mut self, want: Want, bytes: Vec<u8>) -> Result<()> {
        let enough = match want.unpack {
            None => bytes.len() as u64 == want.range.length,
            // What is packed may be shorter than a parser can know.
            Some((_, most)) => bytes.len() as u64 <= most,
        };
        if !enough {
            return Err(ErrorKind::FileChanged.into());
        }
        self.total += bytes.len() as u64;
        let ByteRange { offset, length } = want.range;
        if want.unpack.is_some() {
            self.unpacked.insert((offset, length), (want, bytes));
        } else if self.seen.get(&offset).is_none_or(|seen| seen.len() < bytes.len()) {
            if bytes.len() >= LONG && !self.long.contains(&offset) {
                self.long.push(offset);
            }
            self.seen.insert(offset, bytes);
        }
        Ok(())
    }

    /// Bytes `offset..offset + length` of the file, all of which must lie in it.
    pub fn get(&self, offset: u64, length: u64) -> Step<&[u8]> {
        self.find(offset, length).ok_or_else(|| self.wants(&[(offset, length)]))
    }

    /// Stops unless all of these ranges are there: what is wanted of many places is read at once.
    pub fn need(&self, ranges: &[(u64, u64)]) -> Step<()> {
        let missing: Vec<_> =
            ranges.iter().copied().filter(|&(offset, length)| self.find(offset, length).is_none()).collect();
        if missing.is_empty() { Ok(()) } else { Err(self.wants(&missing)) }
    }

    /// The first bytes, as many as `most`, or all of a shorter file.
    pub fn start(&self, most: u64) -> Step<&[u8]> {
        self.get(0, self.size.min(most))
    }

    /// The last bytes, as many as `most`, or all of a shorter file.
    pub fn end(&self, most: u64) -> Step<&[u8]> {
        let length = self.size.min(most);
        self.get(self.size - length, length)
    }

    /// The first bytes of what a range unpacks to: as many as `most`, or all where that is shorter.
    pub fn unpacked(&self, range: ByteRange, packing: Packing, most: u64) -> Step<&[u8]> {
        let want = Want { range, unpack: Some((packing, most)) };
        match self.find_unpacked(want) {
            Some(bytes) => Ok(&bytes[..bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX))]),
            None => Err(self.within_limit(vec![want], most)),
        }
    }

    /// Stops unless the first bytes of all that these ranges unpack to are there.
    pub fn need_unpacked(&self, packing: Packing, starts: &[(ByteRange, u64)]) -> Step<()> {
        let want = |&(range, most): &(ByteRange, u64)| Want { range, unpack: Some((packing, most)) };
        let missing: Vec<Want> = starts.iter().map(want).filter(|&want| self.find_unpacked(want).is_none()).collect();
        let bytes = starts.iter().map(|&(_, most)| most).fold(0, u64::saturating_add);
        if missing.is_empty() { Ok(()) } else { Err(self.within_limit(missing, bytes)) }
    }

    fn find_unpacked(&self, want: Want) -> Option<&[u8]> {
        let (seen, bytes) = self.unpacked.get(&(want.range.offset, want.range.length))?;
        let ((packing, most), (wanted, enough)) = (seen.unpack?, want.unpack?);
        (packing == wanted && most >= enough).then_some(bytes)
    }

    fn find(&self, offset: u64, length: u64) -> Option<&[u8]> {
        let nearest = self.seen.range(..=offset).next_back().map(|(&begin, _)| begin);
        nearest.into_iter().chain(self.long.iter().copied()).find_map(|begin| {
            let start = usize::try_from(offset.checked_sub(begin)?).ok()?;
            self.seen.get(&begin)?.get(start..start.checked_add(usize::try_from(length).ok()?)?)
        })
    }

    fn wants(&self, ranges: &[(u64, u64)]) -> Stop {
        let inside = |&(offset, length): &(u64, u64)| offset.checked_add(length).is_some_and(|end| end <= self.size);
        if !ranges.iter().all(inside) {
            return ErrorKind::Internal { problem: "bytes past the end of a file were asked for" }.into();
        }
        let wants = ranges.iter().map(|&(offset, length)| Want { range: ByteRange { offset, length }, unpack: None });
        self.within_limit(wants.collect(), ranges.iter().map(|&(_, length)| length).fold(0, u64::saturating_add))
    }

    fn within_limit(&self, wants: Vec<Want>, bytes: u64) -> Stop {
        let total = self.total.saturating_add(bytes);
        if total > MOST_BYTES {
            return ErrorKind::HeaderTooLong { format: "file's", length: total, limit: MOST_BYTES }.into();
        }
        Stop::Wants(wants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_not_wanted_again() {
        let mut known = Known::new(100);
        let Err(Stop::Wants(wants)) = known.get(10, 20) else { panic!("nothing was read yet") };
        assert_eq!(wants, [Want { range: ByteRange { offset: 10, length: 20 }, unpack: None }]);
        known.add(wants[0], (10..30).collect()).unwrap();
        assert_eq!(known.get(12, 3).unwrap(), [12, 13, 14]);
        assert!(matches!(known.get(29, 2), Err(Stop::Wants(_))));
        assert!(matches!(known.get(99, 2), Err(Stop::Refused(_))));
    }

    #[test]
    fn fewer_bytes_than_asked_for_are_a_changed_file() {
        let want = Want { range: ByteRange { offset: 0, length: 4 }, unpack: None };
        assert_eq!(Known::new(9).add(want, vec![1, 2, 3]).unwrap_err().code(), "file_changed");
    }
}
