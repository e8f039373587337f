//! A short run of the fuzz targets, the same in every run: files that are damaged at random, from the fixtures on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::fixtures::folder;
use crate::fuzzing::{open, run as whole, text};
use crate::matrix::Random;

/// Damaged copies of each file, in the usual run and in the full one.
const COPIES: usize = 400;
const MANY_COPIES: usize = 40 * COPIES;

/// Larger files are left to longer runs.
const MOST_BYTES: u64 = 40 << 10;

/// What each target is given, by its name.
macro_rules! targets {
    ($($name:ident: $target:ident, $folders:expr;)*) => {
        $(
            #[test]
            fn $name() {
                run($folders, $target, COPIES);
            }
        )*

        mod full {
            use super::*;

            $(
                #[test]
                fn $name() {
                    run($folders, $target, MANY_COPIES);
                }
            )*
        }
    };
}

targets! {
    npy: open, &["data", "formats/npy", "hostile/header", "hostile/length"];
    npz: open, &["formats/npz", "hostile/zip", "hostile/zip64", "hostile/npz", "hostile/deflate"];
    safetensors: open, &["formats/safetensors", "hostile/safetensors"];
    torch: open, &["formats/torch", "hostile/torch", "hostile/torch_calls", "hostile/torch_pickle", "hostile/torch_zip"];
    mat: open, &["formats/mat", "hostile/container"];
    table: text, &["formats/csv", "hostile/table"];
    lines: text, &["formats/jsonl"];
    arrow: whole, &["formats/arrow"];
    given: whole, &["formats/moments", "formats/covariance", "formats/eigenvalues"];
}

/// Every file of some folders as it is, and damaged.
fn run(folders: &[&str], target: fn(&[u8]), copies: usize) {
    let mut files: Vec<PathBuf> = folders.iter().flat_map(|name| files_of(&folder(name))).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut random = Random(20_220_411);
    for path in files {
        let seed = std::fs::read(&path).unwrap();
        for copy in 0..copies {
            let mut file = seed.clone();
            if copy > 0 {
                damage(&mut file, &mut random);
            }
            // A file that fails is kept, so that it can be looked at.
            if catch_unwind(AssertUnwindSafe(|| target(&file))).is_err() {
                let found = std::env::temp_dir().join("eigenscope-fuzz-find");
                std::fs::write(&found, &file).unwrap();
                panic!("{}, copy {copy}: kept as {}", path.display(), found.display());
            }
        }
    }
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .filter(|entry| entry.metadata().unwrap().len() <= MOST_BYTES)
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect()
}

/// Damages a file in one to four places.
fn damage(file: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        if file.is_empty() {
            return;
        }
        // Headers are at the start and at the end.
        let length = file.len();
        let at = match random.below(4) {
            0 => random.below(length),
            1 => length - 1 - random.below(length.min(200)),
            _ => random.below(length.min(400)),
        };
        match random.below(8) {
            0 => file[at] ^= 1 << random.below(8),
            1 => file[at] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'\n', b','][random.below(8)],
            2 => file[at] = random.bits() as u8,
            3 => file.truncate(at),
            4 => file.insert(at, random.bits() as u8),
            5 => drop(file.remove(at)),
            6 => {
                let number =
                    [0, 1, 0x7fff_ffff, 0xffff_ffff, u64::MAX, 1 << 63, 1 << 40, length as u64][random.below(8)];
                let end = length.min(at + [2, 4, 8][random.below(3)]);
                file[at..end].copy_from_slice(&number.to_le_bytes()[..end - at]);
            }
            _ => {
                // A piece of it once more, elsewhere.
                let end = length.min(at + 1 + random.below(64));
                let piece = file[at..end].to_vec();
                let to = random.below(length);
                file.splice(to..to, piece);
            }
        }
    }
}
