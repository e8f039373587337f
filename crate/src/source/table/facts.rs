/*! What is known of a column's cells. */

use serde::{Deserialize, Serialize};

use super::number::{self, Cell};
use super::vector::{self, Vector};

/// What is known of the cells of a column that were looked at: of the first rows, of all rows, or of all parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Cells with a number. True and false are numbers.
    pub numbers: u64,
    /// Those that are not written as whole numbers.
    pub floats: u64,
    /// Cells with text.
    pub texts: u64,
    /// Cells with a vector.
    pub vectors: u64,
    /// How many numbers the first vector has.
    pub length: u64,
    /// Whether all numbers are whole, however they are written.
    pub whole: bool,
    /// The least number.
    pub least: f64,
    /// The greatest number.
    pub most: f64,
    /// The first number.
    first: f64,
    /// The number that was seen last.
    last: f64,
    /// Whether each cell is a number, and one more than the one before it.
    steps: bool,
}

impl Facts {
    /// Of no cells.
    pub const NONE: Facts = Facts {
        numbers: 0,
        floats: 0,
        texts: 0,
        vectors: 0,
        length: 0,
        whole: true,
        least: f64::INFINITY,
        most: f64::NEG_INFINITY,
        first: f64::NAN,
        last: f64::NAN,
        steps: true,
    };

    /// Takes the next cell.
    pub(super) fn add(&mut self, cell: &[u8], value: Cell) {
        match value {
            Cell::Number(number) => self.number(number, number::is_whole(cell)),
            Cell::Missing => self.steps = false,
            Cell::Text => {
                self.steps = false;
                let mut length = 0;
                match vector::read(cell, |_| length += 1) {
                    Vector::Numbers | Vector::Elided if length > 1 => {
                        if self.vectors == 0 {
                            self.length = length;
                        }
                        self.vectors += 1;
                    }
                    _ => self.texts += 1,
                }
            }
        }
    }

    /// Takes the next cell, which holds a number.
    #[inline]
    pub(crate) fn number(&mut self, number: f64, is_written_whole: bool) {
        if self.numbers == 0 {
            self.first = number;
        } else {
            self.steps &= number == self.last + 1.0;
        }
        self.last = number;
        self.numbers += 1;
        // A number that is missing says nothing of the others.
        if number.is_nan() {
            return;
        }
        self.floats += u64::from(!is_written_whole);
        self.whole &= number.fract() == 0.0;
        self.least = self.least.min(number);
        self.most = self.most.max(number);
    }

    /// Takes a cell with text.
    pub(crate) fn text(&mut self) {
        self.steps = false;
        self.texts += 1;
    }

    /// Takes a cell without anything.
    pub(crate) fn missing(&mut self) {
        self.steps = false;
    }

    /// Takes the cells of the part that follows.
    pub(crate) fn join(&mut self, next: &Facts) {
        if self.numbers + self.texts + self.vectors == 0 {
            let steps = self.steps;
            *self = Facts { steps: steps && next.steps, ..next.clone() };
            return;
        }
        // Each part may count its own rows.
        self.steps &= next.steps && (next.first == self.last + 1.0 || next.first == self.first);
        if self.vectors == 0 {
            self.length = next.length;
        }
        self.last = next.last;
        self.numbers += next.numbers;
        self.floats += next.floats;
        self.texts += next.texts;
        self.vectors += next.vectors;
        self.whole &= next.whole;
        self.least = self.least.min(next.least);
        self.most = self.most.max(next.most);
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.numbers + self.texts + self.vectors == 0
    }

    /// Whether it is a column of numbers. Among many numbers with points, a text is a mistake, which must not make a feature
    /// disappear: it is kept, and refused where it stands.
    pub fn is_numeric(&self) -> bool {
        let others = self.texts + self.vectors;
        self.numbers > 0 && (others == 0 || self.floats > 0 && others < self.numbers)
    }

    /// Whether it is a column of vectors, with few mistakes.
    pub fn is_vectors(&self) -> bool {
        self.vectors > 0 && self.texts + self.numbers < self.vectors
    }

    /// Whether all its numbers are written as whole numbers, and there are some.
    pub fn is_integer(&self) -> bool {
        self.floats == 0 && self.least <= self.most
    }

    /// Whether all its numbers are whole, however they are written, and there are some.
    pub fn is_whole(&self) -> bool {
        self.whole && self.least <= self.most
    }

    /// Whether all its numbers are equal.
    pub fn is_constant(&self) -> bool {
        self.least >= self.most
    }

    /// Whether it counts the rows: 0, 1, 2… or 1, 2, 3….
    pub fn counts(&self) -> bool {
        self.steps && (self.first == 0.0 || self.first == 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Facts {
        let mut facts = Facts::NONE;
        for cell in cells {
            facts.add(cell.as_bytes(), number::read(cell.as_bytes(), false));
        }
        facts
    }

    #[test]
    fn the_parts_together_are_the_whole() {
        let cells = ["1", "2", "3", "4", "x", "", "2.5", "[1, 2]", "7"];
        for cut in 0..=cells.len() {
            let mut parts = of(&cells[..cut]);
            parts.join(&of(&cells[cut..]));
            let whole = of(&cells);
            assert_eq!(
                (parts.numbers, parts.floats, parts.texts, parts.vectors, parts.length, parts.whole),
                (whole.numbers, whole.floats, whole.texts, whole.vectors, whole.length, whole.whole)
            );
            assert_eq!((parts.least, parts.most), (1.0, 7.0));
            assert!(!parts.counts());
        }
    }

    #[test]
    fn a_number_of_the_row_goes_on_or_begins_again_in_the_next_part() {
        for (first, next, counts) in [
            (["0", "1"], ["2", "3"], true),
            (["0", "1"], ["0", "1"], true),
            (["1", "2"], ["3", "4"], true),
            (["0", "1"], ["5", "6"], false),
            (["2", "3"], ["4", "5"], false),
            (["0", "2"], ["3", "4"], false),
        ] {
            let mut facts = of(&first);
            facts.join(&of(&next));
            assert_eq!(facts.counts(), counts, "{first:?} {next:?}");
        }
    }
}
