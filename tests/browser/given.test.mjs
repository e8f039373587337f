// Precomputed inputs instead of features: eigenvalues alone, a symmetric matrix after a question, and moments that the page
// saves itself. Their numbers are in tests/node; here is what a person does.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { named } from "../lib/reference.mjs";
import { dropFiles, pickFiles, waitFor, waitForStudy } from "./lib/page.mjs";
import { clear, copyReport, datasets, type } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const formats = "tests/formats";
const law = named("powerlaw_alpha1_130x112_f8.npy");
const real = named("minilm_layer6_160x128_f2.npy");

test("eigenvalues alone have α and say what they cannot tell, and their n can be given later", async ({
  page,
}) => {
  await pickFiles(page, [`${formats}/eigenvalues/n_variance.csv`]);
  await waitForStudy(page);
  const alone = await copyReport(page);
  same(alone, law.report, { n: null });
  assert.equal(alone.given, "eigenvalues");
  assert.equal(alone.marchenko_pastur_edge, null);
  assert.equal(alone.uncertainty_reason.code, "needs_rows");
  const codes = alone.notes.map(({ code }) => code);
  assert.ok(codes.includes("needs_n") && codes.includes("needs_rows"), codes.join(", "));

  await page.click("button[name=other-which]");
  await type(page, "input[name=n]", law.report.n);
  await page.click("button[name=say-which]");
  await knows(page, "n", law.report.n);
  await waitForStudy(page);
  const report = await copyReport(page);
  same(report, law.report, { n: law.report.n });
  assert.ok(Math.abs(report.marchenko_pastur_edge / law.report.marchenko_pastur_edge - 1) < 1e-9);
  assert.ok(report.noise.alpha > 0);
});

test("a symmetric matrix asks what it is, from the keyboard too, and the next one is read likewise", async ({
  page,
}) => {
  await pickFiles(page, [`${formats}/covariance/powerlaw_f8.npy`]);
  await waitFor(page, () => document.querySelector("eigen-which form"), null, {
    what: "question",
  });
  const [{ state }] = await datasets(page);
  assert.equal(state, "choosing");
  // The focus is on the first answer; the next one down is a covariance.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.type(String(law.report.n));
  await page.keyboard.press("Enter");
  await knows(page, "n", law.report.n);
  await waitForStudy(page);
  const report = await copyReport(page);
  assert.equal(report.given, "covariance");
  same(report, law.report, { n: law.report.n });
  const [, , standardized] = report.choices;
  assert.ok(standardized.alpha !== null, "no α of standardized columns");
  await pickFiles(page, [`${formats}/covariance/powerlaw_f8.npy`]);
  const both = () => document.querySelectorAll("[data-name=dataset][data-state=done]").length === 2;
  await waitFor(page, both, null, { what: "second matrix without a question" });
});

test("a Gram matrix of columns that are not centred says so", async ({ page }) => {
  await pickFiles(page, [`${formats}/covariance/gram_of_columns_raw_f8.npy`]);
  await page.click("input[name=given][value=gram_of_columns]");
  await type(page, "input[name=n]", 45);
  await page.click("button[name=say-which]");
  await knows(page, "n", 45);
  const report = await copyReport(page);
  assert.equal(report.preparation.centred, false);
  assert.equal(report.divisor, "n");
  assert.ok(report.notes.some(({ code }) => code === "not_centred"));
});

test("moments that were saved give the spectrum that the features have, and those of parts are merged", async ({
  page,
}) => {
  await pickFiles(page, real.files);
  await waitForStudy(page);
  const truth = await copyReport(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.click("button[name=moments]"),
  ]);
  assert.equal(download.suggestedFilename(), "minilm_layer6_160x128_f2.moments.npz");
  const bytes = await bytesOf(download);
  await clear(page);
  await dropFiles(page, [{ name: "saved.npz", bytes }]);
  await waitForStudy(page);
  const report = await copyReport(page);
  assert.equal(report.given, "moments");
  same(report, real.report, { n: truth.n });
  const [uncentred] = report.choices;
  assert.ok(Math.abs(uncentred.alpha - truth.choices[0].alpha) < 1e-9);
  await clear(page);

  await pickFiles(
    page,
    [1, 2, 3].map((part) => `${formats}/moments/part_${part}.npz`),
  );
  await page.click("button[name=one-matrix]");
  await knows(page, "n", 45);
  const merged = await copyReport(page);
  assert.deepEqual(
    merged.files.map(({ rows }) => rows),
    [12, 15, 18],
  );
  assert.ok(merged.notes.some(({ code }) => code === "merged"));
});

/** The bytes of a file that the page saves. */
async function bytesOf(download) {
  const folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
  try {
    await download.saveAs(join(folder, "saved"));
    return await readFile(join(folder, "saved"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Waits until the fact sheet shows a number. */
function knows(page, name, value) {
  const look = ([wanted, number]) =>
    document.querySelector(`.fact-sheet data[data-name=${wanted}]`)?.value === String(number);
  return waitFor(page, look, [name, value], { what: `${name} = ${value}` });
}

/** Eigenvalues to 10⁻¹² of λ₁ and the fits of the usual windows. */
function same(report, truth, { n }) {
  assert.equal(report.n, n);
  assert.equal(report.eigenvalues.length, truth.eigenvalues.length);
  const [largest] = truth.eigenvalues;
  truth.eigenvalues.forEach((value, index) => {
    const apart = Math.abs(report.eigenvalues[index] - value) / largest;
    assert.ok(apart < 1e-12, `λ${index + 1} is ${apart} λ₁ off`);
  });
  for (const [preset, { alpha }] of Object.entries(truth.fits)) {
    assert.ok(Math.abs(report.fits[preset].alpha - alpha) < 1e-9, preset);
  }
}
