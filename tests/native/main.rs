//! Tests of the core and the command: against NumPy's answers, against themselves however the work is cut up, and against bad files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod allocation;
mod claims;
mod codes;
mod command;
mod coverage;
mod fixtures;
mod flat;
mod formats;
mod fuzz;
mod fuzzing;
mod given;
mod golden;
mod gpu;
mod hostile;
mod jackknife;
mod kinds;
mod lapack;
mod learn_alpha_by_hand;
mod learn_alpha_near_1;
mod learn_eigenspectrum;
mod learn_networks;
mod learn_smoothness;
mod learn_window;
mod link;
mod matrix;
#[cfg(target_os = "linux")]
mod memory;
mod metrics;
mod peers;
mod prepared;
mod properties;
mod recorded;
mod scratch;
mod splits;
mod study;
mod synth;
mod words;
