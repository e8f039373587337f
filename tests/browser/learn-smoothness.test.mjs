// Lesson 7: a ring of stimuli, and the α above which it is smooth.

import { addressHas, goToLesson, openLesson, textAfter } from "./lib/lessons.mjs";
import { numbers, waitFor } from "./lib/page.mjs";
import { frames, press } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const labelIs = (page, words) =>
  waitFor(
    page,
    (wanted) =>
      document.querySelector("[data-name=ring] .lesson-picture").ariaLabel.includes(wanted),
    words,
    { what: words },
  );

test("below the edge 1 + 2/D the length no longer settles; keys and a pointer turn the ring", async ({
  open,
}) => {
  const { page } = await openLesson(open, "smoothness?alpha=3.2&pairs=256&turn=178&tilt=88");
  const smooth = await numbers(page);
  // A curve with a length has dimension 1.
  assert.deepEqual([smooth.threshold, smooth.fractal_dimension], [3, 1]);
  assert.ok(smooth.limit > smooth.slope);
  const found = await textAfter(page, "found");
  await page.focus("input[data-control=alpha]");
  for (let i = 0; i < 14; i += 1) await press(page, "ArrowLeft");
  await addressHas(page, "alpha=2.5");
  assert.match(await textAfter(page, "found", found), /grows without end/);
  const rough = await numbers(page);
  // 2 / (α − 1)
  assert.ok(Math.abs(rough.fractal_dimension - 2 / 1.5) < 1e-12);
  assert.ok(!("limit" in rough));

  await page.focus("[data-name=ring]");
  await press(page, "ArrowRight");
  await press(page, "ArrowUp");
  await addressHas(page, "turn=-177", "tilt=90");
  await labelIs(page, "turned by −177 and tilted by 90 degrees");

  await goToLesson(page, "smoothness?turn=0&tilt=0");
  await page.$eval("[data-name=ring]", (one) => one.scrollIntoView({ block: "center" }));
  await frames(page);
  const { x, y, width, height } = await page.$eval("[data-name=ring]", (one) =>
    one.getBoundingClientRect().toJSON(),
  );
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 60, y + height / 2 + 20, { steps: 6 });
  await page.mouse.up();
  // Half a degree per pixel. Released, it stays.
  await page.mouse.move(x + width / 2, y + height / 2);
  await addressHas(page, "turn=30", "tilt=10");
  await labelIs(page, "turned by 30 and tilted by 10 degrees");
});
