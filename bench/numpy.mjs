// NumPy as a peer: finds a Python that has it, or makes one, and keeps it running.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

const peer = path.join(import.meta.dirname, "peer.py");

function has(python, modules) {
  return spawnSync(python, ["-c", `import ${modules.join(", ")}`]).status === 0;
}

/** A Python that has some modules: $PYTHON, python3, or a virtual environment in `folder`, made when needed; null where they cannot be installed. */
export function pythonWith(modules, folder) {
  const venv = path.join(folder, "venv");
  const own = path.join(venv, "bin", "python");
  const found = [process.env.PYTHON, "python3", own].find(
    (python) => python && has(python, modules),
  );
  if (found) return found;
  console.log(`python3 has no ${modules.join(" and ")}: a virtual environment gets it (once).`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...modules];
  const steps = existsSync(own)
    ? [[own, pip]]
    : [
        ["python3", ["-m", "venv", venv]],
        [own, pip],
      ];
  for (const [command, args] of steps) {
    if (spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] }).status !== 0) break;
  }
  return has(own, modules) ? own : null;
}

/** Starts the peer; null where there is no NumPy and none could be installed. */
export async function startNumPy(folder) {
  const python = pythonWith(["numpy"], folder);
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
