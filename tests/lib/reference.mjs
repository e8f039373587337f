// The reference's answers (tests/data/expected.json, from NumPy), and how near a report must be to them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { top } from "../../scripts/setup/step.mjs";

/** Each case of tests/data: { name, files (paths in the repository), report, default_fit, refused, … }. */
export const cases = Object.entries(json(join(top, "tests/data/expected.json")).cases).map(
  ([name, expected]) => ({
    ...expected,
    name,
    files: (expected.files ?? [""]).map((file) => join("tests/data", name, file)),
  }),
);

/** The example that ships with the page. */
export const example = named("../../www/examples/minilm_layer6_3000x384_f16.npy");

/** The case of a fixture. */
export function named(name) {
  const found = cases.find((one) => one.name === name);
  assert.ok(found, `no case ${name} in tests/data/expected.json`);
  return found;
}

/** Cases of one file, by folder. */
export function grouped(all) {
  const groups = {};
  for (const one of all.filter(({ files }) => files.length === 1)) {
    const [, folder = "real features and laws"] = one.name.match(/^(\w+)\//) ?? [];
    groups[folder] ??= [];
    groups[folder].push(one);
  }
  return groups;
}

/** Eigenvalues: times λ₁ (in fast mode the numerical floor comes on top); α and R²: absolute. */
export const TOLERANCES = {
  exact: { eigenvalues: 1e-12, alpha: 1e-9 },
  fast: { eigenvalues: 2e-6, alpha: 1e-4 },
};

/** All that is wrong with a report, in words; empty when it is right. */
export function differences(report, expected) {
  const { report: right, default_fit: fit, tolerance } = expected;
  const fast = report.precision === "fast";
  const allowed = fast ? TOLERANCES.fast : (tolerance ?? TOLERANCES.exact);
  const wrong = [];
  const near = (what, got, want, within) => {
    if (!(Math.abs(got - want) <= within)) wrong.push(`${what} is ${got}, not ${want}`);
  };
  const [largest] = right.eigenvalues;
  const within = allowed.eigenvalues * largest + (fast ? report.floor : 0);
  near("number of eigenvalues", report.eigenvalues.length, right.eigenvalues.length, 0);
  right.eigenvalues.forEach((value, index) => {
    near(`λ${index + 1}`, report.eigenvalues[index], value, within);
  });
  for (const key of ["n", "d", "rank_ceiling"]) near(key, report[key], right[key], 0);
  const relative = fast ? 1e-5 : 1e-9;
  near(
    "total variance",
    report.total_variance,
    right.total_variance,
    relative * right.total_variance,
  );
  const constant = expected.constant_columns ?? right.zero_variance_columns;
  near("constant columns", report.zero_variance_columns, constant, 0);
  if (!fast) {
    near("usable ranks", report.usable_ranks, right.usable_ranks, 0);
    near("floor", report.floor, right.floor, 1e-9 * right.floor);
  }

  const fits = fast ? [] : Object.entries(right.fits);
  if (fit) fits.push(["default", fit]);
  for (const [preset, want] of fits) {
    const got = preset === "default" ? report.fit : report.fits[preset];
    if (!got) wrong.push(`no fit ${preset}`);
    // In fast mode the floor is higher, and a window that reaches down to it is cut elsewhere.
    else if (!fast || got.last === want.last) {
      near(`${preset} first`, got.first, want.first, 0);
      near(`${preset} last`, got.last, want.last, 0);
      // An α of 22, of four ranks of tiny features, has digits to spare: in fast mode it may err by that much of itself.
      const scale = fast ? Math.max(1, Math.abs(want.alpha)) : 1;
      near(`${preset} α`, got.alpha, want.alpha, allowed.alpha * scale);
      near(`${preset} R²`, got.r2, want.r2, allowed.alpha);
    }
  }
  if (fit === null && report.fit) wrong.push("a fit where there is none");
  if (fit === null && !report.reason?.message) wrong.push("no reason why there is no fit");
  return wrong.slice(0, 5);
}

/** Relative tolerances of what follows the first answer; one of a metric may be in expected.json, with a better value. */
const FUNCTIONS = 1e-9;
const LOOSER = 1e-6;

const ofFeaturesAsTheyAre = {
  rankme: FUNCTIONS,
  effective_rank: FUNCTIONS,
  stable_rank_uncentred: FUNCTIONS,
  participation_ratio_row_corrected: FUNCTIONS,
  mean_cosine: FUNCTIONS,
  self_clustering: FUNCTIONS,
  coding_rate_unit_rows: LOOSER,
};

const ofEigenvalues = [
  "participation_ratio",
  "stable_rank",
  "effective_rank_centred_variance",
  "rankme_eigenvalues",
  "first_component_share",
  "renyi2_entropy",
  "marchenko_pastur_edge",
  "iso_score",
];

/**
 * What a study must show: [[key, value, how far from it], …]. Left out is what the reference has no value for. Entropies
 * near zero are differences of ones.
 */
export function studied({ report, better = {}, tolerance, replicates_reach: reach }) {
  const metrics = Object.entries(ofFeaturesAsTheyAre).map(([key, usual]) => {
    const value = key in better ? better[key] : report[key];
    return [key, value, (tolerance?.metrics?.[key] ?? usual) * Math.abs(value)];
  });
  const functions = ofEigenvalues.map((key) => [
    key,
    report[key],
    FUNCTIONS * Math.max(Math.abs(report[key]), 1e-3),
  ]);
  const main = report.fits["alpha-req"];
  const error = reach ? main.standard_error : null;
  return [
    ...metrics,
    ...functions,
    ["standard_error", error, LOOSER * error],
    ["blocks", error && main.blocks, 0],
    ["eigenvalues_above_edge", report.eigenvalues_above_edge, 0],
    ...Object.entries(report.components_for).map(([part, count]) => [
      `components_for_${part}`,
      count,
      0,
    ]),
  ].filter(([, value]) => value !== null);
}

/** The same of a Report, by the names that the page shows them under. */
export function studiedIn(report) {
  const parts = Object.entries(report.components_for);
  return {
    ...report,
    ...report.uncertainty,
    ...Object.fromEntries(parts.map(([part, count]) => [`components_for_${part}`, count])),
  };
}

/** All that is wrong with what a study shows, in words. */
export function wrongInStudy(shown, expected) {
  return studied(expected)
    .filter(([key, value, within]) => !(Math.abs(shown[key] - value) <= within))
    .map(([key, value]) => `${key} is ${shown[key]}, not ${value}`);
}

/**
 * What becomes of the reference's answer when the rows are there `times` times: the same scatter, times
 * `times`, over another n − 1. So every eigenvalue changes by one factor, and α and R² not at all.
 */
export function repeated(expected, times) {
  const { report } = expected;
  const n = report.n * times;
  const factor = (times * (report.n - 1)) / (n - 1);
  const eigenvalues = report.eigenvalues.map((value) => value * factor);
  const floor = (report.floor * factor * Math.max(n, report.d)) / Math.max(report.n, report.d);
  const ceiling = Math.min(n - 1, report.d);
  const total_variance = report.total_variance * factor;
  const usable_ranks = eigenvalues.filter((value) => value > floor).length;
  return {
    ...expected,
    report: {
      ...report,
      n,
      eigenvalues,
      floor,
      total_variance,
      usable_ranks,
      rank_ceiling: ceiling,
    },
  };
}

function json(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
