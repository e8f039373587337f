// Results stay in this browser over a reload only where the person wants that, and everything can be cleared.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Returned } from "../../www/share/recorded";
import { isSessionKept, wishSession } from "../../www/state/session";
import { standardPreparation } from "../../www/state/state";
import { storage } from "./lib/page-globals";
import { endScenes, returned, type Scene, scene } from "./lib/scripted-engine";

/** IndexedDB, as idb-keyval shows it. */
const { base, idb } = vi.hoisted(() => {
  const base = new Map<string, unknown>();
  const idb = {
    get: vi.fn(async (key: string) => base.get(key)),
    set: vi.fn(async (key: string, value: unknown) => void base.set(key, value)),
    clear: vi.fn(async () => base.clear()),
  };
  return { base, idb };
});
vi.mock("idb-keyval", () => idb);

const readReport = vi.hoisted(() => vi.fn<(report: unknown) => Promise<Returned>>());
vi.mock("../../www/share/recorded", () => ({ readReport }));

const { clearEverything, keep, restore } = await import("../../www/share/session");

/** After a change, what is shown is saved once nothing has changed for so many milliseconds. */
const rest = 500;

const replaceState = vi.fn();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("history", { replaceState });
  replaceState.mockClear();
  idb.set.mockClear();
  storage.isOff = false;
  storage.clear();
  base.clear();
});
afterEach(async () => {
  for (const one of followed.splice(0)) keep(one.workspace, false);
  await endScenes();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const followed: Scene[] = [];
function kept(one: Scene): void {
  followed.push(one);
  keep(one.workspace, true);
}

/** The page after a reload: what is saved is read as the core reads Reports. */
async function reloaded(): Promise<Scene> {
  const one = await scene();
  followed.push(one);
  readReport.mockImplementation(async (report) => {
    const { of } = report as { of: string };
    return returned(one.engine, `file of ${of}`, { spectrum: { alpha: of.length } });
  });
  await restore(one.workspace);
  return one;
}

describe("the wish", () => {
  test("is off until it is said, and off again when it is taken back", () => {
    expect(isSessionKept()).toBe(false);
    wishSession(true);
    expect(isSessionKept()).toBe(true);
    expect([...storage.kept.keys()]).toEqual(["eigenscope.session"]);
    wishSession(false);
    expect(isSessionKept()).toBe(false);
    expect(storage.kept.size).toBe(0);
  });

  test("is none where storage is switched off", () => {
    storage.isOff = true;
    expect(isSessionKept()).toBe(false);
  });

  test("that cannot be kept is said, and nothing is saved", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    storage.isOff = true;
    kept(one);
    expect(one.workspace.state.notice?.code).toBe("unexpected");
    await vi.advanceTimersByTimeAsync(10 * rest);
    expect(base.size).toBe(0);
    storage.isOff = false;
  });
});

describe("without the wish", () => {
  test("nothing is saved, whatever happens", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    one.workspace.setWindow({ first: 4, last: 50 });
    await vi.advanceTimersByTimeAsync(10 * rest);
    expect(idb.set).not.toHaveBeenCalled();
    expect(storage.kept.size).toBe(0);
  });
});

describe("with it", () => {
  test("results, how they are shown and what is in view are there again after a reload", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "bb.npy");
    kept(one);
    one.workspace.adorn(one.id("bb.npy"), { name: "mine", style: 7, isHidden: true, place: 3 });
    one.workspace.setWindow({ first: 4, last: 50 });
    one.workspace.setWeight("none");
    one.workspace.prepare(standardPreparation, 2);
    await vi.advanceTimersByTimeAsync(10 * rest);

    const other = await reloaded();
    expect(
      other.datasets.map(({ name, style, isHidden, place }) => [name, style, isHidden, place]),
    ).toEqual([
      ["a.npy", 0, false, null],
      ["mine", 7, true, 3],
    ]);
    expect(other.datasets.map(({ returned }) => returned?.from)).toEqual(["report", "report"]);
    expect(other.workspace.state).toMatchObject({
      window: { first: 4, last: 50 },
      weight: "none",
      dropped: 2,
      preparation: standardPreparation,
    });
    expect(other.selected).toBe("a.npy");
    expect(other.of("a.npy").report?.fit).toMatchObject({ first: 4, last: 50, weight: "none" });
  });

  test("the Reports are those of the window in view", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    kept(one);
    one.workspace.setWindow({ first: 4, last: 50 });
    await vi.advanceTimersByTimeAsync(rest);
    const { datasets } = base.get("session") as { datasets: { report: string }[] };
    expect(datasets.map(({ report }) => JSON.parse(report))).toMatchObject([
      { first: 4, last: 50, weight: "1/k" },
    ]);
  });

  test("it is saved once nothing has changed for a while, and only what has a spectrum", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    await one.offer("b.npy");
    kept(one);
    await vi.advanceTimersByTimeAsync(rest - 1);
    one.workspace.setWindow({ first: 4, last: 50 });
    await vi.advanceTimersByTimeAsync(rest - 1);
    expect(idb.set).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(idb.set).toHaveBeenCalledTimes(1);
    expect((base.get("session") as { datasets: unknown[] }).datasets).toHaveLength(1);
    // What is not kept does not have it saved again.
    one.workspace.announce("Something happened.");
    one.workspace.overlay({ nulls: true });
    await vi.advanceTimersByTimeAsync(10 * rest);
    expect(idb.set).toHaveBeenCalledTimes(1);
  });

  test("what was removed is not kept", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    kept(one);
    one.workspace.remove(one.id("a.npy"));
    await vi.advanceTimersByTimeAsync(rest);
    const other = await reloaded();
    expect(other.datasets.map(({ name }) => name)).toEqual(["b.npy"]);
  });

  test("what follows a reload is kept, too", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    kept(one);
    await vi.advanceTimersByTimeAsync(rest);
    const other = await reloaded();
    await other.analyzed("b.npy");
    await vi.advanceTimersByTimeAsync(rest);
    const third = await reloaded();
    expect(third.datasets.map(({ name }) => name)).toEqual(["a.npy", "b.npy"]);
  });

  test("what is kept and cannot be read is said, and stays where it is", async () => {
    const session = { view: {}, datasets: [{ report: "{}", adornment: { name: "a" } }] };
    base.set("session", session);
    const one = await scene();
    readReport.mockRejectedValueOnce(new Error("of another version"));
    await restore(one.workspace);
    expect(one.workspace.state.notice?.message).toMatch(/of another version/);
    await one.analyzed("b.npy");
    await vi.advanceTimersByTimeAsync(10 * rest);
    expect(base.get("session")).toBe(session);
  });

  test("the wish taken back clears what was kept, and ends the saving", async () => {
    const one = await scene();
    await one.analyzed("a.npy");
    kept(one);
    await vi.advanceTimersByTimeAsync(rest);
    one.workspace.setWindow({ first: 4, last: 50 });
    keep(one.workspace, false);
    expect(isSessionKept()).toBe(false);
    await vi.advanceTimersByTimeAsync(10 * rest);
    expect(base.size).toBe(0);
    one.workspace.setWindow({ first: 5, last: 50 });
    await vi.advanceTimersByTimeAsync(10 * rest);
    expect(base.size).toBe(0);
  });
});

describe("“clear everything”", () => {
  const unregister = vi.fn(async () => true);
  const scope = "https://example.org/eigenscope/";
  const deleted: string[] = [];
  beforeEach(() => {
    deleted.length = 0;
    unregister.mockClear();
    vi.stubGlobal("caches", {
      keys: async () => [`precache-${scope}`, `runtime-${scope}`, "another page's"],
      delete: async (name: string) => void deleted.push(name),
    });
    vi.stubGlobal("navigator", {
      serviceWorker: { getRegistration: async () => ({ scope, unregister }) },
    });
  });

  test("takes all off the page and out of the browser: results, colours, files for use offline, the address", async () => {
    const one = await scene();
    await one.analyzed("a.npy", "b.npy");
    one.workspace.setSettings({ theme: "dark" });
    kept(one);
    await vi.advanceTimersByTimeAsync(rest);
    storage.setItem("eigenscope.later", "1");
    storage.setItem("of another page", "1");
    expect(base.size).toBe(1);
    await clearEverything(one.workspace);
    expect(one.datasets).toEqual([]);
    expect(one.workspace.state.settings.theme).toBe("system");
    expect(base.size).toBe(0);
    expect([...storage.kept.keys()]).toEqual(["of another page"]);
    expect(replaceState).toHaveBeenCalledWith(null, "", "/");
    expect(deleted).toEqual([`precache-${scope}`, `runtime-${scope}`]);
    expect(unregister).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10 * rest);
    expect(base.size).toBe(0);
    const other = await reloaded();
    expect(other.datasets).toEqual([]);
  });

  test("works where the browser has no caches and no service workers", async () => {
    vi.stubGlobal("caches", undefined);
    vi.stubGlobal("navigator", {});
    const one = await scene();
    await one.analyzed("a.npy");
    await clearEverything(one.workspace);
    expect(one.datasets).toEqual([]);
  });
});
