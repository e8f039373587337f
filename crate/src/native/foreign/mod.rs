/*!
Parquet and Arrow: files of columns, which are read by column and come out as matrices.

A column of lists of one length is a matrix, and so are all columns of numbers together, whichever way they are written
([`Table`]). Columns that the rule for tables of text takes for labels are labels here too.
*/

mod arrow;
mod parquet;

use std::path::Path;

use self::arrow::Arrow;
use self::parquet::Parquet;
use crate::error::{Error, ErrorKind, Result, shown};
use crate::source::{Dtype, ForeignArray, Format, Layout, Looks, Number, Order, labels};

/// Rows from which it is told whether whole numbers are labels.
const SAMPLED: u64 = 1024;

/// Bytes of numbers that are held at a time, about.
const STEP: usize = 1 << 20;

/// What pandas calls a row's number when it has no name. It is no feature and no label.
const INDEX: &str = "__index_level_";

/// What takes numbers, little-endian and dense, in pieces.
type Take<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// The arrays in a file of columns.
///
/// # Errors
///
/// `UnsupportedFormat` for HDF5; `Malformed`, `TruncatedData`, `DamagedStream`, `UnsupportedCompression`, `Unreadable`.
pub(super) fn arrays(path: &Path, format: Format) -> Result<Vec<ForeignArray>> {
    let mut table = open(path, format)?;
    Ok(found(table.as_mut())?.into_iter().map(|found| found.array).collect())
}

/// Makes the numbers of an array: those that `layout` says, which was made of what [`arrays`] had found.
///
/// # Errors
///
/// As [`arrays`]; `NullNumber` and `RaggedList` where a row isn't like the others; `FileChanged`.
pub(super) fn make(path: &Path, format: Format, name: &str, layout: &Layout, write: Take<'_>) -> Result<()> {
    let mut table = open(path, format)?;
    let same = |found: &Found| !found.array.is_label && found.array.name == name && found.array.shape == layout.shape;
    let found = found(table.as_mut())?.into_iter().find(same).ok_or(ErrorKind::FileChanged)?;
    let rows = table.rows();
    let mut written = 0;
    for (column, number) in found.columns {
        let length = found.is_list.then_some(layout.columns);
        let mut wide = Vec::new();
        table.read(&Wanted { column, length, rows }, &mut |bytes| {
            let bytes = if number == layout.dtype.number { bytes } else { widened(bytes, number, &mut wide) };
            written += bytes.len() as u64;
            write(bytes)
        })?;
    }
    if written != layout.number_bytes() {
        let format = if format == Format::Parquet { "a Parquet file" } else { "an Arrow file" };
        return Err(malformed(format, "there are other numbers than its columns promise"));
    }
    Ok(())
}

/// The same numbers as 64-bit floats.
fn widened<'a>(bytes: &[u8], number: Number, wide: &'a mut Vec<u8>) -> &'a [u8] {
    wide.clear();
    wide.extend(decoded(bytes, number).iter().flat_map(|value| value.to_le_bytes()));
    wide
}

fn decoded(bytes: &[u8], number: Number) -> Vec<f64> {
    let mut values = vec![0.0; bytes.len() / number.size()];
    Dtype { number, big_endian: false }.decode(bytes, &mut values, 1);
    values
}

fn open(path: &Path, format: Format) -> Result<Box<dyn Table>> {
    match format {
        Format::Parquet => Ok(Box::new(Parquet::open(path)?)),
        Format::Arrow => Ok(Box::new(Arrow::open(path)?)),
        _ => Err(ErrorKind::UnsupportedFormat {
            format: "an HDF5 file (.h5, or .mat v7.3)",
            advice: "The page reads it; or save the array: np.save('features.npy', h5py.File(path)['features'][:]).",
        }
        .into()),
    }
}

/// A file of columns, however it is written.
trait Table {
    /// The columns, from left to right.
    fn columns(&self) -> &[Column];

    /// How many rows there are.
    fn rows(&self) -> u64;

    /// Numbers in the first row of a column of lists that isn't null; none where there is no such row.
    fn first_length(&mut self, column: usize) -> Result<u64>;

    /// Reads a column from its first row on. A null is NaN in a column of floats, and refused elsewhere.
    fn read(&mut self, wanted: &Wanted, take: Take<'_>) -> Result<()>;
}

/// What is to be read.
struct Wanted {
    column: usize,
    /// Numbers in a row of a column of lists; `None` for a column of numbers.
    length: Option<u64>,
    /// Rows from the first one on.
    rows: u64,
}

/// A column of a file.
struct Column {
    name: String,
    kind: Kind,
}

/// What a column holds.
enum Kind {
    /// A number in each row.
    Number(Number),
    /// A list of numbers in each row.
    List(Number),
    /// What can only be a label, and the name of its type.
    Label(&'static str),
    /// What isn't read, and the name of its type.
    Other(String),
}

/// An array, and the columns that it is made of.
struct Found {
    array: ForeignArray,
    columns: Vec<(usize, Number)>,
    is_list: bool,
}

/// All arrays, with the columns that each is made of.
fn found(table: &mut dyn Table) -> Result<Vec<Found>> {
    let rows = table.rows();
    let is_label = label_columns(table);
    let mut all = Vec::new();
    let mut features = Vec::new();
    for (i, is_label) in is_label.into_iter().enumerate() {
        let Column { name, kind } = &table.columns()[i];
        let array = |shape: Vec<u64>, dtype: &str, is_label| ForeignArray {
            name: name.clone(),
            shape,
            dtype: dtype.to_owned(),
            order: Order::C,
            is_label,
        };
        let (array, number) = match *kind {
            _ if name.starts_with(INDEX) => continue,
            Kind::Number(number) if is_label => (array(vec![rows], number.name(), true), None),
            Kind::Number(number) => {
                features.push((i, number));
                continue;
            }
            Kind::Label(dtype) => (array(vec![rows], dtype, true), None),
            Kind::Other(ref dtype) => (array(vec![rows], dtype, false), None),
            Kind::List(number) => {
                let array = array(Vec::new(), number.name(), false);
                let shape = vec![rows, table.first_length(i)?];
                (ForeignArray { shape, ..array }, Some(number))
            }
        };
        let columns: Vec<_> = number.map(|number| (i, number)).into_iter().collect();
        all.push(Found { array, is_list: !columns.is_empty(), columns });
    }
    all.extend(together(table, features, all.iter().any(|found| found.is_list)));
    Ok(all)
}

/// Columns of numbers, which are one matrix, column after column.
fn together(table: &dyn Table, columns: Vec<(usize, Number)>, among_lists: bool) -> Option<Found> {
    let &(first, number) = columns.first()?;
    let rows = table.rows();
    let (name, shape, number) = match columns.len() {
        1 => (table.columns()[first].name.clone(), vec![rows], number),
        count => {
            let same = columns.iter().all(|&(_, other)| other == number);
            let name = if among_lists { "columns" } else { "" };
            (name.to_owned(), vec![rows, count as u64], if same { number } else { Number::Float64 })
        }
    };
    let array = ForeignArray { name, shape, dtype: number.name().to_owned(), order: Order::F, is_label: false };
    Some(Found { array, columns, is_list: false })
}

/// Which columns of numbers are labels. A column of lists counts as a feature beside them.
fn label_columns(table: &mut dyn Table) -> Vec<bool> {
    let names: Vec<String> = table.columns().iter().map(|column| column.name.clone()).collect();
    let feature = Looks { name: None, named: true, integer: false, whole: false, constant: false, counting: false };
    let of = |(name, column): (&'_ str, &Column)| match column.kind {
        _ if name.starts_with(INDEX) => None,
        Kind::Number(number) => Some(!number.is_float()),
        Kind::List(_) => Some(false),
        _ => None,
    };
    let places: Vec<(usize, bool)> = names
        .iter()
        .zip(table.columns())
        .enumerate()
        .filter_map(|(i, (name, column))| Some((i, of((name, column))?)))
        .collect();
    let mut looks: Vec<Looks<'_>> = Vec::with_capacity(places.len());
    for &(i, integer) in &places {
        let name = Some(names[i].as_str()).filter(|name| !name.is_empty());
        let mut look = Looks { name, integer, whole: true, ..feature };
        // Whether floats are whole matters only where the name is that of a label.
        if !integer {
            let is_number = matches!(table.columns()[i].kind, Kind::Number(_));
            look.whole =
                is_number && labels(&[look, feature])[0] && sample(table, i).is_some_and(|sample| sample.whole);
        }
        looks.push(look);
    }
    let likely = labels(&looks);
    for ((&(i, integer), look), likely) in places.iter().zip(&mut looks).zip(likely) {
        look.constant = likely && integer && sample(table, i).is_none_or(|sample| sample.constant);
    }
    let mut is_label = vec![false; names.len()];
    for (&(i, _), label) in places.iter().zip(labels(&looks)) {
        is_label[i] = label;
    }
    is_label
}

/// What the first rows of a column look like.
struct Sample {
    whole: bool,
    constant: bool,
}

/// Looks at the first rows of a column of numbers. Whatever is wrong with it is told when it is read as a feature.
fn sample(table: &mut dyn Table, column: usize) -> Option<Sample> {
    let Kind::Number(number) = table.columns()[column].kind else { return None };
    let mut bytes = Vec::new();
    let wanted = Wanted { column, length: None, rows: SAMPLED.min(table.rows()) };
    let take = &mut |piece: &[u8]| {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    table.read(&wanted, take).ok()?;
    let values = decoded(&bytes, number);
    let whole = values.iter().all(|value| value.fract() == 0.0);
    Some(Sample { whole, constant: values.windows(2).all(|pair| pair[0] == pair[1]) })
}

/// Where a number stands that a column cannot do without.
fn null(row: u64, column: &str) -> Error {
    ErrorKind::NullNumber { row, column: column.to_owned() }.into()
}

/// A row that has not as many numbers as the first one.
fn ragged(row: u64, column: &str, numbers: u64, expected: u64) -> Error {
    ErrorKind::RaggedList { row, column: column.to_owned(), numbers, expected }.into()
}

/// A file's contradiction with itself.
fn malformed(format: &'static str, problem: &str) -> Error {
    ErrorKind::Malformed { format, problem: shown(problem) }.into()
}

/// NaN as a number of a float's type.
fn nan(number: Number) -> Option<&'static [u8]> {
    match number {
        Number::Float16 => Some(&[0, 0x7e]),
        Number::Float32 => Some(&[0, 0, 0xc0, 0x7f]),
        Number::Float64 => Some(&[0, 0, 0, 0, 0, 0, 0xf8, 0x7f]),
        _ => None,
    }
}
