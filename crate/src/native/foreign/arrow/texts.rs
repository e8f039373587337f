/*! The texts of an Arrow file's columns, as far as they are looked at. */

use super::schema::Lists;
use super::{Arrow, end_of, is_set, malformed};
use crate::error::Result;

impl Arrow {
    /// Gives the first texts of a column that are there.
    pub(super) fn read_texts(&self, column: usize, most: u64, take: &mut dyn FnMut(&[u8])) -> Result<()> {
        let place = self.places[column];
        let mut left = most;
        // Dictionaries are of classes, and views lie apart.
        let Lists::Ends(size) = place.texts else { return Ok(()) };
        for batch in &self.batches {
            let validity = self.validity(batch, place, false)?;
            let rows = batch.rows.min(left);
            left -= rows;
            let mut ends = Vec::new();
            self.buffer(batch, place, 1, 0)?.pieces((rows + 1) * size, size, &mut |piece| {
                piece.chunks_exact(size as usize).try_for_each(|end| end_of(end).map(|end| ends.push(end)))
            })?;
            let (first, last) = (ends.first().copied().unwrap_or(0), ends.last().copied().unwrap_or(0));
            let mut letters = Vec::new();
            let length = last.checked_sub(first).ok_or_else(|| malformed("a text ends before it begins"))?;
            self.buffer(batch, place, 2, first)?.pieces(length, 1, &mut |piece| {
                letters.extend_from_slice(piece);
                Ok(())
            })?;
            for (row, pair) in ends.windows(2).enumerate() {
                let text = letters.get((pair[0] - first) as usize..(pair[1].max(pair[0]) - first) as usize);
                if validity.as_ref().is_none_or(|bits| is_set(bits, row as u64)) {
                    take(text.unwrap_or_default());
                }
            }
        }
        Ok(())
    }
}
