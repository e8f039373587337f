// What the page shows, at full precision, against the reference's numbers (tests/lib/reference.mjs).

import assert from "node:assert/strict";

/** α, R², the window and the sizes in the read-out are the reference's. */
export function assertShown(shown, { report, default_fit: fit }) {
  assertFit(shown, fit);
  for (const key of ["n", "d", "rank_ceiling", "usable_ranks"]) {
    assert.equal(shown[key], report[key], key);
  }
}

/** The window is that of a fit of the reference's, and α and R² are its numbers. */
export function assertFit(shown, { alpha, r2, first, last }) {
  assert.deepEqual({ first: shown.first, last: shown.last }, { first, last });
  assert.ok(Math.abs(shown.alpha - alpha) <= 1e-9, `α = ${shown.alpha}, not ${alpha}`);
  assert.ok(Math.abs(shown.r2 - r2) <= 1e-9, `R² = ${shown.r2}, not ${r2}`);
}

/** The table's eigenvalues are the reference's. */
export async function assertEigenvalues(page, { report }) {
  await page.click("#tab-Table");
  const all = await page.$$eval("data[data-name=eigenvalue]", (cells) =>
    cells.map(({ value }) => Number(value)),
  );
  assert.equal(all.length, report.eigenvalues.length);
  const [largest] = report.eigenvalues;
  for (const [index, value] of report.eigenvalues.entries()) {
    const is = all[index];
    assert.ok(Math.abs(is - value) <= 1e-12 * largest, `λ${index + 1} = ${is}, not ${value}`);
  }
  await page.click("#tab-Plot");
}
