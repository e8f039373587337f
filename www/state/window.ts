/** The ranks that the line is fitted to: whole numbers, 1-based, both ends included. */
export interface RankWindow {
  readonly first: number;
  readonly last: number;
}

/** A line needs three points before its R² says anything: the core refuses fewer. */
export const ranksBetweenEnds = 2;

export type WindowEnd = "first" | "last";

/** The ranks that one end may take while the other stays, for a spectrum of `count` ranks. */
export function endRange(window: RankWindow, end: WindowEnd, count: number): [number, number] {
  return end === "first"
    ? [1, Math.max(1, window.last - ranksBetweenEnds)]
    : [Math.min(count, window.first + ranksBetweenEnds), count];
}

/** The window with one end moved as near to `rank` as its range allows. */
export function moveEnd(
  window: RankWindow,
  end: WindowEnd,
  rank: number,
  count: number,
): RankWindow {
  const [lowest, highest] = endRange(window, end, count);
  return { ...window, [end]: Math.min(highest, Math.max(lowest, Math.round(rank))) };
}

/** A tenth of a decade, the step of Page up and Page down on a logarithmic axis. */
const decadeTenth = 10 ** 0.1;

/** The rank that a key leads to from `rank`, or null when the key means nothing to a slider. */
export function rankAfterKey(
  key: string,
  shift: boolean,
  rank: number,
  range: readonly [number, number],
): number | null {
  const step = shift ? 10 : 1;
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return rank + step;
    case "ArrowLeft":
    case "ArrowDown":
      return rank - step;
    case "PageUp":
      return Math.max(rank + 1, Math.round(rank * decadeTenth));
    case "PageDown":
      return Math.min(rank - 1, Math.round(rank / decadeTenth));
    case "Home":
      return range[0];
    case "End":
      return range[1];
    default:
      return null;
  }
}

/** The rank whose pixel is nearest to `x`; `positions` grows with the rank. null when there is none. */
export function nearestRank(positions: Float64Array, x: number): number | null {
  if (positions.length === 0) return null;
  let low = 0;
  let high = positions.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  const left = Math.abs(x - (positions[low] ?? 0));
  const right = Math.abs(x - (positions[high] ?? 0));
  return (left <= right ? low : high) + 1;
}
