// Features prepared in other ways, blocks of rows and growing parts of them: their spectra, α and standard errors are
// NumPy's, however many workers shared the work.

import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { cases, named } from "../lib/reference.mjs";
import {
  analysisOf,
  completed,
  filesOf,
  firstReport,
  refusalOf,
  wholeReport,
} from "./lib/answers.mjs";
import { file, startEngine } from "./lib/engine.mjs";
import { npy, rowsOf } from "./lib/matrices.mjs";

const prepared = cases.filter(({ preparations }) => preparations);
const real = named("minilm_layer6_160x128_f2.npy");
/** Standard errors: relative. */
const STANDARD_ERROR = 1e-6;
/** What 32-bit products may cost an eigenvalue, times λ₁. */
const FAST_EIGENVALUES = 2e-6;

for (const [variant, shift] of [
  ["relaxed", 0],
  ["simd128", 3],
]) {
  const engine = await startEngine(variant);
  const workersOf = (index) => 1 + ((index + shift) % 7);

  describe(variant, () => {
    for (const [index, one] of prepared.entries()) {
      test(`${one.name}: features prepared in other ways have NumPy's spectrum, α and standard error`, () =>
        everyPreparation(
          engine,
          one,
          { engine: "exact", workers: workersOf(index) },
          wrongInExact,
        ));

      test(`${one.name}: 32-bit products change no preparation by more than they may`, () =>
        everyPreparation(
          engine,
          one,
          { engine: "fast", workers: workersOf(index + 2) },
          wrongInFast,
        ));
    }

    test("a preparation that is chosen later has the same numbers as one that comes with the first answer", async () => {
      const study = await engine.analyze(filesOf(real), { workers: 3 });
      const other = { centred: true, unit_rows: false, standardized: true };
      assert.equal(study.analysis(other, 0), undefined);
      await completed(study, other);
      const { alpha } = analysisOf(study, other).view(11, 100, "1/k").fit;
      const { fit } = real.preparations.find(
        ({ preparation, dropped }) => isSame(preparation, other) && dropped === 0,
      );
      assert.ok(Math.abs(alpha - fit.alpha) <= 1e-9, `α = ${alpha}`);
      assert.ok(study.isComplete(other) && !study.isComplete(study.usual));
      await completed(study, study.usual);
      const choice = analysisOf(study)
        .report(11, 100, "1/k")
        .choices.find(({ preparation }) => isSame(preparation, other));
      assert.equal(choice.alpha, alpha);
      study.free();
    });

    test("α without a block is α of the other nine tenths of the rows, of which every tenth makes a block", async () => {
      const { uncertainty } = await wholeReport(engine, filesOf(real), { workers: 2 });
      const rows = rowsOf(real, Float64Array);
      const { n, d } = real.report;
      assert.equal(uncertainty.without_block.length, 10);
      for (const [block, alpha] of uncertainty.without_block.entries()) {
        const kept = Array.from({ length: n }, (_, i) => i).filter((i) => i % 10 !== block);
        const values = Float64Array.from(
          kept.flatMap((i) => [...rows.subarray(i * d, (i + 1) * d)]),
        );
        const rest = file("rest.npy", npy(values, kept.length, d));
        const { fit } = await firstReport(engine, [rest], { workers: 1 });
        assert.ok(Math.abs(alpha - fit.alpha) <= 1e-9, `without block ${block}: ${alpha}`);
      }
      const { without_block: alphas, standard_error: error, confidence, low, high } = uncertainty;
      const mean = alphas.reduce((sum, alpha) => sum + alpha, 0) / 10;
      const spread = alphas.reduce((sum, alpha) => sum + (alpha - mean) ** 2, 0);
      assert.ok(Math.abs(error / Math.sqrt(0.9 * spread) - 1) < 1e-9);
      // Student's t with nine degrees of freedom (any table).
      assert.equal(confidence, 0.95);
      const { alpha } = real.default_fit;
      assert.ok(Math.abs(high - (alpha + 2.262157 * error)) < 1e-6 * error, `${high}`);
      assert.ok(Math.abs(low - (alpha - 2.262157 * error)) < 1e-6 * error, `${low}`);
    });

    test("what was let go is not computed, and what is known stays", async () => {
      const study = await engine.analyze(filesOf(real), { workers: 2 });
      await completed(study, study.usual);
      const before = analysisOf(study).report(11, 100, "1/k");
      study.release();
      assert.equal(study.bytes, 0);
      const unit = { centred: true, unit_rows: true, standardized: false };
      const known = study.isComplete(unit);
      await completed(study, unit);
      assert.equal(study.isComplete(unit), known);
      assert.deepEqual(analysisOf(study).report(11, 100, "1/k"), before);
      const code = await refusalOf(() => study.moments(new AbortController().signal));
      assert.equal(code, "sums_let_go");
      study.free();
    });
  });
}

/** Analyzes a case and checks each of its preparations. */
async function everyPreparation(engine, one, options, wrongIn) {
  // Which row is in which block depends on the order of files, which their names tell.
  const files = filesOf(one).toReversed();
  const study = await engine.analyze(files, { ...options, unitRows: "always" });
  const wrong = {};
  for (const expected of one.preparations) {
    const { preparation, dropped } = expected;
    await completed(study, preparation);
    const name = `${Object.keys(preparation).filter((key) => preparation[key])} without ${dropped}`;
    const found = analysisOrRefusal(study, preparation, dropped);
    const isRefused = isDual(one) && preparation.standardized && preparation.unit_rows;
    const said = isRefused
      ? found.code === "not_summed"
        ? []
        : [`${found.code}, not not_summed`]
      : wrongIn(found.report(11, 100, "1/k"), expected, one);
    if (said.length > 0) wrong[name] = said.slice(0, 5);
  }
  study.free();
  assert.deepEqual(wrong, {});
}

function wrongInExact(report, expected, one) {
  const { eigenvalues, fit, standard_error: error, tolerance, usable_ranks: ranks } = expected;
  const wrong = wrongInPrepared(report, expected);
  const near = (what, got, want, within) => {
    if (!(Math.abs(got - want) <= within)) wrong.push(`${what} is ${got}, not ${want}`);
  };
  near("usable ranks", report.usable_ranks, ranks, 0);
  near("number of eigenvalues", report.eigenvalues.length, eigenvalues.length, 0);
  // λ₁ may be among those that were dropped. The floor is it, times max(n, d) and the rounding of a float.
  const largest = report.floor / (Math.max(report.n, report.d) * Number.EPSILON);
  eigenvalues.forEach((value, index) => {
    near(`λ${index + 1}`, report.eigenvalues[index], value, tolerance.eigenvalues * largest);
  });
  if (!fit !== !report.fit) wrong.push(`fit is ${report.fit}`);
  if (!fit || !report.fit) return wrong;
  for (const key of ["first", "last"]) near(key, report.fit[key], fit[key], 0);
  for (const key of ["alpha", "log_prefactor", "r2", "r2_weighted"])
    near(key, report.fit[key], fit[key], tolerance.alpha * Math.max(1, Math.abs(fit[key])));
  const { uncertainty, uncertainty_reason: reason } = report;
  // Blocks of standardized columns are not summed in the dual.
  if (isDual(one) && expected.preparation.standardized) {
    if (reason?.code !== "not_summed") wrong.push(`the reason is ${reason?.code}`);
  } else if (error === null) {
    if (reason?.code !== "few_rows_for_interval") wrong.push(`the reason is ${reason?.code}`);
  } else near("standard error", uncertainty?.standard_error, error, STANDARD_ERROR * error);
  return wrong;
}

function wrongInFast(report, expected) {
  const { eigenvalues } = expected;
  const largest = Math.max(eigenvalues[0], report.eigenvalues[0]);
  const within = Math.max(report.floor, FAST_EIGENVALUES * largest);
  const wrong = wrongInPrepared(report, expected);
  eigenvalues.forEach((value, index) => {
    const got = report.eigenvalues[index];
    if (!(Math.abs(got - value) <= within)) wrong.push(`λ${index + 1} is ${got}, not ${value}`);
  });
  return wrong;
}

/** The Report says what was prepared. */
function wrongInPrepared(report, { preparation, dropped }) {
  const isTold = isSame(report.preparation, preparation) && report.dropped_components === dropped;
  return isTold ? [] : [`it is of ${JSON.stringify(report.preparation)}`];
}

function analysisOrRefusal(study, preparation, dropped) {
  const found = study.analysis(preparation, dropped);
  assert.ok(found, "a spectrum that was not computed");
  return found;
}

const isDual = ({ report: { n, d } }) => n < d;

function isSame(one, other) {
  return ["centred", "unit_rows", "standardized"].every((key) => one[key] === other[key]);
}
