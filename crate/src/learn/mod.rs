/*! The numbers of the lessons: one module each, computed live, the same everywhere. */

pub mod alpha_by_hand;
pub mod alpha_near_1;
mod cholesky;
pub mod eigenspectrum;
pub mod finite_n;
pub mod generated;
pub mod networks;
pub mod noise_floor;
pub mod smoothness;
pub mod window;
