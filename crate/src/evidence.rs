/*! All that is known of one matrix, prepared in one way: what a Report is made from. */

use crate::metrics::Uncentred;
use crate::report::{Sentence, Spectrum};
use crate::uncertainty::Replicates;

/// A spectrum and what it is judged by.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Of all rows.
    pub spectrum: Spectrum,
    /// Of blocks of rows, or why there are none; `None` where they are not known yet.
    pub replicates: Option<std::result::Result<Replicates, Sentence>>,
    /// Numbers of the features as they are, whatever the preparation.
    pub uncentred: Uncentred,
}

impl Evidence {
    /// A spectrum of which nothing else is known.
    pub fn of(spectrum: Spectrum) -> Evidence {
        Evidence { spectrum, replicates: None, uncentred: Uncentred::default() }
    }

    /// Without the first components: rank 1 is the first that is left.
    pub fn without_first(mut self, components: usize) -> Evidence {
        self.spectrum = self.spectrum.without_first(components);
        if let Some(Ok(replicates)) = &mut self.replicates {
            for replicate in replicates.without.iter_mut().chain(&mut replicates.unions) {
                drop_first(components, &mut replicate.eigenvalues, &mut replicate.usable_ranks);
            }
        }
        self
    }
}

/// Takes the first components off, but never all of them.
pub(crate) fn drop_first(components: usize, eigenvalues: &mut Vec<f64>, usable: &mut usize) {
    let components = components.min(eigenvalues.len().saturating_sub(1));
    eigenvalues.drain(..components);
    *usable = usable.saturating_sub(components);
}
