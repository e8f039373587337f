/*! The GPU, in the one worker that has it. */

use js_sys::Reflect;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::blocks::WorkerBlocks;
use super::{JsResult, from_js, internal, refusal, to_js};
use crate::decompose::Decomposed;
use crate::engine::{Adapter, Computed};
use crate::gpu::{Failure, Gpu, Nudge, Options, Sums, VARIANTS};
use crate::moments::{Batch, Gathered, Part, Plan, Preparation};
use crate::report::Sentence;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// A failure as the page throws it: a code, and a sentence without its end.
fn thrown(failure: Failure) -> JsValue {
    let said = Sentence { code: failure.code().to_owned(), message: failure.to_string() };
    to_js(&said).unwrap_or(JsValue::NULL)
}

/// A GPU, and the matrix that it works on.
#[wasm_bindgen]
pub struct GpuEngine {
    gpu: Gpu,
    sums: Option<Sums>,
    plan: Option<Plan>,
}

/// Opens the best adapter. `buffer_bytes` is the largest buffer to make, 0 for the usual; `speeds` is what [`GpuEngine::speeds`] returned for this adapter before, or
/// empty.
#[wasm_bindgen]
pub async fn open_gpu(buffer_bytes: f64, speeds: Vec<f64>) -> JsResult<GpuEngine> {
    let mut options = Options::new(now);
    if buffer_bytes > 0.0 {
        options.buffer_bytes = buffer_bytes as u64;
    }
    let mut gpu = Gpu::open(options).await.map_err(thrown)?;
    if let Ok(speeds) = <[f64; VARIANTS.len()]>::try_from(speeds) {
        gpu.remember(speeds);
    }
    if let Some(adapter) = named(&gpu) {
        gpu.set_adapter(adapter);
    }
    Ok(GpuEngine { gpu, sums: None, plan: None })
}

/// What the browser says of the adapter, which wgpu passes on in part only.
fn named(gpu: &Gpu) -> Option<Adapter> {
    let device: &JsValue = gpu.device().as_webgpu()?.unchecked_ref();
    let info = Reflect::get(device, &"adapterInfo".into()).ok()?;
    let text =
        |key: &str| Reflect::get(&info, &key.into()).ok().and_then(|value| value.as_string()).unwrap_or_default();
    let words = [text("vendor"), text("architecture"), text("description")];
    let name = words.iter().filter(|word| !word.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
    let fallback = Reflect::get(&info, &"isFallbackAdapter".into()).is_ok_and(|value| value.is_truthy());
    let programs = ["swiftshader", "llvmpipe", "softpipe", "basic render", "warp"];
    let software =
        gpu.adapter().software || fallback || programs.iter().any(|program| name.to_lowercase().contains(program));
    let name = if name.is_empty() { "a GPU that the browser does not name".to_owned() } else { name };
    Some(Adapter { name, software, ..gpu.adapter().clone() })
}

#[wasm_bindgen]
impl GpuEngine {
    /// What computes.
    pub fn adapter(&self) -> JsResult<JsValue> {
        to_js(self.gpu.adapter())
    }

    /// How fast each kernel was here, once that was measured; otherwise empty.
    pub fn speeds(&self) -> Vec<f64> {
        self.gpu.speeds().map_or_else(Vec::new, |speeds| speeds.to_vec())
    }

    /// Whether nothing has failed by now.
    pub fn is_usable(&self) -> bool {
        self.gpu.is_usable()
    }

    /// Something that keeps the queue awake.
    pub fn nudge(&self) -> GpuNudge {
        GpuNudge(self.gpu.nudge())
    }

    /// Waits until all that was added is done.
    pub async fn settle(&mut self) -> JsResult<()> {
        let sums = self.sums.as_mut().ok_or_else(|| internal(NO_MATRIX))?;
        sums.settle(&self.gpu).await.map_err(thrown)
    }

    /// Begins a matrix.
    pub async fn begin(&mut self, plan: JsValue) -> JsResult<()> {
        let plan: Plan = from_js(plan)?;
        self.sums = Some(Sums::new(&mut self.gpu, plan.clone()).await.map_err(thrown)?);
        self.plan = Some(plan);
        Ok(())
    }

    /// Takes a batch: the words and the data of what the core's `ChunkWorker` has fed.
    pub async fn add(&mut self, words: Vec<f64>, data: Vec<u8>) -> JsResult<()> {
        let (Some(sums), Some(plan)) = (&mut self.sums, &self.plan) else { return Err(internal(NO_MATRIX)) };
        let batch = Batch::from_words(plan.width, &words, data).map_err(refusal)?;
        sums.add(&mut self.gpu, batch).await.map_err(thrown)
    }

    /// Makes certain of what was added by now.
    pub async fn commit(&mut self) -> JsResult<()> {
        let sums = self.sums.as_mut().ok_or_else(|| internal(NO_MATRIX))?;
        sums.commit(&mut self.gpu).await.map_err(thrown)
    }

    /// The chunks that are certain.
    pub fn chunks(&self) -> Vec<u32> {
        self.sums.as_ref().map_or_else(Vec::new, |sums| sums.chunks().iter().map(|&chunk| chunk as u32).collect())
    }

    /// Rows that are certain.
    pub fn rows(&self) -> f64 {
        self.sums.as_ref().map_or(0.0, |sums| sums.rows() as f64)
    }

    /// The eigenvalues of the rows that are certain, or undefined where there are none yet.
    pub fn provisional(&self) -> JsResult<JsValue> {
        let decomposed = || {
            let plan = self.plan.clone()?.with_computed(self.computed());
            let mut gathered = Gathered::new(plan).ok()?;
            gathered.add(&self.sums.as_ref()?.total().ok()?).ok()?;
            Decomposed::new(gathered.second_moment(Part::All, Preparation::default()).ok()?).ok()
        };
        decomposed().map_or(Ok(JsValue::UNDEFINED), |decomposed| to_js(&decomposed))
    }

    fn computed(&self) -> Computed {
        let gpu_rows = self.sums.as_ref().map_or(0, Sums::rows);
        Computed { adapter: Some(self.gpu.adapter().clone()), gpu_rows, ..Computed::default() }
    }

    /// What is certain, by blocks of rows, and undefined where no matrix was begun. The matrix is done with.
    pub fn finish(&mut self) -> JsResult<Option<WorkerBlocks>> {
        self.sums.take().map(|sums| WorkerBlocks::new(sums.into_blocks())).transpose()
    }
}

const NO_MATRIX: &str = "the GPU was given rows of no matrix";

/// The queue of a GPU.
#[wasm_bindgen]
pub struct GpuNudge(Nudge);

#[wasm_bindgen]
impl GpuNudge {
    /// Submits nothing, which makes some browsers look whether what was submitted before is done.
    pub fn submit(&self) {
        self.0.submit();
    }
}
