/*!
JSON lines: a JSON value in each line, which is a row. Or one JSON value, in which each element of an array is a row ([`Framing`]).

A line is an array of numbers, or an object. Of an object, one field is an array of numbers, the features, or many fields are
numbers. Arrays of arrays are read as one run of numbers. Line ends never occur inside JSON's strings.
*/

mod document;
mod guess;
mod parse;
mod scan;
#[cfg(test)]
mod tests;

pub(super) use guess::guess;
pub use parse::parse;

use serde::{Deserialize, Serialize};

use super::table::{Facts, Looks, labels, matched};
use super::{Labels, span};

/// How JSON lines are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// What a row is.
    pub framing: Framing,
    /// The byte where the first row begins, after a byte order mark.
    pub start: u64,
    /// Line ends before it.
    pub before: u64,
    /// Bytes of the longest line that was seen.
    pub longest: u64,
    /// Lines that were seen, and from which the fields were guessed.
    pub sampled: u64,
    /// What of a line is a row of features.
    pub chosen: Chosen,
    /// The fields of objects in the order in which they occur; of arrays, one without a name.
    pub fields: Vec<Field>,
}

/// What a row of JSON is. All that is said of lines is true of either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Framing {
    /// A line.
    Lines,
    /// An element of an array within one value.
    Document,
}

/// What was read so far.
#[derive(Clone, Debug)]
pub struct Progress {
    /// What the values say of the fields.
    pub facts: Vec<Facts>,
    /// Whether the array of rows has ended, and with it all that is read.
    ended: bool,
}

impl Progress {
    /// Before the first row.
    pub fn new(lines: &Lines) -> Progress {
        Progress { facts: vec![Facts::NONE; lines.fields.len()], ended: false }
    }
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name, as it is written between quotation marks.
    pub name: Option<String>,
    /// How many numbers it holds.
    pub columns: u64,
    /// Whether it is not to be analyzed: it is text, or numbers that name a class or the row itself.
    pub is_label: bool,
    /// What its values are, other than arrays.
    pub facts: Facts,
}

impl Lines {
    /// The fields beside the features, which may be labels.
    pub(super) fn labels(&self) -> Vec<Labels> {
        let fields = self.fields.iter().filter(|field| field.is_label);
        let dtype = |field: &Field| if field.facts.is_numeric() { "int64" } else { "text" }.to_owned();
        fields.map(|field| Labels { name: field.name.clone().unwrap_or_default(), dtype: dtype(field) }).collect()
    }

    /// The fields that the features are, for people.
    pub(super) fn names(&self) -> String {
        let name = |field: &'_ Field| field.name.clone().unwrap_or_default();
        match self.chosen {
            Chosen::Line => String::new(),
            Chosen::Field(index) => self.fields.get(index).map(name).unwrap_or_default(),
            Chosen::Numbers => {
                let names: Vec<String> = self.fields.iter().filter(|field| !field.is_label).map(name).collect();
                span(&names.iter().map(String::as_str).collect::<Vec<_>>())
            }
        }
    }

    /// Decides which of many numbers are labels.
    fn decide(&mut self) {
        if self.chosen != Chosen::Numbers {
            return;
        }
        let numbers: Vec<usize> = (0..self.fields.len()).filter(|&i| is_number(&self.fields[i])).collect();
        let looks: Vec<Looks<'_>> = numbers
            .iter()
            .map(|&i| {
                let Field { name, facts, .. } = &self.fields[i];
                Looks {
                    name: name.as_deref(),
                    named: true,
                    integer: facts.is_integer(),
                    whole: facts.is_whole(),
                    constant: facts.is_constant(),
                    counting: i == 0 && facts.counts(),
                }
            })
            .collect();
        let labels = labels(&looks);
        self.fields.iter_mut().for_each(|field| field.is_label = true);
        for (&i, label) in numbers.iter().zip(labels) {
            self.fields[i].is_label = label;
        }
    }

    /// The numbers of each row.
    pub fn features(&self) -> u64 {
        match self.chosen {
            Chosen::Line => self.fields.first().map_or(0, |field| field.columns),
            Chosen::Field(index) => self.fields.get(index).map_or(0, |field| field.columns),
            Chosen::Numbers => self.fields.iter().filter(|field| !field.is_label).count() as u64,
        }
    }
}

fn names(lines: &Lines) -> Vec<Option<&str>> {
    lines.fields.iter().map(|field| field.name.as_deref()).collect()
}

/// Whether all values of a field are numbers, or null for them.
fn is_number(field: &Field) -> bool {
    field.facts.numbers > 0 && field.facts.texts == 0
}

/// Decides for all parts together which of many numbers are labels, and puts the fields of later parts in the order of the first.
///
/// # Errors
///
/// Which part (counted from 0) has other fields than the first, and how they differ.
pub(super) fn agree(parts: &mut [&mut Lines]) -> Result<(), (usize, String)> {
    let Some((first, others)) = parts.split_first_mut() else { return Ok(()) };
    if first.chosen != Chosen::Numbers || others.iter().any(|other| other.chosen != Chosen::Numbers) {
        return Ok(());
    }
    let own: Vec<Facts> = first.fields.iter().map(|field| field.facts.clone()).collect();
    for (part, other) in others.iter_mut().enumerate() {
        let places = matched(&names(first), &names(other)).map_err(|difference| (part + 1, difference))?;
        let mut fields: Vec<(usize, Field)> = places.into_iter().zip(std::mem::take(&mut other.fields)).collect();
        fields.sort_by_key(|(place, _)| *place);
        for (place, field) in &fields {
            first.fields[*place].facts.join(&field.facts);
        }
        other.fields = fields.into_iter().map(|(_, field)| field).collect();
    }
    first.decide();
    for (field, own) in first.fields.iter_mut().zip(own) {
        field.facts = own;
    }
    for other in others {
        for (field, of) in other.fields.iter_mut().zip(&first.fields) {
            field.is_label = of.is_label;
        }
    }
    Ok(())
}
