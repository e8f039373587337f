// Every way out of the page and of its workers is tried, in both browsers, and nobody hears of it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { listenElsewhere } from "./lib/elsewhere.mjs";
import { openPage, pickFiles, waitFor } from "./lib/page.mjs";
import { press, settled } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { sealed } from "./lib/sealed.mjs";
import { serveSite } from "./lib/site.mjs";
import { connections, keepPolicy, tryWays, tryWaysInWorker, waysOut } from "./lib/ways.mjs";

const features = named("minilm_layer6_160x128_f2.npy");

/** What a worker does not have in any browser. */
const absentInWorkers = ["beacon", "image", "style", "frame", "rtc"];
const inWorkers = waysOut.filter((way) => !absentInWorkers.includes(way));
const all = (ways, outcome) => Object.fromEntries(ways.map((way) => [way, outcome]));

/** No policy of any browser closes WebRTC: the page has taken it away. */
const expected = {
  page: { ...all(waysOut, "blocked"), rtc: "absent" },
  worker: { ...all(inWorkers, "blocked"), ...all(absentInWorkers, "absent") },
};

for (const [name, launch] of [
  // Where a machine has no network, WebRTC is to find this one.
  ["Chromium", () => launchChromium({ args: ["--allow-loopback-in-peer-connection"] })],
  ["Firefox", () => launchFirefox({ prefs: { "media.peerconnection.ice.loopback": true } })],
]) {
  describe(name, () => {
    let site;
    let browser;
    let other;
    before(async () => {
      site = await serveSite();
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    test("the panel that says how to check is there from the keyboard, whatever is loaded, and its attempt is refused", async (t) => {
      const { page, close } = await openPage(browser, `${site.origin}/`);
      t.after(close);
      await sealed(page);
      await pickFiles(page, features.files);
      await settled(page, 1);
      const served = site.requests.length;
      await page.focus("[aria-label^=Colours]");
      await press(page, "Shift+Tab");
      await press(page, "Shift+Tab");
      await press(page, "Enter");
      await press(page, "Tab");
      await press(page, "Enter");
      const outcome = () => document.querySelector(".menu[open] [role=status]")?.textContent.trim();
      assert.match(await waitFor(page, outcome, null, { what: "outcome" }), /^Refused/);
      const asked = site.requests.slice(served).filter(({ method }) => method === "HEAD");
      assert.deepEqual(asked, []);
      await press(page, "Escape");
      assert.equal(await page.$(".menu[open]"), null);
    });

    const trying = {
      page: (page, targets) => page.evaluate(tryWays, targets),
      worker: tryWaysInWorker,
    };
    for (const [place, tryFrom] of Object.entries(trying)) {
      test(`without a policy, all that a ${place} has reaches another host`, async (t) => {
        other = await listenElsewhere();
        const host = await listenElsewhere();
        t.after(other.close);
        t.after(host.close);
        const { page, close } = await openPage(browser, `${host.origin}/plain`);
        t.after(close);
        const has = place === "page" ? waysOut : inWorkers;
        const outcomes = await tryFrom(page, [other.origin, other.stun, waysOut]);
        const absent = waysOut.filter((way) => !has.includes(way));
        assert.deepEqual(outcomes, { ...all(has, "allowed"), ...all(absent, "absent") });
        assert.deepEqual([...other.heard()].sort(), [...has].sort());
      });

      test(`a sealed ${place} reaches no other host`, async (t) => {
        other = await listenElsewhere();
        t.after(other.close);
        const { page, close } = await openPage(browser, `${site.origin}/`, { init: keepPolicy });
        t.after(close);
        await sealed(page);
        await pickFiles(page, features.files);
        await settled(page, 1);
        const outcomes = await tryFrom(page, [other.origin, other.stun, waysOut]);
        assert.deepEqual(outcomes, expected[place]);
        assert.deepEqual([...other.heard()], []);
      });

      test(`a sealed ${place} has no connection to its own host either`, async (t) => {
        const { page, close } = await openPage(browser, `${site.origin}/`, { init: keepPolicy });
        t.after(close);
        await sealed(page);
        await pickFiles(page, features.files);
        await settled(page, 1);
        const served = site.requests.length;
        const outcomes = await tryFrom(page, [site.origin, [], connections]);
        const wanted = connections.map((way) => [way, expected[place][way]]);
        assert.deepEqual(outcomes, Object.fromEntries(wanted));
        const asked = site.requests.slice(served).map(({ url }) => url.split("/")[1]);
        assert.deepEqual(
          asked.filter((way) => connections.includes(way)),
          [],
        );
      });
    }
  });
}
