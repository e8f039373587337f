// What the person sets of the page, and how datasets are shown: everything that needs no engine.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AnalysisError } from "../../www/engine/types";
import { freeStyle } from "../../www/state/dataset";
import { failureOf } from "../../www/state/failure";
import { pageState, runningDataset, selectedDataset, theme } from "../../www/state/state";
import { storage } from "./lib/page-globals";
import { endScenes, returned, type ScriptedAnalysis, scene } from "./lib/scripted-engine";

beforeEach(() => {
  vi.useFakeTimers();
  storage.isOff = false;
  storage.clear();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

describe("the state", () => {
  test("is replaced and never changed in place, so that a view can tell by identity what is new", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    const before = one.workspace.state;
    const frozen = structuredClone(
      before.datasets.map(({ name, isHidden }) => ({ name, isHidden })),
    );
    const [a, b] = before.datasets;
    one.workspace.adorn(one.id("a.npy"), { isHidden: true });
    expect(one.workspace.state).not.toBe(before);
    expect(one.workspace.state.datasets[0]).not.toBe(a);
    expect(one.workspace.state.datasets[1]).toBe(b);
    expect(before.datasets.map(({ name, isHidden }) => ({ name, isHidden }))).toEqual(frozen);
  });

  test("tells everyone who listens of each change, until they stop", async () => {
    const one = await scene();
    const [first, second] = [vi.fn(), vi.fn()];
    const stop = one.workspace.subscribe(first);
    one.workspace.subscribe(second);
    one.workspace.divideBySum(false);
    stop();
    one.workspace.divideBySum(true);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2]);
  });

  test("of a page that has just started is empty", async () => {
    const one = await scene();
    expect(one.workspace.state).toMatchObject({
      datasets: [],
      selected: null,
      window: { first: 11, last: 100 },
      weight: "1/k",
      preparation: { centred: true, unit_rows: false, standardized: false },
      dropped: 0,
      bySum: true,
      settings: { engine: "auto", workers: 0, theme: "system" },
      question: null,
      scores: null,
      lesson: null,
      notice: null,
    });
    expect(pageState(one.workspace.state)).toBe("empty");
    expect(selectedDataset(one.workspace.state)).toBeNull();
    expect(runningDataset(one.workspace.state)).toBeNull();
    expect(one.workspace.isStudied).toBe(false);
  });
});

describe("how a dataset is shown", () => {
  test("its name, its style, its place and whether it is in the pictures are the person's own", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    const { outcome, analysis } = one.of("a.npy");
    const adornment = { name: "mine", style: 7, place: 3, isHidden: true };
    one.workspace.adorn(one.id("a.npy"), adornment);
    expect(one.of("mine")).toMatchObject({ ...adornment, outcome, analysis });
    one.workspace.adorn(one.id("mine"), { place: null, isHidden: false });
    expect(one.of("mine")).toMatchObject({ name: "mine", style: 7, place: null, isHidden: false });
  });

  test("an empty name gives it that of its files again", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    one.workspace.adorn(one.id("a.npy"), { name: "mine" });
    one.workspace.adorn(one.id("mine"), { name: "" });
    expect(one.datasets.map(({ name }) => name)).toEqual(["a.npy"]);
  });

  test("a name stays over another run", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    one.workspace.adorn(one.id("a.npy"), { name: "mine", style: 5 });
    one.workspace.runAgain(one.id("mine"));
    await one.engine.finish();
    expect(one.of("mine").style).toBe(5);
  });

  test("nothing is computed for it", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    const spectra = one.datasets.map(({ analysis }) => analysis as ScriptedAnalysis);
    const asked = (): number[] =>
      spectra.map(({ views, outcomes }) => views.length + outcomes.length);
    const before = asked();
    one.workspace.adorn(one.id("a.npy"), { style: 3 });
    one.workspace.move(one.id("a.npy"), 1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked()).toEqual(before);
  });

  test("a new one has the first style that is free, also after one has left", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy", "c.npy");
    expect(one.datasets.map(({ style }) => style)).toEqual([0, 1, 2]);
    one.workspace.remove(one.id("b.npy"));
    await one.analyzed("d.npy", "e.npy");
    expect(one.datasets.map(({ name, style }) => [name, style])).toEqual([
      ["a.npy", 0],
      ["c.npy", 2],
      ["d.npy", 1],
      ["e.npy", 3],
    ]);
    expect(freeStyle([])).toBe(0);
  });
});

test("results without files keep their name where another is taken back", async () => {
  const one = await scene();
  one.workspace.receive([returned(one.engine, "layer 3")], "link");
  one.workspace.adorn(one.id("layer 3"), { name: "mine" });
  one.workspace.adorn(one.id("mine"), { name: "" });
  expect(one.datasets.map(({ name }) => name)).toEqual(["mine"]);
});

describe("the order of the list", () => {
  test("changes by one up or down, and is said", async () => {
    const one = await scene();
    one.workspace.receive(
      ["a", "b", "c"].map((name) => returned(one.engine, name)),
      "link",
    );
    const names = (): string => one.datasets.map(({ name }) => name).join(" ");
    one.workspace.move(one.id("c"), -1);
    expect(names()).toBe("a c b");
    expect(one.announcements.at(-1)).toBe("c is number 2 of 3.");
    one.workspace.move(one.id("c"), 1);
    expect(names()).toBe("a b c");
    expect(one.announcements.at(-1)).toBe("c is number 3 of 3.");
    expect(one.selected).toBe("a");
  });

  test("has its ends", async () => {
    const one = await scene();
    one.workspace.receive(
      ["a", "b"].map((name) => returned(one.engine, name)),
      "link",
    );
    one.workspace.move(one.id("a"), -1);
    one.workspace.move(one.id("b"), 1);
    // And one that has left the list moves nothing.
    one.workspace.move(99, -1);
    expect(one.datasets.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("is that in which files are read", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy", "c.npy");
    one.workspace.move(one.id("c.npy"), -1);
    await one.engine.answer();
    expect(one.engine.busy).toBe("read c.npy");
  });
});

describe("scores", () => {
  test("are taken in place of what was taken before, and forgotten", async () => {
    const one = await scene();
    one.workspace.score("a,1\nb,2");
    expect(one.workspace.state.scores).toEqual([
      { name: "a", value: 1 },
      { name: "b", value: 2 },
    ]);
    one.workspace.score("c,3");
    expect(one.workspace.state.scores).toEqual([{ name: "c", value: 3 }]);
    one.workspace.score(null);
    expect(one.workspace.state.scores).toBeNull();
  });

  test("that make no sense are said, and nothing is lost", async () => {
    const one = await scene();
    one.workspace.score("a,1");
    one.workspace.score("a,1\nb is good");
    expect(one.workspace.state.notice?.code).toBe("no_score");
    expect(one.workspace.state.scores).toEqual([{ name: "a", value: 1 }]);
    one.workspace.score("b,2");
    expect(one.workspace.state.notice).toBeNull();
  });
});

describe("what lies over the spectrum", () => {
  test("changes only where something is new", async () => {
    const one = await scene();
    const pointed = { first: 4, last: 50 };
    const changes = vi.fn();
    one.workspace.subscribe(changes);
    one.workspace.overlay({ nulls: true });
    one.workspace.overlay({ pointed });
    expect(one.workspace.state.overlays).toEqual({ nulls: true, pointed });
    one.workspace.overlay({ pointed });
    one.workspace.overlay({ nulls: true });
    one.workspace.overlay({});
    expect(changes).toHaveBeenCalledTimes(2);
    one.workspace.overlay({ pointed: null });
    expect(one.workspace.state.overlays).toEqual({ nulls: true, pointed: null });
  });
});

describe("notices", () => {
  test("are said, replaced and dismissed", async () => {
    const one = await scene();
    one.workspace.say("folder", "That folder could not be read.");
    expect(one.workspace.state.notice?.code).toBe("folder");
    one.workspace.report(new TypeError("x is undefined"));
    expect(one.workspace.state.notice?.code).toBe("unexpected");
    one.workspace.dismissNotice();
    expect(one.workspace.state.notice).toBeNull();
  });

  test("go when files come", async () => {
    const one = await scene();
    one.workspace.say("folder", "That folder could not be read.");
    await one.offer("a.npy");
    expect(one.workspace.state.notice).toBeNull();
  });

  test.each<[unknown, string, RegExp]>([
    [new AnalysisError("bad_header", "a.npy: no."), "bad_header", /^a\.npy: no\.$/],
    [new TypeError("x is undefined"), "unexpected", /\(x is undefined\).*reload it/],
    ["a text", "unexpected", /\(a text\)/],
    [undefined, "unexpected", /\(undefined\)/],
    // The code of a DOMException is a number: no name that this page knows.
    [new DOMException("gone", "NotFoundError"), "unexpected", /\(gone\)/],
  ])("%s becomes %s", (error, code, message) => {
    const failure = failureOf(error);
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(message);
  });
});

describe("lessons", () => {
  test("open over the analyzer, which stays as it is, and leave for its address", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    const { datasets } = one.workspace.state;
    one.workspace.leaveLessons("#s=abc");
    one.workspace.openLesson("#learn/window");
    expect(one.workspace.state).toMatchObject({ lesson: "#learn/window", analyzer: "#s=abc" });
    expect(one.workspace.state.datasets).toBe(datasets);
    one.workspace.leaveLessons("");
    expect(one.workspace.state).toMatchObject({ lesson: null, analyzer: "#" });
    const before = one.workspace.state;
    one.workspace.leaveLessons("#");
    expect(one.workspace.state).toBe(before);
  });
});

describe("colours", () => {
  test("are the system's unless the person has chosen others", async () => {
    const one = await scene();
    expect(theme(one.workspace.state)).toBe("light");
    one.workspace.setSystemTheme("dark");
    expect(theme(one.workspace.state)).toBe("dark");
    one.workspace.setSettings({ theme: "light" });
    expect(theme(one.workspace.state)).toBe("light");
    one.workspace.setSystemTheme("light");
    one.workspace.setSettings({ theme: "system" });
    one.workspace.setSystemTheme("dark");
    expect(theme(one.workspace.state)).toBe("dark");
  });

  test("that were chosen are kept between visits, and “as the system” is nothing to keep", async () => {
    const one = await scene();
    one.workspace.setSettings({ theme: "dark" });
    expect([...storage.kept]).toEqual([["eigenscope.theme", "dark"]]);
    const next = await scene();
    expect(next.workspace.state.settings.theme).toBe("dark");
    next.workspace.setSettings({ theme: "system" });
    expect(storage.kept.size).toBe(0);
  });

  test("last as long as the page where storage is switched off", async () => {
    storage.isOff = true;
    const one = await scene();
    expect(one.workspace.state.settings.theme).toBe("system");
    one.workspace.setSettings({ theme: "dark" });
    expect(theme(one.workspace.state)).toBe("dark");
  });

  test("that storage holds and the page does not know are the system's", async () => {
    storage.setItem("eigenscope.theme", "<b>");
    expect((await scene()).workspace.state.settings.theme).toBe("system");
  });

  test("other settings keep nothing in the browser", async () => {
    const one = await scene();
    one.workspace.setSettings({ engine: "gpu", workers: 3 });
    expect(one.workspace.state.settings).toEqual({ engine: "gpu", workers: 3, theme: "system" });
    expect(storage.kept.size).toBe(0);
  });
});

describe("a page in a frame", () => {
  async function framed(search: string) {
    vi.resetModules();
    vi.stubGlobal("location", { search });
    const { isEmbedded } = await import("../../www/state/embedded");
    return { isEmbedded, ...(await import("../../www/state/theme")) };
  }
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test.each(["?embed", "?embed=1&x=2", "?x&embed"])(
    "%s keeps and reads nothing",
    async (search) => {
      storage.setItem("eigenscope.theme", "dark");
      const { isEmbedded, savedTheme, saveTheme } = await framed(search);
      expect(isEmbedded).toBe(true);
      expect(savedTheme()).toBe("system");
      saveTheme("light");
      saveTheme("system");
      expect([...storage.kept]).toEqual([["eigenscope.theme", "dark"]]);
    },
  );

  test.each(["", "?embedded", "?x=embed"])("“%s” is none", async (search) => {
    expect((await framed(search)).isEmbedded).toBe(false);
  });
});
