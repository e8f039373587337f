// What every lesson has: an address that can be trusted with anything, controls and a question for the keyboard, words for what is seen, and
// room on a telephone and on a projector.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addAxe, violations } from "./lib/axe.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { beyond } from "./lib/layout.mjs";
import { openPage, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { press, settled, type } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { keptOffline } from "./lib/sealed.mjs";
import { serveSite } from "./lib/site.mjs";

const features = named("minilm_layer6_160x128_f2.npy");

let site;
before(async () => {
  site = await serveSite();
});
after(() => site.close());

for (const [name, launch] of [
  ["Chromium", launchChromium],
  ["Firefox", launchFirefox],
]) {
  describe(name, () => {
    let browser;
    let slugs;
    before(async () => {
      browser = await launch();
      const { page, close } = await openPage(browser, `${site.origin}/#learn`);
      await waitFor(page, () => document.querySelector(".lesson-list a") !== null, null, {
        what: "list",
      });
      slugs = await page.evaluate(() =>
        Array.from(document.querySelectorAll(".lesson-list a"), (link) => link.hash.slice(7)),
      );
      await close();
    });
    after(() => browser?.close());

    test("all nine are there, and nothing of them before one is opened", async (t) => {
      assert.equal(slugs.length, 9);
      const { page, requests, faults, close } = await openPage(browser, `${site.origin}/`);
      t.after(close);
      await waitForState(page, "empty");
      const early = requests.filter(({ url }) => /\/(lesson|page|learn|work)-[^/]*\.js/.test(url));
      assert.deepEqual(early, []);
      await page.evaluate(() => {
        location.hash = "#learn/no-such-lesson";
      });
      const remark = () => document.querySelector("[data-name=remarks]")?.textContent;
      assert.match(await waitFor(page, remark), /no lesson “no-such-lesson”/);
      assert.deepEqual(faults, []);
    });

    test("what was analyzed is still there after a lesson", async (t) => {
      const { page, faults, close } = await openPage(browser, `${site.origin}/`);
      t.after(close);
      await waitForState(page, "empty");
      await pickFiles(page, features.files);
      await settled(page, 1);
      await page.click(".places a[href='#learn']");
      await opened(page, null);
      await page.click(".lesson-list a");
      await opened(page, slugs[0]);
      assert.equal(await page.$("eigen-readout"), null);
      await page.click(".places a:not([aria-current])");
      await waitFor(page, analyzer, null, { what: "the analyzer" });
      await page.goBack();
      await opened(page, slugs[0]);
      await page.goForward();
      await waitFor(page, analyzer, null, { what: "the analyzer" });
      assert.deepEqual(faults, []);
    });

    test("every lesson works from the keyboard, says what it shows, and keeps it in its address", async (t) => {
      const { page, faults, close } = await openPage(browser, `${site.origin}/#learn/${slugs[0]}`);
      t.after(close);
      for (const [index, slug] of slugs.entries()) {
        await opened(page, slug);
        const heading = () => document.activeElement?.matches("h2.lesson-title");
        await waitFor(page, heading, null, { what: `the heading of ${slug} in focus` });
        const said = await waitFor(page, summary, null, { what: `summary of ${slug}` });
        const first = await page.$(".lesson-controls input[type=range]");
        if (first) {
          if (await page.evaluate(isFirstBehind)) {
            await page.focus(".lesson-more summary");
            await press(page, "Enter");
          }
          const before = await page.evaluate(() => location.hash);
          const control = await page.evaluate(
            () => document.querySelector(".lesson-controls input[type=range]").dataset.control,
          );
          await page.focus(`input[data-control="${control}"]`);
          const at = await page.evaluate(() => document.activeElement.value);
          await press(page, "Home");
          if ((await page.evaluate(() => document.activeElement.value)) === at)
            await press(page, "End");
          await waitFor(page, (old) => location.hash !== old, before, { what: "another address" });
          const now = (old) => {
            const words = document.querySelector("[data-name=lesson-summary]").textContent;
            return words !== "" && words !== old;
          };
          await waitFor(page, now, said, { what: `another summary of ${slug}` });
        }
        if (await page.$("input[name=guess]")) {
          await page.focus("input[name=guess]");
          await press(page, " ");
          await page.focus("button[name=tell]");
          await press(page, "Enter");
          const answer = () => document.querySelector("[data-name=answer]").textContent.trim();
          assert.ok((await waitFor(page, answer)).length > 100, slug);
        }
        const silent = await page.evaluate(() =>
          Array.from(document.querySelectorAll(".lesson [role=img]"))
            .filter((image) => !image.ariaLabel || /^Not drawn/.test(image.ariaLabel))
            .map((image) => image.outerHTML.slice(0, 80)),
        );
        assert.deepEqual(silent, [], slug);
        if (index + 1 < slugs.length) {
          await page.focus("h2.lesson-title");
          await press(page, "n");
        }
      }
      assert.deepEqual(faults, []);
    });

    test("one or two controls stand in front, and the others are one key away", async (t) => {
      const { page, faults, close } = await openPage(browser, `${site.origin}/#learn`);
      t.after(close);
      for (const slug of slugs) {
        await go(page, `#learn/${slug}`);
        await opened(page, slug);
        const [front, behind] = await page.evaluate(inFrontAndBehind);
        // Where one chooses among views, that choice is a third.
        assert.ok(front.length >= 1 && front.length <= (slug === "networks" ? 3 : 2), `${front}`);
        if (behind.length === 0) continue;
        assert.equal(await page.evaluate(isMoreOpen), false, slug);
        await page.focus(".lesson-more summary");
        await press(page, "Enter");
        assert.equal(await page.evaluate(isMoreOpen), true, slug);
        // By an address that sets one of them, and by none that sets those in front.
        await go(page, `#learn/${slug}?seed=2&nobody=1`);
        await waitFor(page, remarksOf, null, { what: `remarks of ${slug}` });
        assert.equal(await page.evaluate(isMoreOpen), behind.includes("seed"), slug);
        await go(page, `#learn/${slug}?hide=nothing`);
        await waitFor(page, () =>
          /nothing/.test(document.querySelector("[data-name=remarks]").textContent),
        );
        assert.equal(await page.evaluate(isMoreOpen), false, slug);
      }
      await go(page, "#learn/alpha-near-1?ridge=best&n=64");
      await opened(page, "alpha-near-1");
      assert.equal(await page.evaluate(isMoreOpen), false);
      await go(page, "#learn/alpha-near-1?smoothness=1.5&hide=seed");
      await waitFor(page, isMoreOpen, null, { what: "an open disclosure" });
      // Moved back by hand it stays open under that hand.
      await type(page, "input[name=smoothness]", "2");
      assert.equal(await page.evaluate(isMoreOpen), true);
      assert.deepEqual(faults, []);
    });

    test("an address may hold anything: the lesson opens, and says what it made of it", async (t) => {
      const { page, faults, close } = await openPage(browser, `${site.origin}/#learn`);
      t.after(close);
      for (const slug of slugs) {
        await go(page, `#learn/${slug}`);
        await opened(page, slug);
        const controls = await page.evaluate(controlsOf);
        for (const text of ["1e999", "-1e999", "NaN", "", "%", "<b>"]) {
          const query = controls.map((control) => `${control}=${text}`).join("&");
          await go(page, `#learn/${slug}?${query}&nobody=1&hide=nothing`);
          await opened(page, slug);
          const remarks = await waitFor(page, remarksOf, null, { what: `remarks of ${slug}` });
          assert.match(remarks, /no “nobody”/);
          assert.match(remarks, /called “nothing”/);
          assert.ok(
            (remarks.match(/\./g) ?? []).length >= controls.length + 2,
            `${slug}: ${remarks}`,
          );
          const outside = await page.evaluate(outOfRange);
          assert.deepEqual(outside, [], slug);
        }
      }
      assert.deepEqual(faults, []);
    });

    test("what a teacher leaves out is not there, and the link says so", async (t) => {
      const { page, faults, close } = await openPage(browser, `${site.origin}/#learn`);
      t.after(close);
      for (const slug of slugs) {
        await go(page, `#learn/${slug}`);
        await opened(page, slug);
        await page.click(".lesson-link summary");
        const all = await page.$$("input[name=leave-out]");
        const names = await page.evaluate(() =>
          Array.from(document.querySelectorAll("input[name=leave-out]"), ({ value }) => value),
        );
        assert.equal(new Set(names).size, names.length, `two of ${slug} have one name`);
        for (const one of all) await one.click();
        const address = () => document.querySelector("input[name=class-link]").value;
        await waitFor(page, () =>
          /hide=.*question/.test(document.querySelector("input[name=class-link]").value),
        );
        const link = await page.evaluate(address);
        await go(page, new URL(link).hash);
        const gone = () =>
          document.querySelector(".lesson") &&
          !document.querySelector(
            ".lesson-controls:not([hidden]) input, .lesson-question fieldset, .lesson-answer",
          );
        await waitFor(page, gone, null, { what: `an emptier ${slug}` });
        assert.equal(await page.$("[data-name=remarks]:not([hidden])"), null);
      }
      assert.deepEqual(faults, []);
    });
  });
}

describe("for everyone", () => {
  let browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  for (const [colorScheme, width] of [
    ["light", 1440],
    ["dark", 1440],
    ["light", 360],
    ["dark", 360],
    // A projector of 1,440 pixels at 200 %.
    ["light", 720],
  ]) {
    test(`axe and the ruler find nothing: ${colorScheme}, ${width} px`, async (t) => {
      const { page, close } = await openPage(browser, `${site.origin}/#learn`, {
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      });
      t.after(close);
      await waitFor(page, () => document.querySelector(".lesson-list a") !== null);
      await addAxe(page);
      assert.deepEqual(await violations(page), []);
      const slugs = await page.evaluate(() =>
        Array.from(document.querySelectorAll(".lesson-list a"), (link) => link.hash.slice(7)),
      );
      for (const slug of slugs) {
        await go(page, `#learn/${slug}`);
        await opened(page, slug);
        await waitFor(page, summary, null, { what: `summary of ${slug}` });
        if (await page.$("button[name=tell]:not([hidden])")) await page.click("button[name=tell]");
        if (await page.$(".lesson-more")) await page.click(".lesson-more summary");
        await page.click(".lesson-link summary");
        // What a click has scrolled half under the header would be too small a target.
        await page.evaluate(() => scrollTo(0, 0));
        assert.deepEqual(await violations(page), [], slug);
        assert.deepEqual(await page.evaluate(beyond), [], slug);
      }
    });
  }

  test("all lessons open without a network after one visit", async (t) => {
    const own = await serveSite();
    const { page, faults, close } = await openPage(browser, `${own.origin}/`, { offline: true });
    t.after(close);
    await keptOffline(page);
    await own.close();
    await go(page, "#learn");
    await opened(page, null);
    const slugs = await page.evaluate(() =>
      Array.from(document.querySelectorAll(".lesson-list a"), (link) => link.hash.slice(7)),
    );
    for (const slug of slugs) {
      await go(page, `#learn/${slug}`);
      await opened(page, slug);
      await waitFor(page, summary, null, { what: `summary of ${slug}` });
    }
    assert.deepEqual(faults, []);
  });

  test("a number field takes what is in range and sets back what is none", async (t) => {
    const { page, close } = await openPage(browser, `${site.origin}/#learn/alpha-by-hand`);
    t.after(close);
    await opened(page, "alpha-by-hand");
    for (const [typed, wanted] of [
      ["2.5", "2.5"],
      ["9", "3"],
      ["-1", "0"],
    ]) {
      await type(page, "input[name=alpha]", typed);
      assert.equal(await page.$eval("input[name=alpha]", ({ value }) => value), wanted);
    }
  });
});

function go(page, hash) {
  return page.evaluate((to) => {
    location.hash = to;
  }, hash);
}

/** Waits until a lesson, or the list of them, is in view with all its pictures. */
function opened(page, slug) {
  const look = (wanted) => {
    const article = document.querySelector("eigen-learn .lesson");
    if (!wanted) return document.querySelector(".lesson-list") !== null;
    if (!location.hash.startsWith(`#learn/${wanted}`) || article?.ariaBusy !== "false")
      return false;
    const here = document.querySelector(`.lesson[data-slug="${wanted}"]`);
    const open = Array.from(document.querySelectorAll(".lesson [role=img]"));
    return here && open.every(({ ariaLabel }) => !/^Not drawn/.test(ariaLabel ?? ""));
  };
  return waitFor(page, look, slug, { what: `lesson ${slug}` });
}

// These run in the page.

const analyzer = () => document.querySelector("eigen-readout [data-name=alpha]") !== null;

const summary = () => document.querySelector("[data-name=lesson-summary]")?.textContent.trim();

const remarksOf = () =>
  document.querySelector("[data-name=remarks]:not([hidden])")?.textContent.trim();

function controlsOf() {
  const names = Array.from(document.querySelectorAll(".lesson-controls input"), ({ name }) => name);
  return [...new Set(names.filter((name) => name !== ""))];
}

/** Names of the controls, those in front and those behind the disclosure. */
function inFrontAndBehind() {
  const namesOf = (inputs) => [...new Set(inputs.map(({ name }) => name).filter(Boolean))];
  const all = [...document.querySelectorAll(".lesson-controls input")];
  const isBehind = (input) => input.closest(".lesson-more") !== null;
  return [namesOf(all.filter((one) => !isBehind(one))), namesOf(all.filter(isBehind))];
}

/** Whether no slider is in front. */
const isFirstBehind = () =>
  document.querySelector(".lesson-controls input[type=range]").closest(".lesson-more") !== null;

const isMoreOpen = () => document.querySelector(".lesson-more")?.open === true;

function outOfRange() {
  return Array.from(document.querySelectorAll(".lesson-controls input[type=number]"))
    .filter(
      ({ value, min, max }) => !(Number(value) >= Number(min) && Number(value) <= Number(max)),
    )
    .map(({ name, value }) => `${name} = ${value}`);
}
