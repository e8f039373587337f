/*! What the page asks on its main thread. */

use wasm_bindgen::prelude::*;

use super::pictures::{FigureView, PlotView};
use super::{JsResult, from_js, refusal, to_js};
use crate::engine::{Computed, Race};
use crate::error::{Error, ErrorKind};
use crate::evidence::Evidence;
use crate::fit::local::{LocalSlope, Residuals};
use crate::fit::{DEFAULT_WINDOW, Weight, Window};
use crate::given::{GivenFacts, Origin};
use crate::moments::{Plan, Preparation};
use crate::plot::Overlays;
use crate::report::{Outcome, Sentence, Spectrum};

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

/// A spectrum in the page: what is fitted, drawn and reported; or the reason why there is none.
#[wasm_bindgen]
pub struct Analysis(Result<Evidence, Sentence>);

impl Analysis {
    fn evidence(&self) -> JsResult<&Evidence> {
        self.0.as_ref().map_err(|reason| to_js(reason).unwrap_or(JsValue::NULL))
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

    /// Why there is no spectrum, where there is none.
    #[wasm_bindgen(getter)]
    pub fn reason(&self) -> JsResult<JsValue> {
        self.0.as_ref().map_or_else(to_js, |_| Ok(JsValue::UNDEFINED))
    }

    /// The eigenvalues, largest first.
    pub fn eigenvalues(&self) -> JsResult<Vec<f64>> {
        Ok(self.evidence()?.spectrum.eigenvalues.clone())
    }

    /// Everything else that is known before a window is chosen.
    pub fn facts(&self) -> JsResult<JsValue> {
        let evidence = self.evidence()?;
        let spectrum = &evidence.spectrum;
        let facts = to_js(&Spectrum { eigenvalues: Vec::new(), ..spectrum.clone() })?;
        for (key, value) in [
            ("notes", to_js(&spectrum.notes())?),
            ("metrics", to_js(evidence.metrics())?),
            ("uncentred", to_js(&evidence.uncentred)?),
        ] {
            js_sys::Reflect::set(&facts, &key.into(), &value)?;
        }
        Ok(facts)
    }

    /// The Report without its eigenvalues, which the page has.
    pub fn view(&self, first: usize, last: usize, weight: JsValue) -> JsResult<JsValue> {
        let mut report = self.evidence()?.report(Window { first: first.max(1), last }, from_js(weight)?);
        report.spectrum.eigenvalues = Vec::new();
        if let Err(error) = Window::new(first, last) {
            report.in_view.reason = Some(Sentence::from(&error));
        }
        to_js(&report)
    }

    /// What of that is of many spectra at once: α in a window, and how far it may be off.
    pub fn outcome(&self, first: usize, last: usize, weight: JsValue) -> JsResult<JsValue> {
        let evidence = self.evidence()?;
        to_js(&match Window::new(first, last) {
            Ok(window) => evidence.outcome(window, from_js(weight)?),
            Err(error) => Outcome::refused(&error),
        })
    }

    /// A NumPy script that gives the α of this window, or undefined where there is none.
    pub fn python(&self, first: usize, last: usize, weight: JsValue) -> JsResult<Option<String>> {
        let spectrum = &self.evidence()?.spectrum;
        let weight: Weight = from_js(weight)?;
        let fit = Window::new(first, last).ok().and_then(|window| spectrum.fit(window, weight).fit);
        Ok(fit.map(|fit| crate::reproduce::python(spectrum, &fit)))
    }

    /// The log–log plot with the fit over a window. `nulls` draws the noise edge and pure noise; `pointed` is a window (first and last rank) whose line is drawn too, or
    /// empty.
    pub fn plot(
        &self,
        options: JsValue,
        first: usize,
        last: usize,
        weight: JsValue,
        nulls: bool,
        pointed: &[usize],
    ) -> JsResult<PlotView> {
        let window = Window::new(first, last).unwrap_or(DEFAULT_WINDOW);
        let evidence = self.evidence()?;
        let noise = nulls.then(|| evidence.scaled_noise()).flatten();
        let overlays = Overlays {
            noise_edge: if nulls { evidence.metrics().marchenko_pastur_edge } else { None },
            noise: noise.as_deref(),
            local: if let [first, last] = *pointed { Some((first, last)) } else { None },
        };
        let options = from_js(options)?;
        Ok(crate::plot::spectrum(&evidence.spectrum, window, from_js(weight)?, overlays, options).into())
    }

    /// The map of α, R² or curvature over all windows, with one of them marked.
    pub fn map_plot(
        &self,
        options: JsValue,
        view: JsValue,
        first: usize,
        last: usize,
        weight: JsValue,
    ) -> JsResult<FigureView> {
        let map = self.evidence()?.map(from_js(weight)?);
        Ok(crate::plot::heat_map(map, from_js(view)?, Window { first, last }, from_js(options)?).into())
    }

    /// α of growing parts of the rows; undefined where it is not known.
    pub fn alpha_of_n_plot(
        &self,
        options: JsValue,
        first: usize,
        last: usize,
        weight: JsValue,
    ) -> JsResult<Option<FigureView>> {
        let report = self.evidence()?.report(Window { first: first.max(1), last }, from_js(weight)?);
        let Some(growing) = report.alpha_of_n.filter(|growing| growing.points.len() > 1) else { return Ok(None) };
        let points: Vec<(f64, f64)> = growing.points.iter().map(|point| (point.n as f64, point.alpha)).collect();
        let interval = report.uncertainty.map(|found| (found.low, found.high));
        Ok(Some(crate::plot::alpha_of_n(&points, interval, from_js(options)?).into()))
    }

    /// The local slope along the ranks; undefined where there is no fit.
    pub fn local_slope_plot(
        &self,
        options: JsValue,
        first: usize,
        last: usize,
        weight: JsValue,
    ) -> JsResult<Option<FigureView>> {
        let report = self.evidence()?.report(Window { first: first.max(1), last }, from_js(weight)?);
        let (Some(fit), Some(shape)) = (report.in_view.fit, report.spectrum_shape) else { return Ok(None) };
        let LocalSlope { ranks, slopes, .. } = &shape.local_slope;
        let options = from_js(options)?;
        Ok(Some(crate::plot::local_slope(ranks, slopes, (fit.first, fit.last), fit.alpha, options).into()))
    }

    /// The residuals along the ranks; undefined where there is no fit.
    pub fn residuals_plot(
        &self,
        options: JsValue,
        first: usize,
        last: usize,
        weight: JsValue,
    ) -> JsResult<Option<FigureView>> {
        let report = self.evidence()?.report(Window { first: first.max(1), last }, from_js(weight)?);
        let (Some(fit), Some(shape)) = (report.in_view.fit, report.spectrum_shape) else { return Ok(None) };
        let Residuals { ranks, residuals } = &shape.residuals;
        Ok(Some(crate::plot::residuals(ranks, residuals, (fit.first, fit.last), from_js(options)?).into()))
    }

    /// The whole Report.
    pub fn report(&self, first: usize, last: usize, weight: JsValue) -> JsResult<JsValue> {
        let window = Window::new(first, last).map_err(refusal)?;
        to_js(&self.evidence()?.report(window, from_js(weight)?))
    }
}
