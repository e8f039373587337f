/*! A Report that comes back is a file like any other: nothing in it is taken on trust. */

use crate::error::{ErrorKind, Result};
use crate::fit::{Fit, PRESETS, Window, power_law};
use crate::report::{REPORT_VERSION, Report, Spectrum};

/// Eigenvalues of a Report at most.
const MOST_EIGENVALUES: usize = 1 << 20;

/// Sentences, choices and files of a Report at most.
const MOST_ENTRIES: usize = 1 << 16;

/// How far α may be from that of its eigenvalues: another machine's logarithms differ in the last digit.
const SAME: f64 = 1e-9;

/// What is drawn stays below: pictures of larger numbers show nothing.
const LARGEST_DRAWN: f64 = 1e6;

/// Whether a Report's format is known.
///
/// # Errors
///
/// `ReportNewer`, `BadReport`.
pub fn check_version(version: u32) -> Result<()> {
    match version {
        REPORT_VERSION => Ok(()),
        newer if newer > REPORT_VERSION => Err(ErrorKind::ReportNewer { version, known: REPORT_VERSION }.into()),
        older => bad(format!("its format is {older}, which is no longer read")),
    }
}

fn bad<T>(problem: impl Into<String>) -> Result<T> {
    Err(ErrorKind::BadReport { problem: problem.into() }.into())
}

/// Whether a Report can be one: its spectrum is one, its window lies within the usable ranks, and its α is that of its eigenvalues.
///
/// # Errors
///
/// `ReportNewer`, `BadReport`.
pub fn check(report: &Report) -> Result<()> {
    check_version(report.spectrum.version)?;
    check_spectrum(&report.spectrum)?;
    check_fits(report)?;
    check_interval(report)?;
    check_pictures(report)
}

fn check_spectrum(spectrum: &Spectrum) -> Result<()> {
    let Spectrum { eigenvalues, usable_ranks, .. } = spectrum;
    let count = eigenvalues.len();
    if !(1..=MOST_EIGENVALUES).contains(&count) || spectrum.files.len() > MOST_ENTRIES {
        return bad("it has too many eigenvalues or files, or none");
    }
    if !eigenvalues.iter().all(|value| value.is_finite()) || eigenvalues.windows(2).any(|pair| pair[0] < pair[1]) {
        return bad("its eigenvalues are not numbers that fall");
    }
    if *usable_ranks > count || eigenvalues[..*usable_ranks].iter().any(|&value| value <= 0.0) || eigenvalues[0] <= 0.0
    {
        return bad("its usable ranks are not those of positive eigenvalues");
    }
    let few = spectrum.n.is_some_and(|n| n < 2) || spectrum.d == Some(0);
    let many = spectrum.d.is_some_and(|d| d < count as u64);
    if few || many || spectrum.rank_ceiling > count as u64 {
        return bad("its n, d and number of eigenvalues do not belong together");
    }
    if !is_at_least_zero(spectrum.floor) || !is_at_least_zero(spectrum.total_variance) {
        return bad("its floor or its total variance is none");
    }
    Ok(())
}

fn is_at_least_zero(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

fn check_fits(report: &Report) -> Result<()> {
    if let Some(fit) = &report.in_view.fit {
        check_fit(fit, report)?;
    }
    for (name, preset) in &report.fits {
        if PRESETS.iter().all(|(known, ..)| known != name) {
            return bad("it has a window of a name that is none");
        }
        check_fit(&preset.fit, report)?;
    }
    Ok(())
}

fn check_fit(fit: &Fit, report: &Report) -> Result<()> {
    let Spectrum { eigenvalues, usable_ranks, .. } = &report.spectrum;
    let Ok(window) = Window::new(fit.first, fit.last) else { return bad("a window of it is none") };
    let asked = fit.clipped_from.unwrap_or((fit.first, fit.last));
    let is_clip = Window { first: asked.0, last: asked.1 }.clip(*usable_ranks) == Ok(window);
    if !is_clip || (fit.clipped_from.is_some() && asked == (fit.first, fit.last)) {
        return bad("a window of it goes past its usable ranks");
    }
    let Ok(again) = power_law(eigenvalues, *usable_ranks, window, fit.weight) else {
        return bad("a window of it has no α");
    };
    let r2s = [fit.r2, fit.r2_weighted, fit.r2_100, fit.r2_500];
    if !r2s.into_iter().flatten().all(f64::is_finite) || !fit.log_prefactor.is_finite() || !fit.alpha.is_finite() {
        return bad("a fit of it is no number");
    }
    // What came by a link has the α of all eigenvalues, and the eigenvalues of some.
    let is_same = |a: f64, b: f64| (a - b).abs() <= SAME * b.abs().max(1.0);
    let has_same_r2 = match (fit.r2, again.r2) {
        (Some(r2), Some(again)) => is_same(r2, again),
        (r2, again) => r2 == again,
    };
    if report.approximate.is_none() && !(is_same(fit.alpha, again.alpha) && has_same_r2) {
        return bad("its α does not follow from its eigenvalues");
    }
    Ok(())
}

fn check_interval(report: &Report) -> Result<()> {
    let Some(found) = &report.uncertainty else { return Ok(()) };
    let Some(fit) = &report.in_view.fit else { return bad("it has an interval and no α") };
    let is_around = found.low <= fit.alpha && fit.alpha <= found.high;
    if !is_around || !is_at_least_zero(found.standard_error) || found.blocks < 2 || !is_drawn([found.low, found.high]) {
        return bad("its interval is none");
    }
    Ok(())
}

/// Whether numbers can be drawn.
fn is_drawn(numbers: impl IntoIterator<Item = f64>) -> bool {
    numbers.into_iter().all(|number| number.abs() <= LARGEST_DRAWN)
}

/// What pictures are made of, apart from the spectrum.
fn check_pictures(report: &Report) -> Result<()> {
    let growing = report.alpha_of_n.iter().flat_map(|growing| &growing.points);
    let mut rows = growing.clone().map(|point| point.n);
    let mut is_sound = rows.all(|n| n >= 1) && is_drawn(growing.map(|point| point.alpha));
    if let Some(shape) = &report.spectrum_shape {
        let count = report.spectrum.eigenvalues.len();
        for (ranks, values) in [
            (&shape.local_slope.ranks, &shape.local_slope.slopes),
            (&shape.residuals.ranks, &shape.residuals.residuals),
        ] {
            let are_ranks = ranks.iter().all(|rank| (1.0..=count as f64).contains(rank));
            is_sound &=
                ranks.len() == values.len() && ranks.len() <= count && are_ranks && is_drawn(values.iter().copied());
        }
    }
    let entries = report.choices.len().max(report.notes.len()).max(report.reading.len());
    if is_sound && entries <= MOST_ENTRIES { Ok(()) } else { bad("what would be drawn of it is no picture") }
}
