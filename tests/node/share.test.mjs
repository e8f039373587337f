// Links and Reports, made by the page, by the command and by the README's Python: the page opens them with the same
// numbers, bit for bit.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { beforeAll, describe, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { printed, pythonPrints } from "../lib/programs.mjs";
import { file } from "./lib/engine.mjs";
import { refitted, startPage } from "./lib/page.mjs";

const files = [
  "tests/data/minilm_layer6_160x128_f2.npy",
  "tests/data/powerlaw_alpha1_130x112_f8.npy",
  "tests/data/powerlaw_alpha2_100x40_f4.npy",
  "tests/data/shapes/wide_120x130.npy",
];
const names = files.map((path) => path.split("/").at(-1));
/** Browsers that cut a link say so: a chat's limit less an address of 80 characters. */
const longestFragment = 2000 - 80;

const page = await startPage();
let own;
/** Of the four spectra, without names. */
let fragment;
beforeAll(async () => {
  own = await page.open();
  await page.analyze(
    own,
    files.map((path) => file(path)),
  );
  fragment = await linkTo(own);
});

describe("a link", () => {
  test("to four spectra fits into a chat, and names none of them", async () => {
    assert.match(fragment, /^#s=[A-Za-z0-9_-]+$/);
    assert.ok(fragment.length <= longestFragment, `${fragment.length} characters`);
    for (const name of names) assert.ok(!bytesOf(fragment).includes(name));
  });

  test("has the names where they are wanted", async () => {
    const named = await linkTo(own, (name) => name);
    for (const name of names) assert.ok(bytesOf(named).includes(name));
    assert.deepEqual(
      (await page.readLink(named)).map(({ name }) => name),
      names,
    );
  });

  test("opens with the same numbers, in all digits", async () => {
    const opened = await openedLink(fragment);
    assert.deepEqual(tableOf(opened), tableOf(own));
    assert.deepEqual(
      opened.state.datasets.map(({ name }) => name),
      ["spectrum A", "spectrum B", "spectrum C", "spectrum D"],
    );
    for (const { returned, outcome, analysis } of opened.state.datasets) {
      assert.equal(returned.from, "link");
      assert.equal(outcome.is_near, false);
      assert.match(analysis.facts.notes[0].message, /^\d+ of \d+ eigenvalues came with the link/);
    }
  });

  test("makes the same link again", async () => {
    assert.equal(await linkTo(await openedLink(fragment)), fragment);
  });

  test("brings its window, weights, preparation and left-out components", async () => {
    const workspace = await page.open();
    await page.analyze(workspace, [file(files[0])]);
    const preparation = { centred: true, unit_rows: true, standardized: false };
    workspace.prepare(preparation, 2);
    await page.studied(workspace);
    workspace.setWindow({ first: 4, last: 60 });
    workspace.setWeight("log-binned");
    const opened = await openedLink(await linkTo(workspace));
    const { window, weight, dropped, preparation: prepared } = opened.state;
    assert.deepEqual(
      { window, weight, dropped, prepared },
      { window: { first: 4, last: 60 }, weight: "log-binned", dropped: 2, prepared: preparation },
    );
    assert.deepEqual(tableOf(opened), tableOf(workspace));
  });

  test("marks α of another window as approximate, and bounds its error", async () => {
    const opened = await openedLink(fragment);
    for (const window of [
      { first: 15, last: 100 },
      { first: 2, last: 60 },
      { first: 30, last: 400 },
    ]) {
      opened.setWindow(window);
      await refitted(opened);
      for (const [index, { outcome }] of opened.state.datasets.entries()) {
        const { analysis } = own.state.datasets[index];
        const { fit } = analysis.outcome(window.first, window.last, "1/k");
        const words = `${names[index]} ${JSON.stringify(window)}`;
        assert.equal(outcome.is_near, true, words);
        assert.equal(outcome.fit.last, fit.last, words);
        const { alpha_error: bound } = outcome.approximate;
        assert.ok(bound > 0 && bound < 0.1, `${words}: a bound of ${bound}`);
        const off = Math.abs(outcome.fit.alpha - fit.alpha);
        assert.ok(off <= bound, `${words}: off by ${off}, not at most ${bound}`);
      }
      assert.ok(tableOf(opened).every((line) => line.alpha_is_approximate === "true"));
    }
    assert.ok(tableOf(own).every((line) => line.alpha_is_approximate === "false"));
  });

  test("says which of its eigenvalues lie between its points", async () => {
    const opened = await openedLink(fragment);
    const rows = csv(page.spectraCsv(page.shownBy(opened)));
    const counts = opened.state.datasets.map(({ name, analysis }) => {
      const known = rows.filter(
        ({ dataset, interpolated }) => dataset === name && interpolated === "false",
      );
      assert.equal(known.length, analysis.brought.length);
      return known.length;
    });
    // 112 points at most from four spectra on, and every rank that is usable where there are fewer (docs/link.md).
    assert.ok(counts.every((count, index) => count <= 112 && count >= [100, 100, 39, 100][index]));
    assert.ok(rows.some(({ interpolated }) => interpolated === "true"));
    assert.ok(
      csv(page.spectraCsv(page.shownBy(own))).every(({ interpolated }) => interpolated === "false"),
    );
  });

  test("of the command opens with the command's numbers", async () => {
    const options = ["--window", "4:60", "--weights", "none", "--drop", "1"];
    const link = printed("analyze", "--link", "--names", ...options, files[0]).trim();
    const report = JSON.parse(printed("analyze", "--json", ...options, files[0]));
    const opened = await openedLink(link.slice(link.indexOf("#")));
    const [{ name, analysis, outcome }] = opened.state.datasets;
    assert.equal(name, names[0]);
    const { first, last, weight, alpha, r2 } = outcome.fit;
    assert.deepEqual([first, last, weight], [4, 60, "none"]);
    assert.deepEqual([alpha, r2], [report.fit.alpha, report.fit.r2]);
    assert.deepEqual(
      [outcome.uncertainty.low, outcome.uncertainty.high],
      [report.uncertainty.low, report.uncertainty.high],
    );
    const { metrics, uncentred, n, d, dropped_components } = analysis.facts;
    assert.deepEqual([n, d, dropped_components], [report.n, report.d, 1]);
    assert.equal(uncentred.rankme, report.rankme);
    for (const key of ["participation_ratio", "effective_rank_centred_variance", "stable_rank"])
      assert.equal(metrics[key], report[key]);
  });

  test("of the README's Python opens", async () => {
    const text = readFileSync(join(top, "README.md"), "utf8");
    const [, code] = text.match(/```python\n(import base64[\s\S]*?)```/);
    const law = "eigenvalues = [k ** -1.25 for k in range(1, 513)]";
    const call = 'link(eigenvalues, 5000, 512, name="a law", page="http://localhost:1/")';
    const link = pythonPrints(`${code}\n${law}\nprint(${call})`).trim();
    assert.ok(link.startsWith("http://localhost:1/#s="), link);
    const opened = await openedLink(link.slice(link.indexOf("#")));
    const [{ name, outcome, analysis }] = opened.state.datasets;
    // The eigenvalues are an exact law.
    assert.ok(Math.abs(outcome.fit.alpha - 1.25) < 1e-12, String(outcome.fit.alpha));
    assert.deepEqual([name, analysis.facts.n, analysis.facts.d], ["a law", 5000, 512]);
    assert.ok(Math.abs(outcome.fit.r2 - 1) < 1e-12);
  });

  test("that is cut anywhere, or has one other character, says that it is damaged", async () => {
    const whole = fragment.slice("#s=".length);
    for (let length = 0; length < whole.length; length += 1)
      assert.equal(await codeOf(`#s=${whole.slice(0, length)}`), "damaged_link", `${length}`);
    for (let at = 0; at < whole.length; at += 1) {
      const other = whole[at] === "A" ? "B" : "A";
      const changed = `#s=${whole.slice(0, at)}${other}${whole.slice(at + 1)}`;
      // The first byte is the version, which counts before the checksum.
      const codes = at < 2 ? ["damaged_link", "newer_link"] : ["damaged_link"];
      assert.ok(codes.includes(await codeOf(changed)), `character ${at}`);
    }
    for (const text of ["%", "", "é", "A", `${whole}=`, `${whole} `])
      assert.equal(await codeOf(`#s=${text}`), "damaged_link", text);
    assert.equal(await codeOf(`#s=${"A".repeat(20_000)}`), "link_too_long");
  });

  test("of a later version says so", async () => {
    const bytes = bytesOf(fragment);
    bytes[0] += 1;
    bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
    assert.equal(await codeOf(`#s=${bytes.toString("base64url")}`), "newer_link");
  });
});

describe("a saved Report", () => {
  test("of the command comes back with its numbers; in another window α follows from the eigenvalues", async () => {
    const json = printed("analyze", "--json", files[0]);
    const report = JSON.parse(json);
    const back = await broughtBack(new File([json], "report.json"));
    const [{ name, returned, outcome, analysis }] = back.state.datasets;
    assert.deepEqual([name, returned.from], [names[0], "report"]);
    assert.equal(outcome.fit.alpha, report.fit.alpha);
    assert.equal(outcome.uncertainty.low, report.uncertainty.low);
    assert.equal(analysis.facts.uncentred.rankme, report.rankme);
    assert.deepEqual(Array.from(analysis.eigenvalues), report.eigenvalues);

    const window = { first: 15, last: 100 };
    const there = JSON.parse(printed("analyze", "--json", "--window", "15:100", files[0]));
    back.setWindow(window);
    const [{ outcome: moved }] = back.state.datasets;
    assert.notEqual(moved.fit.alpha, report.fit.alpha);
    assert.ok(Math.abs(moved.fit.alpha - there.fit.alpha) < 1e-12);
    assert.equal(moved.is_near, false);
    assert.equal(moved.uncertainty, null);
    assert.equal(moved.uncertainty_reason.code, "other_window");
  });

  test("of the page comes back as the same table, names and order, and as the same Reports", async () => {
    const shown = page.shownBy(own);
    for (const indent of [0, 1]) {
      const json = page.reportsJson(shown, indent);
      const back = page.shownBy(await broughtBack(new File([json], "reports.eigenscope.json")));
      assert.equal(page.tableCsv(back), page.tableCsv(shown));
      assert.equal(page.spectraCsv(back), page.spectraCsv(shown));
      assert.equal(page.reportsJson(back, indent), json);
    }
  });

  test("makes the link that its features made", async () => {
    const json = page.reportsJson(page.shownBy(own));
    assert.equal(await linkTo(await broughtBack(new File([json], "r.json"))), fragment);
  });

  test("that was changed is an error, and nothing of it is shown", async () => {
    const reports = JSON.parse(page.reportsJson(page.shownBy(own)));
    const last = reports.at(-1);
    last.fit = { ...last.fit, alpha: 2 };
    const workspace = await page.open();
    const changed = new File([JSON.stringify(reports)], "changed.json");
    const { others, refusal } = await page.comeBack(workspace, [changed]);
    assert.deepEqual([others, refusal.code], [[], "bad_report"]);
    const cut = new File([JSON.stringify(reports).slice(0, -9)], "cut.json");
    const { refusal: second } = await page.comeBack(workspace, [cut]);
    assert.equal(second.code, "bad_report");
    assert.match(second.message, /^cut\.json: /);
    assert.deepEqual(workspace.state.datasets, []);
  });

  test("beside features is taken out of them, in any order", async () => {
    const report = new File([page.reportsJson(page.shownBy(own))], "report.json");
    const features = file(files[1]);
    const workspace = await page.open();
    const { others, refusal } = await page.comeBack(workspace, [features, report]);
    assert.deepEqual([others, refusal], [[features], null]);
    assert.equal(workspace.state.datasets.length, files.length);
  });
});

/** The link to all that a workspace shows, as the panel makes it. */
function linkTo({ state: { datasets, window, weight } }, nameOf = () => null) {
  const entries = datasets.map(({ analysis, name }) => ({ analysis, name: nameOf(name) }));
  return page.writeLink(entries, window, weight);
}

async function openedLink(link) {
  const workspace = await page.open();
  workspace.receive(await page.readLink(link), "link");
  return workspace;
}

async function broughtBack(saved) {
  const workspace = await page.open();
  const { others, refusal } = await page.comeBack(workspace, [saved]);
  assert.deepEqual([others, refusal], [[], null]);
  return workspace;
}

/** The code of the error with which a link is rejected; "none" where it opens. */
async function codeOf(link) {
  try {
    await page.readLink(link);
    return "none";
  } catch (error) {
    assert.ok(error instanceof page.engine.AnalysisError, String(error));
    assert.match(error.message, /^[A-Z].+\.$/s);
    return error.code;
  }
}

function bytesOf(link) {
  return Buffer.from(link.slice("#s=".length), "base64url");
}

/** The table of all datasets at full precision, without what a link does not carry: the names, and the order that they tell. */
function tableOf(workspace) {
  return csv(page.tableCsv(page.shownBy(workspace))).map(
    ({ dataset: _, layer: __, ...numbers }) => numbers,
  );
}

/** Lines of a CSV whose cells need no quotes. */
function csv(text) {
  const [head, ...rows] = text
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
}
