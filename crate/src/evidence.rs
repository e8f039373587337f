/*!
All that is known of one matrix, prepared in one way, and the Report that is made from it.

What does not depend on the window (two power laws, the density, pure noise) is computed when it is first asked for and kept, so that a person can drag
the window.
*/

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::fit::broken::{Broken, broken};
use crate::fit::density::{Density, density, exponential_decay_google};
use crate::fit::map::{WindowMap, window_map};
use crate::fit::shape::shape;
use crate::fit::{Fit, Weight, Window};
use crate::metrics::noise::Noise;
use crate::metrics::{Metrics, Uncentred};
use crate::moments::Preparation;
use crate::reading;
use crate::recorded::{Recorded, takes_all};
use crate::report::{Choice, FitOutcome, Outcome, PresetFit, Report, Sentence, Spectrum};
use crate::study::Beside;
use crate::uncertainty::{self, AlphaOfN, Replicates, Uncertainty};

/// The same features after another choice: what it is, and their spectrum or why there is none.
#[derive(Clone, Debug)]
pub struct Aside {
    /// What is done to the features.
    pub preparation: Preparation,
    /// Leading components that are left out.
    pub dropped: usize,
    /// Their spectrum; `None` where it is not known yet.
    pub spectrum: Option<std::result::Result<Spectrum, Sentence>>,
}

/// A spectrum and what it is judged by.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Of all rows.
    pub spectrum: Spectrum,
    /// Of blocks of rows, or why there are none; `None` where they are not known yet.
    pub replicates: Option<std::result::Result<Replicates, Sentence>>,
    /// Numbers of the features as they are, whatever the preparation.
    pub uncentred: Uncentred,
    /// One choice made otherwise, each in turn.
    pub asides: Vec<Aside>,
    /// What needs no spectrum of these features; `None` where it is not known yet.
    pub beside: Option<Rc<Beside>>,
    /// The Report or the link that it came from, where that was no features.
    pub(crate) recorded: Option<Recorded>,
    /// Of each kind of weight.
    maps: [OnceCell<WindowMap>; Weight::ALL.len()],
    fits: OnceCell<BTreeMap<String, PresetFit>>,
    metrics: OnceCell<Metrics>,
    two_laws: OnceCell<Option<Broken>>,
    density: OnceCell<Option<Density>>,
}

impl Evidence {
    /// A spectrum of which nothing else is known.
    pub fn of(spectrum: Spectrum) -> Evidence {
        Evidence {
            spectrum,
            replicates: None,
            uncentred: Uncentred::default(),
            asides: Vec::new(),
            beside: None,
            recorded: None,
            maps: Default::default(),
            fits: OnceCell::new(),
            metrics: OnceCell::new(),
            two_laws: OnceCell::new(),
            density: OnceCell::new(),
        }
    }

    /// With numbers that are known already, in the place of those that the eigenvalues would give.
    #[cfg(feature = "recorded")]
    pub(crate) fn know(
        self,
        fits: BTreeMap<String, PresetFit>,
        metrics: Metrics,
        two_laws: Option<Broken>,
        density: Option<Density>,
    ) -> Evidence {
        let (fits, metrics) = (OnceCell::from(fits), OnceCell::from(metrics));
        let (two_laws, density) = (OnceCell::from(two_laws), OnceCell::from(density));
        Evidence { fits, metrics, two_laws, density, ..self }
    }

    /// The ranks whose eigenvalues are known, where others are interpolated between them.
    pub(crate) fn brought(&self) -> Option<Vec<usize>> {
        self.recorded.as_ref().and_then(Recorded::brought)
    }

    /// The record, where it is of this window.
    fn recorded_in(&self, window: Window, weight: Weight) -> Option<&Recorded> {
        self.recorded.as_ref().filter(|recorded| recorded.is_recorded(window, weight))
    }

    /// Whether only some of the eigenvalues are known, and the others are interpolated.
    pub fn is_approximate(&self) -> bool {
        self.recorded.as_ref().is_some_and(Recorded::is_approximate)
    }

    /// Why there is no map of windows; `None` where there is one.
    pub fn without_map(&self) -> Option<Sentence> {
        let recorded = self.recorded.as_ref()?;
        let (window, weight) = recorded.window();
        recorded.approximate(window, weight).map(takes_all)
    }

    /// Without the first components: rank 1 is the first that is left.
    pub fn without_first(mut self, components: usize) -> Evidence {
        self.spectrum = self.spectrum.without_first(components);
        if let Some(Ok(replicates)) = &mut self.replicates {
            for replicate in replicates.without.iter_mut().chain(&mut replicates.unions) {
                drop_first(components, &mut replicate.eigenvalues, &mut replicate.usable_ranks);
            }
        }
        self
    }

    /// The uncertainty of a fit, or why there is none; `None` where it is not known yet.
    pub fn uncertainty(&self, fit: &Fit) -> Option<std::result::Result<Uncertainty, Sentence>> {
        self.replicates.as_ref().map(|replicates| match replicates {
            Ok(replicates) => uncertainty::jackknife(replicates, fit),
            Err(reason) => Err(reason.clone()),
        })
    }

    /// The same in a window, with the recorded one where that is recorded.
    pub(crate) fn interval(
        &self,
        window: Window,
        weight: Weight,
        fit: &Fit,
    ) -> std::result::Result<Option<Uncertainty>, Sentence> {
        match self.recorded_in(window, weight) {
            Some(recorded) => recorded.interval(),
            None => self.uncertainty(fit).transpose(),
        }
    }

    /// The fit over a window, or the reason why there is none.
    pub fn fit(&self, window: Window, weight: Weight) -> FitOutcome {
        if let Some(recorded) = self.recorded_in(window, weight) {
            return recorded.fit(&self.spectrum);
        }
        let mut outcome = self.spectrum.fit(window, weight);
        if let (Some(fit), true) = (&mut outcome.fit, self.is_approximate()) {
            // These are over ranks that need not be in the window, and would be of interpolated eigenvalues.
            (fit.r2_100, fit.r2_500) = (None, None);
        }
        outcome
    }

    /// What the reader should know of the data.
    pub fn notes(&self) -> Vec<Sentence> {
        self.recorded.as_ref().map_or_else(|| self.spectrum.notes(), |recorded| recorded.notes(&self.spectrum))
    }

    /// Ranks, isotropy and noise.
    pub fn metrics(&self) -> &Metrics {
        self.metrics.get_or_init(|| self.spectrum.metrics())
    }

    /// What pure noise of this n and d gives.
    pub fn noise(&self) -> Option<&Noise> {
        self.beside.as_ref()?.noise.as_ref()
    }

    /// The same for features of this total variance.
    pub fn scaled_noise(&self) -> Option<Vec<f64>> {
        let variance = self.spectrum.total_variance / self.spectrum.eigenvalues.len() as f64;
        Some(self.noise()?.eigenvalues.iter().map(|value| value * variance).collect())
    }

    /// α of every window.
    pub fn map(&self, weight: Weight) -> &WindowMap {
        let Spectrum { eigenvalues, usable_ranks, .. } = &self.spectrum;
        self.maps[weight as usize].get_or_init(|| window_map(eigenvalues, *usable_ranks, weight))
    }

    fn two_laws(&self) -> Option<&Broken> {
        let Spectrum { eigenvalues, usable_ranks, .. } = &self.spectrum;
        self.two_laws.get_or_init(|| broken(eigenvalues, *usable_ranks, self.sampled()?)).as_ref()
    }

    /// n, where the eigenvalues can be held against those of samples of n rows: that takes d as well.
    fn sampled(&self) -> Option<u64> {
        self.spectrum.d.and(self.spectrum.n)
    }

    fn density(&self) -> Option<&Density> {
        let Spectrum { eigenvalues, usable_ranks, .. } = &self.spectrum;
        self.density.get_or_init(|| density(eigenvalues, *usable_ranks)).as_ref()
    }

    /// α in a window.
    pub fn outcome(&self, window: Window, weight: Weight) -> Outcome {
        let in_view = self.fit(window, weight);
        let found = in_view.fit.as_ref().map(|fit| match fit.is_flat() {
            true => Err(crate::fit::no_interval_of_flat()),
            false => self.interval(window, weight, fit),
        });
        let (uncertainty, uncertainty_reason) = match found {
            Some(Ok(uncertainty)) => (uncertainty, None),
            Some(Err(reason)) => (None, Some(reason)),
            None => (None, None),
        };
        let approximate = self.recorded.as_ref().and_then(|recorded| recorded.approximate(window, weight));
        let is_near = self.recorded.as_ref().is_some_and(|recorded| recorded.is_near(window, weight));
        Outcome { in_view, uncertainty, uncertainty_reason, approximate, is_near }
    }

    /// The whole Report for a window.
    pub fn report(&self, window: Window, weight: Weight) -> Report {
        if let Some(report) = self.recorded.as_ref().and_then(|recorded| recorded.report(window, weight)) {
            return report.clone();
        }
        let spectrum = &self.spectrum;
        let Outcome { in_view, uncertainty, uncertainty_reason, approximate, is_near: _ } =
            self.outcome(window, weight);
        let fit = in_view.fit.as_ref();
        // What comes of a slope that is none would be made of rounding.
        let sloping = fit.filter(|fit| !fit.is_flat());
        let alpha_of_n = sloping.and_then(|fit| self.alpha_of_n(fit));
        let bias = sloping
            .zip(alpha_of_n.as_ref())
            .zip(spectrum.n.zip(spectrum.d))
            .and_then(|((fit, growing), (n, d))| uncertainty::bias(n, d, fit, growing));
        let spectrum_shape = fit
            .filter(|_| approximate.is_none())
            .map(|fit| shape(&spectrum.eigenvalues, spectrum.usable_ranks, self.sampled(), fit, self.two_laws()));
        let (windows, windows_verdict) = match approximate {
            None => (self.map(weight).reasonable, self.map(weight).sentence()),
            Some(approximate) => (None, takes_all(approximate)),
        };
        let exponential_decay = match approximate {
            None => exponential_decay_google(&spectrum.eigenvalues, spectrum.usable_ranks),
            Some(_) => None,
        };
        let mut report = Report {
            fits: self.fits().clone(),
            windows,
            windows_verdict,
            approximate,
            choices: self.choices(window, weight, fit),
            noise: self.noise().and_then(|noise| noise.alpha(window, weight)),
            two_laws: self.two_laws().cloned(),
            density: self.density().cloned(),
            exponential_decay,
            metrics: self.metrics().clone(),
            uncentred: self.uncentred.clone(),
            notes: self.notes(),
            reading: Vec::new(),
            spectrum: spectrum.clone(),
            in_view,
            uncertainty,
            uncertainty_reason,
            alpha_of_n,
            bias,
            spectrum_shape,
        };
        report.reading = reading::of(&report);
        report
    }

    fn alpha_of_n(&self, fit: &Fit) -> Option<AlphaOfN> {
        let replicates = self.replicates.as_ref()?.as_ref().ok()?;
        Some(uncertainty::alpha_of_n(replicates, fit))
    }

    /// The usual windows by name, each with its standard error.
    pub fn fits(&self) -> &BTreeMap<String, PresetFit> {
        let with_error = |fit: Fit| {
            let uncertainty = self.uncertainty(&fit).and_then(std::result::Result::ok);
            PresetFit { standard_error: uncertainty.map(|found| found.standard_error), fit }
        };
        self.fits.get_or_init(|| self.spectrum.fits().into_iter().map(|(name, fit)| (name, with_error(fit))).collect())
    }

    /// α after each choice made otherwise, in the same window.
    fn choices(&self, window: Window, weight: Weight, fit: Option<&Fit>) -> Vec<Choice> {
        let choice = |aside: &Aside| {
            let outcome = aside.spectrum.as_ref().map(|spectrum| match spectrum {
                Ok(spectrum) => spectrum.fit(window, weight),
                Err(reason) => FitOutcome { fit: None, reason: Some(reason.clone()) },
            });
            let (other, reason) = outcome.map_or((None, None), |outcome| (outcome.fit, outcome.reason));
            let alpha = other.map(|fit| fit.alpha);
            Choice {
                preparation: aside.preparation,
                dropped_components: aside.dropped,
                alpha,
                change: alpha.zip(fit).map(|(alpha, fit)| alpha - fit.alpha),
                reason,
            }
        };
        self.asides.iter().map(choice).collect()
    }
}

/// Takes the first components off, but never all of them.
pub(crate) fn drop_first(components: usize, eigenvalues: &mut Vec<f64>, usable: &mut usize) {
    let components = components.min(eigenvalues.len().saturating_sub(1));
    eigenvalues.drain(..components);
    *usable = usable.saturating_sub(components);
}
