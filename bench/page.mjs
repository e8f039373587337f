// The page as a peer: the built site in Chromium, given a file as a person gives one.
import { relative } from "node:path";
import { Refusal, top } from "../scripts/setup/step.mjs";
import { launchChromium } from "../tests/browser/lib/launch.mjs";
import * as driver from "../tests/browser/lib/page.mjs";
import { serveSite } from "../tests/browser/lib/site.mjs";

/** Where the page leaves the times of its stages (User Timing). */
const MEASURES = {
  open: "eigenscope:open",
  moments: "eigenscope:moments",
  eigenvalues: "eigenscope:eigenvalues",
};

/** Serves and opens the built page; `peer(precision)` are its two ways of computing. */
export async function openPage() {
  const site = await serveSite();
  const browser = await launchChromium();
  const { page } = await driver.openPage(browser, `${site.origin}/`);
  await driver.waitForState(page, "empty");
  await page.waitForSelector("input[name=engine]", { state: "attached" });

  async function run(file, precision) {
    await page.evaluate(prepare, precision);
    await driver.pickFiles(page, [relative(top, file)]);
    const times = await page.evaluate(timesOf, MEASURES);
    if (!times) {
      const [{ text }] = await driver.errors(page);
      throw new Refusal(`The page refused ${file}: ${text}`);
    }
    const { alpha } = await driver.numbers(page);
    const { all, longestTask } = await page.evaluate(wholeOf);
    await page.click("[data-name=dataset] .entry-remove");
    await driver.waitForState(page, "empty");
    return { ...times, all, longestTask, alpha };
  }

  return {
    peer: (precision) => ({
      name: `page, ${precision}`,
      precision,
      run: (file) => run(file, precision),
    }),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

// These run in the page.

/** Sets the precision and a stopwatch: from the choice of a file to the frame that shows α. */
function prepare(precision) {
  document.querySelector(`input[name=engine][value=${precision}]`).click();
  performance.clearMarks();
  performance.clearMeasures();
  let started;
  const app = document.querySelector("eigen-app");
  // α of all rows, or what the page says instead.
  const answer = ".readout:not([data-provisional]) data[data-name=alpha], [role=alert][data-code]";
  app.benchTimes = new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      const found = started && document.querySelector(answer);
      if (!found) return;
      watch.disconnect();
      const state = found.matches("data") ? "done" : "error";
      // The next frame shows α; a task after it runs when that frame is drawn.
      requestAnimationFrame(() =>
        setTimeout(() => resolve({ state, total: (performance.now() - started) / 1000 })),
      );
    });
    watch.observe(app, { subtree: true, childList: true, attributes: true });
  });
  // The main thread's tasks of 50 ms and more, as the browser counts them.
  let longestTask = 0;
  const tasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  });
  tasks.observe({ type: "longtask" });
  app.benchWhole = new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (app.dataset.state !== "done" || app.dataset.study !== "done") return;
      watch.disconnect();
      requestAnimationFrame(() =>
        setTimeout(() => {
          tasks.disconnect();
          resolve({ all: (performance.now() - started) / 1000, longestTask });
        }),
      );
    });
    watch.observe(app, { attributes: true, attributeFilter: ["data-state", "data-study"] });
  });
  document.querySelector("input[type=file]").addEventListener(
    "change",
    () => {
      started = performance.now();
    },
    { capture: true, once: true },
  );
}

/** The times of all stages once α is on the screen. It waits in the page: a driver that asks again and again would take time from it. */
async function timesOf(measures) {
  const { state, total } = await document.querySelector("eigen-app").benchTimes;
  if (state === "error") return undefined;
  const seconds = (name) => performance.getEntriesByName(name, "measure").at(-1).duration / 1000;
  const stages = Object.entries(measures).map(([stage, name]) => [stage, seconds(name)]);
  return { ...Object.fromEntries(stages), total };
}

/** The time until everything is on the screen, and the longest task of the main thread until then. */
function wholeOf() {
  return document.querySelector("eigen-app").benchWhole;
}
