//! The fixtures beside this folder, and what NumPy says of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use eigenscope::moments::Preparation;
use serde::Deserialize;

/// A case of `tests/data`: one file, or several that are one matrix.
#[derive(Deserialize)]
pub struct Case {
    pub files: Option<Vec<String>>,
    #[serde(flatten)]
    pub provenance: Option<Provenance>,
    #[serde(flatten)]
    pub answer: Answer,
    /// What rows that are not finite there are.
    pub non_finite: Option<NonFinite>,
    /// The answer without those rows.
    pub skip: Option<Answer>,
    /// The answers of features prepared in other ways.
    #[serde(default)]
    pub preparations: Vec<Prepared>,
}

/// What NumPy has of features prepared in some way, without their first components.
#[derive(Deserialize)]
pub struct Prepared {
    pub preparation: Preparation,
    pub dropped: usize,
    pub usable_ranks: usize,
    pub eigenvalues: Vec<f64>,
    /// Of the default window, clipped.
    pub fit: Option<ReferenceFit>,
    /// Of that fit. Null where a replicate does not reach the window's last rank.
    pub standard_error: Option<f64>,
    pub tolerance: Tolerance,
}

/// How the numbers are stored. Unknown where shards do not fit together.
#[derive(Deserialize)]
pub struct Provenance {
    pub dtype: String,
    pub byte_order: String,
    pub order: String,
    pub shape: Vec<u64>,
}

#[derive(Deserialize)]
pub struct NonFinite {
    pub rows: u64,
    pub first_row: u64,
}

/// Either a code, or numbers.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Answer {
    Refused { refused: String },
    Numbers(Box<Numbers>),
}

#[derive(Deserialize)]
pub struct Numbers {
    pub report: Reference,
    pub default_fit: Option<ReferenceFit>,
    pub constant_columns: u64,
    pub tolerance: Tolerance,
    /// Numbers of the report that another way has more digits of. Null where they are 0 / 0, and nothing is claimed.
    #[serde(default)]
    pub better: BTreeMap<String, Option<f64>>,
    /// Whether every replicate of the jackknife has the ranks of α-ReQ's window; absent where that does not fit the whole.
    pub replicates_reach: Option<bool>,
    /// False where eigenvalues lie so close to the floor that rounding decides on which side.
    pub usable_ranks_certain: bool,
}

/// Eigenvalues: times λ₁. Fits: absolute. Metrics: relative, of those that are trusted less than others.
#[derive(Deserialize)]
pub struct Tolerance {
    pub eigenvalues: f64,
    pub alpha: f64,
    #[serde(default)]
    pub metrics: BTreeMap<String, f64>,
}

/// The keys of reference.py that a Report has.
#[derive(Deserialize)]
pub struct Reference {
    pub n: u64,
    pub d: u64,
    pub rank_ceiling: u64,
    pub usable_ranks: usize,
    pub floor: f64,
    pub total_variance: f64,
    pub eigenvalues: Vec<f64>,
    pub fits: BTreeMap<String, ReferenceFit>,
    /// The metrics, by name. Null where the reference has no value.
    #[serde(flatten)]
    pub metrics: BTreeMap<String, serde_json::Value>,
}

/// A fit. R² is null where it is 0 / 0. What is below it only α-ReQ's window has.
#[derive(Clone, Deserialize)]
pub struct ReferenceFit {
    pub alpha: f64,
    pub log_prefactor: f64,
    pub first: usize,
    pub last: usize,
    pub r2: Option<f64>,
    pub r2_weighted: Option<f64>,
    pub r2_100: Option<f64>,
    pub r2_500: Option<f64>,
    pub standard_error: Option<f64>,
    pub blocks: Option<usize>,
    /// n and α.
    pub alpha_of_n: Option<Vec<(u64, f64)>>,
}

#[derive(Deserialize)]
struct Data {
    cases: BTreeMap<String, Case>,
}

/// What other packages say (`data/peers.json`).
#[derive(Deserialize)]
pub struct Peers {
    /// By file, then by number.
    pub files: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    /// SciPy's, by file.
    pub eigenvalues: BTreeMap<String, Vec<f64>>,
    /// The quantile 0.975 of Student's t, by the number of blocks, one more than its degrees of freedom.
    pub student_975: BTreeMap<u32, f64>,
}

/// powerlaw's fit of a density.
#[derive(Deserialize)]
pub struct Density {
    pub gamma: f64,
    pub x_min: f64,
    pub ks: f64,
    pub ranks: usize,
}

/// A bad file's code: one, one of several, or "any".
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Codes {
    One(String),
    OneOf(Vec<String>),
}

impl Codes {
    /// Whether a file may be refused with this code ("accepted": not be refused).
    pub fn allow(&self, code: &str) -> bool {
        match self {
            Codes::One(one) if one == "any" => code != "internal",
            Codes::One(one) => one == code,
            Codes::OneOf(many) => many.iter().any(|one| one == code),
        }
    }
}

/// The folder `tests/<name>`.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests").join(name)
}

/// A file of `tests/data`.
pub fn data(name: &str) -> PathBuf {
    folder("data").join(name)
}

/// All cases of `tests/data` by name.
pub fn cases() -> BTreeMap<String, Case> {
    let Data { cases } = read(&data("expected.json"));
    cases
}

/// What other packages say of some of them.
pub fn peers() -> Peers {
    read(&data("peers.json"))
}

/// The codes of all files of `tests/hostile`.
pub fn hostile() -> BTreeMap<String, Codes> {
    read(&folder("hostile").join("expected.json"))
}

/// A JSON file.
pub fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Case {
    /// Where its files are; shards in the wrong order, since the order of the names is to be found.
    pub fn paths(&self, name: &str) -> Vec<PathBuf> {
        match &self.files {
            Some(files) => files.iter().rev().map(|file| data(name).join(file)).collect(),
            None => vec![data(name)],
        }
    }
}
