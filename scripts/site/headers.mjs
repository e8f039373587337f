// dist/_headers, for hosts that read it (Netlify, Cloudflare Pages): the page's own policy once more, where it binds workers as well,
// and how long a browser may keep what.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { top } from "../setup/step.mjs";

/** The policy of a page, from its first meta element. */
export function policyOf(html) {
  return html.match(/<meta http-equiv="Content-Security-Policy" content="([^"]+)">/)[1];
}

/**
 * The policy says nothing of frame-ancestors: other sites may show the page in a frame (docs/embed.md), and there is nothing in it that a
 * click could be stolen for.
 */
export function headers() {
  const dist = join(top, "dist");
  const policy = policyOf(readFileSync(join(dist, "index.html"), "utf8"));
  const fresh = ["/", "/index.html", "/service-worker.js", "/manifest.webmanifest"];
  const rules = [
    [
      "/*",
      `Content-Security-Policy: ${policy}`,
      "X-Content-Type-Options: nosniff",
      "Referrer-Policy: no-referrer",
      "X-DNS-Prefetch-Control: off",
    ],
    // Their names change with what is in them.
    ["/assets/*", "Cache-Control: public, max-age=31536000, immutable"],
    ...fresh.map((path) => [path, "Cache-Control: no-cache"]),
  ];
  const text = rules.map(([path, ...lines]) => [path, ...lines.map((line) => `  ${line}`), ""]);
  writeFileSync(join(dist, "_headers"), text.flat().join("\n"));
}
