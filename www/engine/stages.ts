/** How long each stage of an analysis takes, for the benchmark and the browser's own tools. */

/** Marks the beginning of an analysis. */
export function start(): void {
  performance.mark("eigenscope:start");
  performance.mark("eigenscope:stage");
}

/** Measures from the last mark (or a given one) to now. */
export function measure(stage: string, from = "eigenscope:stage"): void {
  if (performance.getEntriesByName(from).length > 0)
    performance.measure(`eigenscope:${stage}`, from);
  performance.mark("eigenscope:stage");
}
