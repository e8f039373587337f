// NumPy as a peer: finds a Python that has it, or makes one, and keeps it running.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

const peer = path.join(import.meta.dirname, "peer.py");

function hasNumPy(python) {
  return spawnSync(python, ["-c", "import numpy"]).status === 0;
}

/** A Python with NumPy: $PYTHON, python3, or a virtual environment in `folder`, made when needed. */
function pythonWithNumPy(folder) {
  const own = path.join(folder, "venv", "bin", "python");
  const found = [process.env.PYTHON, "python3", own].find((python) => python && hasNumPy(python));
  if (found) return found;
  console.log("python3 has no NumPy: making a virtual environment for it (once).");
  const steps = [
    ["python3", ["-m", "venv", path.join(folder, "venv")]],
    [own, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "numpy"]],
  ];
  for (const [command, args] of steps) {
    if (command === own && !existsSync(own)) break;
    if (spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] }).status !== 0) break;
  }
  return hasNumPy(own) ? own : null;
}

/** Starts the peer; null where there is no NumPy and none could be installed. */
export async function startNumPy(folder) {
  const python = pythonWithNumPy(folder);
  if (!python) return null;
  const child = spawn(python, [peer], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("NumPy's process ended early.");
    return JSON.parse(value);
  };
  const about = await answer();
  return {
    name: `NumPy ${about.numpy}`,
    isNumPy: true,
    run(file) {
      child.stdin.write(`${file}\n`);
      return answer();
    },
    close: () => child.stdin.end(),
  };
}
