/*!
From the bytes of files to the rows of a matrix, without any IO.

A file with a fixed layout is described by a [`Layout`]: where each number stands. One or several files (shards)
with equal columns and type make a [`Source`], the whole matrix X of n rows (samples) and d columns (features). Whoever does
the reading, a browser's worker, a native thread or a test, asks a [`Layout`] for the byte ranges of any block of rows and
columns, reads them as it can, and hands the bytes to [`Layout::decode`].

```
use eigenscope::source::{Head, Source};

# fn main() -> eigenscope::Result<()> {
let mut file = b"\x93NUMPY\x01\x00\x48\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }            \n".to_vec();
file.extend([0u8; 24]);
let source = Source::open(&[Head { name: "features.npy", size: file.len() as u64, start: &file }])?;
assert_eq!((source.n, source.d), (2, 3));
# Ok(())
# }
```
*/

mod dtype;
mod layout;
mod npy;
mod sniff;

pub use dtype::{Dtype, Number};
pub use layout::{Axis, Block, ByteRange, Destination, Layout, Order};

use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result, group};

/// How many leading bytes of a file are needed to know what it is: the longest header that is accepted, and its preamble.
pub const HEAD_BYTES: u64 = npy::MAX_HEADER_BYTES + npy::MAX_PREAMBLE_BYTES;

/// The start of a file, as the reader hands it over.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The file's name, without folders.
    pub name: &'a str,
    /// Size of the whole file in bytes.
    pub size: u64,
    /// The first [`HEAD_BYTES`] bytes, or all of a shorter file.
    pub start: &'a [u8],
}

/// One file of a [`Source`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    /// The file's name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Index of its first row in the whole matrix.
    pub first_row: u64,
    /// Where its numbers stand.
    pub layout: Layout,
}

/// A whole matrix: n rows (samples) and d columns (features), from one file or several.
///
/// A `Source` that exists has been checked: n ≥ 2, d ≥ 1, every byte that a layout points to exists, and the shards agree in columns and type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The files, in the order of their rows.
    pub shards: Vec<Shard>,
    /// Number of rows (samples).
    pub n: u64,
    /// Number of columns (features).
    pub d: u64,
}

impl Source {
    /// Reads the headers of one or several files and checks that they make one matrix.
    ///
    /// # Errors
    ///
    /// Every refusal of a file (see [`ErrorKind`]), with that file's name; `ShardsDiffer` where files don't fit together;
    /// `TooFewRows` where there is no second row.
    pub fn open(files: &[Head<'_>]) -> Result<Source> {
        let mut shards: Vec<Shard> = Vec::with_capacity(files.len());
        let mut n = 0u64;
        for file in files {
            let layout = read_head(file).map_err(|error| error.in_file(file.name))?;
            if let Some(first) = shards.first() {
                compare(first, &layout).map_err(|error| error.in_file(file.name))?;
            }
            let first_row = n;
            n = n.checked_add(layout.rows).ok_or(ErrorKind::ShapeOverflow)?;
            shards.push(Shard { name: file.name.to_owned(), bytes: file.size, first_row, layout });
        }
        let Some(first) = shards.first() else {
            return Err(ErrorKind::Internal { problem: "no file was given" }.into());
        };
        if n < 2 {
            return Err(crate::Error::from(ErrorKind::TooFewRows { rows: n }).in_file(&first.name));
        }
        let d = first.layout.columns;
        Ok(Source { shards, n, d })
    }

    /// The number type of all shards.
    pub fn dtype(&self) -> Dtype {
        self.shards[0].layout.dtype
    }

    /// Memory order of all shards.
    pub fn order(&self) -> Order {
        self.shards[0].layout.order
    }

    /// The name of the whole: the file's own, or the first file's and how many more.
    pub fn name(&self) -> String {
        match self.shards.len() {
            1 => self.shards[0].name.clone(),
            2 => format!("{} and 1 more", self.shards[0].name),
            many => format!("{} and {} more", self.shards[0].name, many - 1),
        }
    }

    /// Bytes of all numbers.
    pub fn data_bytes(&self) -> u64 {
        self.n * self.d * self.dtype().size() as u64
    }
}

/// What a file is, and where its numbers stand.
fn read_head(file: &Head<'_>) -> Result<Layout> {
    if file.size == 0 {
        return Err(ErrorKind::EmptyFile.into());
    }
    sniff::recognise(file.start)?;
    npy::layout(file.start, file.size)
}

/// Whether a further shard continues the first.
fn compare(first: &Shard, layout: &Layout) -> Result<()> {
    let difference = if layout.columns != first.layout.columns {
        format!("it has {} columns instead of {}", group(layout.columns), group(first.layout.columns))
    } else if layout.dtype != first.layout.dtype {
        let name = |layout: &Layout| match (layout.dtype.number.name(), layout.dtype.big_endian) {
            (name, false) => name.to_owned(),
            (name, true) => format!("big-endian {name}"),
        };
        format!("its type is {} instead of {}", name(layout), name(&first.layout))
    } else if layout.order != first.layout.order {
        format!("its memory order is {} instead of {}", layout.order.name(), first.layout.order.name())
    } else {
        return Ok(());
    };
    Err(ErrorKind::ShardsDiffer { first: first.name.clone(), difference }.into())
}

/// Compares file names as people do: runs of digits by their value, so that part2 comes before part10.
pub fn natural_order(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a.first(), b.first()) {
            (None, None) => return std::cmp::Ordering::Equal,
            (None, _) => return std::cmp::Ordering::Less,
            (_, None) => return std::cmp::Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (left, rest_a) = digits(a);
                let (right, rest_b) = digits(b);
                let order = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
                if order.is_ne() {
                    return order;
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) => {
                let order = x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase());
                if order.is_ne() {
                    return order;
                }
                (a, b) = (&a[1..], &b[1..]);
            }
        }
    }
}

/// The leading digits without leading zeros, and what follows them.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let zeros = text[..end].iter().position(|&byte| byte != b'0').unwrap_or(end);
    (&text[zeros..end], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_two_comes_before_part_ten() {
        let mut names = ["part10.npy", "Part2.npy", "part1.npy", "part002b.npy", "part"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["part", "part1.npy", "Part2.npy", "part002b.npy", "part10.npy"]);
    }
}
