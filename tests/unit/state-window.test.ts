// The fit window: how it moves, and that α of the dataset in view follows at once and that of the others soon, a few at a time.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  endRange,
  moveEnd,
  nearestRank,
  type RankWindow,
  rankAfterKey,
} from "../../www/state/window";
import { endScenes, returned, type Scene, ScriptedAnalysis, scene } from "./lib/scripted-engine";

const window: RankWindow = { first: 11, last: 100 };

describe("an end of the window", () => {
  test("goes as far as leaves three ranks between both, and no further than the spectrum", () => {
    expect(endRange(window, "first", 128)).toEqual([1, 98]);
    expect(endRange(window, "last", 128)).toEqual([13, 128]);
    expect(endRange({ first: 1, last: 2 }, "first", 128)).toEqual([1, 1]);
    expect(endRange({ first: 127, last: 128 }, "last", 128)).toEqual([128, 128]);
  });

  test.each([
    ["first", 4, { first: 4, last: 100 }],
    ["first", 0, { first: 1, last: 100 }],
    ["first", -7, { first: 1, last: 100 }],
    ["first", 99, { first: 98, last: 100 }],
    ["first", 12.4, { first: 12, last: 100 }],
    ["first", 12.5, { first: 13, last: 100 }],
    ["last", 50, { first: 11, last: 50 }],
    ["last", 12, { first: 11, last: 13 }],
    ["last", 500, { first: 11, last: 128 }],
  ] as const)("%s moved to %d becomes %o", (end, rank, moved) => {
    expect(moveEnd(window, end, rank, 128)).toEqual(moved);
  });
});

describe("keys", () => {
  const range = [1, 98] as const;

  test("arrows go by 1, with Shift by 10, Home and End to the ends", () => {
    const rankAt = (chord: string, rank: number): number | null => {
      const shift = chord.startsWith("Shift+");
      return rankAfterKey(chord.replace("Shift+", ""), shift, rank, range);
    };
    expect(rankAt("ArrowRight", 11)).toBe(12);
    expect(rankAt("ArrowUp", 11)).toBe(12);
    expect(rankAt("ArrowLeft", 11)).toBe(10);
    expect(rankAt("ArrowDown", 11)).toBe(10);
    expect(rankAt("Shift+ArrowRight", 11)).toBe(21);
    expect(rankAt("Shift+ArrowUp", 11)).toBe(21);
    expect(rankAt("Shift+ArrowLeft", 11)).toBe(1);
    expect(rankAt("Shift+ArrowDown", 11)).toBe(1);
    expect(rankAt("Home", 11)).toBe(1);
    expect(rankAt("End", 11)).toBe(98);
  });

  test("Page up and Page down go by a tenth of a decade, and by 1 at least", () => {
    // The tenth root of 10 is 1.2589…: ten steps are a decade.
    expect(rankAfterKey("PageUp", false, 100, range)).toBe(126);
    expect(rankAfterKey("PageDown", false, 126, range)).toBe(100);
    expect(rankAfterKey("PageUp", false, 1, range)).toBe(2);
    expect(rankAfterKey("PageDown", false, 2, range)).toBe(1);
    let rank = 1000;
    for (let i = 0; i < 10; i += 1) rank = rankAfterKey("PageUp", false, rank, range) ?? 0;
    expect(Math.abs(rank / 10_000 - 1)).toBeLessThan(0.01);
  });

  test.each(["Enter", " ", "Tab", "a", "Escape"])("%j means nothing to it", (key) => {
    expect(rankAfterKey(key, false, 11, range)).toBeNull();
  });
});

describe("the rank under the pointer", () => {
  // As on a logarithmic axis of a decade for each 100 pixels.
  const positions = Float64Array.from({ length: 128 }, (_, i) => 100 * Math.log10(i + 1));

  test("is the one whose pixel is nearest", () => {
    for (const rank of [1, 2, 3, 11, 64, 127, 128]) {
      const x = positions[rank - 1] ?? 0;
      const gap = x - (positions[rank - 2] ?? x - 1);
      expect(nearestRank(positions, x)).toBe(rank);
      if (rank > 1) expect(nearestRank(positions, x - 0.49 * gap)).toBe(rank);
      if (rank > 1) expect(nearestRank(positions, x - 0.51 * gap)).toBe(rank - 1);
    }
  });

  test("is the first or the last beyond the ends, and none where there are none", () => {
    expect(nearestRank(positions, -50)).toBe(1);
    expect(nearestRank(positions, 1e4)).toBe(128);
    expect(nearestRank(Float64Array.of(7), 100)).toBe(1);
    expect(nearestRank(new Float64Array(), 5)).toBeNull();
  });
});

describe("α while the window moves", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await endScenes();
    vi.useRealTimers();
  });

  const spectrum = (one: Scene, name: string): ScriptedAnalysis =>
    one.of(name).analysis as ScriptedAnalysis;
  const windowOf = (one: Scene, name: string): string => {
    const fit = one.of(name).outcome?.fit;
    return `${fit?.first}–${fit?.last}, ${fit?.weight}`;
  };

  /** So many results beside each other, the first of which is in view. */
  async function many(count: number): Promise<Scene> {
    const one = await scene();
    const all = Array.from({ length: count }, (_, i) => returned(one.engine, `s${i}`));
    one.workspace.receive(all, "report");
    await vi.advanceTimersByTimeAsync(1000);
    for (const { name } of one.datasets) {
      spectrum(one, name).outcomes.length = 0;
      spectrum(one, name).views.length = 0;
    }
    return one;
  }

  test("is new at once in view, with all that the Report says, and of the others soon", async () => {
    const one = await many(3);
    one.workspace.setWindow({ first: 4, last: 50 });
    expect(windowOf(one, "s0")).toBe("4–50, 1/k");
    expect(one.of("s0").report?.fit?.first).toBe(4);
    expect(spectrum(one, "s0").views).toEqual(["4–50, 1/k"]);
    for (const name of ["s1", "s2"]) {
      expect(spectrum(one, name).outcomes).toEqual([]);
      expect(windowOf(one, name)).toBe("11–100, 1/k");
    }
    await vi.advanceTimersByTimeAsync(1000);
    for (const name of ["s1", "s2"]) {
      expect(windowOf(one, name)).toBe("4–50, 1/k");
      // All that the Report says is computed of the dataset in view alone.
      expect([one.of(name).report, spectrum(one, name).views]).toEqual([null, []]);
    }
  });

  test("follows the weights of the ranks in the same way", async () => {
    const one = await many(2);
    one.workspace.setWeight("log-binned");
    expect([windowOf(one, "s0"), windowOf(one, "s1")]).toEqual([
      "11–100, log-binned",
      "11–100, 1/k",
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(windowOf(one, "s1")).toBe("11–100, log-binned");
  });

  test("is computed once of the others for a whole drag, and of the window in which it ends", async () => {
    const one = await many(3);
    for (let last = 99; last >= 50; last -= 1) one.workspace.setWindow({ first: 11, last });
    expect(spectrum(one, "s0").views).toHaveLength(50);
    await vi.advanceTimersByTimeAsync(1000);
    expect(spectrum(one, "s1").outcomes).toEqual(["11–50, 1/k"]);
    expect(spectrum(one, "s2").outcomes).toEqual(["11–50, 1/k"]);
  });

  test("of the others follows a drag that does not end", async () => {
    const one = await many(2);
    for (let i = 0; i < 30; i += 1) {
      one.workspace.setWindow({ first: 11, last: 100 - i });
      await vi.advanceTimersByTimeAsync(10);
    }
    // It begins again after each tenth of a second, rather than once the hand rests.
    expect(spectrum(one, "s1").outcomes.length).toBeGreaterThanOrEqual(2);
    expect(spectrum(one, "s1").outcomes.length).toBeLessThan(30);
  });

  test("of many is computed in slices, so that a hand is never held up for long", async () => {
    const one = await many(20);
    // Each takes two milliseconds.
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const slices: number[] = [];
    let inSlice = 0;
    vi.spyOn(ScriptedAnalysis.prototype, "outcome").mockImplementation(function (
      this: ScriptedAnalysis,
      ...[first, last, weight]
    ) {
      now += 2;
      inSlice += 1;
      return this.view(first, last, weight);
    });
    one.workspace.setWindow({ first: 4, last: 50 });
    one.workspace.subscribe(() => {
      slices.push(inSlice);
      inSlice = 0;
    });
    await vi.advanceTimersByTimeAsync(1000);
    // Five milliseconds are over after the third.
    expect(slices).toEqual([3, 3, 3, 3, 3, 3, 1]);
    for (const { name } of one.datasets) expect(windowOf(one, name)).toBe("4–50, 1/k");
  });

  test("of those that have waited longest is computed first, even while the window goes on moving", async () => {
    const one = await many(9);
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      now += 6;
      return now;
    });
    const order: string[] = [];
    const seen = new Map(one.datasets.map(({ name }) => [name, 0]));
    one.workspace.subscribe(() => {
      for (const { name } of one.datasets) {
        const count = spectrum(one, name).outcomes.length;
        if (count > (seen.get(name) ?? 0)) order.push(name);
        seen.set(name, count);
      }
    });
    for (let i = 0; i < 8; i += 1) {
      one.workspace.setWindow({ first: 11, last: 100 - i });
      // One slice before the window moves on.
      await vi.advanceTimersByTimeAsync(i === 0 ? 100 : 1);
    }
    // One in each slice: all had their turn before any has a second.
    expect(order).toEqual(["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]);
  });

  test("of a dataset that comes into view meanwhile is new at once, and not computed again", async () => {
    const one = await many(3);
    one.workspace.setWindow({ first: 4, last: 50 });
    one.workspace.select(one.id("s1"));
    expect(spectrum(one, "s1").views).toEqual(["4–50, 1/k"]);
    expect(one.of("s1").report?.fit?.first).toBe(4);
    await vi.advanceTimersByTimeAsync(1000);
    expect([spectrum(one, "s1").views.length, spectrum(one, "s1").outcomes.length]).toEqual([1, 0]);
  });

  test("of a dataset that is removed meanwhile is not computed any more", async () => {
    const one = await many(3);
    one.workspace.setWindow({ first: 4, last: 50 });
    const gone = spectrum(one, "s2");
    one.workspace.remove(one.id("s2"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(gone.outcomes).toEqual([]);
    expect(windowOf(one, "s1")).toBe("4–50, 1/k");
  });

  test("of others than the one in view is all that is computed of them, also when they are read", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    expect(one.of("a.npy").report?.fit?.first).toBe(11);
    expect(one.of("b.npy").report).toBeNull();
    expect(spectrum(one, "b.npy").views).toEqual([]);
    expect(spectrum(one, "b.npy").outcomes).toEqual(["11–100, 1/k"]);
    one.workspace.prepare(one.workspace.state.preparation, 1);
    expect([one.of("b.npy").report, spectrum(one, "b.npy").views]).toEqual([null, []]);
  });

  test("of files that are read later is that of the window of then", async () => {
    const one = await scene();
    one.workspace.setWindow({ first: 4, last: 50 });
    one.workspace.setWeight("none");
    await one.analyzed("a.npy", "b.npy");
    expect([windowOf(one, "a.npy"), windowOf(one, "b.npy")]).toEqual(["4–50, none", "4–50, none"]);
  });
});
