/** The wasm module of lessons and of features that are made here, compiled once it is wanted. */

import { base64 } from "virtual:wasm/learn";

let compiled: Promise<WebAssembly.Module> | undefined;

export function learnModule(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  return compiled;
}
