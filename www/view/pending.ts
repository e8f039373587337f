import type { Dataset } from "../state/dataset";
import { whole } from "./format";

/** Whether what follows the first answer is still to come. */
export function isPending({ status, studying, study }: Dataset): boolean {
  return status === "running" || studying !== null || (study !== null && study.bytes > 0);
}

/** Why something that follows the first answer is not there, in a few words. */
export function pending(dataset: Dataset): string {
  const { status, studying } = dataset;
  if (status === "running") return "computed once all rows are read";
  if (studying) {
    const { done, total } = studying;
    return total > 0 ? `computing ${whole(done)} of ${whole(total)}` : "computing";
  }
  return isPending(dataset) ? "waits for its turn" : "not computed: run this dataset again";
}
