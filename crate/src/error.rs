/*!
Every way in which an analysis can be refused.

There is one [`Error`], with one [`ErrorKind`] behind it. Its `Display` is written for the person who
dropped the file: what is wrong, where, and what to do. Its [`code`](Error::code) is stable: the page
and the tests go by the code, never by the words.
*/

mod codes;
mod kinds;
mod phrases;
mod words;

use std::fmt;

#[cfg(feature = "readers")]
pub(crate) use phrases::quoted;
pub(crate) use phrases::{group, shown};

pub use self::kinds::ErrorKind;

/// A result whose error is an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal, with the name of the file that it is about when there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    kind: Box<ErrorKind>,
    file: Option<String>,
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
