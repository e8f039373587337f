/*! The buffers of an Arrow file's batches: read in pieces, and unpacked on the way. */

use std::io::{ErrorKind as IoErrorKind, Read, copy, sink};

use super::{STEP, Take, malformed};
use crate::error::{Error, ErrorKind, Result};
use crate::native::files::failed;

/// How the buffers of a batch are packed.
#[derive(Clone, Copy)]
pub(super) enum Codec {
    Lz4,
    Zstd,
}

/// The bytes of a buffer, unpacked.
pub(super) struct Buffer<'a> {
    pub bytes: Box<dyn Read + 'a>,
    /// How many bytes are left, of a packed one.
    pub length: Option<u64>,
}

impl Buffer<'_> {
    /// Reads so many bytes, in pieces of whole numbers.
    pub fn pieces(&mut self, length: u64, size: u64, take: Take<'_>) -> Result<()> {
        let mut left = length;
        let step = STEP as u64 / size * size;
        let mut piece = Vec::new();
        while left > 0 {
            piece.resize(left.min(step) as usize, 0);
            self.bytes.read_exact(&mut piece).map_err(|error| self.wrong(&error))?;
            take(&piece)?;
            left -= piece.len() as u64;
        }
        if let Some(packed) = &mut self.length {
            *packed = packed.checked_sub(length).ok_or_else(damaged)?;
        }
        Ok(())
    }

    /// Reads what is left, of a packed one: behind it stands the checksum.
    pub fn finish(&mut self) -> Result<()> {
        let Some(left) = self.length else { return Ok(()) };
        let rest = copy(&mut self.bytes, &mut sink()).map_err(|error| self.wrong(&error))?;
        if rest == left { Ok(()) } else { Err(damaged()) }
    }

    fn wrong(&self, error: &std::io::Error) -> Error {
        match (self.length, error.kind()) {
            (Some(_), _) => damaged(),
            (None, IoErrorKind::UnexpectedEof) => malformed("a buffer is shorter than its rows"),
            _ => failed(error),
        }
    }
}

fn damaged() -> Error {
    ErrorKind::DamagedStream { part: "The array".to_owned() }.into()
}
