/*!
The Report: the one thing that is drawn, shared, exported and compared.

It is plain data with a version and complete provenance, and holds no reference to the features. Page, command and JSON export all speak
it; its keys are the names of the reference implementation.
*/

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::decompose::Decomposed;
use crate::engine::Adapter;
use crate::error::{Error, Result, group};
use crate::evidence::drop_first;
use crate::fit::broken::Broken;
use crate::fit::density::Density;
use crate::fit::map::Reasonable;
use crate::fit::shape::Shape;
use crate::fit::{Fit, PRESETS, Weight, Window, power_law};
use crate::given::{Kind, Origin};
use crate::metrics::noise::NoiseAlpha;
use crate::metrics::{self, Metrics, Uncentred};
use crate::moments::{Plan, Precision, Preparation};
use crate::recorded::Approximate;
use crate::source::{Axis, FileFacts, Format, Labels};
use crate::uncertainty::{AlphaOfN, Uncertainty};

/// Version of the Report's format. It changes when a key changes its meaning or goes away.
pub const REPORT_VERSION: u32 = 3;

/// This software and its version.
pub const SOFTWARE: &str = concat!("eigenscope ", env!("CARGO_PKG_VERSION"));

/// Everything that is known of a feature matrix once its eigenvalues are: the Report without a fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spectrum {
    /// [`REPORT_VERSION`].
    pub version: u32,
    /// [`SOFTWARE`].
    pub software: String,
    /// Name of the whole, for people.
    pub name: String,
    /// The files, in the order of their rows.
    pub files: Vec<FileFacts>,
    /// What is in them: "features", or what was made of such elsewhere.
    pub given: Kind,
    /// How they are written.
    pub format: Format,
    /// The name of the array in them; empty where it is all there is.
    pub array: String,
    /// Which columns of a table the features are, for people; empty where an array is all there is.
    #[serde(default)]
    pub columns: String,
    /// Python that defines `load(name)`, which gives the array of a file as it was read here; empty where that is np.load.
    #[serde(default)]
    pub loader: String,
    /// What stands beside the features in a file, and takes no part: labels, and columns that hold no numbers.
    pub labels: Vec<Labels>,
    /// The first file's own shape.
    pub shape: Vec<u64>,
    /// NumPy's name of the number type.
    pub dtype: String,
    /// "little", "big", or "none" for single bytes.
    pub byte_order: String,
    /// Memory order, "C" or "F".
    pub order: String,
    /// What computed the second moment: "cpu", or "webgpu" where a GPU took part.
    pub engine: String,
    /// The GPU that took part; `None` where none did.
    pub adapter: Option<Adapter>,
    /// Rows whose products the GPU took; workers took those of the others.
    pub gpu_rows: u64,
    /// Why it was this engine.
    pub engine_reason: Sentence,
    /// The instruction set of the workers' kernels.
    pub instruction_set: String,
    /// Workers (threads) that shared the work.
    pub workers: usize,
    /// "exact" or "fast".
    pub precision: Precision,
    /// "covariance" (d × d), "dual" (n × n, where n < d), or "given" where it was no second moment of ours.
    pub method: String,
    /// What was subtracted before products were taken; "none" where no products were.
    pub shift: String,
    /// What was done to the features before their covariance was taken.
    pub preparation: Preparation,
    /// Leading components that were left out: rank 1 is the first after them.
    pub dropped_components: usize,
    /// The covariance's divisor: "n - 1", or "n" where the mean was not removed; "1" where n is not known, of sums that take one.
    pub divisor: String,
    /// Rows that were left out because they hold NaN or infinity.
    pub skipped_rows: u64,
    /// Whether rows were still to come.
    pub provisional: bool,
    /// Rows (samples) that were used; `None` where the files do not say and nobody has said it.
    pub n: Option<u64>,
    /// Columns (features); `None` likewise.
    pub d: Option<u64>,
    /// The largest rank that centred features can have: min(n − 1, d); the number of eigenvalues where n is not known.
    pub rank_ceiling: u64,
    /// Leading ranks that a fit may use: above the floor and within the ceiling.
    pub usable_ranks: usize,
    /// Eigenvalues at or below this are rounding, not signal.
    pub floor: f64,
    /// Trace of the covariance.
    pub total_variance: f64,
    /// Columns whose values are all equal; `None` where eigenvalues or a Gram matrix of rows do not tell.
    pub zero_variance_columns: Option<u64>,
    /// Eigenvalues of the centred covariance (divisor n − 1), largest first, d of them.
    pub eigenvalues: Vec<f64>,
}

/// What a fit says, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitOutcome {
    /// The fit.
    pub fit: Option<Fit>,
    /// The reason.
    pub reason: Option<Sentence>,
}

/// α in one window and how far it may be off: the part of a [`Report`] that is of many spectra at once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The fit, or why there is none.
    #[serde(flatten)]
    pub in_view: FitOutcome,
    /// How far α would move with other rows.
    pub uncertainty: Option<Uncertainty>,
    /// Why that is not known. Neither is there while it is computed.
    pub uncertainty_reason: Option<Sentence>,
    /// How much of the spectrum α is of, where that is not all of it.
    pub approximate: Option<Approximate>,
    /// Whether α is of those eigenvalues alone: a link has brought the exact numbers of one window.
    pub is_near: bool,
}

impl Outcome {
    /// There is no fit.
    pub fn refused(error: &Error) -> Outcome {
        let in_view = FitOutcome { fit: None, reason: Some(Sentence::from(error)) };
        Outcome { in_view, uncertainty: None, uncertainty_reason: None, approximate: None, is_near: false }
    }
}

/// A sentence for a person, with a stable code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// The code.
    pub code: String,
    /// The sentence.
    pub message: String,
}

impl From<&Error> for Sentence {
    fn from(error: &Error) -> Self {
        Sentence { code: error.code().to_owned(), message: error.to_string() }
    }
}

/// A fit over one of the usual windows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PresetFit {
    /// The fit.
    #[serde(flatten)]
    pub fit: Fit,
    /// The jackknife's standard error of its α, where it is known.
    pub standard_error: Option<f64>,
}

/// α of the same features after one choice made otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What is done to the features.
    pub preparation: Preparation,
    /// Leading components that are left out.
    pub dropped_components: usize,
    /// α in the same window; `None` where there is none, or it is not known yet.
    pub alpha: Option<f64>,
    /// How much larger that is than the α in view.
    pub change: Option<f64>,
    /// Why there is no α.
    pub reason: Option<Sentence>,
}

/// The Report: everything that is known of one matrix in one window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The spectrum and its provenance.
    #[serde(flatten)]
    pub spectrum: Spectrum,
    /// How much of the spectrum there is, where it came by a link that brings some of it; `None` where all is there.
    pub approximate: Option<Approximate>,
    /// The window in view.
    #[serde(flatten)]
    pub in_view: FitOutcome,
    /// How far α would move with other rows.
    pub uncertainty: Option<Uncertainty>,
    /// Why that is not known. Neither is there while it is computed.
    pub uncertainty_reason: Option<Sentence>,
    /// How α settles as rows are added.
    pub alpha_of_n: Option<AlphaOfN>,
    /// In which direction few rows bias this α.
    pub bias: Option<Sentence>,
    /// The preset windows by name; those that would have to be clipped are left out.
    pub fits: BTreeMap<String, PresetFit>,
    /// α over all windows whose ends lie where the field's published ones do; `None` with too few ranks for any.
    pub windows: Option<Reasonable>,
    /// The same in a sentence.
    pub windows_verdict: Sentence,
    /// Whether one power law describes the spectrum around the window.
    pub spectrum_shape: Option<Shape>,
    /// Two power laws against one, over the leading ranks whatever the window.
    pub two_laws: Option<Broken>,
    /// Maximum-likelihood power law of the *density* of the eigenvalues above the best lower end.
    pub density: Option<Density>,
    /// What code for graph embeddings calls "alpha_req": the rate of an *exponential* decay, which is no exponent of a power law.
    pub exponential_decay: Option<f64>,
    /// What pure noise of this n and d gives in this window.
    pub noise: Option<NoiseAlpha>,
    /// Ranks, isotropy and noise.
    #[serde(flatten)]
    pub metrics: Metrics,
    /// Numbers of the features as they are, not centred.
    #[serde(flatten)]
    pub uncentred: Uncentred,
    /// α after each choice made otherwise.
    pub choices: Vec<Choice>,
    /// All of it in words.
    pub reading: Vec<Sentence>,
    /// What the reader should know of the data.
    pub notes: Vec<Sentence>,
}

impl Spectrum {
    /// Puts eigenvalues together with where they come from, whether rows or what was made of them elsewhere.
    ///
    /// # Errors
    ///
    /// `NotACovariance` where they are those of no covariance.
    pub fn of(origin: &Origin, decomposed: Decomposed, preparation: Preparation) -> Result<Spectrum> {
        match origin {
            Origin::Rows(plan) => Ok(Spectrum::new(plan, decomposed, preparation, false)),
            Origin::Given(facts) => facts.spectrum(decomposed, preparation),
        }
    }

    /// Puts the eigenvalues of features that were prepared in some way together with where they come from.
    pub fn new(plan: &Plan, decomposed: Decomposed, preparation: Preparation, provisional: bool) -> Spectrum {
        let Decomposed { n, d, usable_ranks, floor, total_variance, eigenvalues, .. } = decomposed;
        let source = &plan.source;
        Spectrum {
            version: REPORT_VERSION,
            software: SOFTWARE.to_owned(),
            name: source.name(),
            files: source.files.clone(),
            given: Kind::Features,
            format: source.format,
            array: source.array.clone(),
            columns: source.columns.clone(),
            loader: source.loader.clone(),
            labels: source.labels.clone(),
            shape: source.shape(),
            dtype: source.dtype().number.name().to_owned(),
            byte_order: source.dtype().byte_order().to_owned(),
            order: source.order().name().to_owned(),
            engine: plan.computed.engine().to_owned(),
            adapter: plan.computed.adapter.clone(),
            gpu_rows: plan.computed.gpu_rows,
            engine_reason: plan.computed.sentence(source.n),
            instruction_set: crate::moments::instruction_set().to_owned(),
            workers: plan.workers(),
            precision: plan.precision,
            method: match plan.axis {
                Axis::Rows => "covariance",
                Axis::Columns => "dual",
            }
            .to_owned(),
            shift: match plan.axis {
                Axis::Rows => format!("mean of {} rows", plan.shift.rows),
                Axis::Columns => "median of each column".to_owned(),
            },
            preparation,
            dropped_components: 0,
            divisor: if preparation.centred { "n - 1" } else { "n" }.to_owned(),
            skipped_rows: decomposed.skipped_rows,
            provisional,
            n,
            d,
            rank_ceiling: decomposed.rank_ceiling,
            usable_ranks,
            floor,
            total_variance,
            zero_variance_columns: decomposed.zero_variance_columns,
            eigenvalues,
        }
    }

    /// Without the first components: rank 1 is the first that is left.
    pub fn without_first(mut self, components: usize) -> Spectrum {
        let components = components.min(self.eigenvalues.len().saturating_sub(1));
        drop_first(components, &mut self.eigenvalues, &mut self.usable_ranks);
        self.rank_ceiling = self.rank_ceiling.saturating_sub(components as u64);
        self.dropped_components += components;
        if components > 0 {
            self.total_variance = self.eigenvalues.iter().sum();
        }
        self
    }

    /// The fit over a window, or the reason why there is none.
    pub fn fit(&self, window: Window, weight: Weight) -> FitOutcome {
        match power_law(&self.eigenvalues, self.usable_ranks, window, weight) {
            Ok(fit) => FitOutcome { fit: Some(fit), reason: None },
            Err(error) => FitOutcome { fit: None, reason: Some(Sentence::from(&error)) },
        }
    }

    /// Ranks, isotropy and noise.
    pub fn metrics(&self) -> Metrics {
        metrics::of(&self.eigenvalues, self.n, self.d, self.usable_ranks, self.total_variance)
    }

    /// What the reader should know before trusting a number.
    pub fn notes(&self) -> Vec<Sentence> {
        let mut notes = Vec::new();
        let mut note = |code: &str, message: String| notes.push(Sentence { code: code.to_owned(), message });
        if let (Some(n), Some(d)) = (self.n, self.d) {
            if n < d {
                note(
                    "fewer_rows_than_columns",
                    format!(
                        "There are fewer rows ({}) than columns ({}), so at most {} eigenvalues are not zero. \
                         Don't compare this α with others.",
                        group(n),
                        group(d),
                        group(self.rank_ceiling),
                    ),
                );
            } else if n < 4 * d {
                note(
                    "few_rows",
                    format!(
                        "There are fewer than 4 rows a column (n = {}, d = {}): the tail is underestimated and α depends on n.",
                        group(n),
                        group(d),
                    ),
                );
            }
        }
        for (code, message) in self.given.notes(self) {
            note(code, message);
        }
        let Sentence { code, message } = &self.engine_reason;
        if code == "hidden" || code.starts_with("gpu_") {
            note(code, message.clone());
        }
        if self.gpu_rows > 0 && !matches!(self.dtype.as_str(), "float16" | "float32") {
            note(
                "rounded_for_gpu",
                format!(
                    "For the GPU, {} numbers were rounded to 32-bit floats, after the shift was subtracted.",
                    self.dtype
                ),
            );
        }
        match self.skipped_rows {
            0 => {}
            1 => note("skipped_rows", "1 row that holds NaN or infinity was left out.".to_owned()),
            many => note("skipped_rows", format!("{} rows that hold NaN or infinity were left out.", group(many))),
        }
        match self.zero_variance_columns {
            None | Some(0) => {}
            Some(1) => note(
                "constant_columns",
                "1 column is constant (a dead unit, perhaps) and adds an eigenvalue of zero.".to_owned(),
            ),
            Some(many) => note(
                "constant_columns",
                format!("{} columns are constant (dead units, perhaps) and add eigenvalues of zero.", group(many)),
            ),
        }
        if (self.usable_ranks as u64) < self.rank_ceiling {
            note(
                "below_floor",
                format!(
                    "Ranks past {} are at or below the numerical floor and take no part in a fit.",
                    group(self.usable_ranks as u64),
                ),
            );
        }
        if let (3.., Some(d), Kind::Features) = (self.shape.len(), self.d, self.given) {
            let axes: Vec<String> = self.shape.iter().map(u64::to_string).collect();
            note(
                "flattened",
                format!(
                    "The array of shape ({}) is read as {} rows of {} columns.",
                    axes.join(", "),
                    group(self.shape[0]),
                    group(d)
                ),
            );
        }
        notes
    }

    /// The fits over the preset windows by name; those that would have to be clipped are left out.
    pub fn fits(&self) -> BTreeMap<String, Fit> {
        let fit = |&(name, first, last): &(&str, usize, Option<usize>)| {
            let window = Window { first, last: last.unwrap_or(self.usable_ranks) };
            let fit = power_law(&self.eigenvalues, self.usable_ranks, window, Weight::InverseRank).ok()?;
            fit.clipped_from.is_none().then(|| (name.to_owned(), fit))
        };
        PRESETS.iter().filter_map(fit).collect()
    }
}
