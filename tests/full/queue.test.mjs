// Two gigabytes in sixty files at once, in the memory of one.

import { link, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npyHeader, randomRows } from "../browser/lib/large.mjs";
import { tabMemory, test } from "../browser/lib/memory.mjs";
import { waitFor, waitForStudy } from "../browser/lib/page.mjs";
import { clear, settled } from "../browser/lib/person.mjs";
import { afterAll, assert, beforeAll } from "../browser/lib/test.mjs";

/** 34 MB each. What is kept of files that were read is bounded, however many they are: the sums of two or three for other preparations, with the workers that keep them. */
const [N, D, FILES] = [65_536, 128, 60];
const MOST_MORE = 400e6;
const BROKEN = 17;

let folder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
  const whole = Buffer.concat([npyHeader("<f4", N, D), randomRows(N, D)]);
  await writeFile(join(folder, nameOf(0)), whole);
  for (let i = 1; i < FILES; i += 1) {
    if (i === BROKEN) await writeFile(join(folder, nameOf(i)), whole.subarray(0, 1e6));
    else await link(join(folder, nameOf(0)), join(folder, nameOf(i)));
  }
});
afterAll(() => rm(folder, { recursive: true }));

const nameOf = (index) => `step${index}00.npy`;

async function give(page, count) {
  const paths = Array.from({ length: count }, (_, index) => join(folder, nameOf(index)));
  const input = await page.$("input[type=file][name=files]");
  await input.setInputFiles(paths);
}

test("sixty files take the memory of one and of what is kept, and one that fails leaves the others", {
  timeout: 600_000,
}, async ({ browser, page }) => {
  const memory = await tabMemory(browser, page);
  await memory?.forget();
  await give(page, 1);
  await settled(page, 1);
  await waitForStudy(page);
  const one = memory?.peak() ?? 0;
  await clear(page);
  await memory?.forget();
  await give(page, FILES);
  await page.click("button[name=separate]");
  const queue = () => document.querySelector("[data-name=queue]")?.textContent;
  assert.match(await waitFor(page, queue, null, { what: "queue" }), /^\d+ of 60$/);
  assert.equal(await page.$eval(".progress > progress", ({ max }) => max), FILES);
  const list = await settled(page, FILES, { timeout: 400_000 });
  const failed = list.filter(({ state }) => state !== "done");
  assert.deepEqual(
    failed.map(({ name, state, code }) => [name, state, code]),
    [[nameOf(BROKEN), "error", "truncated_data"]],
  );
  assert.equal((await page.$$("[data-compared]")).length, FILES - 1);
  await waitForStudy(page, { timeout: 100_000 });
  const more = (memory?.peak() ?? 0) - one;
  assert.ok(more < MOST_MORE, `${(more / 1e6).toFixed(0)} MB more than for one`);
});
