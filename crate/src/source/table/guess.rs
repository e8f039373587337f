/*! From the first bytes of a file to how its table is read. */

use super::cells::{Cells, End, behind, is_line_end};
use super::labels::{Looks, labels};
use super::number::{self, Cell};
use super::refusal::line_ends;
use super::{Column, Kind, MAX_LINE, Separator, Table};
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
struct Sample<'a> {
    start: &'a [u8],
    cells: Cells,
    separator: Separator,
    rows: Vec<Row>,
}

/// Where a row stands, and how many cells it has.
#[derive(Clone, Copy)]
struct Row {
    begin: usize,
    end: usize,
    cells: usize,
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

    fn list(&self, row: Row) -> Vec<&'a [u8]> {
        let mut cells = Vec::with_capacity(row.cells);
        self.each(row, |_, cell| cells.push(cell));
        cells
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

/// What a column's cells in the sample are like.
#[derive(Clone, Copy)]
struct Stats {
    numbers: usize,
    /// Those that are not written as whole numbers.
    floats: usize,
    texts: usize,
    whole: bool,
    least: f64,
    most: f64,
}

impl Stats {
    const NONE: Stats =
        Stats { numbers: 0, floats: 0, texts: 0, whole: true, least: f64::INFINITY, most: f64::NEG_INFINITY };

    fn add(&mut self, cell: &[u8], value: Cell) {
        match value {
            Cell::Number(number) => {
                self.numbers += 1;
                self.floats += usize::from(!number::is_whole(cell));
                self.whole &= number.fract() == 0.0;
                self.least = self.least.min(number);
                self.most = self.most.max(number);
            }
            Cell::Missing => {}
            Cell::Text => self.texts += 1,
        }
    }

    /// Whether the column is one of numbers. Among many numbers with points, a text is a mistake, which must not make a feature
    /// disappear: it is kept, and refused where it stands.
    fn is_numeric(&self) -> bool {
        self.numbers > 0 && (self.texts == 0 || self.floats > 0 && self.texts < self.numbers)
    }
}

/// A reading of the sample as a table of numbers.
struct Candidate<'a> {
    sample: Sample<'a>,
    trailing: bool,
    decimal_comma: bool,
    has_header: bool,
    names: Vec<Option<String>>,
    stats: Vec<Stats>,
    /// Bytes of all cells that hold a number.
    numeric_bytes: usize,
}

impl<'a> Candidate<'a> {
    /// None where this is no table, or no numbers are in it.
    fn judge(mut sample: Sample<'a>, comment: Option<&[u8]>) -> Option<Candidate<'a>> {
        skip_counts(&mut sample);
        let &first = sample.rows.first()?;
        let rest = sample.rows.get(1..).unwrap_or_default();
        let all = mode(if rest.is_empty() { &sample.rows } else { rest });
        let alike = || rest.iter().copied().filter(|row| row.cells == all);
        let trailing = all > 1
            && sample.trails(alike())
            && (first.cells + 1 == all || first.cells == all && sample.trails(std::iter::once(first)));
        let columns = all - usize::from(trailing);

        let mut candidate = Candidate {
            trailing,
            decimal_comma: false,
            has_header: false,
            names: vec![None; columns],
            stats: vec![Stats::NONE; columns],
            numeric_bytes: 0,
            sample,
        };
        // Numbers such as 1,5 are tried wherever the comma separates nothing.
        let commas = candidate.sample.separator != Separator::Comma && columns > 1;
        for row in candidate.sample.rows.clone().into_iter().skip(1).filter(|row| row.cells == all) {
            candidate.add(row, commas);
        }
        let head = candidate.sample.list(first);
        candidate.has_header = candidate.is_header(&head);
        if candidate.has_header {
            candidate.name(&head);
        } else {
            if first.cells == all || trailing {
                candidate.add(first, commas);
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
            if let Cell::Number(_) = value {
                let cell = number::bare(cell);
                *numeric_bytes += cell.len();
                *decimal_comma |= commas && memchr::memchr(b',', cell).is_some();
            }
            stats.add(cell, value);
        });
    }

    /// Whether the first row, which is not in the statistics yet, names the columns.
    fn is_header(&self, head: &[&[u8]]) -> bool {
        // R leaves out the name of the rows' names.
        let shift = usize::from(head.len() + 1 == self.stats.len());
        let (mut numeric, mut texts, mut floats) = (0, 0, 0);
        for (cell, _) in head.iter().zip(self.stats.iter().skip(shift)).filter(|(_, stats)| stats.is_numeric()) {
            numeric += 1;
            match number::read(cell, self.decimal_comma) {
                Cell::Text => texts += 1,
                Cell::Number(_) if !number::is_whole(cell) => floats += 1,
                _ => {}
            }
        }
        // A first row with few texts among numbers with points is a row with mistakes.
        if texts > 0 {
            return floats == 0 || 2 * texts >= numeric;
        }
        // What pandas writes of columns that have no names: 0, 1, 2…, behind an empty cell if there is an index.
        let counted = match head {
            [first, rest @ ..] if number::bare(first).is_empty() => rest,
            _ => head,
        };
        let counts = counted.iter().enumerate().all(|(i, cell)| number::bare(cell) == i.to_string().as_bytes());
        let floats = self.stats.iter().filter(|stats| stats.is_numeric() && stats.floats > 0).count();
        numeric > 0 && counts && (counted.len() < head.len() || counted.len() >= 3 && 2 * floats > head.len())
    }

    /// Names the columns by the cells of a header.
    fn name(&mut self, head: &[&[u8]]) {
        let shift = usize::from(head.len() + 1 == self.names.len());
        for (name, cell) in self.names.iter_mut().skip(shift).zip(head) {
            let cell = String::from_utf8_lossy(number::bare(cell)).replace("\"\"", "\"");
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
        let rows = &self.sample.rows[usize::from(self.has_header)..];
        let columns = self.stats.len();
        let numeric = self.stats.iter().filter(|stats| stats.is_numeric()).count();
        let strict = self.stats.iter().all(|stats| stats.is_numeric() && stats.texts == 0);
        let same = rows.iter().filter(|row| row.cells == all || self.trailing && row.cells == columns).count();
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
        let fits = !self.has_header || first.cells.abs_diff(columns) <= 1;
        // A row that is not like the others is for the parser to refuse, if this is a table without doubt.
        fits && (same == rows.len() || 5 * same >= 3 * rows.len() && 2 * numeric > columns)
    }

    /// The better of two candidates has several columns rather than one, and more of its text is numbers.
    fn rank(&self) -> (bool, usize) {
        (self.stats.len() > 1, self.numeric_bytes)
    }

    fn table(self) -> Table {
        let first = usize::from(self.has_header);
        let start = self.sample.rows.get(first).map_or(self.sample.start.len(), |row| row.begin);
        let numeric: Vec<usize> = (0..self.stats.len()).filter(|&i| self.stats[i].is_numeric()).collect();
        let named = self.has_header || self.names.iter().any(Option::is_some);
        let looks: Vec<Looks<'_>> = numeric
            .iter()
            .map(|&i| Looks {
                name: self.names[i].as_deref(),
                named,
                integer: self.stats[i].floats == 0,
                whole: self.stats[i].whole,
                constant: self.stats[i].least >= self.stats[i].most,
                counting: i == 0 && self.first_counts(),
            })
            .collect();
        let mut kinds = vec![Kind::Text; self.stats.len()];
        for (&i, label) in numeric.iter().zip(labels(&looks)) {
            kinds[i] = if label { Kind::Label } else { Kind::Feature };
        }
        // Text that needs no quotation marks in the sample may need them later. Words between spaces never do, and a lone
        // mark is a word among those of many embeddings.
        let text = kinds.contains(&Kind::Text) && self.sample.separator != Separator::Spaces;
        let quotes = memchr::memchr(b'"', &self.sample.start[start..]).is_some();
        let quoted = if quotes { self.sample.cells.quoted } else { text };
        Table {
            separator: self.sample.separator,
            decimal_comma: self.decimal_comma,
            has_header: self.has_header,
            trailing: self.trailing,
            quoted,
            start: start as u64,
            lines: line_ends(self.sample.start, start),
            longest: self.sample.rows.iter().map(|row| row.end - row.begin).max().unwrap_or(0) as u64,
            sampled: (self.sample.rows.len() - first) as u64,
            columns: self.names.into_iter().zip(kinds).map(|(name, kind)| Column { name, kind }).collect(),
        }
    }

    /// Whether the first column counts the rows, from 0 or 1.
    fn first_counts(&self) -> bool {
        let mut next: Option<f64> = None;
        self.sample.rows[usize::from(self.has_header)..].iter().all(|&row| {
            let mut value = f64::NAN;
            let begin = self.sample.cells.indented(self.sample.start, row.begin);
            if let End::At(end) = self.sample.cells.end(self.sample.start, begin)
                && let Cell::Number(number) = number::read(&self.sample.start[begin..end], self.decimal_comma)
            {
                value = number;
            }
            let counts = next.map_or(value == 0.0 || value == 1.0, |next| value == next);
            next = Some(value + 1.0);
            counts
        })
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
