// What the browser tier has of some lessons, or in Chromium alone, for all of them and in both browsers.

import {
  assertLeavesOut,
  assertLessonsForEveryone,
  assertSurvivesNonsense,
  clickOnMap,
  dragEndOfWindow,
  dragPointOfCloud,
  goToLesson,
  hurry,
  lessonDrawn,
  openLesson,
  pageKeysOfPoint,
  slugs,
  walkThroughEigenspectrum,
  walkThroughLesson,
  walkThroughWindow,
} from "../browser/lib/lessons.mjs";
import { waitFor } from "../browser/lib/page.mjs";
import { press, type } from "../browser/lib/person.mjs";
import { assert, browsers, describe, test } from "../browser/lib/test.mjs";

describe.each(browsers)("%s", (_browser, test) => {
  for (const slug of slugs) {
    describe(slug, () => {
      test("works from the keyboard and says what it shows", async ({ open }) => {
        const { page } = await openLesson(open, slug);
        await walkThroughLesson(page, slug);
      });

      test("opens by an address that holds anything, and says what it changed", async ({
        open,
      }) => {
        const { page } = await openLesson(open, slug);
        for (const text of ["1e999", "-1e999", "NaN", "", "%", "<b>"]) {
          await goToLesson(page, slug);
          await assertSurvivesNonsense(page, slug, text);
        }
      });

      test("leaves out what its teacher leaves out", async ({ open }) => {
        const { page } = await openLesson(open, slug);
        await assertLeavesOut(page, slug);
      });

      test("has one or two controls in front, and the others one key away", async ({ open }) => {
        const { page } = await openLesson(open, slug);
        const [front, behind] = await page.evaluate(inFrontAndBehind);
        // Where one chooses among views, that choice is a third.
        assert.ok(front.length >= 1 && front.length <= (slug === "networks" ? 3 : 2), `${front}`);
        if (behind.length === 0) return;
        await disclosure(page, false);
        await page.focus(".lesson-more summary");
        await press(page, "Enter");
        await disclosure(page, true);
        await goToLesson(page, `${slug}?seed=2`);
        await disclosure(page, behind.includes("seed"));
        await goToLesson(page, `${slug}?hide=nothing`);
        await disclosure(page, false);
      });
    });
  }

  test("lesson 1 in four steps, its keys and its points", async ({ open }) => {
    const { page } = await openLesson(open, "eigenspectrum");
    await walkThroughEigenspectrum(page);
    await goToLesson(page, "eigenspectrum?features=2");
    await pageKeysOfPoint(page, { areKeys: false });
    await goToLesson(page, "eigenspectrum?step=4&features=3&turn=40");
    await pageKeysOfPoint(page, { areKeys: true });
    await dragPointOfCloud(page);
  });

  test("lesson 3 from the guess to the map, its keys and its window", async ({ open }) => {
    const { page } = await openLesson(open, "window");
    await walkThroughWindow(page);
    await goToLesson(page, "window?show=fit&first=11&last=100");
    await dragEndOfWindow(page);
    await goToLesson(page, "window?show=fit&first=11&last=100");
    await clickOnMap(page);
  });

  test("n and p turn the pages", async ({ open }) => {
    const { page } = await openLesson(open, `${slugs[0]}?hide=dots`);
    for (const slug of slugs.slice(1)) {
      await press(page, "n");
      await lessonDrawn(page, slug);
    }
    for (const slug of slugs.slice(0, -1).toReversed()) {
      await press(page, "p");
      await lessonDrawn(page, slug);
    }
  });
});

test("a number field takes a number in its range, and the nearest one for any other", async ({
  open,
}) => {
  const { page } = await openLesson(open, "alpha-by-hand");
  for (const [typed, wanted] of [
    ["2.5", "2.5"],
    ["9", "3"],
    ["-1", "0"],
  ]) {
    await type(page, "input[name=alpha]", typed);
    assert.equal(await page.$eval("input[name=alpha]", ({ value }) => value), wanted);
  }
});

for (const [colorScheme, width] of [
  ["light", 1440],
  ["dark", 1440],
  ["light", 360],
  ["dark", 360],
  // A projector of 1,440 pixels at 200 %.
  ["light", 720],
]) {
  test(`axe finds nothing in any lesson, and none is too wide: ${colorScheme}, ${width} px`, async ({
    open,
  }) => {
    const viewport = { width, height: 900 };
    const options = { viewport, colorScheme, bypassCSP: true, init: hurry };
    await assertLessonsForEveryone((await open("/#learn", options)).page);
  });
}

function disclosure(page, isOpen) {
  const look = (wanted) => (document.querySelector(".lesson-more")?.open === true) === wanted;
  return waitFor(page, look, isOpen, { what: `${isOpen ? "open" : "closed"} disclosure` });
}

/** Runs in the page: names of the controls, those in front and those behind the disclosure. */
function inFrontAndBehind() {
  const namesOf = (inputs) => [...new Set(inputs.map(({ name }) => name).filter(Boolean))];
  const all = [...document.querySelectorAll(".lesson-controls input")];
  const isBehind = (input) => input.closest(".lesson-more") !== null;
  return [namesOf(all.filter((one) => !isBehind(one))), namesOf(all.filter(isBehind))];
}
