// The tables, Reports and scripts that the page saves have the page's numbers, all digits of them, whatever the datasets
// are called. Pictures, and the buttons: tests/browser/exports.test.mjs.

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { pythonPrints } from "../lib/programs.mjs";
import { parseCsv } from "../lib/tables.mjs";
import { file } from "./lib/engine.mjs";
import { startPage } from "./lib/page.mjs";

/** Names that mean something to a spreadsheet, to CSV, Markdown and Python; α, another α, and none. */
const files = {
  "=layer1.npy": "minilm_layer6_160x128_f2.npy",
  'layer2 "a", b|c*.npy': "powerlaw_alpha1_130x112_f8.npy",
  "layer3.npy": "shapes/2x12.npy",
};
const names = Object.keys(files);
const pathOf = (name) => join("tests/data", files[name]);

const page = await startPage();
let workspace;
/** The Report of each. */
let reports;
beforeAll(async () => {
  workspace = await page.open();
  await page.analyze(
    workspace,
    names.map((name) => renamed(pathOf(name), name)),
  );
  reports = workspace.state.datasets.map(({ analysis }) => analysis.report(11, 100, "1/k"));
});

test("CSV of spectra has every eigenvalue, and no formula", () => {
  const [head, ...rows] = parseCsv(page.spectraCsv(shown()));
  assert.deepEqual(head, ["dataset", "rank", "eigenvalue", "usable", "interpolated"]);
  for (const [index, name] of names.entries()) {
    const own = rows.filter(([dataset]) => dataset === guarded(name));
    const { eigenvalues, usable_ranks } = reports[index];
    assert.deepEqual(
      own.map(([, rank]) => Number(rank)),
      eigenvalues.map((_, at) => at + 1),
    );
    assert.deepEqual(
      own.map(([, , value]) => Number(value)),
      eigenvalues,
    );
    assert.equal(own.filter(([, , , usable]) => usable === "true").length, usable_ranks);
  }
  assert.ok(rows.every(([, , , , interpolated]) => interpolated === "false"));
  assert.equal(
    rows.length,
    reports.reduce((sum, { eigenvalues }) => sum + eigenvalues.length, 0),
  );
});

test("CSV of the table has the Reports' numbers, and nothing where there is none", () => {
  const [head, ...rows] = parseCsv(page.tableCsv(shown()));
  assert.equal(rows.length, names.length);
  for (const [index, row] of rows.entries()) {
    const line = Object.fromEntries(head.map((name, at) => [name, row[at]]));
    const { n, d, fit, uncertainty, ...metrics } = reports[index];
    const wanted = {
      dataset: guarded(names[index]),
      layer: index + 1,
      n,
      d,
      preparation: "centred",
      first: fit?.first,
      last: fit?.last,
      weight: fit?.weight,
      alpha: fit?.alpha,
      alpha_is_approximate: false,
      low: uncertainty?.low,
      high: uncertainty?.high,
      r2: fit?.r2,
      rankme: metrics.rankme,
      participation_ratio: metrics.participation_ratio,
      effective_rank_centred_variance: metrics.effective_rank_centred_variance,
      stable_rank: metrics.stable_rank,
    };
    assert.deepEqual(
      line,
      Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, String(value ?? "")])),
    );
  }
});

test("JSON is the list of the Reports, by the names that the page shows", () => {
  assert.deepEqual(JSON.parse(page.reportsJson(shown(), 1)), JSON.parse(JSON.stringify(reports)));
  const [{ id }] = workspace.state.datasets;
  workspace.adorn(id, { name: "\ufffe renamed" });
  const text = page.reportsJson(shown());
  assert.equal(JSON.parse(text)[0].name, "\ufffe renamed");
  assert.ok(!text.includes("\ufffe"), "XML, which the text goes into, has no such character");
  workspace.adorn(id, { name: "" });
  assert.equal(JSON.parse(page.reportsJson(shown()))[0].name, names[0]);
});

test("the Reports that go into files follow the window and the weights", () => {
  workspace.setWindow({ first: 4, last: 60 });
  workspace.setWeight("none");
  const [report] = JSON.parse(page.reportsJson(shown()));
  const wanted = workspace.state.datasets[0].analysis.report(4, 60, "none");
  assert.deepEqual(report.fit, wanted.fit);
  assert.deepEqual([report.fit.first, report.fit.last, report.fit.weight], [4, 60, "none"]);
  workspace.setWeight("1/k");
  workspace.setWindow({ first: 11, last: 100 });
});

test("Python prints the α of all that have one, by the names that the page shows", () => {
  const folder = mkdtempSync(join(tmpdir(), "eigenscope-"));
  try {
    for (const name of names) copyFileSync(join(top, pathOf(name)), join(folder, name));
    const script = page.pythonForAll(shown());
    assert.ok(script.includes("# layer3.npy: no α"), script);
    const lines = pythonPrints(script, { cwd: folder })
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    assert.deepEqual(
      lines.map(([name]) => name),
      names.slice(0, 2),
    );
    for (const [index, [, alpha]] of lines.entries())
      assert.ok(
        Math.abs(Number(alpha) - reports[index].fit.alpha) < 1e-9,
        `${alpha} is not ${reports[index].fit.alpha}`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("there is no script where nothing has an α", async () => {
  const few = await page.open();
  await page.analyze(few, [file(pathOf("layer3.npy"))]);
  assert.equal(page.pythonForAll(page.shownBy(few)), undefined);
});

function shown() {
  return page.shownBy(workspace);
}

/** A file of the repository under another name. */
function renamed(path, name) {
  return file(name, readFileSync(join(top, path)));
}

/** As a spreadsheet is to take it: as a text. */
function guarded(name) {
  return name.startsWith("=") ? `'${name}` : name;
}
