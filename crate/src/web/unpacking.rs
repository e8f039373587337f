/*! What has to be read from its beginning before rows can be read, in the worker that opens files. */

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::opening::Selection;
use super::{JsResult, refusal, to_js};
use crate::error::{Error, ErrorKind};
use crate::source::{self, Packed, TextReader, Unpacked};

/// One thing to unpack, for the worker.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Unpacking {
    Packed {
        file: usize,
        #[serde(flatten)]
        packed: Packed,
    },
    Text {
        file: usize,
        start: u64,
    },
    Foreign {
        file: usize,
        name: String,
        bytes: u64,
    },
}

#[wasm_bindgen]
impl Selection {
    /// What has to be unpacked, in the order in which it is read afterwards.
    pub fn unpackings(&self) -> JsResult<JsValue> {
        let unpacking = |(file, unpacking)| match unpacking {
            source::Unpacking::Packed(packed) => Unpacking::Packed { file, packed },
            source::Unpacking::Text(text) => Unpacking::Text { file, start: text.start() },
            source::Unpacking::Foreign(_, name, layout) => {
                Unpacking::Foreign { file, name, bytes: layout.number_bytes() }
            }
        };
        to_js(&self.0.unpackings().into_iter().map(unpacking).collect::<Vec<_>>())
    }

    /// Reads the text that has to be unpacked at place `index`.
    pub fn text_reader(&self, index: usize, name: String) -> Option<RowReader> {
        match self.0.unpackings().swap_remove(index).1 {
            source::Unpacking::Text(text) => Some(RowReader { name, reader: TextReader::new(text) }),
            source::Unpacking::Packed(_) | source::Unpacking::Foreign(..) => None,
        }
    }

    /// The matrix, for the core's `Planner`, where so many rows were found in each thing that was unpacked.
    pub fn source(self, rows: Vec<f64>) -> JsResult<JsValue> {
        let unpacked: Vec<Unpacked> = rows.into_iter().map(|rows| Unpacked { rows: rows as u64 }).collect();
        to_js(&self.0.source(&unpacked).map_err(refusal)?)
    }
}

/// Reads text from its beginning.
#[wasm_bindgen]
pub struct RowReader {
    name: String,
    reader: TextReader,
}

#[wasm_bindgen]
impl RowReader {
    /// Takes the next bytes, and gives the numbers of the rows that they complete.
    pub fn push(&mut self, bytes: &[u8], last: bool) -> JsResult<Vec<f64>> {
        let name = &self.name;
        self.reader.push(bytes, last).map(<[f64]>::to_vec).map_err(|error| refusal(error.in_file(name)))
    }

    /// Rows so far.
    pub fn rows(&self) -> f64 {
        self.reader.rows() as f64
    }
}

/// The refusal of a stream that does not unpack.
#[wasm_bindgen]
pub fn damaged_stream(name: &str) -> JsValue {
    refusal(Error::from(ErrorKind::DamagedStream { part: "The array".to_owned() }).in_file(name))
}

/// The refusal where there is no room for what was unpacked.
#[wasm_bindgen]
pub fn no_room(name: &str, reason: &str) -> JsValue {
    refusal(Error::from(ErrorKind::NoRoom { reason: reason.to_owned() }).in_file(name))
}
