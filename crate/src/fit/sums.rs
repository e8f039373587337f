/*!
Power sums of points (log k, log λ_k), which add up, and the lines and parabolas that follow from them.

They serve where many overlapping windows are fitted. A single fit goes around its own means ([`power_law`](super::power_law)),
and these around those of all ranks: that costs a few of sixteen digits, and no more.
*/

use super::{BINS_PER_DECADE, Weight};

/// A spread of log λ below this (a standard deviation) is the rounding of its logarithms: the spectrum is flat, and there is nothing
/// for a line to explain.
const FLAT: f64 = 1e-13;

/// A rank k, or the mean of some.
#[derive(Clone, Copy)]
pub(super) struct Point {
    /// log k, less its mean over all ranks.
    pub x: f64,
    /// log λ_k, less its mean over all ranks.
    pub y: f64,
    /// How much it counts.
    pub weight: f64,
}

/// The points of a spectrum, around their mean.
pub(super) fn centred(eigenvalues: &[f64], weight: Weight) -> Vec<Point> {
    let mut points: Vec<Point> = (1..)
        .zip(eigenvalues)
        .map(|(k, value)| {
            let k = f64::from(k);
            let weight = match weight {
                Weight::InverseRank => 1.0 / k,
                Weight::Equal | Weight::LogBinned => 1.0,
            };
            Point { x: k.ln(), y: value.ln(), weight }
        })
        .collect();
    let mean = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (x_mean, y_mean) = (mean(|point| point.x), mean(|point| point.y));
    for point in &mut points {
        point.x -= x_mean;
        point.y -= y_mean;
    }
    points
}

/// A straight line through the weighted means.
pub(super) struct Line {
    pub slope: f64,
    x_mean: f64,
    y_mean: f64,
}

/// Sums without weights: of 1, x, y, x², xy, y².
#[derive(Clone, Copy, Default)]
pub(super) struct Plain([f64; 6]);

impl Plain {
    pub fn of(&Point { x, y, .. }: &Point) -> Plain {
        Plain([1.0, x, y, x * x, x * y, y * y])
    }

    pub fn over(points: &[Point]) -> Plain {
        let mut sums = Plain::default();
        points.iter().for_each(|point| sums.add(&Plain::of(point)));
        sums
    }

    pub fn add(&mut self, other: &Plain) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, more)| *sum += more);
    }

    /// R² of a line: 1 − Σr² / Σ(y − ȳ)². `None` where all y are equal.
    pub fn r_squared(&self, &Line { slope, x_mean, y_mean }: &Line) -> Option<f64> {
        let [n, x, y, xx, xy, yy] = self.0;
        let (xx, xy, yy) = (xx - x * x / n, xy - x * y / n, yy - y * y / n);
        // The line goes through the weighted means, which may lie off the plain ones.
        let off = y / n - y_mean - slope * (x / n - x_mean);
        let left = yy - 2.0 * slope * xy + slope * slope * xx + n * off * off;
        (yy > n * FLAT * FLAT).then(|| 1.0 - left / yy)
    }
}

/// Sums with weights.
#[derive(Clone, Copy, Default)]
pub(super) struct Weighted {
    /// How many points.
    pub count: usize,
    /// w times 1, x, x², x³, x⁴.
    powers: [f64; 5],
    /// w times y, xy, x²y.
    products: [f64; 3],
}

impl Weighted {
    pub fn of(&Point { x, y, weight: w }: &Point) -> Weighted {
        Weighted {
            count: 1,
            powers: [w, w * x, w * x * x, w * x * x * x, w * x * x * x * x],
            products: [w * y, w * x * y, w * x * x * y],
        }
    }

    pub fn over(points: &[Point]) -> Weighted {
        let mut sums = Weighted::default();
        points.iter().for_each(|point| sums.add(&Weighted::of(point)));
        sums
    }

    pub fn add(&mut self, other: &Weighted) {
        self.count += other.count;
        self.powers.iter_mut().zip(other.powers).for_each(|(sum, more)| *sum += more);
        self.products.iter_mut().zip(other.products).for_each(|(sum, more)| *sum += more);
    }

    /// The weighted least-squares line.
    pub fn line(&self) -> Line {
        let [w, wx, wxx, ..] = self.powers;
        let [wy, wxy, _] = self.products;
        let x_mean = wx / w;
        Line { slope: (wxy - x_mean * wy) / (wxx - x_mean * wx), x_mean, y_mean: wy / w }
    }

    /// Coefficient of x² in the weighted least-squares parabola: that of the part of (x − x̄)² that no line explains.
    pub fn parabola(&self) -> f64 {
        let [w, wx, wxx, wxxx, wxxxx] = self.powers;
        let [wy, wxy, wxxy] = self.products;
        let m = wx / w;
        let square = wxx - m * wx;
        let cube = wxxx - 3.0 * m * wxx + 2.0 * m * m * wx;
        let fourth = wxxxx - 4.0 * m * wxxx + 6.0 * m * m * wxx - 3.0 * m * m * m * wx;
        let lean = cube / square;
        let xy = wxy - m * wy;
        let xxy = wxxy - 2.0 * m * wxy + m * m * wy - square * wy / w;
        (xxy - lean * xy) / (fourth - lean * cube - square * square / w)
    }
}

/// The sums over the bins of [`Weight::LogBinned`], for the windows from the first of some ranks to each of them.
pub(super) fn bins_along(points: &[Point], ranks: &[usize]) -> Vec<Weighted> {
    // As in `power_law`: an edge of a bin may be a rank, whatever the logarithm's last digit.
    const ROUNDING: f64 = 1e-9;
    let Some(&first) = ranks.first() else { return Vec::new() };
    let start = points[first - 1].x;
    let mean = |n: f64, x: f64, y: f64| Weighted::of(&Point { x: x / n, y: y / n, weight: 1.0 });
    let mut complete = Weighted::default();
    let (mut bin, mut n, mut x, mut y) = (0, 0.0, 0.0, 0.0);
    let mut next = first;
    ranks
        .iter()
        .map(|&last| {
            for point in &points[next - 1..last] {
                let its = ((point.x - start) / std::f64::consts::LN_10 * BINS_PER_DECADE + ROUNDING) as usize;
                if its != bin {
                    complete.add(&mean(n, x, y));
                    (bin, n, x, y) = (its, 0.0, 0.0, 0.0);
                }
                (n, x, y) = (n + 1.0, x + point.x, y + point.y);
            }
            next = last + 1;
            let mut sums = complete;
            sums.add(&mean(n, x, y));
            sums
        })
        .collect()
}
