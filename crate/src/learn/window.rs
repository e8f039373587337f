/*!
Lesson 3, *Which window?*: one real spectrum, a line guessed by eye, and the line that least squares gives, over any window.

The line is that of [`power_law`] with weights 1/k, as the authors of α-ReQ fit it. A guessed line goes through the weighted mean of the window's points, as every fitted one
does, so that only its slope is guessed. The spectra are those of lesson 8: MiniLM's layers, the embedding and the six after it.
*/

use serde::Serialize;

use super::networks::series::Series;
use crate::error::Result;
use crate::fit::map::{Reasonable, WindowMap, decimal, window_map};
use crate::fit::{Fit, Weight, Window, power_law};
use crate::plot::{HeatMap, MapView, Plot, PlotOptions, PowerLine, heat_map, windowed};

/// What is asked of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// Ranks of the fit.
    pub window: Window,
    /// α by eye.
    pub guess: f64,
    /// Whether the fitted line is shown, or the guess alone.
    pub fitted: bool,
}

/// What is found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// α of the fit; none where the window has too few ranks.
    pub alpha: Option<f64>,
    /// Unweighted R² over the window.
    pub r2: Option<f64>,
    /// The guess less α.
    pub off: Option<f64>,
    /// α over the windows whose ends are published ones.
    pub reasonable: Option<Reasonable>,
    /// Why there is no α, in a sentence.
    pub refusal: Option<String>,
    /// What is shown, in words.
    pub summary: String,
}

/// A layer's spectrum and the map of all its windows.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    layer: usize,
    eigenvalues: Vec<f64>,
    map: WindowMap,
}

impl Layer {
    /// Of the tables of MiniLM's spectra and of what they came to. A layer that is not there has no eigenvalues.
    pub fn new(spectra: &str, results: &str, layer: usize) -> Layer {
        let mut eigenvalues = Vec::new();
        if let Some(member) = Series::of_layers(spectra, results).members.get(layer) {
            eigenvalues.extend(member.eigenvalues.iter().take(member.usable));
        }
        let map = window_map(&eigenvalues, eigenvalues.len(), Weight::InverseRank);
        Layer { layer, eigenvalues, map }
    }

    /// Usable eigenvalues, largest first.
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigenvalues
    }

    /// What is found in a window.
    pub fn numbers(&self, Asked { window, guess, fitted }: Asked) -> Numbers {
        let found = self.fit(window);
        let which = format!("Layer {}, ranks {} to {}.", self.layer, window.first, window.last);
        let reasonable = self.map.reasonable;
        match found {
            Err(error) => {
                let refusal = error.to_string();
                let summary = format!("{which} {refusal}");
                Numbers { alpha: None, r2: None, off: None, reasonable, refusal: Some(refusal), summary }
            }
            Ok(fit) => {
                let summary = if fitted {
                    format!(
                        "{which} α = {}, R² = {}; the guess was {}. {}",
                        decimal(fit.alpha, 2),
                        fit.r2.map_or_else(|| "–".to_owned(), |r2| decimal(r2, 3)),
                        decimal(guess, 2),
                        self.map.sentence().message,
                    )
                } else {
                    format!("{which} The guessed line has α = {}; {}", decimal(guess, 2), self.by_eye(window, guess))
                };
                let off = Some(guess - fit.alpha);
                Numbers { alpha: Some(fit.alpha), r2: fit.r2, off, reasonable, refusal: None, summary }
            }
        }
    }

    /// The spectrum, the window and the lines.
    pub fn picture(&self, asked: Asked, options: PlotOptions) -> Plot {
        let Asked { window, guess, fitted } = asked;
        let found = self.fit(window).ok().filter(|_| fitted);
        let line = found.map(|fit| PowerLine { alpha: fit.alpha, log_prefactor: fit.log_prefactor });
        let guessed = self.through(window, guess);
        windowed(&self.eigenvalues, window, guessed, line, self.numbers(asked).summary, options)
    }

    /// α of all windows.
    pub fn map(&self, window: Window, options: PlotOptions) -> HeatMap {
        heat_map(&self.map, MapView::Alpha, window, options)
    }

    fn fit(&self, Window { first, last }: Window) -> Result<Fit> {
        power_law(&self.eigenvalues, self.eigenvalues.len(), Window::new(first, last)?, Weight::InverseRank)
    }

    /// The line of some α through the weighted mean of a window's points.
    fn through(&self, window: Window, alpha: f64) -> Option<PowerLine> {
        let (mut total, mut sum) = (0.0, 0.0);
        for (k, value) in self.points(window) {
            total += 1.0 / k;
            sum += (value + alpha * k.ln()) / k;
        }
        (total > 0.0).then(|| PowerLine { alpha, log_prefactor: sum / total })
    }

    /// Where the points at both ends of a window lie beside a guessed line: what an eye sees.
    fn by_eye(&self, window: Window, alpha: f64) -> String {
        let Some(line) = self.through(window, alpha) else { return String::new() };
        let above = |(k, value): (f64, f64)| value > line.log_prefactor - line.alpha * k.ln();
        let word = |above: bool| if above { "above" } else { "below" };
        match (self.points(window).next(), self.points(window).last()) {
            (Some(first), Some(last)) => format!(
                "the spectrum lies {} it at the first rank and {} it at the last.",
                word(above(first)),
                word(above(last))
            ),
            _ => String::new(),
        }
    }

    /// Rank and log λ over a window.
    fn points(&self, Window { first, last }: Window) -> impl Iterator<Item = (f64, f64)> {
        let values = self.eigenvalues.iter().enumerate().take(last).skip(first.max(1) - 1);
        values.map(|(index, value)| ((index + 1) as f64, value.ln()))
    }
}
