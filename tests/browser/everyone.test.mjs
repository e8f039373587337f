// What axe cannot see: that every picture can be read, and that the page holds for those who enlarge it, want no motion, bring colours of their own, or have no pointer.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { top } from "../../scripts/setup/step.mjs";
import { addAxe, violations } from "./lib/axe.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { analyze, frameOf } from "./lib/embedded.mjs";
import { serveHost } from "./lib/host.mjs";
import { beyond } from "./lib/layout.mjs";
import {
  dropFiles,
  openPage,
  pickFiles,
  waitFor,
  waitForState,
  waitForStudy,
} from "./lib/page.mjs";
import { press, saveReport, select, settled } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const [features] = named("minilm_layer6_160x128_f2.npy").files;
const [law] = named("powerlaw_alpha2_100x40_f4.npy").files;
const refused = "tests/hostile/value/nan.npy";

let site;
let browser;
before(async () => {
  site = await serveSite({ headers: () => ({ "Access-Control-Allow-Origin": "*" }) });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** The page with two datasets whose names tell an order, and with scores: every picture is there. */
async function everything(t, options) {
  const opened = await openPage(browser, `${site.origin}/`, options);
  t.after(opened.close);
  const { page } = opened;
  await waitForState(page, "empty");
  const files = await Promise.all(
    [features, law].map(async (path, i) => ({
      name: `layer${i + 1}.npy`,
      bytes: await readFile(join(top, path)),
    })),
  );
  await dropFiles(page, files);
  await page.click("button[name=separate]");
  await settled(page, 2);
  await select(page, "layer1.npy");
  await waitForStudy(page);
  await page.fill("textarea[name=scores]", "layer1, 0.5\nlayer2, 0.6");
  await page.click("button[name=take-scores]");
  await page.evaluate(() => {
    for (const row of document.querySelectorAll(".more")) row.open = true;
  });
  const isDrawn = () =>
    [...document.querySelectorAll(".figure-picture")].every((one) => one.querySelector("svg"));
  await waitFor(page, isDrawn, null, { what: "all pictures" });
  return page;
}

describe("every picture", () => {
  test("has a summary in words, and its figures in a table", async (t) => {
    const page = await everything(t);
    const pictures = await page.evaluate(picturesOf);
    // The spectrum, the map, α(n), slope, residuals, all spectra, the trend, and a scatter for each measure.
    assert.equal(pictures.length, 14);
    for (const { name, tables } of pictures) {
      assert.ok(name.length > 20 && name.includes(" "), `a picture is called "${name}"`);
      assert.equal(tables, 1, `${tables} tables of "${name}"`);
    }
  });

  test("its table is made when it is opened, from the keyboard, and says what the Report says", async (t) => {
    const page = await everything(t);
    assert.equal(await page.$(".as-table table"), null, "none is made before");
    const { report } = await saveReport(page);
    const { local_slope, residuals } = report.spectrum_shape;
    const slopes = await tableOf(page, ".shape .half:nth-child(1)");
    assert.equal(slopes.length, local_slope.ranks.length);
    assert.deepEqual(slopes[0], ["1", local_slope.slopes[0].toFixed(3)]);
    const rest = await tableOf(page, ".shape .half:nth-child(2)");
    assert.equal(rest.length, residuals.ranks.length);
    assert.equal(
      Number(rest[0][1].replace("−", "-")),
      Number(residuals.residuals[0].toPrecision(3)),
    );
    const spectra = await tableOf(page, "eigen-spectra");
    assert.equal(spectra.length, report.eigenvalues.length);
    assert.equal(spectra[0][1], report.eigenvalues[0].toPrecision(4));
    assert.equal(spectra.at(-1)[2], "–", "the other has fewer");
    const windows = await tableOf(page, ".windows");
    assert.ok(windows.length > 50 && windows.every(([ranks]) => /^\d+–\d+$/.test(ranks)));
    const trend = await tableOf(page, "eigen-trend");
    assert.deepEqual(
      trend.map(([, place, value]) => [place, value]),
      [
        ["1", report.fit.alpha.toPrecision(4)],
        ["2", trend[1][2]],
      ],
    );
    const scatter = await tableOf(page, ".scatters > :first-child");
    assert.deepEqual(
      scatter.map(([, , score]) => score),
      ["0.5000", "0.6000"],
    );
  });
});

describe("enlarged", () => {
  for (const [how, width, height] of [
    ["200 %", 640, 450],
    ["400 %", 320, 225],
  ]) {
    test(`to ${how} of 1280 × 900, nothing is lost and nothing scrolls sideways`, async (t) => {
      const options = { viewport: { width, height }, deviceScaleFactor: 1280 / width };
      const { page, close } = await openPage(browser, `${site.origin}/`, options);
      t.after(close);
      await waitForState(page, "empty");
      assert.deepEqual(await page.evaluate(beyond), [], "empty");
      await pickFiles(page, [features, law]);
      assert.deepEqual(await page.evaluate(beyond), [], "a question");
      await page.click("button[name=separate]");
      await settled(page, 2);
      await pickFiles(page, [refused]);
      await settled(page, 3);
      assert.deepEqual(await page.evaluate(beyond), [], "a refusal");
      const all = await everything(t, options);
      for (const summary of await all.$$(".as-table summary"))
        await summary.evaluate((one) => one.click());
      await all.click("[data-compared] button.adorn");
      assert.deepEqual(await all.evaluate(beyond), [], "everything unfolded");
      await all.evaluate(() => scrollTo(0, 0));
      for (const menu of await all.$$(".menu summary")) {
        await menu.click();
        assert.deepEqual(await all.evaluate(beyond), [], "a menu");
      }
    });
  }

  test("spaced as WCAG's 1.4.12 says, nothing scrolls sideways", async (t) => {
    const page = await everything(t, { viewport: { width: 640, height: 900 }, bypassCSP: true });
    await page.addStyleTag({
      content:
        "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }",
    });
    assert.deepEqual(await page.evaluate(beyond), []);
  });
});

test("who wants no motion sees none", async (t) => {
  for (const [reducedMotion, isStill] of [
    ["reduce", true],
    ["no-preference", false],
  ]) {
    const page = await everything(t, { reducedMotion });
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")]
        .filter((one) => {
          const { animationName, transitionDuration } = getComputedStyle(one);
          return animationName !== "none" || !/^0s(, 0s)*$/.test(transitionDuration);
        })
        .map(({ localName, className }) => `${localName}.${className}`),
    );
    assert.equal(moving.length === 0, isStill, moving.slice(0, 5).join());
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`in colours of the person's own, ${colorScheme}, pictures keep theirs and choices are seen`, async (t) => {
    const page = await everything(t, { forcedColors: "active", colorScheme });
    await page.click("[data-compared] button.adorn");
    const { pictures, alike } = await page.evaluate(forced, [
      [".entry[data-selected]", ".entry:not([data-selected])"],
      [".tabs [aria-selected=true]", ".tabs [aria-selected=false]"],
      [".segments input:checked + span", ".segments input:not(:checked) + span"],
      [".styles label:has(:checked)", ".styles label:not(:has(:checked))"],
      ["[data-current] > .named", "[data-compared]:not([data-current]) > .named"],
    ]);
    assert.deepEqual(alike, []);
    assert.ok(pictures.length > 10);
    // Ink for this paper, whatever the colours around it.
    const paper = { light: "rgb(251, 250, 247)", dark: "rgb(20, 22, 26)" }[colorScheme];
    assert.deepEqual([...new Set(pictures)], [paper]);
  });
}

describe("without a pointer, and with one", () => {
  test("what has the focus is never hidden by the header", async (t) => {
    const page = await everything(t, { viewport: { width: 1000, height: 500 } });
    await page.evaluate(() => {
      scrollTo(0, document.body.scrollHeight);
      [...document.querySelectorAll("main button")].at(-1).focus();
    });
    let steps = 0;
    for (; steps < 300; steps += 1) {
      await press(page, "Shift+Tab");
      const { hidden, isThrough } = await page.evaluate(focused);
      assert.equal(hidden, "", `after ${steps} steps`);
      if (isThrough) break;
    }
    assert.ok(steps > 50 && steps < 300, `${steps} steps`);
  });

  test("the picture of all spectra stays beside their table, and covers nothing below", async (t) => {
    const page = await everything(t, { viewport: { width: 1440, height: 700 } });
    await page.click("[data-compared] button.adorn");
    const below = await page.evaluate(async () => {
      const found = [];
      const [picture, trend] = document.querySelectorAll("eigen-spectra .figure, eigen-trend");
      for (let y = 0; y < document.body.scrollHeight; y += 100) {
        scrollTo(0, y);
        const gap = trend.getBoundingClientRect().top - picture.getBoundingClientRect().bottom;
        if (gap < 0) found.push(y);
      }
      return found;
    });
    assert.deepEqual(below, []);
  });

  test("an explanation stays while the pointer is on it, and Esc takes it away", async (t) => {
    const page = await everything(t);
    const isShown = () => document.querySelector(".tip")?.hidden === false;
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForTimeout(100);
    await page.hover(".readout .fit-line dfn");
    await waitFor(page, isShown);
    const { x, y, width, height } = await (await page.$(".tip")).boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
    await page.waitForTimeout(400);
    assert.equal(await page.evaluate(isShown), true, "it can be pointed at");
    await press(page, "Escape");
    assert.equal(await page.evaluate(isShown), false);
    await page.hover(".readout .fit-line dfn");
    await page.mouse.move(1, 1);
    await waitFor(page, () => document.querySelector(".tip").hidden);
  });
});

describe("inside another page", () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [640, 360]) {
      test(`axe finds nothing, ${colorScheme}, ${width} px`, async (t) => {
        const host = await serveHost({
          "/": `<!doctype html><html lang="en"><title>A host</title><link rel="icon" href="data:,"><main><h1>A host</h1><script type="module" src="${site.origin}/eigen-scope.js"></script><eigen-scope theme="${colorScheme}"></eigen-scope></main></html>`,
        });
        t.after(host.close);
        const viewport = { width: width + 16, height: 700 };
        const options = { viewport, colorScheme, bypassCSP: true, reducedMotion: "reduce" };
        const { page, close } = await openPage(browser, `${host.origin}/`, options);
        t.after(close);
        const frame = await frameOf(page, site);
        await waitForState(frame, "empty");
        await addAxe(page);
        await addAxe(frame);
        assert.deepEqual(await violations(page), [], "the host");
        assert.deepEqual(await violations(frame), [], "empty");
        await analyze(page, features);
        assert.deepEqual(await violations(frame), [], "done");
        await analyze(page, law);
        assert.deepEqual(await violations(frame), [], "several");
        await analyze(page, refused);
        assert.deepEqual(await violations(frame), [], "refused");
      });
    }
  }
});

/** Opens the table of a picture with the keyboard; resolves to its cells. */
async function tableOf(page, where) {
  await page.focus(`${where} .as-table summary`);
  await press(page, "Enter");
  await page.waitForSelector(`${where} .as-table tbody tr`);
  return page.$$eval(`${where} .as-table tbody tr`, (rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  );
}

// These run in the page.

/** Each picture: its name, and how many tables of it there are. */
function picturesOf() {
  return [...document.querySelectorAll("[role=img]")].map((picture) => {
    const label = picture.getAttribute("aria-labelledby");
    const name = label ? document.getElementById(label).textContent : picture.ariaLabel;
    const home = picture.closest("eigen-window-map, eigen-spectra, eigen-dots, .half");
    const tables = picture.matches(".plot-picture")
      ? document.querySelectorAll("#tab-Table")
      : home
        ? home.querySelectorAll(".as-table")
        : picture.closest(".more-body").querySelectorAll("table");
    return { name: name.trim(), tables: tables.length };
  });
}

/** Of pairs of what is chosen and what is not, those that look alike; and the paper of each picture. */
function forced(pairs) {
  const look = (selector) => {
    const style = getComputedStyle(document.querySelector(selector));
    const seen = [
      "outlineStyle",
      "outlineColor",
      "borderColor",
      "borderStyle",
      "textDecorationLine",
    ];
    return seen.map((key) => style[key]).join();
  };
  const alike = pairs.filter(([one, other]) => look(one) === look(other));
  const pictures = [...document.querySelectorAll("[role=img]")].map(
    (picture) => getComputedStyle(picture).backgroundColor,
  );
  return { alike, pictures };
}

/** What has the focus, where none of it is in sight; and whether that is the first of the page. */
function focused() {
  const one = document.activeElement;
  const { top, bottom } = one.getBoundingClientRect();
  const header = document.querySelector(".header");
  const end = header.getBoundingClientRect().bottom;
  const isThrough = header.contains(one) || one === document.body;
  const isHidden = !isThrough && (bottom <= end + 1 || top >= innerHeight);
  return { hidden: isHidden ? `${one.localName}.${one.className}` : "", isThrough };
}
