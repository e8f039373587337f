/*! How names, types and numbers stand in the sentences of errors. */

use std::fmt;

/// What makes real numbers of an array of a type that has none, for those whose np.load has read it.
pub(super) fn way_to_floats(descr: &str) -> &'static str {
    match descr.trim_start_matches(['<', '>', '=', '|']) {
        // Which of the kinds of float8 it was is not in the file.
        "V1" => {
            "Save it as floats: np.save(path, features.view(ml_dtypes.float8_e4m3fn).astype(np.float32)), or float8_e5m2 if it was that."
        }
        // np.load refuses what np.save has written.
        "f1" => {
            "Save it as floats: np.save(path, np.fromfile(old, ml_dtypes.float8_e5m2, offset=128).reshape(n, d).astype(np.float32)), or float8_e4m3fn if it was that."
        }
        kind if kind.starts_with('V') => {
            "Say what the bytes are, and save that: np.save(path, features.view(np.float32))."
        }
        kind if kind.starts_with('c') => {
            "Save its size or its real part: np.save(path, np.abs(features)). If these are eigenvalues, say so: the command takes --given eigenvalues."
        }
        _ => "Save it as floats: np.save(path, features.astype(np.float32)).",
    }
}

/// NumPy's descriptor in words where it has a plain name, and as it stands otherwise.
pub(super) struct Descr<'a>(pub &'a str);

impl fmt::Display for Descr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.trim_start_matches(['<', '>', '=', '|']);
        let name = match kind.chars().next() {
            _ if matches!(kind, "V1" | "f1") => "float8",
            Some('c') => "complex numbers",
            Some('U' | 'S' | 'a') => "text",
            Some('M' | 'm') => "dates or times",
            Some('V') => "raw bytes",
            Some('f') => "a float of unusual width",
            _ => return write!(f, "'{}'", shown(self.0)),
        };
        write!(f, "'{}' ({name})", shown(self.0))
    }
}

/// The first of many, and how many more there are.
pub(super) struct List<'a>(pub &'a [String]);

/// Arrays that are named in a sentence.
const NAMED: usize = 8;

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0[..self.0.len().min(NAMED)].join(", "))?;
        match self.0.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, " and {} more", group(more as u64)),
        }
    }
}

/// "64 KiB", "10 MiB".
pub(super) fn size(bytes: u64) -> String {
    if bytes.is_multiple_of(1 << 20) { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}

/// Characters of a name that are repeated in a sentence.
const SHOWN: usize = 80;

/// A name as it can be shown anywhere: cut where it is long, and without characters that a terminal would obey.
pub(crate) fn shown(name: &str) -> String {
    let mut chars = name.chars();
    let mut shown: String = chars.by_ref().take(SHOWN).flat_map(char::escape_debug).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown.replace("\\'", "'")
}

/// The same between quotation marks.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", shown(name))
}

/// "1 byte is", "1,024 bytes are": a number with its noun.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", group(number), if number == 1 { one } else { many })
}

/// A number with commas between thousands.
pub(crate) fn group(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(group(0), "0");
        assert_eq!(group(999), "999");
        assert_eq!(group(1_000), "1,000");
        assert_eq!(group(1_234_567), "1,234,567");
    }
}
