// npm run bench -- --learn: every lesson under a hand that moves what it has to move.
import { launchChromium } from "../tests/browser/lib/launch.mjs";
import { openPage, waitFor } from "../tests/browser/lib/page.mjs";
import { serveSite } from "../tests/browser/lib/site.mjs";
import { moved } from "./hand.mjs";

/** How often a hand goes to and fro. */
const TURNS = 3;
/** What a lesson draws once it is opened is not what a hand waits for, in milliseconds. */
const SETTLES = 1500;

/** To and fro over a part of a slider, which has its knob within its ends. */
const slider = (name) => async (page) => {
  const { x, y, width, height } = await boxOf(page, `input[data-control="${name}"]`);
  return (part) => [x + width * (0.1 + 0.8 * to(part)), y + height / 2];
};

/** Around where something lies. */
const around = (selector, reach) => async (page) => {
  const { x, y, width, height } = await boxOf(page, selector);
  const [left, top] = [x + width / 2, y + height / 2];
  return (part) => {
    const angle = 2 * Math.PI * TURNS * part;
    return [left + reach * Math.sin(angle), top + reach * (1 - Math.cos(angle))];
  };
};

/** An end of the window, to and fro from where it stands. */
const windowEnd = (end, by) => async (page) => {
  const selector = `.handle[data-end=${end}]`;
  const { x, y, height } = await boxOf(page, selector);
  const edge = await page.$eval(selector, (one) =>
    Number.parseFloat(one.style.getPropertyValue("--edge")),
  );
  return (part) => [x + edge + by * to(part), y + height / 2];
};

/** What is moved: the lesson, its address and the way of the hand. */
const MOVED = [
  ["1 point, step 4", "eigenspectrum?step=4&features=3&turn=30", around("[data-point='12']", 60)],
  ["1 turn, step 4", "eigenspectrum?step=4&features=3&turn=30", slider("turn")],
  ["2 α", "alpha-by-hand", slider("alpha")],
  ["3 α by eye", "window", slider("eye")],
  ["3 window and map", "window?show=fit", windowEnd("last", -60)],
  ["4 n, d = 512", "finite-n?d=512", slider("n")],
  ["4 n, noise, d = 512", "finite-n?d=512&beside=noise", slider("n")],
  ["5 noise, d = 512", "noise-floor?d=512", slider("noise")],
  ["6 n", "alpha-near-1", slider("n")],
  ["6 n, best ridge", "alpha-near-1?ridge=best", slider("n")],
  ["6 α, best ridge", "alpha-near-1?ridge=best&alpha=0.5", slider("alpha")],
  ["6 s, best ridge, classes", "alpha-near-1?ridge=best&labels=classes", slider("smoothness")],
  ["7 α, 256 pairs", "smoothness?pairs=256", slider("alpha")],
  ["7 pairs", "smoothness", slider("pairs")],
  ["7 ring, 256 pairs", "smoothness?pairs=256", around("[data-name=ring] .lesson-picture", 90)],
  ["8 layer", "networks", slider("at")],
  ["8 wrong labels", "networks?show=accuracy", slider("noise")],
];

export async function learn() {
  const site = await serveSite();
  const browser = await launchChromium();
  try {
    for (const [what, address, way] of MOVED) {
      const { page, close } = await openPage(browser, `${site.origin}/#learn/${address}`, {
        viewport: { width: 1440, height: 1400 },
      });
      await waitFor(page, isDrawn, null, { what });
      await page.waitForTimeout(SETTLES);
      const placeOf = await way(page);
      await page.mouse.move(...placeOf(0));
      await page.mouse.down();
      await moved(page, what, placeOf);
      await page.mouse.up();
      await close();
    }
  } finally {
    await browser.close();
    await site.close();
  }
}

const to = (part) => Math.abs(Math.sin(Math.PI * TURNS * part));

async function boxOf(page, selector) {
  const found = await page.$(selector);
  await found.scrollIntoViewIfNeeded();
  return found.boundingBox();
}

// This runs in the page.

function isDrawn() {
  const pictures = [...document.querySelectorAll(".lesson [role=img]")];
  return (
    pictures.length > 0 &&
    pictures.every(({ ariaLabel }) => !/^Not drawn/.test(ariaLabel ?? "Not drawn"))
  );
}
