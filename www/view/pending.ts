import type { Dataset } from "../state/dataset";
import type { Workspace } from "../state/workspace";
import { whole } from "./format";

/** Whether more of the dataset in view is still to come. */
export function isPending(workspace: Workspace, { status }: Dataset): boolean {
  return status === "running" || !workspace.isStudied;
}

/** Why something that follows the first answer is not there, in a few words. */
export function pending(workspace: Workspace, dataset: Dataset): string {
  const { analysis, status, studying, study } = dataset;
  if (status === "running") return "computed once all rows are read";
  if (studying) {
    const { done, total } = studying;
    return total > 0 ? `computing ${whole(done)} of ${whole(total)}` : "computing";
  }
  if (isPending(workspace, dataset)) return "waits for its turn";
  // Of what was given in the place of rows no more can be computed.
  if (study && analysis && analysis.facts.given !== "features") return "takes the rows themselves";
  return study && study.bytes > 0
    ? "has no value for these features"
    : "not computed: run this dataset again";
}
