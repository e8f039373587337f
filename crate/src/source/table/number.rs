/*! Numbers as people and programs write them. */

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A number; infinite or NaN where that is written.
    Number(f64),
    /// Nothing, or a word for it.
    Missing,
    /// Anything else.
    Text,
}

/// Words for a number that is missing, in small letters. "nan" is a number to begin with.
const MISSING: [&[u8]; 6] = [b"na", b"n/a", b"#n/a", b"<na>", b"null", b"none"];

/// The number with which some bytes begin, and its length.
///
/// That is what [`str::parse`] would say of the longest such beginning, to the last bit, but in one pass and without UTF-8.
#[inline]
pub(in crate::source) fn beginning(bytes: &[u8]) -> Option<(f64, usize)> {
    fast_float2::parse_partial(bytes).ok()
}

/// A cell without the spaces and quotation marks around it. Doubled quotation marks inside are left.
pub(super) fn bare(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    match cell {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        _ => cell,
    }
}

/// Reads a whole cell.
pub(super) fn read(cell: &[u8], decimal_comma: bool) -> Cell {
    let cell = bare(cell);
    match beginning(cell) {
        Some((number, length)) if length == cell.len() => return Cell::Number(number),
        _ if cell.is_empty() || MISSING.iter().any(|word| cell.eq_ignore_ascii_case(word)) => return Cell::Missing,
        _ => {}
    }
    let with_comma = || decimal_comma.then(|| with_point(cell)).flatten();
    match with_comma().or_else(|| with_letter(cell)).or_else(|| truth(cell)).or_else(|| in_bracket(cell)) {
        Some(number) => Cell::Number(number),
        None => Cell::Text,
    }
}

/// True and false, which are 1 and 0.
fn truth(cell: &[u8]) -> Option<f64> {
    let is = |word: &[u8]| cell.eq_ignore_ascii_case(word);
    if is(b"true") { Some(1.0) } else { is(b"false").then_some(0.0) }
}

/// The number of Fortran's double precision, whose exponent begins with D.
fn with_letter(cell: &[u8]) -> Option<f64> {
    let letter = memchr::memchr2(b'd', b'D', cell)?;
    let mut copy = cell.to_vec();
    copy[letter] = b'e';
    let has_digit = letter.checked_sub(1).is_some_and(|before| cell[before].is_ascii_digit() || cell[before] == b'.');
    beginning(&copy).filter(|&(_, length)| has_digit && length == copy.len()).map(|(number, _)| number)
}

/// The first or last number of a vector whose brackets stand in a table without quotation marks.
fn in_bracket(cell: &[u8]) -> Option<f64> {
    let inner = cell.strip_prefix(b"[").or(cell.strip_suffix(b"]"))?.trim_ascii();
    beginning(inner).filter(|&(_, length)| length == inner.len()).map(|(number, _)| number)
}

/// The number that a cell becomes if its only comma becomes a point.
fn with_point(cell: &[u8]) -> Option<f64> {
    let comma = memchr::memchr(b',', cell)?;
    // "1, 2, 3" are numbers between commas.
    cell.get(comma + 1).filter(|byte| byte.is_ascii_digit())?;
    // What has a point or a second comma besides is no number after the exchange either.
    let mut copy = cell.to_vec();
    copy[comma] = b'.';
    match beginning(&copy) {
        Some((number, length)) if length == copy.len() => Some(number),
        _ => None,
    }
}

/// Whether a number's text is that of a whole number: a sign and digits; or true or false.
pub(super) fn is_whole(cell: &[u8]) -> bool {
    let cell = bare(cell);
    if truth(cell).is_some() {
        return true;
    }
    let digits = cell.strip_prefix(b"-").or(cell.strip_prefix(b"+")).unwrap_or(cell);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(cell: &str) -> Option<f64> {
        match read(cell.as_bytes(), false) {
            Cell::Number(number) => Some(number),
            _ => None,
        }
    }

    #[test]
    fn what_python_takes_for_a_number() {
        for (cell, number) in [
            ("1", 1.0),
            ("-1.5", -1.5),
            ("+2", 2.0),
            (".5", 0.5),
            ("1.", 1.0),
            ("-.5e1", -5.0),
            ("1.e2", 100.0),
            ("1e-3", 1e-3),
            ("1E5", 1e5),
            ("1e+5", 1e5),
            ("0001", 1.0),
            (" 7 ", 7.0),
            ("\"7\"", 7.0),
            (" \" 7\" ", 7.0),
            ("inf", f64::INFINITY),
            ("+Inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("INFINITY", f64::INFINITY),
            ("1e400", f64::INFINITY),
            ("1e-400", 0.0),
            ("1e99999999999999999999", f64::INFINITY),
            ("-1e-99999999999999999999", 0.0),
        ] {
            assert_eq!(value(cell), Some(number), "{cell}");
        }
        for cell in ["nan", "NaN", "-nan", "+NAN", "\"nan\""] {
            assert!(value(cell).is_some_and(f64::is_nan), "{cell}");
        }
        for cell in ["", "  ", "\"\"", "NA", "n/a", "null", "None", "<NA>", "#N/A", "\"NA\""] {
            assert_eq!(read(cell.as_bytes(), false), Cell::Missing, "{cell}");
        }
        for cell in [
            "0x10", "1_000", "$5", "5€", "1,5", "1 2", "1e", "e5", ".", "-", "+", "+-1", "--1", "1.2.3", "\"", "1\"",
            "in", "infi", "٣", "1f", "nano",
        ] {
            assert_eq!(read(cell.as_bytes(), false), Cell::Text, "{cell}");
        }
    }

    #[test]
    fn decimal_commas_are_points() {
        for (cell, number) in [("1,5", 1.5), ("-,5", -0.5), ("\"1,5e3\"", 1500.0), ("1.5", 1.5)] {
            assert_eq!(read(cell.as_bytes(), true), Cell::Number(number), "{cell}");
        }
        for cell in ["1,5,5", "1.000,5", ",", "1,", "1,e5", "1,000.5", "inf,"] {
            assert_eq!(read(cell.as_bytes(), true), Cell::Text, "{cell}");
        }
    }

    #[test]
    fn what_other_programs_take_for_a_number() {
        for (cell, number) in [
            ("True", 1.0),
            ("FALSE", 0.0),
            ("1.5D+03", 1500.0),
            ("-2.5d-1", -0.25),
            ("1.D0", 1.0),
            ("[0.5", 0.5),
            ("0.5]", 0.5),
        ] {
            assert_eq!(read(cell.as_bytes(), false), Cell::Number(number), "{cell}");
        }
        for cell in ["d5", "D", "1d", "truth", "[", "]", "[[1", "[1]x", "1.5D+03D", "add"] {
            assert_eq!(read(cell.as_bytes(), false), Cell::Text, "{cell}");
        }
    }

    #[test]
    fn whole_numbers_are_signs_and_digits() {
        assert!(["1", "-1", "+1", " \"12\" "].iter().all(|cell| is_whole(cell.as_bytes())));
        assert!(!["1.0", "1e5", "", "-", "nan", "1,5"].iter().any(|cell| is_whole(cell.as_bytes())));
    }

    proptest! {
        #[test]
        fn what_rust_prints_is_read_to_the_last_bit(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            for text in [format!("{number}"), format!("{number:?}"), format!("{number:e}"), format!("{number:.17e}"), format!("{number:.18e}"), format!("{number:.8}")] {
                let back = value(&text).unwrap();
                let std: f64 = text.parse().unwrap();
                prop_assert!(back.to_bits() == std.to_bits() || back.is_nan() && std.is_nan(), "{text}");
            }
        }

        #[test]
        fn rust_agrees_on_what_a_number_is(text in "[-+]?[0-9.eE+n-]{0,8}|[-+]?[0-9]{0,30}[.]?[0-9]{0,30}(e[-+]?[0-9]{0,4})?|[0-9]{700,900}[.]?[0-9]{0,30}") {
            prop_assume!(!text.is_empty());
            let ours = value(&text).map(f64::to_bits);
            prop_assert_eq!(ours, text.parse::<f64>().ok().map(f64::to_bits));
        }
    }
}
