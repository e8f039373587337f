/*! Lesson 8 as the page takes it. */

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::learn::networks::scores::{
    AMONG, Among, Score, Setting, Task, estimate, picture, relations, said, settings,
};
use crate::learn::networks::series::Series;
use crate::web::pictures::FigureView;
use crate::web::{JsResult, from_js, to_js};

/// Spectra in an order: of layers, or of steps of training.
#[wasm_bindgen]
pub struct SpectraInOrder(Series);

#[wasm_bindgen]
impl SpectraInOrder {
    /// MiniLM's layers, from their two tables.
    pub fn of_layers(spectra: &str, results: &str) -> SpectraInOrder {
        SpectraInOrder(Series::of_layers(spectra, results))
    }

    /// The steps of one network's training, from its spectra and the table of all.
    pub fn of_steps(network: &str, method: &str, spectra: &str, progress: &str) -> SpectraInOrder {
        SpectraInOrder(Series::of_steps(network, method, spectra, progress))
    }

    /// "layer" or "step".
    #[wasm_bindgen(getter)]
    pub fn along(&self) -> String {
        self.0.along.to_owned()
    }

    /// The layers or steps.
    #[wasm_bindgen(getter)]
    pub fn places(&self) -> Vec<f64> {
        self.0.members.iter().map(|member| member.place).collect()
    }

    /// Rows of the features that each is of.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> f64 {
        self.0.n as f64
    }

    /// All spectra, one before the others.
    pub fn picture(&self, at: usize, options: JsValue) -> JsResult<FigureView> {
        Ok(self.0.picture(at, from_js(options)?).into())
    }

    /// α of each.
    pub fn alphas(&self, at: usize, options: JsValue) -> JsResult<FigureView> {
        Ok(self.0.alphas(at, from_js(options)?).into())
    }

    /// One of them in a sentence.
    pub fn said(&self, at: usize) -> String {
        self.0.said(at)
    }

    /// One of them as `[name, text]` of a file of eigenvalues; empty where there is none.
    pub fn file(&self, at: usize) -> Vec<String> {
        self.0.file(at).map_or_else(Vec::new, |(name, text)| vec![name, text])
    }
}

/// The networks of the experiment with one score of theirs, and those that are looked at.
#[wasm_bindgen]
pub struct NetworkScores {
    settings: Vec<Setting>,
    score: Score,
    among: Among,
}

#[derive(Deserialize)]
struct Asked {
    tuned: bool,
    noise: u8,
    among: String,
}

/// A row of the table of relations.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    models: usize,
    spearman: Option<String>,
    kendall: Option<String>,
}

#[wasm_bindgen]
impl NetworkScores {
    /// Of the table of all runs, and `{ tuned, noise, among }`.
    #[wasm_bindgen(constructor)]
    pub fn new(results: &str, asked: JsValue) -> JsResult<NetworkScores> {
        let Asked { tuned, noise, among } = from_js(asked)?;
        let score = Score { task: if tuned { Task::Tuned } else { Task::Probe }, noise };
        Ok(NetworkScores { settings: settings(results, score), score, among: Among::new(&among) })
    }

    /// α against the score.
    pub fn picture(&self, options: JsValue) -> JsResult<FigureView> {
        Ok(picture(&self.settings, &self.among, from_js(options)?).into())
    }

    /// Whether they go together, in sentences.
    #[wasm_bindgen(getter)]
    pub fn said(&self) -> String {
        said(&self.settings, self.score, &self.among)
    }

    /// `[{ name, models, spearman, kendall }, …]` of α and the score: of all networks, each kind and each way of training.
    #[wasm_bindgen(getter)]
    pub fn table(&self) -> JsResult<JsValue> {
        let row = |name: &&'static str| {
            let found = relations(&self.settings, &Among::new(name)).alpha;
            let [spearman, kendall] = [&found.spearman, &found.kendall].map(|of| of.as_ref().map(estimate));
            Row { name, models: found.models, spearman, kendall }
        };
        to_js(&AMONG.iter().map(row).collect::<Vec<_>>())
    }
}
