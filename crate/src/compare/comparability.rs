/*!
Whether several α can be compared at all.

α of one and the same network moves with the number of rows, with the ranks that it is fitted over and with what was done to the features first, often by more than
two networks differ. What differs is said in sentences: what it is, of which datasets, and what to do.
*/

use serde::Deserialize;

use crate::error::{group, shown};
use crate::moments::Preparation;
use crate::order::by_key;
use crate::report::Sentence;
use crate::uncertainty::ENOUGH_ROWS;

/// Datasets, or groups of them, that a sentence names.
const NAMED: usize = 3;

/// Fewer ranks have no fit.
const FEWEST_RANKS: usize = 3;

/// What has to be alike for two α to be compared.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Candidate {
    /// The dataset's name.
    pub name: String,
    /// Rows, where that is known.
    pub n: Option<u64>,
    /// Columns, where that is known.
    pub d: Option<u64>,
    /// What was done to the features first.
    pub preparation: Preparation,
    /// Leading components that were left out.
    pub dropped_components: usize,
    /// First and last rank that α was fitted over; `None` where there is no α.
    pub window: Option<[usize; 2]>,
}

impl Candidate {
    /// Whether there are fewer than [`ENOUGH_ROWS`] rows a column, where n and d are known.
    fn has_few_rows(&self) -> Option<bool> {
        let (n, d) = self.n.zip(self.d)?;
        Some(n < ENOUGH_ROWS.saturating_mul(d))
    }
}

/// Sentences with stable codes: what keeps these from being compared. There are none for fewer than two.
///
/// In this order: `different_n`, `different_d`, `different_window`, `different_preparation`, `few_rows` or `few_rows_all`, and `unknown_n`, where some n or d
/// is not known.
pub fn warnings(candidates: &[Candidate]) -> Vec<Sentence> {
    if candidates.len() < 2 {
        return Vec::new();
    }
    let sentences = [
        different_n(candidates),
        different_d(candidates),
        different_window(candidates),
        different_preparation(candidates),
        few_rows(candidates),
        unknown_n(candidates),
    ];
    let found = sentences.into_iter().flatten();
    found.map(|(code, message)| Sentence { code: code.to_owned(), message }).collect()
}

/// A code and its sentence.
type Found = Option<(&'static str, String)>;

fn different_n(candidates: &[Candidate]) -> Found {
    let (least, most) = ends(candidates, |candidate| candidate.n)?;
    let message = format!(
        "n runs from {} ({}) to {} ({}), and α depends on n: it rises or falls as rows are added. Compare at the same n: take as many rows of each, {} at most.",
        group(least.value),
        names(&least.of),
        group(most.value),
        names(&most.of),
        group(least.value),
    );
    Some(("different_n", message))
}

fn different_d(candidates: &[Candidate]) -> Found {
    let (least, most) = ends(candidates, |candidate| candidate.d)?;
    let message = format!(
        "d runs from {} ({}) to {} ({}): the same ranks are another part of a wider spectrum, and at the same n it has fewer rows a column. Compare those of the \
         same d, or say d beside each α.",
        group(least.value),
        names(&least.of),
        group(most.value),
        names(&most.of),
    );
    Some(("different_d", message))
}

fn different_window(candidates: &[Candidate]) -> Found {
    let groups = groups(candidates, |candidate| candidate.window);
    if groups.len() < 2 {
        return None;
    }
    let ranks = |[first, last]: [usize; 2]| format!("{}–{}", group(first as u64), group(last as u64));
    let first = groups.iter().map(|group| group.value[0]).max()?;
    let last = groups.iter().map(|group| group.value[1]).min()?;
    let shared = if last.checked_sub(first).is_some_and(|more| more >= FEWEST_RANKS - 1) {
        format!(", such as {}", ranks([first, last]))
    } else {
        String::new()
    };
    let message = format!(
        "α was fitted over different ranks: {}. A window is clipped where the usable ranks end before it does. Choose a window that all of them have ranks \
         for{shared}.",
        listed(&groups, |window| ranks(*window)),
    );
    Some(("different_window", message))
}

fn different_preparation(candidates: &[Candidate]) -> Found {
    let groups = groups(candidates, |candidate| Some((candidate.preparation, candidate.dropped_components)));
    if groups.len() < 2 {
        return None;
    }
    let message = format!(
        "The features were prepared in different ways: {}. Prepare them all alike.",
        listed(&groups, |(preparation, dropped)| prepared(preparation, *dropped)),
    );
    Some(("different_preparation", message))
}

fn few_rows(candidates: &[Candidate]) -> Found {
    let few: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.has_few_rows() == Some(true)).collect();
    if few.is_empty() {
        return None;
    }
    if few.len() == candidates.len() {
        let message = format!(
            "All of these have fewer than {ENOUGH_ROWS} rows a column, so every α is biased: the first eigenvalues come out too large and the last too small. \
             Take more rows, or compare only where n and d are the same, and then only large differences.",
        );
        return Some(("few_rows_all", message));
    }
    let message = format!(
        "{} {} fewer than {ENOUGH_ROWS} rows a column, so the first eigenvalues come out too large and the last too small. That biases α, and a difference from the \
         others may be no more than that. Take more rows of {}, or compare those alone that have enough.",
        names(&few),
        if few.len() == 1 { "has" } else { "have" },
        if few.len() == 1 { "it" } else { "them" },
    );
    Some(("few_rows", message))
}

fn unknown_n(candidates: &[Candidate]) -> Found {
    let unknown: Vec<&Candidate> =
        candidates.iter().filter(|candidate| candidate.n.is_none() || candidate.d.is_none()).collect();
    if unknown.is_empty() {
        return None;
    }
    let message = format!(
        "How many rows or columns {} {} made from is not known, so it cannot be told whether α compares. Say n and d, or give the features themselves.",
        names(&unknown),
        if unknown.len() == 1 { "was" } else { "were" },
    );
    Some(("unknown_n", message))
}

/// Those that have something alike.
struct Alike<'a, T> {
    /// What it is.
    value: T,
    /// Which ones have it.
    of: Vec<&'a Candidate>,
}

/// The candidates by a value, in the order in which the values come first; those without one are left out.
fn groups<T: PartialEq>(candidates: &[Candidate], of: impl Fn(&Candidate) -> Option<T>) -> Vec<Alike<'_, T>> {
    let mut groups: Vec<Alike<T>> = Vec::new();
    for candidate in candidates {
        let Some(value) = of(candidate) else { continue };
        match groups.iter_mut().find(|group| group.value == value) {
            Some(group) => group.of.push(candidate),
            None => groups.push(Alike { value, of: vec![candidate] }),
        }
    }
    groups
}

/// Who has the least and who the most; `None` where all that is known is the same.
fn ends(candidates: &[Candidate], of: impl Fn(&Candidate) -> Option<u64>) -> Option<(Alike<'_, u64>, Alike<'_, u64>)> {
    let mut groups = groups(candidates, of);
    by_key(&mut groups, |group| group.value as f64);
    let most = groups.pop()?;
    let least = groups.into_iter().next()?;
    Some((least, most))
}

/// "11–100 for a and b; 11–63 for c", the largest groups where there are many.
fn listed<T>(groups: &[Alike<T>], words: impl Fn(&T) -> String) -> String {
    let mut largest: Vec<&Alike<T>> = groups.iter().collect();
    by_key(&mut largest, |group| -(group.of.len() as f64));
    let parts = largest.iter().take(NAMED).map(|group| format!("{} for {}", words(&group.value), names(&group.of)));
    let mut all: Vec<String> = parts.collect();
    match groups.len().saturating_sub(NAMED) {
        0 => {}
        1 => all.push("and 1 other way".to_owned()),
        more => all.push(format!("and {} other ways", group(more as u64))),
    }
    all.join("; ")
}

/// "a, b and c", "a, b, c and 4 more".
fn names(candidates: &[&Candidate]) -> String {
    let mut parts: Vec<String> = candidates.iter().take(NAMED).map(|candidate| shown(&candidate.name)).collect();
    let last = match candidates.len().saturating_sub(NAMED) {
        0 => parts.pop().unwrap_or_default(),
        more => format!("{} more", group(more as u64)),
    };
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
}

/// "centred, rows of unit length, without the first 2 components".
fn prepared(preparation: &Preparation, dropped: usize) -> String {
    let mut words = vec![if preparation.centred { "centred" } else { "not centred" }.to_owned()];
    if preparation.unit_rows {
        words.push("rows of unit length".to_owned());
    }
    if preparation.standardized {
        words.push("standardized".to_owned());
    }
    match dropped {
        0 => {}
        1 => words.push("without the first component".to_owned()),
        many => words.push(format!("without the first {} components", group(many as u64))),
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Enough rows of 384 columns, in the usual window.
    fn candidate(name: &str) -> Candidate {
        Candidate {
            name: name.to_owned(),
            n: Some(3000),
            d: Some(384),
            preparation: Preparation::default(),
            dropped_components: 0,
            window: Some([11, 100]),
        }
    }

    fn with(name: &str, change: impl FnOnce(&mut Candidate)) -> Candidate {
        let mut changed = candidate(name);
        change(&mut changed);
        changed
    }

    /// Codes and messages.
    fn said(candidates: &[Candidate]) -> Vec<(String, String)> {
        warnings(candidates).into_iter().map(|Sentence { code, message }| (code, message)).collect()
    }

    /// The message, where there is that one sentence and no other.
    fn only(code: &str, candidates: &[Candidate]) -> String {
        let said = said(candidates);
        assert_eq!(said.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), [code]);
        said[0].1.clone()
    }

    #[test]
    fn nothing_is_said_of_fewer_than_two_or_of_equals() {
        let unlike = with("a", |a| (a.n, a.window) = (None, None));
        assert_eq!(warnings(&[]), []);
        assert_eq!(warnings(&[unlike]), []);
        assert_eq!(warnings(&[candidate("a"), candidate("b"), candidate("c")]), []);
    }

    #[test]
    fn different_n_is_named_from_least_to_most() {
        let all = [
            with("b", |b| b.n = Some(6000)),
            candidate("a"),
            with("middle", |middle| middle.n = Some(4000)),
            with("c", |c| c.n = Some(6000)),
        ];
        assert_eq!(
            only("different_n", &all),
            "n runs from 3,000 (a) to 6,000 (b and c), and α depends on n: it rises or falls as rows are added. Compare at the same n: take as many rows of \
             each, 3,000 at most."
        );
    }

    #[test]
    fn different_d_is_named() {
        let message = only("different_d", &[candidate("a"), with("b", |b| b.d = Some(512))]);
        assert!(message.starts_with("d runs from 384 (a) to 512 (b): "), "{message}");
    }

    #[test]
    fn at_most_three_are_named() {
        let mut all: Vec<Candidate> = ["a", "b", "c", "d", "e", "f", "g"].map(candidate).into();
        all.push(with("wide", |wide| wide.d = Some(512)));
        assert!(only("different_d", &all).starts_with("d runs from 384 (a, b, c and 4 more) to 512 (wide): "));
        all.drain(3..7);
        assert!(only("different_d", &all).starts_with("d runs from 384 (a, b and c) to 512 (wide): "));
    }

    #[test]
    fn different_windows_are_named_with_the_ranks_that_all_have() {
        let all = [
            with("short", |short| short.window = Some([11, 63])),
            candidate("a"),
            candidate("b"),
            with("none", |none| none.window = None),
        ];
        let message = only("different_window", &all);
        assert!(
            message.starts_with("α was fitted over different ranks: 11–100 for a and b; 11–63 for short. "),
            "{message}"
        );
        assert!(message.ends_with("that all of them have ranks for, such as 11–63."), "{message}");
        let apart = [candidate("a"), with("b", |b| b.window = Some([101, 2000]))];
        let message = only("different_window", &apart);
        assert!(message.contains("101–2,000 for b. ") && message.ends_with("have ranks for."), "{message}");
        let many: Vec<Candidate> =
            (0..6).map(|i| with(&format!("m{i}"), |one| one.window = Some([11, 50 + i]))).collect();
        assert!(
            only("different_window", &many).contains("11–50 for m0; 11–51 for m1; 11–52 for m2; and 3 other ways. ")
        );
    }

    #[test]
    fn different_preparations_are_named() {
        let all = [
            candidate("a"),
            with("b", |b| {
                b.preparation = Preparation { centred: false, unit_rows: true, standardized: true };
                b.dropped_components = 2;
            }),
            with("c", |c| c.dropped_components = 1),
        ];
        assert_eq!(
            only("different_preparation", &all),
            "The features were prepared in different ways: centred for a; not centred, rows of unit length, standardized, without the first 2 components for b; \
             centred, without the first component for c. Prepare them all alike."
        );
    }

    #[test]
    fn few_rows_are_told_from_enough() {
        let few = |name: &str| with(name, |few| few.n = Some(1535));
        let enough = |name: &str| with(name, |enough| enough.n = Some(1536));
        assert_eq!(warnings(&[enough("a"), enough("b")]), []);
        let said = said(&[few("a"), enough("b"), few("c")]);
        assert_eq!(said.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["different_n", "few_rows"]);
        assert!(said[1].1.starts_with("a and c have fewer than 4 rows a column"), "{}", said[1].1);
        let message = only("few_rows_all", &[few("a"), few("b")]);
        assert!(message.starts_with("All of these have fewer than 4 rows a column"), "{message}");
    }

    #[test]
    fn what_is_not_known_is_named_and_taken_for_nothing_else() {
        let message = only("unknown_n", &[candidate("a"), with("b", |b| b.n = None)]);
        assert!(message.starts_with("How many rows or columns b was made from is not known"), "{message}");
        only("unknown_n", &[with("a", |a| a.d = None), with("b", |b| b.d = None)]);
        let few = with("few", |few| few.n = Some(100));
        let said = said(&[few, with("b", |b| b.n = None)]);
        assert_eq!(said.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["few_rows", "unknown_n"]);
        assert!(said[0].1.starts_with("few has fewer than 4 rows a column"), "{}", said[0].1);
    }

    #[test]
    fn the_page_can_say_what_it_compares() {
        let text = r#"{"name": "a", "n": 3000, "d": 384, "preparation": {"centred": true, "unit_rows": false, "standardized": false},
            "dropped_components": 0, "window": [11, 100]}"#;
        assert_eq!(serde_json::from_str::<Candidate>(text).unwrap(), candidate("a"));
        let text = text.replace("3000", "null").replace("[11, 100]", "null");
        let unknown = with("a", |a| (a.n, a.window) = (None, None));
        assert_eq!(serde_json::from_str::<Candidate>(&text).unwrap(), unknown);
    }

    fn any_candidate() -> impl Strategy<Value = Candidate> {
        let preparation = any::<(bool, bool, bool)>().prop_map(|(centred, unit_rows, standardized)| Preparation {
            centred,
            unit_rows,
            standardized,
        });
        let parts =
            (".{0,6}", any::<Option<u64>>(), any::<Option<u64>>(), preparation, 0..4usize, any::<Option<[usize; 2]>>());
        parts.prop_map(|(name, n, d, preparation, dropped_components, window)| Candidate {
            name,
            n,
            d,
            preparation,
            dropped_components,
            window,
        })
    }

    proptest! {
        #[test]
        fn no_candidates_make_it_panic(candidates in proptest::collection::vec(any_candidate(), 0..9)) {
            for Sentence { message, .. } in warnings(&candidates) {
                prop_assert!(message.ends_with('.'));
            }
        }
    }
}
