// Numbers that are unpacked while they are summed: the page reads them as it reads a plain file, asks about rows that say
// nothing, and goes on after a stream that is damaged or cancelled. Their numbers and errors are in tests/node.

import { packedNpz } from "./lib/containers.mjs";
import { giveFile, npyHeader, randomRows } from "./lib/large.mjs";
import { numbers, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { clear, press, settled } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const d = 96;
const rows = 2048;
const block = randomRows(rows, d);
/** As many rows, none of which says anything. */
const empty = Buffer.from(new Float32Array(block.length / 4).fill(Number.NaN).buffer);
const good = "tests/data/minilm_layer6_160x128_f2.npy";

function give(page, name, blocks, crc) {
  const { before, packed, after } = packedNpz(d, blocks, crc);
  return giveFile(page, name, [{ bytes: before }, ...packed, { bytes: after }]);
}

/** A good file is analyzed as number `count` of the list. */
async function assertWorks(page, count) {
  await pickFiles(page, [good]);
  const list = await settled(page, count);
  assert.equal(list.at(-1).state, "done");
  assert.equal((await numbers(page)).n, 160);
}

test("a packed file gives what the same numbers give in an .npy", async ({ page }) => {
  await give(page, "packed.npz", [{ block, times: 8 }]);
  await settled(page, 1);
  const streamed = await numbers(page);
  await clear(page);
  const plain = [{ bytes: npyHeader("<f4", rows * 8, d) }, { bytes: block, times: 8 }];
  await giveFile(page, "plain.npy", plain);
  await settled(page, 1);
  const read = await numbers(page);
  assert.equal(streamed.n, rows * 8);
  for (const name of ["alpha", "r2", "total_variance"])
    assert.ok(Math.abs(streamed[name] - read[name]) < 1e-12 * Math.abs(read[name]), name);
});

test("rows that say nothing are asked about and skipped, and no other is lost", async ({
  page,
}) => {
  await give(page, "late.npz", [
    { block: empty, times: 12 },
    { block, times: 4 },
  ]);
  const [refused] = await settled(page, 1);
  assert.equal(refused.code, "non_finite");
  await page.click("button[name=skip-rows]");
  const skipped = () => document.querySelector("[data-name=skipped_rows]") !== null;
  await waitFor(page, skipped, null, { what: "skipped rows" });
  await settled(page, 1);
  const shown = await numbers(page);
  assert.deepEqual([shown.n, shown.skipped_rows], [rows * 4, rows * 12]);
});

test("a wrong checksum at its end, and Esc in its middle, leave a page that goes on", async ({
  page,
}) => {
  await give(page, "flipped.npz", [{ block, times: 8 }], (crc) => crc ^ 1);
  const [refused] = await settled(page, 1);
  assert.equal(refused.code, "damaged_stream");
  await assertWorks(page, 2);
  await give(page, "endless.npz", [{ block, times: 5000 }]);
  const read = () => Number(document.querySelector("[data-name=rows_read]")?.value) > 10_000;
  await waitFor(page, read, null, { what: "rows" });
  await press(page, "Escape");
  await waitForState(page, "cancelled");
  await assertWorks(page, 4);
});
