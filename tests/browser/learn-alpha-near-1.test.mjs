// Lesson 6: errors of ridge regression on features of a known spectrum.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { numbers, openPage, waitFor } from "./lib/page.mjs";
import { press } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

let site;
let browser;
before(async () => {
  site = await serveSite();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

async function lesson(t, query) {
  const opened = await openPage(browser, `${site.origin}/#learn/alpha-near-1${query}`);
  t.after(opened.close);
  await waitFor(opened.page, () => document.querySelector("[data-name=found]"), null, {
    what: "the lesson",
  });
  return opened;
}

const found = (page) => page.$eval("[data-name=found]", (one) => one.textContent);

/** Circles of a figure: dots, and three for each ring. */
const circles = (page, name) => page.$$eval(`[data-name=${name}] svg circle`, (all) => all.length);

describe("which α suffers least", () => {
  test("α near 1 with some noise and no ridge, the target's own without noise", async (t) => {
    const { page, faults } = await lesson(t, "?hide=dots");
    const best = await numbers(page);
    assert.ok(Math.abs(best["best-0"] - 2) < 0.06, `${best["best-0"]}`);
    assert.ok(Math.abs(best["best-1"] - 1) < 0.11, `${best["best-1"]}`);
    assert.ok(best["best-2"] < 0.9, `${best["best-2"]}`);
    assert.deepEqual(faults, []);
  });

  test("the target's own with the best ridge, whatever is wrong", async (t) => {
    const { page } = await lesson(t, "?ridge=best&labels=classes&smoothness=1.5&hide=dots");
    const best = await numbers(page);
    for (const level of [0, 1, 2])
      assert.ok(Math.abs(best[`best-${level}`] - 1.5) < 0.06, `${best[`best-${level}`]}`);
  });

  test("none where rows are more than features and there is no ridge", async (t) => {
    const { page } = await lesson(t, "?n=400&hide=dots");
    assert.match(
      await found(page),
      /more than features, α does not matter: error 0\.000 with no noise, error 0\.44/,
    );
    assert.equal(await page.$("data[data-name=best-1]"), null);
  });
});

test("dots come one after the other, three of each place and level", async (t) => {
  const { page } = await lesson(t, "?ridge=0.1");
  // 13 places along α, 18 along n, three levels, three draws; and three rings of three circles along α. Dots beyond the axes are not drawn.
  await waitFor(
    page,
    () => document.querySelectorAll("[data-name=rows] svg circle").length > 18 * 9 * 0.8,
    null,
    { what: "all dots", timeout: 20_000 },
  );
  assert.equal(await circles(page, "alpha"), 13 * 9 + 9);
});

test("from the keyboard: α moves the figure along n, the summary and the address", async (t) => {
  const { page } = await lesson(t, "?hide=dots");
  const before = await found(page);
  await page.click(".lesson-more summary");
  await page.focus("input[data-control=alpha]");
  for (let i = 0; i < 10; i += 1) await press(page, "ArrowRight");
  await waitFor(page, () => location.hash.includes("alpha=1.5"), null, {
    what: "α in the address",
  });
  const now = await found(page);
  assert.notEqual(now, before);
  assert.match(now, /at α = 1\.50/);
  await waitFor(
    page,
    (words) => document.querySelector("[data-name=lesson-summary]").textContent === words,
    now,
    {
      what: "the summary that is said",
    },
  );
});
