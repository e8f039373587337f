// Statistics over rounds, and the table that shows them.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Times of one peer on one file: the least and the median of every stage, in seconds; the median of the longest tasks, in milliseconds. */
export function summary(runs, n, d) {
  const stages = {};
  for (const stage of ["read", "open", "moments", "eigenvalues", "total", "all"]) {
    const seconds = runs.map((run) => run[stage]).filter((value) => value !== undefined);
    if (seconds.length) stages[stage] = { min: Math.min(...seconds), median: median(seconds) };
  }
  const tasks = runs.map((run) => run.longestTask).filter((value) => value !== undefined);
  return {
    stages,
    gigaflops: (n * d * d) / stages.moments.min / 1e9,
    longestTask: tasks.length ? median(tasks) : undefined,
  };
}

/** The median, over rounds, of one peer's time over another's in the same round. */
export function ratio(runs, others, stage) {
  return median(runs.map((run, round) => run[stage] / others[round][stage]));
}

function seconds(stage) {
  return stage ? `${stage.min.toFixed(3)} (${stage.median.toFixed(3)})` : "";
}

function times(value) {
  return value === undefined ? "" : `${value.toFixed(2)}×`;
}

/** Rows of `{ name, stages, gigaflops, overMoments, overTotal, longestTask }` as lines of text. */
export function table(rows) {
  const head = [
    ...["", "read", "moments", "GF/s", "eigenvalues", "file to α", "÷ np.cov", "÷ NumPy"],
    ...["everything", "longest task"],
  ];
  const body = rows.map(({ name, stages, gigaflops, overMoments, overTotal, longestTask }) => [
    name,
    seconds(stages.read),
    seconds(stages.moments),
    gigaflops.toFixed(0),
    seconds(stages.eigenvalues),
    seconds(stages.total),
    times(overMoments),
    times(overTotal),
    seconds(stages.all),
    longestTask === undefined ? "" : `${Math.round(longestTask)} ms`,
  ]);
  const cells = [head, ...body];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const align = (text, column) =>
    column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return cells.map((row) => row.map(align).join("  ").trimEnd());
}
