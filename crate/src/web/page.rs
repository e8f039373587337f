/*! What the page asks on its main thread. */

use wasm_bindgen::prelude::*;

use super::analysis::Analysis;
use super::{JsResult, from_js, refusal, to_js};
use crate::engine::{Computed, Race};
use crate::error::{Error, ErrorKind};
use crate::evidence::Evidence;
use crate::fit::DEFAULT_WINDOW;
use crate::given::{GivenFacts, Origin};
use crate::moments::{Plan, Preparation};
use crate::report::Spectrum;

/// The version of the core.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The first rank of the default window.
#[wasm_bindgen]
pub fn default_first() -> usize {
    DEFAULT_WINDOW.first
}

/// The last rank of the default window.
#[wasm_bindgen]
pub fn default_last() -> usize {
    DEFAULT_WINDOW.last
}

/// Negative, zero or positive as `a` comes before, with or after `b` when people sort files.
#[wasm_bindgen]
pub fn compare_names(a: &str, b: &str) -> i32 {
    crate::source::natural_order(a, b) as i32
}

/// The refusal after a reader made no headway.
#[wasm_bindgen]
pub fn reader_stuck(name: &str) -> JsValue {
    refusal(Error::from(ErrorKind::ReaderStuck).in_file(name))
}

/// The refusal after a worker died.
#[wasm_bindgen]
pub fn worker_died(name: &str) -> JsValue {
    refusal(Error::from(ErrorKind::WorkerDied).in_file(name))
}

/// A plan with what computed its products.
#[wasm_bindgen]
pub fn with_computed(plan: JsValue, computed: JsValue) -> JsResult<JsValue> {
    let (plan, computed): (Plan, Computed) = (from_js(plan)?, from_js(computed)?);
    to_js(&plan.with_computed(computed))
}

/// Whether a GPU won a race against the workers.
#[wasm_bindgen]
pub fn is_won_by_gpu(race: JsValue) -> JsResult<bool> {
    Ok(from_js::<Race>(race)?.is_won_by_gpu())
}

/// The spectra of one matrix, as they come in.
#[wasm_bindgen]
pub struct Study(crate::study::Study);

#[wasm_bindgen]
impl Study {
    /// From a plan and what [`Gatherer::decompose`] returned.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: JsValue, decomposed: JsValue) -> JsResult<Study> {
        let plan: Plan = from_js(plan)?;
        let spectrum = Spectrum::new(&plan, from_js(decomposed)?, Preparation::default(), false);
        Ok(Study(crate::study::Study::new(Origin::Rows(Box::new(plan)), spectrum)))
    }

    /// From where something comes that was given in the place of rows, and what [`Gatherer::decompose`] returned.
    pub fn of_given(facts: JsValue, decomposed: JsValue) -> JsResult<Study> {
        let facts: GivenFacts = from_js(facts)?;
        let spectrum = facts.spectrum(from_js(decomposed)?, facts.preparation).map_err(refusal)?;
        Ok(Study(crate::study::Study::new(Origin::Given(Box::new(facts)), spectrum)))
    }

    /// The preparation that comes first.
    pub fn usual(&self) -> JsResult<JsValue> {
        to_js(&self.0.usual())
    }

    /// Bytes of the sums that the open tasks are made from.
    pub fn bytes(&self) -> f64 {
        self.0.sums_bytes() as f64
    }

    /// The tasks of a preparation that are still open.
    pub fn tasks(&mut self, preparation: JsValue) -> JsResult<JsValue> {
        to_js(&self.0.open_tasks(from_js(preparation)?))
    }

    /// Whether all that belongs to a preparation is known.
    pub fn is_complete(&mut self, preparation: JsValue) -> JsResult<bool> {
        Ok(self.0.open_tasks(from_js(preparation)?).is_empty())
    }

    /// Takes what [`solve`] or [`Gatherer::matrix`] returned for a task.
    pub fn take(&mut self, task: JsValue, solved: JsValue) -> JsResult<()> {
        self.0.take(from_js(task)?, from_js(solved)?);
        Ok(())
    }

    /// Takes what [`Gatherer::beside`] returned.
    pub fn take_beside(&mut self, beside: JsValue) -> JsResult<()> {
        self.0.take_beside(from_js(beside)?);
        Ok(())
    }

    /// The spectrum of features prepared in some way, without their first `dropped` components, with all that is known of it by now; undefined where it was not
    /// computed yet.
    pub fn analysis(&self, preparation: JsValue, dropped: usize) -> JsResult<Option<Analysis>> {
        Ok(self.0.evidence(from_js(preparation)?, dropped).map(Analysis))
    }
}

#[wasm_bindgen]
impl Analysis {
    /// Of the rows so far: from a plan and what [`ChunkWorker::provisional`] returned.
    pub fn provisional(plan: JsValue, decomposed: JsValue) -> JsResult<Analysis> {
        let plan: Plan = from_js(plan)?;
        let spectrum = Spectrum::new(&plan, from_js(decomposed)?, Preparation::default(), true);
        Ok(Analysis(Ok(Evidence::of(spectrum))))
    }
}
