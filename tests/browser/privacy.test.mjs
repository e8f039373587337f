// Nothing leaves the page over a whole visit, in both browsers. What a script could try against that: sealed.test.mjs.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { top } from "../../scripts/setup/step.mjs";
import { filesToKeep } from "../../scripts/site/offline.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { dropFiles, numbers, openPage, pickFiles } from "./lib/page.mjs";
import { choose, press, settled } from "./lib/person.mjs";
import { example, named } from "./lib/reference.mjs";
import { keptOffline, sealed } from "./lib/sealed.mjs";
import { isOfRest, serveSite } from "./lib/site.mjs";

/** Milliseconds in which a request that is not blocked would have come. */
const patience = 500;
const dist = join(top, "dist");
const features = named("minilm_layer6_160x128_f2.npy");
/** What other scripts of the page open. */
const formats = ["tests/formats/npz/deflated_f4.npz", "tests/formats/parquet/list.parquet"];

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
      await sealed(page);
      // Firefox fetches the icon that the document names when it has time, and the page what it loads once it rests: both belong to loading.
      const icon = await page.$eval("link[rel=icon]", ({ href }) => href);
      const isLoading = (url) => icon.endsWith(url) || isOfRest(url);
      const later = (all) => all.map(({ url }) => url).filter((url) => !isLoading(url));
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

      assert.deepEqual(later(requests).slice(asked), script);
      const sent = site.requests.slice(served).filter(({ url }) => !isLoading(url));
      assert.deepEqual(
        sent.map(({ method, url }) => `${method} ${url}`),
        script.map((url) => `GET ${new URL(url).pathname}`),
      );
      assert.deepEqual(faults, []);
      assert.deepEqual(await kept(page), { cookies: "", storage: {} });
    });

    test("once the site's files are kept, a visit asks for nothing", async (t) => {
      const from = site.requests.length;
      const { page, faults, close } = await openPage(browser, `${site.origin}/`, { offline: true });
      t.after(close);
      await keptOffline(page);
      // Until then: each file of the site for the page or to be kept, and the list of them.
      const asked = site.requests.slice(from);
      const mayBe = ["", "service-worker.js", ...filesToKeep(dist).map(({ url }) => url)];
      for (const { method, url } of asked)
        assert.ok(method === "GET" && mayBe.includes(url.slice(1)), `${method} ${url}`);
      const served = site.requests.length;

      await page.click("button[name=example]");
      await settled(page, 1);
      await pickFiles(page, features.files);
      for (const [index, file] of formats.entries()) {
        await pickFiles(page, [file]);
        await settled(page, index + 3);
      }
      await choose(page, { engine: "fast" });
      await page.click("button[name=again]");
      await settled(page, formats.length + 2);
      await sleep(patience);
      assert.deepEqual(site.requests.slice(served), []);
      assert.deepEqual(faults, []);
      assert.deepEqual(await kept(page), { cookies: "", storage: {} });
    });

    test("only the colours are remembered, and only once they were chosen", async (t) => {
      const { page, close } = await openPage(browser, `${site.origin}/`);
      t.after(close);
      await sealed(page);
      assert.deepEqual(await kept(page), { cookies: "", storage: {} });
      await page.click("[aria-label^=Colours]");
      assert.deepEqual(await kept(page), {
        cookies: "",
        storage: { "eigenscope.theme": "light" },
      });
    });
  });
}

/** What the page has left in the browser. */
function kept(page) {
  return page.evaluate(() => ({ cookies: document.cookie, storage: { ...localStorage } }));
}
