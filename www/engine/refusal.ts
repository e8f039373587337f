/** From what the core throws to what the page catches. */

import { file_changed } from "../wasm/eigenscope.js";
import { ReadError } from "./read";
import { AnalysisError } from "./types";

/** The core throws plain objects with a code and a message; anything else passes as it is. */
export function refusalOf(error: unknown): unknown {
  const thrown: unknown = error instanceof ReadError ? file_changed(error.file) : error;
  if (
    typeof thrown === "object" &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    "code" in thrown &&
    "message" in thrown
  ) {
    return new AnalysisError(String(thrown.code), String(thrown.message));
  }
  return thrown;
}
