/*! Formats that are not read, and are at least called by their names. Each piece of advice was tried on a file of that very kind. */

use super::known::Packing;
use super::{Inflater, zip};

/// How a format that is not read is recognised (bytes, and where they stand), what it is called, and what to do.
const NAMED: &[(usize, &[u8], &str, &str)] = &[
    (0, b"\x1f\x8b", "a gzip-compressed file", "Unpack it first: gunzip features.npy.gz."),
    (4, b"1AY&SY", "a file compressed with bzip2", "Unpack it first: bunzip2 features.csv.bz2."),
    (0, b"\xfd7zXZ\0", "a file compressed with xz", "Unpack it first: xz -d features.csv.xz."),
    (0, b"\x28\xb5\x2f\xfd", "a file compressed with zstd", "Unpack it first: zstd -d features.csv.zst."),
    (0, b"\x04\x22\x4d\x18", "a file compressed with lz4", "Unpack it first: lz4 -d features.csv.lz4 features.csv."),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it, 7z x features.7z, and give the files in it."),
    // PyTorch's magic number, as a pickle of its own in front of the others.
    (
        0,
        b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.",
        "a PyTorch file of the kind before version 1.6",
        "Save it again, as PyTorch does now: torch.save(torch.load(path), new_path).",
    ),
    (0, b"\x80\x02", "a Python pickle", PICKLE),
    (0, b"\x80\x03", "a Python pickle", PICKLE),
    (0, b"\x80\x04", "a Python pickle", PICKLE),
    (0, b"\x80\x05", "a Python pickle", PICKLE),
    (0, b"CDF\x01", "a netCDF file of version 3", NETCDF),
    (0, b"CDF\x02", "a netCDF file of version 3", NETCDF),
    (0, b"CDF\x05", "a netCDF file of version 3", NETCDF),
    (0, b"RDX", "data that R saved", R),
    (0, b"X\n\0\0", "an object that R saved", R),
    (0, b"<svg", "a picture", "If Eigenscope drew it, drop it on the page, which finds the numbers in it."),
    (
        0,
        b"{\n  \"version\": 3,\n  \"software\": \"eigenscope",
        "a Report that Eigenscope saved",
        "Drop it on the page, which opens it; here give the features.",
    ),
];

/// joblib's files are pickles as well.
const PICKLE: &str =
    "Open it with pickle.load or joblib.load, and save the array in it: np.save('features.npy', features).";

const NETCDF: &str = "Save the variable: np.save(path, netCDF4.Dataset(old)['features'][:].data).";

const R: &str = "Save the matrix as text, in R: write.csv(features, 'features.csv', row.names = FALSE).";

const MATLAB_4: (&str, &str) = (
    "a file of MATLAB's version 4",
    "Save it again, in MATLAB: save(path, '-v7'); in Python: scipy.io.savemat(path, {'features': scipy.io.loadmat(old)['features']}).",
);

const TAR: (&str, &str) = ("a tar archive", "Unpack it, tar -xf features.tar, and give the files in it.");

/// The name of what the first bytes of a file of `size` bytes announce, and what to do.
pub(super) fn by_start(size: u64, start: &[u8]) -> Option<(&'static str, &'static str)> {
    let stands = |at: usize, magic: &[u8]| start.get(at..).is_some_and(|rest| rest.starts_with(magic));
    let named = NAMED.iter().find(|(at, magic, ..)| stands(*at, magic));
    if let Some(&(_, magic, name, advice)) = named {
        let is_gzip = magic.starts_with(b"\x1f\x8b");
        return Some(if is_gzip && is_of_r(size, start) { ("data that R saved", R) } else { (name, advice) });
    }
    if is_tar(start) {
        Some(TAR)
    } else if is_matlab_4(start) {
        Some(MATLAB_4)
    } else {
        None
    }
}

/// What an archive is by the names in it.
pub(super) fn by_entries(directory: &zip::Directory) -> Option<(&'static str, &'static str)> {
    let has = |part: &str| directory.entries.iter().any(|entry| entry.name.contains(part));
    let is_script = has("/constants.pkl") && has("/code/");
    is_script.then_some((
        "a program (TorchScript), and not what it computes",
        "Run it and save that: np.save(path, torch.jit.load(old)(inputs).detach().numpy()). Its weights: torch.save(torch.jit.load(old).state_dict(), path).",
    ))
}

/// What text is that has no rows.
pub(super) fn by_text(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let mut bytes = start.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
    if (bytes.next()?, bytes.next()?) != (b'{', b'"') {
        return None;
    }
    Some(if start.windows(12).any(|window| window == b"\"weight_map\"") {
        ("the index of a model in several safetensors files", "Give the .safetensors files that it names.")
    } else {
        (
            "a JSON document without a list of rows",
            "Save it as one, in pandas: pd.read_json(old).to_json(path, orient='records').",
        )
    })
}

/// Whether gzip has packed what R saved (.rds, .RData), as R does where nothing else is said.
fn is_of_r(size: u64, start: &[u8]) -> bool {
    // R gives no name and no comment, which would stand behind the header.
    const HEADER: usize = 10;
    let Some(packed) = start.get(HEADER..).filter(|_| start[3] == 0) else { return false };
    let mut stream = Inflater::new(Packing::Deflate, size - HEADER as u64);
    stream.take(packed.to_vec());
    stream.step(4).is_ok_and(|unpacked| unpacked.starts_with(b"RDX") || unpacked == b"X\n\0\0")
}

/// Whether a header of tar comes first, old or new: in both the sum of its bytes stands in it, in octal digits, and counts itself as spaces.
fn is_tar(start: &[u8]) -> bool {
    let (from, to) = (148, 156);
    let Some(header) = start.get(..512) else { return false };
    let digits = std::str::from_utf8(&header[from..to]).unwrap_or_default();
    let digits = digits.trim_matches([' ', '\0']);
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    let expected = sum(&header[..from]) + sum(&header[to..]) + 8 * u64::from(b' ');
    header[0] != 0 && u64::from_str_radix(digits, 8) == Ok(expected)
}

/// Whether the header of a matrix of MATLAB's version 4 comes first: five integers (type, rows, columns, whether it is complex, length of the name), and the name.
fn is_matlab_4(start: &[u8]) -> bool {
    let little = start.first_chunk::<20>().map(|header| words(header, u32::from_le_bytes));
    let big = start.first_chunk::<20>().map(|header| words(header, u32::from_be_bytes));
    [(little, 0), (big, 1000)].into_iter().any(|(words, order)| {
        let Some([kind, rows, columns, complex, length]) = words else { return false };
        let name = start.get(20..20 + length.min(64) as usize);
        // The digits of the type: byte order, 0, type of the numbers, type of the matrix.
        let is_type = kind.checked_sub(order).is_some_and(|kind| kind < 60 && kind % 10 < 3);
        let is_name = name.and_then(<[u8]>::split_last).is_some_and(|(end, name)| {
            *end == 0 && !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        });
        is_type && rows > 0 && columns > 0 && complex < 2 && length <= 64 && is_name
    })
}

fn words(header: &[u8; 20], word: fn([u8; 4]) -> u32) -> [u32; 5] {
    std::array::from_fn(|at| word(std::array::from_fn(|byte| header[4 * at + byte])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_from_what_else_begins_with_brackets() {
        for (text, name) in [
            ("{\n \"a\": [0.1]}", Some("a JSON document without a list of rows")),
            ("[[0.1 0.2]\n [0.3 0.4]]", None),
            ("[[[[[[[[", None),
            ("[2026-12-01] epoch 1, loss 0.5", None),
            ("{", None),
        ] {
            assert_eq!(by_text(text.as_bytes()).map(|(name, _)| name), name, "{text}");
        }
    }

    #[test]
    fn what_is_cut_or_damaged_has_no_name_or_the_outer_one() {
        for length in 0..40 {
            let mut start = b"\x1f\x8b\x08".to_vec();
            start.resize(3 + length, 0xff);
            let found = by_start(start.len() as u64, &start).map(|(name, _)| name);
            assert_eq!(found, Some("a gzip-compressed file"), "{length}");
            let zeros = vec![0; 20 * length];
            assert_eq!(by_start(zeros.len() as u64, &zeros), None, "{length}");
        }
    }
}
