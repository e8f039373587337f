/*!
The second moment on a GPU: WebGPU in a browser, Vulkan or Metal from the command, through wgpu and with the same kernel.

A [`Gpu`] is an adapter with its device. [`Sums`] is one matrix on it: it takes [`Batch`](crate::moments::Batch)es, adds the products of their samples up by blocks of rows,
and now and then *commits*: reads the sums back, checks them against the batches' probes, and merges them with everything else that the batches hold. What was
committed is right and stays; what was not can be given to another worker. So whatever happens to a GPU, nothing is lost and nothing is counted twice.

Sums of a run of samples are f32 ([`shader`]), sums of runs are integers and exact ([`fixed`]). The error of all of it is measured as that of the fast engine is.
*/

mod fixed;
mod peak;
mod shader;
mod sums;
mod tiling;
mod tune;
pub(crate) mod wait;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::Adapter;

pub use shader::VARIANTS;
use shader::{Numbers, Variant};
pub use sums::Sums;
use wait::Signal;

/// No buffer is made larger than this: sums of any size are cut into several anyway, and a browser's process has to hold what is read back.
const BUFFER_BYTES: u64 = 256 << 20;

/// What a GPU cannot do, or did wrong. Whatever it is, workers can take its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Which of the ways.
    pub kind: FailureKind,
    /// What the system says of it.
    pub detail: String,
}

/// The ways in which a GPU fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// There is none.
    NoAdapter,
    /// There is one, but it cannot be had.
    Refused,
    /// It was taken away: a reset, a driver's update, a machine that slept.
    Lost,
    /// Its memory is full.
    OutOfMemory,
    /// The kernel was not compiled.
    Kernel,
    /// Its sums are wrong.
    Wrong,
    /// Anything else.
    Other,
}

impl Failure {
    fn new(kind: FailureKind, detail: impl fmt::Display) -> Failure {
        Failure { kind, detail: detail.to_string() }
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self.kind {
            FailureKind::NoAdapter => "gpu_none",
            FailureKind::Refused => "gpu_refused",
            FailureKind::Lost => "gpu_lost",
            FailureKind::OutOfMemory => "gpu_out_of_memory",
            FailureKind::Kernel => "gpu_kernel",
            FailureKind::Wrong => "gpu_wrong",
            FailureKind::Other => "gpu_failed",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FailureKind::NoAdapter if cfg!(target_arch = "wasm32") => "The browser offers no GPU",
            FailureKind::NoAdapter => "There is no GPU here that Vulkan or Metal speaks to",
            FailureKind::Refused => "The GPU could not be had",
            FailureKind::Lost => "The GPU was lost",
            FailureKind::OutOfMemory => "The GPU's memory is too small",
            FailureKind::Kernel => "The GPU's driver did not compile the kernel",
            FailureKind::Wrong => "The GPU's sums failed the check",
            FailureKind::Other => "The GPU failed",
        })?;
        let detail = self.detail.trim().trim_end_matches('.');
        if detail.is_empty() { Ok(()) } else { write!(f, " ({detail})") }
    }
}

/// A result whose error is a [`Failure`].
pub type Result<T> = std::result::Result<T, Failure>;

/// What is asked of a GPU.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The largest buffer that may be made, whatever the adapter allows.
    pub buffer_bytes: u64,
    /// Milliseconds since some moment.
    pub clock: fn() -> f64,
}

impl Options {
    /// The usual ones.
    pub fn new(clock: fn() -> f64) -> Options {
        Options { buffer_bytes: BUFFER_BYTES, clock }
    }
}

/// A buffer that gives its memory back when it goes. In a browser nothing else does: the handle's own end is left to the garbage collector, which knows nothing of a GPU's memory.
struct Buffer(wgpu::Buffer);

impl Drop for Buffer {
    fn drop(&mut self) {
        self.0.destroy();
    }
}

impl std::ops::Deref for Buffer {
    type Target = wgpu::Buffer;

    fn deref(&self) -> &wgpu::Buffer {
        &self.0
    }
}

/// A kernel that is ready to run.
#[derive(Clone)]
struct Kernel {
    pipeline: wgpu::ComputePipeline,
    layout: wgpu::BindGroupLayout,
}

/// An adapter and its device. It belongs to the thread that opened it.
pub struct Gpu {
    device: wgpu::Device,
    queue: wgpu::Queue,
    adapter: Adapter,
    buffer_bytes: u64,
    clock: fn() -> f64,
    /// What went wrong outside of anything that waits for it: a lost device, an error that nobody caught.
    failed: Arc<Mutex<Option<Failure>>>,
    kernels: HashMap<(&'static str, bool), Kernel>,
    /// Products a millisecond of each of [`VARIANTS`], once they were timed.
    speeds: Option<[f64; VARIANTS.len()]>,
}

impl Gpu {
    /// The best adapter that there is, with a device of its own.
    ///
    /// # Errors
    ///
    /// `NoAdapter`, `Refused`.
    pub async fn open(options: Options) -> Result<Gpu> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let wanted = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter = instance.request_adapter(&wanted).await.map_err(|_| Failure::new(FailureKind::NoAdapter, ""))?;
        // What the kernel needs is what every adapter has; only buffers are better large.
        let has = adapter.limits();
        let buffer_bytes = options.buffer_bytes.min(has.max_buffer_size).min(has.max_storage_buffer_binding_size);
        let least = wgpu::Limits::default().or_worse_values_from(&has);
        let required_limits = wgpu::Limits {
            max_buffer_size: buffer_bytes.max(least.max_buffer_size),
            max_storage_buffer_binding_size: buffer_bytes.max(least.max_storage_buffer_binding_size),
            ..least
        };
        let descriptor = wgpu::DeviceDescriptor { label: Some("eigenscope"), required_limits, ..Default::default() };
        let (device, queue) =
            adapter.request_device(&descriptor).await.map_err(|error| Failure::new(FailureKind::Refused, error))?;

        let failed = Arc::new(Mutex::new(None));
        let lost = failed.clone();
        device.set_device_lost_callback(move |_, message| note(&lost, Failure::new(FailureKind::Lost, message)));
        let other = failed.clone();
        device.on_uncaptured_error(Arc::new(move |error| note(&other, failure_of(&error, FailureKind::Other))));
        Ok(Gpu {
            device,
            queue,
            adapter: facts(&adapter.get_info()),
            buffer_bytes,
            clock: options.clock,
            failed,
            kernels: HashMap::new(),
            speeds: None,
        })
    }

    /// What computes.
    pub fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    /// The name that the browser knows, where wgpu does not.
    pub fn set_adapter(&mut self, adapter: Adapter) {
        self.adapter = adapter;
    }

    /// The device, for what wgpu does not tell of it.
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// Something that keeps the queue awake.
    pub fn nudge(&self) -> Nudge {
        Nudge(self.queue.clone())
    }

    /// Times the variants, unless that was done.
    ///
    /// # Errors
    ///
    /// Any [`Failure`].
    pub async fn tune(&mut self) -> Result<[f64; VARIANTS.len()]> {
        self.choose(1).await?;
        Ok(self.speeds.unwrap_or_default())
    }

    /// Products a millisecond of each of [`VARIANTS`], once they were timed.
    pub fn speeds(&self) -> Option<[f64; VARIANTS.len()]> {
        self.speeds
    }

    /// Takes speeds that were measured on this adapter before.
    pub fn remember(&mut self, speeds: [f64; VARIANTS.len()]) {
        self.speeds = Some(speeds);
    }

    /// Whether nothing has failed by now.
    pub fn is_usable(&self) -> bool {
        self.check().is_ok()
    }

    /// What has failed by now.
    fn check(&self) -> Result<()> {
        let failed = || self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(failure) = failed() else { return Ok(()) };
        if failure.kind == FailureKind::Lost {
            return Err(failure);
        }
        self.hear();
        Err(failed().unwrap_or(failure))
    }

    /// The failure behind an error: a lost device refuses whatever is asked of it.
    fn blame(&self, error: &wgpu::Error, otherwise: FailureKind) -> Failure {
        self.hear();
        self.check().err().unwrap_or_else(|| failure_of(error, otherwise))
    }

    /// Lets the device say that it is lost, which it does later than it refuses things. In a browser that comes by itself.
    fn hear(&self) {
        let _ = self.device.poll(wgpu::PollType::Poll);
    }

    /// The kernel of a variant for some numbers, compiled once.
    async fn kernel(&mut self, variant: Variant, numbers: Numbers) -> Result<Kernel> {
        let key = (variant.name, numbers == Numbers::Halves);
        if let Some(kernel) = self.kernels.get(&key) {
            return Ok(kernel.clone());
        }
        let kernel = self.compile(variant.name, &variant.source(numbers)).await?;
        self.kernels.insert(key, kernel.clone());
        Ok(kernel)
    }

    /// Compiles a kernel whose entry point is `products`.
    async fn compile(&self, label: &str, source: &str) -> Result<Kernel> {
        // A driver's refusal is an internal error, a fault in the text one of validation.
        let filters = [wgpu::ErrorFilter::Validation, wgpu::ErrorFilter::Internal];
        let kernel = self.scoped(filters, FailureKind::Kernel, || {
            let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(label),
                source: wgpu::ShaderSource::Wgsl(source.into()),
            });
            let pipeline = self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(label),
                layout: None,
                module: &module,
                entry_point: Some("products"),
                compilation_options: Default::default(),
                cache: None,
            });
            let layout = pipeline.get_bind_group_layout(0);
            Kernel { pipeline, layout }
        });
        kernel.await
    }

    /// A buffer of zeros.
    async fn buffer(&self, label: &str, size: u64, usage: wgpu::BufferUsages) -> Result<Buffer> {
        let filters = [wgpu::ErrorFilter::Validation, wgpu::ErrorFilter::OutOfMemory];
        let descriptor = wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        let buffer = self.scoped(filters, FailureKind::OutOfMemory, || Buffer(self.device.create_buffer(&descriptor)));
        buffer.await
    }

    /// Does something, and makes errors of these kinds a failure of that kind.
    async fn scoped<T>(
        &self,
        [outer, inner]: [wgpu::ErrorFilter; 2],
        kind: FailureKind,
        what: impl FnOnce() -> T,
    ) -> Result<T> {
        let outer = self.device.push_error_scope(outer);
        let inner = self.device.push_error_scope(inner);
        let made = what();
        let errors = (inner.pop(), outer.pop());
        let errors = [errors.0.await, errors.1.await];
        match errors.into_iter().flatten().next() {
            Some(error) => Err(self.blame(&error, kind)),
            None => self.check().map(|()| made),
        }
    }

    /// A buffer that the kernel reads, with something in it.
    async fn filled(&self, label: &str, bytes: &[u8], usage: wgpu::BufferUsages) -> Result<Buffer> {
        let usage = usage | wgpu::BufferUsages::COPY_DST;
        let buffer = self.buffer(label, (bytes.len() as u64).next_multiple_of(16).max(16), usage).await?;
        self.queue.write_buffer(&buffer, 0, bytes);
        Ok(buffer)
    }

    /// Known when all that was submitted by now is done.
    fn done(&self) -> Signal<()> {
        let (signal, give) = Signal::new();
        self.queue.on_submitted_work_done(move || give(()));
        signal
    }

    fn now(&self) -> f64 {
        (self.clock)()
    }
}

impl Drop for Gpu {
    fn drop(&mut self) {
        self.device.destroy();
    }
}

/// The queue of a GPU, while somebody else works with it.
pub struct Nudge(wgpu::Queue);

impl Nudge {
    /// Submits nothing, which makes some browsers look whether what was submitted before is done.
    pub fn submit(&self) {
        self.0.submit([]);
    }
}

/// Keeps the first failure, since the others follow from it; but that the device is lost says more than any.
fn note(failed: &Mutex<Option<Failure>>, failure: Failure) {
    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
    if failed.is_none() || failure.kind == FailureKind::Lost {
        *failed = Some(failure);
    }
}

fn failure_of(error: &wgpu::Error, otherwise: FailureKind) -> Failure {
    match error {
        wgpu::Error::OutOfMemory { .. } => Failure::new(FailureKind::OutOfMemory, ""),
        error => Failure::new(otherwise, error),
    }
}

/// What wgpu knows of an adapter.
fn facts(info: &wgpu::AdapterInfo) -> Adapter {
    let software = info.device_type == wgpu::DeviceType::Cpu;
    Adapter { name: info.name.clone(), backend: info.backend.to_string(), software }
}

/// Words as the bytes of a buffer.
fn bytes_of<const N: usize>(words: &[[u32; N]]) -> Vec<u8> {
    words.as_flattened().iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Runs a future that waits for a GPU to its end on this thread.
#[cfg(not(target_arch = "wasm32"))]
pub fn block_on<F: std::future::Future>(gpu: Option<&wgpu::Device>, future: F) -> F::Output {
    wait::block_on(future, || {
        if let Some(device) = gpu {
            // An error here is a lost device, which its callback tells of.
            let _ = device.poll(wgpu::PollType::wait_indefinitely());
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_does_not_compile_is_a_failure_and_no_panic() {
        let mut gpu = block_on(None, Gpu::open(Options::new(|| 0.0))).unwrap_or_else(|failure| panic!("{failure}"));
        let device = gpu.device().clone();
        let failure =
            block_on(Some(&device), gpu.compile("broken", "fn products( {")).err().map(|failure| failure.kind);
        assert_eq!(failure, Some(FailureKind::Kernel));
        assert!(gpu.is_usable());
        assert!(block_on(Some(&device), gpu.kernel(VARIANTS[0], Numbers::Halves)).is_ok());
    }

    #[test]
    fn a_buffer_beyond_the_limits_is_a_failure_of_memory_and_no_panic() {
        let gpu = block_on(None, Gpu::open(Options::new(|| 0.0))).unwrap_or_else(|failure| panic!("{failure}"));
        let device = gpu.device().clone();
        // More than the device was asked for.
        let size = gpu.device.limits().max_buffer_size + 4;
        let failure = block_on(Some(&device), gpu.buffer("too large", size, wgpu::BufferUsages::STORAGE)).err();
        assert_eq!(failure.map(|failure| failure.kind), Some(FailureKind::OutOfMemory));
        assert!(gpu.is_usable());
    }
}
