// Every file of every format through the page: the same matrix has the same spectrum, bit by bit, and what is not a matrix is
// refused with its code.

import { readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { top } from "../../scripts/setup/step.mjs";
import { dropFiles, pickFiles, waitFor } from "../browser/lib/page.mjs";
import { choose, clear, copyReport, settled } from "../browser/lib/person.mjs";
import { assert, test } from "../browser/lib/test.mjs";

const folder = "tests/formats";
const { cases } = JSON.parse(readFileSync(join(top, folder, "expected.json"), "utf8"));
/** Larger matrices in every format, if they were made (tests/README.md). */
const beside = process.env.EIGENSCOPE_FORMATS;
/** Features; precomputed inputs have tests of their own. */
const features = cases.filter(({ kind }) => kind === undefined);
/** Codes that say that something of ours broke. */
const ours = ["unexpected", "worker_died", "reader_stuck", "not_loaded", "internal"];
/** What must be the same, to the bit. */
const numbers = ["n", "d", "floor", "total_variance", "zero_variance_columns", "eigenvalues"];
/** The columns of a Fortran array with more axes come in the file's order, and so are summed in another one. */
const inAnotherOrder = ["mat/three_axes.mat"];
/** Each has other parts. */
const toDamage = [
  "parquet/list.parquet",
  "parquet/columns_page_v2.parquet",
  "parquet/list_brotli.parquet",
  "arrow/list_lz4.arrow",
  "arrow/columns_with_others_stream_batches.arrow",
  "hdf5/gzip_shuffle.h5",
  "hdf5/latest_gzip.h5",
  "hdf5/matlab_7_3_labels.mat",
];
const patience = { timeout: 900_000 };

test("a file with several matrices asks which one is meant", patience, async ({ page }) => {
  await check(page, features.filter(isQuestion));
});

for (const format of new Set(features.map((one) => one.format))) {
  test(
    `${format}: every file gives what its .npy gives, or its refusal`,
    patience,
    async ({ page }) => {
      await check(
        page,
        features.filter((one) => one.format === format && !isQuestion(one)),
      );
    },
  );
}

if (beside) {
  test("larger matrices in every format", patience, async ({ page }) => {
    const { cases: larger } = JSON.parse(readFileSync(join(beside, "index.json"), "utf8"));
    assert.ok(larger.length > 20);
    // Several workers add up in the order in which they come.
    await choose(page, { workers: 1 });
    await check(page, larger, relative(top, resolve(beside)));
  });
}

// The core's own readers have whole folders of bad files (tests/hostile).
test(
  "damaged files that libraries read: a sentence or a result, and the page goes on",
  patience,
  async ({ page }) => {
    const wrong = [];
    for (const path of toDamage) {
      const bytes = readFileSync(join(top, folder, path));
      for (const damaged of damagedIn(bytes)) {
        await dropFiles(page, [{ name: basename(path), bytes: damaged }]);
        const [{ code, text }] = await settled(page, 1);
        if (ours.includes(code) || !isSentence(text)) wrong.push(`${path}: ${code}: ${text}`);
        await clear(page);
      }
    }
    assert.deepEqual(wrong, []);
  },
);

async function check(page, some, where = folder) {
  assert.ok(some.length > 0, "there is nothing to check");
  const truths = new Map();
  const truth = async (path) => {
    if (!truths.has(path)) truths.set(path, (await give(page, path, null)).report);
    return truths.get(path);
  };
  const wrong = [];
  for (const one of some) {
    const found = await give(page, pathOf(where, one.file), one.array);
    const problem = wrongWith(found, one, one.same_as && (await truth(pathOf(where, one.same_as))));
    if (problem) wrong.push(`${one.file}, array ${one.array}: ${problem}`);
  }
  assert.deepEqual(wrong, []);
}

/** From the top of the repository. */
function pathOf(where, file) {
  return relative(top, resolve(top, where, file));
}

function isQuestion({ refused }) {
  return refused === "several_arrays";
}

/** Gives the page a file, and chooses an array where that is asked for: its report, or the code of its refusal. */
async function give(page, path, array) {
  await pickFiles(page, [path]);
  let [entry] = await settled(page, 1);
  if (entry.state === "choosing" && array) {
    const button = `button[name=array][data-array=${JSON.stringify(array)}]`;
    if (!(await page.$(button))) entry = { state: "error", code: "no_such_array" };
    else {
      await page.click(button);
      await waitFor(page, leftTheChoice, null, { what: "choice" });
      [entry] = await settled(page, 1);
    }
  }
  assert.equal(entry.name ?? basename(path), basename(path));
  const report = entry.state === "done" ? await copyReport(page) : undefined;
  await clear(page);
  const code = entry.state === "choosing" ? "several_arrays" : entry.code;
  return { report, code, text: entry.text };
}

/** What is wrong with what the page says of a file, in words; undefined where nothing is. */
function wrongWith({ report, code, text }, one, right) {
  if (!report) return isRefusal(code, one) && isSentence(text) ? undefined : `${code}: ${text}`;
  if (one.refused) return "was read";
  const differs = numbers.find((key) => !isSame(report[key], right[key], one));
  if (differs) return `another ${differs}: ${report[differs]}, not ${right[differs]}`;
  if (report.format !== one.format) return `the format is ${report.format}`;
  if (one.same_dtype && report.dtype !== right.dtype) return `the type is ${report.dtype}`;
  const labels = report.labels.map(({ name }) => name);
  const missing = (one.labels ?? []).filter((name) => !labels.includes(name));
  const known = [...(one.labels ?? []), ...(one.ignored ?? [])];
  const more = labels.filter((name) => !known.includes(name));
  if (missing.length + more.length > 0) return `the labels are ${JSON.stringify(labels)}`;
  return undefined;
}

function isRefusal(code, { refused, may_refuse: mayRefuse }) {
  const allowed = [refused ?? mayRefuse ?? []].flat();
  return allowed.includes("any") ? !ours.includes(code) : allowed.includes(code);
}

/** A question has no sentence. */
function isSentence(text) {
  return text === undefined || (text.length > 20 && text.endsWith("."));
}

function isSame(found, right, { file }) {
  if (!inAnotherOrder.includes(file)) return JSON.stringify(found) === JSON.stringify(right);
  const within = 1e-12 * [right].flat()[0];
  return [right].flat().every((value, i) => Math.abs([found].flat()[i] - value) <= within);
}

/** The first part of a file, and the whole with a byte that is another here and there. */
function damagedIn(bytes) {
  const cut = [0.2, 0.6, 0.99].map((share) => bytes.subarray(0, Math.floor(share * bytes.length)));
  const changed = [0.01, 0.1, 0.5, 0.9, 0.97].map((share) => {
    const other = Buffer.from(bytes);
    for (let at = Math.floor(share * bytes.length); at < bytes.length; at += 997) other[at] ^= 0x55;
    return other;
  });
  return [...cut, ...changed];
}

// Runs in the page.

function leftTheChoice() {
  return document.querySelector("[data-name=dataset]")?.dataset.state !== "choosing";
}
