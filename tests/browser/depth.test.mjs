// The strip under the plot: six questions about α, each folded with its answer.

import { example, named } from "../lib/reference.mjs";
import { hold, holdable, release } from "./lib/hold.mjs";
import { numbers, pickFiles, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { press, settled, type } from "./lib/person.mjs";
import { assertFit } from "./lib/shown.mjs";
import { assert, test as plain } from "./lib/test.mjs";

const options = { viewport: { width: 1440, height: 1200 }, reducedMotion: "reduce" };
const test = plain.extend({ options });

const features = named("minilm_layer6_160x128_f2.npy");

/** Each row, something that its line says while folded, numbers that it shows when open, and its figures. */
const rows = {
  windows: { says: /α runs from/, shows: ["alpha-req.alpha", "r2_100", "r2_500"], figures: 1 },
  uncertainty: {
    says: /^± 0\.\d{3} /,
    shows: ["standard_error", "interval_low", "blocks"],
    figures: 1,
  },
  shape: {
    says: /power law|slope/i,
    shows: ["break_rank", "density_gamma", "x_min", "gamma"],
    figures: 2,
  },
  nulls: {
    says: /^\d+ eigenvalues above/,
    shows: ["marchenko_pastur_edge", "noise_alpha"],
    figures: 0,
  },
  ranks: {
    says: /RankMe \d/,
    shows: ["rankme", "effective_rank", "mean_cosine"],
    figures: 0,
  },
  choices: { says: /not centred [+−]0\.\d{3}/, shows: ["choice.centred.alpha"], figures: 0 },
};

/** Waits for features and all that follows their first answer. */
async function study(page, { files } = features) {
  await pickFiles(page, files);
  await settled(page, 1);
  await waitForStudy(page);
}

async function unfold(page, row) {
  await page.click(`details.${row} > summary`);
  await page.waitForSelector(`details.${row}[open] svg, details.${row}[open] :is(table, dl)`);
}

const alphaIs = (page, wanted) =>
  waitFor(
    page,
    (alpha) =>
      Math.abs(Number(document.querySelector("data[data-name=alpha]")?.value) - alpha) < 1e-12,
    wanted,
    { what: `α ${wanted}` },
  );

/** Waits until what a selector finds contains something else than before. */
const changed = (page, selector, before) =>
  waitFor(page, ([where, old]) => document.querySelector(where)?.innerHTML !== old, [
    selector,
    before,
  ]);

test("each row's line has its conclusion, and the keyboard opens its numbers and figures", async ({
  page,
}) => {
  await study(page);
  const order = await page.$$eval("details.more", (all) =>
    all.map(({ classList }) => classList[1]),
  );
  assert.deepEqual(order, Object.keys(rows), "in the order in which a careful reader asks");
  for (const [row, { says, shows, figures }] of Object.entries(rows)) {
    const summary = `details.${row} > summary`;
    assert.match(await page.textContent(`${summary} .conclusion`), says, row);
    await page.focus(summary);
    await press(page, "Enter");
    await page.waitForSelector(`details.${row}[open]`);
    const shown = await numbers(page);
    for (const name of shows) {
      assert.ok(Number.isFinite(shown[name]), `${name}: ${shown[name]}`);
      assert.ok(await page.isVisible(`details.${row} data[data-name="${name}"]`), name);
    }
    const drawn = page.locator(`details.${row} .figure-picture svg`);
    if (figures > 0) await drawn.nth(figures - 1).waitFor();
    assert.equal(await drawn.count(), figures, row);
    const labels = await page.$$eval(`details.${row} .figure-picture`, (all) =>
      all.map((one) => one.ariaLabel),
    );
    for (const label of labels) assert.ok(label.length > 20, label);
  }
  const { alpha, interval, interval_low: low, interval_high: high } = await numbers(page);
  assert.ok(Math.abs(interval - (high - low) / 2) < 1e-12, "the interval under α is the row's");
  assert.ok(low < alpha && alpha < high);
});

test("where a block of rows does not reach the window there is a reason and no interval", async ({
  page,
}) => {
  await study(page, named("shapes/106x104.npy"));
  assert.match(await page.textContent(".interval"), /no interval/);
  assert.match(await page.textContent(".uncertainty .conclusion"), /ranks are usable/);
  assert.equal((await numbers(page)).interval, undefined);
});

test("each usual window that the ranks reach has a line to apply it, and weights change α", async ({
  page,
}) => {
  await study(page);
  await unfold(page, "windows");
  const { fits } = features.report;
  const lines = page.locator(".windows .figures tbody tr");
  assert.equal(await lines.count(), Object.keys(fits).length);
  await lines.filter({ hasText: "training" }).getByRole("button").click();
  assertFit(await numbers(page), fits["fastssl-train"]);

  const { alpha } = await numbers(page);
  for (const [weight, words] of [
    ["none", /no weights/],
    ["log-binned", /log-binned/],
    ["1/k", /weights 1\/k/],
  ]) {
    await page.click(`input[name=weight][value="${weight}"]`);
    assert.match(await page.textContent(".fit-line"), words);
    const { alpha: other } = await numbers(page);
    assert.equal(other === alpha, weight === "1/k", `${weight}: ${other}`);
  }
});

test("pointing at a window in the map shows its numbers and draws its line, and a click applies it", async ({
  page,
}) => {
  await study(page);
  await unfold(page, "windows");
  await page.waitForSelector("eigen-window-map svg");
  const before = await page.innerHTML(".plot-picture");
  const box = await page.locator(".map-cells").boundingBox();
  const there = [box.x + box.width * 0.6, box.y + box.height * 0.72];
  await page.mouse.move(...there);
  await page.waitForSelector(".map-cell:not([hidden])");
  const { first, last, alpha } = await mapWords(page);
  await changed(page, ".plot-picture", before);
  assert.equal((await numbers(page)).first, 11, "pointing changes no window");
  await page.mouse.click(...there);
  await page.waitForSelector(`data[data-name=first][value="${first}"]`);
  const shown = await numbers(page);
  assert.deepEqual([shown.last, shown.alpha.toFixed(3)], [last, alpha]);
  await page.mouse.move(0, 0);
  await page.waitForSelector(".map-cell[hidden]", { state: "attached" });
});

test("the map has three views, arrow keys walk through it, and Enter applies a window", async ({
  page,
}) => {
  await study(page);
  await unfold(page, "windows");
  await page.waitForSelector("eigen-window-map svg");
  const picture = () => page.innerHTML("eigen-window-map .figure-picture");
  const seen = [await picture()];
  for (const view of ["r2", "curvature"]) {
    await page.click(`input[name=map-view][value=${view}]`);
    await changed(page, "eigen-window-map .figure-picture", seen.at(-1));
    seen.push(await picture());
  }
  assert.equal(new Set(seen).size, 3);

  await page.focus(".map-cells");
  await page.waitForSelector(".map-cell:not([hidden])");
  const start = await mapWords(page);
  await press(page, "ArrowUp");
  await press(page, "ArrowLeft");
  const { first, last } = await mapWords(page);
  assert.ok(first > start.first && last < start.last, `${first}–${last}`);
  await press(page, "Enter");
  await page.waitForSelector(`data[data-name=first][value="${first}"]`);
  assert.equal((await numbers(page)).last, last);
});

test("what noise would give is drawn on demand", async ({ page }) => {
  await study(page);
  await unfold(page, "nulls");
  const before = await page.innerHTML(".plot-picture");
  await page.check("input[name=nulls]");
  await changed(page, ".plot-picture", before);
  await page.uncheck("input[name=nulls]");
  await waitFor(page, (old) => document.querySelector(".plot-picture").innerHTML === old, before);
});

test("each other preparation gives the α that its line has, and the read-out names it", async ({
  page,
}) => {
  await study(page);
  await unfold(page, "choices");
  const usual = await numbers(page);
  for (const [key, words] of [
    ["centred", "not centred"],
    ["unit_rows", "unit rows"],
    ["standardized", "standardized"],
    ["dropped_components", "without the first component"],
  ]) {
    assert.equal(await page.$("[data-name=convention]"), null);
    const foretold = usual[`choice.${key}.alpha`];
    assert.ok(Math.abs(usual[`choice.${key}.change`] - (foretold - usual.alpha)) < 1e-12, key);
    assert.notEqual(foretold, usual.alpha);
    if (key === "dropped_components") await type(page, "input[name=dropped]", "1");
    else await page.click(`input[name=${key}]`);
    await alphaIs(page, foretold);
    assert.equal(await page.textContent("[data-name=convention]"), words);
    await waitForStudy(page);
    await page.click("button[name=usual-preparation]");
    await alphaIs(page, usual.alpha);
  }
  assert.equal(await page.$("[data-name=convention]"), null);
});

test("features that cannot be prepared in a way have a reason instead of α, and the way back stays", async ({
  page,
}) => {
  await study(page, named("shapes/wide_120x130.npy"));
  await unfold(page, "choices");
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

test("while the rest is computed nothing moves, and what was cancelled can be run again", async ({
  open,
}) => {
  const { page } = await open("/", { ...options, init: holdable });
  await waitForState(page, "empty");
  await hold(page, "matrix");
  await pickFiles(page, example.files);
  await settled(page, 1);
  await page.waitForSelector(".studying", { state: "attached" });
  const place = () =>
    // On the page, which may be scrolled to what is clicked.
    page.locator(".fact-sheet").evaluate((one) => one.getBoundingClientRect().top + scrollY);
  const before = await place();
  await press(page, "Escape");
  const conclusion = await page.textContent(".uncertainty .conclusion");
  assert.match(conclusion, /not computed.*run this dataset again/i);
  assert.match(await page.textContent(".interval"), /no interval/);
  await release(page);
  await page.click("details.uncertainty > summary");
  await page.click(".uncertainty button");
  await waitForState(page, "done");
  await waitForStudy(page);
  assert.ok((await numbers(page)).interval > 0);
  assert.ok(Math.abs((await place()) - before) < 1, "the facts have moved");
});

/** The window under the pointer, as the map has it in words. */
async function mapWords(page) {
  const words = (await page.textContent(".map-words")).replaceAll(/\s+/g, " ");
  const [, first, last, alpha] =
    /ranks (\d+)–(\d+) · α (\d\.\d+)/.exec(words) ?? assert.fail(words);
  return { first: Number(first), last: Number(last), alpha };
}
