// Packed files of hundreds of megabytes through the page: what is wrong with them may show only at their end.

import { packedNpz } from "../browser/lib/containers.mjs";
import { giveFile, npyHeader, randomRows } from "../browser/lib/large.mjs";
import { numbers, pickFiles, waitFor, waitForState } from "../browser/lib/page.mjs";
import { choose, clear, press, settled } from "../browser/lib/person.mjs";
import { assert, test } from "../browser/lib/test.mjs";

const good = "tests/data/minilm_layer6_160x128_f2.npy";
const d = 96;
const rows = 21_845;
const block = randomRows(rows, d);
/** As many rows, none of which says anything. */
const empty = Buffer.from(new Float32Array(block.length / 4).fill(Number.NaN).buffer);
const patience = { timeout: 600_000 };
const slow = { timeout: 300_000 };

function give(page, name, blocks, crc) {
  const { before, packed, after } = packedNpz(d, blocks, crc);
  return giveFile(page, name, [{ bytes: before }, ...packed, { bytes: after }]);
}

async function pickGood(page) {
  await pickFiles(page, [good]);
  await settled(page, 1);
}

/** Takes the second dataset away again; the first is as it was. */
async function goesOn(page) {
  await page.click("[data-selected] .entry-remove");
  const [first, ...others] = await settled(page, 1);
  assert.deepEqual([first.state, others], ["done", []]);
  assert.equal((await numbers(page)).n, 160);
}

test("a packed file gives what the same numbers give in an .npy", patience, async ({ page }) => {
  await give(page, "packed.npz", [{ block, times: 8 }]);
  await settled(page, 1, slow);
  const streamed = await numbers(page);
  await clear(page);
  const plain = [{ bytes: npyHeader("<f4", rows * 8, d) }, { bytes: block, times: 8 }];
  await giveFile(page, "plain.npy", plain);
  await settled(page, 1, slow);
  const read = await numbers(page);
  assert.equal(streamed.n, rows * 8);
  for (const name of ["alpha", "r2", "total_variance"])
    assert.ok(Math.abs(streamed[name] - read[name]) < 1e-12 * Math.abs(read[name]), name);
});

test("a wrong checksum at the end refuses the file", patience, async ({ page }) => {
  await pickGood(page);
  await give(page, "flipped.npz", [{ block, times: 8 }], (crc) => crc ^ 1);
  const [, refused] = await settled(page, 2, slow);
  assert.equal(refused.code, "damaged_stream");
  await goesOn(page);
});

test("rows that say something are waited for, and none is lost", patience, async ({ page }) => {
  await pickGood(page);
  await give(page, "late.npz", [
    { block: empty, times: 12 },
    { block, times: 4 },
  ]);
  const [, refused] = await settled(page, 2, slow);
  assert.equal(refused.code, "non_finite");
  await page.click("[data-selected] button[name=skip-rows]");
  const skipped = () => document.querySelector("[data-name=skipped_rows]") !== null;
  await waitFor(page, skipped, null, { ...slow, what: "skipped rows" });
  await settled(page, 2, slow);
  const shown = await numbers(page);
  assert.deepEqual([shown.n, shown.skipped_rows], [rows * 4, rows * 12]);
  await goesOn(page);
});

test("a file that there is no room to keep is refused", patience, async ({ page }) => {
  await pickGood(page);
  await page.evaluate(() => {
    const { Blob: Whole } = globalThis;
    globalThis.Blob = class extends Whole {
      constructor(parts, options) {
        if (window.isFull && parts[0]?.byteLength > 1e6)
          throw new RangeError("Array buffer allocation failed");
        super(parts, options);
      }
    };
    // From the moment on at which the page has the file.
    const fill = () => {
      window.isFull = true;
    };
    window.addEventListener("drop", fill, { capture: true, once: true });
  });
  await give(page, "late.npz", [
    { block: empty, times: 24 },
    { block, times: 8 },
  ]);
  const [, refused] = await settled(page, 2, slow);
  assert.equal(refused.code, "no_room");
  assert.match(refused.text, /no room to unpack the array .* Make room/);
  await page.evaluate(() => {
    window.isFull = false;
  });
  await goesOn(page);
});

test("Esc cancels", patience, async ({ page }) => {
  await pickGood(page);
  await give(page, "endless.npz", [{ block, times: 300 }]);
  const read = () => Number(document.querySelector("[data-name=rows_read]")?.value) > 100_000;
  await waitFor(page, read, null, { ...slow, what: "rows" });
  await press(page, "Escape");
  await waitForState(page, "cancelled");
  await goesOn(page);
});

test("one worker that is slower than the reader makes it wait", patience, async ({ page }) => {
  await choose(page, { workers: 1, engine: "exact" });
  await give(page, "waiting.npz", [{ block, times: 40 }]);
  const [entry] = await settled(page, 1, slow);
  assert.equal(entry.state, "done", entry.text);
  assert.equal((await numbers(page)).n, rows * 40);
});
