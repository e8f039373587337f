// Lesson 5: isotropic noise on a power law.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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
  const opened = await openPage(browser, `${site.origin}/#learn/noise-floor${query}`, options);
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

test("α falls with noise though the signal is the same, from the keyboard alone", async (t) => {
  const { page, faults } = await lesson(t, "?noise=0.001&alpha=1&n=1024&d=128&seed=7");
  const before = await numbers(page);
  assert.equal(before.over_noise, 128);
  await waitFor(
    page,
    () => document.querySelector("[data-name=lesson-summary]").textContent !== "",
  );
  const said = await page.$eval("[data-name=lesson-summary]", (one) => one.textContent);
  await page.focus("input[data-control=noise]");
  for (let i = 0; i < 75; i += 1) await press(page, "ArrowRight");
  await waitFor(
    page,
    () => Number(document.querySelector("data[data-name=over_noise]").value) < 40,
  );
  const after = await numbers(page);
  assert.ok(after.population_alpha < before.population_alpha - 0.2);
  assert.ok(after.sample_alpha < before.sample_alpha - 0.2);
  assert.ok(after.edge > before.edge && after.above < before.above);
  await waitFor(
    page,
    (old) => document.querySelector("[data-name=lesson-summary]").textContent !== old,
    said,
    { what: "another summary" },
  );
  const drawn = () =>
    /^(\d+) of \1 samples drawn/.test(document.querySelector("[data-name=draws]").textContent);
  await waitFor(page, drawn, null, { what: "all samples" });
  assert.deepEqual(faults, []);
});

test("out of range is clamped, and said", async (t) => {
  const { page } = await lesson(t, "?noise=7&alpha=-1");
  const remarks = await page.$eval("[data-name=remarks]", (one) => one.textContent);
  assert.match(remarks, /Variance of noise goes from 0.0001 to 1; 7 became 1\./);
  assert.match(remarks, /α of the signal goes from 0.3 to 2; -1 became 0.3\./);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing, ${colorScheme}, ${width} px`, async (t) => {
      const viewport = { width, height: 900 };
      const { page } = await lesson(t, "?d=128", { colorScheme, viewport, bypassCSP: true });
      await addAxe(page);
      await page.click("button[name=tell]");
      assert.deepEqual(await violations(page), []);
      const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beside <= 0, `the page is ${beside} px too wide`);
    });
  }
}
