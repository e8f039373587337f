/*! What a worker has summed, on its way to the one that gathers. */

use wasm_bindgen::prelude::*;

use super::{JsResult, refusal};
use crate::moments::{Blocks, Moments};

/// What one worker has summed, by blocks of rows.
#[wasm_bindgen]
pub struct WorkerBlocks {
    total: Moments,
    /// Blocks by number, those of rows at unit length after the others. A block that is all there is, is the total, and not kept twice.
    blocks: std::vec::IntoIter<(usize, Moments)>,
}

impl WorkerBlocks {
    pub(super) fn new(blocks: Blocks) -> JsResult<WorkerBlocks> {
        let total = blocks.total().map_err(refusal)?;
        let alone = usize::from(blocks.plain.len() == 1);
        let kept: Vec<_> = blocks.plain.into_iter().chain(blocks.scaled).enumerate().skip(alone).collect();
        Ok(WorkerBlocks { total, blocks: kept.into_iter() })
    }

    /// The blocks that were not taken out yet, by number.
    #[cfg(any(feature = "lint", not(feature = "gpu")))]
    pub(super) fn into_blocks(self) -> impl Iterator<Item = (usize, Moments)> {
        self.blocks
    }
}

#[wasm_bindgen]
impl WorkerBlocks {
    /// The total, as numbers for the core's `Gatherer::add`.
    pub fn total(&self) -> Vec<f64> {
        self.total.to_words()
    }

    /// The number of the block that [`take`](Self::take) gives next, or undefined when there are none left.
    pub fn next(&self) -> Option<usize> {
        self.blocks.as_slice().first().map(|(index, _)| *index)
    }

    /// Takes the next block out, as numbers for the core's `Gatherer::add_block`.
    pub fn take(&mut self) -> Option<Vec<f64>> {
        self.blocks.next().map(|(_, moments)| moments.to_words())
    }
}
