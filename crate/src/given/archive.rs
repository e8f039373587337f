/*!
Moments as a file: an .npz archive that NumPy reads, with `n` (int64), `mean` (d numbers) and `covariance` (d × d, divisor n − 1) as float64, none of them packed.
*/

use super::GivenMatrix;
use crate::error::{ErrorKind, Result};
use crate::moments::Gathered;

/// What NumPy begins the numbers of an .npy file at a multiple of.
const ALIGNMENT: usize = 64;

/// A zip's sizes are 32 bits wide where it is no zip64, and those of the largest matrix fit.
const VERSION: u16 = 20;

impl GivenMatrix {
    /// The moments of the rows that were gathered.
    ///
    /// # Errors
    ///
    /// `NotSummed` where the sums are those of the n × n dual; as [`Gathered::second_moment`]; `TooWide`.
    pub fn of_gathered(gathered: &Gathered) -> Result<GivenMatrix> {
        let columns = gathered.plan().source.d;
        if columns > super::MOST_SIDE {
            return Err(ErrorKind::TooWide { columns, limit: super::MOST_SIDE }.into());
        }
        let (mean, covariance) = gathered.mean_and_covariance()?;
        Ok(GivenMatrix::of_moments(gathered.rows(), mean, covariance, 0.0))
    }

    /// The file. Only moments have one.
    ///
    /// # Errors
    ///
    /// `Internal` where these are no moments; `OutOfMemory`.
    pub fn to_npz(&self) -> Result<Vec<u8>> {
        let (Some(n), true) = (self.n, self.nature.has_mean) else {
            return Err(ErrorKind::Internal { problem: "what has no mean was saved as moments" }.into());
        };
        let side = self.side();
        let length = side.saturating_mul(side).saturating_mul(8);
        let full = || ErrorKind::OutOfMemory { side: side as u64, bytes: length as u64 };
        let mut covariance = npy_start("<f8", &format!("({side}, {side})"));
        let start = covariance.len();
        covariance.try_reserve_exact(length).map_err(|_| full())?;
        covariance.resize(start + length, 0);
        self.entries.look(|i, j, entry| {
            for at in [i * side + j, j * side + i] {
                covariance[start + 8 * at..][..8].copy_from_slice(&entry.to_le_bytes());
            }
        });
        let mut mean = npy_start("<f8", &format!("({side},)"));
        mean.extend(self.mean.iter().flat_map(|value| value.to_le_bytes()));
        let mut rows = npy_start("<i8", "()");
        rows.extend((n as i64).to_le_bytes());
        archive(&[("n.npy", rows), ("mean.npy", mean), ("covariance.npy", covariance)])
    }
}

/// The beginning of an .npy file of version 1.
fn npy_start(descr: &str, shape: &str) -> Vec<u8> {
    const BEFORE: usize = 10;
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let whole = (BEFORE + header.len() + 1).next_multiple_of(ALIGNMENT);
    header.push_str(&" ".repeat(whole - BEFORE - header.len() - 1));
    header.push('\n');
    let mut start = b"\x93NUMPY\x01\x00".to_vec();
    start.extend((header.len() as u16).to_le_bytes());
    start.extend(header.as_bytes());
    start
}

/// A zip archive of files that are not packed.
///
/// # Errors
///
/// `OutOfMemory`.
pub fn archive(files: &[(&str, Vec<u8>)]) -> Result<Vec<u8>> {
    let bytes: usize = files.iter().map(|(name, bytes)| bytes.len() + 2 * name.len() + 128).sum();
    let mut whole = Vec::new();
    let full = |_| ErrorKind::OutOfMemory { side: 0, bytes: bytes as u64 };
    whole.try_reserve_exact(bytes).map_err(full)?;
    let mut directory = Vec::new();
    for (name, bytes) in files {
        let at = whole.len() as u32;
        let common = common(name, bytes);
        whole.extend(b"PK\x03\x04");
        whole.extend(&common);
        whole.extend(name.as_bytes());
        whole.extend(bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, count) = (whole.len() as u32, files.len() as u16);
    whole.extend(&directory);
    whole.extend(b"PK\x05\x06");
    whole.extend([0; 4]);
    whole.extend(count.to_le_bytes());
    whole.extend(count.to_le_bytes());
    whole.extend((directory.len() as u32).to_le_bytes());
    whole.extend(at.to_le_bytes());
    whole.extend([0; 2]);
    Ok(whole)
}

/// What an entry's header and its line in the directory share: version, flags, method, time and date, checksum, sizes, and the lengths of the name and of
/// nothing more.
fn common(name: &str, bytes: &[u8]) -> Vec<u8> {
    /// 1 January 1980, where a zip's calendar begins: the same moments make the same file.
    const DATE: u16 = 1 << 5 | 1;
    let mut common = Vec::with_capacity(26);
    for word in [VERSION, 0, 0, 0, DATE] {
        common.extend(word.to_le_bytes());
    }
    for word in [crc32(bytes), bytes.len() as u32, bytes.len() as u32] {
        common.extend(word.to_le_bytes());
    }
    common.extend((name.len() as u16).to_le_bytes());
    common.extend([0; 2]);
    common
}

/// The checksum of zip and gzip: polynomial 0xEDB88320, bits reversed (ISO 3309), eight bytes at a time.
fn crc32(bytes: &[u8]) -> u32 {
    let mut tables = [[0u32; 256]; 8];
    for (first, entry) in tables[0].iter_mut().enumerate() {
        *entry = first as u32;
        for _ in 0..8 {
            *entry = if *entry & 1 == 1 { *entry >> 1 ^ 0xEDB8_8320 } else { *entry >> 1 };
        }
    }
    for table in 1..8 {
        let (made, rest) = tables.split_at_mut(table);
        for (entry, before) in rest[0].iter_mut().zip(&made[table - 1]) {
            *entry = before >> 8 ^ made[0][*before as usize & 0xff];
        }
    }
    let (words, rest) = bytes.as_chunks::<8>();
    let mut checksum = u32::MAX;
    for word in words {
        let mut word = u64::from_le_bytes(*word) ^ u64::from(checksum);
        checksum = 0;
        for table in tables.iter().rev() {
            checksum ^= table[word as usize & 0xff];
            word >>= 8;
        }
    }
    for byte in rest {
        checksum = checksum >> 8 ^ tables[0][(checksum as u8 ^ byte) as usize];
    }
    !checksum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_zip() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        // Python: zlib.crc32(bytes(range(256)) * 3)
        let bytes: Vec<u8> = (0..768).map(|at| at as u8).collect();
        assert_eq!(crc32(&bytes), CRC_OF_RANGE);
    }

    const CRC_OF_RANGE: u32 = 0xb0c0df2a;

    #[test]
    fn numbers_begin_at_a_multiple_of_64() {
        for shape in ["()", "(7,)", "(16384, 16384)"] {
            assert_eq!(npy_start("<f8", shape).len() % ALIGNMENT, 0, "{shape}");
        }
    }
}
