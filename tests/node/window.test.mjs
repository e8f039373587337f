// In every window and with every weight, α is that of NumPy's eigenvalues.

import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { example, named, TOLERANCES } from "../lib/reference.mjs";
import { analysisOf, filesOf } from "./lib/answers.mjs";
import { startEngine } from "./lib/engine.mjs";
import { lineOf } from "./lib/line.mjs";

const features = named("minilm_layer6_160x128_f2.npy");
const measured = [
  features,
  example,
  named("shapes/wide_120x130.npy"),
  named("shapes/100x65.npy"),
  named("powerlaw_alpha1_130x112_f8.npy"),
  named("types/f8_le_c.npy"),
];
/** Where a handle can be: the ends, neighbours of the usual window, single decades, all. */
const windows = [
  [1, 3],
  [1, 10],
  [1, 1000],
  [2, 64],
  [4, 100],
  [10, 99],
  [11, 100],
  [11, 500],
  [12, 50],
  [12, 101],
  [37, 41],
  [60, 126],
];
const weights = ["1/k", "none", "log-binned"];

test("a line through NumPy's eigenvalues has NumPy's α and R²", () => {
  for (const { report, name } of measured) {
    for (const [preset, fit] of Object.entries(report.fits)) {
      const line = lineOf(report.eigenvalues, fit.first, fit.last, fit.weight);
      for (const key of ["alpha", "log_prefactor", "r2", "r2_weighted"])
        assert.ok(Math.abs(line[key] - fit[key]) < 1e-9, `${name}, ${preset}: ${key}`);
    }
  }
});

for (const variant of ["relaxed", "simd128"]) {
  const engine = await startEngine(variant);

  describe.each(["exact", "fast"])(`${variant}, %s`, (kind) => {
    for (const [index, one] of measured.entries()) {
      test(`${one.name}: α and R² in any window, with any weight`, async () => {
        const study = await engine.analyze(filesOf(one), {
          engine: kind,
          workers: 1 + (index % 3),
        });
        const analysis = analysisOf(study);
        const wrong = {};
        for (const weight of weights) {
          for (const window of windows) {
            const found = wrongInWindow(analysis, one, window, weight, kind);
            if (found.length > 0) wrong[`${window}, ${weight}`] = found;
          }
        }
        study.free();
        assert.deepEqual(wrong, {});
      });
    }
  });
}

/** All that is wrong in a window: its fit, or the reason why there is none. */
function wrongInWindow(analysis, { report }, [first, asked], weight, kind) {
  const whole = analysis.report(first, asked, weight);
  const view = analysis.view(first, asked, weight);
  const outcome = analysis.outcome(first, asked, weight);
  assert.deepEqual(view.fit, whole.fit);
  assert.deepEqual(outcome.fit, whole.fit);
  // In fast mode the floor is higher, and the ranks may end earlier.
  if (kind === "exact") assert.equal(whole.usable_ranks, report.usable_ranks);
  const last = Math.min(asked, whole.usable_ranks);
  const line = last - first >= 2 && lineOf(report.eigenvalues, first, last, weight);
  if (!line || line.points < 3) {
    const code = whole.reason?.code;
    return whole.fit === null && code === "too_few_ranks" ? [] : [`no fit: ${code}`];
  }
  const { fit } = whole;
  if (!fit) return [`no fit: ${whole.reason.message}`];
  const wrong = [];
  const told = { first: fit.first, last: fit.last, weight: fit.weight, from: fit.clipped_from };
  const from = last < asked ? [first, asked] : null;
  if (JSON.stringify(told) !== JSON.stringify({ first, last, weight, from }))
    wrong.push(JSON.stringify(told));
  const within = TOLERANCES[kind].alpha;
  for (const key of ["alpha", "log_prefactor", "r2", "r2_weighted"]) {
    const off = Math.abs(fit[key] - line[key]);
    if (!(off <= within * Math.max(1, Math.abs(line[key]))))
      wrong.push(`${key} is ${fit[key]}, not ${line[key]}`);
  }
  return wrong;
}
