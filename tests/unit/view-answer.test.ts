// The answer and its facts: α with what limits it, a reason where there is none, and what can be done with it.

import "./lib/page-globals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ArrayInfo, Facts, Preparation, Refusal, SourceInfo } from "../../www/engine/types";
import { standardPreparation } from "../../www/state/state";
import { ShownPart, stubBrowser } from "./lib/parts";
import {
  endScenes,
  returned,
  type Scene,
  ScriptedAnalysis,
  type Spectrum,
  scene,
} from "./lib/scripted-engine";
import { all, only, words } from "./lib/template";

vi.mock("../../www/engine/index", () => ({ safeSvg: vi.fn() }));

stubBrowser();
const { convention } = await import("../../www/view/choices");
await import("../../www/view/readout");
await import("../../www/view/facts");

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

const standardized: Preparation = { ...standardPreparation, standardized: true };

/** What the core says of features beside its numbers. */
const facts = {
  format: "npy",
  array: "",
  columns: "",
  labels: [],
  dtype: "float32",
  order: "C",
  total_variance: 1,
  zero_variance_columns: 0,
  skipped_rows: 0,
  method: "covariance",
  engine: "cpu",
  adapter: null,
  gpu_rows: 0,
  precision: "exact",
  instruction_set: "wasm",
  workers: 2,
  engine_reason: { code: "small", message: "It is small." },
  notes: [],
} satisfies Partial<Facts>;
const outcome = { reading: [], alpha_of_n: null, bias: null } as Spectrum["outcome"];
const spectrum = (more: Spectrum = {}): Spectrum => ({
  ...more,
  facts: { ...facts, ...more.facts },
  outcome: { ...outcome, ...more.outcome },
});

const readout = (one: Scene): ShownPart => new ShownPart("eigen-readout", one.workspace);
const sheet = (one: Scene): ShownPart => new ShownPart("eigen-facts", one.workspace);

describe("how features were prepared", () => {
  test.each<[Preparation, number, string]>([
    [standardPreparation, 0, ""],
    [{ ...standardPreparation, centred: false }, 0, "not centred"],
    [{ ...standardPreparation, unit_rows: true }, 0, "unit rows"],
    [standardized, 0, "standardized"],
    [
      { centred: false, unit_rows: true, standardized: true },
      0,
      "not centred, unit rows, standardized",
    ],
    [standardPreparation, 1, "without the first component"],
    [standardized, 2, "standardized, without the first 2 components"],
  ])("is said only where it is not as usual: %j, %d", (preparation, dropped, said) => {
    expect(convention(preparation, dropped)).toBe(said);
  });
});

describe("the read-out", () => {
  test("is nothing before there is anything to say", async () => {
    const one = await scene();
    expect(words(readout(one).root)).toBe("");
    await one.offer("a.npy");
    expect(words(readout(one).root)).toBe("");
    await one.engine.refuse("bad_header");
    expect(words(readout(one).root)).toBe("");
  });

  test("is α with its window, its weights and R²", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.finish({ spectrum: spectrum({ alpha: 0.98765, r2: 0.9996 }) });
    const { root } = readout(one);
    expect(words(only(root, "data", { "data-name": "alpha" }))).toBe("0.988");
    expect(only(root, "data", { "data-name": "alpha" }).attributes.value).toBe("0.98765");
    const line = words(only(root, "p", { class: "fit-line" }));
    expect(line).toMatch(/11–100/);
    expect(line).toMatch(/0\.9996/);
    expect(all(root, "p", { "data-name": "convention" })).toEqual([]);
    expect(all(root, "p", { "data-name": "clipped" })).toEqual([]);
  });

  test("says the window that was asked for where it was cut", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const fit = { alpha: 1, r2: 1, first: 11, last: 64, weight: "1/k", clipped_from: [11, 100] };
    await one.engine.finish({ spectrum: spectrum({ outcome: { fit } as never }) });
    const { root } = readout(one);
    expect(words(only(root, "p", { class: "fit-line" }))).toMatch(/11–64/);
    expect(words(only(root, "p", { "data-name": "clipped" }))).toMatch(/11–100/);
  });

  test("has a reason instead of a number where there is no fit", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const reason = { code: "too_few_ranks", message: "A line takes at least 3 ranks." };
    await one.engine.finish({ spectrum: spectrum({ reason }) });
    const { root } = readout(one);
    expect(all(root, "data", { "data-name": "alpha" })).toEqual([]);
    expect(words(only(root, "p", { "data-name": "reason", "data-code": "too_few_ranks" }))).toBe(
      "A line takes at least 3 ranks.",
    );
  });

  test("says the preparation where it is not as usual, and that its spectrum is being computed", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.finish({ spectrum: spectrum() });
    one.workspace.prepare(standardized, 0);
    const said = (name: string): string =>
      words(only(readout(one).root, "p", { "data-name": name }));
    expect(said("convention")).toBe("standardized");
    expect(said("withheld")).toMatch(/is being computed/);
    await one.engine.finish();
    expect(said("convention")).toBe("standardized");
    expect(all(readout(one).root, "p", { "data-name": "withheld" })).toEqual([]);
  });

  test("offers to read the files again where the sums were freed", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.finish({ spectrum: spectrum() });
    one.of("a.npy").study?.release();
    one.workspace.prepare(standardized, 0);
    one.workspace.cancel();
    const part = readout(one);
    expect(only(part.root, "p", { "data-code": "sums_let_go" })).toBeDefined();
    part.fire(only(part.root, "button"), "click");
    expect(one.engine.busy).toBe("read a.npy");
    expect(one.engine.reading.options.unitRows).toBe("auto");
  });

  test.each([
    ["as many rows as columns", { n: 160, d: 128 }, 1],
    ["fewer rows than columns", { n: 100, d: 128 }, 0],
  ])(
    "offers to sum rows at unit length after all with %s: %o, %d times",
    async (_words, size, count) => {
      const unit: Preparation = { ...standardPreparation, unit_rows: true };
      const refusal: Refusal = { code: "not_summed", message: "They were not summed." };
      const one = await scene();
      await one.offer("a.npy");
      one.engine.reading.events.onOpen(size as SourceInfo);
      await one.engine.finish({ spectrum: spectrum(), refused: [[unit, refusal]] });
      one.workspace.prepare(unit, 0);
      const part = readout(one);
      expect(words(only(part.root, "p", { "data-code": "not_summed" }))).toBe(
        "They were not summed.",
      );
      const buttons = all(part.root, "button");
      expect(buttons).toHaveLength(count);
      for (const button of buttons) {
        await one.engine.finish();
        part.fire(button, "click");
        expect(one.engine.reading.options.unitRows).toBe("always");
      }
    },
  );

  test("of a link says how far α may be off in a window that is not the link's", async () => {
    const one = await scene();
    const approximate = { points: 100, of: 384, alpha_error: 0.0123 };
    const near = spectrum({ outcome: { approximate, is_near: true } });
    one.workspace.receive([returned(one.engine, "near", { spectrum: near })], "link");
    const said = words(only(readout(one).root, "p", { "data-name": "approximate" }));
    expect(said).toMatch(/100 of 384 eigenvalues/);
    expect(said).toMatch(/0\.012/);
    expect(said).toMatch(/11–100/);
    const exact = spectrum({ outcome: { approximate, is_near: false } });
    one.workspace.receive([returned(one.engine, "exact", { spectrum: exact })], "link");
    expect(all(readout(one).root, "p", { "data-name": "approximate" })).toEqual([]);
  });

  test("is provisional while rows stream, and says of how many it is", async () => {
    const one = await scene();
    await one.offer("a.npy");
    one.engine.reading.events.onOpen({ n: 160, d: 128 } as SourceInfo);
    const early = spectrum({ n: 40, provisional: true });
    one.engine.reading.events.onProvisional(new ScriptedAnalysis(one.engine, "so far", early));
    const { root } = readout(one);
    expect(only(root, "section").attributes["?data-provisional"]).toBe(true);
    expect(words(only(root, "p", { "data-name": "provisional" }))).toBe(
      "Provisional: 40 of 160 rows.",
    );
    // What is provisional is not saved.
    expect(all(sheet(one).root, "button", { name: "json" })).toEqual([]);
    await one.engine.answer({ spectrum: spectrum({ provisional: false }) });
    expect(only(readout(one).root, "section").attributes["?data-provisional"]).toBe(false);
    expect(all(sheet(one).root, "button", { name: "json" })).toHaveLength(1);
  });
});

describe("the facts", () => {
  const has = (one: Scene, name: string): boolean =>
    all(sheet(one).root, "button", { name }).length === 1;

  test("have the moments while the sums are kept, and nothing else is to be computed", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.answer({ spectrum: spectrum() });
    expect(has(one, "moments")).toBe(false);
    await one.engine.finish();
    expect(has(one, "moments")).toBe(true);
    one.of("a.npy").study?.release();
    expect(has(one, "moments")).toBe(false);
  });

  test("have no moments of features with fewer rows than columns", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.finish({ spectrum: spectrum({ facts: { method: "dual" } }) });
    expect(has(one, "moments")).toBe(false);
  });

  test("offer to run again only with another engine than the one it ran with", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.finish({ spectrum: spectrum() });
    expect(has(one, "again")).toBe(false);
    one.workspace.setSettings({ engine: "fast" });
    const part = sheet(one);
    part.fire(only(part.root, "button", { name: "again" }), "click");
    expect(one.engine.reading.options.engine).toBe("fast");
    await one.engine.finish({ spectrum: spectrum() });
    expect(has(one, "again")).toBe(false);
  });

  test("offer another array where a file has several matrices", async () => {
    const array = (name: string, is_matrix = true) => ({ name, is_matrix }) as ArrayInfo;
    const several = [array("features"), array("gradients"), array("labels", false)];
    for (const [arrays, isOffered] of [
      [several, true],
      [[array("features"), array("labels", false)], false],
    ] as const) {
      const one = await scene();
      await one.offer("a.npz");
      one.engine.reading.events.onOpen({ arrays } as Partial<SourceInfo> as SourceInfo);
      const labels = [{ name: "labels", dtype: "int64" }];
      const more = { array: "features", format: "npz", columns: "f0…f9 (10 columns)", labels };
      await one.engine.finish({ spectrum: spectrum({ facts: more }) });
      expect(has(one, "other-array")).toBe(isOffered);
      const { root } = sheet(one);
      expect(words(only(root, "span", { "data-name": "array" }))).toBe("features");
      expect(words(only(root, "span", { "data-name": "columns" }))).toBe("f0…f9 (10 columns)");
      expect(words(only(root, "span", { "data-name": "labels" }))).toBe("labels (int64)");
    }
  });

  test.each([
    ["eigenvalues", true],
    ["covariance", true],
    ["moments", false],
    ["features", false],
  ] as const)("of %s can be said otherwise: %s", async (given, isOffered) => {
    const one = await scene();
    await one.offer("a.npy");
    const more = { given, facts: { method: "given" as const } };
    await one.engine.finish({ spectrum: spectrum(more) });
    expect(has(one, "other-which")).toBe(isOffered);
  });

  test("of results say where they came from, and cannot be run again", async () => {
    const one = await scene();
    one.workspace.receive([returned(one.engine, "a", { spectrum: spectrum() })], "link");
    one.workspace.setSettings({ engine: "fast" });
    expect(has(one, "again")).toBe(false);
    const from = (): string => words(only(sheet(one).root, "p", { "data-name": "returned" }));
    expect(from()).toMatch(/^From a link/);
    one.workspace.receive([returned(one.engine, "b", { spectrum: spectrum() })], "report");
    expect(from()).toMatch(/^From a saved Report/);
  });
});
