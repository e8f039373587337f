/*!
The core as the page sees it. This module is the only one that knows wasm-bindgen; it translates and nothing else.

It is compiled into five wasm modules. The *core* is the page's, and its workers'. A page's main thread finds out what is in files
(an [`Opening`](opening::Opening) each), selects an array of each ([`Selection`](opening::Selection)) and makes a [`Planner`](run::Planner); workers make a
[`ChunkWorker`](run::ChunkWorker) each from its plan; one worker gathers their moments in a [`Gatherer`](run::Gatherer) and sends the eigenvalues back, which the page keeps in an
[`Analysis`](analysis::Analysis). Then the gatherer makes the matrices of the tasks that the analysis still has open, and the other workers [`solve`](run::solve) them. The core opens
.npy files; all others are opened by the second module (feature `readers`), in a worker of its own. The third (feature `gpu`) is for the one worker that has a
[`GpuEngine`](gpu::GpuEngine). The fourth (feature `recorded`) makes links and takes what comes back, from a link or a Report, in the place of features: it has the
[`Analysis`](analysis::Analysis) of the core. The fifth (feature `learn`) computes lessons and makes features of a known spectrum. (A core with the feature `peers` is for the benchmark alone.) Refusals are thrown as plain objects `{ code, message }`.
*/

#[cfg(any(feature = "lint", not(any(feature = "gpu", feature = "learn", feature = "readers"))))]
mod analysis;
#[cfg(any(feature = "lint", not(any(feature = "learn", feature = "readers", feature = "recorded"))))]
mod blocks;
#[cfg(any(feature = "lint", not(any(feature = "gpu", feature = "learn", feature = "readers", feature = "recorded"))))]
mod comparing;
#[cfg(any(feature = "lint", not(any(feature = "gpu", feature = "learn", feature = "readers", feature = "recorded"))))]
mod drawing;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(feature = "learn")]
mod learn;
#[cfg(any(feature = "lint", not(any(feature = "gpu", feature = "learn", feature = "recorded"))))]
mod opening;
#[cfg(any(feature = "lint", not(any(feature = "gpu", feature = "learn", feature = "readers", feature = "recorded"))))]
mod page;
#[cfg(feature = "peers")]
mod peers;
#[cfg(any(feature = "lint", not(any(feature = "gpu", feature = "readers"))))]
mod pictures;
#[cfg(feature = "recorded")]
mod recorded;
#[cfg(any(feature = "lint", not(any(feature = "gpu", feature = "learn", feature = "readers", feature = "recorded"))))]
mod run;
#[cfg(any(feature = "lint", not(any(feature = "gpu", feature = "learn", feature = "readers", feature = "recorded"))))]
mod solving;
#[cfg(feature = "readers")]
mod unpacking;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::error::{Error, ErrorKind};
use crate::report::Sentence;

type JsResult<T> = Result<T, JsValue>;

/// Plain objects and arrays, as JSON would have them.
fn to_js<T: Serialize + ?Sized>(value: &T) -> JsResult<JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(|_| internal("a result could not be handed over"))
}

fn from_js<T: serde::de::DeserializeOwned>(value: JsValue) -> JsResult<T> {
    serde_wasm_bindgen::from_value(value).map_err(|_| internal("a message between workers was damaged"))
}

fn internal(problem: &'static str) -> JsValue {
    refusal(ErrorKind::Internal { problem }.into())
}

/// An error as the page throws it.
fn refusal(error: Error) -> JsValue {
    to_js(&Sentence::from(&error)).unwrap_or(JsValue::NULL)
}

/// Runs when the module is instantiated: a panic is told to the console before the worker dies of it.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
}
