// What goes out in files is what the page shows: its datasets, in its order, in its window.

import { describe, expect, test, vi } from "vitest";
import "./lib/quiet-page";
import { pictured, preparationOf, shownBy } from "../../www/share/shown";
import type { Workspace } from "../../www/state/workspace";
import { line, type Made } from "./lib/lines";

/** A workspace with datasets; those without a spectrum are given as names. */
function workspace(datasets: readonly (Made | string)[], changes: object = {}): Workspace {
  const all = datasets.map((made, index) => {
    const id = index + 1;
    if (typeof made === "string") return { id, name: made, analysis: null, place: null };
    const { name, style, analysis, isHidden, place } = line(made);
    return { id, name, style, analysis, isHidden, place };
  });
  const state = {
    datasets: all,
    selected: 1,
    window: { first: 11, last: 100 },
    weight: "1/k",
    overlays: { nulls: true, pointed: null },
    bySum: false,
    ...changes,
  };
  return { state } as unknown as Workspace;
}

describe("what is shown", () => {
  test("is every dataset that has a spectrum, in the order of the list", () => {
    const { lines } = shownBy(workspace([{ name: "b" }, "waiting", { name: "a", style: 5 }]));
    expect(lines.map(({ name, style }) => [name, style])).toEqual([
      ["b", 0],
      ["a", 5],
    ]);
  });

  test("is in the window of now, with the weights, the scale and what is drawn over it", () => {
    const of = workspace([{ name: "a" }], { window: { first: 5, last: 60 }, weight: "none" });
    const asked = vi.spyOn(of.state.datasets[0]?.analysis as never, "outcome" as never);
    const { window, weight, overlays, bySum } = shownBy(of);
    expect({ window, weight, overlays, bySum }).toEqual({
      window: { first: 5, last: 60 },
      weight: "none",
      overlays: { nulls: true, pointed: null },
      bySum: false,
    });
    expect(asked).toHaveBeenCalledExactlyOnceWith(5, 60, "none");
  });

  test("marks the one in view and those that are left out of pictures", () => {
    const { lines } = shownBy(workspace([{}, { isHidden: true }, {}], { selected: 3 }));
    expect(lines.map(({ isStrong, isHidden }) => [isStrong, isHidden])).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ]);
  });

  test("has the places that the names tell, and what the axis is", () => {
    const { axis, lines } = shownBy(workspace([{ name: "layer10" }, { name: "layer2" }]));
    expect(axis).toBe("layer");
    expect(lines.map(({ place }) => place)).toEqual([10, 2]);
  });

  test("leaves out what still streams", () => {
    const of = workspace([{ name: "a" }, { name: "b" }]);
    Object.assign(of.state.datasets[1]?.analysis?.facts ?? {}, { provisional: true });
    expect(shownBy(of).lines.map(({ name }) => name)).toEqual(["a"]);
  });
});

test("a picture of one spectrum has the one in view, of all has those that are not hidden", () => {
  const all = shownBy(workspace([{ name: "a" }, { name: "b", isHidden: true }, { name: "c" }]));
  const names = (kind: "spectrum" | "spectra") => pictured(all, kind).lines.map(({ name }) => name);
  expect(names("spectrum")).toEqual(["a"]);
  expect(names("spectra")).toEqual(["a", "c"]);
  const hidden = shownBy(workspace([{ name: "a", isHidden: true }, { name: "b" }]));
  expect(pictured(hidden, "spectrum").lines.map(({ name }) => name)).toEqual(["a"]);
});

test.each<[string, Made]>([
  ["centred", {}],
  ["not centred", { preparation: { centred: false } }],
  ["unit rows, standardized", { preparation: { unit_rows: true, standardized: true } }],
  ["without the first 3 components", { dropped: 3 }],
])("features that are “%s” say so, also where that is as usual", (words, made) => {
  expect(preparationOf(line(made).analysis)).toBe(words);
});
