/*! Which format a file's bytes announce, whatever its name says; a format that isn't read is at least called by its name. */

use super::contents::{Contents, Format};
use super::known::{Known, Step};
use super::{mat, npy, npz, safetensors, text, torch, unread, vectors, zip};
use crate::error::ErrorKind;

/// Bytes that tell what a file is.
const START_BYTES: u64 = 64 << 10;

const ZIP_ADVICE: &str = "Unpack it, and drop the files in it.";

/// What is in a file.
///
/// # Errors
///
/// `UnsupportedFormat` for a format that is known by name, `UnknownFormat` for anything else, and what each reader refuses.
pub(super) fn contents(known: &Known) -> Step<Contents> {
    let start = known.start(START_BYTES)?;
    if start.starts_with(npy::MAGIC) {
        return npy::contents(known);
    }
    let unsupported = |format, advice| Err(ErrorKind::UnsupportedFormat { format, advice }.into());
    if let Some((format, advice)) = unread::by_start(known.size, start) {
        return unsupported(format, advice);
    }
    if zip::MAGICS.iter().any(|magic| start.starts_with(magic)) {
        let directory = zip::directory(known)?;
        return if let Some((format, advice)) = unread::by_entries(&directory) {
            unsupported(format, advice)
        } else if let Some(pickle) = torch::pickle_of(&directory) {
            torch::contents(known, &directory, pickle)
        } else if npz::is_npz(&directory) {
            npz::contents(known, &directory)
        } else {
            unsupported("a zip archive without arrays", ZIP_ADVICE)
        };
    }
    if let Some(format) = foreign(start) {
        return Ok(Contents::of_foreign(format, Vec::new(), &[], 0));
    }
    if start.starts_with(mat::MAGIC) {
        return mat::contents(known);
    }
    if safetensors::is_safetensors(start) {
        return safetensors::contents(known);
    }
    if let Some(vectors) = vectors::contents(known)? {
        return Ok(vectors);
    }
    if let Some(text) = text::contents(known)? {
        return Ok(text);
    }
    match unread::by_text(start) {
        Some((format, advice)) => unsupported(format, advice),
        None => Err(ErrorKind::UnknownFormat.into()),
    }
}

/// Formats that somebody else's library reads.
fn foreign(start: &[u8]) -> Option<Format> {
    const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";
    // An HDF5 file may begin with something else: MATLAB puts 512 bytes of text there.
    let is_hdf5 =
        [0, 512, 1024, 2048, 4096].iter().any(|&at| start.get(at..).is_some_and(|rest| rest.starts_with(HDF5)));
    // A stream begins with the mark of a message and its length, which is that of a schema.
    let is_stream = start.starts_with(&[0xff; 4])
        && start.get(4..8).and_then(|length| length.first_chunk::<4>()).is_some_and(|length| {
            let length = u32::from_le_bytes(*length);
            length > 0 && length.is_multiple_of(8) && length < 1 << 24
        });
    if start.starts_with(b"PAR1") {
        Some(Format::Parquet)
    } else if start.starts_with(b"ARROW1") || is_stream {
        Some(Format::Arrow)
    } else if is_hdf5 {
        Some(Format::Hdf5)
    } else {
        None
    }
}
