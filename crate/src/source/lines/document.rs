/*!
One JSON value for the whole file, whose rows are the elements of an array in it: an array of arrays, an array of objects, or an
object that holds one, as services answer (`{"data": [{"embedding": […]}, …]}`).
*/

use super::super::table::{Complaint, MAX_LINE, excerpt};
use super::scan::malformed;

/// Objects within each other in which the array is looked for.
const DEEPEST: u32 = 4;

/// Bytes behind the rows that are looked at for more rows.
pub(super) const BEHIND: usize = 4096;

/// Bytes that are repeated of what is no row.
const MOST_WORDS: usize = 80;

/// What comes next in an array of rows.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// A row, from its first byte to behind its last.
    Row(usize, usize),
    /// The end of the array, and the byte behind it.
    End(usize),
    /// Neither within the bytes: where the row begins.
    Open(usize),
}

/// Where the first row's array begins (behind its bracket): the first array of arrays or objects.
pub(super) fn find(bytes: &[u8], begin: usize) -> Option<usize> {
    let mut at = space(bytes, begin);
    match bytes.get(at)? {
        b'[' => rows(bytes, at),
        b'{' => {
            at += 1;
            members(bytes, &mut at, DEEPEST)
        }
        _ => None,
    }
}

/// The name of the first array of rows in what follows the value of an object's field.
pub(super) fn another(bytes: &[u8]) -> Option<String> {
    let mut at = 0;
    loop {
        at = space(bytes, at);
        match bytes.get(at)? {
            b',' | b'}' => at += 1,
            b'"' => {
                let key = at + 1;
                at = string(bytes, at)?;
                let name = bytes.get(key..at - 1)?;
                at = space(bytes, at);
                if bytes.get(at) != Some(&b':') {
                    return None;
                }
                at = space(bytes, at + 1);
                if rows(bytes, at).is_some() {
                    return Some(excerpt(name));
                }
                at = value(bytes, at)?;
            }
            _ => return None,
        }
    }
}

/// The next row of an array.
pub(super) fn next(bytes: &[u8], at: usize) -> Result<Next, (usize, Complaint)> {
    let mut begin = at;
    while matches!(bytes.get(begin), Some(b' ' | b'\t' | b'\r' | b'\n' | b',')) {
        begin += 1;
    }
    match bytes.get(begin) {
        None => Ok(Next::Open(begin)),
        Some(b']') => Ok(Next::End(begin + 1)),
        Some(b'[' | b'{') => {
            let rest = &bytes[..bytes.len().min(begin + MAX_LINE)];
            match value(rest, begin) {
                Some(end) => Ok(Next::Row(begin, end)),
                None if rest.len() < bytes.len() => Err((begin, Complaint::LineTooLong)),
                None => Ok(Next::Open(begin)),
            }
        }
        Some(_) => {
            let rest = &bytes[begin..bytes.len().min(begin + MOST_WORDS)];
            let end = rest.iter().position(|byte| matches!(byte, b',' | b']' | b'}' | b'\n'));
            match end.or((rest.len() == MOST_WORDS).then_some(MOST_WORDS)) {
                None => Ok(Next::Open(begin)),
                Some(end) => {
                    let words = excerpt(&rest[..end]);
                    Err((begin, malformed(format!("holds {words:?} where a row was expected, a list or an object"))))
                }
            }
        }
    }
}

/// Where the rows of an array begin, if its elements are arrays or objects.
fn rows(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    matches!(bytes.get(space(bytes, at + 1))?, b'[' | b'{').then_some(at + 1)
}

/// The first array of rows in the fields of an object, whose bracket has been passed.
fn members(bytes: &[u8], at: &mut usize, deepest: u32) -> Option<usize> {
    loop {
        *at = space(bytes, *at);
        match bytes.get(*at)? {
            b',' => *at += 1,
            b'}' => {
                *at += 1;
                return None;
            }
            b'"' => {
                *at = space(bytes, string(bytes, *at)?);
                if bytes.get(*at) != Some(&b':') {
                    return None;
                }
                *at = space(bytes, *at + 1);
                if let Some(found) = rows(bytes, *at) {
                    return Some(found);
                }
                if bytes.get(*at) == Some(&b'{') && deepest > 0 {
                    *at += 1;
                    if let Some(found) = members(bytes, at, deepest - 1) {
                        return Some(found);
                    }
                } else {
                    *at = value(bytes, *at)?;
                }
            }
            _ => return None,
        }
    }
}

fn space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The byte behind a string.
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[found] == b'"' {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// The byte behind a value, of which only strings and brackets are looked at. None where it does not end.
fn value(bytes: &[u8], begin: usize) -> Option<usize> {
    let (mut at, mut depth) = (begin, 0u64);
    loop {
        match bytes.get(at)? {
            b'"' => at = string(bytes, at)?,
            b'[' | b'{' => (at, depth) = (at + 1, depth + 1),
            b']' | b'}' if depth == 0 => return Some(at),
            b']' | b'}' => (at, depth) = (at + 1, depth - 1),
            b',' if depth == 0 => return Some(at),
            _ => at += 1,
        }
        let is_closed = depth == 0 && matches!(bytes.get(at.wrapping_sub(1)), Some(b'"' | b']' | b'}'));
        if is_closed && at > begin {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(text: &str) -> Option<&str> {
        find(text.as_bytes(), 0).map(|at| &text[at..])
    }

    #[test]
    fn the_rows_of_a_document_are_found() {
        for (text, rest) in [
            ("[[1, 2]]", "[1, 2]]"),
            (" [ {\"a\": 1}]", " {\"a\": 1}]"),
            ("{\"object\": \"list\", \"n\": 2, \"data\": [{\"e\": [1]}]}", "{\"e\": [1]}]}"),
            ("{\"a\": {\"b\": [1, 2], \"c\": [[3]]}}", "[3]]}}"),
            ("{\"a\": {\"b\": 1}, \"c\": \"]}\\\"\", \"d\": [\n[3]]}", "\n[3]]}"),
        ] {
            assert_eq!(begins(text), Some(rest), "{text}");
        }
        for text in
            ["", "[", "[1, 2]", "{}", "{\"a\": [1, 2]}", "{\"a\": 1", "5", "\"x\"", "{\"a\" [[1]]}", "{1: [[1]]}"]
        {
            assert_eq!(begins(text), None, "{text}");
        }
    }

    #[test]
    fn rows_come_one_after_another() {
        let text = b"[1, [2]], {\"a\": \"]\"} ]}";
        assert_eq!(next(text, 0), Ok(Next::Row(0, 8)));
        assert_eq!(next(text, 8), Ok(Next::Row(10, 20)));
        assert_eq!(next(text, 20), Ok(Next::End(22)));
        assert_eq!(next(&text[..7], 0), Ok(Next::Open(0)));
        assert!(next(b"5, 6]", 0).is_err());
        assert_eq!(another(b", \"usage\": {\"n\": 3}, \"test\": [[1]]}"), Some("test".to_owned()));
        assert_eq!(another(b", \"usage\": {\"n\": 3}, \"test\": [1]}"), None);
    }
}
