/** The lessons' wasm module, on the main thread: for what a hand is waiting for. Longer work is done in a worker (run.ts). */

import { base64 } from "virtual:wasm/learn";
import init, * as learn from "../wasm/learn.js";

let loading: Promise<typeof learn> | undefined;

export function learnModule(): Promise<typeof learn> {
  loading ??= load();
  return loading;
}

async function load(): Promise<typeof learn> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  await init({ module_or_path: bytes });
  return learn;
}
