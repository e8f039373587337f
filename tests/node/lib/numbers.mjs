// The numbers of every case of tests/data, for one of the two variants of the core. Each is in a file of its own, so
// that they run at the same time.

import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { cases, grouped, named, studied, studiedIn } from "../../lib/reference.mjs";
import { filesOf, wholeReport, wrongInCase, wrongInReport } from "./answers.mjs";

/** How many workers a case is given: from 1 to 7, by its place among the cases. */
const workersOf = (one, shift) => 1 + ((cases.indexOf(one) + shift) % 7);

/** Many rows, fewer rows than columns, several files, rows that are skipped, and a window that not every part reaches. */
const shared = [
  ["minilm_layer6_160x128_f2.npy"],
  ["shapes/wide_120x130.npy"],
  ["shards"],
  ["shapes/106x104.npy"],
  ["non_finite/nan_f4.npy", "skip"],
];

/**
 * @param shifts by engine: that of `workersOf`, so that each case has another number of workers in each engine and variant
 */
export function everyCase(engine, shifts) {
  for (const [kind, shift] of Object.entries(shifts)) {
    const says = kind === "exact" ? "spectrum, α and all that follows" : "spectrum and α";
    const wrongIn = (one) =>
      wrongInCase(engine, one, { engine: kind, workers: workersOf(one, shift) });

    describe(kind, () => {
      for (const [folder, group] of Object.entries(grouped(cases))) {
        test(`${folder}: NumPy's ${says}, or a refusal`, async () => {
          const wrong = {};
          for (const one of group) {
            const found = await wrongIn(one);
            if (found.length > 0) wrong[one.name] = found;
          }
          assert.deepEqual(wrong, {});
        });
      }

      for (const one of cases.filter(({ files }) => files.length > 1)) {
        test(`${one.name}: several files in any order are one matrix`, async () => {
          assert.deepEqual(await wrongIn(one), []);
        });
      }

      for (const [name, nonFinite = "refuse"] of shared) {
        test(`${name}: 1 to 7 workers give the same Report`, () =>
          sameForAnyWorkers(engine, kind, named(name), nonFinite));
      }
    });
  }
}

async function sameForAnyWorkers(engine, kind, one, nonFinite) {
  const expected = nonFinite === "skip" ? one.skip : one;
  let alone;
  for (const workers of [1, 2, 3, 4, 5, 6, 7]) {
    const options = { engine: kind, workers, nonFinite };
    const report = await wholeReport(engine, filesOf(one), options);
    alone ??= report;
    const wrong = wrongInReport(report, expected, { engine, options });
    if (kind === "exact") wrong.push(...apart(alone, report));
    else wrong.push(...wrongInFastStudy(report, expected));
    assert.deepEqual(wrong, [], `${workers} workers`);
  }
}

/** What two orders of summation may do to a number: relative, and where it is a difference of others. */
const ROUNDING = { relative: 1e-9, absolute: 1e-12 };
/** Which says how the work was shared. The shift is the mean of the first chunk, or of 256 rows where that has more. */
const ofSharing = ["workers", "shift"];

/** All numbers and words of two Reports that are not the same, in words. */
export function apart(one, other, { relative, absolute } = ROUNDING, path = "") {
  if (typeof one === "number" && typeof other === "number") {
    const within = relative * Math.max(Math.abs(one), Math.abs(other)) + absolute;
    return Math.abs(one - other) <= within ? [] : [`${path} is ${other}, not ${one}`];
  }
  if (typeof one !== "object" || typeof other !== "object" || !one || !other)
    return one === other ? [] : [`${path} is ${other}, not ${one}`];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) =>
    ofSharing.includes(path + key)
      ? []
      : apart(one[key], other[key], { relative, absolute }, `${path}${key}.`),
  );
}

/** What follows the first answer in 32-bit floats: relative, as for the total variance; a standard error is of small differences. */
const FAST = 1e-5;
const FAST_STANDARD_ERROR = 1e-3;

function wrongInFastStudy(report, expected) {
  const shown = studiedIn(report);
  return studied(expected).flatMap(([key, value]) => {
    const within = (key === "standard_error" ? FAST_STANDARD_ERROR : FAST) * Math.abs(value);
    return Math.abs(shown[key] - value) <= within ? [] : [`${key} is ${shown[key]}, not ${value}`];
  });
}
