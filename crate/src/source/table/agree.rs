/*! Parts of one table: their columns are matched by name, and what they are taken for is decided from all parts together. */

use std::collections::HashMap;

use super::{Chosen, Facts, Kind, Table};
use crate::error::shown;

/// Names that a sentence lists.
const LISTED: usize = 5;

/// Decides what the columns of all parts are taken for, and where each feature of a later part belongs in the rows of the first.
///
/// # Errors
///
/// Which part (counted from 0) has other columns than the first, and how they differ, as the end of a sentence.
pub(in crate::source) fn agree(parts: &mut [&mut Table]) -> Result<(), (usize, String)> {
    let Some((first, others)) = parts.split_first_mut() else { return Ok(()) };
    let mut places = Vec::with_capacity(others.len());
    for (part, other) in others.iter().enumerate() {
        places.push(matched(&names(first), &names(other)).map_err(|difference| (part + 1, difference))?);
    }
    let own: Vec<Facts> = first.columns.iter().map(|column| column.facts.clone()).collect();
    for (other, places) in others.iter().zip(&places) {
        for (column, &place) in other.columns.iter().zip(places) {
            first.columns[place].facts.join(&column.facts);
        }
    }
    first.decide();
    for (column, own) in first.columns.iter_mut().zip(own) {
        column.facts = own;
    }
    for (other, places) in others.iter_mut().zip(places) {
        for (column, &place) in other.columns.iter_mut().zip(&places) {
            column.kind = first.columns[place].kind;
        }
        other.chosen = match first.chosen {
            Chosen::Columns => Chosen::Columns,
            Chosen::Vector(index) => Chosen::Vector(places.iter().position(|&place| place == index).unwrap_or(index)),
        };
        other.order = order(first, &places);
    }
    Ok(())
}

/// Where each feature of a part belongs in a row; nothing where they stand so.
fn order(first: &Table, places: &[usize]) -> Vec<u32> {
    if first.chosen != Chosen::Columns {
        return Vec::new();
    }
    let mut before = 0;
    let rank: Vec<u32> = first
        .columns
        .iter()
        .map(|column| {
            before += u32::from(column.kind == Kind::Feature);
            before.saturating_sub(1)
        })
        .collect();
    let features = places.iter().filter(|&&place| first.columns[place].kind == Kind::Feature);
    let order: Vec<u32> = features.map(|&place| rank[place]).collect();
    if order.is_sorted() { Vec::new() } else { order }
}

fn names(table: &Table) -> Vec<Option<&str>> {
    table.columns.iter().map(|column| column.name.as_deref()).collect()
}

/// For each column of a part, its place among the first part's. Columns are matched by name where both parts have names.
pub(in crate::source) fn matched(first: &[Option<&str>], other: &[Option<&str>]) -> Result<Vec<usize>, String> {
    let named = |names: &[Option<&str>]| names.iter().any(Option::is_some);
    if first == other || !(named(first) && named(other)) {
        if first.len() == other.len() {
            return Ok((0..other.len()).collect());
        }
        return Err(format!("it has {} columns instead of {}", other.len(), first.len()));
    }
    let mut places: HashMap<Option<&str>, usize> = HashMap::with_capacity(first.len());
    let mut twice = false;
    for (place, name) in first.iter().enumerate() {
        twice |= places.insert(*name, place).is_some();
    }
    let mut found = vec![false; first.len()];
    let mut matched = Vec::with_capacity(other.len());
    let mut more = Vec::new();
    for name in other {
        match places.get(name) {
            Some(&place) => {
                twice |= std::mem::replace(&mut found[place], true);
                matched.push(place);
            }
            None => more.push(*name),
        }
    }
    let fewer: Vec<Option<&str>> =
        first.iter().zip(&found).filter(|(_, found)| !**found).map(|(name, _)| *name).collect();
    match (more.is_empty(), fewer.is_empty()) {
        (true, _) if twice => Err("names of columns occur twice, in another order".to_owned()),
        (true, true) => Ok(matched),
        (false, true) => Err(format!("it has the columns {} besides", list(&more))),
        (true, false) => Err(format!("it lacks the columns {}", list(&fewer))),
        (false, false) => Err(format!("it has the columns {} instead of {}", list(&more), list(&fewer))),
    }
}

fn list(names: &[Option<&str>]) -> String {
    let mut text: Vec<String> =
        names.iter().take(LISTED).map(|name| name.map_or("(no name)".to_owned(), shown)).collect();
    if names.len() > LISTED {
        text.push(format!("{} more", names.len() - LISTED));
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_matched_by_name_where_both_parts_have_names() {
        let named =
            |names: &[&'static str]| names.iter().map(|&name| (name != "-").then_some(name)).collect::<Vec<_>>();
        let of = |first: &[&'static str], other: &[&'static str]| matched(&named(first), &named(other));
        assert_eq!(of(&["a", "b", "c"], &["c", "a", "b"]), Ok(vec![2, 0, 1]));
        assert_eq!(of(&["-", "a"], &["a", "-"]), Ok(vec![1, 0]));
        assert_eq!(of(&["a", "a"], &["a", "a"]), Ok(vec![0, 1]));
        // A table that was cut into pieces has names in the first alone.
        assert_eq!(of(&["a", "b"], &["-", "-"]), Ok(vec![0, 1]));
        for (first, other, difference) in [
            (&["a", "b"][..], &["a", "b", "c"][..], "it has the columns c besides"),
            (&["a", "b"], &["a"], "it lacks the columns b"),
            (&["a", "b"], &["a", "x"], "it has the columns x instead of b"),
            (&["a", "b"], &["-", "-", "-"], "it has 3 columns instead of 2"),
            (&["a", "a", "b"], &["b", "a", "a"], "names of columns occur twice, in another order"),
            (&["-", "b"], &["b", "x"], "it has the columns x instead of (no name)"),
        ] {
            assert_eq!(of(first, other), Err(difference.to_owned()), "{first:?} {other:?}");
        }
        let many = ["a", "b", "c", "d", "e", "f", "g"];
        assert_eq!(of(&many, &["a"]), Err("it lacks the columns b, c, d, e, f, 1 more".to_owned()));
    }
}
