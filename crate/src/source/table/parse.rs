/*! From bytes to the numbers of their rows. */

use super::cells::{Cells, End, behind, is_line_end};
use super::facts::Facts;
use super::number::{self, Cell};
use super::refusal::{Complaint, MAX_LINE, Parsed, Refusal, excerpt, line_ends};
use super::vector::{self, Vector};
use super::{Chosen, Kind, Table};

/// What is done with the cells of each column, and what was seen of them so far.
#[derive(Clone, Debug)]
pub struct Watch {
    roles: Vec<Role>,
    facts: Vec<Facts>,
}

/// What is done with a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    /// It is a number of the row, and nothing that is still to come changes what its column is taken for.
    Number,
    /// It is a number of the row, and taken into the [`Facts`] of its column.
    Watched,
    /// It is taken into the facts alone.
    Beside,
    /// It is the row's vector.
    Vector,
    /// It is passed over.
    Passed,
}

impl Watch {
    /// Before the first row.
    pub fn new(table: &Table) -> Watch {
        let role = |(i, kind): (usize, Kind)| match (table.chosen, kind) {
            (Chosen::Columns, Kind::Feature) => Role::Watched,
            (Chosen::Vector(index), _) if index == i => Role::Vector,
            (_, Kind::Vector) => Role::Passed,
            _ => Role::Beside,
        };
        Watch {
            roles: table.columns.iter().map(|column| column.kind).enumerate().map(role).collect(),
            facts: table.columns.iter().map(|_| Facts::NONE).collect(),
        }
    }

    /// What all rows say of each column. Of one whose cells were passed over, it is what the table knew.
    pub fn facts(self, table: &Table) -> Vec<Facts> {
        let known = table.columns.iter().map(|column| &column.facts);
        let facts = self.facts.into_iter().zip(known).zip(self.roles);
        let of = |((seen, known), role): ((Facts, &Facts), Role)| match role {
            Role::Vector | Role::Passed => known.clone(),
            _ => seen,
        };
        facts.map(of).collect()
    }

    /// Takes what was noted of a row that has come to its end.
    fn take(&mut self, bytes: &[u8], noted: &[Noted]) {
        for &Noted { column, value, begin, end } in noted {
            let (Some(facts), Some(role)) = (self.facts.get_mut(column), self.roles.get_mut(column)) else { continue };
            facts.add(bytes.get(begin..end).unwrap_or_default(), value);
            // With one that is not whole, a column of numbers has features for good.
            if *role == Role::Watched && !facts.whole {
                *role = Role::Number;
            }
        }
    }
}

/// A cell of a row that may not have come to its end yet.
#[derive(Clone, Copy)]
struct Noted {
    column: usize,
    value: Cell,
    begin: usize,
    end: usize,
}

/// Reads the rows that end within some bytes, which begin where a row begins, and appends the features of each, row by row. The
/// file ends with the last of them. What their cells say of the columns is taken by `watch`.
///
/// # Errors
///
/// A [`Refusal`] for the first row that is not like the others; nothing is appended then.
pub fn parse(
    table: &Table,
    watch: &mut Watch,
    bytes: &[u8],
    last: bool,
    out: &mut Vec<f64>,
) -> Result<Parsed, Refusal> {
    let cells = Cells::new(table.separator, table.quoted);
    let before = out.len();
    let mut parser = Parser { table, watch, bytes, last, cells, noted: Vec::new(), row: Vec::new(), out };
    let read = if parser.cells.spaces { parser.rows::<true>() } else { parser.rows::<false>() };
    match read {
        Ok((rows, end)) => Ok(Parsed { rows, lines: line_ends(bytes, end), end }),
        Err((at, complaint)) => {
            out.truncate(before);
            Err(Refusal { line: line_ends(bytes, at), complaint })
        }
    }
}

/// Why a row is not read.
enum Stop {
    /// It does not end within the bytes. Where nothing more may come, this is wrong.
    Open(usize, Complaint),
    /// Something is wrong, and where. Lines are only counted then.
    Wrong(usize, Complaint),
}

struct Parser<'a, 'o> {
    table: &'a Table,
    watch: &'o mut Watch,
    /// All bytes, or those that the current row may have.
    bytes: &'a [u8],
    /// Whether the file ends with them.
    last: bool,
    cells: Cells,
    /// What is to be taken of the row into the facts of columns.
    noted: Vec<Noted>,
    /// A row whose numbers are put where they belong.
    row: Vec<f64>,
    out: &'o mut Vec<f64>,
}

impl Parser<'_, '_> {
    /// Reads all rows that end. The answer is how many, and where the next begins; or what is wrong, and where.
    fn rows<const SPACES: bool>(&mut self) -> Result<(u64, usize), (usize, Complaint)> {
        let (bytes, last) = (self.bytes, self.last);
        let (mut rows, mut at) = (0, 0);
        while at < bytes.len() {
            // What a row is taken for may not depend on how many of the bytes behind it are here already.
            let is_long = bytes.len() - at >= MAX_LINE;
            self.bytes = if is_long { &bytes[..at + MAX_LINE] } else { bytes };
            self.last = last && !is_long;
            let begin = self.out.len();
            self.noted.clear();
            let cell = self.cells.indented(self.bytes, at);
            let is_blank = self.bytes.get(cell).map_or(self.last, |&byte| is_line_end(byte));
            let end = match if is_blank { Ok(cell) } else { self.row::<SPACES>(cell) } {
                // The LF behind this CR may be still to come.
                Ok(end) if !last && bytes[end..] == *b"\r" => None,
                Ok(end) => Some(end),
                Err(Stop::Open(..)) if !last && !is_long => None,
                Err(Stop::Open(at, complaint) | Stop::Wrong(at, complaint)) => return Err((at, complaint)),
            };
            let Some(end) = end else {
                self.out.truncate(begin);
                break;
            };
            self.watch.take(bytes, &self.noted);
            self.put_in_order(begin);
            rows += u64::from(!is_blank);
            at = behind(bytes, end);
        }
        Ok((rows, at))
    }

    /// Reads the row whose first cell begins here. The answer is where its line ends.
    fn row<const SPACES: bool>(&mut self, first: usize) -> Result<usize, Stop> {
        let bytes = self.bytes;
        let (mut begin, mut column) = (first, 0);
        loop {
            let end = match self.watch.roles.get(column) {
                Some(Role::Number) => self.number(begin, column)?,
                Some(Role::Watched) => self.watched(begin, column)?,
                Some(Role::Beside) => self.beside(begin, column)?,
                Some(Role::Vector) => self.vector(begin, column)?,
                Some(Role::Passed) | None => self.end(begin)?,
            };
            let (mut end, mut over) = (end, bytes.get(end).is_none_or(|&byte| is_line_end(byte)));
            let mut next = end + 1;
            if SPACES && !over {
                // Spaces before a line end separate nothing.
                next = self.cells.next(bytes, end);
                over = bytes.get(next).is_none_or(|&byte| is_line_end(byte));
                end = if over { next } else { end };
            }
            if over {
                if end >= bytes.len() && !self.last {
                    return Err(Stop::Open(first, Complaint::LineTooLong));
                }
                let expected = self.watch.roles.len();
                let spare = self.table.trailing
                    && column == expected
                    && number::bare(bytes.get(begin..end).unwrap_or_default()).is_empty();
                if column + 1 == expected || spare {
                    return Ok(end);
                }
                let complaint = Complaint::RaggedRow { cells: column as u64 + 1, expected: expected as u64 };
                return Err(Stop::Wrong(first, complaint));
            }
            begin = next;
            column += 1;
        }
    }

    /// Reads a cell of a feature. The answer is where it ends.
    #[inline]
    fn number(&mut self, begin: usize, column: usize) -> Result<usize, Stop> {
        let bytes = self.bytes;
        // ", " is a common separator.
        let begin = begin + usize::from(bytes.get(begin) == Some(&b' '));
        if let Some((number, length)) = number::beginning(bytes.get(begin..).unwrap_or_default())
            && bytes.get(begin + length).is_some_and(|&byte| self.cells.ends(byte))
        {
            self.out.push(number);
            return Ok(begin + length);
        }
        self.unusual_number(begin, column)
    }

    /// The same for a column whose numbers are whole so far.
    fn watched(&mut self, begin: usize, column: usize) -> Result<usize, Stop> {
        let end = self.number(begin, column)?;
        let number = self.out.last().copied().unwrap_or(f64::NAN);
        let cell = self.bytes.get(begin..end).unwrap_or_default();
        // An empty cell has become NaN.
        let value = if number.is_nan() { number::read(cell, self.table.decimal_comma) } else { Cell::Number(number) };
        self.noted.push(Noted { column, value, begin, end });
        Ok(end)
    }

    /// Reads a cell that is no feature.
    fn beside(&mut self, begin: usize, column: usize) -> Result<usize, Stop> {
        let end = self.end(begin)?;
        let value = number::read(self.bytes.get(begin..end).unwrap_or_default(), self.table.decimal_comma);
        self.noted.push(Noted { column, value, begin, end });
        Ok(end)
    }

    /// Reads the vector of a row.
    fn vector(&mut self, begin: usize, column: usize) -> Result<usize, Stop> {
        let end = self.end(begin)?;
        if end == self.bytes.len() && !self.last {
            return Err(Stop::Open(begin, Complaint::LineTooLong));
        }
        let cell = self.bytes.get(begin..end).unwrap_or_default();
        let (before, expected) = (self.out.len(), self.table.features());
        let read = vector::read(cell, |number| self.out.push(number));
        let numbers = self.out.len() - before;
        let name = || self.name(column);
        let complaint = match read {
            Vector::Numbers if numbers == expected => return Ok(end),
            Vector::Numbers => {
                Complaint::RaggedVector { column: name(), numbers: numbers as u64, expected: expected as u64 }
            }
            Vector::Elided => Complaint::Elided { column: name() },
            Vector::Other => Complaint::BadCell { column: name(), text: excerpt(number::bare(cell)) },
        };
        Err(Stop::Wrong(begin, complaint))
    }

    /// What a column is called in a complaint.
    fn name(&self, column: usize) -> String {
        let name = self.table.columns.get(column).and_then(|column| column.name.as_deref());
        name.map_or_else(|| (column + 1).to_string(), |name| excerpt(name.as_bytes()))
    }

    /// Puts the numbers of the row that begins here where they belong.
    fn put_in_order(&mut self, begin: usize) {
        if self.table.order.is_empty() || self.out.len() == begin {
            return;
        }
        self.row.clear();
        self.row.extend_from_slice(&self.out[begin..]);
        for (&to, &number) in self.table.order.iter().zip(&self.row) {
            if let Some(place) = self.out.get_mut(begin + to as usize) {
                *place = number;
            }
        }
    }

    /// As [`Self::number`], for numbers with something about them, for words, and for the last cell of all.
    #[cold]
    fn unusual_number(&mut self, begin: usize, column: usize) -> Result<usize, Stop> {
        let end = self.end(begin)?;
        let cell = self.bytes.get(begin..end).unwrap_or_default();
        match number::read(cell, self.table.decimal_comma) {
            Cell::Number(number) => self.out.push(number),
            Cell::Missing => self.out.push(f64::NAN),
            Cell::Text if end == self.bytes.len() && !self.last => {
                return Err(Stop::Open(begin, Complaint::LineTooLong));
            }
            Cell::Text => {
                let text = excerpt(number::bare(cell));
                return Err(Stop::Wrong(begin, Complaint::BadCell { column: self.name(column), text }));
            }
        }
        Ok(end)
    }

    /// Where the cell that begins here ends.
    #[inline]
    fn end(&self, begin: usize) -> Result<usize, Stop> {
        match self.cells.end(self.bytes, begin) {
            End::At(end) => Ok(end),
            End::Open(quote) => Err(Stop::Open(quote, Complaint::UnterminatedQuote)),
        }
    }
}
