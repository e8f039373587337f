/** The worker of the lessons: calls what their wasm module has, by name. */

import * as learn from "../wasm/learn.js";
import type { Answer, Asked } from "./run";

type Call = (...values: unknown[]) => unknown;
type Kept = Record<string, unknown> & { free(): void };

/** What was made with "new", by key. */
const kept = new Map<string, Kept>();

addEventListener("message", ({ data }: MessageEvent<WebAssembly.Module | Asked>) => {
  if (data instanceof WebAssembly.Module) learn.initSync({ module: data });
  else postMessage(answer(data));
});

function answer({ key, name, values }: Asked): Answer {
  try {
    return { result: plain(call(key, name, values)) };
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { refusal: { code: code ?? "internal", message: message ?? String(error) } };
  }
}

function call(key: string, name: string, values: readonly unknown[]): unknown {
  const known = learn as unknown as Record<string, Call & (new (...values: unknown[]) => Kept)>;
  if (name.startsWith("new ")) {
    kept.get(key)?.free();
    kept.delete(key);
    const made = known[name.slice(4)];
    if (made) kept.set(key, new made(...values));
    return undefined;
  }
  if (!name.startsWith(".")) return known[name]?.(...values);
  const subject = kept.get(key);
  const member = subject?.[name.slice(1)];
  return typeof member === "function" ? (member as Call).apply(subject, [...values]) : member;
}

/** A picture is taken out of the module's memory; everything else is plain already. */
function plain(result: unknown): unknown {
  if (typeof result !== "object" || result === null || !("svg" in result)) return result;
  const { svg, frame, summary, free } = result as Kept & { svg: string };
  free.call(result);
  return { svg, frame, summary };
}
