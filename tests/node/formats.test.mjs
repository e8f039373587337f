// The same matrix gives the same spectrum from every format of the core's own readers, bit for bit, as from its .npy.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { file, startEngine } from "./lib/engine.mjs";
import { check, checkParts, features } from "./lib/formats.mjs";
import { read } from "./lib/readings.mjs";

/** A folder of larger matrices in every format: `make.py --beside` writes it (tests/README.md). */
const beside = process.env.EIGENSCOPE_FORMATS;
const formats = ["npz", "safetensors", "torch", "csv", "jsonl", "mat"];

const engine = await startEngine();

describe("every file gives what its .npy gives, or its error code", () => {
  for (const format of formats) {
    test(format, () =>
      check(
        engine,
        features.filter((one) => one.format === format),
      ),
    );
  }
});

test("no format is left out here and in formats-libraries.test.mjs", () => {
  const known = [...formats, "parquet", "arrow", "hdf5"];
  assert.deepEqual([...new Set(features.map(({ format }) => format))].sort(), known.sort());
});

test("parts of a table are matched by name, in every format that has names", () =>
  checkParts(engine));

test("a file with several matrices lists them, the likely one first", async () => {
  const files = [file("tests/formats/npz/two_matrices.npz")];
  const { code, arrays } = await read(engine, files);
  assert.equal(code, "several_arrays");
  const [first, second] = arrays;
  assert.deepEqual(first, {
    name: "features",
    shape: [45, 14],
    dtype: "float32",
    bytes: 45 * 14 * 4,
    is_matrix: true,
  });
  assert.equal(second.name, "gradients");
  const chosen = await read(engine, files, { array: "gradients" });
  assert.deepEqual([chosen.report.array, chosen.report.format], ["gradients", "npz"]);
  const other = await read(engine, files, { array: "features" });
  assert.notEqual(other.report.total_variance, chosen.report.total_variance);
});

test("an array that is not in the file has its code", async () => {
  const files = [file("tests/formats/npz/two_matrices.npz")];
  assert.equal((await read(engine, files, { array: "missing" })).code, "no_such_array");
});

if (beside) {
  test("larger matrices in every format", { timeout: 600_000 }, async () => {
    const { cases } = JSON.parse(readFileSync(join(beside, "index.json"), "utf8"));
    assert.ok(cases.length > 20);
    await check(engine, cases, relative(top, resolve(beside)));
  });
}
