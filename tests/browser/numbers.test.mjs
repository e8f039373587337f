// The numbers on the page are NumPy's: every fixture, exact and fast, for any number of workers.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { repeatFile } from "./lib/large.mjs";
import { errors, numbers, openPage, pickFiles, waitForState } from "./lib/page.mjs";
import {
  choose,
  clear,
  clipboard,
  copyReport,
  saveReport,
  select,
  settled,
} from "./lib/person.mjs";
import {
  cases,
  differences,
  example,
  grouped,
  named,
  repeated,
  sharedCases,
  TOLERANCES,
} from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const engines = ["exact", "fast"];

let site;
before(async () => {
  site = await serveSite();
});
after(() => site.close());

describe("Chromium", () => {
  let browser;
  let page;
  let faults;
  before(async () => {
    browser = await launchChromium();
    ({ page, faults } = await openPage(browser, `${site.origin}/`, clipboard));
    await waitForState(page, "empty");
  });
  afterEach(() => clear(page));
  after(() => browser?.close());

  for (const engine of engines) {
    describe(engine, () => {
      before(() => choose(page, { engine, workers: 0 }));

      for (const [folder, group] of Object.entries(grouped(cases))) {
        test(`${folder}: NumPy's spectrum and α, or a refusal`, async () => {
          const entries = await give(group);
          const wrong = {};
          for (const one of group) {
            const found = await judge(one, entries, basename(one.files[0]));
            if (found.length > 0) wrong[one.name] = found;
          }
          assert.deepEqual(wrong, {});
        });
      }

      for (const one of cases.filter(({ files }) => files.length > 1)) {
        test(`${one.name}: several files are one matrix`, async () => {
          await pickFiles(page, one.files.toReversed());
          await page.click("button[name=one-matrix]");
          const entries = await settled(page, 1);
          const wrong = await judge(one, entries, entries[0].name);
          assert.deepEqual(wrong, []);
        });
      }

      for (const workers of [1, 2, 3, 7]) {
        test(`${workers} workers: the same spectrum and α`, async () => {
          await choose(page, { workers });
          // Enough chunks that each of seven workers has one.
          await repeatFile(page, example.files[0], times);
          await settled(page, 1);
          const report = await copyReport(page);
          assert.equal(report.workers, workers);
          assert.deepEqual(differences(report, repeated(example, times)), []);
          await choose(page, { workers: 0 });
        });
      }

      for (const { name, path, report } of sharedCases()) {
        test(`shared/${name}`, async () => {
          await pickFiles(page, [path]);
          await settled(page, 1);
          const wrong = differences(await copyReport(page), { report });
          assert.deepEqual(wrong, []);
        });
      }
    });
  }

  test("the example is one click away, and its α is right", async () => {
    await page.click("button[name=example]");
    await settled(page, 1);
    const shown = await numbers(page);
    assert.ok(Math.abs(shown.alpha - example.default_fit.alpha) < TOLERANCES.fast.alpha);
    await choose(page, { engine: "exact" });
    await page.click("button[name=again]");
    await page.waitForSelector("button[name=again]", { state: "detached" });
    await settled(page, 1);
    assert.deepEqual(differences(await copyReport(page), example), []);
    assertShown(await numbers(page), example);
  });

  test("the file of the JSON button has the file's name, and α as the page shows it", async () => {
    await pickFiles(page, example.files);
    await settled(page, 1);
    const { fileName, report } = await saveReport(page);
    const { alpha, r2 } = await numbers(page);
    assert.equal(fileName, "minilm_layer6_3000x384_f16.eigenscope.json");
    assert.deepEqual([report.fit.alpha, report.fit.r2], [alpha, r2]);
  });

  test("all of this was without a fault", () => assert.deepEqual(faults, []));

  /** Picks the files of several cases as separate matrices, and waits until all are through. */
  async function give(group) {
    await pickFiles(
      page,
      group.map(({ files: [file] }) => file),
    );
    if (group.length > 1) await page.click("button[name=separate]");
    return settled(page, group.length);
  }

  /** All that is wrong with a dataset. */
  async function judge({ refused, non_finite: bad, skip, ...right }, entries, name) {
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
});

describe("Firefox", () => {
  let browser;
  let opened;
  before(async () => {
    browser = await launchFirefox();
    opened = await openPage(browser, `${site.origin}/`);
    await waitForState(opened.page, "empty");
  });
  afterEach(() => clear(opened.page));
  after(() => browser?.close());

  test("the example is one click away, and its α is right", async () => {
    const { page } = opened;
    await page.click("button[name=example]");
    await settled(page, 1);
    assertShown(await numbers(page), example);
  });

  for (const name of ["minilm_layer6_160x128_f2.npy", "shapes/wide_120x130.npy"]) {
    test(`${name}: NumPy's spectrum and α, read off the page`, async () => {
      const { page } = opened;
      const one = named(name);
      await pickFiles(page, one.files);
      await settled(page, 1);
      assertShown(await numbers(page), one);
      await page.click("#tab-Table");
      const spectrum = await page.evaluate(() =>
        Array.from(document.querySelectorAll("data[data-name=eigenvalue]"), ({ value }) =>
          Number(value),
        ),
      );
      const [largest] = spectrum;
      assert.equal(spectrum.length, one.report.d);
      for (const [index, value] of one.report.eigenvalues.entries()) {
        assert.ok(Math.abs(spectrum[index] - value) <= 1e-12 * largest, `λ${index + 1}`);
      }
      await page.click("#tab-Plot");
    });
  }

  test("shards are one matrix, a refusal has its code", async () => {
    const { page } = opened;
    await pickFiles(page, named("shards").files);
    await page.click("button[name=one-matrix]");
    await settled(page, 1);
    assertShown(await numbers(page), named("shards"));
    await pickFiles(page, named("non_finite/nan_f4.npy").files);
    await settled(page, 2);
    assert.deepEqual(
      (await errors(page)).map(({ code }) => code),
      ["non_finite"],
    );
    await page.click("button[name=skip-rows]");
    await settled(page, 2);
    assert.equal((await numbers(page)).skipped_rows, 3);
  });

  test("all of this was without a fault", () => assert.deepEqual(opened.faults, []));
});

/** Copies of the example, one after another: 69 MB, nine chunks. */
const times = 30;

/** What the page shows, at full precision, is the reference's. */
function assertShown(shown, { report, default_fit: fit }) {
  assert.ok(Math.abs(shown.alpha - fit.alpha) <= 1e-9, `α = ${shown.alpha}, not ${fit.alpha}`);
  assert.ok(Math.abs(shown.r2 - fit.r2) <= 1e-9, `R² = ${shown.r2}, not ${fit.r2}`);
  const { n, d, first, last, rank_ceiling, usable_ranks } = shown;
  assert.deepEqual(
    { n, d, first, last, rank_ceiling, usable_ranks },
    {
      n: report.n,
      d: report.d,
      first: fit.first,
      last: fit.last,
      rank_ceiling: report.rank_ceiling,
      usable_ranks: report.usable_ranks,
    },
  );
}
