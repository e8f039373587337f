/*!
What computes the second moment, and why.

Workers take products in f64 (exact) or f32 (fast); a GPU takes them in f32. Whether a GPU is faster depends on the machine and on the matrix, so it is not assumed: where nobody
has chosen, both take some of the rows, and the times decide.
*/

use serde::{Deserialize, Serialize};

use crate::error::group;
use crate::report::Sentence;

/// What a person asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Workers, and a GPU where it is really faster.
    Auto,
    /// Workers only.
    #[default]
    Workers,
    /// A GPU, whatever it is.
    Gpu,
}

/// A GPU, or a program that takes its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adapter {
    /// As its driver or the browser names it.
    pub name: String,
    /// How it is spoken to: "browser WebGPU", "vulkan", "metal".
    pub backend: String,
    /// Whether it is no hardware but a program on the processor.
    pub software: bool,
}

/// What computed a second moment in the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Computed {
    /// The GPU, where one took part.
    pub adapter: Option<Adapter>,
    /// Rows whose products it took.
    pub gpu_rows: u64,
    /// Why it was this engine.
    pub reason: Reason,
}

impl Default for Computed {
    fn default() -> Self {
        Computed { adapter: None, gpu_rows: 0, reason: Reason::Usual }
    }
}

/// Times that some rows take, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Race {
    /// How many rows.
    pub rows: f64,
    /// With all workers.
    pub workers: f64,
    /// With the GPU: the longer of the time that it takes and of the time that all workers take to feed it.
    pub gpu: f64,
    /// Rows that are left.
    pub rows_left: f64,
}

/// A GPU must be so many times as fast: its numbers have a higher floor, and a run with it can fail in more ways.
const FASTER: f64 = 1.3;

/// And it must save so many milliseconds.
const SAVING: f64 = 1_000.0;

impl Race {
    /// Whether the GPU is the better choice.
    pub fn is_won_by_gpu(&self) -> bool {
        let saving = (self.workers - self.gpu) * self.rows_left / self.rows;
        self.workers > FASTER * self.gpu && saving > SAVING
    }
}

/// Why a matrix was computed with the engine that it was computed with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nobody chose, and there is nothing to choose from.
    Usual,
    /// Somebody chose it.
    Asked,
    /// There is too little to do for a GPU to save time.
    TooLittle,
    /// The browser or the system has no GPU to offer; what it says of that.
    NoGpu {
        /// The failure's sentence.
        failure: String,
    },
    /// The adapter is no hardware.
    Software {
        /// Its name.
        name: String,
    },
    /// The GPU was slower on some of the rows, or not faster by enough.
    Slower {
        /// The times.
        race: Race,
    },
    /// It was faster.
    Faster {
        /// The times.
        race: Race,
    },
    /// The race was not over when the rows were.
    Undecided,
    /// The GPU was in use, or about to be, and failed.
    Failed {
        /// The failure's code.
        code: String,
        /// The failure's sentence, without an end.
        failure: String,
    },
    /// The page was hidden, where browsers slow a GPU down or take it away.
    Hidden,
}

impl Computed {
    /// "webgpu" where a GPU took part, otherwise "cpu".
    pub fn engine(&self) -> &'static str {
        if self.gpu_rows > 0 { "webgpu" } else { "cpu" }
    }

    /// Why, in a sentence, for `rows` rows in all.
    pub fn sentence(&self, rows: u64) -> Sentence {
        let race = |&Race { rows, workers, gpu, .. }: &Race| {
            let rows = group(rows.round() as u64);
            format!("{rows} rows take it {} and the workers {}", milliseconds(gpu), milliseconds(workers))
        };
        let rest = match self.gpu_rows {
            0 => "Workers did all the work.".to_owned(),
            done => format!("Workers did what was left after {} of {} rows.", group(done), group(rows)),
        };
        let (code, message) = match &self.reason {
            Reason::Usual => ("usual", "This engine is used where no other is chosen.".to_owned()),
            Reason::Asked => ("asked", "This engine was chosen by hand.".to_owned()),
            Reason::TooLittle => ("too_little", "There is too little to do for a GPU to save time.".to_owned()),
            Reason::NoGpu { failure } => ("no_gpu", format!("{failure}.")),
            Reason::Software { name } => {
                ("software", format!("The only GPU on offer is a program ({name}), which workers outrun."))
            }
            Reason::Slower { race: times } => ("slower", format!("The GPU saves too little: {}.", race(times))),
            Reason::Faster { race: times } => ("faster", format!("The GPU is faster: {}.", race(times))),
            Reason::Undecided => {
                ("undecided", "All rows were read before the GPU had shown what it can do.".to_owned())
            }
            Reason::Failed { code, failure } => (code.as_str(), format!("{failure}. {rest}")),
            Reason::Hidden => {
                ("hidden", format!("The page was in the background, where browsers slow the GPU down. {rest}"))
            }
        };
        Sentence { code: code.to_owned(), message }
    }
}

fn milliseconds(time: f64) -> String {
    if time < 10.0 { format!("{time:.1} ms") } else { format!("{time:.0} ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_wins_only_by_a_margin_that_somebody_would_notice() {
        let race = |workers, gpu, rows_left| Race { rows: 4000.0, workers, gpu, rows_left }.is_won_by_gpu();
        assert!(race(100.0, 20.0, 400_000.0));
        assert!(!race(100.0, 90.0, 4_000_000.0), "not much faster");
        assert!(!race(100.0, 20.0, 40_000.0), "soon over anyway");
        assert!(!race(20.0, 100.0, 400_000.0), "slower");
    }

    #[test]
    fn what_failed_says_who_did_the_rest() {
        let reason = Reason::Failed { code: "gpu_lost".to_owned(), failure: "The GPU was lost".to_owned() };
        let computed = Computed { adapter: None, gpu_rows: 1200, reason };
        assert_eq!(
            computed.sentence(50_000).message,
            "The GPU was lost. Workers did what was left after 1,200 of 50,000 rows."
        );
        assert_eq!(computed.engine(), "webgpu");
    }
}
