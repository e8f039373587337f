/*!
The power law λ_k ∝ k^−α, fitted as the authors of α-ReQ do.

α is the slope of a weighted straight line of log λ_k on −log k over a window of ranks:

> (α, b) = argmin Σ_k w_k (log λ_k + α·log k − b)², w_k = 1/k, k = first … last.

The weights 1/k make the fit about uniform in log k. Source: Stringer et al. 2019 (`get_powerlaw`), Agrawal et al. 2022 (α-ReQ), package
`reptrix` (`get_alpha`, whose default is ranks 11–100).

Two other weights are offered: none (every rank counts alike, so that the last decade has nine tenths of the say), and log-binned (each tenth of a decade
counts alike, whatever ranks are in it).

The authors report R² of that line *without* the weights and over other ranks, from one past the window's first to 100 (or 500, or
d − 10 below 512 columns). Both are given as [`r2_100`](Fit::r2_100) and [`r2_500`](Fit::r2_500), beside the plain ones over the window.
*/

pub mod alternatives;
pub mod broken;
pub mod contrast;
pub mod density;
pub mod expected;
pub mod local;
pub mod map;
pub mod shape;
#[cfg(test)]
pub(crate) mod simulate;
mod sums;

use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result};
use crate::report::Sentence;

/// A range of ranks, 1-based and inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First rank.
    pub first: usize,
    /// Last rank.
    pub last: usize,
}

/// The window of the authors' package, and the default here.
pub const DEFAULT_WINDOW: Window = Window { first: 11, last: 100 };

/// Windows by who uses them: name, first rank, last rank (`None`: the last usable one).
pub const PRESETS: [(&str, usize, Option<usize>); 5] = [
    ("alpha-req", 11, Some(100)),
    ("fastssl-train", 4, Some(100)),
    ("fastssl-plot", 12, Some(50)),
    ("stringer", 11, Some(500)),
    ("full", 1, None),
];

/// How much each rank counts in a fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weight {
    /// w_k = 1/k, as the authors do.
    #[default]
    #[serde(rename = "1/k")]
    InverseRank,
    /// w_k = 1.
    #[serde(rename = "none")]
    Equal,
    /// The window is cut into bins of a tenth of a decade, from its first rank on. Each bin that holds a rank is one point, the mean of log k and of log λ_k, and
    /// all points count alike.
    #[serde(rename = "log-binned")]
    LogBinned,
}

impl Weight {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Weight; 3] = [Weight::InverseRank, Weight::Equal, Weight::LogBinned];

    /// As it stands in a Report.
    pub fn name(self) -> &'static str {
        match self {
            Weight::InverseRank => "1/k",
            Weight::Equal => "none",
            Weight::LogBinned => "log-binned",
        }
    }
}

/// Bins of [`Weight::LogBinned`] in a decade: the default window has ten, each with one rank or more.
pub const BINS_PER_DECADE: f64 = 10.0;

/// A straight line through fewer points says nothing about its own fit.
pub const MIN_RANKS: usize = 3;

impl Fit {
    /// Whether all eigenvalues in the window are equal, to within rounding.
    pub fn is_flat(&self) -> bool {
        self.r2.is_none()
    }
}

impl Window {
    /// A window from `first` to `last`.
    ///
    /// # Errors
    ///
    /// `InvalidWindow` unless 1 ≤ first < last.
    pub fn new(first: usize, last: usize) -> Result<Window> {
        if first == 0 || last <= first {
            return Err(ErrorKind::InvalidWindow { first, last }.into());
        }
        Ok(Window { first, last })
    }

    /// The part of the window that has usable ranks.
    ///
    /// # Errors
    ///
    /// `TooFewRanks` where fewer than [`MIN_RANKS`] are left.
    pub fn clip(self, usable: usize) -> Result<Window> {
        let last = self.last.min(usable);
        if last < self.first + MIN_RANKS - 1 {
            return Err(ErrorKind::TooFewRanks { first: self.first, last: self.last, usable }.into());
        }
        Ok(Window { first: self.first, last })
    }
}

/// A fitted power law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The exponent α.
    pub alpha: f64,
    /// b: the line's log λ at rank 1.
    pub log_prefactor: f64,
    /// First rank of the fit.
    pub first: usize,
    /// Last rank of the fit.
    pub last: usize,
    /// Weight of rank k.
    pub weight: Weight,
    /// Unweighted R² of log λ over the window. `None` where all eigenvalues in it are equal: it would be 0/0.
    pub r2: Option<f64>,
    /// R² with the weights of the fit; of its bins where it is log-binned. `None` likewise.
    pub r2_weighted: Option<f64>,
    /// The authors' R², unweighted, over ranks first + 1 … 100. `None` where there is no usable rank 100, or likewise.
    pub r2_100: Option<f64>,
    /// The same up to rank 500, or d − 10 where d < 512.
    pub r2_500: Option<f64>,
    /// The window that was asked for, where it had to be clipped.
    pub clipped_from: Option<(usize, usize)>,
}

/// Fits the power law over a window, clipped to the usable ranks.
///
/// `eigenvalues` are largest first and positive up to rank `usable`; there are d of them.
///
/// # Errors
///
/// `TooFewRanks` where fewer than three ranks, or bins of them, are left.
pub fn power_law(eigenvalues: &[f64], usable: usize, window: Window, weight: Weight) -> Result<Fit> {
    let clipped = window.clip(usable)?;
    let d = eigenvalues.len();
    let at = |k: usize| Point { x: -(k as f64).ln(), y: eigenvalues[k - 1].ln(), weight: 1.0 };
    let ranks: Vec<Point> = (clipped.first..=clipped.last).map(at).collect();
    let points = match weight {
        Weight::InverseRank => {
            ranks.iter().zip(clipped.first..).map(|(p, k)| Point { weight: 1.0 / k as f64, ..*p }).collect()
        }
        Weight::Equal => ranks.clone(),
        Weight::LogBinned => bins(&ranks, clipped.first),
    };
    if points.len() < MIN_RANKS {
        return Err(ErrorKind::TooFewRanks { first: window.first, last: window.last, usable }.into());
    }
    let is_flat = is_flat(eigenvalues, clipped);
    // The slope of what rounding has left of equal numbers is rounding as well.
    let (alpha, log_prefactor) = if is_flat { (0.0, ranks[0].y) } else { weighted_line(&points) };
    let residual = |point: &Point| point.y - log_prefactor - alpha * point.x;
    let authors = |stop: usize| {
        if usable < stop || stop < clipped.first + 2 {
            return None;
        }
        let points: Vec<Point> = (clipped.first + 1..=stop).map(at).collect();
        let is_flat = self::is_flat(eigenvalues, Window { first: clipped.first + 1, last: stop });
        (!is_flat).then(|| r_squared(&points, residual))
    };
    Ok(Fit {
        alpha,
        log_prefactor,
        first: clipped.first,
        last: clipped.last,
        weight,
        r2: (!is_flat).then(|| r_squared(&ranks, residual)),
        r2_weighted: (!is_flat).then(|| r_squared(&points, residual)),
        r2_100: authors(100),
        r2_500: authors(if d >= 512 { 500 } else { d.saturating_sub(10) }),
        clipped_from: (clipped != window).then_some((window.first, window.last)),
    })
}

/// Whether all eigenvalues in a window are equal to within rounding: each is off by d·ε·λ₁ at most. What is made of their differences
/// would be made of rounding.
pub(crate) fn is_flat(eigenvalues: &[f64], Window { first, last }: Window) -> bool {
    // Logarithms are rounded as well, and no window whose ends differ by a thousandth is flat.
    let (least, most) = (1e-13, 1e-3);
    let off = eigenvalues.len() as f64 * f64::EPSILON * eigenvalues[0] / eigenvalues[last - 1];
    (eigenvalues[first - 1] / eigenvalues[last - 1]).ln() <= (2.0 * off).clamp(least, most)
}

/// Why a flat spectrum has no interval.
pub(crate) fn no_interval_of_flat() -> Sentence {
    let message = "A flat spectrum has no slope, and so none that could be off.";
    Sentence { code: "flat_spectrum".to_owned(), message: message.to_owned() }
}

/// One point for each bin that holds a rank. `ranks` are those from `first` on.
fn bins(ranks: &[Point], first: usize) -> Vec<Point> {
    in_bins(ranks, first)
        .map(|ranks| {
            let mean = |of: fn(&Point) -> f64| ranks.iter().map(of).sum::<f64>() / ranks.len() as f64;
            Point { x: mean(|p| p.x), y: mean(|p| p.y), weight: 1.0 }
        })
        .collect()
}

/// The ranks of each bin that holds one.
fn in_bins(ranks: &[Point], first: usize) -> impl Iterator<Item = &[Point]> {
    // The edge of a bin may be a rank: k = first·10^(i/10) belongs to bin i, whatever the logarithm's last digit.
    const ROUNDING: f64 = 1e-9;
    let bin = move |point: &Point| {
        ((-point.x - (first as f64).ln()) / std::f64::consts::LN_10 * BINS_PER_DECADE + ROUNDING) as usize
    };
    ranks.chunk_by(move |a, b| bin(a) == bin(b))
}

#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
    weight: f64,
}

/// Slope and intercept of the weighted least-squares line, computed around the weighted means.
fn weighted_line(points: &[Point]) -> (f64, f64) {
    let total: f64 = points.iter().map(|p| p.weight).sum();
    let x_mean = points.iter().map(|p| p.weight * p.x).sum::<f64>() / total;
    let y_mean = points.iter().map(|p| p.weight * p.y).sum::<f64>() / total;
    let xy: f64 = points.iter().map(|p| p.weight * (p.x - x_mean) * (p.y - y_mean)).sum();
    let xx: f64 = points.iter().map(|p| p.weight * (p.x - x_mean) * (p.x - x_mean)).sum();
    let slope = xy / xx;
    (slope, y_mean - slope * x_mean)
}

/// 1 − Σw·r² / Σw·(y − ȳ)², of values that are not all equal.
fn r_squared(points: &[Point], residual: impl Fn(&Point) -> f64) -> f64 {
    let total: f64 = points.iter().map(|p| p.weight).sum();
    let mean = points.iter().map(|p| p.weight * p.y).sum::<f64>() / total;
    let left: f64 = points.iter().map(|p| p.weight * residual(p).powi(2)).sum();
    let all: f64 = points.iter().map(|p| p.weight * (p.y - mean).powi(2)).sum();
    1.0 - left / all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_power_law_has_its_exponent_in_every_window() {
        for alpha in [0.0, 0.5, 1.0, 2.5] {
            let eigenvalues: Vec<f64> = (1..=600).map(|k| 3.0 * (k as f64).powf(-alpha)).collect();
            for (first, last) in [(11, 100), (4, 100), (12, 50), (1, 3), (1, 600)] {
                for weight in Weight::ALL {
                    if weight == Weight::LogBinned && last == 3 {
                        continue;
                    }
                    let fit = power_law(&eigenvalues, 600, Window::new(first, last).unwrap(), weight).unwrap();
                    assert!((fit.alpha - alpha).abs() < 1e-13 && (fit.log_prefactor - 3f64.ln()).abs() < 1e-12);
                    assert_eq!(fit.r2.is_none(), alpha == 0.0);
                    assert!(fit.r2.is_none_or(|r2| (r2 - 1.0).abs() < 1e-12));
                }
            }
        }
    }

    #[test]
    fn a_window_is_clipped_and_says_so() {
        let eigenvalues: Vec<f64> = (1..=60).map(|k| 1.0 / f64::from(k)).collect();
        let fit = power_law(&eigenvalues, 40, DEFAULT_WINDOW, Weight::InverseRank).unwrap();
        assert_eq!((fit.first, fit.last, fit.clipped_from), (11, 40, Some((11, 100))));
        assert_eq!((fit.r2_100, fit.r2_500), (None, None));
        let error = power_law(&eigenvalues, 12, DEFAULT_WINDOW, Weight::InverseRank).unwrap_err();
        assert_eq!(error.code(), "too_few_ranks");
    }

    #[test]
    fn a_window_has_a_first_and_a_later_last_rank() {
        for (first, last) in [(0, 5), (5, 5), (6, 5)] {
            assert_eq!(Window::new(first, last).unwrap_err().code(), "invalid_window");
        }
    }

    /// NumPy: polyfit of degree 1 over ranks 11–100, of the ranks and of the means of bins of a tenth of a decade.
    #[test]
    fn other_weights_give_numpys_lines() {
        let wave = |k: f64| (k + 3.0).powf(-1.2) * (1.0 + 0.3 * k.sin());
        let eigenvalues: Vec<f64> = (1..=200).map(|k| wave(f64::from(k))).collect();
        for (weight, alpha, log_prefactor) in [
            (Weight::Equal, 1.1034125789786045, -0.48853735104302515),
            (Weight::LogBinned, 1.0834874842702356, -0.5628972623063817),
        ] {
            let fit = power_law(&eigenvalues, 200, DEFAULT_WINDOW, weight).unwrap();
            assert!((fit.alpha - alpha).abs() < 1e-12 && (fit.log_prefactor - log_prefactor).abs() < 1e-12, "{fit:?}");
        }
    }

    #[test]
    fn fitting_twice_gives_the_same() {
        let eigenvalues: Vec<f64> = (1..=200).map(|k| (f64::from(k) + 3.0).powf(-1.2)).collect();
        let fit = || power_law(&eigenvalues, 200, DEFAULT_WINDOW, Weight::Equal).unwrap();
        assert_eq!(fit(), fit());
    }
}
