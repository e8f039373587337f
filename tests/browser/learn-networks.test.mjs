// Lessons 8 and 9: spectra of real networks and the experiment's table, and the way from lines of Python to the analyzer.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { dropFiles, openPage, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { clipboard, copyReport, press } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const table = (name) =>
  readFileSync(new URL(`../../www/learn/networks/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));

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

async function lesson(t, address) {
  const opened = await openPage(browser, `${site.origin}/#learn/${address}`, clipboard);
  t.after(opened.close);
  return opened;
}

const said = (name) => document.querySelector(`[data-name=${name}]`)?.textContent;

test("a layer's α is that of its features, and its spectrum opens in the analyzer with its n", async (t) => {
  const { page, faults } = await lesson(t, "networks?at=3");
  const text = await waitFor(page, said, "said", { what: "the spectrum in words" });
  const [, , , layer] = table("minilm/results.csv");
  assert.match(
    text,
    new RegExp(`layer 2: α = ${Number(layer[3]).toFixed(3)} over ranks 11 to 100`),
  );
  await page.click("button[name=open-spectrum]");
  await waitForState(page, "done");
  await waitForStudy(page);
  const report = await copyReport(page);
  assert.equal(report.given, "eigenvalues");
  assert.deepEqual([report.n, report.d], [3000, 384]);
  assert.ok(Math.abs(report.fit.alpha - layer[3]) < 1e-5, `${report.fit.alpha}`);
  assert.deepEqual(faults, []);
});

test("the table has the coefficients that SciPy found, and follows the keyboard", async (t) => {
  const { page, faults } = await lesson(t, "networks?show=accuracy&among=vgg&noise=60");
  const shown = (among) =>
    Array.from(document.querySelectorAll(`tr[data-among=${among}] td`), (cell) => cell.textContent);
  await waitFor(page, said, "relation", { what: "the relation in words" });
  const rows = table("experiment/relations.csv").slice(1);
  const check = async (score) => {
    for (const among of ["all", "vgg", "simclr"]) {
      const found = await page.evaluate(shown, among);
      for (const [index, coefficient] of ["spearman", "kendall"].entries()) {
        const wanted = [among, "alpha", score, coefficient];
        const row = rows.find((one) =>
          [0, 2, 3, 4].every((at, place) => one[at] === wanted[place]),
        );
        const value = Number.parseFloat(found[index].replaceAll("−", "-"));
        assert.ok(Math.abs(value - row[5]) < 0.0051, `${wanted}: ${found[index]}`);
      }
    }
  };
  await check("probe_60");
  const before = await page.evaluate(said, "relation");
  await page.focus("input[data-control=noise]");
  await press(page, "ArrowRight");
  await waitFor(
    page,
    (old) => document.querySelector("[data-name=relation]").textContent !== old,
    before,
  );
  await check("probe_80");
  assert.match(await page.evaluate(said, "relation"), /^VGG-like networks: of α/);
  assert.deepEqual(faults, []);
});

test("a view has the controls that do something in it, and nothing of another", async (t) => {
  const { page, faults } = await lesson(t, "networks?spectra=vgg&trained=byol&at=6");
  const of = await waitFor(page, said, "said", { what: "the spectrum in words" });
  assert.match(of, /^\s*VGG-like, BYOL, step 400/);
  const shown = () => {
    const inputs = [...document.querySelectorAll(".lesson-controls input")];
    return [...new Set(inputs.map(({ name }) => name).filter(Boolean))].join(" ");
  };
  assert.equal(await page.evaluate(shown), "show spectra at trained");
  await page.focus("input[name=show][value=spectra]");
  await press(page, "ArrowRight");
  await waitFor(page, said, "relation", { what: "the relation in words" });
  assert.equal(await page.evaluate(shown), "show among task noise");
  assert.equal(await page.$("[data-name=said]"), null);
  const marked = () => document.querySelector("input[name=among]:checked").value;
  assert.equal(await page.evaluate(marked), "all");
  await waitFor(page, () => location.hash.includes("show=accuracy"), null, { what: "the address" });
  // What is not shown is kept, and comes back.
  assert.match(await page.evaluate(() => location.hash), /spectra=vgg.*trained=byol/);
  await press(page, "ArrowLeft");
  assert.match(await waitFor(page, said, "said"), /VGG-like, BYOL/);
  assert.deepEqual(faults, []);
});

test("that the tiny ViTs were not trained to the end is said where they are compared", async (t) => {
  const { page } = await lesson(t, "networks?show=accuracy");
  await waitFor(page, said, "relation", { what: "the relation in words" });
  const gain = (network) => {
    const rows = table("experiment/progress.csv").filter(([kind]) => kind === network);
    const at = (step) => rows.filter((row) => row[1] !== "untrained" && row[4] === step);
    const mean = (some) => some.reduce((sum, row) => sum + Number(row[10]), 0) / some.length;
    return 100 * (mean(at("400")) - mean(at("200")));
  };
  const gains = ["vit", "vgg", "resnet"].map((network) => gain(network).toFixed(1));
  assert.deepEqual(gains, ["4.2", "0.7", "0.4"]);
  const captions = await page.textContent(".lesson-figures");
  assert.match(captions, /ViTs were still\s+getting better/);
  await page.click("button[name=tell]");
  const answer = await page.textContent("[data-name=answer]");
  for (const part of gains) assert.ok(answer.includes(part), `${part}: ${answer}`);
});

test("lines of Python are copied, and a file dropped beside them is analyzed", async (t) => {
  const { page, faults } = await lesson(t, "your-own?with=keras");
  await waitFor(page, () => document.querySelector("pre code"), null, { what: "the lines" });
  await page.click("button[name=copy-lines]");
  await waitFor(
    page,
    () => document.querySelector("button[name=copy-lines]").textContent.trim() === "Copied",
  );
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^import keras, numpy as np\n/);
  assert.equal(copied, await page.textContent("pre code"));
  const features = named("minilm_layer6_160x128_f2.npy");
  await dropFiles(page, features.files);
  await waitForState(page, "done");
  await waitForStudy(page);
  const report = await copyReport(page);
  assert.equal(report.d, 128);
  assert.deepEqual(faults, []);
});
