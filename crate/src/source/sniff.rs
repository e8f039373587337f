/*! Which format a file's bytes announce, whatever its name says; a format that isn't read is at least called by its name. */

use super::contents::{Contents, Format};
use super::known::{Known, Step};
use super::{mat, npy, npz, safetensors, text, torch, zip};
use crate::error::ErrorKind;

/// Bytes that tell what a file is.
const START_BYTES: u64 = 64 << 10;

/// joblib's files are pickles as well.
const PICKLE_ADVICE: &str =
    "Open it with pickle.load or joblib.load, and save the array in it: np.save('features.npy', features).";

/// How a format that is not read is recognised, what it is called, and what to do.
const NOT_READ: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "a gzip-compressed file", "Unpack it first: gunzip features.npy.gz."),
    // PyTorch's magic number, as a pickle of its own in front of the others.
    (
        b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.",
        "a PyTorch file of the kind before version 1.6",
        "Save it again, as PyTorch does now: torch.save(torch.load(path), new_path).",
    ),
    (b"\x80\x02", "a Python pickle", PICKLE_ADVICE),
    (b"\x80\x03", "a Python pickle", PICKLE_ADVICE),
    (b"\x80\x04", "a Python pickle", PICKLE_ADVICE),
    (b"\x80\x05", "a Python pickle", PICKLE_ADVICE),
    (b"<svg", "a picture", "If Eigenscope drew it, drop it on the page, which finds the numbers in it."),
    (
        b"{\n  \"version\": 3,\n  \"software\": \"eigenscope",
        "a Report that Eigenscope saved",
        "Drop it on the page, which opens it; here give the features.",
    ),
];

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
    for (magic, format, advice) in NOT_READ {
        if start.starts_with(magic) {
            return unsupported(format, advice);
        }
    }
    if zip::MAGICS.iter().any(|magic| start.starts_with(magic)) {
        let directory = zip::directory(known)?;
        return if let Some(pickle) = torch::pickle_of(&directory) {
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
    text::contents(known)?.ok_or_else(|| ErrorKind::UnknownFormat.into())
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
