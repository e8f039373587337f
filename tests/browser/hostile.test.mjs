// Bad files of every kind: each has its sentence in the list, and neither the page nor the result before it suffers. All of
// them are read in tests/node/hostile.test.mjs, and through the page in tests/full/hostile.test.mjs.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { top } from "../../scripts/setup/step.mjs";
import { named } from "../lib/reference.mjs";
import { numbers, pickFiles } from "./lib/page.mjs";
import { datasets, press, select, settled } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const hostile = JSON.parse(readFileSync(join(top, "tests/hostile/expected.json"), "utf8"));
const good = named("minilm_layer6_160x128_f2.npy");

/** The first file of each folder that has one code, which is what a folder is about. */
const kinds = [...new Set(Object.keys(hostile).map((file) => file.split("/")[0]))];
const files = kinds.flatMap((kind) => {
  const found = Object.entries(hostile).find(
    ([file, code]) =>
      file.startsWith(`${kind}/`) &&
      typeof code === "string" &&
      code !== "any" &&
      code !== "accepted" &&
      code !== "several_arrays",
  );
  return found ? [found] : [];
});

test("a bad file of every kind has its code and a sentence, and the result before it stays", async ({
  page,
}) => {
  assert.ok(files.length >= 12, `${files.length} kinds`);
  await pickFiles(page, good.files);
  await settled(page, 1);
  // One alone, and the others at once.
  const [[first]] = files;
  await pickFiles(page, [join("tests/hostile", first)]);
  const [, alone] = await settled(page, 2);
  assert.deepEqual([alone.name, alone.code], [basename(first), hostile[first]]);
  await pickFiles(
    page,
    files.slice(1).map(([file]) => join("tests/hostile", file)),
  );
  await page.click("button[name=separate]");
  const [before, , ...bad] = await settled(page, 1 + files.length);
  assert.equal(before.state, "done");
  const found = Object.fromEntries(bad.map(({ name, code }) => [name, code]));
  const wanted = Object.fromEntries(files.slice(1).map(([file, code]) => [basename(file), code]));
  assert.equal(Object.keys(wanted).length, files.length - 1, "two files have one name");
  assert.deepEqual(found, wanted);
  for (const { name, state, text } of bad) {
    assert.equal(state, "error", name);
    assert.ok(text.length > 20 && text.endsWith("."), `${name}: ${text}`);
  }

  await select(page, basename(good.files[0]));
  const { alpha } = await numbers(page);
  assert.ok(Math.abs(alpha - good.default_fit.alpha) < 1e-9, `α = ${alpha}`);
  await page.focus("[data-end=first]");
  await press(page, "ArrowRight");
  const moved = await numbers(page);
  assert.equal(moved.first, 12);
  assert.notEqual(moved.alpha, alpha);
  await press(page, "ArrowLeft");

  const wide = named("shapes/wide_120x130.npy");
  const { length } = await datasets(page);
  await pickFiles(page, wide.files);
  await settled(page, length + 1);
  assert.ok(Math.abs((await numbers(page)).alpha - wide.default_fit.alpha) < 1e-9);
});
