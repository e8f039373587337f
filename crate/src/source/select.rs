/*! Which array of each file is read, and what has to be unpacked for it. */

use super::contents::{Contents, Form, Format, Labels};
#[cfg(feature = "readers")]
use super::{Foreign, Packed, Seen, Text, foreign, text};
use super::{Part, Source};
#[cfg(feature = "readers")]
use crate::error::Error;
use crate::error::{ErrorKind, Result};
#[cfg(feature = "readers")]
use crate::given::{Asked, FilePieces, Piece, Reader};

/// A file whose contents are known.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its name, without folders.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// What is in it.
    pub contents: Contents,
}

/// One array of each file.
#[derive(Clone, Debug)]
pub struct Selected {
    format: Format,
    array: String,
    labels: Vec<Labels>,
    /// Which columns of a table are read.
    #[cfg(feature = "readers")]
    columns: String,
    /// Whether it is the three arrays of moments.
    #[cfg(feature = "readers")]
    are_moments: bool,
    /// Name, size, and what is read of each: one array, or the three of moments.
    files: Vec<(String, u64, Vec<Form>)>,
}

/// The arrays of moments.
const MOMENTS: [&str; 3] = ["n", "mean", "covariance"];

/// Whether a file holds moments.
fn holds_moments(file: &Opened) -> bool {
    MOMENTS.iter().all(|name| file.contents.arrays.iter().any(|array| array.name == *name))
}

impl Selected {
    /// Selects the array that was asked for in every file, or the one that can be meant; where all files hold moments, those.
    ///
    /// # Errors
    ///
    /// What [`Contents::choose`] refuses, and why an array cannot be read, with the file's name.
    pub fn new(
        #[cfg_attr(not(feature = "readers"), allow(unused_mut))] mut files: Vec<Opened>,
        asked: Option<&str>,
    ) -> Result<Selected> {
        #[cfg(feature = "readers")]
        let other_columns = foreign::agree(&mut files);
        let none = ErrorKind::Internal { problem: "no file was given" };
        let first = files.first().ok_or(none)?;
        if asked.is_none() && files.iter().all(holds_moments) {
            return Selected::moments(&files);
        }
        let chosen = first.contents.choose(asked);
        #[cfg(feature = "readers")]
        let chosen = match first.contents.only_vector() {
            Some(vector) if asked.is_none() && files.len() > 1 => chosen.or(Ok(vector)),
            _ => chosen,
        };
        let chosen = chosen.map_err(|error| error.in_file(&first.name))?;
        let array = chosen.name.clone();
        let format = first.contents.format;
        let labels = first.contents.labels_of(chosen);
        let mut selected = Vec::with_capacity(files.len());
        for Opened { name, bytes, contents } in &files {
            // The parts of one matrix have the same name in each file, unless each has but one.
            let same = contents.arrays.iter().any(|other| other.name == array).then_some(array.as_str());
            let form = contents.choose(asked.or(same)).and_then(|array| array.form.clone());
            selected.push((name.clone(), *bytes, vec![form.map_err(|error| error.in_file(name))?]));
        }
        #[cfg(feature = "readers")]
        vectors_as_rows(&mut selected);
        #[cfg(feature = "readers")]
        if let Some((part, difference)) = other_columns
            && let Ok(Form::Foreign(foreign)) = &files[0].contents.choose(Some(&array))?.form
            && foreign.places.len() > 1
        {
            let first = files[0].name.clone();
            return Err(Error::from(ErrorKind::ShardsDiffer { first, difference }).in_file(&files[part].name));
        }
        #[cfg_attr(not(feature = "readers"), allow(unused_mut, reason = "only readers have parts of text"))]
        let mut selected = Selected {
            format,
            array,
            labels,
            #[cfg(feature = "readers")]
            columns: String::new(),
            #[cfg(feature = "readers")]
            are_moments: false,
            files: selected,
        };
        #[cfg(feature = "readers")]
        {
            if let Some(Form::Foreign(foreign)) = selected.files.first().and_then(|(.., forms)| forms.first()) {
                selected.columns = foreign.columns.clone();
            }
            selected.agree(None)?;
        }
        Ok(selected)
    }

    /// Decides how parts of text are read, all together. The answer is whether that is otherwise than before.
    #[cfg(feature = "readers")]
    fn agree(&mut self, seen: Option<&[Seen]>) -> Result<bool> {
        let names: Vec<String> = self.files.iter().map(|(name, ..)| name.clone()).collect();
        let forms = self.files.iter_mut().flat_map(|(.., forms)| forms);
        let mut texts: Vec<&mut Text> =
            forms.filter_map(|form| if let Form::Text(text) = form { Some(text) } else { None }).collect();
        if texts.len() != names.len() {
            return Ok(false);
        }
        let changed = text::agree(&mut texts, seen).map_err(|(part, difference)| {
            Error::from(ErrorKind::ShardsDiffer { first: names[0].clone(), difference }).in_file(&names[part])
        })?;
        if let Some(text) = texts.first() {
            self.labels = text.labels();
            self.columns = text.names();
        }
        Ok(changed)
    }

    /// Takes what all rows of the parts have said of their columns, for each thing that was unpacked. The answer is whether the columns are
    /// something else than the first rows had let them be taken for, so that all has to be unpacked again.
    ///
    /// # Errors
    ///
    /// `ShardsDiffer`; `NoNumbers` where no features are left; `NotNumbers`.
    #[cfg(feature = "readers")]
    pub fn settle(&mut self, seen: &[Seen]) -> Result<bool> {
        let changed = self.agree(Some(seen))?;
        for (name, _, forms) in &self.files {
            for form in forms {
                if let Form::Text(text) = form {
                    text.check().map_err(|error| error.in_file(name))?;
                }
            }
        }
        Ok(changed)
    }

    fn moments(files: &[Opened]) -> Result<Selected> {
        let mut selected = Vec::with_capacity(files.len());
        for Opened { name, bytes, contents } in files {
            let form = |array: &str| contents.choose(Some(array)).and_then(|array| array.form.clone());
            let forms = MOMENTS.into_iter().map(form).collect::<Result<Vec<Form>>>();
            selected.push((name.clone(), *bytes, forms.map_err(|error| error.in_file(name))?));
        }
        let format = files.first().map_or(Format::Npz, |file| file.contents.format);
        Ok(Selected {
            format,
            array: String::new(),
            labels: Vec::new(),
            #[cfg(feature = "readers")]
            columns: String::new(),
            #[cfg(feature = "readers")]
            are_moments: true,
            files: selected,
        })
    }

    /// What has to be read from its beginning before rows can be read: the number of the file, and how.
    #[cfg(feature = "readers")]
    pub fn unpackings(&self) -> Vec<(usize, Unpacking)> {
        let unpacking = |(index, form): (usize, &Form)| match form {
            Form::Plain(_) | Form::Pieces(_) => None,
            Form::Packed(packed) => Some((index, Unpacking::Packed(packed.clone()))),
            Form::Text(text) => Some((index, Unpacking::Text(text.clone()))),
            Form::Foreign(foreign) => Some((index, Unpacking::Foreign(self.format, foreign.clone()))),
        };
        let forms =
            self.files.iter().enumerate().flat_map(|(index, (.., forms))| forms.iter().map(move |form| (index, form)));
        forms.filter_map(unpacking).collect()
    }

    /// The matrix, with what came of [`unpackings`](Self::unpackings), in their order. That is read after the files.
    ///
    /// # Errors
    ///
    /// As [`Source::new`].
    #[cfg(feature = "readers")]
    pub fn source(self, unpacked: &[Unpacked]) -> Result<Source> {
        let (format, about) = (self.format, self.about());
        features(format, about, &self.pieces(unpacked)?)
    }

    /// Finds out whether the files hold features, or what was made of such.
    ///
    /// # Errors
    ///
    /// As [`Reader::new`].
    #[cfg(feature = "readers")]
    pub fn reader(self, unpacked: &[Unpacked], asked: Asked) -> Result<Reader> {
        let (format, about) = (self.format, self.about());
        let (array, loader) = (about.array.clone(), about.loader.clone());
        let pieces = self.pieces(unpacked)?;
        let features = features(format, about, &pieces);
        Reader::new(format, (&array, loader), pieces, features, asked)
    }

    /// What is told of the array that was selected.
    #[cfg(feature = "readers")]
    fn about(&self) -> About {
        let first = self.files.first().and_then(|(.., forms)| forms.first()).filter(|_| !self.are_moments);
        let is_part = self.files.len() > 1;
        About {
            array: self.array.clone(),
            columns: self.columns.clone(),
            labels: self.labels.clone(),
            loader: first.map_or_else(String::new, |form| {
                super::loader::loader(self.format, &self.array, form, &self.labels, is_part)
            }),
        }
    }

    /// Where the numbers of all arrays stand.
    #[cfg(feature = "readers")]
    fn pieces(self, unpacked: &[Unpacked]) -> Result<Vec<FilePieces>> {
        let mut unpacked = (self.files.len()..).zip(unpacked);
        let missing = || ErrorKind::Internal { problem: "a file was not unpacked" };
        let are_moments = self.are_moments;
        let mut files = Vec::with_capacity(self.files.len());
        for (index, (name, bytes, forms)) in self.files.into_iter().enumerate() {
            let mut pieces = Vec::with_capacity(forms.len());
            for form in forms {
                let (at, layout) = match form {
                    Form::Pieces(stacked) => {
                        pieces.extend(stacked.layouts.into_iter().map(|layout| Piece { at: index, layout }));
                        continue;
                    }
                    Form::Plain(layout) => (index, layout),
                    Form::Packed(packed) => (unpacked.next().ok_or_else(missing)?.0, packed.layout),
                    Form::Foreign(foreign) => (unpacked.next().ok_or_else(missing)?.0, foreign.layout),
                    Form::Text(text) => {
                        let (at, Unpacked { rows }) = unpacked.next().ok_or_else(missing)?;
                        (at, text.layout(*rows).map_err(|error| error.in_file(&name))?)
                    }
                };
                pieces.push(Piece { at, layout });
            }
            files.push(FilePieces { name, bytes, pieces, are_moments });
        }
        Ok(files)
    }

    /// The matrix.
    ///
    /// # Errors
    ///
    /// As [`Source::new`].
    #[cfg(not(feature = "readers"))]
    pub fn source(self) -> Result<Source> {
        let part = |(index, (name, bytes, forms)): (usize, (String, u64, Vec<Form>))| {
            let pieces = forms.into_iter().map(|Form::Plain(layout)| (index, layout)).collect();
            Part { name, bytes, pieces }
        };
        let parts = self.files.into_iter().enumerate().map(part).collect();
        Source::new(self.format, &self.array, self.labels, parts)
    }
}

/// Of several files that hold a vector each, all of one length, each is a row: a sample a file.
#[cfg(feature = "readers")]
fn vectors_as_rows(files: &mut [(String, u64, Vec<Form>)]) {
    let row = |(.., forms): &(String, u64, Vec<Form>)| match forms.as_slice() {
        [form] if form.layout().is_some_and(|layout| layout.shape.len() == 1 && layout.rows >= 2) => form.as_row(),
        _ => None,
    };
    let rows: Option<Vec<Form>> = files.iter().map(row).collect();
    let Some(rows) = rows.filter(|rows| rows.len() > 1) else { return };
    let columns = |form: &Form| form.layout().map(|layout| layout.columns);
    if rows.iter().all(|row| columns(row) == columns(&rows[0])) {
        for ((.., forms), row) in files.iter_mut().zip(rows) {
            *forms = vec![row];
        }
    }
}

/// What is told of an array beside its numbers.
#[cfg(feature = "readers")]
struct About {
    array: String,
    columns: String,
    labels: Vec<Labels>,
    loader: String,
}

/// The arrays that were selected as features.
#[cfg(feature = "readers")]
fn features(format: Format, about: About, files: &[FilePieces]) -> Result<Source> {
    if files.iter().any(|file| file.are_moments) {
        return Err(ErrorKind::Internal { problem: "moments were taken for features" }.into());
    }
    let part = |FilePieces { name, bytes, pieces, .. }: &FilePieces| {
        let pieces = pieces.iter().map(|piece| (piece.at, piece.layout.clone())).collect();
        Part { name: name.clone(), bytes: *bytes, pieces }
    };
    let About { array, columns, labels, loader } = about;
    let source = Source::new(format, &array, labels, files.iter().map(part).collect())?;
    Ok(Source { columns, loader, ..source })
}

/// How something is read from its beginning.
#[cfg(feature = "readers")]
#[derive(Clone, Debug)]
pub enum Unpacking {
    /// A packed stream.
    Packed(Packed),
    /// Text.
    Text(Text),
    /// Arrays of a file that somebody else's library reads.
    Foreign(Format, Foreign),
}

/// What came of it.
#[cfg(feature = "readers")]
#[derive(Clone, Copy, Debug)]
pub struct Unpacked {
    /// Rows in it, where that was not known before.
    pub rows: u64,
}
