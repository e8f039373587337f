// Many files at once: a queue with progress of each and of the whole, a way out for each, and folders. Sixty large ones: tests/full.

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { top } from "../../scripts/setup/step.mjs";
import { hold, holdable, release, sent } from "./lib/hold.mjs";
import { dropFiles, waitFor, waitForState, waitForStudy } from "./lib/page.mjs";
import { datasets, settled } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const features = await readFile(join(top, "tests/data/minilm_layer6_160x128_f2.npy"));
const nameOf = (index) => `step${index}00.npy`;

/** Gives the page `count` files as separate matrices. Those in `cut` end too early. */
async function give(page, count, { cut = [], from = 0 } = {}) {
  const files = Array.from({ length: count }, (_, index) => ({
    name: nameOf(from + index),
    bytes: cut.includes(index) ? features.subarray(0, 1000) : features,
  }));
  await dropFiles(page, files);
  await page.click("button[name=separate]");
}

const states = async (page) => (await datasets(page)).map(({ state }) => state);

/** In the page: α of this many datasets, once all of them have one. */
const alphas = (count) => {
  const found = Array.from(document.querySelectorAll("[data-name=dataset_alpha]"));
  return found.length === count && found.map(({ value }) => value);
};

/** A page whose workers read no rows yet. */
async function holdRows(open) {
  const { page } = await open("/", { init: holdable });
  await waitForState(page, "empty");
  await hold(page, "chunk");
  return page;
}

test("the queue shows its progress, and a file that fails leaves the others", async ({ open }) => {
  const page = await holdRows(open);
  await give(page, 6, { cut: [2] });
  const queue = () => document.querySelector("[data-name=queue]")?.textContent;
  assert.equal(await waitFor(page, queue, null, { what: "queue" }), "1 of 6");
  assert.equal(await page.$eval(".progress > progress", ({ max }) => max), 6);
  assert.deepEqual(await states(page), ["running", ...Array(5).fill("waiting")]);
  await release(page);
  const list = await settled(page, 6);
  const [failed, ...others] = list.filter(({ state }) => state !== "done");
  assert.deepEqual(
    [failed.name, failed.state, failed.code],
    [nameOf(2), "error", "truncated_data"],
  );
  assert.match(failed.text, /bytes/);
  assert.deepEqual(others, []);
  assert.equal((await page.$$("[data-compared]")).length, 5);
});

test("each file that waits can be cancelled and run again, and all can be cancelled together", async ({
  open,
}) => {
  const page = await holdRows(open);
  await give(page, 5);
  await page.click(`[aria-label="Cancel ${nameOf(3)}"]`);
  assert.deepEqual(await states(page), ["running", "waiting", "waiting", "cancelled", "waiting"]);
  await release(page);
  await settled(page, 5);
  assert.deepEqual(await states(page), ["done", "done", "done", "cancelled", "done"]);
  await page.click("button[name=again]");
  await waitFor(page, () => !document.querySelector("[data-state=cancelled]"));
  await settled(page, 5);
  assert.deepEqual(await states(page), Array(5).fill("done"));

  await hold(page, "chunk");
  await give(page, 3, { from: 5 });
  await page.click("button[name=cancel-all]");
  await settled(page, 8);
  assert.deepEqual(await states(page), [...Array(5).fill("done"), ...Array(3).fill("cancelled")]);
});

test("in another preparation, files whose sums were freed are read again", async ({ open }) => {
  const { page } = await open("/", { init: holdable });
  await waitForState(page, "empty");
  await give(page, 6);
  await settled(page, 6);
  await waitForStudy(page);
  const [usual] = await waitFor(page, alphas, 6);
  const chunks = await sent(page, "chunk");
  await page.click("details.choices summary");
  await page.click("input[name=standardized]");
  const isOther = (old) => !document.querySelector(`[data-name=dataset_alpha][value="${old}"]`);
  await waitFor(page, isOther, usual);
  const [standardized] = await waitFor(page, alphas, 6);
  assert.equal(await sent(page, "chunk"), chunks, "this was computed with the rest");
  await page.click("input[name=unit_rows]");
  await waitFor(page, isOther, standardized);
  const both = await waitFor(page, alphas, 6);
  assert.equal(new Set(both).size, 1, "the files are alike");
  assert.deepEqual(await states(page), Array(6).fill("done"));
  assert.ok((await sent(page, "chunk")) > chunks, "no file was read again");
  await page.click("button[name=usual-preparation]");
  await waitFor(page, isOther, both[0]);
  assert.deepEqual(await waitFor(page, alphas, 6), Array(6).fill(usual));
});

test("a folder that is chosen gives its features, not its notes", async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
  try {
    await mkdir(join(folder, "layers"));
    for (const name of ["a.npy", "layers/b.npy", "c.npy"]) {
      await writeFile(join(folder, name), features);
    }
    await writeFile(join(folder, "notes.md"), "Not features.");
    const input = await page.$("input[type=file][name=folder]");
    await input.setInputFiles(folder);
    const question = await page.waitForSelector(".question");
    assert.match(await question.textContent(), /3 files/);
    await page.click("button[name=separate]");
    const list = await settled(page, 3);
    assert.deepEqual(
      list.map(({ name, state }) => [name, state]),
      ["a.npy", "c.npy", "layers/b.npy"].map((name) => [name, "done"]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a folder that is dropped is read with the folders in it, and one without features has a sentence", async ({
  page,
}) => {
  await dropFolder(page, {
    run: { "readme.txt.md": 1, layers: { "layer1.npy": 1, "layer0.npy": 1, ".hidden.npy": 1 } },
  });
  const question = await page.waitForSelector(".question");
  assert.match(
    await question.textContent(),
    /2 files[\s\S]*layers\/layer0\.npy[\s\S]*layers\/layer1\.npy/,
  );
  await page.click(".question button.quiet");

  await dropFolder(page, { run: {} });
  const sentence = await page.waitForSelector("[data-code=folder]");
  assert.match(await sentence.textContent(), /No file in that folder/);
});

/** Drops what a browser makes of a real folder, which no driver can drop. */
function dropFolder(page, folder) {
  return page.evaluate((tree) => {
    const entry = ([name, inner], above = "") => {
      const fullPath = `${above}/${name}`;
      if (typeof inner !== "object") {
        const file = (resolve) => resolve(new File(["no features"], name));
        return { name, fullPath, isDirectory: false, file };
      }
      // A reader gives its entries in parts, and ends with none.
      const parts = Object.entries(inner).map((one) => [entry(one, fullPath)]);
      const readEntries = (resolve) => resolve(parts.shift() ?? []);
      return { name, fullPath, isDirectory: true, createReader: () => ({ readEntries }) };
    };
    const [top] = Object.entries(tree);
    DataTransferItem.prototype.webkitGetAsEntry = () => entry(top);
    const transfer = new DataTransfer();
    transfer.items.add(new File([], top[0]));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
  }, folder);
}
