/*!
What somebody else's library has found in a file: arrays, and columns of a table that together are one matrix.

The library says what is there, and looks at those columns that the rule for labels asks about ([`wanted`]); what becomes of
them is decided here, for all such formats and for all parts of a matrix together.
*/

use serde::{Deserialize, Serialize};

use super::contents::{Array, Contents, Form, Format, Labels, unsupported};
use super::table::{Facts, Looks, is_name_of_label, labels, matched, numbered};
use super::{ByteRange, Dtype, Layout, Number, Opened, Order, span};
use crate::error::{Error, ErrorKind, Result};

/// What pandas calls a row's number when it has no name. It is no feature and no label.
const INDEX: &str = "__index_level_";

/// Rows of a group are put side by side where they take no more bytes than this. Larger ones come column by column.
const TOGETHER_BYTES: u64 = 256 << 20;

/// Longer vectors are not looked at for labels.
const MOST_LABELS: u64 = 1 << 22;

/// An array that somebody else's library has found in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignArray {
    /// Its name, or the path to it; empty where it is all there is.
    pub name: String,
    /// Its shape.
    pub shape: Vec<u64>,
    /// NumPy's name of the type of its numbers; the name of any other type where they cannot be read, "text" for text.
    pub dtype: String,
    /// The order that its numbers will be made in.
    pub order: Order,
    /// Whether it is a column of a table, with one value a row. All columns of numbers are one matrix.
    pub is_column: bool,
}

/// What a library has seen of a column that was [`wanted`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignFacts {
    /// Its place among the arrays.
    pub place: usize,
    /// Values that are numbers, or of text could be.
    pub numbers: f64,
    /// Those of text that are not written as whole numbers.
    pub points: f64,
    /// Values that are neither numbers nor missing.
    pub others: f64,
    /// Whether all numbers are whole.
    pub whole: bool,
    /// The least number.
    pub least: f64,
    /// The greatest number.
    pub most: f64,
}

impl ForeignFacts {
    /// Before the first value of an array.
    pub fn of(place: usize) -> ForeignFacts {
        let (least, most) = (f64::INFINITY, f64::NEG_INFINITY);
        ForeignFacts { place, numbers: 0.0, points: 0.0, others: 0.0, whole: true, least, most }
    }

    /// Takes a number.
    pub fn number(&mut self, value: f64) {
        self.numbers += 1.0;
        if value.is_nan() {
            return;
        }
        self.whole &= value.fract() == 0.0;
        self.least = self.least.min(value);
        self.most = self.most.max(value);
    }

    /// Takes a text.
    pub fn text(&mut self, text: &[u8]) {
        match super::table::number_of(text) {
            Some((_, is_whole)) => {
                self.numbers += 1.0;
                self.points += f64::from(u8::from(!is_whole));
            }
            None => self.others += 1.0,
        }
    }
}

/// Which arrays of a file make a matrix, and where its numbers stand in what is made of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// Their places among the arrays that were found, in the order of the matrix's columns.
    pub places: Vec<usize>,
    /// The names of the columns, for people.
    pub columns: String,
    /// Where the numbers stand.
    pub layout: Layout,
}

/// The columns of a table that are numbers.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    columns: Vec<Column>,
    rows: u64,
    /// Rows of the largest group, which are put side by side; 0 where columns come one after another.
    together: u64,
    /// What the matrix is called.
    name: String,
    /// Columns of lists, which count as features beside the others.
    lists: usize,
}

#[derive(Clone, Debug)]
struct Column {
    place: usize,
    name: String,
    dtype: String,
    /// What was seen of it, if it was looked at.
    facts: Option<Facts>,
}

impl Column {
    fn is_float(&self) -> bool {
        Number::named(&self.dtype).is_some_and(Number::is_float)
    }

    /// Text counts for nothing here, but may hold numbers.
    fn is_number(&self) -> bool {
        Number::named(&self.dtype).is_some()
    }
}

/// Which arrays, by their places, have to be looked at before it is known what becomes of them.
pub fn wanted(found: &[ForeignArray]) -> Vec<usize> {
    let columns = columns_of(found);
    let lists = lists_of(found);
    let numbers: Vec<&Column> = columns.iter().filter(|column| column.is_number()).collect();
    let looks: Vec<Looks<'_>> = numbers.iter().map(|column| looks(column)).chain(features(lists)).collect();
    let likely = super::table::wanted(&looks);
    let mut places: Vec<usize> =
        numbers.iter().zip(likely).filter(|(_, likely)| *likely).map(|(column, _)| column.place).collect();
    // Text beside several columns of numbers may be numbers that were saved as text.
    if lists == 0 && numbers.iter().filter(|column| column.is_float()).count() > 1 {
        places.extend(columns.iter().filter(|column| column.dtype == "text").map(|column| column.place));
    }
    places.extend(vectors_of_labels(found));
    places.sort_unstable();
    places
}

/// Vectors of floats that are called labels, beside a matrix: MATLAB's numbers are all floats.
fn vectors_of_labels(found: &[ForeignArray]) -> Vec<usize> {
    let long = |array: &ForeignArray| array.shape.iter().filter(|&&axis| axis != 1).count();
    let number = |array: &ForeignArray| Number::named(&array.dtype);
    if !found.iter().any(|array| !array.is_column && number(array).is_some() && long(array) > 1) {
        return Vec::new();
    }
    let is_label = |array: &ForeignArray| {
        let length = array.shape.iter().copied().max().unwrap_or(0);
        let last = array.name.rsplit(['.', '/']).next().unwrap_or_default();
        let is_vector = !array.is_column && long(array) == 1 && (2..=MOST_LABELS).contains(&length);
        is_vector && number(array).is_some_and(Number::is_float) && is_name_of_label(last)
    };
    (0..found.len()).filter(|&place| is_label(&found[place])).collect()
}

fn columns_of(found: &[ForeignArray]) -> Vec<Column> {
    let of = |(place, array): (usize, &ForeignArray)| {
        let is_index = array.name.starts_with(INDEX);
        (array.is_column && !is_index).then(|| Column {
            place,
            name: array.name.clone(),
            dtype: array.dtype.clone(),
            facts: None,
        })
    };
    found.iter().enumerate().filter_map(of).collect()
}

/// Columns with several numbers a row.
fn lists_of(found: &[ForeignArray]) -> usize {
    found.iter().filter(|array| !array.is_column && Number::named(&array.dtype).is_some()).count()
}

/// What a column looks like to the rule for labels. One that was not looked at has nothing to show.
fn looks(column: &Column) -> Looks<'_> {
    let integer = !column.is_float();
    let whole = column.facts.as_ref().map_or(integer, |facts| integer || facts.is_whole());
    Looks {
        name: Some(column.name.as_str()).filter(|name| !name.is_empty()),
        named: true,
        integer,
        whole,
        constant: column.facts.as_ref().is_some_and(Facts::is_constant),
        counting: false,
    }
}

/// So many features beside the columns.
fn features<'a>(count: usize) -> impl Iterator<Item = Looks<'a>> {
    let feature = Looks { name: None, named: false, integer: false, whole: false, constant: false, counting: false };
    std::iter::repeat_n(feature, count)
}

impl Contents {
    /// Of a file that somebody else's library reads, which has found these arrays, and seen this of those that were [`wanted`]. `together` is
    /// how many rows of a table it can put side by side at once; 0 where it makes one column after another.
    pub fn of_foreign(format: Format, found: Vec<ForeignArray>, facts: &[ForeignFacts], together: u64) -> Contents {
        let seen = |place: usize| facts.iter().find(|facts| facts.place == place);
        let mut columns = columns_of(&found);
        for column in &mut columns {
            column.facts = seen(column.place).map(known);
        }
        let lists = lists_of(&found);
        // What is no number is an array only where there is nothing else to be refused.
        let has_numbers = lists > 0 || columns.iter().any(Column::is_number);
        let mut arrays = Vec::new();
        let mut beside = Vec::new();
        for (place, array) in found.iter().enumerate() {
            if array.name.starts_with(INDEX) && array.is_column {
                beside.push(Labels { name: array.name.clone(), dtype: array.dtype.clone() });
                continue;
            }
            let is_number = Number::named(&array.dtype).is_some();
            let is_label = !array.is_column && seen(place).is_some_and(|facts| facts.whole);
            if is_label || array.is_column && !is_number {
                beside.push(Labels { name: array.name.clone(), dtype: array.dtype.clone() });
            }
            let is_beside = array.is_column && (is_number || has_numbers || array.dtype == "text");
            if !(is_label || is_beside) {
                arrays.push(alone(format, array.clone(), place));
            }
        }
        let rows = found.iter().find(|array| array.is_column).and_then(|array| array.shape.first()).copied();
        let is_taken = arrays.iter().any(|array| array.name == "columns");
        let name = match (lists, is_taken) {
            (0, _) => "",
            (_, false) => "columns",
            (_, true) => "(columns)",
        };
        let columns = Columns { columns, rows: rows.unwrap_or(0), together, name: name.to_owned(), lists };
        let mut contents = Contents { labels: beside, ..Contents::new(format, arrays) };
        let labels = columns.labels();
        contents.columns = Some(columns);
        contents.compose(&labels);
        contents
    }

    /// Adds the matrix of all columns that are not labels, and removes the previous one.
    fn compose(&mut self, is_label: &[bool]) {
        let Some(columns) = self.columns.take() else { return };
        let own = |array: &Array| matches!(&array.form, Ok(Form::Foreign(foreign)) if columns.holds(foreign));
        self.arrays.retain(|array| !own(array) && !matches!(&array.form, Err(error) if is_of_columns(error)));
        let numbers = || columns.columns.iter().filter(|column| column.is_number());
        self.labels.retain(|label| !numbers().any(|column| column.name == label.name));
        let named = numbers().zip(is_label).filter(|(_, label)| **label);
        let named = named.map(|(column, _)| Labels { name: column.name.clone(), dtype: column.dtype.clone() });
        self.labels = named.chain(std::mem::take(&mut self.labels)).collect();
        let features: Vec<&Column> =
            numbers().zip(is_label).filter(|(_, label)| !**label).map(|(column, _)| column).collect();
        self.arrays.extend(columns.matrix(&features));
        let arrays = std::mem::take(&mut self.arrays);
        self.arrays = Contents::new(self.format, arrays).arrays;
        self.columns = Some(columns);
    }
}

/// Whether an error is that of columns that were to be numbers.
fn is_of_columns(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotNumbers { .. })
}

/// What was seen of a column, in the words of the rule for labels.
fn known(seen: &ForeignFacts) -> Facts {
    let mut facts = Facts::NONE;
    facts.numbers = seen.numbers as u64;
    facts.floats = seen.points as u64;
    facts.texts = seen.others as u64;
    facts.whole = seen.whole;
    (facts.least, facts.most) = (seen.least, seen.most);
    facts
}

impl Columns {
    /// Which columns of numbers are labels, in their order.
    fn labels(&self) -> Vec<bool> {
        let numbers = self.columns.iter().filter(|column| column.is_number());
        let looks: Vec<Looks<'_>> = numbers.map(looks).chain(features(self.lists)).collect();
        labels(&looks)
    }

    /// Whether the arrays that a form reads are these columns.
    fn holds(&self, foreign: &Foreign) -> bool {
        foreign.places.iter().all(|place| self.columns.iter().any(|column| column.place == *place))
    }

    /// The matrix of some columns; of a single one, its vector.
    fn matrix(&self, features: &[&Column]) -> Option<Array> {
        let first = features.first()?;
        let same = features.iter().all(|column| column.dtype == first.dtype);
        let number = Number::named(&first.dtype).filter(|_| same).unwrap_or(Number::Float64);
        let (name, shape) = match features.len() {
            1 => (first.name.clone(), vec![self.rows]),
            count => (self.name.clone(), vec![self.rows, count as u64]),
        };
        let side_by_side = (features.len() as u64).saturating_mul(self.together).saturating_mul(number.size() as u64);
        let order = if self.together > 0 && side_by_side <= TOGETHER_BYTES || features.len() == 1 {
            Order::C
        } else {
            Order::F
        };
        let places = features.iter().map(|column| column.place).collect();
        let dtype = number.name().to_owned();
        let columns = span(&features.iter().map(|column| column.name.as_str()).collect::<Vec<_>>());
        let form = self.all_numbers(features).and_then(|()| form(places, columns, &shape, number, order));
        Some(Array { name, shape, dtype, form })
    }

    /// Refuses columns that were meant as features but hold no numbers: text that numbers were saved as, and whatever is numbered among the features.
    fn all_numbers(&self, features: &[&Column]) -> Result<()> {
        let looks: Vec<Looks<'_>> = features.iter().map(|column| looks(column)).collect();
        let others = || self.columns.iter().filter(|column| !column.is_number());
        let numbered = numbered(&looks, others().map(|column| column.name.as_str()));
        let as_text = |column: &&Column| {
            let mostly = |facts: &Facts| facts.texts == 0 && facts.numbers > 0 && 2 * facts.floats > facts.numbers;
            column.facts.as_ref().is_some_and(mostly)
        };
        let mut refused = others().filter(|column| as_text(column) || numbered.contains(&column.name.as_str()));
        let Some(column) = refused.next() else { return Ok(()) };
        let what = match column.dtype.as_str() {
            _ if as_text(&column) => "numbers that are stored as text".to_owned(),
            "null" => "nothing".to_owned(),
            "duration" => "durations".to_owned(),
            dtype => dtype.to_owned(),
        };
        let more = refused.count() as u64;
        Err(ErrorKind::NotNumbers { column: column.name.clone(), more, what }.into())
    }
}

fn form(places: Vec<usize>, columns: String, shape: &[u64], number: Number, order: Order) -> Result<Form> {
    let dtype = Dtype { number, big_endian: false };
    let count = shape.iter().try_fold(number.size() as u64, |bytes, &axis| bytes.checked_mul(axis));
    let length = count.ok_or(ErrorKind::ShapeOverflow)?;
    let layout = Layout::dense(ByteRange { offset: 0, length }, shape, dtype, order)?;
    Ok(Form::Foreign(Foreign { places, columns, layout }))
}

/// An array that is a matrix by itself, or no numbers.
fn alone(format: Format, array: ForeignArray, place: usize) -> Array {
    let ForeignArray { name, shape, dtype, order, .. } = array;
    let number = Number::named(&dtype).ok_or_else(|| unsupported(format, &dtype));
    let form = number.and_then(|number| form(vec![place], String::new(), &shape, number, order));
    Array { name, shape, dtype, form }
}

/// Decides for the tables of all parts together which columns are labels, and puts those of later parts in the order of the first. The answer is
/// which part (counted from 0) has other columns than the first, and how they differ: that matters only where the columns are what is read.
pub(super) fn agree(files: &mut [Opened]) -> Option<(usize, String)> {
    let (first, others) = files.split_first_mut()?;
    let mut all = first.contents.columns.clone()?;
    let names = |columns: &Columns| columns.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let own = names(&all);
    let own: Vec<Option<&str>> = own.iter().map(|name| Some(name.as_str())).collect();
    let mut ordered = Vec::with_capacity(others.len());
    for (part, other) in others.iter().enumerate() {
        let columns = other.contents.columns.as_ref()?;
        let theirs = names(columns);
        let theirs: Vec<Option<&str>> = theirs.iter().map(|name| Some(name.as_str())).collect();
        let places = match matched(&own, &theirs) {
            Ok(places) => places,
            Err(difference) => return Some((part + 1, difference)),
        };
        let mut sorted: Vec<(usize, Column)> = places.into_iter().zip(columns.columns.iter().cloned()).collect();
        sorted.sort_by_key(|(place, _)| *place);
        for (place, column) in &sorted {
            match (&mut all.columns[*place].facts, &column.facts) {
                (Some(facts), Some(more)) => facts.join(more),
                (facts @ None, more) => facts.clone_from(more),
                (Some(_), None) => {}
            }
        }
        ordered.push(sorted.into_iter().map(|(_, column)| column).collect::<Vec<_>>());
    }
    let labels = all.labels();
    first.contents.compose(&labels);
    for (other, ordered) in others.iter_mut().zip(ordered) {
        if let Some(columns) = &mut other.contents.columns {
            columns.columns = ordered;
        }
        other.contents.compose(&labels);
    }
    None
}

#[cfg(test)]
mod tests;
