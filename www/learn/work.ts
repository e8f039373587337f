/** The worker of the lessons: calls functions of their wasm module by name. */

import { base64 } from "virtual:wasm/learn";
import * as learn from "../wasm/learn.js";
import { initSync } from "../wasm/learn.js";
import type { Answer, Asked } from "./run";

initSync({ module: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) });

const functions = learn as unknown as Record<string, (...values: unknown[]) => unknown>;

addEventListener("message", ({ data: { name, values } }: MessageEvent<Asked>) => {
  postMessage(answer(name, values));
});

function answer(name: string, values: readonly unknown[]): Answer {
  try {
    return { result: plain(functions[name]?.(...values)) };
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { refusal: { code: code ?? "internal", message: message ?? String(error) } };
  }
}

/** A picture is taken out of the module's memory; everything else is plain already. */
function plain(result: unknown): unknown {
  if (typeof result !== "object" || result === null || !("svg" in result)) return result;
  const view = result as { svg: string; frame: unknown; summary: string; free?: () => void };
  const { svg, frame, summary } = view;
  view.free?.();
  return { svg, frame, summary };
}
