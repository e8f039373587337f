/** The wasm module: which variant this browser runs, and where the compiled code comes from. */

import relaxedUrl from "../wasm/relaxed.wasm?url";
import simdUrl from "../wasm/simd128.wasm?url";
import { AnalysisError } from "./types";

/** The smallest module that uses an instruction: `(func (result v128) …)`, as bytes after the wasm header. */
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** i32.const 0, i8x16.splat, i8x16.popcnt */
const SIMD = [
  1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 10, 1, 8, 0, 0x41, 0, 0xfd, 15, 0xfd, 98, 11,
];
/** Three times i32.const 0, i8x16.splat; then f64x2.relaxed_madd */
const RELAXED = [
  ...[1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[0x41, 0, 0xfd, 15, 0x41, 0, 0xfd, 15, 0x41, 0, 0xfd, 15, 0xfd, 0x87, 2, 11],
];

function runs(body: number[]): boolean {
  return WebAssembly.validate(new Uint8Array([...HEADER, ...body]));
}

/** The best variant that this browser runs. */
export function chooseVariant(): { name: string; url: string } {
  if (typeof WebAssembly === "undefined") {
    throw new AnalysisError(
      "no_wasm",
      "This browser does not run WebAssembly (some turn it off for safety). Allow it for this page, or use a current Chrome, Edge, Firefox or Safari.",
    );
  }
  if (runs(RELAXED)) return { name: "relaxed-simd", url: relaxedUrl };
  if (runs(SIMD)) return { name: "simd128", url: simdUrl };
  throw new AnalysisError(
    "no_simd",
    "This browser is too old: its WebAssembly has no SIMD. Use Chrome or Edge from version 91, Firefox from 89, or Safari from 16.4.",
  );
}

/** Fetches and compiles a variant, once. */
export async function compileVariant(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new AnalysisError(
      "not_loaded",
      `A part of this page could not be loaded (${response.status}). Reload the page.`,
    );
  }
  // Some static hosts serve .wasm without its media type, which streaming compilation insists on.
  return WebAssembly.compile(await response.arrayBuffer());
}
