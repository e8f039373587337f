/*!
A few lines of NumPy that give the same α from the same file: for papers, for air-gapped machines, and for whoever wants to check.
*/

use crate::fit::{BINS_PER_DECADE, Fit, Weight};
use crate::given::Kind;
use crate::moments::Preparation;
use crate::report::Spectrum;

/// The script for a fit of a spectrum; `None` for one that came by a link, without its files. It expects the files in the folder where it runs.
pub fn python(spectrum: &Spectrum, fit: &Fit) -> Option<String> {
    let source = match spectrum.given {
        Kind::Points => return None,
        Kind::Features => of_features(spectrum),
        kind => of_given(kind, spectrum),
    };
    let drop = match spectrum.dropped_components {
        0 => String::new(),
        components => format!("eigenvalues = eigenvalues[{components}:]  # the first components are left out\n"),
    };
    let Fit { alpha, first, last, weight, .. } = fit;
    let (weights, line) = match weight {
        Weight::InverseRank => (
            "weights 1/rank",
            "# polyfit squares its weights
alpha, log_prefactor = np.polyfit(-np.log(k), np.log(eigenvalues[k - 1]), 1, w=k**-0.5)"
                .to_owned(),
        ),
        Weight::Equal => (
            "all ranks alike",
            "alpha, log_prefactor = np.polyfit(-np.log(k), np.log(eigenvalues[k - 1]), 1)".to_owned(),
        ),
        Weight::LogBinned => (
            "log-binned",
            format!(
                "bins = np.floor({BINS_PER_DECADE} * np.log10(k / {first}) + 1e-9).astype(int)
mean = lambda values: [values[bins == b].mean() for b in np.unique(bins)]
alpha, log_prefactor = np.polyfit(mean(-np.log(k)), mean(np.log(eigenvalues[k - 1])), 1)"
            ),
        ),
    };
    Some(format!(
        "\
# The alpha that {software} shows for {title}: {alpha}
# (least squares of log eigenvalue on -log rank, ranks {first} to {last}, {weights})
import numpy as np

{source}
{drop}
k = np.arange({first}, {last} + 1)
{line}
print(alpha)
",
        software = spectrum.software,
        title = one_line(&spectrum.name),
    ))
}

/// From the rows to the eigenvalues.
fn of_features(spectrum: &Spectrum) -> String {
    let names: Vec<String> = spectrum.files.iter().map(|file| literal(&file.name)).collect();
    let (define, load) = loader(spectrum);
    let load = match names.as_slice() {
        [one] => format!("{define}X = {load}({one})"),
        many => format!("{define}X = np.concatenate([np.atleast_2d({load}(name)) for name in [{}]])", many.join(", ")),
    };
    let skip = match spectrum.skipped_rows {
        0 => "",
        _ => "X = X[np.isfinite(X).all(axis=1)]  # rows with NaN or infinity are left out\n",
    };
    let (moment, why) = match spectrum.method.as_str() {
        "dual" => ("X @ X.T", "  # n < d: the same eigenvalues other than zero"),
        _ => ("X.T @ X", ""),
    };
    let Preparation { centred, unit_rows, standardized } = spectrum.preparation;
    let mut prepare = String::new();
    if unit_rows {
        prepare.push_str("X /= np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-300)\n");
    }
    if standardized {
        prepare.push_str(
            "deviation = np.where((X == X[0]).all(axis=0), np.inf, X.std(axis=0, ddof=1))  # constant columns become 0\n",
        );
    }
    if centred {
        prepare.push_str("X -= X.mean(axis=0)\n");
    }
    if standardized {
        prepare.push_str("X /= deviation\n");
    }
    let divisor = if centred { "(n - 1)" } else { "n" };
    format!(
        "{load}
X = X.reshape(len(X), -1).astype(np.float64)
{skip}n, d = X.shape
{prepare}eigenvalues = np.linalg.eigvalsh({moment} / {divisor})[::-1]{why}"
    )
}

/// The definition of what loads a file, and what it is called.
fn loader(spectrum: &Spectrum) -> (String, &'static str) {
    match spectrum.loader.as_str() {
        "" => (String::new(), "np.load"),
        loader => (format!("{loader}\n"), "load"),
    }
}

/// From what was made of rows to the eigenvalues.
fn of_given(kind: Kind, spectrum: &Spectrum) -> String {
    let name = spectrum.files.first().map(|file| literal(&file.name)).unwrap_or_default();
    let (define, load) = loader(spectrum);
    let load = format!("{load}({name})");
    let Preparation { centred, standardized, .. } = spectrum.preparation;
    let correlation = "deviation = np.sqrt(np.diag(C))
S = S / np.where(deviation > 0, deviation, 1) / np.where(deviation > 0, deviation, 1)[:, None]
";
    let (correlate, solve) = (if standardized { correlation } else { "" }, "eigenvalues = np.linalg.eigvalsh(S)[::-1]");
    match kind {
        Kind::Features | Kind::Eigenvalues | Kind::Points => format!(
            "{define}values = {load}
values = values[:, -1] if values.ndim == 2 and values.shape[1] == 2 else values.ravel()
eigenvalues = np.sort(values[np.isfinite(values)].astype(np.float64))[::-1]"
        ),
        Kind::Covariance => format!("{define}S = C = {load}.astype(np.float64)\n{correlate}{solve}"),
        Kind::GramOfColumns => {
            let divisor = match (spectrum.n, centred) {
                (Some(n), true) => format!(" / ({n} - 1)"),
                (Some(n), false) => format!(" / {n}"),
                (None, _) => String::new(),
            };
            format!("{define}S = C = {load}.astype(np.float64){divisor}\n{correlate}{solve}")
        }
        Kind::GramOfRows => {
            let (centre, divisor) = if centred {
                ("G = G - G.mean(0) - G.mean(1)[:, None] + G.mean()  # the features' mean is removed\n", "(n - 1)")
            } else {
                ("", "n")
            };
            let pad =
                spectrum.d.map(|d| format!("\neigenvalues = np.sort(np.r_[eigenvalues, np.zeros({d})])[::-1][:{d}]"));
            format!(
                "{define}G = {load}.astype(np.float64)
n = len(G)
{centre}eigenvalues = np.linalg.eigvalsh(G / {divisor})[::-1]{pad}",
                pad = pad.unwrap_or_default(),
            )
        }
        Kind::Moments => {
            let names: Vec<String> = spectrum.files.iter().map(|file| literal(&file.name)).collect();
            let uncentred = if centred { "" } else { "S = (n - 1) / n * C + np.outer(mean, mean)\n" };
            format!(
                "n, mean, C = 0, 0, 0
for name in [{names}]:  # moments of parts are merged into those of all rows
    part = np.load(name)
    rows, delta = int(part[\"n\"]), part[\"mean\"] - mean
    scatter = max(n - 1, 0) * C + (rows - 1) * part[\"covariance\"] + np.outer(delta, delta) * (n * rows / (n + rows))
    n, mean = n + rows, mean + delta * (rows / (n + rows))
    C = scatter / (n - 1)
S = C
{uncentred}{correlate}{solve}",
                names = names.join(", "),
            )
        }
    }
}

/// A Python string literal.
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\U{:08x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A name that cannot end the comment that it stands in.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_a_name() {
        assert_eq!(literal("a \"b\"\\c.npy"), r#""a \"b\"\\c.npy""#);
        assert_eq!(literal("line\nbreak"), "\"line\\U0000000abreak\"");
        assert_eq!(one_line("x\nimport os"), "x import os");
    }
}
