// Eigenvalues of a large matrix in the page: its workers share them.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { top } from "../../scripts/setup/step.mjs";
import { npyHeader } from "../browser/lib/large.mjs";
import { pickFiles, waitForStudy } from "../browser/lib/page.mjs";
import { choose, copyReport } from "../browser/lib/person.mjs";
import { assert, test } from "../browser/lib/test.mjs";

const side = 2048;

test("workers share the eigenvalues of a large matrix, and find those that it has", {
  timeout: 600_000,
}, async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
  try {
    const file = join(folder, "walk.npy");
    await writeFile(file, walk());
    await choose(page, { workers: 2 });
    await page.evaluate(countLines);
    await pickFiles(page, [relative(top, file)]);
    await page.click("input[name=given][value=covariance]");
    await page.click("button[name=say-which]");
    await waitForStudy(page, { timeout: 300_000 });
    const report = await copyReport(page);
    const largest = walkEigenvalue(1);
    const most = 4e-15 * Math.sqrt(side) * largest;
    assert.equal(report.eigenvalues.length, side);
    for (const [index, value] of report.eigenvalues.entries()) {
      const apart = Math.abs(value - walkEigenvalue(index + 1));
      assert.ok(apart <= most, `λ${index + 1} is ${apart / largest} λ₁ off`);
    }
    assert.equal(await page.evaluate(() => window.lines), 1, "one worker has helped");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The covariance of a random walk's first steps, min(i, j), as a .npy file. */
function walk() {
  const values = Float64Array.from({ length: side * side }, (_, at) => {
    return 1 + Math.min(Math.floor(at / side), at % side);
  });
  return Buffer.concat([npyHeader("<f8", side, side), Buffer.from(values.buffer)]);
}

/** Its inverse is the second difference with one end free (Fortiana and Cuadras, Linear Algebra and its Applications 264, 1997). */
function walkEigenvalue(k) {
  return 1 / (4 * Math.sin(((2 * k - 1) * Math.PI) / (4 * side + 2)) ** 2);
}

/** Runs in the page: counts the lines from worker to worker that the page lays. */
function countLines() {
  window.lines = 0;
  window.MessageChannel = class extends MessageChannel {
    constructor() {
      super();
      window.lines += 1;
    }
  };
}
