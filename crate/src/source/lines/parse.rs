/*! From bytes to the numbers of their lines. */

use std::collections::HashMap;

use super::super::table::{Complaint, MAX_LINE, Parsed, Refusal, excerpt};
use super::document::{self, Next};
use super::scan::{Flat, Result, Scan, Value, malformed};
use super::{Chosen, Framing, Lines, Progress};

/// Reads the lines that end within some bytes, which begin where a line begins, and appends the features of each. The file ends
/// with the last of them. Where fields are features, what their values say of them is taken by `progress`.
///
/// # Errors
///
/// A [`Refusal`] for the first line that is not like the others; nothing is appended then.
pub fn parse(
    lines: &Lines,
    progress: &mut Progress,
    bytes: &[u8],
    last: bool,
    out: &mut Vec<f64>,
) -> std::result::Result<Parsed, Refusal> {
    let before = out.len();
    let ends = |until: usize| memchr::memchr_iter(b'\n', &bytes[..until]).count() as u64;
    if progress.ended {
        return Ok(Parsed { rows: 0, lines: ends(bytes.len()), end: bytes.len() });
    }
    let mut parser = Parser::new(lines, progress, out);
    let read = match lines.framing {
        Framing::Lines => parser.rows(bytes, last),
        Framing::Document => parser.elements(bytes, last),
    };
    match read {
        Ok(end) => Ok(Parsed { rows: parser.rows, lines: ends(end), end }),
        Err((begin, complaint)) => {
            out.truncate(before);
            Err(Refusal { line: ends(begin), complaint })
        }
    }
}

struct Parser<'l, 'o> {
    lines: &'l Lines,
    progress: &'o mut Progress,
    /// Where a field is in the list of fields.
    index: HashMap<&'l [u8], usize>,
    /// The row in which a field was seen last, counted from 1.
    seen: Vec<u64>,
    /// Where a field's number stands in a row, if many numbers are the features.
    column: Vec<Option<usize>>,
    rows: u64,
    out: &'o mut Vec<f64>,
}

impl<'l, 'o> Parser<'l, 'o> {
    fn new(lines: &'l Lines, progress: &'o mut Progress, out: &'o mut Vec<f64>) -> Parser<'l, 'o> {
        let name = |i: usize| lines.fields[i].name.as_deref().unwrap_or_default().as_bytes();
        let mut features = 0;
        let column = lines.fields.iter().map(|field| {
            let feature = lines.chosen == Chosen::Numbers && !field.is_label;
            features += usize::from(feature);
            feature.then(|| features - 1)
        });
        Parser {
            lines,
            progress,
            index: (0..lines.fields.len()).map(|i| (name(i), i)).collect(),
            seen: vec![0; lines.fields.len()],
            column: column.collect(),
            rows: 0,
            out,
        }
    }

    /// Reads all lines that end. The answer is where the next begins; or what is wrong, and where that line begins.
    fn rows(&mut self, bytes: &[u8], last: bool) -> std::result::Result<usize, (usize, Complaint)> {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..bytes.len().min(at + MAX_LINE)];
            let end = memchr::memchr(b'\n', rest);
            if end.is_none() && rest.len() == MAX_LINE {
                return Err((at, Complaint::LineTooLong));
            }
            if end.is_none() && !last {
                break;
            }
            let line = &rest[..end.unwrap_or(rest.len())];
            if !line.trim_ascii().is_empty() {
                self.rows += 1;
                self.row(line).map_err(|complaint| (at, complaint))?;
            }
            at += line.len() + usize::from(end.is_some());
        }
        Ok(at)
    }

    /// Reads all elements of a document's array that end. The answer is as that of [`Self::rows`].
    fn elements(&mut self, bytes: &[u8], last: bool) -> std::result::Result<usize, (usize, Complaint)> {
        let mut at = 0;
        loop {
            match document::next(bytes, at)? {
                Next::Row(begin, end) => {
                    self.rows += 1;
                    self.row(&bytes[begin..end]).map_err(|complaint| (begin, complaint))?;
                    at = end;
                }
                Next::Open(begin) if last => {
                    return Err((begin, malformed("ends inside the list of rows".to_owned())));
                }
                Next::Open(begin) => return Ok(begin),
                Next::End(end) if bytes.len() - end < document::BEHIND && !last => return Ok(end - 1),
                Next::End(end) => {
                    if let Some(name) = document::another(&bytes[end..]) {
                        let problem = format!("holds a second list of rows, {name:?}: save one of them by itself");
                        return Err((end, malformed(problem)));
                    }
                    self.progress.ended = true;
                    return Ok(bytes.len());
                }
            }
        }
    }

    fn row(&mut self, line: &[u8]) -> Result<()> {
        let mut scan = Scan::new(line);
        match self.lines.chosen {
            Chosen::Line => self.array(&mut scan, 0)?,
            Chosen::Field(chosen) => {
                self.object(&mut scan, |parser, scan, field| match field {
                    Some(field) if field == chosen => parser.array(scan, field),
                    _ => scan.value().map(|_| ()),
                })?;
                if self.seen.get(chosen) != Some(&self.rows) {
                    return Err(self.bad_cell(chosen, String::new()));
                }
            }
            Chosen::Numbers => self.numbers(&mut scan)?,
        }
        scan.end()
    }

    /// The array of all features.
    fn array(&mut self, scan: &mut Scan<'_>, field: usize) -> Result<()> {
        let expected = self.lines.features();
        let out = &mut *self.out;
        match scan.flat(|number| out.push(number))? {
            Flat::Numbers(cells) if cells == expected => Ok(()),
            Flat::Numbers(cells) => Err(Complaint::RaggedRow { cells, expected }),
            Flat::Stopped(index) => {
                let name = self.lines.fields.get(field).and_then(|field| field.name.as_deref());
                let column = match name {
                    Some(name) => format!("{}[{index}]", excerpt(name.as_bytes())),
                    None => (index + 1).to_string(),
                };
                Err(Complaint::BadCell { column, text: scan.next_words() })
            }
        }
    }

    /// Features that are fields, each at its place whatever their order.
    fn numbers(&mut self, scan: &mut Scan<'_>) -> Result<()> {
        let (begin, expected) = (self.out.len(), self.lines.features());
        self.out.resize(begin.saturating_add(expected as usize), f64::NAN);
        let mut cells = 0;
        self.object(scan, |parser, scan, field| {
            let Some(field) = field else { return scan.value().map(|_| ()) };
            let Some(column) = parser.column[field] else {
                scan.value()?.told(&mut parser.progress.facts[field]);
                return Ok(());
            };
            let number = if parser.progress.facts[field].whole {
                let mut before = scan.clone();
                let value = scan.value()?;
                value.told(&mut parser.progress.facts[field]);
                match value {
                    Value::Number(number, _) => number,
                    Value::Null => f64::NAN,
                    Value::Numbers(_) | Value::Other => return Err(parser.bad_cell(field, before.next_words())),
                }
            } else {
                scan.number().ok_or_else(|| parser.bad_cell(field, scan.next_words()))?
            };
            parser.out[begin + column] = number;
            cells += 1;
            Ok(())
        })?;
        if cells == expected { Ok(()) } else { Err(Complaint::RaggedRow { cells, expected }) }
    }

    /// Reads an object, and gives the index of each field. Fields that no line of the sample had have none.
    fn object(
        &mut self,
        scan: &mut Scan<'_>,
        mut each: impl FnMut(&mut Self, &mut Scan<'_>, Option<usize>) -> Result<()>,
    ) -> Result<()> {
        let mut next = 0;
        scan.object(|scan, key| {
            let fields = &self.lines.fields;
            // Most often fields come in the same order in every line.
            let expected = fields.get(next).and_then(|field| field.name.as_deref());
            let field = if expected.is_some_and(|name| name.as_bytes() == key) {
                Some(next)
            } else {
                self.index.get(key).copied()
            };
            if let Some(field) = field {
                if std::mem::replace(&mut self.seen[field], self.rows) == self.rows {
                    return Err(malformed(format!("has the field {:?} twice", excerpt(key))));
                }
                next = field + 1;
            }
            each(self, scan, field)
        })
    }

    fn bad_cell(&self, field: usize, text: String) -> Complaint {
        let name = self.lines.fields.get(field).and_then(|field| field.name.as_deref()).unwrap_or_default();
        Complaint::BadCell { column: excerpt(name.as_bytes()), text }
    }
}
