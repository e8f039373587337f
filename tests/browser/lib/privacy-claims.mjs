// The claims that nothing leaves the page over a whole visit: tests/browser/privacy.test.mjs, tests/full/privacy.test.mjs.

import { join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";
import { filesToKeep } from "../../../scripts/site/offline.mjs";
import { example, named } from "../../lib/reference.mjs";
import { askAfterwards } from "./elsewhere.mjs";
import { dropFiles, numbers, pickFiles } from "./page.mjs";
import { choose, press, settled } from "./person.mjs";
import { keptOffline, sealed } from "./sealed.mjs";
import { isOfRest, serveSite } from "./site.mjs";
import { assert } from "./test.mjs";

const dist = join(top, "dist");
const features = named("minilm_layer6_160x128_f2.npy");
/** What other scripts of the page open. */
const formats = ["tests/formats/npz/deflated_f4.npz", "tests/formats/parquet/list.parquet"];
const nothing = { cookies: "", storage: {} };

/** A server for each test: its requests are those of this visit. */
const onServers = (test) =>
  test.extend({
    // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
    visited: async ({}, use) => {
      const site = await serveSite();
      await use(site);
      await site.close();
    },
  });

/** A visit, and what it leaves behind; `test` is that of a browser. */
export function visits(plainTest) {
  const test = onServers(plainTest);

  test("from the last byte of the page on, a visit asks for the example and nothing else", async ({
    open,
    visited: site,
  }) => {
    const { page, requests } = await open(site.origin);
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

    await askAfterwards(open, site.origin);
    assert.deepEqual(later(requests).slice(asked), script);
    const sent = site.requests.slice(served).filter(({ url }) => !isLoading(url));
    assert.deepEqual(
      sent.map(({ method, url }) => `${method} ${url}`),
      [`GET ${new URL(script[0]).pathname}`, "GET /sentinel"],
    );
    assert.deepEqual(await kept(page), nothing);
  });

  test("only the colours are remembered, and only once they were chosen", async ({ open }) => {
    const { page } = await open();
    await sealed(page);
    assert.deepEqual(await kept(page), nothing);
    await page.click("[aria-label^=Colours]");
    assert.deepEqual(await kept(page), {
      cookies: "",
      storage: { "eigenscope.theme": "light" },
    });
  });
}

/** A visit once the service worker has the whole site. */
export function visitsOffline(plainTest) {
  const test = onServers(plainTest);

  test("once the site's files are kept, a visit asks for nothing", async ({
    open,
    visited: site,
  }) => {
    const { page } = await open(site.origin, { offline: true });
    await keptOffline(page);
    // Until then: each file of the site for the page or to be kept, and the list of them.
    const mayBe = ["", "service-worker.js", ...filesToKeep(dist).map(({ url }) => url)];
    for (const { method, url } of site.requests)
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

    await askAfterwards(open, site.origin);
    assert.deepEqual(site.requests.slice(served), [{ method: "GET", url: "/sentinel" }]);
    assert.deepEqual(await kept(page), nothing);
  });
}

/** What the page has left in the browser. */
function kept(page) {
  return page.evaluate(() => ({ cookies: document.cookie, storage: { ...localStorage } }));
}
