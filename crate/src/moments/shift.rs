/*! What is subtracted from every sample before it is multiplied, and the power of two that it is scaled by. */

use serde::{Deserialize, Serialize};

/// What is subtracted from every sample, and the power of two that it is then multiplied with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// The provisional mean (empty in the dual, where each sample is centred by itself).
    pub values: Vec<f64>,
    /// The provisional mean of rows at unit length.
    pub unit: Vec<f64>,
    /// Samples are multiplied by 2^exponent.
    pub exponent: i32,
    /// Number of rows that the mean is of.
    pub rows: u64,
    /// In the dual, rows that are already known to hold NaN or infinity.
    pub dropped: Vec<usize>,
}

impl Shift {
    /// 2^exponent.
    pub fn scale(&self) -> f64 {
        2f64.powi(self.exponent)
    }
}

/// The mean of each column, taken around the first row. A column that is constant has exactly its value as the mean, so that its
/// variance comes out as exactly zero.
pub(super) fn column_means(rows: &[&[f64]], width: usize) -> Vec<f64> {
    let Some((first, _)) = rows.split_first() else { return vec![0.0; width] };
    (0..width)
        .map(|column| {
            let offset = rows.iter().map(|row| (row[column] - first[column]) / rows.len() as f64).sum::<f64>();
            let mean = first[column] + offset;
            if mean.is_finite() { mean } else { first[column] }
        })
        .collect()
}

pub(super) fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.map(f64::abs).filter(|value| value.is_finite()).fold(0.0, f64::max)
}

/// The exponent that brings values of this size to between 1 and 2, as far as an f64 can scale in one multiplication.
pub(super) fn exponent(largest: f64) -> i32 {
    const LIMIT: i32 = 1000;
    if largest == 0.0 {
        return 0;
    }
    // log2 is exact enough: a factor of two more or less does no harm.
    (-largest.log2().floor()).clamp(f64::from(-LIMIT), f64::from(LIMIT)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_constant_column_is_its_value() {
        let value = 0.1;
        let rows: [&[f64]; 3] = [&[value, 1.0], &[value, 2.0], &[value, 6.0]];
        assert_eq!(column_means(&rows, 2), [value, 3.0]);
        assert_eq!(column_means(&[], 2), [0.0, 0.0]);
    }

    #[test]
    fn scaling_brings_values_near_one() {
        for value in [1.0, 3.0, 1e-300, 1e300, 5e-324] {
            let scaled = value * 2f64.powi(exponent(value));
            assert!((0.5..4.0).contains(&scaled) || value < 1e-300, "{value} → {scaled}");
        }
    }
}
