// The service worker, which holds the list of all other files of the built site, and is made after them.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { top } from "../setup/step.mjs";

const worker = "service-worker.js";

/** What no page asks for: rules for hosts, and types for those who embed. */
const notKept = (name) => name === worker || name === "_headers" || name.endsWith(".d.ts");

/** What the service worker keeps: { url, revision, integrity } of each file. */
export function filesToKeep(dist) {
  return readdirSync(dist, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => statSync(join(dist, name)).isFile() && !notKept(name))
    .sort()
    .map((url) => {
      const bytes = readFileSync(join(dist, url));
      const hash = createHash("sha256").update(bytes).digest();
      // Names in assets/ have a hash of their own: what is kept of an older version under such a name is the same.
      const revision = url.startsWith("assets/") ? null : hash.toString("hex").slice(0, 16);
      return { url, revision, integrity: `sha256-${hash.toString("base64")}` };
    });
}

/** Writes the service worker into `dist`, the folder of a built site. */
export async function serviceWorker(dist) {
  const { build } = await import("vite");
  await build({
    configFile: false,
    root: top,
    publicDir: false,
    logLevel: "warn",
    define: {
      "process.env.NODE_ENV": '"production"',
      FILES: JSON.stringify(filesToKeep(dist)),
    },
    build: {
      target: "es2022",
      outDir: dist,
      emptyOutDir: false,
      lib: {
        entry: join(top, "www/offline/service-worker.ts"),
        formats: ["iife"],
        name: "serviceWorker",
        fileName: () => worker,
      },
    },
  });
}
