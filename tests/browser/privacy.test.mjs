// Nothing leaves the page: over a whole visit, in both browsers, from the page and from its workers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { listenElsewhere } from "./lib/elsewhere.mjs";
import { dropFiles, numbers, openPage, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { choose, press, settled } from "./lib/person.mjs";
import { example, named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

/** Milliseconds in which a request that is not blocked would have come. */
const patience = 500;
const features = named("minilm_layer6_160x128_f2.npy");

for (const [name, launch] of [
  ["Chromium", launchChromium],
  ["Firefox", launchFirefox],
]) {
  describe(name, () => {
    let site;
    let browser;
    before(async () => {
      site = await serveSite();
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    test("from the last byte of the page on, a visit asks for the example and nothing else", async (t) => {
      const { page, requests, faults, close } = await openPage(browser, `${site.origin}/`);
      t.after(close);
      await loaded(page);
      // Firefox fetches the icon that the document names when it has time: it belongs to loading.
      const icon = await page.$eval("link[rel=icon]", ({ href }) => href);
      const later = (all) => all.map(({ url }) => url).filter((url) => url !== icon);
      const asked = later(requests).length;
      const served = site.requests.length;

      await page.click("button[name=example]");
      await settled(page, 1);
      const script = later(requests).slice(asked);
      assert.equal(script.length, 1);
      assert.match(script[0], /\/assets\/minilm_layer6_3000x384_f16-[\w-]+\.js$/);
      assert.equal(new URL(script[0]).origin, site.origin);

      await dropFiles(page, features.files);
      await pickFiles(page, example.files);
      await dropFiles(page, ["tests/hostile/value/nan.npy"]);
      await settled(page, 4);
      await page.click("button[name=skip-rows]");
      await settled(page, 4);
      await page.focus("[data-end=first]");
      await press(page, "ArrowRight");
      await page.click("#tab-Table");
      await page.click("#tab-Plot");
      await page.click("button[name=json]");
      await choose(page, { engine: "fast" });
      await page.click("button[name=again]");
      await settled(page, 4);
      assert.ok((await numbers(page)).alpha > 0);
      await sleep(patience);

      assert.deepEqual(later(requests).slice(asked + 1), []);
      const sent = site.requests.slice(served).filter(({ url }) => !icon.endsWith(url));
      assert.deepEqual(
        sent.map(({ method, url }) => `${method} ${url}`),
        [`GET ${new URL(script[0]).pathname}`],
      );
      assert.deepEqual(faults, []);
      assert.deepEqual(await kept(page), { cookies: "", storage: {} });
    });

    test("only the colours are remembered, and only once they were chosen", async (t) => {
      const { page, close } = await openPage(browser, `${site.origin}/`);
      t.after(close);
      await loaded(page);
      assert.deepEqual(await kept(page), { cookies: "", storage: {} });
      await page.click("[aria-label^=Colours]");
      assert.deepEqual(await kept(page), {
        cookies: "",
        storage: { "eigenscope.theme": "light" },
      });
    });

    test("a worker of the page can reach no other host, and not its own", async (t) => {
      const other = await listenElsewhere();
      t.after(other.close);
      const { page, close } = await openPage(browser, `${site.origin}/`, { init: keepPolicy });
      t.after(close);
      await loaded(page);
      await pickFiles(page, features.files);
      await settled(page, 1);
      const served = site.requests.length;
      for (const origin of [other.origin, site.origin]) {
        const outcomes = await inWorker(page, origin);
        assert.deepEqual(outcomes, { fetch: "blocked", xhr: "blocked", socket: "blocked" });
      }
      await sleep(patience);
      assert.equal(other.bytesHeard(), 0);
      const { pathname } = new URL(await page.$eval("link[rel=icon]", ({ href }) => href));
      assert.deepEqual(
        site.requests.slice(served).filter(({ url }) => url !== pathname),
        [],
      );
      await fetch(other.origin);
      assert.notEqual(other.bytesHeard(), 0, "but for the policy, the other host can be reached");
    });
  });
}

/** The page is sealed, and the icon is all that may still be on its way. */
async function loaded(page) {
  await waitForState(page, "empty");
  const sealed = () => document.querySelector("head > meta:last-of-type")?.content.includes("none");
  await waitFor(page, sealed, null, { what: "seal" });
}

/** What the page has left in the browser. */
function kept(page) {
  return page.evaluate(() => ({ cookies: document.cookie, storage: { ...localStorage } }));
}

/**
 * What comes of each way out of a worker: in Chromium in one of the engine's own; in Firefox, whose driver
 * does not get into workers, in one that is started as the engine starts its own, from a blob.
 */
function inWorker(page, origin) {
  if ("waitForEvent" in page) return page.workers()[0].evaluate(tryToReach, origin);
  const start = ([code, target]) => {
    const text = `(${code})(${JSON.stringify(target)}).then((outcomes) => postMessage(outcomes))`;
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(window.keptPolicy?.createScriptURL(url) ?? url, { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  };
  return page.evaluate(start, [String(tryToReach), origin]);
}

/** Runs before the page's policy, which allows no further makers of trusted addresses. */
function keepPolicy() {
  window.keptPolicy = window.trustedTypes?.createPolicy("test", {
    createScriptURL: (url) => url,
  });
}

/** Runs in a worker. */
async function tryToReach(origin) {
  const outcome = (way) =>
    way().then(
      () => "reached",
      () => "blocked",
    );
  const request = () =>
    new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.onload = resolve;
      xhr.onerror = reject;
      xhr.open("GET", `${origin}/xhr`);
      xhr.send();
    });
  const socket = () =>
    new Promise((resolve, reject) => {
      const opened = new WebSocket(origin.replace("http", "ws"));
      opened.onopen = resolve;
      opened.onerror = reject;
    });
  return {
    fetch: await outcome(() => fetch(`${origin}/fetch`, { mode: "no-cors" })),
    xhr: await outcome(request),
    socket: await outcome(socket),
  };
}
