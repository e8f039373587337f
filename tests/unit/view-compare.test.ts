// Several datasets side by side: the table that is the legend of their picture, the trend, and whether anything predicts their scores.

import "./lib/page-globals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Uncertainty } from "../../www/engine/types";
import type { Order } from "../../www/state/order";
import type { Dots } from "../../www/view/dots";
import type { Compared } from "../../www/view/measures";
import { ShownPart, stubBrowser } from "./lib/parts";
import { endScenes, returned, type Scene, type Spectrum, scene } from "./lib/scripted-engine";
import { all, type Element, only, words } from "./lib/template";

/** The core's part in it: its numbers are the core's own tests'. */
const core = vi.hoisted(() => ({
  comparabilityOf: vi.fn((_candidates: unknown[]) => [] as { code: string; message: string }[]),
  caveatOf: vi.fn((models: number) => ({ code: "too_few_models", message: `${models} models.` })),
  distanceFromOne: (values: number[]) => values.map((value) => Math.abs(value - 1)),
  relationOf: vi.fn((values: number[], scores: number[]) => ({
    models: values.length,
    spearman: { value: values.length / 10, low: -1, high: 1 },
    kendall: scores.length > 2 ? { value: 0.5, low: null, high: null } : null,
  })),
  lineStyle: () => ({ colour: "#000", strokes: [] }),
  dotsPlot: vi.fn(),
  spectraPlot: vi.fn(),
  safeSvg: vi.fn(),
}));
vi.mock("../../www/engine/index", () => core);

stubBrowser();
const { comparedOf } = await import("../../www/view/measures");
const { orderOf } = await import("../../www/state/order");
await import("../../www/view/compare");

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

/** Results of these names, beside each other. */
async function sceneOf(spectra: Record<string, Spectrum>): Promise<Scene> {
  const one = await scene();
  const all = Object.entries(spectra).map(([name, spectrum]) =>
    returned(one.engine, name, { spectrum }),
  );
  one.workspace.receive(all, "report");
  return one;
}

const steps = {
  "step-500.npy": { alpha: 1.2, r2: 0.99, rankme: null, n: 160 },
  "step-5k.npy": { alpha: 0.8, r2: 0.9, rankme: 80, n: 130 },
  "step-50000.npy": { alpha: 1.1, r2: 0.95, rankme: 60, n: 120 },
};

const tableOf = (one: Scene): ShownPart => new ShownPart("eigen-compare", one.workspace);
const rows = (part: ShownPart): Element[] =>
  all(part.root, "tr").filter(({ attributes }) => "data-compared" in attributes);
const namesIn = (part: ShownPart): unknown[] =>
  rows(part).map(({ attributes }) => attributes["data-compared"]);
const linesOf = (one: Scene): Compared[] => comparedOf(one.datasets);
const orderIn = (one: Scene): Order => orderOf(one.datasets);

describe("the table", () => {
  test("is there from two spectra on", async () => {
    const one = await sceneOf({ a: {} });
    expect(all(tableOf(one).root, "table")).toEqual([]);
    await one.offer("unread.npy");
    expect(all(tableOf(one).root, "table")).toEqual([]);
    await one.engine.finish();
    expect(all(tableOf(one).root, "table")).toHaveLength(1);
  });

  test("has a row for each, by what tells its name apart, with its own numbers", async () => {
    const one = await sceneOf(steps);
    const part = tableOf(one);
    expect(namesIn(part)).toEqual(Object.keys(steps));
    const cells = rows(part).map((row) => [
      words(only(row, "button", { class: "link" })),
      ...all(row, "td").map(words).slice(0, -1),
    ]);
    expect(cells).toEqual([
      ["500", "500", "160", "128", "1.200 ± …", "0.990", "–", "1.00"],
      ["5k", "5,000", "130", "128", "0.800 ± …", "0.900", "80.0", "1.00"],
      ["50000", "50,000", "120", "128", "1.100 ± …", "0.950", "60.0", "1.00"],
    ]);
  });

  test("says how far α may be off, that this cannot be told, or that it is approximate", async () => {
    const uncertainty = { low: 0.9, high: 1.1 } as Uncertainty;
    const reason = { code: "needs_rows", message: "Rows are needed." };
    const one = await sceneOf({
      a: { outcome: { uncertainty } },
      b: { outcome: { uncertainty_reason: reason } },
      c: { outcome: { is_near: true } },
      d: { reason: { code: "too_few_ranks", message: "At least 3 ranks." } },
    });
    const alphas = rows(tableOf(one)).map((row) => words(all(row, "td")[2] as Element));
    expect(alphas).toEqual(["1.000 ± 0.100", "1.000 ± –", "≈ 1.000 ± …", "–"]);
  });

  test("has no column of places where names tell no order", async () => {
    const one = await sceneOf({ a: {}, b: {} });
    const part = tableOf(one);
    const sorts = all(part.root, "button").flatMap(
      ({ attributes }) => attributes["data-sort"] ?? [],
    );
    expect(sorts).toEqual(["name", "n", "d", "alpha", "r2", "rankme", "participation"]);
  });

  const sort = (part: ShownPart, by: string): unknown => {
    part.fire(only(part.root, "button", { "data-sort": by }), "click");
    const heads = all(part.root, "th", { scope: "col" });
    const head = heads.find((one) => all(one, "button", { "data-sort": by }).length > 0);
    return head?.attributes["aria-sort"];
  };

  test("is sorted up, down, and back to the order of the list", async () => {
    const one = await sceneOf(steps);
    const part = tableOf(one);
    expect(sort(part, "alpha")).toBe("ascending");
    expect(namesIn(part)).toEqual(["step-5k.npy", "step-50000.npy", "step-500.npy"]);
    expect(sort(part, "alpha")).toBe("descending");
    expect(namesIn(part)).toEqual(["step-500.npy", "step-50000.npy", "step-5k.npy"]);
    expect(sort(part, "alpha")).toBe("none");
    expect(namesIn(part)).toEqual(Object.keys(steps));
  });

  test("is sorted by another column from its beginning", async () => {
    const one = await sceneOf(steps);
    const part = tableOf(one);
    sort(part, "alpha");
    expect(sort(part, "n")).toBe("ascending");
    expect(namesIn(part)).toEqual(["step-50000.npy", "step-5k.npy", "step-500.npy"]);
    sort(part, "place");
    expect(namesIn(part)).toEqual(["step-500.npy", "step-5k.npy", "step-50000.npy"]);
    sort(part, "name");
    expect(namesIn(part)).toEqual(["step-5k.npy", "step-500.npy", "step-50000.npy"]);
  });

  test("has what is not known last, whichever way it is sorted", async () => {
    const one = await sceneOf(steps);
    const part = tableOf(one);
    sort(part, "rankme");
    expect(namesIn(part)).toEqual(["step-50000.npy", "step-5k.npy", "step-500.npy"]);
    sort(part, "rankme");
    expect(namesIn(part)).toEqual(["step-5k.npy", "step-50000.npy", "step-500.npy"]);
  });

  test("brings a dataset into view by its name, and leaves one out of the pictures by its line", async () => {
    const one = await sceneOf(steps);
    const part = tableOf(one);
    const row = (): Element => rows(part)[1] as Element;
    part.fire(only(row(), "button", { class: "link" }), "click");
    expect(one.selected).toBe("step-5k.npy");
    expect(rows(part).map(({ attributes }) => attributes["?data-current"])).toEqual([
      false,
      true,
      false,
    ]);
    part.fire(only(row(), "button", { class: "quiet line" }), "click");
    expect(one.of("step-5k.npy").isHidden).toBe(true);
    expect(only(row(), "button", { class: "quiet line" }).attributes["aria-pressed"]).toBe(false);
    const shown = (name: string): unknown[] =>
      (only(part.root, name).attributes[".lines"] as Compared[]).map(({ short }) => short);
    for (const picture of ["eigen-spectra", "eigen-trend", "eigen-predict"])
      expect(shown(picture)).toEqual(["500", "50000"]);
    expect(namesIn(part)).toHaveLength(3);
    part.fire(only(row(), "button", { class: "quiet line" }), "click");
    expect(shown("eigen-spectra")).toEqual(["500", "5k", "50000"]);
  });

  test("has the name, the place, the line, the order and the removal of each under ⋯", async () => {
    const one = await sceneOf(steps);
    const part = tableOf(one);
    const open = (at: number): void => {
      part.fire(only(rows(part)[at] as Element, "button", { class: "quiet adorn" }), "click");
    };
    const form = (): Element => only(part.root, "form", { class: "adornment" });
    open(2);
    part.fire(only(form(), "input", { name: "place" }), "change", { value: "60000" });
    expect(one.of("step-50000.npy").place).toBe(60_000);
    part.fire(only(form(), "input", { name: "place" }), "change", { value: " " });
    expect(one.of("step-50000.npy").place).toBeNull();
    part.fire(only(form(), "input", { "aria-label": "plum, dotted" }), "change");
    // The sixth colour, the third way.
    expect(one.of("step-50000.npy").style).toBe(17);
    expect(only(form(), "button", { name: "down" }).attributes["?disabled"]).toBe(true);
    part.fire(only(form(), "button", { name: "up" }), "click");
    expect(namesIn(part)).toEqual(["step-500.npy", "step-50000.npy", "step-5k.npy"]);
    part.fire(only(form(), "input", { name: "rename" }), "change", { value: " the last " });
    expect(namesIn(part)).toEqual(["step-500.npy", "the last", "step-5k.npy"]);
    part.fire(only(form(), "button", { name: "remove" }), "click");
    expect(namesIn(part)).toEqual(["step-500.npy", "step-5k.npy"]);
    expect(all(part.root, "form")).toEqual([]);
  });

  test("is followed by what keeps those in the pictures from being compared", async () => {
    core.comparabilityOf.mockReturnValue([{ code: "different_n", message: "n differs." }]);
    const one = await sceneOf({ ...steps, none: { reason: { code: "x", message: "x" } } });
    one.workspace.adorn(one.id("step-500.npy"), { isHidden: true });
    const part = tableOf(one);
    const [warning] = all(only(part.root, "ul", { class: "warnings" }), "li");
    expect([warning?.attributes["data-code"], words(warning as Element)]).toEqual([
      "different_n",
      "n differs.",
    ]);
    expect(core.comparabilityOf.mock.lastCall?.[0]).toMatchObject([
      { n: 130, d: 128, dropped_components: 0, window: [11, 100] },
      { n: 120, window: [11, 100] },
      { n: 160, window: null },
    ]);
    core.comparabilityOf.mockReturnValue([]);
    expect(all(part.root, "ul", { class: "warnings" })).toEqual([]);
  });

  test("goes with eigenvalues over their sum, or as they are", async () => {
    const one = await sceneOf(steps);
    const part = tableOf(one);
    expect(only(part.root, "eigen-spectra").attributes[".bySum"]).toBe(true);
    part.fire(only(part.root, "input", { name: "by-sum", value: "raw" }), "change");
    expect(only(part.root, "eigen-spectra").attributes[".bySum"]).toBe(false);
  });
});

describe("the trend", () => {
  const trend = (one: Scene): ShownPart =>
    new ShownPart("eigen-trend", one.workspace, { lines: linesOf(one), order: orderIn(one) });
  const shown = (part: ShownPart): Dots =>
    only(part.root, "eigen-dots").attributes[".shown"] as Dots;

  test("is α against what the names tell, with its interval where that is known", async () => {
    const uncertainty = { low: 0.7, high: 0.9 } as Uncertainty;
    const one = await sceneOf({
      ...steps,
      "step-5k.npy": { alpha: 0.8, outcome: { uncertainty } },
    });
    const { kind, x, y, isAlpha, dots } = shown(trend(one));
    expect([kind, x, y, isAlpha]).toEqual(["trend", "step", "α", true]);
    expect(dots.map((dot) => [dot.name, dot.x, dot.y, dot.interval, dot.isStrong])).toEqual([
      ["500", 500, 1.2, null, true],
      ["5k", 5000, 0.8, [0.7, 0.9], false],
      ["50000", 50_000, 1.1, null, false],
    ]);
    expect(dots[1]?.words()).toBe("5k · step 5000 · α 0.800 (95 %: 0.700 to 0.900)");
  });

  test("can be of another measure, and leaves out datasets without a place or a value", async () => {
    const uncertainty = { low: 0.7, high: 0.9 } as Uncertainty;
    const known = { rankme: 80, outcome: { uncertainty } };
    const one = await sceneOf({ ...steps, "step-5k.npy": known, "noise.npy": {} });
    const part = trend(one);
    part.fire(only(part.root, "select"), "change", { value: "rankme" });
    const { y, isAlpha, dots } = shown(part);
    expect([y, isAlpha, dots.map(({ name }) => name)]).toEqual([
      "RankMe",
      false,
      ["step-5k", "step-50000"],
    ]);
    // The interval is that of α.
    expect(dots.map(({ interval }) => interval)).toEqual([null, null]);
    expect(words(part.root)).toMatch(/2 without a place or a value are left out/);
  });

  test("asks for places where the names tell none", async () => {
    const one = await sceneOf({ a: {}, b: {} });
    const part = trend(one);
    expect(all(part.root, "eigen-dots")).toEqual([]);
    expect(words(part.root)).toMatch(/The names tell no order/);
    one.workspace.adorn(one.id("a"), { place: 2 });
    one.workspace.adorn(one.id("b"), { place: 1 });
    expect(shown(trend(one)).dots.map(({ x }) => x)).toEqual([2, 1]);
  });
});

describe("whether anything predicts the scores", () => {
  const predict = (one: Scene): ShownPart =>
    new ShownPart("eigen-predict", one.workspace, { lines: linesOf(one) });
  const relations = (part: ShownPart): string[][] =>
    all(part.root, "tr")
      .filter(({ attributes }) => "data-relation" in attributes)
      .map((row) => [String(row.attributes["data-relation"]), ...all(row, "td").map(words)]);

  test("is asked with the names of the datasets", async () => {
    const one = await sceneOf(steps);
    const field = only(predict(one).root, "textarea");
    expect(field.attributes.placeholder).toBe("step-500.npy, 0.71\nstep-5k.npy, 0.71");
  });

  test("says how many have a score, and which have none", async () => {
    const one = await sceneOf(steps);
    one.workspace.score('name,score\n"step-500.npy",0.5\nstep-5k.npy;0.6');
    const said = words(predict(one).root);
    expect(said).toMatch(/2 datasets with a score, of 3\./);
    expect(said).toMatch(/None for step-50000\.npy\./);
    expect(one.datasets).toHaveLength(3);
  });

  test("names three of those without a score, and counts the others", async () => {
    const one = await sceneOf({ a: {}, b: {}, c: {}, d: {}, e: {} });
    one.workspace.score("a,1");
    const said = words(predict(one).root);
    expect(said).toMatch(/1 dataset with a score, of 5\./);
    expect(said).toMatch(/None for b, c, d and 1 more\./);
    // One alone goes with nothing.
    expect(relations(predict(one))).toEqual([]);
  });

  test("finds a relation for each measure, |α − 1| beside α, one after another", async () => {
    const one = await sceneOf(steps);
    one.workspace.score("step-500,0.5\nstep-5k,0.6\nstep-50000,0.7");
    const part = predict(one);
    expect(relations(part).map(([name, rho]) => [name, rho])).toEqual(
      ["alpha", "distance", "r2", "rankme", "participation", "effective", "stable"].map((name) => [
        name,
        "…",
      ]),
    );
    expect(core.relationOf).not.toHaveBeenCalled();
    await vi.runAllTimersAsync();
    const found = relations(part);
    expect(found[0]).toEqual(["alpha", "0.30 −1.00 to 1.00", "0.50", "3"]);
    expect(core.relationOf.mock.calls[0]).toEqual([
      [1.2, 0.8, 1.1],
      [0.5, 0.6, 0.7],
    ]);
    const [distances] = core.relationOf.mock.calls[1] ?? [[]];
    expect(distances.map((value) => value.toFixed(1))).toEqual(["0.2", "0.2", "0.1"]);
    // Of a measure that one of them does not have, it is of the others.
    expect(found[3]).toEqual(["rankme", "0.20 −1.00 to 1.00", "–", "2"]);
    expect(core.relationOf.mock.calls[3]).toEqual([
      [80, 60],
      [0.6, 0.7],
    ]);
    expect(words(part.root)).toMatch(/3 models\./);
  });

  test("is found anew only where numbers have changed, and once they rest", async () => {
    const one = await sceneOf(steps);
    one.workspace.score("step-500,0.5\nstep-5k,0.6\nstep-50000,0.7");
    const part = predict(one);
    void part.root;
    await vi.runAllTimersAsync();
    const before = core.relationOf.mock.calls.length;
    void part.root;
    await vi.runAllTimersAsync();
    expect(core.relationOf.mock.calls.length).toBe(before);
    one.workspace.score("step-500,0.5\nstep-5k,0.6\nstep-50000,0.8");
    void part.root;
    await vi.advanceTimersByTimeAsync(199);
    expect(core.relationOf.mock.calls.length).toBe(before);
    await vi.runAllTimersAsync();
    expect(core.relationOf.mock.calls.length).toBe(2 * before);
  });

  test("can be asked with other scores", async () => {
    const one = await sceneOf(steps);
    one.workspace.score("step-500,0.5");
    const part = predict(one);
    part.fire(only(part.root, "button", { name: "other-scores" }), "click");
    expect(one.workspace.state.scores).toBeNull();
    expect(all(part.root, "textarea")).toHaveLength(1);
  });

  test("is asked by the name of the files, too, where a dataset has another", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    one.workspace.adorn(one.id("a.npy"), { name: "mine" });
    one.workspace.score("a,1\nb,2");
    expect(words(predict(one).root)).toMatch(/2 datasets with a score, of 2\./);
  });
});
