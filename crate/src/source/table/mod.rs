/*!
Tables of text: cells between commas, tabs, semicolons or spaces, a row to each line.

A [`Table`] is guessed from the first bytes of a file: how its cells are separated, which columns are features. Then it is
read from its beginning to its end: [`parse()`] gives the rows that end within some bytes. A line end inside quotation marks ends
no row. Quotation marks are those of RFC 4180, and each one opens or closes, also in the middle of a cell; where a sample
shows marks that are meant as characters, none of them is special in that file ([`Table::quoted`]).
*/

mod cells;
mod guess;
mod labels;
mod number;
mod parse;
mod refusal;
#[cfg(test)]
mod tests;

pub(super) use guess::guess;
pub(crate) use labels::{Looks, labels};
pub(super) use number::beginning;
pub use parse::parse;
pub(super) use refusal::excerpt;
pub use refusal::{Complaint, MAX_LINE, Parsed, Refusal};

use serde::{Deserialize, Serialize};

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
}

impl Table {
    /// How many columns are features: the numbers of each row that [`parse()`] gives.
    pub fn features(&self) -> usize {
        self.columns.iter().filter(|column| column.kind == Kind::Feature).count()
    }
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// What it is taken for. Columns of numbers may be changed between feature and label by whoever knows better.
    pub kind: Kind,
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
