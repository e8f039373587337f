/*! Which format a file's first bytes announce, so that a file that isn't read yet is at least called by its name. */

use crate::error::{ErrorKind, Result};

/// How a format that is not read yet is recognised, what it is called, and what to do.
const NOT_READ_YET: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "a gzip-compressed file", "Unpack it first: gunzip features.npy.gz."),
    (
        b"\x89HDF\r\n\x1a\n",
        "an HDF5 file (.h5, or .mat v7.3)",
        "Save the array: np.save('features.npy', h5py.File(path)['features'][:]).",
    ),
    (
        b"PAR1",
        "a Parquet file",
        "Save the column: np.save('features.npy', np.stack(pd.read_parquet(path)['embedding'])).",
    ),
    (
        b"ARROW1",
        "an Arrow file",
        "Save the column: np.save('features.npy', np.stack(pd.read_feather(path)['embedding'])).",
    ),
    (
        b"MATLAB 5.0",
        "a MATLAB file (v5)",
        "Save the variable: np.save('features.npy', scipy.io.loadmat(path)['features']).",
    ),
    (
        b"\x80\x02",
        "a Python pickle or an old PyTorch file",
        "Save the array: np.save('features.npy', torch.load(path).numpy()).",
    ),
    (b"\x80\x04", "a Python pickle", "Save the array itself: np.save('features.npy', features)."),
    (b"\x80\x05", "a Python pickle", "Save the array itself: np.save('features.npy', features)."),
];

const ZIP_ADVICE: &str = "Save one array by itself: np.save('features.npy', np.load(path)['features']), \
                          or torch.load(path).numpy() for a PyTorch file.";
const SAFETENSORS_ADVICE: &str =
    "Save one tensor: np.save('features.npy', safetensors.numpy.load_file(path)['features']).";
const TEXT_ADVICE: &str = "Convert it: np.save('features.npy', np.loadtxt(path, delimiter=',')).";

/// Text longer than this is judged by its start.
const TEXT_SAMPLE_BYTES: usize = 4096;

/// Ok for an .npy file.
///
/// # Errors
///
/// `UnsupportedFormat` for a format that is known by name, `UnknownFormat` for anything else.
pub(super) fn recognise(start: &[u8]) -> Result<()> {
    if start.starts_with(super::npy::MAGIC) {
        return Ok(());
    }
    let unsupported = |format, advice| Err(ErrorKind::UnsupportedFormat { format, advice }.into());
    for (magic, format, advice) in NOT_READ_YET {
        if start.starts_with(magic) {
            return unsupported(format, advice);
        }
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return unsupported("a zip archive (.npz, .pt or .pth)", ZIP_ADVICE);
    }
    if is_safetensors(start) {
        return unsupported("a safetensors file", SAFETENSORS_ADVICE);
    }
    if is_number_table(start) {
        return unsupported("a table of text (.csv, .tsv or .txt)", TEXT_ADVICE);
    }
    Err(ErrorKind::UnknownFormat.into())
}

/// A safetensors file starts with the length of its header (a little-endian u64) and then the header, JSON.
fn is_safetensors(start: &[u8]) -> bool {
    const LONGEST_HEADER: u64 = 100 << 20;
    match start.first_chunk::<8>() {
        Some(length) => start.get(8) == Some(&b'{') && u64::from_le_bytes(*length) <= LONGEST_HEADER,
        None => false,
    }
}

/// Whether this is text with at least two lines of which the second (the first may be a heading) has a number and a separator.
fn is_number_table(start: &[u8]) -> bool {
    let sample = &start[..start.len().min(TEXT_SAMPLE_BYTES)];
    let text = String::from_utf8_lossy(sample);
    if text.chars().any(|c| c == '\0' || (c.is_control() && !c.is_whitespace())) {
        return false;
    }
    let Some(line) = text.lines().nth(1) else { return false };
    let mut cells = line.split([',', '\t', ';', ' ']).filter(|cell| !cell.is_empty());
    let numbers = cells.by_ref().filter(|cell| cell.trim().trim_matches('"').parse::<f64>().is_ok()).count();
    numbers >= 1
}
