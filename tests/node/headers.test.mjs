// dist/_headers, which static hosts read, agrees with the page. That the page works with them: tests/browser/headers.test.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { rulesFor } from "../browser/lib/site.mjs";

test("the policy in _headers is that of index.html, for every path", () => {
  const html = readFileSync(join(top, "index.html"), "utf8");
  const [, policy] = html.match(/http-equiv="Content-Security-Policy" content="([^"]+)"/);
  for (const path of ["/", "/index.html", "/service-worker.js", "/assets/index-abc.js"])
    assert.equal(rulesFor(path)["Content-Security-Policy"], policy);
});

test("nothing in _headers keeps other sites from showing the page in a frame", () => {
  const text = readFileSync(join(top, "dist/_headers"), "utf8");
  assert.doesNotMatch(text, /frame-ancestors|X-Frame-Options/i);
});

test("files with a hash in their names are cached for good, all others are revalidated", () => {
  assert.match(rulesFor("/assets/index-abc.js")["Cache-Control"], /immutable/);
  for (const path of ["/", "/index.html", "/service-worker.js", "/manifest.webmanifest"])
    assert.equal(rulesFor(path)["Cache-Control"], "no-cache");
});
