/*! A spectrum as the page asks about it: of features in the core, of what came back in the module for that. */

use wasm_bindgen::prelude::*;

use super::pictures::{FigureView, PlotView};
use super::{JsResult, from_js, refusal, to_js};
use crate::evidence::Evidence;
use crate::fit::local::{LocalSlope, Residuals};
use crate::fit::{DEFAULT_WINDOW, Window};
use crate::plot::Overlays;
use crate::report::{Outcome, Sentence, Spectrum};

/// A spectrum in the page: what is fitted, drawn and reported; or the reason why there is none.
#[wasm_bindgen]
pub struct Analysis(pub(super) Result<Evidence, Sentence>);

impl Analysis {
    pub(super) fn evidence(&self) -> JsResult<&Evidence> {
        self.0.as_ref().map_err(|reason| to_js(reason).unwrap_or(JsValue::NULL))
    }
}

#[wasm_bindgen]
impl Analysis {
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
            ("notes", to_js(&evidence.notes())?),
            ("metrics", to_js(evidence.metrics())?),
            ("uncentred", to_js(&evidence.uncentred)?),
        ] {
            js_sys::Reflect::set(&facts, &key.into(), &value)?;
        }
        Ok(facts)
    }

    /// The ranks whose eigenvalues came with a link, the others being interpolated; undefined where all are known.
    pub fn brought(&self) -> JsResult<Option<Vec<u32>>> {
        let brought = self.evidence()?.brought();
        Ok(brought.map(|ranks| ranks.into_iter().map(|rank| rank as u32).collect()))
    }

    /// The Report without its eigenvalues, which the page has.
    pub fn view(&self, first: usize, last: usize, weight: JsValue) -> JsResult<JsValue> {
        let (evidence, window, weight) = (self.evidence()?, Window { first: first.max(1), last }, from_js(weight)?);
        let mut report = evidence.report(window, weight);
        report.spectrum.eigenvalues = Vec::new();
        if let Err(error) = Window::new(first, last) {
            report.in_view.reason = Some(Sentence::from(&error));
        }
        let value = to_js(&report)?;
        let is_near = evidence.outcome(window, weight).is_near;
        js_sys::Reflect::set(&value, &"is_near".into(), &is_near.into())?;
        Ok(value)
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
        let (evidence, weight) = (self.evidence()?, from_js(weight)?);
        let spectrum = &evidence.spectrum;
        let fit = Window::new(first, last).ok().and_then(|window| evidence.fit(window, weight).fit);
        Ok(fit.and_then(|fit| crate::reproduce::python(spectrum, &fit)))
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
        Ok(crate::plot::spectrum(evidence, window, from_js(weight)?, overlays, options).into())
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
        let evidence = self.evidence()?;
        if let Some(reason) = evidence.without_map() {
            return Err(to_js(&reason)?);
        }
        let map = evidence.map(from_js(weight)?);
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
