/*!
What is no features but was made of such elsewhere: eigenvalues alone, a covariance, a Gram matrix, or moments.

All of it has a spectrum, and α. What needs the rows themselves (the jackknife's interval, α(n), rows at unit length) is not there, and what needs their number is
there only where the file or a person says it. Nothing is put in the place of what is not known.

A [`Reader`] finds out which of these an array is; a [`Given`] is what came of it, from which spectra are made as they are from gathered rows.
*/

mod archive;
mod facts;
mod matrix;
#[cfg(feature = "readers")]
mod reader;
#[cfg(feature = "readers")]
mod square;
#[cfg(feature = "readers")]
mod values;

pub use archive::archive;
pub use facts::GivenFacts;
pub use matrix::GivenMatrix;
#[cfg(feature = "readers")]
pub use reader::{FilePieces, Outcome, Piece, Reader};

use serde::{Deserialize, Serialize};

use crate::decompose::{Begun, Decomposed, Limits};
use crate::error::{Error, ErrorKind, Result};
use crate::moments::{Plan, Preparation, SecondMoment, number, word};

/// The largest square matrix that is taken for one that was made of features: its triangle takes 1 GiB.
pub const MOST_SIDE: u64 = 16_384;

/// Fewer eigenvalues have no fit.
pub const FEWEST_EIGENVALUES: u64 = 3;

/// How far rounding may take a number from what it should be, times the largest: an entry from the one across the diagonal, an eigenvalue below zero.
/// Sums of 32-bit floats are not better.
pub const ROUNDING: f64 = 1e-6;

/// What files hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Rows of features.
    Features,
    /// The eigenvalues of their covariance.
    Eigenvalues,
    /// Their covariance, d × d.
    Covariance,
    /// Inner products of rows, XXᵀ, n × n.
    GramOfRows,
    /// Inner products of columns, XᵀX, d × d.
    GramOfColumns,
    /// n, mean and covariance, of one part of the rows or of several.
    Moments,
    /// Some of the eigenvalues of their covariance, that came by a link.
    Points,
}

impl Kind {
    /// Its name, as the command takes it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Features => "features",
            Kind::Eigenvalues => "eigenvalues",
            Kind::Covariance => "covariance",
            Kind::GramOfRows => "gram-of-rows",
            Kind::GramOfColumns => "gram-of-columns",
            Kind::Moments => "moments",
            Kind::Points => "points",
        }
    }
}

/// What a person says of files that do not say it themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What is in them; `None` where that is to be found out.
    pub given: Option<Kind>,
    /// The number of rows that it was made of.
    pub n: Option<u64>,
    /// The number of columns of a Gram matrix of rows.
    pub d: Option<u64>,
    /// Whether the mean was removed; `None` for what is usual: of a covariance and eigenvalues it was, of a Gram matrix of columns it was not.
    pub centred: Option<bool>,
}

impl Asked {
    /// Nothing is said.
    pub const NOTHING: Asked = Asked { given: None, n: None, d: None, centred: None };
}

/// Where a spectrum comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Rows that are read by a plan.
    Rows(Box<Plan>),
    /// What was made of rows elsewhere.
    Given(Box<GivenFacts>),
}

/// Which preparations something has a spectrum of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nature {
    /// What it is.
    pub kind: Kind,
    /// Whether the mean was removed.
    pub centred: bool,
    /// Whether the mean is known.
    pub has_mean: bool,
}

impl Nature {
    /// The preparation that comes first: centred, as in α-ReQ, if that can be had.
    pub fn usual(self) -> Preparation {
        let centred = self.centred || self.has_mean || self.kind == Kind::GramOfRows;
        Preparation { centred, ..Preparation::default() }
    }

    /// Why features prepared in some way have no spectrum here; `None` where they have one.
    pub fn refusal(self, preparation: Preparation) -> Option<Error> {
        let Preparation { centred, unit_rows, standardized } = preparation;
        let is_changed = centred != self.centred;
        let refused = match self.kind {
            _ if unit_rows => ErrorKind::NeedsRows,
            Kind::Features | Kind::Eigenvalues if standardized || is_changed => ErrorKind::NeedsRows,
            Kind::GramOfRows if standardized => ErrorKind::NeedsRows,
            // A mean can be taken out of inner products, but not put in.
            Kind::GramOfRows if self.centred && !centred => ErrorKind::NeedsMean,
            Kind::Covariance | Kind::GramOfColumns | Kind::Moments
                if !self.has_mean && (is_changed || standardized && !centred) =>
            {
                ErrorKind::NeedsMean
            }
            _ => return None,
        };
        Some(refused.into())
    }
}

/// What was made of features elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Eigenvalues alone.
    Eigenvalues(GivenEigenvalues),
    /// A matrix.
    Matrix(GivenMatrix),
}

/// Eigenvalues alone.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenEigenvalues {
    /// Largest first. There is at least one.
    pub values: Vec<f64>,
    /// At or below this they may be rounding of the type that they were computed in. It is 0 where nothing is known of that.
    pub floor: f64,
    /// Rows that they are of, where a person has said it.
    pub n: Option<u64>,
    /// Whether the mean was removed.
    pub centred: bool,
}

impl Given {
    /// Which preparations there are.
    pub fn nature(&self) -> Nature {
        match self {
            Given::Eigenvalues(GivenEigenvalues { centred, .. }) => {
                Nature { kind: Kind::Eigenvalues, centred: *centred, has_mean: false }
            }
            Given::Matrix(matrix) => matrix.nature,
        }
    }

    /// Rows, where that is known.
    pub fn n(&self) -> Option<u64> {
        match self {
            Given::Eigenvalues(eigenvalues) => eigenvalues.n,
            Given::Matrix(matrix) => matrix.n,
        }
    }

    /// Columns, where that is known. Eigenvalues alone are taken for all there are.
    pub fn d(&self) -> Option<u64> {
        match self {
            Given::Eigenvalues(eigenvalues) => Some(eigenvalues.values.len() as u64),
            Given::Matrix(matrix) => matrix.d,
        }
    }

    /// Side of the matrix; 0 where there is none.
    pub fn side(&self) -> u64 {
        match self {
            Given::Eigenvalues(_) => 0,
            Given::Matrix(matrix) => matrix.side() as u64,
        }
    }

    /// The way to the eigenvalues of the preparation that comes first, on which `workers` can go.
    ///
    /// # Errors
    ///
    /// As [`second_moment`](Self::second_moment) and [`Begun::of`].
    pub fn begin(&self, workers: usize) -> Result<Begun> {
        match self {
            Given::Eigenvalues(GivenEigenvalues { values, floor, n, centred }) => {
                let limits = Limits { n: *n, d: self.d(), is_centred: *centred, entries_floor: *floor };
                Ok(Begun::Known(Decomposed::of(values.clone(), limits)))
            }
            Given::Matrix(_) => Begun::of(self.second_moment(self.nature().usual())?, workers),
        }
    }

    /// The second moment of features prepared in some way.
    ///
    /// # Errors
    ///
    /// `NeedsRows`, `NeedsMean`; `AllRowsEqual`, `Overflow`, `Underflow`.
    pub fn second_moment(&self, preparation: Preparation) -> Result<SecondMoment> {
        match self {
            Given::Eigenvalues(_) => Err(ErrorKind::NeedsRows.into()),
            Given::Matrix(matrix) => matrix.second_moment(preparation),
        }
    }

    /// As plain numbers, for the way from one worker to another.
    pub fn to_words(&self) -> Vec<f64> {
        match self {
            Given::Eigenvalues(GivenEigenvalues { values, floor, n, centred }) => {
                let mut words = vec![EIGENVALUES, word(*n), f64::from(u8::from(*centred)), *floor];
                words.extend(values);
                words
            }
            Given::Matrix(matrix) => matrix.to_words(),
        }
    }

    /// Reads what [`to_words`](Self::to_words) wrote.
    ///
    /// # Errors
    ///
    /// `Internal` where the words are not of that form.
    pub fn from_words(words: &[f64]) -> Result<Given> {
        match words {
            [EIGENVALUES, n, centred, floor, values @ ..] if !values.is_empty() => {
                let (n, centred) = (number(*n), *centred != 0.0);
                Ok(Given::Eigenvalues(GivenEigenvalues { values: values.to_vec(), floor: *floor, n, centred }))
            }
            words => GivenMatrix::from_words(words).map(Given::Matrix),
        }
    }
}

/// The first word of eigenvalues; that of a matrix is another.
const EIGENVALUES: f64 = 0.0;
