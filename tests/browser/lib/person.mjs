// What a person does with the page once it is open, beyond giving it files (lib/page.mjs): the settings, the
// list of datasets, the report. Like there, each function takes a page of Playwright or of Puppeteer, except
// where it says Chromium only.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawn, waitFor } from "./page.mjs";

/** Sets the engine ("auto", "exact", "fast" or "gpu") and the number of workers (0: as many as there are processors). */
export async function choose(page, { engine, workers } = {}) {
  await page.click(".menu summary");
  if (engine) await page.click(`input[name=engine][value=${engine}]`);
  if (workers !== undefined) await type(page, "input[name=workers]", workers || "");
  await page.keyboard.press("Escape");
}

/** Replaces the text of a field, and leaves it. */
export async function type(page, selector, text) {
  await page.focus(selector);
  await press(page, "Control+a");
  await page.keyboard.press("Delete");
  for (const key of String(text)) await page.keyboard.press(key);
  await page.keyboard.press("Tab");
  await drawn(page);
}

/** Presses a key, or a chord such as "Shift+ArrowRight". */
export async function press(page, chord) {
  const keys = chord.split("+");
  const key = keys.pop();
  for (const held of keys) await page.keyboard.down(held);
  await page.keyboard.press(key);
  for (const held of keys) await page.keyboard.up(held);
  await drawn(page);
}

/** Waits for two frames: the page answers a pointer, a scroll or another size once per frame. */
export function frames(page) {
  return page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** The datasets of the list: { name, state, code, text }, code and text of a refusal. */
export function datasets(page) {
  return page.evaluate(listed);
}

/** Waits until `count` datasets are there and none of them is waiting or running; resolves to the list. */
export async function settled(page, count, { timeout = 30_000 } = {}) {
  await drawn(page);
  const what = `list of ${count} that is through`;
  const list = await waitFor(page, listSettled, count, { timeout, what });
  await drawn(page);
  return list;
}

/** Brings a dataset into view. */
export async function select(page, name) {
  await page.evaluate((wanted) => {
    const names = Array.from(document.querySelectorAll(".entry-name"));
    names
      .find(({ title }) => title === wanted)
      .closest("button")
      .click();
  }, name);
  const inView = (wanted) =>
    document.querySelector("[data-selected] .entry-name")?.title === wanted;
  await waitFor(page, inView, name, { what: `${name} in view` });
  await drawn(page);
}

/** Removes all datasets from the list. */
export async function clear(page) {
  await page.evaluate(() => {
    for (const button of document.querySelectorAll(".entry-remove")) button.click();
  });
  await waitFor(page, () => !document.querySelector("[data-name=dataset]"), null, {
    what: "empty list",
  });
}

/** The report of the dataset in view, as the button "JSON" saves it. Chromium only. */
export async function saveReport(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.click("button[name=json]"),
  ]);
  const folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
  try {
    // The browser is shared, and its own copy may be out of this process's reach.
    const path = join(folder, "report.json");
    await download.saveAs(path);
    return { fileName: download.suggestedFilename(), report: JSON.parse(await readFile(path)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Options of openPage for {@link copyReport}: none are needed. */
export const clipboard = {};

/**
 * The report of the dataset in view, as the button "Copy JSON" gives it. For many reports: the browser stops a
 * page that saves one file after another.
 */
export async function copyReport(page) {
  return JSON.parse(await copyText(page, "copy-json"));
}

/** What a button copies. */
export async function copyText(page, button) {
  await drawn(page);
  await page.evaluate((name) => {
    window.lastCopied = undefined;
    document.querySelector(`button[name=${name}]`).click();
  }, button);
  return waitFor(page, () => window.lastCopied, null, { what: `copy of ${button}` });
}

/** Measures from the next key or click to the moment at which the page no longer runs. */
export function startStopwatch(page) {
  return page.evaluate(watchForTheEnd);
}

/** What was measured, in milliseconds. */
export function stopwatch(page) {
  return page.evaluate(() => window.stopwatch);
}

// These run in the page.

function watchForTheEnd() {
  let started;
  const start = (event) => {
    started = event.timeStamp;
  };
  for (const type of ["keydown", "click"]) {
    window.addEventListener(type, start, { capture: true, once: true });
  }
  const app = document.querySelector("eigen-app");
  const watch = new MutationObserver(() => {
    if (app.dataset.state === "running") return;
    window.stopwatch = performance.now() - started;
    watch.disconnect();
  });
  watch.observe(app, { attributes: true, attributeFilter: ["data-state"] });
}

function listed() {
  return Array.from(document.querySelectorAll("[data-name=dataset]"), (entry) => {
    const alert = entry.querySelector("[role=alert]");
    return {
      name: entry.querySelector(".entry-name").title,
      state: entry.dataset.state,
      code: alert?.dataset.code,
      text: alert?.textContent.trim(),
    };
  });
}

function listSettled(count) {
  const entries = Array.from(document.querySelectorAll("[data-name=dataset]"), (entry) => {
    const alert = entry.querySelector("[role=alert]");
    return {
      name: entry.querySelector(".entry-name").title,
      state: entry.dataset.state,
      code: alert?.dataset.code,
      text: alert?.textContent.trim(),
    };
  });
  const through = ({ state }) => state !== "waiting" && state !== "running";
  return entries.length === count && entries.every(through) && entries;
}
