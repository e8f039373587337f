// The built site as a static host serves it, in both browsers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { openPage, waitForState } from "./lib/page.mjs";
import { SUB_PATH, serveSite } from "./lib/site.mjs";

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

    for (const path of ["/", SUB_PATH]) {
      test(`loads from ${path} without a fault`, async () => {
        const { page, requests, faults, close } = await openPage(browser, `${site.origin}${path}`);
        await waitForState(page, "empty");
        assert.deepEqual(faults, []);
        for (const { method, url } of requests) {
          assert.equal(method, "GET");
          assert.ok(url.startsWith(`${site.origin}${path}`), `${url} is outside the site`);
        }
        await close();
      });
    }

    test("the first visit asks for one wasm file, and for no example", async () => {
      const { page, requests, close } = await openPage(browser, `${site.origin}/`);
      await waitForState(page, "empty");
      const urls = requests.map(({ url }) => url);
      assert.equal(urls.filter((url) => url.endsWith(".wasm")).length, 1);
      assert.deepEqual(
        urls.filter((url) => url.includes("npy")),
        [],
      );
      await close();
    });
  });
}
