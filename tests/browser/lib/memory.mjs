// The memory of a tab.

import { readFileSync, writeFileSync } from "node:fs";
import { launchChromium } from "./launch.mjs";
import { test as plain } from "./test.mjs";

/** Tests in a Chromium of their own, in which there is no other tab. */
export const test = plain.extend({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
  browser: async ({}, use) => {
    const browser = await launchChromium();
    await use(browser);
    await browser.close();
  },
});

/**
 * The tab's memory: what its process (page and workers) has resident at most, as Linux keeps it. That counts
 * the browser's own program too, and misses no moment, as samples would. Elsewhere than on Linux: undefined.
 */
export async function tabMemory(browser, page) {
  if (process.platform !== "linux") return undefined;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const folders = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => `/proc/${id}`);
  const peakOf = (folder) =>
    Number(readFileSync(`${folder}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)[1]) * 1024;
  return {
    /** Starts anew: what was needed to make the file does not count, nor what of it is still to be collected. */
    forget: async () => {
      const own = await page.context().newCDPSession(page);
      await own.send("HeapProfiler.collectGarbage");
      await own.detach();
      for (const folder of folders) writeFileSync(`${folder}/clear_refs`, "5");
    },
    peak: () => Math.max(...folders.map(peakOf)),
  };
}
