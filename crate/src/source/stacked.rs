/*!
A matrix that a program has kept in pieces: a list of batches, or of one vector a sample, or a dictionary of vectors by name.

The rows of the pieces are put one under another, in their order. A piece whose numbers stand where the next rows of the one
before would stand is joined to it: vectors that were saved one after another are one layout with a pitch, however many.
*/

use super::contents::{Array, Form};
use super::{Layout, Order};

/// Fewer vectors under names are statistics of something (a mean and a deviation, a weight and a bias) and not samples.
const FEWEST_NAMED: usize = 10;

/// Fewer pieces than this are no batches, of which the last is shorter, but parts of another kind: training and test.
const FEWEST_BATCHES: usize = 3;

/// Arrays of one list or dictionary, whose rows are put one under another.
#[derive(Clone, Debug, PartialEq)]
pub struct Pieces {
    /// Where the rows stand, in their order: 1 layout or more, with the same columns, type and order.
    pub layouts: Vec<Layout>,
    /// How many arrays it was.
    pub count: usize,
    /// Rows of all of them.
    pub rows: u64,
    /// Whether they can be nothing else than samples in pieces: vectors in a list, or batches of which the last is shorter.
    pub is_meant: bool,
    /// The name of the list.
    container: String,
}

impl Pieces {
    /// Whether an array of this name is one of them.
    pub fn hold(&self, name: &str) -> bool {
        let within = match self.container.as_str() {
            "" => Some(name),
            container => name.strip_prefix(container).and_then(|rest| rest.strip_prefix('.')),
        };
        within.is_some_and(|position| !position.is_empty() && position.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

/// All arrays of a list or dictionary as one, if they have the same columns and type and may be samples in pieces. Its name is
/// the container's; "all" of the file as a whole.
pub(super) fn stack(container: &str, is_list: bool, members: &[&Array]) -> Option<Array> {
    let (first, last) = (members.first()?, members.last()?);
    let (rows_of, is_row) = (|array: &Array| array.shape.first().copied(), |array: &Array| is_row(&array.shape));
    let are_rows = members.iter().all(|array| is_row(array));
    let fewest = if are_rows && !is_list {
        FEWEST_NAMED
    } else if are_rows {
        FEWEST_BATCHES
    } else {
        2
    };
    if members.len() < fewest || !(are_rows || is_list) {
        return None;
    }
    let mut layouts: Vec<Layout> = Vec::new();
    let mut rows = 0u64;
    for array in members {
        let Ok(Form::Plain(layout)) = &array.form else { return None };
        let layout = if are_rows { layout.as_row()? } else { layout.clone() };
        let fits = |first: &Layout| {
            let (a, b) = (first, &layout);
            (a.columns, a.dtype, a.order, &a.shape[1..]) == (b.columns, b.dtype, b.order, &b.shape[1..])
        };
        // Whole numbers in one axis are labels.
        let is_data = array.shape.len() >= 2 || are_rows && layout.dtype.number.is_float();
        if !is_data || !layouts.first().is_none_or(fits) {
            return None;
        }
        rows = rows.checked_add(layout.rows)?;
        if !layouts.last_mut().is_some_and(|before| join(before, &layout)) {
            layouts.push(layout);
        }
    }
    let (full, rest) = members.split_last().map(|(_, full)| (rows_of(first), full))?;
    let are_batches =
        members.len() >= FEWEST_BATCHES && rest.iter().all(|array| rows_of(array) == full) && rows_of(last) < full;
    let mut shape = layouts.first()?.shape.clone();
    *shape.first_mut()? = rows;
    let name = if container.is_empty() { "all" } else { container };
    let pieces = Pieces {
        layouts,
        count: members.len(),
        rows,
        is_meant: are_rows || are_batches,
        container: container.to_owned(),
    };
    Some(Array { name: name.to_owned(), shape, dtype: first.dtype.clone(), form: Ok(Form::Pieces(pieces)) })
}

/// Whether a shape is that of one row of several numbers.
fn is_row(shape: &[u64]) -> bool {
    matches!(*shape, [columns] | [1, columns] if columns >= 2)
}

/// Puts the rows of a layout under those of another, if they stand where those go on.
fn join(before: &mut Layout, next: &Layout) -> bool {
    let size = before.dtype.size() as u64;
    let apart = next.offset.checked_sub(before.offset).filter(|apart| apart % size == 0).map(|apart| apart / size);
    let Some(apart) = apart.filter(|_| before.order == Order::C && before.step == next.step) else { return false };
    let pitch = if before.rows == 1 { apart } else { before.pitch };
    // Rows that overlap would be read twice.
    let is_free = pitch > (before.columns - 1).saturating_mul(before.step);
    let goes_on = before.rows.checked_mul(pitch) == Some(apart) && (next.rows == 1 || next.pitch == pitch);
    if is_free && goes_on {
        before.pitch = pitch;
        before.rows += next.rows;
        if let Some(rows) = before.shape.first_mut() {
            *rows = before.rows;
        }
    }
    is_free && goes_on
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{ByteRange, Dtype, Number};

    const FLOAT: Dtype = Dtype { number: Number::Float32, big_endian: false };

    /// Arrays of these shapes, at these offsets.
    fn stacked(container: &str, is_list: bool, dtype: Dtype, arrays: &[(&[u64], u64)]) -> Option<Pieces> {
        let array = |(i, (shape, offset)): (usize, &(&[u64], u64))| {
            let length = shape.iter().product::<u64>() * dtype.size() as u64;
            let layout = Layout::dense(ByteRange { offset: *offset, length }, shape, dtype, Order::C);
            Array::plain(&i.to_string(), shape.to_vec(), dtype.number.name(), layout)
        };
        let arrays: Vec<Array> = arrays.iter().enumerate().map(array).collect();
        let found = stack(container, is_list, &arrays.iter().collect::<Vec<_>>())?;
        let Ok(Form::Pieces(pieces)) = found.form else { panic!("it has pieces") };
        assert_eq!(found.shape[0], pieces.rows);
        Some(pieces)
    }

    #[test]
    fn batches_of_which_the_last_is_shorter_are_meant() {
        let found = |arrays: &[(&[u64], u64)]| {
            stacked("", true, FLOAT, arrays).map(|pieces| (pieces.rows, pieces.layouts.len(), pieces.is_meant))
        };
        // 8 × 4 floats are 128 bytes.
        assert_eq!(found(&[(&[8, 4], 0), (&[8, 4], 1000), (&[3, 4], 5000)]), Some((19, 3, true)));
        assert_eq!(found(&[(&[8, 4], 0), (&[8, 4], 128), (&[3, 4], 256)]), Some((19, 1, true)));
        // Layers of the same samples, training and test, and validation between them.
        assert_eq!(found(&[(&[8, 4], 0), (&[8, 4], 1000), (&[8, 4], 5000)]), Some((24, 3, false)));
        assert_eq!(found(&[(&[8, 4], 0), (&[3, 4], 1000)]), Some((11, 2, false)));
        assert_eq!(found(&[(&[8, 4], 0), (&[2, 4], 1000), (&[3, 4], 5000)]), Some((13, 3, false)));
        assert_eq!(found(&[(&[8, 4], 0), (&[8, 5], 1000), (&[3, 4], 5000)]), None);
        assert_eq!(found(&[(&[8, 4], 0)]), None);
        assert_eq!(stacked("", false, FLOAT, &[(&[8, 4], 0), (&[8, 4], 1000), (&[3, 4], 5000)]), None);
    }

    #[test]
    fn vectors_are_rows() {
        let vectors =
            |count: u64, apart: u64| -> Vec<(&[u64], u64)> { (0..count).map(|i| (&[6][..], i * apart)).collect() };
        let list = stacked("x", true, FLOAT, &vectors(5, 64)).unwrap();
        assert_eq!((list.rows, list.count, list.is_meant), (5, 5, true));
        let [layout] = list.layouts.as_slice() else { panic!("{:?}", list.layouts) };
        assert_eq!((layout.rows, layout.columns, layout.pitch, layout.step), (5, 6, 16, 1));
        assert!(["x.0", "x.12"].iter().all(|name| list.hold(name)));
        assert!(["x", "x.", "x.a", "x.0.a", "0", "xx.0", ""].iter().all(|name| !list.hold(name)));
        // Backwards, within each other, and not a whole number apart.
        for apart in [[64, 0, 128], [0, 8, 16], [0, 65, 130]] {
            let arrays = apart.map(|at| (&[6][..], at));
            assert_eq!(stacked("x", true, FLOAT, &arrays).unwrap().layouts.len(), 3 - usize::from(apart[0] == 64));
        }
        assert_eq!(stacked("x", true, FLOAT, &vectors(2, 64)), None);
        assert_eq!(stacked("x", false, FLOAT, &vectors(9, 64)), None);
        assert_eq!(stacked("x", false, FLOAT, &vectors(10, 64)).map(|pieces| pieces.rows), Some(10));
        let labels = Dtype { number: Number::Int64, big_endian: false };
        assert_eq!(stacked("x", true, labels, &vectors(5, 64)), None);
    }
}
