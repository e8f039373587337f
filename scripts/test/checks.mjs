// The tier "check": format, lint and types, in Rust and in TypeScript, and the rules of the tree.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nativeHasWasm, rustVersion } from "../setup/rust.mjs";
import { attempt, Refusal, step, top } from "../setup/step.mjs";
import { sizes } from "../site/sizes.mjs";

/** In a command line: this very Node. */
const node = "node";

/** What only wasm compiles: all modules at once, then the core as it ships, where that differs. */
const wasmFeatures = ["lint", ""];

export async function checks(results) {
  const deny = await deniesWarnings();
  await check(results, "cargo fmt --check -- --files-with-diff");
  await check(results, "node node_modules/@biomejs/biome/bin/biome check --error-on-warnings");
  await clippy(results, "--workspace --all-targets", deny);
  if (await nativeHasWasm()) {
    for (const features of wasmFeatures)
      await clippy(
        results,
        `--package eigenscope --lib --target wasm32-unknown-unknown --no-default-features --features=${features}`,
        deny,
        {
          CARGO_ENCODED_RUSTFLAGS: "-Ctarget-feature=+simd128,+relaxed-simd",
          CARGO_TARGET_DIR: "target/wasm",
        },
      );
  } else {
    console.log("clippy for wasm … not run: the Rust that compiles to wasm here has no clippy");
  }
}

/** What needs the wasm and the site: the types of its bindings, and what a first visit downloads. */
export async function builtChecks(results) {
  await check(results, "node node_modules/typescript/bin/tsc");
  await check(results, "node node_modules/typescript/bin/tsc -p tests/tsconfig.json");
  const outcome = { tier: "check", name: "the first download", seconds: 0 };
  try {
    sizes();
    results.add({ ...outcome, status: "passed" });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    results.add({ ...outcome, status: "failed", words: error.message, alone: "npm run build" });
  }
}

/**
 * Warnings fail the tests with the compiler that Cargo.toml names, and are only shown with any other: a newer compiler
 * must not turn main red without a commit.
 */
async function deniesWarnings() {
  const [, tested] = readFileSync(join(top, "Cargo.toml"), "utf8").match(
    /^tested-rust = "([\d.]+)"/m,
  );
  const version = await rustVersion();
  if (version === tested) return true;
  console.log(
    `Rust ${version} is not ${tested}, which this is tested with: warnings are shown, and fail nothing.`,
  );
  return false;
}

async function clippy(results, options, deny, env) {
  await check(results, `cargo clippy --quiet ${options}${deny ? " -- -Dwarnings" : ""}`, {
    env,
    showsWarnings: !deny,
  });
}

/** A check passes or fails as a whole and says something only when it fails. */
async function check(results, line, { env, showsWarnings = false } = {}) {
  const [command, ...args] = line.split(" ").filter(Boolean);
  const name = line
    .replace(/^node \S*\//, "")
    .replace(/ --(quiet|no-default-features)/g, "")
    .replace(/--features=$/, "");
  const started = performance.now();
  let result;
  await step(name, async () => {
    result = await attempt(command === node ? process.execPath : command, args, { env });
    return result.code === 0 ? "passed" : "failed";
  });
  if (result.code === 0 && showsWarnings && result.output.trim()) console.log(result.output);
  results.add({
    tier: "check",
    name,
    seconds: (performance.now() - started) / 1000,
    status: result.code === 0 ? "passed" : "failed",
    words: result.code === 0 ? undefined : result.output,
    alone: line,
  });
}
