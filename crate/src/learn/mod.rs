/*! The numbers of the lessons. */

pub mod alpha_near_1;
mod cholesky;
pub mod smoothness;
