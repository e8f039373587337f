/*! Placeholder until the helper's file is merged. */
use serde::{Deserialize, Serialize};
/// x
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Replicate {
    pub n: u64,
    pub usable_ranks: usize,
    pub eigenvalues: Vec<f64>,
}
/// x
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Replicates {
    pub blocks: usize,
    pub without: Vec<Replicate>,
    pub unions: Vec<Replicate>,
}
