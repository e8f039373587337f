// Files with several arrays, and a reader that fails: what a person meets then.

import { numbers, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { clear, datasets, settled } from "./lib/person.mjs";
import { assert, describe, test } from "./lib/test.mjs";

const good = "tests/data/minilm_layer6_160x128_f2.npy";
const several = "tests/formats/npz/two_matrices.npz";
const labelled = "tests/formats/npz/labels.npz";

const textOf = (page, selector) =>
  page.evaluate((wanted) => document.querySelector(wanted)?.textContent.trim(), selector);

test("a file with several arrays asks which one is meant, remembers it, and can be asked again", async ({
  page,
}) => {
  await pickFiles(page, [good]);
  await settled(page, 1);
  await pickFiles(page, [several]);
  await waitForState(page, "choosing");
  const shown = await page.evaluate(() => ({
    focused: document.activeElement.dataset.array,
    arrays: [...document.querySelectorAll("button[name=array]")].map(
      ({ dataset }) => dataset.array,
    ),
    words: document.querySelector("button[name=array]").innerText.replace(/\s+/g, " "),
  }));
  // The likely one is one key away.
  assert.equal(shown.focused, "features");
  assert.deepEqual(shown.arrays, ["features", "gradients"]);
  assert.match(shown.words, /^features 45 × 14 float32 2\.5 kB$/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await settled(page, 2);
  assert.equal(await textOf(page, "[data-name=array]"), "gradients");
  assert.equal(await textOf(page, "[data-name=format]"), "npz");

  // Of a file with an array of that name it does not ask.
  await pickFiles(page, [several]);
  await settled(page, 3);
  assert.equal(await textOf(page, "[data-name=array]"), "gradients");

  const before = await numbers(page);
  await page.click("button[name=other-array]");
  await page.click("button[name=keep-array]");
  await settled(page, 3);
  assert.equal((await numbers(page)).total_variance, before.total_variance);
  await page.click("button[name=other-array]");
  await page.click("button[name=array][data-array=features]");
  const isOther = () => document.querySelector("[data-name=array]")?.textContent === "features";
  await waitFor(page, isOther, null, { what: "the other array" });
  assert.notEqual((await numbers(page)).total_variance, before.total_variance);

  await pickFiles(page, [labelled]);
  await settled(page, 4);
  assert.equal(await textOf(page, "[data-name=labels]"), "labels (int64)");
});

describe("a reader that fails leaves the page, and what came before, as they were", () => {
  /** Gives a file whose reader is another script, and then a good one. */
  async function assertGoesOn(page, body, code, words) {
    await pickFiles(page, [good]);
    await settled(page, 1);
    await page.route(/\/reader-[^/]*\.js$/, (route) =>
      body === undefined ? route.abort() : route.fulfill({ contentType: "text/javascript", body }),
    );
    await pickFiles(page, [labelled]);
    const [first, refused] = await settled(page, 2);
    assert.equal(first.state, "done");
    assert.equal(refused.code, code);
    assert.match(refused.text, words);
    await pickFiles(page, ["tests/data/shapes/wide_120x130.npy"]);
    await settled(page, 3);
    assert.ok((await numbers(page)).alpha > 0);
    await clear(page);
    assert.deepEqual(await datasets(page), []);
  }

  test("because it is stuck: after a minute it is ended", async ({ open }) => {
    // A minute is a tenth of a second here.
    const hurry = () => {
      const { setTimeout: wait } = globalThis;
      globalThis.setTimeout = (work, milliseconds, ...more) =>
        wait(work, milliseconds === 60_000 ? 100 : milliseconds, ...more);
    };
    const { page } = await open("/", { init: hurry });
    await waitForState(page, "empty");
    const body = "postMessage({ type: 'loaded' });";
    const words = /^Nothing more came out of this file for a minute/;
    await assertGoesOn(page, body, "reader_stuck", words);
  });

  test("because it died", async ({ page }) => {
    const body =
      "postMessage({ type: 'loaded' }); onmessage = () => setTimeout(() => { throw new RangeError('memory'); });";
    await assertGoesOn(page, body, "worker_died", /\.$/);
  });

  test("because it could not be loaded", async ({ page, faults }) => {
    await assertGoesOn(page, undefined, "not_loaded", /could not be loaded/);
    // The browser tells of the request that failed.
    assert.ok(faults.splice(0).every((line) => /ERR_FAILED/.test(line)));
  });
});
