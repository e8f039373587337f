/*!
α as a sum of log eigenvalues.

The slope of a least-squares line is linear in what it is fitted to:

> α = Σ_k c_k·log λ_k, c_k = w_k (x_k − x̄) / Σ w (x − x̄)², x_k = −log k, x̄ = Σ w·x / Σ w.

c depends on the window and the weights alone. So α of many spectra over one window costs one logarithm a rank each.
*/

use super::{MIN_RANKS, Point, Weight, Window, in_bins};

/// The coefficients c over a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    first: usize,
    coefficients: Vec<f64>,
}

impl Contrast {
    /// The coefficients over a window, or `None` where it has fewer than [`MIN_RANKS`] ranks, or bins of them.
    pub fn new(window: Window, weight: Weight) -> Option<Contrast> {
        let Window { first, last } = window;
        let ranks: Vec<Point> = (first..=last).map(|k| Point { x: -(k as f64).ln(), y: 0.0, weight: 1.0 }).collect();
        // Each point, and how many ranks it is the mean of.
        let points: Vec<(Point, usize)> = match weight {
            Weight::InverseRank => {
                ranks.iter().zip(first..).map(|(p, k)| (Point { weight: 1.0 / k as f64, ..*p }, 1)).collect()
            }
            Weight::Equal => ranks.iter().map(|&p| (p, 1)).collect(),
            Weight::LogBinned => in_bins(&ranks, first)
                .map(|ranks| {
                    let x = ranks.iter().map(|p| p.x).sum::<f64>() / ranks.len() as f64;
                    (Point { x, y: 0.0, weight: 1.0 }, ranks.len())
                })
                .collect(),
        };
        if first == 0 || points.len() < MIN_RANKS {
            return None;
        }
        let total: f64 = points.iter().map(|(p, _)| p.weight).sum();
        let mean = points.iter().map(|(p, _)| p.weight * p.x).sum::<f64>() / total;
        let squares: f64 = points.iter().map(|(p, _)| p.weight * (p.x - mean).powi(2)).sum();
        let coefficients = points
            .iter()
            .flat_map(|&(p, ranks)| std::iter::repeat_n(p.weight * (p.x - mean) / squares / ranks as f64, ranks))
            .collect();
        Some(Contrast { first, coefficients })
    }

    /// α of a spectrum, largest first. `None` where the window reaches past its `usable` ranks.
    pub fn alpha(&self, eigenvalues: &[f64], usable: usize) -> Option<f64> {
        let window = self.within(eigenvalues.get(..usable)?)?;
        Some(self.coefficients.iter().zip(window).map(|(c, value)| c * value.ln()).sum())
    }

    /// The same of logarithms of eigenvalues, all of them usable.
    pub fn alpha_of_logs(&self, logs: &[f64]) -> Option<f64> {
        Some(self.coefficients.iter().zip(self.within(logs)?).map(|(c, log)| c * log).sum())
    }

    /// Σ |c_k|·δ_k: how far α is off at most where log λ of rank k is off by δ_k. `None` where one of these is not known.
    pub fn bound(&self, deviation: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        self.coefficients.iter().zip(self.first..).map(|(c, rank)| Some(c.abs() * deviation(rank)?)).sum()
    }

    fn within<'a>(&self, ranks: &'a [f64]) -> Option<&'a [f64]> {
        ranks.get(self.first - 1..self.first - 1 + self.coefficients.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::power_law;

    #[test]
    fn the_sum_is_the_slope_of_the_line() {
        let wave = |k: f64| (k + 3.0).powf(-1.2) * (1.0 + 0.3 * k.sin());
        let eigenvalues: Vec<f64> = (1..=600).map(|k| wave(f64::from(k))).collect();
        let logs: Vec<f64> = eigenvalues.iter().map(|value| value.ln()).collect();
        for (first, last) in [(1, 3), (4, 100), (11, 100), (1, 600)] {
            for weight in Weight::ALL {
                let window = Window::new(first, last).unwrap();
                let alpha = Contrast::new(window, weight).map(|contrast| contrast.alpha(&eigenvalues, 600).unwrap());
                let fitted = power_law(&eigenvalues, 600, window, weight).ok().map(|fit| fit.alpha);
                assert_eq!(alpha.is_some(), fitted.is_some());
                if let (Some(alpha), Some(fitted)) = (alpha, fitted) {
                    assert!((alpha - fitted).abs() < 1e-12, "{first}–{last} {weight:?}");
                    let of_logs = Contrast::new(window, weight).unwrap().alpha_of_logs(&logs).unwrap();
                    assert_eq!(alpha, of_logs);
                }
            }
        }
    }

    #[test]
    fn errors_of_logarithms_add_up_to_no_more_than_the_bound() {
        let contrast = Contrast::new(Window { first: 4, last: 60 }, Weight::InverseRank).unwrap();
        let logs: Vec<f64> = (1..=60).map(|k| -f64::from(k).ln()).collect();
        // The worst case: each is off in the direction that its coefficient has.
        let off = |k: usize| 0.01 * contrast.coefficients[k.max(4) - 4].signum();
        let worst: Vec<f64> = logs.iter().zip(1..).map(|(log, k)| log + off(k)).collect();
        let error = contrast.alpha_of_logs(&worst).unwrap() - contrast.alpha_of_logs(&logs).unwrap();
        let bound = contrast.bound(|_| Some(0.01)).unwrap();
        assert!(error <= bound * (1.0 + 1e-9) && error > 0.999 * bound, "{error} {bound}");
        assert_eq!(contrast.bound(|k| (k != 30).then_some(0.01)), None);
    }

    #[test]
    fn a_window_past_the_usable_ranks_has_no_alpha() {
        let eigenvalues = [1.0, 0.5, 0.3, 0.2, 0.1];
        let contrast = Contrast::new(Window { first: 2, last: 4 }, Weight::Equal).unwrap();
        assert!(contrast.alpha(&eigenvalues, 4).is_some());
        assert_eq!(contrast.alpha(&eigenvalues, 3), None);
        assert_eq!(contrast.alpha(&eigenvalues, 9), None);
        assert_eq!(Contrast::new(Window { first: 2, last: 3 }, Weight::Equal), None);
    }
}
