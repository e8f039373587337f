/*!
How the slope of a spectrum changes along its ranks.

**Local slope**, −d log λ / d log k, at about sixty ranks evenly spaced in log k: at rank r, the slope of the weighted
line through the ranks within [`BANDWIDTH_DECADES`] to either side, that is from r/2 to 2r. The weights are 1/k, which
makes up for the ranks' crowding in log k, times the tricube (1 − t³)³ of the distance t in bandwidths (local linear
regression: Cleveland 1979). At the ends the line is one-sided and the slope belongs to a rank somewhat further in. At
the first ranks the bandwidth grows until five ranks have a weight, to a factor between 5 and 6 at rank 1.

**Residuals**, log λ_k less the fitted line, over all usable ranks and not only the window's.

**Curvature**, the coefficient c of

> log λ_k = b − α·L − c·(L² − its line), L = log k − mean,

fitted over the window with weights 1/k, where the quadratic is made orthogonal to 1 and L. Positive: the spectrum
steepens. From first to last rank the slope changes by 2c·log(last / first). Independent errors of variance 2/m in log
λ (Anderson 1963; m = n − 1) give c a standard error of √(2/m · Σ w²q²) / Σ wq², q the quadratic; neighbours that hold
each other make it smaller where n is less than a few d.
*/

use serde::{Deserialize, Serialize};

use super::Window;

/// Half the width of the local line's kernel, a factor of 2 in rank. With 1000 Gaussian rows the slope at rank 10 then
/// has a standard error of 0.05 at most; half as wide a kernel would make that 0.13, and with one twice as wide a
/// break would take more than a decade to be over.
pub const BANDWIDTH_DECADES: f64 = 0.3;

/// Ranks that a local line goes through, at least.
const LOCAL_RANKS: usize = 5;

/// Ranks with a local slope, at most: closer together than the bandwidth by far.
const LOCAL_SLOPES: usize = 60;

/// Residuals shown, at most: more than a picture has room for.
const RESIDUALS: usize = 300;

/// Local slopes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalSlope {
    /// Ranks, evenly spaced in log k as far as whole ranks are.
    pub ranks: Vec<f64>,
    /// −d log λ / d log k there.
    pub slopes: Vec<f64>,
    /// [`BANDWIDTH_DECADES`].
    pub bandwidth_decades: f64,
}

/// What the fitted line leaves over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Residuals {
    /// Ranks, all or evenly spaced in log k.
    pub ranks: Vec<f64>,
    /// log λ − (b − α·log k) there.
    pub residuals: Vec<f64>,
}

/// The bend of a spectrum over a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curvature {
    /// c, the coefficient of (log k)²; positive where the spectrum steepens.
    pub quadratic: f64,
    /// First rank.
    pub first: usize,
    /// Last rank.
    pub last: usize,
    /// Slope of the quadratic at the first rank.
    pub slope_first: f64,
    /// Slope of the quadratic at the last rank.
    pub slope_last: f64,
    /// The second less the first: 2c·log(last / first).
    pub change: f64,
    /// Standard error of the change for independent eigenvalues of Gaussian rows.
    pub change_error: Option<f64>,
}

/// Local slopes over the usable ranks. None below five of them.
///
/// `log_values` are log λ_k for the usable ranks.
pub fn local_slope(log_values: &[f64]) -> LocalSlope {
    let usable = log_values.len();
    let logs: Vec<f64> = (1..=usable).map(|k| (k as f64).ln()).collect();
    let ranks = if usable < LOCAL_RANKS { Vec::new() } else { log_spaced(usable, LOCAL_SLOPES) };
    LocalSlope {
        slopes: ranks.iter().map(|&rank| slope_at(rank, &logs, log_values)).collect(),
        ranks: ranks.iter().map(|&rank| rank as f64).collect(),
        bandwidth_decades: BANDWIDTH_DECADES,
    }
}

fn slope_at(rank: usize, logs: &[f64], log_values: &[f64]) -> f64 {
    let here = logs[rank - 1];
    let mut bandwidth = BANDWIDTH_DECADES * std::f64::consts::LN_10;
    // Ranks strictly within the bandwidth.
    let within = |bandwidth: f64| {
        let from = logs.partition_point(|&log| log <= here - bandwidth);
        from..logs.partition_point(|&log| log < here + bandwidth)
    };
    while within(bandwidth).len() < LOCAL_RANKS.min(logs.len()) {
        bandwidth *= 1.1;
    }
    let [mut w, mut wx, mut wy, mut wxx, mut wxy] = [0.0; 5];
    for k in within(bandwidth) {
        let (x, y) = (logs[k] - here, log_values[k] - log_values[rank - 1]);
        let distance = (x / bandwidth).abs();
        let weight = (1.0 - distance * distance * distance).powi(3) / (k + 1) as f64;
        w += weight;
        wx += weight * x;
        wy += weight * y;
        wxx += weight * x * x;
        wxy += weight * x * y;
    }
    -(w * wxy - wx * wy) / (w * wxx - wx * wx)
}

/// Residuals from the line b − α·log k.
pub fn residuals(log_values: &[f64], alpha: f64, log_prefactor: f64) -> Residuals {
    let ranks = log_spaced(log_values.len(), RESIDUALS);
    let residual = |&rank: &usize| log_values[rank - 1] - log_prefactor + alpha * (rank as f64).ln();
    Residuals {
        residuals: ranks.iter().map(residual).collect(),
        ranks: ranks.iter().map(|&rank| rank as f64).collect(),
    }
}

/// The bend over a window of at least three usable ranks; `freedom` is n − 1, where that is known.
pub fn curvature(log_values: &[f64], window: Window, freedom: Option<usize>) -> Curvature {
    let ranks = || window.first..=window.last;
    let weight = |k: usize| 1.0 / k as f64;
    let total: f64 = ranks().map(weight).sum();
    let mean = |of: &dyn Fn(usize) -> f64| ranks().map(|k| weight(k) * of(k)).sum::<f64>() / total;
    let logs: Vec<f64> = ranks().map(|k| (k as f64).ln()).collect();
    let centre = mean(&|k| logs[k - window.first]);
    let x = |k: usize| logs[k - window.first] - centre;
    let square = mean(&|k| x(k).powi(2));
    let lean = mean(&|k| x(k).powi(3)) / square;
    let quadratic = |k: usize| x(k) * x(k) - lean * x(k) - square;
    let level = mean(&|k| log_values[k - 1]);
    let slope = -mean(&|k| x(k) * (log_values[k - 1] - level)) / square;
    let norm = mean(&|k| quadratic(k).powi(2));
    let c = -mean(&|k| quadratic(k) * (log_values[k - 1] - level)) / norm;
    let error =
        |freedom: usize| (2.0 / freedom as f64 * mean(&|k| weight(k) * quadratic(k).powi(2)) / total).sqrt() / norm;
    let slope_at = |k: usize| slope + c * (2.0 * x(k) - lean);
    let length = 2.0 * (window.last as f64 / window.first as f64).ln();
    Curvature {
        quadratic: c,
        first: window.first,
        last: window.last,
        slope_first: slope_at(window.first),
        slope_last: slope_at(window.last),
        change: c * length,
        change_error: freedom.map(|freedom| error(freedom) * length),
    }
}

/// At most `count` distinct ranks of 1 … last, evenly spaced in log k as far as they are whole, with both ends.
fn log_spaced(last: usize, count: usize) -> Vec<usize> {
    let step = (last as f64).ln() / (count - 1) as f64;
    let mut ranks: Vec<usize> = (0..count).map(|i| (step * i as f64).exp().round() as usize).collect();
    ranks.iter_mut().for_each(|rank| *rank = (*rank).clamp(1, last.max(1)));
    ranks.dedup();
    ranks.truncate(last);
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_values(of: impl Fn(f64) -> f64, last: u32) -> Vec<f64> {
        (1..=last).map(|k| of(f64::from(k).ln())).collect()
    }

    #[test]
    fn a_power_law_has_one_slope_everywhere() {
        for last in [5, 7, 100, 5000] {
            let local = local_slope(&log_values(|log| 3.0 - 1.3 * log, last));
            assert_eq!((local.ranks[0], *local.ranks.last().unwrap()), (1.0, f64::from(last)));
            assert!(local.slopes.iter().all(|slope| (slope - 1.3).abs() < 1e-9));
            assert!(local.ranks.windows(2).all(|pair| pair[0] < pair[1]) && local.ranks.len() <= 60);
        }
        assert!(local_slope(&[0.0; 4]).ranks.is_empty());
    }

    #[test]
    fn local_slopes_are_those_of_weighted_least_squares() {
        // NumPy 2.4: k = 1 … 400, y = cos(3·log k) − log k, polyfit(log k, y, 1, w=√(tricube / k)) with the ranks r/2
        // < k < 2r.
        let local = local_slope(&log_values(|log| (3.0 * log).cos() - log, 400));
        for (rank, slope) in GOLDEN_SLOPES {
            let at = local.ranks.iter().position(|&there| there == rank).unwrap();
            assert!((local.slopes[at] - slope).abs() < 1e-9, "{rank}: {}", local.slopes[at]);
        }
    }

    const GOLDEN_SLOPES: [(f64, f64); 3] =
        [(10.0, 2.387_364_328_068_771), (400.0, -1.798_436_652_122_488_4), (64.0, 0.786_662_594_057_698_2)];

    #[test]
    fn a_break_is_seen_at_its_rank() {
        let local = local_slope(&log_values(|log| -0.5 * log - 0.7 * (log - 30f64.ln()).max(0.0), 500));
        for (rank, slope) in local.ranks.iter().zip(&local.slopes) {
            assert!(*rank > 15.0 || (slope - 0.5).abs() < 1e-9);
            assert!(*rank < 60.0 || (slope - 1.2).abs() < 1e-9);
        }
    }

    #[test]
    fn residuals_are_from_the_line_at_all_ranks() {
        let values = log_values(|log| 0.3 - log + 0.01 * log * log, 2000);
        let found = residuals(&values, 1.0, 0.3);
        assert!(
            found.ranks.len() <= 300 && found.ranks.ends_with(&[2000.0]) && found.ranks.starts_with(&[1.0, 2.0, 3.0])
        );
        for (rank, residual) in found.ranks.iter().zip(&found.residuals) {
            assert!((residual - 0.01 * rank.ln().powi(2)).abs() < 1e-12);
        }
        assert_eq!(residuals(&values[..7], 1.0, 0.3).ranks.len(), 7);
    }

    #[test]
    fn curvature_is_the_change_of_slope() {
        let window = Window { first: 11, last: 100 };
        // The slope is 0.8 + 2·0.05·log k.
        let found = curvature(&log_values(|log| 2.0 - 0.8 * log - 0.05 * log * log, 300), window, Some(999));
        let slope = |rank: f64| 0.8 + 0.1 * rank.ln();
        assert!((found.quadratic - 0.05).abs() < 1e-12);
        assert!((found.slope_first - slope(11.0)).abs() < 1e-12 && (found.slope_last - slope(100.0)).abs() < 1e-12);
        assert!((found.change - (slope(100.0) - slope(11.0))).abs() < 1e-12);
    }

    #[test]
    fn the_error_of_curvature_is_that_of_independent_eigenvalues() {
        let window = Window { first: 11, last: 100 };
        let found = curvature(&log_values(|log| -log, 300), window, Some(999));
        assert!(found.quadratic.abs() < 1e-12);
        // NumPy 2.4: the change is a linear function of log λ, that of polyfit(log k, y, 2, w=√(1/k)); its gradient's
        // norm times √(2/999).
        assert!((found.change_error.unwrap() - GOLDEN_ERROR).abs() < 1e-9, "{:?}", found.change_error);
    }

    const GOLDEN_ERROR: f64 = 0.070_828_856_228_145_6;
}
