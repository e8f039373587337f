// Lesson 4: what a sample of n rows shows of a spectrum that is known.

import { addressHas, hurry, openLesson, summaryAfter } from "./lib/lessons.mjs";
import { numbers, waitFor } from "./lib/page.mjs";
import { press } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const allDrawn = (page) =>
  waitFor(
    page,
    () =>
      /^(\d+) of \1 samples drawn/.test(
        document.querySelector("[data-name=draws]")?.textContent ?? "",
      ),
    null,
    { what: "all samples" },
  );

const ratioIs = (page, ratio) =>
  waitFor(
    page,
    (wanted) => Number(document.querySelector("data[data-name=ratio]")?.value) === wanted,
    ratio,
    { what: `figures of ${ratio} rows per column` },
  );

test("a sample follows its slider, in figures, summary and address, and then all samples are drawn", async ({
  open,
}) => {
  const { page } = await openLesson(open, "finite-n?alpha=1&d=64&n=64&seed=7");
  await ratioIs(page, 1);
  const before = await summaryAfter(page);
  await page.focus("input[data-control=n]");
  for (let i = 0; i < 20; i += 1) await press(page, "ArrowRight");
  const n = await page.$eval("input[name=n]", ({ value }) => Number(value));
  assert.ok(n > 64);
  await ratioIs(page, n / 64);
  await summaryAfter(page, before);
  await addressHas(page, `n=${n}&`);
  const { ranks, sample_alpha: alpha, expected_alpha: expected } = await numbers(page);
  assert.equal(ranks, 64);
  assert.ok(Math.abs(alpha - expected) < 0.1);
  await allDrawn(page);
  const pictures = () =>
    Array.from(document.querySelectorAll(".lesson-picture"), (one) => [
      one.querySelectorAll("svg").length,
      one.ariaLabel,
    ]);
  const means = /Means of samples: .* at 0\.25, .* at 16\.$/;
  await waitFor(
    page,
    () => / at 16\.$/.test(document.querySelectorAll(".lesson-picture")[1].ariaLabel),
    null,
    { what: "picture of all samples" },
  );
  const [[first], [second, label], ...others] = await page.evaluate(pictures);
  assert.deepEqual([first, second, others], [1, 1, []]);
  assert.match(label, means);
});

/** Runs before the page's scripts: answers to the lesson wait while `isHeld`, and `asked` has the name of each question. */
function holdAnswers() {
  window.asked = [];
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.name !== undefined) window.asked.push(message.name);
    return postMessage.call(this, message, ...rest);
  };
  const waiting = [];
  const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
  Object.defineProperty(Worker.prototype, "onmessage", {
    set(listener) {
      set.call(this, (event) => {
        if (window.isHeld) waiting.push(() => listener.call(this, event));
        else listener.call(this, event);
      });
    },
  });
  window.letGo = () => {
    window.isHeld = false;
    for (const hear of waiting.splice(0)) hear();
  };
}

test("a slider that is dragged waits for no computation, and only where it rests is computed for", async ({
  open,
}) => {
  const init = { content: `(${holdAnswers})();(${hurry})();` };
  const { page } = await openLesson(open, "finite-n?alpha=1&d=64&n=64&seed=7&hide=curve", { init });
  await ratioIs(page, 1);
  await page.evaluate(() => {
    window.isHeld = true;
    window.asked = [];
  });
  await page.focus("input[data-control=n]");
  for (let i = 0; i < 10; i += 1) await press(page, "ArrowRight");
  // The worker's answer to the first step waits; the page follows the hand without it.
  const n = await page.$eval("input[name=n]", ({ value }) => Number(value));
  assert.ok(n > 64);
  await addressHas(page, `n=${n}&`);
  assert.equal((await numbers(page)).ratio, 1);
  await page.evaluate(() => window.letGo());
  await ratioIs(page, n / 64);
  const samples = await page.evaluate(() => window.asked.filter((name) => name === "new FiniteN"));
  assert.ok(samples.length <= 2, `${samples.length} samples for ten steps`);
});
