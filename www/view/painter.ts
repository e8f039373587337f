/**
 * Pictures take turns: what many of them want to draw at once would hold up the hand that moves something.
 */

/** What is drawn anew when its turn comes. */
export interface Picture {
  paint(): void;
}

/** A frame begins no further picture after so many milliseconds. */
const budget = 6;

/** After a picture took a time, so many times that time belong to everything else before it is drawn again. */
const rest = 3;

/** In the order in which they asked. */
const waiting = new Set<Picture>();
/** When a picture may be drawn again. */
const free = new WeakMap<Picture, number>();
let isNext = false;

/** Draws a picture in one of the next frames. */
export function paintSoon(picture: Picture): void {
  waiting.add(picture);
  nextFrame();
}

/** It is not to be drawn after all. */
export function paintNever(picture: Picture): void {
  waiting.delete(picture);
}

function nextFrame(): void {
  if (isNext) return;
  isNext = true;
  requestAnimationFrame(paint);
}

function paint(): void {
  isNext = false;
  const begun = performance.now();
  let now = begun;
  for (const picture of waiting) {
    if (now - begun > budget) break;
    if (now < (free.get(picture) ?? 0)) continue;
    waiting.delete(picture);
    const start = now;
    picture.paint();
    now = performance.now();
    free.set(picture, now + rest * (now - start));
  }
  if (waiting.size > 0) nextFrame();
}
