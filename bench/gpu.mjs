// npm run bench -- --gpu: this machine's GPU against its own peak, against the command's threads, and against PyTorch where that is installed.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { Refusal } from "../scripts/setup/step.mjs";
import { binary, command } from "./command.mjs";
import { features } from "./data.mjs";

const SIZES = [
  [20000, 1024],
  [20000, 2048],
  [20000, 4096],
];

/** All cores of PyTorch's device multiply XᵀX in f32, without the shorter products that some GPUs have; TFLOP/s of the whole product. */
const TORCH = `
import sys, time, torch
n, d = int(sys.argv[1]), int(sys.argv[2])
if not torch.cuda.is_available(): sys.exit(1)
torch.backends.cuda.matmul.allow_tf32 = False
x = torch.randn(n, d, device="cuda")
best = 1e9
for _ in range(10):
    torch.cuda.synchronize(); start = time.perf_counter()
    y = x.T @ x
    torch.cuda.synchronize(); best = min(best, time.perf_counter() - start)
print(2 * n * d * d / best / 1e12)
`;

export async function gpu(folder, rounds) {
  const { status, stdout, stderr } = spawnSync(binary, ["gpu", "--json"], { encoding: "utf8" });
  if (status !== 0) throw new Refusal(`There is no GPU to time: ${stderr}`);
  const { adapter, peak_teraflops: peak, kernels } = JSON.parse(stdout);
  console.log(`\n${adapter.name} (${adapter.backend})`);
  if (adapter.software)
    console.log("  No hardware but a program: these are the processor's times.");
  console.log(`  multiply-adds alone  ${peak.toFixed(3)} TFLOP/s`);
  for (const [name, teraflops] of kernels) {
    console.log(
      `  kernel ${name.padEnd(12)}  ${teraflops.toFixed(3)} TFLOP/s${of(teraflops, peak)}`,
    );
  }
  const peers = [command("fast", "gpu"), command("exact")];
  for (const [n, d] of SIZES) {
    const file = features(folder, n, d);
    console.log(`\n${n} × ${d} float32, ${Math.round(statSync(file).size / 1e6)} MB`);
    const runs = peers.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const [who, peer] of peers.entries()) runs[who].push(await peer.run(file));
    }
    const least = runs.map((all) => Math.min(...all.map(({ moments }) => moments)));
    const fastest = Math.max(...runs[0].map(({ teraflops }) => teraflops));
    console.log(`  GPU while it works  ${fastest.toFixed(3)} TFLOP/s of n·d²${of(fastest, peak)}`);
    console.log(
      `  reading and second moment  GPU ${least[0].toFixed(3)} s, threads ${least[1].toFixed(3)} s`,
    );
    const python = process.env.PYTHON ?? "python3";
    const torch = spawnSync(python, ["-c", TORCH, n, d], { encoding: "utf8" });
    const whole = Number(torch.stdout);
    console.log(
      torch.status === 0
        ? `  PyTorch's X.T @ X  ${whole.toFixed(3)} TFLOP/s of 2·n·d²${of(whole, peak)}`
        : "  PyTorch with a GPU is not installed",
    );
  }
}

function of(teraflops, peak) {
  return `, ${((100 * teraflops) / peak).toFixed(0)} % of that`;
}
