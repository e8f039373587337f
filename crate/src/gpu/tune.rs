/*! Which kernel is the fastest on this adapter. */

use super::shader::{Numbers, VARIANTS, Variant};
use super::sums::{bind, submit};
use super::tiling::Tiling;
use super::{Gpu, Result, bytes_of};
use crate::moments::GPU_RUN;

/// Features of the matrix that is timed: so few that a slow adapter is soon done.
const WIDTH: usize = 512;

/// Sums of it that are kept apart, so that a fast adapter has enough to do.
const MOST_SLOTS: u32 = 16;

/// Milliseconds that a timing should take at least; a clock of a browser may be as coarse as one.
const LONG_ENOUGH: f64 = 8.0;

/// How often the same run is summed in one submission, at most.
const MOST_RUNS: u32 = 1 << 16;

impl Gpu {
    /// The variant that is the fastest for so many features, as its place in [`VARIANTS`], and its products a millisecond.
    pub(super) async fn choose(&mut self, width: usize) -> Result<(usize, f64)> {
        let speeds = match self.speeds {
            Some(speeds) => speeds,
            None => {
                let mut speeds = [0.0; VARIANTS.len()];
                for (speed, variant) in speeds.iter_mut().zip(VARIANTS) {
                    *speed = self.time(variant).await?;
                }
                *self.speeds.insert(speeds)
            }
        };
        // A large tile computes more that nobody needs where there are few features.
        let time = |choice: usize| {
            let side = VARIANTS[choice].side();
            let tiles = width.div_ceil(side);
            (tiles * (tiles + 1) / 2 * side * side) as f64 / speeds[choice]
        };
        let best = (0..VARIANTS.len()).min_by(|&a, &b| time(a).total_cmp(&time(b))).unwrap_or(0);
        Ok((best, speeds[best]))
    }

    /// Products a millisecond of one variant.
    async fn time(&mut self, variant: Variant) -> Result<f64> {
        let kernel = self.kernel(variant, Numbers::Floats).await?;
        let Some(tiling) = Tiling::new(WIDTH, variant.side(), MOST_SLOTS as usize, self.buffer_bytes) else {
            return Ok(0.0);
        };
        let (panels, tiles) = (WIDTH / 16, tiling.bands[0].len());
        // Numbers that are neither zero nor alike: some adapters save power on those, and time with it.
        let numbers: Vec<[u32; 1]> =
            (0..WIDTH * GPU_RUN).map(|i| [((i * 2_654_435_761) as u32 as f32 / 4e9 - 0.5).to_bits()]).collect();
        let storage = wgpu::BufferUsages::STORAGE;
        let samples = self.filled("tuning", &bytes_of(&numbers), storage).await?;
        let list = self.filled("tuning", &bytes_of(&tiling.bands[0]), storage).await?;
        let sums = self.buffer("tuning", tiling.band_bytes(0), storage).await?;
        // The first submission is not timed: it waits for the compiler.
        let (mut runs, mut is_warm) = (1, false);
        loop {
            let slots = MOST_SLOTS.min(runs);
            let words = [0, slots, panels as u32, tiles as u32, 1f32.to_bits(), 0, 0, 0];
            let task = self.filled("tuning", &bytes_of(&[words]), wgpu::BufferUsages::UNIFORM).await?;
            let each = runs / slots;
            let mut work: Vec<[u32; 4]> =
                (0..slots).map(|slot| [slot, slots + slot * each, slots + (slot + 1) * each, 20]).collect();
            work.resize((slots + runs) as usize, [0, GPU_RUN as u32, 0, 0]);
            let work = self.filled("tuning", &bytes_of(&work), storage).await?;
            let group = bind(self, &kernel.layout, &[(0, &task), (1, &samples), (2, &work), (3, &list), (4, &sums)]);
            let started = self.now();
            submit(self, &kernel.pipeline, &group, tiles as u32 * slots);
            self.done().await;
            self.check()?;
            let took = self.now() - started;
            if is_warm && (took >= LONG_ENOUGH || runs >= MOST_RUNS) {
                let products = tiling.products(tiles) * (GPU_RUN as u32 * runs) as f64;
                return Ok(products / took.max(0.1));
            }
            if is_warm {
                runs *= 4;
            }
            is_warm = true;
        }
    }
}
