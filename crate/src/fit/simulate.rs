/*!
Gaussian samples with a known population spectrum, for tests. The same seed gives the same sample.
*/

use crate::eigen::eigenvalues;

/// SplitMix64 (Steele, Lea and Flood 2014) and the transform of Box and Muller.
pub struct Noise {
    state: u64,
}

impl Noise {
    pub fn new(seed: u64) -> Noise {
        Noise { state: seed }
    }

    /// In (0, 1].
    fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        ((bits >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// Two independent standard normal numbers.
    pub fn pair(&mut self) -> [f64; 2] {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        let (sine, cosine) = (std::f64::consts::TAU * self.uniform()).sin_cos();
        [radius * cosine, radius * sine]
    }
}

/// k^−α.
pub fn power_law_population(alpha: f64, d: usize) -> Vec<f64> {
    (1..=d).map(|k| (k as f64).powf(-alpha)).collect()
}

/// As in mouse primary visual cortex: exponent 0.52 up to rank 15, then 1.20.
pub fn mouse_population(d: usize) -> Vec<f64> {
    let log_value = |k: f64| -0.52 * k.min(15.0).ln() - 1.20 * (k / 15.0).max(1.0).ln();
    (1..=d).map(|k| log_value(k as f64).exp()).collect()
}

/// Eigenvalues of the centred covariance of n Gaussian rows, largest first, as many as there are columns.
pub fn sample_eigenvalues(population: &[f64], n: usize, noise: &mut Noise) -> Vec<f64> {
    let d = population.len();
    // Centring n rows leaves n − 1 degrees of freedom, exactly as if there were that many rows about a known mean.
    let rows = n - 1;
    // Samples are vectors of the smaller of both sizes: the products of rows, or of columns, have the same eigenvalues
    // but for zeros.
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(d);
    for value in population {
        let mut column = Vec::with_capacity(rows + 1);
        while column.len() < rows {
            column.extend(noise.pair().map(|normal| normal * value.sqrt()));
        }
        column.truncate(rows);
        columns.push(column);
    }
    let vectors = if d <= rows { columns } else { (0..rows).map(|i| columns.iter().map(|c| c[i]).collect()).collect() };
    let side = vectors.len();
    let mut lower = vec![0.0; side * side];
    for column in 0..side {
        for row in column..side {
            lower[column * side + row] = dot(&vectors[row], &vectors[column]) / rows as f64;
        }
    }
    let mut values = eigenvalues(&lower, side).unwrap();
    values.resize(d, 0.0);
    values
}

/// Four sums at once, which the compiler turns into vectors.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    for (left, right) in left.chunks_exact(4).zip(right.chunks_exact(4)) {
        for lane in 0..4 {
            sums[lane] += left[lane] * right[lane];
        }
    }
    let rest = left.len() / 4 * 4;
    sums.iter().sum::<f64>() + left[rest..].iter().zip(&right[rest..]).map(|(a, b)| a * b).sum::<f64>()
}
