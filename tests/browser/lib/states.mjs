// The states that the page can be in, for tests that look at it in each of them: two stories, which a person goes through
// from one state to the next.

import { named } from "../../lib/reference.mjs";
import { addAxe, violations } from "./axe.mjs";
import { analyze, frameOf } from "./embedded.mjs";
import { hold, holdable, release } from "./hold.mjs";
import { serveHost } from "./host.mjs";
import { streamFile } from "./large.mjs";
import { drawn, dropFiles, pickFiles, waitFor, waitForState, waitForStudy } from "./page.mjs";
import { clear, frames, press, settled } from "./person.mjs";

const features = named("minilm_layer6_160x128_f2.npy").files;
const shards = named("shards").files;

/** Each state: how a person gets there from the one before it, and the part of the page that is new in it. */
const withOne = {
  empty: [() => {}],
  "the seal": [
    (page) => page.click(".menu:has(eigen-attempt) summary"),
    ".menu:has(eigen-attempt)",
  ],
  "a question": [
    async (page) => {
      await press(page, "Escape");
      await dropFiles(page, shards);
      await page.waitForSelector(".question");
    },
    ".question",
  ],
  error: [
    async (page) => {
      await page.click(".question button.quiet");
      await pickFiles(page, ["tests/hostile/value/nan.npy"]);
      await waitForState(page, "error");
    },
  ],
  running: [
    async (page) => {
      await streamFile(page, { name: "endless.npy", d: 256, rows: 10_000, times: 1000 });
      const streams = () => document.querySelector("[data-name=provisional]") !== null;
      await waitFor(page, streams, null, { what: "provisional spectrum" });
      // What is looked at stays as it is, and the processors are free.
      await hold(page, "chunk");
    },
  ],
  cancelled: [
    async (page) => {
      await press(page, "Escape");
      await waitForState(page, "cancelled");
    },
    ".list",
  ],
  done: [
    async (page) => {
      await release(page);
      await clear(page);
      await pickFiles(page, features);
      await settled(page, 1);
      await waitForStudy(page);
    },
  ],
  "more formats": [
    async (page) => {
      await page.click("button[name=more-formats]");
      await page.waitForSelector("eigen-exports button");
    },
    "eigen-exports",
  ],
  "an open menu": [(page) => page.click(".menu summary"), ".menu[open]"],
  sharing: [
    async (page) => {
      await page.click(".menu:has(.share-panel) summary");
      const made = () => document.querySelector("input[name=link]")?.value.includes("#s=");
      await waitFor(page, made, null, { what: "link" });
    },
    ".menu:has(.share-panel)",
  ],
  "a link beside files": [
    async (page) => {
      await page.evaluate(() => {
        location.hash = document.querySelector("input[name=link]").value.split("#")[1];
        document.querySelector(".menu:has(.share-panel)").open = false;
      });
      await page.waitForSelector("[data-name=returned]");
    },
  ],
  "a new version": [
    async (page) => {
      const shown = () => {
        if (!customElements.get("eigen-update")) return false;
        const { workspace } = document.querySelector("eigen-app");
        const update = Object.assign(document.createElement("eigen-update"), { workspace });
        document.querySelector("#page").append(update);
        return true;
      };
      await waitFor(page, shown, null, { what: "notice of a new version" });
    },
    "eigen-update",
  ],
  "an explanation": [
    async (page) => {
      await page.click("eigen-update button[name=later]");
      // A scroll takes an explanation away.
      await page.$eval(".readout dfn", (word) => word.scrollIntoView({ block: "center" }));
      await frames(page);
      await page.focus(".readout dfn");
      await page.waitForSelector(".tip:not([hidden])");
    },
    ".tip",
  ],
};

const withSeveral = {
  "several datasets, unfolded, with scores, and how one of them is shown": [
    async (page) => {
      await dropFiles(page, shards);
      await page.click("button[name=one-matrix]");
      await settled(page, 1);
      await pickFiles(page, features);
      await settled(page, 2);
      await waitForStudy(page);
      await page.evaluate(() => {
        for (const row of document.querySelectorAll("details:not(.menu)")) row.open = true;
      });
      const figures = () =>
        document.querySelectorAll("eigen-depth .figure-picture svg").length === 4;
      await waitFor(page, figures, null, { what: "four figures" });
      await page.click("[data-compared] button.adorn");
      const name = await page.getAttribute("[data-compared]", "data-compared");
      await page.fill("textarea[name=scores]", `${name}, 0.5`);
      await page.click("button[name=take-scores]");
      await page.waitForSelector("[data-code=too_few_models]");
    },
  ],
  "a question beside datasets": [
    async (page) => {
      await page.evaluate(() => {
        for (const row of document.querySelectorAll("details")) row.open = false;
      });
      await dropFiles(page, shards);
      await page.waitForSelector(".question");
    },
    ".list",
  ],
  table: [
    async (page) => {
      await page.click("button[name=separate]");
      await settled(page, 5);
      await page.click("#tab-Table");
    },
    ".spectrum",
  ],
};

export const stories = { "with one dataset": withOne, "with several datasets": withSeveral };

/** What a page must be opened with. What is tested is the page, not its policy, which would keep axe out. */
export const looked = { bypassCSP: true, reducedMotion: "reduce", init: holdable, idle: true };

/** What axe finds in each state of a story: in the whole page, or where something is new. Nothing: {}. */
export async function findings(page, story, { whole = false } = {}) {
  await waitForState(page, "empty");
  await page.waitForSelector(".menu");
  await addAxe(page);
  const found = {};
  for (const [state, [reach, part]] of Object.entries(stories[story])) {
    await reach(page);
    await drawn(page);
    const wrong = await violations(page, whole ? undefined : part);
    if (wrong.length > 0) found[state] = wrong;
  }
  return found;
}

/** A host for a page inside another one, in the colours that the host asks for. */
const hostPage = (site, theme) =>
  `<!doctype html><html lang="en"><title>A host</title><link rel="icon" href="data:,"><main><h1>A host</h1><script type="module" src="${site.origin}/eigen-scope.js"></script><eigen-scope theme="${theme}"></eigen-scope></main></html>`;

/** What axe finds in a host and in the frame in it, which is `width` wide. `site` is that of embed-claims.mjs's tests. */
export async function findingsInside({ open, site }, colorScheme, width) {
  const host = await serveHost({ "/": hostPage(site, colorScheme) });
  try {
    const viewport = { width: width + 16, height: 700 };
    const { page } = await open(`${host.origin}/`, { ...looked, viewport, colorScheme });
    const frame = await frameOf(page, site);
    await waitForState(frame, "empty");
    await addAxe(page);
    await addAxe(frame);
    const found = { host: await violations(page), empty: await violations(frame) };
    for (const [state, path] of [
      ["done", features[0]],
      ["several", named("powerlaw_alpha2_100x40_f4.npy").files[0]],
      ["refused", "tests/hostile/value/nan.npy"],
    ]) {
      await analyze(page, path);
      found[state] = await violations(frame);
    }
    return Object.fromEntries(Object.entries(found).filter(([, wrong]) => wrong.length > 0));
  } finally {
    await host.close();
  }
}
