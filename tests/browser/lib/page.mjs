// What a test does with the page, in a person's terms. Each function takes a page of Playwright (Chromium)
// or of Puppeteer (Firefox), so one test can run in both.
//
//   test("a claim", async ({ page }) => {                            // lib/test.mjs
//     await dropFiles(page, ["tests/data/x.npy", { name: "y.npy", bytes }]);    // or pickFiles(page, paths)
//     await waitForState(page, "done");
//     const { alpha, r2 } = await numbers(page);                     // <data data-name="alpha" value="…">
//   });
//
// `requests` here (what the browser asked for) and `site.requests` (what reached the server) go on growing
// while the page runs: note their lengths once it has loaded, and compare.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { top } from "../../../scripts/setup/step.mjs";

/** Milliseconds between two looks at the page. */
const pollEvery = 20;

/**
 * Opens `url` in a profile of its own. Resolves to { page, requests, faults, close }:
 * `requests` has { method, url } of all that the page and its workers asked for over a network;
 * `faults` has a line for each console error, exception and breach of the content security policy; they are added to the
 * list that is given, or to a new one.
 * `options` are Playwright's for a new context (viewport, colorScheme, …); Firefox takes only viewport. `init` is a
 * function that runs in the page before its own scripts, and before its policy. The service worker, which would fetch the whole site in
 * every test, is there only with `offline`, and what the page does once it is idle is done only with `idle`. What the page copies stays in it (person.mjs has `copyText`), because tests that run at
 * the same time share the clipboard; with `realClipboard` it reaches the clipboard.
 */
export async function openPage(
  browser,
  url,
  { init, offline = false, idle = offline, realClipboard = false, faults = [], ...options } = {},
) {
  const scripts = [
    reportViolations,
    ...(realClipboard ? [] : [keepCopies]),
    ...(offline ? [] : [dropServiceWorker]),
    ...(idle ? [] : [neverIdle]),
    ...(init ? [init] : []),
  ];
  const { context, page } = await newPage(browser, options, scripts);
  const requests = [];
  page.on("request", (request) => {
    if (/^(http|ws)s?:/.test(request.url())) {
      requests.push({ method: request.method(), url: request.url() });
    }
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  await page.goto(url, { waitUntil: "load" });
  waitBeforeLooking(page);
  return { page, requests, faults, close: () => context.close() };
}

/** What a test reads, or clicks, right after a click is what that click has led to, in all parts of the page. */
function waitBeforeLooking(page) {
  const does = ["click", "check", "uncheck", "fill"];
  for (const name of ["$", "$$", "$eval", "$$eval", "textContent", "innerHTML", "focus", ...does]) {
    // Puppeteer has fewer ways.
    const go = page[name]?.bind(page);
    if (!go) continue;
    page[name] = async (...query) => {
      await drawn(page);
      // Playwright waits for what is clicked; Puppeteer has to be told.
      if (name === "click" && !("context" in page)) await page.waitForSelector(query[0]);
      const found = await go(...query);
      // A click may lead to another page.
      if (does.includes(name)) await drawn(page).catch(() => {});
      return found;
    };
  }
}

async function newPage(browser, options, scripts) {
  if ("newContext" in browser) {
    const context = await browser.newContext(options);
    for (const script of scripts) await context.addInitScript(script);
    return { context, page: await context.newPage() };
  }
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  if (options.viewport) await page.setViewport(options.viewport);
  for (const script of scripts) await page.evaluateOnNewDocument(script);
  return { context, page };
}

/** Firefox keeps breaches of the policy off the console that a driver sees. */
function reportViolations() {
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
    console.error(`content security policy: ${effectiveDirective} blocked ${blockedURI}`);
  });
}

/** The last text that the page copied is its `lastCopied`. */
function keepCopies() {
  Clipboard.prototype.writeText = async (text) => {
    window.lastCopied = text;
  };
}

/** As where storage is switched off. */
function dropServiceWorker() {
  delete Navigator.prototype.serviceWorker;
}

/** As on a busy machine: an idle page analyzes features to warm up, which would cost each test a second of two cores. */
function neverIdle() {
  window.requestIdleCallback = () => 0;
}

/**
 * Calls `look` in the page with `argument` until it returns something truthy, and resolves to that.
 * It asks from outside, because the page's policy forbids the evaluation that a driver's own wait may use.
 */
export async function waitFor(page, look, argument, { timeout = 30_000, what = "condition" } = {}) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const found = await page.evaluate(look, argument);
    if (found) return found;
    if (Date.now() > deadline) {
      throw new Error(`no ${what} after ${timeout} ms; the page says: ${await words(page)}`);
    }
    await sleep(pollEvery);
  }
}

/**
 * Waits until the page is in one of the states "empty", "running", "done", "error"; resolves to it. What it
 * still shows of the time before a click does not count.
 */
export async function waitForState(page, state, { timeout } = {}) {
  await drawn(page);
  const states = [state].flat();
  const look = (wanted) => {
    const { state: now } = document.querySelector("eigen-app")?.dataset ?? {};
    return wanted.includes(now) && now;
  };
  const found = await waitFor(page, look, states, {
    timeout,
    what: `state ${states.join(" or ")}`,
  });
  await drawn(page);
  return found;
}

/** Waits until all that follows the first answer of the selected dataset is computed. */
export async function waitForStudy(page, { timeout } = {}) {
  await drawn(page);
  const look = () => document.querySelector("eigen-app")?.dataset.study === "done";
  await waitFor(page, look, null, { timeout, what: "whole study" });
  await drawn(page);
}

/** The text of the page, for a person reading a failure. */
async function words(page) {
  const text = await page.evaluate(() => document.body.innerText);
  return text.replaceAll(/\s+/g, " ").slice(0, 600);
}

/** Waits until every element shows the current state of the page: the page itself says when (www/view/rendered.ts). */
export function drawn(page) {
  return page.evaluate(() => document.querySelector("eigen-app")?.rendered);
}

/** All numbers on the page at full precision: { alpha: 0.7098…, n: 3000, … }, by data-name. */
export async function numbers(page) {
  await drawn(page);
  return page.evaluate(() => {
    const found = {};
    for (const element of document.querySelectorAll("data[data-name]")) {
      found[element.dataset.name] = Number(element.value);
    }
    return found;
  });
}

/** The { code, text } of each error sentence on the page. */
export async function errors(page) {
  await drawn(page);
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("[role=alert][data-code]"), (element) => ({
      code: element.dataset.code,
      text: element.textContent.trim(),
    })),
  );
}

/** Picks files of the repository through the page's file input. */
export async function pickFiles(page, paths) {
  const input = await page.$("input[type=file]");
  const full = paths.map((path) => join(top, path));
  if ("setInputFiles" in input) await input.setInputFiles(full);
  else await input.uploadFile(...full);
}

/**
 * Drops files on the page, or pastes them: paths in the repository, or { name, bytes }. The bytes travel
 * through the driver, so keep them below some 50 MB; for a larger file see lib/large.mjs.
 */
export async function dropFiles(page, files, how = "drop") {
  const sent = await Promise.all(
    files.map(async (file) =>
      typeof file === "string"
        ? { name: basename(file), base64: await readFile(join(top, file), "base64") }
        : { name: file.name, base64: Buffer.from(file.bytes).toString("base64") },
    ),
  );
  const give = ([list, paste]) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    const options = { bubbles: true, cancelable: true };
    const events = paste
      ? [new ClipboardEvent("paste", { ...options, clipboardData: transfer })]
      : ["dragenter", "dragover", "drop"].map(
          (type) => new DragEvent(type, { ...options, dataTransfer: transfer }),
        );
    for (const event of events) document.body.dispatchEvent(event);
  };
  await page.evaluate(give, [sent, how === "paste"]);
}
