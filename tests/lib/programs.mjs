// Programs that tests run beside the code under test: the command, and a Python with the pinned NumPy. `npm test`
// builds both and says where they are; a test that is run alone takes those of the last `npm test`. A program that is
// missing fails the tests that need it.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { top } from "../../scripts/setup/step.mjs";

const isWindows = process.platform === "win32";

/** The eigenscope command. */
export const command =
  process.env.EIGENSCOPE_COMMAND ??
  join(top, "target/debug", isWindows ? "eigenscope.exe" : "eigenscope");

/** Python with NumPy. */
export const python =
  process.env.EIGENSCOPE_PYTHON ??
  join(top, "target/python", isWindows ? "Scripts/python.exe" : "bin/python");

/** What the command prints; it runs at the top of the repository. */
export function printed(...args) {
  return outputOf(command, args, { cwd: top });
}

/** What a Python script prints. NumPy has one thread: several that wait for each other are slower on a busy machine. */
export function pythonPrints(script, { cwd = top } = {}) {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1" };
  return outputOf(python, ["-"], { cwd, env, input: script });
}

function outputOf(program, args, options) {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    ...options,
  });
  if (error) throw new Error(`${program}: ${error.message}. npm test builds it.`);
  if (status !== 0 || stderr !== "") throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}
