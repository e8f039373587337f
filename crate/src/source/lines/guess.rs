/*! From the first bytes of a file to how its JSON lines are read. */

use std::collections::HashMap;

use super::super::table::{Looks, MAX_LINE, labels};
use super::scan::{Scan, Value};
use super::{Chosen, Field, Lines};
use crate::error::{ErrorKind, Result};

/// Lines that are looked at.
const SAMPLE_LINES: usize = 1000;

/// The JSON lines that some bytes, the first of a file (or all: `whole`), begin. None: there are none. A single JSON value is none
/// either, as it has no rows.
///
/// # Errors
///
/// `NoNumbers` for objects without them; `RaggedRow` where only arrays of different lengths occur; `LineTooLong` where the bytes
/// end before the second line: give more of them, up to twice [`MAX_LINE`].
pub(in crate::source) fn guess(start: &[u8], whole: bool) -> Option<Result<Lines>> {
    let begin = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut sample = Sample { start: begin as u64, ..Sample::default() };
    let mut at = begin;
    while sample.lines.len() < SAMPLE_LINES && at < start.len() {
        let end = memchr::memchr(b'\n', &start[at..]).map(|end| at + end);
        let line = &start[at..end.unwrap_or(start.len())];
        if end.is_none() && !whole {
            if sample.lines.len() < 2 && start.len() < 2 * MAX_LINE && begins_a_line(line) {
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
    if sample.lines.len() < 2 && !whole && start.len() < 2 * MAX_LINE && !sample.lines.is_empty() {
        return Some(Err(ErrorKind::LineTooLong { line: sample.ends + 1, limit: start.len() as u64 }.into()));
    }
    if sample.lines.len() < 2 { None } else { sample.judge() }
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
    numbers: u64,
    nulls: u64,
    integer: bool,
    whole: bool,
    least: f64,
    most: f64,
    counting: bool,
}

impl<'a> Seen<'a> {
    fn new(name: &'a [u8]) -> Seen<'a> {
        Seen {
            name,
            lines: 0,
            array: None,
            ragged: None,
            numbers: 0,
            nulls: 0,
            integer: true,
            whole: true,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            counting: true,
        }
    }

    fn add(&mut self, value: Value, line: u64) {
        self.lines += 1;
        match value {
            Value::Number(number, integer) => {
                self.counting &= number == self.numbers as f64 || number == self.numbers as f64 + 1.0;
                self.numbers += 1;
                self.integer &= integer;
                self.whole &= number.fract() == 0.0;
                self.least = self.least.min(number);
                self.most = self.most.max(number);
            }
            Value::Null => self.nulls += 1,
            Value::Numbers(count) => {
                if *self.array.get_or_insert(count) != count {
                    self.ragged.get_or_insert((line, count));
                }
            }
            Value::Other => {}
        }
    }

    /// Whether all there is are numbers, or null for them.
    fn is_number(&self) -> bool {
        self.numbers > 0 && self.numbers + self.nulls == self.lines
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

    fn judge(self) -> Option<Result<Lines>> {
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
        let numbers: Vec<usize> = (0..self.fields.len()).filter(|&i| self.fields[i].is_number()).collect();
        let looks: Vec<Looks<'_>> = numbers
            .iter()
            .map(|&i| Looks {
                name: Some(&names[i]),
                named: true,
                integer: self.fields[i].integer,
                whole: self.fields[i].whole,
                constant: self.fields[i].least >= self.fields[i].most,
                counting: i == 0 && self.fields[i].counting,
            })
            .collect();
        let mut fields: Vec<Field> = self
            .fields
            .iter()
            .zip(&names)
            .map(|(field, name)| Field {
                name: (!self.arrays).then(|| name.clone().into_owned()),
                columns: field.array.filter(|_| even(field) || self.arrays).unwrap_or(1),
                is_label: !self.arrays && !even(field),
            })
            .collect();
        if chosen == Chosen::Numbers {
            for (&i, label) in numbers.iter().zip(labels(&looks)) {
                fields[i].is_label = label;
            }
            // A class beside texts is no table of numbers.
            let lone = matches!(looks.as_slice(), [only] if only.integer);
            if numbers.is_empty() || lone && fields.len() > 1 {
                return Some(Err(ErrorKind::NoNumbers.into()));
            }
        }
        Some(Ok(Lines {
            start: self.start,
            longest: self.lines.iter().copied().max().unwrap_or(0) as u64,
            sampled: self.lines.len() as u64,
            chosen,
            fields,
        }))
    }
}
