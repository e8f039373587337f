/*!
A Report in words: what it says about its own α, and never more than it says.

A careful reader asks in this order: how far would α move with other rows, does the window matter, are there enough rows, does one power law fit at all. What the
papers claim comes last, because it is about other people's features.
*/

use crate::error::group;
use crate::report::{Report, Sentence};

/// The range of α that the authors' training code aims at (fastssl, `train_model.py`); "near 1" in print.
pub const NEAR_ONE: (f64, f64) = (0.8, 1.2);

/// The sentences, each with a stable code.
pub fn of(report: &Report) -> Vec<Sentence> {
    let Some(fit) = &report.in_view.fit else { return Vec::new() };
    let mut lines = Vec::new();
    let mut say = |code: &str, message: String| lines.push(Sentence { code: code.to_owned(), message });
    match (&report.uncertainty, &report.uncertainty_reason) {
        (Some(found), _) => say(
            "interval",
            format!(
                "With other rows like these, α would lie between {:.3} and {:.3} (95 %, from {} blocks of rows).",
                found.low, found.high, found.blocks
            ),
        ),
        (None, Some(reason)) => say(&reason.code, reason.message.clone()),
        (None, None) => {}
    }
    say(&report.windows_verdict.code, report.windows_verdict.message.clone());
    match (&report.bias, &report.alpha_of_n) {
        (Some(bias), _) => say(&bias.code, bias.message.clone()),
        (None, Some(growing)) => say(&growing.verdict.code, growing.verdict.message.clone()),
        (None, None) => {}
    }
    if let Some(shape) = &report.spectrum_shape {
        say(&shape.verdict.code, shape.verdict.message.clone());
    }
    let (low, high) = NEAR_ONE;
    let place = match fit.alpha {
        alpha if alpha < low => "below",
        alpha if alpha > high => "above",
        _ => "within",
    };
    say(
        "papers",
        format!(
            "α = {:.2} lies {place} {low} to {high}, the range that the authors' training code aims at. In vision models α near 1 went with good generalization and \
             with robustness to label noise (Ghosh, Mondal, Agrawal and Richards, arXiv 2202.05808); Agrawal et al. (NeurIPS 2022) speak of intervals of α, \
             and of a condition that is necessary, not sufficient. It is no rule for all: in language models a higher α went with better scores, and over 260 \
             vision models the sign of the correlation changed with the window (Arputharaj, TMLR 2026). Compare α only between features of the same inputs, \
             with the same n{}, d{}, preparation and window.",
            fit.alpha,
            known(report.spectrum.n),
            known(report.spectrum.d),
        ),
    );
    lines
}

/// A number in brackets, where it is known.
fn known(number: Option<u64>) -> String {
    number.map(|number| format!(" ({})", group(number))).unwrap_or_default()
}
