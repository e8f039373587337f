// What is said while the engine works: how far it has got, what waits, and the ways out.

import "./lib/page-globals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Progress } from "../../www/engine/types";
import { ShownPart, stubBrowser } from "./lib/parts";
import { endScenes, type Scene, ScriptedAnalysis, scene } from "./lib/scripted-engine";
import { all, type Element, only, words } from "./lib/template";

stubBrowser();
await import("../../www/view/progress");
await import("../../www/view/list");

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

const progress: Progress = {
  stage: "reading",
  onGpu: false,
  rows: 1_234_567,
  rowsTotal: 10_000_000,
  bytes: 0,
  bytesTotal: 30e9,
  bytesPerSecond: 512.3e6,
  secondsLeft: 75,
};

describe("the bar of progress", () => {
  const bar = (one: Scene): ShownPart => new ShownPart("eigen-progress", one.workspace);
  const said = (one: Scene): string => words(only(bar(one).root, "p"));
  const value = (one: Scene): unknown[] => {
    const { max, ".value": now } = only(bar(one).root, "progress").attributes;
    return [Number(now), Number(max)];
  };

  test("is there only while the engine works for a dataset", async () => {
    const one = await scene();
    expect(all(bar(one).root, "section")).toEqual([]);
    await one.offer("a.npy");
    expect(all(bar(one).root, "section")).toHaveLength(1);
    await one.engine.finish();
    expect(all(bar(one).root, "section")).toEqual([]);
  });

  test("says the rows, the speed and the time that is left", async () => {
    const one = await scene();
    await one.offer("endless.npy");
    one.engine.reading.events.onProgress(progress);
    expect(said(one)).toMatch(
      /^endless\.npy 1,234,567 of 10,000,000 rows 512 MB\/s 1 min 15 s left Cancel/,
    );
    expect(value(one)).toEqual([1_234_567 / 1e7, 1]);
    one.engine.reading.events.onProgress({ ...progress, onGpu: true, secondsLeft: null });
    expect(said(one)).toMatch(/rows on the GPU 512 MB\/s Cancel/);
  });

  test("says the part of the eigenvalues that is computed, once that takes a while", async () => {
    const one = await scene();
    await one.offer("wide.npy");
    const { events } = one.engine.reading;
    events.onProgress({ ...progress, stage: "eigenvalues", rows: 3200, rowsTotal: 3200 });
    expect(said(one)).toMatch(/all 3,200 rows read, computing eigenvalues Cancel/);
    events.onSolving(0.375);
    expect(said(one)).toMatch(/all 3,200 rows read, computing eigenvalues, 38 % Cancel/);
    expect(value(one)).toEqual([0.375, 1]);
  });

  test("says what comes before there are rows: opening, and how much is unpacked", async () => {
    const one = await scene();
    await one.offer("a.npz");
    expect(said(one)).toMatch(/^a\.npz opening Cancel/);
    one.engine.reading.events.onUnpacked(1.2e6, 4.8e6);
    expect(said(one)).toMatch(/unpacking, 1\.2 MB of 4\.8 MB/);
    expect(value(one)).toEqual([0.25, 1]);
    // A matrix that was given has no rows at all.
    one.engine.reading.events.onSolving(0.5);
    expect(said(one)).toMatch(/^a\.npz computing eigenvalues, 50 %/);
  });

  test("counts the files of a queue, over all of which it goes", async () => {
    const one = await scene();
    const names = Array.from({ length: 60 }, (_, i) => `step${i}.npy`);
    await one.offer(...names);
    expect(said(one)).toMatch(/^1 of 60 step0\.npy/);
    expect(value(one)).toEqual([0, 60]);
    await one.engine.answer();
    one.engine.reading.events.onProgress({ ...progress, rows: 5_000_000 });
    expect(said(one)).toMatch(/^2 of 60 step1\.npy/);
    expect(value(one)).toEqual([1.5, 60]);
  });

  test("counts what is read again along with what else waits", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    await one.offer("b.npy");
    one.workspace.runAgain(one.id("a.npy"));
    expect(said(one)).toMatch(/^1 of 2 b\.npy/);
    await one.engine.answer();
    expect(said(one)).toMatch(/^2 of 2 a\.npy/);
  });

  test("offers to cancel what is under way, and all where more waits", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    const part = bar(one);
    part.fire(only(part.root, "button", { name: "cancel" }), "click");
    expect(one.statuses).toEqual(["cancelled", "running", "waiting"]);
    part.fire(only(part.root, "button", { name: "cancel-all" }), "click");
    expect(one.statuses).toEqual(["cancelled", "cancelled", "cancelled"]);
    one.workspace.runAgain(one.id("a.npy"));
    expect(all(part.root, "button", { name: "cancel-all" })).toEqual([]);
  });

  test("says how much of what follows the first answer is computed, and can end that", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.answer();
    expect(said(one)).toMatch(/^a\.npy computing Cancel/);
    one.engine.studying.onProgress({ done: 3, total: 20 });
    expect(said(one)).toMatch(/^a\.npy computing 3 of 20 Cancel/);
    expect(value(one)).toEqual([3, 20]);
    const part = bar(one);
    part.fire(only(part.root, "button", { name: "cancel" }), "click");
    expect(one.of("a.npy").studying).toBeNull();
  });
});

describe("the list", () => {
  const list = (one: Scene): ShownPart => new ShownPart("eigen-list", one.workspace);
  const entries = (one: Scene): Element[] => all(list(one).root, "li", { "data-name": "dataset" });
  const facts = (one: Scene): string[] =>
    entries(one).map((entry) => words(only(entry, "span", { class: "entry-facts" })));

  test("says of each what has become of it", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy", "d.npy");
    await one.engine.answer({ spectrum: { n: 3000, d: 384, alpha: 0.98765 } });
    await one.engine.refuse("truncated_data");
    one.workspace.cancel(one.id("d.npy"));
    expect(entries(one).map(({ attributes }) => attributes["data-state"])).toEqual([
      "done",
      "error",
      "running",
      "cancelled",
    ]);
    const [done, error, running, cancelled] = facts(one);
    expect(done).toMatch(/^3,000 × 384 α 0\.988$/);
    expect([error, running, cancelled]).toEqual(["not read", "reading", "Cancelled"]);
  });

  test("shows the first α while rows still stream, and the shape before that", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const { events } = one.engine.reading;
    events.onOpen({ n: 160, d: 128 } as never);
    expect(facts(one)).toEqual(["160 × 128 reading"]);
    const early = new ScriptedAnalysis(one.engine, "so far", { n: 40, alpha: 0.5 });
    events.onProvisional(early);
    expect(facts(one)).toEqual(["40 × 128 α 0.500"]);
  });

  test("has a way out of each that waits or runs, and of no other", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    await one.engine.answer();
    const part = list(one);
    const cancel = (name: string): Element[] =>
      all(part.root, "button", { "aria-label": `Cancel ${name}` });
    expect(["a.npy", "b.npy", "c.npy"].map((name) => cancel(name).length)).toEqual([0, 1, 1]);
    part.fire(cancel("c.npy")[0] as Element, "click");
    expect(one.statuses).toEqual(["done", "running", "cancelled"]);
    part.fire(only(part.root, "button", { name: "again" }), "click");
    expect(one.statuses).toEqual(["done", "running", "waiting"]);
  });

  test("says why a file was not read, without its name, which stands above", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await one.engine.refuse("truncated_data", "a.npy: 100 bytes are missing.");
    await one.engine.refuse("file_changed", "It has changed.");
    const alerts = all(list(one).root, "p", { role: "alert" });
    expect(alerts.map(({ attributes }) => attributes["data-code"])).toEqual([
      "truncated_data",
      "file_changed",
    ]);
    expect(alerts.map(words)).toEqual(["100 bytes are missing.", "It has changed."]);
  });

  test.each([
    ["non_finite", 1],
    ["float16_overflow", 1],
    ["truncated_data", 0],
  ])(
    "offers after %s to skip those rows %d times, and always to try again",
    async (code, skips) => {
      const one = await scene();
      await one.offer("a.npy");
      await one.engine.refuse(code);
      const part = list(one);
      expect(all(part.root, "button", { name: "skip-rows" })).toHaveLength(skips);
      expect(words(only(part.root, "button", { name: "again" }))).toBe("Try again");
      const [button] = all(part.root, "button", { name: skips ? "skip-rows" : "again" });
      part.fire(button as Element, "click");
      expect(one.engine.reading.options.nonFinite).toBe(skips ? "skip" : "refuse");
    },
  );

  test("offers nothing of the kind for what is done", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    expect(all(list(one).root, "button", { name: "again" })).toEqual([]);
    expect(all(list(one).root, "button", { name: "skip-rows" })).toEqual([]);
  });

  test("says that there is no α where there is none", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const reason = { code: "too_few_ranks", message: "At least 3 ranks." };
    await one.engine.finish({ spectrum: { n: 9, d: 4, reason } });
    expect(facts(one)).toEqual(["9 × 4 no α"]);
  });

  test("asks in the entry itself which array is meant, or what a matrix is", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    one.workspace.chooseAgain(one.id("a.npy"));
    one.workspace.askWhichAgain(one.id("b.npy"));
    const [first, second] = entries(one) as [Element, Element];
    expect(only(first, "eigen-chooser").attributes[".of"]).toBe(one.of("a.npy"));
    expect(only(second, "eigen-which").attributes[".of"]).toBe(one.of("b.npy"));
    const [array, matrix] = facts(one);
    expect([array, matrix]).toEqual(["160 × 128 several arrays", "160 × 128 what is it?"]);
  });
});

describe("why something is not there yet", () => {
  test("follows the engine from the rows to the end", async () => {
    const { pending } = await import("../../www/view/pending");
    const one = await scene();
    const said = (name = "a.npy"): string => pending(one.workspace, one.of(name));
    await one.offer("a.npy", "b.npy");
    expect(said()).toBe("computed once all rows are read");
    await one.engine.answer();
    expect(said()).toBe("waits for its turn");
    await one.engine.answer();
    expect(said()).toBe("computing");
    one.engine.studying.onProgress({ done: 3, total: 2000 });
    expect(said()).toBe("computing 3 of 2,000");
    await one.engine.finish();
    expect(said()).toBe("has no value for these features");
    one.of("a.npy").study?.release();
    expect(said()).toBe("not computed: run this dataset again");
  });

  test("is that what was given has no rows, where that is so", async () => {
    const { pending } = await import("../../www/view/pending");
    const one = await scene();
    await one.offer("eigenvalues.csv");
    await one.engine.finish({ spectrum: { given: "eigenvalues" } });
    expect(pending(one.workspace, one.of("eigenvalues.csv"))).toBe("takes the rows themselves");
  });
});
