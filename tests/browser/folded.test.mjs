// The usual windows, and what the eigenvalues say besides α, are NumPy's.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { numbers, openPage, pickFiles, waitForState } from "./lib/page.mjs";
import { settled } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const features = named("minilm_layer6_160x128_f2.npy");
const { report } = features;

/** Metrics of whole spectra: relative. */
const tolerance = 1e-9;

describe("windows and ranks", () => {
  let site;
  let browser;
  let page;
  before(async () => {
    site = await serveSite();
    browser = await launchChromium();
    const viewport = { width: 1440, height: 1200 };
    ({ page } = await openPage(browser, `${site.origin}/`, { viewport }));
    await waitForState(page, "empty");
    await pickFiles(page, features.files);
    await settled(page, 1);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  test("every usual window that the ranks reach has a line, and a click puts it in view", async () => {
    await page.click(".windows summary");
    const lines = page.locator(".windows tbody tr");
    assert.equal(await lines.count(), Object.keys(report.fits).length);
    const training = report.fits["fastssl-train"];
    await lines.filter({ hasText: "training" }).getByRole("button").click();
    await page.waitForSelector(`data[data-name=first][value="${training.first}"]`);
    const { alpha, last } = await numbers(page);
    assert.equal(last, training.last);
    assert.ok(Math.abs(alpha - training.alpha) < tolerance, `${alpha}`);
  });

  test("ranks and isotropy are NumPy's", async () => {
    await page.click(".ranks summary");
    const shown = await numbers(page);
    for (const key of [
      "participation_ratio",
      "stable_rank",
      "effective_rank_centred_variance",
      "rankme_eigenvalues",
      "first_component_share",
      "iso_score",
      "renyi2_entropy",
      "marchenko_pastur_edge",
      "eigenvalues_above_edge",
    ]) {
      const relative = Math.abs(shown[key] / report[key] - 1);
      assert.ok(relative < tolerance, `${key} is ${shown[key]}, not ${report[key]}`);
    }
    for (const [part, count] of Object.entries(report.components_for)) {
      assert.equal(shown[`components_for_${part}`], count);
    }
  });
});
