/** Finding one's way through the windows of a map, with a pointer or by keys. */

import type { MapCell } from "../engine/types";
import type { RankWindow } from "../state/window";

/** Where a key leads to: columns are last ranks, rows are first ranks. */
const steps: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** The cell at a pointer, over an element that lies where the picture does. */
export function cellUnder(
  cells: readonly MapCell[],
  { clientX, clientY, currentTarget }: MouseEvent,
): MapCell | null {
  const box = (currentTarget as HTMLElement).getBoundingClientRect();
  const [x, y] = [clientX - box.left, clientY - box.top];
  const under = (cell: MapCell) =>
    x >= cell.left && x < cell.right && y >= cell.top && y < cell.bottom;
  return cells.find(under) ?? null;
}

export function cellNearest(
  cells: readonly MapCell[],
  { first, last }: RankWindow,
): MapCell | null {
  return least(
    cells,
    (cell) => Math.abs(Math.log(cell.first / first)) + Math.abs(Math.log(cell.last / last)),
  );
}

/** The next cell that a key leads to: of those along the same line, the nearest. undefined where the key is none of a map's; null where there is no further cell. */
export function cellAfterKey(
  cells: readonly MapCell[],
  here: MapCell,
  key: string,
): MapCell | null | undefined {
  const step = steps[key];
  if (!step) return undefined;
  const [right, up] = step;
  const ahead = cells.filter((cell) =>
    right !== 0
      ? cell.first === here.first && (cell.last - here.last) * right > 0
      : cell.last === here.last && (here.top - cell.top) * up > 0,
  );
  return least(ahead, (cell) => Math.abs(cell.left - here.left) + Math.abs(cell.top - here.top));
}

function least(cells: readonly MapCell[], distance: (cell: MapCell) => number): MapCell | null {
  return cells.reduce<MapCell | null>(
    (best, cell) => (best && distance(best) <= distance(cell) ? best : cell),
    null,
  );
}
