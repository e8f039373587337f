// Features of a known spectrum: made in the page, read as any file is, and held against the truth.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addAxe, violations } from "./lib/axe.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { errors, numbers, openPage, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { datasets, press, settled, type } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

/** FNV-1a of the rows of the recipe below; `crate/src/synth/tests.rs` has the same number. */
const HASH = "80c9d2b7f48e04e0";
const RECIPE = { alpha: 1, rows: 50, columns: 21, noise: 0.01, mean: 2, seed: 7 };

let site;
let chromium;
before(async () => {
  site = await serveSite();
  chromium = await launchChromium();
});
after(async () => {
  await chromium?.close();
  await site?.close();
});

/** Runs in the page before its scripts: what it hands out to be saved stays to be looked at. */
function keepSaved() {
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    window.saved = blob;
    return create.call(URL, blob);
  };
}

async function openPanel(t, browser, options) {
  const opened = await openPage(browser, `${site.origin}/`, options);
  t.after(opened.close);
  await waitForState(opened.page, "empty");
  await opened.page.focus("button[name=generate]");
  await press(opened.page, "Enter");
  await waitFor(opened.page, () => document.querySelector("dialog.generate")?.open, null, {
    what: "the panel",
  });
  return opened;
}

/** Fills fields from the keyboard and sends the form with Enter. */
async function make(page, fields) {
  for (const [name, value] of Object.entries(fields))
    await type(page, `dialog input[name=${name}]`, value);
  await page.focus("dialog input[name=seed]");
  await press(page, "Enter");
}

/** Runs in the page: FNV-1a of what was saved, from its 128th byte on. */
async function hashOfSaved() {
  const bytes = new Uint8Array(await window.saved.arrayBuffer());
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes.subarray(128))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 128));
  return { hash: hash.toString(16), start, length: bytes.length };
}

describe("from the keyboard alone", () => {
  for (const name of ["Chromium", "Firefox"]) {
    test(`${name}: a file is made, read and saved, the same bytes as natively`, async (t) => {
      const browser = name === "Firefox" ? await launchFirefox() : chromium;
      if (name === "Firefox") t.after(() => browser.close());
      const { page, requests, faults } = await openPanel(t, browser, { init: keepSaved });
      await page.focus("dialog select[name=number]");
      await page.keyboard.press("ArrowDown");
      const before = requests.length;
      await make(page, RECIPE);
      const [dataset] = await settled(page, 1);
      assert.equal(dataset.name, "synthetic power law α 1 noise 0.01 mean 2 seed 7.npy");
      assert.equal(dataset.state, "done");
      await waitFor(page, () => document.querySelector("button[name=save-made]") !== null);
      await page.focus("button[name=save-made]");
      await press(page, "Enter");
      const saved = await page.evaluate(hashOfSaved);
      assert.equal(saved.hash, HASH);
      assert.equal(saved.length, 128 + 50 * 21 * 8);
      assert.match(
        saved.start,
        /'descr': '<f8', 'fortran_order': False, 'shape': \(50, 21\), } *\n$/,
      );
      const asked = requests
        .slice(before)
        .filter(({ url }) => !url.startsWith(`${site.origin}/assets/`));
      assert.deepEqual(asked, [], "nothing but the site's own scripts is asked for");
      assert.deepEqual(faults, []);
    });
  }
});

test("truth and estimate stand beside each other, and the verdict follows the interval", async (t) => {
  const { page, faults } = await openPanel(t, chromium);
  await make(page, { alpha: 1, rows: 8000, columns: 128, seed: 3 });
  await settled(page, 1);
  await waitForStudy(page);
  const found = await numbers(page);
  assert.ok(Math.abs(found.true_alpha - 1) < 1e-12);
  assert.equal(found.found_alpha, found.alpha);
  const verdict = () => page.$eval("[data-name=truth-verdict]", ({ dataset }) => dataset.code);
  const holds = Math.abs(found.found_alpha - found.true_alpha) <= found.found_give;
  assert.equal(await verdict(), holds ? "holds" : "misses");
  assert.ok(Math.abs(found.found_alpha - found.expected_alpha) < 0.05);
  const picture = await page.$eval("eigen-truth .figure-picture", (one) => ({
    name: one.getAttribute("aria-label"),
    lines: one.querySelectorAll("polyline[stroke-dasharray]").length,
  }));
  assert.match(picture.name, /^Log–log plot of 3 spectra of 128 usable eigenvalues/);
  assert.ok(picture.lines >= 1, "what is expected is drawn in dashes");
  // Another window, another truth beside it: of a power law the same.
  await type(page, "input[name=first]", 20);
  await waitForStudy(page);
  assert.ok(Math.abs((await numbers(page)).true_alpha - 1) < 1e-12);
  assert.deepEqual(faults, []);
});

test("what cannot be made is refused in a sentence, in its place", async (t) => {
  const { page } = await openPanel(t, chromium);
  await make(page, { alpha: 9 });
  assert.deepEqual(await errors(page), [
    { code: "out_of_range", text: "Exponent α: a number from 0 to 4." },
  ]);
  assert.equal(await page.evaluate(() => document.activeElement.name), "alpha");
  await make(page, { alpha: 1, rows: "2.5" });
  assert.equal((await errors(page))[0].text, "Rows n: a whole number from 2 to 10,000,000.");
  await make(page, { rows: 1_000_000, columns: 1000 });
  await waitFor(page, () => document.querySelector("dialog [data-code=too_many_bytes]") !== null);
  assert.match((await errors(page))[0].text, /^These features would take 4,000 MB/);
  assert.deepEqual(await datasets(page), []);
});

test("what is being made can be cancelled, and Escape closes the panel", async (t) => {
  const { page } = await openPanel(t, chromium);
  await make(page, { rows: 250_000, columns: 512 });
  await waitFor(page, () => document.querySelector("dialog progress")?.value > 0);
  await page.click("dialog button[name=cancel]");
  await waitFor(page, () => !document.querySelector("dialog progress"));
  assert.ok(await page.$eval("dialog.generate", ({ open }) => open), "the panel stays");
  await press(page, "Escape");
  await waitFor(page, () => !document.querySelector("dialog.generate").open);
  assert.equal(await page.evaluate(() => document.activeElement.name), "generate");
  assert.deepEqual(await datasets(page), []);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    test(`axe finds nothing, ${colorScheme}, ${width} px`, async (t) => {
      const viewport = { width, height: 900 };
      const { page } = await openPanel(t, chromium, { colorScheme, viewport, bypassCSP: true });
      await addAxe(page);
      await make(page, { alpha: 9 });
      assert.deepEqual(await violations(page), []);
      await make(page, { alpha: 1, rows: 300, columns: 200 });
      await settled(page, 1);
      await waitForStudy(page);
      assert.deepEqual(await violations(page), []);
      const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beside <= 0, `the page is ${beside} px too wide`);
    });
  }
}
