// Links and kept results in the page, in any browser. The numbers in links and Reports: tests/node/share.test.mjs.
// The tests that use these: tests/browser/share.test.mjs, tests/full/share.test.mjs.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printed } from "../../lib/programs.mjs";
import {
  drawn,
  dropFiles,
  numbers,
  pickFiles,
  waitFor,
  waitForState,
  waitForStudy,
} from "./page.mjs";
import { datasets, press, select, settled } from "./person.mjs";
import { compared } from "./saved.mjs";
import { assert } from "./test.mjs";

const files = [
  "tests/data/minilm_layer6_160x128_f2.npy",
  "tests/data/powerlaw_alpha1_130x112_f8.npy",
  "tests/data/powerlaw_alpha2_100x40_f4.npy",
  "tests/data/shapes/wide_120x130.npy",
];
const [features, law] = files;

/** Drop, α, link, open. */
export function journeyClaim(test) {
  test("a link to several spectra shows the same numbers elsewhere, and says what it cannot know", async ({
    open,
    site,
  }) => {
    const { page } = await open();
    await analyzed(page, files);
    const sent = await withoutNames(page);
    const link = await linkOf(page);
    assert.ok(link.length <= 2000, `${link.length} characters`);
    assert.match(link, /^http:\/\/localhost:\d+\/#s=[A-Za-z0-9_-]+$/);
    assert.ok(link.startsWith(site.origin));
    assert.ok(!carried(link).includes("minilm"));

    const { page: there } = await open(link);
    await waitForState(there, "done");
    await rows(there, files.length);
    assert.deepEqual(await withoutNames(there), sent);
    const said = await there.$eval("[data-name=returned]", ({ textContent }) => textContent);
    assert.match(said, /From a link/);
    const note = await there.$eval(".notes", ({ textContent }) => textContent);
    assert.match(note, /\d+ of 128 eigenvalues came with the link/);
    // It says no more than the link does, and every row opens.
    assert.equal(await there.$("eigen-window-map"), null);
    for (const summary of await there.$$("eigen-depth summary")) await summary.click();
    await drawn(there);
    // Made again of what it shows, it is the same link.
    assert.equal(await linkOf(there), link);

    // In another window α is approximate, in all lists.
    const near = () =>
      [".entry-facts", "[data-compared] td"].map(
        (place) => document.querySelectorAll(`${place} .near`).length,
      );
    assert.equal(await there.$("[data-name=approximate]"), null);
    await moveFirst(there);
    assert.ok(await there.$("[data-name=approximate]"));
    await waitFor(there, () => document.querySelectorAll(".entry-facts .near").length === 4);
    await drawn(there);
    assert.deepEqual(await there.evaluate(near), [4, 4]);
    assert.deepEqual(await page.evaluate(near), [0, 0]);
  });
}

export function shareClaims(test) {
  test("names go into a link where that is wanted", async ({ page }) => {
    await analyzed(page, [features]);
    const link = await linkOf(page);
    await page.click("input[name=names]");
    assert.ok(carried(await linkOf(page, link)).includes("minilm"));
  });

  for (const [what, fragment, code] of [
    ["a damaged link", (whole) => whole.slice(0, 400), "damaged_link"],
    ["a link that is no base64", () => "%", "damaged_link"],
  ])
    test(`${what} says so, and the page works on`, async ({ open }) => {
      const whole = printed("analyze", "--link", features).trim().split("#s=")[1];
      const { page } = await open(`/#s=${fragment(whole)}`);
      const alert = () => document.querySelector("[role=alert][data-code]")?.dataset.code;
      assert.equal(await waitFor(page, alert), code);
      await pickFiles(page, [features]);
      await settled(page, 1);
      await waitForState(page, "done");
    });

  test("a link stands beside one's own files; back and forward go from link to link", async ({
    open,
    page,
  }) => {
    const link = new URL(printed("analyze", "--link", features).trim());
    const { page: alone } = await open(`/${link.hash}`);
    await waitForState(alone, "done");
    const { alpha } = await numbers(alone);

    await analyzed(page, [law]);
    const own = await numbers(page);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, link.hash);
    await rows(page, 2);
    assert.deepEqual(await column(page, "alpha"), [own.alpha, alpha]);
    const count = (wanted) =>
      waitFor(
        page,
        (many) => document.querySelectorAll("[data-name=dataset]").length === many,
        wanted,
        { what: `${wanted} datasets` },
      );
    await page.evaluate(() => history.back());
    await count(1);
    await page.evaluate(() => history.forward());
    await count(2);
    await page.reload();
    await waitForState(page, "done");
    await count(1);
    assert.equal((await numbers(page)).alpha, alpha);
  });

  test("results stay over a reload where that is wanted, and everything can be cleared", async ({
    page,
  }) => {
    await analyzed(page, [features, law]);
    const before = await compared(page);
    await openShare(page);
    await page.click("input[name=keep]");
    await waitFor(page, kept, null, { what: "kept results" });
    await page.reload();
    await rows(page, 2);
    assert.deepEqual(await compared(page), before);
    const names = [features, law].map((file) => file.split("/").at(-1));
    assert.deepEqual(
      (await datasets(page)).map(({ name }) => name),
      names,
    );
    await openShare(page);
    await page.click("button[name=clear-everything]");
    await waitForState(page, "empty");
    await waitFor(page, nothingKept, null, { what: "empty browser" });
    await page.reload();
    await waitForState(page, "empty");
  });

  test("a picture or a Report of the command restores its numbers", async ({ open }) => {
    const folder = mkdtempSync(join(tmpdir(), "eigenscope-"));
    try {
      const svg = join(folder, "plot.svg");
      const text = printed("analyze", "--json", "--svg", svg, features);
      const report = JSON.parse(text);
      for (const given of [
        { name: "report.json", bytes: text },
        { name: "plot.svg", bytes: readFileSync(svg) },
      ]) {
        const { page } = await open();
        await waitForState(page, "empty");
        await dropFiles(page, [given]);
        await waitForState(page, "done");
        const shown = await numbers(page);
        assert.equal(shown.alpha, report.fit.alpha, given.name);
        assert.equal(shown.interval_low, report.uncertainty.low, given.name);
        assert.equal(shown.rankme, report.rankme, given.name);
        // In another window α follows from the eigenvalues, and the interval does not.
        await moveFirst(page);
        const moved = await numbers(page);
        assert.notEqual(moved.alpha, report.fit.alpha);
        assert.equal(moved.interval_low, undefined);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** From the first Tab to a copied link. `copied` reads what was copied. */
export function keyboardClaim(test, options, copied) {
  test("from the first Tab to a copied link by keyboard alone", async ({ open }) => {
    const { page } = await open("/", options);
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
    await page.evaluate(keepWords, "button[name=copy-link]");
    await press(page, "Enter");
    await waitFor(page, () => window.words.includes("Copied"), null, { what: "word of the copy" });
    const link = await page.$eval("input[name=link]", ({ value }) => value);
    assert.equal(await page.evaluate(copied), link);
  });
}

/** Gives files as matrices of their own, and waits for all that follows. */
async function analyzed(page, paths) {
  await waitForState(page, "empty");
  await pickFiles(page, paths);
  if (paths.length > 1) await page.click("button[name=separate]");
  const list = await settled(page, paths.length);
  for (const { name } of list.reverse()) {
    await select(page, name);
    await waitForStudy(page);
  }
}

/** Waits until the table of several has so many rows. */
async function rows(page, count) {
  const has = (wanted) => document.querySelectorAll("[data-compared]").length === wanted;
  await waitFor(page, has, count, { what: `table of ${count}` });
}

/** The table of several, without the names. */
async function withoutNames(page) {
  return (await compared(page)).map(([, ...row]) => row);
}

/** The numbers of a column of that table, at full precision. */
async function column(page, name) {
  await drawn(page);
  return page.evaluate(
    (wanted) =>
      Array.from(
        document.querySelectorAll(`[data-compared] data[data-name="compared.${wanted}"]`),
        (data) => Number(data.value),
      ),
    name,
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

/** The bytes in a link, as text. */
function carried(link) {
  return Buffer.from(link.split("#s=")[1], "base64url").toString("latin1");
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

/** Keeps all words that an element shows from now on, however short. */
function keepWords(selector) {
  window.words = [];
  const element = document.querySelector(selector);
  const look = () => window.words.push(element.textContent.trim());
  new MutationObserver(look).observe(element, {
    characterData: true,
    childList: true,
    subtree: true,
  });
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
