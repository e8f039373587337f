/*!
Gaussian samples with a known population spectrum, row by row, for tests.
*/

use crate::eigen::eigenvalues;
use crate::synth::Law;
use crate::synth::draw::dot;
use crate::synth::random::Random;

/// k^−α.
pub fn power_law_population(alpha: f64, d: usize) -> Vec<f64> {
    Law::PowerLaw { alpha }.variances(d)
}

/// As in mouse primary visual cortex: exponent 0.52 up to rank 15, then 1.20.
pub fn mouse_population(d: usize) -> Vec<f64> {
    Law::Broken { head: 0.52, knee: 15.0, tail: 1.20 }.variances(d)
}

/// Eigenvalues of the centred covariance of n Gaussian rows, largest first, as many as there are columns.
pub fn sample_eigenvalues(population: &[f64], n: usize, random: &mut Random) -> Vec<f64> {
    let d = population.len();
    // Centring n rows leaves n − 1 degrees of freedom, exactly as if there were that many rows about a known mean.
    let rows = n - 1;
    // Samples are vectors of the smaller of both sizes: the products of rows, or of columns, have the same eigenvalues
    // but for zeros.
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(d);
    for value in population {
        let mut column = Vec::with_capacity(rows + 1);
        while column.len() < rows {
            column.extend(random.pair().map(|normal| normal * value.sqrt()));
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
