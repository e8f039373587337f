// Files of 6 GB, in a tab that never holds more than a little of it.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { containers } from "./lib/containers.mjs";
import { streamFile } from "./lib/large.mjs";
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

/** A block by itself, and then so many times over. */
async function repeated(block, times, named) {
  await streamFile(page, { ...block, name: named("block.npy"), times: 1 });
  await settled(page, 1);
  const once = await numbers(page);
  await clear(page);

  const memory = await tabMemory();
  const bytes = await streamFile(page, { ...block, name: named("large.npy"), times });
  assert.ok(bytes >= 6e9);
  memory?.forget();
  const started = performance.now();
  const [entry] = await settled(page, 1, { timeout: 280_000 });
  const seconds = (performance.now() - started) / 1000;
  const peak = memory?.peak();
  console.log(
    `${(bytes / seconds / 1e6).toFixed(0)} MB/s, peak ${((peak ?? 0) / 1e6).toFixed(0)} MB`,
  );

  assert.equal(entry.code, undefined, entry.text);
  const shown = await numbers(page);
  assert.equal(shown.n, block.rows * times);
  assert.ok(Math.abs(shown.alpha - once.alpha) < 1e-6, `α = ${shown.alpha}, not ${once.alpha}`);
  assert.ok(Math.abs(shown.r2 - once.r2) < 1e-6, `R² = ${shown.r2}, not ${once.r2}`);
  if (peak !== undefined) assert.ok(peak < allowed, `${peak} bytes at the peak`);
  assert.deepEqual(faults, []);
  await clear(page);
}

/**
 * The tab's memory: what its process (page and workers) has resident at most, as Linux keeps it. That counts
 * the browser's own program too, and misses no moment, as samples would. Elsewhere than on Linux: undefined.
 */
async function tabMemory() {
  if (process.platform !== "linux") return undefined;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const folders = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => `/proc/${id}`);
  const peakOf = (folder) =>
    Number(readFileSync(`${folder}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)[1]) * 1024;
  return {
    /** Starts anew: what was needed to make the file does not count. */
    forget: () => {
      for (const folder of folders) writeFileSync(`${folder}/clear_refs`, "5");
    },
    peak: () => Math.max(...folders.map(peakOf)),
  };
}
