/*! What a link says of one spectrum, and its bytes. docs/link.md has them one by one. */

use super::points::{PARTS, Points};
use super::text::{MOST_OF_NAME, clean};
use crate::error::{Error, ErrorKind, Result};
use crate::fit::{Weight, Window};
use crate::moments::{Precision, Preparation};

/// Eigenvalues of one spectrum at most.
pub const MOST_EIGENVALUES: usize = 65_536;

/// The largest rank that fits into three bytes.
pub(super) const MOST_RANK: usize = 0xff_ffff;

/// What a link says of one spectrum.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its name, if that was to be told.
    pub name: Option<String>,
    /// What was done to the features.
    pub preparation: Preparation,
    /// Leading components that were left out.
    pub dropped: usize,
    /// How products were taken.
    pub precision: Precision,
    /// Rows, where that is known.
    pub n: Option<u64>,
    /// Columns, where that is known.
    pub d: Option<u64>,
    /// How many eigenvalues there are.
    pub eigenvalues: usize,
    /// The window, as it was asked for.
    pub window: Window,
    /// The weights of the fit.
    pub weight: Weight,
    /// The exact numbers.
    pub numbers: Numbers,
    /// log of the numerical floor over λ₁, where it is known.
    pub floor: Option<f32>,
    /// Some of the eigenvalues.
    pub points: Points,
}

/// Numbers that come as they were shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// The fit, where there is one.
    pub line: Option<Line>,
    /// The interval, where it is known.
    pub interval: Option<Interval>,
    /// As published, of features that are not centred; where it is known.
    pub rankme: Option<f64>,
    /// (Σλ)² / Σλ².
    pub participation_ratio: f64,
    /// exp of the entropy of the centred variance.
    pub effective_rank: f64,
    /// Σλ / λ₁.
    pub stable_rank: f64,
    /// Trace of the covariance.
    pub total_variance: f64,
}

/// A fit over the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The exponent.
    pub alpha: f64,
    /// Unweighted R²; `None` of a flat spectrum.
    pub r2: Option<f64>,
    /// R² with the weights of the fit; `None` likewise.
    pub r2_weighted: Option<f64>,
}

/// A jackknife's interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The standard error.
    pub standard_error: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Blocks that it was made from.
    pub blocks: u8,
}

fn bad(problem: &'static str) -> Error {
    ErrorKind::BadLink { problem }.into()
}

impl Record {
    /// Appends the bytes.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let Record { preparation, window, numbers, .. } = self;
        let (usable, growth, (top, span), deviations, steps) = self.points.parts();
        let fast = self.precision == Precision::Fast;
        let flags = [preparation.centred, preparation.unit_rows, preparation.standardized, fast];
        let flags = flags.iter().rev().fold(0, |bits, &flag| bits << 1 | u8::from(flag));
        bytes.push(flags | (self.weight as u8) << 4);
        bytes.extend((self.dropped as u16).to_le_bytes());
        bytes.extend(&self.n.unwrap_or(0).to_le_bytes()[..6]);
        bytes.extend((self.d.unwrap_or(0) as u32).to_le_bytes());
        for number in [self.eigenvalues, usable, window.first, window.last] {
            bytes.extend(&(number as u32).to_le_bytes()[..3]);
        }
        bytes.push(numbers.interval.map_or(0, |interval| interval.blocks));
        let line = |of: fn(Line) -> f64| numbers.line.map_or(f64::NAN, of);
        let interval = |of: fn(Interval) -> f64| numbers.interval.map_or(f64::NAN, of);
        for number in [
            line(|line| line.alpha),
            interval(|found| found.low),
            interval(|found| found.high),
            interval(|found| found.standard_error),
            line(|line| line.r2.unwrap_or(f64::NAN)),
            line(|line| line.r2_weighted.unwrap_or(f64::NAN)),
            numbers.rankme.unwrap_or(f64::NAN),
            numbers.participation_ratio,
            numbers.effective_rank,
            numbers.stable_rank,
            numbers.total_variance,
        ] {
            bytes.extend(number.to_le_bytes());
        }
        for number in [top, span, self.floor.unwrap_or(f32::NAN)] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(deviations);
        bytes.extend(growth.to_le_bytes());
        let name = self.name.as_deref().unwrap_or("");
        bytes.push(name.len() as u8);
        bytes.extend(name.as_bytes());
        bytes.extend(steps.iter().flat_map(|step| step.to_le_bytes()));
    }

    /// Reads what [`write`](Self::write) wrote, and checks every field.
    ///
    /// # Errors
    ///
    /// `BadLink`.
    pub(super) fn read(bytes: &mut Bytes<'_>) -> Result<Record> {
        let [flags] = bytes.take()?;
        if flags >> 6 != 0 {
            return Err(bad("it says what no version of it can"));
        }
        let flag = |bit: u8| flags >> bit & 1 == 1;
        let preparation = Preparation { centred: flag(0), unit_rows: flag(1), standardized: flag(2) };
        let precision = if flag(3) { Precision::Fast } else { Precision::Exact };
        let weight = *Weight::ALL.get(usize::from(flags >> 4)).ok_or_else(|| bad("its weights are none"))?;
        let dropped = bytes.whole::<2>()? as usize;
        let n = Some(bytes.whole::<6>()?).filter(|&n| n > 0);
        let d = Some(bytes.whole::<4>()?).filter(|&d| d > 0);
        let [eigenvalues, usable, first, last] = [(); 4].map(|()| bytes.whole::<3>().map(|number| number as usize));
        let (eigenvalues, usable) = (eigenvalues?, usable?);
        let window = Window::new(first?, last?).map_err(|_| bad("its window is none"))?;
        check_counts(n, d, eigenvalues, usable, dropped, preparation)?;
        let numbers = Numbers::read(bytes, window, usable)?;
        let (top, span, floor) = (bytes.float()?, bytes.float()?, bytes.float()?);
        if !(floor.is_nan() || (-700.0..=0.0).contains(&floor)) {
            return Err(bad("its numerical floor is none"));
        }
        let deviations: [u8; PARTS] = bytes.take()?;
        let growth = bytes.whole::<2>()? as u16;
        let name = bytes.whole::<1>()? as usize;
        let name = std::str::from_utf8(bytes.slice(name)?).map_err(|_| bad("a name is no text"))?;
        let name =
            if name.chars().count() <= MOST_OF_NAME { clean(name) } else { return Err(bad("a name is too long")) };
        let steps = Points::steps_of(usable, growth)?;
        let steps =
            bytes.slice(2 * steps)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        Ok(Record {
            name: Some(name).filter(|name| !name.is_empty()),
            preparation,
            dropped,
            precision,
            n,
            d,
            eigenvalues,
            window,
            weight,
            numbers,
            floor: Some(floor).filter(|floor| !floor.is_nan()),
            points: Points::new(usable, growth, (top, span), deviations, steps)?,
        })
    }

    /// The largest rank that these features can have, less the components left out; the number of eigenvalues where n is not known.
    pub fn rank_ceiling(&self) -> u64 {
        rank_ceiling(self.n, self.eigenvalues, self.dropped, self.preparation)
    }
}

fn rank_ceiling(n: Option<u64>, eigenvalues: usize, dropped: usize, preparation: Preparation) -> u64 {
    let most = n.map_or(u64::MAX, |n| n.saturating_sub(u64::from(preparation.centred)));
    most.saturating_sub(dropped as u64).min(eigenvalues as u64)
}

fn check_counts(
    n: Option<u64>,
    d: Option<u64>,
    eigenvalues: usize,
    usable: usize,
    dropped: usize,
    preparation: Preparation,
) -> Result<()> {
    if n == Some(1) {
        return Err(bad("it is of one row"));
    }
    if !(1..=MOST_EIGENVALUES).contains(&eigenvalues) || d.is_some_and(|d| d < (eigenvalues + dropped) as u64) {
        return Err(bad("it has more eigenvalues than there can be, or none"));
    }
    if usable == 0 || usable as u64 > rank_ceiling(n, eigenvalues, dropped, preparation) {
        return Err(bad("it has more usable ranks than there can be, or none"));
    }
    Ok(())
}

impl Numbers {
    fn read(bytes: &mut Bytes<'_>, window: Window, usable: usize) -> Result<Numbers> {
        let blocks = bytes.whole::<1>()? as u8;
        let mut next = || -> Result<Option<f64>> {
            let number = f64::from_le_bytes(bytes.take()?);
            if number.is_infinite() {
                Err(bad("a number is infinite"))
            } else {
                Ok(Some(number).filter(|x| !x.is_nan()))
            }
        };
        let (alpha, low, high, standard_error) = (next()?, next()?, next()?, next()?);
        let line = match (alpha, next()?, next()?) {
            (Some(alpha), r2, r2_weighted)
                if r2.is_some() == r2_weighted.is_some()
                    && [r2, r2_weighted].into_iter().flatten().all(|share| share <= 1.0) =>
            {
                window.clip(usable).map_err(|_| bad("it has an α of too few ranks"))?;
                Some(Line { alpha, r2, r2_weighted })
            }
            (None, None, None) => None,
            _ => return Err(bad("its α and its R² do not belong together")),
        };
        let interval = match (alpha, low, high, standard_error) {
            (Some(alpha), Some(low), Some(high), Some(standard_error))
                if low <= alpha && alpha <= high && standard_error >= 0.0 && blocks >= 2 =>
            {
                Some(Interval { standard_error, low, high, blocks })
            }
            (_, None, None, None) if blocks == 0 => None,
            _ => return Err(bad("its interval is none")),
        };
        let rankme = next()?;
        let mut positive =
            || next()?.filter(|&number| number > 0.0).ok_or_else(|| bad("a rank or the variance is none"));
        let (participation_ratio, effective_rank) = (positive()?, positive()?);
        let (stable_rank, total_variance) = (positive()?, positive()?);
        Ok(Numbers { line, interval, rankme, participation_ratio, effective_rank, stable_rank, total_variance })
    }
}

/// Bytes that are read from their beginning.
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    fn slice(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| bad("it ends inside a spectrum"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut taken = [0; N];
        taken.copy_from_slice(self.slice(N)?);
        Ok(taken)
    }

    /// A whole number of so many bytes.
    fn whole<const N: usize>(&mut self) -> Result<u64> {
        let mut number = [0; 8];
        number[..N].copy_from_slice(self.slice(N)?);
        Ok(u64::from_le_bytes(number))
    }

    fn float(&mut self) -> Result<f32> {
        Ok(f32::from_le_bytes(self.take()?))
    }
}
