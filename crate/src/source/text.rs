/*! Text that is read from its beginning: what comes in, in whatever pieces, goes out as rows of numbers. */

use serde::{Deserialize, Serialize};

use super::contents::{Array, Contents, Form, Format, Labels};
use super::known::{Known, Step, Stop};
use super::lines::{self, Chosen, Lines, Progress};
use super::table::{self, Chosen as OfTable, Facts, Kind, MAX_LINE, Table, Watch};
use super::{ByteRange, Dtype, Layout, Number, Order};
use crate::error::{ErrorKind, Result};

/// Bytes that are guessed from, unless the second row lies beyond them.
const SAMPLE_BYTES: u64 = 256 << 10;

/// How a file of text is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Text {
    /// Cells between separators.
    Table(Table),
    /// JSON values, one a line.
    Lines(Lines),
}

impl Text {
    /// Numbers in a row.
    pub fn columns(&self) -> u64 {
        match self {
            Text::Table(table) => table.features() as u64,
            Text::Lines(lines) => lines.features(),
        }
    }

    /// The byte at which the first row begins.
    pub fn start(&self) -> u64 {
        match self {
            Text::Table(table) => table.start,
            Text::Lines(lines) => lines.start,
        }
    }

    /// Lines before it.
    fn lines_before(&self) -> u64 {
        match self {
            Text::Table(table) => table.lines,
            Text::Lines(lines) => lines.before,
        }
    }

    /// Bytes of the longest row that was seen.
    fn longest(&self) -> usize {
        let longest = match self {
            Text::Table(table) => table.longest,
            Text::Lines(lines) => lines.longest,
        };
        usize::try_from(longest).map_or(MAX_LINE, |longest| longest.min(MAX_LINE))
    }

    /// The columns and fields beside the features.
    pub(super) fn labels(&self) -> Vec<Labels> {
        match self {
            Text::Table(table) => table.labels(),
            Text::Lines(lines) => lines.labels(),
        }
    }

    /// Refuses what all of its rows have shown to be no features.
    ///
    /// # Errors
    ///
    /// `NoNumbers`, `NotNumbers`.
    pub(super) fn check(&self) -> Result<()> {
        if self.columns() == 0 {
            return Err(ErrorKind::NoNumbers.into());
        }
        match self {
            Text::Table(table) => table.check(),
            Text::Lines(_) => Ok(()),
        }
    }

    /// The columns or the field that the features are.
    pub(super) fn names(&self) -> String {
        match self {
            Text::Table(table) => table.names(),
            Text::Lines(lines) => lines.names(),
        }
    }

    /// Takes what all of its rows say.
    fn take(&mut self, seen: &Seen) {
        let Seen(facts) = seen;
        match self {
            Text::Table(table) => {
                table.columns.iter_mut().zip(facts).for_each(|(column, facts)| column.facts = facts.clone());
            }
            Text::Lines(lines) => {
                lines.fields.iter_mut().zip(facts).for_each(|(field, facts)| field.facts = facts.clone());
            }
        }
    }

    /// What of it says how its rows are read.
    fn reading(&self) -> (Vec<bool>, Vec<u32>, u64) {
        match self {
            Text::Table(table) => {
                let features = table.columns.iter().map(|column| column.kind == Kind::Feature).collect();
                (features, table.order.clone(), self.columns())
            }
            Text::Lines(lines) => {
                (lines.fields.iter().map(|field| field.is_label).collect(), Vec::new(), self.columns())
            }
        }
    }

    /// Where the numbers of so many rows stand once they are read.
    ///
    /// # Errors
    ///
    /// `TooFewRows`, `ShapeOverflow`.
    pub fn layout(&self, rows: u64) -> Result<Layout> {
        let columns = self.columns();
        let length =
            rows.checked_mul(columns).and_then(|count| count.checked_mul(8)).ok_or(ErrorKind::ShapeOverflow)?;
        let dtype = Dtype { number: Number::Float64, big_endian: false };
        Layout::dense(ByteRange { offset: 0, length }, &[rows, columns], dtype, Order::C)
    }
}

/// What all rows of a text say of its columns.
#[derive(Clone, Debug, Default)]
pub struct Seen(Vec<Facts>);

/// Decides how the parts of one matrix are read, all together; with what all their rows say, if that is known. The answer is whether that is
/// otherwise than before, so that they are to be read again.
///
/// # Errors
///
/// Which part (counted from 0) has other columns than the first, and how they differ.
pub(super) fn agree(parts: &mut [&mut Text], seen: Option<&[Seen]>) -> std::result::Result<bool, (usize, String)> {
    let before: Vec<_> = parts.iter().map(|part| part.reading()).collect();
    for (part, seen) in parts.iter_mut().zip(seen.unwrap_or_default()) {
        part.take(seen);
    }
    if let Some(mut tables) = all(parts, |part| if let Text::Table(table) = part { Some(table) } else { None }) {
        table::agree(&mut tables)?;
    } else if let Some(mut all_lines) =
        all(parts, |part| if let Text::Lines(lines) = part { Some(lines) } else { None })
    {
        lines::agree(&mut all_lines)?;
    }
    Ok(parts.iter().map(|part| part.reading()).ne(before))
}

/// All parts as one kind of text, if all are.
fn all<'a, Part>(
    parts: &'a mut [&mut Text],
    of: impl for<'t> Fn(&'t mut Text) -> Option<&'t mut Part>,
) -> Option<Vec<&'a mut Part>> {
    parts.iter_mut().map(|part| of(part)).collect()
}

/// What is in a file of text, or `None` where it is no table of numbers.
pub(super) fn contents(known: &Known) -> Step<Option<Contents>> {
    let mut most = SAMPLE_BYTES;
    loop {
        let start = known.start(most)?;
        let whole = start.len() as u64 == known.size;
        let guess = |start| {
            let table = table::guess(start, whole).map(|table| table.map(of_table));
            table.or_else(|| lines::guess(start, whole).map(|lines| lines.map(of_lines)))
        };
        return match guess(start) {
            None => Ok(None),
            Some(Ok(contents)) => Ok(Some(contents)),
            Some(Err(error)) if error.code() == "line_too_long" && !whole && most < 2 * MAX_LINE as u64 => {
                most = (most * 8).min(2 * MAX_LINE as u64);
                continue;
            }
            Some(Err(error)) => Err(Stop::Refused(error)),
        };
    }
}

/// What a table holds: a matrix for each column of vectors, and one of all columns of numbers.
fn of_table(table: Table) -> Contents {
    let vectors = (0..table.columns.len()).filter(|&i| table.columns[i].kind == Kind::Vector);
    let mut arrays: Vec<Array> = vectors
        .map(|index| {
            let name = table.columns[index].name.clone().unwrap_or_else(|| format!("column {}", index + 1));
            array(&name, Text::Table(Table { chosen: OfTable::Vector(index), ..table.clone() }))
        })
        .collect();
    if table.columns.iter().any(|column| column.kind == Kind::Feature) {
        let name = if arrays.is_empty() { "" } else { "columns" };
        let mut columns = array(name, Text::Table(Table { chosen: OfTable::Columns, ..table.clone() }));
        if !arrays.is_empty() && columns.shape[1] == 1 {
            columns.shape.pop();
        }
        arrays.push(columns);
    }
    Contents { labels: table.labels(), ..Contents::new(Format::Table, arrays) }
}

fn of_lines(lines: Lines) -> Contents {
    let field = |(index, field): (usize, &lines::Field)| {
        let chosen = Lines { chosen: Chosen::Field(index), ..lines.clone() };
        (!field.is_label && field.columns > 1).then(|| array(field.name.as_deref().unwrap_or(""), Text::Lines(chosen)))
    };
    let arrays: Vec<Array> = match lines.chosen {
        Chosen::Field(_) => lines.fields.iter().enumerate().filter_map(field).collect(),
        Chosen::Line | Chosen::Numbers => vec![array("", Text::Lines(lines.clone()))],
    };
    Contents { labels: lines.labels(), ..Contents::new(Format::Lines, arrays) }
}

fn array(name: &str, text: Text) -> Array {
    // How many rows there are is known when all of them were read.
    let shape = vec![0, text.columns()];
    Array { name: name.to_owned(), shape, dtype: Number::Float64.name().to_owned(), form: Ok(Form::Text(text)) }
}

/// Reads text from its beginning.
#[derive(Debug)]
pub struct TextReader {
    text: Text,
    /// Bytes that came in and were not read yet. They begin where a row begins.
    rest: Vec<u8>,
    /// How many of them are worth a look.
    enough: usize,
    /// Lines before them.
    lines: u64,
    rows: u64,
    numbers: Vec<f64>,
    watch: Watched,
}

/// What a text's rows have said so far.
#[derive(Debug)]
enum Watched {
    Table(Watch),
    Lines(Progress),
}

impl TextReader {
    /// For text that comes from [`Text::start`] on.
    pub fn new(text: Text) -> TextReader {
        let (lines, enough) = (text.lines_before(), text.longest());
        let watch = match &text {
            Text::Table(table) => Watched::Table(Watch::new(table)),
            Text::Lines(lines) => Watched::Lines(Progress::new(lines)),
        };
        TextReader { text, rest: Vec::new(), enough, lines, rows: 0, numbers: Vec::new(), watch }
    }

    /// Takes the next bytes, and gives the numbers of the rows that they complete, row after row. (A row may be held back until
    /// more bytes come.)
    ///
    /// # Errors
    ///
    /// `BadCell`, `RaggedRow`, `UnterminatedQuote`, `LineTooLong`, `Malformed`.
    pub fn push(&mut self, bytes: &[u8], last: bool) -> Result<&[f64]> {
        self.numbers.clear();
        self.rest.extend_from_slice(bytes);
        if self.rest.len() < self.enough && !last {
            return Ok(&[]);
        }
        let parsed = match (&self.text, &mut self.watch) {
            (Text::Table(table), Watched::Table(watch)) => {
                table::parse(table, watch, &self.rest, last, &mut self.numbers)
            }
            (Text::Lines(lines), Watched::Lines(progress)) => {
                lines::parse(lines, progress, &self.rest, last, &mut self.numbers)
            }
            _ => return Err(ErrorKind::Internal { problem: "a text is read as another" }.into()),
        };
        let parsed = parsed.map_err(|refusal| refusal.after(self.lines))?;
        self.rows += parsed.rows;
        self.lines += parsed.lines;
        self.rest.drain(..parsed.end);
        // The beginning of a row is looked at again together with at least as many new bytes, and with a row's worth of them:
        // the work grows with the file alone, however small the pieces and however long the rows are.
        let open = self.rest.len();
        self.enough = open + open.max(self.text.longest());
        Ok(&self.numbers)
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// What the rows have said of the columns.
    pub fn seen(self) -> Seen {
        match (self.watch, &self.text) {
            (Watched::Table(watch), Text::Table(table)) => Seen(watch.facts(table)),
            (Watched::Lines(progress), _) => Seen(progress.facts),
            _ => Seen::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(file: &[u8]) -> Text {
        let guessed = table::guess(file, true).map(|table| table.map(Text::Table));
        guessed.or_else(|| lines::guess(file, true).map(|lines| lines.map(Text::Lines))).unwrap().unwrap()
    }

    /// Numbers and rows of a file that comes in pieces of so many bytes.
    fn read(file: &[u8], piece: usize) -> Result<(Vec<f64>, u64)> {
        let text = opened(file);
        let body = &file[text.start() as usize..];
        let mut reader = TextReader::new(text);
        let mut numbers = Vec::new();
        let mut pieces = body.chunks(piece).peekable();
        while let Some(bytes) = pieces.next() {
            numbers.extend_from_slice(reader.push(bytes, pieces.peek().is_none())?);
        }
        Ok((numbers, reader.rows()))
    }

    #[test]
    fn pieces_of_any_length_give_the_same_rows() {
        let table = b"\"a,\nb\",x,y,text\n1,2.5,3,\"one\ntwo\"\n4,5.5,6,\"a \"\"long\"\" one, of many words in a row\"\n\n7,8.5,-9e-1,z\n";
        let lines = b"{\"id\": 1, \"e\": [1, 2.5]}\n{\"id\": 2, \"e\": [3, NaN]}\n\n{\"id\": 3, \"e\": [5, 6]}";
        for file in [table.as_slice(), lines] {
            let (whole, rows) = read(file, file.len()).unwrap();
            assert_eq!(rows, 3);
            for piece in 1..file.len() {
                let (numbers, found) = read(file, piece).unwrap();
                assert_eq!(found, rows, "pieces of {piece} bytes");
                assert_eq!(format!("{numbers:?}"), format!("{whole:?}"), "pieces of {piece} bytes");
            }
        }
    }

    #[test]
    fn lines_in_errors_are_those_of_the_file() {
        let file = b"x,y\n1.5,2.5\n3,4.5\n5,6.5\n7,word\n";
        let text = opened(&file[..24]);
        for piece in 1..file.len() {
            let mut reader = TextReader::new(text.clone());
            let mut pieces = file[text.start() as usize..].chunks(piece).peekable();
            let refused = loop {
                let bytes = pieces.next().expect("it is refused before its end");
                if let Err(error) = reader.push(bytes, pieces.peek().is_none()) {
                    break error;
                }
            };
            assert!(refused.to_string().starts_with("Line 5, column y: \"word\""), "{piece}: {refused}");
        }
    }
}
