// What goes out of the page in files has the page's numbers, all of them, and can be read back.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { crc32, inflateSync } from "node:zlib";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { drawn, dropFiles, openPage, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { press, select, settled } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

/** Names that mean something to a spreadsheet, to CSV, Markdown and Python; α, another α, and none. */
const files = {
  "=layer1.npy": "minilm_layer6_160x128_f2.npy",
  'layer2 "a", b|c*.npy': "powerlaw_alpha1_130x112_f8.npy",
  "layer3.npy": "shapes/2x12.npy",
};
const names = Object.keys(files);
const path = (name) => join(top, "tests/data", files[name]);
const python = [process.env.PYTHON, "python3", join(top, "target/bench/venv/bin/python")].find(
  (one) => one && spawnSync(one, ["-c", "import numpy"]).status === 0,
);

for (const [browserName, launch] of [
  ["Chromium", launchChromium],
  ["Firefox", launchFirefox],
]) {
  describe(browserName, () => {
    let site;
    let browser;
    let page;
    let faults;
    let requests;
    /** The page's own Report of each dataset. */
    const reports = [];
    before(async () => {
      site = await serveSite();
      browser = await launch();
      ({ page, faults, requests } = await openPage(browser, `${site.origin}/`, {
        init: keepWhatIsSaved,
      }));
      await waitForState(page, "empty");
      await dropFiles(
        page,
        names.map((name) => ({ name, bytes: readFileSync(path(name)) })),
      );
      await page.click("button[name=separate]");
      await settled(page, names.length);
      for (const name of names) {
        await select(page, name);
        await waitForStudy(page);
        reports.push(JSON.parse(await copied(page, "copy-json")));
      }
      await select(page, names[0]);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    test("opens from the keyboard, and loads scripts of the site alone for it", async () => {
      const before = requests.length;
      await page.focus("button[name=more-formats]");
      await press(page, "Enter");
      await waitFor(page, () => document.querySelector("eigen-exports button") !== null);
      const loaded = requests.slice(before).filter(({ url }) => !url.startsWith("blob:"));
      assert.ok(
        loaded.every(({ url }) => /^http:\/\/localhost:\d+\/assets\/\w+-[^/?]*\.js$/.test(url)),
        JSON.stringify(loaded),
      );
      await press(page, "Tab");
      assert.equal(await page.evaluate(() => document.activeElement.name), "picture-kind");
    });

    for (const [kind, of] of [
      ["spectrum", [0]],
      ["spectra", [0, 1, 2]],
    ]) {
      const wanted = () => of.map((index) => reports[index]);

      test(`SVG of ${kind} carries the page's Reports`, async () => {
        await page.click(`input[name=picture-kind][value=${kind}]`);
        const { fileName, text } = await saved(page, "svg");
        assert.match(fileName, kind === "spectrum" ? /^=layer1\.eigenscope\.svg$/ : /^spectra/);
        assert.deepEqual(JSON.parse(metadataOf(text)), wanted());
        assert.match(text, /^<svg xmlns="[^"]+" width="960" height="\d+"/);
      });

      test(`PNG of ${kind} is one, at twice the size, and carries them too`, async () => {
        const { text: svg } = await saved(page, "svg");
        const { bytes } = await saved(page, "png");
        const image = decodePng(bytes);
        const [, width, height] = svg.match(/width="(\d+)" height="(\d+)"/).map(Number);
        assert.deepEqual([image.width, image.height], [2 * width, 2 * height]);
        assert.deepEqual(JSON.parse(image.texts.eigenscope), wanted());
        assert.deepEqual(await sizeInBrowser(page), [2 * width, 2 * height]);
        assert.ok(image.colours > 20, `a picture of ${image.colours} colours is empty`);
      });
    }

    test("SVG, PNG and JSON bring the comparison back to another page, with the very numbers that were shown", async () => {
      await page.click("input[name=picture-kind][value=spectra]");
      const before = await compared(page);
      for (const format of ["svg", "png", "reports-json"]) {
        const { fileName, bytes } = await saved(page, format);
        const other = await openPage(browser, `${site.origin}/`);
        await waitForState(other.page, "empty");
        await dropFiles(other.page, [{ name: fileName, bytes }]);
        await settled(other.page, names.length);
        assert.deepEqual(await compared(other.page), before, format);
        assert.deepEqual(other.faults, []);
        await other.close();
      }
    });

    test("the picture of all has a legend with the page's α, and the window", async () => {
      const { text } = await saved(page, "svg");
      const below = text.slice(text.indexOf("</svg>"));
      const said = Array.from(below.matchAll(/<text[^>]*>(.*?)<\/text>/gs), ([, words]) =>
        unescaped(words.replaceAll(/<[^>]*>/g, "")),
      );
      for (const [index, name] of names.entries()) {
        assert.ok(said.includes(name), `${name} is not among ${said}`);
        const { fit, uncertainty } = reports[index];
        const half = uncertainty
          ? ` ± ${((uncertainty.high - uncertainty.low) / 2).toFixed(3)}`
          : "";
        assert.ok(said.includes(fit ? `α ${fit.alpha.toFixed(3)}${half}` : "α –"), said.join("\n"));
      }
      const [, width] = text.match(/<rect [^>]*width="([\d.]+)"[^>]*fill-opacity/);
      assert.ok(width > 100, `the window is ${width} wide`);
    });

    test("a dataset that is hidden is in no picture of all, and in every table", async () => {
      const toggle = () =>
        page.evaluate(() => document.querySelectorAll("[data-compared] button.line")[1].click());
      await toggle();
      await drawn(page);
      const { text } = await saved(page, "svg");
      assert.deepEqual(JSON.parse(metadataOf(text)), [reports[0], reports[2]]);
      assert.equal(parseCsv((await saved(page, "table-csv")).text).length, 4);
      await toggle();
      await drawn(page);
    });

    test("CSV of spectra has every eigenvalue, and no formula", async () => {
      const { fileName, text } = await saved(page, "spectra-csv");
      assert.equal(fileName, "spectra.csv");
      const [head, ...rows] = parseCsv(text);
      assert.deepEqual(head, ["dataset", "rank", "eigenvalue", "usable", "interpolated"]);
      for (const [index, name] of names.entries()) {
        const own = rows.filter(([dataset]) => dataset === guarded(name));
        assert.deepEqual(
          own.map(([, rank]) => Number(rank)),
          reports[index].eigenvalues.map((_, at) => at + 1),
        );
        assert.deepEqual(
          own.map(([, , value]) => Number(value)),
          reports[index].eigenvalues,
        );
        assert.equal(
          own.filter(([, , , usable]) => usable === "true").length,
          reports[index].usable_ranks,
        );
      }
      assert.ok(rows.every(([, , , , interpolated]) => interpolated === "false"));
      assert.equal(
        rows.length,
        reports.reduce((sum, { eigenvalues }) => sum + eigenvalues.length, 0),
      );
    });

    test("CSV of the table has the Reports' numbers, and nothing where there is none", async () => {
      const [head, ...rows] = parseCsv((await saved(page, "table-csv")).text);
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
          Object.fromEntries(
            Object.entries(wanted).map(([key, value]) => [key, String(value ?? "")]),
          ),
        );
      }
    });

    test("JSON is the list of the page's Reports, by the names that it shows", async () => {
      const { text } = await saved(page, "reports-json");
      assert.deepEqual(JSON.parse(text), reports);
      await page.evaluate(() =>
        document.querySelector("eigen-app").workspace.adorn(1, { name: "\ufffe renamed" }),
      );
      const { text: renamed } = await saved(page, "reports-json");
      assert.equal(JSON.parse(renamed)[0].name, "\ufffe renamed");
      assert.deepEqual(
        JSON.parse(metadataOf((await saved(page, "svg")).text))[0].name,
        "\ufffe renamed",
      );
      await page.evaluate(() =>
        document.querySelector("eigen-app").workspace.adorn(1, { name: "" }),
      );
    });

    test("Markdown says what the table on the page says", async () => {
      await drawn(page);
      const [head, rule, ...lines] = (await copied(page, "markdown")).trimEnd().split("\n");
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
      assert.deepEqual(
        lines.slice(0, 3).map((line) => cells(line).slice(1, 8)),
        shown,
      );
      assert.equal(cells(lines[1])[0], String.raw`layer2 "a", b\|c\*.npy`);
      assert.match(lines.at(-1), /ranks 11–100.*weights 1\/k.*centred/);
    });

    test("a dark page gives a light picture where that is wanted", async () => {
      const wear = (theme) =>
        page.evaluate(
          (to) => document.querySelector("eigen-app").workspace.setSettings({ theme: to }),
          theme,
        );
      await wear("dark");
      await waitFor(page, () => document.querySelector("input[name=picture-colours]") !== null);
      assert.match((await saved(page, "svg")).text, /fill="#14161a"/);
      await page.click("input[name=picture-colours][value=light]");
      const { text } = await saved(page, "svg");
      assert.match(text, /fill="#fbfaf7"/);
      assert.doesNotMatch(text, /fill="#14161a"/i);
      await wear("light");
    });

    // Without a Python there is nothing to compare with, and this test does not exist.
    if (python && browserName === "Chromium") {
      test("Python prints the α of all that have one", async () => {
        const cwd = mkdtempSync(join(tmpdir(), "eigenscope-"));
        for (const name of names) copyFileSync(path(name), join(cwd, name));
        const input = await copied(page, "python");
        const { stdout, stderr } = spawnSync(python, ["-"], { input, cwd, encoding: "utf8" });
        const lines = stdout
          .trimEnd()
          .split("\n")
          .map((line) => line.split("\t"));
        assert.deepEqual(
          lines.map(([name]) => name),
          names.slice(0, 2),
          stderr,
        );
        for (const [index, [, alpha]] of lines.entries())
          assert.ok(
            Math.abs(Number(alpha) - reports[index].fit.alpha) < 1e-9,
            `${alpha} is not ${reports[index].fit.alpha}`,
          );
        assert.ok(input.includes("# layer3.npy: no α"), input);
      });
    }

    test("nothing went wrong on the way", () => assert.deepEqual(faults, []));
  });
}

/** Runs in the page first: what it saves and copies stays in it. */
function keepWhatIsSaved() {
  const blobs = new Map();
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    const address = make.call(URL, blob);
    blobs.set(address, blob);
    return address;
  };
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    if (this.download) window.lastSaved = { name: this.download, blob: blobs.get(this.href) };
    else click.call(this);
  };
  Clipboard.prototype.writeText = async (text) => {
    window.lastCopied = text;
  };
}

/** What a button saves: { fileName, bytes, text }. */
async function saved(page, name) {
  await page.evaluate((button) => {
    window.lastSaved = null;
    document.querySelector(`eigen-exports button[name=${button}]`).click();
  }, name);
  const isSaved = () => window.lastSaved !== null;
  await waitFor(page, isSaved, null, { what: `file of ${name}` });
  const { fileName, base64 } = await page.evaluate(async () => {
    const { name, blob } = window.lastSaved;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let letters = "";
    for (const byte of bytes) letters += String.fromCharCode(byte);
    return { fileName: name, base64: btoa(letters) };
  });
  const bytes = Buffer.from(base64, "base64");
  return { fileName, bytes, text: bytes.toString("utf8") };
}

/** The table of several: each number at full precision and as it is shown. */
async function compared(page) {
  await drawn(page);
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("[data-compared]"), (row) => [
      row.dataset.compared,
      ...Array.from(row.querySelectorAll("data"), ({ value, textContent }) => [value, textContent]),
    ]),
  );
}

/** What a button copies. */
async function copied(page, name) {
  await page.evaluate((button) => {
    window.lastCopied = null;
    document.querySelector(`button[name=${button}]`).click();
  }, name);
  return waitFor(page, () => window.lastCopied, null, { what: `copy of ${name}` });
}

/** How large the browser itself finds the picture that was saved last. */
function sizeInBrowser(page) {
  return page.evaluate(async () => {
    const { width, height } = await createImageBitmap(window.lastSaved.blob);
    return [width, height];
  });
}

function metadataOf(svg) {
  const [, text] = svg.match(/<metadata id="eigenscope">([^<]*)<\/metadata>/);
  return unescaped(text);
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Every chunk by its length and checksum, every text, and whether the pixels are there: { width, height, texts, colours }. */
function decodePng(bytes) {
  assert.equal(bytes.toString("latin1", 0, 8), "\x89PNG\r\n\x1a\n");
  const texts = {};
  const packed = [];
  const types = [];
  let at = 8;
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at);
    const chunk = bytes.subarray(at + 4, at + 8 + length);
    assert.equal(bytes.readUInt32BE(at + 8 + length), crc32(chunk), `checksum at ${at}`);
    const type = chunk.toString("latin1", 0, 4);
    types.push(type);
    if (type === "IDAT") packed.push(chunk.subarray(4));
    if (type === "iTXt") {
      const [, keyword, text] = chunk
        .toString("utf8", 4)
        .match(/^([^\0]+)\0\0\0[^\0]*\0[^\0]*\0(.*)$/s);
      texts[keyword] = text;
    }
    at += 12 + length;
  }
  assert.equal(at, bytes.length);
  assert.deepEqual([types[0], types.at(-1)], ["IHDR", "IEND"]);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const channels = { 2: 3, 6: 4 }[bytes[25]];
  const pixels = inflateSync(Buffer.concat(packed));
  assert.equal(pixels.length, height * (1 + width * channels));
  return { width, height, texts, colours: new Set(pixels).size };
}

/** RFC 4180. */
function parseCsv(text) {
  assert.ok(text.endsWith("\r\n"));
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows = [[]];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    assert.ok(found, "a cell that RFC 4180 does not allow");
    rows.at(-1).push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

/** As a spreadsheet is to take it: as a text. */
function guarded(name) {
  return name.startsWith("=") ? `'${name}` : name;
}
