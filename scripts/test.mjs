// npm test: sets up what is missing, runs every tier of tests but the last, and ends with "N passed, N failed".
//
// What may be asked for is in scripts/test/arguments.mjs, what each tier is for in tests/README.md. A tier that fails
// hides no later one, and a test that was skipped or ignored counts as failed: it has not passed.

import { browsers } from "./setup/browsers.mjs";
import { git } from "./setup/git.mjs";
import { npmPackages } from "./setup/npm.mjs";
import { python } from "./setup/python.mjs";
import { rust, rustLints, wasmToolchain } from "./setup/rust.mjs";
import { main, Refusal } from "./setup/step.mjs";
import { vulkan } from "./setup/vulkan.mjs";
import { site } from "./site/site.mjs";
import { wasm } from "./site/wasm.mjs";
import { read, tiers } from "./test/arguments.mjs";
import { affected, changedSince } from "./test/changed.mjs";
import { builtChecks, checks } from "./test/checks.mjs";
import { buildCommand, command, native } from "./test/native.mjs";
import { Results } from "./test/results.mjs";
import { vitest } from "./test/vitest.mjs";

const results = new Results();

/** What several tiers need, made once. */
const made = {
  site: once(async () => {
    await wasm(await wasmToolchain());
    await site();
  }),
  command: once(buildCommand),
  python: once(python),
};

/** What is done in each tier, in this order. What needs the wasm waits until everything native is through. */
const work = [
  ["check", () => git().then(() => checks(results))],
  ["native", (options) => vulkan().then(() => native(results, options))],
  ["check", () => made.site().then(() => builtChecks(results))],
  ["node", (options) => javascript("node", options)],
  ["browser", (options) => browsers().then(() => javascript("browser", options))],
  ["full", full],
];

async function javascript(tier, options) {
  await made.command();
  await made.site();
  const env = { EIGENSCOPE_COMMAND: command, EIGENSCOPE_PYTHON: await made.python() };
  await vitest(results, tier, { ...options, env });
}

async function full(options) {
  if (!options.filters) await vulkan().then(() => native(results, { tier: "full" }));
  await browsers();
  await javascript("full", options);
}

await main(async () => {
  const asked = read(process.argv.slice(2));
  let { tiers: wanted } = asked;
  let filtersOf = () => (asked.filters.length > 0 ? asked.filters : undefined);
  if (asked.changed) {
    const files = await changedSince(asked.changed);
    const hit = affected(files);
    wanted = tiers.filter((tier) => hit.tiers.includes(tier));
    filtersOf = (tier) => hit.filters[tier];
    console.log(`${files.length} changed files: ${wanted.join(", ") || "nothing to test"}`);
    if (wanted.length === 0) return;
  }
  try {
    await npmPackages();
    await rust();
    await rustLints();
    // The wasm is linked on one core for minutes, while the other checks and compiles what is native.
    if (wanted.some((tier) => tier !== "native")) made.site().catch(() => {});
    for (const [tier, part] of work) {
      if (!wanted.includes(tier)) continue;
      await attemptPart(tier, () => part({ filters: filtersOf(tier), name: asked.name }));
    }
  } catch (error) {
    fail("set-up", error);
  }
  results.print();
  if (!results.isGreen) process.exitCode = 1;
});

/** A tier that cannot even begin has failed once. */
async function attemptPart(tier, part) {
  try {
    await results.timed(tier, part);
  } catch (error) {
    fail(tier, error);
  }
}

function fail(tier, error) {
  if (!(error instanceof Refusal)) throw error;
  results.add({ tier, name: "what it needs", seconds: 0, status: "failed", words: error.message });
}

function once(make) {
  let promise;
  return () => {
    promise ??= make();
    return promise;
  };
}
