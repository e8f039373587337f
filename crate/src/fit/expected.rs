/*!
The spectrum that a sample of n rows shows of a known population.

A sample inflates the head of a spectrum and deflates its tail, so a single power law looks bent. How much is known: as
n and d grow together, the sample's eigenvalues settle where the equation of Marchenko and Pastur (1967) puts them, in
the form of Silverstein and Choi (1995). With population eigenvalues τ of multiplicity w and m = n − 1 degrees of
freedom, a sample eigenvalue x > 0 and the companion Stieltjes transform v = −1/u of the limit are bound by

> x = u · (1 + (1/m) Σ w·τ / (u − τ)).

For u = a + ib the right side is real where b = 0 or

> (1/m) Σ w·τ² / ((a − τ)² + b²) = 1,

which falls as b grows: each a has one b. The number of eigenvalues above x is then in closed form, because the
derivative of Σ w·log(1 + τv) / m − log v − x·v by v is the equation itself and by x is −v, so that its imaginary part
counts:

> N(x) = (1/π) · (Σ w·(arg(u − τ) − arg u) + m·arg u − m·x·b / |u|²).

Walking a from above the spectrum downwards gives the curve (N, x), and the k-th largest eigenvalue is expected at
N = k − ½. Of simulated Gaussian power laws the mean of log λ_k lies within 0.02 of it (the tests compare), but for the
smallest eigenvalues at n ≈ d, which a sample of finite size holds a few percent lower.
*/

use std::f64::consts::PI;

use crate::order::by_key;

/// Populations are binned to atoms whose ranks differ by this factor at most: the curve is as smooth as the population
/// is, and the cost does not grow with d.
const ATOM_RATIO: f64 = 1.06;

/// Step of log a, halved where the count changes by more than a quarter and a tenth of what is to either side,
const STEP: f64 = 0.12;

/// this often: down to a step of 0.004, which finds the first half eigenvalue at the edge of white noise.
const HALVINGS: u32 = 5;

/// The walk crosses a = 0 from this part of the smallest τ to its negative; nothing happens between.
const CROSSING: f64 = 1e-3;

/// An end to the walk where the spectrum reaches down to nothing, as at n = d. The longest that a power law of α = 3
/// and d = 10⁶ needs is 600.
const MAX_STEPS: usize = 1000;

/// Newton's rounds for b². From below it converges monotonically.
const MAX_ROUNDS: usize = 40;

/// Expected log eigenvalues at the ranks 1 … `last`, or fewer where the walk ends early.
///
/// `log_population` gives log τ at a (fractional) rank of a population of d; `freedom` is m = n − 1.
pub fn expected(log_population: impl Fn(f64) -> f64, d: usize, freedom: usize, last: usize) -> Vec<f64> {
    let atoms = Atoms::new(log_population, d, freedom);
    let mut expected = Vec::with_capacity(last);
    let mut before: Option<Point> = None;
    atoms.walk(|point| {
        let log_x = point.x.ln();
        if let Some(from) = before.filter(|from| from.count < point.count) {
            let slope = (log_x - from.x.ln()) / (point.count - from.count);
            while expected.len() < last && expected.len() as f64 + 0.5 <= point.count {
                expected.push(atoms.log_largest + log_x + slope * (expected.len() as f64 + 0.5 - point.count));
            }
        }
        // Of points of one count the last is the nearest to where the next eigenvalues begin.
        if before.is_none_or(|from| from.count <= point.count) {
            before = Some(point);
        }
        expected.len() < last
    });
    expected
}

/// Eigenvalues of the population and m, of a spectrum with `usable` ranks of d columns and n rows. `None` without rows
/// to centre.
///
/// Ranks that the numerical floor or an exact dependence takes away are not the population's either.
pub fn population(columns: usize, usable: usize, n: u64) -> Option<(usize, usize)> {
    let freedom = usize::try_from(n).ok()?.checked_sub(1).filter(|&freedom| freedom > 0)?;
    Some((if usable < freedom.min(columns) { usable } else { columns }, freedom))
}

/// A point of the curve: N eigenvalues above x, at u = a + i√q.
#[derive(Clone, Copy)]
struct Point {
    a: f64,
    q: f64,
    count: f64,
    x: f64,
}

/// A population, relative to its largest eigenvalue.
struct Atoms {
    /// (τ, w): eigenvalue and multiplicity, largest first.
    atoms: Vec<(f64, f64)>,
    /// log of the largest eigenvalue.
    log_largest: f64,
    /// m.
    freedom: f64,
    /// Eigenvalues that a sample has.
    ranks: f64,
}

impl Atoms {
    fn new(log_population: impl Fn(f64) -> f64, d: usize, freedom: usize) -> Atoms {
        let mut atoms = Vec::new();
        let mut first = 1;
        while first <= d {
            let next = ((first as f64 * ATOM_RATIO) as usize).clamp(first + 1, d + 1);
            atoms.push((log_population((first + next - 1) as f64 / 2.0), (next - first) as f64));
            first = next;
        }
        // A law fitted to noise may well rise.
        by_key(&mut atoms, |atom| -atom.0);
        let log_largest = atoms.first().map_or(0.0, |&(log_value, _)| log_value);
        atoms.iter_mut().for_each(|(value, _)| *value = (*value - log_largest).exp());
        Atoms { atoms, log_largest, freedom: freedom as f64, ranks: d.min(freedom) as f64 }
    }

    /// Visits the curve from above the spectrum downwards, until told to stop or x is zero.
    fn walk(&self, mut visit: impl FnMut(Point) -> bool) {
        let mass: f64 = self.atoms.iter().map(|&(_, weight)| weight).sum();
        // At a ≥ τ₁ + √(Σ wτ² / m) there is no b; every τ is at most 1 here.
        let top = 1.0 + (mass / self.freedom).sqrt();
        let least = self.atoms.last().map_or(1.0, |&(value, _)| value) * CROSSING;
        let mut before = self.point(top, 0.0);
        let mut atoms = self.atoms.iter().map(|&(value, _)| value).peekable();
        for _ in 0..MAX_STEPS {
            // Each atom is a step of its own: half of what it holds is above the middle of its eigenvalues.
            let step = if before.a > least {
                let step = before.a * (-STEP).exp();
                while atoms.next_if(|&atom| atom >= before.a).is_some() {}
                atoms.peek().map_or(step, |&atom| step.max(atom))
            } else {
                before.a.min(-least) * STEP.exp()
            };
            let next = self.point(step, before.q);
            if !self.refine(before, next, HALVINGS, &mut visit) {
                return;
            }
            before = next;
        }
    }

    /// Visits what is between two points and the second one.
    fn refine(&self, from: Point, to: Point, halvings: u32, visit: &mut impl FnMut(Point) -> bool) -> bool {
        // Eigenvalues on the nearer side: at either edge single ones matter.
        let side = to.count.min(self.ranks - from.count);
        if halvings > 0 && to.count - from.count > (0.1 * side).max(0.25) {
            let middle = self.point((from.a + to.a) / 2.0, from.q);
            return self.refine(from, middle, halvings - 1, visit) && self.refine(middle, to, halvings - 1, visit);
        }
        to.x > 0.0 && visit(to)
    }

    fn point(&self, a: f64, start: f64) -> Point {
        let q = self.imaginary_squared(a, start);
        let (count, x) = self.count_and_value(a, q.sqrt());
        Point { a, q, count, x }
    }

    /// b² at a: the root of 1/S(q) = 1/m, S(q) = Σ wτ² / ((a − τ)² + q), or 0.
    ///
    /// 1/S rises and is concave, so that Newton's step never passes the root from the left, and lands left of it from
    /// the right.
    fn imaginary_squared(&self, a: f64, start: f64) -> f64 {
        // One atom alone needs this much.
        let least =
            self.atoms.iter().map(|&(value, weight)| weight * value * value / self.freedom - (a - value).powi(2));
        let least = least.fold(0.0, f64::max);
        let mut q = start.max(least);
        for _ in 0..MAX_ROUNDS {
            let (mut sum, mut slope) = (0.0, 0.0);
            for &(value, weight) in &self.atoms {
                let inverse = 1.0 / ((a - value).powi(2) + q).max(f64::MIN_POSITIVE);
                let term = weight * value * value * inverse;
                sum += term;
                slope += term * inverse;
            }
            // (1/S)' = slope / S².
            let next = (q + (sum / self.freedom - 1.0) * sum / slope).max(least);
            if (next - q).abs() <= 1e-9 * q {
                return next;
            }
            q = next;
        }
        q
    }

    /// (N, x) at u = a + ib.
    fn count_and_value(&self, a: f64, b: f64) -> (f64, f64) {
        let angle = b.atan2(a);
        let (mut angles, mut sum) = (0.0, 0.0);
        for &(value, weight) in &self.atoms {
            let beside = a - value;
            angles += weight * (b.atan2(beside) - angle);
            sum += weight * value * (1.0 + value * beside / (beside * beside + b * b).max(f64::MIN_POSITIVE));
        }
        let x = a + sum / self.freedom;
        let count = (angles + self.freedom * angle - self.freedom * x * b / (a * a + b * b)) / PI;
        (count, x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::simulate::{power_law_population, sample_eigenvalues};
    use crate::synth::random::Random;

    #[test]
    fn white_noise_has_the_quantiles_of_marchenko_and_pastur() {
        // The x with k − ½ eigenvalues above: scipy.optimize.brentq (1.17) on d times scipy.integrate.quad of the
        // density √((λ₊ − x)(x − λ₋)) / (2π·(d/m)·x), λ± = (1 ± √(d/m))², d = 200.
        let golden = [
            (400, [(1, 1.043_766), (50, 0.401_589), (100, -0.179_471), (150, -0.911_830), (200, -2.373_526)].to_vec()),
            (100, [(1, 1.721_545), (25, 1.100_290), (50, 0.519_960), (75, -0.209_889), (100, -1.632_588)].to_vec()),
        ];
        for (freedom, quantiles) in golden {
            let expected = expected(|_| 0.0, 200, freedom, 200.min(freedom));
            for (rank, log_value) in quantiles {
                let difference: f64 = expected[rank - 1] - log_value;
                assert!(difference.abs() < 5e-3, "{freedom} {rank}: {difference}");
            }
        }
    }

    #[test]
    fn the_mean_of_simulated_power_laws_is_where_it_is_expected() {
        const RUNS: usize = 40;
        for (alpha, d, n) in [(1.0, 128, 257), (0.5, 128, 65), (1.5, 128, 129)] {
            let mut random = Random::new(7);
            let last = (n - 1).min(d) * 3 / 4;
            let mut mean = vec![0.0; last];
            for _ in 0..RUNS {
                let values = sample_eigenvalues(&power_law_population(alpha, d), n, &mut random);
                mean.iter_mut().zip(&values).for_each(|(mean, value)| *mean += value.ln() / RUNS as f64);
            }
            let expected = expected(|rank| -alpha * rank.ln(), d, n - 1, last);
            assert_eq!(expected.len(), last);
            for (k, (mean, expected)) in (1..).zip(mean.iter().zip(&expected)) {
                // Four standard errors of a separated eigenvalue, shrinking as neighbours hold each other.
                let noise = 4.0 * (2.0 / (n - 1) as f64 / RUNS as f64 / f64::from(k).sqrt()).sqrt();
                assert!((mean - expected).abs() < 0.015 + noise, "α {alpha}, n {n}, rank {k}: {mean} {expected}");
            }
        }
    }

    #[test]
    fn with_endless_rows_the_sample_is_the_population() {
        let expected = expected(|rank| 2.0 - 1.2 * rank.ln(), 50, 100_000_000, 50);
        for (k, value) in (1..).zip(expected) {
            assert!((value - (2.0 - 1.2 * f64::from(k).ln())).abs() < 0.03, "{k} {value}");
        }
    }

    #[test]
    fn the_order_of_the_population_does_not_matter() {
        // Up to d = 17 each eigenvalue is an atom of its own.
        let falling = expected(|rank| -0.8 * rank.ln(), 17, 40, 17);
        let rising = expected(|rank| -0.8 * (18.0 - rank).ln(), 17, 40, 17);
        assert_eq!(falling, rising);
        assert!(falling.windows(2).all(|pair| pair[0] > pair[1]));
    }

    #[test]
    fn only_the_ranks_that_a_sample_has_are_expected() {
        assert!(expected(|rank| -rank.ln(), 100, 20, 100).len() <= 20);
        assert_eq!(expected(|_| 0.0, 1, 5, 1).len(), 1);
    }
}
