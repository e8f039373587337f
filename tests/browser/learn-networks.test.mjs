// Lessons 8 and 9: spectra of real networks and the experiment's table, and the way from lines of Python to the analyzer.

import { readFileSync } from "node:fs";
import { named } from "../lib/reference.mjs";
import { addressHas, openLesson, textAfter } from "./lib/lessons.mjs";
import { dropFiles, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { copyReport, copyText, press } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const table = (name) =>
  readFileSync(new URL(`../../www/learn/networks/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));

test("a layer's spectrum opens in the analyzer with its n, and has the α of the lesson", async ({
  open,
}) => {
  const { page } = await openLesson(open, "networks?at=3");
  const [, , , layer] = table("minilm/results.csv");
  const wanted = `layer 2: α = ${Number(layer[3]).toFixed(3)} over ranks 11 to 100`;
  const said = await textAfter(page, "said");
  assert.ok(said.includes(wanted), said);
  await page.click("button[name=open-spectrum]");
  await waitForState(page, "done");
  await waitForStudy(page);
  const report = await copyReport(page);
  assert.equal(report.given, "eigenvalues");
  assert.deepEqual([report.n, report.d], [3000, 384]);
  assert.ok(Math.abs(report.fit.alpha - layer[3]) < 1e-5, `${report.fit.alpha}`);
});

test("the other view has controls of its own, and its table the coefficients that SciPy found", async ({
  open,
}) => {
  const { page } = await openLesson(open, "networks?spectra=vgg&trained=byol&among=vgg&noise=60");
  assert.match(await textAfter(page, "said"), /^VGG-like, BYOL, step 400/);
  const controls = () => {
    const inputs = [...document.querySelectorAll(".lesson-controls input")];
    return [...new Set(inputs.map(({ name }) => name).filter(Boolean))].join(" ");
  };
  assert.equal(await page.evaluate(controls), "show spectra at trained");
  await page.focus("input[name=show][value=spectra]");
  await press(page, "ArrowRight");
  const before = await textAfter(page, "relation");
  assert.equal(await page.evaluate(controls), "show among task noise");
  assert.equal(await page.$("[data-name=said]"), null);
  // A radio button that comes to another name would take the mark from one that has it.
  assert.ok(await page.$eval("input[name=among][value=vgg]", ({ checked }) => checked));
  await addressHas(page, "show=accuracy", "spectra=vgg", "trained=byol");
  const rows = table("experiment/relations.csv").slice(1);
  const shown = (among) =>
    Array.from(document.querySelectorAll(`tr[data-among=${among}] td`), (cell) => cell.textContent);
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
  await page.focus("input[data-control=noise]");
  await press(page, "ArrowRight");
  assert.match(await textAfter(page, "relation", before), /^VGG-like networks: of α/);
  await check("probe_80");
  // The remark that the table must not be read without.
  assert.match(await page.textContent(".lesson-figures"), /ViTs were still\s+getting better/);
});

test("lines of Python are copied, and a file dropped beside them is analyzed", async ({ open }) => {
  const { page } = await openLesson(open, "your-own?with=keras");
  const copied = await copyText(page, "copy-lines");
  assert.match(copied, /^import keras, numpy as np\n/);
  assert.equal(copied, await page.textContent("pre code"));
  const isSaid = () =>
    document.querySelector("button[name=copy-lines]").textContent.trim() === "Copied";
  await waitFor(page, isSaid, null, { what: "Copied" });
  const features = named("minilm_layer6_160x128_f2.npy");
  await dropFiles(page, features.files);
  await waitForState(page, "done");
  assert.equal((await copyReport(page)).d, 128);
});
