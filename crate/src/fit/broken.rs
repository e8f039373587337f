/*!
One power law, or two?

A broken power law has the exponent α₁ up to a rank k₀ and α₂ past it: of straight lines in log k that meet at k₀,

> log λ_k = b − α₁·log k − (α₂ − α₁)·max(log(k / k₀), 0).

Finite samples bend a single law as well, the head up and the tail down, so the two models are not compared with the
eigenvalues as they are: each is asked which *sample* spectrum it would give for this n and d
([`expected`](super::expected)). With c_k = E log λ_k − log τ_k, the shift that sampling makes of the model's own
population τ, a model is fitted to log λ_k − c_k, its c_k is found anew, and so on until the exponents stay where they
are. The single law's exponent is then an estimate of the population's α, without the bias of few rows: of simulated
Gaussian laws it is right to 0.03 in the mean from n = d/2 on.

Ranks 1 … min(n − 1, d) / 2 are used, with weights 1/k as in the fit. Past that, how the population ends decides what
is seen, and few features have a last eigenvalue that belongs to any law.

The comparison is by BIC (Schwarz 1978), Σ residual² / (k·s²) + p·log(ranks), with p = 2 parameters (α, b) against 4
(α₁, α₂, k₀, b). Which noise s² is one entitled to? For Gaussian rows Var(log λ̂) is 2/m for an eigenvalue by itself
(Anderson 1963; m = n − 1), and less for those that neighbours hold in place; these neighbours move together, however,
so that ranks k … e·k, of total weight 1, count as one observation of variance 2/m. Real features have no Gaussian rows
and no exact law; so s² is the larger of 2/m and the variance that the better model, the broken one, leaves over. For
two laws to be chosen there they must explain nearly three times as much as one.

Of 2250 samples of Gaussian single laws (d = 200, α 0.5 to 1.5, n/d 0.5 to 8) it took none for two, and of 400 of a law
as in mouse visual cortex (0.52 up to rank 15, then 1.20; n/d 1 to 8) none for one; the tests repeat fewer. Heavy tails
that features share are another matter: with rows of Student's t, 5 degrees of freedom, a spectrum as flat as α = 0.5
does bend and is called broken in one run of three or less.
*/

use serde::{Deserialize, Serialize};

use super::expected::{expected, population};
use super::{Window, is_flat};

/// With fewer ranks, two lines fit anything.
const MIN_RANKS: usize = 12;

/// A piece spans at least a factor of 3 in rank, about one observation (see above): the break is at rank 3 or later,
const MIN_FACTOR: usize = 3;

/// and the exponents differ by more than this. Choosing another of the windows in use moves α by as much.
const MIN_DIFFERENCE: f64 = 0.1;

/// Settled: far less than any α is shown with.
const TOLERANCE: f64 = 1e-4;

/// Rounds until the shift fits the model that it is of. Ten were enough for each of 2250 simulated power laws.
const MAX_ROUNDS: usize = 10;

/// Which model has the smaller BIC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chosen {
    /// One power law.
    Single,
    /// Two power laws that meet.
    Broken,
}

/// A broken power law against a single one. All exponents are of the population, with the effect of n taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Broken {
    /// The better model.
    pub chosen: Chosen,
    /// α of the single law as far as its rounds came: settled, but for flat spectra, whose samples hardly change with
    /// α.
    pub alpha: f64,
    /// α up to the break.
    pub alpha_before: f64,
    /// α past the break.
    pub alpha_after: f64,
    /// Rank at which the two laws meet.
    pub break_rank: usize,
    /// BIC of the single law; the smaller the better.
    pub bic_single: f64,
    /// BIC of the broken law.
    pub bic_broken: f64,
    /// First rank that both are fitted to.
    pub first: usize,
    /// Last rank that both are fitted to.
    pub last: usize,
    /// The single law's α, where it is the better model and its rounds have settled.
    pub corrected_alpha: Option<f64>,
}

impl Broken {
    /// log τ of the broken law at a rank, with log τ₁ = 0.
    pub fn log_value(&self, rank: f64) -> f64 {
        log_value(self.alpha_before, self.alpha_after, self.break_rank, rank)
    }
}

/// Compares a broken power law with a single one, over the leading ranks whatever the window.
///
/// `eigenvalues` are all d, largest first, and positive up to rank `usable`; n rows were centred. `None` where there
/// are too few ranks.
pub fn broken(eigenvalues: &[f64], usable: usize, n: u64) -> Option<Broken> {
    let (d, freedom) = population(eigenvalues.len(), usable, n)?;
    let last = usable.min(freedom).min(d) / 2;
    if last < MIN_RANKS || is_flat(eigenvalues, Window { first: 1, last }) {
        return None;
    }
    let ranks = Ranks::new(last);
    let observed: Vec<f64> = eigenvalues[..last].iter().map(|value| value.ln()).collect();
    let (single, settled) = settle(&observed, d, freedom, |corrected| ranks.single(corrected));
    let (broken, _) = settle(&observed, d, freedom, |corrected| ranks.broken(corrected));
    let noise = (2.0 / freedom as f64).max(broken.left / ranks.total);
    let bic = |law: &Law, parameters: f64| law.left / noise + parameters * (last as f64).ln();
    let (bic_single, bic_broken) = (bic(&single, 2.0), bic(&broken, 4.0));
    let differ = (broken.after - broken.before).abs() > MIN_DIFFERENCE;
    let chosen = if bic_broken < bic_single && differ { Chosen::Broken } else { Chosen::Single };
    Some(Broken {
        chosen,
        alpha: single.before,
        alpha_before: broken.before,
        alpha_after: broken.after,
        break_rank: broken.break_rank,
        bic_single,
        bic_broken,
        first: 1,
        last,
        corrected_alpha: (settled && chosen == Chosen::Single).then_some(single.before),
    })
}

/// Fits a model until the shift it is fitted with is its own. Whether it got there is the second value.
fn settle(observed: &[f64], d: usize, freedom: usize, fit: impl Fn(&[f64]) -> Law) -> (Law, bool) {
    let mut law = fit(observed);
    for _ in 0..MAX_ROUNDS {
        let shown = expected(|rank| law.log_value(rank), d, freedom, observed.len());
        if shown.len() < observed.len() {
            return (law, false);
        }
        let corrected: Vec<f64> = (1..)
            .zip(observed.iter().zip(&shown))
            .map(|(k, (observed, shown))| observed - shown + law.log_value(f64::from(k)))
            .collect();
        let next = fit(&corrected);
        let settled = (next.before - law.before).abs().max((next.after - law.after).abs()) < TOLERANCE;
        law = next;
        if settled {
            return (law, true);
        }
    }
    (law, false)
}

/// A single law has equal exponents on both sides.
#[derive(Clone, Copy, Debug)]
struct Law {
    before: f64,
    after: f64,
    break_rank: usize,
    /// Σ residual² / k.
    left: f64,
}

impl Law {
    /// log τ at a rank, with log τ₁ = 0: a prefactor moves population and sample alike.
    fn log_value(&self, rank: f64) -> f64 {
        log_value(self.before, self.after, self.break_rank, rank)
    }
}

fn log_value(before: f64, after: f64, break_rank: usize, rank: f64) -> f64 {
    -before * rank.ln() - (after - before) * (rank / break_rank as f64).ln().max(0.0)
}

/// The ranks 1 … last with their weights and what fits need of them.
struct Ranks {
    /// log k less its weighted mean.
    centred: Vec<f64>,
    weights: Vec<f64>,
    total: f64,
    /// Σ w·centred².
    spread: f64,
}

impl Ranks {
    fn new(last: usize) -> Ranks {
        let logs: Vec<f64> = (1..=last).map(|k| (k as f64).ln()).collect();
        let weights: Vec<f64> = (1..=last).map(|k| 1.0 / k as f64).collect();
        let total: f64 = weights.iter().sum();
        let mean = logs.iter().zip(&weights).map(|(log, weight)| log * weight).sum::<f64>() / total;
        let centred: Vec<f64> = logs.iter().map(|log| log - mean).collect();
        let spread = centred.iter().zip(&weights).map(|(x, weight)| weight * x * x).sum();
        Ranks { centred, weights, total, spread }
    }

    fn single(&self, y: &[f64]) -> Law {
        let (slope, residuals) = self.line(y);
        let left = residuals.iter().zip(&self.weights).map(|(residual, weight)| weight * residual * residual).sum();
        Law { before: -slope, after: -slope, break_rank: 1, left }
    }

    fn line(&self, y: &[f64]) -> (f64, Vec<f64>) {
        let weighted = || self.weights.iter().zip(y).map(|(weight, y)| weight * y);
        let mean = weighted().sum::<f64>() / self.total;
        let slope = weighted().zip(&self.centred).map(|(wy, x)| wy * x).sum::<f64>() / self.spread;
        (slope, y.iter().zip(&self.centred).map(|(y, x)| y - mean - slope * x).collect())
    }

    /// The best continuous two-piece line.
    ///
    /// To the line is added δ·h, h = max(log k − log k₀, 0) made orthogonal to it: δ = Σwhr / Σwh², which takes
    /// δ²·Σwh² off Σwr², r the line's residuals. Sums over the ranks past k₀ are differences of running sums, so a
    /// break costs the same wherever it is.
    fn broken(&self, y: &[f64]) -> Law {
        let (slope, residuals) = self.line(y);
        let single = self.single(y);
        let mut best = Law { break_rank: MIN_FACTOR, ..single };
        // Over the ranks past k₀: Σw, Σwx, Σwx², Σwr, Σwxr, x = centred log k.
        let mut sums = [0.0; 5];
        for k in (MIN_FACTOR..self.weights.len()).rev() {
            let (x, weight, residual) = (self.centred[k], self.weights[k], residuals[k]);
            let terms = [weight, weight * x, weight * x * x, weight * residual, weight * x * residual];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
            if k * MIN_FACTOR > self.weights.len() {
                continue;
            }
            let x = self.centred[k - 1];
            let [w, wx, wxx, wr, wxr] = sums;
            let hinge = wx - x * w;
            let with_line = (wxx - x * wx) / self.spread;
            let square =
                wxx - 2.0 * x * wx + x * x * w - hinge * hinge / self.total - with_line * with_line * self.spread;
            let delta = (wxr - x * wr) / square;
            let left = (single.left - delta * delta * square).max(0.0);
            if left < best.left {
                let before = -(slope - delta * with_line);
                best = Law { before, after: before - delta, break_rank: k, left };
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::simulate::{mouse_population, power_law_population, sample_eigenvalues};
    use crate::synth::random::Random;

    /// The comparison of `runs` samples.
    fn runs(population: &[f64], n: usize, runs: usize) -> Vec<Broken> {
        let mut random = Random::new(n as u64);
        let usable = population.len().min(n - 1);
        let run = |_| broken(&sample_eigenvalues(population, n, &mut random), usable, n as u64).unwrap();
        (0..runs).map(run).collect()
    }

    fn share(runs: &[Broken], chosen: Chosen) -> f64 {
        runs.iter().filter(|run| run.chosen == chosen).count() as f64 / runs.len() as f64
    }

    #[test]
    fn a_single_law_is_called_single() {
        for alpha in [0.5, 1.0, 1.5] {
            for n in [64, 128, 256, 512, 1024] {
                let runs = runs(&power_law_population(alpha, 128), n, 60);
                let share = share(&runs, Chosen::Single);
                assert!(share >= 0.95, "α {alpha}, n {n}: {share}");
            }
        }
    }

    #[test]
    fn a_law_as_of_mouse_cortex_is_called_broken_at_its_break() {
        for (d, n) in [(128, 256), (128, 512), (128, 1024), (200, 400)] {
            let runs = runs(&mouse_population(d), n, 60);
            let share = share(&runs, Chosen::Broken);
            let mean = |of: fn(&Broken) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
            let (before, after) = (mean(|run| run.alpha_before), mean(|run| run.alpha_after));
            let at = mean(|run| run.break_rank as f64);
            assert!(share >= 0.95, "d {d}, n {n}: {share}");
            assert!((before - 0.52).abs() < 0.06 && (after - 1.20).abs() < 0.06 && (at - 15.0).abs() < 2.5);
            assert!(runs.iter().all(|run| run.corrected_alpha.is_none() || run.chosen == Chosen::Single));
        }
    }

    #[test]
    fn the_effect_of_few_rows_on_alpha_is_taken_out() {
        for n in [64, 128, 256, 512, 1024] {
            let runs = runs(&power_law_population(1.0, 128), n, 60);
            let alphas: Vec<f64> = runs.iter().filter_map(|run| run.corrected_alpha).collect();
            assert!(alphas.len() >= 57, "n {n}: {} settled", alphas.len());
            let mean = alphas.iter().sum::<f64>() / alphas.len() as f64;
            assert!((mean - 1.0).abs() < 0.03, "n {n}: {mean}");
        }
    }

    #[test]
    fn white_noise_is_a_single_law_of_small_exponent() {
        // A sample hardly changes with α near 0, so that it is known to ±0.3 only from few rows, and the rounds do not
        // settle.
        for (n, within) in [(64, 0.3), (256, 0.2), (1024, 0.12)] {
            for run in runs(&power_law_population(0.0, 128), n, 10) {
                assert!(run.chosen == Chosen::Single && run.alpha.abs() < within, "n {n}: {run:?}");
            }
        }
    }

    #[test]
    fn of_endless_rows_both_exponents_and_the_break_are_exact() {
        let eigenvalues = mouse_population(300);
        let found = broken(&eigenvalues, 300, 1_000_000_000).unwrap();
        assert_eq!((found.chosen, found.break_rank, found.first, found.last), (Chosen::Broken, 15, 1, 150));
        // The expected spectrum is interpolated.
        assert!((found.alpha_before - 0.52).abs() < 0.01 && (found.alpha_after - 1.20).abs() < 0.01);
        assert_eq!(broken(&eigenvalues, 300, 1_000_000_000).unwrap(), found);
    }

    #[test]
    fn the_best_break_is_that_of_trying_each_with_least_squares() {
        let mut random = Random::new(3);
        let observed: Vec<f64> =
            sample_eigenvalues(&mouse_population(100), 300, &mut random)[..50].iter().map(|value| value.ln()).collect();
        let found = Ranks::new(50).broken(&observed);
        let tried = (3..=16).map(|at| {
            // Normal equations of (1, log k, hinge), by Gauss and Jordan.
            let mut system = [[0.0; 4]; 3];
            for (k, y) in (1..).zip(&observed) {
                let log = f64::from(k).ln();
                let row = [1.0, log, (log - f64::from(at).ln()).max(0.0), *y];
                for i in 0..3 {
                    for j in 0..4 {
                        system[i][j] += row[i] * row[j] / f64::from(k);
                    }
                }
            }
            for pivot in 0..3 {
                let by = system[pivot];
                for (i, row) in system.iter_mut().enumerate() {
                    let factor = if i == pivot { 1.0 - 1.0 / by[pivot] } else { row[pivot] / by[pivot] };
                    row.iter_mut().zip(by).for_each(|(entry, pivot)| *entry -= factor * pivot);
                }
            }
            let solution = system.map(|row| row[3]);
            let left: f64 = (1..)
                .zip(&observed)
                .map(|(k, y)| {
                    let log = f64::from(k).ln();
                    let line = solution[0] + solution[1] * log + solution[2] * (log - f64::from(at).ln()).max(0.0);
                    (y - line).powi(2) / f64::from(k)
                })
                .sum();
            (left, at, -solution[1], -solution[1] - solution[2])
        });
        let (left, at, before, after) = tried.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        assert_eq!(found.break_rank, at as usize);
        for (ours, theirs) in [(found.left, left), (found.before, before), (found.after, after)] {
            assert!((ours - theirs).abs() < 1e-9, "{ours} {theirs}");
        }
    }

    #[test]
    fn too_few_ranks_have_no_break() {
        assert_eq!(broken(&power_law_population(1.0, 23), 23, 1000), None);
        assert_eq!(broken(&power_law_population(1.0, 500), 24, 25).map(|found| found.last), Some(12));
        assert_eq!(broken(&[], 0, 0), None);
    }
}
