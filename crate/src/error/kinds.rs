/*! What can be refused. */

/// What went wrong.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file has no bytes at all.
    EmptyFile,
    /// The bytes are of no format that is known.
    UnknownFormat,
    /// The format is known by name but is not read yet.
    #[cfg(feature = "readers")]
    UnsupportedFormat {
        /// The format's name, for the sentence.
        format: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// A header ends before it says it does.
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
    /// The header says that it is longer than any valid one.
    HeaderTooLong {
        /// The format's name.
        format: &'static str,
        /// The length it claims, in bytes.
        length: u64,
        /// The limit that a valid one stays below, in bytes.
        limit: u64,
    },
    /// What a file says of itself cannot be.
    Malformed {
        /// The format's name, with its article.
        format: &'static str,
        /// What cannot be, as a sentence without its end.
        problem: String,
    },
    /// A way of packing bytes that is not read.
    #[cfg(feature = "readers")]
    UnsupportedCompression {
        /// Its name.
        method: String,
        /// What to do instead.
        advice: &'static str,
    },
    /// Packed bytes turn into others than were packed, or into more or fewer.
    DamagedStream {
        /// What of the file it is.
        part: String,
    },
    /// A pickle that would call something.
    #[cfg(feature = "readers")]
    UnsafePickle {
        /// What it would call.
        name: String,
    },
    /// A tensor whose numbers lie in steps that are no rows and columns.
    Strided {
        /// Its strides.
        strides: Vec<u64>,
    },
    /// The names of several files say that they are several matrices.
    SeveralMatrices {
        /// The files of each.
        matrices: Vec<String>,
    },
    /// Several arrays could be meant.
    SeveralArrays {
        /// Each with its shape and type, the likely one first.
        arrays: Vec<String>,
    },
    /// There is no array of the name that was asked for.
    NoSuchArray {
        /// The name.
        name: String,
        /// Each with its shape and type, the likely one first.
        arrays: Vec<String>,
    },
    /// None of the arrays in a file is a matrix.
    NoMatrix {
        /// Each with its shape and type.
        arrays: Vec<String>,
    },
    /// A cell of a table that is no number.
    #[cfg(feature = "readers")]
    BadCell {
        /// The line, counted from 1.
        line: u64,
        /// The column, counted from 1, or its name.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A row of a table with more or fewer cells than the others.
    #[cfg(feature = "readers")]
    RaggedRow {
        /// The line, counted from 1.
        line: u64,
        /// Its cells.
        cells: u64,
        /// The cells of the first row.
        expected: u64,
    },
    /// A row of a column of lists with more or fewer numbers than the others.
    #[cfg(feature = "readers")]
    RaggedList {
        /// The row, counted from 0.
        row: u64,
        /// The column's name.
        column: String,
        /// Its numbers.
        numbers: u64,
        /// The numbers of the first row.
        expected: u64,
    },
    /// Columns that are meant as features, but hold no numbers.
    #[cfg(feature = "readers")]
    NotNumbers {
        /// The first of them.
        column: String,
        /// How many more there are.
        more: u64,
        /// What it holds.
        what: String,
    },
    /// A vector in a cell of text with more or fewer numbers than the first.
    #[cfg(feature = "readers")]
    RaggedVector {
        /// The line, counted from 1.
        line: u64,
        /// The column's name, or its number counted from 1.
        column: String,
        /// Its numbers.
        numbers: u64,
        /// The numbers of the first vector.
        expected: u64,
    },
    /// A vector in a cell of text of which only the beginning and the end were written.
    #[cfg(feature = "readers")]
    ElidedNumbers {
        /// The line, counted from 1.
        line: u64,
        /// The column's name, or its number counted from 1.
        column: String,
    },
    /// A null where there has to be a number.
    #[cfg(feature = "readers")]
    NullNumber {
        /// The row, counted from 0.
        row: u64,
        /// The column's name.
        column: String,
    },
    /// A quoted cell that has no end.
    #[cfg(feature = "readers")]
    UnterminatedQuote {
        /// The line where it begins, counted from 1.
        line: u64,
    },
    /// A line of text that is longer than any valid one.
    #[cfg(feature = "readers")]
    LineTooLong {
        /// The line, counted from 1.
        line: u64,
        /// The limit that a valid one stays below, in bytes.
        limit: u64,
    },
    /// Text in an encoding that is not read.
    #[cfg(feature = "readers")]
    UnsupportedEncoding {
        /// Its name.
        encoding: &'static str,
    },
    /// A table without a column of numbers.
    #[cfg(feature = "readers")]
    NoNumbers,
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
    /// A tensor of a type that NumPy has no real number for.
    #[cfg(feature = "readers")]
    UnsupportedTensor {
        /// Its name, as it stands in the file.
        dtype: String,
    },
    /// An array of a type that a file's format has and no matrix can be read of.
    #[cfg(feature = "readers")]
    UnsupportedKind {
        /// The format's name of the type.
        dtype: String,
        /// What to do instead.
        way: &'static str,
    },
    /// A record array.
    StructuredDtype {
        /// Each field with its type.
        fields: Vec<String>,
    },
    /// An array of Python objects, which only Python can open.
    PickledObject {
        /// Its name; empty where it is all there is.
        array: String,
        /// Its axes: a dict has none.
        axes: usize,
    },
    /// The shape's product does not fit any file.
    ShapeOverflow,
    /// Fewer than two rows.
    TooFewRows {
        /// Rows that there are.
        rows: u64,
    },
    /// Fewer than two rows after those with NaN or infinity were skipped.
    TooFewLeft {
        /// Rows that are left.
        rows: u64,
        /// Rows that were skipped.
        skipped: u64,
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
        /// Number of rows, where that is known.
        rows: Option<u64>,
    },
    /// A symmetric matrix, of which the file does not say whether it is a covariance, a Gram matrix or features.
    WhichMatrix {
        /// Rows and columns of it.
        side: u64,
    },
    /// What was said to be eigenvalues is none.
    NotEigenvalues {
        /// Why, as the end of a sentence.
        problem: String,
    },
    /// What was said to be a covariance or a Gram matrix is none.
    NotACovariance {
        /// Why, as the end of a sentence.
        problem: String,
    },
    /// n, mean and covariance that do not belong together.
    BadMoments {
        /// Why, as the end of a sentence.
        problem: String,
    },
    /// A number of rows or columns other than the file's was said to be that of the features.
    CountsDiffer {
        /// Rows or columns.
        what: &'static str,
        /// What was said.
        asked: u64,
        /// What the file says.
        found: u64,
    },
    /// A matrix of so many columns squared that it is not kept.
    TooWide {
        /// Columns.
        columns: u64,
        /// As many as are kept.
        limit: u64,
    },
    /// A spectrum that can be had of rows alone.
    NeedsRows,
    /// A spectrum that cannot be had without the mean.
    NeedsMean,
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
    /// A number that was asked for is outside of what can be made.
    OutOfRange {
        /// What it says, as the beginning of a sentence.
        what: &'static str,
        /// The number.
        given: f64,
        /// The smallest that can be.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// Features of more bytes than are made.
    TooManyBytes {
        /// Bytes that were asked for.
        bytes: u64,
        /// As many as are made.
        limit: u64,
    },
    /// A link whose characters do not add up.
    LinkDamaged {
        /// Characters that arrived.
        characters: u64,
    },
    /// A link in a format that is not known yet.
    LinkNewer {
        /// Its version.
        version: u8,
        /// The newest that is known.
        known: u8,
    },
    /// A link that adds up and says what cannot be.
    BadLink {
        /// What cannot be, as the end of a sentence.
        problem: &'static str,
    },
    /// More than a link may hold.
    LinkTooLong {
        /// What a link holds at most.
        what: &'static str,
    },
    /// A Report in a format that is not known yet.
    ReportNewer {
        /// Its version.
        version: u32,
        /// The newest that is known.
        known: u32,
    },
    /// A Report that says what cannot be.
    BadReport {
        /// What cannot be, as the end of a sentence.
        problem: String,
    },
    /// A spectrum that is not the one which was recorded.
    NotRecorded,
    /// The file could not be read.
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// There is no room for what was unpacked.
    NoRoom {
        /// What the system says.
        reason: String,
    },
    /// The file changed or went away while it was read.
    FileChanged,
    /// A file kept its reader busy and nothing came of it.
    ReaderStuck,
    /// A worker ended by itself, most often because the browser had no memory left for it.
    WorkerDied,
    /// The core was called with something that it did not make itself.
    Internal {
        /// What was wrong.
        problem: &'static str,
    },
}
