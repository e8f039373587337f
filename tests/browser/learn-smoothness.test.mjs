// Lesson 7: a ring of stimuli, and the α above which it is smooth.

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
  const opened = await openPage(browser, `${site.origin}/#learn/smoothness${query}`);
  t.after(opened.close);
  await waitFor(opened.page, () => document.querySelector("[data-name=ring] svg"), null, {
    what: "the ring",
  });
  return opened;
}

const found = (page) => page.$eval("[data-name=found]", (one) => one.textContent);

describe("the edge 1 + 2/D", () => {
  test("above it the length settles, at π/√6 for α = 4", async (t) => {
    const { page, faults } = await lesson(t, "?alpha=4&pairs=256");
    const { limit, slope, threshold } = await numbers(page);
    assert.ok(Math.abs(limit - Math.PI / Math.sqrt(6)) < 1e-9, `${limit}`);
    assert.ok(slope < limit && slope > 0.99 * limit, `${slope}`);
    assert.equal(threshold, 3);
    assert.match(await found(page), /above the edge .* settles, to 1\.28 as dimensions are added/);
    assert.deepEqual(faults, []);
  });

  test("below it the responses tend to a fractal", async (t) => {
    const { page } = await lesson(t, "?alpha=1.5&stimulus=2");
    const { fractal_dimension: dimension, threshold } = await numbers(page);
    assert.deepEqual([dimension, threshold], [4, 2]);
    assert.match(await found(page), /grows without end .* fractal of dimension 4\.00/);
  });
});

describe("the ring turns", () => {
  const label = (page) =>
    page.$eval("[data-name=ring] .lesson-picture", (one) => one.getAttribute("aria-label"));

  test("by keys", async (t) => {
    const { page } = await lesson(t, "?turn=178&tilt=88");
    await page.focus("[data-name=ring]");
    await press(page, "ArrowRight");
    await press(page, "ArrowUp");
    await waitFor(
      page,
      () => location.hash.includes("turn=-177") && location.hash.includes("tilt=90"),
      null,
      {
        what: "the view in the address",
      },
    );
    assert.match(await label(page), /turned by −177 and tilted by 90 degrees/);
  });

  test("by dragging, a frame for each move", async (t) => {
    const { page } = await lesson(t, "?pairs=256&turn=0&tilt=0");
    const { x, y, width, height } = await page.$eval("[data-name=ring]", (one) =>
      one.getBoundingClientRect().toJSON(),
    );
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 60, y + height / 2 + 20, { steps: 6 });
    await page.mouse.up();
    await waitFor(
      page,
      () => location.hash.includes("turn=30") && location.hash.includes("tilt=10"),
      null,
      {
        what: "the view in the address",
      },
    );
    assert.match(await label(page), /turned by 30 and tilted by 10 degrees/);
  });
});
