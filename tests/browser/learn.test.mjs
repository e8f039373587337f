// The lessons' page, on the whole: it opens and closes beside the analyzer, every lesson works from the keyboard and says what
// it shows, and there is room on a phone and on a projector. Every lesson in both browsers, and with all that an address can
// hold: tests/full/learn.test.mjs.

import { named } from "../lib/reference.mjs";
import {
  assertLeavesOut,
  assertLessonsForEveryone,
  go,
  goToLesson,
  hurry,
  lessonDrawn,
  listOpen,
  openLesson,
  slugs,
  summaryAfter,
  walkThroughLesson,
} from "./lib/lessons.mjs";
import { pickFiles, waitFor } from "./lib/page.mjs";
import { press, settled } from "./lib/person.mjs";
import { keptOffline } from "./lib/sealed.mjs";
import { serveSite } from "./lib/site.mjs";
import { assert, browsers, describe, test } from "./lib/test.mjs";

const features = named("minilm_layer6_160x128_f2.npy");
const analyzer = () => document.querySelector("eigen-readout [data-name=alpha]") !== null;

test("the lessons' page is loaded when it is opened, and leaves what was analyzed as it was", async ({
  open,
}) => {
  const { page, requests } = await open();
  await pickFiles(page, features.files);
  await settled(page, 1);
  const early = requests.filter(({ url }) => /\/(lesson|page|learn|work)-[^/]*\.js/.test(url));
  assert.deepEqual(early, []);
  await page.click(".places a[href='#learn']");
  await listOpen(page);
  const links = await page.$$eval(".lesson-list a", (all) => all.map(({ hash }) => hash));
  assert.deepEqual(
    links,
    slugs.map((slug) => `#learn/${slug}`),
  );
  await page.click(".lesson-list a");
  await lessonDrawn(page, slugs[0]);
  assert.equal(await page.$("eigen-readout"), null);
  await page.click(".places a:not([aria-current])");
  await waitFor(page, analyzer, null, { what: "the analyzer" });
  await page.goBack();
  await lessonDrawn(page, slugs[0]);
  await page.goForward();
  await waitFor(page, analyzer, null, { what: "the analyzer" });
});

test("every lesson is a key from the one before, works from the keyboard and says what it shows", async ({
  open,
}) => {
  const { page } = await openLesson(open, slugs[0]);
  for (const [index, slug] of slugs.entries()) {
    await lessonDrawn(page, slug);
    await walkThroughLesson(page, slug);
    await page.focus("h2.lesson-title");
    if (index + 1 < slugs.length) await press(page, "n");
  }
  await press(page, "p");
  await lessonDrawn(page, slugs.at(-2));
});

test("what a teacher leaves out of a lesson is not there", async ({ open }) => {
  const { page } = await openLesson(open, "window?show=fit");
  await assertLeavesOut(page, "window");
});

// Each lesson in one of them; in all others in tests/full.
for (const [colorScheme, width, some] of [
  ["light", 1440, slugs.filter((_, index) => index % 2 === 0)],
  ["dark", 360, slugs.filter((_, index) => index % 2 === 1)],
]) {
  test(`axe finds nothing, and nothing is too wide, in ${some.join(", ")}: ${colorScheme}, ${width} px`, async ({
    open,
  }) => {
    const viewport = { width, height: 900 };
    const options = { viewport, colorScheme, bypassCSP: true, init: hurry };
    await assertLessonsForEveryone((await open("/#learn", options)).page, some);
  });
}

test("all lessons open without a network after one visit", async ({ open }) => {
  const site = await serveSite();
  const { page } = await open(`${site.origin}/`, { offline: true, init: hurry });
  await keptOffline(page);
  await site.close();
  await go(page, "#learn");
  await listOpen(page);
  for (const slug of slugs) {
    await goToLesson(page, slug);
    await summaryAfter(page);
  }
});

describe("Firefox", () => {
  const [, [, firefox]] = browsers;

  firefox("a lesson computes in its worker, and follows the keyboard", async ({ open }) => {
    const { page } = await openLesson(open, "finite-n?d=64");
    await walkThroughLesson(page, "finite-n");
  });
});
