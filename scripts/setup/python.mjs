// A Python with the packages that tests compare with, in a virtual environment of its own: versions as pinned.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { whenChanged } from "./stamp.mjs";
import { attempt, Refusal, run, step, top } from "./step.mjs";

const folder = "target/python";
const pinned = "tests/requirements.txt";
const inside = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";

/** Path of the Python; made where it is missing or other versions are wanted. */
export async function python() {
  const program = join(top, folder, inside);
  await step("Python with NumPy", async () => {
    const changed = await whenChanged(
      {
        stamp: "target/stamps/python",
        inputs: [pinned],
        outputs: [`${folder}/${inside}`],
      },
      async () => {
        await makeEnvironment(program);
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        await run(program, [...pip, "--requirement", pinned]);
      },
    );
    return changed ? "installed" : "up to date";
  });
  return program;
}

async function makeEnvironment(program) {
  const make = async () => {
    for (const name of [process.env.PYTHON, "python3", "python"].filter(Boolean)) {
      const { code } = await attempt(name, ["-m", "venv", "--clear", folder]);
      if (code === 0 && existsSync(program)) return true;
    }
    return false;
  };
  // Debian keeps the module venv in a package of its own.
  if ((await make()) || ((await aptInstall(["python3", "python3-venv"])) && (await make()))) return;
  throw new Refusal(
    "The tests need Python 3 with its module venv: install it (on Debian, apt-get install python3-venv), then run this again.",
  );
}
