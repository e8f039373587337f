/*! Which columns of numbers are labels: they name a class, a fold or the row itself. */

/// What a column of numbers looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looks<'a> {
    /// Its name, if it has one.
    pub(crate) name: Option<&'a str>,
    /// Whether columns have names, so that one without is an index as pandas and R write it.
    pub(crate) named: bool,
    /// Whether all its numbers are written as whole numbers.
    pub(crate) integer: bool,
    /// Whether all its numbers are whole, however they are written.
    pub(crate) whole: bool,
    /// Whether all its numbers are equal.
    pub(crate) constant: bool,
    /// Whether it counts 0, 1, 2… or 1, 2, 3….
    pub(crate) counting: bool,
}

/// Names of labels, in small letters. Names that end in _id or _label are such names too.
const NAMES: [&str; 14] = [
    "label",
    "labels",
    "class",
    "target",
    "y",
    "id",
    "index",
    "idx",
    "fold",
    "split",
    "group",
    "cluster",
    "category",
    "unnamed: 0",
];

/// Without a name that tells, more columns of whole numbers than this are features.
const MOST_UNNAMED: usize = 4;

/// Whether a name is one of those that labels have.
fn is_name_of_label(name: &str) -> bool {
    let name = name.trim();
    let ends = |end: &str| {
        let split = name.len().checked_sub(end.len()).filter(|&split| split > 0);
        split.and_then(|split| name.get(split..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    NAMES.iter().any(|label| name.eq_ignore_ascii_case(label)) || ends("_id") || ends("_label")
}

/// Which of a table's columns of numbers, from left to right, are labels. At least one is left as a feature.
pub(crate) fn labels(columns: &[Looks<'_>]) -> Vec<bool> {
    let mut labels = vec![false; columns.len()];
    if columns.len() < 2 {
        return labels;
    }
    let floats = columns.iter().any(|column| !column.integer);
    for (i, (label, column)) in labels.iter_mut().zip(columns).enumerate() {
        *label = match column.name {
            Some(name) => column.whole && is_name_of_label(name),
            // A column without a name among others that have one.
            None => column.named && column.integer && (floats || i == 0 && column.counting),
        };
    }
    if floats {
        unnamed_labels(columns, &mut labels);
    }
    if labels.iter().all(|&label| label) {
        labels.fill(false);
    }
    labels
}

/// The few columns of whole numbers beside features that are not: at the edges, and not the same in all rows.
fn unnamed_labels(columns: &[Looks<'_>], labels: &mut [bool]) {
    let candidate = |i: usize| columns[i].integer && !labels[i];
    let candidates: Vec<usize> = (0..columns.len()).filter(|&i| candidate(i)).collect();
    let edge = |i: usize| columns[i].integer || labels[i];
    let left = (0..columns.len()).take_while(|&i| edge(i)).count();
    let right = columns.len() - (0..columns.len()).rev().take_while(|&i| edge(i)).count();
    let few = candidates.len() <= MOST_UNNAMED && 2 * candidates.len() < columns.len();
    if few && candidates.iter().all(|&i| i < left || i >= right) {
        for i in candidates {
            labels[i] = !columns[i].constant;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOAT: Looks<'_> =
        Looks { name: Some("f"), named: true, integer: false, whole: false, constant: false, counting: false };
    const INTEGER: Looks<'_> = Looks { integer: true, whole: true, ..FLOAT };

    fn which(columns: &[Looks<'_>]) -> Vec<usize> {
        labels(columns).iter().enumerate().filter_map(|(i, &label)| label.then_some(i)).collect()
    }

    #[test]
    fn names_tell() {
        for name in ["label", "Class", " TARGET ", "y", "user_id", "Fine_Label", "Unnamed: 0", "category"] {
            // In the middle, and among whole numbers.
            assert_eq!(which(&[FLOAT, Looks { name: Some(name), ..INTEGER }, FLOAT]), [1], "{name}");
            assert_eq!(which(&[INTEGER, Looks { name: Some(name), ..INTEGER }, INTEGER]), [1], "{name}");
        }
        for name in ["yy", "_id", "ideal", "labelled", "x_idx", "é_i"] {
            assert_eq!(which(&[INTEGER, Looks { name: Some(name), ..INTEGER }, INTEGER]), [0; 0], "{name}");
        }
        // Labels that were saved as floats, and a float that isn't whole.
        assert_eq!(which(&[FLOAT, Looks { name: Some("label"), whole: true, ..FLOAT }]), [1]);
        assert_eq!(which(&[FLOAT, Looks { name: Some("target"), ..FLOAT }]), [0; 0]);
    }

    #[test]
    fn an_index_has_no_name() {
        let index = Looks { name: None, counting: true, ..INTEGER };
        assert_eq!(which(&[index, FLOAT, FLOAT]), [0]);
        assert_eq!(which(&[index, INTEGER, INTEGER]), [0]);
        assert_eq!(which(&[Looks { counting: false, ..index }, INTEGER, INTEGER]), [0; 0]);
        // Nothing has a name.
        let bare = Looks { name: None, named: false, ..INTEGER };
        assert_eq!(which(&[Looks { counting: true, ..bare }, bare, bare]), [0; 0]);
    }

    #[test]
    fn few_whole_numbers_at_an_edge_are_labels() {
        let (float, integer) =
            (Looks { name: None, named: false, ..FLOAT }, Looks { name: None, named: false, ..INTEGER });
        assert_eq!(which(&[integer, float, float, float, integer]), [0, 4]);
        assert_eq!(which(&[float, integer, float, float]), [0; 0]);
        assert_eq!(which(&[integer, integer, float]), [0; 0]);
        assert_eq!(which(&[[integer; 5].as_slice(), &[float; 50]].concat()), [0; 0]);
        assert_eq!(which(&[[integer; 4].as_slice(), &[float; 50]].concat()), [0, 1, 2, 3]);
        // A pixel that is always black is no label, and neither is all there is.
        assert_eq!(which(&[Looks { constant: true, ..integer }, float, float]), [0; 0]);
        assert_eq!(which(&[integer; 3]), [0; 0]);
        assert_eq!(which(&[integer]), [0; 0]);
        assert_eq!(which(&[Looks { name: Some("id"), ..INTEGER }, Looks { name: Some("y"), ..INTEGER }]), [0; 0]);
    }
}
