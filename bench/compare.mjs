// npm run bench -- --compare: many spectra side by side, and the hand that moves over them.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npyHeader } from "../tests/browser/lib/large.mjs";
import { launchChromium } from "../tests/browser/lib/launch.mjs";
import * as driver from "../tests/browser/lib/page.mjs";
import { settled } from "../tests/browser/lib/person.mjs";
import { serveSite } from "../tests/browser/lib/site.mjs";
import { moved, say, seen, watch } from "./hand.mjs";

const SPECTRA = 50;
const RANKS = 2048;

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
