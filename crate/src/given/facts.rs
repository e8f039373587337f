/*! Where something that was made of features elsewhere comes from, and what its reader should know. */

use serde::{Deserialize, Serialize};

use super::{Given, Kind, Nature, ROUNDING};
use crate::decompose::Decomposed;
use crate::error::{Error, ErrorKind, Result, group};
use crate::moments::{Precision, Preparation};
use crate::report::{REPORT_VERSION, SOFTWARE, Sentence, Spectrum};
use crate::source::{FileFacts, Format};

/// Where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GivenFacts {
    /// What it is.
    pub nature: Nature,
    /// Rows, where that is known.
    pub n: Option<u64>,
    /// Columns, where that is known.
    pub d: Option<u64>,
    /// The preparation that comes first.
    pub preparation: Preparation,
    /// Side of the matrix; 0 where there is none.
    pub side: u64,
    /// Name of the whole, for people.
    pub name: String,
    /// The files, with the rows that they are of where they say it, and otherwise the rows of the array.
    pub files: Vec<FileFacts>,
    /// How they are written.
    pub format: Format,
    /// The name of the array in them; empty where it is all there is.
    pub array: String,
    /// Python that loads a file, as [`Source::loader`](crate::source::Source::loader).
    pub loader: String,
    /// The array's own shape.
    pub shape: Vec<u64>,
    /// NumPy's name of the number type.
    pub dtype: String,
    /// "little", "big", or "none" for single bytes.
    pub byte_order: String,
    /// Memory order, "C" or "F".
    pub order: String,
}

impl GivenFacts {
    /// Why features prepared in some way have no spectrum here; `None` where they have one.
    pub fn refusal(&self, preparation: Preparation) -> Option<Error> {
        self.nature.refusal(preparation)
    }

    /// The spectrum of features prepared in some way, from the eigenvalues.
    ///
    /// # Errors
    ///
    /// `NotACovariance` where an eigenvalue is negative by more than rounding.
    pub fn spectrum(&self, decomposed: Decomposed, preparation: Preparation) -> Result<Spectrum> {
        let (largest, least) = (decomposed.eigenvalues[0], decomposed.eigenvalues[decomposed.eigenvalues.len() - 1]);
        if least < -ROUNDING * largest.abs() {
            let problem = format!("its least eigenvalue is {least:e}, and none can be negative");
            return Err(Error::from(ErrorKind::NotACovariance { problem }).in_file(&self.name));
        }
        let divisor = match (self.nature.kind, self.n) {
            (Kind::GramOfColumns, None) => "1",
            _ if preparation.centred => "n - 1",
            _ => "n",
        };
        Ok(Spectrum {
            version: REPORT_VERSION,
            software: SOFTWARE.to_owned(),
            name: self.name.clone(),
            files: self.files.clone(),
            given: self.nature.kind,
            format: self.format,
            array: self.array.clone(),
            columns: String::new(),
            loader: self.loader.clone(),
            labels: Vec::new(),
            shape: self.shape.clone(),
            dtype: self.dtype.clone(),
            byte_order: self.byte_order.clone(),
            order: self.order.clone(),
            engine: "cpu".to_owned(),
            adapter: None,
            gpu_rows: 0,
            engine_reason: Sentence {
                code: "given".to_owned(),
                message: "No products had to be computed: they came with the file.".to_owned(),
            },
            instruction_set: crate::moments::instruction_set().to_owned(),
            workers: 1,
            precision: Precision::Exact,
            method: "given".to_owned(),
            shift: "none".to_owned(),
            preparation,
            dropped_components: 0,
            divisor: divisor.to_owned(),
            skipped_rows: decomposed.skipped_rows,
            provisional: false,
            n: decomposed.n,
            d: decomposed.d,
            rank_ceiling: decomposed.rank_ceiling,
            usable_ranks: decomposed.usable_ranks,
            floor: decomposed.floor,
            total_variance: decomposed.total_variance,
            zero_variance_columns: decomposed.zero_variance_columns,
            eigenvalues: decomposed.eigenvalues,
        })
    }
}

impl Given {
    /// Where it comes from, with the names of its files and the type of its numbers.
    pub fn facts(&self, from: GivenFacts) -> GivenFacts {
        let nature = self.nature();
        GivenFacts { nature, n: self.n(), d: self.d(), preparation: nature.usual(), side: self.side(), ..from }
    }
}

impl Kind {
    /// What the reader of a spectrum should know of what it was made from: codes and sentences.
    pub fn notes(self, spectrum: &Spectrum) -> Vec<(&'static str, String)> {
        let what = match self {
            // What came by a link has notes of its own.
            Kind::Features | Kind::Points => return Vec::new(),
            Kind::Eigenvalues => "eigenvalues alone, taken for all that there are",
            Kind::Covariance => "a covariance matrix",
            Kind::GramOfRows => "a Gram matrix of rows (XXᵀ)",
            Kind::GramOfColumns => "a Gram matrix of columns (XᵀX)",
            Kind::Moments => "moments",
        };
        let verb = if matches!(self, Kind::Eigenvalues | Kind::Moments) { "These are" } else { "This is" };
        let left_out = "what needs the rows themselves (the interval, α of growing n, rows at unit length) is left out";
        let mut notes = vec![("needs_rows", format!("{verb} {what}: {left_out}."))];
        if spectrum.n.is_none() {
            let scale = if self == Kind::GramOfColumns {
                " Its sums are divided by nothing, which α does not mind."
            } else {
                ""
            };
            let message = format!(
                "The number of rows is not known, so what takes it is left out: the ceiling n − 1 of the rank, the edge of noise, \
                 pure noise, and how a sample bends a power law. Say it, if you know it (the command takes --n).{scale}"
            );
            notes.push(("needs_n", message));
        }
        if spectrum.d.is_none() {
            let message = "The number of columns is not known, so the edge of noise, pure noise, IsoScore and how a sample bends a power law are left out. \
                           Say it, if you know it (the command takes --d).";
            notes.push(("needs_d", message.to_owned()));
        }
        if !spectrum.preparation.centred && self == Kind::GramOfColumns {
            let message = "Without the mean these sums cannot be centred: this is the spectrum of the features as they are, whose first component is mostly their mean.";
            notes.push(("not_centred", message.to_owned()));
        }
        if let (Kind::Moments, 2..) = (self, spectrum.files.len()) {
            let (files, n) = (spectrum.files.len() as u64, spectrum.n.map(group).unwrap_or_default());
            notes.push((
                "merged",
                format!("The moments of {} files were merged into those of all {n} rows.", group(files)),
            ));
        }
        notes
    }
}
