// Lesson 4: what a sample of n rows shows of a spectrum that is known.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addAxe, violations } from "./lib/axe.mjs";
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

async function lesson(t, query, options) {
  const opened = await openPage(browser, `${site.origin}/#learn/finite-n${query}`, options);
  t.after(opened.close);
  await waitFor(
    opened.page,
    () => document.querySelector("[data-name=sample_alpha]") !== null,
    null,
    {
      what: "the lesson",
    },
  );
  return opened;
}

const drawnAll = () =>
  /^(\d+) of \1 samples drawn/.test(document.querySelector("[data-name=draws]")?.textContent ?? "");

const summary = (page) => page.$eval("[data-name=lesson-summary]", (one) => one.textContent);

test("the numbers are those of the core, and all samples are drawn", async (t) => {
  const { page, faults } = await lesson(t, "?alpha=1&d=64&n=300&seed=7");
  await waitFor(page, drawnAll, null, { what: "all samples" });
  const found = await numbers(page);
  assert.equal(found.ratio, 300 / 64);
  assert.equal(found.ranks, 64);
  assert.ok(found.head > 1 && found.head < 1.2, `head ${found.head}`);
  assert.ok(found.tail < 0.5, `tail ${found.tail}`);
  assert.ok(Math.abs(found.sample_alpha - found.expected_alpha) < 0.1);
  const pictures = await page.$$eval(".lesson-picture", (all) =>
    all.map((one) => [one.querySelectorAll("svg").length, one.getAttribute("aria-label")]),
  );
  assert.deepEqual(
    pictures.map(([count]) => count),
    [1, 1],
  );
  assert.match(pictures[1][1], /Means of samples: .* at 0\.25, .* at 16\.$/);
  assert.deepEqual(faults, []);
});

test("pure noise stands beside the spectrum where it is chosen, with its bars as a table", async (t) => {
  const { page, faults } = await lesson(t, "?d=64&n=300&seed=7");
  await page.focus("input[name=beside][value=curve]");
  await press(page, "ArrowRight");
  const histogram = () => {
    const label = document.querySelector("[data-name='one noise'] .lesson-picture")?.ariaLabel;
    return label?.startsWith("Histogram") && label;
  };
  const words = await waitFor(page, histogram, null, { what: "the histogram" });
  assert.match(words, /^Histogram of the 64 eigenvalues/);
  assert.equal(await page.$("[data-name='many picture']"), null);
  const tables = () => {
    const table = document.querySelectorAll("eigen-as-table")[1];
    table.querySelector("details").open = true;
    return table.querySelectorAll("tbody tr").length === 40;
  };
  await waitFor(page, tables, null, { what: "a row for each bar" });
  const rows = await page.$$eval("[data-name='one noise'] ~ eigen-as-table tbody tr", (all) =>
    all.map((row) => Array.from(row.children, (cell) => Number(cell.textContent))),
  );
  const sum = (column) => rows.reduce((all, row) => all + row[column], 0);
  assert.equal(sum(2), 64);
  assert.ok(Math.abs(sum(3) - 64) < 0.5, `${sum(3)}`);
  await waitFor(page, () => location.hash.includes("beside=noise"), null, {
    what: "the view in the address",
  });
  await press(page, "ArrowLeft");
  await waitFor(page, drawnAll, null, { what: "all samples" });
  assert.deepEqual(faults, []);
});

describe("from the keyboard alone", () => {
  test("a slider moves the figures, the summary and the address", async (t) => {
    const { page } = await lesson(t, "?alpha=1&d=64&n=64&seed=7");
    await waitFor(
      page,
      () => document.querySelector("[data-name=lesson-summary]").textContent !== "",
    );
    const before = await summary(page);
    await page.focus("input[data-control=n]");
    for (let i = 0; i < 20; i += 1) await press(page, "ArrowRight");
    const n = await page.$eval("input[name=n]", ({ value }) => Number(value));
    assert.ok(n > 64);
    const isOf = (rows) =>
      Number(document.querySelector("data[data-name=ratio]").value) === rows / 64;
    await waitFor(page, isOf, n, { what: "figures of these rows" });
    await waitFor(
      page,
      (old) => document.querySelector("[data-name=lesson-summary]").textContent !== old,
      before,
      { what: "another summary" },
    );
    await waitFor(page, (rows) => location.hash.includes(`n=${rows}&`), n, {
      what: "n in the address",
    });
  });
});

test("junk in the address opens the lesson, and what was changed is said", async (t) => {
  const { page } = await lesson(
    t,
    "?alpha=9&d=100&n=banana&n=5&beside=noise&colour=red&hide=noise,sky",
  );
  const remarks = await page.$eval("[data-name=remarks]", (one) => one.textContent.trim());
  for (const part of [
    "True α goes from 0 to 2; 9 became 2.",
    "“100” is none",
    "“banana” is none",
    "“n” stands twice",
    "no “colour”",
    "called “sky”",
  ])
    assert.ok(remarks.includes(part), `${part}: ${remarks}`);
  assert.equal(await page.$("[data-name='one noise']"), null);
  assert.ok(Number.isFinite((await numbers(page)).sample_alpha));
});

test("a slider that is dragged holds nothing up", async (t) => {
  const { page } = await lesson(t, "?alpha=1&d=256&n=300&seed=7");
  const slowest = await page.evaluate(drag);
  assert.ok(slowest < 100, `a frame took ${slowest} ms`);
});

/** Runs in the page: moves the slider at each frame, and tells how long the longest took. */
async function drag() {
  const slider = document.querySelector("input[data-control=n]");
  const frame = () => new Promise((now) => requestAnimationFrame(now));
  let [last, slowest] = [await frame(), 0];
  for (let place = 40; place < 100; place += 1) {
    slider.value = String(place);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const now = await frame();
    slowest = Math.max(slowest, now - last);
    last = now;
  }
  return slowest;
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing, ${colorScheme}, ${width} px`, async (t) => {
      const viewport = { width, height: 900 };
      const { page } = await lesson(t, "?d=64", { colorScheme, viewport, bypassCSP: true });
      await addAxe(page);
      await page.click("button[name=tell]");
      assert.deepEqual(await violations(page), []);
      const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beside <= 0, `the page is ${beside} px too wide`);
    });
  }
}
