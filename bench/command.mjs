// The command as a peer: a process for each file, as a person runs it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Refusal, run, step, top } from "../scripts/setup/step.mjs";

const MAX_REPORT_BYTES = 64 * 2 ** 20;

export const binary = join(
  top,
  "target/release",
  process.platform === "win32" ? "eigenscope.exe" : "eigenscope",
);

export async function buildCommand() {
  await step("command", async () => {
    await run("cargo", ["build", "--release", "--bin", "eigenscope"]);
    return "built";
  });
}

export function command(precision, engine = "cpu") {
  return {
    name: engine === "gpu" ? "command, GPU" : `command, ${precision}`,
    precision,
    async run(file) {
      const how = ["--precision", precision, "--engine", engine];
      const args = ["analyze", file, "--json", "--timings", ...how];
      const started = performance.now();
      const { status, stdout, stderr } = spawnSync(binary, args, {
        maxBuffer: MAX_REPORT_BYTES,
        encoding: "utf8",
      });
      const all = (performance.now() - started) / 1000;
      if (status !== 0) throw new Refusal(`The command failed: ${stderr}`);
      const report = JSON.parse(stdout);
      const { read_and_moments_seconds, eigenvalues_seconds, study_seconds, gpu_teraflops } =
        report.timings;
      return {
        teraflops: gpu_teraflops,
        moments: read_and_moments_seconds,
        eigenvalues: eigenvalues_seconds,
        // It prints when all is known; α is known before.
        total: all - study_seconds,
        all,
        alpha: report.fits["alpha-req"].alpha,
      };
    },
  };
}
