// The built site as a static host serves it, in both browsers.

import { waitForState } from "./lib/page.mjs";
import { SUB_PATH } from "./lib/site.mjs";
import { assert, browsers, describe } from "./lib/test.mjs";

describe.each(browsers)("%s", (_browser, test) => {
  for (const path of ["/", SUB_PATH]) {
    test(`loads from ${path} without a fault, and asks for nothing outside of it`, async ({
      open,
      site,
    }) => {
      const { page, requests } = await open(path);
      await waitForState(page, "empty");
      for (const { method, url } of requests) {
        assert.equal(method, "GET");
        assert.ok(url.startsWith(`${site.origin}${path}`), `${url} is outside the site`);
      }
    });
  }

  test("the first visit asks for one wasm file, and for no example", async ({ open }) => {
    const { page, requests } = await open();
    await waitForState(page, "empty");
    const urls = requests.map(({ url }) => url);
    assert.equal(urls.filter((url) => url.endsWith(".wasm")).length, 1);
    assert.deepEqual(
      urls.filter((url) => url.includes("npy")),
      [],
    );
  });
});
