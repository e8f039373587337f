/*!
Parquet and Arrow: files of columns, which are read by column and come out as matrices.

A column of lists of one length is a matrix, and so are all columns of numbers together, whichever way they are written
([`Table`]). What becomes of the columns is decided where all formats of this kind come together ([`Contents::of_foreign`]).
*/

mod arrow;
mod parquet;

use std::path::Path;

use self::arrow::Arrow;
use self::parquet::Parquet;
use crate::error::{Error, ErrorKind, Result, shown};
use crate::source::{Contents, Dtype, Foreign, ForeignArray, ForeignFacts, Format, Number, Order, wanted};

/// Rows of text that are looked at for numbers.
const TEXTS: u64 = 1000;

/// Bytes of numbers that are held at a time, about.
const STEP: usize = 1 << 20;

/// What takes numbers, little-endian and dense, in pieces.
type Take<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// What is in a file of columns.
///
/// # Errors
///
/// `UnsupportedFormat` for HDF5; `Malformed`, `TruncatedData`, `DamagedStream`, `UnsupportedCompression`, `Unreadable`.
pub(super) fn contents(path: &Path, format: Format) -> Result<Contents> {
    let mut table = open(path, format)?;
    let arrays = arrays(table.as_mut())?;
    let facts: Vec<ForeignFacts> =
        wanted(&arrays).into_iter().filter_map(|place| look(table.as_mut(), place)).collect();
    Ok(Contents::of_foreign(format, arrays, &facts, 0))
}

/// Makes the numbers of a matrix.
///
/// # Errors
///
/// As [`contents`]; `NullNumber` and `RaggedList` where a row isn't like the others; `FileChanged`.
pub(super) fn make(path: &Path, format: Format, of: &Foreign, write: Take<'_>) -> Result<()> {
    let mut table = open(path, format)?;
    let rows = table.rows();
    let mut written = 0;
    let to = of.layout.dtype.number;
    for &column in &of.places {
        let kind = table.columns().get(column).map(|column| &column.kind);
        let (number, length) = match kind {
            Some(&Kind::Number(number)) => (number, None),
            Some(&Kind::List(number)) => (number, Some(of.layout.columns)),
            _ => return Err(ErrorKind::FileChanged.into()),
        };
        let mut wide = Vec::new();
        table.read(&Wanted { column, length, rows }, &mut |bytes| {
            let bytes = if number == to { bytes } else { widened(bytes, number, &mut wide) };
            written += bytes.len() as u64;
            write(bytes)
        })?;
    }
    if written != of.layout.number_bytes() {
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

    /// Gives the first texts of a column of text, those that are there.
    fn texts(&mut self, column: usize, most: u64, take: &mut dyn FnMut(&[u8])) -> Result<()>;

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
    /// Text.
    Text,
    /// What isn't read, and the name of its type.
    Other(String),
}

/// The columns, as arrays.
fn arrays(table: &mut dyn Table) -> Result<Vec<ForeignArray>> {
    let rows = table.rows();
    let mut all = Vec::with_capacity(table.columns().len());
    for i in 0..table.columns().len() {
        let Column { name, kind } = &table.columns()[i];
        let (name, dtype, is_column) = match kind {
            Kind::Number(number) => (name.clone(), number.name().to_owned(), true),
            Kind::List(number) => (name.clone(), number.name().to_owned(), false),
            Kind::Text => (name.clone(), "text".to_owned(), true),
            Kind::Other(dtype) => (name.clone(), dtype.clone(), true),
        };
        let shape = if is_column { vec![rows] } else { vec![rows, table.first_length(i)?] };
        all.push(ForeignArray { name, shape, dtype, order: Order::C, is_column });
    }
    Ok(all)
}

/// Looks at all rows of a column of numbers, and at the first ones of a column of text. Whatever is wrong with it is told when it is read as a
/// feature.
fn look(table: &mut dyn Table, place: usize) -> Option<ForeignFacts> {
    let mut facts = ForeignFacts::of(place);
    if let Kind::Text = table.columns()[place].kind {
        table.texts(place, TEXTS, &mut |text| facts.text(text)).ok()?;
        return Some(facts);
    }
    let Kind::Number(number) = table.columns()[place].kind else { return None };
    let wanted = Wanted { column: place, length: None, rows: table.rows() };
    let take = &mut |bytes: &[u8]| {
        decoded(bytes, number).into_iter().for_each(|value| facts.number(value));
        Ok(())
    };
    // Up to the first number that is missing where there must be one.
    table.read(&wanted, take).ok();
    Some(facts)
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
