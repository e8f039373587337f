/*!
Which files are the parts of one matrix, by their names.

A name says what a number in it counts: `epoch=3`, `layer_12` and `step5k` number matrices; `batch=17`, `shard-3`, `rank0` and `2-of-7` number the
parts of one. Numbers without such a word may be either, and the sizes of the files then suggest which. No file is read for this: the page asks, and the
command warns, before it reads anything.
*/

use std::collections::BTreeMap;

use super::natural_order;

/// Words before a number of a part of a matrix.
const PARTS: &[&str] = &[
    "part",
    "parts",
    "shard",
    "shards",
    "chunk",
    "rank",
    "split",
    "batch",
    "minibatch",
    "piece",
    "slice",
    "partition",
    "worker",
    "process",
    "proc",
    "device",
    "gpu",
];

/// Words before a number of a matrix.
const MATRICES: &[&str] = &[
    "layer",
    "layers",
    "block",
    "blocks",
    "stage",
    "depth",
    "hidden",
    "l",
    "h",
    "epoch",
    "epochs",
    "ep",
    "step",
    "steps",
    "iter",
    "iters",
    "iteration",
    "iterations",
    "it",
    "checkpoint",
    "ckpt",
    "update",
    "seed",
    "run",
    "trial",
    "fold",
    "model",
    "subject",
    "sub",
    "session",
    "ses",
    "task",
    "head",
];

/// From this many small files on, numbers that no word explains mean one sample per file.
const SAMPLES: usize = 20;
/// A file that holds one sample is at most this large.
const SAMPLE_BYTES: u64 = 64 << 10;

/// A file, as it is known before it is read.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its name, with the folders that tell it from others; `/` stands between them.
    pub path: &'a str,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Files in groups, of which each is one matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// The files of each matrix, by their place among those given: matrices and parts in the natural order of their names.
    pub matrices: Vec<Vec<usize>>,
    /// Whether the names say that these are several matrices. If not, it is a guess.
    pub is_named: bool,
}

/// What a number in a name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Parts,
    Matrices,
    Unknown,
}

/// A number in a name.
struct Field<'a> {
    /// Its digits without leading zeros.
    digits: &'a str,
    counts: Counts,
}

/// A name, cut at its numbers.
struct Name<'a> {
    /// The text around the numbers, in small letters, with a `#` for each of them.
    template: String,
    fields: Vec<Field<'a>>,
}

impl<'a> Name<'a> {
    fn new(path: &'a str) -> Name<'a> {
        let mut template = String::with_capacity(path.len());
        let mut fields: Vec<Field<'a>> = Vec::new();
        let mut rest = path;
        while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
            template.extend(rest[..start].chars().map(|letter| letter.to_ascii_lowercase()));
            let after = &rest[start..];
            let end = after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len());
            let counts = counts(&template);
            // 2-of-7: the first number is a part's.
            if is_total(&template)
                && let Some(before) = fields.last_mut()
            {
                before.counts = Counts::Parts;
            }
            let digits = after[..end].trim_start_matches('0');
            fields.push(Field { digits, counts });
            template.push('#');
            rest = &after[end..];
        }
        template.extend(rest.chars().map(|letter| letter.to_ascii_lowercase()));
        Name { template, fields }
    }
}

/// What a number counts, by the text before it.
fn counts(before: &str) -> Counts {
    // Parts of another total are parts of another matrix.
    if is_total(before) {
        return Counts::Matrices;
    }
    let before = before.trim_end_matches(['-', '_', '.', '=', ' ', ':']);
    let start = before.rfind(|letter: char| !letter.is_alphabetic()).map_or(0, |at| {
        let letter = before[at..].chars().next().map_or(1, char::len_utf8);
        at + letter
    });
    let word = &before[start..];
    if PARTS.contains(&word) {
        Counts::Parts
    } else if MATRICES.contains(&word) {
        Counts::Matrices
    } else {
        Counts::Unknown
    }
}

/// Whether this is "#-of-", and the total of parts comes next.
fn is_total(before: &str) -> bool {
    let trimmed = before.trim_end_matches(['-', '_', ' ']);
    trimmed.strip_suffix("of").is_some_and(|rest| rest.trim_end_matches(['-', '_', ' ']).ends_with('#'))
}

/// Groups files by what their names and sizes say.
///
/// ```
/// use eigenscope::source::{Named, group_files};
///
/// let paths = ["epoch=1_batch=0.pt", "epoch=1_batch=1.pt", "epoch=2_batch=0.pt", "epoch=2_batch=1.pt"];
/// let files: Vec<_> = paths.iter().map(|path| Named { path, bytes: 1000 }).collect();
/// let grouping = group_files(&files);
/// assert_eq!(grouping.matrices, [vec![0, 1], vec![2, 3]]);
/// assert!(grouping.is_named);
/// ```
pub fn group_files(files: &[Named<'_>]) -> Grouping {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by(|&a, &b| natural_order(files[a].path, files[b].path));
    let names: Vec<Name<'_>> = files.iter().map(|file| Name::new(file.path)).collect();
    let mut alike: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &file in &order {
        alike.entry(&names[file].template).or_default().push(file);
    }
    let mut is_named = false;
    let mut matrices = Vec::new();
    for some in alike.into_values() {
        let varies: Vec<usize> = (0..names[some[0]].fields.len())
            .filter(|&at| some.iter().any(|&file| names[file].fields[at].digits != names[some[0]].fields[at].digits))
            .collect();
        let of = |wanted: Counts| {
            let is_wanted = |&at: &usize| names[some[0]].fields[at].counts == wanted;
            varies.iter().copied().filter(is_wanted).collect::<Vec<_>>()
        };
        let (mut keys, unknown) = (of(Counts::Matrices), of(Counts::Unknown));
        is_named |= !keys.is_empty();
        let key = |file: usize, keys: &[usize]| -> Vec<&str> {
            keys.iter().map(|&at| names[file].fields[at].digits).collect()
        };
        let mut groups = grouped(&some, |file| key(file, &keys));
        // Beside numbers of parts, others number matrices.
        let are_parts = match unknown.as_slice() {
            [] => true,
            [at] if of(Counts::Parts).is_empty() => groups.iter().all(|group| {
                let is_in_folder = names[group[0]].is_in_folder(*at);
                !is_in_folder && look_like_parts(group, files, |file| names[file].fields[*at].digits)
            }),
            _ => false,
        };
        if !are_parts {
            keys.extend(unknown);
            groups = grouped(&some, |file| key(file, &keys));
        }
        matrices.extend(groups);
    }
    matrices.sort_by(|a, b| natural_order(files[a[0]].path, files[b[0]].path));
    Grouping { matrices, is_named }
}

impl Name<'_> {
    /// Whether the number at this place is in a folder's name.
    fn is_in_folder(&self, at: usize) -> bool {
        self.template.rfind('/').is_some_and(|slash| self.template[..slash].matches('#').count() > at)
    }
}

/// Files with the same key, in their order.
fn grouped<K: Ord>(files: &[usize], key: impl Fn(usize) -> K) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for &file in files {
        groups.entry(key(file)).or_default().push(file);
    }
    groups.into_values().collect()
}

/// Whether files that differ in one number are the parts of one matrix: they are numbered without a gap from 0 or 1, and all but the last are of one
/// size, which the last does not reach; or there are many, each too small for more than one sample.
fn look_like_parts<'a>(group: &[usize], files: &[Named<'_>], digits: impl Fn(usize) -> &'a str) -> bool {
    let mut numbered: Vec<(u64, u64)> = Vec::with_capacity(group.len());
    for &file in group {
        let digits = digits(file);
        let Ok(number) = (if digits.is_empty() { Ok(0) } else { digits.parse() }) else { return false };
        numbered.push((number, files[file].bytes));
    }
    numbered.sort_unstable();
    if numbered.len() >= SAMPLES && numbered.iter().all(|&(_, bytes)| bytes <= SAMPLE_BYTES) {
        return true;
    }
    let [(first, size), .., (_, last)] = *numbered.as_slice() else { return true };
    let follows = numbered.windows(2).all(|pair| pair[0].0.checked_add(1) == Some(pair[1].0));
    let is_full = numbered[..numbered.len() - 1].iter().all(|&(_, bytes)| bytes == size);
    first <= 1 && follows && is_full && last < size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(files: &[(&str, u64)]) -> Grouping {
        group_files(&files.iter().map(|&(path, bytes)| Named { path, bytes }).collect::<Vec<_>>())
    }

    /// The groups by their names, of files of one size.
    fn groups<'a>(paths: &[&'a str]) -> (Vec<Vec<&'a str>>, bool) {
        let files: Vec<_> = paths.iter().map(|path| Named { path, bytes: 4096 }).collect();
        let Grouping { matrices, is_named } = group_files(&files);
        (matrices.into_iter().map(|group| group.into_iter().map(|file| paths[file]).collect()).collect(), is_named)
    }

    #[test]
    fn words_before_numbers_tell_matrices_from_parts() {
        let paths = ["phase_epoch=10_batch=2.pt", "phase_epoch=2_batch=10.pt", "phase_epoch=2_batch=9.pt"];
        let expected =
            vec![vec!["phase_epoch=2_batch=9.pt", "phase_epoch=2_batch=10.pt"], vec!["phase_epoch=10_batch=2.pt"]];
        assert_eq!(groups(&paths), (expected, true));
        for parts in [
            ["part-2.npy", "part-10.npy"],
            ["shard_00.npy", "shard_01.npy"],
            ["rank0.pt", "rank1.pt"],
            ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"],
            ["epoch3_rank0.pt", "epoch3_rank1.pt"],
            ["out/chunk 1.npy", "out/chunk 2.npy"],
        ] {
            assert_eq!(groups(&parts), (vec![parts.to_vec()], false), "{parts:?}");
        }
        for matrices in [
            ["layer2.npy", "layer10.npy"],
            ["L0.npy", "L1.npy"],
            ["vit_block_3_f16.npy", "vit_block_4_f16.npy"],
            ["global_step1000.pt", "global_step2000.pt"],
            ["epoch_1/features.npy", "epoch_2/features.npy"],
            ["layer=1/shard=0.npy", "layer=2/shard=0.npy"],
        ] {
            let alone = matrices.iter().map(|&one| vec![one]).collect();
            assert_eq!(groups(&matrices), (alone, true), "{matrices:?}");
        }
    }

    #[test]
    fn parts_may_be_in_folders_of_their_matrix() {
        let paths = ["l1/part0.npy", "l1/part1.npy", "l2/part0.npy", "l2/part1.npy"];
        let expected = vec![paths[..2].to_vec(), paths[2..].to_vec()];
        assert_eq!(groups(&paths), (expected, true));
    }

    #[test]
    fn other_words_are_other_matrices_but_only_a_guess() {
        for paths in [
            ["test-0-of-1.npy", "train-0-of-1.npy"],
            ["a.npy", "b.npy"],
            ["a/x.npy", "b/x.npy"],
            ["x.npy", "x.pt"],
            ["f16.npy", "f32.npy"],
        ] {
            let alone = paths.iter().map(|&one| vec![one]).collect();
            assert_eq!(groups(&paths), (alone, false), "{paths:?}");
        }
    }

    #[test]
    fn sizes_decide_where_words_do_not() {
        let one = |files: &[(&str, u64)]| sized(files).matrices.len() == 1;
        // As clip-retrieval writes them: full parts, and what is left.
        assert!(one(&[("img_emb_0.npy", 8000), ("img_emb_1.npy", 8000), ("img_emb_2.npy", 300)]));
        assert!(one(&[("img_emb_1.npy", 8000), ("img_emb_2.npy", 300)]));
        // Layers and checkpoints are of one size.
        assert!(!one(&[("x_0.npy", 8000), ("x_1.npy", 8000)]));
        assert!(!one(&[("x_0.npy", 8000), ("x_2.npy", 300)]));
        assert!(!one(&[("x_5.npy", 8000), ("x_6.npy", 300)]));
        assert!(!one(&[("x_0.npy", 300), ("x_1.npy", 8000)]));
        assert!(!one(&[("0/x.npy", 8000), ("1/x.npy", 300)]));
        assert!(!one(&[("x_99999999999999999999.npy", 8000), ("x_0.npy", 300)]));
    }

    #[test]
    fn many_small_files_are_a_sample_each() {
        let names: Vec<String> = (0..24).map(|i| format!("seq{}.pt", 7 * i)).collect();
        let files = |bytes| names.iter().map(|path| Named { path, bytes }).collect::<Vec<_>>();
        assert_eq!(group_files(&files(1500)).matrices.len(), 1);
        assert_eq!(group_files(&files(1 << 20)).matrices.len(), 24);
        assert_eq!(group_files(&files(1500)[..19]).matrices.len(), 19);
    }

    #[test]
    fn any_name_at_all_has_a_group() {
        let odd = ["", "0", "/", "ä7", "7ä", "é=1", "é=2", "1-of-", "of2", "-of-3", "part", "٣.npy", "part٣.npy"];
        let (found, _) = groups(&odd);
        assert_eq!(found.iter().map(Vec::len).sum::<usize>(), odd.len());
        assert_eq!(groups(&[]), (vec![], false));
    }
}
