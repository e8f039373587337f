/*! What is read of a file of lines, and what can be wrong in one of them. */

use crate::error::{Error, ErrorKind};

/// Rows are shorter than this, in bytes. A million columns of np.savetxt's 25 bytes fit.
pub const MAX_LINE: usize = 32 << 20;

/// What was read of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// Rows.
    pub rows: u64,
    /// Line ends before `end`.
    pub lines: u64,
    /// Where reading stopped and is to go on: where the first line begins that does not end within the bytes.
    pub end: usize,
}

/// Why some bytes cannot be read. It knows its line among them only; [`Refusal::after`] makes an [`Error`] of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Line ends between the beginning of the bytes and the place.
    pub line: u64,
    /// What is wrong there.
    pub complaint: Complaint,
}

/// What is wrong in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of ErrorKind")]
pub enum Complaint {
    /// No number where one belongs.
    BadCell { column: String, text: String },
    /// A row with more or fewer cells than the others.
    RaggedRow { cells: u64, expected: u64 },
    /// A vector in a cell with more or fewer numbers than the first.
    RaggedVector { column: String, numbers: u64, expected: u64 },
    /// A vector of which some numbers were not written.
    Elided { column: String },
    /// A quoted cell without an end.
    UnterminatedQuote,
    /// A row of [`MAX_LINE`] bytes or more.
    LineTooLong,
    /// A line that is not what all lines are; what is wrong with it, as the end of a sentence that begins with "line 5".
    Malformed { problem: String },
}

impl Refusal {
    /// The refusal as an error, if so many lines end before the bytes: those before the data, and [`Parsed::lines`] of all that was
    /// read before.
    pub fn after(self, lines: u64) -> Error {
        let line = lines.saturating_add(self.line).saturating_add(1);
        match self.complaint {
            Complaint::BadCell { column, text } => ErrorKind::BadCell { line, column, text },
            Complaint::RaggedRow { cells, expected } => ErrorKind::RaggedRow { line, cells, expected },
            Complaint::RaggedVector { column, numbers, expected } => {
                ErrorKind::RaggedVector { line, column, numbers, expected }
            }
            Complaint::Elided { column } => ErrorKind::ElidedNumbers { line, column },
            Complaint::UnterminatedQuote => ErrorKind::UnterminatedQuote { line },
            Complaint::LineTooLong => ErrorKind::LineTooLong { line, limit: MAX_LINE as u64 },
            Complaint::Malformed { problem } => {
                ErrorKind::Malformed { format: "a JSON lines file", problem: format!("line {line} {problem}") }
            }
        }
        .into()
    }
}

/// Line ends (LF, CR LF or CR) before an offset. A CR whose LF stands behind the offset has not ended its line yet.
pub(super) fn line_ends(bytes: &[u8], before: usize) -> u64 {
    let before = before.min(bytes.len());
    let feeds = memchr::memchr_iter(b'\n', &bytes[..before]).count();
    let returns = memchr::memchr_iter(b'\r', &bytes[..before]).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    (feeds + returns) as u64
}

/// Characters of a cell that are repeated in an error.
const EXCERPT_CHARS: usize = 40;

/// The beginning of a cell for the eyes: control characters are drawn (␊), and what is cut off becomes an ellipsis.
pub(in crate::source) fn excerpt(text: &[u8]) -> String {
    let text = text.trim_ascii();
    // No character is longer than 4 bytes, so this holds as many as are shown and one more.
    let start = String::from_utf8_lossy(&text[..text.len().min(4 * (EXCERPT_CHARS + 1))]);
    let mut chars = start.chars();
    let mut shown: String = chars
        .by_ref()
        .take(EXCERPT_CHARS)
        .map(|c| match c {
            '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
            '\x7f' => '␡',
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}
