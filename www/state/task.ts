/**
 * Resolves in a task of its own, so that the browser can answer a person in between.
 *
 * By a timer. Messages of a channel come sooner, and leave the browser too little time to lay out and paint: while the window of fifty spectra was dragged, 11 and 34 of some 250 frames were late,
 * and with timers 1 and 3, measured in turns.
 */
export function task(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
