/*!
Every way in which an analysis can be refused.

There is one [`Error`], with one [`ErrorKind`] behind it. Its `Display` is written for the person who
dropped the file: what is wrong, where, and what to do. Its [`code`](Error::code) is stable: the page
and the tests go by the code, never by the words.
*/

use std::fmt;

/// A result whose error is an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal, with the name of the file that it is about when there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    kind: Box<ErrorKind>,
    file: Option<String>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file has no bytes at all.
    EmptyFile,
    /// The bytes are of no format that is known.
    UnknownFormat,
    /// The format is known by name but is not read yet.
    UnsupportedFormat {
        /// The format's name, for the sentence.
        format: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// The .npy header ends before it says it does.
    TruncatedHeader {
        /// Bytes that are missing.
        missing: u64,
    },
    /// There are fewer bytes of data than the header promises.
    TruncatedData {
        /// Bytes that are missing.
        missing: u64,
        /// Bytes that the header promises.
        expected: u64,
    },
    /// There are more bytes than the header promises.
    TrailingData {
        /// Bytes too many.
        extra: u64,
    },
    /// The header says that it is longer than any honest one.
    HeaderTooLong {
        /// The length it claims, in bytes.
        length: u64,
    },
    /// The header is not the dictionary that it should be.
    HeaderSyntax {
        /// What was expected, as the end of a sentence.
        problem: String,
    },
    /// An .npy version above 3.
    UnsupportedVersion {
        /// Major and minor version.
        version: (u8, u8),
    },
    /// A dtype that is not a real number: complex, text, dates, raw bytes.
    UnsupportedDtype {
        /// NumPy's descriptor, as it stands in the header.
        descr: String,
    },
    /// A record array.
    StructuredDtype,
    /// An array of Python objects, which only Python can open.
    PickledObject,
    /// The shape's product does not fit any file.
    ShapeOverflow,
    /// Fewer than two rows.
    TooFewRows {
        /// Rows that there are.
        rows: u64,
    },
    /// An axis after the first has length zero.
    NoColumns,
    /// Fewer than two axes.
    NotAMatrix {
        /// Number of axes.
        axes: usize,
    },
    /// The files given as parts of one matrix do not fit together.
    ShardsDiffer {
        /// The file that the others are compared with.
        first: String,
        /// How this one differs, as the end of a sentence.
        difference: String,
    },
    /// Some values are NaN or infinite.
    NonFinite {
        /// How many values.
        values: u64,
        /// How many rows hold one.
        rows: u64,
        /// The first such row, counted from 0.
        first_row: u64,
        /// All rows of the matrix.
        of: u64,
    },
    /// Infinite values in float16 features: the number was too large when it was saved.
    Float16Overflow {
        /// How many values.
        values: u64,
        /// How many rows hold one.
        rows: u64,
        /// The first such row, counted from 0.
        first_row: u64,
        /// All rows of the matrix.
        of: u64,
    },
    /// A spectrum that needs sums which were not gathered while the rows were read.
    NotSummed {
        /// What they are of, and what to do, in a sentence.
        what: &'static str,
    },
    /// Every row is the same, so there is no variance to speak of.
    AllRowsEqual {
        /// Number of rows.
        rows: u64,
    },
    /// The variance leaves the range of a 64-bit (or, in fast mode, 32-bit) float.
    Overflow {
        /// Whether the fast engine was in use.
        fast: bool,
    },
    /// The variance is so small that floats lose its digits.
    Underflow,
    /// The eigenvalue iteration did not converge.
    NoConvergence,
    /// The matrix does not fit in memory.
    OutOfMemory {
        /// Side of the square matrix.
        side: u64,
        /// Bytes that were asked for.
        bytes: u64,
    },
    /// Fewer than three ranks are left in the window.
    TooFewRanks {
        /// First rank asked for.
        first: usize,
        /// Last rank asked for.
        last: usize,
        /// Ranks that a fit may use.
        usable: usize,
    },
    /// The window is not a window.
    InvalidWindow {
        /// First rank asked for.
        first: usize,
        /// Last rank asked for.
        last: usize,
    },
    /// The file could not be read.
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// The file changed or went away while it was read.
    FileChanged,
    /// A worker ended by itself, most often because the browser had no memory left for it.
    WorkerDied,
    /// The core was called with something that it did not make itself.
    Internal {
        /// What was wrong.
        problem: &'static str,
    },
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The file that the error is about, when it is about one.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The same error, with the file that it is about.
    #[must_use]
    pub fn in_file(mut self, name: &str) -> Self {
        self.file = Some(name.to_owned());
        self
    }

    /// A stable name for the kind of error, for the page and for tests.
    pub fn code(&self) -> &'static str {
        match *self.kind {
            ErrorKind::EmptyFile => "empty_file",
            ErrorKind::UnknownFormat => "unknown_format",
            ErrorKind::UnsupportedFormat { .. } => "unsupported_format",
            ErrorKind::TruncatedHeader { .. } => "truncated_header",
            ErrorKind::TruncatedData { .. } => "truncated_data",
            ErrorKind::TrailingData { .. } => "trailing_data",
            ErrorKind::HeaderTooLong { .. } => "header_too_long",
            ErrorKind::HeaderSyntax { .. } => "header_syntax",
            ErrorKind::UnsupportedVersion { .. } => "unsupported_version",
            ErrorKind::UnsupportedDtype { .. } => "unsupported_dtype",
            ErrorKind::StructuredDtype => "structured_dtype",
            ErrorKind::PickledObject => "pickled_object",
            ErrorKind::ShapeOverflow => "shape_overflow",
            ErrorKind::TooFewRows { .. } => "too_few_rows",
            ErrorKind::NoColumns => "no_columns",
            ErrorKind::NotAMatrix { .. } => "not_a_matrix",
            ErrorKind::ShardsDiffer { .. } => "shards_differ",
            ErrorKind::NonFinite { .. } => "non_finite",
            ErrorKind::Float16Overflow { .. } => "float16_overflow",
            ErrorKind::NotSummed { .. } => "not_summed",
            ErrorKind::AllRowsEqual { .. } => "all_rows_equal",
            ErrorKind::Overflow { .. } => "overflow",
            ErrorKind::Underflow => "underflow",
            ErrorKind::NoConvergence => "no_convergence",
            ErrorKind::OutOfMemory { .. } => "out_of_memory",
            ErrorKind::TooFewRanks { .. } => "too_few_ranks",
            ErrorKind::InvalidWindow { .. } => "invalid_window",
            ErrorKind::Unreadable { .. } => "unreadable",
            ErrorKind::FileChanged => "file_changed",
            ErrorKind::WorkerDied => "worker_died",
            ErrorKind::Internal { .. } => "internal",
        }
    }

    /// The sentence without the file's name in front.
    pub fn message(&self) -> String {
        self.kind.to_string()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error { kind: Box::new(kind), file: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        self.kind.fmt(f)
    }
}

impl std::error::Error for Error {}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::EmptyFile => {
                f.write_str("This file is empty (0 bytes). Save the features again: np.save(path, features).")
            }
            ErrorKind::UnknownFormat => f.write_str(
                "This is not a file that Eigenscope can read. It reads .npy arrays: np.save(path, features), \
                 with one row a sample.",
            ),
            ErrorKind::UnsupportedFormat { format, advice } => {
                write!(f, "This is {format}, which is not read yet. {advice}")
            }
            ErrorKind::TruncatedHeader { missing } => write!(
                f,
                "The file ends inside its header: {} missing. It was probably cut off while it was copied; \
                 copy or save it again.",
                count(*missing, "byte is", "bytes are"),
            ),
            ErrorKind::TruncatedData { missing, expected } => write!(
                f,
                "The file is cut off: {} of the {} that its header promises. Copy or save it again.",
                count(*missing, "byte is missing", "bytes are missing"),
                group(*expected),
            ),
            ErrorKind::TrailingData { extra } => write!(
                f,
                "After the array the file goes on for {}. If several arrays were saved into this one file, save each \
                 into a file of its own.",
                count(*extra, "more byte", "more bytes"),
            ),
            ErrorKind::HeaderTooLong { length } => write!(
                f,
                "The .npy header claims to be {} bytes long; an honest one is under 64 KiB. The file is damaged; \
                 save it again with np.save.",
                group(*length),
            ),
            ErrorKind::HeaderSyntax { problem } => {
                write!(f, "The .npy header cannot be understood: {problem}. Save the file again with np.save.")
            }
            ErrorKind::UnsupportedVersion { version: (major, minor) } => write!(
                f,
                "This is .npy version {major}.{minor}; versions 1, 2 and 3 are known. Save the file again with np.save.",
            ),
            ErrorKind::UnsupportedDtype { descr } => write!(
                f,
                "The array's type is {}, which is no real number type. Save it as floats: \
                 np.save(path, features.astype(np.float32)).",
                Descr(descr),
            ),
            ErrorKind::StructuredDtype => f.write_str(
                "This is a record array with named fields. Save the field that holds the features: \
                 np.save(path, array['features']).",
            ),
            ErrorKind::PickledObject => f.write_str(
                "This is a pickled Python object, which only Python can open. Save the array itself: \
                 np.save(path, features). For a saved dict: np.save(path, np.load(old, allow_pickle=True).item()['features']).",
            ),
            ErrorKind::ShapeOverflow => {
                f.write_str("The header's shape is larger than any file. The header is damaged; save the file again with np.save.")
            }
            ErrorKind::TooFewRows { rows } => write!(
                f,
                "There {}; a covariance needs at least 2. Rows are samples: if the features are in columns, \
                 save features.T.",
                if *rows == 0 { "are no rows" } else { "is only 1 row" },
            ),
            ErrorKind::NoColumns => {
                f.write_str("The array has no columns: one of its axes has length 0. Save an array of shape (samples, features).")
            }
            ErrorKind::NotAMatrix { axes } => write!(
                f,
                "The array has {axes} {}; features need two, (samples, features). \
                 If this is one long vector, reshape it first: features.reshape(n, d).",
                if *axes == 1 { "axis" } else { "axes" },
            ),
            ErrorKind::ShardsDiffer { first, difference } => write!(
                f,
                "This file does not continue {first}: {difference}. Parts of one matrix have the same number of columns \
                 and the same type; analyze this file by itself.",
            ),
            ErrorKind::NonFinite { values, rows, first_row, of } => write!(
                f,
                "{} NaN or infinite, in {} of {}; the first is row {} (counted from 0). Skip those rows, or mend the file.",
                count(*values, "value is", "values are"),
                count(*rows, "row", "rows"),
                group(*of),
                group(*first_row),
            ),
            ErrorKind::Float16Overflow { values, rows, first_row, of } => write!(
                f,
                "{} infinite or NaN, in {} of {}; the first is row {} (counted from 0). The features were saved as float16, \
                 which ends at 65,504: save them as float32, or skip those rows.",
                count(*values, "value is", "values are"),
                count(*rows, "row", "rows"),
                group(*of),
                group(*first_row),
            ),
            ErrorKind::NotSummed { what } => f.write_str(what),
            ErrorKind::AllRowsEqual { rows } => write!(
                f,
                "All {} rows are the same, so the features have no variance and no spectrum. Check that different inputs were used.",
                group(*rows),
            ),
            ErrorKind::Overflow { fast: true } => f.write_str(
                "The values grow too far apart for 32-bit arithmetic. Choose exact precision.",
            ),
            ErrorKind::Overflow { fast: false } => f.write_str(
                "The values are so large that their variance exceeds 64-bit floats. Divide the features by a constant first; α does not change.",
            ),
            ErrorKind::Underflow => f.write_str(
                "The values are so small that their variance falls below 64-bit floats. Multiply the features by a constant first; α does not change.",
            ),
            ErrorKind::NoConvergence => f.write_str(
                "The eigenvalues did not converge. Please report this with the file's shape and type.",
            ),
            ErrorKind::OutOfMemory { side, bytes } => write!(
                f,
                "A {side} × {side} matrix does not fit in this memory ({} MB more were needed). Use fewer columns or rows, \
                 fewer workers, or the command on a larger machine.",
                group(bytes.div_ceil(1_000_000)),
                side = group(*side),
            ),
            ErrorKind::TooFewRanks { first, last, usable } => write!(
                f,
                "A fit needs at least 3 ranks, and of ranks {first}–{last} {}. Move the window.",
                match usable.saturating_sub(first - 1) {
                    _ if last - first < 2 => "there are too few".to_owned(),
                    0 => format!("none is usable (the usable ones are 1–{usable})"),
                    left => format!("only {left} {} usable (the usable ones are 1–{usable})", if left == 1 { "is" } else { "are" }),
                },
            ),
            ErrorKind::InvalidWindow { first, last } => write!(
                f,
                "A window runs from a first rank of at least 1 to a larger last rank, such as 11:100; {first}:{last} does not.",
            ),
            ErrorKind::Unreadable { reason } => {
                write!(f, "The file could not be read ({reason}). Check that it is still there, and open it again.")
            }
            ErrorKind::FileChanged => f.write_str(
                "The file changed, moved or was removed while it was read. Wait until it is written, and open it again.",
            ),
            ErrorKind::WorkerDied => f.write_str(
                "A worker ended before its work was done, most likely because the browser had no memory left for it. \
                 Close other tabs, choose fewer workers, or use the command.",
            ),
            ErrorKind::Internal { problem } => {
                write!(f, "Something went wrong inside Eigenscope ({problem}). Please report it; your other results are unharmed.")
            }
        }
    }
}

/// NumPy's descriptor in words where it has a plain name, and as it stands otherwise.
struct Descr<'a>(&'a str);

impl fmt::Display for Descr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.trim_start_matches(['<', '>', '=', '|']).chars().next();
        let name = match kind {
            Some('c') => "complex numbers",
            Some('U' | 'S' | 'a') => "text",
            Some('M' | 'm') => "dates or times",
            Some('V') => "raw bytes",
            Some('f') => "a float of unusual width",
            _ => return write!(f, "'{}'", self.0),
        };
        write!(f, "'{}' ({name})", self.0)
    }
}

/// "1 byte is", "1,024 bytes are": a number with its noun.
fn count(number: u64, one: &str, many: &str) -> String {
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

    #[test]
    fn sentences_agree_in_number() {
        let say = |kind: ErrorKind| Error::from(kind).to_string();
        assert!(say(ErrorKind::TooFewRows { rows: 0 }).starts_with("There are no rows;"));
        assert!(say(ErrorKind::TooFewRows { rows: 1 }).starts_with("There is only 1 row;"));
        assert!(
            say(ErrorKind::TrailingData { extra: 1 }).starts_with("After the array the file goes on for 1 more byte.")
        );
        assert!(say(ErrorKind::TrailingData { extra: 2048 }).contains("for 2,048 more bytes."));
        assert!(say(ErrorKind::TruncatedData { missing: 1, expected: 80 }).contains("1 byte is missing of the 80"));
        assert!(
            say(ErrorKind::TooFewRanks { first: 11, last: 100, usable: 12 })
                .contains("only 2 are usable (the usable ones are 1–12)")
        );
        assert!(say(ErrorKind::TooFewRanks { first: 11, last: 100, usable: 9 }).contains("none is usable"));
        assert!(say(ErrorKind::TooFewRanks { first: 4, last: 5, usable: 9 }).contains("there are too few"));
    }
}
