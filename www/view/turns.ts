/**
 * What shows the page's state takes turns, a little in each frame: all of it at once would hold up the hand that moves something. Only what follows
 * that hand is drawn at once.
 */

import { task } from "../state/task";
import { tracked } from "./rendered";

/** What is drawn anew when its turn comes. */
export interface Drawable {
  paint(): void;
  /** Whether it is the answer, which is waited for. */
  readonly isAnswer?: boolean;
  /** Whether it tells of the page's state, which must be true of the answer. */
  readonly tellsState?: boolean;
}

/** Milliseconds of a frame: the browser still has to lay out and paint what has changed. Who took more lets that many frames pass. */
const budget = 4;

/** As many where nobody moves anything: a click wants its answer soon. */
const idleBudget = 24;

/** A hand that did nothing for so long, in milliseconds, rests. */
const pause = 300;

/** A frame that takes longer is not waited for, in milliseconds. */
const longestFrame = 100;

/** In the order in which they asked. */
const waiting = new Set<Drawable>();
let isRunning = false;
/** Whether the answer was drawn before others just now. */
let wentBefore = false;
let lastMove = Number.NEGATIVE_INFINITY;

for (const type of ["pointermove", "keydown", "wheel"]) {
  const note = (event: Event) => {
    // A key moves something while it is held down.
    if (!(event instanceof KeyboardEvent) || event.repeat) lastMove = event.timeStamp;
  };
  addEventListener(type, note, { capture: true, passive: true });
}

/** Whether a hand moves something just now. */
export function isMoving(): boolean {
  return performance.now() - lastMove < pause;
}

/** Draws when its turn comes. */
export function drawSoon(drawable: Drawable): void {
  waiting.add(drawable);
  if (!isRunning) void tracked(takeTurns());
}

/** It is not to be drawn after all. */
export function drawNever(drawable: Drawable): void {
  waiting.delete(drawable);
}

/** Each in a task of its own, so that the browser can answer in between. */
async function takeTurns(): Promise<void> {
  isRunning = true;
  let spent = 0;
  await task();
  while (waiting.size > 0) {
    const most = isMoving() ? budget : idleBudget;
    if (spent >= most) {
      await frame();
      spent -= most;
      continue;
    }
    const drawable = next();
    if (!drawable) break;
    waiting.delete(drawable);
    const begun = performance.now();
    try {
      drawable.paint();
    } catch (error) {
      // The page says so; what fails once must not keep everything else from its turn.
      reportError(error);
    }
    spent += performance.now() - begun;
    await task();
  }
  isRunning = false;
}

/**
 * Whose turn it is: the answer's, then whoever asked first. While changes come in fast it goes before others every second time only, so that all the rest is drawn too, but what tells of the page's state
 * never goes before it. Where a hand moves something, all of the page follows it in the order in which its parts asked.
 */
function next(): Drawable | undefined {
  const all = [...waiting];
  const answer = isMoving() ? undefined : all.find(({ isAnswer }) => isAnswer);
  if (!answer) return all[0];
  const other = wentBefore ? all.find((one) => !one.isAnswer && !one.tellsState) : undefined;
  wentBefore = other === undefined;
  return other ?? answer;
}

/** Resolves in a task after the next frame. A page that nobody sees has none, and its title still tells how far a run is. */
async function frame(): Promise<void> {
  await new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(resolve, longestFrame);
  });
  await task();
}
