/*! What is in a file: its arrays, and which of them are the features. */

use serde::{Deserialize, Serialize};

use super::{Layout, Number};
use crate::error::{Error, ErrorKind, Result, group, shown};

/// How files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// NumPy's array.
    Npy,
    /// NumPy's archive of arrays.
    Npz,
    /// Hugging Face's tensors.
    Safetensors,
    /// What torch.save writes.
    Torch,
    /// Text with a row a line: csv, tsv and their kin.
    #[serde(rename = "csv")]
    Table,
    /// JSON, a row a line.
    #[serde(rename = "jsonl")]
    Lines,
    /// MATLAB's, version 5.
    Mat,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow's files and streams, Feather 2 among them.
    Arrow,
    /// HDF5, and with it MATLAB's version 7.3.
    Hdf5,
    /// Vectors of nearest-neighbour benchmarks: .fbin, .fvecs and .bvecs.
    Vectors,
    /// The page's own links, which are no files.
    Link,
}

impl Format {
    /// Whether it is read by somebody else's library: an opener finds no arrays in such a file.
    pub fn is_foreign(self) -> bool {
        matches!(self, Format::Parquet | Format::Arrow | Format::Hdf5)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Npy => "npy",
            Format::Npz => "npz",
            Format::Safetensors => "safetensors",
            Format::Torch => "torch",
            Format::Table => "csv",
            Format::Lines => "jsonl",
            Format::Mat => "mat",
            Format::Parquet => "parquet",
            Format::Arrow => "arrow",
            Format::Hdf5 => "hdf5",
            Format::Vectors => "vectors",
            Format::Link => "link",
        }
    }
}

/// Where the numbers of an array are.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// In the file.
    Plain(Layout),
    /// In a stream that has to be unpacked from its beginning.
    #[cfg(feature = "readers")]
    Packed(Packed),
    /// In text that has to be read from its beginning.
    #[cfg(feature = "readers")]
    Text(super::Text),
    /// In what somebody else's library makes of arrays.
    #[cfg(feature = "readers")]
    Foreign(super::Foreign),
    /// In the file, in the arrays of a list or dictionary.
    #[cfg(feature = "readers")]
    Pieces(super::Pieces),
}

/// An array in a stream that has to be unpacked.
#[cfg(feature = "readers")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Packed {
    /// Where the stream stands in the file.
    pub range: super::ByteRange,
    /// How it is packed.
    pub packing: super::Packing,
    /// Bytes that it unpacks to.
    pub unpacked: u64,
    /// Their checksum.
    pub crc32: Option<u32>,
    /// Where the numbers stand in them.
    pub layout: Layout,
}

impl Form {
    /// Where the numbers stand, in the file or in what is unpacked, the first ones of pieces; `None` where that is not known before
    /// all is read.
    pub fn layout(&self) -> Option<&Layout> {
        match self {
            Form::Plain(layout) => Some(layout),
            #[cfg(feature = "readers")]
            Form::Packed(packed) => Some(&packed.layout),
            #[cfg(feature = "readers")]
            Form::Text(_) => None,
            #[cfg(feature = "readers")]
            Form::Foreign(foreign) => Some(&foreign.layout),
            #[cfg(feature = "readers")]
            Form::Pieces(pieces) => pieces.layouts.first(),
        }
    }

    /// The same as one row, if it is a vector.
    #[cfg(feature = "readers")]
    pub(super) fn as_row(&self) -> Option<Form> {
        Some(match self {
            Form::Plain(layout) => Form::Plain(layout.as_row()?),
            Form::Packed(packed) => Form::Packed(Packed { layout: packed.layout.as_row()?, ..packed.clone() }),
            Form::Foreign(foreign) => {
                Form::Foreign(super::Foreign { layout: foreign.layout.as_row()?, ..foreign.clone() })
            }
            Form::Text(_) | Form::Pieces(_) => return None,
        })
    }

    /// Whether features could be in it: two rows and two columns, or more.
    fn is_large(&self) -> bool {
        match self {
            #[cfg(feature = "readers")]
            Form::Text(text) => text.columns() >= 2,
            #[cfg(feature = "readers")]
            Form::Pieces(pieces) => pieces.rows >= 2 && pieces.layouts.iter().all(|layout| layout.columns >= 2),
            _ => self.layout().is_some_and(|layout| layout.rows >= 2 && layout.columns >= 2),
        }
    }

    pub(super) fn number(&self) -> Number {
        self.layout().map_or(Number::Float64, |layout| layout.dtype.number)
    }
}

/// An array in a file.
#[derive(Clone, Debug)]
pub struct Array {
    /// Its name, or the path to it; empty where it is all there is.
    pub name: String,
    /// Its shape. Of text the number of rows is not known before all is read, and is 0.
    pub shape: Vec<u64>,
    /// The name of its type, NumPy's where there is one.
    pub dtype: String,
    /// Where its numbers are, or why they cannot be read.
    pub form: Result<Form>,
}

impl Array {
    /// An array whose form follows from where its numbers stand.
    pub(super) fn plain(name: &str, shape: Vec<u64>, dtype: &str, layout: Result<Layout>) -> Array {
        Array { name: name.to_owned(), shape, dtype: dtype.to_owned(), form: layout.map(Form::Plain) }
    }

    /// "features (3,000 × 384, float16)"
    pub fn description(&self) -> String {
        let unread = self.form.as_ref().is_ok_and(|form| form.layout().is_none());
        let axis = |(i, &axis): (usize, &u64)| if unread && i == 0 { "rows".to_owned() } else { group(axis) };
        let shape = match self.shape.as_slice() {
            [] => "a single value".to_owned(),
            axes => axes.iter().enumerate().map(axis).collect::<Vec<_>>().join(" × "),
        };
        #[cfg(feature = "readers")]
        if let Some(pieces) = self.pieces() {
            let count = group(pieces.count as u64);
            return format!("{} ({shape}, {}, {count} pieces)", shown(&self.name), shown(&self.dtype));
        }
        format!("{} ({shape}, {})", shown(&self.name), shown(&self.dtype))
    }

    /// Whether features could be in it: numbers in two axes or more, two rows and two columns or more.
    pub fn is_matrix(&self) -> bool {
        self.shape.len() >= 2 && self.form.as_ref().is_ok_and(Form::is_large)
    }

    /// Whether only a reader finds out what it is. Alone it may be a precomputed input: a column of eigenvalues, with or without their ranks,
    /// or a square matrix. One of several it may be a row of features.
    #[cfg(all(target_arch = "wasm32", not(any(feature = "readers", feature = "gpu"))))]
    pub(crate) fn needs_reader(&self, is_alone: bool) -> bool {
        // Nor does the core know what is in records.
        if self.form.as_ref().is_err_and(|error| matches!(error.kind(), ErrorKind::StructuredDtype { .. })) {
            return true;
        }
        let layout = self.form.as_ref().ok().and_then(Form::layout);
        layout.is_some_and(|layout| {
            let (rows, columns) = (layout.rows, layout.columns);
            let is_row = self.shape.len() < 2 || rows == 1;
            if is_alone { self.is_float() && (is_row || columns <= 2 || rows == columns) } else { is_row }
        })
    }

    #[cfg(feature = "readers")]
    fn pieces(&self) -> Option<&super::Pieces> {
        if let Ok(Form::Pieces(pieces)) = &self.form { Some(pieces) } else { None }
    }

    fn number(&self) -> Option<Number> {
        self.form.as_ref().ok().map(Form::number)
    }

    fn is_float(&self) -> bool {
        self.number().is_some_and(Number::is_float)
    }

    /// Bytes of its numbers; 0 where they cannot be read, or are not counted yet.
    pub fn bytes(&self) -> u64 {
        match &self.form {
            #[cfg(feature = "readers")]
            Ok(Form::Pieces(pieces)) => pieces.layouts.iter().map(Layout::number_bytes).fold(0, u64::saturating_add),
            Ok(form) => form.layout().map_or(0, Layout::number_bytes),
            Err(_) => 0,
        }
    }

    /// Its numbers as features, one row a sample.
    ///
    /// # Errors
    ///
    /// Why they are none.
    pub fn features(&self) -> Result<&Form> {
        let form = self.form.as_ref().map_err(Clone::clone)?;
        if self.shape.len() < 2 {
            return Err(ErrorKind::NotAMatrix { axes: self.shape.len() }.into());
        }
        Ok(form)
    }
}

/// All that is in a file.
#[derive(Clone, Debug)]
pub struct Contents {
    /// How it is written.
    pub format: Format,
    /// The arrays, the likely one first.
    pub arrays: Vec<Array>,
    /// Columns and fields beside the features that are labels.
    pub labels: Vec<Labels>,
    /// The columns of a table that somebody else's library reads.
    #[cfg(feature = "readers")]
    pub(super) columns: Option<super::foreign::Columns>,
}

/// What stands beside the features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Labels {
    /// Name of the array or column.
    pub name: String,
    /// The name of its type.
    pub dtype: String,
}

impl Contents {
    /// Sorts the arrays: those that can be features before others, floats before integers, larger before smaller.
    pub(super) fn new(format: Format, mut arrays: Vec<Array>) -> Contents {
        arrays.sort_by_key(|array| std::cmp::Reverse((array.is_matrix(), array.is_float(), array.bytes())));
        Contents {
            format,
            arrays,
            labels: Vec::new(),
            #[cfg(feature = "readers")]
            columns: None,
        }
    }

    /// The array that was asked for, or the only one that can be meant.
    ///
    /// # Errors
    ///
    /// `NoSuchArray`; `SeveralArrays`, where there are more than one and none was asked for; `NoMatrix`, where there are several and none is a matrix;
    /// why the only one cannot be read.
    pub fn choose(&self, asked: Option<&str>) -> Result<&Array> {
        let described = |arrays: &[Array]| arrays.iter().map(Array::description).collect();
        if let Some(name) = asked {
            let found = self.arrays.iter().find(|array| array.name == name);
            let missing = || ErrorKind::NoSuchArray { name: name.to_owned(), arrays: described(&self.arrays) };
            return found.ok_or_else(|| missing().into());
        }
        #[cfg(feature = "readers")]
        if let Some(array) = self.whole_or_in_pieces() {
            return Ok(array);
        }
        let matrices = self.arrays.iter().take_while(|array| array.is_matrix()).count();
        match (matrices, self.arrays.as_slice()) {
            (1, [array, ..]) | (0, [array]) => Ok(array),
            // A tensor of a kind that is not read has no shape here, and may well be the matrix: it says what to do.
            (0, arrays) => {
                let mut unread = arrays.iter().filter(|array| array.dtype.ends_with(" tensor"));
                let only = unread.next().filter(|_| unread.next().is_none());
                only.ok_or_else(|| ErrorKind::NoMatrix { arrays: described(arrays) }.into())
            }
            (_, arrays) => Err(ErrorKind::SeveralArrays { arrays: described(&arrays[..matrices]) }.into()),
        }
    }

    /// The only vector of floats: where there is one a file, each is a sample.
    #[cfg(feature = "readers")]
    pub(super) fn only_vector(&self) -> Option<&Array> {
        let is_vector = |array: &&Array| {
            let layout = array.form.as_ref().ok().and_then(Form::as_row);
            array.is_float() && layout.is_some_and(|row| row.layout().is_some_and(|row| row.columns >= 2))
        };
        let mut vectors = self.arrays.iter().filter(is_vector);
        vectors.next().filter(|_| vectors.next().is_none())
    }

    /// The one that is meant where some arrays can be put together: the only matrix that is none of the pieces, or, where all
    /// matrices are pieces of one, that one.
    #[cfg(feature = "readers")]
    fn whole_or_in_pieces(&self) -> Option<&Array> {
        let matrices = self.arrays.iter().take_while(|array| array.is_matrix());
        let (stacked, single): (Vec<_>, Vec<_>) = matrices.partition(|array| array.pieces().is_some());
        let is_piece = |array: &Array| stacked.iter().filter_map(|one| one.pieces()).any(|one| one.hold(&array.name));
        match (stacked.as_slice(), single.as_slice()) {
            ([_, ..], [one]) if !is_piece(one) => Some(one),
            ([one], single) => one
                .pieces()
                .filter(|pieces| pieces.is_meant && single.iter().all(|array| pieces.hold(&array.name)))
                .map(|_| *one),
            _ => None,
        }
    }

    /// The arrays that may be labels of an array's rows: whole numbers, one a row.
    pub fn labels_of(&self, features: &Array) -> Vec<Labels> {
        let rows = features.shape.first();
        let fits = |array: &&Array| {
            let mut axes = array.shape.iter().filter(|&&axis| axis != 1);
            axes.next() == rows && axes.next().is_none() && array.number().is_some_and(|number| !number.is_float())
        };
        let labels = |array: &Array| Labels { name: array.name.clone(), dtype: array.dtype.clone() };
        let arrays = self.arrays.iter().filter(|array| array.name != features.name).filter(fits).map(labels);
        self.labels.iter().cloned().chain(arrays).collect()
    }
}

/// Why an array of a type that a format has cannot be read, and what makes numbers of it where people have such files.
#[cfg(feature = "readers")]
pub(super) fn unsupported(format: Format, dtype: &str) -> Error {
    let way = match (format, dtype) {
        (Format::Mat, "cell") => {
            "Put rows that are in cells together, features = vertcat(cells{:}) or cell2mat(cells), or take one matrix of them, features = cells{1}."
        }
        (Format::Mat, "struct") => "Put the rows of its field together: features = vertcat(s.features).",
        (Format::Mat, "sparse") => "Save it in full: features = full(features).",
        (Format::Mat, complex) if complex.starts_with("complex") => "Save its size, abs(features), or real(features).",
        (Format::Mat, _) => "Save it as numbers: features = double(features); of a table, table2array(features).",
        (Format::Hdf5, "compound") => "Save the field that holds the features: np.save(path, file[name]['features']).",
        (Format::Hdf5, "complex") => "Save its size or its real part: np.save(path, np.abs(file[name][...])).",
        (Format::Hdf5, _) => "Save it as floats: np.save(path, file[name].astype(np.float32)[...]).",
        (_, "struct") => {
            "Save the field that holds the features, in pandas: np.save(path, np.stack(table[column].str['features']).astype(np.float32))."
        }
        (_, list) if list.starts_with("list") => {
            "Save it as a matrix, in pandas: np.save(path, np.stack(table[column].map(np.concatenate)))."
        }
        _ => "Save it as floats, in pandas: np.save(path, table[columns].to_numpy(np.float32)).",
    };
    ErrorKind::UnsupportedKind { dtype: dtype.to_owned(), way }.into()
}

/// A file's contradiction with itself.
pub(super) fn malformed(format: &'static str, problem: impl Into<String>) -> Error {
    ErrorKind::Malformed { format, problem: problem.into() }.into()
}
