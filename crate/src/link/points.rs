/*!
A spectrum in about a hundred points, evenly spaced in log k, and how far what lies between them may be off.

Which ranks have a point follows from whole numbers alone, so that every machine and every language finds the same: from rank r the next is r + max(1, r·g/1024),
rounded to the nearest, until the last usable rank. g is the *growth*; the writer takes the least one that needs no more points than it may spend, and 0 gives
all ranks.

Between two points log λ is a straight line in log k. The writer knows the spectrum, so it says how far that line is off at most, in each of eight parts of the points.
*/

use crate::error::{ErrorKind, Result};

/// Points of one spectrum at most.
pub const MOST_POINTS: usize = 128;

/// Parts of the points that have a deviation of their own.
pub(super) const PARTS: usize = 8;

/// Steps from the first point to the last.
const STEPS: f64 = 65_535.0;

/// The code of a deviation that nobody has measured.
pub(super) const UNKNOWN: u8 = u8::MAX;

/// Logarithms of eigenvalues as a link may hold: their exponentials are 64-bit floats with all their digits.
const LOGARITHMS: std::ops::RangeInclusive<f64> = -700.0..=700.0;

/// The points of one spectrum.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// Leading ranks that a fit may use: those of the first and of the last point.
    usable: usize,
    growth: u16,
    /// log λ of the first point.
    top: f32,
    /// log λ of the first point less that of the last.
    span: f32,
    /// Steps below the first point, of each point between the first and the last.
    steps: Vec<u16>,
    deviations: [u8; PARTS],
}

/// The ranks of the points.
fn ranks(usable: usize, growth: u16) -> impl Iterator<Item = usize> {
    let next = move |&rank: &usize| {
        let step = (rank as u64 * u64::from(growth) + 512) >> 10;
        (rank < usable).then(|| usable.min(rank + step.max(1) as usize))
    };
    std::iter::successors((usable > 0).then_some(1), next)
}

/// How many there are; `None` where they are more than [`MOST_POINTS`].
fn count(usable: usize, growth: u16) -> Option<usize> {
    let count = ranks(usable, growth).take(MOST_POINTS + 1).count();
    (count <= MOST_POINTS).then_some(count)
}

/// A deviation from its code: three bits after the leading one, and an exponent. From 6·10⁻⁸ on, each is an eighth of its power of two above the one before.
fn deviation(code: u8) -> Option<f64> {
    (code != UNKNOWN).then(|| f64::from(8 + (code & 7)) * f64::from(i32::from(code >> 3) - 27).exp2())
}

/// The least code of a deviation that is as large.
fn code(deviation_of: Option<f64>) -> u8 {
    let is_enough = |&code: &u8| deviation(code) >= deviation_of;
    deviation_of.and_then(|_| (0..UNKNOWN).find(is_enough)).unwrap_or(UNKNOWN)
}

impl Points {
    /// At most `most` points of a spectrum: log λ of its usable ranks, largest first. `off` says how far log λ of a rank may itself be off, where that is known.
    ///
    /// # Errors
    ///
    /// `Overflow` and `Underflow` where an eigenvalue is near the ends of what a float can be.
    pub fn of(logs: &[f64], most: usize, off: impl Fn(usize) -> Option<f64>) -> Result<Points> {
        let usable = logs.len();
        let (first, last) = (logs.first().copied().unwrap_or(0.0), logs.last().copied().unwrap_or(0.0));
        if first > *LOGARITHMS.end() {
            return Err(ErrorKind::Overflow { fast: false }.into());
        }
        if last < *LOGARITHMS.start() {
            return Err(ErrorKind::Underflow.into());
        }
        let most = most.min(MOST_POINTS);
        let growth = (0..u16::MAX).find(|&growth| ranks(usable, growth).take(most + 1).count() <= most);
        let growth = growth.unwrap_or(u16::MAX);
        let span = first - last;
        let step = |rank: usize| if span > 0.0 { ((first - logs[rank - 1]) / span * STEPS).round() as u16 } else { 0 };
        let steps = ranks(usable, growth).skip(1).filter(|&rank| rank < usable).map(step).collect();
        let mut points =
            Points { usable, growth, top: first as f32, span: span as f32, steps, deviations: [UNKNOWN; PARTS] };
        points.deviations = points.measure(logs, off);
        Ok(points)
    }

    /// The code of the largest deviation in each part.
    fn measure(&self, logs: &[f64], off: impl Fn(usize) -> Option<f64>) -> [u8; PARTS] {
        let mut largest = [Some(0.0_f64); PARTS];
        let places = self.places();
        self.each(|rank, log| {
            let here = off(rank).map(|off| (log - logs[rank - 1]).abs() + off);
            let part = &mut largest[part(&places, rank)];
            *part = part.zip(here).map(|(most, here)| most.max(here));
        });
        largest.map(code)
    }

    /// What stood in a link.
    ///
    /// # Errors
    ///
    /// `BadLink` where that cannot be.
    pub(super) fn new(
        usable: usize,
        growth: u16,
        (top, span): (f32, f32),
        deviations: [u8; PARTS],
        steps: Vec<u16>,
    ) -> Result<Points> {
        let (first, last) = (f64::from(top), f64::from(top) - f64::from(span));
        if !(span >= 0.0 && LOGARITHMS.contains(&first) && LOGARITHMS.contains(&last)) {
            return Err(ErrorKind::BadLink { problem: "its largest or least eigenvalue is none" }.into());
        }
        if steps.windows(2).any(|pair| pair[0] > pair[1]) {
            return Err(ErrorKind::BadLink { problem: "its eigenvalues rise" }.into());
        }
        Ok(Points { usable, growth, top, span, steps, deviations })
    }

    /// How many steps stand in a link for these ranks.
    ///
    /// # Errors
    ///
    /// `BadLink` where they are too many.
    pub(super) fn steps_of(usable: usize, growth: u16) -> Result<usize> {
        let count = count(usable, growth).ok_or(ErrorKind::BadLink { problem: "it has too many points" })?;
        Ok(count.saturating_sub(2))
    }

    /// As [`new`](Self::new) takes it.
    pub(super) fn parts(&self) -> (usize, u16, (f32, f32), [u8; PARTS], &[u16]) {
        (self.usable, self.growth, (self.top, self.span), self.deviations, &self.steps)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.steps.len() + self.usable.min(2)
    }

    /// Their ranks.
    pub fn ranks(&self) -> Vec<usize> {
        ranks(self.usable, self.growth).collect()
    }

    /// Leading ranks that a fit may use.
    pub fn usable(&self) -> usize {
        self.usable
    }

    /// log λ of the first.
    pub fn top(&self) -> f64 {
        f64::from(self.top)
    }

    /// The rank and log λ of each.
    fn places(&self) -> Vec<(usize, f64)> {
        let between = self.steps.iter().map(|&step| f64::from(step));
        let steps = std::iter::once(0.0).chain(between).chain([STEPS]);
        let log = |step: f64| f64::from(self.top) - f64::from(self.span) * (step / STEPS);
        ranks(self.usable, self.growth).zip(steps.map(log)).collect()
    }

    /// Calls `take` with every usable rank and its log λ.
    fn each(&self, mut take: impl FnMut(usize, f64)) {
        let places = self.places();
        for pair in places.windows(2) {
            let [(from, high), (to, low)] = [pair[0], pair[1]];
            let length = (to as f64 / from as f64).ln();
            for rank in from..to {
                take(rank, high + (low - high) * ((rank as f64 / from as f64).ln() / length));
            }
        }
        if let Some(&(rank, log)) = places.last() {
            take(rank, log);
        }
    }

    /// So many eigenvalues, largest first: those of usable ranks as the points have them, and zeros.
    pub fn eigenvalues(&self, count: usize) -> Vec<f64> {
        let mut eigenvalues: Vec<f64> = Vec::with_capacity(count);
        let mut least = f64::INFINITY;
        self.each(|_, log| {
            // Rounding in the last digit makes no eigenvalue larger than the one before it.
            least = log.exp().min(least);
            eigenvalues.push(least);
        });
        eigenvalues.resize(count, 0.0);
        eigenvalues
    }

    /// How far log λ of each rank may be off; `None` where that is not known, or a rank is not usable.
    pub fn deviation(&self) -> impl Fn(usize) -> Option<f64> + use<> {
        let (places, deviations, usable) = (self.places(), self.deviations, self.usable);
        move |rank| deviation(deviations[part(&places, rank)]).filter(|_| (1..=usable).contains(&rank))
    }
}

/// The part that a rank belongs to: that of the stretch between two points which begins at it or before it.
fn part(places: &[(usize, f64)], rank: usize) -> usize {
    let stretches = places.len().saturating_sub(1).max(1);
    let stretch = places.partition_point(|&(first, _)| first <= rank).saturating_sub(1);
    PARTS * stretch.min(stretches - 1) / stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_ranks_have_a_point_each() {
        for usable in [0, 1, 2, 3, 127, 128] {
            let logs: Vec<f64> = (0..usable).map(|k| -0.01 * k as f64).collect();
            let points = Points::of(&logs, MOST_POINTS, |_| Some(0.0)).unwrap();
            assert_eq!((points.count(), points.growth), (usable, 0));
        }
    }

    #[test]
    fn many_ranks_have_as_many_points_as_may_be_spent() {
        for (usable, most) in [(129, 128), (384, 112), (4096, 128), (4096, 112), (65_536, 112), (65_536, 128)] {
            let growth = (0..u16::MAX).find(|&growth| ranks(usable, growth).take(most + 1).count() <= most).unwrap();
            let ranks: Vec<usize> = ranks(usable, growth).collect();
            assert!((most - 4..=most).contains(&ranks.len()), "{usable}: {}", ranks.len());
            assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]));
            assert_eq!((ranks[0], ranks[ranks.len() - 1]), (1, usable));
        }
    }

    #[test]
    fn a_deviation_is_coded_upwards_and_by_no_more_than_an_eighth() {
        for exponent in -70..=15 {
            let value = f64::from(exponent).exp2().sqrt() * 1.01;
            let coded = deviation(code(Some(value))).unwrap();
            assert!(coded >= value && (coded <= value * 1.125 || coded <= 2e-7), "{value}: {coded}");
        }
        assert_eq!((code(None), code(Some(1e9)), code(Some(0.0))), (UNKNOWN, UNKNOWN, 0));
    }

    #[test]
    fn what_lies_between_points_is_off_by_no_more_than_is_said() {
        let wave = |k: usize| -1.1 * (k as f64 + 3.0).ln() + 0.2 * (k as f64).ln().sin() - 1e-7 * k as f64;
        let logs: Vec<f64> = (1..=3000).map(wave).collect();
        let points = Points::of(&logs, 112, |_| Some(0.0)).unwrap();
        let (eigenvalues, deviation) = (points.eigenvalues(3100), points.deviation());
        assert_eq!((eigenvalues.len(), eigenvalues[3000]), (3100, 0.0));
        let mut largest = 0.0_f64;
        for (rank, log) in (1..).zip(&logs) {
            let off = (eigenvalues[rank - 1].ln() - log).abs();
            assert!(off <= deviation(rank).unwrap() * (1.0 + 1e-9), "{rank}");
            largest = largest.max(off);
        }
        assert!(largest > 1e-4 && largest < 1e-2, "{largest}");
        assert_eq!((deviation(0), deviation(3001)), (None, None));
    }

    #[test]
    fn points_of_points_are_off_by_both() {
        let logs: Vec<f64> = (1..=3000).map(|k| -1.1 * f64::from(k).ln() + 0.2 * f64::from(k).ln().sin()).collect();
        let once = Points::of(&logs, 128, |_| Some(0.0)).unwrap();
        let mut again = Vec::new();
        once.each(|_, log| again.push(log));
        let twice = Points::of(&again, 112, once.deviation()).unwrap();
        let deviation = twice.deviation();
        twice.each(|rank, log| assert!((log - logs[rank - 1]).abs() <= deviation(rank).unwrap() * (1.0 + 1e-9)));
        let unknown = Points::of(&again, 112, |_| None).unwrap();
        assert_eq!(unknown.deviation()(5), None);
    }
}
