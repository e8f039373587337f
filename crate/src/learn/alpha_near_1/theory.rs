/*!
The error of ridge regression as n and d grow together.

Everything goes through one number, the effective ridge κ that solves

  Σ_k λ_k/(λ_k + κ) + δ/κ = n.

Of each direction the fit finds the part a_k = λ_k/(λ_k + κ), and fits noise with γ = Σ a_k²/n of its rows. With labels y = β·f + u, var u = σ², the error against β·f is

  E = (β²·Σ_k c_k·(1 − a_k)² + σ²) / (1 − γ) − σ².

The first sum over 1 − γ less that sum's own noise is *bias*, σ²·γ/(1 − γ) is *variance*. And since f̂ finds β·a_k of direction k on average, E f̂·f = β·Σ c_k·a_k.

The equation and E are those of Simon, Dickens, Karkada and DeWeese (2023, "The eigenlearning framework") and, in other letters, of Bordelon, Canatar and Pehlevan (2020), Canatar, Bordelon and Pehlevan
(2021), Hastie, Montanari, Rosset and Tibshirani (2022) and Dobriban and Wager (2018). They become exact as n and d grow at a fixed ratio, under conditions on the spectrum, and are good already at a few dozen rows (see the tests).

Where they come from, in short: let A = XXᵀ + δ. Without direction k, by the formula of Sherman and Morrison, λ_k·z_kᵀA⁻¹z_k = λ_k·t/(1 + λ_k·t) where t = z_kᵀA₋ₖ⁻¹z_k ≈ tr A⁻¹, which is called 1/κ. Then n = tr A⁻¹A =
Σ_k λ_k·z_kᵀA⁻¹z_k + δ·tr A⁻¹ is the equation. The error of fresh rows is that of a direction added to the problem which no row has seen yet, so it is a derivative: 1/(1 − γ) = n·dκ/dδ, by differentiating the equation.

Two limits are worth knowing. Without a ridge and with n > d, κ = 0, every a_k = 1 and E = σ²·d/(n − d): α does not matter. Without a ridge and with infinitely many features of α > 1, γ → 1 − 1/α, so that noise costs σ²·(α − 1):
nothing as α falls to 1 (Mallinar et al. 2022, whom Bartlett et al. 2020 precede with "benign overfitting").
*/

use super::{Labels, Problem, Ridge, Worth};

/// How far above the least possible κ the best one is looked for, in log κ, and below it where that is 0.
const REACH: f64 = 25.0;
/// Steps of that search, before it is narrowed down.
const COARSE: usize = 16;
const NARROWING: usize = 12;
/// 1/φ: what a step of that leaves.
const GOLDEN: f64 = 0.618_033_988_749_894_9;
/// Rounds of Newton's method at most; a dozen are enough.
const ROUNDS: usize = 200;

/// The effective ridge κ ≥ 0 of n rows.
///
/// 0 where rows are no fewer than features and there is no ridge: then the fit finds everything.
pub fn effective_ridge(variances: &[f64], n: f64, delta: f64) -> f64 {
    if delta <= 0.0 && n >= variances.len() as f64 {
        return 0.0;
    }
    // In u = log κ the left side falls. It is below n from n·κ = Σ λ_k + δ on; and above n while δ/κ is, or while d of the last direction's part are.
    let total = variances.iter().sum::<f64>() + delta;
    let spare = variances.last().map_or(0.0, |last| last * (variances.len() as f64 - n));
    let (mut low, mut high) = (libm::log(delta.max(spare) / n), libm::log(total / n));
    let mut u = high;
    for _ in 0..ROUNDS {
        let kappa = libm::exp(u);
        let (mut left, mut slope) = (delta / kappa - n, delta / kappa);
        for variance in variances {
            let part = variance / (variance + kappa);
            left += part;
            slope += part * (1.0 - part);
        }
        if left > 0.0 {
            low = u;
        } else {
            high = u;
        }
        let next = u + left / slope;
        if (next - u).abs() < 1e-13 * u.abs().max(1.0) {
            return libm::exp(next);
        }
        // Newton's step where it stays between the ends, half of the way where it does not.
        u = if next > low && next < high { next } else { (low + high) / 2.0 };
    }
    libm::exp(u)
}

/// What the fit of n rows is worth; an infinite error at n = d without a ridge.
pub fn worth(problem: &Problem, labels: Labels, n: f64, ridge: Ridge) -> Worth {
    worths(problem, [labels], n, ridge)[0]
}

/// What it is worth with each of several kinds of labels, which have most of the work in common.
pub fn worths<const LEVELS: usize>(
    problem: &Problem,
    labels: [Labels; LEVELS],
    n: f64,
    ridge: Ridge,
) -> [Worth; LEVELS] {
    match ridge {
        Ridge::Fixed(ridge) => {
            let found = Found::new(problem, effective_ridge(&problem.variances, n, problem.delta(ridge)));
            labels.map(|labels| found.worth(labels, n))
        }
        Ridge::Best => {
            let ridges = best_effective_ridges(problem, labels, n);
            std::array::from_fn(|level| Found::new(problem, ridges[level]).worth(labels[level], n))
        }
    }
}

/// The ridge with which the fit is worth most: the least error of numbers, the most signs of classes.
pub fn best_ridge(problem: &Problem, labels: Labels, n: f64) -> f64 {
    let [kappa] = best_effective_ridges(problem, [labels], n);
    let found: f64 = problem.variances.iter().map(|variance| variance / (variance + kappa)).sum();
    // The equation, solved for δ.
    (kappa * (n - found)).max(0.0) / problem.variances.iter().sum::<f64>()
}

/// Of effective ridges the best one for each. They are searched rather than ridges, because of each the ridge is known without solving an equation.
fn best_effective_ridges<const LEVELS: usize>(problem: &Problem, labels: [Labels; LEVELS], n: f64) -> [f64; LEVELS] {
    let least = effective_ridge(&problem.variances, n, 0.0);
    let top = libm::log(problem.variances[0]);
    let start = if least > 0.0 { libm::log(least) } else { top - REACH };
    let end = start.max(top) + REACH / 2.0;
    let step = (end - start) / COARSE as f64;
    let at = |log: f64| Found::new(problem, libm::exp(log));
    let coarse: [(f64, Found); COARSE + 1] = std::array::from_fn(|i| {
        let log = start + step * i as f64;
        (log, at(log))
    });
    labels.map(|labels| {
        let loss = |found: &Found| {
            let worth = found.worth(labels, n);
            match labels {
                Labels::Numbers { .. } => worth.error,
                Labels::Classes { .. } => -worth.accuracy,
            }
        };
        let places = coarse.iter().map(|(log, found)| (loss(found), *log));
        let best = places.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(start, |best| best.1);
        libm::exp(least_within((best - step).max(start), best + step, |log| loss(&at(log))))
    })
}

/// Where between two places a function that falls and then rises is least, by the golden section: of the two places inside, one is of use again.
fn least_within(mut low: f64, mut high: f64, of: impl Fn(f64) -> f64) -> f64 {
    let inner = |low: f64, high: f64| (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut left, mut right) = inner(low, high);
    let (mut at_left, mut at_right) = (of(left), of(right));
    for _ in 0..NARROWING {
        if at_left < at_right {
            (high, right, at_right) = (right, left, at_left);
            left = inner(low, high).0;
            at_left = of(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = inner(low, high).1;
            at_right = of(right);
        }
    }
    (low + high) / 2.0
}

/// What a fit of some effective ridge finds, whatever the labels.
struct Found {
    /// Σ c_k·a_k.
    found: f64,
    /// Σ c_k·(1 − a_k)².
    missed: f64,
    /// Σ a_k².
    squares: f64,
}

impl Found {
    fn new(problem: &Problem, kappa: f64) -> Found {
        let mut sums = Found { found: 0.0, missed: 0.0, squares: 0.0 };
        for (variance, share) in problem.variances.iter().zip(&problem.shares) {
            let part = variance / (variance + kappa);
            sums.found += share * part;
            sums.missed += share * (1.0 - part) * (1.0 - part);
            sums.squares += part * part;
        }
        sums
    }

    fn worth(&self, labels: Labels, n: f64) -> Worth {
        let (signal, noise) = labels.signal_and_noise();
        let rest = 1.0 - self.squares / n;
        let power = signal * signal;
        let error = if rest > 1e-12 { (power * self.missed + noise) / rest - noise } else { f64::INFINITY };
        // E f̂² from the error: E (f̂ − βf)² = E f̂² − 2β·E f̂f + β².
        let product = signal * self.found;
        let square = error + 2.0 * signal * product - power;
        Worth { error: error / power, ..Worth::new(product, square, signal) }
    }
}
