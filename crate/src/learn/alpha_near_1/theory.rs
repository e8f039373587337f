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
const NARROWING: usize = 14;
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
    let kappa = match ridge {
        Ridge::Fixed(ridge) => effective_ridge(&problem.variances, n, problem.delta(ridge)),
        Ridge::Best => best_effective_ridge(problem, labels, n),
    };
    of_effective_ridge(problem, labels, n, kappa)
}

/// The ridge with which the fit is worth most: the least error of numbers, the most signs of classes.
pub fn best_ridge(problem: &Problem, labels: Labels, n: f64) -> f64 {
    let kappa = best_effective_ridge(problem, labels, n);
    let found: f64 = problem.variances.iter().map(|variance| variance / (variance + kappa)).sum();
    // The equation, solved for δ.
    (kappa * (n - found)).max(0.0) / problem.variances.iter().sum::<f64>()
}

/// Of effective ridges the best one. They are searched rather than ridges, because of each the ridge is known without solving an equation.
fn best_effective_ridge(problem: &Problem, labels: Labels, n: f64) -> f64 {
    let loss = |log: f64| {
        let worth = of_effective_ridge(problem, labels, n, libm::exp(log));
        match labels {
            Labels::Numbers { .. } => worth.error,
            Labels::Classes { .. } => -worth.accuracy,
        }
    };
    let least = effective_ridge(&problem.variances, n, 0.0);
    let top = libm::log(problem.variances[0]);
    let start = if least > 0.0 { libm::log(least) } else { top - REACH };
    let end = start.max(top) + REACH / 2.0;
    let step = (end - start) / COARSE as f64;
    let places = (0..=COARSE).map(|i| start + step * i as f64);
    let best = places.map(|log| (loss(log), log)).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(start, |best| best.1);
    let (mut low, mut high) = ((best - step).max(start), best + step);
    for _ in 0..NARROWING {
        let third = (high - low) / 3.0;
        if loss(low + third) < loss(high - third) {
            high -= third;
        } else {
            low += third;
        }
    }
    libm::exp((low + high) / 2.0)
}

fn of_effective_ridge(problem: &Problem, labels: Labels, n: f64, kappa: f64) -> Worth {
    let (signal, noise) = labels.signal_and_noise();
    let (mut found, mut missed, mut squares) = (0.0, 0.0, 0.0);
    for (variance, share) in problem.variances.iter().zip(&problem.shares) {
        let part = variance / (variance + kappa);
        found += share * part;
        missed += share * (1.0 - part) * (1.0 - part);
        squares += part * part;
    }
    let rest = 1.0 - squares / n;
    let power = signal * signal;
    let error = if rest > 1e-12 { (power * missed + noise) / rest - noise } else { f64::INFINITY };
    // E f̂² from the error: E (f̂ − βf)² = E f̂² − 2β·E f̂f + β².
    let product = signal * found;
    let square = error + 2.0 * signal * product - power;
    Worth { error: error / power, ..Worth::new(product, square, signal) }
}
