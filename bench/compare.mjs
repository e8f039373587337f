// npm run bench -- --compare: many spectra side by side, and the hand that moves over them.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { launchChromium } from "../tests/browser/lib/browser.mjs";
import { npyHeader } from "../tests/browser/lib/large.mjs";
import * as driver from "../tests/browser/lib/page.mjs";
import { settled } from "../tests/browser/lib/person.mjs";
import { serveSite } from "../tests/browser/lib/site.mjs";
import { median } from "./table.mjs";

const SPECTRA = 50;
const RANKS = 2048;
/** Movements of the hand, one a frame. */
const MOVES = 180;
/** A frame that came later than this was missed at 60 a second. */
const LATE = 1.5 * (1000 / 60);

export async function sideBySide(folder) {
  const files = spectra(folder);
  const site = await serveSite();
  const browser = await launchChromium();
  try {
    const { page } = await driver.openPage(browser, `${site.origin}/`, {
      viewport: { width: 1440, height: 1400 },
    });
    await driver.waitForState(page, "empty");
    console.log(`\n${SPECTRA} spectra of ${RANKS} eigenvalues`);
    await page.evaluate(watch);
    const input = await page.$("input[type=file]");
    await input.setInputFiles(files);
    await page.click("button[name=separate]");
    await settled(page, SPECTRA, { timeout: 120_000 });
    await driver.waitForStudy(page, { timeout: 120_000 });
    say("added", await page.evaluate(seen));

    const picture = await page.$("eigen-spectra .figure-picture");
    await picture.scrollIntoViewIfNeeded();
    const over = await picture.boundingBox();
    await moved(page, "pointer over the picture", (part) => [
      over.x + over.width * (0.1 + 0.8 * part),
      over.y + over.height * (0.2 + 0.6 * Math.abs(Math.sin(20 * part))),
    ]);

    const legend = await (await page.$(".comparison-table tbody")).boundingBox();
    await moved(page, "pointer over the legend", (part) => [
      legend.x + 100,
      legend.y + Math.min(legend.height, 1000) * part,
    ]);

    // With scores every movement of the window asks again whether α predicts them.
    await page.fill("textarea[name=scores]", scores());
    await page.evaluate(watch);
    await page.click("button[name=take-scores]");
    await page.waitForSelector("[data-relation=alpha]", { state: "attached" });
    say("scores taken", await page.evaluate(seen));
    await page.evaluate(() => scrollTo(0, 0));
    const handle = await (await page.$(".handle")).boundingBox();
    const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await moved(page, "window dragged", (part) => [x + 150 * Math.abs(Math.sin(6 * part)), y]);
    await page.mouse.up();
  } finally {
    await browser.close();
    await site.close();
  }
}

async function moved(page, what, placeOf) {
  await page.evaluate(watch);
  for (let move = 0; move < MOVES; move += 1) {
    await page.mouse.move(...placeOf(move / MOVES));
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  say(what, await page.evaluate(seen));
}

function say(what, { tasks, frames }) {
  const late = frames.filter((frame) => frame > LATE).length;
  const cells = [
    what.padEnd(26),
    `longest task ${Math.max(0, ...tasks).toFixed(0)} ms (${tasks.filter((task) => task > 50).length} over 50 ms)`,
    `frame ${median(frames).toFixed(1)} ms`,
    `${late} of ${frames.length} late`,
  ];
  console.log(cells.join("   "));
}

/** A line for each of the files. */
function scores() {
  const line = (_, index) => `${nameOf(index)},${Math.sin(index) + index / SPECTRA}`;
  return Array.from({ length: SPECTRA }, line).join("\n");
}

const nameOf = (index) => `layer${index}_eigenvalues_${RANKS}.npy`;

/** Eigenvalues of power laws with α from 0.5 to 1.5, and a little noise, as .npy files. */
function spectra(folder) {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: SPECTRA }, (_, index) => {
    const file = path.join(folder, nameOf(index));
    if (existsSync(file)) return file;
    const alpha = 0.5 + index / SPECTRA;
    const values = Float64Array.from(
      { length: RANKS },
      (_, k) => (k + 1) ** -alpha * (1 + 0.01 * Math.sin(k * (index + 1))),
    ).sort((a, b) => b - a);
    const header = npyHeader("<f8", RANKS, 1);
    writeFileSync(file, Buffer.concat([header, Buffer.from(values.buffer)]));
    return file;
  });
}

// These run in the page.

/** Notes every task over 50 ms (the browser tells of no others) and every frame from now on. */
function watch() {
  const noted = { tasks: [], frames: [] };
  window.benchSeen?.stop();
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) noted.tasks.push(duration);
  });
  observer.observe({ type: "longtask" });
  let last = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    noted.frames.push(now - last);
    last = now;
    frame = requestAnimationFrame(next);
  });
  const stop = () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
  };
  window.benchSeen = { noted, stop };
}

function seen() {
  window.benchSeen.stop();
  return window.benchSeen.noted;
}
