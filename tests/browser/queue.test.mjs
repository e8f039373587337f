// Many files at once: a queue with progress for each and the whole, a way out of each, and a folder.

import assert from "node:assert/strict";
import { link, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { npyHeader, randomRows } from "./lib/large.mjs";
import { tabMemory } from "./lib/memory.mjs";
import { openPage, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { clear, datasets, settled } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

/** 34 MB each, two gigabytes in all. What is kept of those that are through is bounded, however many they are: the sums of two or three for other preparations, with the workers that keep them. */
const [N, D, FILES] = [65_536, 128, 60];
const MOST_MORE = 400e6;
const BROKEN = 17;

let site;
let browser;
let page;
let faults;
let folder;
before(async () => {
  site = await serveSite();
  browser = await launchChromium();
  ({ page, faults } = await openPage(browser, `${site.origin}/`));
  await waitForState(page, "empty");
  folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
  const rows = randomRows(N, D);
  const whole = Buffer.concat([npyHeader("<f4", N, D), rows]);
  await writeFile(join(folder, nameOf(0)), whole);
  for (let i = 1; i < FILES; i += 1) {
    if (i === BROKEN) await writeFile(join(folder, nameOf(i)), whole.subarray(0, 1e6));
    else await link(join(folder, nameOf(0)), join(folder, nameOf(i)));
  }
  await writeFile(join(folder, "notes.md"), "Not features.");
});
after(async () => {
  await browser?.close();
  await site?.close();
  if (folder) await rm(folder, { recursive: true });
});

const nameOf = (index) => `step${index}00.npy`;
const paths = (count) => Array.from({ length: count }, (_, index) => join(folder, nameOf(index)));
/** In the page: α of so many datasets, once all of them have one. */
const alphas = (count) => {
  const found = Array.from(document.querySelectorAll("[data-name=dataset_alpha]"));
  return found.length === count && found.map(({ value }) => value);
};
const states = async () => (await datasets(page)).map(({ state }) => state);

async function give(files) {
  const input = await page.$("input[type=file][name=files]");
  await input.setInputFiles(files);
}

test("sixty at once take the memory of one and what is kept, and one that fails leaves the others", {
  timeout: 240_000,
}, async () => {
  const memory = await tabMemory(browser, page);
  await memory?.forget();
  await give(paths(1));
  await settled(page, 1);
  await waitForStudy(page);
  const one = memory?.peak() ?? 0;
  await clear(page);
  await memory?.forget();
  await give(paths(FILES));
  await page.click("button[name=separate]");
  const queue = () => document.querySelector("[data-name=queue]")?.textContent;
  assert.match(await waitFor(page, queue, null, { what: "queue" }), /^\d+ of 60$/);
  const bar = await page.evaluate(() => document.querySelector(".progress > progress").max);
  assert.equal(bar, FILES);
  const list = await settled(page, FILES, { timeout: 200_000 });
  const failed = list.filter(({ state }) => state !== "done");
  assert.deepEqual(
    failed.map(({ name, state, code }) => [name, state, code]),
    [[nameOf(BROKEN), "error", "truncated_data"]],
  );
  assert.match(failed[0].text, /bytes/);
  const rows = await page.evaluate(() => document.querySelectorAll("[data-compared]").length);
  assert.equal(rows, FILES - 1);
  await waitForStudy(page, { timeout: 100_000 });
  const more = (memory?.peak() ?? 0) - one;
  assert.ok(more < MOST_MORE, `${(more / 1e6).toFixed(0)} MB more than for one`);
  await clear(page);
});

test("each that waits has a way out of its own, and all have one together", {
  timeout: 60_000,
}, async () => {
  await clear(page);
  await give(paths(6));
  await page.click("button[name=separate]");
  await page.click(`[aria-label="Cancel ${nameOf(4)}"]`);
  await waitFor(page, () => !document.querySelector("[data-state=waiting], [data-state=running]"));
  assert.deepEqual(await states(), ["done", "done", "done", "done", "cancelled", "done"]);
  await page.click("button[name=again]");
  await settled(page, 6);
  assert.equal((await states())[4], "done");
  await clear(page);

  await give(paths(8));
  await page.click("button[name=separate]");
  await page.click("button[name=cancel-all]");
  await settled(page, 8);
  const ended = await states();
  assert.ok(ended.filter((state) => state === "cancelled").length >= 5, String(ended));
  await clear(page);
});

test("in another preparation they are read again where their sums were let go", {
  timeout: 120_000,
}, async () => {
  await give(paths(6));
  await page.click("button[name=separate]");
  await settled(page, 6);
  const [centred] = await waitFor(page, alphas, 6, { timeout: 60_000 });
  await page.click("details.choices summary");
  await page.click("input[name=standardized]");
  const isOther = (old) => !document.querySelector(`[data-name=dataset_alpha][value="${old}"]`);
  await waitFor(page, isOther, centred, { timeout: 60_000 });
  const standardized = await waitFor(page, alphas, 6, { timeout: 60_000 });
  assert.equal(new Set(standardized).size, 1, "the files are alike");
  assert.deepEqual(await states(), Array(6).fill("done"));
  await page.click("button[name=usual-preparation]");
  await waitFor(page, alphas, 6, { timeout: 60_000 });
  await clear(page);
});

test("a folder that is chosen gives its features, not its notes", { timeout: 60_000 }, async () => {
  const input = await page.$("input[type=file][name=folder]");
  await input.setInputFiles(folder);
  const words = () => document.querySelector(".question")?.textContent;
  assert.match(await waitFor(page, words, null, { what: "question" }), /60 files/);
  await page.click(".question button.quiet");
});

test("a folder that is dropped is walked through, folders in it too", async () => {
  // No test can drop a real folder: this is what a browser makes of one.
  await page.evaluate(
    async (bytes) => {
      const file = (name) => ({
        name,
        isDirectory: false,
        file: (resolve) => resolve(new File([new Uint8Array(bytes)], name)),
      });
      const directory = (name, entries) => ({
        name,
        isDirectory: true,
        createReader: () => {
          const batches = entries.map((entry) => [entry]);
          return { readEntries: (resolve) => resolve(batches.shift() ?? []) };
        },
      });
      const inner = directory("layers", [
        file("layer1.npy"),
        file("layer0.npy"),
        file(".hidden.npy"),
      ]);
      const top = directory("run", [file("readme.txt.md"), inner]);
      DataTransferItem.prototype.webkitGetAsEntry = () => top;
      const transfer = new DataTransfer();
      transfer.items.add(new File([], "run"));
      window.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
    },
    [...Buffer.from("no features")],
  );
  const words = () => document.querySelector(".question")?.textContent;
  const question = await waitFor(page, words, null, { what: "question" });
  assert.match(question, /2 files[\s\S]*layer0\.npy, layer1\.npy/);
  await page.click(".question button.quiet");
});

test("a folder without features says so", async () => {
  await page.evaluate(() => {
    const readEntries = (resolve) => resolve([]);
    const empty = { name: "run", isDirectory: true, createReader: () => ({ readEntries }) };
    DataTransferItem.prototype.webkitGetAsEntry = () => empty;
    const transfer = new DataTransfer();
    transfer.items.add(new File([], "run"));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
  });
  const words = () => document.querySelector("[data-code=folder]")?.textContent;
  assert.match(await waitFor(page, words, null, { what: "sentence" }), /No file in that folder/);
});

test("all of this was without a fault", () => assert.deepEqual(faults, []));
