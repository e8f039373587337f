// The built site on localhost, for tests: at the root and below SUB_PATH, with a log of every request.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";
import { serve } from "../../../scripts/site/server.mjs";
import { withImports } from "../../../scripts/site/sizes.mjs";

/** Where a project page of a static host would be. */
export const SUB_PATH = "/some/sub/path/";

/**
 * Resolves to { origin, requests, close }; `requests` grows with each { method, url }. `headers` are those that a host
 * sends for a path, beyond the usual ones.
 */
export async function serveSite({ headers } = {}) {
  const requests = [];
  const { origin, close } = await serve(join(top, "dist"), {
    paths: ["/", SUB_PATH],
    onRequest: (request) => requests.push(request),
    headers,
  });
  return { origin, requests, close };
}

/** Whether an address is of what the page loads once it rests: that script, and all that it imports. It may come at any time. */
export function isOfRest(url) {
  const dist = join(top, "dist");
  const script = readdirSync(join(dist, "assets")).filter((name) => /^rest-[\w-]+\.js$/.test(name));
  const read = (name) => readFileSync(join(dist, name), "utf8");
  const all = withImports(
    script.map((name) => `assets/${name}`),
    read,
  );
  return all.has(new URL(url, "http://localhost").pathname.slice(1));
}

/** What a host that reads dist/_headers sends for a path: { name: value }, as Netlify and Cloudflare Pages understand it. */
export function rulesFor(path) {
  const rules = readFileSync(join(top, "dist/_headers"), "utf8").trim().split("\n\n");
  const sent = {};
  for (const rule of rules) {
    const [pattern, ...lines] = rule.split("\n");
    const applies = pattern.endsWith("*")
      ? path.startsWith(pattern.slice(0, -1))
      : path === pattern;
    if (!applies) continue;
    for (const line of lines) {
      const [, name, value] = line.match(/^ {2}([\w-]+): (.+)$/);
      sent[name] = name in sent ? `${sent[name]}, ${value}` : value;
    }
  }
  return sent;
}
