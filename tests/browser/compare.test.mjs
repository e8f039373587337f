// Several datasets side by side: the table's numbers, its order, and the picture that it is the legend of.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { top } from "../../scripts/setup/step.mjs";
import { drawn, dropFiles, numbers, pickFiles, waitFor } from "./lib/page.mjs";
import { press, select, settled } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const files = [
  "tests/data/minilm_layer6_160x128_f2.npy",
  "tests/data/powerlaw_alpha1_130x112_f8.npy",
  "tests/data/shapes/wide_120x130.npy",
];
const names = files.map((file) => basename(file));

/** Names that have an order, which the list has too. */
const steps = ["step-500.npy", "step-5000.npy", "step-50000.npy"];

/** Waits for the files as separate datasets, by the names that are given. */
async function compare(page, as = names) {
  const bytes = await Promise.all(files.map((file) => readFile(join(top, file))));
  await dropFiles(
    page,
    as.map((name, index) => ({ name, bytes: bytes[index] })),
  );
  await page.click("button[name=separate]");
  await settled(page, as.length);
}

const row = (name) => `[data-compared="${name}"]`;

/** The rows of the table from top to bottom: names and α. */
async function table(page) {
  await drawn(page);
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-compared]")].map((one) => ({
      name: one.dataset.compared,
      alpha: Number(one.querySelector("[data-name='compared.alpha']")?.value),
      isCurrent: one.hasAttribute("data-current"),
    })),
  );
}
const namesOf = (rows) => rows.map(({ name }) => name);
const alphasOf = (rows) => rows.map(({ alpha }) => alpha);

/** The picture of all spectra in words. */
async function summary(page) {
  await page.waitForSelector("eigen-spectra .figure-picture svg");
  return page.getAttribute("eigen-spectra [role=img]", "aria-label");
}

/** Waits until the picture of all spectra, or another one, has these words. */
const says = (page, words, picture = "eigen-spectra") =>
  waitFor(
    page,
    ([where, text]) => document.querySelector(`${where} [role=img]`)?.ariaLabel.includes(text),
    [picture, words],
    { what: `picture that says "${words}"` },
  );

const picture = (page) => page.$eval("eigen-spectra .figure-picture svg", (svg) => svg.outerHTML);
const pictureChanges = (page, before) =>
  waitFor(
    page,
    (old) => document.querySelector("eigen-spectra .figure-picture svg").outerHTML !== old,
    before,
    {
      what: "other picture",
    },
  );

test("a single dataset is compared with nothing; each of several has a line with its own numbers", async ({
  page,
}) => {
  for (const [index, file] of files.entries()) {
    await pickFiles(page, [file]);
    await settled(page, index + 1);
    assert.deepEqual(namesOf(await table(page)), index === 0 ? [] : names.slice(0, index + 1));
  }
  for (const { name, alpha } of await table(page)) {
    await select(page, name);
    assert.equal(alpha, (await numbers(page)).alpha, name);
  }
  await page.click(`${row(names[0])} button.link`);
  const current = (await table(page)).map(({ isCurrent }) => isCurrent);
  assert.deepEqual(current, [true, false, false], "a name brings its dataset into view");
});

test("a column sorts up, down, and back to the order of the list", async ({ page }) => {
  await compare(page);
  const inList = alphasOf(await table(page));
  const rising = [...inList].sort((a, b) => a - b);
  assert.notDeepEqual(inList, rising);
  const orders = { ascending: rising, descending: [...rising].reverse(), none: inList };
  for (const [order, expected] of Object.entries(orders)) {
    await page.click("button[data-sort=alpha]");
    const shown = await page.$eval("[data-sort=alpha]", (button) => button.closest("th").ariaSort);
    assert.equal(shown, order);
    assert.deepEqual(alphasOf(await table(page)), expected);
  }
});

test("the picture has all spectra, divided by their sums or raw, and the window is that of all", async ({
  page,
}) => {
  await compare(page);
  assert.match(await summary(page), /^Log–log plot of 3 spectra of .*, each divided by its sum/);
  const before = await picture(page);
  await page.click("input[name=by-sum][value=raw]", { force: true });
  await pictureChanges(page, before);
  assert.doesNotMatch(await summary(page), /divided/);

  const old = alphasOf(await table(page));
  await page.fill("input[name=first]", "5");
  await press(page, "Enter");
  const differ = (before) => {
    const found = [...document.querySelectorAll("[data-name='compared.alpha']")];
    return found.length === before.length && found.every(({ value }, i) => +value !== before[i]);
  };
  await waitFor(page, differ, old, { what: "another α in every row" });
});

test("names that are given tell the order of a trend, which can be changed", async ({ page }) => {
  const given = ["step-500.npy", "step-5k.npy", "step-50000.npy"];
  await compare(page);
  const alphas = alphasOf(await table(page)).map((alpha) => alpha.toFixed(3));
  for (const [index, name] of names.entries()) {
    await page.click(`${row(name)} button.adorn`);
    await page.fill("input[name=rename]", given[index]);
    await press(page, "Enter");
    await page.click(`${row(given[index])} button.adorn`);
  }
  await says(
    page,
    `α of 3 datasets against step: ${alphas[0]} at step 500 to ${alphas[2]} at step 50000;`,
    "eigen-trend",
  );
  // The first after all others.
  await page.click(`${row(given[0])} button.adorn`);
  await page.fill("input[name=place]", "60000");
  await press(page, "Enter");
  await says(page, `to ${alphas[0]} at step 60000;`, "eigen-trend");
  await page.selectOption("select[name=trend-measure]", "participation");
  await says(page, "participation ratio of 3", "eigen-trend");
});

test("a line gets another style, is left out of the picture, comes back, and changes places", async ({
  page,
}) => {
  await compare(page, steps);
  await summary(page);
  const before = await picture(page);
  await page.click(`${row(steps[1])} button.adorn`);
  await page.check("input[aria-label='plum, dotted']", { force: true });
  await pictureChanges(page, before);
  await page.click(`${row(steps[1])} button.adorn`);

  const line = `${row(steps[1])} button.line`;
  await page.click(line);
  await says(page, "of 2 spectra");
  assert.equal(await page.getAttribute(line, "aria-pressed"), "false");
  await page.click(line);
  await says(page, "of 3 spectra");

  await page.click(`${row(steps[2])} button.adorn`);
  await page.click("button[name=up]");
  assert.deepEqual(namesOf(await table(page)), [steps[0], steps[2], steps[1]]);
  await page.click("button[name=down]");
  assert.deepEqual(namesOf(await table(page)), steps);
});

test("the legend works from the keyboard, and a pointer near a line reads it", async ({ page }) => {
  await compare(page, steps);
  await summary(page);
  const said = () => page.textContent("eigen-spectra .pointed-words");
  await page.focus(`${row(steps[0])} button.link`);
  assert.match(await said(), /^500 · α/);
  await press(page, "ArrowDown");
  assert.match(await said(), /^5000 · α/);
  assert.equal((await page.$$(".pointed polyline")).length, 1);
  await press(page, "Enter");
  const current = (await table(page)).find(({ isCurrent }) => isCurrent);
  assert.equal(current.name, steps[1]);
  await press(page, "Shift+Tab");
  await press(page, "Space");
  await says(page, "of 2 spectra");
  await press(page, "Space");
  await says(page, "of 3 spectra");

  const box = await page.locator("eigen-spectra .figure-picture").boundingBox();
  let words = "";
  for (let part = 0.2; part < 0.9 && !words.includes("rank"); part += 0.05) {
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * part);
    words = await said();
  }
  assert.match(words, /^(500|5000|50000) · α [\d.]+ · rank \d+ · λ /);
});

test("warnings say why datasets may not be comparable, and a wrong score has its line", async ({
  page,
}) => {
  await compare(page, steps);
  const codes = await page.$$eval(".warnings li", (all) => all.map(({ dataset }) => dataset.code));
  for (const code of ["different_n", "different_d"]) assert.ok(codes.includes(code), String(codes));
  await page.fill("textarea[name=scores]", "step-500, 0.5\nstep-5000 is good");
  await page.click("button[name=take-scores]");
  const sentence = await page.textContent("[data-code=no_score]");
  assert.match(sentence, /^Line 2 of the scores, "step-5000 is good", is not a name and a number/);
  assert.match(await page.inputValue("textarea[name=scores]"), /step-5000 is good/);
});

test("scores get rank correlations with each measure, and a dropped file of them is no dataset", async ({
  page,
}) => {
  await compare(page, steps);
  const alphas = alphasOf(await table(page));
  // Scores in the order of α: the larger, the better.
  const lines = steps.map((name, i) => `${name.replace(".npy", "")}\t${alphas[i] * 10}`);
  await page.fill("textarea[name=scores]", ["model\taccuracy", ...lines].join("\n"));
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
  const distances = alphas.map((alpha) => Math.abs(alpha - 1));
  const isReversed = alphas.every((alpha, i) =>
    alphas.every((other, j) => (alpha - other) * (distances[i] - distances[j]) <= 0),
  );
  assert.equal(relations.distance[0] === -1, isReversed);
  assert.ok(await page.$("[data-code=too_few_models]"));
  const pictures = await page.$$("eigen-predict eigen-dots");
  assert.equal(pictures.length, Object.keys(relations).length);

  await page.click("button[name=other-scores]");
  await page.evaluate((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "scores.csv", { type: "text/csv" }));
    const init = { dataTransfer: transfer, bubbles: true, cancelable: true };
    document.querySelector(".predict").dispatchEvent(new DragEvent("drop", init));
  }, `name,score\n"step-500.npy",0.5\n${steps[1]};0.6`);
  const words = await waitFor(page, () => {
    const { textContent } = document.querySelector(".predict");
    return textContent.includes("2 datasets with a score, of 3") && textContent;
  });
  assert.match(words, /None for step-50000\.npy/);
  assert.deepEqual(namesOf(await table(page)), steps);
});
