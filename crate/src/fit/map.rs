/*!
α over every window: how far the number depends on the choice of ranks.

The authors' own code uses at least ten windows, so one α of one window says little. The map has α, R² and curvature for
all windows whose ends are on a grid of [preferred ranks](PREFERRED), and the range of α over those whose ends are among
the published ones ([`PUBLISHED_FIRST`], [`PUBLISHED_LAST`]).

Of the window from rank a to rank b, with L_k = log k, y_k = log λ_k, and means and sums with the weights of the fit:

> α = −Σ w (L − L̄)(y − ȳ) / Σ w (L − L̄)², as in [`power_law`](super::power_law);
> R² of that line, without weights;
> c = −Σ w q y / Σ w q², q = (L − L̄)² − its own weighted line,

where c is the coefficient of −(log k)² in a weighted parabola: positive where the spectrum steepens along the window. For
[`Weight::LogBinned`] the points of α and c are the bins, that of R² the ranks.

Each row of the map starts with its first rank and grows by the sums of one stretch of ranks a cell, so that a cell costs
the same whatever its length; with bins, which begin anew for each row, a row costs its ranks. Nothing is ever subtracted
from a longer sum, which would lose the small windows far down in the large ones before them; and L and y are taken from
their means over all ranks.
*/

use serde::{Deserialize, Serialize};

use super::sums::{Plain, Point, Weighted, bins_along, centred};
use super::{MIN_RANKS, Weight, Window, is_flat};
use crate::report::Sentence;

/// The ranks of the grid, in each decade: the preferred numbers R10 of ISO 3, ten to a decade and whole where it matters, so
/// that 50, 100 and 500 are among them. Rounded to whole ranks, and each rank once.
const PREFERRED: [f64; 10] = [1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0];

/// A window reaches over this factor in rank at least. It is that of the narrowest fixed window in the published code (Stringer
/// et al. 2019, `fig3.m`: ranks 11–30); less shows the scatter of a few eigenvalues and not a slope.
pub const NARROWEST: f64 = 30.0 / 11.0;

/// First ranks in published code: 4 (fastssl, `train_model.py`) to 25 (Stringer et al. 2019, `fig3.m`, image spectra).
pub const PUBLISHED_FIRST: (usize, usize) = (4, 25);

/// Last ranks in published code: 50 (fastssl, plots) to 500 (Stringer et al. 2019, `statsShuffledPCA.m`).
pub const PUBLISHED_LAST: (usize, usize) = (50, 500);

/// And no further than this part of the ranks (Arputharaj, TMLR 2026): past it a sample's eigenvalues fall towards nothing.
const PUBLISHED_PART: f64 = 0.9;

/// What a parabola needs beyond a line: it goes through any three points, and its curvature is their scatter.
const MIN_POINTS_FOR_CURVATURE: usize = MIN_RANKS + 1;

/// α, R² and curvature over a grid of windows.
///
/// The lists run over first × last: that of `ranks[i]` to `ranks[j]` is at `i * ranks.len() + j`; `None` where the window is
/// too narrow or ends before it starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowMap {
    /// The grid, ascending, from 1 to the last usable rank.
    pub ranks: Vec<usize>,
    /// The exponent.
    pub alpha: Vec<Option<f64>>,
    /// Unweighted R² of the line; `None` where all eigenvalues are equal.
    pub r2: Vec<Option<f64>>,
    /// c: positive where the spectrum steepens.
    pub curvature: Vec<Option<f64>>,
    /// The published windows among them.
    pub reasonable: Option<Reasonable>,
}

/// The range of α over windows whose ends are among the published ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reasonable {
    /// Lowest α.
    pub low: f64,
    /// Highest α.
    pub high: f64,
    /// How many windows.
    pub windows: usize,
    /// Their first ranks run from here to there.
    pub first: (usize, usize),
    /// Their last ranks run from here to there.
    pub last: (usize, usize),
}

/// What a window of the map holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowFit {
    /// The window.
    pub window: Window,
    /// The exponent.
    pub alpha: f64,
    /// Unweighted R² of the line; `None` where all eigenvalues are equal.
    pub r2: Option<f64>,
    /// c, with enough ranks for one.
    pub curvature: Option<f64>,
}

impl WindowMap {
    /// The windows that the map has, by first rank and then by last.
    pub fn windows(&self) -> impl Iterator<Item = WindowFit> {
        let size = self.ranks.len();
        self.alpha.iter().zip(&self.r2).zip(&self.curvature).enumerate().filter_map(
            move |(index, ((alpha, r2), curvature))| {
                let window = Window { first: self.ranks[index / size], last: self.ranks[index % size] };
                Some(WindowFit { window, alpha: (*alpha)?, r2: *r2, curvature: *curvature })
            },
        )
    }

    /// Over which α the reasonable windows run, in words.
    pub fn sentence(&self) -> Sentence {
        let say = |code: &str, message: String| Sentence { code: code.to_owned(), message };
        let Some(Reasonable { low, high, first, last, .. }) = self.reasonable else {
            return say("few_windows", "There are too few usable ranks to compare windows.".to_owned());
        };
        let ends = |(from, to): (usize, usize)| if from == to { format!("{from}") } else { format!("{from}–{to}") };
        let which = format!("Over reasonable windows (from rank {} to rank {})", ends(first), ends(last));
        let [low, high] = [low, high].map(|alpha| decimal(alpha, 2));
        if low == high {
            say("same_over_windows", format!("{which} α is {low} throughout."))
        } else {
            say("range_over_windows", format!("{which} α runs from {low} to {high}."))
        }
    }
}

/// A number to some decimals, with a minus sign as in print, and none before a zero.
pub(crate) fn decimal(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.contains(|digit| ('1'..='9').contains(&digit)) => format!("−{digits}"),
        Some(digits) => digits.to_owned(),
        None => text,
    }
}

/// The map of a spectrum. `eigenvalues` are largest first and positive up to rank `usable`.
pub fn window_map(eigenvalues: &[f64], usable: usize, weight: Weight) -> WindowMap {
    let ranks = grid(usable);
    let size = ranks.len();
    let mut map = WindowMap {
        alpha: vec![None; size * size],
        r2: vec![None; size * size],
        curvature: vec![None; size * size],
        reasonable: None,
        ranks,
    };
    let points = centred(&eigenvalues[..usable], weight);
    // What each rank of the grid adds to a window that ended at the one before it.
    let stretches = || map.ranks.windows(2).map(|pair| &points[pair[0]..pair[1]]);
    let plain: Vec<Plain> = stretches().map(Plain::over).collect();
    let weighted: Vec<Weighted> = stretches().map(Weighted::over).collect();
    for i in 0..size {
        let first = map.ranks[i];
        let start = &points[first - 1];
        let mut ranks = Plain::of(start);
        let line_points = match weight {
            Weight::LogBinned => bins_along(&points, &map.ranks[i..]),
            Weight::InverseRank | Weight::Equal => running(start, &weighted[i.min(weighted.len())..]),
        };
        for j in i + 1..size {
            ranks.add(&plain[j - 1]);
            let line_points = &line_points[j - i];
            if !wide_enough(first, map.ranks[j]) || line_points.count < MIN_RANKS {
                continue;
            }
            let line = line_points.line();
            let is_flat = is_flat(eigenvalues, Window { first, last: map.ranks[j] });
            map.alpha[i * size + j] = Some(if is_flat { 0.0 } else { -line.slope });
            map.r2[i * size + j] = if is_flat { None } else { ranks.r_squared(&line) };
            map.curvature[i * size + j] =
                (line_points.count >= MIN_POINTS_FOR_CURVATURE).then(|| -line_points.parabola());
        }
    }
    map.reasonable = reasonable(&map, usable);
    map
}

/// The sums of windows that start with a point and grow by a stretch each.
fn running(start: &Point, stretches: &[Weighted]) -> Vec<Weighted> {
    let mut sums = Weighted::of(start);
    std::iter::once(sums)
        .chain(stretches.iter().map(|stretch| {
            sums.add(stretch);
            sums
        }))
        .collect()
}

fn wide_enough(first: usize, last: usize) -> bool {
    last as f64 >= NARROWEST * first as f64 && last - first + 1 >= MIN_RANKS
}

/// The grid up to the last usable rank, which is always on it. A preferred rank less than half a step before it is not: it would
/// show the same windows twice.
fn grid(usable: usize) -> Vec<usize> {
    let half_step = 10f64.powf(0.05);
    let mut ranks: Vec<usize> = Vec::new();
    let mut decade = 1.0;
    while decade <= usable as f64 {
        for preferred in PREFERRED {
            let rank = (preferred * decade).round() as usize;
            if rank as f64 * half_step < usable as f64 && ranks.last() != Some(&rank) {
                ranks.push(rank);
            }
        }
        decade *= 10.0;
    }
    ranks.extend((usable > 0).then_some(usable));
    ranks
}

fn reasonable(map: &WindowMap, usable: usize) -> Option<Reasonable> {
    let most = ((usable as f64 * PUBLISHED_PART) as usize).min(PUBLISHED_LAST.1);
    let most = map.ranks.iter().copied().rfind(|&rank| rank <= most)?;
    let ends = (PUBLISHED_LAST.0.min(most), most);
    let within = |rank: usize, (from, to): (usize, usize)| (from..=to).contains(&rank);
    let among = |window: &Window| within(window.first, PUBLISHED_FIRST) && within(window.last, ends);
    map.windows().filter(|found| among(&found.window)).fold(None, |range: Option<Reasonable>, found| {
        let WindowFit { window: Window { first, last }, alpha, .. } = found;
        let range = range.unwrap_or(Reasonable {
            low: alpha,
            high: alpha,
            windows: 0,
            first: (first, first),
            last: (last, last),
        });
        Some(Reasonable {
            low: range.low.min(alpha),
            high: range.high.max(alpha),
            windows: range.windows + 1,
            first: (range.first.0.min(first), range.first.1.max(first)),
            last: (range.last.0.min(last), range.last.1.max(last)),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::power_law;

    /// A law that bends, with a wave on it.
    fn bent(count: u32) -> Vec<f64> {
        let value = |log: f64| (-1.1 * (log.exp() + 3.0).ln() - 0.02 * log * log + 0.05 * (7.0 * log).sin()).exp();
        (1..=count).map(|k| value(f64::from(k).ln())).collect()
    }

    fn map_of(spectrum: &[f64]) -> WindowMap {
        window_map(spectrum, spectrum.len(), Weight::InverseRank)
    }

    fn found(map: &WindowMap, first: usize, last: usize) -> Option<WindowFit> {
        map.windows().find(|found| found.window == Window { first, last })
    }

    #[test]
    fn every_window_has_the_alpha_of_its_own_fit() {
        // The second falls over thirty orders of magnitude.
        let steep: Vec<f64> = (1..=4096).map(|k| f64::from(k).powf(-2.5) * 10f64.powi(-k / 200)).collect();
        for spectrum in [bent(4096), bent(77), bent(700), steep] {
            for weight in Weight::ALL {
                let map = window_map(&spectrum, spectrum.len(), weight);
                for WindowFit { window, alpha, r2, .. } in map.windows() {
                    let fit = power_law(&spectrum, spectrum.len(), window, weight).unwrap();
                    assert!((alpha - fit.alpha).abs() < 1e-9, "{weight:?} {window:?}: {alpha} and {}", fit.alpha);
                    assert!(
                        (r2.unwrap() - fit.r2.unwrap()).abs() < 1e-9,
                        "{weight:?} {window:?}: {r2:?} and {:?}",
                        fit.r2
                    );
                }
            }
        }
    }

    #[test]
    fn windows_are_as_numpy_has_them() {
        // NumPy 2.4: polyfit(log k, log λ, 1 and 2, w=√(1/k)); R² without weights.
        let golden = [
            (1, 4, 0.440590194509843, 0.968569183757969, 0.078599337653880),
            (1, 4096, 1.092095066463297, 0.897116581384565, 0.065955135278448),
            (10, 100, 1.126317071396344, 0.995311922218876, 0.088633126954473),
            (13, 50, 1.094099037818746, 0.994561049687916, 0.006704550452899),
            (4, 500, 1.139067491156456, 0.986069483565417, 0.065415462122298),
            (1000, 4096, 1.384812567562854, 0.995904230407098, 0.033889801548328),
            (25, 80, 1.177204385575708, 0.989764070977650, 0.326673209113452),
        ];
        let map = map_of(&bent(4096));
        for (first, last, alpha, r2, curvature) in golden {
            let found = found(&map, first, last).unwrap();
            assert!((found.alpha - alpha).abs() < 1e-10 && (found.r2.unwrap() - r2).abs() < 1e-10, "{found:?}");
            assert!((found.curvature.unwrap() - curvature).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn steepening_is_positive() {
        for bend in [-0.05, 0.0, 0.05] {
            let value = |log: f64| (-log - bend * log * log).exp();
            let spectrum: Vec<f64> = (1..=500).map(|k| value(f64::from(k).ln())).collect();
            for found in map_of(&spectrum).windows() {
                assert!(found.curvature.is_none_or(|curvature| (curvature - bend).abs() < 1e-9), "{found:?}");
            }
        }
    }

    #[test]
    fn the_grid_ends_at_the_last_usable_rank() {
        assert_eq!(grid(0), [0; 0]);
        assert_eq!(grid(1), [1]);
        assert_eq!(grid(24), [1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 24]);
        // 100 would be next to 101.
        assert_eq!(grid(101)[11..], [25, 32, 40, 50, 63, 80, 101]);
        for usable in 1..3000 {
            let ranks = grid(usable);
            assert!(ranks.is_sorted_by(|a, b| a < b) && ranks[ranks.len() - 1] == usable, "{usable}: {ranks:?}");
        }
    }

    #[test]
    fn narrow_windows_are_left_out() {
        let map = map_of(&bent(200));
        for (first, last) in [(1, 2), (10, 25), (50, 125), (100, 200), (50, 50), (50, 10)] {
            assert!(found(&map, first, last).is_none());
        }
        let narrowest = map.windows().find(|found| found.window.first == 1).unwrap();
        assert_eq!((narrowest.window.last, narrowest.curvature), (3, None));
        assert!(found(&map, 10, 32).is_some());
    }

    #[test]
    fn reasonable_windows_are_the_published_ones() {
        let spectrum = bent(4096);
        let reasonable = window_map(&spectrum, 4096, Weight::InverseRank).reasonable.unwrap();
        assert_eq!((reasonable.first, reasonable.last), ((4, 25), (50, 500)));
        // NumPy 2.4: the extremes of polyfit over first 4, 5, 6, 8, 10, 13, 16, 20, 25 and last 50, 63, …, 500.
        assert!((reasonable.low - 0.974802984674774).abs() < 1e-10, "{reasonable:?}");
        assert!((reasonable.high - 1.252728458002082).abs() < 1e-10, "{reasonable:?}");
        assert_eq!(reasonable.windows, 96);
        let clipped = window_map(&spectrum, 40, Weight::InverseRank).reasonable.unwrap();
        assert_eq!((clipped.first, clipped.last), ((4, 10), (32, 32)));
        assert_eq!(window_map(&spectrum, 10, Weight::InverseRank).reasonable, None);
    }

    #[test]
    fn the_sentence_says_the_range() {
        let says = |spectrum: &[f64]| map_of(spectrum).sentence().message;
        // NumPy 2.4: 0.9748 and 1.1944.
        assert_eq!(
            says(&bent(200)),
            "Over reasonable windows (from rank 4–25 to rank 50–160) α runs from 0.97 to 1.19."
        );
        let law: Vec<f64> = (1..=40).map(|k| 1.0 / f64::from(k)).collect();
        assert_eq!(says(&law), "Over reasonable windows (from rank 4–10 to rank 32) α is 1.00 throughout.");
        assert_eq!(says(&[1.0; 40]), "Over reasonable windows (from rank 4–10 to rank 32) α is 0.00 throughout.");
        assert_eq!(says(&[1.0]), "There are too few usable ranks to compare windows.");
        assert_eq!(says(&[]), "There are too few usable ranks to compare windows.");
    }

    #[test]
    fn a_flat_spectrum_is_a_line() {
        for level in [1.0, 0.3, 1e-9] {
            assert!(map_of(&[level; 300]).windows().all(|found| found.alpha == 0.0 && found.r2.is_none()));
        }
    }
}
