// Which matrix a symmetric file holds: what the engine asks, and what it makes of each answer.

import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { file, nothingAsked, startEngine } from "./lib/engine.mjs";
import { pathOf, read } from "./lib/readings.mjs";

const matrix = "covariance/powerlaw_f8.npy";
const rows = "npy/small_f8.npy";

const engine = await startEngine();

const give = (paths, asked = {}) =>
  read(
    engine,
    [paths].flat().map((path) => file(pathOf("tests/formats", path))),
    { asked: { ...nothingAsked, ...asked } },
  );

test("a symmetric matrix asks what it is, and may be features after all", async () => {
  const { code, error } = await give(matrix);
  assert.equal(code, "which_matrix");
  assert.ok(error instanceof engine.MatrixError);
  const { report } = await give(matrix, { given: "features" });
  assert.deepEqual([report.given, report.n, report.d], ["features", 112, 112]);
});

describe("what is not a precomputed input is rejected with its code", () => {
  for (const [what, paths, said, code] of [
    ["features as eigenvalues", rows, { given: "eigenvalues" }, "not_eigenvalues"],
    ["features as a covariance", rows, { given: "covariance" }, "not_a_covariance"],
    ["features as moments", rows, { given: "moments" }, "bad_moments"],
    ["two files that are not moments", [matrix, matrix], { given: "covariance" }, "bad_moments"],
    ["a covariance of one row", matrix, { given: "covariance", n: 1 }, "too_few_rows"],
    ["moments with another n", "moments/whole.npz", { n: 46 }, "counts_differ"],
  ]) {
    test(what, async () => {
      const found = await give(paths, said);
      assert.equal(found.code, code, found.message);
    });
  }
});
