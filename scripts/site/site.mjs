// The built site: dist/, made by Vite.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { whenChanged } from "../setup/stamp.mjs";
import { Refusal, run, step, top } from "../setup/step.mjs";
import { headers } from "./headers.mjs";
import { serviceWorker } from "./offline.mjs";

const inputs = [
  "index.html",
  "www",
  "vite.config.ts",
  "package.json",
  "package-lock.json",
  "scripts/site/headers.mjs",
  "scripts/site/offline.mjs",
  "scripts/site/site.mjs",
];

/** Builds dist/, unless it stands. The wasm must be there. */
export async function site() {
  await step("site", async () => {
    const changed = await whenChanged(
      {
        stamp: "target/stamps/site",
        inputs,
        outputs: ["dist/index.html", "dist/eigen-scope.js", "dist/service-worker.js"],
      },
      async () => {
        const vite = join(top, "node_modules/vite/bin/vite.js");
        await run(process.execPath, [vite, "build", "--logLevel", "warn"]);
        scriptsStandAlone();
        headers();
        await serviceWorker(join(top, "dist"));
      },
    );
    return changed ? "built" : "up to date";
  });
}

/**
 * The page starts its workers from a blob that holds the worker's text, and there a relative import leads
 * nowhere: the text must have none. Other pages take eigen-scope.js alone.
 */
function scriptsStandAlone() {
  const workers = readdirSync(join(top, "dist/assets")).filter((name) =>
    /^worker-.*\.js$/.test(name),
  );
  if (workers.length !== 1)
    throw new Refusal(`The site must have one worker script, and has ${workers.length}.`);
  for (const script of [`assets/${workers[0]}`, "eigen-scope.js"]) {
    const text = readFileSync(join(top, "dist", script), "utf8");
    if (/\bimport\s*[("'{*\w]|\bfrom\s*["']/.test(text))
      throw new Refusal(`The script ${script} imports another file: where it runs, it cannot.`);
  }
}
