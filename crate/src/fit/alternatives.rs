/*!
What else than a power law could the spectrum be, in this window?

Each model is fitted to log λ by least squares with weights 1/k, as the power law is:

> power law: a − α·log k
> power law with a cut-off: a − α·log k − b·k, b > 0
> exponential: a − b·k
> stretched exponential: a − b·k^c, 0.05 ≤ c ≤ 1

The exponent c is found by golden section. It ends at 0.05, where the slope changes by a quarter over a hundredfold
range of ranks; with ever smaller c the curve becomes a power law.

They are ranked by BIC = Σ residual² / (k·s²) + p·log(ranks) with the p numbers above; s² is the larger of 2/(n − 1),
the variance of log λ̂ of Gaussian rows, and what the best of them leaves over ([`broken`](super::broken) says why).
Eigenvalues of few rows bend in a window whatever the features do: below n = 4d, the best one describes the sample and
not the population.
*/

use serde::{Deserialize, Serialize};

use super::Window;
use crate::order::by_key;

/// The least exponent of a stretched exponential.
const LEAST_STRETCH: f64 = 0.05;

/// Exponents tried before the best one's neighbourhood is narrowed, in case there is more than one valley.
const STRETCHES: usize = 8;

/// The variance of log λ by rounding alone, where that by sampling is not known.
const ROUNDING: f64 = f64::EPSILON;

/// Golden sections: 0.3 · 0.618²⁰ is 2·10⁻⁵, less than c is shown with.
const SECTIONS: usize = 20;

/// A model of log λ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// a − α·log k.
    PowerLaw,
    /// a − α·log k − b·k.
    PowerLawWithCutOff,
    /// a − b·k.
    Exponential,
    /// a − b·k^c.
    StretchedExponential,
}

/// A model fitted over the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// Which one.
    pub model: Model,
    /// a.
    pub log_prefactor: f64,
    /// α, of the power laws.
    pub alpha: Option<f64>,
    /// b, of the others.
    pub rate: Option<f64>,
    /// c, of the stretched exponential.
    pub stretch: Option<f64>,
    /// Unweighted R² of log λ over the window.
    pub r2: f64,
    /// BIC; the smaller the better.
    pub bic: f64,
}

/// All models over a window of at least three usable ranks, best first. A cut-off at b ≤ 0 is none, so that model is
/// then left out.
///
/// `log_values` are log λ_k for the usable ranks; `freedom` is n − 1, where that is known.
pub fn alternatives(log_values: &[f64], window: Window, freedom: Option<usize>) -> Vec<Alternative> {
    let points = Points::new(log_values, window);
    let power = points.line(|_, log| log);
    let exponential = points.line(|k, _| k);
    let stretch = points.best_stretch();
    let stretched = points.line(|_, log| (stretch * log).exp());
    let cut = points.cut_off();
    let mut found = vec![
        (points.alternative(Model::PowerLaw, &power, None), power.left, 2.0),
        (points.alternative(Model::Exponential, &exponential, None), exponential.left, 2.0),
        (points.alternative(Model::StretchedExponential, &stretched, Some(stretch)), stretched.left, 3.0),
    ];
    if let Some(cut) = cut {
        found.push((points.alternative(Model::PowerLawWithCutOff, &cut, None), cut.left, 3.0));
    }
    let least = found.iter().map(|&(_, left, _)| left).fold(f64::INFINITY, f64::min);
    let noise = freedom.map_or(ROUNDING, |freedom| 2.0 / freedom as f64).max(least / points.total);
    let ranks = points.logs.len() as f64;
    let score = |(alternative, left, parameters): (Alternative, f64, f64)| Alternative {
        bic: left / noise + parameters * ranks.ln(),
        ..alternative
    };
    let mut scored: Vec<Alternative> = found.into_iter().map(score).collect();
    by_key(&mut scored, |one| one.bic);
    scored
}

/// a − first·x − second·k, where x is the model's function of k.
struct Line {
    level: f64,
    first: f64,
    second: f64,
    /// Σ w·residual².
    left: f64,
    r2: f64,
}

struct Points<'a> {
    first: f64,
    logs: Vec<f64>,
    y: &'a [f64],
    weights: Vec<f64>,
    total: f64,
}

impl Points<'_> {
    fn new(log_values: &[f64], window: Window) -> Points<'_> {
        let weights: Vec<f64> = (window.first..=window.last).map(|k| 1.0 / k as f64).collect();
        Points {
            first: window.first as f64,
            logs: (window.first..=window.last).map(|k| (k as f64).ln()).collect(),
            y: &log_values[window.first - 1..window.last],
            total: weights.iter().sum(),
            weights,
        }
    }

    fn mean(&self, values: &[f64]) -> f64 {
        values.iter().zip(&self.weights).map(|(value, weight)| value * weight).sum::<f64>() / self.total
    }

    fn covariance(&self, left: &[f64], right: &[f64]) -> f64 {
        let (left_mean, right_mean) = (self.mean(left), self.mean(right));
        let terms = left.iter().zip(right).zip(&self.weights);
        terms.map(|((left, right), weight)| weight * (left - left_mean) * (right - right_mean)).sum()
    }

    fn values(&self, of: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let ranks = (0..).map(|i: u32| self.first + f64::from(i));
        ranks.zip(&self.logs).map(|(k, &log)| of(k, log)).collect()
    }

    fn line(&self, of: impl Fn(f64, f64) -> f64) -> Line {
        let x = self.values(of);
        let slope = self.covariance(&x, self.y) / self.covariance(&x, &x);
        self.judge(&x, -slope, 0.0)
    }

    /// Both slopes by the normal equations, if there is a cut-off.
    fn cut_off(&self) -> Option<Line> {
        let ranks = self.values(|k, _| k);
        let (xx, xk, kk) = (
            self.covariance(&self.logs, &self.logs),
            self.covariance(&self.logs, &ranks),
            self.covariance(&ranks, &ranks),
        );
        let (xy, ky) = (self.covariance(&self.logs, self.y), self.covariance(&ranks, self.y));
        let determinant = xx * kk - xk * xk;
        let (alpha, rate) = (-(xy * kk - ky * xk) / determinant, -(ky * xx - xy * xk) / determinant);
        (rate > 0.0).then(|| self.judge(&self.logs, alpha, rate))
    }

    fn judge(&self, x: &[f64], first: f64, second: f64) -> Line {
        let ranks = (0..).map(|i: u32| self.first + f64::from(i));
        let rest: Vec<f64> = self.y.iter().zip(x).zip(ranks).map(|((y, x), k)| y + first * x + second * k).collect();
        let level = self.mean(&rest);
        let left = self.covariance(&rest, &rest);
        let count = self.y.len() as f64;
        let mean = self.y.iter().sum::<f64>() / count;
        let all: f64 = self.y.iter().map(|y| (y - mean).powi(2)).sum();
        let residuals: f64 = rest.iter().map(|rest| (rest - level).powi(2)).sum();
        Line { level, first, second, left, r2: if all == 0.0 { 1.0 } else { 1.0 - residuals / all } }
    }

    /// The c whose curve leaves the least over.
    fn best_stretch(&self) -> f64 {
        let left = |stretch: f64| self.line(|_, log| (stretch * log).exp()).left;
        let step = (1.0 - LEAST_STRETCH) / (STRETCHES - 1) as f64;
        let tried = (0..STRETCHES).map(|i| LEAST_STRETCH + step * i as f64);
        let best = tried.min_by(|&one, &other| left(one).total_cmp(&left(other))).unwrap_or(1.0);
        let (mut low, mut high) = ((best - step).max(LEAST_STRETCH), (best + step).min(1.0));
        let golden = (5f64.sqrt() - 1.0) / 2.0;
        let (mut lower, mut upper) = (high - golden * (high - low), low + golden * (high - low));
        let (mut at_lower, mut at_upper) = (left(lower), left(upper));
        for _ in 0..SECTIONS {
            if at_lower <= at_upper {
                (high, upper, at_upper) = (upper, lower, at_lower);
                lower = high - golden * (high - low);
                at_lower = left(lower);
            } else {
                (low, lower, at_lower) = (lower, upper, at_upper);
                upper = low + golden * (high - low);
                at_upper = left(upper);
            }
        }
        (low + high) / 2.0
    }

    fn alternative(&self, model: Model, line: &Line, stretch: Option<f64>) -> Alternative {
        let (alpha, rate) = match model {
            Model::PowerLaw => (Some(line.first), None),
            Model::PowerLawWithCutOff => (Some(line.first), Some(line.second)),
            Model::Exponential | Model::StretchedExponential => (None, Some(line.first)),
        };
        Alternative { model, log_prefactor: line.level, alpha, rate, stretch, r2: line.r2, bic: f64::NAN }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { first: 11, last: 100 };

    fn best(of: impl Fn(f64) -> f64) -> Alternative {
        let values: Vec<f64> = (1..=200).map(|k| of(f64::from(k))).collect();
        alternatives(&values, WINDOW, Some(9999)).remove(0)
    }

    fn close(found: Option<f64>, expected: f64, tolerance: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < tolerance)
    }

    #[test]
    fn each_model_is_best_for_its_own_curve() {
        let power = best(|k| 1.0 - 1.1 * k.ln());
        assert!(power.model == Model::PowerLaw && close(power.alpha, 1.1, 1e-12) && power.rate.is_none());
        let exponential = best(|k| 1.0 - 0.04 * k);
        assert!(exponential.model == Model::Exponential && close(exponential.rate, 0.04, 1e-12));
        let stretched = best(|k| 1.0 - 0.8 * k.powf(0.4));
        assert!(stretched.model == Model::StretchedExponential, "{stretched:?}");
        assert!(close(stretched.stretch, 0.4, 1e-4) && close(stretched.rate, 0.8, 1e-3));
        let cut = best(|k| 1.0 - 0.5 * k.ln() - 0.03 * k);
        assert!(cut.model == Model::PowerLawWithCutOff && close(cut.alpha, 0.5, 1e-10) && close(cut.rate, 0.03, 1e-10));
        for found in [power, exponential, stretched, cut] {
            assert!((found.r2 - 1.0).abs() < 1e-6 && (found.log_prefactor - 1.0).abs() < 1e-2);
        }
    }

    #[test]
    fn fits_are_those_of_scipy() {
        // y = cos(6·log k) / 20 − 0.5·k^0.6 over ranks 11–100. SciPy 1.17 curve_fit with sigma = √k, from several
        // starts; R² by its definition.
        let values: Vec<f64> = (1..=200)
            .map(|k| {
                let (k, log) = (f64::from(k), f64::from(k).ln());
                (6.0 * log).cos() / 20.0 - 0.5 * k.powf(0.6)
            })
            .collect();
        let found = alternatives(&values, WINDOW, Some(9999));
        for (model, log_prefactor, alpha, rate, stretch, r2) in GOLDEN {
            let ours = found.iter().find(|found| found.model == model).unwrap();
            assert!((ours.log_prefactor - log_prefactor).abs() < 2e-3, "{ours:?}");
            assert!((ours.r2 - r2).abs() < 1e-6, "{ours:?}");
            for (ours, golden) in [(ours.alpha, alpha), (ours.rate, rate), (ours.stretch, stretch)] {
                assert_eq!(ours.is_some(), golden.is_some());
                assert!(ours.zip(golden).is_none_or(|(ours, golden): (f64, f64)| (ours - golden).abs() < 1e-3));
            }
        }
        assert!(found.windows(2).all(|pair| pair[0].bic <= pair[1].bic));
    }

    /// Model, a, α, b, c, R².
    type Golden = (Model, f64, Option<f64>, Option<f64>, Option<f64>, f64);
    const GOLDEN: [Golden; 4] = [
        (Model::PowerLaw, 4.422_969_565_182_62, Some(2.521_450_704_907_770_6), None, None, 0.959_938_569_147_483_2),
        (
            Model::Exponential,
            -1.705_455_189_357_658_8,
            None,
            Some(0.066_473_854_760_620_68),
            None,
            0.987_425_493_081_323_4,
        ),
        (
            Model::StretchedExponential,
            -0.128_333_194_848_773_73,
            None,
            Some(0.458_277_043_437_111_1),
            Some(0.615_433_667_960_008_3),
            0.999_610_017_903_295_4,
        ),
        (
            Model::PowerLawWithCutOff,
            0.666_713_315_871_307_2,
            Some(0.956_002_328_874_446),
            Some(0.042_489_736_430_637_456),
            None,
            0.999_565_568_069_421_3,
        ),
    ];

    #[test]
    fn a_curve_that_flattens_has_no_cut_off() {
        let values: Vec<f64> = (1..=200).map(|k| (f64::from(k).powf(-1.5) + 0.002).ln()).collect();
        let found = alternatives(&values, WINDOW, Some(999));
        assert_eq!(found.len(), 3);
        assert!(found[0].model == Model::PowerLaw && found.iter().all(|found| found.bic.is_finite()));
    }

    #[test]
    fn simple_wins_where_the_difference_is_noise() {
        // A power law whose eigenvalues err by a third of what those of 200 rows do.
        let values: Vec<f64> = (1..=200).map(|k| -f64::from(k).ln() + 0.033 * (f64::from(k) * 2.4).sin()).collect();
        assert_eq!(alternatives(&values, WINDOW, Some(199))[0].model, Model::PowerLaw);
    }
}
