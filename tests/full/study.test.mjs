// What follows the first answer is NumPy's: in the Report of every case, and on the page once all is unfolded.

import { numbers, pickFiles, waitForStudy } from "../browser/lib/page.mjs";
import { clear, copyReport, settled } from "../browser/lib/person.mjs";
import { assertFit } from "../browser/lib/shown.mjs";
import { assert, test } from "../browser/lib/test.mjs";
import { cases, named, studiedIn, wrongInStudy } from "../lib/reference.mjs";

/** Of each kind: many rows, fewer rows than columns, an exact law, and a window that not every part of the rows reaches. */
const unfolded = [
  "minilm_layer6_160x128_f2.npy",
  "shapes/150x129.npy",
  "shapes/wide_120x130.npy",
  "shapes/106x104.npy",
  "powerlaw_alpha1_130x112_f8.npy",
];

test("the Report of every case has the reference's numbers", { timeout: 600_000 }, async ({
  page,
}) => {
  const wrong = {};
  for (const one of cases.filter(({ report, files }) => report && files.length === 1)) {
    const found = wrongInStudy(studiedIn(await reportOf(page, one)), one);
    if (found.length > 0) wrong[one.name] = found;
    await clear(page);
  }
  assert.deepEqual(wrong, {});
});

test.for(unfolded)("%s: the same on the page, unfolded", async (name, { page }) => {
  const one = named(name);
  await reportOf(page, one);
  await page.evaluate(() => {
    for (const part of document.querySelectorAll("details")) part.open = true;
  });
  assert.deepEqual(wrongInStudy(await numbers(page), one), []);
  const { fits } = one.report;
  const buttons = page.locator(".windows tbody button");
  assert.ok((await buttons.count()) > 0);
  for (const [index, fit] of usual(fits).entries()) {
    await buttons.nth(index).click();
    assertFit(await numbers(page), fit);
  }
});

test("α of the first n rows is the reference's", async ({ page }) => {
  const one = named("minilm_layer6_160x128_f2.npy");
  const { alpha_of_n: found } = await reportOf(page, one);
  const { alpha_of_n: expected } = one.report.fits["alpha-req"];
  assert.deepEqual(
    found.points.map(([n]) => n),
    expected.map(([n]) => n),
  );
  for (const [index, [n, alpha]] of expected.entries()) {
    assert.ok(Math.abs(found.points[index][1] - alpha) <= one.tolerance.alpha, `n = ${n}`);
  }
});

test("where a part of the rows does not reach the window, there is a reason and no interval", async ({
  page,
}) => {
  const { uncertainty, uncertainty_reason } = await reportOf(page, named("shapes/106x104.npy"));
  assert.equal(uncertainty, null);
  assert.equal(uncertainty_reason.code, "few_rows_for_interval");
});

/** The fits that the page has a line for, in the page's order. */
function usual(fits) {
  const order = ["alpha-req", "fastssl-train", "fastssl-plot", "stringer", "full"];
  return order.map((key) => fits[key]).filter(Boolean);
}

async function reportOf(page, { files }) {
  await pickFiles(page, files);
  await settled(page, 1);
  await waitForStudy(page);
  return copyReport(page);
}
