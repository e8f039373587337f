// dist/_headers agrees with the page, and a host that reads it serves a page that works, in both browsers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { listenElsewhere } from "./lib/elsewhere.mjs";
import { openPage, pickFiles } from "./lib/page.mjs";
import { settled } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { keptOffline } from "./lib/sealed.mjs";
import { rulesFor, serveSite } from "./lib/site.mjs";

const features = named("minilm_layer6_160x128_f2.npy");

test("the policy in _headers is that of index.html, for every path", () => {
  const html = readFileSync(join(top, "index.html"), "utf8");
  const [, policy] = html.match(/http-equiv="Content-Security-Policy" content="([^"]+)"/);
  for (const path of ["/", "/index.html", "/service-worker.js", "/assets/index-abc.js"])
    assert.equal(rulesFor(path)["Content-Security-Policy"], policy);
});

test("nothing in _headers keeps other sites from showing the page in a frame", () => {
  const text = readFileSync(join(top, "dist/_headers"), "utf8");
  assert.doesNotMatch(text, /frame-ancestors|X-Frame-Options/i);
});

test("what has a hash in its name is kept for good, and what has none is asked for again", () => {
  assert.match(rulesFor("/assets/index-abc.js")["Cache-Control"], /immutable/);
  for (const path of ["/", "/index.html", "/service-worker.js", "/manifest.webmanifest"])
    assert.equal(rulesFor(path)["Cache-Control"], "no-cache");
});

for (const [name, launch] of [
  ["Chromium", launchChromium],
  ["Firefox", launchFirefox],
]) {
  describe(name, () => {
    let site;
    let browser;
    before(async () => {
      site = await serveSite({ headers: rulesFor });
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    test("with those headers the page works, and is kept", async (t) => {
      const { page, faults, close } = await openPage(browser, `${site.origin}/`, { offline: true });
      t.after(close);
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
      assert.deepEqual(faults, []);
    });
  });
}

test("with those headers the service worker reaches no other host", async (t) => {
  const other = await listenElsewhere();
  t.after(other.close);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const tryFrom = async (headers) => {
    const site = await serveSite({ headers });
    t.after(site.close);
    const { page } = await openPage(browser, `${site.origin}/`, { offline: true });
    await keptOffline(page);
    const [worker] = page.context().serviceWorkers();
    await worker.evaluate(
      (origin) => fetch(`${origin}/fetch`, { mode: "no-cors" }).catch(() => {}),
      other.origin,
    );
    await sleep(500);
    return [...other.heard()];
  };
  assert.deepEqual(await tryFrom(rulesFor), []);
  assert.deepEqual(await tryFrom(undefined), ["fetch"], "only the headers stop it");
});
