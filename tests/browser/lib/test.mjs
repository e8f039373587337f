// The tests of the page. A test asks for what it needs by name:
//
//   test("a claim", async ({ page, site, open }) => { … });           // in Chromium
//   describe.each(browsers)("%s", (_name, test) => { test("a claim", …) });    // in Chromium and in Firefox
//
// - `site`: the built site on localhost, one for each file: { origin, requests }
// - `page`: the page in a profile of its own, loaded and empty
// - `open(url?, options?)`: another page like it: { page, requests, faults, close }. The path is the site's; options are
//   openPage's (lib/page.mjs)
// - `faults`: what went wrong in any page of the test. There must be nothing when the test ends; a test that expects
//   faults takes them out: `faults.splice(0)`
// - `browser`: the browser behind all of this

import assert from "node:assert/strict";
import { test as plain } from "vitest";
import { sharedChromium, sharedFirefox } from "./browser.mjs";
import { openPage, waitForState } from "./page.mjs";
import { serveSite } from "./site.mjs";

export { afterAll, beforeAll, describe, expect } from "vitest";
export { assert };

function testIn(launch) {
  return plain.extend({
    site: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
      async ({}, use) => {
        const site = await serveSite();
        await use(site);
        await site.close();
      },
      { scope: "file" },
    ],
    // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
    browser: async ({}, use) => {
      await use(await launch());
    },
    // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
    faults: async ({}, use) => {
      const faults = [];
      await use(faults);
      assert.deepEqual(faults, []);
    },
    open: async ({ browser, faults, site }, use) => {
      const closing = [];
      await use(async (url = "/", options = {}) => {
        const address = new URL(url, site.origin).href;
        const opened = await openPage(browser, address, { faults, ...options });
        closing.push(opened.close);
        return opened;
      });
      await Promise.all(closing.map((close) => close()));
    },
    options: {},
    page: async ({ open, options }, use) => {
      const { page } = await open("/", options);
      await waitForState(page, "empty");
      await use(page);
    },
  });
}

export const test = testIn(sharedChromium);

/** For describe.each: the name of each browser and the tests in it. */
export const browsers = [
  ["Chromium", test],
  ["Firefox", testIn(sharedFirefox)],
];
