/*!
Sorting, for all of the core.

Each `sort_by` with a closure of its own is 6 kB more of code that every visitor downloads, and two dozen of them were a tenth of the core. So there are these two.
*/

/// Sorts numbers, smallest first, NaN last.
pub(crate) fn ascending(values: &mut [f64]) {
    values.sort_unstable_by(f64::total_cmp);
}

/// Sorts things by a number of theirs, smallest first; those with the same number stay in their order.
pub(crate) fn by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> f64) {
    let keys: Vec<f64> = items.iter().map(key).collect();
    let mut slots: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(places(&keys).into_iter().filter_map(|place| slots.get_mut(place).and_then(Option::take)));
}

/// Where the numbers stand that come first, second and so on.
pub(crate) fn places(keys: &[f64]) -> Vec<usize> {
    let mut placed: Vec<(f64, usize)> = keys.iter().copied().zip(0..).collect();
    placed.sort_unstable_by(|(a, at), (b, other)| a.total_cmp(b).then(at.cmp(other)));
    placed.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_with_one_number_stay_in_their_order() {
        let mut items = vec![("d", 2.0), ("a", 1.0), ("e", 2.0), ("b", 1.0), ("f", f64::NAN), ("c", 1.0)];
        by_key(&mut items, |item| item.1);
        assert_eq!(items.iter().map(|item| item.0).collect::<String>(), "abcdef");
        assert_eq!(places(&[0.5, -0.5, 0.0]), [1, 2, 0]);
        by_key(&mut Vec::<f64>::new(), |value| *value);
    }
}
