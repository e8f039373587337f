/*!
Lesson 5, *Noise floor*: isotropic noise on a power law.

Independent noise of variance σ² on every feature adds σ² to each eigenvalue of the population, whatever the signal's directions are: λ_k = k^−α + σ². Where k^−α falls
below σ² the spectrum is flat, and a fit that reaches there finds a smaller α although the signal is the same. A sample of n rows spreads the flat part out up to the noise edge
σ²(1 + √γ)², γ = d/(n − 1) (Marchenko and Pastur 1967). A direction of the signal is seen above that edge only where its variance is more than σ²√γ (Baik, Ben Arous and Péché 2005; Baik and
Silverstein 2006).
*/

use serde::{Deserialize, Serialize};

use super::finite_n::{SAMPLE, TRUTH, alpha, edges, expected_eigenvalues, in_words, line, moments, ranks};
use crate::error::{Result, group};
use crate::fit::map::decimal;
use crate::plot::{self, Bar, Figure, PlotOptions, Spectra};
use crate::synth::Law;
use crate::synth::draw::sample_eigenvalues;
use crate::synth::random::Random;

/// log₁₀ of the variances of noise at the points of α(σ²).
pub const DECADES: [f64; 9] = [-4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0];

/// Samples of each. The standard error of a mean of eight is 0.35 of their deviation.
pub const DRAWS: usize = 8;

/// Styles of the lines, beside those of lesson 4: the signal's spectrum with noise in dashes of the signal's colour, the noise edge in dots.
pub const WITH_NOISE: usize = 7;
/// See [`WITH_NOISE`].
pub const EDGE: usize = 15;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// α of the signal.
    pub alpha: f64,
    /// σ²; 0 for none.
    pub noise: f64,
    /// d.
    pub columns: usize,
    /// n.
    pub rows: u64,
    /// Another seed is another sample.
    pub seed: u32,
}

impl Settings {
    fn law(&self) -> Law {
        Law::PowerLaw { alpha: self.alpha }
    }

    /// k^−α + σ².
    fn population(&self) -> Vec<f64> {
        let mut population = self.law().variances(self.columns);
        population.iter_mut().for_each(|value| *value += self.noise);
        population
    }
}

/// One signal, the same with noise, and one sample of that.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The signal's eigenvalues.
    pub signal: Vec<f64>,
    /// The population's, with noise.
    pub population: Vec<f64>,
    /// One sample's, as many as it has above zero.
    pub sample: Vec<f64>,
    /// σ²(1 + √γ)²; 0 without noise.
    pub edge: f64,
    /// Directions whose variance is more than σ²√γ: the ones that a large sample of this n/d shows above the edge.
    pub detectable: usize,
    /// Eigenvalues of this sample above the edge.
    pub above: usize,
    /// Ranks of the signal that are at or above σ².
    pub over_noise: usize,
}

impl Seen {
    /// # Errors
    ///
    /// `TooFewRows` below two.
    pub fn new(settings: Settings) -> Result<Seen> {
        let Settings { noise, columns, rows, seed, .. } = settings;
        let signal = settings.law().variances(columns);
        let population = settings.population();
        let mut sample = sample_eigenvalues(&population, rows, &mut Random::new(u64::from(seed)))?;
        sample.truncate(ranks(columns, rows));
        let edge = noise * edges(columns, rows).1;
        let threshold = noise * (columns as f64 / (rows - 1) as f64).sqrt();
        let over = |limit: f64| signal.iter().take_while(|value| **value >= limit).count();
        Ok(Seen {
            edge,
            detectable: over(threshold),
            above: sample.iter().take_while(|value| **value > edge).count(),
            over_noise: over(noise),
            signal,
            population,
            sample,
        })
    }
}

/// The numbers beside the picture. `None` where a sample has too few ranks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// α of the signal with noise, as endless rows would show it, over ranks 11–100.
    pub population_alpha: Option<f64>,
    /// α of the sample.
    pub alpha: Option<f64>,
    /// See [`Seen`].
    pub edge: f64,
    /// See [`Seen`].
    pub above: usize,
    /// See [`Seen`].
    pub detectable: usize,
    /// See [`Seen`].
    pub over_noise: usize,
    /// All of it in words.
    pub summary: String,
}

impl Seen {
    /// The numbers of it.
    pub fn numbers(&self, settings: Settings) -> Numbers {
        let mut numbers = Numbers {
            population_alpha: alpha(&self.population),
            alpha: alpha(&self.sample),
            edge: self.edge,
            above: self.above,
            detectable: self.detectable,
            over_noise: self.over_noise,
            summary: String::new(),
        };
        let shown = |alpha: Option<f64>| alpha.map_or("unknown".to_owned(), |alpha| decimal(alpha, 3));
        let noise = if settings.noise > 0.0 {
            format!(
                "Noise of variance {} on each of {} features; the signal is above it up to rank {}. The noise edge is at {}, and {} eigenvalues of the sample of {} rows are above it.",
                plot::two_digits(settings.noise),
                group(settings.columns as u64),
                group(self.over_noise as u64),
                plot::two_digits(self.edge),
                group(self.above as u64),
                group(settings.rows),
            )
        } else {
            format!("No noise on {} features, {} rows.", group(settings.columns as u64), group(settings.rows))
        };
        numbers.summary = format!(
            "{noise} Over ranks 11 to 100 the signal has α = {}, with the noise {}, and the sample {}.",
            decimal(settings.alpha, 2),
            shown(numbers.population_alpha),
            shown(numbers.alpha),
        );
        numbers
    }

    /// The signal's spectrum, the same with noise, a sample of that, and the noise edge.
    pub fn picture(&self, options: PlotOptions) -> Spectra {
        let mut lines = vec![line(&self.sample, SAMPLE), line(&self.signal, TRUTH)];
        if self.edge > 0.0 {
            lines.insert(1, line(&self.population, WITH_NOISE));
            lines.push(line(&vec![self.edge; self.signal.len()], EDGE));
        }
        plot::spectra(&lines, false, options)
    }
}

/// α of several samples at each variance of noise, drawn one after the other.
#[derive(Clone, Debug)]
pub struct AlphaOfNoise {
    settings: Settings,
    /// At each variance the α of the population, and the α that theory expects of a sample.
    known: Vec<(Option<f64>, Option<f64>)>,
    drawn: Vec<Vec<f64>>,
    draws: usize,
}

/// α at one variance of noise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AlphaAt {
    /// σ².
    pub noise: f64,
    /// α of the population with this noise, as endless rows would show it.
    pub population: Option<f64>,
    /// Where theory expects the α of a sample of n rows.
    pub expected: Option<f64>,
    /// Mean over the draws.
    pub mean: Option<f64>,
    /// Standard deviation over the draws; `None` for fewer than two.
    pub deviation: Option<f64>,
}

impl AlphaOfNoise {
    /// No draws yet. The variance that is chosen has no part in it.
    pub fn new(settings: Settings) -> AlphaOfNoise {
        let mut alphas = AlphaOfNoise { settings, known: Vec::new(), drawn: vec![Vec::new(); DECADES.len()], draws: 0 };
        alphas.known = (0..DECADES.len())
            .map(|index| {
                let settings = alphas.at(index);
                let Settings { noise, columns, rows, .. } = settings;
                let expected = expected_eigenvalues(&settings.law(), noise, columns, rows);
                (alpha(&settings.population()), alpha(&expected))
            })
            .collect();
        alphas
    }

    fn at(&self, index: usize) -> Settings {
        Settings { noise: libm::pow(10.0, DECADES[index]), ..self.settings }
    }

    /// Draws one more sample, at each variance in turn. False where all are drawn.
    ///
    /// # Errors
    ///
    /// `NoConvergence`.
    pub fn draw(&mut self) -> Result<bool> {
        let round = self.draws / DECADES.len();
        if round == DRAWS {
            return Ok(false);
        }
        let index = self.draws % DECADES.len();
        // The same numbers at every variance: what differs between the points is the noise alone.
        let seed = (u64::from(self.settings.seed) << 32) | round as u64;
        let population = self.at(index).population();
        let sample = sample_eigenvalues(&population, self.settings.rows, &mut Random::new(seed))?;
        self.drawn[index].extend(alpha(&sample));
        self.draws += 1;
        Ok(true)
    }

    /// Draws at all variances, and how many there will be.
    pub fn progress(&self) -> (usize, usize) {
        (self.draws, DRAWS * DECADES.len())
    }

    /// α against the variance of noise as far as it is drawn: the signal's α in dashes, the curve of theory, the samples, and where `noise` is.
    pub fn picture(&self, noise: f64, options: PlotOptions) -> Figure {
        let points = self.points();
        let bars: Vec<Bar> = points
            .iter()
            .map(|&AlphaAt { noise, expected, mean, deviation, .. }| Bar { x: noise, expected, mean, deviation })
            .collect();
        let here = (noise > 0.0).then_some(noise);
        let summary = format!(
            "α over ranks 11 to 100 against the variance of noise, of {} rows and {} columns. α of the signal: {}. {}",
            group(self.settings.rows),
            self.settings.columns,
            decimal(self.settings.alpha, 2),
            in_words(points.iter().map(|point| (plot::two_digits(point.noise), point.mean))),
        );
        plot::bars(&bars, self.settings.alpha, here, ("variance of noise", "σ²"), summary, options)
    }

    /// What is known by now.
    pub fn points(&self) -> Vec<AlphaAt> {
        let points = self.drawn.iter().enumerate().map(|(index, drawn)| {
            let (mean, deviation) = moments(drawn);
            let (population, expected) = self.known[index];
            AlphaAt { noise: self.at(index).noise, population, expected, mean, deviation }
        });
        points.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings { alpha: 1.0, noise: 0.01, columns: 256, rows: 1024, seed: 7 };

    #[test]
    fn alpha_falls_with_noise_though_the_signal_is_the_same() {
        let mut alphas = AlphaOfNoise::new(SETTINGS);
        while alphas.draw().unwrap() {}
        let points = alphas.points();
        for pair in points.windows(2) {
            assert!(pair[1].population.unwrap() < pair[0].population.unwrap());
            assert!(pair[1].mean.unwrap() < pair[0].mean.unwrap());
        }
        // Little noise leaves α, and much of it leaves nothing of α.
        assert!((points[0].population.unwrap() - 1.0).abs() < 0.02);
        assert!(points[8].population.unwrap() < 0.05);
        for point in points {
            let allowed = 4.0 * point.deviation.unwrap() / (DRAWS as f64).sqrt() + 0.02;
            let (mean, expected) = (point.mean.unwrap(), point.expected.unwrap());
            assert!((mean - expected).abs() < allowed, "σ² {}: {mean} {expected}", point.noise);
        }
    }

    #[test]
    fn the_signal_is_over_the_noise_up_to_where_its_law_says() {
        // k^−1 ≥ 0.01 up to k = 100; k^−1 ≥ 0.01·√(256/1023) = 0.005 up to k = 199.
        let seen = Seen::new(SETTINGS).unwrap();
        assert_eq!((seen.over_noise, seen.detectable), (100, 199));
        let clean = Seen::new(Settings { noise: 0.0, ..SETTINGS }).unwrap();
        assert_eq!((clean.over_noise, clean.detectable, clean.above, clean.edge), (256, 256, 256, 0.0));
    }

    /// Noise so strong that one direction alone stands out, and noise so strong that none does.
    #[test]
    fn as_many_stand_out_of_the_noise_edge_as_theory_says() {
        for (noise, expected) in [(0.05, None), (0.8, Some(1)), (5.0, Some(0))] {
            let seen = Seen::new(Settings { alpha: 1.5, noise, ..SETTINGS }).unwrap();
            if let Some(expected) = expected {
                assert_eq!(seen.detectable, expected, "σ² {noise}");
            }
            // Near the edge single eigenvalues go either way.
            assert!(seen.above.abs_diff(seen.detectable) <= 2, "σ² {noise}: {} {}", seen.above, seen.detectable);
        }
    }
}
