// A host that reads dist/_headers serves a page that works, in both browsers. What they say: tests/node/headers.test.mjs.

import { named } from "../lib/reference.mjs";
import { askAfterwards, withListeners } from "./lib/elsewhere.mjs";
import { pickFiles } from "./lib/page.mjs";
import { settled } from "./lib/person.mjs";
import { keptOffline } from "./lib/sealed.mjs";
import { rulesFor, serveSite } from "./lib/site.mjs";
import { assert, browsers, describe, test } from "./lib/test.mjs";

const features = named("minilm_layer6_160x128_f2.npy");

/** Tests on a host that sends these headers. */
const withHeaders = (plainTest, headers) =>
  withListeners(plainTest).extend({
    // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
    host: async ({}, use) => {
      const site = await serveSite({ headers });
      await use(site);
      await site.close();
    },
  });

describe.each(browsers)("%s", (_browser, plainTest) => {
  withHeaders(plainTest, rulesFor)(
    "with those headers the page works, and its files are kept",
    async ({ open, host }) => {
      const { page } = await open(host.origin, { offline: true });
      await keptOffline(page);
      await page.click("button[name=example]");
      await settled(page, 1);
      await pickFiles(page, ["tests/formats/npz/deflated_f4.npz"]);
      await pickFiles(page, features.files);
      const list = await settled(page, 3);
      assert.deepEqual(
        list.map(({ state }) => state),
        ["done", "done", "done"],
      );
    },
  );
});

for (const [claim, headers, reached] of [
  ["with those headers the service worker reaches no other host", rulesFor, []],
  ["without them it would", undefined, ["fetch"]],
]) {
  withHeaders(test, headers)(claim, async ({ open, host, listen }) => {
    const other = await listen();
    const { page } = await open(host.origin, { offline: true, faults: [] });
    await keptOffline(page);
    const [worker] = page.context().serviceWorkers();
    await worker.evaluate(
      (origin) => fetch(`${origin}/fetch`, { mode: "no-cors" }).catch(() => {}),
      other.origin,
    );
    await askAfterwards(open, other.origin);
    assert.deepEqual(other.heard(), [...reached, "sentinel"]);
  });
}
