// All wasm files: cargo and wasm-bindgen through xtask, then wasm-opt.

import { renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { whenChanged } from "../setup/stamp.mjs";
import { run, step, top } from "../setup/step.mjs";

const folder = "www/wasm";
const variants = [
  { file: "simd128.wasm", features: [] },
  { file: "relaxed.wasm", features: ["--enable-relaxed-simd"] },
  { file: "readers.wasm", features: [] },
  { file: "gpu.wasm", features: [] },
  { file: "recorded.wasm", features: [] },
  { file: "learn.wasm", features: [] },
];

/** What the Rust compiler writes for wasm32-unknown-unknown, with SIMD. */
const features = [
  "--enable-simd",
  "--enable-bulk-memory",
  "--enable-sign-ext",
  "--enable-nontrapping-float-to-int",
  "--enable-mutable-globals",
  "--enable-reference-types",
  "--enable-multivalue",
];

const inputs = [
  "Cargo.toml",
  "Cargo.lock",
  ".cargo",
  "crate/Cargo.toml",
  "crate/src",
  "xtask",
  "scripts/site/wasm.mjs",
  "node_modules/binaryen/package.json",
];

const bindings = ["eigenscope", "readers", "gpu", "recorded", "learn"].flatMap((name) => [
  `${name}.js`,
  `${name}.d.ts`,
]);

/** What the benchmark compares with: the core and its peers in one file. */
const peerFolder = "target/bench";
const peerVariants = [
  { file: "peers-simd128.wasm", features: [] },
  { file: "peers-relaxed.wasm", features: ["--enable-relaxed-simd"] },
];

/** Builds www/wasm with the toolchain of set-up, unless it stands. */
export async function wasm(toolchain) {
  await step("wasm (simd128, relaxed-simd, readers, GPU, recorded and learn)", async () => {
    const changed = await whenChanged(
      {
        stamp: "target/stamps/wasm",
        inputs,
        words: [toolchain.version],
        outputs: [...variants.map(({ file }) => file), ...bindings].map(
          (file) => `${folder}/${file}`,
        ),
      },
      async () => {
        await run("cargo", ["xtask", "wasm"], { env: toolchain.env });
        await Promise.all(variants.map((variant) => optimize(folder, variant)));
      },
    );
    return changed ? `built, ${variants.map(kilobytes).join(", ")}` : "up to date";
  });
}

/** Builds what the benchmark compares with, unless it stands. */
export async function peers(toolchain) {
  await step("wasm of the benchmark", async () => {
    const files = [...peerVariants.map(({ file }) => file), "peers.js"];
    const changed = await whenChanged(
      {
        stamp: "target/stamps/peers",
        inputs,
        words: [toolchain.version],
        outputs: files.map((file) => `${peerFolder}/${file}`),
      },
      async () => {
        await run("cargo", ["xtask", "wasm", "peers"], { env: toolchain.env });
        await Promise.all(peerVariants.map((variant) => optimize(peerFolder, variant)));
      },
    );
    return changed ? "built" : "up to date";
  });
}

/** wasm-opt makes the file 7 % smaller (2 % compressed) and the kernels no slower: measured with the benchmark. What it has made small it puts into place in a second round, which is 0.6 % more. */
async function optimize(where, { file, features: own }) {
  const path = join(top, where, file);
  const wasmOpt = join(top, "node_modules/binaryen/bin/wasm-opt");
  await run(process.execPath, [
    wasmOpt,
    "-O3",
    "-O3",
    ...features,
    ...own,
    path,
    "-o",
    `${path}.new`,
  ]);
  renameSync(`${path}.new`, path);
}

function kilobytes({ file }) {
  return `${Math.round(statSync(join(top, folder, file)).size / 1000)} kB`;
}
