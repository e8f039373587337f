// What axe can see of the page's accessibility: WCAG 2.2 AA and good practice, in every state, colour and width.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addAxe, violations } from "./lib/axe.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { streamFile } from "./lib/large.mjs";
import {
  dropFiles,
  openPage,
  pickFiles,
  waitFor,
  waitForState,
  waitForStudy,
} from "./lib/page.mjs";
import { clear, press, select, settled } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const features = named("minilm_layer6_160x128_f2.npy").files;

/** Each state of the page, and how a person gets from the one before it there. */
const states = {
  empty: () => {},
  "empty, with a question": (page) => dropFiles(page, named("shards").files),
  done: async (page) => {
    await page.click("button[name=one-matrix]");
    await settled(page, 1);
    await pickFiles(page, features);
    await settled(page, 2);
  },
  "done, with a question": (page) => dropFiles(page, named("shards").files),
  table: async (page) => {
    await page.click("button[name=separate]");
    await settled(page, 5);
    await select(page, "minilm_layer6_160x128_f2.npy");
    await page.click("#tab-Table");
  },
  unfolded: async (page) => {
    await page.click("#tab-Plot");
    await waitForStudy(page);
    for (const row of await page.$$("details > summary"))
      await row.evaluate((one) => (one.parentElement.open = true));
    const drawn = () => document.querySelectorAll("eigen-depth .figure-picture svg").length === 4;
    await waitFor(page, drawn, null, { what: "four figures" });
  },
  "with scores, and how one is shown": async (page) => {
    const name = await page.evaluate(
      () => document.querySelector("[data-compared]").dataset.compared,
    );
    await page.click("[data-compared] button.adorn");
    await page.fill("textarea[name=scores]", `${name}, 0.5`);
    await page.click("button[name=take-scores]");
    await waitFor(page, () => document.querySelector("[data-code=too_few_models]") !== null);
  },
  "more formats": async (page) => {
    await page.click("button[name=more-formats]");
    await waitFor(page, () => document.querySelector("eigen-exports button") !== null);
  },
  menu: async (page) => {
    await page.evaluate(() => {
      for (const row of document.querySelectorAll("details")) row.open = false;
    });
    await page.click(".menu summary");
  },
  share: async (page) => {
    await page.click(".menu:has(.share-panel) summary");
    const made = () => document.querySelector("input[name=link]")?.value.includes("#s=");
    await waitFor(page, made, null, { what: "link" });
  },
  "a link beside files": async (page) => {
    await page.evaluate(() => {
      location.hash = document.querySelector("input[name=link]").value.split("#")[1];
      document.querySelector(".menu:has(.share-panel)").open = false;
    });
    await waitFor(page, () => document.querySelector("[data-name=returned]") !== null);
  },
  seal: (page) => page.click(".menu:has(eigen-attempt) summary"),
  "new version": async (page) => {
    await press(page, "Escape");
    const shown = () => {
      if (!customElements.get("eigen-update")) return false;
      const { workspace } = document.querySelector("eigen-app");
      const update = Object.assign(document.createElement("eigen-update"), { workspace });
      document.querySelector("#page").append(update);
      return true;
    };
    await waitFor(page, shown, null, { what: "notice of a new version" });
  },
  explanation: async (page) => {
    await page.click("eigen-update button[name=later]");
    await page.focus(".readout dfn");
  },
  error: async (page) => {
    await clear(page);
    await pickFiles(page, ["tests/hostile/value/nan.npy"]);
    await waitForState(page, "error");
  },
  running: async (page) => {
    await streamFile(page, { name: "endless.npy", d: 768, rows: 10_000, times: 1000 });
    const streams = () => document.querySelector("[data-name=provisional]") !== null;
    await waitFor(page, streams, null, { what: "provisional spectrum" });
  },
  cancelled: async (page) => {
    await press(page, "Escape");
    await waitForState(page, "cancelled");
  },
};

let site;
let browser;
before(async () => {
  site = await serveSite();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 360]) {
    describe(`${colorScheme}, ${width} px`, () => {
      let opened;
      before(async () => {
        const viewport = { width, height: 900 };
        // What is tested is the page, not its policy, which would keep axe out.
        const options = { viewport, colorScheme, bypassCSP: true, reducedMotion: "reduce" };
        opened = await openPage(browser, `${site.origin}/`, options);
        await waitForState(opened.page, "empty");
        await opened.page.waitForSelector(".menu");
        await addAxe(opened.page);
      });
      after(() => opened?.close());

      for (const [state, reach] of Object.entries(states)) {
        test(state, async () => {
          await reach(opened.page);
          assert.deepEqual(await violations(opened.page), []);
        });
      }
    });
  }
}
