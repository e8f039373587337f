// axe-core in a page or a frame of one.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Brings axe into a page (open it with bypassCSP, which would keep axe out). */
export async function addAxe(page) {
  const path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(await readFile(path, "utf8"));
}

/** All that axe finds in the page, or in one part of it, in words. It looks into no frames: each is looked at by itself. */
export function violations(page, part = "html") {
  return page.evaluate(look, [part, rules]);
}

/** Runs in the page. */
async function look([part, tags]) {
  const options = { runOnly: tags, iframes: false, resultTypes: ["violations"] };
  const found = await window.axe.run(part === "html" ? document : part, options);
  if (found.passes.length === 0) return [`axe has looked at nothing in ${part}`];
  return found.violations.map(({ id, nodes }) => {
    const [{ html, failureSummary }] = nodes;
    return `${id}, ${nodes.length} times: ${html.slice(0, 160)} ${failureSummary}`;
  });
}
