// What was made of features elsewhere: eigenvalues alone, a symmetric matrix after a question, and moments that the page saves itself.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { npyHeader } from "./lib/large.mjs";
import {
  dropFiles,
  openPage,
  pickFiles,
  waitFor,
  waitForState,
  waitForStudy,
} from "./lib/page.mjs";
import { choose, clear, clipboard, copyReport, datasets, type } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const formats = "tests/formats";
const law = named("powerlaw_alpha1_130x112_f8.npy");
const real = named("minilm_layer6_160x128_f2.npy");

describe("what is no features but was made of them", () => {
  let site;
  let browser;
  let page;
  let faults;
  before(async () => {
    site = await serveSite();
    browser = await launchChromium();
    ({ page, faults } = await openPage(browser, `${site.origin}/`, clipboard));
    await waitForState(page, "empty");
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  test("eigenvalues alone have α, and say what they cannot tell; their n can be said", async () => {
    for (const file of ["n_variance.csv", "one_column.csv", "powerlaw_f8.npy"]) {
      await pickFiles(page, [`${formats}/eigenvalues/${file}`]);
      await waitForStudy(page);
      const report = await copyReport(page);
      same(report, law.report, { n: null });
      assert.equal(report.given, "eigenvalues", file);
      assert.equal(report.marchenko_pastur_edge, null);
      assert.equal(report.uncertainty_reason.code, "needs_rows");
      const codes = report.notes.map(({ code }) => code);
      assert.ok(codes.includes("needs_n") && codes.includes("needs_rows"), codes.join(", "));
    }
    await page.click("button[name=other-which]");
    await type(page, "input[name=n]", law.report.n);
    await page.click("button[name=say-which]");
    await knows(page, "n", law.report.n);
    await waitForStudy(page);
    const report = await copyReport(page);
    same(report, law.report, { n: law.report.n });
    assert.ok(Math.abs(report.marchenko_pastur_edge / law.report.marchenko_pastur_edge - 1) < 1e-9);
    assert.ok(report.noise.alpha > 0);
    await clear(page);
  });

  test("a symmetric matrix asks what it is, from the keyboard too, and the next one is read likewise", async () => {
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
    await waitFor(
      page,
      () => document.querySelectorAll("[data-name=dataset][data-state=done]").length === 2,
      null,
      {
        what: "second matrix without a question",
      },
    );
    await clear(page);
  });

  test("workers share the eigenvalues of a large matrix, and find those that it has", async () => {
    const side = 2048;
    const folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
    try {
      const file = join(folder, "walk.npy");
      await writeFile(file, walk(side));
      await page.reload();
      await waitForState(page, "empty");
      await choose(page, { workers: 2 });
      await page.evaluate(countLines);
      await pickFiles(page, [relative(top, file)]);
      await page.click("input[name=given][value=covariance]");
      await page.click("button[name=say-which]");
      await waitForStudy(page);
      const report = await copyReport(page);
      const largest = walkEigenvalue(1, side);
      const most = 4e-15 * Math.sqrt(side) * largest;
      assert.equal(report.eigenvalues.length, side);
      for (const [index, value] of report.eigenvalues.entries()) {
        const apart = Math.abs(value - walkEigenvalue(index + 1, side));
        assert.ok(apart <= most, `λ${index + 1} is ${apart / largest} λ₁ off`);
      }
      assert.equal(await page.evaluate(() => window.lines), 1, "one worker has helped");
      await clear(page);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("a Gram matrix of columns that is not centred says so", async () => {
    await page.reload();
    await waitForState(page, "empty");
    await pickFiles(page, [`${formats}/covariance/gram_of_columns_raw_f8.npy`]);
    await page.click("input[name=given][value=gram_of_columns]");
    await type(page, "input[name=n]", 45);
    await page.click("button[name=say-which]");
    await knows(page, "n", 45);
    const report = await copyReport(page);
    assert.equal(report.preparation.centred, false);
    assert.equal(report.divisor, "n");
    assert.ok(report.notes.some(({ code }) => code === "not_centred"));
    await clear(page);
  });

  test("moments that were saved give the spectrum that the features have", async () => {
    await pickFiles(page, real.files);
    await waitForStudy(page);
    const truth = await copyReport(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("button[name=moments]"),
    ]);
    assert.equal(download.suggestedFilename(), "minilm_layer6_160x128_f2.moments.npz");
    const bytes = await readFile(await download.path());
    await clear(page);
    await dropFiles(page, [{ name: "saved.npz", bytes }]);
    await waitForStudy(page);
    const report = await copyReport(page);
    assert.equal(report.given, "moments");
    same(report, truth, { n: truth.n });
    const [uncentred] = report.choices;
    assert.ok(Math.abs(uncentred.alpha - truth.choices[0].alpha) < 1e-9);
    await clear(page);
  });

  test("moments of parts are merged", async () => {
    const parts = [1, 2, 3].map((part) => `${formats}/moments/part_${part}.npz`);
    await pickFiles(page, parts);
    await page.click("button[name=one-matrix]");
    await knows(page, "n", 45);
    const report = await copyReport(page);
    assert.deepEqual(
      report.files.map(({ rows }) => rows),
      [12, 15, 18],
    );
    assert.ok(report.notes.some(({ code }) => code === "merged"));
    await clear(page);
    assert.deepEqual(faults, []);
  });
});

/** The covariance of a random walk's first steps, min(i, j), as a .npy file. */
function walk(side) {
  const values = Float64Array.from({ length: side * side }, (_, at) => {
    return 1 + Math.min(Math.floor(at / side), at % side);
  });
  return Buffer.concat([npyHeader("<f8", side, side), Buffer.from(values.buffer)]);
}

/** Its inverse is the second difference with one end free (Fortiana and Cuadras, Linear Algebra and its Applications 264, 1997). */
function walkEigenvalue(k, side) {
  return 1 / (4 * Math.sin(((2 * k - 1) * Math.PI) / (4 * side + 2)) ** 2);
}

/** Counts the lines from worker to worker that the page lays. */
function countLines() {
  window.lines = 0;
  window.MessageChannel = class extends MessageChannel {
    constructor() {
      super();
      window.lines += 1;
    }
  };
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
