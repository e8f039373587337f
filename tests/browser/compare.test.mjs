// Several datasets side by side: the table's numbers, its order, and the picture that it is the legend of.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { drawn, numbers, openPage, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
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
async function table() {
  await drawn(page);
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-compared]")].map((row) => ({
      name: row.dataset.compared,
      alpha: Number(row.querySelector("[data-name='compared.alpha']")?.value),
      isCurrent: row.hasAttribute("data-current"),
    })),
  );
}

const picture = () => page.evaluate(() => document.querySelector("eigen-spectra svg")?.outerHTML);
const sortBy = async (column) => {
  await page.click(`button[data-sort=${column}]`);
  await drawn(page);
};
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
  await page.click(`[data-compared="${names[0]}"] button.link`);
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

/** Three in the list again, under names that tell an order. */
const steps = ["step-500.npy", "step-5k.npy", "step-50000.npy"];
const row = (name) => `[data-compared="${name}"]`;

async function rename(name, to) {
  await page.click(`${row(name)} button.adorn`);
  await page.fill("input[name=rename]", to);
  await page.keyboard.press("Enter");
  await page.click(`${row(to)} button.adorn`);
}

const trend = () =>
  page.evaluate(() => document.querySelector("eigen-trend [role=img]")?.ariaLabel);

test("a name that is given tells the order of a trend, which can be changed", async () => {
  await pickFiles(page, files);
  await page.click("button[name=separate]");
  await settled(page, 3);
  const byName = new Map((await table()).map(({ name, alpha }) => [name, alpha]));
  for (const [index, name] of names.entries()) await rename(name, steps[index]);
  const said = () =>
    document.querySelector("eigen-trend [role=img]")?.ariaLabel.includes("step 50000");
  await waitFor(page, said);
  const alphas = names.map((name) => byName.get(name).toFixed(3));
  assert.ok(
    (await trend()).startsWith(
      `α of 3 datasets against step: ${alphas[0]} at step 500 to ${alphas[2]} at step 50000;`,
    ),
    await trend(),
  );
  // The first after all others.
  await page.click(`${row(steps[0])} button.adorn`);
  await page.fill("input[name=place]", "60000");
  await page.keyboard.press("Enter");
  await waitFor(page, () =>
    document.querySelector("eigen-trend [role=img]")?.ariaLabel.includes("60000"),
  );
  assert.match(await trend(), new RegExp(`to ${alphas[0]} at step 60000;`));
  await page.selectOption("select[name=trend-measure]", "participation");
  await waitFor(page, () =>
    document
      .querySelector("eigen-trend [role=img]")
      ?.ariaLabel.startsWith("participation ratio of 3"),
  );
  await page.fill("input[name=place]", "");
  await page.keyboard.press("Enter");
  await page.click(`${row(steps[0])} button.adorn`);
});

test("a line has another style, is left out of the pictures, and comes back", async () => {
  const lines = () =>
    page.evaluate(
      () =>
        document.querySelector("eigen-spectra [role=img]").ariaLabel.match(/of (\d) spectra/)[1],
    );
  const before = await picture();
  await page.click(`${row(steps[1])} button.adorn`);
  await page.check("input[aria-label='plum, dotted']", { force: true });
  await waitFor(
    page,
    (old) => document.querySelector("eigen-spectra svg").outerHTML !== old,
    before,
  );
  await page.click(`${row(steps[1])} button.adorn`);
  await page.click(`${row(steps[1])} button.line`);
  await waitFor(page, () =>
    document.querySelector("eigen-spectra [role=img]").ariaLabel.includes("of 2 spectra"),
  );
  assert.equal(await page.getAttribute(`${row(steps[1])} button.line`, "aria-pressed"), "false");
  await page.click(`${row(steps[1])} button.line`);
  await waitFor(page, () =>
    document.querySelector("eigen-spectra [role=img]").ariaLabel.includes("of 3 spectra"),
  );
  assert.equal(await lines(), "3");
});

test("the legend works from the keyboard: what is focused is shown, arrows walk", async () => {
  await page.focus(`${row(steps[0])} button.link`);
  const said = () =>
    page.evaluate(() => document.querySelector("eigen-spectra .pointed-words").textContent);
  assert.match(await said(), /^500 · α/);
  await page.keyboard.press("ArrowDown");
  assert.match(await said(), /^5k · α/);
  assert.equal(await page.evaluate(() => document.querySelectorAll(".pointed polyline").length), 1);
  await page.keyboard.press("Enter");
  const current = (await table()).find(({ isCurrent }) => isCurrent);
  assert.equal(current.name, steps[1]);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Space");
  await waitFor(page, () =>
    document.querySelector("eigen-spectra [role=img]").ariaLabel.includes("of 2 spectra"),
  );
  await page.keyboard.press("Space");
  await waitFor(page, () =>
    document.querySelector("eigen-spectra [role=img]").ariaLabel.includes("of 3 spectra"),
  );
});

test("a pointer near a line says whose it is, the rank and the eigenvalue", async () => {
  const box = await (await page.$("eigen-spectra .figure-picture")).boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.45);
  let words = "";
  for (let part = 0.2; part < 0.9 && !words.includes("rank"); part += 0.05) {
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * part);
    words = await page.evaluate(
      () => document.querySelector("eigen-spectra .pointed-words").textContent,
    );
  }
  assert.match(words, /^(500|5k|50000) · α [\d.]+ · rank \d+ · λ /);
  await page.mouse.move(0, 0);
});

test("datasets change places and leave from their line in the table", async () => {
  await page.click(`${row(steps[2])} button.adorn`);
  await page.click("button[name=up]");
  assert.deepEqual(
    (await table()).map(({ name }) => name),
    [steps[0], steps[2], steps[1]],
  );
  await page.click("button[name=down]");
  assert.deepEqual(
    (await table()).map(({ name }) => name),
    steps,
  );
  await page.click(`${row(steps[2])} button.adorn`);
});

test("what keeps them from being compared is said", async () => {
  const codes = await page.evaluate(() =>
    [...document.querySelectorAll(".warnings li")].map((line) => line.dataset.code),
  );
  for (const code of ["different_n", "different_d"]) assert.ok(codes.includes(code), String(codes));
});

test("scores that make no sense get a sentence, and nothing is lost", async () => {
  await page.fill("textarea[name=scores]", "step-500, 0.5\nstep-5k is good");
  await page.click("button[name=take-scores]");
  const sentence = await waitFor(
    page,
    () => document.querySelector("[data-code=no_score]")?.textContent,
  );
  assert.match(sentence, /^Line 2 of the scores, "step-5k is good", is not a name and a number/);
  assert.match(await page.inputValue("textarea[name=scores]"), /step-5k is good/);
});

test("scores go with measures: rank correlations, |α − 1| beside α, and how little three models say", async () => {
  const alphas = new Map((await table()).map(({ name, alpha }) => [name, alpha]));
  // Scores in the order of α: the larger, the better.
  const text = steps.map((name) => `${name.replace(".npy", "")}\t${alphas.get(name) * 10}`);
  await page.fill("textarea[name=scores]", ["model\taccuracy", ...text].join("\n"));
  await page.click("button[name=take-scores]");
  await waitFor(page, () => {
    const cells = [...document.querySelectorAll("[data-relation] td")];
    return cells.length > 0 && cells.every((cell) => cell.textContent.trim() !== "…");
  });
  const relations = await page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll("[data-relation]")].map((line) => [
        line.dataset.relation,
        [...line.querySelectorAll("data")].map(({ value }) => Number(value)),
      ]),
    ),
  );
  assert.deepEqual(relations.alpha, [1, 1]);
  const distances = steps.map((name) => Math.abs(alphas.get(name) - 1));
  const isReversed = [...alphas.keys()].every((name, i, all) =>
    all.every(
      (other, j) => (alphas.get(name) - alphas.get(other)) * (distances[i] - distances[j]) <= 0,
    ),
  );
  assert.equal(relations.distance[0] === -1, isReversed);
  assert.ok(await page.$("[data-code=too_few_models]"));
  const pictures = await page.evaluate(
    () => document.querySelectorAll("eigen-predict eigen-dots").length,
  );
  assert.equal(pictures, Object.keys(relations).length);
  await page.click("button[name=other-scores]");
});

test("a dropped file of scores is no dataset", async () => {
  await page.evaluate((lines) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([lines], "scores.csv", { type: "text/csv" }));
    const init = { dataTransfer: transfer, bubbles: true, cancelable: true };
    document.querySelector(".predict").dispatchEvent(new DragEvent("drop", init));
  }, `name,score\n"step-500.npy",0.5\n${steps[1]};0.6`);
  await waitFor(page, () =>
    document.querySelector(".predict")?.textContent.includes("2 datasets with a score, of 3"),
  );
  assert.match(
    await page.evaluate(() => document.querySelector(".predict").textContent),
    /None for step-50000\.npy/,
  );
  assert.equal((await table()).length, 3);
  await clear(page);
});

if (existsSync(join(top, layerFile(0)))) {
  test("the seven layers of a network", { timeout: 60_000 }, async () => {
    await page.reload();
    await waitForState(page, "empty");
    await pickFiles(page, [...layers.keys()].map(layerFile));
    await page.click("button[name=separate]");
    await settled(page, layers.length);
    const shown = (await table()).map(({ alpha }) => Number(alpha.toFixed(3)));
    assert.deepEqual(shown, layers);
    await waitFor(page, () =>
      document.querySelector("eigen-trend [role=img]")?.ariaLabel.includes("layer 6"),
    );
    assert.equal(
      await trend(),
      "α of 7 datasets against layer: 0.787 at layer 0 to 0.710 at layer 6; lowest 0.710 at layer 6, highest 1.027 at layer 5.",
    );
  });
}

test("all of this was without a fault", () => assert.deepEqual(faults, []));
