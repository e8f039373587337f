/*! From bytes to the numbers of their rows. */

use super::cells::{Cells, End, behind, is_line_end};
use super::number::{self, Cell};
use super::refusal::{Complaint, MAX_LINE, Parsed, Refusal, excerpt, line_ends};
use super::{Kind, Table};

/// Reads the rows that end within some bytes, which begin where a row begins, and appends the features of each, row by row. The
/// file ends with the last of them.
///
/// # Errors
///
/// A [`Refusal`] for the first row that is not like the others; nothing is appended then.
pub fn parse(table: &Table, bytes: &[u8], last: bool, out: &mut Vec<f64>) -> Result<Parsed, Refusal> {
    let cells = Cells::new(table.separator, table.quoted);
    let features = table.columns.iter().map(|column| column.kind == Kind::Feature).collect();
    let before = out.len();
    let mut parser = Parser { table, features, bytes, last, cells, out };
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
    /// Which columns are features.
    features: Vec<bool>,
    /// All bytes, or those that the current row may have.
    bytes: &'a [u8],
    /// Whether the file ends with them.
    last: bool,
    cells: Cells,
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
            let end = match self.features.get(column) {
                Some(true) => self.number(begin, column)?,
                _ => self.end(begin)?,
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
                let expected = self.features.len();
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

    /// The same for numbers with something about them, for words, and for the last cell of all.
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
                let name = self.table.columns.get(column).and_then(|column| column.name.as_deref());
                let column = name.map_or_else(|| (column + 1).to_string(), |name| excerpt(name.as_bytes()));
                return Err(Stop::Wrong(begin, Complaint::BadCell { column, text: excerpt(number::bare(cell)) }));
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
