// What the page's engine says of the reference's cases, and all that is wrong with it, in words.

import { basename } from "node:path";
import { differences, studiedIn, wrongInStudy } from "../../lib/reference.mjs";
import { file } from "./engine.mjs";

/**
 * Rank-deficient features whose reference is right to the last digit by chance: what should be a zero came out below it. Elsewhere its
 * root is 10⁻⁸ of the largest, and those cases have such a tolerance in expected.json (tests/README.md).
 */
const byChance = {
  "degenerate/constant_columns_inexact.npy": { rankme: 3e-6, effective_rank: 3e-6 },
};

/** Files of the repository, by their paths. */
export const filesOf = ({ files }) => files.map((path) => file(path));

/** The code of a refusal; undefined where there is none. */
export async function refusalOf(work) {
  try {
    await work();
    return undefined;
  } catch (error) {
    // Anything without a code is a fault.
    if (!error.code) throw error;
    return error.code;
  }
}

/** Analyzes files with all that follows the first answer, and lets go of it. */
export async function wholeReport(engine, files, options) {
  const study = await engine.analyze(files, options);
  try {
    await completed(study, study.usual);
    return analysisOf(study).report(11, 100, "1/k");
  } finally {
    study.free();
  }
}

/** Analyzes files to the first answer alone. */
export async function firstReport(engine, files, options) {
  const study = await engine.analyze(files, options);
  try {
    return analysisOf(study).report(11, 100, "1/k");
  } finally {
    study.free();
  }
}

/** Computes all that follows. */
export function completed(study, preparation) {
  return study.complete(preparation, () => {}, new AbortController().signal);
}

/** The spectrum of a preparation; its refusal is thrown. */
export function analysisOf(study, preparation = study.usual, dropped = 0) {
  const analysis = study.analysis(preparation, dropped);
  if (!analysis) throw new Error("a spectrum that was not computed");
  if ("code" in analysis) throw Object.assign(new Error(analysis.message), analysis);
  return analysis;
}

/** All that is wrong with the answer to a case, which may be a refusal, and without its rows that are not finite. */
export async function wrongInCase(engine, one, options) {
  const { refused, non_finite: bad, skip, ...right } = one;
  if (byChance[one.name]) right.tolerance = { ...right.tolerance, metrics: byChance[one.name] };
  // In the wrong order, which their names tell.
  const files = filesOf(one).toReversed();
  const answer = (more) => wholeReport(engine, files, { ...options, ...more });
  const wrongIn = (report, expected) => [
    ...wrongInReport(report, expected, { engine, options }),
    ...wrongInFiles(report, one),
  ];
  if (!refused) return wrongIn(await answer({}), right);
  const code = await refusalOf(() => answer({}));
  if (code !== refused) return [`${code}, not ${refused}`];
  if (!skip) return [];
  if (skip.refused) {
    const again = await refusalOf(() => answer({ nonFinite: "skip" }));
    return again === skip.refused ? [] : [`skipped: ${again}, not ${skip.refused}`];
  }
  const report = await answer({ nonFinite: "skip" });
  const skipped = report.skipped_rows;
  const miscounted = skipped === bad.rows ? [] : [`${skipped} rows skipped, not ${bad.rows}`];
  return [...miscounted, ...wrongIn(report, skip)];
}

/** Files in the natural order of their names, as expected.json has them. */
function wrongInFiles(report, { files }) {
  const [found, wanted] = [
    report.files.map(({ name }) => name).join(),
    files.map((path) => basename(path)).join(),
  ];
  return found === wanted ? [] : [`files are ${found}, not ${wanted}`];
}

/** All that is wrong with a whole Report. */
export function wrongInReport(report, expected, { engine, options }) {
  return [
    ...differences(report, expected),
    ...wrongInProvenance(report, engine, options),
    ...(options.engine === "fast" ? [] : wrongInFits(report, expected)),
    ...(options.engine === "fast" ? [] : wrongInStudy(studiedIn(report), expected)),
    ...(options.engine === "fast" ? [] : wrongInAlphaOfN(report, expected)),
    ...wrongInReasons(report, expected),
  ];
}

/** What computed it. */
function wrongInProvenance(report, engine, { engine: kind, workers }) {
  const wrong = [];
  const same = (what, got, want) => {
    if (got !== want) wrong.push(`${what} is ${got}, not ${want}`);
  };
  const isDual = report.n < report.d;
  same("method", report.method, isDual ? "dual" : "covariance");
  same("precision", report.precision, kind === "fast" ? "fast" : "exact");
  same("engine", report.engine, "cpu");
  same("instruction set", report.instruction_set, `wasm ${engine.info.variant}`);
  // Each has a row at least, or in the dual a column.
  const samples = report.skipped_rows + (isDual ? report.d : report.n);
  if (samples >= workers) same("number of workers", report.workers, workers);
  return wrong;
}

/** Every usual window that the ranks reach has the reference's fit, and no other is there. */
export function wrongInFits(report, { report: right, tolerance }) {
  const wrong = [];
  const within = tolerance?.alpha ?? 1e-9;
  const names = Object.keys(right.fits).sort().join();
  const found = Object.keys(report.fits).sort().join();
  if (found !== names) wrong.push(`fits are ${found}, not ${names}`);
  for (const [preset, want] of Object.entries(right.fits)) {
    const got = report.fits[preset] ?? {};
    for (const key of ["alpha", "log_prefactor", "r2", "r2_weighted", "r2_100", "r2_500"]) {
      if (want[key] === undefined || want[key] === null) continue;
      const isNear = Math.abs(got[key] - want[key]) <= within * Math.max(1, Math.abs(want[key]));
      if (!isNear) wrong.push(`${preset} ${key} is ${got[key]}, not ${want[key]}`);
    }
    for (const key of ["first", "last", "weight"])
      if (got[key] !== want[key]) wrong.push(`${preset} ${key} is ${got[key]}, not ${want[key]}`);
  }
  return wrong;
}

/** α of growing parts of the rows. */
function wrongInAlphaOfN(report, { report: right, tolerance }) {
  const points = right.fits["alpha-req"]?.alpha_of_n;
  if (!points) return [];
  const found = report.alpha_of_n?.points ?? [];
  const rows = (list) => list.map(([n]) => n).join();
  if (rows(found) !== rows(points)) return [`α(n) is of ${rows(found)} rows, not ${rows(points)}`];
  return points.flatMap(([n, alpha], index) => {
    const [, got] = found[index];
    return Math.abs(got - alpha) <= (tolerance?.alpha ?? 1e-9)
      ? []
      : [`α of ${n} rows is ${got}, not ${alpha}`];
  });
}

/** Where a part of the rows does not reach the window, there is a reason and no interval. */
function wrongInReasons(report, { replicates_reach: reach }) {
  if (reach !== false) return [];
  const { uncertainty, uncertainty_reason: reason } = report;
  if (uncertainty !== null) return ["an interval from ranks that are not there"];
  return reason?.code === "few_rows_for_interval" ? [] : [`no interval: ${reason?.code}`];
}
