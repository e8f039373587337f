/*! Pure noise: one sample's eigenvalues beside the density of Marchenko and Pastur. */

use std::f64::consts::PI;

use super::{Settings, ranks};
use crate::error::{Result, group};
use crate::plot::{self, Figure, PlotOptions};
use crate::synth::Law;
use crate::synth::draw::sample_eigenvalues;
use crate::synth::random::Random;

/// Bars of the histogram of noise.
const BINS: usize = 40;

/// Steps of the sum that is the density's part of a bar.
const STEPS_A_BAR: usize = 100;

/// One sample of pure noise of some n and d, whose true eigenvalues are all 1, beside the density of Marchenko and Pastur.
#[derive(Clone, Debug)]
pub struct Noise {
    columns: usize,
    rows: u64,
    /// The sample's eigenvalues above zero.
    sample: Vec<f64>,
}

/// A bar of its histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseBar {
    /// Where the bar begins and ends.
    pub range: (f64, f64),
    /// Eigenvalues of the sample in it.
    pub count: usize,
    /// How many of so many eigenvalues the density has there.
    pub expected: f64,
}

impl Noise {
    /// Of settings, whose α is nothing to it.
    ///
    /// # Errors
    ///
    /// `TooFewRows` below two.
    pub fn new(Settings { columns, rows, seed, .. }: Settings) -> Result<Noise> {
        let truth = Law::PowerLaw { alpha: 0.0 }.variances(columns);
        let mut sample = sample_eigenvalues(&truth, rows, &mut Random::new(u64::from(seed)))?;
        sample.truncate(ranks(columns, rows));
        Ok(Noise { columns, rows, sample })
    }

    /// What the histogram reaches over. A sample's largest may lie a little beyond the edge; where zero is near, it is in the picture.
    fn range(&self) -> (f64, f64) {
        let (low, high) = edges(self.columns, self.rows);
        let room = 0.08 * (high - low);
        ((low - room).max(0.0), high + room)
    }

    fn density(&self, x: f64) -> f64 {
        density(x, self.columns, self.rows)
    }

    /// Its histogram and the density over it.
    pub fn picture(&self, options: PlotOptions) -> Figure {
        let (low, high) = edges(self.columns, self.rows);
        let summary = format!(
            "Histogram of the {} eigenvalues of a sample of noise whose true eigenvalues are all 1. They run from {} to {}; the density of Marchenko and Pastur is above zero from {} to {}.",
            group(self.sample.len() as u64),
            plot::two_digits(self.sample.last().copied().unwrap_or(0.0)),
            plot::two_digits(self.sample[0]),
            plot::two_digits(low),
            plot::two_digits(high),
        );
        plot::histogram(&self.sample, self.range(), BINS, |x| self.density(x), summary, options)
    }

    /// The bars of that picture, in numbers.
    pub fn bars(&self) -> Vec<NoiseBar> {
        let (from, to) = self.range();
        let width = (to - from) / BINS as f64;
        let bin = |value: f64| (((value - from) / width) as usize).min(BINS - 1);
        let mut counts = [0; BINS];
        self.sample.iter().filter(|value| (from..=to).contains(*value)).for_each(|value| counts[bin(*value)] += 1);
        let bar = |(index, count)| {
            let range = (from + index as f64 * width, from + (index + 1) as f64 * width);
            // In steps of √x: where n − 1 = d the density grows like 1/√x towards zero.
            let (low, step) = (range.0.sqrt(), (range.1.sqrt() - range.0.sqrt()) / STEPS_A_BAR as f64);
            let roots = (0..STEPS_A_BAR).map(|i| low + (i as f64 + 0.5) * step);
            let share: f64 = roots.map(|root| self.density(root * root) * 2.0 * root * step).sum();
            NoiseBar { range, count, expected: share * self.sample.len() as f64 }
        };
        counts.into_iter().enumerate().map(bar).collect()
    }
}

/// The ends of what the eigenvalues of noise of variance 1 fill: (1 ± √γ)², γ = d / (n − 1). Where γ > 1 there are zeros beside.
pub fn edges(columns: usize, rows: u64) -> (f64, f64) {
    let root = (columns as f64 / (rows - 1) as f64).sqrt();
    ((1.0 - root).powi(2), (1.0 + root).powi(2))
}

/// The density of the eigenvalues above zero of noise of variance 1 (Marchenko and Pastur 1967):
///
/// > f(x) = √((λ₊ − x)(x − λ₋)) / (2π·γ·x),
///
/// divided by the part of the eigenvalues that is not zero, min(1, 1/γ).
pub fn density(x: f64, columns: usize, rows: u64) -> f64 {
    let (low, high) = edges(columns, rows);
    if x <= low || x >= high {
        return 0.0;
    }
    let ratio = columns as f64 / (rows - 1) as f64;
    ((high - x) * (x - low)).sqrt() / (2.0 * PI * ratio * x) * ratio.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::Seen;
    use super::*;

    const SETTINGS: Settings = Settings { alpha: 1.0, columns: 128, rows: 64, seed: 7 };

    #[test]
    fn bars_of_noise_have_the_whole_sample_and_what_is_expected_of_it() {
        for (columns, rows) in [(128, 300), (512, 8192), (128, 129), (256, 64)] {
            let noise = Noise::new(Settings { columns, rows, ..SETTINGS }).unwrap();
            let bars = noise.bars();
            let all = ranks(columns, rows);
            assert_eq!(bars.iter().map(|bar| bar.count).sum::<usize>(), all, "{columns} {rows}");
            let expected: f64 = bars.iter().map(|bar| bar.expected).sum();
            assert!((expected / all as f64 - 1.0).abs() < 2e-3, "{columns} {rows}: {expected}");
            // Eigenvalues repel each other: a bar is off by much less than the root of what is expected in it.
            let off: f64 = bars.iter().map(|bar| (bar.count as f64 - bar.expected).abs()).fold(0.0, f64::max);
            let most = bars.iter().map(|bar| bar.expected).fold(0.0, f64::max);
            assert!(off < 3.0 * most.sqrt(), "{columns} {rows}: {off}");
            assert!(bars.windows(2).all(|pair| pair[0].range.1 == pair[1].range.0));
        }
    }

    /// A density over all it fills is 1, and its mean is that of the eigenvalues above zero: max(1, γ).
    #[test]
    fn the_density_of_noise_is_one() {
        for (columns, rows) in [(100, 401), (100, 101), (100, 26)] {
            let (low, high) = edges(columns, rows);
            const STEPS: usize = 200_000;
            let step = (high - low) / STEPS as f64;
            let (mut mass, mut mean) = (0.0, 0.0);
            for i in 0..STEPS {
                let x = low + (i as f64 + 0.5) * step;
                mass += density(x, columns, rows) * step;
                mean += x * density(x, columns, rows) * step;
            }
            let ratio = columns as f64 / (rows - 1) as f64;
            assert!((mass - 1.0).abs() < 3e-3, "{columns} {rows}: {mass}");
            assert!((mean - ratio.max(1.0)).abs() < 3e-3, "{columns} {rows}: {mean}");
        }
    }

    /// Each tenth of the eigenvalues of one large sample of noise is where the density says, to 0.02.
    #[test]
    fn samples_of_noise_have_that_density() {
        for (columns, rows) in [(300, 1200), (300, 150)] {
            let seen = Seen::new(Settings { alpha: 0.0, columns, rows, seed: 3 }).unwrap();
            let (low, high) = edges(columns, rows);
            const STEPS: usize = 20_000;
            let step = (high - low) / STEPS as f64;
            let mut mass = 0.0;
            for i in 0..STEPS {
                let x = low + (i as f64 + 0.5) * step;
                mass += density(x, columns, rows) * step;
                if i % (STEPS / 10) == 0 {
                    let below = seen.sample.iter().filter(|value| **value < x).count() as f64;
                    assert!((below / seen.sample.len() as f64 - mass).abs() < 0.02, "{columns} {rows}: {x}");
                }
            }
        }
    }
}
