// axe-core in a page or a frame of one.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Brings axe into a page (open it with bypassCSP, which would keep axe out). */
export async function addAxe(page) {
  const path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(await readFile(path, "utf8"));
}

/** All that axe finds, in words. It looks into no frames: each is looked at by itself. */
export function violations(page) {
  return page.evaluate(look, rules);
}

/** Runs in the page. */
async function look(tags) {
  const found = await window.axe.run(document, { runOnly: tags, iframes: false });
  if (found.passes.length === 0) throw new Error("axe has looked at nothing");
  return found.violations.map(({ id, nodes }) => {
    const [{ html, failureSummary }] = nodes;
    return `${id}, ${nodes.length} times: ${html.slice(0, 160)} ${failureSummary}`;
  });
}
