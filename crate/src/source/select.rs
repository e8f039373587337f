/*! Which array of each file is read, and what has to be unpacked for it. */

use super::contents::{Contents, Form, Format, Labels};
#[cfg(feature = "readers")]
use super::{Layout, Packed, Text};
use super::{Part, Source};
use crate::error::{ErrorKind, Result};

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
    files: Vec<(String, u64, Form)>,
}

impl Selected {
    /// Selects the array that was asked for in every file, or the one that can be meant.
    ///
    /// # Errors
    ///
    /// What [`Contents::choose`] and [`Array::features`](super::Array::features) refuse, with the file's name.
    pub fn new(files: Vec<Opened>, asked: Option<&str>) -> Result<Selected> {
        let none = ErrorKind::Internal { problem: "no file was given" };
        let first = files.first().ok_or(none)?;
        let chosen = first.contents.choose(asked).map_err(|error| error.in_file(&first.name))?;
        let array = chosen.name.clone();
        let format = first.contents.format;
        let labels = if files.len() == 1 { first.contents.labels_of(chosen) } else { Vec::new() };
        let mut selected = Vec::with_capacity(files.len());
        for Opened { name, bytes, contents } in &files {
            // The parts of one matrix have the same name in each file, unless each has but one.
            let same = contents.arrays.iter().any(|other| other.name == array).then_some(array.as_str());
            let form = contents.choose(asked.or(same)).and_then(|array| array.features().cloned());
            selected.push((name.clone(), *bytes, form.map_err(|error| error.in_file(name))?));
        }
        Ok(Selected { format, array, labels, files: selected })
    }

    /// What has to be read from its beginning before rows can be read: the number of the file, and how.
    #[cfg(feature = "readers")]
    pub fn unpackings(&self) -> Vec<(usize, Unpacking)> {
        let unpacking = |(index, (.., form)): (usize, &(String, u64, Form))| match form {
            Form::Plain(_) => None,
            Form::Packed(packed) => Some((index, Unpacking::Packed(packed.clone()))),
            Form::Text(text) => Some((index, Unpacking::Text(text.clone()))),
            Form::Foreign(name, layout) => Some((index, Unpacking::Foreign(self.format, name.clone(), layout.clone()))),
        };
        self.files.iter().enumerate().filter_map(unpacking).collect()
    }

    /// The matrix, with what came of [`unpackings`](Self::unpackings), in their order. That is read after the files.
    ///
    /// # Errors
    ///
    /// As [`Source::new`].
    #[cfg(feature = "readers")]
    pub fn source(self, unpacked: &[Unpacked]) -> Result<Source> {
        let mut unpacked = (self.files.len()..).zip(unpacked);
        let missing = || ErrorKind::Internal { problem: "a file was not unpacked" };
        let mut parts = Vec::with_capacity(self.files.len());
        for (index, (name, bytes, form)) in self.files.into_iter().enumerate() {
            let piece = match form {
                Form::Plain(layout) => (index, layout),
                Form::Packed(packed) => (unpacked.next().ok_or_else(missing)?.0, packed.layout),
                Form::Foreign(_, layout) => (unpacked.next().ok_or_else(missing)?.0, layout),
                Form::Text(text) => {
                    let (at, Unpacked { rows }) = unpacked.next().ok_or_else(missing)?;
                    (at, text.layout(*rows).map_err(|error| error.in_file(&name))?)
                }
            };
            parts.push(Part { name, bytes, pieces: vec![piece] });
        }
        Source::new(self.format, &self.array, self.labels, parts)
    }

    /// The matrix.
    ///
    /// # Errors
    ///
    /// As [`Source::new`].
    #[cfg(not(feature = "readers"))]
    pub fn source(self) -> Result<Source> {
        let part = |(index, (name, bytes, form)): (usize, (String, u64, Form))| {
            let Form::Plain(layout) = form;
            Part { name, bytes, pieces: vec![(index, layout)] }
        };
        let parts = self.files.into_iter().enumerate().map(part).collect();
        Source::new(self.format, &self.array, self.labels, parts)
    }
}

/// How something is read from its beginning.
#[cfg(feature = "readers")]
#[derive(Clone, Debug)]
pub enum Unpacking {
    /// A packed stream.
    Packed(Packed),
    /// Text.
    Text(Text),
    /// The array of this name in a file that somebody else's library reads, and where its numbers stand in what is made of it.
    Foreign(Format, String, Layout),
}

/// What came of it.
#[cfg(feature = "readers")]
#[derive(Clone, Copy, Debug)]
pub struct Unpacked {
    /// Rows in it, where that was not known before.
    pub rows: u64,
}
