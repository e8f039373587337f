//! Runs wasm-bindgen on a compiled file.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::compile::Mode;

/// The JavaScript side of a wasm file, and its types.
#[derive(PartialEq)]
pub struct Bindings {
    pub javascript: String,
    pub types: String,
}

/// The bindings of the wasm file at `path`, for files called `name`, and the wasm file that goes with them.
pub fn generate(path: &Path, name: &str, mode: Mode) -> Result<(Bindings, Vec<u8>)> {
    let shipped = mode == Mode::Shipped;
    let mut output = Bindgen::new()
        .input_path(path)
        .out_name(name)
        .web(true)?
        .typescript(true)
        // The page names the wasm file itself, so a bundler must find no default address to follow.
        .omit_default_module_path(true)
        .remove_name_section(shipped)
        .remove_producers_section(shipped)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot read {}", path.display()))?;
    let bindings = Bindings {
        javascript: output.js().to_owned(),
        types: output.ts().context("wasm-bindgen wrote no types")?.to_owned(),
    };
    let wasm = output.wasm_mut().emit_wasm();
    Ok((bindings, wasm))
}
