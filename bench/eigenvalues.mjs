// npm run bench -- --eigenvalues: ours and faer's in Chromium and NumPy's, of the same matrices; and the sums beside what registers can do.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { transformWithOxc } from "vite";
import { wasmToolchain } from "../scripts/setup/rust.mjs";
import { Refusal } from "../scripts/setup/step.mjs";
import { serve } from "../scripts/site/server.mjs";
import { peers as buildPeers } from "../scripts/site/wasm.mjs";
import { launchChromium } from "../tests/browser/lib/launch.mjs";
import { features } from "./data.mjs";
import { startSolver } from "./numpy.mjs";
import { median } from "./table.mjs";

const SIDES = [512, 768, 1024, 2048, 4096];
/** Eigenvalues of two solvers differ by less than this part of the largest. */
const TOLERANCE = 1e-12;
/** A matrix whose sums are timed: its bytes stay in memory. */
const [N, D] = [20_000, 768];
/** From this side on two workers are timed, too, as the page has workers share a matrix. */
const SHARED_FROM = 1024;
const worker = path.join(import.meta.dirname, "peers.worker.js");
const solving = path.join(import.meta.dirname, "../www/engine/solving.ts");

export async function eigenvalues(folder, rounds) {
  await buildPeers(await wasmToolchain());
  copyFileSync(worker, path.join(folder, "peers.worker.js"));
  await layOut(folder);
  const one = await startSolver(folder, 1);
  const all = await startSolver(folder);
  if (!one || !all) throw new Refusal("There is no NumPy to compare with.");
  const site = await serve(folder);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    // Any file of the server: what matters is where workers come from.
    await page.goto(`${site.origin}/peers.worker.js`);
    await page.evaluate(prepare);
    for (const [name, variant] of VARIANTS) await page.evaluate(startWorker, [name, variant]);
    await page.evaluate(startWorker, [HELPER, VARIANTS[0][1]]);
    await sums(page, folder, rounds);
    for (const side of SIDES) {
      const file = path.join(folder, `symmetric_${side}_f64.npy`);
      if (!existsSync(file)) await all.make(file, side);
      await compare(page, file, side, rounds, [one, all]);
    }
  } finally {
    one.close();
    all.close();
    await browser.close();
    await site.close();
  }
}

/** How workers share a matrix is the page's own code. */
async function layOut(folder) {
  const source = readFileSync(solving, "utf8").replace("../wasm/eigenscope.js", "./peers.js");
  const { code } = await transformWithOxc(source, solving);
  writeFileSync(path.join(folder, "solving.js"), code);
}

const HELPER = "helper";
const VARIANTS = [
  ["relaxed", "peers-relaxed.wasm"],
  ["simd128", "peers-simd128.wasm"],
];

/** Everyone once a round, in turning order. */
async function measured(peers, rounds) {
  const runs = peers.map(() => []);
  for (const peer of peers) await peer.prepare?.();
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < peers.length; turn += 1) {
      const who = (round + turn) % peers.length;
      runs[who].push(await peers[who].run());
    }
  }
  return runs;
}

async function compare(page, file, side, rounds, [one, all]) {
  const url = path.basename(file);
  for (const [name] of VARIANTS) await page.evaluate(ask, [name, { type: "matrix", url }]);
  const warm = (name, who) => () => page.evaluate(ask, [name, { type: "solve", who }]);
  const cold = (variant) => () => page.evaluate(solveCold, [variant, url]);
  const peers = [
    { name: "NumPy, 1 thread", run: () => one.solve(file) },
    { name: "NumPy, all threads", run: () => all.solve(file) },
    ...VARIANTS.map(([name]) => ({ name: `ours, ${name}`, run: warm(name, "ours") })),
    ...(side < SHARED_FROM
      ? []
      : [
          {
            name: "ours, relaxed, two workers",
            run: () => page.evaluate(share, ["relaxed", HELPER]),
          },
        ]),
    ...VARIANTS.map(([name]) => ({ name: `faer, ${name}`, run: warm(name, "faer") })),
    ...VARIANTS.map(([name, variant]) => ({ name: `ours, ${name}, cold`, run: cold(variant) })),
  ];
  // Nobody's first time counts, but for those whose every time is the first.
  for (const peer of peers) if (!peer.name.endsWith("cold")) peer.prepare = peer.run;
  const runs = await measured(peers, rounds);
  const truth = runs[0][0].values;
  for (const [who, peer] of peers.entries()) {
    const { values } = runs[who][0];
    const off = Math.max(...truth.map((value, k) => Math.abs(value - values[k]))) / truth[0];
    if (!(off <= TOLERANCE))
      throw new Refusal(`${peer.name}: an eigenvalue is off by ${off} of the largest.`);
  }
  console.log(`\n${side} × ${side}: milliseconds, least (median)`);
  for (const [who, peer] of peers.entries()) {
    const times = runs[who].map(({ seconds }) => seconds * 1000);
    const ratios = times.map((time, round) => time / (runs[0][round].seconds * 1000));
    const least = Math.min(...times) / Math.min(...runs[0].map(({ seconds }) => seconds * 1000));
    const cells = [
      peer.name.padEnd(26),
      `${Math.min(...times).toFixed(1)} (${median(times).toFixed(1)})`.padStart(20),
      `÷ NumPy with 1 thread: ${least.toFixed(2)} of the least, ${median(ratios).toFixed(2)} in the same round`,
    ];
    console.log(cells.join("  "));
  }
}

/** The second moment of features that are in memory, with one worker, beside multiply-adds in registers. */
async function sums(page, folder, rounds) {
  const url = path.basename(features(folder, N, D));
  for (const [name] of VARIANTS) await page.evaluate(ask, [name, { type: "features", url }]);
  const peers = VARIANTS.flatMap(([name]) => [
    { name: `${name}, registers, f64`, task: [name, { type: "registers", wide: true }] },
    { name: `${name}, exact`, task: [name, { type: "sum", precision: "exact" }] },
    { name: `${name}, registers, f32`, task: [name, { type: "registers", wide: false }] },
    { name: `${name}, fast`, task: [name, { type: "sum", precision: "fast" }] },
  ]).map(({ name, task }) => ({ name, run: () => page.evaluate(ask, task) }));
  for (const peer of peers) peer.prepare = peer.run;
  const runs = await measured(peers, rounds);
  console.log(`\nSums of ${N} × ${D} float32 in memory, one thread: GF/s, most (median)`);
  const rates = runs.map((run) =>
    run.map(({ rate, seconds }) => (rate ?? (N * D * D) / seconds) / 1e9),
  );
  for (const [who, peer] of peers.entries()) {
    const cells = [
      peer.name.padEnd(24),
      `${Math.max(...rates[who]).toFixed(1)} (${median(rates[who]).toFixed(1)})`.padStart(14),
    ];
    if (who % 2 === 1) {
      const parts = rates[who].map((rate, round) => rate / rates[who - 1][round]);
      cells.push(`${Math.round(100 * median(parts))} % of registers in the same round`);
    }
    console.log(cells.join("  "));
  }
}

// These run in the page.

function prepare() {
  const workers = new Map();
  window.bench = {
    workers,
    /** One worker of a wasm file; a fresh one is compiled anew, whatever was compiled before. */
    async start(variant) {
      const own = new Worker("peers.worker.js", { type: "module" });
      const bytes = new Uint8Array(await (await fetch(variant)).arrayBuffer());
      // A section of chance, which means nothing: what the browser has compiled of the same bytes is not used.
      const chance = crypto.getRandomValues(new Uint8Array(16));
      const section = [0, 2 + chance.length, 1, 0x78, ...chance];
      const fresh = new Uint8Array([...bytes, ...section]);
      await this.answer(own, { type: "start", bytes: fresh });
      return own;
    },
    answer(own, task, transfer = []) {
      return new Promise((resolve, reject) => {
        own.onerror = (event) => reject(new Error(event.message));
        own.onmessage = ({ data }) => (data?.error ? reject(new Error(data.error)) : resolve(data));
        own.postMessage(task, transfer);
      });
    },
  };
}

async function startWorker([name, variant]) {
  const { bench } = window;
  bench.workers.set(name, await bench.start(variant));
}

async function ask([name, task]) {
  const { bench } = window;
  const answer = await bench.answer(bench.workers.get(name), task);
  return answer && { ...answer, values: answer.values && Array.from(answer.values) };
}

/** By this worker and the one that helps. */
async function share([name, helper]) {
  const { bench } = window;
  const { port1, port2 } = new MessageChannel();
  await bench.answer(bench.workers.get(helper), { type: "help", leader: port1 }, [port1]);
  const task = { type: "share", helpers: [port2] };
  const answer = await bench.answer(bench.workers.get(name), task, [port2]);
  return { ...answer, values: Array.from(answer.values) };
}

/** In a worker that has never computed anything. */
async function solveCold([variant, url]) {
  const { bench } = window;
  const own = await bench.start(variant);
  await bench.answer(own, { type: "matrix", url });
  const { seconds, values } = await bench.answer(own, { type: "solve", who: "ours" });
  own.terminate();
  return { seconds, values: Array.from(values) };
}
