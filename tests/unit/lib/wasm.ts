/** The wasm modules of the page, as the build puts them into scripts. */

import { readFileSync } from "node:fs";

/** What "virtual:wasm/<name>" exports. */
export function wasmScript(name: "learn" | "recorded"): { base64: string } {
  return { base64: wasmBytes(name).toString("base64") };
}

export function wasmBytes(name: string): Buffer<ArrayBuffer> {
  const bytes = readFileSync(new URL(`../../../www/wasm/${name}.wasm`, import.meta.url));
  return bytes as Buffer<ArrayBuffer>;
}
