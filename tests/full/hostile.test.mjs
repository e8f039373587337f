// Every bad file through the page: each is refused with its code, and neither the page nor what came before it suffers.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { top } from "../../scripts/setup/step.mjs";
import { numbers, pickFiles } from "../browser/lib/page.mjs";
import { settled } from "../browser/lib/person.mjs";
import { assert, test } from "../browser/lib/test.mjs";
import { named } from "../lib/reference.mjs";

const hostile = JSON.parse(readFileSync(join(top, "tests/hostile/expected.json"), "utf8"));
const good = named("minilm_layer6_160x128_f2.npy");
/** Codes that say that something of ours broke. */
const ours = ["unexpected", "worker_died", "reader_stuck", "not_loaded", "internal"];

for (const [folder, files] of folders()) {
  test(`${folder}: every bad file has its code, and the result before it stays`, {
    timeout: 600_000,
  }, async ({ page }) => {
    await pickFiles(page, good.files);
    await settled(page, 1);
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

test("a hundred bad files at once have a line each", { timeout: 600_000 }, async ({ page }) => {
  const refused = Object.entries(hostile).filter(([, code]) => code !== "any");
  const files = refused.slice(0, 100).map(([file]) => join("tests/hostile", file));
  await pickFiles(page, files);
  await page.click("button[name=separate]");
  const entries = await settled(page, files.length, { timeout: 300_000 });
  assert.equal(entries.filter(({ state }) => state === "error").length, files.length);
  await pickFiles(page, good.files);
  await settled(page, files.length + 1);
  const { alpha } = await numbers(page);
  assert.ok(Math.abs(alpha - good.default_fit.alpha) < 1e-9, `α = ${alpha}`);
});

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
