// The NumPy scripts that the page and the command give away: a real Python runs them and prints the same α.

import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { describe, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { printed, pythonPrints } from "../lib/programs.mjs";
import { named } from "../lib/reference.mjs";
import { file, nothingAsked, startEngine } from "./lib/engine.mjs";
import { features, parts } from "./lib/formats.mjs";

/** NumPy and the core solve the same matrix in two ways. */
const tolerance = 1e-9;
const windows = [
  [11, 100],
  [2, 60],
];
const weights = ["1/k", "none", "log-binned"];
const preparations = [false, true].flatMap((centred) =>
  [false, true].flatMap((unit_rows) =>
    [false, true].map((standardized) => ({ centred, unit_rows, standardized })),
  ),
);

const engine = await startEngine();

test("a script names the file, the window, the weights and α, and follows the window", async () => {
  const study = await engine.analyze([file("tests/data/minilm_layer6_160x128_f2.npy")]);
  const analysis = study.analysis(study.usual, 0);
  const { alpha } = analysis.outcome(11, 100, "1/k").fit;
  const script = analysis.python(11, 100, "1/k");
  assert.ok(script.includes('np.load("minilm_layer6_160x128_f2.npy")'), script);
  assert.ok(script.includes("np.arange(11, 100 + 1)"), script);
  assert.ok(script.includes("weights 1/rank"), script);
  assert.ok(script.includes(String(alpha)), script);
  assert.ok(analysis.python(12, 100, "1/k").includes("np.arange(12, 100 + 1)"));
  assert.equal(analysis.python(500, 900, "1/k"), undefined);
  study.free();
});

describe("Python prints the page's α, for all preparations, weights and windows", () => {
  // With fewer rows than columns, few of the preparations are offered.
  test.each([
    ["minilm_layer6_160x128_f2.npy", 8],
    ["powerlaw_alpha1_130x112_f8.npy", 8],
    ["shapes/wide_120x130.npy", 5],
  ])("%s", async (name, count) => {
    const { files } = named(name);
    const study = await engine.analyze(files.map((path) => file(path)));
    const wanted = [];
    let offered = 0;
    for (const preparation of preparations) {
      await study.complete(preparation, () => {}, new AbortController().signal);
      if (study.analysis(preparation, 0).code === "not_summed") continue;
      offered += 1;
      for (const dropped of [0, 2])
        wanted.push(...scripts(study.analysis(preparation, dropped), { preparation, dropped }));
    }
    assert.equal(offered, count);
    assert.equal(wanted.length, count * 2 * windows.length * weights.length);
    checkAll(wanted, dirname(files[0]));
    study.free();
  });
});

test("Python prints α of a matrix in several files", async () => {
  const { files } = named("shards");
  const study = await engine.analyze(files.map((path) => file(path)));
  const wanted = scripts(study.analysis(study.usual, 0), {}, [[2, 8]]);
  assert.equal(wanted.length, weights.length);
  checkAll(wanted, dirname(files[0]));
  study.free();
});

test("Python leaves out the rows that the page leaves out", async () => {
  const path = "tests/data/non_finite/nan_f4.npy";
  const study = await engine.analyze([file(path)], { nonFinite: "skip" });
  const analysis = study.analysis(study.usual, 0);
  assert.ok(analysis.facts.skipped_rows > 0);
  const wanted = scripts(analysis, {}, [[2, 8]]);
  assert.equal(wanted.length, weights.length);
  checkAll(wanted, dirname(path));
  study.free();
});

describe("Python prints α from every format, with the library that people have for it", () => {
  // A link has no files, and .npy is everywhere above.
  const formats = [...new Set(features.map(({ format }) => format))];
  test.each(formats)("%s", async (format) => {
    const wanted = [];
    const whole = features.filter(
      (one) => one.format === format && !one.refused && !one.may_refuse,
    );
    const several = parts.filter((one) => one.format === format && !one.refused);
    for (const one of [...whole, ...several]) {
      const paths = (one.files ?? [one.file]).map((path) => join("tests/formats", path));
      const study = await engine.analyze(
        paths.map((path) => file(path)),
        { array: one.array ?? null },
      );
      const [script] = scripts(study.analysis(study.usual, 0), { paths }, [[2, 8]]);
      wanted.push({ ...script, folder: dirname(paths[0]) });
      study.free();
    }
    assert.ok(wanted.length > 1);
    // PyTorch is too large to be installed for tests: those scripts were tried by hand, and here they are compiled.
    const isTorch = ({ script }) =>
      script.includes("import torch") || script.includes(".torch import");
    const run = wanted.filter((one) => !isTorch(one));
    assert.equal(run.length > 0, format !== "torch");
    if (run.length > 0) checkAll(run);
    const compiled = wanted.filter(isTorch).map(({ script }) => script);
    const check = `import json\nfor script in json.loads(${JSON.stringify(JSON.stringify(compiled))}): compile(script, "copied", "exec")\nprint("all")`;
    assert.equal(pythonPrints(check).trim(), "all");
  });
});

test("Python leaves columns that are constant at zero where they are standardized", async () => {
  const { files } = named("degenerate/constant_columns.npy");
  const study = await engine.analyze(files.map((path) => file(path)));
  const wanted = [];
  for (const centred of [false, true]) {
    const preparation = { centred, unit_rows: false, standardized: true };
    await study.complete(preparation, () => {}, new AbortController().signal);
    wanted.push(...scripts(study.analysis(preparation, 0), preparation, [[2, 60]]));
  }
  assert.equal(wanted.length, 2 * weights.length);
  checkAll(wanted, dirname(files[0]));
  study.free();
});

test("Python prints α of precomputed inputs", async () => {
  const wanted = [];
  for (const [name, said] of [
    ["eigenvalues/n_variance.csv", { n: 130 }],
    ["eigenvalues/powerlaw_f8.npy", { given: "eigenvalues" }],
    ["covariance/powerlaw_f8.npy", { given: "covariance" }],
    ["covariance/gram_of_rows_raw_f8.npy", { given: "gram_of_rows" }],
    ["covariance/gram_of_columns_raw_f8.npy", { given: "gram_of_columns", n: 130 }],
    ["moments/whole.npz", {}],
  ]) {
    const path = join("tests/formats", name);
    const study = await engine.analyze([file(path)], { asked: { ...nothingAsked, ...said } });
    const some = scripts(study.analysis(study.usual, 0), { path });
    assert.ok(some.length >= weights.length, `${name}: ${some.length} scripts`);
    wanted.push(...some.map((one) => ({ ...one, folder: dirname(path) })));
    study.free();
  }
  checkAll(wanted);
});

test("the command gives the script of its own α", () => {
  const { files } = named("minilm_layer6_160x128_f2.npy");
  const options = ["--unit-rows", "--drop", "1", "--window", "4:60", "--weights", "none"];
  const script = printed("analyze", "--python", ...options, ...files);
  const { fit } = JSON.parse(printed("analyze", "--json", ...options, ...files));
  const what = `${basename(files[0])} ${options.join(" ")}`;
  checkAll([{ what, script, alpha: fit.alpha }], dirname(files[0]));
});

/** A spectrum's scripts, each with the page's α, in all windows and weights that have one. */
function scripts(analysis, what, some = windows) {
  assert.ok(analysis && !("code" in analysis), `${JSON.stringify(what)}: ${analysis?.message}`);
  return some.flatMap(([first, last]) =>
    weights.flatMap((weight) => {
      const { fit } = analysis.outcome(first, last, weight);
      const script = analysis.python(first, last, weight);
      assert.equal(script === undefined, fit === null);
      const words = JSON.stringify({ ...what, first, last, weight });
      return fit ? [{ what: words, script, alpha: fit.alpha }] : [];
    }),
  );
}

/** Runs scripts, each in the folder of its file, all in one Python: an import of NumPy takes longer than any of them. */
function checkAll(wanted, usual) {
  const jobs = wanted.map(({ script, folder = usual }) => [script, join(top, folder)]);
  const runner = `
import contextlib, io, json, os
for script, folder in json.loads(${JSON.stringify(JSON.stringify(jobs))}):
    os.chdir(folder)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, "copied", "exec"), {"__name__": "__main__"})
    print(json.dumps(out.getvalue()))
`;
  const lines = pythonPrints(runner).trimEnd().split("\n");
  assert.equal(lines.length, wanted.length);
  const wrong = wanted.flatMap(({ what, alpha }, index) => {
    const said = JSON.parse(lines[index]);
    return Math.abs(Number(said) - alpha) < tolerance ? [] : [`${what}: ${said}, not ${alpha}`];
  });
  assert.deepEqual(wrong, []);
}
