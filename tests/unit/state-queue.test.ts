// Many files at once: what is computed first, how much memory waits for it, and that one that fails leaves the others.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AnalysisError } from "../../www/engine/types";
import { partOf } from "../../www/state/dataset";
import { isPending, pageState } from "../../www/state/state";
import { endScenes, file, Scene, scene, turn } from "./lib/scripted-engine";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

const MIB = 2 ** 20;
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `step${i}.npy`);

describe("the start", () => {
  test("the page is sealed once the engine is loaded, before anything is read", async () => {
    const one = new Scene();
    await one.offer("a.npy");
    expect(one.engine.calls).toEqual([]);
    expect(one.statuses).toEqual(["waiting"]);
    await one.workspace.start();
    expect(one.engine.calls).toEqual(["boot", "seal", "read a.npy"]);
    await one.engine.finish();
    expect(one.statuses).toEqual(["done"]);
    await one.end();
  });

  test("the window is the engine's, which it may know only once it has started", async () => {
    const one = new Scene();
    Object.assign(one.engine.defaultWindow, { first: 5, last: 50 });
    await one.workspace.start();
    expect(one.workspace.state.window).toEqual({ first: 5, last: 50 });
    expect(one.workspace.defaultWindow).toEqual({ first: 5, last: 50 });
  });

  test("an engine that cannot start is said, and nothing is sealed or read", async () => {
    const one = new Scene();
    one.engine.bootFailure = new AnalysisError("no_simd", "This browser is too old.");
    await one.offer("a.npy");
    await one.workspace.start();
    const { bootFailure } = one.workspace.state;
    expect(bootFailure).toEqual({ code: "no_simd", message: "This browser is too old." });
    expect(pageState(one.workspace.state)).toBe("error");
    expect(one.engine.calls).toEqual(["boot"]);
  });
});

describe("the question about several files", () => {
  test("one file is read without a question", async () => {
    const one = await scene();
    one.workspace.offer([file("a.npy")]);
    expect(one.workspace.state.question).toBeNull();
    expect(one.engine.busy).toBe("read a.npy");
  });

  test("no files change nothing", async () => {
    const one = await scene();
    const before = one.workspace.state;
    one.workspace.offer([]);
    expect(one.workspace.state).toBe(before);
  });

  test("several wait for an answer, in the natural order of their names", async () => {
    const one = await scene();
    await one.offered("shard_10.npy", "shard_2.npy", "shard_1.npy");
    expect(one.workspace.state.question?.flat().map(({ name }) => name)).toEqual([
      "shard_1.npy",
      "shard_2.npy",
      "shard_10.npy",
    ]);
    expect(one.datasets).toEqual([]);
    expect(one.engine.busy).toBeNull();
  });

  test("parts of one matrix are read as one, in their order", async () => {
    const one = await scene();
    await one.offered("shard_10.npy", "shard_2.npy", "shard_1.npy");
    one.workspace.answer("one matrix");
    expect(one.workspace.state.question).toBeNull();
    expect(one.engine.history).toEqual(["read shard_1.npy + shard_2.npy + shard_10.npy"]);
    expect(one.datasets.map(({ name }) => name)).toEqual(["shard (3 files)"]);
  });

  test("separate matrices become datasets of their own, each with another style", async () => {
    const one = await scene();
    await one.offered("b.npy", "a.npy");
    one.workspace.answer("separate");
    expect(one.datasets.map(({ name, style }) => [name, style])).toEqual([
      ["a.npy", 0],
      ["b.npy", 1],
    ]);
    expect(one.selected).toBe("a.npy");
  });

  describe("in groups", () => {
    const byEpoch = async () => {
      const one = await scene();
      one.engine.group = async (paths, bytes) => {
        expect(paths).toEqual(["e1b1", "e2b1", "e1b2", "e2b2"]);
        expect(bytes).toEqual(paths.map((name) => file(name).size));
        return [
          [0, 2],
          [1, 3],
        ];
      };
      await one.offered("e1b1", "e2b1", "e1b2", "e2b2");
      const groups = () =>
        one.workspace.state.question?.map((files) => files.map(({ name }) => name).join(" + "));
      return { one, groups };
    };

    test("are each a matrix where the person says so", async () => {
      const { one, groups } = await byEpoch();
      expect(groups()).toEqual(["e1b1 + e1b2", "e2b1 + e2b2"]);
      one.workspace.answer("groups");
      expect(one.datasets.map(({ name }) => name)).toEqual(["e1b (2 files)", "e2b (2 files)"]);
      expect(one.engine.history).toEqual(["read e1b1 + e1b2"]);
    });

    test("can be split and joined before anything is read", async () => {
      const { one, groups } = await byEpoch();
      one.workspace.split(0);
      expect(groups()).toEqual(["e1b1", "e1b2", "e2b1 + e2b2"]);
      one.workspace.join(2);
      expect(groups()).toEqual(["e1b1", "e1b2 + e2b1 + e2b2"]);
      for (const nothing of [0, 2, -1]) one.workspace.join(nothing);
      one.workspace.split(5);
      expect(groups()).toEqual(["e1b1", "e1b2 + e2b1 + e2b2"]);
      expect(one.engine.busy).toBeNull();
      one.workspace.answer("groups");
      expect(one.datasets).toHaveLength(2);
      one.workspace.split(0);
      one.workspace.join(1);
      expect(one.workspace.state.question).toBeNull();
    });

    test("are one matrix or each file one, whatever the groups are", async () => {
      const together = await byEpoch();
      together.one.workspace.answer("one matrix");
      expect(together.one.engine.history).toEqual(["read e1b1 + e1b2 + e2b1 + e2b2"]);
      const apart = await byEpoch();
      apart.one.workspace.answer("separate");
      expect(apart.one.datasets).toHaveLength(4);
    });
  });

  const asked = (one: Scene): string[] | undefined =>
    one.workspace.state.question?.flat().map(({ name }) => name);

  test("is asked once the engine is there that knows the groups", async () => {
    const one = new Scene();
    await one.offered("b.npy", "a.npy");
    expect(asked(one)).toBeUndefined();
    await one.workspace.start();
    await turn();
    expect(asked(one)).toEqual(["a.npy", "b.npy"]);
    await one.end();
  });

  test("is asked of the files that came last, whichever groups are there first", async () => {
    const one = await scene();
    const answers: ((groups: number[][]) => void)[] = [];
    one.engine.group = () => new Promise((resolve) => answers.push(resolve));
    await one.offered("a.npy", "b.npy");
    await one.offered("c.npy", "d.npy");
    const [first, second] = answers;
    second?.([[0], [1]]);
    first?.([[0, 1]]);
    await turn();
    expect(asked(one)).toEqual(["c.npy", "d.npy"]);
    await one.offered("e.npy", "f.npy");
    one.workspace.removeAll();
    answers[2]?.([[0, 1]]);
    await turn();
    expect(asked(one)).toBeUndefined();
  });

  test("is asked of each file where their groups cannot be had", async () => {
    const one = await scene();
    one.engine.group = () => Promise.reject(new AnalysisError("not_loaded", "Reload the page."));
    await one.offered("b.npy", "a.npy");
    expect(one.workspace.state.question?.map((files) => files.length)).toEqual([1, 1]);
  });

  test("“neither” takes none of them", async () => {
    const one = await scene();
    await one.offered("b.npy", "a.npy");
    one.workspace.answer("neither");
    expect(one.workspace.state.question).toBeNull();
    expect(one.datasets).toEqual([]);
    one.workspace.answer("separate");
    expect(one.datasets).toEqual([]);
  });
});

describe("the order of work", () => {
  test("one matrix is read at a time, in the order of the list", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    expect(one.engine.history).toEqual(["read a.npy"]);
    expect(one.statuses).toEqual(["running", "waiting", "waiting"]);
    await one.engine.answer();
    expect(one.statuses).toEqual(["done", "running", "waiting"]);
  });

  test("first answers come before what follows them, and then that of the dataset in view", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    await one.engine.answer();
    one.workspace.select(one.id("b.npy"));
    await one.engine.answer();
    await one.engine.finish();
    expect(one.engine.history).toEqual([
      "read a.npy",
      "read b.npy",
      "read c.npy",
      "study b.npy",
      "study a.npy",
      "study c.npy",
    ]);
  });

  test("the dataset in view is read before others that wait", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    one.workspace.select(one.id("c.npy"));
    await one.engine.finish();
    expect(one.engine.history.slice(0, 3)).toEqual(["read a.npy", "read c.npy", "read b.npy"]);
  });

  test("files that come while something is computed are read next", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await one.engine.answer();
    await one.engine.answer();
    expect(one.engine.busy).toBe("study a.npy");
    await one.offer("c.npy");
    expect(one.engine.busy).toBe("study a.npy");
    await one.engine.studying.settle();
    expect(one.engine.busy).toBe("read c.npy");
  });

  test("a study that is complete is not computed again", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.answer({ isComplete: true });
    expect(one.engine.busy).toBeNull();
    expect(one.workspace.isStudied).toBe(true);
  });

  test("without sums nothing more is computed", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.answer({ bytes: 0 });
    expect(one.engine.busy).toBeNull();
    expect(one.workspace.isStudied).toBe(true);
  });

  test("all that can be computed is there only once it is", async () => {
    const one = await scene();
    await one.offer("a.npy");
    expect(one.workspace.isStudied).toBe(false);
    await one.engine.answer();
    expect(one.workspace.isStudied).toBe(false);
    expect(one.of("a.npy").studying).toEqual({ done: 0, total: 0 });
    one.engine.studying.onProgress({ done: 3, total: 20 });
    expect(one.of("a.npy").studying).toEqual({ done: 3, total: 20 });
    await one.engine.studying.settle();
    expect(one.of("a.npy").studying).toBeNull();
    expect(one.workspace.isStudied).toBe(true);
  });

  test("a study that fails is said, keeps the first answer, and is not tried for ever", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await one.engine.answer();
    await one.engine.answer();
    await one.engine.studying.fail(new AnalysisError("worker_died", "A worker died."));
    expect(one.workspace.state.notice?.code).toBe("worker_died");
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(1);
    expect(one.of("a.npy").studying).toBeNull();
    expect(one.engine.busy).toBe("study b.npy");
  });
});

describe("memory", () => {
  test("from 128 MiB of sums on, those there are studied before more is read", async () => {
    const one = await scene();
    await one.offer(...names(4));
    await one.engine.answer({ bytes: 64 * MIB });
    expect(one.engine.busy).toBe("read step1.npy");
    await one.engine.answer({ bytes: 64 * MIB });
    expect(one.engine.busy).toBe("study step0.npy");
    await one.engine.studying.settle();
    expect(one.engine.busy).toBe("read step2.npy");
  });

  test("of what is studied the sums that came first are freed, beyond 128 MiB", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    const [a, b] = one.datasets.map(({ study }) => study);
    await one.offer("c.npy");
    await one.engine.answer({ bytes: 126 * MIB });
    expect([a?.bytes, b?.bytes]).toEqual([1e6, 1e6]);
    await one.engine.studying.settle();
    // Two megabytes and 126 MiB are still within it.
    expect([a?.bytes, b?.bytes]).toEqual([1e6, 1e6]);
    await one.offer("d.npy");
    await one.engine.answer({ bytes: MIB / 2 });
    await one.engine.studying.settle();
    expect([a?.bytes, b?.bytes]).toEqual([0, 1e6]);
  });

  test("the sums of the dataset in view are kept, whatever they take", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await one.engine.finish({ bytes: 500 * MIB });
    expect(one.selected).toBe("a.npy");
    expect(one.datasets.map(({ study }) => study?.bytes)).toEqual([500 * MIB, 0]);
  });

  test("sums that something is still to be computed of are kept until it is", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    for (let i = 0; i < 3; i += 1) await one.engine.answer({ bytes: 60 * MIB });
    one.workspace.select(one.id("c.npy"));
    expect(one.engine.busy).toBe("study a.npy");
    await one.engine.studying.settle();
    // 180 MiB: those of a are the only ones that can go.
    expect(one.datasets.map(({ study }) => study?.bytes)).toEqual([0, 60 * MIB, 60 * MIB]);
    expect(one.engine.busy).toBe("study c.npy");
  });

  test("sixty at once keep the sums of a few, and one that fails leaves the others", async () => {
    const one = await scene();
    await one.offer(...names(60));
    const bytes = 49 * MIB;
    let most = 0;
    one.workspace.subscribe(() => {
      const kept = one.datasets.reduce((sum, { study }) => sum + (study?.bytes ?? 0), 0);
      most = Math.max(most, kept);
    });
    const failing = one.datasets.findIndex(({ name }) => name === "step17.npy");
    expect(one.workspace.state.batch).toHaveLength(60);
    while (one.engine.busy) {
      const isRead = one.engine.busy.startsWith("read ");
      if (one.engine.busy === "read step17.npy") await one.engine.refuse("truncated_data");
      else if (isRead) await one.engine.answer({ bytes });
      else await one.engine.studying.settle();
    }
    // What has been studied (128 MiB at most), what waits for it, and the one just read.
    expect(most).toBeGreaterThan(128 * MIB);
    expect(most).toBeLessThanOrEqual(2 * (128 * MIB + bytes));
    const failed = one.datasets.filter(({ status }) => status !== "done");
    expect(failed.map(({ status, failure }) => [status, failure?.code])).toEqual([
      ["error", "truncated_data"],
    ]);
    expect(one.datasets.indexOf(failed[0] as (typeof failed)[0])).toBe(failing);
    const known = one.datasets.filter(({ outcome }) => outcome?.fit);
    expect(known).toHaveLength(59);
    const studied = one.engine.history.filter((work) => work.startsWith("study "));
    expect(new Set(studied).size).toBe(59);
    expect(studied).toHaveLength(59);
  });
});

describe("progress", () => {
  const through = (one: Scene): [number, number] => {
    const { batch, datasets } = one.workspace.state;
    const all = datasets.filter(({ id }) => batch.includes(id));
    return [all.filter((dataset) => !isPending(dataset)).length, all.length];
  };

  test("is of all that came since nothing was waiting", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    expect(through(one)).toEqual([0, 2]);
    await one.engine.answer();
    await one.offer("c.npy", "d.npy");
    expect(through(one)).toEqual([1, 4]);
    await one.engine.finish();
    expect(through(one)).toEqual([4, 4]);
    await one.offer("e.npy");
    expect(through(one)).toEqual([0, 1]);
  });

  test("counts what failed or was cancelled as through, and what was removed not at all", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy", "d.npy");
    await one.engine.refuse("bad_header");
    one.workspace.cancel(one.id("c.npy"));
    expect(through(one)).toEqual([2, 4]);
    one.workspace.remove(one.id("d.npy"));
    expect(through(one)).toEqual([2, 3]);
  });

  test("the page runs until the last that waits is through", async () => {
    const one = await scene();
    const states = new Set<string>();
    await one.offer("a.npy", "b.npy");
    expect(pageState(one.workspace.state)).toBe("running");
    await one.engine.answer();
    expect(pageState(one.workspace.state)).toBe("running");
    one.workspace.subscribe(() => states.add(pageState(one.workspace.state)));
    await one.engine.answer();
    expect(pageState(one.workspace.state)).toBe("done");
    expect([...states]).toEqual(["running", "done"]);
  });

  test("goes from unpacking over rows to eigenvalues", async () => {
    const one = await scene();
    await one.offer("a.npz");
    const part = () => partOf(one.of("a.npz"));
    const { events } = one.engine.reading;
    expect(part()).toBe(0);
    events.onUnpacked(30, 120);
    expect(part()).toBe(0.25);
    events.onUnpacked(0, 0);
    expect(part()).toBe(0);
    const progress = {
      stage: "reading" as const,
      onGpu: false,
      rows: 40,
      rowsTotal: 160,
      bytes: 40,
      bytesTotal: 160,
      bytesPerSecond: 1,
      secondsLeft: null,
    };
    events.onProgress(progress);
    expect(part()).toBe(0.25);
    events.onProgress({ ...progress, rows: 160 });
    expect(part()).toBe(1);
    events.onProgress({ ...progress, stage: "eigenvalues" });
    expect(part()).toBe(1);
    events.onSolving(0.5);
    expect(part()).toBe(0.5);
    await turn();
  });
});
