import type { AnalysisError } from "../engine/types";

/** Why something could not be done: a stable code and a sentence for the person. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Why something is not there any more. */
export const sumsLetGo: Failure = {
  code: "sums_let_go",
  message: "What this needs was let go to save memory. Run this dataset again.",
};

/** An error as a sentence. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const { code, message } = error as AnalysisError;
    return { code, message };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return {
    code: "unexpected",
    message: `Something failed that should not have (${detail}). The page goes on; if it happens again, reload it.`,
  };
}
