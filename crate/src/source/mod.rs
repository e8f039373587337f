/*!
From the bytes of files to the rows of a matrix, without any IO.

An [`Opener`] finds out what is in a file: its [`Contents`], arrays by name. One of them is the features. Where its numbers stand is a [`Layout`], of the file or
of what had to be unpacked first; one or several of those (shards) with equal columns and type make a [`Source`], the whole matrix X of n rows (samples)
and d columns (features). Whoever does the reading, a browser's worker, a native thread or a test, asks a [`Layout`] for the byte ranges of any
block of rows and columns, reads them as it can, and hands the bytes to [`Layout::decode`].
*/

#[cfg_attr(not(feature = "readers"), allow(dead_code, reason = "the readers use all of it"))]
mod contents;
mod dtype;
#[cfg(feature = "readers")]
mod foreign;
#[cfg(feature = "readers")]
mod grouping;
#[cfg(feature = "readers")]
mod inflate;
#[cfg_attr(not(feature = "readers"), allow(dead_code, reason = "the readers use all of it"))]
mod known;
#[cfg_attr(not(feature = "readers"), allow(dead_code, reason = "the readers use all of it"))]
mod layout;
#[cfg(feature = "readers")]
mod lines;
#[cfg(feature = "readers")]
mod loader;
#[cfg(feature = "readers")]
mod mat;
mod npy;
#[cfg(feature = "readers")]
mod npz;
mod opener;
#[cfg(feature = "readers")]
mod pickle;
#[cfg(feature = "readers")]
mod safetensors;
mod select;
#[cfg(feature = "readers")]
mod sniff;
#[cfg(feature = "readers")]
mod stacked;
#[cfg(feature = "readers")]
mod table;
#[cfg(feature = "readers")]
mod tensors;
#[cfg(feature = "readers")]
mod text;
#[cfg(feature = "readers")]
mod torch;
#[cfg(feature = "readers")]
mod unread;
#[cfg(feature = "readers")]
mod vectors;
#[cfg(feature = "readers")]
mod zip;

pub use contents::{Array, Contents, Form, Format, Labels};
pub use dtype::{Dtype, Number};
#[cfg(feature = "readers")]
pub use grouping::{Grouping, Named, group_files};
pub use known::{Packing, Want};
pub use layout::{Axis, Block, ByteRange, Destination, Layout, Order};
pub use opener::Opener;
pub use select::{Opened, Selected};
#[cfg(feature = "readers")]
pub use {
    contents::Packed,
    foreign::{Foreign, ForeignArray, ForeignFacts, wanted},
    inflate::Inflater,
    select::{Unpacked, Unpacking},
    stacked::Pieces,
    text::{Seen, Text, TextReader},
};

use serde::{Deserialize, Serialize};

#[cfg(feature = "readers")]
use crate::error::shown;
use crate::error::{Error, ErrorKind, Result, group};

/// A file that the numbers are of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Name without folders.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
}

/// Some consecutive rows of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    /// Which of the things that are read holds them: the files in their order, and after them what was unpacked.
    pub at: usize,
    /// Index of the first row in the whole matrix.
    pub first_row: u64,
    /// Where the numbers stand.
    pub layout: Layout,
}

/// The features of one file.
#[derive(Clone, Debug)]
pub struct Part {
    /// The file's name, without folders.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Where its rows stand, in their order: what is read, counted as in [`Shard::at`], and the layout in it.
    pub pieces: Vec<(usize, Layout)>,
}

/// A whole matrix: n rows (samples) and d columns (features), from one file or several.
///
/// A `Source` that exists has been checked: n ≥ 2, d ≥ 1, every byte that a layout points to exists, and the shards agree in columns and type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// How the files are written.
    pub format: Format,
    /// The name of the array in them; empty where it is all there is.
    pub array: String,
    /// Which columns of a table the features are, for people; empty where an array is all there is.
    pub columns: String,
    /// Python that defines `load(name)`, which gives the array of a file as it was read here; empty where that is np.load.
    pub loader: String,
    /// What stands beside the features in the first file, and takes no part: labels, and columns that hold no numbers.
    pub labels: Vec<Labels>,
    /// The files, in the order of their rows.
    pub files: Vec<FileFacts>,
    /// The rows, in their order.
    pub shards: Vec<Shard>,
    /// Number of rows (samples).
    pub n: u64,
    /// Number of columns (features).
    pub d: u64,
}

impl Source {
    /// Puts the features of one or several files together as one matrix.
    ///
    /// # Errors
    ///
    /// `NotAMatrix` where an array has fewer than two axes; `ShardsDiffer` where files don't fit together; `TooFewRows` where there is no second row.
    pub fn new(format: Format, array: &str, labels: Vec<Labels>, parts: Vec<Part>) -> Result<Source> {
        let mut files: Vec<FileFacts> = Vec::with_capacity(parts.len());
        let mut shards: Vec<Shard> = Vec::with_capacity(parts.len());
        let mut n = 0u64;
        for Part { name, bytes, pieces } in parts {
            let first_row = n;
            for (at, layout) in pieces {
                if layout.is_complex() {
                    return Err(Error::from(ErrorKind::UnsupportedDtype { descr: layout.type_name().to_owned() })
                        .in_file(&name));
                }
                if layout.shape.len() < 2 {
                    return Err(Error::from(ErrorKind::NotAMatrix { axes: layout.shape.len() }).in_file(&name));
                }
                if let Some(first) = shards.first() {
                    let first_name = files.first().map_or(&name, |file| &file.name);
                    compare(first_name, &first.layout, &layout).map_err(|error| error.in_file(&name))?;
                }
                let first_row = n;
                n = n.checked_add(layout.rows).ok_or(ErrorKind::ShapeOverflow)?;
                shards.push(Shard { at, first_row, layout });
            }
            files.push(FileFacts { name, bytes, rows: n - first_row });
        }
        let Some(first) = shards.first() else {
            return Err(ErrorKind::Internal { problem: "no file was given" }.into());
        };
        if n < 2 {
            return Err(Error::from(ErrorKind::TooFewRows { rows: n }).in_file(&files[0].name));
        }
        let d = first.layout.columns;
        Ok(Source {
            format,
            array: array.to_owned(),
            columns: String::new(),
            loader: String::new(),
            labels,
            files,
            shards,
            n,
            d,
        })
    }

    /// The number type of all shards.
    pub fn dtype(&self) -> Dtype {
        self.shards[0].layout.dtype
    }

    /// Memory order of all shards.
    pub fn order(&self) -> Order {
        self.shards[0].layout.order
    }

    /// The first shard's own shape; of an array that comes in pieces, that of the whole.
    pub fn shape(&self) -> Vec<u64> {
        let mut shape = self.shards[0].layout.shape.clone();
        if let (Some(rows), Some(file)) = (shape.first_mut(), self.files.first()) {
            *rows = file.rows;
        }
        shape
    }

    /// The name of the whole: the file's own, or the first file's and how many more.
    pub fn name(&self) -> String {
        name_of(&self.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>())
    }

    /// Bytes of all numbers.
    pub fn data_bytes(&self) -> u64 {
        self.n * self.d * self.dtype().size() as u64
    }
}

/// The name of a whole that is made of files.
pub(crate) fn name_of(files: &[&str]) -> String {
    match files {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, _] => format!("{first} and 1 more"),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

/// The names of columns, from the first to the last.
#[cfg(feature = "readers")]
fn span(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [first, .., last] if names.len() > 3 => {
            format!("{}…{} ({} columns)", shown(first), shown(last), group(names.len() as u64))
        }
        names => names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", "),
    }
}

/// Whether a further shard continues the first.
fn compare(name: &str, first: &Layout, layout: &Layout) -> Result<()> {
    let difference = if layout.columns != first.columns {
        format!("it has {} columns instead of {}", group(layout.columns), group(first.columns))
    } else if layout.dtype != first.dtype {
        let name = |layout: &Layout| match (layout.dtype.number.name(), layout.dtype.big_endian) {
            (name, false) => name.to_owned(),
            (name, true) => format!("big-endian {name}"),
        };
        format!("its type is {} instead of {}", name(layout), name(first))
    } else if layout.order != first.order {
        format!("its memory order is {} instead of {}", layout.order.name(), first.order.name())
    } else {
        return Ok(());
    };
    Err(ErrorKind::ShardsDiffer { first: name.to_owned(), difference }.into())
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
