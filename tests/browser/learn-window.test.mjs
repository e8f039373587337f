// Lesson 3: a guess, the fit, and a window that is dragged.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addAxe, violations } from "./lib/axe.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { numbers, openPage, waitFor } from "./lib/page.mjs";
import { press } from "./lib/person.mjs";
import { serveSite } from "./lib/site.mjs";

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
    before(async () => {
      browser = await launch();
    });
    after(() => browser?.close());

    async function lesson(t, query) {
      const opened = await openPage(browser, `${site.origin}/#learn/window${query}`);
      t.after(opened.close);
      const placed = () => document.querySelector(".handle")?.style.left.endsWith("px");
      await waitFor(opened.page, placed, null, { what: "the handles" });
      return opened;
    }

    test("guess first, then the fit; the window and the map move it, from the keyboard alone", async (t) => {
      const { page, faults } = await lesson(t, "");
      assert.equal(await page.$("data[data-name=alpha]"), null);
      await page.focus("button[name=show-fit]");
      await press(page, "Enter");
      await waitFor(page, () => document.querySelector("data[data-name=alpha]") !== null);
      const fit = await numbers(page);
      assert.ok(Math.abs(fit.alpha - 0.7097) < 1e-3);
      assert.ok(Math.abs(fit.off - (0.3 - fit.alpha)) < 1e-12);
      await page.focus(".handle[data-end=last]");
      await press(page, "End");
      await waitFor(
        page,
        () => document.querySelector(".handle[data-end=last]").ariaValueNow === "381",
      );
      const wide = await numbers(page);
      assert.ok(Math.abs(wide.alpha - 1.171) < 1e-3 && wide.r2 < 0.75);
      const drawn = () =>
        /^A map of α/.test(document.querySelectorAll(".lesson-picture")[1]?.ariaLabel);
      await waitFor(page, drawn, null, { what: "the map" });
      await page.focus(".map-cells");
      await press(page, "ArrowUp");
      const further = () => {
        const first = Number(document.querySelector("input[name=first]").value);
        return first > 11 && first;
      };
      assert.ok((await waitFor(page, further)) < 20);
      assert.ok((await numbers(page)).alpha > wide.alpha);
      assert.deepEqual(faults, []);
    });

    test("an end goes where the pointer takes it", async (t) => {
      const { page, faults } = await lesson(t, "?show=fit");
      await page.evaluate(() =>
        document.querySelector(".handle").scrollIntoView({ block: "center" }),
      );
      const [x, y] = await page.evaluate(() => {
        const handle = document.querySelector(".handle[data-end=last]");
        const { left, top, height } = handle.getBoundingClientRect();
        return [
          left + Number.parseFloat(handle.style.getPropertyValue("--edge")),
          top + height / 2,
        ];
      });
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x - 30, y);
      await waitFor(page, () => Number(document.querySelector("input[name=last]").value) < 90);
      await page.mouse.up();
      assert.ok(Math.abs((await numbers(page)).alpha - 0.7097) > 1e-3);
      assert.deepEqual(faults, []);
    });

    test("a window without a line says why", async (t) => {
      const { page } = await lesson(t, "?show=fit&first=100&last=50");
      const refusal = await page.$eval("[data-name=refusal]", (one) => one.textContent);
      assert.match(refusal, /100.*50/);
      assert.equal(await page.$("data[data-name=alpha]"), null);
    });
  });
}

test("axe finds nothing, with all of it in view", async (t) => {
  const browser = await launchChromium();
  t.after(() => browser.close());
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1440]) {
      const { page, close } = await openPage(browser, `${site.origin}/#learn/window?show=fit`, {
        bypassCSP: true,
        colorScheme,
        viewport: { width, height: 900 },
      });
      await waitFor(page, () => document.querySelector("data[data-name=alpha]") !== null);
      await addAxe(page);
      assert.deepEqual(await violations(page), [], `${colorScheme} ${width}`);
      await close();
    }
  }
});
