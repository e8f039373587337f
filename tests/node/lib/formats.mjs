// Files of tests/formats, and what the page's engine must make of each: what its .npy gives, or its error code.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { file } from "./engine.mjs";
import { json, ours, pathOf, read, wrongWords } from "./readings.mjs";

const folder = "tests/formats";
export const { cases, parts } = json(`${folder}/expected.json`);

/** Files of features; precomputed inputs have a test of their own (given.test.mjs). */
export const features = cases.filter(({ kind }) => kind === undefined);

/** What must be the same as in the .npy, to the bit. */
const numbers = ["n", "d", "floor", "total_variance", "zero_variance_columns", "eigenvalues"];
/** The columns of a Fortran array with more axes come in the file's order, and so are summed in another one; so are the rows of an array in pieces. */
const inAnotherOrder = ["mat/three_axes.mat"];

/** Reads files one after another; fails with a list of all that is wrong. */
export async function check(engine, some, where = folder) {
  assert.ok(some.length > 0, "there is nothing to check");
  const truths = new Map();
  const truth = async (path) => {
    if (!truths.has(path)) truths.set(path, (await read(engine, [file(path)])).report);
    return truths.get(path);
  };
  const wrong = [];
  for (const one of some) {
    const found = await read(engine, [file(pathOf(where, one.file))], { array: one.array ?? null });
    const right = one.same_as && (await truth(pathOf(where, one.same_as)));
    const problem = wrongWith(found, one, right);
    if (problem) wrong.push(`${one.file}, array ${one.array}: ${problem}`);
  }
  assert.deepEqual(wrong, []);
}

/** Reads files that are parts of one table; fails with a list of all that is wrong. */
export async function checkParts(engine) {
  assert.ok(parts.length >= 8);
  const wrong = [];
  for (const { files, same_as: truth, refused } of parts) {
    const several = files.map((path) => file(pathOf(folder, path)));
    const { report, code, message } = await read(engine, several);
    if (!report) {
      if (code !== refused) wrong.push(`${files}: ${message} [${code}]`);
    } else if (refused) {
      wrong.push(`${files}: were read`);
    } else {
      const right = (await read(engine, [file(pathOf(folder, truth))])).report;
      // Two files are added up in another order.
      const within = 1e-12 * right.eigenvalues[0];
      const isNear = right.eigenvalues.every(
        (value, i) => Math.abs(report.eigenvalues[i] - value) <= within,
      );
      if (report.n !== right.n || report.d !== right.d || !isNear)
        wrong.push(`${files}: ${report.n} × ${report.d}, another spectrum`);
    }
  }
  assert.deepEqual(wrong, []);
}

/** What is wrong with what the engine makes of a file, in words; undefined where nothing is. */
function wrongWith({ report, info, code, message }, one, right) {
  if (!report) {
    return isAllowed(code, one) ? wrongWords(message, basename(one.file)) : `${code}: ${message}`;
  }
  if (one.refused) return isAllowed("accepted", one) ? undefined : "was read";
  const differs = numbers.find((key) => !isSame(report[key], right[key], one));
  if (differs) return `another ${differs}: ${report[differs]}, not ${right[differs]}`;
  if (report.format !== one.format) return `the format is ${report.format}`;
  if (one.same_dtype && report.dtype !== right.dtype) return `the type is ${report.dtype}`;
  if (one.array && report.array !== one.array) return `the array is ${report.array}`;
  const listed = info.arrays.map(({ name }) => name);
  const unlisted = (one.arrays ?? []).filter((name) => !listed.includes(name));
  if (unlisted.length > 0) return `the arrays are ${JSON.stringify(listed)}`;
  const labels = report.labels.map(({ name }) => name);
  const missing = (one.labels ?? []).filter((name) => !labels.includes(name));
  const known = [...(one.labels ?? []), ...(one.ignored ?? [])];
  const more = labels.filter((name) => !known.includes(name));
  if (missing.length + more.length > 0) return `the labels are ${JSON.stringify(labels)}`;
  return undefined;
}

function isAllowed(code, { refused, may_refuse: mayRefuse }) {
  const allowed = [refused ?? mayRefuse ?? []].flat();
  return allowed.includes("any") ? !ours.includes(code) : allowed.includes(code);
}

function isSame(found, right, { file: path, in_pieces: isInPieces }) {
  if (!inAnotherOrder.includes(path) && !isInPieces)
    return JSON.stringify(found) === JSON.stringify(right);
  const within = 1e-12 * [right].flat()[0];
  return [right].flat().every((value, i) => Math.abs([found].flat()[i] - value) <= within);
}
