// What follows the first answer is NumPy's: in the Report of every fixture, and read off the page once all is unfolded.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { numbers, openPage, pickFiles, waitForState, waitForStudy } from "./lib/page.mjs";
import { clear, clipboard, copyReport, settled } from "./lib/person.mjs";
import { cases, named, sharedCases, studiedIn, wrongInStudy } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

/** Of each kind: many rows, fewer rows than columns, an exact law, and a window that not every part of the rows reaches. */
const unfolded = [
  "minilm_layer6_160x128_f2.npy",
  "shapes/150x129.npy",
  "shapes/wide_120x130.npy",
  "shapes/106x104.npy",
  "powerlaw_alpha1_130x112_f8.npy",
];

describe("the study", () => {
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
  afterEach(() => clear(page));
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  test("the Report of every fixture has the reference's numbers", async () => {
    const wrong = {};
    for (const one of cases.filter(({ report, files }) => report && files.length === 1)) {
      const found = wrongInStudy(studiedIn(await reportOf(one.files)), one);
      if (found.length > 0) wrong[one.name] = found;
      await clear(page);
    }
    assert.deepEqual(wrong, {});
  });

  for (const { path, ...one } of sharedCases()) {
    test(`shared/${one.name}`, async () => {
      assert.deepEqual(wrongInStudy(studiedIn(await reportOf([path])), one), []);
    });
  }

  for (const name of unfolded) {
    test(`${name}: the same on the page`, async () => {
      const one = named(name);
      await reportOf(one.files);
      await page.evaluate(() => {
        for (const part of document.querySelectorAll("details")) part.open = true;
      });
      assert.deepEqual(wrongInStudy(await numbers(page), one), []);
    });
  }

  test("α of the first n rows is the reference's", async () => {
    const one = named("minilm_layer6_160x128_f2.npy");
    const { alpha_of_n: found } = await reportOf(one.files);
    const { alpha_of_n: expected } = one.report.fits["alpha-req"];
    assert.deepEqual(
      found.points.map(([n]) => n),
      expected.map(([n]) => n),
    );
    for (const [index, [n, alpha]] of expected.entries()) {
      assert.ok(Math.abs(found.points[index][1] - alpha) <= one.tolerance.alpha, `n = ${n}`);
    }
  });

  test("where a part of the rows does not reach the window, there is a reason and no interval", async () => {
    const { uncertainty, uncertainty_reason } = await reportOf(named("shapes/106x104.npy").files);
    assert.equal(uncertainty, null);
    assert.equal(uncertainty_reason.code, "few_rows_for_interval");
  });

  test("all of this was without a fault", () => assert.deepEqual(faults, []));

  async function reportOf(files) {
    await pickFiles(page, files);
    await settled(page, 1);
    await waitForStudy(page);
    return copyReport(page);
  }
});
