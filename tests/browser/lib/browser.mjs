// The browsers that one of vitest's workers has: one of each kind, kept from file to file.

import { chromium } from "playwright-core";
import { inject } from "vitest";
import { launchFirefox } from "./launch.mjs";

/** Beyond this module, which vitest may load again for each file. */
const kept = Symbol.for("eigenscope tests: browsers");
globalThis[kept] ??= {};

/** The Chromium that all workers share (setup.ts). */
export function sharedChromium() {
  globalThis[kept].chromium ??= chromium.connect(inject("chromium"));
  return globalThis[kept].chromium;
}

/** This worker's Firefox, started when a test wants one; it ends with the worker's process. */
export function sharedFirefox() {
  globalThis[kept].firefox ??= launchFirefox();
  return globalThis[kept].firefox;
}
