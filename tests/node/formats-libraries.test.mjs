// Parquet, Arrow and HDF5, which the reader's own scripts and libraries read: what good files give, and damaged ones.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { file, startEngine } from "./lib/engine.mjs";
import { check, features } from "./lib/formats.mjs";
import { npyHeader } from "./lib/npy.mjs";
import { ours, read, stillReads, wrongWords } from "./lib/readings.mjs";

/** Each has different parts. The core's own readers have whole folders of bad files (tests/hostile). */
const toDamage = [
  "parquet/list.parquet",
  "parquet/columns_page_v2.parquet",
  "parquet/list_brotli.parquet",
  "arrow/list_lz4.arrow",
  "arrow/columns_with_others_stream_batches.arrow",
  "hdf5/gzip_shuffle.h5",
  "hdf5/latest_gzip.h5",
  "hdf5/matlab_7_3_labels.mat",
];

const engine = await startEngine();

describe("every file gives what its .npy gives, or its error code", () => {
  for (const format of ["parquet", "arrow", "hdf5"]) {
    test(format, () =>
      check(
        engine,
        features.filter((one) => one.format === format),
      ),
    );
  }
});

describe("a row that is not like the others", () => {
  const both = (name) => [`parquet/${name}.parquet`, `arrow/${name}.feather`];
  const give = (path, options) => read(engine, [file(`tests/formats/${path}`)], options);

  // In tests/formats/make.py row 9 of column f3 holds none.
  test.each(both("null_in_column"))("has NaN in a column of floats: %s", async (path) => {
    const { code, message } = await give(path);
    assert.equal(code, "non_finite");
    assert.match(message, / in 1 row of 45; the first is row 9 \(counted from 0\)/);
    const { report } = await give(path, { nonFinite: "skip" });
    assert.deepEqual([report.n, report.skipped_rows], [44, 1]);
    const { report: right } = await read(engine, [file("left.npy", withoutRow(9))]);
    const apart = report.eigenvalues.map((value, k) => Math.abs(value - right.eigenvalues[k]));
    assert.ok(Math.max(...apart) <= 1e-12 * right.eigenvalues[0], String(apart));
  });

  test.each([...both("null_row"), ...both("null_number")])(
    "is an error in a list without a number, with its row and column: %s",
    async (path) => {
      const { code, message } = await give(path);
      assert.equal(code, "bad_cell");
      assert.match(message, /: Row 7 \(counted from 0\) of column "embedding" holds no number/);
    },
  );

  test("is an error where its list is shorter, with its row", async () => {
    const { code, message } = await give("parquet/ragged.parquet");
    assert.equal(code, "ragged_row");
    const words = "has 2 numbers, and the rows before it have 3";
    assert.match(message, new RegExp(`Row 9 \\(counted from 0\\) of column "[^"]+" ${words}`));
  });

  test("is not missed where a longer list makes up for a shorter one", async () => {
    const bytes = readFileSync(join(top, "tests/formats/parquet/list_none.parquet"));
    // Each row of 40: eight levels in bits, of which the first begins the row, then a run of 32 that go on.
    const starts = [...bytes.keys()]
      .slice(0, -3)
      .filter((at) => bytes.readUInt32BE(at) === 0x03fe4001);
    assert.equal(starts.length, 30);
    // Row 5 begins one number later.
    bytes[starts[5] + 1] = 0xfd;
    const { code, message } = await read(engine, [file("list.parquet", bytes)]);
    assert.equal(code, "ragged_row");
    assert.match(message, /Row 4 \(counted from 0\) .* which have 40 numbers/);
  });

  /** npy/small_f8.npy without a row. */
  function withoutRow(row) {
    const bytes = readFileSync(join(top, "tests/formats/npy/small_f8.npy"));
    const [n, d] = [45, 14];
    const start = bytes.length - 8 * n * d;
    const numbers = bytes.subarray(start);
    const left = [numbers.subarray(0, 8 * d * row), numbers.subarray(8 * d * (row + 1))];
    return Buffer.concat([npyHeader("<f8", [n - 1, d]), ...left]);
  }
});

describe("a damaged file gives a sentence or a result, and the reader goes on", () => {
  for (const path of toDamage) {
    test(path, async () => {
      const name = basename(path);
      const wrong = [];
      for (const [how, damaged] of damagedIn(readFileSync(join(top, "tests/formats", path)))) {
        const { report, code, message } = await read(engine, [file(name, damaged)]);
        if (ours.includes(code)) wrong.push(`${how}: ${code}: ${message}`);
        const words = report ? undefined : wrongWords(message, name);
        if (words) wrong.push(`${how}: ${words}`);
        if (!(await stillReads(engine))) wrong.push(`${how}: a good file is not read after it`);
      }
      assert.deepEqual(wrong, []);
      const intact = await read(engine, [file(join("tests/formats", path))]);
      assert.ok(intact.report, intact.message);
    });
  }
});

/** Damaged copies of a file: cut off, with many or single bytes changed, with parts overwritten. */
function* damagedIn(bytes) {
  const at = (share) => Math.floor(share * bytes.length);
  for (const share of [0.02, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99])
    yield [`cut at ${share}`, bytes.subarray(0, at(share))];
  const changed = (change) => {
    const other = Buffer.from(bytes);
    change(other);
    return other;
  };
  for (const share of [0.01, 0.1, 0.5, 0.9, 0.97]) {
    const change = (other) => {
      for (let i = at(share); i < other.length; i += 997) other[i] ^= 0x55;
    };
    yield [`changed from ${share} on`, changed(change)];
  }
  // Most of what describes the numbers is at one end of the file.
  for (const share of [
    0.005, 0.015, 0.03, 0.06, 0.12, 0.88, 0.92, 0.94, 0.96, 0.98, 0.985, 0.995,
  ]) {
    const change = (other) => {
      other[at(share)] ^= 0xff;
    };
    yield [`one byte changed at ${share}`, changed(change)];
  }
  for (const share of [0.01, 0.25, 0.75, 0.93, 0.99]) {
    yield [`ones at ${share}`, changed((other) => other.fill(0xff, at(share), at(share) + 24))];
    yield [`zeros at ${share}`, changed((other) => other.fill(0, at(share), at(share) + 24))];
  }
}
