// The built site as a static host serves it, in both browsers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { listenElsewhere } from "./lib/elsewhere.mjs";
import { openPage, waitForState } from "./lib/page.mjs";
import { SUB_PATH, serveSite } from "./lib/site.mjs";

/** Milliseconds in which a request that is not blocked would have come. */
const patience = 500;

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

    test("the policy stops the page from reaching any other host", async (t) => {
      const other = await listenElsewhere();
      t.after(other.close);
      const { page, close } = await openPage(browser, `${site.origin}/`);
      await waitForState(page, "empty");
      await page.evaluate(tryToReach, other.origin);
      await sleep(patience);
      assert.equal(other.bytesHeard(), 0);
      await fetch(other.origin);
      assert.notEqual(other.bytesHeard(), 0, "but for the policy, the other host can be reached");
      await close();
    });
  });
}

/** Runs in the page: tries each way by which a page can send something. What is blocked throws, or fails silently. */
function tryToReach(origin) {
  const ways = [
    () => fetch(`${origin}/fetch`, { mode: "no-cors" }).catch(() => {}),
    () => navigator.sendBeacon(`${origin}/beacon`, "x"),
    () => new EventSource(`${origin}/events`),
    () => new WebSocket(origin.replace("http", "ws")),
    () => {
      new Image().src = `${origin}/image`;
    },
    () => document.head.append(Object.assign(document.createElement("iframe"), { src: origin })),
    () =>
      document.head.append(
        Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${origin}/css` }),
      ),
  ];
  for (const way of ways) {
    try {
      way();
    } catch {
      // Blocked, as it should be.
    }
  }
}
