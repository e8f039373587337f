/** Files that carry Reports bring back what was saved. */

import { AnalysisError } from "../engine/types";
import type { Workspace } from "../state/workspace";
import { carriedIn, mayCarry } from "./carried";
import { type Returned, readReport } from "./recorded";

/** Takes the Reports out of files, and returns the files that carry none because they are something else. */
export async function comeBack(workspace: Workspace, files: readonly File[]): Promise<File[]> {
  const others: File[] = [];
  for (const file of files) {
    if (!(await mayCarry(file))) {
      others.push(file);
      continue;
    }
    try {
      const text = await carriedIn(file);
      if (text !== null) workspace.receive(await reportsOf(text, file.name), "report");
    } catch (error) {
      workspace.report(error);
    }
  }
  return others;
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
