/** The wasm module of lessons and of features that are made here: compiled once, when it is first wanted. */

import { base64 } from "virtual:wasm/learn";
import init, * as learn from "../wasm/learn.js";

let compiling: Promise<WebAssembly.Module> | undefined;
let loading: Promise<typeof learn> | undefined;

/** For workers. */
export function compiledModule(): Promise<WebAssembly.Module> {
  compiling ??= WebAssembly.compile(
    Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
  );
  return compiling;
}

/** On the main thread: for what a hand is waiting for. Longer work is done in a worker (run.ts). */
export function learnModule(): Promise<typeof learn> {
  loading ??= instantiate();
  return loading;
}

async function instantiate(): Promise<typeof learn> {
  await init({ module_or_path: await compiledModule() });
  return learn;
}
