/*! Which of the first rows name the columns, and which belong to no table. */

use super::facts::Facts;
use super::guess::Sample;
use super::number::{self, Cell};

/// Numbers that name columns rise or fall from the first to the last. Fewer than this might do so by chance.
const FEWEST_RISING: usize = 8;

/// Whole numbers that follow one another name columns from so many on.
const FEWEST_COUNTED: usize = 3;

/// Lines before a table in which instruments say what they are, at most.
const MOST_PREAMBLE: usize = 50;

/// Rows that name columns, at most.
const MOST_HEADS: usize = 4;

/// Whether the first row names the columns. `stats` is of the other rows; `rises` says whether numbers of theirs rise, or fall, as the
/// first row's do.
pub(super) fn is_header(head: &[&[u8]], stats: &[Facts], decimal_comma: bool, rises: impl Fn() -> bool) -> bool {
    // R leaves out the name of the rows' names.
    let shift = usize::from(head.len() + 1 == stats.len());
    let over = || head.iter().zip(stats.iter().skip(shift));
    let (mut numeric, mut texts, mut floats) = (0, 0, 0);
    for (cell, _) in over().filter(|(_, stats)| stats.is_numeric()) {
        numeric += 1;
        match number::read(cell, decimal_comma) {
            Cell::Text => texts += 1,
            Cell::Number(_) if !number::is_whole(cell) => floats += 1,
            _ => {}
        }
    }
    // A vector is no name, and a name is no vector.
    if over().any(|(cell, stats)| stats.is_vectors() && !super::vector::begins(cell)) {
        return numeric == 0 || texts > 0 || floats == 0;
    }
    // A first row with few texts among numbers with points is a row with mistakes.
    if texts > 0 && (floats == 0 || 2 * texts >= numeric) {
        return true;
    }
    let with_points = stats.iter().filter(|stats| stats.is_numeric() && stats.floats > 0).count();
    // What stands over the row's number, and over labels behind the numbers, need not be a number.
    let is_number = |cell: &&&[u8]| matches!(number::read(cell, decimal_comma), Cell::Number(_));
    let first = head.iter().position(|cell| is_number(&cell)).unwrap_or(0);
    let numbers: Vec<&[u8]> = head.iter().copied().skip(first).take_while(|cell| is_number(&cell)).collect();
    let edges = &head[..first];
    let rest = &head[first + numbers.len()..];
    let is_word = |cell: &&[u8]| !matches!(number::read(cell, decimal_comma), Cell::Number(_));
    // A row that is longer than the others has a number too many.
    if numbers.is_empty() || head.len() > stats.len() || edges.len() > 4 || rest.len() > 4 || !rest.iter().all(is_word)
    {
        return false;
    }
    let whole: Option<Vec<i64>> = numbers
        .iter()
        .map(|cell| std::str::from_utf8(number::bare(cell)).ok().and_then(|cell| cell.parse().ok()))
        .collect();
    let counted = whole.is_some_and(|whole| whole.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1])));
    let corner = shift == 1 || edges.first().is_some_and(|cell| number::bare(cell).is_empty());
    // What pandas writes of columns that have no names: 0, 1, 2…, behind an empty cell if there is an index.
    if counted && (corner && numeric > 0 || numbers.len() >= FEWEST_COUNTED && 2 * with_points > numbers.len()) {
        return true;
    }
    // Wavelengths, times, frequencies.
    numbers.len() >= FEWEST_RISING
        && 2 * with_points > numbers.len()
        && direction(&numbers, decimal_comma).is_some()
        && !rises()
}

/// Whether all numbers of a row rise from cell to cell (`true`), or fall. What is no number is passed over.
pub(super) fn direction(cells: &[&[u8]], decimal_comma: bool) -> Option<bool> {
    let number = |cell: &&[u8]| match number::read(cell, decimal_comma) {
        Cell::Number(number) => Some(number),
        _ => None,
    };
    let numbers: Vec<f64> = cells.iter().filter_map(number).collect();
    let rises = numbers.first()? < numbers.get(1)?;
    numbers.windows(2).all(|pair| if rises { pair[0] < pair[1] } else { pair[0] > pair[1] }).then_some(rises)
}

/// How many rows of words follow the first row: units, or the further rows of a heading that pandas writes for columns with several levels.
pub(super) fn rows_of_words(sample: &Sample<'_>, columns: usize) -> usize {
    if sample.rows.len() < MOST_HEADS + 2 {
        return 0;
    }
    let cells = |row: usize| sample.list(sample.rows[row]);
    let model = cells(sample.rows.len() - 1);
    let is_number = |cell: &[u8]| matches!(number::read(cell, false), Cell::Number(_));
    let numeric: Vec<usize> = (0..model.len()).filter(|&i| is_number(model[i])).collect();
    let words = |row: usize| {
        let cells = cells(row);
        // "?" and "-" stand for a number that is missing.
        let text = |&&i: &&usize| {
            cells.get(i).is_some_and(|cell| number::read(cell, false) == Cell::Text && has_letters(cell))
        };
        cells.len() >= columns && numeric.len() >= 2 && 2 * numeric.iter().filter(text).count() > numeric.len()
    };
    // The names of the rows' levels, over nothing.
    let names = |row: usize| {
        let cells = cells(row);
        let empty = |&i: &usize| cells.get(i).is_some_and(|cell| number::bare(cell).is_empty());
        cells.first().is_some_and(|cell| number::read(cell, false) == Cell::Text)
            && numeric.iter().filter(|&&i| i > 0).all(empty)
    };
    if !words(0) {
        return 0;
    }
    let more = (1..MOST_HEADS).take_while(|&row| words(row)).count();
    more + usize::from(names(more + 1))
}

/// Whether a cell has letters, of whatever alphabet.
fn has_letters(cell: &[u8]) -> bool {
    cell.iter().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
}

/// Drops the lines in which an instrument says what it is, before the row that names the columns: they have fewer cells, and words.
pub(super) fn skip_preamble(sample: &mut Sample<'_>, all: usize) {
    let is_word = |cell: &&[u8]| number::read(cell, false) == Cell::Text && has_letters(cell);
    let begins = sample.rows.iter().take(MOST_PREAMBLE + 1).position(|row| row.cells + 1 >= all).unwrap_or(0);
    let alike = sample.rows[begins..].iter().filter(|row| row.cells + 1 >= all).count();
    let is_table = all >= 3 && alike >= 3 && alike + 1 >= sample.rows.len() - begins;
    if is_table && sample.rows[..begins].iter().all(|&row| sample.list(row).iter().any(is_word)) {
        sample.rows.drain(..begins);
    }
}
