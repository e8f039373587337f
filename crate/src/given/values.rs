/*! A column of numbers that may be eigenvalues, while it is read. */

use super::{FEWEST_EIGENVALUES, ROUNDING};
use crate::error::group;

/// Numbers of one column, or of two of which the first counts 1, 2, 3….
#[derive(Debug)]
pub(super) struct Values {
    /// Whether a column of ranks stands before them.
    has_ranks: bool,
    values: Vec<f64>,
    /// Whether they rise, once two differ: NumPy's eigvalsh has the smallest first.
    rises: Option<bool>,
    problem: Option<String>,
}

impl Values {
    pub fn new(has_ranks: bool) -> Values {
        Values { has_ranks, values: Vec::new(), rises: None, problem: None }
    }

    /// Takes rows; whether more are wanted.
    pub fn push(&mut self, numbers: &[f64]) -> bool {
        for row in numbers.chunks_exact(1 + usize::from(self.has_ranks)) {
            let (rank, value) = (self.values.len() + 1, row[row.len() - 1]);
            if self.has_ranks && row[0] != rank as f64 {
                self.problem = Some("the first column does not count 1, 2, 3…".to_owned());
            } else if let Err(problem) = self.push_value(value) {
                self.problem = Some(format!("value {} is {problem}", group(rank as u64)));
            }
            if self.problem.is_some() {
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
            if *self.rises.get_or_insert(rises) != rises {
                let (way, others) = if rises { ("larger", "fall") } else { ("smaller", "rise") };
                return Err(format!("{way} than the one before it, and those before that {others}"));
            }
        }
        self.values.push(value);
        Ok(())
    }

    /// The eigenvalues, largest first, or why they are none.
    ///
    /// Unless it is `certain` that they are meant to be some, they must look like it too: not all equal, and not all whole.
    pub fn finish(self, certain: bool) -> Result<Vec<f64>, String> {
        let Values { mut values, rises, problem, .. } = self;
        if let Some(problem) = problem {
            return Err(problem);
        }
        if rises == Some(true) {
            values.reverse();
        }
        let count = values.len() as u64;
        if count < FEWEST_EIGENVALUES {
            return Err(format!("a fit needs {FEWEST_EIGENVALUES}, and there are {count}"));
        }
        let (largest, least) = (values[0], values[values.len() - 1]);
        if largest <= 0.0 || least < -ROUNDING * largest {
            return Err(format!(
                "the {} is {}, and none can be negative",
                if largest <= 0.0 { "largest" } else { "least" },
                least.min(largest)
            ));
        }
        if !certain && rises.is_none() {
            return Err("all are equal".to_owned());
        }
        if !certain && values.iter().all(|value| value.fract() == 0.0) {
            return Err("all are whole numbers".to_owned());
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(numbers: &[f64], has_ranks: bool) -> Result<Vec<f64>, String> {
        let mut values = Values::new(has_ranks);
        values.push(numbers);
        values.finish(false)
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
        let mut equal = Values::new(false);
        equal.push(&[1.0, 1.0, 1.0]);
        assert_eq!(equal.finish(true).unwrap(), [1.0; 3]);
    }
}
