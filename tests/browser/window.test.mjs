// The fit window: however it is moved, α is the reference's for that window.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { numbers, openPage, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { clear, press, select, settled, type } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const features = named("minilm_layer6_160x128_f2.npy");
const { "alpha-req": usual, "fastssl-train": from4, "fastssl-plot": inner } = features.report.fits;

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
    let page;
    let faults;
    before(async () => {
      browser = await launch();
      const viewport = { width: 1440, height: 900 };
      ({ page, faults } = await openPage(browser, `${site.origin}/`, { viewport }));
      await waitForState(page, "empty");
      await pickFiles(page, features.files);
      await settled(page, 1);
    });
    after(() => browser?.close());
    beforeEach(async () => {
      await select(page, basename(features.files[0]));
      await setWindow(page, usual);
    });

    test("dragging a handle moves its end, and α is that window's", async () => {
      await drag(page, "first", from4.first);
      assertFit(await numbers(page), from4);
      await drag(page, "first", inner.first);
      await drag(page, "last", inner.last);
      assertFit(await numbers(page), inner);
    });

    test("after a drag the pointer moves nothing", async () => {
      await drag(page, "first", from4.first);
      await page.mouse.move(600, 300);
      await frame(page);
      assertFit(await numbers(page), from4);
    });

    test("keys move a handle: arrows by 1, with Shift by 10, Home and End to the ends", async () => {
      await page.focus("[data-end=first]");
      for (const [chord, first] of [
        ["ArrowRight", 12],
        ["ArrowUp", 13],
        ["ArrowLeft", 12],
        ["Shift+ArrowRight", 22],
        ["Shift+ArrowLeft", 12],
        ["Home", 1],
        ["PageUp", 2],
        ["End", usual.last - 2],
      ]) {
        await press(page, chord);
        assert.equal((await numbers(page)).first, first, chord);
        const now = await page.$eval("[data-end=first]", (handle) => handle.ariaValueNow);
        assert.equal(Number(now), first, chord);
      }
    });

    test("a movement draws the fit anew, and the axes and points stay as they are", async () => {
      // Elements of before have a mark that new ones lack.
      await page.$$eval(".plot-picture svg", (layers) => {
        for (const layer of layers)
          for (const element of layer.children) element.setAttribute("data-before", "");
      });
      await page.focus("[data-end=first]");
      await press(page, "ArrowRight");
      const counts = await page.$$eval(".plot-picture svg", (layers) =>
        layers.map(({ children }) => ({
          all: children.length,
          old: [...children].filter((element) => element.hasAttribute("data-before")).length,
          points: [...children].filter(({ localName }) => localName === "circle").length,
        })),
      );
      const [under, axes, over] = counts;
      assert.equal(counts.length, 3);
      assert.ok(axes.points > 100 && axes.old === axes.all, JSON.stringify(counts));
      assert.ok(under.old < under.all && over.old < over.all, JSON.stringify(counts));
      assert.deepEqual([under.points, over.points], [0, 0]);
    });

    test("keys lead to the reference's α", async () => {
      await page.focus("[data-end=first]");
      await press(page, "ArrowRight");
      await page.focus("[data-end=last]");
      for (let i = 0; i < 5; i += 1) await press(page, "Shift+ArrowLeft");
      assertFit(await numbers(page), inner);
    });

    test("the number fields move the window, and what cannot be is set back", async () => {
      await setWindow(page, from4);
      assertFit(await numbers(page), from4);
      await type(page, "input[name=first]", 0);
      assertFit(await numbers(page), from4);
      assert.equal(await page.$eval("input[name=first]", ({ value }) => value), "4");
    });

    test("the table's ranks in the window are marked", async () => {
      await page.click("#tab-Table");
      const marked = await page.$$("tbody tr[data-in-window]");
      assert.equal(marked.length, usual.last - usual.first + 1);
      await page.click("#tab-Plot");
    });

    test("the pointer over the plot reads a rank and its eigenvalue", async () => {
      const { x, y } = await place(page, "first", 50);
      await page.mouse.move(x, y);
      const shown = () => {
        const words = document.querySelector(".cross-words");
        return !words.hidden && words.textContent;
      };
      const words = await waitFor(page, shown, null, { what: "read-out" });
      const value = features.report.eigenvalues[49].toPrecision(3);
      assert.equal(words.replaceAll(/\s+/g, " "), `k = 50 λ = ${value}`);
      await page.mouse.move(5, 5);
      const gone = () => document.querySelector(".cross-words").hidden;
      await waitFor(page, gone, null, { what: "end of the read-out" });
    });

    test("Esc closes an explanation first, then a menu", async () => {
      await page.click(".menu summary");
      await page.focus(".readout dfn");
      const open = () => ({
        tip: document.querySelector(".tip")?.hidden === false,
        menu: document.querySelector("details.menu[open]") !== null,
      });
      assert.deepEqual(await page.evaluate(open), { tip: true, menu: true });
      await press(page, "Escape");
      assert.deepEqual(await page.evaluate(open), { tip: false, menu: true });
      await press(page, "Escape");
      assert.deepEqual(await page.evaluate(open), { tip: false, menu: false });
    });

    test("a window beyond the usable ranks is cut, and the page says so", async () => {
      const narrow = named("shapes/100x65.npy");
      await pickFiles(page, narrow.files);
      await settled(page, 2);
      assertFit(await numbers(page), narrow.default_fit);
      const said = await page.$eval("[data-name=clipped]", (element) => element.innerText);
      assert.match(said, /11–100/);
    });

    test("with fewer than three ranks there is a reason instead of a number", async () => {
      await pickFiles(page, named("types/f8_le_c.npy").files);
      await settled(page, 3);
      const shown = await numbers(page);
      assert.equal(shown.alpha, undefined);
      const reason = await page.$eval("[data-name=reason]", (element) => element.innerText);
      assert.match(reason, /at least 3 ranks/);
      await page.focus("[data-end=first]");
      await press(page, "Home");
      assertFit(await numbers(page), named("types/f8_le_c.npy").report.fits.full);
    });

    test("all of this was without a fault", async () => {
      await clear(page);
      assert.deepEqual(faults, []);
    });
  });
}

function assertFit(shown, { alpha, r2, first, last }) {
  assert.deepEqual({ first: shown.first, last: shown.last }, { first, last });
  assert.ok(Math.abs(shown.alpha - alpha) <= 1e-9, `α = ${shown.alpha}, not ${alpha}`);
  assert.ok(Math.abs(shown.r2 - r2) <= 1e-9, `R² = ${shown.r2}, not ${r2}`);
}

/** Sets the window by its number fields, in an order that never crosses the ends. */
async function setWindow(page, { first, last }) {
  await type(page, "input[name=first]", 1);
  await type(page, "input[name=last]", last);
  await type(page, "input[name=first]", first);
}

/** Drags a handle to a rank with the mouse. */
async function drag(page, end, rank) {
  const from = await place(page, end);
  const to = await place(page, end, rank);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await frame(page);
  await page.mouse.up();
}

/** Where a handle is, or where it would be at another rank, in pixels of the viewport. */
function place(page, end, rank) {
  return page.evaluate(
    ([which, wanted]) => {
      const handles = ["first", "last"].map((one) => {
        const handle = document.querySelector(`[data-end=${one}]`);
        const box = handle.getBoundingClientRect();
        const edge = Number.parseFloat(handle.style.getPropertyValue("--edge"));
        return { x: box.left + edge, y: box.top + box.height / 2, rank: handle.ariaValueNow };
      });
      const [first, last] = handles;
      const { x, y } = which === "first" ? first : last;
      if (wanted === undefined || wanted === null) return { x, y };
      // The axis is logarithmic: two known ranks tell where every other lies.
      const part = Math.log(wanted / first.rank) / Math.log(last.rank / first.rank);
      return { x: first.x + part * (last.x - first.x), y };
    },
    [end, rank],
  );
}

/** Waits for the page to have answered the pointer: it does so once a frame. */
function frame(page) {
  return page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}
