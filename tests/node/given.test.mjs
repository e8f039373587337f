// Precomputed inputs have the spectrum of the features that they were computed from: eigenvalues alone, a covariance, a Gram matrix, and
// moments, those that the page saves itself among them.

import assert from "node:assert/strict";
import { describe, expect, test, vi } from "vitest";
import { differences, named } from "../lib/reference.mjs";
import { analysisOf, completed, filesOf, refusalOf, wholeReport } from "./lib/answers.mjs";
import { centred, file, nothingAsked, startEngine } from "./lib/engine.mjs";
import { npy } from "./lib/matrices.mjs";
import { json, pathOf } from "./lib/readings.mjs";

const folder = "tests/formats";
const formats = json(`${folder}/expected.json`).cases.filter(({ kind }) => kind);
const law = named("powerlaw_alpha1_130x112_f8.npy");
const raw = { ...centred, centred: false };
const standardized = { ...centred, standardized: true };
/** Ranks that all of these files have. */
const WINDOW = [2, 10];

const namesOf = ({ file, files }) => files ?? [file];
const givenFiles = (one) => namesOf(one).map((name) => file(`${folder}/${name}`));
const features = ({ same_as: path }) => [file(pathOf(folder, path))];
const kindOf = ({ kind, of }) => (kind === "gram" ? `gram_of_${of}` : kind);

/** All that a person may say of a file. */
function askedOf(one) {
  const given = kindOf(one);
  const n = given === "gram_of_rows" || given === "moments" ? null : one.n;
  return { ...nothingAsked, given, n, d: given === "gram_of_rows" ? one.d : null };
}

for (const variant of ["relaxed", "simd128"]) {
  const engine = await startEngine(variant);
  const whole = (files, asked, more) => wholeReport(engine, files, { asked, ...more });

  describe(variant, () => {
    for (const one of formats) {
      test(`${namesOf(one)}: the spectrum, fits and noise of the features`, async () => {
        const given = await studied(engine, givenFiles(one), askedOf(one));
        const truth = await studied(engine, features(one), nothingAsked);
        const had = [];
        const wrong = [];
        for (const preparation of [centred, raw, standardized]) {
          await completed(given, preparation);
          const found = given.analysis(preparation, 0);
          if (!found || "code" in found) continue;
          had.push(preparation);
          await completed(truth, preparation);
          const right = analysisOf(truth, preparation).report(...WINDOW, "1/k");
          wrong.push(...wrongInGiven(found.report(...WINDOW, "1/k"), right, kindOf(one)));
        }
        given.free();
        truth.free();
        assert.deepEqual(wrong, []);
        const rows = one.of === "rows" && !one.centred;
        const count = { moments: 3, covariance: 2 }[one.kind] ?? (rows ? 2 : 1);
        assert.equal(had.length, count);
      });
    }

    test("eigenvalues without n have NumPy's α, and say what they cannot tell", async () => {
      for (const name of ["n_variance.csv", "one_column.csv", "powerlaw_f8.npy"]) {
        const report = await whole([file(`${folder}/eigenvalues/${name}`)], nothingAsked);
        sameSpectrum(report, law.report, null);
        assert.equal(report.given, "eigenvalues", name);
        assert.equal(report.marchenko_pastur_edge, null);
        assert.equal(report.noise, null);
        assert.equal(report.uncertainty_reason.code, "needs_rows");
        const codes = report.notes.map(({ code }) => code);
        assert.ok(codes.includes("needs_n") && codes.includes("needs_rows"), codes.join(", "));
      }
    });

    test("with n said, they have NumPy's noise edge, and noise of that size", async () => {
      const { n } = law.report;
      const files = [file(`${folder}/eigenvalues/one_column.csv`)];
      const report = await whole(files, { ...nothingAsked, given: "eigenvalues", n });
      sameSpectrum(report, law.report, n);
      const edge = report.marchenko_pastur_edge / law.report.marchenko_pastur_edge;
      assert.ok(Math.abs(edge - 1) < 1e-9);
      assert.equal(report.eigenvalues_above_edge, law.report.eigenvalues_above_edge);
      assert.ok(report.noise.alpha > 0);
    });

    test("a covariance has NumPy's fits, and of standardized columns too", async () => {
      const files = [file(`${folder}/covariance/powerlaw_f8.npy`)];
      assert.equal(await refusalOf(() => whole(files, nothingAsked)), "which_matrix");
      const { n } = law.report;
      const report = await whole(files, { ...nothingAsked, given: "covariance", n });
      sameSpectrum(report, law.report, n);
      const found = report.choices.find(({ preparation }) => preparation.standardized);
      const expected = law.preparations.find(
        ({ preparation: { standardized, unit_rows: unit } }) => standardized && !unit,
      );
      assert.ok(Math.abs(found.alpha - expected.fit.alpha) < 1e-9, `α = ${found.alpha}`);
    });

    test("a Gram matrix of columns that is not centred says so", async () => {
      const files = [file(`${folder}/covariance/gram_of_columns_raw_f8.npy`)];
      const report = await whole(files, { ...nothingAsked, given: "gram_of_columns", n: 45 });
      assert.equal(report.preparation.centred, false);
      assert.equal(report.divisor, "n");
      assert.ok(report.notes.some(({ code }) => code === "not_centred"));
    });

    for (const [name, workers] of [
      ["minilm_layer6_160x128_f2.npy", 3],
      ["shards", 7],
      ["powerlaw_alpha1_130x112_f8.npy", 1],
    ]) {
      test(`${name}: moments that were saved give NumPy's numbers again`, async () => {
        const one = named(name);
        const study = await engine.analyze(filesOf(one), { workers });
        const bytes = await study.moments(new AbortController().signal);
        study.free();
        const saved = await studied(engine, [file("saved.npz", Buffer.from(bytes))], nothingAsked);
        const report = analysisOf(saved).report(11, 100, "1/k");
        saved.free();
        assert.equal(report.given, "moments");
        assert.deepEqual(differences(report, one), []);
        const uncentred = one.preparations.find(({ preparation: { centred } }) => !centred);
        const choice = report.choices.find(({ preparation: { centred } }) => !centred);
        assert.ok(Math.abs(choice.alpha - uncentred.fit.alpha) < 1e-9, `α = ${choice.alpha}`);
      });
    }

    test("where rows are fewer than columns there are no moments to save, and the numbers stay", async () => {
      const one = named("shapes/wide_120x130.npy");
      const study = await engine.analyze(filesOf(one), { workers: 2 });
      const save = () => study.moments(new AbortController().signal);
      assert.equal(await refusalOf(save), "not_summed");
      await completed(study, study.usual);
      assert.deepEqual(differences(analysisOf(study).report(11, 100, "1/k"), one), []);
      study.free();
    });

    test("moments of parts are merged, and so are those that were merged and saved", async () => {
      const parts = [1, 2, 3].map((part) => file(`${folder}/moments/part_${part}.npz`));
      const study = await studied(engine, parts, nothingAsked);
      const report = analysisOf(study).report(...WINDOW, "1/k");
      const rows = report.files.map(({ rows }) => rows);
      assert.deepEqual(rows, [12, 15, 18]);
      assert.ok(report.notes.some(({ code }) => code === "merged"));
      const bytes = await study.moments(new AbortController().signal);
      study.free();
      const merged = await whole([file("merged.npz", Buffer.from(bytes))], nothingAsked);
      assert.equal(merged.n, 45);
      const [largest] = report.eigenvalues;
      for (const [index, value] of report.eigenvalues.entries())
        assert.ok(Math.abs(merged.eigenvalues[index] - value) < 1e-12 * largest, `λ${index + 1}`);
    });
  });
}

describe("a large matrix", () => {
  const side = 1024;

  test.each([
    ["relaxed", 1, 0],
    ["relaxed", 2, 1],
    ["simd128", 6, 3],
  ])(
    "%s, %i workers: its eigenvalues are found with %i helpers",
    async (variant, workers, helpers) => {
      const engine = await startEngine(variant);
      const lines = countLines();
      const asked = { ...nothingAsked, given: "covariance" };
      const study = await engine.analyze([walk(side)], { asked, workers });
      const report = analysisOf(study).report(11, 100, "1/k");
      study.free();
      const largest = walkEigenvalue(1, side);
      const most = 4e-15 * Math.sqrt(side) * largest;
      assert.equal(report.eigenvalues.length, side);
      for (const [index, value] of report.eigenvalues.entries()) {
        const apart = Math.abs(value - walkEigenvalue(index + 1, side));
        assert.ok(apart <= most, `λ${index + 1} is ${apart / largest} λ₁ off`);
      }
      assert.equal(lines(), helpers);
    },
  );

  test("one below that size is found by one worker", async () => {
    const engine = await startEngine("relaxed");
    const lines = countLines();
    const asked = { ...nothingAsked, given: "covariance" };
    const study = await engine.analyze([walk(side - 1)], { asked, workers: 3 });
    expect(analysisOf(study).eigenvalues).toHaveLength(side - 1);
    study.free();
    assert.equal(lines(), 0);
  });
});

/** Opens what was given, and computes all that follows. */
async function studied(engine, files, asked) {
  const study = await engine.analyze(files, { asked });
  await completed(study, study.usual);
  return study;
}

/** All that is wrong with a Report of what was given, when that of the features is right. */
function wrongInGiven(found, truth, kind) {
  const wrong = [];
  const same = (what, got, want) => {
    if (JSON.stringify(got) !== JSON.stringify(want)) wrong.push(`${what} is ${got}, not ${want}`);
  };
  const near = (what, got, want, within) => {
    if ((got ?? null) === null && (want ?? null) === null) return;
    if (!(Math.abs(got - want) <= within)) wrong.push(`${what} is ${got}, not ${want}`);
  };
  same("given", found.given, kind);
  for (const key of ["n", "d", "rank_ceiling", "usable_ranks", "divisor", "eigenvalues_above_edge"])
    same(key, found[key], truth[key]);
  for (const key of ["preparation", "noise"]) same(key, found[key], truth[key]);
  const tellsColumns = ["covariance", "gram_of_columns", "moments"].includes(kind);
  const constant = tellsColumns ? truth.zero_variance_columns : null;
  same("constant columns", found.zero_variance_columns, constant);
  same("number of eigenvalues", found.eigenvalues.length, truth.eigenvalues.length);
  const [largest] = truth.eigenvalues;
  for (const [index, value] of truth.eigenvalues.entries())
    near(`λ${index + 1}`, found.eigenvalues[index], value, 1e-12 * largest);
  for (const key of ["alpha", "r2"]) near(key, found.fit[key], truth.fit[key], 1e-9);
  same("fits", Object.keys(found.fits), Object.keys(truth.fits));
  for (const [preset, { alpha }] of Object.entries(truth.fits))
    near(preset, found.fits[preset]?.alpha, alpha, 1e-9);
  for (const key of [
    "floor",
    "participation_ratio",
    "stable_rank",
    "rankme_eigenvalues",
    "iso_score",
    "marchenko_pastur_edge",
  ])
    near(key, found[key], truth[key], 1e-9 * Math.abs(truth[key]));
  same("uncertainty", [found.uncertainty, found.alpha_of_n], [null, null]);
  same("the reason", found.uncertainty_reason?.code, "needs_rows");
  const codes = found.notes.map(({ code }) => code);
  same("notes", [codes.includes("needs_rows"), codes.includes("needs_n")], [true, false]);
  return wrong;
}

/** Eigenvalues to 10⁻¹² of λ₁ and the fits of the usual windows. */
function sameSpectrum(report, truth, n) {
  assert.equal(report.n, n);
  assert.equal(report.eigenvalues.length, truth.eigenvalues.length);
  const [largest] = truth.eigenvalues;
  for (const [index, value] of truth.eigenvalues.entries())
    assert.ok(Math.abs(report.eigenvalues[index] - value) < 1e-12 * largest, `λ${index + 1}`);
  assert.deepEqual(Object.keys(report.fits).sort(), Object.keys(truth.fits).sort());
  for (const [preset, { alpha }] of Object.entries(truth.fits))
    assert.ok(Math.abs(report.fits[preset].alpha - alpha) < 1e-9, preset);
}

/** The covariance of a random walk's first steps, min(i, j), as a .npy file. */
function walk(side) {
  const values = Float64Array.from({ length: side * side }, (_, at) => {
    return 1 + Math.min(Math.floor(at / side), at % side);
  });
  return file("walk.npy", npy(values, side, side));
}

/** Its inverse is the second difference with one end free (Fortiana and Cuadras, Linear Algebra and its Applications 264, 1997). */
function walkEigenvalue(k, side) {
  return 1 / (4 * Math.sin(((2 * k - 1) * Math.PI) / (4 * side + 2)) ** 2);
}

/** Counts the lines from worker to worker that are laid from now on. */
function countLines() {
  const { MessageChannel } = globalThis;
  let lines = 0;
  vi.stubGlobal(
    "MessageChannel",
    class extends MessageChannel {
      constructor() {
        super();
        lines += 1;
      }
    },
  );
  return () => lines;
}
