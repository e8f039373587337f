// The page as a peer: the built site in Chromium, given a file as a person gives one.
import { relative } from "node:path";
import { Refusal, top } from "../scripts/setup/step.mjs";
import { launchChromium } from "../tests/browser/lib/browser.mjs";
import * as driver from "../tests/browser/lib/page.mjs";
import { serveSite } from "../tests/browser/lib/site.mjs";

const TIMEOUT_MS = 120_000;

/** Where the page leaves its times (User Timing); `total` ends when α is on the screen. */
const MEASURES = {
  moments: "eigenscope:moments",
  eigenvalues: "eigenscope:eigenvalues",
  total: "eigenscope:total",
};

/** Serves and opens the built page; `peer(precision)` are its two ways of computing. */
export async function openPage() {
  const site = await serveSite();
  const browser = await launchChromium();
  const { page } = await driver.openPage(browser, `${site.origin}/`);
  await driver.waitForState(page, "empty");
  await page.waitForSelector("input[name=precision]", { state: "attached" });

  async function run(file, precision) {
    await page.evaluate(prepare, precision);
    await driver.pickFiles(page, [relative(top, file)]);
    const state = await driver.waitForState(page, ["done", "error"], { timeout: TIMEOUT_MS });
    if (state === "error") {
      const [{ text }] = await driver.errors(page);
      throw new Refusal(`The page refused ${file}: ${text}`);
    }
    const times = await page.evaluate(timesOf, MEASURES);
    const { alpha } = await driver.numbers(page);
    await page.click("[data-name=dataset] .entry-remove");
    await driver.waitForState(page, "empty");
    return { ...times, alpha };
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

// These two run in the page.

function prepare(precision) {
  document.querySelector(`input[name=precision][value=${precision}]`).click();
  performance.clearMarks();
  performance.clearMeasures();
}

function timesOf(measures) {
  const seconds = (name) => performance.getEntriesByName(name, "measure").at(-1).duration / 1000;
  return Object.fromEntries(
    Object.entries(measures).map(([stage, name]) => [stage, seconds(name)]),
  );
}
