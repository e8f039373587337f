// The numbers on the page are NumPy's. Every case, engine and number of workers: tests/node and tests/full.

import { example, named, TOLERANCES, wrongInStudy } from "../lib/reference.mjs";
import { errors, numbers, pickFiles, waitForStudy } from "./lib/page.mjs";
import { choose, copyReport, saveReport, settled } from "./lib/person.mjs";
import { assertEigenvalues, assertShown } from "./lib/shown.mjs";
import { assert, browsers, describe, test } from "./lib/test.mjs";

const features = named("minilm_layer6_160x128_f2.npy");
const badRows = named("non_finite/nan_f4.npy");

describe.each(browsers)("%s", (_browser, test) => {
  for (const one of [features, named("shapes/wide_120x130.npy")]) {
    test(`${one.name}: the page shows NumPy's α, R², sizes and eigenvalues`, async ({ page }) => {
      await pickFiles(page, one.files);
      await settled(page, 1);
      assertShown(await numbers(page), one);
      await assertEigenvalues(page, one);
    });
  }

  test("shards are read as one matrix", async ({ page }) => {
    const shards = named("shards");
    await pickFiles(page, shards.files.toReversed());
    await page.click("button[name=one-matrix]");
    await settled(page, 1);
    assertShown(await numbers(page), shards);
  });

  test("non-finite numbers are an error with a code, and the remaining rows have NumPy's numbers", async ({
    page,
  }) => {
    await pickFiles(page, badRows.files);
    await settled(page, 1);
    const codes = (await errors(page)).map(({ code }) => code);
    assert.deepEqual(codes, [badRows.refused]);
    await page.click("button[name=skip-rows]");
    await settled(page, 1);
    const shown = await numbers(page);
    assert.equal(shown.skipped_rows, badRows.non_finite.rows);
    assertShown(shown, badRows.skip);
  });
});

test("the example is one click away, fast at first, and exact when it is run again", async ({
  page,
}) => {
  await page.click("button[name=example]");
  await settled(page, 1);
  const { alpha } = await numbers(page);
  assert.ok(Math.abs(alpha - example.default_fit.alpha) < TOLERANCES.fast.alpha, `α = ${alpha}`);
  await choose(page, { engine: "exact", workers: 2 });
  await page.click("button[name=again]");
  await page.waitForSelector("button[name=again]", { state: "detached" });
  await settled(page, 1);
  assertShown(await numbers(page), example);
  const { precision, workers } = await copyReport(page);
  assert.deepEqual({ precision, workers }, { precision: "exact", workers: 2 });
});

test("the saved JSON has the file's name, and the α that the page shows", async ({ page }) => {
  await pickFiles(page, features.files);
  await settled(page, 1);
  const { fileName, report } = await saveReport(page);
  assert.equal(fileName, "minilm_layer6_160x128_f2.eigenscope.json");
  const { alpha, r2 } = await numbers(page);
  assert.deepEqual([report.fit.alpha, report.fit.r2], [alpha, r2]);
});

test("with everything unfolded, the page shows NumPy's ranks, metrics and interval", async ({
  page,
}) => {
  await pickFiles(page, features.files);
  await settled(page, 1);
  await waitForStudy(page);
  await page.evaluate(() => {
    for (const part of document.querySelectorAll("details")) part.open = true;
  });
  assert.deepEqual(wrongInStudy(await numbers(page), features), []);
});
