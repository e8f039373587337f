/*! What has to be read from its beginning before rows can be read, in the worker that opens files. */

use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::opening::Selection;
use super::{JsResult, from_js, refusal, to_js};
use crate::error::{Error, ErrorKind};
use crate::given::{Given, GivenFacts, Outcome, Reader};
use crate::source::{self, Foreign, Inflater, Order, Packed, Packing, Seen, Source, TextReader, Unpacked};

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
        places: Vec<usize>,
        dtype: &'static str,
        order: Order,
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
            source::Unpacking::Foreign(_, Foreign { places, layout, .. }) => Unpacking::Foreign {
                file,
                places,
                dtype: layout.dtype.number.name(),
                order: layout.order,
                bytes: layout.number_bytes(),
            },
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

    /// Takes the readers of all texts, at their end and in the order of what was to be unpacked. The answer is whether their rows have shown columns to be
    /// something else than the first ones had: then all has to be unpacked again.
    pub fn settle(&mut self, readers: Vec<RowReader>) -> JsResult<bool> {
        let seen: Vec<Seen> = readers.into_iter().map(|reader| reader.reader.seen()).collect();
        self.0.settle(&seen).map_err(refusal)
    }

    /// What finds out whether the arrays are features, where so many rows were found in each thing that was unpacked.
    pub fn reader(self, rows: Vec<f64>, asked: JsValue) -> JsResult<GivenReader> {
        let unpacked: Vec<Unpacked> = rows.into_iter().map(|rows| Unpacked { rows: rows as u64 }).collect();
        Ok(GivenReader(self.0.reader(&unpacked, from_js(asked)?).map_err(refusal)?))
    }
}

/// Finds out whether arrays are features, or what was made of such elsewhere.
#[wasm_bindgen]
pub struct GivenReader(Reader);

#[wasm_bindgen]
impl GivenReader {
    /// What to read next (the files, then what was unpacked), offset and length of each range, one after another; empty when all is known.
    pub fn reads(&self) -> Vec<f64> {
        let flat = |(at, range): (usize, source::ByteRange)| [at as f64, range.offset as f64, range.length as f64];
        self.0.reads().into_iter().flat_map(flat).collect()
    }

    /// Takes those bytes.
    pub fn take(&mut self, bytes: &[u8]) -> JsResult<()> {
        self.0.take(bytes).map_err(refusal)
    }

    /// What came of it.
    pub fn outcome(self) -> JsResult<Found> {
        self.0.outcome().map(Found).map_err(refusal)
    }
}

/// Features, or what was made of such elsewhere.
#[wasm_bindgen]
pub struct Found(Outcome);

impl Found {
    fn features(&self) -> Option<&Source> {
        if let Outcome::Features(source) = &self.0 { Some(source) } else { None }
    }

    fn given(&self) -> Option<(&Given, &GivenFacts)> {
        if let Outcome::Given(given, facts) = &self.0 { Some((given, facts)) } else { None }
    }
}

#[wasm_bindgen]
impl Found {
    /// The matrix, for the core's `Planner`; null where it is none of features.
    pub fn source(&self) -> JsResult<JsValue> {
        to_js(&self.features())
    }

    /// Where what was given comes from, for the core's `Study`; null where it is features.
    pub fn facts(&self) -> JsResult<JsValue> {
        to_js(&self.given().map(|(_, facts)| facts))
    }

    /// What was given, as numbers for the core's `Gatherer`.
    pub fn words(&self) -> Vec<f64> {
        self.given().map(|(given, _)| given.to_words()).unwrap_or_default()
    }
}

/// Unpacks a stream from its beginning.
#[wasm_bindgen]
pub struct StreamInflater {
    name: String,
    inflater: Inflater,
}

#[wasm_bindgen]
impl StreamInflater {
    /// Of a stream of so many bytes of a file, with zlib's header around it or without.
    #[wasm_bindgen(constructor)]
    pub fn new(name: String, zlib: bool, length: f64) -> StreamInflater {
        let packing = if zlib { Packing::Zlib } else { Packing::Deflate };
        StreamInflater { name, inflater: Inflater::new(packing, length as u64) }
    }

    /// Takes the next bytes, when those before have come to nothing more.
    pub fn take(&mut self, bytes: Vec<u8>) {
        self.inflater.take(bytes);
    }

    /// Puts the next of what they unpack to into the beginning of `room`, and returns how many bytes that is; 0 when more has to be taken.
    pub fn step(&mut self, room: &Uint8Array) -> JsResult<usize> {
        let name = &self.name;
        let step = self.inflater.step(room.length() as usize).map_err(|error| refusal(error.in_file(name)))?;
        room.subarray(0, step.len() as u32).copy_from(step);
        Ok(step.len())
    }

    /// Whether that was all and nothing else, as [`Selection::unpackings`] has it.
    pub fn finish(self, packed: JsValue) -> JsResult<()> {
        let StreamInflater { name, inflater } = self;
        inflater.finish(&from_js(packed)?).map_err(|error| refusal(error.in_file(&name)))
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

/// Files in groups, of which each is one matrix: their places among those given. Folders stand before a name, with `/` between them.
#[wasm_bindgen]
pub fn group_files(paths: Vec<String>, bytes: Vec<f64>) -> JsResult<JsValue> {
    let files = paths.iter().zip(bytes).map(|(path, bytes)| source::Named { path, bytes: bytes as u64 });
    to_js(&source::group_files(&files.collect::<Vec<_>>()).matrices)
}

/// The refusal where there is no room for what was unpacked.
#[wasm_bindgen]
pub fn no_room(name: &str, reason: &str) -> JsValue {
    refusal(Error::from(ErrorKind::NoRoom { reason: reason.to_owned() }).in_file(name))
}
