/*! The run: from the heads of files to moments, matrices and their eigenvalues. */

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::blocks::WorkerBlocks;
use super::solving::LeadingWorker;
use super::{JsResult, from_js, internal, refusal, to_js};
use crate::decompose::{Begun, Decomposed};
use crate::error::{Error, ErrorKind};
use crate::given::{Given, GivenMatrix};
use crate::moments::{Batch, Feeder, Gathered, Moments, Options, Part, Plan, Preparation, SecondMoment, Worker};
use crate::source::{ByteRange, FileFacts, Format, Labels, Source};
use crate::study::{Beside, Sums, solved};

/// What is read (the files in their order, then what was unpacked), offset and length of each range, one after another.
fn flat(reads: Vec<(usize, ByteRange)>) -> Vec<f64> {
    reads.into_iter().flat_map(|(shard, range)| [shard as f64, range.offset as f64, range.length as f64]).collect()
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
    format: Format,
    array: String,
    columns: String,
    labels: Vec<Labels>,
    bytes: u64,
}

#[wasm_bindgen]
impl Planner {
    /// Plans the work on a matrix, as [`Selection::source`](super::opening::Selection::source) has it.
    #[wasm_bindgen(constructor)]
    pub fn new(source: JsValue, options: JsValue) -> JsResult<Planner> {
        let source: Source = from_js(source)?;
        let options: Options = from_js(options)?;
        let name = source.name();
        Ok(Planner { plan: Plan::new(source, options).map_err(|error| refusal(error.in_file(&name)))? })
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
            shape: source.shape(),
            files: source.files.clone(),
            format: source.format,
            array: source.array.clone(),
            columns: source.columns.clone(),
            labels: source.labels.clone(),
            bytes: source.data_bytes(),
        })
    }

    /// What to read for [`set_shift`](Self::set_shift), as [`flat`] has it.
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

    /// Whether a GPU is worth the try, where nobody has chosen.
    pub fn gpu_may_pay(&self) -> bool {
        self.plan.gpu_may_pay
    }

    /// Number of chunks.
    pub fn chunks(&self) -> usize {
        self.plan.chunks()
    }

    /// Whether every chunk is wanted once, and one after the other from the beginning of what is read.
    pub fn is_sequential(&self) -> bool {
        self.plan.is_sequential()
    }

    /// What is read for a chunk, as [`flat`] has it.
    pub fn reads(&self, chunk: usize) -> Vec<f64> {
        flat(self.plan.reads(chunk))
    }
}

/// One worker's part: it sums chunks, or prepares them for a GPU. What it needs for either is made when it is asked for.
#[wasm_bindgen]
pub struct ChunkWorker {
    plan: Plan,
    band: usize,
    worker: Option<Worker>,
    feeder: Option<Feeder>,
}

#[wasm_bindgen]
impl ChunkWorker {
    /// A worker for one band of a plan, with room for its sums at once if `sums`.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: JsValue, band: usize, sums: bool) -> JsResult<ChunkWorker> {
        let plan: Plan = from_js(plan)?;
        let worker = sums.then(|| Worker::new(plan.clone(), band)).transpose().map_err(refusal)?;
        Ok(ChunkWorker { plan, band, worker, feeder: None })
    }

    /// What to read for a chunk, as [`flat`] has it.
    pub fn reads(&self, chunk: usize) -> Vec<f64> {
        flat(self.plan.reads(chunk))
    }

    /// Rows that a chunk stands for.
    pub fn rows(&self, chunk: usize) -> f64 {
        self.plan.chunk_rows(chunk)
    }

    /// Adds a chunk.
    pub fn push(&mut self, chunk: usize, bytes: &[u8]) -> JsResult<()> {
        let worker = match &mut self.worker {
            Some(worker) => worker,
            none => none.insert(Worker::new(self.plan.clone(), self.band).map_err(refusal)?),
        };
        worker.push(chunk, bytes).map_err(|error| refusal(error.in_file(&self.plan.source.name())))
    }

    /// Prepares a chunk for a GPU.
    pub fn feed(&mut self, chunk: usize, bytes: &[u8]) -> JsResult<Fed> {
        let feeder = match &mut self.feeder {
            Some(feeder) => feeder,
            none => none.insert(Feeder::new(&self.plan).map_err(refusal)?),
        };
        feeder.feed(chunk, bytes).map(Fed).map_err(|error| refusal(error.in_file(&self.plan.source.name())))
    }

    /// The eigenvalues of the rows so far, or undefined where there are none yet. Only for a worker whose band is the whole.
    pub fn provisional(&mut self) -> JsResult<JsValue> {
        let mut decomposed = || {
            let mut gathered = Gathered::new(self.plan.clone())?;
            let worker = self.worker.as_mut().ok_or(ErrorKind::TooFewRows { rows: 0 })?;
            gathered.add(&worker.snapshot()?)?;
            Decomposed::new(gathered.second_moment(Part::All, Preparation::default())?)
        };
        decomposed().map_or(Ok(JsValue::UNDEFINED), |decomposed| to_js(&decomposed))
    }

    /// The moments by blocks of rows; undefined where nothing was added.
    pub fn finish(self) -> JsResult<Option<WorkerBlocks>> {
        self.worker.map(|worker| WorkerBlocks::new(worker.finish())).transpose()
    }
}

/// A chunk for a GPU.
#[wasm_bindgen]
pub struct Fed(Batch);

#[wasm_bindgen]
impl Fed {
    /// Whether a GPU can take it: its numbers stay within f32.
    pub fn is_within_range(&self) -> bool {
        self.0.is_within_range()
    }

    /// Everything but the data, as numbers for the GPU's `add`.
    pub fn words(&self) -> Vec<f64> {
        self.0.to_words()
    }

    /// The data.
    pub fn data(&self) -> js_sys::Uint8Array {
        js_sys::Uint8Array::from(self.0.data.as_slice())
    }
}

/// Merges the moments of all workers, and makes the matrices of parts of the rows; or makes them of what was given in the place of rows.
#[wasm_bindgen]
pub struct Gatherer {
    sums: Sums,
    name: String,
}

impl Gatherer {
    fn rows(&mut self) -> JsResult<&mut Gathered> {
        match &mut self.sums {
            Sums::Rows(gathered) => Ok(gathered),
            Sums::Given(_) => Err(internal("rows were added to what has none")),
        }
    }

    fn named(&self) -> impl Fn(Error) -> JsValue {
        |error| refusal(error.in_file(&self.name))
    }
}

#[wasm_bindgen]
impl Gatherer {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: JsValue) -> JsResult<Gatherer> {
        let plan: Plan = from_js(plan)?;
        let name = plan.source.name();
        Ok(Gatherer { sums: Sums::Rows(Box::new(Gathered::new(plan).map_err(refusal)?)), name })
    }

    /// Of what the readers' `Found::words` has.
    pub fn given(words: &[f64], name: String) -> JsResult<Gatherer> {
        Ok(Gatherer { sums: Sums::Given(Box::new(Given::from_words(words).map_err(refusal)?)), name })
    }

    /// Adds the total of one worker.
    pub fn add(&mut self, words: &[f64]) -> JsResult<()> {
        let moments = Moments::from_words(words).map_err(refusal)?;
        self.rows()?.add(&moments).map_err(refusal)
    }

    /// Adds a worker's block number `index`.
    pub fn add_block(&mut self, index: usize, words: &[f64]) -> JsResult<()> {
        let moments = Moments::from_words(words).map_err(refusal)?;
        self.join_block(index, moments)
    }

    /// Takes all blocks of the worker that gathers.
    pub fn keep_blocks(&mut self, blocks: WorkerBlocks) -> JsResult<()> {
        for (index, moments) in blocks.into_blocks() {
            self.join_block(index, moments)?;
        }
        Ok(())
    }

    fn join_block(&mut self, index: usize, moments: Moments) -> JsResult<()> {
        let gathered = self.rows()?;
        let blocks = gathered.plan().row_blocks;
        gathered.add_block(index >= blocks, index % blocks, moments).map_err(refusal)
    }

    /// The way to the eigenvalues of all rows, on which `workers` go, this one among them. Where rows hold NaN or infinity, they are left out if `skip`, and
    /// otherwise all is refused.
    pub fn begin(&self, skip: bool, workers: usize) -> JsResult<LeadingWorker> {
        let begun = match &self.sums {
            Sums::Rows(gathered) => {
                let checked = if skip { Ok(()) } else { gathered.check_finite() };
                let matrix = checked.and_then(|()| gathered.second_moment(Part::All, Preparation::default()));
                matrix.and_then(|matrix| Begun::of(matrix, workers))
            }
            Sums::Given(given) => given.begin(workers),
        };
        Ok(LeadingWorker::new(begun.map_err(self.named())?, self.name.clone()))
    }

    /// n, mean and covariance, as an .npz file.
    pub fn moments(&self) -> JsResult<Vec<u8>> {
        let file = match &self.sums {
            Sums::Rows(gathered) => GivenMatrix::of_gathered(gathered).and_then(|matrix| matrix.to_npz()),
            Sums::Given(given) => match &**given {
                Given::Matrix(matrix) => matrix.to_npz(),
                Given::Eigenvalues(_) => Err(ErrorKind::NeedsMean.into()),
            },
        };
        file.map_err(self.named())
    }

    /// The numbers that need no spectrum, for [`Study::take_beside`].
    pub fn beside(&self) -> JsResult<JsValue> {
        to_js(&Beside::new(&self.sums))
    }

    /// The matrix of a task, as numbers for [`solve`], or the reason why there is none, for [`Analysis::take`].
    pub fn matrix(&self, task: JsValue) -> JsResult<JsValue> {
        match self.sums.second_moment(from_js(task)?) {
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
