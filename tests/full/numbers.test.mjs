// The numbers on the page are NumPy's: every case, exact and fast, for any number of workers.

import { basename } from "node:path";
import { repeatFile } from "../browser/lib/large.mjs";
import { numbers, pickFiles } from "../browser/lib/page.mjs";
import { choose, copyReport, select, settled } from "../browser/lib/person.mjs";
import { assertShown } from "../browser/lib/shown.mjs";
import { assert, browsers, describe, test } from "../browser/lib/test.mjs";
import { cases, differences, example, grouped, named, repeated } from "../lib/reference.mjs";

/** Copies of the example, one after another: 69 MB, nine chunks. */
const times = 30;

describe.each(["exact", "fast"])("%s", (engine) => {
  for (const [folder, group] of Object.entries(grouped(cases))) {
    test(`${folder}: NumPy's spectrum and α, or a refusal`, async ({ page }) => {
      await choose(page, { engine });
      await pickFiles(
        page,
        group.map(({ files: [file] }) => file),
      );
      if (group.length > 1) await page.click("button[name=separate]");
      const entries = await settled(page, group.length, { timeout: 100_000 });
      const wrong = {};
      for (const one of group) {
        const found = await judge(page, one, entries, basename(one.files[0]));
        if (found.length > 0) wrong[one.name] = found;
      }
      assert.deepEqual(wrong, {});
    });
  }

  for (const one of cases.filter(({ files }) => files.length > 1)) {
    test(`${one.name}: several files are one matrix`, async ({ page }) => {
      await choose(page, { engine });
      await pickFiles(page, one.files.toReversed());
      await page.click("button[name=one-matrix]");
      const entries = await settled(page, 1);
      assert.deepEqual(await judge(page, one, entries, entries[0].name), []);
    });
  }

  test.for([1, 2, 3, 7])("%i workers: the same spectrum and α", async (workers, { page }) => {
    await choose(page, { engine, workers });
    // Enough chunks that each of seven workers has one.
    await repeatFile(page, example.files[0], times);
    await settled(page, 1);
    const report = await copyReport(page);
    assert.equal(report.workers, workers);
    assert.deepEqual(differences(report, repeated(example, times)), []);
  });
});

test("the example is NumPy's in full", async ({ page }) => {
  await choose(page, { engine: "exact" });
  await page.click("button[name=example]");
  await settled(page, 1);
  assert.deepEqual(differences(await copyReport(page), example), []);
});

describe.each(browsers)("%s", (_browser, test) => {
  test("the example is one click away, and its α is right", async ({ page }) => {
    await choose(page, { engine: "exact" });
    await page.click("button[name=example]");
    await settled(page, 1);
    assertShown(await numbers(page), example);
  });

  test("a Report that is copied is that of the page", async ({ page }) => {
    const one = named("powerlaw_alpha1_130x112_f8.npy");
    await pickFiles(page, one.files);
    await settled(page, 1);
    assert.deepEqual(differences(await copyReport(page), one), []);
  });
});

/** All that is wrong with a dataset. */
async function judge(page, { refused, non_finite: bad, skip, ...right }, entries, name) {
  await select(page, name);
  const { code, text } = entries.find((entry) => entry.name === name);
  if (!refused && code) return [`${code} (${text})`];
  if (!refused) return differences(await copyReport(page), right);
  if (code !== refused) return [`${code} (${text}), not ${refused}`];
  if (!skip) return [];
  await page.click("[data-selected] button[name=skip-rows]");
  const again = (await settled(page, entries.length)).find((entry) => entry.name === name);
  if (skip.refused) return again.code === skip.refused ? [] : [`skipped: ${again.text}`];
  const { skipped_rows: skipped } = await numbers(page);
  return [
    ...(skipped === bad.rows ? [] : [`${skipped} rows skipped, not ${bad.rows}`]),
    ...differences(await copyReport(page), skip),
  ];
}
