/*! Axes: where the ticks are and what they say. */

use super::labels;
use crate::fit::map::decimal;
use crate::order::by_key;

/// Labels along an axis keep this distance, in CSS pixels.
const APART: f64 = 10.0;

/// A labelled or an unlabelled tick.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// The value, or its log₁₀ on a logarithmic axis.
    pub at: f64,
    /// What it says; empty for a minor tick.
    pub label: String,
}

/// Ticks of a logarithmic axis from 10^`low` to 10^`high`, with at most `most` labels and, if at all possible, at least two.
///
/// Decades are labelled first; where there are fewer than two of them, twos and fives are labelled as well, and then every digit.
pub(super) fn ticks(low: f64, high: f64, most: usize, plain: bool) -> Vec<Tick> {
    let digits = |decade: i32| (1..10).map(move |digit| (decade, digit));
    let all: Vec<(i32, i32)> = (low.floor() as i32..=high.floor() as i32)
        .flat_map(digits)
        .filter(|&(decade, digit)| (low - 1e-9..=high + 1e-9).contains(&position(decade, digit)))
        .collect();
    let decades: Vec<i32> = all.iter().filter(|tick| tick.1 == 1).map(|tick| tick.0).collect();
    let labelled: Vec<(i32, i32)> = if decades.len() >= 2 {
        let step = decades.len().div_ceil(most.max(2)) as i32;
        // Multiples of the step, so that labels stay where they are when the range changes a little; but two at least.
        let aligned: Vec<i32> = decades.iter().copied().filter(|decade| decade.rem_euclid(step) == 0).collect();
        let chosen = if aligned.len() >= 2 { aligned } else { vec![decades[0], decades[decades.len() - 1]] };
        chosen.into_iter().map(|decade| (decade, 1)).collect()
    } else {
        let coarse: Vec<_> = all.iter().copied().filter(|tick| [1, 2, 5].contains(&tick.1)).collect();
        if coarse.len() >= 2 { coarse } else { all.clone() }
    };
    all.iter()
        .map(|&(decade, digit)| Tick {
            at: position(decade, digit),
            label: if labelled.contains(&(decade, digit)) { label(decade, digit, plain) } else { String::new() },
        })
        // Minor ticks of more than a dozen decades would only be grey.
        .filter(|tick| !tick.label.is_empty() || decades.len() <= 12 || tick.at.fract() == 0.0)
        .collect()
}

/// Ticks of a linear axis, all labelled: every multiple of 1, 2 or 5 times a power of ten, whichever is the first to give no more
/// than `most`; but two at least.
pub(super) fn linear(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) {
        return Vec::new();
    }
    let finest = span.log10().floor() as i32 - 1;
    let slack = 1e-9 * span;
    let steps = (0..6).map(|i| (finest + i / 3, [1.0, 2.0, 5.0][i as usize % 3])).map(|(power, digit)| {
        let step = digit * 10f64.powi(power);
        (power, digit, ((low - slack) / step).ceil() as i64..=((high + slack) / step).floor() as i64)
    });
    let several = steps.filter(|(.., multiples)| multiples.end() > multiples.start());
    let mut chosen = None;
    for step in several {
        let few = (step.2.end() - step.2.start()) < most as i64;
        chosen = Some(step);
        if few {
            break;
        }
    }
    let Some((power, digit, multiples)) = chosen else { return Vec::new() };
    multiples
        .map(|i| {
            // A whole number over a whole power of ten is the nearest to the one meant.
            let whole = i as f64 * digit;
            let at = if power < 0 { whole / 10f64.powi(-power) } else { whole * 10f64.powi(power) };
            Tick { at, label: decimal(at, usize::try_from(-power).unwrap_or(0)) }
        })
        .collect()
}

/// Takes labels off a horizontal axis until those that are left stand apart and none leaves the picture, which begins at 0 and
/// ends at `width`; decades stay first.
pub(super) fn stand_apart(mut ticks: Vec<Tick>, x: impl Fn(f64) -> f64, width: f64) -> Vec<Tick> {
    let mut order: Vec<usize> = (0..ticks.len()).filter(|&i| !ticks[i].label.is_empty()).collect();
    by_key(&mut order, |&i| f64::from(u8::from(ticks[i].at.fract() != 0.0)));
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for i in order {
        let half = labels::width(&ticks[i].label) / 2.0;
        let (left, right) = (x(ticks[i].at) - half, x(ticks[i].at) + half);
        let clear = kept.iter().all(|&(from, to)| right + APART <= from || to + APART <= left);
        if left >= 0.0 && right <= width && clear {
            kept.push((left, right));
        } else {
            ticks[i].label.clear();
        }
    }
    ticks
}

fn position(decade: i32, digit: i32) -> f64 {
    f64::from(decade) + f64::from(digit).log10()
}

/// 100 or 10², 0.02 or 2×10⁻².
fn label(decade: i32, digit: i32, plain: bool) -> String {
    match (plain, decade, digit) {
        (true, 0..=5, _) => crate::error::group(digit as u64 * 10u64.pow(decade as u32)),
        (_, -2..=1, 2..) => format!("{}", f64::from(digit) * 10f64.powi(decade)),
        (_, 0, 1) => "1".to_owned(),
        (_, _, 1) => format!("10{}", superscript(decade)),
        _ => format!("{digit}×10{}", superscript(decade)),
    }
}

/// A positive number to one digit: 8×10⁻¹³.
pub(super) fn rounded(value: f64) -> String {
    let decade = value.log10().floor();
    let digit = (value / 10f64.powf(decade)).round();
    // 9.6 rounds to 10 of one decade, which is 1 of the next.
    if digit >= 10.0 { label(decade as i32 + 1, 1, false) } else { label(decade as i32, digit as i32, false) }
}

/// A positive number to two digits: 0.14, 3.2×10⁻⁵.
pub(crate) fn two_digits(value: f64) -> String {
    // As it will be once rounded.
    let decade = (value * (1.0 + 0.5 / 99.5)).log10().floor() as i32;
    match decade {
        -3..=3 => decimal(value, usize::try_from(1 - decade).unwrap_or(0)),
        _ => format!("{}×10{}", decimal(value / 10f64.powi(decade), 1), superscript(decade)),
    }
}

/// A whole number in superscript digits.
pub(super) fn superscript(number: i32) -> String {
    number
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            _ => char::from_u32('⁰' as u32 + c as u32 - '0' as u32).unwrap_or(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, most: usize, plain: bool) -> Vec<String> {
        ticks(low, high, most, plain).into_iter().map(|tick| tick.label).filter(|label| !label.is_empty()).collect()
    }

    #[test]
    fn there_are_two_labels_at_least_and_not_too_many() {
        for tenth in 0..40 {
            for span in 1..160 {
                let low = -12.0 + f64::from(tenth) * 0.1;
                let high = low + f64::from(span) * 0.1;
                for most in [2, 3, 5, 8] {
                    let found = labels(low, high, most, false).len();
                    assert!(found >= 2 || span < 4, "{low} to {high}: {found}");
                    assert!(found <= most.max(2) + 1 || span < 30, "{low} to {high}: {found}");
                }
            }
        }
    }

    #[test]
    fn linear_ticks_are_few_round_and_two_at_least() {
        let labels = |low, high, most| linear(low, high, most).into_iter().map(|tick| tick.label).collect::<Vec<_>>();
        assert_eq!(labels(0.72, 0.91, 5), ["0.75", "0.80", "0.85", "0.90"]);
        assert_eq!(labels(0.72, 0.91, 3), ["0.8", "0.9"]);
        assert_eq!(labels(-1.2, 1.3, 3), ["−1", "0", "1"]);
        assert_eq!(labels(-0.05, 0.32, 4), ["0.0", "0.1", "0.2", "0.3"]);
        assert_eq!(labels(0.0, 2600.0, 3), ["0", "1000", "2000"]);
        assert_eq!(labels(1.0, 1.0, 3), [""; 0]);
        for i in 0..60 {
            for span in 1..60 {
                let low = f64::from(i) * 0.047 - 1.3;
                let high = low + f64::from(span) * f64::from(span) * 0.013;
                for most in [3, 4, 5] {
                    let found = linear(low, high, most);
                    assert!((2..=5).contains(&found.len()), "{low} to {high}: {found:?}");
                    assert!(found.iter().all(|tick| (low - 1e-9..=high + 1e-9).contains(&tick.at)));
                }
            }
        }
    }

    #[test]
    fn labels_stand_apart() {
        let shown = |width: f64| {
            let x = |log: f64| 30.0 + (log - 3.6) / 1.5 * (width - 60.0);
            let ticks = stand_apart(ticks(3.6, 5.1, 5, true), x, width);
            ticks.into_iter().map(|tick| tick.label).filter(|label| !label.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(shown(280.0), ["10,000", "100,000"]);
        assert_eq!(shown(100.0), ["10,000"]);
    }

    #[test]
    fn labels_are_plain_powers() {
        assert_eq!(labels(-4.1, 0.1, 6, false), ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1"]);
        assert_eq!(labels(0.0, 3.6, 6, true), ["1", "10", "100", "1,000"]);
        assert_eq!(labels(0.0, 0.8, 6, true), ["1", "2", "5"]);
        assert_eq!(labels(-3.2, -2.4, 6, false), ["10⁻³", "2×10⁻³"]);
        assert_eq!(superscript(-120), "⁻¹²⁰");
        assert_eq!([7.8e-13, 9.6e-8, 1.2e-5].map(rounded), ["8×10⁻¹³", "10⁻⁷", "10⁻⁵"]);
        assert_eq!([0.1402, 0.0996, 12.34, 3.16e-5].map(two_digits), ["0.14", "0.10", "12", "3.2×10⁻⁵"]);
    }
}
