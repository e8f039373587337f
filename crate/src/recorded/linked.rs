/*!
What a link's record tells.

**How far α is off.** α is a sum over the window, α = Σ c_k·log λ_k ([`contrast`](crate::fit::contrast)). Of the interpolated λ̂_k it is α̂ = Σ c_k·log λ̂_k with the same c, so

> |α̂ − α| = |Σ c_k (log λ̂_k − log λ_k)| ≤ Σ |c_k|·δ_k,

where δ_k is the largest |log λ̂ − log λ| of the part that rank k belongs to, which the writer measured and the link says.
*/

use std::collections::BTreeMap;

use crate::error::group;
use crate::evidence::Evidence;
use crate::fit::contrast::Contrast;
use crate::fit::{Fit, Weight, Window};
use crate::given::Kind;
use crate::link::{Interval, Line, Record};
use crate::metrics::{Metrics, Uncentred};
use crate::report::{FitOutcome, REPORT_VERSION, SOFTWARE, Sentence, Spectrum};
use crate::source::Format;
use crate::uncertainty::{CONFIDENCE, Uncertainty};

/// Everything but the interval.
pub fn evidence(record: &Record) -> Evidence {
    let spectrum = spectrum(record);
    let metrics = metrics(record, &spectrum);
    let mut evidence = Evidence::of(spectrum);
    evidence.uncentred = Uncentred { rankme: record.numbers.rankme, ..Uncentred::default() };
    evidence.know(BTreeMap::new(), metrics, None, None)
}

fn spectrum(record: &Record) -> Spectrum {
    let unknown = || "unknown".to_owned();
    Spectrum {
        version: REPORT_VERSION,
        software: SOFTWARE.to_owned(),
        name: record.name.clone().unwrap_or_default(),
        files: Vec::new(),
        given: Kind::Points,
        format: Format::Link,
        array: String::new(),
        columns: String::new(),
        loader: String::new(),
        labels: Vec::new(),
        shape: Vec::new(),
        dtype: unknown(),
        byte_order: "none".to_owned(),
        order: unknown(),
        engine: unknown(),
        adapter: None,
        gpu_rows: 0,
        engine_reason: Sentence {
            code: "given".to_owned(),
            message: "Nothing had to be computed: the numbers came with the link.".to_owned(),
        },
        instruction_set: unknown(),
        workers: 0,
        precision: record.precision,
        method: "given".to_owned(),
        shift: "none".to_owned(),
        preparation: record.preparation,
        dropped_components: record.dropped,
        divisor: if record.preparation.centred { "n - 1" } else { "n" }.to_owned(),
        skipped_rows: 0,
        provisional: false,
        n: record.n,
        d: record.d,
        rank_ceiling: record.rank_ceiling(),
        usable_ranks: record.points.usable(),
        floor: record.floor.map_or(0.0, |floor| (f64::from(floor) + record.points.top()).exp()),
        total_variance: record.numbers.total_variance,
        zero_variance_columns: None,
        eigenvalues: record.points.eigenvalues(record.eigenvalues),
    }
}

/// Those that came, and what follows from them.
fn metrics(record: &Record, spectrum: &Spectrum) -> Metrics {
    let numbers = &record.numbers;
    Metrics {
        participation_ratio: numbers.participation_ratio,
        stable_rank: numbers.stable_rank,
        effective_rank_centred_variance: numbers.effective_rank,
        rankme_eigenvalues: None,
        condition_number: None,
        first_component_share: 1.0 / numbers.stable_rank,
        components_for: None,
        iso_score: None,
        renyi2_entropy: numbers.participation_ratio.ln(),
        marchenko_pastur_edge: crate::metrics::edge(spectrum.n, spectrum.d, spectrum.total_variance),
        eigenvalues_above_edge: None,
        mle_top_100: None,
    }
}

/// The fit of the recorded window. Its line is drawn at the height of the interpolated spectrum.
pub fn fit(record: &Record, spectrum: &Spectrum) -> FitOutcome {
    let outcome = spectrum.fit(record.window, record.weight);
    match (record.numbers.line, outcome.fit) {
        (Some(Line { alpha, r2, r2_weighted }), Some(fit)) => {
            FitOutcome { fit: Some(Fit { alpha, r2, r2_weighted, r2_100: None, r2_500: None, ..fit }), reason: None }
        }
        (None, Some(_)) => {
            let message = "The link brings no α of its window. Move the window, or open the features.";
            let reason = Sentence { code: "not_recorded".to_owned(), message: message.to_owned() };
            FitOutcome { fit: None, reason: Some(reason) }
        }
        (_, None) => FitOutcome { fit: None, reason: outcome.reason },
    }
}

pub fn interval(record: &Record) -> Option<Uncertainty> {
    record.numbers.interval.map(|Interval { standard_error, low, high, blocks }| Uncertainty {
        standard_error,
        low,
        high,
        blocks: usize::from(blocks),
        confidence: CONFIDENCE,
        without_block: Vec::new(),
    })
}

/// The bound of this module's own comment; `None` where there is no α, or a deviation is not known.
pub fn alpha_error(record: &Record, window: Window, weight: Weight) -> Option<f64> {
    let window = window.clip(record.points.usable()).ok()?;
    Contrast::new(window, weight)?.bound(record.points.deviation())
}

pub fn notes(record: &Record, spectrum: &Spectrum) -> Vec<Sentence> {
    let (points, of) = (group(record.points.count() as u64), group(record.eigenvalues as u64));
    let of_them = format!(
        "{points} of {of} eigenvalues came with the link, and the exact numbers of its window. The others are interpolated, and what takes all of them is left out: \
         open the features to see it."
    );
    let mut notes = vec![Sentence { code: "from_link".to_owned(), message: of_them }];
    for (number, code, message) in [
        (
            record.n,
            "needs_n",
            "The link does not say how many rows it is of, so the ceiling n − 1 of the rank and the edge of noise are left out.",
        ),
        (record.d, "needs_d", "The link does not say how many columns it is of, so the edge of noise is left out."),
    ] {
        if number.is_none() {
            notes.push(Sentence { code: code.to_owned(), message: message.to_owned() });
        }
    }
    notes.extend(spectrum.notes());
    notes
}
