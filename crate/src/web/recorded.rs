/*! Results that come back, as the page takes them: links, and Reports that were saved. */

use std::collections::BTreeMap;

use js_sys::{JSON, Object, Reflect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::analysis::Analysis;
use super::{JsResult, from_js, refusal, to_js};
use crate::error::ErrorKind;
use crate::fit::Window;
use crate::fit::broken::Broken;
use crate::fit::density::Density;
use crate::fit::map::Reasonable;
use crate::fit::shape::Shape;
use crate::link::{self, Writer};
use crate::metrics::noise::NoiseAlpha;
use crate::recorded::{Approximate, check_version};
use crate::report::{Choice, PresetFit, Report, Sentence};
use crate::uncertainty::{AlphaOfN, Uncertainty};

/// Characters of a Report's JSON at most.
const MOST_OF_REPORT: u32 = 64 << 20;

/// A spectrum with its Report in one window, in the place of features.
#[wasm_bindgen]
pub struct Recorded(crate::recorded::Recorded);

/// The spectra of a link's fragment.
#[wasm_bindgen]
pub fn read_link(fragment: &str) -> JsResult<Vec<Recorded>> {
    let records = link::read(fragment).map_err(refusal)?;
    Ok(records.into_iter().map(|record| Recorded(crate::recorded::Recorded::of_link(record))).collect())
}

#[wasm_bindgen]
impl Recorded {
    /// Of a Report, as JSON has it.
    pub fn of_report(report: JsValue) -> JsResult<Recorded> {
        crate::recorded::Recorded::of_report(read(&plain(&report)?)?).map(Recorded).map_err(refusal)
    }

    /// Its name; undefined where a link brings none.
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> Option<String> {
        self.0.name().map(str::to_owned)
    }

    /// The window of its numbers, as it was asked for: `{ first, last, weight }`.
    #[wasm_bindgen(getter)]
    pub fn window(&self) -> JsResult<JsValue> {
        let (window, weight) = self.0.window();
        let value = to_js(&window)?;
        Reflect::set(&value, &"weight".into(), &to_js(&weight)?)?;
        Ok(value)
    }

    /// What was done to the features.
    #[wasm_bindgen(getter)]
    pub fn preparation(&self) -> JsResult<JsValue> {
        to_js(&self.0.preparation())
    }

    /// Leading components that were left out.
    #[wasm_bindgen(getter)]
    pub fn dropped(&self) -> usize {
        self.0.dropped()
    }

    /// As the core's `Study.analysis` has it: what was recorded, or, of features prepared otherwise, why there is nothing.
    pub fn analysis(&self, preparation: JsValue, dropped: usize) -> JsResult<Option<Analysis>> {
        Ok(Some(Analysis(self.0.evidence(from_js(preparation)?, dropped))))
    }
}

/// Spectra on their way into a link.
#[wasm_bindgen]
#[derive(Default)]
pub struct LinkWriter(Writer);

#[wasm_bindgen]
impl LinkWriter {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> LinkWriter {
        LinkWriter::default()
    }

    /// Adds what the core knows of a spectrum in a window: its Report, and its name if that is to be told.
    pub fn add_report(
        &mut self,
        report: JsValue,
        first: usize,
        last: usize,
        weight: JsValue,
        name: Option<String>,
    ) -> JsResult<()> {
        let recorded = crate::recorded::Recorded::of_report(read(&plain(&report)?)?).map_err(refusal)?;
        let analysis = Analysis(recorded.evidence(recorded.preparation(), recorded.dropped()));
        self.add(&analysis, first, last, weight, name)
    }

    /// Adds what came back itself, as it is known in a window.
    pub fn add(
        &mut self,
        analysis: &Analysis,
        first: usize,
        last: usize,
        weight: JsValue,
        name: Option<String>,
    ) -> JsResult<()> {
        let window = Window::new(first, last).map_err(refusal)?;
        self.0.add(analysis.evidence()?, window, from_js(weight)?, name.as_deref()).map_err(refusal)
    }

    /// The fragment, from its # on.
    pub fn fragment(&self) -> JsResult<String> {
        self.0.fragment().map_err(refusal)
    }
}

fn damaged(problem: &str) -> JsValue {
    refusal(ErrorKind::BadReport { problem: problem.to_owned() }.into())
}

/// The same as plain objects with finite numbers, whatever it was: what JSON makes of it.
fn plain(report: &JsValue) -> JsResult<JsValue> {
    if !report.is_object() {
        return Err(damaged("it is no JSON"));
    }
    let text = JSON::stringify(report).map_err(|_| damaged("it is no JSON"))?;
    if text.length() > MOST_OF_REPORT {
        return Err(damaged("it is longer than any"));
    }
    JSON::parse(&String::from(text)).map_err(|_| damaged("it is no JSON"))
}

/// What of a Report stands beside its flattened parts.
#[derive(Deserialize)]
struct Rest {
    approximate: Option<Approximate>,
    uncertainty: Option<Uncertainty>,
    uncertainty_reason: Option<Sentence>,
    alpha_of_n: Option<AlphaOfN>,
    bias: Option<Sentence>,
    windows: Option<Reasonable>,
    windows_verdict: Sentence,
    spectrum_shape: Option<Shape>,
    two_laws: Option<Broken>,
    density: Option<Density>,
    exponential_decay: Option<f64>,
    noise: Option<NoiseAlpha>,
    choices: Vec<Choice>,
    reading: Vec<Sentence>,
    notes: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Deserialize)]
struct WithError {
    standard_error: Option<f64>,
}

fn part<T: DeserializeOwned>(report: &JsValue) -> JsResult<T> {
    serde_wasm_bindgen::from_value(report.clone()).map_err(|_| damaged("a key of it is missing, or of another type"))
}

/// A Report, by its parts: what serde does for flattened ones would be several times as much to download.
fn read(report: &JsValue) -> JsResult<Report> {
    check_version(part::<Versioned>(report)?.version).map_err(refusal)?;
    let Rest {
        approximate,
        uncertainty,
        uncertainty_reason,
        alpha_of_n,
        bias,
        windows,
        windows_verdict,
        spectrum_shape,
        two_laws,
        density,
        exponential_decay,
        noise,
        choices,
        reading,
        notes,
    } = part(report)?;
    let presets = Reflect::get(report, &"fits".into())?;
    let presets = presets.dyn_ref::<Object>().ok_or_else(|| damaged("it has no windows"))?;
    let mut fits = BTreeMap::new();
    for name in Object::keys(presets) {
        let preset = Reflect::get(presets, &name)?;
        let name = name.as_string().unwrap_or_default();
        let WithError { standard_error } = part(&preset)?;
        fits.insert(name, PresetFit { fit: part(&preset)?, standard_error });
    }
    Ok(Report {
        spectrum: part(report)?,
        approximate,
        in_view: part(report)?,
        uncertainty,
        uncertainty_reason,
        alpha_of_n,
        bias,
        fits,
        windows,
        windows_verdict,
        spectrum_shape,
        two_laws,
        density,
        exponential_decay,
        noise,
        metrics: part(report)?,
        uncentred: part(report)?,
        choices,
        reading,
        notes,
    })
}
