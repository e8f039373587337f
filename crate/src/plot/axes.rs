/*! Logarithmic axes: where the ticks are and what they say. */

/// A labelled or an unlabelled tick.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// log₁₀ of the value.
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
    fn labels_are_plain_powers() {
        assert_eq!(labels(-4.1, 0.1, 6, false), ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1"]);
        assert_eq!(labels(0.0, 3.6, 6, true), ["1", "10", "100", "1,000"]);
        assert_eq!(labels(0.0, 0.8, 6, true), ["1", "2", "5"]);
        assert_eq!(labels(-3.2, -2.4, 6, false), ["10⁻³", "2×10⁻³"]);
        assert_eq!(superscript(-120), "⁻¹²⁰");
        assert_eq!([7.8e-13, 9.6e-8, 1.2e-5].map(rounded), ["8×10⁻¹³", "10⁻⁷", "10⁻⁵"]);
    }
}
