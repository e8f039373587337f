/*! The moments of a matrix with a GPU: threads read and feed, the calling thread speaks to the GPU. */

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;

use serde::Serialize;

use super::DIED;
use super::files::{Files, Place};
use crate::engine::{Adapter, Computed, Reason};
use crate::error::Result;
use crate::gpu::{Failure, Gpu, Options, Sums, VARIANTS, block_on};
use crate::moments::{Batch, Blocks, Feeder, Plan};

/// Batches that wait for the GPU: a few, so that it never waits and memory stays small.
const BATCHES_AHEAD: usize = 2;

/// What came of it.
pub(super) struct Fed {
    /// What computed, and why.
    pub computed: Computed,
    /// What the GPU has summed, if anything.
    pub blocks: Option<Blocks>,
    /// The chunks that are not in it.
    pub chunks: Vec<usize>,
    /// 10¹² operations a second while it worked.
    pub teraflops: Option<f64>,
}

/// Feeds chunks to a GPU for as long as that goes well.
pub(super) fn gather(plan: &Plan, places: &[Place], chunks: Vec<usize>) -> Result<Fed> {
    let failed = |failure: Failure| Reason::Failed { code: failure.code().to_owned(), failure: failure.to_string() };
    let nothing = |failure, chunks| Fed {
        computed: Computed { reason: failed(failure), ..Computed::default() },
        blocks: None,
        chunks,
        teraflops: None,
    };
    let mut gpu = match block_on(None, Gpu::open(Options::new(milliseconds))) {
        Ok(gpu) => gpu,
        Err(failure) => return Ok(nothing(failure, chunks)),
    };
    let device = gpu.device().clone();
    let mut sums = match block_on(Some(&device), Sums::new(&mut gpu, plan.clone())) {
        Ok(sums) => sums,
        Err(failure) => return Ok(nothing(failure, chunks)),
    };
    let queue = AtomicUsize::new(0);
    let outcome = std::thread::scope(|scope| {
        let (sender, batches) = sync_channel(BATCHES_AHEAD);
        let threads: Vec<_> = (0..plan.workers())
            .map(|_| {
                let (sender, queue, chunks) = (sender.clone(), &queue, &chunks);
                scope.spawn(move || feed(plan, places, chunks, queue, &sender))
            })
            .collect();
        drop(sender);
        let mut outcome = Ok(());
        for batch in &batches {
            outcome = block_on(Some(&device), sums.add(&mut gpu, batch));
            if outcome.is_err() {
                break;
            }
        }
        // Whoever still has a batch for a GPU that failed learns it from this.
        drop(batches);
        for thread in threads {
            thread.join().map_err(|_| DIED)??;
        }
        Ok::<_, crate::error::Error>(outcome)
    })?;
    let outcome = outcome.and_then(|()| block_on(Some(&device), sums.commit(&mut gpu)));
    let (gpu_rows, teraflops) = (sums.rows(), sums.teraflops());
    let done: HashSet<usize> = sums.chunks().iter().copied().collect();
    let left = chunks.into_iter().filter(|chunk| !done.contains(chunk)).collect();
    Ok(Fed {
        computed: Computed {
            adapter: (gpu_rows > 0).then(|| gpu.adapter().clone()),
            gpu_rows,
            reason: outcome.map_or_else(failed, |()| Reason::Asked),
        },
        blocks: (!done.is_empty()).then(|| sums.into_blocks()),
        chunks: left,
        teraflops: (gpu_rows > 0).then_some(teraflops),
    })
}

/// One thread's part: reads chunks and turns them into batches until there are none left, or nobody wants them.
fn feed(
    plan: &Plan,
    places: &[Place],
    chunks: &[usize],
    queue: &AtomicUsize,
    sender: &SyncSender<Batch>,
) -> Result<()> {
    let mut files = Files::open(places)?;
    let mut feeder = Feeder::new(plan)?;
    while let Some(&chunk) = chunks.get(queue.fetch_add(1, Ordering::Relaxed)) {
        let batch = feeder.feed(chunk, &files.read(&plan.reads(chunk))?)?;
        if batch.is_within_range() && sender.send(batch).is_err() {
            break;
        }
    }
    Ok(())
}

/// What a GPU can do, in 10¹² floating-point operations a second.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GpuSpeeds {
    /// The GPU.
    pub adapter: Adapter,
    /// Multiply-adds in f32 that wait for nothing.
    pub peak_teraflops: f64,
    /// Each kernel: its name, and all that it computes of a matrix of 512 features, with what it computes twice along the diagonal.
    pub kernels: Vec<(&'static str, f64)>,
}

/// Times this machine's GPU.
///
/// # Errors
///
/// Any [`Failure`].
pub fn gpu_speeds() -> std::result::Result<GpuSpeeds, Failure> {
    let mut gpu = block_on(None, Gpu::open(Options::new(milliseconds)))?;
    let device = gpu.device().clone();
    let peak_teraflops = block_on(Some(&device), gpu.peak_teraflops())?;
    let speeds = block_on(Some(&device), gpu.tune())?;
    // A product is a multiplication and an addition; speeds are a millisecond's.
    let kernels = VARIANTS.iter().zip(speeds).map(|(variant, speed)| (variant.name, speed * 2.0 * 1000.0 / 1e12));
    Ok(GpuSpeeds { adapter: gpu.adapter().clone(), peak_teraflops, kernels: kernels.collect() })
}

/// Milliseconds since this was first asked for.
fn milliseconds() -> f64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1000.0
}
