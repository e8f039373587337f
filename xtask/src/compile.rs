//! Runs cargo for the wasm target.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

const TARGET: &str = "wasm32-unknown-unknown";

/// Every browser that the page supports has these.
const BASE_FEATURES: &str = "-Ctarget-feature=+simd128";

/// One wasm file of the page.
pub struct Variant {
    pub name: &'static str,
    /// Its JavaScript bindings. Files that share a name share one set of them.
    pub bindings: &'static str,
    /// Features of the crate.
    features: &'static str,
    /// Compiler flags for `eigenscope` itself, on top of the base.
    ///
    /// Only the crate that holds the kernels needs them, so the standard library and all dependencies are
    /// compiled once and shared by the variants.
    flags: &'static [&'static str],
}

impl Variant {
    /// Where it belongs. What is for the benchmark alone is built only when it is asked for.
    pub fn folder(&self) -> &'static str {
        if self.is_shipped() { "www/wasm" } else { "target/bench" }
    }

    pub fn is_shipped(&self) -> bool {
        self.bindings != "peers"
    }
}

const RELAXED: &[&str] = &["-Ctarget-feature=+relaxed-simd"];

pub const VARIANTS: [Variant; 8] = [
    Variant { name: "simd128", bindings: "eigenscope", features: "", flags: &[] },
    Variant { name: "relaxed", bindings: "eigenscope", features: "", flags: RELAXED },
    Variant { name: "readers", bindings: "readers", features: "readers", flags: &[] },
    // What is left to the processor there is little, so one file serves all browsers.
    Variant { name: "gpu", bindings: "gpu", features: "gpu", flags: &[] },
    Variant { name: "recorded", bindings: "recorded", features: "recorded", flags: &[] },
    Variant { name: "learn", bindings: "learn", features: "learn", flags: &[] },
    // The core, with what the benchmark compares it with.
    Variant { name: "peers-simd128", bindings: "peers", features: "peers", flags: &[] },
    Variant { name: "peers-relaxed", bindings: "peers", features: "peers", flags: RELAXED },
];

#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    /// Profile `wasm`: fat link-time optimization, no names.
    Shipped,
    /// Profile `release`, with function names for stack traces.
    Development,
}

/// Compiles one variant and returns a copy of the wasm file that the next variant does not overwrite.
pub fn compile(top: &Path, variant: &Variant, mode: Mode) -> Result<PathBuf> {
    // In a folder of its own: RUSTFLAGS differ from the native build's, and one would evict the other.
    let target_folder = top.join("target/wasm");
    let profile = match mode {
        Mode::Shipped => "wasm",
        Mode::Development => "release",
    };

    // Set-up chooses the toolchain for wasm where it is not the one that builds native code.
    let cargo = env::var_os("EIGENSCOPE_WASM_CARGO").or_else(|| env::var_os("CARGO")).unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command
        .current_dir(top)
        .args(["rustc", "--quiet", "--package", "eigenscope", "--lib", "--crate-type", "cdylib"])
        .args(["--no-default-features", "--features", variant.features])
        .args(["--target", TARGET, "--profile", profile, "--target-dir"])
        .arg(&target_folder)
        .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(top));
    if let Some(rustc) = env::var_os("EIGENSCOPE_WASM_RUSTC") {
        command.env("RUSTC", rustc);
    }
    if env::var_os("EIGENSCOPE_WASM_BUILD_STD").is_some() {
        command.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
    }
    command.arg("--").args(variant.flags);

    let status = command.status().with_context(|| format!("cannot start {}", cargo.display()))?;
    ensure!(status.success(), "cargo could not build the wasm variant {}", variant.name);

    let built = target_folder.join(TARGET).join(profile).join("eigenscope.wasm");
    let kept = target_folder.join(format!("{}.wasm", variant.name));
    fs::copy(&built, &kept).with_context(|| format!("cargo left no {}", built.display()))?;
    Ok(kept)
}

/// The flags of all crates, joined as `CARGO_ENCODED_RUSTFLAGS` wants them.
///
/// Panic messages hold source paths. They are cut to what follows the project's and cargo's own folders,
/// so that the shipped file is the same on every machine and names nobody's home.
fn rust_flags(top: &Path) -> String {
    let mut flags = vec![BASE_FEATURES.to_owned(), remap(top, "eigenscope")];
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    if let Some(folder) = cargo_home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))) {
        flags.push(remap(&folder, "cargo"));
    }
    flags.join("\u{1f}")
}

fn remap(folder: &Path, name: &str) -> String {
    format!("--remap-path-prefix={}={name}", folder.display())
}
