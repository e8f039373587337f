/*!
Results that come back, in the place of features: a Report that was exported, or what a link says of one.

In the window that was recorded all numbers are the recorded ones, bit for bit. In another, what the eigenvalues tell is computed as ever; the interval, and all else that takes the
features, belongs to the recorded window and is left out with a reason. A Report brings all its eigenvalues. A [link](crate::link) brings some, and the others are
interpolated: what takes all of them is left out, and α of another window comes with a bound of its error.
*/

mod approximate;
mod check;
mod linked;

pub use approximate::Approximate;
pub(crate) use approximate::takes_all;
pub use check::{check, check_version};

use std::rc::Rc;

use crate::error::{ErrorKind, group};
use crate::evidence::{Aside, Evidence};
use crate::fit::{DEFAULT_WINDOW, Fit, Weight, Window};
use crate::link::Record;
use crate::moments::Preparation;
use crate::report::{Choice, FitOutcome, Report, Sentence, Spectrum};
use crate::uncertainty::Uncertainty;
use crate::{Error, Result};

/// A spectrum with its Report in one window.
#[derive(Clone, Debug)]
pub struct Recorded {
    source: Source,
    window: Window,
    weight: Weight,
}

#[derive(Clone, Debug)]
enum Source {
    Report(Rc<Report>),
    Link(Rc<Record>),
}

impl Recorded {
    /// Of a Report.
    ///
    /// # Errors
    ///
    /// Those of [`check`].
    pub fn of_report(report: Report) -> Result<Recorded> {
        check(&report)?;
        let fit = report.in_view.fit.as_ref();
        let asked = |fit: &Fit| {
            let (first, last) = fit.clipped_from.unwrap_or((fit.first, fit.last));
            Window { first, last }
        };
        Ok(Recorded {
            // A Report without a fit does not say of which window.
            window: fit.map_or(DEFAULT_WINDOW, asked),
            weight: fit.map_or(Weight::default(), |fit| fit.weight),
            source: Source::Report(Rc::new(report)),
        })
    }

    /// Of what a link says.
    pub fn of_link(record: Record) -> Recorded {
        Recorded { window: record.window, weight: record.weight, source: Source::Link(Rc::new(record)) }
    }

    /// Its name, where it has one.
    pub fn name(&self) -> Option<&str> {
        match &self.source {
            Source::Report(report) => Some(&report.spectrum.name),
            Source::Link(record) => record.name.as_deref(),
        }
    }

    /// The window, as it was asked for, and the weights.
    pub fn window(&self) -> (Window, Weight) {
        (self.window, self.weight)
    }

    /// What was done to the features.
    pub fn preparation(&self) -> Preparation {
        match &self.source {
            Source::Report(report) => report.spectrum.preparation,
            Source::Link(record) => record.preparation,
        }
    }

    /// Leading components that were left out.
    pub fn dropped(&self) -> usize {
        match &self.source {
            Source::Report(report) => report.spectrum.dropped_components,
            Source::Link(record) => record.dropped,
        }
    }

    /// All that is known of features prepared in some way, without their first `dropped` components, or why there is nothing: only what was recorded is there.
    pub fn evidence(&self, preparation: Preparation, dropped: usize) -> std::result::Result<Evidence, Sentence> {
        if (preparation, dropped) != (self.preparation(), self.dropped()) {
            return Err(Sentence::from(&Error::from(ErrorKind::NotRecorded)));
        }
        let mut evidence = match &self.source {
            Source::Report(report) => restored(report),
            Source::Link(record) => linked::evidence(record),
        };
        evidence.replicates = Some(Err(self.no_interval()));
        evidence.recorded = Some(self.clone());
        Ok(evidence)
    }

    pub(crate) fn is_recorded(&self, window: Window, weight: Weight) -> bool {
        (window, weight) == (self.window, self.weight)
    }

    /// The whole Report, where it was recorded.
    pub(crate) fn report(&self, window: Window, weight: Weight) -> Option<&Report> {
        match &self.source {
            Source::Report(report) if self.is_recorded(window, weight) => Some(report),
            _ => None,
        }
    }

    /// What a link says, where it came by one.
    pub(crate) fn record(&self) -> Option<&Record> {
        match &self.source {
            Source::Report(_) => None,
            Source::Link(record) => Some(record),
        }
    }

    /// The recorded fit.
    pub(crate) fn fit(&self, spectrum: &Spectrum) -> FitOutcome {
        match &self.source {
            Source::Report(report) => report.in_view.clone(),
            Source::Link(record) => linked::fit(record, spectrum),
        }
    }

    /// The recorded interval, or why there is none.
    pub(crate) fn interval(&self) -> std::result::Result<Option<Uncertainty>, Sentence> {
        match &self.source {
            Source::Report(report) => match (&report.uncertainty, &report.uncertainty_reason) {
                (None, Some(reason)) => Err(reason.clone()),
                (uncertainty, _) => Ok(uncertainty.clone()),
            },
            Source::Link(record) => linked::interval(record).map(Some).ok_or_else(|| self.no_interval()),
        }
    }

    pub(crate) fn is_approximate(&self) -> bool {
        match &self.source {
            Source::Report(report) => report.approximate.is_some(),
            Source::Link(_) => true,
        }
    }

    /// How much of the spectrum there is, where that is not all of it.
    pub(crate) fn approximate(&self, window: Window, weight: Weight) -> Option<Approximate> {
        match &self.source {
            Source::Report(report) => report.approximate.map(|found| Approximate { alpha_error: None, ..found }),
            Source::Link(record) => {
                let error = || linked::alpha_error(record, window, weight);
                let alpha_error = if self.is_recorded(window, weight) { None } else { error() };
                Some(Approximate { points: record.points.count(), of: record.eigenvalues, alpha_error })
            }
        }
    }

    /// Whether α of a window is of the eigenvalues that came by a link alone, and not what was found from all of them.
    pub(crate) fn is_near(&self, window: Window, weight: Weight) -> bool {
        match &self.source {
            Source::Report(report) => report.approximate.is_some_and(|found| found.alpha_error.is_some()),
            Source::Link(_) => !self.is_recorded(window, weight),
        }
    }

    /// The ranks whose eigenvalues came with it, where others are interpolated between them.
    pub(crate) fn brought(&self) -> Option<Vec<usize>> {
        self.record().map(|record| record.points.ranks())
    }

    /// What the reader should know.
    pub(crate) fn notes(&self, spectrum: &Spectrum) -> Vec<Sentence> {
        match &self.source {
            Source::Report(report) => report.notes.clone(),
            Source::Link(record) => linked::notes(record, spectrum),
        }
    }

    /// Why a window that was not recorded has no interval, and why the recorded one has none if it has not.
    fn no_interval(&self) -> Sentence {
        let (what, brings, has_one) = match &self.source {
            Source::Report(report) => match &report.uncertainty_reason {
                Some(reason) => return reason.clone(),
                None => ("Report", "was saved without one", report.uncertainty.is_some()),
            },
            Source::Link(record) => ("link", "brings none", record.numbers.interval.is_some()),
        };
        let message = if has_one {
            let Window { first, last } = self.window;
            let [first, last] = [first, last].map(|rank| group(rank as u64));
            format!(
                "The interval in this {what} is that of ranks {first}–{last}. For another window open the features."
            )
        } else {
            format!("An interval takes the features, and this {what} {brings}.")
        };
        let code = if has_one { "other_window" } else { "not_recorded" };
        Sentence { code: code.to_owned(), message }
    }
}

/// What a Report tells of whatever window.
fn restored(report: &Report) -> Evidence {
    let choice = |choice: &Choice| Aside {
        preparation: choice.preparation,
        dropped: choice.dropped_components,
        spectrum: Some(Err(choice.reason.clone().unwrap_or_else(|| Sentence {
            code: "other_window".to_owned(),
            message: "The other choices in this Report are those of its own window. For another open the features."
                .to_owned(),
        }))),
    };
    let mut evidence = Evidence::of(report.spectrum.clone());
    evidence.uncentred = report.uncentred.clone();
    evidence.asides = report.choices.iter().map(choice).collect();
    evidence.know(report.fits.clone(), report.metrics.clone(), report.two_laws.clone(), report.density.clone())
}
