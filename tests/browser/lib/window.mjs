// The fit window on the page: the tests of window.test.mjs, for any browser.

import { named } from "../../lib/reference.mjs";
import { numbers, pickFiles, waitFor } from "./page.mjs";
import { frames, press, settled, type } from "./person.mjs";
import { assertFit } from "./shown.mjs";
import { assert } from "./test.mjs";

const features = named("minilm_layer6_160x128_f2.npy");
const { "alpha-req": usual, "fastssl-train": from4, "fastssl-plot": inner } = features.report.fits;

/** A window that is wide enough for the plot to be as in use, in either browser. */
const viewport = { width: 1440, height: 900 };

/** The tests, with a browser's `test`. */
export function windowTests(plain) {
  const test = plain.extend({ options: { viewport } });

  test("dragging a handle moves its end, α is that window's, and then the pointer moves nothing", async ({
    page,
  }) => {
    await analyze(page);
    await drag(page, "first", from4.first);
    assertFit(await numbers(page), from4);
    await drag(page, "first", inner.first);
    await drag(page, "last", inner.last);
    assertFit(await numbers(page), inner);
    await page.mouse.move(600, 300);
    await frames(page);
    assertFit(await numbers(page), inner);
  });

  test("keys move a handle: arrows by 1, with Shift by 10, Home and End to the ends", async ({
    page,
  }) => {
    await analyze(page);
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
    await press(page, "Home");
    for (let rank = 1; rank < inner.first; rank += 1) await press(page, "ArrowRight");
    await page.focus("[data-end=last]");
    for (let i = 0; i < 5; i += 1) await press(page, "Shift+ArrowLeft");
    assertFit(await numbers(page), inner);
  });

  test("a movement draws the fit anew, and the axes and points stay as they are", async ({
    page,
  }) => {
    await analyze(page);
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

  test("the number fields move the window, what cannot be is set back, and the table marks its ranks", async ({
    page,
  }) => {
    await analyze(page);
    await type(page, "input[name=first]", from4.first);
    assertFit(await numbers(page), from4);
    await type(page, "input[name=first]", 0);
    assertFit(await numbers(page), from4);
    assert.equal(await page.$eval("input[name=first]", ({ value }) => value), "4");
    await page.click("#tab-Table");
    const marked = await page.$$("tbody tr[data-in-window]");
    assert.equal(marked.length, from4.last - from4.first + 1);
  });

  test("the pointer over the plot reads a rank and its eigenvalue", async ({ page }) => {
    await analyze(page);
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

  test("Esc closes an explanation first, then a menu", async ({ page }) => {
    await analyze(page);
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

  test("a window beyond the usable ranks is clipped, and with fewer than three ranks there is a reason", async ({
    page,
  }) => {
    const narrow = named("shapes/100x65.npy");
    await analyze(page, narrow);
    assertFit(await numbers(page), narrow.default_fit);
    const said = await page.$eval("[data-name=clipped]", (element) => element.innerText);
    assert.match(said, /11–100/);

    const few = named("types/f8_le_c.npy");
    await analyze(page, few, 2);
    assert.equal((await numbers(page)).alpha, undefined);
    const reason = await page.$eval("[data-name=reason]", (element) => element.innerText);
    assert.match(reason, /at least 3 ranks/);
    await page.focus("[data-end=first]");
    await press(page, "Home");
    assertFit(await numbers(page), few.report.fits.full);
  });
}

/** Analyzes a case as dataset number `count`. */
async function analyze(page, { files } = features, count = 1) {
  await pickFiles(page, files);
  await settled(page, count);
}

/** Drags a handle to a rank with the mouse. */
async function drag(page, end, rank) {
  const from = await place(page, end);
  const to = await place(page, end, rank);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await frames(page);
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
