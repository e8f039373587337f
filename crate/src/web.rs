/*!
The core as the page sees it. This is the only file that knows wasm-bindgen; it translates and nothing else.

A page's main thread makes a [`Planner`] from the heads of files; workers make a [`ChunkWorker`] each from its plan; one worker
gathers their moments in a [`Gatherer`] and sends the eigenvalues back, which the page keeps in an [`Analysis`]. Then the gatherer makes the matrices of the
tasks that the analysis still has open, and the other workers [`solve`] them. Refusals are thrown as plain objects `{ code, message }`.
*/

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::decompose::Decomposed;
use crate::error::{Error, ErrorKind};
use crate::evidence::Evidence;
use crate::fit::local::{LocalSlope, Residuals};
use crate::fit::{DEFAULT_WINDOW, Weight, Window};
use crate::moments::{Gathered, Moments, Options, Part, Plan, Precision, Preparation, Scaled, SecondMoment, Worker};
use crate::plot::{Cell, Figure, FrameBox, HeatMap, Overlays, Plot, PlotOptions};
use crate::report::{FileFacts, Sentence, Spectrum};
use crate::source::{ByteRange, HEAD_BYTES, Head, Source};
use crate::study::{Beside, Task, solved};

type JsResult<T> = Result<T, JsValue>;

/// Plain objects and arrays, as JSON would have them.
fn to_js<T: Serialize + ?Sized>(value: &T) -> JsResult<JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(|_| internal("a result could not be handed over"))
}

fn from_js<T: serde::de::DeserializeOwned>(value: JsValue) -> JsResult<T> {
    serde_wasm_bindgen::from_value(value).map_err(|_| internal("a message between workers was damaged"))
}

fn internal(problem: &'static str) -> JsValue {
    refusal(ErrorKind::Internal { problem }.into())
}

/// An error as the page throws it.
fn refusal(error: Error) -> JsValue {
    to_js(&Sentence::from(&error)).unwrap_or(JsValue::NULL)
}

/// Shard, offset and length of each range, one after another.
fn flat(reads: Vec<(usize, ByteRange)>) -> Vec<f64> {
    reads.into_iter().flat_map(|(shard, range)| [shard as f64, range.offset as f64, range.length as f64]).collect()
}

/// Runs when the module is instantiated: a panic is told to the console before the worker dies of it.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
}

/// The version of the core.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// How many leading bytes of a file [`Planner`] wants.
#[wasm_bindgen]
pub fn head_bytes() -> f64 {
    HEAD_BYTES as f64
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

/// The refusal of a file that could not be read any more.
#[wasm_bindgen]
pub fn file_changed(name: &str) -> JsValue {
    refusal(Error::from(ErrorKind::FileChanged).in_file(name))
}

/// The refusal after a worker died.
#[wasm_bindgen]
pub fn worker_died(name: &str) -> JsValue {
    refusal(Error::from(ErrorKind::WorkerDied).in_file(name))
}

/// A plan in the making: what the main thread knows of a matrix before rows are read.
#[wasm_bindgen]
pub struct Planner {
    plan: Plan,
}

#[derive(Serialize)]
struct SourceInfo {
    name: String,
    n: u64,
    d: u64,
    dtype: &'static str,
    byte_order: &'static str,
    order: &'static str,
    shape: Vec<u64>,
    files: Vec<FileFacts>,
    bytes: u64,
}

#[wasm_bindgen]
impl Planner {
    /// Reads the heads of files, given in parallel arrays, and plans the work for at most `workers` workers.
    #[wasm_bindgen(constructor)]
    pub fn new(
        names: Vec<String>,
        sizes: Vec<f64>,
        heads: Vec<js_sys::Uint8Array>,
        precision: JsValue,
        workers: usize,
        workers_forced: bool,
        scaled: JsValue,
    ) -> JsResult<Planner> {
        let starts: Vec<Vec<u8>> = heads.iter().map(js_sys::Uint8Array::to_vec).collect();
        let heads: Vec<Head<'_>> = names
            .iter()
            .zip(&sizes)
            .zip(&starts)
            .map(|((name, &size), start)| Head { name, size: size as u64, start })
            .collect();
        let precision: Precision = from_js(precision)?;
        let source = Source::open(&heads).map_err(refusal)?;
        let name = source.name();
        let scaled: Scaled = from_js(scaled)?;
        let plan = Plan::new(source, Options { precision, workers, workers_forced, scaled });
        Ok(Planner { plan: plan.map_err(|error| refusal(error.in_file(&name)))? })
    }

    /// What is known of the source.
    pub fn info(&self) -> JsResult<JsValue> {
        let source = &self.plan.source;
        to_js(&SourceInfo {
            name: source.name(),
            n: source.n,
            d: source.d,
            dtype: source.dtype().number.name(),
            byte_order: source.dtype().byte_order(),
            order: source.order().name(),
            shape: source.shards[0].layout.shape.clone(),
            files: source
                .shards
                .iter()
                .map(|shard| FileFacts { name: shard.name.clone(), bytes: shard.bytes, rows: shard.layout.rows })
                .collect(),
            bytes: source.data_bytes(),
        })
    }

    /// What to read for [`set_shift`](Self::set_shift): shard, offset, length, …
    pub fn first_reads(&self, attempt: usize) -> Vec<f64> {
        flat(self.plan.first_reads(attempt))
    }

    /// Takes those bytes; returns false where they do not tell and the next attempt should follow.
    pub fn set_shift(&mut self, attempt: usize, bytes: &[u8]) -> JsResult<bool> {
        self.plan.set_shift(attempt, bytes).map_err(|error| refusal(error.in_file(&self.plan.source.name())))
    }

    /// The plan, for workers.
    pub fn plan(&self) -> JsResult<JsValue> {
        to_js(&self.plan)
    }

    /// Number of bands, each of which takes every chunk once.
    pub fn bands(&self) -> usize {
        self.plan.bands.len()
    }

    /// Number of workers of each band.
    pub fn workers_per_band(&self) -> usize {
        self.plan.workers_per_band
    }

    /// Side of the second moment.
    pub fn width(&self) -> usize {
        self.plan.width
    }

    /// Number of chunks.
    pub fn chunks(&self) -> usize {
        self.plan.chunks()
    }
}

/// One worker's accumulator.
#[wasm_bindgen]
pub struct ChunkWorker {
    plan: Plan,
    worker: Worker,
}

#[wasm_bindgen]
impl ChunkWorker {
    /// A worker for one band of a plan.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: JsValue, band: usize) -> JsResult<ChunkWorker> {
        let plan: Plan = from_js(plan)?;
        let worker = Worker::new(plan.clone(), band).map_err(refusal)?;
        Ok(ChunkWorker { plan, worker })
    }

    /// What to read for a chunk: shard, offset, length, …
    pub fn reads(&self, chunk: usize) -> Vec<f64> {
        flat(self.plan.reads(chunk))
    }

    /// Rows that a chunk stands for.
    pub fn rows(&self, chunk: usize) -> f64 {
        self.plan.chunk_rows(chunk)
    }

    /// Adds a chunk.
    pub fn push(&mut self, chunk: usize, bytes: &[u8]) -> JsResult<()> {
        self.worker.push(chunk, bytes).map_err(|error| refusal(error.in_file(&self.plan.source.name())))
    }

    /// The eigenvalues of the rows so far, or undefined where there are none yet. Only for a worker whose band is the whole.
    pub fn provisional(&mut self) -> JsResult<JsValue> {
        let mut decomposed = || {
            let mut gathered = Gathered::new(self.plan.clone())?;
            gathered.add(&self.worker.snapshot()?)?;
            Decomposed::new(gathered.second_moment(Part::All, Preparation::default())?)
        };
        decomposed().map_or(Ok(JsValue::UNDEFINED), |decomposed| to_js(&decomposed))
    }

    /// The moments by blocks of rows.
    pub fn finish(self) -> JsResult<WorkerBlocks> {
        let blocks = self.worker.finish();
        let total = blocks.total().map_err(refusal)?;
        let alone = usize::from(blocks.plain.len() == 1);
        let kept: Vec<_> = blocks.plain.into_iter().chain(blocks.scaled).enumerate().skip(alone).collect();
        Ok(WorkerBlocks { total, blocks: kept.into_iter() })
    }
}

/// What one worker has summed, by blocks of rows.
#[wasm_bindgen]
pub struct WorkerBlocks {
    total: Moments,
    /// Blocks by number, those of rows at unit length after the others. A block that is all there is, is the total, and not kept twice.
    blocks: std::vec::IntoIter<(usize, Moments)>,
}

#[wasm_bindgen]
impl WorkerBlocks {
    /// The total, as numbers for [`Gatherer::add`].
    pub fn total(&self) -> Vec<f64> {
        self.total.to_words()
    }

    /// The number of the block that [`take`](Self::take) gives next, or undefined when there are none left.
    pub fn next(&self) -> Option<usize> {
        self.blocks.as_slice().first().map(|(index, _)| *index)
    }

    /// Takes the next block out, as numbers for [`Gatherer::add_block`].
    pub fn take(&mut self) -> Option<Vec<f64>> {
        self.blocks.next().map(|(_, moments)| moments.to_words())
    }
}

/// Merges the moments of all workers, and makes the matrices of parts of the rows.
#[wasm_bindgen]
pub struct Gatherer {
    gathered: Gathered,
    name: String,
}

#[wasm_bindgen]
impl Gatherer {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: JsValue) -> JsResult<Gatherer> {
        let plan: Plan = from_js(plan)?;
        let name = plan.source.name();
        Ok(Gatherer { gathered: Gathered::new(plan).map_err(refusal)?, name })
    }

    /// Adds the total of one worker.
    pub fn add(&mut self, words: &[f64]) -> JsResult<()> {
        Moments::from_words(words).and_then(|moments| self.gathered.add(&moments)).map_err(refusal)
    }

    /// Adds a worker's block number `index`.
    pub fn add_block(&mut self, index: usize, words: &[f64]) -> JsResult<()> {
        let moments = Moments::from_words(words).map_err(refusal)?;
        self.join_block(index, moments)
    }

    /// Takes all blocks of the worker that gathers.
    pub fn keep_blocks(&mut self, blocks: WorkerBlocks) -> JsResult<()> {
        for (index, moments) in blocks.blocks {
            self.join_block(index, moments)?;
        }
        Ok(())
    }

    fn join_block(&mut self, index: usize, moments: Moments) -> JsResult<()> {
        let blocks = self.gathered.plan().row_blocks;
        self.gathered.add_block(index >= blocks, index % blocks, moments).map_err(refusal)
    }

    /// The eigenvalues of all rows. Where rows hold NaN or infinity, they are left out if `skip`, and otherwise all is refused.
    pub fn decompose(&self, skip: bool) -> JsResult<JsValue> {
        let checked = if skip { Ok(()) } else { self.gathered.check_finite() };
        let decomposed = checked
            .and_then(|()| self.gathered.second_moment(Part::All, Preparation::default()))
            .and_then(Decomposed::new);
        to_js(&decomposed.map_err(|error| refusal(error.in_file(&self.name)))?)
    }

    /// The numbers that need no spectrum, for [`Study::take_beside`].
    pub fn beside(&self) -> JsResult<JsValue> {
        to_js(&Beside::new(&self.gathered))
    }

    /// The matrix of a task, as numbers for [`solve`], or the reason why there is none, for [`Analysis::take`].
    pub fn matrix(&self, task: JsValue) -> JsResult<JsValue> {
        let Task { part, preparation } = from_js(task)?;
        match self.gathered.second_moment(part, preparation) {
            Ok(matrix) => Ok(js_sys::Float64Array::from(matrix.to_words().as_slice()).into()),
            Err(error) => to_js(&solved(Err(error))),
        }
    }
}

/// The eigenvalues of a matrix that [`Gatherer::matrix`] made.
#[wasm_bindgen]
pub fn solve(words: &[f64]) -> JsResult<JsValue> {
    to_js(&solved(SecondMoment::from_words(words).and_then(Decomposed::new)))
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
        Ok(Study(crate::study::Study::new(plan, spectrum)))
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

    /// The fit over a window, or the reason why there is none.
    pub fn fit(&self, first: usize, last: usize, weight: JsValue) -> JsResult<JsValue> {
        match Window::new(first, last) {
            Ok(window) => to_js(&self.evidence()?.spectrum.fit(window, from_js(weight)?)),
            Err(error) => to_js(&crate::report::FitOutcome { fit: None, reason: Some(Sentence::from(&error)) }),
        }
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
            noise_edge: nulls.then(|| evidence.metrics().marchenko_pastur_edge),
            noise: noise.as_deref(),
            local: if let [first, last] = *pointed { Some((first, last)) } else { None },
        };
        let options = from_js(options)?;
        Ok(PlotView(crate::plot::spectrum(&evidence.spectrum, window, from_js(weight)?, overlays, options)))
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
        let HeatMap { svg, frame, cells, summary } =
            crate::plot::heat_map(map, from_js(view)?, Window { first, last }, from_js(options)?);
        Ok(FigureView { svg, frame, summary, cells })
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

/// Axes without data.
#[wasm_bindgen]
pub fn empty_plot(options: JsValue) -> JsResult<PlotView> {
    Ok(PlotView(crate::plot::empty(from_js::<PlotOptions>(options)?)))
}

/// A picture and its map.
#[wasm_bindgen]
pub struct PlotView(Plot);

#[wasm_bindgen]
impl PlotView {
    /// The SVG document.
    #[wasm_bindgen(getter)]
    pub fn svg(&self) -> String {
        self.0.svg.clone()
    }

    /// The data area in CSS pixels.
    #[wasm_bindgen(getter)]
    pub fn frame(&self) -> JsResult<JsValue> {
        to_js(&self.0.frame)
    }

    /// Pixel x of rank k at index k − 1.
    #[wasm_bindgen(getter)]
    pub fn ranks_x(&self) -> Vec<f64> {
        self.0.ranks_x.clone()
    }

    /// Pixel y of λ_k at index k − 1.
    #[wasm_bindgen(getter)]
    pub fn ranks_y(&self) -> Vec<f64> {
        self.0.ranks_y.clone()
    }

    /// What the picture shows.
    #[wasm_bindgen(getter)]
    pub fn summary(&self) -> String {
        self.0.summary.clone()
    }
}

/// A small picture. `cells` is empty unless it is a map.
#[wasm_bindgen]
pub struct FigureView {
    svg: String,
    frame: FrameBox,
    summary: String,
    cells: Vec<Cell>,
}

impl From<Figure> for FigureView {
    fn from(Figure { svg, frame, summary, .. }: Figure) -> Self {
        FigureView { svg, frame, summary, cells: Vec::new() }
    }
}

#[wasm_bindgen]
impl FigureView {
    /// The SVG document.
    #[wasm_bindgen(getter)]
    pub fn svg(&self) -> String {
        self.svg.clone()
    }

    /// The data area in CSS pixels.
    #[wasm_bindgen(getter)]
    pub fn frame(&self) -> JsResult<JsValue> {
        to_js(&self.frame)
    }

    /// What the picture shows.
    #[wasm_bindgen(getter)]
    pub fn summary(&self) -> String {
        self.summary.clone()
    }

    /// The windows of a map, each with its pixels and numbers.
    #[wasm_bindgen(getter)]
    pub fn cells(&self) -> JsResult<JsValue> {
        to_js(&self.cells)
    }
}
