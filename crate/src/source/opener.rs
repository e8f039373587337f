/*! Finds out what is in a file, while somebody else reads it. */

use super::contents::Contents;
use super::known::{Known, Stop, Want};
#[cfg(not(feature = "readers"))]
use super::npy as sniff;
#[cfg(feature = "readers")]
use super::sniff;
use crate::error::{ErrorKind, Result};

/// No honest file needs as many turns: a MATLAB file takes one for each variable.
const MOST_TURNS: usize = 1024;

/// Finds out what is in a file: says which bytes it wants to see, takes them, and comes to its [`Contents`].
///
/// ```
/// use eigenscope::source::Opener;
///
/// # fn main() -> eigenscope::Result<()> {
/// let mut file = b"\x93NUMPY\x01\x00\x48\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }            \n".to_vec();
/// file.extend([0u8; 24]);
/// let mut opener = Opener::new(file.len() as u64)?;
/// while let wants @ [_, ..] = opener.wants() {
///     let read = |want: &eigenscope::source::Want| {
///         file[want.range.offset as usize..][..want.range.length as usize].to_vec()
///     };
///     let read = wants.iter().map(read).collect();
///     opener.take(read)?;
/// }
/// let contents = opener.contents()?;
/// assert_eq!(contents.choose(None)?.shape, [2, 3]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Opener {
    known: Known,
    turns: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    Wants(Vec<Want>),
    Open(Contents),
}

impl Opener {
    /// For a file of so many bytes.
    ///
    /// # Errors
    ///
    /// `EmptyFile`.
    pub fn new(size: u64) -> Result<Opener> {
        if size == 0 {
            return Err(ErrorKind::EmptyFile.into());
        }
        let mut opener = Opener { known: Known::new(size), turns: 0, state: State::Wants(Vec::new()) };
        opener.advance()?;
        Ok(opener)
    }

    /// What is to be read next; nothing when the contents are known.
    pub fn wants(&self) -> &[Want] {
        match &self.state {
            State::Wants(wants) => wants,
            State::Open(_) => &[],
        }
    }

    /// Takes what was wanted, in the order of [`wants`](Self::wants).
    ///
    /// # Errors
    ///
    /// Every refusal of a file.
    pub fn take(&mut self, read: Vec<Vec<u8>>) -> Result<()> {
        let wants = self.wants().to_vec();
        if wants.len() != read.len() {
            return Err(ErrorKind::FileChanged.into());
        }
        for (want, bytes) in wants.into_iter().zip(read) {
            self.known.add(want, bytes)?;
        }
        self.advance()
    }

    fn advance(&mut self) -> Result<()> {
        self.turns += 1;
        self.state = match sniff::contents(&self.known) {
            Ok(contents) => State::Open(contents),
            Err(Stop::Wants(wants)) if self.turns < MOST_TURNS => State::Wants(wants),
            Err(Stop::Wants(_)) => return Err(ErrorKind::Internal { problem: "a file's header has no end" }.into()),
            Err(Stop::Refused(error)) => return Err(error),
        };
        Ok(())
    }

    /// What is in the file.
    ///
    /// # Errors
    ///
    /// `Internal` where something is still wanted.
    pub fn contents(self) -> Result<Contents> {
        match self.state {
            State::Open(contents) => Ok(contents),
            State::Wants(_) => {
                Err(ErrorKind::Internal { problem: "a file was not read to the end of its header" }.into())
            }
        }
    }
}
