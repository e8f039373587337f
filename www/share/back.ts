/** Files that carry Reports bring back what was saved. */

import { AnalysisError } from "../engine/types";
import type { Workspace } from "../state/workspace";
import { carriedIn, mayCarry } from "./carried";
import { type Returned, readReport } from "./recorded";

/** What is not brought back. */
interface Rest {
  /** Files that carry nothing, pictures among them: like any other file they are for the readers, which say what cannot be read. */
  others: File[];
  /** What went wrong last. */
  refusal: unknown;
}

/** Takes the Reports out of files that carry some. */
export async function comeBack(workspace: Workspace, files: readonly File[]): Promise<Rest> {
  const others: File[] = [];
  let refusal: unknown = null;
  for (const file of files) {
    if (!(await mayCarry(file))) {
      others.push(file);
      continue;
    }
    try {
      const text = await carriedIn(file);
      if (text !== null) workspace.receive(await reportsOf(text, file.name), "report");
    } catch (error) {
      refusal = error;
      if (error instanceof AnalysisError && error.code === "no_reports") others.push(file);
    }
  }
  return { others, refusal };
}

/** One Report or a list of them. All are read before any is shown. */
async function reportsOf(text: string, name: string): Promise<Returned[]> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw new AnalysisError(
      "bad_report",
      `${name}: its results are no JSON. It was changed since it was saved: save it again.`,
    );
  }
  const all: Returned[] = [];
  for (const report of [found].flat()) all.push(await readReport(report));
  return all;
}
