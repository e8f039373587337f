/*! Spectra in an order: the layers of one network, or the steps of its training. */

use super::{Table, cell, number, word};
use crate::error::{Result, group};
use crate::fit::map::decimal;
use crate::fit::{DEFAULT_WINDOW, Fit, Weight, power_law};
use crate::plot::{Alphas, Dot, Figure, Line, PlotOptions, Spectra, Titles, spectra, trend};

/// Rows of the features of each of MiniLM's layers: texts.
const TEXTS: u64 = 3000;

/// Rows of the features of the experiment: images that no network was trained on.
const HELD_OUT: u64 = 1197;

/// Spectra in an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What they are of, in words.
    pub name: String,
    /// What the order is of: "layer" or "step".
    pub along: &'static str,
    /// Rows of the features.
    pub n: u64,
    /// The spectra, first to last.
    pub members: Vec<Member>,
}

/// A spectrum of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The layer or the step.
    pub place: f64,
    /// Eigenvalues of the centred covariance, largest first, all d of them.
    pub eigenvalues: Vec<f64>,
    /// How many of them are above rounding.
    pub usable: usize,
    /// The jackknife's 95 % interval of α, which takes the rows and is the script's.
    pub interval: Option<(f64, f64)>,
}

impl Member {
    /// α in the analyzer's own window, ranks 11 to 100 as far as they are usable, with weights 1/k.
    ///
    /// # Errors
    ///
    /// `TooFewRanks` where fewer than three are left.
    pub fn fit(&self) -> Result<Fit> {
        power_law(&self.eigenvalues, self.usable, DEFAULT_WINDOW, Weight::InverseRank)
    }
}

impl Series {
    /// The seven layers of MiniLM: their spectra, a column each, and their results, a row each.
    pub fn of_layers(spectra: &str, results: &str) -> Series {
        let table = Table::new(results);
        let members = members(spectra, &table, table.rows.iter(), "layer", "layer_");
        Series { name: "MiniLM".to_owned(), along: "layer", n: TEXTS, members }
    }

    /// The steps of the training of the first of the narrower networks of a kind: their spectra, a column each, and the rows of the table of all that are of it.
    pub fn of_steps(network: &str, method: &str, spectra: &str, progress: &str) -> Series {
        let table = Table::new(progress);
        let wanted = [("network", network), ("method", method), ("width", "128"), ("seed", "0")]
            .map(|(heading, value)| (table.column(heading), value));
        let rows = table.rows.iter().filter(|row| wanted.iter().all(|(column, value)| cell(row, *column) == *value));
        let members = members(spectra, &table, rows, "step", "step_");
        Series { name: format!("{}, {}", word(network), word(method)), along: "step", n: HELD_OUT, members }
    }

    /// All spectra, with one before the others.
    pub fn picture(&self, at: usize, options: PlotOptions) -> Spectra {
        let line = |(index, member): (usize, &Member)| Line {
            eigenvalues: member.eigenvalues.iter().copied().take(member.usable).collect(),
            total: member.eigenvalues.iter().sum(),
            style: index,
            strong: index == at,
        };
        let lines: Vec<Line> = self.members.iter().enumerate().map(line).collect();
        let picture = spectra(&lines, true, options);
        Spectra { summary: format!("{} {}", picture.summary, self.said(at)), ..picture }
    }

    /// α of each, with its interval.
    pub fn alphas(&self, at: usize, options: PlotOptions) -> Figure {
        let dot = |(index, member): (usize, &Member)| {
            let fit = member.fit().ok()?;
            Some(Dot {
                name: format!("{} {}", self.along, member.place),
                x: member.place,
                y: fit.alpha,
                interval: member.interval,
                style: index,
                strong: index == at,
            })
        };
        let dots: Vec<Dot> = self.members.iter().enumerate().filter_map(dot).collect();
        trend(&dots, Titles { x: self.along, y: "α" }, Alphas::Upward, options)
    }

    /// One of them in a sentence.
    pub fn said(&self, at: usize) -> String {
        let Some(member) = self.members.get(at) else { return String::new() };
        let what = format!("{}, {} {}", self.name, self.along, member.place);
        let Ok(fit) = member.fit() else {
            return format!("{what}: {} usable ranks are too few for α.", member.usable);
        };
        let interval = match member.interval {
            Some((low, high)) => format!(", 95 % interval {} to {}", decimal(low, 3), decimal(high, 3)),
            None => String::new(),
        };
        format!(
            "{what}: α = {} over ranks {} to {}{interval}; {} rows, {} columns.",
            decimal(fit.alpha, 3),
            fit.first,
            fit.last,
            group(self.n),
            member.eigenvalues.len(),
        )
    }

    /// One of them as a file that the analyzer opens, a column of eigenvalues: its name and its text.
    pub fn file(&self, at: usize) -> Option<(String, String)> {
        let member = self.members.get(at)?;
        let stem: String =
            self.name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let name = format!("{}-{}{}.csv", stem.replace("--", "-"), self.along, member.place);
        let values: String = member.eigenvalues.iter().map(|value| format!("{value:e}\n")).collect();
        Some((name, format!("eigenvalue\n{values}")))
    }
}

/// The spectra whose columns are in one table and whose other numbers are in rows of another.
fn members<'a>(
    spectra: &str,
    results: &Table,
    rows: impl Iterator<Item = &'a Vec<&'a str>>,
    place: &str,
    prefix: &str,
) -> Vec<Member> {
    let spectra = Table::new(spectra);
    let [place, low, high, usable] = [place, "low", "high", "usable"].map(|heading| results.column(heading));
    rows.map(|row| {
        let column = spectra.column(&format!("{prefix}{}", cell(row, place)));
        let interval = (number(row, low), number(row, high));
        Member {
            place: number(row, place),
            // Rounding takes the last of a covariance that is not of full rank below zero.
            eigenvalues: spectra.rows.iter().map(|row| number(row, column).max(0.0)).collect(),
            usable: cell(row, usable).parse().unwrap_or(0),
            interval: (interval.0.is_finite() && interval.1.is_finite()).then_some(interval),
        }
    })
    .collect()
}
