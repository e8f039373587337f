//! Claims that a loop makes: all are checked, and those that do not hold are listed together.

/// A list of claims. It must be [closed](Claims::close).
#[must_use]
pub struct Claims {
    made: usize,
    broken: Vec<String>,
}

impl Claims {
    pub fn new() -> Self {
        Claims { made: 0, broken: Vec::new() }
    }

    /// Claims something. `otherwise` says which case it is, and what is there instead.
    pub fn that(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        self.made += 1;
        if !holds {
            self.broken.push(otherwise());
        }
    }

    /// Claims that two values are equal.
    pub fn equal<T: PartialEq + std::fmt::Debug>(&mut self, case: &str, what: &str, found: T, expected: T) {
        self.that(found == expected, || format!("{case}: {what} is {found:?} instead of {expected:?}"));
    }

    /// Claims that two numbers differ by at most `tolerance`. NaN is near nothing.
    pub fn near(&mut self, case: &str, what: &str, found: f64, expected: f64, tolerance: f64) {
        let difference = (found - expected).abs();
        self.that(difference <= tolerance, || {
            format!(
                "{case}: {what} is {found:e} instead of {expected:e}: {difference:.1e} apart, {tolerance:.1e} allowed"
            )
        });
    }

    /// Fails with the list of claims that do not hold. A loop that claimed nothing fails too.
    pub fn close(self) {
        assert!(self.made > 0, "nothing was claimed");
        let (broken, made) = (self.broken.len(), self.made);
        assert!(broken == 0, "{broken} of {made} claims do not hold:\n{}", self.broken.join("\n"));
    }
}
