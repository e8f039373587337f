// Features of a known spectrum: made in the page, read as any file is, and compared with the truth.

import {
  assertGeneratorForEveryone,
  hashOfSaved,
  keepSaved,
  makeFeatures,
  openGenerator,
} from "./lib/generate.mjs";
import { errors, numbers, waitFor, waitForStudy } from "./lib/page.mjs";
import { datasets, press, settled, type } from "./lib/person.mjs";
import { assert, browsers, describe, test } from "./lib/test.mjs";

/** FNV-1a of the rows of the recipe below; `crate/src/synth/tests.rs` has the same number. */
const HASH = "80c9d2b7f48e04e0";
const RECIPE = { alpha: 1, rows: 50, columns: 21, noise: 0.01, mean: 2, seed: 7 };

describe.each(browsers)("%s", (_browser, test) => {
  test("a file is made, read and saved from the keyboard alone, the same bytes as natively", async ({
    open,
    site,
  }) => {
    const { page, requests } = await openGenerator(open, { init: keepSaved });
    await page.focus("dialog select[name=number]");
    await page.keyboard.press("ArrowDown");
    const before = requests.length;
    await makeFeatures(page, RECIPE);
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
  });
});

test("truth and estimate are side by side, and the verdict follows the interval", async ({
  open,
}) => {
  const { page } = await openGenerator(open);
  await makeFeatures(page, { alpha: 1, rows: 2000, columns: 128, seed: 3 });
  await settled(page, 1);
  await waitForStudy(page);
  const found = await numbers(page);
  assert.ok(Math.abs(found.true_alpha - 1) < 1e-12);
  assert.equal(found.found_alpha, found.alpha);
  const verdict = () => page.$eval("[data-name=truth-verdict]", ({ dataset }) => dataset.code);
  const holds = Math.abs(found.found_alpha - found.true_alpha) <= found.found_give;
  assert.equal(await verdict(), holds ? "holds" : "misses");
  assert.ok(Math.abs(found.found_alpha - found.expected_alpha) < 0.1);
  const picture = await page.$eval("eigen-truth .figure-picture", (one) => ({
    name: one.getAttribute("aria-label"),
    lines: one.querySelectorAll("polyline[stroke-dasharray]").length,
  }));
  assert.match(picture.name, /^Log–log plot of 3 spectra of 128 usable eigenvalues/);
  assert.ok(picture.lines >= 1, "what is expected is drawn in dashes");
  // Another window, another truth beside it: of a power law the same.
  await type(page, "input[name=first]", 20);
  await waitForStudy(page);
  const moved = await numbers(page);
  assert.ok(Math.abs(moved.true_alpha - 1) < 1e-12);
  assert.equal(moved.found_alpha, moved.alpha);
  assert.notEqual(moved.found_alpha, found.found_alpha);
});

test("what cannot be made is refused in a sentence beside its field; what is being made can be cancelled", async ({
  open,
}) => {
  const { page } = await openGenerator(open);
  await makeFeatures(page, { alpha: 9 });
  assert.deepEqual(await errors(page), [
    { code: "out_of_range", text: "Exponent α: a number from 0 to 4." },
  ]);
  assert.equal(await page.evaluate(() => document.activeElement.name), "alpha");
  await makeFeatures(page, { alpha: 1, rows: "2.5" });
  assert.equal((await errors(page))[0].text, "Rows n: a whole number from 2 to 10,000,000.");
  await makeFeatures(page, { rows: 1_000_000, columns: 1000 });
  const tooLarge = () => document.querySelector("dialog [data-code=too_many_bytes]") !== null;
  await waitFor(page, tooLarge, null, { what: "refusal" });
  assert.match((await errors(page))[0].text, /^These features would take 4,000 MB/);

  await makeFeatures(page, { rows: 250_000, columns: 512 });
  const isMaking = () => document.querySelector("dialog progress")?.value > 0;
  await waitFor(page, isMaking, null, { what: "progress" });
  await page.click("dialog button[name=cancel]");
  const isOver = () => !document.querySelector("dialog progress");
  await waitFor(page, isOver, null, { what: "end" });
  assert.ok(await page.$eval("dialog.generate", ({ open }) => open), "the panel stays");
  await press(page, "Escape");
  const isClosed = () => !document.querySelector("dialog.generate").open;
  await waitFor(page, isClosed, null, { what: "closed panel" });
  assert.equal(await page.evaluate(() => document.activeElement.name), "generate");
  assert.deepEqual(await datasets(page), []);
});

for (const [colorScheme, width] of [
  ["light", 360],
  ["dark", 1440],
]) {
  test(`axe finds nothing in panel and truth, ${colorScheme}, ${width} px`, async ({ open }) => {
    const viewport = { width, height: 900 };
    await assertGeneratorForEveryone(open, { colorScheme, viewport });
  });
}
