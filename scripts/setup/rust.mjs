// Rust: cargo, the linker that it needs, and a toolchain that compiles to wasm.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { attempt, Refusal, step, top } from "./step.mjs";

const target = "wasm32-unknown-unknown";

/** rustup hangs, rather than fails, behind some firewalls. */
const rustupPatience = 120_000;

/** Debian's own Rust for the web, which compiles to wasm with a standard library built from source. */
const debian = {
  packages: ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"],
  cargo: "/usr/bin/cargo",
  rustc: "/usr/bin/rustc",
  library: "/usr/lib/rustlib/src/rust/library",
};

/** Checks cargo and the linker; installs the linker where that needs no password. */
export async function rust() {
  await step("Rust", async () => {
    const version = await rustVersion();
    if (!version) {
      throw new Refusal(
        "Rust is missing: install it as https://rustup.rs says, then run this again.",
      );
    }
    const [, oldest] = readFileSync(join(top, "Cargo.toml"), "utf8").match(
      /rust-version = "(\d+\.\d+)/,
    );
    if (Number(version.split(".")[1]) < Number(oldest.split(".")[1])) {
      throw new Refusal(
        `Rust ${version} is too old, ${oldest} is needed: run "rustup update", or see https://rustup.rs.`,
      );
    }
    return version;
  });
  await linker();
}

/** The compiler's version, such as "1.95"; undefined where there is none. */
export async function rustVersion() {
  const { code, output } = await attempt("rustc", ["--version"]);
  return code === 0 ? output.match(/rustc (\d+\.\d+)/)?.[1] : undefined;
}

async function linker() {
  if (process.platform === "win32") return; // rustup's own installer sees to it
  const works = async () => (await attempt("cc", ["--version"])).code === 0;
  if (await works()) return;
  // libc6-dev holds what a program is linked with; gcc only recommends it.
  if ((await aptInstall(["gcc", "libc6-dev"])) && (await works())) return;
  const advice =
    process.platform === "darwin" ? "xcode-select --install" : "apt-get install gcc libc6-dev";
  throw new Refusal(
    `Rust needs a C linker and there is no "cc": install one (${advice}), then run this again.`,
  );
}

/** Whether the Rust that builds native code can compile to wasm too. */
export async function nativeHasWasm() {
  const { code, output } = await attempt("rustc", ["--print", "target-libdir", "--target", target]);
  return code === 0 && existsSync(output.trim());
}

/**
 * Finds or installs a toolchain for wasm. Returns the environment that makes `cargo xtask wasm` use it, and
 * the version of its compiler.
 */
export async function wasmToolchain() {
  let found;
  await step("Rust for wasm", async () => {
    if (await nativeHasWasm()) {
      found = { rustc: "rustc", env: {} };
      return "up to date";
    }
    if (debianReady()) {
      found = debianToolchain();
      return "up to date (Debian's)";
    }
    const { code } = await attempt("rustup", ["target", "add", target], {
      timeout: rustupPatience,
    });
    if (code === 0 && (await nativeHasWasm())) {
      found = { rustc: "rustc", env: {} };
      return `rustup target ${target} installed`;
    }
    return "not to be had from rustup";
  });
  if (!found && (await aptInstall(debian.packages)) && debianReady()) found = debianToolchain();
  if (!found) {
    throw new Refusal(
      `Rust cannot compile to wasm here: run "rustup target add ${target}" with a network that reaches rustup's server, ` +
        `or on Debian, as root, "apt-get install ${debian.packages.join(" ")}".`,
    );
  }
  return { env: found.env, version: (await attempt(found.rustc, ["-vV"])).output };
}

function debianReady() {
  return [debian.cargo, debian.rustc, debian.library].every((path) => existsSync(path));
}

function debianToolchain() {
  return {
    rustc: debian.rustc,
    env: {
      EIGENSCOPE_WASM_CARGO: debian.cargo,
      EIGENSCOPE_WASM_RUSTC: debian.rustc,
      EIGENSCOPE_WASM_BUILD_STD: "1",
    },
  };
}

/** cargo fmt and cargo clippy, which rustup's minimal profile leaves out. */
export async function rustLints() {
  const missing = async () => {
    const names = [];
    for (const name of ["fmt", "clippy"]) {
      if ((await attempt("cargo", [name, "--version"])).code !== 0) names.push(name);
    }
    return names;
  };
  if ((await missing()).length === 0) return;
  await step("rustfmt and clippy", async () => {
    await attempt("rustup", ["component", "add", "rustfmt", "clippy"], { timeout: rustupPatience });
    const still = await missing();
    if (still.length > 0) {
      throw new Refusal(
        `cargo ${still.join(" and cargo ")} are missing: run "rustup component add rustfmt clippy".`,
      );
    }
    return "installed";
  });
}
