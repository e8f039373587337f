// A hand that moves something in the page, one movement a frame, and how well the page keeps up with it.
import { median } from "./table.mjs";

/** Movements, one a frame. */
const MOVES = 180;
/** A frame that came later than this was missed at 60 a second. */
const LATE = 1.5 * (1000 / 60);

/** Moves the pointer to `placeOf(part)`, part from 0 to 1, and prints how that went. */
export async function moved(page, what, placeOf) {
  await page.evaluate(watch);
  const moves = [];
  for (let move = 0; move < MOVES; move += 1) {
    // Not waited for: the browser answers when it has dealt with it, and the next frame wants the next movement.
    moves.push(page.mouse.move(...placeOf(move / MOVES)));
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  await Promise.all(moves);
  say(what, await page.evaluate(seen));
}

export function say(what, { tasks, frames }) {
  const late = frames.filter((frame) => frame > LATE).length;
  const cells = [
    what.padEnd(26),
    `longest task ${Math.max(0, ...tasks).toFixed(0)} ms (${tasks.filter((task) => task > 50).length} over 50 ms)`,
    `frame ${median(frames).toFixed(1)} ms, nine of ten in ${ninth(frames).toFixed(1)}`,
    `${late} of ${frames.length} late`,
  ];
  console.log(cells.join("   "));
}

/** What nine of ten stay within. */
function ninth(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(0.9 * sorted.length)] ?? Number.NaN;
}

// These run in the page.

/** Notes every task over 50 ms (the browser tells of no others) and every frame from now on. */
export function watch() {
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

export function seen() {
  window.benchSeen.stop();
  return window.benchSeen.noted;
}
