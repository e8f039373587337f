/*!
Lesson 4, *Finite n*: what a sample of n rows shows of a power law that is known.

A population of d independent directions has the variances λ_k = k^−α. n Gaussian rows of it have a covariance with other eigenvalues: the first ones are too large, the last ones too small,
the more so the fewer rows there are for each column. As n and d grow together, the sample's eigenvalues settle on a curve that the population determines (Marchenko and Pastur 1967; Silverstein
and Choi 1995, in [`expected`]), so that this is no noise that a mean over samples would take away.

Of α = 0, pure noise, the curve is known in closed form, as a density of eigenvalues: [`density`].
*/

mod noise;

use serde::{Deserialize, Serialize};

pub use noise::{Noise, NoiseBar, density, edges};

use crate::error::{Result, group};
use crate::fit::expected::expected;
use crate::fit::map::decimal;
use crate::fit::{DEFAULT_WINDOW, Weight, power_law};
use crate::plot::{self, Bar, Figure, Line, PlotOptions, Spectra};
use crate::synth::Law;
use crate::synth::draw::sample_eigenvalues;
use crate::synth::random::Random;

/// n/d of the points of α(n): each twice the one before.
pub const RATIOS: [f64; 7] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

/// Samples of each n. The standard error of a mean of twelve is 0.3 of their deviation.
pub const DRAWS: usize = 12;

/// Styles of the lines, as the legend has them: true spectra through, what is expected in dashes of the sample's colour.
pub const SAMPLE: usize = 0;
/// See [`SAMPLE`].
pub const TRUTH: usize = 1;
/// See [`SAMPLE`].
pub const EXPECTED: usize = 6;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// α of the population.
    pub alpha: f64,
    /// d.
    pub columns: usize,
    /// n.
    pub rows: u64,
    /// Another seed is another sample.
    pub seed: u32,
}

impl Settings {
    /// The population's law.
    pub fn law(&self) -> Law {
        Law::PowerLaw { alpha: self.alpha }
    }
}

/// One population, one sample of it, and what samples of so many rows show.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The population's eigenvalues, d of them.
    pub truth: Vec<f64>,
    /// One sample's, as many as it has above zero.
    pub sample: Vec<f64>,
    /// Where theory expects them.
    pub expected: Vec<f64>,
}

impl Seen {
    /// # Errors
    ///
    /// `TooFewRows` below two.
    pub fn new(settings: Settings) -> Result<Seen> {
        let Settings { columns, rows, seed, .. } = settings;
        let law = settings.law();
        let truth = law.variances(columns);
        let mut sample = sample_eigenvalues(&truth, rows, &mut Random::new(u64::from(seed)))?;
        sample.truncate(ranks(columns, rows));
        Ok(Seen { expected: expected_eigenvalues(&law, 0.0, columns, rows), truth, sample })
    }

    /// How many times the first eigenvalue is expected to be what it is in the population.
    pub fn head(&self) -> Option<f64> {
        Some(self.expected.first()? / self.truth[0])
    }

    /// The same of the last one that a sample has.
    pub fn tail(&self) -> Option<f64> {
        let last = self.expected.len().checked_sub(1)?;
        Some(self.expected[last] / self.truth[last])
    }
}

/// The numbers beside the picture. `None` where a sample has too few ranks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// n / d.
    pub ratio: f64,
    /// Ranks of the sample.
    pub ranks: usize,
    /// α of the sample over ranks 11–100.
    pub alpha: Option<f64>,
    /// Where theory expects it.
    pub expected_alpha: Option<f64>,
    /// [`Seen::head`].
    pub head: Option<f64>,
    /// [`Seen::tail`].
    pub tail: Option<f64>,
    /// All of it in words.
    pub summary: String,
}

impl Seen {
    /// The numbers of it.
    pub fn numbers(&self, settings: Settings) -> Numbers {
        let Settings { alpha: true_alpha, columns, rows, .. } = settings;
        let (head, tail) = (self.head(), self.tail());
        let mut numbers = Numbers {
            ratio: rows as f64 / columns as f64,
            ranks: self.sample.len(),
            alpha: alpha(&self.sample),
            expected_alpha: alpha(&self.expected),
            head,
            tail,
            summary: String::new(),
        };
        let times = |value: Option<f64>| value.map_or("an unknown number of".to_owned(), plot::two_digits);
        let of_sample = match numbers.alpha {
            Some(alpha) => format!("Over ranks 11 to 100 the sample has α = {}", decimal(alpha, 3)),
            None => "The sample has too few ranks for an α over ranks 11 to 100".to_owned(),
        };
        numbers.summary = format!(
            "{} rows of {} columns, {} rows for each column. The true spectrum falls as k to the power −{}. In samples of this size the first eigenvalue is expected at {} times \
             the true one, and the last, of rank {}, at {} times. {of_sample}; the truth is {}.",
            group(rows),
            group(columns as u64),
            plot::two_digits(numbers.ratio),
            decimal(true_alpha, 2),
            times(head),
            group(self.expected.len() as u64),
            times(tail),
            decimal(true_alpha, 2),
        );
        numbers
    }

    /// The true spectrum, one sample's and what theory expects of samples.
    pub fn picture(&self, options: PlotOptions) -> Spectra {
        plot::spectra(
            &[line(&self.sample, SAMPLE), line(&self.expected, EXPECTED), line(&self.truth, TRUTH)],
            false,
            options,
        )
    }
}

/// A line of a picture.
pub(super) fn line(eigenvalues: &[f64], style: usize) -> Line {
    Line { eigenvalues: eigenvalues.to_vec(), total: eigenvalues.iter().sum(), style, strong: false }
}

/// Ranks that centred features have: min(n − 1, d).
pub fn ranks(columns: usize, rows: u64) -> usize {
    usize::try_from(rows.saturating_sub(1)).map_or(columns, |freedom| freedom.min(columns))
}

/// Where the eigenvalues of a sample are expected, of a law with noise of some variance on every direction.
pub fn expected_eigenvalues(law: &Law, noise: f64, columns: usize, rows: u64) -> Vec<f64> {
    let log_population = |rank: f64| libm::log(law.variance(rank) + noise);
    let freedom = (rows.saturating_sub(1)).min(usize::MAX as u64) as usize;
    expected(log_population, columns, freedom, ranks(columns, rows)).into_iter().map(libm::exp).collect()
}

/// α over ranks 11–100, clipped to those that there are. `None` where they are too few.
pub fn alpha(eigenvalues: &[f64]) -> Option<f64> {
    let usable = eigenvalues.iter().take_while(|value| **value > 0.0).count();
    power_law(eigenvalues, usable, DEFAULT_WINDOW, Weight::InverseRank).ok().map(|fit| fit.alpha)
}

/// α of several samples of each n, drawn one after the other.
#[derive(Clone, Debug)]
pub struct AlphaOfN {
    settings: Settings,
    truth: Vec<f64>,
    /// Of each n the α that theory expects.
    expected: Vec<Option<f64>>,
    /// Of each n the α of its draws.
    drawn: Vec<Vec<f64>>,
    /// Draws so far, of all n.
    draws: usize,
}

/// α at one n.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AlphaAt {
    /// n / d.
    pub ratio: f64,
    /// n.
    pub rows: u64,
    /// Where theory expects α.
    pub expected: Option<f64>,
    /// Mean over the draws.
    pub mean: Option<f64>,
    /// Standard deviation over the draws: how far one such sample may be from the mean. `None` for fewer than two.
    pub deviation: Option<f64>,
}

impl AlphaOfN {
    /// No draws yet.
    pub fn new(settings: Settings) -> AlphaOfN {
        let law = settings.law();
        let expected = RATIOS
            .iter()
            .map(|ratio| alpha(&expected_eigenvalues(&law, 0.0, settings.columns, rows_at(*ratio, settings.columns))))
            .collect();
        let truth = law.variances(settings.columns);
        AlphaOfN { settings, truth, expected, drawn: vec![Vec::new(); RATIOS.len()], draws: 0 }
    }

    /// Draws one more sample, of each n in turn. False where all are drawn.
    ///
    /// # Errors
    ///
    /// `NoConvergence`.
    pub fn draw(&mut self) -> Result<bool> {
        let round = self.draws / RATIOS.len();
        if round == DRAWS {
            return Ok(false);
        }
        let index = self.draws % RATIOS.len();
        // Each draw has a stream of its own, whatever was drawn before it.
        let seed = (u64::from(self.settings.seed) << 32) | self.draws as u64;
        let sample =
            sample_eigenvalues(&self.truth, rows_at(RATIOS[index], self.settings.columns), &mut Random::new(seed))?;
        self.drawn[index].extend(alpha(&sample));
        self.draws += 1;
        Ok(true)
    }

    /// Draws of all n, and how many there will be.
    pub fn progress(&self) -> (usize, usize) {
        (self.draws, DRAWS * RATIOS.len())
    }

    /// α against n/d as far as it is drawn: the true α in dashes, the curve of theory, the samples, and where `rows` are.
    pub fn picture(&self, rows: u64, options: PlotOptions) -> Figure {
        let points = self.points();
        let bars: Vec<Bar> = points
            .iter()
            .map(|&AlphaAt { ratio, expected, mean, deviation, .. }| Bar { x: ratio, expected, mean, deviation })
            .collect();
        let here = rows as f64 / self.settings.columns as f64;
        let summary = format!(
            "α over ranks 11 to 100 against rows for each column, of {} columns. True α: {}. {}",
            self.settings.columns,
            decimal(self.settings.alpha, 2),
            in_words(points.iter().map(|point| (plot::two_digits(point.ratio), point.mean))),
        );
        plot::bars(&bars, self.settings.alpha, Some(here), ("rows for each column", "n/d"), summary, options)
    }

    /// What is known by now.
    pub fn points(&self) -> Vec<AlphaAt> {
        let points = self.drawn.iter().enumerate().map(|(index, drawn)| {
            let (mean, deviation) = moments(drawn);
            let (ratio, expected) = (RATIOS[index], self.expected[index]);
            AlphaAt { ratio, rows: rows_at(ratio, self.settings.columns), expected, mean, deviation }
        });
        points.collect()
    }
}

/// n at n/d.
fn rows_at(ratio: f64, columns: usize) -> u64 {
    (ratio * columns as f64) as u64
}

/// Mean α at each place that has one.
pub(super) fn in_words(points: impl Iterator<Item = (String, Option<f64>)>) -> String {
    let known: Vec<String> =
        points.filter_map(|(place, mean)| Some(format!("{} at {place}", decimal(mean?, 2)))).collect();
    if known.is_empty() {
        "No samples are drawn yet.".to_owned()
    } else {
        format!("Means of samples: {}.", known.join(", "))
    }
}

/// Mean and standard deviation.
pub fn moments(numbers: &[f64]) -> (Option<f64>, Option<f64>) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    ((count >= 1.0).then_some(mean), (count >= 2.0).then(|| (squares / (count - 1.0)).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings { alpha: 1.0, columns: 128, rows: 64, seed: 7 };

    #[test]
    fn the_head_inflates_and_the_tail_sinks_the_more_the_fewer_rows() {
        let mut before = (f64::INFINITY, 0.0);
        for ratio in RATIOS {
            let seen = Seen::new(Settings { rows: (ratio * 128.0) as u64, ..SETTINGS }).unwrap();
            let (head, tail) = (seen.head().unwrap(), seen.tail().unwrap());
            assert!(head > 1.0 && head < before.0, "n/d {ratio}: {head} {}", before.0);
            if ratio > 1.0 {
                assert!(tail < 1.0 && tail > before.1, "n/d {ratio}: {tail} {}", before.1);
            }
            before = (head, if ratio > 1.0 { tail } else { 0.0 });
        }
    }

    /// Four standard errors of the mean, and what theory itself is off by (fit::expected: 0.02 of log λ).
    #[test]
    fn alpha_of_n_is_where_theory_expects_it() {
        for alpha in [0.0, 0.5, 1.0, 1.5] {
            let mut alphas = AlphaOfN::new(Settings { alpha, ..SETTINGS });
            while alphas.draw().unwrap() {}
            assert_eq!(alphas.progress(), (84, 84));
            for point in alphas.points() {
                let (mean, deviation, expected) =
                    (point.mean.unwrap(), point.deviation.unwrap(), point.expected.unwrap());
                let allowed = 4.0 * deviation / (DRAWS as f64).sqrt() + 0.02;
                assert!((mean - expected).abs() < allowed, "α {alpha}, n/d {}: {mean} {expected}", point.ratio);
            }
        }
    }

    #[test]
    fn draws_do_not_depend_on_when_they_are_asked_for() {
        let all = |pauses: bool| {
            let mut alphas = AlphaOfN::new(SETTINGS);
            while alphas.draw().unwrap() {
                if pauses {
                    alphas.points();
                }
            }
            alphas.points()
        };
        assert_eq!(all(false), all(true));
        assert_ne!(all(false)[0].mean, {
            let mut other = AlphaOfN::new(Settings { seed: 8, ..SETTINGS });
            other.draw().unwrap();
            other.points()[0].mean
        });
    }
}
