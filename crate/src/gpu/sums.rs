/*! One matrix on a GPU. */

use std::collections::VecDeque;

use super::fixed::Fixed;
use super::shader::{Numbers, VARIANTS, Variant};
use super::tiling::Tiling;
use super::wait::Signal;
use super::{Buffer, Failure, FailureKind, Gpu, Result, bytes_of};
use crate::moments::{Batch, Blocks, Moments, Plan, Run};
use crate::source::Axis;

/// Milliseconds of work in one submission: a system takes a GPU away that does not answer for a second or two, and one that is cancelled should stop at once.
const SUBMISSION: f64 = 40.0;

/// Submissions under way at a time: one that runs, one that is ready to follow it.
const UNDER_WAY: usize = 2;

/// Workgroups in one submission at most, which every adapter allows.
const MOST_WORKGROUPS: f64 = 65_535.0;

/// Milliseconds after which what is there is committed: as much would be lost with the GPU.
const COMMIT_AFTER: f64 = 4_000.0;

/// But a commit, in which the GPU has nothing to do, takes at most one part in so many of the time.
const COMMIT_SHARE: f64 = 10.0;

/// A GPU whose products differ from the probes by more than this part of the trace does not round, it errs.
const WRONG: f64 = 1e-4;

/// Σ‖y‖² of a sample below this is the rounding of f64: samples have a size of about one.
const NOTHING: f64 = 1e-28;

/// The sums of a matrix on a GPU, by blocks of rows.
pub struct Sums {
    plan: Plan,
    variant: Variant,
    tiling: Tiling,
    /// Of each slot, once it has a sample: rows at unit length may differ by many orders less than rows as they are.
    fixed: Vec<Option<Fixed>>,
    /// Σ‖y‖² of each slot since the last commit.
    squares: Vec<f64>,
    bands: Vec<Band>,
    /// Two buffers for samples in turns, and what else a dispatch reads.
    samples: [Option<Buffer>; 2],
    work: [Option<Buffer>; 2],
    turn: usize,
    task: Buffer,
    shift: Option<Buffer>,
    under_way: VecDeque<UnderWay>,
    /// When the last submission was done.
    last_done: f64,
    /// Products a millisecond.
    speed: f64,
    /// Everything but the products of what was submitted since the last commit.
    open: Vec<(usize, Vec<Moments>)>,
    last_commit: f64,
    commit_after: f64,
    /// What was committed, by slot, and the chunks that are in it.
    committed: Vec<Moments>,
    chunks: Vec<usize>,
    /// Products of all samples that were added (n·d², one triangle's multiplications and additions), and the milliseconds that the GPU worked on them.
    operations: f64,
    busy: f64,
}

/// The buffers of one band of tiles.
struct Band {
    tiles: Buffer,
    sums: Buffer,
    /// What the sums are copied to, to be read.
    read: Buffer,
}

struct UnderWay {
    done: Signal<()>,
    products: f64,
    since: f64,
}

impl Sums {
    /// Makes the buffers of a plan.
    ///
    /// # Errors
    ///
    /// Any [`Failure`].
    pub async fn new(gpu: &mut Gpu, plan: Plan) -> Result<Sums> {
        gpu.check()?;
        let (choice, speed) = gpu.choose(plan.width).await?;
        let variant = VARIANTS[choice];
        // Compiled now, so that the first batch does not wait for it.
        for numbers in [Numbers::Floats, Numbers::Halves] {
            let is_wanted = plan.scaled || plan.passes_halves() == (numbers == Numbers::Halves);
            if is_wanted {
                gpu.kernel(variant, numbers).await?;
            }
        }
        let slots = plan.slots();
        let tiling = Tiling::new(plan.width, variant.side(), slots, gpu.buffer_bytes)
            .ok_or_else(|| Failure::new(FailureKind::OutOfMemory, "one tile is larger than a buffer may be"))?;
        let storage = wgpu::BufferUsages::STORAGE;
        let readable = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let mut bands = Vec::new();
        for (band, tiles) in tiling.bands.iter().enumerate() {
            let usage = storage | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
            bands.push(Band {
                tiles: gpu.filled("tiles", &bytes_of(tiles), storage).await?,
                sums: gpu.buffer("sums", tiling.band_bytes(band), usage).await?,
                read: gpu.buffer("read", tiling.band_bytes(band), readable).await?,
            });
        }
        let uniform = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        let task = gpu.buffer("task", 32, uniform).await?;
        let shift = if plan.passes_halves() {
            let mut values: Vec<[u32; 1]> = plan.shift.values.iter().map(|&value| [(value as f32).to_bits()]).collect();
            values.resize(plan.width.next_multiple_of(16), [0]);
            Some(gpu.filled("shift", &bytes_of(&values), storage).await?)
        } else {
            None
        };
        let committed = (0..slots).map(|_| whole(plan.width)).collect::<Result<Vec<_>>>()?;
        let now = gpu.now();
        Ok(Sums {
            variant,
            tiling,
            fixed: vec![None; slots],
            squares: vec![0.0; slots],
            bands,
            samples: [None, None],
            work: [None, None],
            turn: 0,
            task,
            shift,
            under_way: VecDeque::new(),
            last_done: now,
            speed,
            open: Vec::new(),
            last_commit: now,
            commit_after: COMMIT_AFTER,
            committed,
            chunks: Vec::new(),
            operations: 0.0,
            busy: 0.0,
            plan,
        })
    }

    /// Takes a batch. Returns when another may follow: while the GPU works on this one, that one can be read and uploaded.
    ///
    /// # Errors
    ///
    /// Any [`Failure`]; then what was not committed is lost.
    pub async fn add(&mut self, gpu: &mut Gpu, batch: Batch) -> Result<()> {
        gpu.check()?;
        if gpu.now() - self.last_commit > self.commit_after {
            self.commit(gpu).await?;
        }
        self.make_room(gpu, &batch).await?;
        self.turn = 1 - self.turn;
        fill(gpu, &mut self.samples[self.turn], "samples", &batch.data, wgpu::BufferUsages::STORAGE).await?;
        for (numbers, halves) in [(Numbers::Floats, false), (Numbers::Halves, true)] {
            if batch.runs.iter().any(|run| run.halves == halves) {
                self.multiply(gpu, &batch, numbers).await?;
            }
        }
        let width = self.plan.width as f64;
        self.operations += batch.runs.iter().map(|run| run.samples).sum::<usize>() as f64 * width * width;
        self.open.push((batch.chunk, batch.lists));
        Ok(())
    }

    /// Sees to it that the sums of a batch fit beside what is there.
    async fn make_room(&mut self, gpu: &mut Gpu, batch: &Batch) -> Result<()> {
        let mut more = vec![0.0; self.squares.len()];
        batch.runs.iter().for_each(|run| more[run.slot] += run.squares);
        let holds = |(fixed, (now, more)): (&Option<Fixed>, (&f64, &f64))| fixed.is_none_or(|f| f.holds(now + more));
        if !self.fixed.iter().zip(self.squares.iter().zip(&more)).all(holds) {
            self.commit(gpu).await?;
            self.fixed.fill(None);
        }
        // As if all samples were like these.
        let samples: u64 = batch.lists.iter().take(self.plan.row_blocks).map(Moments::samples).sum();
        let share = samples.max(1) as f64 / self.plan.samples().max(1) as f64;
        for (slot, &more) in more.iter().enumerate().filter(|(_, more)| **more > 0.0) {
            self.fixed[slot].get_or_insert_with(|| Fixed::for_sums_of(more / share.min(1.0)));
            self.squares[slot] += more;
        }
        Ok(())
    }

    /// Submits the products of a batch's runs of one kind of numbers.
    async fn multiply(&mut self, gpu: &mut Gpu, batch: &Batch, numbers: Numbers) -> Result<()> {
        let kernel = gpu.kernel(self.variant, numbers).await?;
        let (work, slots, samples) = work_of(batch, self.plan.width, numbers, &self.fixed);
        let turn = self.turn;
        fill(gpu, &mut self.work[turn], "work", &bytes_of(&work), wgpu::BufferUsages::STORAGE).await?;
        for band in 0..self.bands.len() {
            let Band { tiles, sums, .. } = &self.bands[band];
            let mut entries: Vec<(u32, &Buffer)> = vec![(0, &self.task), (3, tiles), (4, sums)];
            entries.extend(self.samples[turn].as_ref().map(|buffer| (1, buffer)));
            entries.extend(self.work[turn].as_ref().map(|buffer| (2, buffer)));
            if numbers == Numbers::Halves {
                entries.extend(self.shift.as_ref().map(|buffer| (6, buffer)));
            }
            let group = bind(gpu, &kernel.layout, &entries);
            let band_tiles = self.tiling.bands[band].len();
            let count = band_tiles * slots;
            let each = self.tiling.products(1) * samples as f64 / slots as f64;
            let mut first = 0;
            while first < count {
                let fits = (self.speed * SUBMISSION / each).clamp(1.0, MOST_WORKGROUPS) as usize;
                let groups = fits.min(count - first);
                self.wait_for_room(gpu).await?;
                let task = self.task_words(first, slots, band_tiles);
                gpu.queue.write_buffer(&self.task, 0, &bytes_of(&[task]));
                submit(gpu, &kernel.pipeline, &group, groups as u32);
                self.under_way.push_back(UnderWay {
                    done: gpu.done(),
                    products: each * groups as f64,
                    since: gpu.now(),
                });
                first += groups;
            }
        }
        Ok(())
    }

    /// The kernel's `Task`.
    fn task_words(&self, first: usize, slots: usize, band_tiles: usize) -> [u32; 8] {
        let scale = self.plan.shift.scale() as f32;
        let panels = self.plan.width.div_ceil(16);
        let words = [first, slots, panels, band_tiles].map(|number| number as u32);
        [words[0], words[1], words[2], words[3], scale.to_bits(), 0, 0, 0]
    }

    async fn wait_for_room(&mut self, gpu: &Gpu) -> Result<()> {
        while self.under_way.len() >= UNDER_WAY {
            self.wait_for_one(gpu).await?;
        }
        gpu.check()
    }

    /// Waits for the oldest submission, and learns from how long it took.
    async fn wait_for_one(&mut self, gpu: &Gpu) -> Result<()> {
        /// Shorter ones say more of the way there and back than of the GPU.
        const TELLING: f64 = 2.0;
        let Some(UnderWay { done, products, since }) = self.under_way.pop_front() else { return Ok(()) };
        done.await;
        gpu.check()?;
        let now = gpu.now();
        let took = now - since.max(self.last_done);
        self.last_done = now;
        self.busy += took;
        if took > TELLING {
            self.speed = (self.speed + products / took) / 2.0;
        } else {
            self.speed = self.speed.max(products / TELLING);
        }
        Ok(())
    }

    /// Waits until the GPU has done all that was added.
    ///
    /// # Errors
    ///
    /// Any [`Failure`].
    pub async fn settle(&mut self, gpu: &Gpu) -> Result<()> {
        while !self.under_way.is_empty() {
            self.wait_for_one(gpu).await?;
        }
        Ok(())
    }

    /// Reads all sums back and merges them with what else the batches hold.
    ///
    /// # Errors
    ///
    /// Any [`Failure`]; then nothing of what was not committed is in the result. After `Wrong`, nothing at all is.
    pub async fn commit(&mut self, gpu: &mut Gpu) -> Result<()> {
        self.settle(gpu).await?;
        let started = gpu.now();
        if self.open.is_empty() {
            return Ok(());
        }
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        for Band { sums, read, .. } in &self.bands {
            encoder.copy_buffer_to_buffer(sums, 0, read, 0, sums.size());
            encoder.clear_buffer(sums, 0, None);
        }
        gpu.queue.submit([encoder.finish()]);
        let mapped: Vec<_> = self
            .bands
            .iter()
            .map(|band| {
                let (signal, give) = Signal::new();
                band.read.map_async(wgpu::MapMode::Read, .., give);
                signal
            })
            .collect();
        for signal in mapped {
            let mapped = signal.await;
            gpu.check()?;
            mapped.map_err(|error| Failure::new(FailureKind::Lost, error))?;
        }
        let merged = self.merge();
        if merged.is_err() {
            self.discard()?;
        }
        let now = gpu.now();
        self.last_commit = now;
        self.commit_after = COMMIT_AFTER.max(COMMIT_SHARE * (now - started));
        merged
    }

    /// Merges what was read, and holds it against the probes. After a failure in here nothing can be trusted any more.
    fn merge(&mut self) -> Result<()> {
        for (band, Band { read, .. }) in self.bands.iter().enumerate() {
            {
                let range = read.get_mapped_range(..).map_err(|error| Failure::new(FailureKind::Lost, error))?;
                let (sums, _) = range.as_chunks::<8>();
                for (slot, moments) in self.committed.iter_mut().enumerate() {
                    let Some(fixed) = self.fixed[slot] else { continue };
                    self.tiling.add(band, slot, moments.tiles_mut(), |at| {
                        let [a, b, c, d, e, f, g, h] = sums[at];
                        fixed.value(u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]))
                    });
                }
            }
            read.unmap();
        }
        let mut chunks = Vec::new();
        for (chunk, lists) in self.open.drain(..) {
            for (moments, list) in self.committed.iter_mut().zip(&lists) {
                moments.merge(list).map_err(|error| Failure::new(FailureKind::Other, error))?;
            }
            chunks.push(chunk);
        }
        self.squares.fill(0.0);
        for of_one_kind in self.committed.chunks(self.plan.row_blocks) {
            verify(of_one_kind)?;
        }
        self.chunks.extend(chunks);
        Ok(())
    }

    /// Forgets all that was summed.
    fn discard(&mut self) -> Result<()> {
        self.chunks.clear();
        self.open.clear();
        let width = self.plan.width;
        self.committed.iter_mut().try_for_each(|moments| whole(width).map(|zero| *moments = zero))
    }

    /// The chunks that are committed.
    pub fn chunks(&self) -> &[usize] {
        &self.chunks
    }

    /// Rows whose products are committed. In the dual, where samples are columns, their share of all columns as one of the rows.
    pub fn rows(&self) -> u64 {
        let samples: u64 = self.committed.iter().take(self.plan.row_blocks).map(Moments::samples).sum();
        match self.plan.axis {
            Axis::Rows => samples,
            Axis::Columns => (samples as f64 / self.plan.source.d as f64 * self.plan.source.n as f64).ceil() as u64,
        }
    }

    /// The total of what is committed.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub fn total(&self) -> Result<Moments> {
        Moments::total(self.committed[..self.plan.row_blocks].iter())
            .map_err(|error| Failure::new(FailureKind::OutOfMemory, error))
    }

    /// Floating-point operations of one triangle (n·d²) a second while the GPU worked, in units of 10¹².
    pub fn teraflops(&self) -> f64 {
        self.operations / (self.busy / 1000.0) / 1e12
    }

    /// What is committed, by blocks of rows.
    pub fn into_blocks(mut self) -> Blocks {
        let scaled = self.committed.split_off(self.plan.row_blocks);
        Blocks { plain: self.committed, scaled }
    }
}

/// Holds the products of all blocks against the probes, which were summed elsewhere in f64.
fn verify(blocks: &[Moments]) -> Result<()> {
    let total = Moments::total(blocks.iter()).map_err(|error| Failure::new(FailureKind::OutOfMemory, error))?;
    let (error, trace) = (total.probe_error().unwrap_or(0.0), total.trace());
    // Not a number is wrong as well.
    if error <= WRONG * trace + NOTHING * total.samples() as f64 {
        return Ok(());
    }
    Err(Failure::new(FailureKind::Wrong, format!("off by {:.1e} of the variance", error / trace)))
}

fn whole(width: usize) -> Result<Moments> {
    Moments::whole(width).map_err(|error| Failure::new(FailureKind::OutOfMemory, error))
}

/// The kernel's list of work: slots, then runs; with the number of slots and of samples.
fn work_of(batch: &Batch, width: usize, numbers: Numbers, fixed: &[Option<Fixed>]) -> (Vec<[u32; 4]>, usize, usize) {
    let (halves, vector) = match numbers {
        Numbers::Floats => (false, 16),
        Numbers::Halves => (true, 8),
    };
    let mut at = 0;
    let mut runs: Vec<(&Run, [u32; 4])> = Vec::new();
    for run in &batch.runs {
        if run.halves == halves {
            runs.push((run, [(at / vector) as u32, run.samples as u32, 0, 0]));
        }
        at += run.bytes(width);
    }
    runs.sort_by_key(|(run, _)| run.slot);
    let groups: Vec<_> = runs.chunk_by(|(a, _), (b, _)| a.slot == b.slot).collect();
    let mut next = groups.len() as u32;
    let mut work = Vec::with_capacity(groups.len() + runs.len());
    for group in &groups {
        let end = next + group.len() as u32;
        let slot = group[0].0.slot;
        let exponent = fixed[slot].map_or(0, |fixed| fixed.exponent);
        work.push([slot as u32, next, end, exponent.cast_unsigned()]);
        next = end;
    }
    let samples = runs.iter().map(|(run, _)| run.samples).sum();
    work.extend(runs.iter().map(|(_, words)| *words));
    let slots = groups.len();
    (work, slots, samples)
}

/// Puts bytes into a buffer, or into a larger one in its place.
pub(super) async fn fill(
    gpu: &Gpu,
    buffer: &mut Option<Buffer>,
    label: &str,
    bytes: &[u8],
    usage: wgpu::BufferUsages,
) -> Result<()> {
    match buffer {
        Some(buffer) if buffer.size() >= bytes.len() as u64 => gpu.queue.write_buffer(buffer, 0, bytes),
        _ => *buffer = Some(gpu.filled(label, bytes, usage).await?),
    }
    Ok(())
}

pub(super) fn bind(gpu: &Gpu, layout: &wgpu::BindGroupLayout, entries: &[(u32, &Buffer)]) -> wgpu::BindGroup {
    let entries: Vec<_> = entries
        .iter()
        .map(|&(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
        .collect();
    gpu.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
}

pub(super) fn submit(gpu: &Gpu, pipeline: &wgpu::ComputePipeline, group: &wgpu::BindGroup, groups: u32) {
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, group, &[]);
        pass.dispatch_workgroups(groups, 1, 1);
    }
    gpu.queue.submit([encoder.finish()]);
}
