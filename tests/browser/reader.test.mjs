// Files with several arrays, and a reader that fails: what a person meets then.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { numbers, openPage, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { clear, datasets, settled } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

const good = "tests/data/minilm_layer6_160x128_f2.npy";
const several = "tests/formats/npz/two_matrices.npz";
const labelled = "tests/formats/npz/labels.npz";

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

/** A page that shows the spectrum of a good file. */
async function pageWithResult(options) {
  const opened = await openPage(browser, `${site.origin}/`, options);
  await waitForState(opened.page, "empty");
  await pickFiles(opened.page, [good]);
  await settled(opened.page, 1);
  return opened;
}

const textOf = (page, selector) =>
  page.evaluate((wanted) => document.querySelector(wanted)?.textContent.trim(), selector);

describe("a file with several arrays", () => {
  let page;
  let faults;
  before(async () => {
    ({ page, faults } = await pageWithResult());
  });

  test("asks which one is meant, with the likely one under the finger", async () => {
    await pickFiles(page, [several]);
    await waitForState(page, "choosing");
    const shown = await page.evaluate(() => ({
      focused: document.activeElement.dataset.array,
      arrays: [...document.querySelectorAll("button[name=array]")].map(
        ({ dataset }) => dataset.array,
      ),
      words: document.querySelector("button[name=array]").innerText.replace(/\s+/g, " "),
    }));
    assert.equal(shown.focused, "features");
    assert.deepEqual(shown.arrays, ["features", "gradients"]);
    assert.match(shown.words, /^features 45 × 14 float32 2\.5 kB$/);
  });

  test("is answered with the keyboard", async () => {
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await settled(page, 2);
    assert.equal(await textOf(page, "[data-name=array]"), "gradients");
    assert.equal(await textOf(page, "[data-name=format]"), "npz");
  });

  test("is not asked again of files with an array of that name", async () => {
    await pickFiles(page, [several]);
    await settled(page, 3);
    assert.equal(await textOf(page, "[data-name=array]"), "gradients");
  });

  test("can be asked again", async () => {
    const before = await numbers(page);
    await page.click("button[name=other-array]");
    await page.click("button[name=keep-array]");
    await settled(page, 3);
    assert.equal((await numbers(page)).total_variance, before.total_variance);
    await page.click("button[name=other-array]");
    await page.click("button[name=array][data-array=features]");
    await waitFor(
      page,
      () => document.querySelector("[data-name=array]")?.textContent === "features",
    );
    const after = await numbers(page);
    assert.notEqual(after.total_variance, before.total_variance);
  });

  test("shows labels that stand beside the features", async () => {
    await pickFiles(page, [labelled]);
    await settled(page, 4);
    assert.equal(await textOf(page, "[data-name=labels]"), "labels");
  });

  test("none of it was a fault", () => assert.deepEqual(faults, []));
});

describe("a reader that fails", () => {
  /** A page whose reader is another script. */
  async function pageWithReader(body, options) {
    const opened = await pageWithResult(options);
    await opened.page.route(/\/reader-[^/]*\.js$/, (route) =>
      body === undefined ? route.abort() : route.fulfill({ contentType: "text/javascript", body }),
    );
    await pickFiles(opened.page, [labelled]);
    const [first, second] = await settled(opened.page, 2);
    assert.equal(first.state, "done");
    return { ...opened, refused: second };
  }

  /** The page goes on: what came before is there, and another file is read. */
  async function goesOn(page) {
    await pickFiles(page, ["tests/data/shapes/wide_120x130.npy"]);
    await settled(page, 3);
    assert.ok((await numbers(page)).alpha > 0);
    await clear(page);
    assert.deepEqual(await datasets(page), []);
  }

  test("and says nothing any more is ended", async () => {
    // A minute is a tenth of a second here.
    const hurry = () => {
      const { setTimeout: wait } = globalThis;
      globalThis.setTimeout = (work, milliseconds, ...more) =>
        wait(work, milliseconds === 60_000 ? 100 : milliseconds, ...more);
    };
    const body = "postMessage({ type: 'loaded' });";
    const { page, refused, close } = await pageWithReader(body, { init: hurry });
    assert.equal(refused.code, "reader_stuck");
    assert.match(refused.text, /^Nothing more came out of this file for a minute/);
    await goesOn(page);
    await close();
  });

  test("and dies is told", async () => {
    const body =
      "postMessage({ type: 'loaded' }); onmessage = () => setTimeout(() => { throw new RangeError('memory'); });";
    const { page, refused, close } = await pageWithReader(body);
    assert.equal(refused.code, "worker_died");
    await goesOn(page);
    await close();
  });

  test("to be loaded is told", async () => {
    const { page, refused, close } = await pageWithReader(undefined);
    assert.equal(refused.code, "not_loaded");
    assert.match(refused.text, /could not be loaded/);
    await goesOn(page);
    await close();
  });
});
