// Numbers that are unpacked while they are summed: what is wrong with them may show only at their end.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { packedNpz } from "./lib/containers.mjs";
import { giveFile, npyHeader, randomRows } from "./lib/large.mjs";
import { numbers, openPage, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { choose, clear, press, settled, startStopwatch, stopwatch } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

const good = "tests/data/minilm_layer6_160x128_f2.npy";
const d = 96;
const block = randomRows(21_845, d);
/** As many rows, none of which says anything. */
const empty = Buffer.from(new Float32Array(block.length / 4).fill(Number.NaN).buffer);
const slow = { timeout: 120_000 };

let site;
let browser;
let page;
let faults;
before(async () => {
  site = await serveSite();
  browser = await launchChromium();
  ({ page, faults } = await openPage(browser, `${site.origin}/`));
  await waitForState(page, "empty");
  await pickFiles(page, [good]);
  await settled(page, 1);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

function give(name, blocks, crc) {
  const { before, packed, after } = packedNpz(d, blocks, crc);
  return giveFile(page, name, [{ bytes: before }, ...packed, { bytes: after }]);
}

/** Takes the second dataset away again; the first is as it was. */
async function goesOn() {
  await page.click("[data-selected] .entry-remove");
  const [first, ...others] = await settled(page, 1);
  assert.deepEqual([first.state, others], ["done", []]);
  assert.equal((await numbers(page)).n, 160);
}

test("gives what the same numbers give in an .npy", slow, async () => {
  const blocks = [{ block, times: 8 }];
  await give("packed.npz", blocks);
  await settled(page, 2, slow);
  const streamed = await numbers(page);
  await goesOn();
  const plain = [{ bytes: npyHeader("<f4", 21_845 * 8, d) }, { bytes: block, times: 8 }];
  await giveFile(page, "plain.npy", plain);
  await settled(page, 2, slow);
  const read = await numbers(page);
  await goesOn();
  assert.equal(streamed.n, 21_845 * 8);
  for (const name of ["alpha", "r2", "total_variance"])
    assert.ok(Math.abs(streamed[name] - read[name]) < 1e-12 * Math.abs(read[name]), name);
});

test("is refused where the checksum at its end is wrong", slow, async () => {
  await give("flipped.npz", [{ block, times: 8 }], (crc) => crc ^ 1);
  const [, refused] = await settled(page, 2, slow);
  assert.equal(refused.code, "damaged_stream");
  await goesOn();
});

test("waits for rows that say something, and loses none on the way", slow, async () => {
  await give("late.npz", [
    { block: empty, times: 12 },
    { block, times: 4 },
  ]);
  const [, refused] = await settled(page, 2, slow);
  assert.equal(refused.code, "non_finite");
  await page.click("[data-selected] button[name=skip-rows]");
  await waitFor(
    page,
    () => document.querySelector("[data-name=skipped_rows]") !== null,
    null,
    slow,
  );
  await settled(page, 2, slow);
  const shown = await numbers(page);
  assert.deepEqual([shown.n, shown.skipped_rows], [21_845 * 4, 21_845 * 12]);
  await goesOn();
});

test("is refused where there is no room to keep it", slow, async () => {
  await give("late.npz", [
    { block: empty, times: 24 },
    { block, times: 8 },
  ]);
  await page.evaluate(() => {
    const { Blob: Whole } = globalThis;
    globalThis.Blob = class extends Whole {
      constructor(parts, options) {
        if (parts[0]?.byteLength > 1e6) throw new RangeError("Array buffer allocation failed");
        super(parts, options);
      }
    };
    globalThis.makeRoom = () => {
      globalThis.Blob = Whole;
    };
  });
  const [, refused] = await settled(page, 2, slow);
  assert.equal(refused.code, "no_room");
  assert.match(refused.text, /no room to unpack the array .* Make room/);
  await page.evaluate(() => globalThis.makeRoom());
  await goesOn();
});

test("is cancelled at once", slow, async () => {
  await give("endless.npz", [{ block, times: 300 }]);
  const rows = () => Number(document.querySelector("[data-name=rows_read]")?.value) > 100_000;
  await waitFor(page, rows, null, { ...slow, what: "rows" });
  await startStopwatch(page);
  await press(page, "Escape");
  await waitForState(page, "cancelled");
  const took = await stopwatch(page);
  assert.ok(took < 100, `${took} ms`);
  await goesOn();
});

test("one worker that is slower than the reader makes it wait", slow, async () => {
  await choose(page, { workers: 1, engine: "exact" });
  await give("waiting.npz", [{ block, times: 40 }]);
  const [, entry] = await settled(page, 2, slow);
  assert.equal(entry.state, "done", entry.text);
  assert.equal((await numbers(page)).n, 21_845 * 40);
  await clear(page);
});

test("all of this was without a fault", () => assert.deepEqual(faults, []));
