// Lesson 1: points that are dragged, by hand and from the keyboard, and what follows from them.

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

    async function lesson(t, query, options) {
      const opened = await openPage(
        browser,
        `${site.origin}/#learn/eigenspectrum${query}`,
        options,
      );
      t.after(opened.close);
      const placed = () => document.querySelector(".cloud-point")?.style.left.endsWith("px");
      await waitFor(opened.page, placed, null, { what: "the points" });
      return opened;
    }

    test("from a cloud to α in four steps, from the keyboard alone", async (t) => {
      const { page, faults } = await lesson(t, "");
      assert.equal(await page.$("eigen-lesson-figure ~ eigen-lesson-figure"), null);
      await page.focus("input[name=step][value='1']");
      for (let step = 2; step <= 4; step += 1) await press(page, "ArrowRight");
      await waitFor(page, () => document.querySelector("data[data-name=alpha]") !== null);
      const found = await numbers(page);
      const expected = Math.log2(found.eigenvalue_1 / found.eigenvalue_2);
      assert.ok(Math.abs(found.alpha - expected) < 1e-12);
      await page.focus(".cloud-point");
      const place = () => document.querySelector("[data-name=held] span").textContent;
      const first = await page.evaluate(place);
      for (let time = 0; time < 3; time += 1) await press(page, "Shift+ArrowRight");
      const moved = await waitFor(
        page,
        (old) => {
          const now = document.querySelector("[data-name=held] span").textContent;
          return now !== old && now;
        },
        first,
      );
      assert.match(moved, /^Point 1 of 12: first feature −?\d\.\d, second −?\d\.\d$/);
      // Said once: the one live place begins with it.
      const said = (words) =>
        document.querySelector("[data-name=lesson-summary]").textContent.startsWith(`${words}. `);
      await waitFor(page, said, moved, { what: "the point that was moved, said" });
      const live = "eigen-eigenspectrum [aria-live], eigen-eigenspectrum [role=status]";
      assert.equal(await page.$(live), null);
      assert.notEqual((await numbers(page)).alpha, found.alpha);
      await press(page, "Enter");
      assert.equal(await page.evaluate(() => document.activeElement.dataset.point), "2");
      assert.match(await page.evaluate(place), /^Point 2 of 12/);
      await press(page, "Shift+Enter");
      assert.equal(await page.evaluate(() => document.activeElement.dataset.point), "1");
      await page.focus("button[name=back]");
      await press(page, "Enter");
      assert.equal((await numbers(page)).alpha, found.alpha);
      assert.deepEqual(faults, []);
    });

    test("Page up and Page down are keys of a point where there is a third direction", async (t) => {
      for (const [features, keys] of [
        ["2", false],
        ["3", true],
      ]) {
        const { page } = await lesson(t, `?features=${features}`);
        const said = await page.$eval(".cloud-point", (one) =>
          one.getAttribute("aria-keyshortcuts"),
        );
        assert.equal(/PageUp PageDown/.test(said), keys, said);
        const place = () => document.querySelector("[data-name=held] span").textContent;
        const before = await page.evaluate(place);
        await page.focus(".cloud-point");
        await page.evaluate(() =>
          addEventListener("keydown", ({ defaultPrevented }) => {
            document.documentElement.dataset.taken = defaultPrevented;
          }),
        );
        await press(page, "PageUp");
        const taken = () => document.documentElement.dataset.taken;
        assert.equal(await waitFor(page, taken), String(keys));
        if (keys)
          await waitFor(
            page,
            (old) => document.querySelector("[data-name=held] span").textContent !== old,
            before,
          );
        else assert.equal(await page.evaluate(place), before);
      }
    });

    test("a point goes where the pointer takes it, also in a cloud of three features", async (t) => {
      const { page, faults } = await lesson(t, "?step=4&features=3&turn=40");
      const before = await numbers(page);
      const at = () => {
        const { left, top, width } = document
          .querySelector("[data-point='12']")
          .getBoundingClientRect();
        return [left + width / 2, top + width / 2];
      };
      await page.evaluate(() =>
        document.querySelector("[data-point='12']").scrollIntoView({ block: "center" }),
      );
      const [x, y] = await page.evaluate(at);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 20, y - 15);
      await page.mouse.move(x + 40, y - 30);
      await waitFor(
        page,
        ([x, y]) => {
          const { left, top, width } = document
            .querySelector("[data-point='12']")
            .getBoundingClientRect();
          return Math.hypot(left + width / 2 - x, top + width / 2 - y) < 3;
        },
        [x + 40, y - 30],
        { what: "the point under the pointer" },
      );
      await page.mouse.up();
      assert.notEqual((await numbers(page)).eigenvalue_1, before.eigenvalue_1);
      assert.deepEqual(faults, []);
    });
  });
}

test("axe finds nothing, with all of it in view", async (t) => {
  const browser = await launchChromium();
  t.after(() => browser.close());
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1440]) {
      const { page, close } = await openPage(
        browser,
        `${site.origin}/#learn/eigenspectrum?step=4&features=3`,
        { bypassCSP: true, colorScheme, viewport: { width, height: 900 } },
      );
      await waitFor(page, () => document.querySelector("data[data-name=alpha]") !== null);
      await addAxe(page);
      assert.deepEqual(await violations(page), [], `${colorScheme} ${width}`);
      await close();
    }
  }
});
