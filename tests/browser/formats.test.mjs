// Every script that reads a format loads in the page under its policy, and what it reads has the spectrum of its .npy. All
// files of all formats are read in tests/node/formats*.test.mjs, and through the page in tests/full/formats.test.mjs.

import { readFileSync } from "node:fs";
import { basename, join, normalize } from "node:path";
import { top } from "../../scripts/setup/step.mjs";
import { named } from "../lib/reference.mjs";
import { numbers, pickFiles } from "./lib/page.mjs";
import { clear, settled } from "./lib/person.mjs";
import { assert, browsers, describe, test } from "./lib/test.mjs";

const folder = "tests/formats";
const { cases } = JSON.parse(readFileSync(join(top, folder, "expected.json"), "utf8"));

/** One for each reader. */
const files = [
  "npz/deflated_f2.npz",
  "safetensors/features_f2.safetensors",
  "torch/features_f2.pt",
  "parquet/features_f2.parquet",
  "parquet/list_brotli.parquet",
  "arrow/list_f4.arrow",
  "arrow/list_lz4.arrow",
  "hdf5/gzip_shuffle_f2.h5",
  "mat/features_f4_compressed.mat",
  "csv/pandas.csv",
  "jsonl/embedding.jsonl",
];

/** α and what else the page shows of a file at full precision. */
async function shown(page, path) {
  await pickFiles(page, [path]);
  const [{ name, state, text }] = await settled(page, 1);
  assert.equal(state, "done", `${path}: ${text}`);
  assert.equal(name, basename(path));
  const { alpha, r2, n, d, total_variance } = await numbers(page);
  await clear(page);
  return { alpha, r2, n, d, total_variance };
}

async function assertReads(page, some) {
  const truths = new Map();
  for (const file of some) {
    const { same_as: same } = cases.find((one) => one.file === file);
    const npy = normalize(join(folder, same));
    if (!truths.has(npy)) truths.set(npy, await shown(page, npy));
    assert.deepEqual(await shown(page, join(folder, file)), truths.get(npy), file);
  }
  const real = truths.get("tests/data/minilm_layer6_160x128_f2.npy");
  const { alpha } = named("minilm_layer6_160x128_f2.npy").default_fit;
  assert.ok(Math.abs(real.alpha - alpha) < 1e-9, `α = ${real.alpha}`);
}

test("a file of every format has the numbers of its .npy", async ({ page }) => {
  const formats = new Set(files.map((file) => cases.find((one) => one.file === file).format));
  assert.deepEqual(
    [...formats].sort(),
    [...new Set(cases.map(({ format }) => format))].filter((one) => one !== "npy").sort(),
  );
  await assertReads(page, files);
});

describe("Firefox", () => {
  const [, [, firefox]] = browsers;

  firefox("reads packed arrays, and what libraries read", async ({ page }) => {
    await assertReads(page, files.slice(0, 5).concat("hdf5/gzip_shuffle_f2.h5"));
  });
});
