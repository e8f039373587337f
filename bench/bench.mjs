// npm run bench [-- --quick | --eigenvalues | --gpu | --formats | --compare | --learn]: the page, the command and NumPy on the same files, in alternating rounds.
// How to read what it prints: bench/README.md.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { main, Refusal, top } from "../scripts/setup/step.mjs";
import { build } from "../scripts/site/build.mjs";
import { buildCommand, command } from "./command.mjs";
import { sideBySide } from "./compare.mjs";
import { features } from "./data.mjs";
import { eigenvalues } from "./eigenvalues.mjs";
import { formats } from "./formats.mjs";
import { gpu } from "./gpu.mjs";
import { learn } from "./learn.mjs";
import { startNumPy } from "./numpy.mjs";
import { openPage } from "./page.mjs";
import { ratio, summary, table } from "./table.mjs";

const SIZES = [
  [20000, 512],
  [20000, 1024],
  [50000, 768],
];
const ALPHA_TOLERANCE = { exact: 1e-9, fast: 1e-4 };

const folder = join(top, "target/bench");
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    gpu: { type: "boolean" },
    formats: { type: "boolean" },
    compare: { type: "boolean" },
    eigenvalues: { type: "boolean" },
    learn: { type: "boolean" },
    rounds: { type: "string" },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 1 : 7));

/** Every peer once a round; a round starts one peer later than the last, so that nobody always follows the same. */
async function measure(peers, file) {
  const runs = peers.map(() => []);
  const first = [];
  for (const peer of peers) first.push(await peer.run(file));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < peers.length; turn += 1) {
      const who = (round + turn) % peers.length;
      runs[who].push(await peers[who].run(file));
    }
  }
  return { runs, first };
}

function checkAlpha(peers, runs) {
  const truth = runs[0][0].alpha;
  for (const [who, peer] of peers.entries()) {
    const off = Math.abs(runs[who][0].alpha - truth);
    const allowed = ALPHA_TOLERANCE[peer.precision ?? "exact"];
    if (!(off <= allowed))
      throw new Refusal(`${peer.name}: α is off by ${off}; its times mean nothing.`);
  }
}

function report(peers, { runs, first }, n, d) {
  const isNumPy = peers[0].isNumPy;
  const rows = peers.map((peer, who) => ({
    name: peer.name,
    ...summary(runs[who], n, d),
    overMoments: isNumPy ? ratio(runs[who], runs[0], "moments") : undefined,
    overTotal: isNumPy ? ratio(runs[who], runs[0], "total") : undefined,
    warmUp: first[who].total,
  }));
  for (const line of table(rows)) console.log(line);
  return rows;
}

await main(async () => {
  mkdirSync(folder, { recursive: true });
  await buildCommand();
  if (options.gpu) {
    await gpu(folder, rounds);
    return;
  }
  await build();
  if (options.eigenvalues) {
    await eigenvalues(folder, rounds);
    return;
  }
  if (options.formats) {
    await formats(folder, rounds);
    return;
  }
  if (options.compare) {
    await sideBySide(folder);
    return;
  }
  if (options.learn) {
    await learn();
    return;
  }
  const numpy = await startNumPy(folder);
  if (!numpy) {
    console.log(
      "There is no NumPy to compare with: python3 lacks it and pip could not install it. Set PYTHON to a Python that has it.",
    );
  }
  const page = await openPage();
  const peers = [numpy, page.peer("exact"), page.peer("fast"), command("exact"), command("fast")];
  try {
    await compare(peers.filter(Boolean));
  } finally {
    numpy?.close();
    await page.close();
  }
  if (numpy) await eigenvalues(folder, rounds);
});

async function compare(peers) {
  const cpus = os.cpus();
  console.log(`\n${cpus.length} × ${cpus[0].model}; ${rounds} rounds; seconds: least (median)`);
  const results = [];
  for (const [n, d] of SIZES) {
    const file = features(folder, n, d);
    console.log(`\n${n} × ${d} float32, ${Math.round(statSync(file).size / 1e6)} MB`);
    const measured = await measure(peers, file);
    checkAlpha(peers, measured.runs);
    results.push({ n, d, rounds, rows: report(peers, measured, n, d), runs: measured.runs });
  }
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, null, 1)}\n`);
}
