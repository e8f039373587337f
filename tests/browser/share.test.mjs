// Links carry the analysis: made here, opened there, the same numbers; and results stay in this browser if that is wanted.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { crc32 } from "node:zlib";
import { attempt, top } from "../../scripts/setup/step.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import {
  drawn,
  numbers,
  openPage,
  pickFiles,
  waitFor,
  waitForState,
  waitForStudy,
} from "./lib/page.mjs";
import { datasets, press, select, settled } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

const files = [
  "tests/data/minilm_layer6_160x128_f2.npy",
  "tests/data/powerlaw_alpha1_130x112_f8.npy",
  "tests/data/powerlaw_alpha2_100x40_f4.npy",
  "tests/data/shapes/wide_120x130.npy",
];

for (const [name, launch] of [
  ["Chromium", launchChromium],
  ["Firefox", launchFirefox],
]) {
  describe(name, () => {
    let site;
    let browser;
    let link;
    /** The numbers of the comparison, as they were where the link was made. */
    let sent;
    before(async () => {
      site = await serveSite();
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    const open = (address, options) => openPage(browser, address, options);

    test("four spectra make a link of at most 2,000 characters, without their names", async (t) => {
      const { page, faults, close } = await open(`${site.origin}/`);
      t.after(close);
      await analyzed(page, files);
      sent = await compared(page);
      link = await linkOf(page);
      assert.ok(link.length <= 2000, `${link.length} characters`);
      assert.match(link, /^http:\/\/localhost:\d+\/#s=[A-Za-z0-9_-]+$/);
      assert.ok(
        !atob(link.split("#s=")[1].replaceAll("-", "+").replaceAll("_", "/")).includes("minilm"),
      );
      await page.click("input[name=names]");
      const named = await linkOf(page, link);
      assert.ok(
        atob(named.split("#s=")[1].replaceAll("-", "+").replaceAll("_", "/")).includes("minilm"),
      );
      assert.deepEqual(faults, []);
    });

    test("opened elsewhere it shows the same numbers, bit for bit, and says that it is no data", async (t) => {
      const { page, faults, close } = await open(link);
      t.after(close);
      await waitForState(page, "done");
      await waitFor(
        page,
        (count) => document.querySelectorAll("[data-compared]").length === count,
        4,
      );
      assert.deepEqual(await compared(page), sent);
      const said = await page.$eval("[data-name=returned]", ({ textContent }) => textContent);
      assert.match(said, /From a link/);
      const note = await page.$eval(".notes", ({ textContent }) => textContent);
      assert.match(note, /\d+ of 128 eigenvalues came with the link/);
      // It says no more than the link does.
      assert.equal(await page.$("eigen-window-map"), null);
      for (const summary of await page.$$("eigen-depth summary")) await summary.click();
      await drawn(page);
      assert.deepEqual(faults, []);
      // A link that is made of it is the same link.
      const again = await linkOf(page);
      assert.equal(again, link);
    });

    test("the window moves: α is then marked as approximate, and is not further off than it says", async (t) => {
      const own = await open(`${site.origin}/`);
      t.after(own.close);
      await analyzed(own.page, files.slice(0, 1));
      const { page, close } = await open(link);
      t.after(close);
      await waitForState(page, "done");
      assert.equal(await page.$("[data-name=approximate]"), null);
      for (const one of [own.page, page]) await moveFirst(one);
      const [truth, found] = [await numbers(own.page), await numbers(page)];
      assert.equal(found.first, truth.first);
      assert.ok(await page.$("[data-name=approximate]"));
      assert.ok(Math.abs(found.alpha - truth.alpha) <= found.alpha_error, JSON.stringify(found));
      assert.ok(found.alpha_error < 0.05);
      const inLists = () =>
        [".entry-facts", "[data-compared] td"].map(
          (place) => document.querySelectorAll(`${place} .near`).length,
        );
      assert.deepEqual(await page.evaluate(inLists), [4, 4]);
      assert.deepEqual(await own.page.evaluate(inLists), [0, 0]);
    });

    test("a cut link, a damaged and a newer one say so, and the page works on", async (t) => {
      const fragment = link.split("#s=")[1];
      const flipped = fragment[300] === "A" ? "B" : "A";
      const cases = [
        [fragment.slice(0, 1500), "damaged_link"],
        [`${fragment.slice(0, 300)}${flipped}${fragment.slice(301)}`, "damaged_link"],
        [newer(fragment), "newer_link"],
        ["%", "damaged_link"],
      ];
      for (const [text, code] of cases) {
        const { page, close } = await open(`${site.origin}/#s=${text}`);
        const [error] = await waitFor(page, alerts);
        assert.equal(error, code);
        await pickFiles(page, files.slice(0, 1));
        await settled(page, 1);
        await close();
      }
      t.diagnostic(`${cases.length} links`);
    });

    test("it stands beside one's own files; back and forward go from link to link", async (t) => {
      const { page, close } = await open(`${site.origin}/`);
      t.after(close);
      await analyzed(page, files.slice(1, 2));
      await page.evaluate((hash) => {
        location.hash = hash;
      }, link.split("#")[1]);
      await waitFor(
        page,
        (count) => document.querySelectorAll("[data-compared]").length === count,
        5,
      );
      const [own, ...others] = await compared(page);
      assert.deepEqual(others, sent);
      assert.deepEqual(own, sent[1]);
      await page.evaluate(() => history.back());
      await waitFor(page, () => document.querySelectorAll("[data-name=dataset]").length === 1);
      await page.evaluate(() => history.forward());
      await waitFor(page, () => document.querySelectorAll("[data-name=dataset]").length === 5);
      await page.reload();
      await waitForState(page, "done");
      await waitFor(
        page,
        (count) => document.querySelectorAll("[data-compared]").length === count,
        4,
      );
      assert.deepEqual(await compared(page), sent);
    });

    test("results stay over a reload if that is wanted, and everything can be cleared", async (t) => {
      const { page, close } = await open(`${site.origin}/`);
      t.after(close);
      await analyzed(page, files.slice(0, 2));
      const before = await compared(page);
      await openShare(page);
      await page.click("input[name=keep]");
      await waitFor(page, kept);
      await page.reload();
      await waitFor(
        page,
        (count) => document.querySelectorAll("[data-compared]").length === count,
        2,
      );
      assert.deepEqual(await compared(page), before);
      assert.deepEqual(
        (await datasets(page)).map(({ name }) => name),
        files.slice(0, 2).map((file) => file.split("/").at(-1)),
      );
      await openShare(page);
      await page.click("button[name=clear-everything]");
      await waitForState(page, "empty");
      await waitFor(page, nothingKept);
      await page.reload();
      await waitForState(page, "empty");
    });

    test("the README's Python makes a link that opens", async (t) => {
      const text = readFileSync(join(top, "README.md"), "utf8");
      const [, code] = text.match(/```python\n(import base64[\s\S]*?)```/);
      const law = "eigenvalues = [k ** -1.25 for k in range(1, 513)]";
      const script = `${code}\n${law}\nprint(link(eigenvalues, 5000, 512, name="a law", page="${site.origin}/"))`;
      const python = process.env.PYTHON ?? "python3";
      const { stdout, stderr } = spawnSync(python, ["-"], { input: script, encoding: "utf8" });
      assert.equal(stderr, "");
      const { page, close } = await open(stdout.trim());
      t.after(close);
      await waitForState(page, "done");
      const { alpha, n, d } = await numbers(page);
      assert.ok(Math.abs(alpha - 1.25) < 1e-12, String(alpha));
      assert.deepEqual([n, d], [5000, 512]);
      assert.equal((await datasets(page))[0].name, "a law");
    });

    test("pictures and Reports bring back what was saved, from the command and from the page", async (t) => {
      const folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
      t.after(() => rm(folder, { recursive: true }));
      const svg = join(folder, "plot.svg");
      const args = ["run", "--quiet", "--bin", "eigenscope", "--", "analyze", files[0]];
      const { code, output } = await attempt("cargo", [...args, "--json", "--svg", svg], {
        cwd: top,
      });
      assert.equal(code, 0, output);
      const report = JSON.parse(output);
      const json = join(folder, "report.json");
      await writeFile(json, output);
      for (const file of [svg, json]) {
        const { page, faults, close } = await open(`${site.origin}/`);
        await waitForState(page, "empty");
        await pickFiles(page, [relative(top, file)]);
        await waitForState(page, "done");
        const shown = await numbers(page);
        assert.equal(shown.alpha, report.fit.alpha, file);
        assert.equal(shown.interval_low, report.uncertainty.low, file);
        assert.equal(shown.rankme, report.rankme, file);
        // In another window α follows from the eigenvalues, and the interval does not.
        await moveFirst(page);
        assert.notEqual((await numbers(page)).alpha, report.fit.alpha);
        assert.equal((await numbers(page)).interval_low, undefined);
        assert.deepEqual(faults, []);
        await close();
      }
    });

    test("from the first Tab to a copied link by keyboard alone", async (t) => {
      const { page, close } = await open(`${site.origin}/`, {
        permissions: ["clipboard-read", "clipboard-write"],
      });
      t.after(close);
      await waitForState(page, "empty");
      await tabTo(page, "button[name=example]");
      await press(page, "Enter");
      await settled(page, 1);
      await waitForStudy(page);
      // Backwards: the way round leads Firefox through its own bars, after which its driver's Enter presses nothing.
      await tabTo(page, ".menu:has(.share-panel) summary", "Shift+Tab");
      await press(page, "Enter");
      await waitFor(page, () => document.querySelector("input[name=link]")?.value.includes("#s="));
      await tabTo(page, "button[name=copy-link]");
      await press(page, "Enter");
      const words = () => document.querySelector("button[name=copy-link]").textContent.trim();
      await waitFor(page, () =>
        document.querySelector("button[name=copy-link]").textContent.includes("Copied"),
      );
      assert.ok(await page.evaluate(words));
      if (name === "Chromium") {
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        assert.equal(copied, await page.$eval("input[name=link]", ({ value }) => value));
      }
    });
  });
}

/** The same by a version that does not exist yet. */
function newer(fragment) {
  const bytes = Buffer.from(fragment, "base64url");
  bytes[0] += 1;
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes.toString("base64url");
}

/** Gives files as matrices of their own, and waits for all that follows. */
async function analyzed(page, paths) {
  await waitForState(page, "empty");
  await pickFiles(page, paths);
  if (paths.length > 1) await page.click("button[name=separate]");
  const list = await settled(page, paths.length, { timeout: 60_000 });
  for (const { name } of [...list].reverse()) {
    await select(page, name);
    await waitForStudy(page, { timeout: 60_000 });
  }
}

/** The numbers of the table of several, or of the one in view. */
async function compared(page) {
  await drawn(page);
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-compared]")].map((row) =>
      Object.fromEntries(
        [...row.querySelectorAll("data")].map((data) => [
          data.dataset.name,
          [data.value, data.textContent],
        ]),
      ),
    ),
  );
}

async function openShare(page) {
  await page.evaluate(() => {
    document.querySelector(".menu:has(.share-panel)").open = true;
  });
  await waitFor(page, () => document.querySelector("eigen-share input[name=link]") !== null);
}

/** The link of the share panel, once it is another than `old`. */
async function linkOf(page, old = "") {
  await openShare(page);
  return waitFor(
    page,
    (before) => {
      const { value } = document.querySelector("input[name=link]");
      return value.includes("#s=") && value !== before && value;
    },
    old,
    { what: "link" },
  );
}

async function moveFirst(page) {
  await page.focus("[data-end=first]");
  for (let i = 0; i < 4; i += 1) await press(page, "ArrowRight");
}

async function tabTo(page, selector, key = "Tab") {
  for (let i = 0; i < 80; i += 1) {
    await press(page, key);
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  throw new Error(`80 times Tab, and not at ${selector}`);
}

// These run in the page.

function alerts() {
  const codes = [...document.querySelectorAll("[role=alert][data-code]")].map(
    ({ dataset }) => dataset.code,
  );
  return codes.length > 0 && codes;
}

async function kept() {
  const bases = await indexedDB.databases();
  if (!bases.some(({ name }) => name === "keyval-store")) return false;
  return new Promise((resolve) => {
    const opening = indexedDB.open("keyval-store");
    opening.onsuccess = () => {
      const base = opening.result;
      const done = (found) => {
        base.close();
        resolve(found);
      };
      if (!base.objectStoreNames.contains("keyval")) return done(false);
      const request = base.transaction("keyval").objectStore("keyval").count();
      request.onsuccess = () => done(request.result > 0);
    };
  });
}

async function nothingKept() {
  const opening = await new Promise((resolve) => {
    const request = indexedDB.open("keyval-store");
    request.onsuccess = () => resolve(request.result);
  });
  const store = opening.objectStoreNames.contains("keyval")
    ? opening.transaction("keyval").objectStore("keyval").count()
    : null;
  const count =
    store && (await new Promise((resolve) => (store.onsuccess = () => resolve(store.result))));
  opening.close();
  return !count && localStorage.length === 0 && (await caches.keys()).length === 0;
}
