// Lesson 5: isotropic noise on a power law.

import { openLesson, summaryAfter } from "./lib/lessons.mjs";
import { numbers, waitFor } from "./lib/page.mjs";
import { press } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

test("α falls with noise though the signal is the same, from the keyboard alone", async ({
  open,
}) => {
  const { page } = await openLesson(open, "noise-floor?noise=0.001&alpha=1&n=1024&d=128&seed=7");
  const before = await numbers(page);
  assert.equal(before.over_noise, 128);
  const said = await summaryAfter(page);
  await page.focus("input[data-control=noise]");
  await press(page, "End");
  await waitFor(
    page,
    () => document.querySelector("data[data-name=over_noise]").value === "1",
    null,
    {
      what: "figures of the most noise",
    },
  );
  const after = await numbers(page);
  assert.ok(after.population_alpha < before.population_alpha - 0.2);
  assert.ok(after.sample_alpha < before.sample_alpha - 0.2);
  assert.ok(after.edge > before.edge && after.above < before.above);
  await summaryAfter(page, said);
  const drawn = () =>
    /^(\d+) of \1 samples drawn/.test(document.querySelector("[data-name=draws]").textContent);
  await waitFor(page, drawn, null, { what: "all samples" });
});
