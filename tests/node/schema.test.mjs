// The Report of the page and of the command is what docs/report.schema.json says: every key, and no other.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { describe, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { printed } from "../lib/programs.mjs";
import { named } from "../lib/reference.mjs";
import { file, nothingAsked, reportOf, startEngine, wholeReportOf } from "./lib/engine.mjs";

const schema = JSON.parse(readFileSync(join(top, "docs/report.schema.json"), "utf8"));
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

/** One of each kind: with all numbers, by the dual, without a fit, with a constant column, of parts of a matrix. */
const features = [
  "minilm_layer6_160x128_f2.npy",
  "powerlaw_alpha1_130x112_f8.npy",
  "shapes/wide_120x130.npy",
  "shapes/2x12.npy",
  "types/f2_le_c.npy",
  "degenerate/constant_columns.npy",
  "shards",
];

/** Precomputed inputs, and what is said of those that do not say it themselves. */
const given = [
  ["eigenvalues/n_variance.csv", {}],
  ["eigenvalues/n_variance.csv", { n: 130 }],
  ["covariance/powerlaw_f8.npy", { given: "covariance" }],
  ["covariance/gram_of_rows_raw_f8.npy", { given: "gram_of_rows" }],
  ["covariance/gram_of_columns_raw_f8.npy", { given: "gram_of_columns" }],
  ["moments/whole.npz", {}],
];

const engine = await startEngine();

test("allows no key that it does not describe, and misses none", () => {
  const report = ofCommand(named("minilm_layer6_160x128_f2.npy").files);
  assertValid(report);
  assert.ok(!validate({ ...report, surprise: 1 }), "an unknown key passes");
  for (const key of Object.keys(schema.properties)) {
    const { [key]: _, ...rest } = report;
    assert.ok(!validate(rest), `a Report without ${key} passes`);
  }
});

describe("of features", () => {
  test.each(features)("%s", async (name) => {
    const { files } = named(name);
    assertValid(ofCommand(files));
    const study = await engine.analyze(files.map((path) => file(path)));
    assertValid(reportOf(study));
    assertValid(await wholeReportOf(study));
    study.free();
  });

  test("prepared in another way, without leading components", async () => {
    const { files } = named("powerlaw_alpha1_130x112_f8.npy");
    const options = ["--unit-rows", "--standardize", "--drop", "2", "--weights", "log-binned"];
    const study = await engine.analyze(files.map((path) => file(path)));
    const preparation = { centred: true, unit_rows: true, standardized: true };
    await study.complete(preparation, () => {}, new AbortController().signal);
    const ofPage = study.analysis(preparation, 2).report(11, 100, "log-binned");
    for (const report of [ofCommand(files, ...options), ofPage]) {
      assertValid(report);
      assert.equal(report.dropped_components, 2);
      assert.deepEqual(report.preparation, preparation);
      assert.equal(report.fit.weight, "log-binned");
    }
    study.free();
  });
});

describe("of precomputed inputs", () => {
  test.each(given)("%s %o", async (name, said) => {
    const path = join("tests/formats", name);
    const options = Object.entries(said).flatMap(([key, value]) => [
      `--${key}`,
      String(value).replaceAll("_", "-"),
    ]);
    const study = await engine.analyze([file(path)], { asked: { ...nothingAsked, ...said } });
    const kind = said.given ?? name.split("/")[0];
    for (const report of [ofCommand([path], ...options), await wholeReportOf(study)]) {
      assertValid(report);
      assert.equal(report.given, kind);
      if (said.n) assert.equal(report.n, said.n);
    }
    study.free();
  });
});

/** As a value and as a file. */
function assertValid(report) {
  for (const one of [report, JSON.parse(JSON.stringify(report))])
    assert.ok(validate(one), JSON.stringify(validate.errors?.slice(0, 5), null, 1));
}

function ofCommand(files, ...options) {
  return JSON.parse(printed("analyze", "--json", ...options, ...files));
}
