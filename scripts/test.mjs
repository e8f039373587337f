// npm test: sets up what is missing, runs every check and test, and ends with the line "N passed, N failed".
//
// `npm test -- native browser` runs only the stages so named. A stage that fails hides no later one, and a
// test that was skipped or ignored counts as failed: it has not passed.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { browsers } from "./setup/browsers.mjs";
import { git } from "./setup/git.mjs";
import { npmPackages } from "./setup/npm.mjs";
import { nativeHasWasm, rust, rustLints, wasmToolchain } from "./setup/rust.mjs";
import { attempt, main, Refusal, step, top } from "./setup/step.mjs";
import { vulkan } from "./setup/vulkan.mjs";
import { site } from "./site/site.mjs";
import { sizes } from "./site/sizes.mjs";
import { wasm } from "./site/wasm.mjs";

/** In a command line: this very Node. */
const node = "node";

/** No test file needs longer, save one that hangs. */
const testTimeout = 900_000;

const stages = {
  fmt: () => check("cargo fmt --check -- --files-with-diff"),
  clippy: () => check("cargo clippy --quiet --workspace --all-targets -- -Dwarnings"),
  "clippy-wasm": clippyForWasm,
  native: () => vulkan().then(cargoTest),
  biome: () => check(`${node} node_modules/@biomejs/biome/bin/biome check --error-on-warnings`),
  types: () => built.wasm().then(() => check(`${node} node_modules/typescript/bin/tsc`)),
  site: () => built.site().then(sizes).then(passed),
  tree: () => git().then(() => nodeTest("tests")),
  browser: () =>
    built
      .site()
      .then(browsers)
      .then(() => nodeTest("tests/browser")),
};

/** What several stages need, made once. */
const built = {
  wasm: once(async () => wasm(await wasmToolchain())),
  site: once(async () => {
    await built.wasm();
    await site();
  }),
};

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !(name in stages));
  if (unknown)
    throw new Refusal(`There is no stage "${unknown}": ${Object.keys(stages).join(", ")}.`);

  const total = { passed: 0, failed: 0 };
  try {
    await npmPackages();
    await rust();
    await rustLints();
    for (const name of names.length > 0 ? names : Object.keys(stages)) {
      const { passed, failed } = await outcome(stages[name]);
      total.passed += passed;
      total.failed += failed;
    }
  } catch (error) {
    total.failed += 1;
    if (!(error instanceof Refusal)) throw error;
    console.log(error.message);
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
});

/** Runs a stage; one that cannot even begin has failed once. */
async function outcome(stage) {
  try {
    return await stage();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.log(error.message);
    return { passed: 0, failed: 1 };
  }
}

function passed() {
  return { passed: 1, failed: 0 };
}

/** A check that passes or fails as a whole and says something only when it fails. */
async function check(line, env) {
  const [command, ...args] = line.split(" ");
  let result;
  await step(line.replace(/^node \S*\//, "").replace(" --quiet", ""), async () => {
    result = await attempt(command === node ? process.execPath : command, args, { env });
    return result.code === 0 ? "passed" : "failed";
  });
  if (result.code === 0) return passed();
  console.log(result.output);
  return { passed: 0, failed: 1 };
}

/** The code that only wasm compiles: the bindings and the SIMD kernels. */
async function clippyForWasm() {
  if (!(await nativeHasWasm())) {
    console.log(
      "clippy for wasm … not run: Debian's Rust, which compiles to wasm here, has no clippy",
    );
    return { passed: 0, failed: 0 };
  }
  const flags = "-Ctarget-feature=+simd128,+relaxed-simd";
  const total = { passed: 0, failed: 0 };
  // The core, what opens files, what speaks to a GPU, what takes what comes back, lessons, and what the benchmark compares with.
  for (const features of ["", "readers", "gpu", "recorded", "learn", "peers"].map(
    (name) => `--no-default-features --features=${name}`,
  )) {
    const { passed, failed } = await check(
      `cargo clippy --quiet --package eigenscope --lib --target wasm32-unknown-unknown ${features} -- -Dwarnings`,
      { CARGO_ENCODED_RUSTFLAGS: flags },
    );
    total.passed += passed;
    total.failed += failed;
  }
  return total;
}

async function cargoTest() {
  console.log("\ncargo test");
  // xtask has no tests, and building wasm-bindgen optimized for none takes minutes.
  const args = ["test", "--quiet", "--package", "eigenscope", "--no-fail-fast"];
  // Mesa's choice among devices looks for a screen, and without one it complains each time that a GPU is opened.
  const env = { NODEVICE_SELECT: "1" };
  const { code, output } = await attempt("cargo", args, { env, show: true });
  const results = [
    ...output.matchAll(/test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/g),
  ];
  const sum = (column) => results.reduce((total, result) => total + Number(result[column]), 0);
  return counted(code, sum(1), sum(2) + sum(3));
}

/** The node:test files directly in a folder, one at a time: two browsers at once would share the processors. */
async function nodeTest(folder) {
  console.log(`\n${folder}`);
  const files = readdirSync(join(top, folder))
    .filter((name) => name.endsWith(".test.mjs"))
    .map((name) => `${folder}/${name}`);
  const options = [
    "--test",
    "--test-concurrency=1",
    `--test-timeout=${testTimeout}`,
    "--test-reporter=spec",
  ];
  const { code, output } = await attempt(process.execPath, [...options, ...files], { show: true });
  const count = (word) => Number(output.match(new RegExp(`^\\S+ ${word} (\\d+)$`, "m"))?.[1] ?? 0);
  return counted(code, count("pass"), count("tests") - count("pass"));
}

/** A runner that ended badly, or ran nothing, has failed even where it names no failed test. */
function counted(code, passed, failed) {
  const silent = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: silent ? 1 : failed };
}

function once(make) {
  let made;
  return () => {
    made ??= make();
    return made;
  };
}
