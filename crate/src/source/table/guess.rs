/*! From the first bytes of a file to how its table is read. */

use super::cells::{Cells, End, behind, is_line_end};
use super::facts::Facts;
use super::heads;
use super::number::{self, Cell};
use super::refusal::line_ends;
use super::{Chosen, Column, Kind, MAX_LINE, Separator, Table};
use crate::error::{ErrorKind, Result};

/// Rows that are looked at.
const SAMPLE_ROWS: usize = 1000;

/// A column's name is cut to this many bytes.
const NAME_BYTES: usize = 200;

/// In the order in which they win where nothing tells between them.
const SEPARATORS: [Separator; 4] = [Separator::Comma, Separator::Tab, Separator::Semicolon, Separator::Spaces];

/// The table that some bytes, the first of a file (or all: `whole`), begin. None: this is no table of numbers.
///
/// # Errors
///
/// `NoNumbers` for a table without them; `UnsupportedEncoding` for UTF-16; `LineTooLong` where the bytes end before the second
/// row: give more of them, up to twice [`MAX_LINE`].
pub(in crate::source) fn guess(start: &[u8], whole: bool) -> Option<Result<Table>> {
    if is_utf16(start) {
        return Some(Err(ErrorKind::UnsupportedEncoding { encoding: "UTF-16" }.into()));
    }
    // Control characters other than line ends, tabs and form feeds are in no text.
    if start.iter().any(|&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c')) {
        return None;
    }
    let (begin, comment) = beginning(start, if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 });
    let (begin, announced) = announced(start, begin);
    let mut best: Option<Candidate> = None;
    let (mut is_table, mut rows) = (false, 0);
    let has_quotes = memchr::memchr(b'"', &start[begin..]).is_some();
    for quoted in [true, false] {
        if quoted && !has_quotes {
            continue;
        }
        for separator in SEPARATORS {
            // JSON, XML and their like have commas too; words that begin so are followed by spaces.
            if separator != Separator::Spaces && matches!(start.get(begin), Some(b'[' | b'{' | b'<')) {
                continue;
            }
            if announced.is_some_and(|announced| announced != separator) {
                continue;
            }
            let Some(sample) = Sample::take(start, begin, whole, separator, quoted) else { continue };
            is_table |= sample.is_table();
            rows = rows.max(sample.rows.len());
            if let Some(candidate) = Candidate::judge(sample, comment)
                && best.as_ref().is_none_or(|best| candidate.rank() > best.rank())
            {
                best = Some(candidate);
            }
        }
    }
    if !whole && rows < 2 && start.len() < 2 * MAX_LINE && (best.is_some() || ends_in_a_row(start, begin)) {
        let line = line_ends(start, start.len()) + 1;
        return Some(Err(ErrorKind::LineTooLong { line, limit: start.len() as u64 }.into()));
    }
    match best {
        Some(best) => Some(Ok(best.table())),
        None => is_table.then(|| Err(ErrorKind::NoNumbers.into())),
    }
}

/// Whether this is text of two bytes a character: digits among them, and every other byte NUL, or a mark that says so.
fn is_utf16(start: &[u8]) -> bool {
    let marked = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
    let sample = &start[if marked { 2 } else { 0 }..start.len().min(512)];
    let units = sample.len() / 2;
    let text = |high: usize| {
        let character = |unit: &[u8]| unit[high] == 0 && matches!(unit[1 - high], b'\t' | b'\n' | b'\r' | b' '..=b'~');
        sample.chunks_exact(2).filter(|unit| character(unit)).count()
    };
    let digits = sample.iter().filter(|byte| byte.is_ascii_digit()).count();
    units >= 2 && digits > 0 && 10 * text(0).max(text(1)) >= if marked { 5 * units } else { 9 * units }
}

/// Where the first line begins that is neither blank nor a comment, and the comment before it.
fn beginning(start: &[u8], from: usize) -> (usize, Option<&[u8]>) {
    let (mut at, mut comment) = (from, None);
    loop {
        let rest = &start[at..];
        let line = &rest[..rest.iter().position(|&byte| is_line_end(byte)).unwrap_or(rest.len())];
        match line.trim_ascii() {
            [b'#', text @ ..] => comment = Some(text),
            [] => {}
            _ => return (at, comment),
        }
        if line.len() == rest.len() {
            return (at, comment);
        }
        at = behind(start, at + line.len());
    }
}

/// Excel's first line says what separates cells: `sep=;`. Where the next line begins, and what it says.
fn announced(start: &[u8], begin: usize) -> (usize, Option<Separator>) {
    let rest = &start[begin..];
    let line = &rest[..rest.iter().position(|&byte| is_line_end(byte)).unwrap_or(rest.len())];
    let separator = match number::bare(line).strip_prefix(b"sep=") {
        Some(b",") => Separator::Comma,
        Some(b";") => Separator::Semicolon,
        // The tab itself is trimmed.
        Some(b"\t" | b"\\t" | b"") => Separator::Tab,
        _ => return (begin, None),
    };
    (behind(start, begin + line.len()), Some(separator))
}

/// Whether the bytes end amid a row of a table.
fn ends_in_a_row(start: &[u8], begin: usize) -> bool {
    let from =
        start[begin..].iter().rposition(|&byte| is_line_end(byte)).map_or(begin, |line_end| begin + line_end + 1);
    let line = &start[from..];
    SEPARATORS.iter().any(|&separator| {
        let cells = Cells::new(separator, false);
        let (mut numbers, mut count, mut words, mut at) = (0, 0, 0, cells.indented(line, 0));
        while at < line.len() {
            let End::At(end) = cells.end(line, at) else { return false };
            if end == line.len() {
                break;
            }
            count += 1;
            numbers += usize::from(number::read(&line[at..end], separator != Separator::Comma) != Cell::Text);
            let cell = number::bare(&line[at..end]);
            words += usize::from(cell.len() <= NAME_BYTES && !cell.iter().any(u8::is_ascii_whitespace));
            at = cells.next(line, end);
        }
        // Numbers, or a long row of names; prose has commas too, but spaces between them.
        let names = count >= 1000 && 10 * words >= 9 * count && separator != Separator::Spaces;
        count >= 1 && 10 * numbers >= 9 * count || names && !matches!(start.get(begin), Some(b'[' | b'{' | b'<'))
    })
}

/// The first rows, if one separator is taken for granted.
pub(super) struct Sample<'a> {
    start: &'a [u8],
    cells: Cells,
    pub(super) separator: Separator,
    pub(super) rows: Vec<Row>,
}

/// Where a row stands, and how many cells it has.
#[derive(Clone, Copy)]
pub(super) struct Row {
    begin: usize,
    end: usize,
    pub(super) cells: usize,
}

impl<'a> Sample<'a> {
    /// None where quotation marks are not used as RFC 4180 says, or there is no row.
    fn take(start: &'a [u8], begin: usize, whole: bool, separator: Separator, quoted: bool) -> Option<Sample<'a>> {
        let cells = Cells::new(separator, quoted);
        let mut rows = Vec::new();
        let mut at = begin;
        while rows.len() < SAMPLE_ROWS && at < start.len() {
            let first = cells.indented(start, at);
            let mut row = Row { begin: at, end: first, cells: 0 };
            let mut cell = first;
            while start.get(cell).is_some_and(|&byte| !is_line_end(byte)) || !cells.spaces && row.cells > 0 {
                let end = match cells.end(start, cell) {
                    End::At(end) => end,
                    End::Open(_) if whole => return None,
                    End::Open(_) => start.len(),
                };
                if quoted && end < start.len() && !is_well_quoted(&start[cell..end]) {
                    return None;
                }
                row.cells += 1;
                row.end = end;
                if start.get(end).is_none_or(|&byte| is_line_end(byte)) {
                    break;
                }
                cell = cells.next(start, end);
                row.end = cell;
            }
            if row.end >= start.len() && !whole {
                break;
            }
            if row.cells > 0 {
                rows.push(row);
            }
            at = behind(start, row.end);
        }
        (!rows.is_empty()).then_some(Sample { start, cells, separator, rows })
    }

    /// Whether this is a table for sure, whatever is in it.
    fn is_table(&self) -> bool {
        let cells = self.rows[0].cells;
        self.separator != Separator::Spaces
            && cells >= 2
            && self.rows.len() >= 3
            && self.rows.iter().all(|row| row.cells == cells)
            // Lines of a program end with semicolons, and lists with commas.
            && !self.trails(self.rows.iter().copied())
    }

    /// Calls with the index and text of each cell of a row.
    fn each(&self, row: Row, mut call: impl FnMut(usize, &'a [u8])) {
        let mut cell = self.cells.indented(self.start, row.begin);
        for i in 0..row.cells {
            let End::At(end) = self.cells.end(self.start, cell) else { return };
            call(i, &self.start[cell..end]);
            cell = self.cells.next(self.start, end);
        }
    }

    pub(super) fn list(&self, row: Row) -> Vec<&'a [u8]> {
        let mut cells = Vec::with_capacity(row.cells);
        self.each(row, |_, cell| cells.push(cell));
        cells
    }

    /// Whether quoted cells between commas hold numbers such as "1,5". "1,500" alone may be fifteen hundred.
    fn has_decimals(&self) -> bool {
        self.cells.quoted
            && self.rows.iter().skip(1).take(100).any(|&row| {
                self.list(row).into_iter().map(number::bare).any(|cell| {
                    let after = memchr::memchr(b',', cell).map_or(3, |comma| cell.len() - comma - 1);
                    after != 3 && matches!(number::read(cell, true), Cell::Number(_))
                })
            })
    }

    /// Whether all of some rows end with an empty cell.
    fn trails(&self, mut rows: impl Iterator<Item = Row>) -> bool {
        !self.cells.spaces && rows.all(|row| self.list(row).last().is_some_and(|cell| cell.trim_ascii().is_empty()))
    }
}

/// Whether a cell has either no quotation marks, or one at each end and doubled ones between.
fn is_well_quoted(cell: &[u8]) -> bool {
    match cell.trim_ascii() {
        [b'"', inner @ .., b'"'] => {
            let mut marks = memchr::memchr_iter(b'"', inner);
            while let Some(mark) = marks.next() {
                if marks.next() != Some(mark + 1) {
                    return false;
                }
            }
            true
        }
        cell => memchr::memchr(b'"', cell).is_none(),
    }
}

/// A reading of the sample as a table of numbers.
struct Candidate<'a> {
    sample: Sample<'a>,
    trailing: bool,
    decimal_comma: bool,
    /// Rows that name the columns.
    heads: usize,
    names: Vec<Option<String>>,
    stats: Vec<Facts>,
    /// Bytes of all cells that hold a number.
    numeric_bytes: usize,
}

impl<'a> Candidate<'a> {
    /// None where this is no table, or no numbers are in it.
    fn judge(mut sample: Sample<'a>, comment: Option<&[u8]>) -> Option<Candidate<'a>> {
        skip_counts(&mut sample);
        let tail = sample.rows.get(1..).unwrap_or_default();
        let all = mode(if tail.is_empty() { &sample.rows } else { tail });
        heads::skip_preamble(&mut sample, all);
        let &first = sample.rows.first()?;
        let rest = sample.rows.get(1..).unwrap_or_default();
        let alike = || rest.iter().copied().filter(|row| row.cells == all);
        let trailing = all > 1
            && sample.trails(alike())
            && (first.cells + 1 == all || first.cells == all && sample.trails(std::iter::once(first)));
        let columns = all - usize::from(trailing);
        let more = heads::rows_of_words(&sample, columns);

        let mut candidate = Candidate {
            trailing,
            decimal_comma: false,
            heads: 0,
            names: vec![None; columns],
            stats: vec![Facts::NONE; columns],
            numeric_bytes: 0,
            sample,
        };
        // Numbers such as 1,5 are tried wherever the comma separates nothing.
        let commas = columns > 1 && (candidate.sample.separator != Separator::Comma || candidate.sample.has_decimals());
        for row in candidate.sample.rows.clone().into_iter().skip(1 + more).filter(|row| row.cells == all) {
            candidate.add(row, commas);
        }
        let head = candidate.sample.list(first);
        if more > 0
            || heads::is_header(&head, &candidate.stats, candidate.decimal_comma, || candidate.data_rises(&head))
        {
            candidate.heads = 1 + more;
            for row in 0..=more {
                let row = candidate.sample.rows[row];
                candidate.name(&candidate.sample.list(row));
            }
        } else {
            if first.cells == all || trailing {
                // Once more in their order, since a column may count the rows.
                candidate.stats = vec![Facts::NONE; columns];
                candidate.numeric_bytes = 0;
                for row in candidate
                    .sample
                    .rows
                    .clone()
                    .into_iter()
                    .filter(|row| row.cells == all || trailing && row.cells == columns)
                {
                    candidate.add(row, commas);
                }
            }
            candidate.name_by_comment(comment);
        }
        candidate.is_acceptable(first, all).then_some(candidate)
    }

    /// Takes the cells of a row into the statistics.
    fn add(&mut self, row: Row, commas: bool) {
        let Candidate { sample, stats, decimal_comma, numeric_bytes, .. } = self;
        sample.each(row, |i, cell| {
            let Some(stats) = stats.get_mut(i) else { return };
            let value = number::read(cell, commas);
            let vectors = stats.vectors;
            stats.add(cell, value);
            if matches!(value, Cell::Number(_)) || stats.vectors > vectors {
                let cell = number::bare(cell);
                *numeric_bytes += cell.len();
                *decimal_comma |= commas && stats.vectors == vectors && memchr::memchr(b',', cell).is_some();
            }
        });
    }

    /// Whether the numbers of some row of data rise, or fall, from column to column as those of the first row do.
    fn data_rises(&self, head: &[&[u8]]) -> bool {
        let rises = |cells: &[&[u8]]| heads::direction(cells, self.decimal_comma);
        let direction = rises(head);
        self.sample.rows.iter().skip(1).take(20).any(|&row| rises(&self.sample.list(row)) == direction)
    }

    /// Names the columns by the cells of a header.
    fn name(&mut self, head: &[&[u8]]) {
        let shift = usize::from(head.len() + 1 == self.names.len());
        for (name, cell) in self.names.iter_mut().skip(shift).zip(head) {
            let cell = String::from_utf8_lossy(number::bare(cell)).replace("\"\"", "\"");
            // Of several rows that name columns, all do.
            let cell = name.take().map_or(cell.clone(), |before| format!("{before} {cell}"));
            let end = (0..=NAME_BYTES.min(cell.len())).rev().find(|&end| cell.is_char_boundary(end)).unwrap_or(0);
            *name = Some(cell[..end].trim().to_owned()).filter(|name| !name.is_empty());
        }
    }

    /// np.savetxt writes a header as a comment.
    fn name_by_comment(&mut self, comment: Option<&[u8]>) {
        let Some(comment) = comment else { return };
        let sample = Sample::take(comment, 0, true, self.sample.separator, self.sample.cells.quoted);
        let cells = sample.map(|sample| sample.list(sample.rows[0])).unwrap_or_default();
        let names = cells.iter().all(|cell| number::read(cell, self.decimal_comma) == Cell::Text);
        if names && cells.len() == self.names.len() {
            self.name(&cells);
        }
    }

    fn is_acceptable(&self, first: Row, all: usize) -> bool {
        let rows = &self.sample.rows[self.heads..];
        let columns = self.stats.len();
        let vectors = self.stats.iter().filter(|stats| stats.is_vectors()).count();
        let numeric = vectors + self.stats.iter().filter(|stats| stats.is_numeric()).count();
        let strict = self.stats.iter().all(|stats| {
            stats.is_numeric() && stats.texts + stats.vectors == 0
                || stats.is_vectors() && stats.texts + stats.numbers == 0
        });
        let same = rows.iter().filter(|row| row.cells == all || self.trailing && row.cells == columns).count();
        // Vectors have spaces of their own.
        if vectors > 0 && self.sample.separator == Separator::Spaces {
            return false;
        }
        if columns < 2 {
            return strict && rows.len() >= 2 && same == rows.len();
        }
        if self.sample.rows.len() == 1 {
            return strict;
        }
        // One number beside a word makes prose and settings, not tables with spaces.
        if numeric == 0 || self.sample.separator == Separator::Spaces && 2 * numeric <= columns {
            return false;
        }
        let fits = self.heads == 0 || first.cells.abs_diff(columns) <= 1;
        // A row that is not like the others is for the parser to refuse, if this is a table without doubt.
        fits && (same == rows.len() || 5 * same >= 3 * rows.len() && (2 * numeric > columns || vectors > 0))
    }

    /// The better of two candidates has several columns rather than one, and more of its text is numbers.
    fn rank(&self) -> (bool, usize) {
        (self.stats.len() > 1, self.numeric_bytes)
    }

    fn table(self) -> Table {
        let start = self.sample.rows.get(self.heads).map_or(self.sample.start.len(), |row| row.begin);
        let columns = self.names.into_iter().zip(self.stats);
        let columns = columns.map(|(name, facts)| Column { name, kind: Kind::Text, facts }).collect();
        let mut table = Table {
            separator: self.sample.separator,
            decimal_comma: self.decimal_comma,
            has_header: self.heads > 0,
            trailing: self.trailing,
            quoted: self.sample.cells.quoted,
            start: start as u64,
            lines: line_ends(self.sample.start, start),
            longest: self.sample.rows.iter().map(|row| row.end - row.begin).max().unwrap_or(0) as u64,
            sampled: (self.sample.rows.len() - self.heads) as u64,
            columns,
            chosen: Chosen::Columns,
            order: Vec::new(),
        };
        table.decide();
        table.chosen = table.first_vector().map_or(Chosen::Columns, Chosen::Vector);
        // Text that needs no quotation marks in the sample may need them later. Words between spaces never do, and a lone
        // mark is a word among those of many embeddings.
        let words = |column: &Column| matches!(column.kind, Kind::Text | Kind::Vector | Kind::Empty);
        if memchr::memchr(b'"', &self.sample.start[start..]).is_none() {
            table.quoted = table.columns.iter().any(words) && table.separator != Separator::Spaces;
        }
        table
    }
}

/// Drops the line with which word2vec begins a table of words: how many, and how long.
fn skip_counts(sample: &mut Sample<'_>) {
    if let [first, second, ..] = sample.rows[..]
        && (first.cells, sample.separator) == (2, Separator::Spaces)
        && second.cells > 3
    {
        let counts = sample.list(first);
        let columns = (second.cells - 1).to_string();
        if number::is_whole(counts[0]) && number::bare(counts[1]) == columns.as_bytes() {
            sample.rows.remove(0);
        }
    }
}

/// How many cells most rows have.
fn mode(rows: &[Row]) -> usize {
    let mut counts: Vec<usize> = rows.iter().map(|row| row.cells).collect();
    counts.sort_unstable();
    counts.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).map_or(0, |run| run[0])
}
