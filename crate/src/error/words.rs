/*! The sentences of errors. */

use std::fmt;

use super::ErrorKind;
use super::phrases::{Descr, List, count, group, quoted, shown, size, way_to_floats};

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::EmptyFile => {
                f.write_str("This file is empty (0 bytes). Save the features again: np.save(path, features).")
            }
            ErrorKind::UnknownFormat => f.write_str(
                "This is not a file that Eigenscope can read. It reads arrays of NumPy and PyTorch, safetensors and tables of numbers, \
                 with one row a sample: np.save(path, features).",
            ),
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedFormat { format, advice } => {
                write!(f, "This is {format}, which is not read. {advice}")
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
            ErrorKind::HeaderTooLong { format, length, limit } => write!(
                f,
                "The {format} header claims to be {} long; an honest one is under {}. The file is damaged; \
                 save or copy it again.",
                count(*length, "byte", "bytes"),
                size(*limit),
            ),
            ErrorKind::Malformed { format, problem } => write!(
                f,
                "This is {format}, but it contradicts itself: {problem}. It was probably damaged on its way; save or copy it again."
            ),
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedCompression { method, advice } => {
                write!(f, "The array is compressed with {method}, which is not read. {advice}")
            }
            ErrorKind::DamagedStream { part } => write!(
                f,
                "{part} cannot be unpacked into what was packed: its length or its checksum comes out wrong. \
                 The file has changed since it was saved; copy or save it again.",
            ),
            #[cfg(feature = "readers")]
            ErrorKind::UnsafePickle { name } => write!(
                f,
                "To open this file, Python would have to call {name}. Eigenscope calls nothing that a file names: \
                 save {}.",
                // torch.save of an array would call the same again.
                if name.starts_with("numpy.") { "the array with np.save(path, features)" } else { "the tensor itself, torch.save(features, path)" },
            ),
            ErrorKind::Strided { strides } => write!(
                f,
                "The tensor's numbers lie in strides of ({}), which are no rows and columns. \
                 Save it in one piece: torch.save(features.contiguous(), path).",
                strides.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
            ),
            ErrorKind::SeveralMatrices { matrices } => write!(
                f,
                "By their names these files are {} matrices: {}. Analyze each matrix by itself; if all of them are parts of one, add --one-matrix.",
                group(matrices.len() as u64),
                List(matrices),
            ),
            ErrorKind::SeveralArrays { arrays } => write!(
                f,
                "There are several arrays in this file: {}. Choose one; the command takes --array NAME.",
                List(arrays),
            ),
            ErrorKind::NoSuchArray { name, arrays } => {
                write!(f, "There is no array named {} in this file. It holds {}.", quoted(name), List(arrays))
            }
            ErrorKind::NoMatrix { arrays } if arrays.is_empty() => f.write_str(
                "There is no array in this file. Save the features into it, with one row a sample.",
            ),
            ErrorKind::NoMatrix { arrays } => write!(
                f,
                "No array in this file is a matrix of numbers with rows and columns. It holds {}. Save an array of shape (samples, features).",
                List(arrays),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::BadCell { line, column, text } => write!(
                f,
                "Line {}, column {column}: {} is not a number. Mend that cell, or remove the line.",
                group(*line),
                if text.is_empty() { "an empty cell".to_owned() } else { format!("{text:?}") },
            ),
            #[cfg(feature = "readers")]
            ErrorKind::RaggedRow { line, cells, expected } => write!(
                f,
                "Line {} has {} and the rows before it have {}. Mend or remove that line, or save the table again.",
                group(*line),
                count(*cells, "cell", "cells"),
                group(*expected),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::RaggedList { row, column, numbers, expected } => write!(
                f,
                "Row {} (counted from 0) of column {} has {}, and the rows before it have {}. Rows of features have one length: \
                 leave that row out, or save the table again.",
                group(*row),
                quoted(column),
                count(*numbers, "number", "numbers"),
                group(*expected),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::NotNumbers { column, more, what } => write!(
                f,
                "Column {}{} holds {what} where the columns beside it hold numbers. Make numbers of it, as by pd.to_numeric(df[name]), \
                 or leave it out, df.drop(columns=name), and save the table again.",
                quoted(column),
                if *more > 0 { format!(" (and {} more)", group(*more)) } else { String::new() },
            ),
            #[cfg(feature = "readers")]
            ErrorKind::RaggedVector { line, column, numbers, expected } => write!(
                f,
                "Line {}, column {column}: the vector has {} and the first one has {}. Fix or remove that line.",
                group(*line),
                count(*numbers, "number", "numbers"),
                group(*expected),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::ElidedNumbers { line, column } => write!(
                f,
                "Line {}, column {column}: the numbers that \"...\" stands for are not in the file, since NumPy printed only the ends. \
                 Save the vectors themselves: np.save('features.npy', np.stack(df['embedding'])).",
                group(*line),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::NullNumber { row, column } => write!(
                f,
                "Row {} (counted from 0) of column {} holds no number where there must be one (null). Fill it in, or leave that row out.",
                group(*row),
                quoted(column),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::UnterminatedQuote { line } => write!(
                f,
                "A quotation mark opens in line {} and is never closed. Close it, or save the table again.",
                group(*line),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::LineTooLong { line, limit } => write!(
                f,
                "Line {} is longer than {}, which no table's is. Check that the file is text with a line for each sample.",
                group(*line),
                size(*limit),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedEncoding { encoding } => write!(
                f,
                "The text is encoded as {encoding}. Save it as UTF-8: in Excel \"CSV UTF-8\", in Python encoding='utf-8'.",
            ),
            #[cfg(feature = "readers")]
            ErrorKind::NoNumbers => f.write_str(
                "No column of this table holds numbers in its first rows. Save the features as numbers, with one row a sample.",
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
                "The array's type is {}, which is no real number type. {}",
                Descr(descr),
                way_to_floats(descr),
            ),
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedTensor { dtype } => write!(
                f,
                "The array's type is {}, which is not read. Save it as floats: {}.",
                quoted(dtype),
                match dtype.as_str() {
                    "quantized tensor" => "torch.save(features.dequantize(), path)",
                    "sparse tensor" => "torch.save(features.to_dense(), path)",
                    _ => "features.float() in PyTorch",
                },
            ),
            #[cfg(feature = "readers")]
            ErrorKind::UnsupportedKind { dtype, way } => {
                write!(f, "The array's type is {}, which is not read. {way}", quoted(dtype))
            }
            ErrorKind::StructuredDtype { fields } => write!(
                f,
                "This is a record array, and its fields are no floats of one type ({}). Save the field that holds the features, np.save(path, array['features']), \
                 or a list of fields as columns: np.save(path, structured_to_unstructured(array[fields])), from numpy.lib.recfunctions.",
                List(fields),
            ),
            ErrorKind::PickledObject { array, axes } => {
                let name = if array.is_empty() { String::new() } else { format!("['{}']", shown(array)) };
                let load = format!("np.load(old, allow_pickle=True){name}");
                f.write_str("This is a pickled Python object, which only Python can open. Save the array in it. ")?;
                match axes {
                    0 => write!(f, "If it is a dict: np.save(path, {load}.item()['features'])."),
                    1 => write!(f, "If it is a list of rows: np.save(path, np.stack({load}))."),
                    _ => write!(f, "If it holds numbers: np.save(path, {load}.astype(np.float32))."),
                }
            }
            ErrorKind::ShapeOverflow => {
                f.write_str("The header's shape is larger than any file. The header is damaged; save the file again.")
            }
            ErrorKind::TooFewRows { rows } => write!(
                f,
                "There {}; a covariance needs at least 2. Rows are samples: if the features are in columns, \
                 save features.T.",
                if *rows == 0 { "are no rows" } else { "is only 1 row" },
            ),
            ErrorKind::TooFewLeft { rows, skipped } => write!(
                f,
                "{} hold NaN or infinity and were skipped, and {} left; a covariance needs at least 2. \
                 If it is some columns that hold them, leave those out: features[:, np.isfinite(features).all(0)].",
                count(*skipped, "row", "rows"),
                count(*rows, "is", "are"),
            ),
            ErrorKind::NoColumns => {
                f.write_str("The array has no columns: one of its axes has length 0. Save an array of shape (samples, features).")
            }
            ErrorKind::NotAMatrix { axes: 1 } => f.write_str(
                "This is one column of numbers (1 axis); features need two axes, (samples, features). If these are eigenvalues, sort them, \
                 np.sort(eigenvalues)[::-1], or say so: the command takes --given eigenvalues. If it is one long vector, reshape it first: features.reshape(n, d). \
                 If it is one sample of many, open the files of all samples together.",
            ),
            ErrorKind::NotAMatrix { axes } => write!(
                f,
                "The array has {axes} axes; features need two, (samples, features). \
                 If this is one long vector, reshape it first: features.reshape(n, d).",
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
                "All {}rows are the same, so the features have no variance and no spectrum. Check that different inputs were used.",
                rows.map(|rows| group(rows) + " ").unwrap_or_default(),
            ),
            ErrorKind::WhichMatrix { side } => write!(
                f,
                "This {side} × {side} matrix is symmetric: it may be a covariance, a Gram matrix, or features that happen to be so. Say which; the command takes \
                 --given covariance, gram-of-rows (XXᵀ), gram-of-columns (XᵀX) or features, and --n for the number of rows.",
                side = group(*side),
            ),
            ErrorKind::NotEigenvalues { problem } => write!(
                f,
                "These are no eigenvalues: {problem}. Eigenvalues are one column of numbers that are not negative, or a column of ranks 1, 2, 3… and one of them.",
            ),
            ErrorKind::NotACovariance { problem } => write!(
                f,
                "This is no covariance or Gram matrix: {problem}. Such a matrix is square, symmetric and without negative eigenvalues; if these are features, say so.",
            ),
            ErrorKind::BadMoments { problem } => write!(
                f,
                "These are no moments: {problem}. Moments are n, mean (d numbers) and covariance (d × d, divisor n − 1): np.savez(path, n=n, mean=mean, covariance=covariance).",
            ),
            ErrorKind::CountsDiffer { what, asked, found } => write!(
                f,
                "There are {} {what} by the file and {} by what was said. Leave that out, or mend it.",
                group(*found),
                group(*asked),
            ),
            ErrorKind::TooWide { columns, limit } => write!(
                f,
                "A {columns} × {columns} matrix takes too much memory; they may have {} columns. Give the features themselves.",
                group(*limit),
                columns = group(*columns),
            ),
            ErrorKind::NeedsRows => f.write_str(
                "That takes the rows themselves, and what was given was made of them. Give the features to see it.",
            ),
            ErrorKind::NeedsMean => f.write_str(
                "That takes the mean of the columns, which is not in what was given. Give the features, or moments: n, mean and covariance.",
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
            ErrorKind::OutOfRange { what, given, low, high } => {
                write!(f, "{what} is a number from {low} to {high}, and {given} is not.")
            }
            ErrorKind::TooManyBytes { bytes, limit } => write!(
                f,
                "These features would take {} MB, and at most {} MB are made. Make fewer rows or columns, or smaller numbers.",
                group(bytes / 1_000_000),
                group(limit / 1_000_000),
            ),
            ErrorKind::LinkDamaged { characters } => write!(
                f,
                "This link is damaged or was cut on its way: {} of it arrived, and they do not add up. Copy it again, whole.",
                count(*characters, "character", "characters"),
            ),
            ErrorKind::LinkNewer { version, known } => write!(
                f,
                "This link was made by a newer version of the page (its format is {version}, and {known} is the newest known here). Reload the page, or open the link where it was made.",
            ),
            ErrorKind::BadLink { problem } => write!(
                f,
                "This link arrived whole and contradicts itself: {problem}. Whatever made it has a mistake; docs/link.md says what belongs in a link.",
            ),
            ErrorKind::LinkTooLong { what } => {
                write!(f, "A link holds {what}. Choose fewer datasets, or save their Reports, which hold all there is.")
            }
            ErrorKind::ReportNewer { version, known } => write!(
                f,
                "This Report was saved by a newer version of Eigenscope (its format is {version}, and {known} is the newest known here). Reload the page, or open it where it was made.",
            ),
            ErrorKind::BadReport { problem } => write!(
                f,
                "This is no Report as Eigenscope saves it: {problem}. It was damaged or changed; save it again, or open the features.",
            ),
            ErrorKind::NotRecorded => f.write_str(
                "Only the spectrum that was shared is here, prepared as it was. Open the features themselves to prepare them otherwise.",
            ),
            ErrorKind::Unreadable { reason } => {
                write!(f, "The file could not be read ({reason}). Check that it is still there, and open it again.")
            }
            ErrorKind::NoRoom { reason } => write!(
                f,
                "There is no room to unpack the array ({reason}). Make room, or save it unpacked: np.savez instead of np.savez_compressed.",
            ),
            ErrorKind::FileChanged => f.write_str(
                "The file changed, moved or was removed while it was read. Wait until it is written, and open it again.",
            ),
            ErrorKind::ReaderStuck => f.write_str(
                "Nothing more came out of this file for a minute, so its reader was ended. The file may be damaged; save it again, \
                 or as .npy: np.save(path, features).",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

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
