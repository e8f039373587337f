/*! A column of numbers that may be eigenvalues, while it is read. */

use super::{FEWEST_EIGENVALUES, ROUNDING};
use crate::error::group;
use crate::order::ascending;
use crate::source::Number;

/// What stands beside each value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Nothing.
    Nothing,
    /// Its rank, before it: 1, 2, 3….
    Rank,
    /// Its imaginary part, after it.
    Imaginary,
}

/// Numbers of one column, and what stands beside them.
#[derive(Debug)]
pub(super) struct Values {
    beside: Beside,
    /// Whether a person has said that they are eigenvalues. Otherwise they must look like it: sorted, not all equal, and not all whole.
    certain: bool,
    values: Vec<f64>,
    /// Whether they rise, once two differ: NumPy's eigvalsh has the smallest first.
    rises: Option<bool>,
    /// The largest imaginary part, without its sign.
    imaginary: f64,
    problem: Option<String>,
}

/// Eigenvalues, largest first.
#[derive(Debug, PartialEq)]
pub(super) struct Sorted {
    pub values: Vec<f64>,
    /// At or below this they may be rounding.
    pub floor: f64,
}

impl Values {
    pub fn new(beside: Beside, certain: bool) -> Values {
        Values { beside, certain, values: Vec::new(), rises: None, imaginary: 0.0, problem: None }
    }

    /// Takes rows; whether more are wanted.
    pub fn push(&mut self, numbers: &[f64]) -> bool {
        for row in numbers.chunks_exact(if self.beside == Beside::Nothing { 1 } else { 2 }) {
            let (rank, (first, last)) = (self.values.len() + 1, (row[0], row[row.len() - 1]));
            let value = match self.beside {
                Beside::Rank if first != rank as f64 => {
                    self.problem = Some("the first column does not count 1, 2, 3…".to_owned());
                    return false;
                }
                Beside::Imaginary if !last.is_finite() => last,
                Beside::Imaginary => {
                    self.imaginary = self.imaginary.max(last.abs());
                    first
                }
                _ => last,
            };
            if let Err(problem) = self.push_value(value) {
                self.problem = Some(format!("value {} is {problem}", group(rank as u64)));
                return false;
            }
        }
        true
    }

    fn push_value(&mut self, value: f64) -> Result<(), String> {
        if !value.is_finite() {
            return Err(format!("{value}"));
        }
        if let Some(&before) = self.values.last()
            && before != value
        {
            let rises = value > before;
            if *self.rises.get_or_insert(rises) != rises && !self.certain {
                let (way, others) = if rises { ("larger", "fall") } else { ("smaller", "rise") };
                return Err(format!("{way} than the one before it, and those before that {others}"));
            }
        }
        self.values.push(value);
        Ok(())
    }

    /// Whether they may be eigenvalues in no order: one column, not negative but for rounding as far as it was read, and then not sorted.
    pub fn may_be_unsorted(&self) -> bool {
        let largest = self.values.iter().copied().fold(0.0, f64::max);
        let is_positive = largest > 0.0 && self.values.iter().all(|&value| value >= -ROUNDING * largest);
        self.problem.is_some() && self.rises.is_some() && is_positive && self.beside != Beside::Rank
    }

    /// The eigenvalues that were stored as numbers of a type, or why they are none.
    pub fn finish(self, number: Number) -> Result<Sorted, String> {
        let Values { mut values, certain, rises, problem, imaginary, .. } = self;
        if let Some(problem) = problem {
            return Err(problem);
        }
        let count = values.len() as u64;
        if count < FEWEST_EIGENVALUES {
            return Err(format!("a fit needs {FEWEST_EIGENVALUES}, and there are {count}"));
        }
        ascending(&mut values);
        values.reverse();
        let (largest, least) = (values[0], values[values.len() - 1]);
        if largest <= 0.0 || least < -ROUNDING * largest {
            return Err(format!(
                "the {} is {}, and none can be negative",
                if largest <= 0.0 { "largest" } else { "least" },
                least.min(largest)
            ));
        }
        if imaginary > epsilon(number) * largest {
            return Err(format!(
                "they are complex, with imaginary parts of up to {imaginary:e}, and a covariance is symmetric and has real ones: np.linalg.eigvalsh(covariance)"
            ));
        }
        if !certain && rises.is_none() {
            return Err("all are equal".to_owned());
        }
        if !certain && values.iter().all(|value| value.fract() == 0.0) {
            return Err("all are whole numbers".to_owned());
        }
        let floor = floor(&values, number);
        Ok(Sorted { values, floor })
    }
}

/// What the type adds at most to 1 by rounding in the computation that eigenvalues come from. Eigenvalues are not computed in 16 bits: those were rounded to
/// them afterwards, each by a share of itself, which says nothing of λ₁'s rounding.
fn epsilon(number: Number) -> f64 {
    match number {
        Number::Float16 | Number::BFloat16 | Number::Float32 => f64::from(f32::EPSILON),
        _ => f64::EPSILON,
    }
}

/// At or below this, eigenvalues may be rounding. There is no matrix to tell it from, but two traces of it:
///
/// - Their type. A symmetric solver errs by a small multiple of ε·λ₁ (LAPACK Users' Guide §4.7); NumPy's, in 32 bits, by less than ε·λ₁ up to 1,024 columns. d·ε·λ₁,
///   as for 64 bits, would take ranks from spectra that are right: 1/k² has its 92nd of 1,024 at it.
/// - The negative ones. No covariance has any, so these are rounding, which moves zeros up as far as down: twice the most negative is above it.
fn floor(values: &[f64], number: Number) -> f64 {
    let (largest, least) = (values[0], values[values.len() - 1]);
    // Below its smallest normal number the steps of float16 do not shrink any more.
    let step = if number == Number::Float16 { 2f64.powi(-24) } else { 0.0 };
    (epsilon(number) * largest).max(-2.0 * least).max(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(numbers: &[f64], has_ranks: bool) -> Result<Vec<f64>, String> {
        let mut values = Values::new(if has_ranks { Beside::Rank } else { Beside::Nothing }, false);
        values.push(numbers);
        values.finish(Number::Float64).map(|sorted| sorted.values)
    }

    fn certain(numbers: &[f64], beside: Beside, number: Number) -> Result<Sorted, String> {
        let mut values = Values::new(beside, true);
        values.push(numbers);
        values.finish(number)
    }

    #[test]
    fn either_end_may_come_first() {
        assert_eq!(read(&[3.5, 2.0, 2.0, 0.5], false).unwrap(), [3.5, 2.0, 2.0, 0.5]);
        assert_eq!(read(&[-1e-17, 0.5, 2.0, 3.5], false).unwrap(), [3.5, 2.0, 0.5, -1e-17]);
        assert_eq!(read(&[1.0, 3.5, 2.0, 2.0, 3.0, 0.0], true).unwrap(), [3.5, 2.0, 0.0]);
    }

    #[test]
    fn what_is_no_eigenvalue_says_why() {
        for (numbers, has_ranks, problem) in [
            (&[3.5, 2.0, 2.5][..], false, "value 3 is larger than the one before it, and those before that fall"),
            (&[0.5, 2.0, 1.5], false, "value 3 is smaller than the one before it, and those before that rise"),
            (&[0.5, f64::NAN, 1.5], false, "value 2 is NaN"),
            (&[0.5, f64::INFINITY], false, "value 2 is inf"),
            (&[3.5, 2.0, -0.5], false, "the least is -0.5, and none can be negative"),
            (&[-0.5, -2.0, -3.0], false, "the largest is -3, and none can be negative"),
            (&[3.5, 2.0], false, "a fit needs 3, and there are 2"),
            (&[0.5, 0.5, 0.5], false, "all are equal"),
            (&[3.0, 2.0, 1.0], false, "all are whole numbers"),
            (&[1.0, 3.5, 3.0, 2.0], true, "the first column does not count 1, 2, 3…"),
        ] {
            assert_eq!(read(numbers, has_ranks).unwrap_err(), problem);
        }
        assert_eq!(certain(&[1.0; 3], Beside::Nothing, Number::Float64).unwrap().values, [1.0; 3]);
    }

    #[test]
    fn what_is_said_to_be_eigenvalues_is_sorted() {
        let numbers = [0.5, 3.5, 2.0, 3.5];
        assert_eq!(certain(&numbers, Beside::Nothing, Number::Float64).unwrap().values, [3.5, 3.5, 2.0, 0.5]);
        let mut unsaid = Values::new(Beside::Nothing, false);
        unsaid.push(&numbers);
        assert!(unsaid.may_be_unsorted());
        let mut rounded = Values::new(Beside::Nothing, false);
        rounded.push(&[0.5, -1e-9, 2.0]);
        assert!(rounded.may_be_unsorted());
        let mut negative = Values::new(Beside::Nothing, false);
        negative.push(&[0.5, -3.5, 2.0]);
        assert!(!negative.may_be_unsorted());
    }

    #[test]
    fn imaginary_parts_are_rounding_or_a_reason() {
        let complex = |imaginary| certain(&[1.0, 0.0, 4.0, imaginary, 2.0, -0.0], Beside::Imaginary, Number::Float32);
        // One step of a 32-bit float at λ₁.
        assert_eq!(complex(-4.0 * f64::from(f32::EPSILON)).unwrap().values, [4.0, 2.0, 1.0]);
        assert!(complex(1e-6).unwrap_err().contains("imaginary parts of up to 1e-6"));
        assert_eq!(complex(f64::NAN).unwrap_err(), "value 2 is NaN");
    }

    #[test]
    fn the_floor_is_that_of_the_type_or_of_negative_ones() {
        let floor = |least, number| certain(&[2.0, 1.0, least], Beside::Nothing, number).unwrap().floor;
        assert_eq!(floor(0.5, Number::Float64), 2.0 * f64::EPSILON);
        assert_eq!(floor(-3e-8, Number::Float64), 6e-8);
        for number in [Number::Float32, Number::BFloat16, Number::Float16] {
            assert_eq!(floor(0.5, number), 2.0 * f64::from(f32::EPSILON));
        }
        assert_eq!(floor(-1.5e-6, Number::Float32), 3e-6);
        let small = certain(&[1e-3, 1e-4, 0.0], Beside::Nothing, Number::Float16).unwrap();
        assert_eq!(small.floor, 2f64.powi(-24));
    }
}
