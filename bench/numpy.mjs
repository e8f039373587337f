// NumPy as a peer: finds a Python that has it, or makes one, and keeps it running.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

const scripts = import.meta.dirname;

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

/** Starts a script of ours that answers a line with a line of JSON, the first of itself; null where there is no NumPy and none could be installed. */
async function start(script, folder, env = {}) {
  const python = pythonWith(["numpy"], folder);
  if (!python) return null;
  const stdio = ["pipe", "pipe", "inherit"];
  const child = spawn(python, [path.join(scripts, script)], {
    stdio,
    env: { ...process.env, ...env },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("NumPy's process ended early.");
    return JSON.parse(value);
  };
  const about = await answer();
  return {
    about,
    ask(line) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    close: () => child.stdin.end(),
  };
}

/** From a file to α; null where there is no NumPy. */
export async function startNumPy(folder) {
  const peer = await start("peer.py", folder);
  return (
    peer && {
      name: `NumPy ${peer.about.numpy}`,
      isNumPy: true,
      run: (file) => peer.ask(file),
      close: peer.close,
    }
  );
}

/** The eigenvalues of matrices, with so many threads, or all; null where there is no NumPy. */
export async function startSolver(folder, threads) {
  const env = threads ? { OPENBLAS_NUM_THREADS: String(threads) } : {};
  const peer = await start("eigen_peer.py", folder, env);
  return (
    peer && {
      make: (file, side) => peer.ask(JSON.stringify({ path: file, side })),
      solve: (file) => peer.ask(JSON.stringify({ path: file })),
      close: peer.close,
    }
  );
}
