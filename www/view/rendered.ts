import { task } from "../state/task";

/** Work that changes what is on the screen and is not finished: updates of elements, their turns, parts that load. */
const open = new Set<Promise<unknown>>();

/** Counts work as unfinished until it ends, however it ends. */
export function tracked<Result>(work: Promise<Result>): Promise<Result> {
  open.add(work);
  const end = () => open.delete(work);
  work.then(end, end);
  return work;
}

/**
 * Resolves once every element shows the current state of the page, for tests and for pages that embed this one. Figures
 * outside the visible part of the page may still be redrawn later.
 */
export async function rendered(): Promise<void> {
  // An element that was asked to update does so, or waits for its turn, in a microtask.
  await task();
  while (open.size > 0) {
    await Promise.allSettled(open);
    await task();
  }
}
