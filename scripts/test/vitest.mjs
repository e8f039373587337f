// The tiers that vitest runs: "node" (with the unit tests), "browser" and, of "full", what is written in JavaScript.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { attempt, top } from "../setup/step.mjs";

/** The projects of tests/vitest.config.ts in each tier. */
const projects = { node: ["unit", "node"], browser: ["browser"], full: ["full"] };

/** Files at a time. A page waits for its browser much of the time, so that more of them than processors keep these busy. */
const atOnce = {
  node: availableParallelism(),
  browser: Math.ceil(1.5 * availableParallelism()),
  full: 1,
};

/** Runs a tier's projects; `env` says where its tests find the programs that they run. */
export async function vitest(results, tier, { filters = [], name, env } = {}) {
  console.log(`\nvitest: ${projects[tier].join(" and ")}`);
  const outcome = `target/test/${tier}.json`;
  rmSync(join(top, outcome), { force: true });
  const { code, output } = await attempt(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config=tests/vitest.config.ts",
      ...projects[tier].map((project) => `--project=${project}`),
      `--maxWorkers=${atOnce[tier]}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${outcome}`,
      ...(name ? ["-t", literally(name)] : []),
      ...filters,
    ],
    { show: true, env: { NO_COLOR: "1", ...env } },
  );
  const count = existsSync(join(top, outcome))
    ? take(results, tier, JSON.parse(readFileSync(join(top, outcome), "utf8")), name !== undefined)
    : 0;
  // A run that ended badly without a failed test has failed all the same: an error outside of any test, or none found.
  if ((code !== 0 && results.count("failed", tier) === 0) || count === 0)
    results.add({
      tier,
      name: "the run as a whole",
      seconds: 0,
      status: "failed",
      words: output.slice(-4000),
    });
}

/** Counts tests. One that was skipped has not passed, unless others were asked for by name. */
function take(results, tier, { testResults }, isChosen) {
  let count = 0;
  for (const { name: path, status: whole, message, assertionResults } of testResults) {
    const file = relative(top, path).replaceAll("\\", "/");
    for (const { fullName, status, duration, failureMessages } of assertionResults) {
      if (isChosen && status === "skipped") continue;
      count += 1;
      const stem = file.match(/([^/]+)\.test\.\w+$/)?.[1] ?? file;
      results.add({
        tier,
        file,
        name: fullName,
        seconds: (duration ?? 0) / 1000,
        status: status === "passed" ? "passed" : "failed",
        words: status === "passed" ? undefined : failureMessages.join("\n") || `it was ${status}`,
        alone: `npm test -- ${tier} ${stem} -t ${JSON.stringify(fullName)}`,
      });
    }
    // A file that could not even be loaded.
    if (whole === "failed" && !assertionResults.some(({ status }) => status === "failed")) {
      count += 1;
      results.add({ tier, file, name: "the file", seconds: 0, status: "failed", words: message });
    }
  }
  return count;
}

/** vitest takes a pattern. */
function literally(words) {
  return words.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
