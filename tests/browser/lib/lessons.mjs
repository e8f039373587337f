// The lessons' page: how a test opens a lesson, and what a person does in one. Each function takes a page of Playwright or
// of Puppeteer.

import assert from "node:assert/strict";
import { addAxe, violations } from "./axe.mjs";
import { beyond } from "./layout.mjs";
import { drawn, numbers, waitFor } from "./page.mjs";
import { frames, press } from "./person.mjs";

/** The nine lessons, in their order. */
export const slugs = [
  "eigenspectrum",
  "alpha-by-hand",
  "window",
  "finite-n",
  "noise-floor",
  "alpha-near-1",
  "smoothness",
  "networks",
  "your-own",
];

/**
 * For openPage's `init`: pauses of up to a second, after which a lesson writes its address, says its summary or starts to draw
 * many samples, take 10 ms.
 */
export function hurry() {
  const { setTimeout: wait } = globalThis;
  globalThis.setTimeout = (work, milliseconds = 0, ...more) =>
    wait(work, milliseconds > 10 && milliseconds < 1000 ? 10 : milliseconds, ...more);
}

/** Opens a lesson by its address behind `#learn/` on a page of its own, and waits until all of its pictures are drawn. */
export async function openLesson(open, address, options) {
  const { page, ...others } = await open(`/#learn/${address}`, { init: hurry, ...options });
  await lessonDrawn(page, address.split("?")[0]);
  return { page, ...others };
}

/** Goes to another lesson, or the same one by another address, and waits for its pictures. */
export async function goToLesson(page, address) {
  await go(page, `#learn/${address}`);
  await lessonDrawn(page, address.split("?")[0]);
}

export function go(page, hash) {
  return page.evaluate((to) => {
    location.hash = to;
  }, hash);
}

/** Waits until a lesson is open with all of its pictures. */
export async function lessonDrawn(page, slug) {
  const look = (wanted) => {
    const article = document.querySelector(`.lesson[data-slug="${wanted}"]`);
    if (!location.hash.startsWith(`#learn/${wanted}`) || article?.ariaBusy !== "false")
      return false;
    const body = article.querySelector(".lesson-body > *");
    const isLoading = body && /^\s*Loading…\s*$/.test(body.textContent);
    const pictures = Array.from(article.querySelectorAll("[role=img]"));
    return body && !isLoading && pictures.every(({ ariaLabel }) => !/^Not drawn/.test(ariaLabel));
  };
  await waitFor(page, look, slug, { what: `lesson ${slug}` });
  await drawn(page);
}

/** Waits for the list of lessons. */
export function listOpen(page) {
  return waitFor(page, () => document.querySelector(".lesson-list a") !== null, null, {
    what: "list of lessons",
  });
}

/** Waits until the address has all of these pieces. */
export function addressHas(page, ...pieces) {
  const look = (wanted) => wanted.every((piece) => location.hash.includes(piece));
  return waitFor(page, look, pieces, { what: `${pieces.join(" and ")} in the address` });
}

/** What is said to those who do not see the pictures, once it is something other than `before`; resolves to it. */
export function summaryAfter(page, before) {
  const look = (old) => {
    const words = document.querySelector("[data-name=lesson-summary]")?.textContent.trim();
    return words !== old && words;
  };
  return waitFor(page, look, before, { what: "summary" });
}

/** The text of a part of the lesson, once it is there and other than `before`. */
export function textAfter(page, name, before) {
  const look = ([wanted, old]) => {
    const words = document.querySelector(`[data-name=${wanted}]`)?.textContent.trim();
    return words !== old && words;
  };
  return waitFor(page, look, [name, before], { what: `text of ${name}` });
}

/** Remarks on the address, once there are any. */
export function remarksOf(page) {
  const look = () =>
    document.querySelector("[data-name=remarks]:not([hidden])")?.textContent.trim();
  return waitFor(page, look, null, { what: "remarks" });
}

/** Lesson 1 from a cloud to α in four steps, and a point that is moved, from the keyboard alone. */
export async function walkThroughEigenspectrum(page) {
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
  // 0.5 a step: the third is there once the place is 1.5 further.
  const moved = await waitFor(
    page,
    (old) => {
      const now = document.querySelector("[data-name=held] span").textContent;
      const at = (text) => Number(text.match(/first feature (\S+),/)[1].replace("−", "-"));
      return at(now) > at(old) + 1.35 && now;
    },
    first,
    { what: "the point, moved" },
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
  await waitFor(
    page,
    () => /^Point 2 of 12/.test(document.querySelector("[data-name=held] span").textContent),
    null,
    { what: "the place of the second point" },
  );
  await press(page, "Shift+Enter");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.point), "1");
  await page.focus("button[name=back]");
  await press(page, "Enter");
  await waitFor(
    page,
    (alpha) => Number(document.querySelector("data[data-name=alpha]").value) === alpha,
    found.alpha,
    { what: "the α from before" },
  );
}

/** Drags the last point of a cloud, which follows the pointer and changes the eigenvalues. */
export async function dragPointOfCloud(page) {
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
  await frames(page);
  const [x, y] = await page.evaluate(at);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 20, y - 15);
  await page.mouse.move(x + 40, y - 30);
  const isThere = ([x, y]) => {
    const { left, top, width } = document
      .querySelector("[data-point='12']")
      .getBoundingClientRect();
    return Math.hypot(left + width / 2 - x, top + width / 2 - y) < 3;
  };
  await waitFor(page, isThere, [x + 40, y - 30], { what: "the point under the pointer" });
  await page.mouse.up();
  assert.notEqual((await numbers(page)).eigenvalue_1, before.eigenvalue_1);
}

/** Page up and Page down are keys of a point if, and only if, there is a third direction. */
export async function pageKeysOfPoint(page, { areKeys }) {
  const said = await page.$eval(".cloud-point", (one) => one.getAttribute("aria-keyshortcuts"));
  assert.equal(/PageUp PageDown/.test(said), areKeys, said);
  const place = () => document.querySelector("[data-name=held] span").textContent;
  const before = await page.evaluate(place);
  await page.focus(".cloud-point");
  await page.evaluate(() => {
    const note = ({ defaultPrevented }) => {
      document.documentElement.dataset.taken = defaultPrevented;
    };
    delete document.documentElement.dataset.taken;
    addEventListener("keydown", note, { once: true });
  });
  await press(page, "PageUp");
  const taken = () => document.documentElement.dataset.taken;
  assert.equal(await waitFor(page, taken, null, { what: "the key" }), String(areKeys));
  if (!areKeys) assert.equal(await page.evaluate(place), before);
  else
    await waitFor(
      page,
      (old) => document.querySelector("[data-name=held] span").textContent !== old,
      before,
      { what: "another place" },
    );
}

/** Lesson 3: guess first, then the fit; the end of the window and the map move it, from the keyboard alone. */
export async function walkThroughWindow(page) {
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
    null,
    { what: "the last rank" },
  );
  const wide = await numbers(page);
  assert.ok(Math.abs(wide.alpha - 1.171) < 1e-3 && wide.r2 < 0.75);
  const map = () => /^A map of α/.test(document.querySelectorAll(".lesson-picture")[1]?.ariaLabel);
  await waitFor(page, map, null, { what: "the map" });
  await page.focus(".map-cells");
  await press(page, "ArrowUp");
  const further = () => {
    const first = Number(document.querySelector("input[name=first]").value);
    return first > 11 && first;
  };
  assert.ok((await waitFor(page, further, null, { what: "another window" })) < 20);
  assert.ok((await numbers(page)).alpha > wide.alpha);
}

/** Drags the last end of the window to smaller ranks. */
export async function dragEndOfWindow(page) {
  await page.evaluate(() => document.querySelector(".handle").scrollIntoView({ block: "center" }));
  await frames(page);
  const [x, y] = await page.evaluate(() => {
    const handle = document.querySelector(".handle[data-end=last]");
    const { left, top, height } = handle.getBoundingClientRect();
    return [left + Number.parseFloat(handle.style.getPropertyValue("--edge")), top + height / 2];
  });
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 15, y);
  await page.mouse.move(x - 30, y);
  await waitFor(page, () => Number(document.querySelector("input[name=last]").value) < 90, null, {
    what: "a smaller last rank",
  });
  await page.mouse.up();
  assert.ok(Math.abs((await numbers(page)).alpha - 0.7097) > 1e-3);
}

/** A click on the map of windows puts the window under it in the plot. */
export async function clickOnMap(page) {
  await page.evaluate(() =>
    document.querySelector(".map-cells").scrollIntoView({ block: "center" }),
  );
  await frames(page);
  const [x, y] = await page.evaluate(() => {
    const { left, top, width, height } = document
      .querySelector(".map-cells")
      .getBoundingClientRect();
    return [left + 0.75 * width, top + 0.4 * height];
  });
  await page.mouse.click(x, y);
  const window = () =>
    ["first", "last"].map((end) => Number(document.querySelector(`input[name=${end}]`).value));
  await drawn(page);
  const [first, last] = await page.evaluate(window);
  assert.ok((first !== 11 || last !== 100) && last > first, `${first}–${last}`);
}

/**
 * A lesson that was just opened: its heading is in focus, its pictures have words, its first slider changes summary and address,
 * and its answer comes after a guess, all from the keyboard.
 */
export async function walkThroughLesson(page, slug) {
  const isFocused = () => document.activeElement?.matches("h2.lesson-title");
  await waitFor(page, isFocused, null, { what: `heading of ${slug} in focus` });
  const silent = await page.evaluate(() =>
    Array.from(document.querySelectorAll(".lesson [role=img]"))
      .filter(({ ariaLabel }) => !ariaLabel)
      .map(({ outerHTML }) => outerHTML.slice(0, 80)),
  );
  assert.deepEqual(silent, [], slug);
  const said = await summaryAfter(page);
  if (await page.$(".lesson-controls input[type=range]")) await moveFirstSlider(page, said);
  const answer = () => document.querySelector("[data-name=answer]").textContent.trim();
  assert.equal(await page.evaluate(answer), "", `the answer of ${slug} is there before a guess`);
  await page.focus("input[name=guess]");
  await press(page, " ");
  await page.focus("button[name=tell]");
  await press(page, "Enter");
  assert.ok((await waitFor(page, answer, null, { what: `answer of ${slug}` })).length > 100);
}

async function moveFirstSlider(page, said) {
  const isBehind = () =>
    document.querySelector(".lesson-controls input[type=range]").closest(".lesson-more") !== null;
  if (await page.evaluate(isBehind)) {
    await page.focus(".lesson-more summary");
    await press(page, "Enter");
  }
  const before = await page.evaluate(() => location.hash);
  const control = await page.evaluate(
    () => document.querySelector(".lesson-controls input[type=range]").dataset.control,
  );
  await page.focus(`input[data-control="${control}"]`);
  const value = () => page.evaluate(() => document.activeElement.value);
  const at = await value();
  await press(page, "Home");
  if ((await value()) === at) await press(page, "End");
  await waitFor(page, (old) => location.hash !== old, before, { what: "another address" });
  await summaryAfter(page, said);
}

/** Lessons in their fullest state, for those who look at all that can be shown. */
const fullest = {
  eigenspectrum: "?step=4&features=3",
  window: "?show=fit",
  "finite-n": "?d=64",
  "noise-floor": "?d=128",
};

/** axe and the ruler find nothing in the list and in lessons, with all of each open. */
export async function assertLessonsForEveryone(page, some = slugs) {
  await listOpen(page);
  await addAxe(page);
  assert.deepEqual(await violations(page), []);
  for (const slug of some) {
    await goToLesson(page, `${slug}${fullest[slug] ?? ""}`);
    await page.evaluate(() => {
      document.querySelector("button[name=tell]:not([hidden])")?.click();
      for (const details of document.querySelectorAll(".lesson-more, .lesson-link"))
        details.open = true;
      scrollTo(0, 0);
    });
    await lessonDrawn(page, slug);
    assert.deepEqual(await violations(page), [], slug);
    assert.deepEqual(await page.evaluate(beyond), [], slug);
  }
}

/** Every kind of nonsense for every control: the lesson opens, says what it changed, and no control is out of its range. */
export async function assertSurvivesNonsense(page, slug, text) {
  const controls = await page.evaluate(() => {
    const inputs = Array.from(document.querySelectorAll(".lesson-controls input"));
    return [...new Set(inputs.map(({ name }) => name).filter((name) => name !== ""))];
  });
  const query = controls.map((control) => `${control}=${text}`).join("&");
  await goToLesson(page, `${slug}?${query}&nonsense=1&hide=nothing`);
  const remarks = await remarksOf(page);
  assert.match(remarks, /no “nonsense”/);
  assert.match(remarks, /called “nothing”/);
  assert.ok((remarks.match(/\./g) ?? []).length >= controls.length + 2, `${slug}: ${remarks}`);
  const outside = await page.evaluate(() =>
    Array.from(document.querySelectorAll(".lesson-controls input[type=number]"))
      .filter(
        ({ value, min, max }) => !(Number(value) >= Number(min) && Number(value) <= Number(max)),
      )
      .map(({ name, value }) => `${name} = ${value}`),
  );
  assert.deepEqual(outside, [], slug);
}

/** All parts of a lesson are left out by the link that its teacher makes. */
export async function assertLeavesOut(page, slug) {
  await page.click(".lesson-link summary");
  const names = await page.evaluate(() => {
    const all = Array.from(document.querySelectorAll("input[name=leave-out]"));
    for (const one of all) one.click();
    return all.map(({ value }) => value);
  });
  assert.equal(new Set(names).size, names.length, `two parts of ${slug} have one name`);
  const link = await waitFor(
    page,
    () => {
      const { value } = document.querySelector("input[name=class-link]");
      return /hide=.*question/.test(value) && value;
    },
    null,
    { what: "link that leaves out the question" },
  );
  await go(page, new URL(link).hash);
  const gone = () =>
    document.querySelector(".lesson") &&
    !document.querySelector(
      ".lesson-controls:not([hidden]) input, .lesson-question fieldset, .lesson-answer",
    );
  await waitFor(page, gone, null, { what: `an emptier ${slug}` });
  assert.equal(await page.$("[data-name=remarks]:not([hidden])"), null);
  assert.deepEqual(await page.$$(".lesson-body [role=img]"), [], `pictures of ${slug}`);
}
