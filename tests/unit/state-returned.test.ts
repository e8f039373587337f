// Results without features: links and saved Reports stand beside one's own files, go to the window that they are of, and leave again.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Preparation } from "../../www/engine/types";
import { AnalysisError } from "../../www/engine/types";
import type { Returned } from "../../www/share/recorded";
import { pageState, standardPreparation } from "../../www/state/state";
import {
  endScenes,
  notRecorded,
  returned,
  type Scene,
  type ScriptedStudy,
  scene,
} from "./lib/scripted-engine";

const readLink = vi.hoisted(() => vi.fn<(fragment: string) => Promise<Returned[]>>());
vi.mock("../../www/share/recorded", () => ({ readLink }));

const { openLink } = await import("../../www/share/link");

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

const uncentred: Preparation = { ...standardPreparation, centred: false };

describe("what a link brings", () => {
  test("is shown in its own window, weights and preparation where there is nothing else", async () => {
    const one = await scene();
    const window = { first: 4, last: 50 };
    const more = { window, weight: "none" as const, preparation: uncentred, dropped: 2 };
    const link = [returned(one.engine, "a", more), returned(one.engine, "b")];
    one.workspace.receive(link, "link");
    expect(one.workspace.state).toMatchObject({
      window,
      weight: "none",
      preparation: uncentred,
      dropped: 2,
    });
    expect(one.selected).toBe("a");
    expect(one.statuses).toEqual(["done", "done"]);
    expect(one.of("a").report?.fit).toMatchObject({ first: 4, last: 50, weight: "none" });
    expect(one.of("a").returned).toEqual({ from: "link", window, weight: "none" });
    // The other was recorded in another preparation, and says so.
    expect(one.of("b").withheld).toEqual(notRecorded);
    expect(one.announcements.at(-1)).toBe("2 spectra of the link.");
    expect(one.engine.busy).toBeNull();
    expect(one.workspace.isStudied).toBe(true);
  });

  test("stands beside one's own files in the window of those, and comes into view", async () => {
    const one = await scene();
    await one.analyzed("own.npy");
    one.workspace.setWindow({ first: 20, last: 60 });
    one.workspace.receive([returned(one.engine, "a", { window: { first: 1, last: 9 } })], "link");
    expect(one.workspace.state.window).toEqual({ first: 20, last: 60 });
    expect(one.datasets.map(({ name, style }) => [name, style])).toEqual([
      ["own.npy", 0],
      ["a", 1],
    ]);
    expect(one.selected).toBe("a");
    expect(one.of("a").report?.fit).toMatchObject({ first: 20, last: 60 });
    expect(one.announcements.at(-1)).toBe("1 spectrum of the link.");
  });

  test("has letters for names where it brings none", async () => {
    const one = await scene();
    const link = Array.from({ length: 54 }, () => returned(one.engine, null));
    one.workspace.receive(link, "link");
    const names = one.datasets.map(({ name }) => name);
    expect(new Set(names).size).toBe(54);
    expect([0, 1, 25, 26, 27, 51, 52].map((index) => names[index])).toEqual([
      "spectrum A",
      "spectrum B",
      "spectrum Z",
      "spectrum AA",
      "spectrum AB",
      "spectrum AZ",
      "spectrum BA",
    ]);
  });

  test("may be nothing, which changes nothing", async () => {
    const one = await scene();
    const before = one.workspace.state;
    one.workspace.receive([], "link");
    expect(one.workspace.state).toBe(before);
  });

  test("cannot be read again, and has no moments", async () => {
    const one = await scene();
    one.workspace.receive([returned(one.engine, "a")], "link");
    one.workspace.runAgain(one.id("a"));
    expect(one.statuses).toEqual(["done"]);
    expect(one.engine.busy).toBeNull();
  });

  test("says why there is nothing of another preparation, and is not queued for it", async () => {
    const one = await scene();
    one.workspace.receive([returned(one.engine, "a")], "link");
    one.workspace.prepare(uncentred, 0);
    expect(one.of("a")).toMatchObject({ status: "done", withheld: notRecorded, analysis: null });
    expect(pageState(one.workspace.state)).toBe("done");
    one.workspace.prepare(standardPreparation, 0);
    expect(one.of("a").outcome?.fit?.alpha).toBe(1);
  });

  test("takes a notice away", async () => {
    const one = await scene();
    one.workspace.say("damaged_link", "The link is damaged.");
    one.workspace.receive([returned(one.engine, "a")], "link");
    expect(one.workspace.state.notice).toBeNull();
  });
});

describe("to leave a link", () => {
  test("takes away what came from it, and nothing else", async () => {
    const one = await scene();
    await one.analyzed("own.npy");
    one.workspace.receive([returned(one.engine, "saved")], "report");
    const link = [returned(one.engine, "a"), returned(one.engine, "b")];
    one.workspace.receive(link, "link");
    one.workspace.forget("link");
    expect(one.datasets.map(({ name }) => name)).toEqual(["own.npy", "saved"]);
    expect(link.map(({ study }) => (study as ScriptedStudy).isFreed)).toEqual([true, true]);
    one.workspace.forget("report");
    expect(one.datasets.map(({ name }) => name)).toEqual(["own.npy"]);
    expect(one.selected).toBe("own.npy");
  });
});

describe("the address of a link", () => {
  const link = (one: Scene, ...names: string[]): Returned[] =>
    names.map((name) => returned(one.engine, name));
  const open = (one: Scene, isWanted = () => true): Promise<void> =>
    openLink(one.workspace, "#s=abc", isWanted);

  test("shows what it carries in place of what an earlier one did, beside one's own files", async () => {
    const one = await scene();
    await one.analyzed("own.npy");
    readLink.mockResolvedValueOnce(link(one, "a", "b"));
    await open(one);
    expect(readLink).toHaveBeenLastCalledWith("#s=abc");
    readLink.mockResolvedValueOnce(link(one, "c"));
    await open(one);
    expect(one.datasets.map(({ name }) => name)).toEqual(["own.npy", "c"]);
  });

  test.each(["damaged_link", "newer_link"])(
    "that says %s is a sentence, leaves what there is, and the page works on",
    async (code) => {
      const one = await scene();
      readLink.mockResolvedValueOnce(link(one, "a"));
      await open(one);
      readLink.mockRejectedValueOnce(new AnalysisError(code, "The link cannot be read."));
      await open(one);
      expect(one.workspace.state.notice).toEqual({ code, message: "The link cannot be read." });
      expect(one.datasets.map(({ name }) => name)).toEqual(["a"]);
      await one.analyzed("own.npy");
      expect(one.statuses).toEqual(["done", "done"]);
      expect(one.workspace.state.notice).toBeNull();
    },
  );

  test("that is not wanted any more once it is read changes nothing", async () => {
    const one = await scene();
    readLink.mockResolvedValueOnce(link(one, "a"));
    await open(one);
    const late = link(one, "b");
    readLink.mockResolvedValueOnce(late);
    const before = one.workspace.state;
    await open(one, () => false);
    expect(one.workspace.state).toBe(before);
    // What was read of it is left to the garbage collector.
    for (const { study } of late) if (!(study as ScriptedStudy).isFreed) study.free();
  });
});
