// Files of 6 GB, in a tab that never holds more than a little of it.

import { containers, packedNpz } from "../browser/lib/containers.mjs";
import { giveFile, randomRows, streamFile } from "../browser/lib/large.mjs";
import { tabMemory, test } from "../browser/lib/memory.mjs";
import { numbers } from "../browser/lib/page.mjs";
import { clear, settled } from "../browser/lib/person.mjs";
import { assert } from "../browser/lib/test.mjs";

/** A block of 67 MB: all that there is of the file, in the browser's own process. */
const block = { name: "block.npy", d: 768, rows: 21_845 };
const times = 90;
/** What the tab may take, in bytes. */
const allowed = 700e6;

const patience = { timeout: 600_000 };

test(
  "6 GB give the α of their repeated block, in less than 700 MB",
  patience,
  ({ browser, page }) => repeated({ browser, page }, block, (name) => name),
);

/** The same around fewer columns, whose products take less time than reading them. */
const narrow = { name: "block.npy", d: 96, rows: 174_760 };

for (const [format, around] of Object.entries(containers)) {
  if (format === "npy") continue;
  test(`6 GB of ${format} too`, patience, ({ browser, page }) =>
    repeated({ browser, page }, { ...narrow, around }, (name) => name.replace("npy", format)),
  );
}

test("1.5 GB of packed numbers, which are summed as they come", patience, ({ browser, page }) => {
  const { d, rows } = { d: 96, rows: 21_845 };
  const bytes = randomRows(rows, d);
  return compared({ browser, page }, rows, 180, 1.4e9, async (name, times) => {
    const { before, packed, after } = packedNpz(d, [{ block: bytes, times }]);
    await giveFile(page, name.replace("npy", "npz"), [
      { bytes: before },
      ...packed,
      { bytes: after },
    ]);
    return bytes.length * times;
  });
});

/** A block by itself, and then `times` over. */
function repeated(tab, block, named) {
  return compared(tab, block.rows, times, 6e9, (name, times) =>
    streamFile(tab.page, { ...block, name: named(name), times }),
  );
}

/** A file of one block, and one of `times` blocks, which has at least `least` bytes. */
async function compared({ browser, page }, rows, times, least, give) {
  await give("block.npy", 1);
  await settled(page, 1);
  const once = await numbers(page);
  await clear(page);

  const memory = await tabMemory(browser, page);
  const bytes = await give("large.npy", times);
  assert.ok(bytes >= least);
  await memory?.forget();
  const [entry] = await settled(page, 1, { timeout: 500_000 });
  const peak = memory?.peak();

  assert.equal(entry.code, undefined, entry.text);
  const shown = await numbers(page);
  assert.equal(shown.n, rows * times);
  assert.ok(Math.abs(shown.alpha - once.alpha) < 1e-6, `α = ${shown.alpha}, not ${once.alpha}`);
  assert.ok(Math.abs(shown.r2 - once.r2) < 1e-6, `R² = ${shown.r2}, not ${once.r2}`);
  if (peak !== undefined) assert.ok(peak < allowed, `${peak} bytes at the peak`);
}
