// How lessons ask their worker: of what is asked under one key the newest wins, and nothing waits for ever.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Work } from "../../www/learn/run";
import { settled } from "./lib/later";

const module = vi.hoisted(() => ({
  fail: false,
  compiled: { name: "the compiled module" },
}));
vi.mock("../../www/learn/module", () => ({
  compiledModule: () =>
    module.fail ? Promise.reject(new Error("no memory")) : Promise.resolve(module.compiled),
}));

/** A worker whose answers the test gives. */
class Scripted {
  static all: Scripted[] = [];
  readonly heard: unknown[] = [];
  isEnded = false;
  onmessage: (event: unknown) => void = () => {};
  onerror: (event: unknown) => void = () => {};

  constructor(
    readonly url: string,
    readonly options: { type: string },
  ) {
    Scripted.all.push(this);
  }

  postMessage(message: unknown): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.isEnded = true;
  }

  get asked(): unknown[] {
    return this.heard.slice(1);
  }
}

const worker = (): Scripted => Scripted.all.at(-1) as Scripted;

async function answer(message: unknown): Promise<void> {
  worker().onmessage({ data: message });
  await settled();
}

/** What a promise has come to by now. */
function watched<T>(promise: Promise<T>): { state: string; value?: T; reason?: unknown } {
  const seen: { state: string; value?: T; reason?: unknown } = { state: "pending" };
  promise.then(
    (value) => Object.assign(seen, { state: "resolved", value }),
    (reason) => Object.assign(seen, { state: "rejected", reason }),
  );
  return seen;
}

let work: Work;
beforeEach(() => {
  Scripted.all = [];
  work = new Work();
  vi.stubGlobal("Worker", Scripted);
  vi.stubGlobal("document", { baseURI: "https://host/page/" });
});
afterEach(() => vi.unstubAllGlobals());

describe("a lesson's worker", () => {
  test("starts with the first question, gets the module once, and answers", async () => {
    expect(Scripted.all).toEqual([]);
    const first = watched(work.ask("one", "spectrum", 1, 2));
    await settled();
    expect(worker().heard).toEqual([
      module.compiled,
      { key: "one", name: "spectrum", values: [1, 2] },
    ]);
    expect(first.state).toBe("pending");
    await answer({ result: 5 });
    expect(first).toEqual({ state: "resolved", value: 5 });
    const second = watched(work.ask("one", "spectrum", 3));
    await settled();
    await answer({ result: 6 });
    expect(second.value).toBe(6);
    expect(Scripted.all).toHaveLength(1);
    expect(worker().asked).toHaveLength(2);
  });

  test("is asked one question at a time, in the order of the keys", async () => {
    const seen = ["a", "b", "c"].map((key) => watched(work.ask(key, "f")));
    await settled();
    for (const [index, one] of seen.entries()) {
      expect(worker().asked).toHaveLength(index + 1);
      await answer({ result: index });
      expect(one).toEqual({ state: "resolved", value: index });
    }
  });

  test("answers only the newest of what waits under a key; the others come to nothing", async () => {
    const first = watched(work.ask("one", "f", 0));
    const left = [1, 2, 3].map((value) => watched(work.ask("one", "f", value)));
    const last = watched(work.ask("one", "f", 4));
    await settled();
    expect(left.map(({ state, value }) => [state, value])).toEqual(
      left.map(() => ["resolved", undefined]),
    );
    expect(work.isOld("one")).toBe(true);
    // What is answered by now is old as well.
    await answer({ result: "old" });
    expect(first).toEqual({ state: "resolved", value: undefined });
    expect(work.isOld("one")).toBe(false);
    await answer({ result: "new" });
    expect(last).toEqual({ state: "resolved", value: "new" });
    expect(worker().asked).toEqual([
      { key: "one", name: "f", values: [0] },
      { key: "one", name: "f", values: [4] },
    ]);
  });

  test("asked anew, a question goes to the end of the line", async () => {
    void work.ask("running", "f");
    void work.ask("a", "f", 1);
    void work.ask("b", "f", 2);
    void work.ask("a", "f", 3);
    await settled();
    for (let i = 0; i < 3; i += 1) await answer({ result: i });
    expect(worker().asked.map((one) => (one as { values: number[] }).values)).toEqual([
      [],
      [2],
      [3],
    ]);
  });

  test("refuses one question and answers the next", async () => {
    const refused = watched(work.ask("one", "f"));
    const next = watched(work.ask("two", "f"));
    await settled();
    const refusal = { code: "too_few", message: "There are too few." };
    await answer({ refusal });
    expect(refused).toEqual({ state: "rejected", reason: refusal });
    await answer({ result: 1 });
    expect(next.value).toBe(1);
  });

  test("that dies says so, and the next question starts another", async () => {
    const lost = watched(work.ask("one", "f"));
    const next = watched(work.ask("two", "g"));
    await settled();
    const first = worker();
    const preventDefault = vi.fn();
    first.onerror({ preventDefault });
    await settled();
    expect(preventDefault).toHaveBeenCalledOnce();
    expect(first.isEnded).toBe(true);
    expect(lost).toMatchObject({ state: "rejected", reason: { code: "worker_failed" } });
    expect(Scripted.all).toHaveLength(2);
    expect(worker().heard).toEqual([module.compiled, { key: "two", name: "g", values: [] }]);
    await answer({ result: 2 });
    expect(next.value).toBe(2);
  });

  test("ends with the lesson: whatever waits comes to nothing", async () => {
    const seen = ["a", "b"].map((key) => watched(work.ask(key, "f")));
    await settled();
    const first = worker();
    work.end();
    await settled();
    expect(first.isEnded).toBe(true);
    expect(seen).toEqual(seen.map(() => ({ state: "resolved", value: undefined })));
    expect(work.isOld("b")).toBe(false);
    const again = watched(work.ask("a", "f"));
    await settled();
    expect(Scripted.all).toHaveLength(2);
    await answer({ result: 1 });
    expect(again.value).toBe(1);
  });

  test("is not started for a lesson that was left while the module compiled", async () => {
    const left = watched(work.ask("one", "f"));
    work.end();
    await settled();
    expect(left).toEqual({ state: "resolved", value: undefined });
    expect(Scripted.all).toEqual([]);
  });

  test("of a question that was given up while the module compiled gets only the next question", async () => {
    const work = new Work();
    const left = watched(work.ask("a", "first"));
    work.end();
    const next = watched(work.ask("b", "second"));
    await settled();
    expect(worker().asked).toEqual([{ key: "b", name: "second", values: [] }]);
    await answer({ result: 2 });
    expect([left.state, left.value]).toEqual(["resolved", undefined]);
    expect(next.value).toBe(2);
  });

  test("that cannot start because the module does not compile refuses the question", async () => {
    module.fail = true;
    const asked = watched(new Work().ask("a", "first"));
    await settled();
    module.fail = false;
    expect(asked).toMatchObject({ state: "rejected", reason: { code: "worker_failed" } });
    expect(Scripted.all).toEqual([]);
  });

  test("starts from a blob of this page, which imports the worker's script", async () => {
    const made: Blob[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      made.push(blob as Blob);
      return "blob:https://host/1";
    });
    void work.ask("one", "f");
    await settled();
    expect(worker().url).toBe("blob:https://host/1");
    expect(worker().options.type).toBe("module");
    expect(await made[0]?.text()).toMatch(/import\("[^"]*work[^"]*"\)/);
    vi.restoreAllMocks();
  });
});
