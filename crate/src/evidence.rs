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
            maps: Default::default(),
            fits: OnceCell::new(),
            metrics: OnceCell::new(),
            two_laws: OnceCell::new(),
            density: OnceCell::new(),
        }
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
        let in_view = self.spectrum.fit(window, weight);
        let (uncertainty, uncertainty_reason) = match in_view.fit.as_ref().and_then(|fit| self.uncertainty(fit)) {
            Some(Ok(uncertainty)) => (Some(uncertainty), None),
            Some(Err(reason)) => (None, Some(reason)),
            None => (None, None),
        };
        Outcome { in_view, uncertainty, uncertainty_reason }
    }

    /// The whole Report for a window.
    pub fn report(&self, window: Window, weight: Weight) -> Report {
        let spectrum = &self.spectrum;
        let Outcome { in_view, uncertainty, uncertainty_reason } = self.outcome(window, weight);
        let fit = in_view.fit.as_ref();
        let alpha_of_n = fit.and_then(|fit| self.alpha_of_n(fit));
        let bias = fit
            .zip(alpha_of_n.as_ref())
            .zip(spectrum.n.zip(spectrum.d))
            .and_then(|((fit, growing), (n, d))| uncertainty::bias(n, d, fit, growing));
        let spectrum_shape =
            fit.map(|fit| shape(&spectrum.eigenvalues, spectrum.usable_ranks, self.sampled(), fit, self.two_laws()));
        let mut report = Report {
            fits: self.fits().clone(),
            windows: self.map(weight).reasonable,
            windows_verdict: self.map(weight).sentence(),
            choices: self.choices(window, weight, fit),
            noise: self.noise().and_then(|noise| noise.alpha(window, weight)),
            two_laws: self.two_laws().cloned(),
            density: self.density().cloned(),
            exponential_decay: exponential_decay_google(&spectrum.eigenvalues, spectrum.usable_ranks),
            metrics: self.metrics().clone(),
            uncentred: self.uncentred.clone(),
            notes: spectrum.notes(),
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
