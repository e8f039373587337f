// The way through the windows of a map, with a pointer or by keys.

import { describe, expect, test } from "vitest";
import type { MapCell } from "../../www/engine/types";
import { cellAfterKey, cellNearest, cellUnder } from "../../www/view/map-cells";

const firsts = [4, 6, 9, 14, 25];
const lasts = [50, 80, 125, 200, 315];

/** Ten pixels each: last ranks from left to right, first ranks from bottom to top. One window is too narrow. */
const cells: MapCell[] = firsts.flatMap((first, row) =>
  lasts.flatMap((last, column) => {
    if (first === 25 && last === 50) return [];
    const [left, top] = [10 * column, 10 * (firsts.length - 1 - row)];
    const numbers = { alpha: 1, r2: 1, curvature: null };
    return [{ first, last, left, top, right: left + 10, bottom: top + 10, ...numbers }];
  }),
);
const cell = (first: number, last: number): MapCell =>
  cells.find((one) => one.first === first && one.last === last) as MapCell;
const windowOf = (found: MapCell | null | undefined): string | null =>
  found ? `${found.first}–${found.last}` : null;

describe("the cell", () => {
  test.each([
    [0, 0, null],
    [0, 10, "14–50"],
    [9.9, 19.9, "14–50"],
    [10, 10, "14–80"],
    [10, 9.9, "25–80"],
    [49.9, 49.9, "4–315"],
    [50, 20, null],
    [20, 50, null],
    [-1, 20, null],
  ])("at %d, %d pixels is %s", (x, y, expected) => {
    // Wherever the picture lies on the page.
    const currentTarget = { getBoundingClientRect: () => ({ left: 300, top: 70 }) };
    const event = { clientX: 300 + x, clientY: 70 + y, currentTarget } as unknown as MouseEvent;
    expect(windowOf(cellUnder(cells, event))).toBe(expected);
  });

  test.each([
    [4, 50, "4–50"],
    [11, 100, "9–80"],
    // As on a logarithmic axis: 7.4 lies nearer to 9 than to 6 there, and not on a linear one.
    [7.4, 315, "9–315"],
    [1, 10_000, "4–315"],
    [25, 50, "25–80"],
  ])("nearest to the window %d–%d is %s", (first, last, expected) => {
    expect(windowOf(cellNearest(cells, { first, last }))).toBe(expected);
  });

  test("nearest is none where there are none", () => {
    expect(cellNearest([], { first: 11, last: 100 })).toBeNull();
  });
});

describe("keys", () => {
  const next = (first: number, last: number, key: string): string | null | undefined => {
    const found = cellAfterKey(cells, cell(first, last), key);
    return found === undefined ? undefined : windowOf(found);
  };

  test("lead to the next window to the left, to the right, above and below", () => {
    expect(
      ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"].map((key) => next(9, 125, key)),
    ).toEqual(["9–200", "9–80", "14–125", "6–125"]);
  });

  test("lead nowhere beyond the ends, and not to another row or column", () => {
    expect(next(9, 315, "ArrowRight")).toBeNull();
    expect(next(9, 50, "ArrowLeft")).toBeNull();
    expect(next(25, 125, "ArrowUp")).toBeNull();
    expect(next(4, 125, "ArrowDown")).toBeNull();
    expect(next(14, 50, "ArrowUp")).toBeNull();
    expect(next(25, 80, "ArrowLeft")).toBeNull();
  });

  test("leap over a window that is not there", () => {
    const holed = cells.filter((one) => one !== cell(9, 200));
    expect(windowOf(cellAfterKey(holed, cell(9, 125), "ArrowRight"))).toBe("9–315");
  });

  test.each(["Enter", "Home", " ", "a"])("of another kind (%j) mean nothing to it", (key) => {
    expect(next(9, 125, key)).toBeUndefined();
  });
});
