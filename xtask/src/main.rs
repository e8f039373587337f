/*!
Builds what the page loads from Rust: two wasm files and one set of JavaScript bindings.

`cargo xtask wasm` compiles the crate `eigenscope` for `wasm32-unknown-unknown` twice, for browsers with
fixed-width SIMD and for those that have relaxed SIMD too, runs wasm-bindgen on each (as a library, so its
version is the one in Cargo.lock), and writes `www/wasm/{simd128.wasm, relaxed.wasm, eigenscope.js,
eigenscope.d.ts}`. `--dev` leaves out link-time optimization and keeps function names, for short rounds.

The page picks a wasm file at run time and gives it to the one `eigenscope.js`. That is sound only while
both files want the same bindings, so the two are compared and a difference is an error.
*/

mod bindings;
mod compile;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use bindings::Bindings;
use compile::{Mode, VARIANTS};

const USAGE: &str = "usage: cargo xtask wasm [--dev]";

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["wasm"] => wasm(Mode::Shipped),
        ["wasm", "--dev"] => wasm(Mode::Development),
        _ => bail!(USAGE),
    }
}

fn wasm(mode: Mode) -> Result<()> {
    let top = top_folder()?;
    let out = top.join("www/wasm");
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;

    let mut shared: Option<Bindings> = None;
    for variant in &VARIANTS {
        let compiled = compile::compile(&top, variant, mode)?;
        let (bindings, wasm) = bindings::generate(&compiled, mode)?;
        let file = format!("{}.wasm", variant.name);
        println!("{file}: {} bytes", wasm.len());
        write(&out.join(&file), &wasm)?;
        match &shared {
            None => shared = Some(bindings),
            Some(first) => ensure!(
                *first == bindings,
                "the wasm variants {} and {} want different bindings, so one eigenscope.js cannot serve both",
                VARIANTS[0].name,
                variant.name
            ),
        }
    }
    let shared = shared.context("no wasm variant was built")?;
    write(&out.join("eigenscope.js"), shared.javascript.as_bytes())?;
    write(&out.join("eigenscope.d.ts"), shared.types.as_bytes())
}

/// The top of the repository: the folder above this crate's.
fn top_folder() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask has no folder above it")?.to_path_buf())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
