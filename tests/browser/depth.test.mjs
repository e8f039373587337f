// The strip under the plot: six questions about α, each folded with its answer.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { streamFile } from "./lib/large.mjs";
import { numbers, openPage, pickFiles, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { press, settled, type } from "./lib/person.mjs";
import { example, named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

/** Each row, something that its line says while folded, and numbers that it shows when open. */
const rows = {
  windows: { says: /α runs from/, shows: ["alpha-req.alpha", "r2_100", "r2_500"] },
  uncertainty: { says: /^± 0\.\d{3} /, shows: ["standard_error", "interval_low", "blocks"] },
  shape: { says: /power law|slope/i, shows: ["break_rank", "density_gamma", "x_min", "gamma"] },
  nulls: { says: /^\d+ eigenvalues above/, shows: ["marchenko_pastur_edge", "noise_alpha"] },
  ranks: { says: /RankMe \d/, shows: ["rankme", "effective_rank", "mean_cosine"] },
  choices: { says: /not centred [+−]0\.\d{3}/, shows: ["choice.centred.alpha"] },
};

const figures = { windows: 1, uncertainty: 1, shape: 2 };

describe("the strip under the plot", () => {
  let site;
  let browser;
  let page;
  let faults;
  before(async () => {
    site = await serveSite();
    browser = await launchChromium();
    const options = { viewport: { width: 1440, height: 1200 }, reducedMotion: "reduce" };
    ({ page, faults } = await openPage(browser, `${site.origin}/`, options));
    await waitForState(page, "empty");
    await pickFiles(page, example.files);
    await settled(page, 1);
    await waitForStudy(page);
  });
  beforeEach(async () => {
    await page.evaluate(() => {
      for (const row of document.querySelectorAll("details.more")) row.open = false;
    });
    await page.evaluate(() =>
      document.querySelector("eigen-app").workspace.setWindow({ first: 11, last: 100 }),
    );
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  const open = async (row) => {
    await page.click(`details.${row} > summary`);
    await page.waitForSelector(`details.${row}[open] svg, details.${row}[open] :is(table, dl)`);
  };
  const alphaIs = (wanted) =>
    waitFor(
      page,
      (alpha) =>
        Math.abs(Number(document.querySelector("data[data-name=alpha]")?.value) - alpha) < 1e-12,
      wanted,
      { what: `α ${wanted}` },
    );

  test("all rows are there, in the order in which a careful reader asks", async () => {
    const found = await page.$$eval("details.more", (all) =>
      all.map(({ classList }) => classList[1]),
    );
    assert.deepEqual(found, Object.keys(rows));
  });

  for (const [row, { says, shows }] of Object.entries(rows)) {
    test(`${row}: the folded line says its conclusion; the keyboard opens it`, async () => {
      const summary = `details.${row} > summary`;
      assert.match(await page.textContent(`${summary} .conclusion`), says);
      await page.focus(summary);
      await page.keyboard.press("Enter");
      await page.waitForSelector(`details.${row}[open]`);
      const shown = await numbers(page);
      for (const name of shows) assert.ok(Number.isFinite(shown[name]), `${name}: ${shown[name]}`);
      for (const name of shows) {
        assert.ok(await page.isVisible(`details.${row} data[data-name="${name}"]`), name);
      }
      const drawn = page.locator(`details.${row} .figure-picture svg`);
      await waitForCount(drawn, figures[row] ?? 0);
      for (const label of await page
        .locator(`details.${row} .figure-picture`)
        .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")))) {
        assert.ok(label.length > 20, label);
      }
    });
  }

  test("the interval under α is the one in the row", async () => {
    const shown = await numbers(page);
    const half = (shown.interval_high - shown.interval_low) / 2;
    assert.ok(Math.abs(shown.interval - half) < 1e-12);
    assert.ok(shown.interval_low < shown.alpha && shown.alpha < shown.interval_high);
  });

  test("weights change α, and the read-out says which", async () => {
    await open("windows");
    const { alpha } = await numbers(page);
    for (const [weight, words] of [
      ["none", /no weights/],
      ["log-binned", /log-binned/],
      ["1/k", /weights 1\/k/],
    ]) {
      await page.click(`input[name=weight][value="${weight}"]`);
      await waitFor(
        page,
        (wanted) => new RegExp(wanted).test(document.querySelector(".fit-line").textContent),
        words.source,
      );
      const { alpha: other } = await numbers(page);
      assert.equal(other === alpha, weight === "1/k", `${weight}: ${other}`);
    }
  });

  test("pointing at a cell of the map says its numbers and draws its line; a click puts it in view", async () => {
    await open("windows");
    const before = await page.innerHTML(".plot-picture");
    const box = await page.locator(".map-cells").boundingBox();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.72);
    await page.waitForSelector(".map-cell:not([hidden])");
    const words = await page.textContent(".map-words");
    const [, first, last, alpha] = /ranks (\d+)–(\d+) · α\s+(\d\.\d+)/.exec(
      words.replaceAll(/\s+/g, " "),
    );
    assert.notEqual(await page.innerHTML(".plot-picture"), before);
    assert.equal((await numbers(page)).first, 11);
    await page.mouse.click(box.x + box.width * 0.8, box.y + box.height * 0.72);
    await page.waitForSelector(`data[data-name=first][value="${first}"]`);
    const shown = await numbers(page);
    assert.equal(shown.last, Number(last));
    assert.equal(shown.alpha.toFixed(3), alpha);
    await page.mouse.move(0, 0);
    await page.waitForSelector(".map-cell[hidden]", { state: "attached" });
  });

  test("arrow keys walk through the map, Enter puts a window in view", async () => {
    await open("windows");
    await page.focus(".map-cells");
    await page.waitForSelector(".map-cell:not([hidden])");
    const start = await page.textContent(".map-words");
    await press(page, "ArrowUp");
    await press(page, "ArrowRight");
    await waitFor(page, (old) => document.querySelector(".map-words").textContent !== old, start);
    const words = (await page.textContent(".map-words")).replaceAll(/\s+/g, " ");
    const [, first, last] = /ranks (\d+)–(\d+)/.exec(words);
    assert.ok(Number(first) > 11 && Number(last) > 100, words);
    await press(page, "Enter");
    await page.waitForSelector(`data[data-name=first][value="${first}"]`);
    assert.equal((await numbers(page)).last, Number(last));
  });

  test("the map has three views", async () => {
    await open("windows");
    await page.waitForSelector("eigen-window-map svg");
    const seen = new Set();
    for (const view of ["alpha", "r2", "curvature"]) {
      await page.click(`input[name=map-view][value=${view}]`);
      await waitFor(
        page,
        (known) =>
          !known.includes(document.querySelector("eigen-window-map .figure-picture").innerHTML),
        [...seen],
      );
      seen.add(await page.innerHTML("eigen-window-map .figure-picture"));
    }
    await page.click("input[name=map-view][value=alpha]");
  });

  test("what noise would give is drawn on demand", async () => {
    await open("nulls");
    const before = await page.innerHTML(".plot-picture");
    await page.check("input[name=nulls]");
    await waitFor(page, (old) => document.querySelector(".plot-picture").innerHTML !== old, before);
    await page.uncheck("input[name=nulls]");
    await waitFor(page, (old) => document.querySelector(".plot-picture").innerHTML === old, before);
  });

  for (const [key, words] of [
    ["centred", "not centred"],
    ["unit_rows", "unit rows"],
    ["standardized", "standardized"],
  ]) {
    test(`${key}: the other choice gives the α that was foretold, and α says so`, async () => {
      await open("choices");
      assert.equal(await page.$("[data-name=convention]"), null);
      const shown = await numbers(page);
      const foretold = shown[`choice.${key}.alpha`];
      assert.ok(Math.abs(shown[`choice.${key}.change`] - (foretold - shown.alpha)) < 1e-12);
      await page.click(`input[name=${key}]`);
      await alphaIs(foretold);
      assert.equal(await page.textContent("[data-name=convention]"), words);
      await waitForStudy(page);
      await page.click("button[name=usual-preparation]");
      await alphaIs(shown.alpha);
      assert.equal(await page.$("[data-name=convention]"), null);
    });
  }

  test("components left out change α, and it says so", async () => {
    await open("choices");
    const { alpha } = await numbers(page);
    await type(page, "input[name=dropped]", "2");
    const said = () => document.querySelector("[data-name=convention]")?.textContent;
    assert.equal(await waitFor(page, said), "without the first 2 components");
    assert.notEqual((await numbers(page)).alpha, alpha);
    await type(page, "input[name=dropped]", "0");
    await alphaIs(alpha);
  });

  test("features that cannot be prepared in a way say why in the place of α, and the way back stays", async () => {
    await pickFiles(page, named("shapes/wide_120x130.npy").files);
    await settled(page, 2);
    await waitForStudy(page);
    await open("choices");
    await page.click("input[name=unit_rows]");
    await page.click("input[name=standardized]");
    const reason = await waitFor(page, () => {
      const said = document.querySelector("[data-name=withheld]");
      return said?.dataset.code !== "computing" && said?.textContent.trim();
    });
    assert.match(reason, /standardized only/);
    assert.equal(await page.$("data[data-name=alpha]"), null);
    assert.equal(await page.textContent("[data-name=convention]"), "unit rows, standardized");
    await page.click("button[name=usual-preparation]");
    await page.waitForSelector("data[data-name=alpha]");
  });

  test("while the rest is computed nothing moves; what was cancelled says so", async () => {
    // Its twenty spectra take a second or two: time to press a key.
    const rows = 6_000;
    const d = 1_024;
    await streamFile(page, { name: "long.npy", d, rows, times: 1 });
    await page.waitForSelector(".studying", { state: "attached" });
    const place = () =>
      // On the page, which may be scrolled to what is clicked.
      page.locator(".fact-sheet").evaluate((one) => one.getBoundingClientRect().top + scrollY);
    const before = await place();
    await press(page, "Escape");
    const conclusion = () => document.querySelector(".uncertainty .conclusion").textContent;
    await waitFor(page, () =>
      /not computed/.test(document.querySelector(".uncertainty .conclusion").textContent),
    );
    assert.match(await page.evaluate(conclusion), /run this dataset again/);
    assert.match(await page.textContent(".interval"), /no interval/);
    await page.click("details.uncertainty > summary");
    await page.click(".uncertainty button");
    await waitForState(page, "done");
    await waitForStudy(page);
    assert.ok(Math.abs((await place()) - before) < 1, "the facts have moved");
    assert.ok((await numbers(page)).interval > 0);
  });

  test("all of this was without a fault", () => assert.deepEqual(faults, []));
});

async function waitForCount(locator, count) {
  if (count > 0) await locator.nth(count - 1).waitFor();
  assert.equal(await locator.count(), count);
}
