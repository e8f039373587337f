// Bad files: each is refused with its code, and neither the page nor what came before it suffers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { numbers, openPage, pickFiles, waitForState } from "./lib/page.mjs";
import { select, settled } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const hostile = JSON.parse(readFileSync(join(top, "tests/hostile/expected.json"), "utf8"));
const good = named("minilm_layer6_160x128_f2.npy");
/** Codes that say that something of ours broke. */
const ours = ["unexpected", "worker_died", "not_loaded"];

let site;
let browser;
let page;
let faults;
before(async () => {
  site = await serveSite();
  browser = await launchChromium();
  ({ page, faults } = await openPage(browser, `${site.origin}/`));
  await waitForState(page, "empty");
  await pickFiles(page, good.files);
  await settled(page, 1);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

for (const [folder, files] of folders()) {
  test(`${folder}: every bad file has its code, and the result before it stays`, async () => {
    const wrong = {};
    for (const [file, code] of files) {
      await pickFiles(page, [join("tests/hostile", file)]);
      const [first, entry] = await settled(page, 2);
      assert.equal(entry.name, basename(file));
      if (!isRight(entry, code)) wrong[file] = `${entry.state} ${entry.code}, not ${code}`;
      if (entry.code && !isSentence(entry.text)) wrong[file] = `says "${entry.text}"`;
      assert.equal(first.state, "done");
      await page.evaluate(() => document.querySelectorAll(".entry-remove")[1].click());
      await settled(page, 1);
      const { alpha } = await numbers(page);
      assert.ok(Math.abs(alpha - good.default_fit.alpha) < 1e-9, `α = ${alpha} after ${file}`);
    }
    assert.deepEqual(wrong, {});
  });
}

test("a hundred bad files at once: each has its line, and the window still moves α", async () => {
  const refused = Object.entries(hostile).filter(([, code]) => code !== "any");
  const files = refused.slice(0, 100).map(([file]) => join("tests/hostile", file));
  await pickFiles(page, files);
  await page.click("button[name=separate]");
  const entries = await settled(page, 1 + files.length);
  assert.equal(entries.filter(({ state }) => state === "error").length, files.length);
  await select(page, basename(good.files[0]));
  await page.focus("[data-end=first]");
  await page.keyboard.press("ArrowRight");
  const { alpha, first } = await numbers(page);
  assert.equal(first, 12);
  assert.notEqual(alpha, good.default_fit.alpha);
  await page.keyboard.press("ArrowLeft");
});

test("after all of them a good file is analyzed", async () => {
  const wide = named("shapes/wide_120x130.npy");
  const { length } = await page.$$("[data-name=dataset]");
  await pickFiles(page, wide.files);
  await settled(page, length + 1);
  const { alpha } = await numbers(page);
  assert.ok(Math.abs(alpha - wide.default_fit.alpha) < 1e-9);
});

test("all of this was without a fault", () => assert.deepEqual(faults, []));

function folders() {
  const found = new Map();
  for (const [file, code] of Object.entries(hostile)) {
    const [folder] = file.split("/");
    found.set(folder, [...(found.get(folder) ?? []), [file, code]]);
  }
  return found;
}

function isSentence(text) {
  return text.length > 20 && text.endsWith(".");
}

function isRight({ state, code }, expected) {
  if (expected === "any") return state === "done" || !ours.includes(code);
  // A file with several arrays is not refused here: the person chooses.
  const became = { error: code, choosing: "several_arrays", done: "accepted" }[state];
  return [expected].flat().includes(became);
}
