// What axe cannot see: that every picture can be read, and that the page holds when it is enlarged, without motion, in forced colours, and without a pointer.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { top } from "../../scripts/setup/step.mjs";
import { named } from "../lib/reference.mjs";
import { beyond, focused, forced, moving, picturesOf } from "./lib/layout.mjs";
import { drawn, dropFiles, pickFiles, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { frames, press, saveReport, select, settled } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const [features] = named("minilm_layer6_160x128_f2.npy").files;
const [law] = named("powerlaw_alpha2_100x40_f4.npy").files;
const refused = "tests/hostile/value/nan.npy";

/** Brings two datasets whose names have an order into an empty page, and scores, and unfolds everything: every picture is there. */
async function everything(page) {
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
}

/** Gives the page another size; resolves once it lies in it. */
async function resize(page, width, height) {
  await page.setViewportSize({ width, height });
  await frames(page);
  await drawn(page);
}

test("every picture has a summary in words, and a table that says what the Report says", async ({
  page,
}) => {
  await everything(page);
  const pictures = await page.evaluate(picturesOf);
  // The spectrum, the map, α(n), slope, residuals, all spectra, the trend, and a scatter for each measure.
  assert.equal(pictures.length, 14);
  for (const { name, tables } of pictures) {
    assert.ok(name.length > 20 && name.includes(" "), `a picture is called "${name}"`);
    assert.equal(tables, 1, `${tables} tables of "${name}"`);
  }

  assert.equal(await page.$(".as-table table"), null, "none is made before it is opened");
  const { report } = await saveReport(page);
  const { local_slope, residuals } = report.spectrum_shape;
  const slopes = await tableOf(page, ".shape .half:nth-child(1)");
  assert.equal(slopes.length, local_slope.ranks.length);
  assert.deepEqual(slopes[0], ["1", local_slope.slopes[0].toFixed(3).replace("-", "−")]);
  const rest = await tableOf(page, ".shape .half:nth-child(2)");
  assert.equal(rest.length, residuals.ranks.length);
  assert.equal(Number(rest[0][1].replace("−", "-")), Number(residuals.residuals[0].toPrecision(3)));
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

test("enlarged to 200 % and 400 % of 1280 × 900, nothing is lost and nothing scrolls sideways", async ({
  open,
}) => {
  for (const [width, height] of [
    [640, 450],
    [320, 225],
  ]) {
    const options = { viewport: { width, height }, deviceScaleFactor: 1280 / width };
    const { page } = await open("/", options);
    const at = (state) => `${state}, ${width} px`;
    await waitForState(page, "empty");
    assert.deepEqual(await page.evaluate(beyond), [], at("empty"));
    await pickFiles(page, [features, law]);
    await page.waitForSelector(".question");
    assert.deepEqual(await page.evaluate(beyond), [], at("a question"));
    await page.click(".question button.quiet");
    await everything(page);
    await pickFiles(page, [refused]);
    await settled(page, 3);
    assert.deepEqual(await page.evaluate(beyond), [], at("a refusal"));
    await select(page, "layer1.npy");
    for (const summary of await page.$$(".as-table summary"))
      await summary.evaluate((one) => one.click());
    await page.click("[data-compared] button.adorn");
    assert.deepEqual(await page.evaluate(beyond), [], at("everything unfolded"));
    await page.evaluate(() => scrollTo(0, 0));
    for (const menu of await page.$$(".menu summary")) {
      await menu.click();
      await drawn(page);
      assert.deepEqual(await page.evaluate(beyond), [], at("a menu"));
    }
  }
});

test("spaced as WCAG's 1.4.12 says, nothing scrolls sideways", async ({ open }) => {
  const { page } = await open("/", { viewport: { width: 640, height: 900 }, bypassCSP: true });
  await waitForState(page, "empty");
  await everything(page);
  await page.addStyleTag({
    content:
      "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }",
  });
  await resize(page, 640, 900);
  assert.deepEqual(await page.evaluate(beyond), []);
});

test("without motion nothing moves, and in forced colours pictures keep theirs and choices are seen", async ({
  page,
}) => {
  await everything(page);
  for (const [reducedMotion, isStill] of [
    ["reduce", true],
    ["no-preference", false],
  ]) {
    await page.emulateMedia({ reducedMotion });
    const { declared, running } = await page.evaluate(moving);
    assert.equal(declared.length === 0, isStill, `${reducedMotion}: ${declared.slice(0, 5)}`);
    // A transition that a click has begun comes to its end.
    if (isStill) assert.equal(running, 0);
    else await waitFor(page, () => document.getAnimations().length === 0, null, { what: "end" });
  }

  await page.click("[data-compared] button.adorn");
  for (const [colorScheme, paper] of [
    // Ink for this paper, whatever the colours around it.
    ["light", "rgb(251, 250, 247)"],
    ["dark", "rgb(20, 22, 26)"],
  ]) {
    await page.emulateMedia({ reducedMotion: "reduce", forcedColors: "active", colorScheme });
    // The page hears of the scheme with the next frame.
    await frames(page);
    await drawn(page);
    const { pictures, alike } = await page.evaluate(forced, [
      [".entry[data-selected]", ".entry:not([data-selected])"],
      [".tabs [aria-selected=true]", ".tabs [aria-selected=false]"],
      [".segments input:checked + span", ".segments input:not(:checked) + span"],
      [".styles label:has(:checked)", ".styles label:not(:has(:checked))"],
      ["[data-current] > .named", "[data-compared]:not([data-current]) > .named"],
    ]);
    assert.deepEqual(alike, [], colorScheme);
    assert.ok(pictures.length > 10);
    assert.deepEqual([...new Set(pictures)], [paper]);
  }
});

test("what has the focus is never hidden by the header, and a picture that stays covers nothing", async ({
  open,
}) => {
  const { page } = await open("/", { viewport: { width: 1000, height: 500 } });
  await waitForState(page, "empty");
  await everything(page);
  await page.evaluate(() => {
    scrollTo(0, document.body.scrollHeight);
    [...document.querySelectorAll("main button")].at(-1).focus();
  });
  let steps = 0;
  for (; steps < 300; steps += 1) {
    await page.keyboard.press("Shift+Tab");
    const { hidden, isThrough } = await page.evaluate(focused);
    assert.equal(hidden, "", `after ${steps} steps`);
    if (isThrough) break;
  }
  assert.ok(steps > 50 && steps < 300, `${steps} steps`);

  await resize(page, 1440, 700);
  await page.click("[data-compared] button.adorn");
  const covered = await page.evaluate(() => {
    const [picture, trend] = document.querySelectorAll("eigen-spectra .figure, eigen-trend");
    const found = [];
    for (let y = 0; y < document.body.scrollHeight; y += 100) {
      scrollTo(0, y);
      const gap = trend.getBoundingClientRect().top - picture.getBoundingClientRect().bottom;
      if (gap < 0) found.push(y);
    }
    return found;
  });
  assert.deepEqual(covered, []);
});

test("an explanation stays while the pointer is on it, and Esc takes it away", async ({ page }) => {
  await pickFiles(page, [features]);
  await settled(page, 1);
  await waitForStudy(page);
  const isShown = () => page.evaluate(() => document.querySelector(".tip")?.hidden === false);
  // From here on, only the test lets time pass.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  const pass = () => page.clock.runFor(1000);
  await page.hover(".readout .fit-line dfn");
  assert.equal(await isShown(), true);
  const { x, y, width, height } = await page.locator(".tip").boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
  await pass();
  assert.equal(await isShown(), true, "it can be pointed at");
  await page.keyboard.press("Escape");
  assert.equal(await isShown(), false);

  await page.hover(".readout .fit-line dfn");
  assert.equal(await isShown(), true);
  await page.mouse.move(1, 1);
  await pass();
  assert.equal(await isShown(), false);
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
