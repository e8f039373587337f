/*!
Tables of text: cells between commas, tabs, semicolons or spaces, a row to each line.

A [`Table`] is guessed from the first bytes of a file: how its cells are separated, which columns are features. Then it is
read from its beginning to its end: [`parse()`] gives the rows that end within some bytes, and gathers the [`Facts`] of each column.
Where those of all rows of all parts decide otherwise than the first rows did, it is read again ([`Table::decide`]). A line end inside quotation marks ends
no row. Quotation marks are those of RFC 4180, and each one opens or closes, also in the middle of a cell; where a sample
shows marks that are meant as characters, none of them is special in that file ([`Table::quoted`]).
*/

mod agree;
mod cells;
mod facts;
mod guess;
mod heads;
mod labels;
mod number;
mod parse;
mod refusal;
#[cfg(test)]
mod tests;
mod vector;

pub(super) use agree::{agree, matched};
pub use facts::Facts;
pub(super) use guess::guess;
pub(super) use labels::{Looks, is_name_of_label, labels, numbered, wanted};
pub(super) use number::beginning;
pub use parse::{Watch, parse};
pub(super) use refusal::excerpt;
pub use refusal::{Complaint, MAX_LINE, Parsed, Refusal};

use serde::{Deserialize, Serialize};

use super::{Labels, span};
use crate::error::{ErrorKind, Result, shown};

/// How a table of text is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What stands between cells.
    pub separator: Separator,
    /// Whether numbers may be written 1,5.
    pub decimal_comma: bool,
    /// Whether the first row names the columns.
    pub has_header: bool,
    /// Whether each row ends with one separator more, behind which nothing stands.
    pub trailing: bool,
    /// Whether quotation marks hold cells together.
    pub quoted: bool,
    /// The byte where the first row of data begins: after a byte order mark, comments and the header.
    pub start: u64,
    /// Lines before that byte.
    pub lines: u64,
    /// Bytes of the longest row that was seen.
    pub longest: u64,
    /// Rows that were seen, and from which the columns were guessed.
    pub sampled: u64,
    /// All columns, from left to right.
    pub columns: Vec<Column>,
    /// What is read of a row.
    pub chosen: Chosen,
    /// Where each feature belongs within its row; empty where they stand as they belong.
    pub order: Vec<u32>,
}

/// What of a row of a [`Table`] is its features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chosen {
    /// The columns that are features, each of them a number.
    Columns,
    /// The vector in the column of this index.
    Vector(usize),
}

impl Table {
    /// How many numbers of each row are features, which is what [`parse()`] gives.
    pub fn features(&self) -> usize {
        match self.chosen {
            Chosen::Columns => self.columns.iter().filter(|column| column.kind == Kind::Feature).count(),
            Chosen::Vector(index) => self.columns.get(index).map_or(0, |column| column.facts.length as usize),
        }
    }

    /// The columns beside the features. One without a name, where others have names, is most often the number of the row.
    pub(super) fn labels(&self) -> Vec<Labels> {
        let named = self.columns.iter().any(|column| column.name.is_some());
        let label = |(index, column): (usize, &Column)| {
            let dtype = match column.kind {
                Kind::Label => "int64",
                Kind::Text => "text",
                Kind::Empty => "empty",
                Kind::Feature | Kind::Vector => return None,
            };
            let name = match &column.name {
                Some(name) => name.clone(),
                None if named => String::new(),
                None => format!("column {}", index + 1),
            };
            Some(Labels { name, dtype: dtype.to_owned() })
        };
        self.columns.iter().enumerate().filter_map(label).collect()
    }

    /// Decides from the [`Facts`] what each column is taken for.
    pub fn decide(&mut self) {
        let named = self.columns.iter().any(|column| column.name.is_some());
        let kind = |column: &Column| match &column.facts {
            facts if facts.is_vectors() => Kind::Vector,
            facts if facts.is_numeric() => Kind::Feature,
            facts if facts.is_empty() => Kind::Empty,
            _ => Kind::Text,
        };
        let kinds: Vec<Kind> = self.columns.iter().map(kind).collect();
        let counted: Vec<usize> =
            (0..kinds.len()).filter(|&i| matches!(kinds[i], Kind::Feature | Kind::Vector)).collect();
        let looks: Vec<Looks<'_>> = counted
            .iter()
            .map(|&i| Looks {
                named,
                counting: i == 0 && self.columns[i].facts.counts(),
                ..self.columns[i].looks(kinds[i] == Kind::Vector)
            })
            .collect();
        let labels = labels(&looks);
        for (column, kind) in self.columns.iter_mut().zip(&kinds) {
            column.kind = *kind;
        }
        for (&i, label) in counted.iter().zip(labels) {
            if label && kinds[i] == Kind::Feature {
                self.columns[i].kind = Kind::Label;
            }
        }
    }

    /// The columns that the features are, for people.
    pub(super) fn names(&self) -> String {
        let name = |index: usize| {
            let name = self.columns.get(index).and_then(|column| column.name.clone());
            name.unwrap_or_else(|| format!("column {}", index + 1))
        };
        match self.chosen {
            Chosen::Vector(index) => format!("the vectors in {}", shown(&name(index))),
            Chosen::Columns => {
                let features = (0..self.columns.len()).filter(|&index| self.columns[index].kind == Kind::Feature);
                let features: Vec<usize> = features.collect();
                if let (&[first, .., last], true) =
                    (features.as_slice(), self.columns.iter().all(|column| column.name.is_none()))
                    && last - first + 1 == features.len()
                {
                    return format!("columns {}–{}", first + 1, last + 1);
                }
                let names: Vec<String> = features.into_iter().map(name).collect();
                span(&names.iter().map(String::as_str).collect::<Vec<_>>())
            }
        }
    }

    /// Refuses columns that are numbered among the features, but hold text or nothing.
    ///
    /// # Errors
    ///
    /// `NotNumbers`.
    pub(super) fn check(&self) -> Result<()> {
        if self.chosen != Chosen::Columns {
            return Ok(());
        }
        let features: Vec<Looks<'_>> = self
            .columns
            .iter()
            .filter(|column| column.kind == Kind::Feature)
            .map(|column| column.looks(false))
            .collect();
        let others = self.columns.iter().filter(|column| matches!(column.kind, Kind::Text | Kind::Empty));
        let numbered = numbered(&features, others.filter_map(|column| column.name.as_deref()));
        let Some(&name) = numbered.first() else { return Ok(()) };
        let column = self.columns.iter().find(|column| column.name.as_deref() == Some(name));
        let what = if column.is_some_and(|column| column.kind == Kind::Empty) { "nothing" } else { "text" };
        let more = numbered.len() as u64 - 1;
        Err(ErrorKind::NotNumbers { column: name.to_owned(), more, what: what.to_owned() }.into())
    }

    /// The first column of vectors, which is chosen before columns of numbers.
    pub(super) fn first_vector(&self) -> Option<usize> {
        self.columns.iter().position(|column| column.kind == Kind::Vector)
    }
}

/// The number that a text is, and whether it is written as a whole number.
pub(super) fn number_of(text: &[u8]) -> Option<(f64, bool)> {
    match number::read(text, false) {
        number::Cell::Number(value) => Some((value, number::is_whole(text))),
        _ => None,
    }
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// What it is taken for. Columns of numbers may be changed between feature and label by whoever knows better.
    pub kind: Kind,
    /// What that was decided from.
    pub facts: Facts,
}

impl Column {
    /// What it looks like to the rule for labels; a vector looks like a feature.
    fn looks(&self, is_vector: bool) -> Looks<'_> {
        let Column { name, facts, .. } = self;
        Looks {
            name: name.as_deref(),
            named: true,
            integer: !is_vector && facts.is_integer(),
            whole: !is_vector && facts.is_whole(),
            constant: facts.is_constant(),
            counting: false,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Numbers to analyze.
    Feature,
    /// Numbers that name a class, a fold or the row itself.
    Label,
    /// Text, which can only be a label.
    Text,
    /// A vector of numbers in each cell.
    Vector,
    /// Nothing.
    Empty,
}

/// What separates cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Separator {
    /// ","
    Comma,
    /// A tab.
    Tab,
    /// ";"
    Semicolon,
    /// Any number of spaces and tabs; those at the ends of a line separate nothing.
    Spaces,
}
