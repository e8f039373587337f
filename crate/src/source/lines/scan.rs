/*!
A scanner of JSON, one line at a time and without recursion.

It reads what Python's json.dumps writes, NaN and Infinity with it. What is passed over is only looked at closely enough to find
its end.
*/

use super::super::table::{Complaint, Facts, beginning, excerpt};

/// Arrays and objects inside each other, at most.
const MAX_DEPTH: u32 = 64;

pub(super) type Result<T> = std::result::Result<T, Complaint>;

/// What is wrong with a line.
pub(super) fn malformed(problem: String) -> Complaint {
    Complaint::Malformed { problem }
}

/// A place in a line.
#[derive(Clone)]
pub(super) struct Scan<'a> {
    line: &'a [u8],
    at: usize,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    /// A number, and whether it is written as a whole number.
    Number(f64, bool),
    Null,
    /// An array of numbers, at any depth, and how many there are.
    Numbers(u64),
    /// Anything else.
    Other,
}

impl Value {
    /// Takes a value into what is known of its field.
    pub(super) fn told(self, facts: &mut Facts) {
        match self {
            Value::Number(number, integer) => facts.number(number, integer),
            Value::Null => facts.missing(),
            Value::Numbers(_) | Value::Other => facts.text(),
        }
    }
}

/// How an array of numbers ends.
pub(super) enum Flat {
    /// With so many numbers.
    Numbers(u64),
    /// At something that is no number, behind so many that are.
    Stopped(u64),
}

impl<'a> Scan<'a> {
    pub(super) fn new(line: &'a [u8]) -> Scan<'a> {
        Scan { line, at: 0 }
    }

    /// The next byte that is no space.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(&byte) = self.line.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Takes a character if it comes next.
    fn take(&mut self, expected: u8) -> bool {
        let found = self.peek() == Some(expected);
        self.at += usize::from(found);
        found
    }

    fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    /// What comes next, for an error: up to a separator.
    pub(super) fn next_words(&mut self) -> String {
        let rest = match self.peek() {
            Some(_) => self.rest(),
            None => return String::new(),
        };
        let end =
            rest.iter().skip(1).position(|byte| matches!(byte, b',' | b']' | b'}')).map_or(rest.len(), |end| end + 1);
        excerpt(&rest[..end])
    }

    /// The complaint that something else was expected here.
    pub(super) fn surprise(&mut self, expected: &str) -> Complaint {
        malformed(match self.peek() {
            Some(_) => format!("is no JSON: {expected} was expected where {:?} stands", self.next_words()),
            None => "ends too early".to_owned(),
        })
    }

    pub(super) fn end(&mut self) -> Result<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.surprise("its end")) }
    }

    /// A string as it stands between its quotation marks, escapes and all.
    fn string(&mut self) -> Result<&'a [u8]> {
        if !self.take(b'"') {
            return Err(self.surprise("a quotation mark"));
        }
        let begin = self.at;
        while let Some(found) = memchr::memchr2(b'"', b'\\', self.rest()) {
            let at = self.at + found;
            if self.line[at] == b'"' {
                self.at = at + 1;
                return Ok(&self.line[begin..at]);
            }
            self.at = at + 2;
        }
        Err(malformed("ends inside a string".to_owned()))
    }

    /// A number, or null for one that is missing. Nothing is taken if there is none.
    #[inline]
    pub(super) fn number(&mut self) -> Option<f64> {
        let (number, length) = match self.peek()? {
            b'-' | b'0'..=b'9' | b'N' | b'I' => beginning(self.rest())?,
            b'n' if self.rest().starts_with(b"null") => (f64::NAN, 4),
            _ => return None,
        };
        self.at += length;
        Some(number)
    }

    /// An array of numbers, or of arrays of them, as one run of numbers.
    pub(super) fn flat(&mut self, mut each: impl FnMut(f64)) -> Result<Flat> {
        if !self.take(b'[') {
            return Ok(Flat::Stopped(0));
        }
        let (mut depth, mut count, mut opened) = (1, 0, true);
        loop {
            // A value, or the end of an array with none.
            if opened && self.take(b']') {
                depth -= 1;
            } else if self.take(b'[') {
                depth += 1;
                opened = true;
                if depth > MAX_DEPTH {
                    return Err(too_deep());
                }
                continue;
            } else if let Some(number) = self.number() {
                each(number);
                count += 1;
            } else if self.peek().is_none() {
                return Err(self.surprise("a number"));
            } else {
                return Ok(Flat::Stopped(count));
            }
            opened = false;
            // What is behind it: further ends, and a comma before the next.
            while depth > 0 && self.take(b']') {
                depth -= 1;
            }
            if depth == 0 {
                return Ok(Flat::Numbers(count));
            }
            if !self.take(b',') {
                return Err(self.surprise("a comma"));
            }
        }
    }

    /// Passes a value, whatever it is.
    pub(super) fn value(&mut self) -> Result<Value> {
        match self.peek() {
            Some(b'"') => self.string().map(|_| Value::Other),
            Some(b'[') => {
                let begin = self.at;
                match self.flat(|_| {})? {
                    Flat::Numbers(count) => return Ok(Value::Numbers(count)),
                    Flat::Stopped(_) => self.at = begin,
                }
                self.nested().map(|()| Value::Other)
            }
            Some(b'{') => self.nested().map(|()| Value::Other),
            _ => {
                for (word, value) in
                    [("null", Value::Null), ("true", Value::Number(1.0, true)), ("false", Value::Number(0.0, true))]
                {
                    if self.rest().starts_with(word.as_bytes()) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                let begin = self.at;
                let number = self.number().ok_or_else(|| self.surprise("a value"))?;
                let text = &self.line[begin..self.at];
                Ok(Value::Number(number, !text.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E' | b'N' | b'I'))))
            }
        }
    }

    /// Passes an array or an object, of which only strings and brackets are looked at.
    fn nested(&mut self) -> Result<()> {
        // Which of the open brackets are square, the innermost last.
        let (mut depth, mut square) = (0, 0u64);
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'[' | b'{' => {
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return Err(too_deep());
                    }
                    square = square << 1 | u64::from(byte == b'[');
                }
                b']' | b'}' => {
                    if (square & 1 == 1) != (byte == b']') {
                        return Err(self.surprise("another bracket"));
                    }
                    depth -= 1;
                    square >>= 1;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
        Err(self.surprise("a bracket"))
    }

    /// Reads an object to its end. For each of its keys, the call has to take the value.
    pub(super) fn object(&mut self, mut each: impl FnMut(&mut Scan<'a>, &'a [u8]) -> Result<()>) -> Result<()> {
        if !self.take(b'{') {
            return Err(self.surprise("an object"));
        }
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let key = self.string()?;
            if !self.take(b':') {
                return Err(self.surprise("a colon"));
            }
            each(self, key)?;
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.surprise("a comma"));
            }
        }
    }
}

fn too_deep() -> Complaint {
    malformed(format!("nests deeper than {MAX_DEPTH} levels"))
}
