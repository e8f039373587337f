//! A Report for a terminal.

use eigenscope::engine::Adapter;
use eigenscope::given::Kind;
use eigenscope::report::{PresetFit, Spectrum};

use crate::{Output, Seconds};

/// A number, or that it is not known.
fn count(number: Option<u64>) -> String {
    number.map_or("unknown".to_owned(), |number| number.to_string())
}

/// What computed, in a line.
fn engine(spectrum: &Spectrum) -> String {
    let threads = format!("{}, {} threads", spectrum.instruction_set, spectrum.workers);
    match &spectrum.adapter {
        None => format!("{}, {threads}", spectrum.engine),
        Some(Adapter { name, backend, software }) => {
            let kind = if *software { ", no hardware but a program" } else { "" };
            let rows = match spectrum.n {
                Some(n) if spectrum.gpu_rows < n => format!("{} of {n} rows", spectrum.gpu_rows),
                _ => "all rows".to_owned(),
            };
            format!("{}, {name} ({backend}{kind}), {rows}; fed by {threads}", spectrum.engine)
        }
    }
}

/// The Report for a terminal.
pub fn summary(output: &Output) -> String {
    let report = &output.report;
    let spectrum = &report.spectrum;
    let kind = if spectrum.given == Kind::Features { String::new() } else { format!("{}, ", spectrum.given.name()) };
    let mut lines = vec![format!(
        "{}: {kind}n = {}, d = {}, {}, {} order",
        spectrum.name,
        count(spectrum.n),
        count(spectrum.d),
        spectrum.dtype,
        spectrum.order
    )];
    let mut row = |name: &str, value: String| lines.push(format!("  {name:<22} {value}"));
    if !spectrum.columns.is_empty() {
        row("features", spectrum.columns.clone());
    }
    if !spectrum.labels.is_empty() {
        let name = |name: &str| if name.is_empty() { "no name".to_owned() } else { name.to_owned() };
        let labels = spectrum.labels.iter();
        let beside: Vec<String> = labels.map(|beside| format!("{} ({})", name(&beside.name), beside.dtype)).collect();
        row("left out", beside.join(", "));
    }
    let share = |r2: Option<f64>| r2.map_or("–".to_owned(), |r2| format!("{r2:.4}"));
    match (&report.in_view.fit, &report.in_view.reason) {
        (Some(fit), _) => {
            let clipped = match fit.clipped_from {
                Some((first, last)) => format!(" (clipped from {first}–{last} to the usable ranks)"),
                None => String::new(),
            };
            row(
                "α",
                format!("{:.4}   ranks {}–{}, weights {}{clipped}", fit.alpha, fit.first, fit.last, fit.weight.name()),
            );
            row("R²", format!("{}   weighted {}", share(fit.r2), share(fit.r2_weighted)));
            row(
                "R² as in reptrix",
                format!("to rank 100: {}   to 500 or d − 10: {}", share(fit.r2_100), share(fit.r2_500)),
            );
        }
        (None, Some(reason)) => row("α", format!("none. {}", reason.message)),
        (None, None) => {}
    }
    if let Some(found) = &report.uncertainty {
        let (low, high) = (found.low, found.high);
        row(
            "± (95 %)",
            format!("{low:.4} to {high:.4}   standard error {:.4}, {} blocks", found.standard_error, found.blocks),
        );
    }
    for (name, PresetFit { fit, .. }) in &report.fits {
        row(
            &format!("α, {name}"),
            format!("{:.4}   ranks {}–{}, R² {}", fit.alpha, fit.first, fit.last, share(fit.r2)),
        );
    }
    row("total variance", format!("{:.6e}", spectrum.total_variance));
    row("largest eigenvalue", format!("{:.6e}", spectrum.eigenvalues[0]));
    row(
        "usable ranks",
        format!("{} of {} (rank ceiling {})", spectrum.usable_ranks, spectrum.eigenvalues.len(), spectrum.rank_ceiling),
    );
    row("numerical floor", format!("{:.3e}", spectrum.floor));
    if spectrum.given == Kind::Features {
        row("engine", engine(spectrum));
    }
    if let Some(Seconds { read_and_moments_seconds, eigenvalues_seconds, study_seconds, gpu_teraflops }) =
        output.timings
    {
        row(
            "seconds",
            format!(
                "reading and second moment {read_and_moments_seconds:.3}, eigenvalues {eigenvalues_seconds:.3}, \
                 everything else {study_seconds:.3}"
            ),
        );
        if let Some(teraflops) = gpu_teraflops {
            row("GPU", format!("{teraflops:.3} TFLOP/s of one triangle's products (n·d²) while it worked"));
        }
    }
    for line in &report.reading {
        row("", line.message.clone());
    }
    for note in &report.notes {
        row("note", note.message.clone());
    }
    lines.join("\n") + "\n"
}
