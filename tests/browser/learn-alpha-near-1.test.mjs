// Lesson 6: errors of ridge regression on features of a known spectrum.

import { addressHas, openLesson, textAfter } from "./lib/lessons.mjs";
import { numbers, waitFor } from "./lib/page.mjs";
import { press } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

/** Circles of a figure: three for each ring, and one for each dot. */
const circles = (name) => document.querySelectorAll(`[data-name=${name}] svg circle`).length;

test("dots come one after another, and α moves the figure along n, the summary and the address", async ({
  open,
}) => {
  const { page } = await openLesson(open, "alpha-near-1?ridge=0.1");
  assert.ok(Number.isFinite((await numbers(page))["best-1"]));
  const more = ([name, most]) =>
    document.querySelectorAll(`[data-name=${name}] svg circle`).length > most;
  await waitFor(page, more, ["alpha", 9], { what: "the first dots" });
  const some = await page.evaluate(circles, "alpha");
  await waitFor(page, more, ["alpha", some], { what: "more dots" });
  await waitFor(page, more, ["rows", 0], { what: "dots along n" });

  const before = await textAfter(page, "found");
  await page.focus(".lesson-more summary");
  await press(page, "Enter");
  await page.focus("input[data-control=alpha]");
  for (let i = 0; i < 10; i += 1) await press(page, "ArrowRight");
  await addressHas(page, "alpha=1.5");
  const now = await textAfter(page, "found", before);
  assert.match(now, /at α = 1\.50/);
  const said = (words) =>
    document.querySelector("[data-name=lesson-summary]").textContent.trim() === words;
  await waitFor(page, said, now, { what: "the summary that is said" });
});
