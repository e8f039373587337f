// Every way out of the page and of its workers is tried, in both browsers, and no host hears of it.

import { named } from "../lib/reference.mjs";
import { askAfterwards, withListeners } from "./lib/elsewhere.mjs";
import { pickFiles, waitFor } from "./lib/page.mjs";
import { press, settled } from "./lib/person.mjs";
import { sealed } from "./lib/sealed.mjs";
import { assert, browsers, describe } from "./lib/test.mjs";
import { connections, keepPolicy, tryWays, tryWaysInWorker, waysOut } from "./lib/ways.mjs";

const features = named("minilm_layer6_160x128_f2.npy");

/** What a worker does not have in any browser. */
const absentInWorkers = ["beacon", "image", "style", "frame", "rtc"];
const inWorkers = waysOut.filter((way) => !absentInWorkers.includes(way));
const all = (ways, outcome) => Object.fromEntries(ways.map((way) => [way, outcome]));
/** Each breach of the policy is a line on the console. */
const breaches = { faults: [] };

const places = {
  page: {
    tryFrom: tryWays,
    plain: all(waysOut, "allowed"),
    // No policy of any browser closes WebRTC: the page has taken it away.
    sealed: { ...all(waysOut, "blocked"), rtc: "absent" },
  },
  worker: {
    tryFrom: tryWaysInWorker,
    plain: { ...all(inWorkers, "allowed"), ...all(absentInWorkers, "absent") },
    sealed: { ...all(inWorkers, "blocked"), ...all(absentInWorkers, "absent") },
  },
};
const waysThat = (outcomes, wanted) => waysOut.filter((way) => outcomes[way] === wanted);

describe.each(browsers)("%s", (_browser, plainTest) => {
  const test = withListeners(plainTest);

  test("the panel that says how to check works from the keyboard, whatever is loaded, and its attempt is refused", async ({
    open,
    site,
  }) => {
    const { page } = await open("/", breaches);
    await sealed(page);
    await pickFiles(page, features.files);
    await settled(page, 1);
    const served = site.requests.length;
    await page.focus("[aria-label^=Colours]");
    for (const key of ["Shift+Tab", "Shift+Tab", "Enter", "Tab", "Enter"]) await press(page, key);
    const outcome = () => document.querySelector(".menu[open] [role=status]")?.textContent.trim();
    assert.match(await waitFor(page, outcome, null, { what: "outcome" }), /^Refused/);
    await askAfterwards(open, site.origin);
    const asked = site.requests.slice(served).filter(({ method }) => method === "HEAD");
    assert.deepEqual(asked, []);
    await press(page, "Escape");
    assert.equal(await page.$(".menu[open]"), null);
  });

  for (const [place, { tryFrom, plain, sealed: closed }] of Object.entries(places)) {
    test(`without a policy, a ${place} reaches another host in every way`, async ({
      open,
      listen,
    }) => {
      const [host, other] = [await listen(), await listen()];
      const { page } = await open(`${host.origin}/plain`);
      assert.deepEqual(await tryFrom(page, [other.origin, other.stun, waysOut, []]), plain);
      await other.hears(waysThat(plain, "allowed"));
      assert.deepEqual(other.heard(), waysThat(plain, "allowed").sort());
    });

    test(`a sealed ${place} reaches no other host, and has no connection to its own`, async ({
      open,
      listen,
      site,
    }) => {
      const other = await listen();
      const { page } = await open("/", { ...breaches, init: keepPolicy });
      await sealed(page);
      await pickFiles(page, features.files);
      await settled(page, 1);
      const served = site.requests.length;
      const away = await tryFrom(page, [
        other.origin,
        other.stun,
        waysOut,
        waysThat(closed, "blocked"),
      ]);
      assert.deepEqual(away, closed);
      const wanted = Object.fromEntries(connections.map((way) => [way, closed[way]]));
      const guarded = waysThat(wanted, "blocked");
      const home = await tryFrom(page, [site.origin, [], connections, guarded]);
      assert.deepEqual(home, wanted);

      await askAfterwards(open, other.origin, site.origin);
      assert.deepEqual(other.heard(), ["sentinel"]);
      const asked = site.requests.slice(served).map(({ url }) => url.split("/")[1]);
      assert.ok(asked.includes("sentinel"));
      assert.deepEqual(
        asked.filter((way) => connections.includes(way)),
        [],
      );
    });
  }
});
