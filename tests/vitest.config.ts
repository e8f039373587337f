/** The JavaScript tests, as vitest runs them: one project for each tier (tests/README.md). */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const top = fileURLToPath(new URL("..", import.meta.url));

/**
 * Addresses of what the page loads, for the page's own code in Node: the wasm of `www/wasm`, and the workers' scripts
 * as they are built (`dist/assets`), which a worker of tests/node/lib runs.
 */
function builtAddresses(): Plugin {
  const prefix = "\0built:";
  return {
    name: "built-addresses",
    enforce: "pre",
    resolveId(id) {
      const worker = id.match(/^\.\/(\w+)\.ts\?worker&url$/)?.[1];
      if (worker) return `${prefix}${worker}.js`;
      const wasm = id.match(/\/wasm\/(\w+)\.wasm\?url$/)?.[1];
      return wasm ? `${prefix}${wasm}.wasm` : undefined;
    },
    load(id) {
      if (!id.startsWith(prefix)) return undefined;
      const [stem, ending] = id.slice(prefix.length).split(".");
      const url =
        ending === "wasm"
          ? pathToFileURL(join(top, "www/wasm", `${stem}.wasm`))
          : builtScript(stem ?? "");
      return `export default ${JSON.stringify(String(url))};`;
    },
  };
}

/** A script of the built site by the name that it has before its hash. */
function builtScript(stem: string): URL | string {
  const folder = join(top, "dist/assets");
  const pattern = new RegExp(`^${stem}-[\\w-]{8}\\.js$`);
  const found = existsSync(folder)
    ? readdirSync(folder).find((name) => pattern.test(name))
    : undefined;
  return found ? pathToFileURL(join(folder, found)) : `missing:${stem}`;
}

/** Node 20 runs relaxed SIMD only when asked; later ones always do. */
const relaxedSimd =
  Number(process.versions.node.split(".")[0]) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

/** Tests of the page: a file at a time for each worker, which keeps its browsers from file to file. */
const inBrowsers = {
  pool: "forks",
  isolate: false,
  globalSetup: "tests/browser/lib/setup.ts",
  testTimeout: 120_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  root: top,
  plugins: [builtAddresses()],
  test: {
    environment: "node",
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["tests/unit/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: "node",
          include: ["tests/node/**/*.test.mjs"],
          pool: "forks",
          execArgv: relaxedSimd,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { ...inBrowsers, name: "browser", include: ["tests/browser/**/*.test.mjs"] },
      },
      {
        extends: true,
        test: { ...inBrowsers, name: "full", include: ["tests/full/**/*.test.mjs"] },
      },
    ],
  },
});
