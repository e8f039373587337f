/*! From the first bytes of a file to how its JSON lines are read. */

use std::collections::HashMap;

use super::super::table::{Facts, MAX_LINE};
use super::document::{self, Next};
use super::scan::{Scan, Value};
use super::{Chosen, Field, Framing, Lines};
use crate::error::{ErrorKind, Result};

/// Lines that are looked at.
const SAMPLE_LINES: usize = 1000;

/// The JSON that some bytes, the first of a file (or all: `whole`), begin: lines, or else one value with an array of rows. None: neither.
///
/// # Errors
///
/// `NoNumbers` for objects without them; `RaggedRow` where only arrays of different lengths occur; `LineTooLong` where the bytes
/// end before the second line: give more of them, up to twice [`MAX_LINE`].
pub(in crate::source) fn guess(start: &[u8], whole: bool) -> Option<Result<Lines>> {
    let begin = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    of_lines(start, begin, whole).or_else(|| of_document(start, begin, whole))
}

fn of_lines(start: &[u8], begin: usize, whole: bool) -> Option<Result<Lines>> {
    let mut sample = Sample { start: begin as u64, ..Sample::default() };
    let mut at = begin;
    let may_go_on = !whole && start.len() < 2 * MAX_LINE;
    while sample.lines.len() < SAMPLE_LINES && at < start.len() {
        let end = memchr::memchr(b'\n', &start[at..]).map(|end| at + end);
        let line = &start[at..end.unwrap_or(start.len())];
        if end.is_none() && !whole {
            if sample.lines.len() < 2 && may_go_on && begins_a_line(line) {
                let line = sample.ends + 1;
                return Some(Err(ErrorKind::LineTooLong { line, limit: start.len() as u64 }.into()));
            }
            break;
        }
        if !line.trim_ascii().is_empty() && sample.add(line).is_none() {
            // What is wrong further on is for the parser to tell.
            if sample.lines.len() < 2 {
                return None;
            }
            break;
        }
        sample.ends += 1;
        at = end.map_or(start.len(), |end| end + 1);
    }
    if sample.lines.len() < 2 && may_go_on && !sample.lines.is_empty() {
        return Some(Err(ErrorKind::LineTooLong { line: sample.ends + 1, limit: start.len() as u64 }.into()));
    }
    if sample.lines.len() < 2 { None } else { sample.judge(Framing::Lines, 0) }
}

fn of_document(start: &[u8], begin: usize, whole: bool) -> Option<Result<Lines>> {
    let ends = |until: usize| memchr::memchr_iter(b'\n', &start[..until]).count() as u64;
    let found = document::find(start, begin)?;
    let before = ends(found);
    let mut sample = Sample { start: found as u64, ..Sample::default() };
    let mut at = found;
    while sample.lines.len() < SAMPLE_LINES {
        match document::next(start, at) {
            Ok(Next::Row(begin, end)) => {
                sample.ends = ends(begin);
                // What is wrong further on is for the parser to tell.
                if sample.add(&start[begin..end]).is_none() {
                    break;
                }
                at = end;
            }
            Ok(Next::Open(begin)) if !whole && start.len() < 2 * MAX_LINE && sample.lines.len() < 2 => {
                let line = ends(begin) + 1;
                return Some(Err(ErrorKind::LineTooLong { line, limit: start.len() as u64 }.into()));
            }
            _ => break,
        }
    }
    if sample.lines.len() < 2 { None } else { sample.judge(Framing::Document, before) }
}

/// Whether a line that is cut off may be an object or an array of numbers. An array of arrays is one JSON value for the whole file.
fn begins_a_line(line: &[u8]) -> bool {
    let mut scan = Scan::new(line);
    match scan.peek() {
        Some(b'{') => true,
        Some(b'[') => line.trim_ascii().get(1..).is_some_and(|rest| Scan::new(rest).number().is_some()),
        _ => false,
    }
}

/// What was seen of a field.
struct Seen<'a> {
    name: &'a [u8],
    /// Lines with it.
    lines: u64,
    /// The numbers in the first of its arrays.
    array: Option<u64>,
    /// An array with another number of them: its line, and how many.
    ragged: Option<(u64, u64)>,
    /// Of its values other than arrays.
    facts: Facts,
}

impl<'a> Seen<'a> {
    fn new(name: &'a [u8]) -> Seen<'a> {
        Seen { name, lines: 0, array: None, ragged: None, facts: Facts::NONE }
    }

    fn add(&mut self, value: Value, line: u64) {
        self.lines += 1;
        value.told(&mut self.facts);
        match value {
            Value::Numbers(count) => {
                if *self.array.get_or_insert(count) != count {
                    self.ragged.get_or_insert((line, count));
                }
            }
            Value::Number(..) | Value::Null | Value::Other => {}
        }
    }
}

/// The first lines.
#[derive(Default)]
struct Sample<'a> {
    start: u64,
    /// Line ends before the line that is looked at.
    ends: u64,
    /// The length of each line that is not blank.
    lines: Vec<usize>,
    /// Whether the lines are arrays. Those have one field without a name.
    arrays: bool,
    fields: Vec<Seen<'a>>,
    index: HashMap<&'a [u8], usize>,
}

impl<'a> Sample<'a> {
    /// None where the line is not what it should be.
    fn add(&mut self, line: &'a [u8]) -> Option<()> {
        let mut scan = Scan::new(line);
        let at = self.ends + 1;
        let array = scan.peek()? == b'[';
        if self.lines.is_empty() {
            self.arrays = array;
        } else if self.arrays != array {
            return None;
        }
        // A line counts only as a whole: its values wait until its end is seen.
        let mut values = Vec::new();
        if array {
            let value @ Value::Numbers(_) = scan.value().ok()? else { return None };
            values.push((&b""[..], value));
        } else {
            let read = scan.object(|scan, key| {
                values.push((key, scan.value()?));
                Ok(())
            });
            read.ok()?;
        }
        scan.end().ok()?;
        for (key, value) in values {
            let fields = &mut self.fields;
            let index = *self.index.entry(key).or_insert_with(|| {
                fields.push(Seen::new(key));
                fields.len() - 1
            });
            self.fields[index].add(value, at);
        }
        self.lines.push(line.len());
        Some(())
    }

    fn judge(self, framing: Framing, before: u64) -> Option<Result<Lines>> {
        // An array that every line has is better than one that is longer.
        let best = |&i: &usize| (self.fields[i].lines, self.fields[i].array, std::cmp::Reverse(i));
        let several = |field: &Seen<'_>| field.array.is_some_and(|count| count >= 2);
        let even = |field: &Seen<'_>| several(field) && field.ragged.is_none();
        let chosen = if self.arrays {
            // Not even one number in each line makes no rows.
            self.fields.first().and_then(|field| field.array).filter(|&count| count > 0)?;
            Chosen::Line
        } else if let Some(index) = (0..self.fields.len()).filter(|&i| even(&self.fields[i])).max_by_key(best) {
            Chosen::Field(index)
        } else if let Some(field) = self.fields.iter().find(|field| several(field)) {
            let (line, cells) = field.ragged?;
            return Some(Err(ErrorKind::RaggedRow { line, cells, expected: field.array? }.into()));
        } else {
            Chosen::Numbers
        };

        let names: Vec<_> = self.fields.iter().map(|field| String::from_utf8_lossy(field.name)).collect();
        let fields: Vec<Field> = self
            .fields
            .iter()
            .zip(&names)
            .map(|(field, name)| Field {
                name: (!self.arrays).then(|| name.clone().into_owned()),
                columns: field.array.filter(|_| even(field) || self.arrays).unwrap_or(1),
                is_label: !self.arrays && !even(field),
                facts: field.facts.clone(),
            })
            .collect();
        let mut lines = Lines {
            framing,
            before,
            start: self.start,
            longest: self.lines.iter().copied().max().unwrap_or(0) as u64,
            sampled: self.lines.len() as u64,
            chosen,
            fields,
        };
        lines.decide();
        if chosen == Chosen::Numbers {
            // A class beside texts is no table of numbers.
            let mut features = lines.fields.iter().filter(|field| !field.is_label);
            let lone =
                lines.fields.len() > 1 && lines.features() == 1 && features.all(|field| field.facts.is_integer());
            if lines.features() == 0 || lone {
                return Some(Err(ErrorKind::NoNumbers.into()));
            }
        }
        Some(Ok(lines))
    }
}
