/*! What is in files, as the page's main thread finds out before a run. */

use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{JsResult, refusal, to_js};
use crate::error::{Error, ErrorKind};
use crate::source::{Array, Opened, Opener, Packing, Selected, Want};
#[cfg(feature = "readers")]
use crate::source::{Contents, ForeignArray, ForeignFacts};

/// One file on its way to its contents.
#[wasm_bindgen]
pub struct Opening {
    name: String,
    bytes: u64,
    opener: Opener,
}

/// An array, for the person who chooses.
#[derive(Serialize)]
struct ArrayFacts<'a> {
    name: &'a str,
    /// JavaScript's numbers: the largest lengths that a file claims are none that it can hold.
    shape: Vec<f64>,
    dtype: &'a str,
    bytes: f64,
    is_matrix: bool,
}

impl<'a> From<&'a Array> for ArrayFacts<'a> {
    fn from(array: &'a Array) -> Self {
        ArrayFacts {
            name: &array.name,
            shape: array.shape.iter().map(|&axis| axis as f64).collect(),
            dtype: &array.dtype,
            bytes: array.bytes() as f64,
            is_matrix: array.is_matrix(),
        }
    }
}

#[wasm_bindgen]
impl Opening {
    /// Of a file with so many bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(name: String, bytes: f64) -> JsResult<Opening> {
        let opener = Opener::new(bytes as u64).map_err(|error| refusal(error.in_file(&name)))?;
        Ok(Opening { name, bytes: bytes as u64, opener })
    }

    /// What to read next, empty when all is known: of each piece its offset and length, how it is packed ([`packing`]), and how many unpacked bytes are enough.
    pub fn wants(&self) -> Vec<f64> {
        let want = |Want { range, unpack }: &Want| {
            let (packing, most) = unpack.map_or((0.0, 0), |(kind, most)| (packing(kind), most));
            [range.offset as f64, range.length as f64, packing, most as f64]
        };
        self.opener.wants().iter().flat_map(want).collect()
    }

    /// Takes what was wanted.
    pub fn take(&mut self, read: Vec<Uint8Array>) -> JsResult<()> {
        let read = read.iter().map(Uint8Array::to_vec).collect();
        self.opener.take(read).map_err(|error| refusal(error.in_file(&self.name)))
    }
}

/// 0 for bytes as they are.
fn packing(packing: Packing) -> f64 {
    match packing {
        Packing::Deflate => 1.0,
        Packing::Zlib => 2.0,
    }
}

/// A file whose contents are known.
#[wasm_bindgen]
pub struct OpenedFile(Opened);

#[wasm_bindgen]
impl OpenedFile {
    /// Of a file that wants nothing any more.
    #[wasm_bindgen(constructor)]
    pub fn new(opening: Opening) -> JsResult<OpenedFile> {
        let Opening { name, bytes, opener } = opening;
        let contents = opener.contents().map_err(refusal)?;
        Ok(OpenedFile(Opened { name, bytes, contents }))
    }

    /// The format where somebody else's library reads the file; its arrays are to be told then.
    #[cfg(feature = "readers")]
    pub fn foreign(&self) -> Option<String> {
        let format = self.0.contents.format;
        format.is_foreign().then(|| format.name().to_owned())
    }

    /// Takes the arrays that such a library has found, what it has seen of those that were wanted, and how many rows it can put side by side at once.
    #[cfg(feature = "readers")]
    pub fn take_foreign(&mut self, arrays: JsValue, facts: JsValue, together: f64) -> JsResult<()> {
        let (format, facts): (_, Vec<ForeignFacts>) = (self.0.contents.format, super::from_js(facts)?);
        self.0.contents = Contents::of_foreign(format, super::from_js(arrays)?, &facts, together as u64);
        Ok(())
    }

    /// Whether only a reader finds out what its likely array is, alone or as one of several files.
    #[cfg(not(feature = "readers"))]
    pub fn needs_reader(&self, is_alone: bool) -> bool {
        self.0.contents.arrays.first().is_some_and(|array| array.needs_reader(is_alone))
    }

    /// Its arrays, the likely one first.
    pub fn arrays(&self) -> JsResult<JsValue> {
        to_js(&self.0.contents.arrays.iter().map(ArrayFacts::from).collect::<Vec<_>>())
    }
}

/// Which of the arrays that somebody else's library has found are to be looked at, by their places, before it is known what becomes of them.
#[cfg(feature = "readers")]
#[wasm_bindgen]
pub fn wanted_of(arrays: JsValue) -> JsResult<Vec<usize>> {
    Ok(crate::source::wanted(&super::from_js::<Vec<ForeignArray>>(arrays)?))
}

/// Whether a text is a number: 0 where it is none, 1 for one that is written as a whole number, 2 for any other.
#[cfg(feature = "readers")]
#[wasm_bindgen]
pub fn number_in(text: &[u8]) -> u8 {
    let mut facts = ForeignFacts::of(0);
    facts.text(text);
    facts.numbers as u8 + facts.points as u8
}

/// An array of each file.
#[wasm_bindgen]
pub struct Selection(pub(super) Selected);

#[wasm_bindgen]
impl Selection {
    /// The array of that name in each file, or the one that can be meant.
    #[wasm_bindgen(constructor)]
    pub fn new(files: Vec<OpenedFile>, array: Option<String>) -> JsResult<Selection> {
        let files = files.into_iter().map(|OpenedFile(file)| file).collect();
        Selected::new(files, array.as_deref()).map(Selection).map_err(refusal)
    }

    /// The matrix, where nothing has to be unpacked for it.
    #[cfg(not(feature = "readers"))]
    pub fn source(self) -> JsResult<JsValue> {
        to_js(&self.0.source().map_err(refusal)?)
    }
}

/// The refusal of a file that could not be read any more.
#[wasm_bindgen]
pub fn file_changed(name: &str) -> JsValue {
    refusal(Error::from(ErrorKind::FileChanged).in_file(name))
}
