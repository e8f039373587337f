// A cancel takes effect in the same task, whatever the engine was at. What it answers after that is freed and changes nothing.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AnalysisEvents, Progress, SourceInfo } from "../../www/engine/types";
import { AnalysisError } from "../../www/engine/types";
import { pageState } from "../../www/state/state";
import {
  type Begun,
  endScenes,
  type Scene,
  ScriptedAnalysis,
  ScriptedStudy,
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
  secondsLeft: null,
};

/** A spectrum of the rows so far. */
const provisional = ({ engine }: Scene): ScriptedAnalysis =>
  new ScriptedAnalysis(engine, "so far", { provisional: true, n: 40, alpha: 0.5 });

/** Says all that a run can say, as workers do that have not heard of its end. */
function sayEverything(one: Scene, events: Required<AnalysisEvents>): ScriptedAnalysis {
  const early = provisional(one);
  events.onUnpacked(1, 2);
  events.onOpen({ n: 9, d: 9 } as SourceInfo);
  events.onProgress(progress);
  events.onSolving(0.5);
  events.onProvisional(early);
  return early;
}

describe.each<[string, (one: Scene) => void]>([
  ["opens a file", () => {}],
  ["unpacks a file", ({ engine }) => engine.reading.events.onUnpacked(1, 2)],
  ["reads rows", ({ engine }) => engine.reading.events.onProgress(progress)],
  [
    "shows a provisional spectrum",
    (one) => one.engine.reading.events.onProvisional(provisional(one)),
  ],
  [
    "computes eigenvalues",
    ({ engine }) => {
      engine.reading.events.onProgress({ ...progress, stage: "eigenvalues", rows: 160 });
      engine.reading.events.onSolving(0.3);
    },
  ],
])("while the engine %s", (_stage, lead) => {
  async function led(): Promise<{ one: Scene; run: Begun & { kind: "read" } }> {
    const one = await scene();
    await one.offer("a.npy");
    lead(one);
    return { one, run: one.engine.reading };
  }

  test("a cancel aborts the run and shows it at once", async () => {
    const { one, run } = await led();
    one.workspace.cancel();
    // Nothing was awaited in between.
    expect(run.signal.aborted).toBe(true);
    expect(pageState(one.workspace.state)).toBe("cancelled");
    const { progress, solved, provisional, outcome, report, failure } = one.of("a.npy");
    expect([progress, solved, provisional, outcome, report, failure]).toEqual(Array(6).fill(null));
    expect(one.announcements.at(-1)).toBe("Cancelled a.npy.");
  });

  test("what the run still says after a cancel changes nothing", async () => {
    const { one, run } = await led();
    one.workspace.cancel();
    const before = one.workspace.state;
    const early = sayEverything(one, run.events);
    expect(early.isFreed).toBe(true);
    await run.fail(run.signal.reason);
    expect(one.workspace.state).toBe(before);
  });

  test("a late answer is freed and changes nothing", async () => {
    const { one, run } = await led();
    one.workspace.cancel();
    const before = one.workspace.state;
    const late = new ScriptedStudy(one.engine, "late");
    await run.settle(late);
    expect(late.isFreed).toBe(true);
    expect(one.workspace.state).toBe(before);
  });

  test("a late error changes nothing", async () => {
    const { one, run } = await led();
    one.workspace.cancel();
    const before = one.workspace.state;
    await run.fail(new AnalysisError("worker_died", "A worker died."));
    expect(one.workspace.state).toBe(before);
  });

  test("the next file is read in the same task, and a late answer to the cancelled one leaves it alone", async () => {
    const { one, run } = await led();
    await one.offer("b.npy");
    one.workspace.cancel();
    expect(one.engine.busy).toBe("read b.npy");
    await run.settle(new ScriptedStudy(one.engine, "late"));
    expect(one.engine.busy).toBe("read b.npy");
    expect(one.statuses).toEqual(["cancelled", "running"]);
    await one.engine.finish();
    expect(one.statuses).toEqual(["cancelled", "done"]);
  });

  test("what was cancelled can be started again, and analyzed", async () => {
    const { one, run } = await led();
    one.workspace.cancel();
    one.workspace.runAgain(one.id("a.npy"));
    expect(one.statuses).toEqual(["running"]);
    expect(one.of("a.npy").unpacked).toBeNull();
    await run.settle(new ScriptedStudy(one.engine, "late"));
    expect(one.statuses).toEqual(["running"]);
    one.workspace.cancel();
    one.workspace.runAgain(one.id("a.npy"));
    await one.engine.finish({ spectrum: { alpha: 1.25 } });
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(1.25);
  });

  test("to remove the dataset ends its run too", async () => {
    const { one, run } = await led();
    one.workspace.remove(one.id("a.npy"));
    expect(run.signal.aborted).toBe(true);
    expect(pageState(one.workspace.state)).toBe("empty");
    const before = one.workspace.state;
    const late = new ScriptedStudy(one.engine, "late");
    await run.settle(late);
    expect(late.isFreed).toBe(true);
    expect(one.workspace.state).toBe(before);
  });
});

describe("just when the engine is through", () => {
  /** Its answer is there, and the page takes it in a task of its own. */
  async function answered(): Promise<{ one: Scene; study: ScriptedStudy }> {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    const study = new ScriptedStudy(one.engine, "just in time");
    void one.engine.reading.settle(study);
    await Promise.resolve();
    expect(one.statuses).toEqual(["running", "waiting"]);
    return { one, study };
  }

  test("a cancel still comes first: the answer is freed", async () => {
    const { one, study } = await answered();
    one.workspace.cancel();
    expect(one.statuses).toEqual(["cancelled", "running"]);
    await turn();
    expect(study.isFreed).toBe(true);
    expect(one.statuses).toEqual(["cancelled", "running"]);
  });

  test("a dataset that is removed just then frees the answer too", async () => {
    const { one, study } = await answered();
    one.workspace.remove(one.id("a.npy"));
    await turn();
    expect(study.isFreed).toBe(true);
    expect(one.statuses).toEqual(["running"]);
  });
});

describe("what waits", () => {
  test("is taken out of the queue one by one, and the others go on", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy", "d.npy");
    one.workspace.cancel(one.id("c.npy"));
    expect(one.statuses).toEqual(["running", "waiting", "cancelled", "waiting"]);
    expect(one.engine.busy).toBe("read a.npy");
    await one.engine.finish();
    expect(one.statuses).toEqual(["done", "done", "cancelled", "done"]);
    expect(one.engine.history).not.toContain("read c.npy");
    one.workspace.runAgain(one.id("c.npy"));
    await one.engine.finish();
    expect(one.statuses).toEqual(["done", "done", "done", "done"]);
  });

  test("ends together with what is under way, and what is done stays", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy", "d.npy");
    await one.engine.answer({ isComplete: true });
    const { signal } = one.engine.reading;
    one.workspace.cancelAll();
    expect(signal.aborted).toBe(true);
    expect(one.statuses).toEqual(["done", "cancelled", "cancelled", "cancelled"]);
    expect(one.engine.busy).toBeNull();
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(1);
  });

  test("a cancel of what neither runs nor waits does nothing", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    const before = one.workspace.state;
    one.workspace.cancel();
    one.workspace.cancel(one.id("a.npy"));
    one.workspace.cancel(99);
    one.workspace.cancelAll();
    expect(one.workspace.state).toBe(before);
  });

  test("a cancel of one that is done leaves the run of another alone", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await one.engine.answer();
    one.workspace.cancel(one.id("a.npy"));
    expect(one.statuses).toEqual(["done", "running"]);
    expect(one.engine.busy).toBe("read b.npy");
  });
});

describe("while what follows the first answer is computed", () => {
  async function studying(): Promise<{ one: Scene; work: Begun & { kind: "study" } }> {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await one.engine.answer();
    await one.engine.answer();
    one.engine.studying.onProgress({ done: 1, total: 20 });
    return { one, work: one.engine.studying };
  }

  test("a cancel ends that alone: the answer stays, and the next study begins at once", async () => {
    const { one, work } = await studying();
    one.workspace.cancel();
    expect(work.signal.aborted).toBe(true);
    const { status, studying: left, outcome, study } = one.of("a.npy");
    expect([status, left, outcome?.fit?.alpha]).toEqual(["done", null, 1]);
    expect(study?.bytes).toBe(0);
    expect(one.engine.busy).toBe("study b.npy");
    expect(one.announcements.at(-1)).toBe("Cancelled a.npy.");
  });

  test("what it still says after that changes nothing, and it is not begun again", async () => {
    const { one, work } = await studying();
    one.workspace.cancel();
    const before = one.workspace.state;
    work.onProgress({ done: 2, total: 20 });
    await work.fail(work.signal.reason);
    expect(one.workspace.state).toBe(before);
    await one.engine.finish();
    expect(one.engine.history.filter((one) => one === "study a.npy")).toHaveLength(1);
    expect(one.workspace.state.notice).toBeNull();
  });

  test("to remove the dataset ends it, frees its study, and the next one begins", async () => {
    const { one, work } = await studying();
    const study = one.of("a.npy").study as ScriptedStudy;
    one.workspace.remove(one.id("a.npy"));
    expect(work.signal.aborted).toBe(true);
    expect(study.isFreed).toBe(true);
    expect(one.engine.busy).toBe("study b.npy");
    const before = one.workspace.state;
    await work.settle();
    expect(one.workspace.state).toBe(before);
  });

  test("each cancel ends one study, until there is none left", async () => {
    const { one } = await studying();
    one.workspace.cancel();
    one.workspace.cancel();
    expect(one.engine.busy).toBeNull();
    expect(one.statuses).toEqual(["done", "done"]);
  });
});

describe("what was there before a run", () => {
  async function again(): Promise<{ one: Scene; study: ScriptedStudy }> {
    const one = await scene();
    await one.analyzed("a.npy");
    const study = one.of("a.npy").study as ScriptedStudy;
    one.workspace.runAgain(one.id("a.npy"));
    return { one, study };
  }

  test("stays when that is cancelled", async () => {
    const { one, study } = await again();
    const { analysis } = one.of("a.npy");
    one.engine.reading.events.onProvisional(provisional(one));
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(0.5);
    one.workspace.cancel();
    const { status, outcome, study: kept, analysis: shown } = one.of("a.npy");
    expect([status, outcome?.fit?.alpha]).toEqual(["done", 1]);
    expect([kept, shown]).toEqual([study, analysis]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(study.isFreed).toBe(false);
    expect((analysis as ScriptedAnalysis).isFreed).toBe(false);
  });

  test("stays when it is cancelled while it waits", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    await one.offer("b.npy");
    one.workspace.runAgain(one.id("a.npy"));
    expect(one.statuses).toEqual(["waiting", "running"]);
    one.workspace.cancel(one.id("a.npy"));
    expect(one.statuses).toEqual(["done", "running"]);
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(1);
  });

  test("is freed once the new answer is there", async () => {
    const { one, study } = await again();
    const old = one.of("a.npy").analysis as ScriptedAnalysis;
    await one.engine.answer({ spectrum: { alpha: 2 } });
    expect(study.isFreed).toBe(true);
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(2);
    // The parts of the page draw anew a little later: until then one may show the old spectrum.
    expect(old.isFreed).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(old.isFreed).toBe(true);
  });
});

describe("removal", () => {
  test("brings the next of the list into view, or the last, or none", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy", "c.npy");
    one.workspace.select(one.id("b.npy"));
    one.workspace.remove(one.id("b.npy"));
    expect(one.selected).toBe("c.npy");
    expect(one.of("c.npy").report).not.toBeNull();
    one.workspace.remove(one.id("c.npy"));
    expect(one.selected).toBe("a.npy");
    one.workspace.remove(one.id("a.npy"));
    expect(one.workspace.state.selected).toBeNull();
    expect(pageState(one.workspace.state)).toBe("empty");
  });

  test("of another than the one in view leaves that in view", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    one.workspace.remove(one.id("b.npy"));
    expect(one.selected).toBe("a.npy");
    expect(one.announcements.at(-1)).toBe("Removed b.npy.");
  });

  test("of one that waits leaves what is under way alone", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    one.workspace.remove(one.id("b.npy"));
    expect(one.engine.busy).toBe("read a.npy");
    await one.engine.finish();
    expect(one.engine.history).not.toContain("read b.npy");
    expect(one.statuses).toEqual(["done", "done"]);
  });

  test("frees the study at once and its spectrum a second later", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    const { study, analysis } = one.of("a.npy");
    one.workspace.remove(one.id("a.npy"));
    expect((study as ScriptedStudy).isFreed).toBe(true);
    expect((analysis as ScriptedAnalysis).isFreed).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect((analysis as ScriptedAnalysis).isFreed).toBe(true);
  });

  test("twice, or of what is not there, does nothing", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    const id = one.id("a.npy");
    one.workspace.remove(id);
    const before = one.workspace.state;
    one.workspace.remove(id);
    expect(one.workspace.state).toBe(before);
  });

  test("of everything ends all runs, and leaves no scores, question or notice", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    await one.engine.answer();
    one.workspace.score("a, 1\nb, 2");
    one.workspace.say("folder", "That folder could not be read.");
    one.workspace.offer([new File([], "d.npy"), new File([], "e.npy")]);
    const { signal } = one.engine.reading;
    one.workspace.removeAll();
    expect(signal.aborted).toBe(true);
    expect(one.engine.busy).toBeNull();
    const { datasets, scores, question, notice, selected } = one.workspace.state;
    expect([datasets, scores, question, notice, selected]).toEqual([[], null, null, null, null]);
    expect(one.announcements.at(-1)).toBe("Everything was removed.");
    await one.analyzed("f.npy");
    expect(one.statuses).toEqual(["done"]);
  });
});
