/** All lessons, loaded in Node: their elements stay undrawn. */

// It looks for a document as it is loaded, and must not find the one below.
import "lit";
import type { Lesson } from "../../../www/learn/lesson";
import { lessons } from "../../../www/learn/lessons";

/** Stands in for what a lesson's styles need. */
class Sheet {
  replaceSync(): void {}
}

/** Each lesson by its slug. The wasm of lessons has to be mocked by the test ("virtual:wasm/learn"). */
export async function loadLessons(): Promise<ReadonlyMap<string, Lesson>> {
  Object.assign(globalThis, {
    CSSStyleSheet: Sheet,
    document: { ...globalThis.document, adoptedStyleSheets: [] },
  });
  const found = new Map<string, Lesson>();
  for (const { slug, load } of lessons) found.set(slug, (await load()).lesson);
  return found;
}
