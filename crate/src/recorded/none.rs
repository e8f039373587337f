/*!
In the place of what comes back, where it is not compiled in.

The page's core computes, and another module takes what comes back. Here the type is empty, so that the compiler leaves out what would have to be done for one: of the first
download it would be a tenth.
*/

#[path = "approximate.rs"]
mod approximate;

pub use approximate::Approximate;
pub(crate) use approximate::takes_all;

use crate::fit::{Weight, Window};
use crate::report::{FitOutcome, Report, Sentence, Spectrum};
use crate::uncertainty::Uncertainty;

/// What comes back: here, nothing.
#[derive(Clone, Debug)]
pub enum Recorded {}

impl Recorded {
    pub(crate) fn window(&self) -> (Window, Weight) {
        match *self {}
    }

    pub(crate) fn is_recorded(&self, _: Window, _: Weight) -> bool {
        match *self {}
    }

    pub(crate) fn is_approximate(&self) -> bool {
        match *self {}
    }

    pub(crate) fn report(&self, _: Window, _: Weight) -> Option<&Report> {
        match *self {}
    }

    pub(crate) fn fit(&self, _: &Spectrum) -> FitOutcome {
        match *self {}
    }

    pub(crate) fn interval(&self) -> Result<Option<Uncertainty>, Sentence> {
        match *self {}
    }

    pub(crate) fn approximate(&self, _: Window, _: Weight) -> Option<Approximate> {
        match *self {}
    }

    pub(crate) fn is_near(&self, _: Window, _: Weight) -> bool {
        match *self {}
    }

    pub(crate) fn brought(&self) -> Option<Vec<usize>> {
        match *self {}
    }

    pub(crate) fn notes(&self, _: &Spectrum) -> Vec<Sentence> {
        match *self {}
    }
}
