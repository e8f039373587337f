/*!
JSON lines: a JSON value in each line, which is a row.

A line is an array of numbers, or an object. Of an object, one field is an array of numbers, the features, or many fields are
numbers. Arrays of arrays are read as one run of numbers. Line ends never occur inside JSON's strings.
*/

mod guess;
mod parse;
mod scan;
#[cfg(test)]
mod tests;

pub(super) use guess::guess;
pub use parse::parse;

use serde::{Deserialize, Serialize};

/// How JSON lines are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// The byte where the first line begins, after a byte order mark.
    pub start: u64,
    /// Bytes of the longest line that was seen.
    pub longest: u64,
    /// Lines that were seen, and from which the fields were guessed.
    pub sampled: u64,
    /// What of a line is a row of features.
    pub chosen: Chosen,
    /// The fields of objects in the order in which they occur; of arrays, one without a name.
    pub fields: Vec<Field>,
}

/// What of a line is a row of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chosen {
    /// The line, which is an array.
    Line,
    /// An array in the field of this index. Any field that is no label may be chosen instead.
    Field(usize),
    /// All fields that are no labels, each of them a number.
    Numbers,
}

/// A field of each line's object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name, as it is written between quotation marks.
    pub name: Option<String>,
    /// How many numbers it holds.
    pub columns: u64,
    /// Whether it is not to be analyzed: it is text, or numbers that name a class or the row itself.
    pub is_label: bool,
}

impl Lines {
    /// The numbers of each row.
    pub fn features(&self) -> u64 {
        match self.chosen {
            Chosen::Line => self.fields.first().map_or(0, |field| field.columns),
            Chosen::Field(index) => self.fields.get(index).map_or(0, |field| field.columns),
            Chosen::Numbers => self.fields.iter().filter(|field| !field.is_label).count() as u64,
        }
    }
}
