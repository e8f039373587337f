/*! The stable names of refusals. */

use super::{Error, ErrorKind};

impl Error {
    /// A stable name for the kind of error, for the page and for tests.
    pub fn code(&self) -> &'static str {
        match *self.kind {
            ErrorKind::EmptyFile => "empty_file",
            ErrorKind::UnknownFormat => "unknown_format",
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedFormat { .. } => "unsupported_format",
            ErrorKind::TruncatedHeader { .. } => "truncated_header",
            ErrorKind::TruncatedData { .. } => "truncated_data",
            ErrorKind::TrailingData { .. } => "trailing_data",
            ErrorKind::HeaderTooLong { .. } => "header_too_long",
            ErrorKind::Malformed { .. } => "malformed",
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedCompression { .. } => "unsupported_compression",
            ErrorKind::DamagedStream { .. } => "damaged_stream",
            #[cfg(feature = "readers")]
            ErrorKind::UnsafePickle { .. } => "unsafe_pickle",
            ErrorKind::Strided { .. } => "strided",
            ErrorKind::SeveralMatrices { .. } => "several_matrices",
            ErrorKind::SeveralArrays { .. } => "several_arrays",
            ErrorKind::NoSuchArray { .. } => "no_such_array",
            ErrorKind::NoMatrix { .. } => "no_matrix",
            #[cfg(feature = "readers")]
            ErrorKind::BadCell { .. } => "bad_cell",
            #[cfg(feature = "readers")]
            ErrorKind::RaggedRow { .. } => "ragged_row",
            #[cfg(feature = "readers")]
            ErrorKind::RaggedList { .. } => "ragged_row",
            #[cfg(feature = "readers")]
            ErrorKind::NotNumbers { .. } => "not_numbers",
            #[cfg(feature = "readers")]
            ErrorKind::RaggedVector { .. } => "ragged_row",
            #[cfg(feature = "readers")]
            ErrorKind::ElidedNumbers { .. } => "elided_numbers",
            #[cfg(feature = "readers")]
            ErrorKind::NullNumber { .. } => "bad_cell",
            #[cfg(feature = "readers")]
            ErrorKind::UnterminatedQuote { .. } => "unterminated_quote",
            #[cfg(feature = "readers")]
            ErrorKind::LineTooLong { .. } => "line_too_long",
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedEncoding { .. } => "unsupported_encoding",
            #[cfg(feature = "readers")]
            ErrorKind::NoNumbers => "no_numbers",
            ErrorKind::HeaderSyntax { .. } => "header_syntax",
            ErrorKind::UnsupportedVersion { .. } => "unsupported_version",
            ErrorKind::UnsupportedDtype { .. } => "unsupported_dtype",
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedTensor { .. } => "unsupported_dtype",
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedKind { .. } => "unsupported_dtype",
            ErrorKind::StructuredDtype { .. } => "structured_dtype",
            ErrorKind::PickledObject { .. } => "pickled_object",
            ErrorKind::ShapeOverflow => "shape_overflow",
            ErrorKind::TooFewRows { .. } => "too_few_rows",
            ErrorKind::TooFewLeft { .. } => "too_few_rows",
            ErrorKind::NoColumns => "no_columns",
            ErrorKind::NotAMatrix { .. } => "not_a_matrix",
            ErrorKind::ShardsDiffer { .. } => "shards_differ",
            ErrorKind::NonFinite { .. } => "non_finite",
            ErrorKind::Float16Overflow { .. } => "float16_overflow",
            ErrorKind::NotSummed { .. } => "not_summed",
            ErrorKind::AllRowsEqual { .. } => "all_rows_equal",
            ErrorKind::WhichMatrix { .. } => "which_matrix",
            ErrorKind::NotEigenvalues { .. } => "not_eigenvalues",
            ErrorKind::NotACovariance { .. } => "not_a_covariance",
            ErrorKind::BadMoments { .. } => "bad_moments",
            ErrorKind::CountsDiffer { .. } => "counts_differ",
            ErrorKind::TooWide { .. } => "too_wide",
            ErrorKind::NeedsRows => "needs_rows",
            ErrorKind::NeedsMean => "needs_mean",
            ErrorKind::Overflow { .. } => "overflow",
            ErrorKind::Underflow => "underflow",
            ErrorKind::NoConvergence => "no_convergence",
            ErrorKind::OutOfMemory { .. } => "out_of_memory",
            ErrorKind::TooFewRanks { .. } => "too_few_ranks",
            ErrorKind::InvalidWindow { .. } => "invalid_window",
            ErrorKind::OutOfRange { .. } => "out_of_range",
            ErrorKind::TooManyBytes { .. } => "too_many_bytes",
            ErrorKind::LinkDamaged { .. } => "damaged_link",
            ErrorKind::LinkNewer { .. } => "newer_link",
            ErrorKind::BadLink { .. } => "bad_link",
            ErrorKind::LinkTooLong { .. } => "link_too_long",
            ErrorKind::ReportNewer { .. } => "newer_report",
            ErrorKind::BadReport { .. } => "bad_report",
            ErrorKind::NotRecorded => "not_recorded",
            ErrorKind::Unreadable { .. } => "unreadable",
            ErrorKind::NoRoom { .. } => "no_room",
            ErrorKind::FileChanged => "file_changed",
            ErrorKind::ReaderStuck => "reader_stuck",
            ErrorKind::WorkerDied => "worker_died",
            ErrorKind::Internal { .. } => "internal",
        }
    }
}
