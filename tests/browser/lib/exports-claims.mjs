// What "More formats…" saves and copies, in any browser. The numbers in the tables and scripts: tests/node/exports.test.mjs.
// The tests that use these: tests/browser/exports.test.mjs, tests/full/exports.test.mjs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";
import { parseCsv } from "../../lib/tables.mjs";
import { drawn, dropFiles, waitFor, waitForState, waitForStudy } from "./page.mjs";
import { copyReport, copyText, press, select, settled } from "./person.mjs";
import {
  compared,
  decodePng,
  keepWhatIsSaved,
  legendOf,
  metadataOf,
  saved,
  sizeInBrowser,
} from "./saved.mjs";
import { assert } from "./test.mjs";

/** Names that mean something to a spreadsheet, to CSV, Markdown and Python; α, another α, and none. */
const files = {
  "=layer1.npy": "minilm_layer6_160x128_f2.npy",
  'layer2 "a", b|c*.npy': "powerlaw_alpha1_130x112_f8.npy",
  "layer3.npy": "shapes/2x12.npy",
};
const names = Object.keys(files);

export function exportsClaims(test) {
  test("the panel opens from the keyboard with scripts of the site alone; each button saves one file, or copies, and says so", async ({
    open,
  }) => {
    const { page, requests } = await open("/", { init: keepWhatIsSaved });
    const reports = await analyzed(page);
    const before = requests.length;
    await page.focus("button[name=more-formats]");
    await press(page, "Enter");
    await waitFor(page, () => document.querySelector("eigen-exports button") !== null);
    const loaded = requests.slice(before).filter(({ url }) => !url.startsWith("blob:"));
    const isScript = ({ url }) => /^http:\/\/localhost:\d+\/assets\/\w+-[^/?]*\.js$/.test(url);
    assert.ok(loaded.every(isScript), JSON.stringify(loaded));
    await press(page, "Tab");
    assert.equal(await page.evaluate(() => document.activeElement.name), "picture-kind");

    for (const [button, fileName, type, isRight] of [
      ["spectra-csv", "spectra.csv", "text/csv", (text) => parseCsv(text).length > 200],
      ["table-csv", "datasets.csv", "text/csv", (text) => parseCsv(text).length === 4],
      [
        "reports-json",
        "reports.eigenscope.json",
        "application/json",
        (text) => assert.deepEqual(JSON.parse(text), reports) === undefined,
      ],
    ]) {
      const file = await saved(page, button);
      assert.deepEqual([file.fileName, file.type], [fileName, type]);
      assert.ok(isRight(file.text), file.text.slice(0, 200));
      assert.equal(await done(page), `Saved ${fileName}.`);
    }
    const script = await copyText(page, "python");
    for (const name of names.slice(0, 2)) assert.ok(script.includes(JSON.stringify(name)), script);
    await drawn(page);
    assert.equal(await done(page), "Copied: Python.");
    await checkMarkdown(page);
  });

  test("SVG and PNG carry the Reports, of the spectrum in view and of all", async ({ open }) => {
    const { page, reports } = await withPanel(open);
    for (const [kind, fileName, wanted] of [
      ["spectrum", "=layer1.eigenscope", reports.slice(0, 1)],
      ["spectra", "spectra.eigenscope", reports],
    ]) {
      await page.click(`input[name=picture-kind][value=${kind}]`);
      const { text, type, ...svg } = await saved(page, "svg");
      assert.deepEqual([svg.fileName, type], [`${fileName}.svg`, "image/svg+xml"]);
      assert.deepEqual(metadataOf(text), wanted);
      assert.match(text, /^<svg xmlns="[^"]+" width="960" height="\d+"/);
      const [, width, height] = text.match(/width="(\d+)" height="(\d+)"/).map(Number);

      const png = await saved(page, "png");
      assert.deepEqual([png.fileName, png.type], [`${fileName}.png`, "image/png"]);
      const image = decodePng(png.bytes);
      assert.deepEqual([image.width, image.height], [2 * width, 2 * height]);
      assert.deepEqual(await sizeInBrowser(page), [2 * width, 2 * height]);
      assert.deepEqual(JSON.parse(image.texts.eigenscope), wanted);
      assert.ok(image.colours > 20, `a picture of ${image.colours} colours is empty`);
    }
  });

  test("the picture of all has the page's α, the window and its colours, without hidden datasets", async ({
    open,
  }) => {
    const { page, reports } = await withPanel(open);
    await page.click("input[name=picture-kind][value=spectra]");
    const { text } = await saved(page, "svg");
    const said = legendOf(text);
    for (const [index, name] of names.entries()) {
      assert.ok(said.includes(name), `${name} is not among ${said}`);
      const { fit, uncertainty } = reports[index];
      const half = uncertainty ? ` ± ${((uncertainty.high - uncertainty.low) / 2).toFixed(3)}` : "";
      assert.ok(said.includes(fit ? `α ${fit.alpha.toFixed(3)}${half}` : "α –"), said.join("\n"));
    }
    const [, width] = text.match(/<rect [^>]*width="([\d.]+)"[^>]*fill-opacity/);
    assert.ok(width > 100, `the window is ${width} wide`);

    await wear(page, "dark");
    await waitFor(page, () => document.querySelector("input[name=picture-colours]") !== null);
    assert.match((await saved(page, "svg")).text, /fill="#14161a"/);
    await page.click("input[name=picture-colours][value=light]");
    const light = (await saved(page, "svg")).text;
    assert.match(light, /fill="#fbfaf7"/);
    assert.doesNotMatch(light, /fill="#14161a"/i);

    await page.evaluate(() => document.querySelectorAll("[data-compared] button.line")[1].click());
    assert.deepEqual(metadataOf((await saved(page, "svg")).text), [reports[0], reports[2]]);
    assert.equal(parseCsv((await saved(page, "table-csv")).text).length, 4);

    // A name that was given, with a letter that XML does not have.
    await page.evaluate(() =>
      document.querySelector("eigen-app").workspace.adorn(1, { name: "\ufffe renamed" }),
    );
    assert.equal(metadataOf((await saved(page, "svg")).text)[0].name, "\ufffe renamed");
  });

  test("SVG, PNG and JSON that are dropped on another page restore the comparison, digit for digit", async ({
    open,
  }) => {
    const { page } = await withPanel(open);
    await page.click("input[name=picture-kind][value=spectra]");
    const before = await compared(page);
    assert.equal(before.length, names.length);
    for (const format of ["svg", "png", "reports-json"]) {
      const { fileName, bytes } = await saved(page, format);
      const { page: other } = await open("/");
      await waitForState(other, "empty");
      await dropFiles(other, [{ name: fileName, bytes }]);
      await settled(other, names.length);
      assert.deepEqual(await compared(other), before, format);
    }
  });
}

/** Markdown says what the table on the page says. */
async function checkMarkdown(page) {
  const [head, rule, ...lines] = (await copyText(page, "markdown")).trimEnd().split("\n");
  assert.match(rule, /^\| :-- (\| --: )+\|$/);
  const cells = (line) => line.slice(2, -2).split(/ (?<!\\)\| /);
  assert.deepEqual(cells(head).slice(0, 5), ["dataset", "layer", "n", "d", "α ± 95 %"]);
  const shown = await page.evaluate(() =>
    [...document.querySelectorAll("[data-compared]")].map((row) =>
      [...row.querySelectorAll("td")]
        .slice(0, 7)
        .map((cell) => cell.textContent.trim().replace(/\s+/g, " ").replace(/ ± –$/, "")),
    ),
  );
  assert.equal(shown.length, names.length);
  assert.deepEqual(
    lines.slice(0, 3).map((line) => cells(line).slice(1, 8)),
    shown,
  );
  assert.equal(cells(lines[1])[0], String.raw`layer2 "a", b\|c\*.npy`);
  assert.match(lines.at(-1), /ranks 11–100.*weights 1\/k.*centred/);
}

/** Gives the page all files, each a matrix of its own, and waits until everything is known. Resolves to their Reports. */
async function analyzed(page) {
  await waitForState(page, "empty");
  const given = names.map((name) => ({
    name,
    bytes: readFileSync(join(top, "tests/data", files[name])),
  }));
  await dropFiles(page, given);
  await page.click("button[name=separate]");
  await settled(page, names.length);
  const reports = [];
  for (const name of names) {
    await select(page, name);
    await waitForStudy(page);
    reports.push(await copyReport(page));
  }
  await select(page, names[0]);
  return reports;
}

async function withPanel(open) {
  const { page } = await open("/", { init: keepWhatIsSaved });
  const reports = await analyzed(page);
  await page.click("button[name=more-formats]");
  await waitFor(page, () => document.querySelector("eigen-exports button") !== null);
  return { page, reports };
}

/** What the panel says that it has done. */
function done(page) {
  return page.$eval("eigen-exports .done", ({ textContent }) => textContent.trim());
}

function wear(page, theme) {
  return page.evaluate(
    (to) => document.querySelector("eigen-app").workspace.setSettings({ theme: to }),
    theme,
  );
}
