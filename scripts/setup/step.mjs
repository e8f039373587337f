// Runs the steps of set-up and build, one line each: what is done, how it ended, how long it took.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository. */
export const top = fileURLToPath(new URL("../..", import.meta.url));

/** A failure that one sentence explains: shown as that sentence, without a stack. */
export class Refusal extends Error {}

/** The step whose line is begun and not ended; steps beside it are printed when they end. */
let begun;

/**
 * Does `work` under the line "name … outcome (12 s)". `work` returns the outcome in a few words.
 * On a terminal the seconds count while it runs, so that a long compilation does not look hung.
 */
export async function step(name, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const elapsed = () => (seconds() >= 1 ? ` (${seconds()} s)` : "");
  const { isTTY } = process.stdout;
  const isFirst = begun === undefined;
  if (isFirst) {
    begun = name;
    process.stdout.write(`${name} … `);
  }
  const ticker =
    isTTY && isFirst
      ? setInterval(() => process.stdout.write(`\r${name} … ${seconds()} s `), 1000)
      : undefined;
  const finish = (outcome) => {
    clearInterval(ticker);
    const end = `${outcome}${elapsed()}`;
    const line = `${name} … ${end}\n`;
    if (isTTY) process.stdout.write(`\r\x1b[K${line}`);
    else if (isFirst) process.stdout.write(`${end}\n`);
    else process.stdout.write(begun === undefined ? line : `\n${line}`);
    if (isFirst) begun = undefined;
    else if (begun !== undefined) process.stdout.write(`${begun} … `);
  };
  try {
    const outcome = await work();
    finish(outcome);
  } catch (error) {
    finish("failed");
    throw error;
  }
}

/** Runs a program's main function; a Refusal becomes its sentence and exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

/** The environment of every command: rustup's folder is on PATH even in a shell opened before rustup came. */
export function environment(extra) {
  const path = [process.env.PATH, join(homedir(), ".cargo", "bin")].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/**
 * Runs a command in the repository and returns { code, output } (stdout and stderr together); code is null
 * when it could not be started or ran past `timeout` milliseconds. `show` passes the output through as it comes.
 */
export async function attempt(command, args, { env, timeout, show = false } = {}) {
  const child = spawn(command, args, {
    cwd: top,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
    timeout,
  });
  let output = "";
  const collect = (stream, echo) => {
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      output += text;
      if (show) echo.write(text);
    });
  };
  collect(child.stdout, process.stdout);
  collect(child.stderr, process.stderr);
  try {
    const [code] = await once(child, "close");
    return { code, output };
  } catch (error) {
    return { code: null, output: error.message };
  }
}

/** Like attempt, but a failure is a Refusal with the command's own words; returns the output. */
export async function run(command, args, options) {
  const { code, output } = await attempt(command, args, options);
  if (code === 0) return output;
  throw new Refusal(`${output.trimEnd()}\n\nThis command failed: ${[command, ...args].join(" ")}`);
}
