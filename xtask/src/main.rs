/*!
Builds what the page loads from Rust: the core, what opens files, what speaks to a GPU, what takes what comes back, and lessons.

`cargo xtask wasm` compiles the crate `eigenscope` for `wasm32-unknown-unknown` six times: the core for browsers with
fixed-width SIMD and for those that have relaxed SIMD too; with the feature `readers`, what the page loads when a file comes that is no .npy; with the
feature `gpu`, what it loads where a GPU is worth the try; with the feature `recorded`, what it loads for links and for Reports that were saved; and, with the feature `learn`, for lessons.
It runs wasm-bindgen on each (as a library, so its version is the one in Cargo.lock), and writes `www/wasm/{simd128.wasm, relaxed.wasm,
eigenscope.js, eigenscope.d.ts, readers.wasm, readers.js, readers.d.ts, gpu.wasm, gpu.js, gpu.d.ts, recorded.wasm, recorded.js, recorded.d.ts, learn.wasm, learn.js, learn.d.ts}`. A name of bindings after it builds those alone; `peers`, what the benchmark
compares with, is built only so, and goes to `target/bench`. `--dev` leaves out link-time optimization and keeps function names, for short rounds.

The page picks a file of the core at run time and gives it to the one `eigenscope.js`. That is sound only while
both files want the same bindings, so the two are compared and a difference is an error.
*/

mod bindings;
mod compile;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use bindings::Bindings;
use compile::{Mode, VARIANTS, Variant};

const USAGE: &str = "usage: cargo xtask wasm [--dev] [MODULE]";

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["wasm", only @ ..] if only.len() <= 1 && only != ["--dev"] => wasm(Mode::Shipped, only),
        ["wasm", "--dev", only @ ..] if only.len() <= 1 => wasm(Mode::Development, only),
        _ => bail!(USAGE),
    }
}

fn wasm(mode: Mode, only: &[&str]) -> Result<()> {
    let top = top_folder()?;
    let mut written: Vec<(&str, Bindings)> = Vec::new();
    let wanted = |variant: &&Variant| if only.is_empty() { variant.is_shipped() } else { only == [variant.bindings] };
    for variant in VARIANTS.iter().filter(wanted) {
        let out = top.join(variant.folder());
        fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
        let compiled = compile::compile(&top, variant, mode)?;
        let (bindings, wasm) = bindings::generate(&compiled, variant.bindings, mode)?;
        let file = format!("{}.wasm", variant.name);
        println!("{file}: {} bytes", wasm.len());
        write(&out.join(&file), &wasm)?;
        match written.iter().find(|(name, _)| *name == variant.bindings) {
            None => {
                write(&out.join(format!("{}.js", variant.bindings)), bindings.javascript.as_bytes())?;
                write(&out.join(format!("{}.d.ts", variant.bindings)), bindings.types.as_bytes())?;
                written.push((variant.bindings, bindings));
            }
            Some((name, first)) => ensure!(
                *first == bindings,
                "the wasm variant {} wants other bindings than its sister, so one {name}.js cannot serve both",
                variant.name
            ),
        }
    }
    Ok(())
}

/// The top of the repository: the folder above this crate's.
fn top_folder() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask has no folder above it")?.to_path_buf())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
