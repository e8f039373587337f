// Files of 6 GB, in a tab that never holds more than a little of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { containers, packedNpz } from "./lib/containers.mjs";
import { giveFile, randomRows, streamFile } from "./lib/large.mjs";
import { tabMemory } from "./lib/memory.mjs";
import { numbers, openPage, waitForState } from "./lib/page.mjs";
import { clear, settled } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

/** A block of 67 MB: all that there is of the file, in the browser's own process. */
const block = { name: "block.npy", d: 768, rows: 21_845 };
const times = 90;
/** What the tab may take, in bytes. */
const allowed = 700e6;

let site;
let browser;
let page;
let faults;
before(async () => {
  site = await serveSite();
  browser = await launchChromium();
  ({ page, faults } = await openPage(browser, `${site.origin}/`));
  await waitForState(page, "empty");
});
after(async () => {
  await browser?.close();
  await site?.close();
});

test(
  "6 GB give the α of their repeated block, in less than 700 MB",
  {
    timeout: 300_000,
  },
  () => repeated(block, times, (name) => name),
);

/** The same around fewer columns, whose products take less time than reading them. */
const narrow = { name: "block.npy", d: 96, rows: 174_760 };

for (const [format, around] of Object.entries(containers)) {
  if (format === "npy") continue;
  test(`6 GB of ${format} too`, { timeout: 300_000 }, () =>
    repeated({ ...narrow, around }, times, (name) => name.replace("npy", format)),
  );
}

test("1.5 GB of packed numbers, which are summed as they come", { timeout: 300_000 }, () => {
  const { d, rows } = { d: 96, rows: 21_845 };
  const bytes = randomRows(rows, d);
  return compared(rows, 180, 1.4e9, async (name, times) => {
    const { before, packed, after } = packedNpz(d, [{ block: bytes, times }]);
    await giveFile(page, name.replace("npy", "npz"), [
      { bytes: before },
      ...packed,
      { bytes: after },
    ]);
    return bytes.length * times;
  });
});

/** A block by itself, and then so many times over. */
function repeated(block, times, named) {
  return compared(block.rows, times, 6e9, (name, times) =>
    streamFile(page, { ...block, name: named(name), times }),
  );
}

/** A file of a block, and one of so many, which takes at least so many bytes. */
async function compared(rows, times, least, give) {
  await give("block.npy", 1);
  await settled(page, 1);
  const once = await numbers(page);
  await clear(page);

  const memory = await tabMemory(browser, page);
  const bytes = await give("large.npy", times);
  assert.ok(bytes >= least);
  await memory?.forget();
  const started = performance.now();
  const [entry] = await settled(page, 1, { timeout: 280_000 });
  const seconds = (performance.now() - started) / 1000;
  const peak = memory?.peak();
  console.log(
    `${(bytes / seconds / 1e6).toFixed(0)} MB/s, peak ${((peak ?? 0) / 1e6).toFixed(0)} MB`,
  );

  assert.equal(entry.code, undefined, entry.text);
  const shown = await numbers(page);
  assert.equal(shown.n, rows * times);
  assert.ok(Math.abs(shown.alpha - once.alpha) < 1e-6, `α = ${shown.alpha}, not ${once.alpha}`);
  assert.ok(Math.abs(shown.r2 - once.r2) < 1e-6, `R² = ${shown.r2}, not ${once.r2}`);
  if (peak !== undefined) assert.ok(peak < allowed, `${peak} bytes at the peak`);
  assert.deepEqual(faults, []);
  await clear(page);
}
