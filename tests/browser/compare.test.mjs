// Several datasets side by side: the table's numbers, its order, and the picture that it is the legend of.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { numbers, openPage, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { clear, select, settled } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

const files = [
  "tests/data/minilm_layer6_160x128_f2.npy",
  "tests/data/powerlaw_alpha1_130x112_f8.npy",
  "tests/data/shapes/wide_120x130.npy",
];
const names = files.map((file) => file.split("/").at(-1));
/** The seven layers of a network, where they lie beside this checkout; α as the issue of comparisons has it. */
const layers = [0.787, 0.886, 0.913, 0.946, 0.959, 1.027, 0.71];
const layerFile = (layer) => `../shared/data/minilm_layer${layer}_3000x384_f16.npy`;

let site;
let browser;
let page;
let faults;
before(async () => {
  site = await serveSite();
  browser = await launchChromium();
  ({ page, faults } = await openPage(browser, `${site.origin}/`));
  await waitForState(page, "empty");
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** The rows of the table from top to bottom: names and α. */
function table() {
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-compared]")].map((row) => ({
      name: row.dataset.compared,
      alpha: Number(row.querySelector("[data-name='compared.alpha']")?.value),
      isCurrent: row.hasAttribute("data-current"),
    })),
  );
}

const picture = () => page.evaluate(() => document.querySelector("eigen-spectra svg")?.outerHTML);
const sortBy = (column) => page.click(`button[data-sort=${column}]`);
const orderOf = (column) =>
  page.evaluate(
    (key) => document.querySelector(`[data-sort=${key}]`).closest("th").ariaSort,
    column,
  );

test("one dataset alone is compared with nothing", async () => {
  await pickFiles(page, files.slice(0, 1));
  await settled(page, 1);
  assert.deepEqual(await table(), []);
});

test("each has a line in the table with its own numbers", async () => {
  for (const [index, file] of files.slice(1).entries()) {
    await pickFiles(page, [file]);
    await settled(page, index + 2);
  }
  const rows = await table();
  assert.deepEqual(
    rows.map(({ name }) => name),
    names,
  );
  for (const { name, alpha } of rows) {
    await select(page, name);
    assert.equal(alpha, (await numbers(page)).alpha, name);
  }
});

test("a name puts its dataset in view", async () => {
  await page.click(`[data-compared="${names[0]}"] button`);
  assert.deepEqual(
    (await table()).map(({ isCurrent }) => isCurrent),
    [true, false, false],
  );
});

test("sorts up, down, and back to the order of the list", async () => {
  const inList = (await table()).map(({ alpha }) => alpha);
  const rising = [...inList].sort((a, b) => a - b);
  assert.notDeepEqual(inList, rising);
  const orders = { ascending: rising, descending: [...rising].reverse(), none: inList };
  for (const [order, expected] of Object.entries(orders)) {
    await sortBy("alpha");
    assert.equal(await orderOf("alpha"), order);
    assert.deepEqual(
      (await table()).map(({ alpha }) => alpha),
      expected,
    );
  }
});

test("the picture has them all, over their sums or as they are", async () => {
  const summary = () =>
    page.evaluate(() => document.querySelector("eigen-spectra [role=img]").ariaLabel);
  await waitFor(page, () => document.querySelector("eigen-spectra svg") !== null);
  assert.match(await summary(), /^Log–log plot of 3 spectra of .*, each divided by its sum/);
  const before = await picture();
  await page.click("input[name=by-sum][value=raw]", { force: true });
  await waitFor(
    page,
    (old) => document.querySelector("eigen-spectra svg").outerHTML !== old,
    before,
  );
  assert.doesNotMatch(await summary(), /divided/);
});

test("the window is that of all", async () => {
  const before = (await table()).map(({ alpha }) => alpha);
  await page.fill("input[name=first]", "5");
  await page.keyboard.press("Enter");
  await waitFor(
    page,
    (old) => {
      const shown = [...document.querySelectorAll("[data-name='compared.alpha']")];
      return shown.every(({ value }, index) => Number(value) !== old[index]);
    },
    before,
  );
  await clear(page);
});

if (existsSync(join(top, layerFile(0)))) {
  test("the seven layers of a network", { timeout: 60_000 }, async () => {
    await page.reload();
    await waitForState(page, "empty");
    for (const layer of layers.keys()) {
      await pickFiles(page, [layerFile(layer)]);
      await settled(page, layer + 1);
    }
    const shown = (await table()).map(({ alpha }) => Number(alpha.toFixed(3)));
    assert.deepEqual(shown, layers);
  });
}

test("all of this was without a fault", () => assert.deepEqual(faults, []));
