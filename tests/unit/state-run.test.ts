// A run: what the state knows of it while rows stream, how it ends, and that an error ends nothing else.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Progress, SourceInfo } from "../../www/engine/types";
import { AnalysisError } from "../../www/engine/types";
import { nothingAsked, shownAnalysis } from "../../www/state/dataset";
import { pageState, runningDataset, selectedDataset } from "../../www/state/state";
import {
  endScenes,
  file,
  type Scene,
  ScriptedAnalysis,
  type ScriptedStudy,
  scene,
  turn,
} from "./lib/scripted-engine";

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
  rows: 40,
  rowsTotal: 160,
  bytes: 40,
  bytesTotal: 160,
  bytesPerSecond: 1,
  secondsLeft: 3,
};

const soFar = ({ engine }: Scene, n: number, alpha = 0.5): ScriptedAnalysis =>
  new ScriptedAnalysis(engine, `${n} rows`, { provisional: true, n, alpha });

describe("what the engine is asked for", () => {
  test("is a file's only array, of which nothing is said, with the usual settings", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const { files, options } = one.engine.reading;
    expect(files.map(({ name }) => name)).toEqual(["a.npy"]);
    expect(options).toEqual({
      engine: "auto",
      array: null,
      asked: { given: null, n: null, d: null, centred: null },
      nonFinite: "refuse",
      workers: 0,
      unitRows: "auto",
    });
  });

  test("follows the settings of the moment in which it begins", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    one.workspace.setSettings({ engine: "exact", workers: 2 });
    expect(one.of("a.npy").engine).toBe("auto");
    await one.engine.answer();
    const { engine, workers } = one.engine.reading.options;
    expect([engine, workers]).toEqual(["exact", 2]);
    expect(one.of("b.npy").engine).toBe("exact");
    expect(one.of("a.npy").engine).toBe("auto");
  });

  test("is what a program or a lesson says of its file", async () => {
    const one = await scene();
    const asked = { ...nothingAsked, given: "covariance" as const, n: 500 };
    const id = one.workspace.take(file("made.npz"), "weights", asked);
    expect(one.id("made.npz")).toBe(id);
    expect(one.engine.reading.options).toMatchObject({ array: "weights", asked });
  });

  test("may skip rows that are not finite, and sum rows at unit length, where the person wants that", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.refuse("non_finite");
    one.workspace.runAgain(one.id("a.npy"), { nonFinite: "skip" });
    expect(one.engine.reading.options).toMatchObject({ nonFinite: "skip", unitRows: "auto" });
    await one.engine.answer();
    await one.engine.studying.settle();
    one.workspace.runAgain(one.id("a.npy"), { unitRows: "always" });
    // What was said before still holds.
    expect(one.engine.reading.options).toMatchObject({ nonFinite: "skip", unitRows: "always" });
  });

  test("a list of files of its own, which it may change", async () => {
    const one = await scene();
    await one.offer("a.npy");
    (one.engine.reading.files as File[]).pop();
    expect(one.of("a.npy").files).toHaveLength(1);
  });
});

describe("while rows stream", () => {
  test("the shape, the rows and a provisional spectrum are in the state as soon as the engine reports them", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const { events } = one.engine.reading;
    expect(one.announcements.at(-1)).toBe("Reading a.npy.");
    const info = { n: 160, d: 128 } as SourceInfo;
    events.onOpen(info);
    events.onProgress(progress);
    const early = soFar(one, 40);
    events.onProvisional(early);
    const { info: known, progress: rows, provisional, outcome, status } = one.of("a.npy");
    expect([known, rows, provisional, status]).toEqual([info, progress, early, "running"]);
    expect(outcome?.fit).toMatchObject({ alpha: 0.5, first: 11, last: 100 });
    expect(runningDataset(one.workspace.state)?.name).toBe("a.npy");
  });

  test("each provisional spectrum takes the place of the one before, which is freed a second later", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const { events } = one.engine.reading;
    const [first, second] = [soFar(one, 40), soFar(one, 80, 0.75)];
    events.onProvisional(first);
    events.onProvisional(second);
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(0.75);
    await vi.advanceTimersByTimeAsync(999);
    expect(first.isFreed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect([first.isFreed, second.isFreed]).toEqual([true, false]);
  });

  test("the window can move, and the provisional spectrum follows", async () => {
    const one = await scene();
    await one.offer("a.npy");
    one.engine.reading.events.onProvisional(soFar(one, 40));
    one.workspace.setWindow({ first: 4, last: 50 });
    expect(one.of("a.npy").outcome?.fit).toMatchObject({ first: 4, last: 50 });
  });

  test("a page that is done shows α of all rows, in every state on the way", async () => {
    const one = await scene();
    const seen: string[] = [];
    one.workspace.subscribe(() => {
      const dataset = selectedDataset(one.workspace.state);
      if (!dataset || pageState(one.workspace.state) !== "done") return;
      const of = shownAnalysis(dataset) as ScriptedAnalysis | null;
      const alphas = [dataset.outcome?.fit?.alpha, dataset.report?.fit?.alpha];
      seen.push(`${of?.spectrum.provisional} ${alphas.join(" ")}`);
    });
    await one.offer("a.npy");
    one.engine.reading.events.onProvisional(soFar(one, 40));
    await one.engine.answer({ spectrum: { alpha: 1.25, provisional: false } });
    expect([...new Set(seen)]).toEqual(["false 1.25 1.25"]);
    expect(one.of("a.npy").provisional).toBeNull();
    expect(one.announcements).toContain("a.npy is done.");
  });

  test("once it is done nothing of the run is left", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const { events } = one.engine.reading;
    events.onUnpacked(1, 2);
    events.onProgress({ ...progress, stage: "eigenvalues" });
    events.onSolving(0.7);
    const early = soFar(one, 40);
    events.onProvisional(early);
    await one.engine.answer();
    const { progress: rows, solved, provisional } = one.of("a.npy");
    expect([rows, solved, provisional]).toEqual([null, null, null]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(early.isFreed).toBe(true);
  });
});

describe("an error", () => {
  test("is shown with its code and sentence, and the next file is read", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await one.engine.refuse("truncated_data", "a.npy: 100 bytes are missing.");
    const { status, failure, study, analysis, outcome } = one.of("a.npy");
    expect(failure).toEqual({ code: "truncated_data", message: "a.npy: 100 bytes are missing." });
    expect([status, study, analysis, outcome]).toEqual(["error", null, null, null]);
    expect(one.engine.busy).toBe("read b.npy");
    await one.engine.finish();
    expect(one.statuses).toEqual(["error", "done"]);
  });

  test.each([
    ["file_changed", "a file that shrank, was written anew or was removed"],
    ["worker_died", "a worker that died"],
    ["reader_stuck", "a reader that says nothing any more"],
    ["not_loaded", "a reader that could not be loaded"],
  ])("%s (%s) leaves what came before, and the page analyzes the next file", async (code) => {
    const one = await scene();
    await one.analyzed("good.npy");
    const { outcome } = one.of("good.npy");
    await one.offer("bad.npz");
    one.engine.reading.events.onProgress(progress);
    await one.engine.refuse(code);
    expect(pageState(one.workspace.state)).toBe("error");
    expect(one.of("good.npy").outcome).toBe(outcome);
    await one.analyzed("next.npy");
    expect(one.datasets.map(({ status, failure }) => [status, failure?.code])).toEqual([
      ["done", undefined],
      ["error", code],
      ["done", undefined],
    ]);
  });

  test("of a second run takes the numbers of the first away, which are of other bytes", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    const { study, analysis } = one.of("a.npy");
    one.workspace.runAgain(one.id("a.npy"));
    // Until then they stay.
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(1);
    await one.engine.refuse("file_changed");
    const failed = one.of("a.npy");
    expect([failed.study, failed.analysis, failed.outcome]).toEqual([null, null, null]);
    expect((study as ScriptedStudy).isFreed).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect((analysis as ScriptedAnalysis).isFreed).toBe(true);
  });

  test("while rows stream takes the provisional spectrum away", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const early = soFar(one, 40);
    one.engine.reading.events.onProvisional(early);
    await one.engine.refuse("file_changed");
    const { provisional, outcome, progress: rows } = one.of("a.npy");
    expect([provisional, outcome, rows]).toEqual([null, null, null]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(early.isFreed).toBe(true);
  });

  test("is gone when the dataset is read again", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.refuse("file_changed");
    one.workspace.runAgain(one.id("a.npy"));
    expect(one.of("a.npy").failure).toBeNull();
    await one.engine.finish();
    expect(one.statuses).toEqual(["done"]);
  });

  test("that nothing foresaw becomes a sentence, too", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await one.engine.reading.fail(new RangeError("offset is out of bounds"));
    const { failure } = one.of("a.npy");
    expect(failure?.code).toBe("unexpected");
    expect(failure?.message).toMatch(/\(offset is out of bounds\)/);
    expect(one.engine.busy).toBe("read b.npy");
  });
});

describe("to run again", () => {
  test("reads the files with the settings of now, and brings the dataset into view", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    one.workspace.select(one.id("b.npy"));
    one.workspace.setSettings({ engine: "fast" });
    one.workspace.runAgain(one.id("a.npy"));
    expect(one.selected).toBe("a.npy");
    expect(one.engine.reading.options.engine).toBe("fast");
    expect(one.of("a.npy").engine).toBe("fast");
  });

  test("waits for what is under way, before others that wait", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    await one.offer("b.npy", "c.npy");
    one.workspace.runAgain(one.id("a.npy"));
    expect(one.statuses).toEqual(["waiting", "running", "waiting"]);
    await one.engine.answer();
    expect(one.statuses).toEqual(["running", "done", "waiting"]);
  });

  test("does nothing to a dataset that is being read, or is not there", async () => {
    const one = await scene();
    await one.offer("a.npy");
    const before = one.workspace.state;
    one.workspace.runAgain(one.id("a.npy"), { nonFinite: "skip" });
    one.workspace.runAgain(99);
    expect(one.workspace.state).toBe(before);
  });

  test("while what follows is computed reads the files once that is through", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.answer();
    const first = one.of("a.npy").study as ScriptedStudy;
    one.workspace.runAgain(one.id("a.npy"));
    expect(one.engine.busy).toBe("study a.npy");
    await one.engine.studying.settle();
    expect(one.engine.busy).toBe("read a.npy");
    await one.engine.finish();
    expect(first.isFreed).toBe(true);
    expect(one.of("a.npy").study).not.toBe(first);
  });
});

describe("what a study brings", () => {
  test("the spectrum is taken anew once all of it is known, and the older one is freed later", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.answer();
    const before = one.of("a.npy").analysis as ScriptedAnalysis;
    await one.engine.studying.settle();
    const after = one.of("a.npy").analysis as ScriptedAnalysis;
    expect(after).not.toBe(before);
    expect(one.announcements.at(-1)).toBe("All of a.npy is computed.");
    expect(before.isFreed).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect([before.isFreed, after.isFreed]).toEqual([true, false]);
  });

  test("moments are a file while nothing else is under way", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    const saved = one.workspace.moments(one.id("a.npy"));
    expect(one.engine.busy).toBe("moments a.npy");
    // Files that come meanwhile wait for it.
    await one.offer("b.npy");
    expect(one.statuses).toEqual(["done", "waiting"]);
    expect(await one.workspace.moments(one.id("a.npy"))).toBeNull();
    await one.engine.savingMoments.settle(Uint8Array.of(1, 2, 3));
    expect(await saved).toEqual(Uint8Array.of(1, 2, 3));
    expect(one.engine.busy).toBe("read b.npy");
  });

  test("moments of what is not there, or not read, are none", async () => {
    const one = await scene();
    expect(await one.workspace.moments(1)).toBeNull();
    await one.offer("a.npy");
    await one.engine.refuse("bad_header");
    expect(await one.workspace.moments(one.id("a.npy"))).toBeNull();
    expect(one.engine.busy).toBeNull();
  });

  test("moments that cannot be had are said, and work goes on", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    const saved = one.workspace.moments(one.id("a.npy"));
    one.workspace.runAgain(one.id("a.npy"));
    await one.engine.savingMoments.fail(new AnalysisError("sums_let_go", "Run again."));
    expect(await saved).toBeNull();
    expect(one.workspace.state.notice).toEqual({ code: "sums_let_go", message: "Run again." });
    expect(one.engine.busy).toBe("read a.npy");
  });

  test("moments that are cancelled are no error, and what waits begins at once", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    const saved = one.workspace.moments(one.id("a.npy"));
    const work = one.engine.savingMoments;
    await one.offer("b.npy");
    one.workspace.cancel();
    expect(work.signal.aborted).toBe(true);
    expect(one.engine.busy).toBe("read b.npy");
    expect(one.statuses).toEqual(["done", "running"]);
    await work.fail(work.signal.reason);
    expect(await saved).toBeNull();
    expect(one.workspace.state.notice).toBeNull();
    expect(one.engine.busy).toBe("read b.npy");
    await turn();
  });
});
