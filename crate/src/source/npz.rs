/*! NumPy's archives: a zip of .npy arrays, as np.savez and np.savez_compressed write them. */

use super::ByteRange;
use super::contents::{Array, Contents, Form, Format, Packed};
use super::known::{Known, Packing, Step};
use super::npy;
use super::zip::{Directory, Entry, method};
use crate::error::{ErrorKind, quoted};

/// What an entry's name ends with.
const ENDING: &str = ".npy";

/// Deflate makes at most 1,032 bytes of one.
const LARGEST_RATIO: u64 = 1032;

const ADVICE: &str = "Save it again with np.savez or np.savez_compressed.";

/// Whether an archive holds arrays of NumPy's.
pub(super) fn is_npz(directory: &Directory) -> bool {
    directory.entries.iter().any(|entry| entry.name.ends_with(ENDING))
}

/// The arrays of an archive.
pub(super) fn contents(known: &Known, directory: &Directory) -> Step<Contents> {
    let entries: Vec<&Entry> = directory.entries.iter().filter(|entry| entry.name.ends_with(ENDING)).collect();
    let ranges = directory.data(known, &entries)?;
    // The beginnings of all that can be read as they are, at once.
    let starts = entries.iter().zip(&ranges).filter(|(entry, _)| entry.method == 0);
    known.need(&starts.map(|(_, range)| (range.offset, range.length.min(npy::USUAL_HEADER))).collect::<Vec<_>>())?;
    let packed_starts = entries.iter().zip(&ranges).filter(|(entry, _)| entry.method == 8);
    let packed_starts: Vec<_> =
        packed_starts.map(|(entry, &range)| (range, entry.unpacked.min(npy::USUAL_HEADER))).collect();
    known.need_unpacked(Packing::Deflate, &packed_starts)?;
    let mut arrays = Vec::with_capacity(entries.len());
    for (entry, &range) in entries.iter().zip(&ranges) {
        let name = entry.name.strip_suffix(ENDING).unwrap_or(&entry.name);
        arrays.push(match entry.method {
            0 => npy::array(name, range, |most| known.get(range.offset, most.min(range.length)))?,
            8 => packed(known, name, entry, range)?,
            other => {
                let refused = ErrorKind::UnsupportedCompression { method: method(other), advice: ADVICE };
                Array::plain(name, Vec::new(), "packed", Err(refused.into()))
            }
        });
    }
    Ok(Contents::new(Format::Npz, arrays))
}

fn packed(known: &Known, name: &str, entry: &Entry, range: ByteRange) -> Step<Array> {
    let damaged = || ErrorKind::DamagedStream { part: quoted(&entry.name) };
    if entry.unpacked > range.length.saturating_mul(LARGEST_RATIO) {
        return Err(damaged().into());
    }
    let whole = ByteRange { offset: 0, length: entry.unpacked };
    let array = npy::array(name, whole, |most| {
        let most = most.min(entry.unpacked);
        let start = known.unpacked(range, Packing::Deflate, most)?;
        if (start.len() as u64) < most { Err(damaged().into()) } else { Ok(start) }
    })?;
    let form = array.form.map(|form| {
        let Form::Plain(layout) = form else { return form };
        let (unpacked, crc32) = (entry.unpacked, Some(entry.crc32));
        Form::Packed(Packed { range, packing: Packing::Deflate, unpacked, crc32, layout })
    });
    Ok(Array { form, ..array })
}
