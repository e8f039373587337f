// The tier "native": cargo's tests, in the profile in which the command that other tests run is built.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { attempt, environment, Refusal, step, top } from "../setup/step.mjs";

/** In the name of a test that only the tier "full" runs. */
const fullMark = "full::";

/** Nothing runs for longer, in milliseconds, unless it hangs. */
const patience = { native: 600_000, full: 3_000_000 };

/** Where cargo puts the command when it builds the tests. */
export const command = join(
  top,
  process.env.CARGO_TARGET_DIR ?? "target",
  "debug",
  process.platform === "win32" ? "eigenscope.exe" : "eigenscope",
);

/** Whether this run has built the tests, which the command is built for too. */
let isBuilt = false;

/** Builds the command alone, unless this run has built the tests. It compiles dependencies again: the tests enable more of their features. */
export async function buildCommand() {
  if (isBuilt) return;
  await step("the command", async () => {
    const { code, output } = await attempt("cargo", [
      ..."build --quiet --package eigenscope --bin eigenscope".split(" "),
    ]);
    if (code !== 0) throw new Refusal(output);
    return "built";
  });
}

/** Builds the tests: their programs. */
async function build() {
  let programs;
  await step("cargo test --no-run", async () => {
    const { code, output } = await attempt("cargo", [
      ..."test --package eigenscope --no-run --message-format=json-render-diagnostics".split(" "),
    ]);
    if (code !== 0) throw new Refusal(output.replaceAll(/^\{"reason".*$\n/gm, ""));
    isBuilt = true;
    programs = output
      .split("\n")
      .filter((line) => line.startsWith('{"reason":"compiler-artifact"'))
      .map((line) => JSON.parse(line))
      .filter(({ profile, executable }) => profile.test && executable)
      .map(({ target, executable }) => ({ name: target.name, executable }));
    return "built";
  });
  return programs;
}

export async function native(results, { tier = "native", filters = [], name } = {}) {
  const programs = await build();
  const wanted = [...filters, ...(name ? [name] : [])];
  for (const program of programs) await runProgram(results, program, tier, wanted);
  if (tier === "native" && wanted.length === 0) await documentation(results);
}

async function runProgram(results, { name: file, executable }, tier, wanted) {
  const choice = tier === "full" ? [fullMark] : ["--skip", fullMark, ...wanted];
  const child = spawn(
    executable,
    ["-Zunstable-options", "--format=json", "--report-time", ...choice],
    {
      cwd: join(top, "crate"),
      // The format is an unstable option of the test harness. Mesa's choice among devices looks for a screen, and
      // without one it complains each time that a GPU is opened.
      env: environment({ RUSTC_BOOTSTRAP: "1", NODEVICE_SELECT: "1" }),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: patience[tier],
      killSignal: "SIGKILL",
    },
  );
  const running = new Set();
  let [count, errors] = [0, ""];
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const started = performance.now();
  const title = `${file} (${tier})`;
  await step(title, async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const message = line.startsWith("{") ? JSON.parse(line) : {};
      if (message.type !== "test") continue;
      if (message.event === "started") running.add(message.name);
      else if (message.event !== "timeout") {
        running.delete(message.name);
        count += 1;
        const status = message.event === "ok" ? "passed" : "failed";
        results.add({
          tier,
          file,
          name: message.name,
          seconds: message.exec_time,
          status,
          words: status === "failed" ? (message.stdout ?? `it was ${message.event}`) : undefined,
          alone: `npm test -- ${tier} ${message.name}`,
        });
      }
    }
    return `${count} run`;
  });
  const seconds = (performance.now() - started) / 1000;
  const code = child.exitCode ?? (await new Promise((end) => child.once("close", end)));
  // A program that crashed, or hung until its end, failed in what it was doing just then.
  for (const name of running)
    results.add({
      tier,
      file,
      name,
      seconds,
      status: "failed",
      words: `It did not end.\n${errors}`,
    });
  if (code !== 0 && running.size === 0 && results.count("failed", tier) === 0)
    results.add({ tier, file, name: "the program", seconds, status: "failed", words: errors });
}

async function documentation(results) {
  const started = performance.now();
  let result;
  await step("cargo test --doc", async () => {
    result = await attempt("cargo", ["test", "--quiet", "--package", "eigenscope", "--doc"]);
    return result.code === 0 ? "passed" : "failed";
  });
  results.add({
    tier: "native",
    name: "examples in the documentation",
    seconds: (performance.now() - started) / 1000,
    status: result.code === 0 ? "passed" : "failed",
    words: result.output,
    alone: "cargo test --package eigenscope --doc",
  });
}
