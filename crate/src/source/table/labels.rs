/*! Which columns of numbers are labels: they name a class, a fold or the row itself. */

/// What a column of numbers looks like.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Looks<'a> {
    /// Its name, if it has one.
    pub(in crate::source) name: Option<&'a str>,
    /// Whether columns have names, so that one without is an index as pandas and R write it.
    pub(in crate::source) named: bool,
    /// Whether all its numbers are written as whole numbers.
    pub(in crate::source) integer: bool,
    /// Whether all its numbers are whole, however they are written.
    pub(in crate::source) whole: bool,
    /// Whether all its numbers are equal.
    pub(in crate::source) constant: bool,
    /// Whether it counts 0, 1, 2… or 1, 2, 3….
    pub(in crate::source) counting: bool,
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
pub(in crate::source) fn is_name_of_label(name: &str) -> bool {
    let name = name.trim();
    let ends = |end: &str| {
        let split = name.len().checked_sub(end.len()).filter(|&split| split > 0);
        split.and_then(|split| name.get(split..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    NAMES.iter().any(|label| name.eq_ignore_ascii_case(label)) || ends("_id") || ends("_label")
}

/// Which of a table's columns of numbers, from left to right, are labels. At least one is left as a feature.
pub(in crate::source) fn labels(columns: &[Looks<'_>]) -> Vec<bool> {
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

/// Which columns have to be looked at before [`labels`] can tell: the rule asks whether their numbers are whole, or all the same.
#[cfg(feature = "readers")]
pub(in crate::source) fn wanted(columns: &[Looks<'_>]) -> Vec<bool> {
    let named = |column: &Looks<'_>| column.name.is_some_and(is_name_of_label);
    let likely: Vec<Looks<'_>> = columns
        .iter()
        .map(|column| Looks { constant: false, whole: column.integer || named(column), ..*column })
        .collect();
    // A name and whole numbers are enough.
    let known = |column: &Looks<'_>| column.integer && named(column);
    labels(&likely).into_iter().zip(columns).map(|(likely, column)| likely && !known(column)).collect()
}

/// Which of the columns that hold no numbers are numbered among those that do, and so were meant as features: x3 between x2 and x4.
pub(in crate::source) fn numbered<'a>(columns: &[Looks<'_>], others: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let numbering = numbering(columns);
    others.filter(|name| numbering.is_some() && series(name) == numbering).collect()
}

/// What a name that ends in a number begins with.
fn series(name: &str) -> Option<&str> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem.len() < name.len()).then_some(stem)
}

/// How the columns with points are numbered, if most of them are: x in x0, x1, x2….
fn numbering<'a>(columns: &[Looks<'a>]) -> Option<&'a str> {
    let floats = columns.iter().filter(|column| !column.integer);
    let stems: Vec<Option<&str>> = floats.map(|column| column.name.and_then(series)).collect();
    let stem = stems.iter().find_map(|stem| *stem)?;
    (2 * stems.iter().filter(|other| **other == Some(stem)).count() > stems.len()).then_some(stem)
}

/// The few columns of whole numbers beside features that are not: at the edges, and not the same in all rows. A column whose name goes on
/// with the numbers in the features' names is a feature, whatever its numbers happen to be.
fn unnamed_labels(columns: &[Looks<'_>], labels: &mut [bool]) {
    let numbering = numbering(columns);
    let numbered = |i: usize| numbering.is_some() && columns[i].name.and_then(series) == numbering;
    let candidate = |i: usize| columns[i].integer && !labels[i] && !numbered(i);
    let candidates: Vec<usize> = (0..columns.len()).filter(|&i| candidate(i)).collect();
    let edge = |i: usize| columns[i].integer && !numbered(i) || labels[i];
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
    fn numbered_names_are_of_one_kind() {
        let float = |name| Looks { name: Some(name), ..FLOAT };
        let integer = |name| Looks { name: Some(name), ..INTEGER };
        assert_eq!(which(&[integer("x0"), float("x1"), float("x2"), integer("x3")]), [0; 0]);
        assert_eq!(which(&[integer("9"), float("10"), float("11")]), [0; 0]);
        assert_eq!(which(&[integer("kind1"), float("x1"), float("x2"), integer("x3")]), [0]);
        assert_eq!(which(&[float("x1"), float("x2"), integer("kind")]), [2]);
        // Names that tell win.
        assert_eq!(which(&[float("x1"), float("x2"), integer("x_id")]), [2]);
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
