// The page as a frame: whom it hears, what it answers, and what it never tells.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { embed } from "../../www/embed/frame";
import type { Dataset } from "../../www/state/dataset";
import { nothingAsked } from "../../www/state/dataset";
import { standardPreparation } from "../../www/state/state";
import type { Workspace } from "../../www/state/workspace";
import { settled } from "./lib/later";

vi.mock("../../www/embed/bar", () => ({}));

const host = "https://host.example";
const usual = { first: 11, last: 100 };

/** The page behind the frame: it does nothing by itself. */
class Page {
  state: Record<string, unknown> & { datasets: Partial<Dataset>[] } = {
    engine: { variant: "simd128" },
    bootFailure: null,
    datasets: [],
  };
  readonly defaultWindow = usual;
  readonly done: unknown[][] = [];
  #listeners: (() => void)[] = [];
  #lastId = 0;

  subscribe(listener: () => void): () => void {
    this.#listeners.push(listener);
    return () => {};
  }
  take(file: File, array: string | null): number {
    this.#lastId += 1;
    this.done.push(["take", file.name, array]);
    this.add({ id: this.#lastId, files: [file], status: "waiting", asked: nothingAsked });
    return this.#lastId;
  }
  add(dataset: Partial<Dataset>): void {
    this.state = { ...this.state, datasets: [...this.state.datasets, dataset] };
  }
  /** Changes a dataset, and what depends on it. */
  async change(id: number, changes: Partial<Dataset>): Promise<void> {
    const datasets = this.state.datasets.map((one) =>
      one.id === id ? { ...one, ...changes } : one,
    );
    await this.update({ datasets });
  }
  async update(changes: object): Promise<void> {
    this.state = { ...this.state, ...changes };
    for (const listener of this.#listeners) listener();
    await settled();
  }
  prepare(...of: unknown[]): void {
    this.done.push(["prepare", ...of]);
  }
  setWindow(window: unknown): void {
    this.done.push(["window", window]);
  }
  setWeight(weight: unknown): void {
    this.done.push(["weight", weight]);
  }
  setSettings(settings: unknown): void {
    this.done.push(["settings", settings]);
  }
  say(code: string, message: string): void {
    this.done.push(["say", code, message]);
  }
  cancel(id: number): void {
    this.done.push(["cancel", id]);
    this.state = {
      ...this.state,
      datasets: this.state.datasets.map((one) =>
        one.id === id && one.status !== "done" ? { ...one, status: "cancelled" as const } : one,
      ),
    };
  }
  remove(id: number): void {
    this.done.push(["remove", id]);
    this.state = { ...this.state, datasets: this.state.datasets.filter((one) => one.id !== id) };
  }
}

interface Answer {
  type: string;
  id?: unknown;
  code?: string;
  message?: string;
  stage?: string;
  report?: unknown;
}

let page: Page;
let root: { dataset: Record<string, string> };
/** What the parent was told, and at which origin. */
let told: { said: Answer; origin: string }[];
let ears: ((event: object) => void)[];
const parent = {
  postMessage: (said: unknown, origin: string) =>
    told.push({ said: structuredClone(said) as Answer, origin }),
};

/** Opens the frame at an address. */
function open(search = "?embed", within: object | null = parent): void {
  vi.stubGlobal("document", { documentElement: root });
  vi.stubGlobal("location", { search });
  const self = { addEventListener: (_: string, ear: (event: object) => void) => ears.push(ear) };
  vi.stubGlobal("window", Object.assign(self, { parent: within ?? self }));
  embed(page as unknown as Workspace);
}

/** A message, as it comes. */
async function send(data: unknown, { origin = host, source = parent as object } = {}) {
  for (const ear of ears) ear({ data, origin, source });
  await settled();
}

const ping = { type: "eigenscope:ping", version: 1 };
const pong = { type: "eigenscope:pong", version: 1 };
const analyze = (id: unknown, options?: object) =>
  send({ type: "eigenscope:analyze", id, buffer: new ArrayBuffer(8), options });
const said = (): Answer[] => told.map((one) => one.said);
const codes = (): unknown[] => said().flatMap(({ code }) => code ?? []);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  page = new Page();
  root = { dataset: {} };
  told = [];
  ears = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A study whose Report tells how it was asked for. */
function study(changes: object = {}): Partial<Dataset> {
  const analysis = {
    report: (first: number, last: number, weight: string) => ({ first, last, weight }),
    free: vi.fn(),
  };
  const found = {
    usual: standardPreparation,
    bytes: 100,
    isComplete: () => true,
    analysis: () => analysis,
    ...changes,
  };
  return { status: "done", study: found as unknown as Dataset["study"] };
}

describe("whom the frame hears", () => {
  test("its parent, at the origin of the first message that it understands", async () => {
    open();
    await send({ type: "other:ping" }, { origin: "https://other.example" });
    await send(ping);
    expect(told).toEqual([{ said: pong, origin: host }]);
    await send(ping, { origin: "https://other.example" });
    expect(told).toHaveLength(1);
    expect(root.dataset.ignored).toBe("1");
  });

  test("a message that it cannot follow is answered where it came from, and pins no origin", async () => {
    open();
    await send({ type: "eigenscope:open" }, { origin: "https://other.example" });
    expect(told).toEqual([
      {
        said: expect.objectContaining({
          type: "eigenscope:refused",
          code: "bad_message",
          id: null,
        }),
        origin: "https://other.example",
      },
    ]);
    await send(ping);
    expect(told.at(-1)).toEqual({ said: pong, origin: host });
  });

  test("of the origin in its address alone, if there is one", async () => {
    open(`?embed=${host}`);
    await send(ping, { origin: "https://other.example" });
    await send(
      { type: "eigenscope:analyze", id: 1, file: new Blob(["x"]) },
      { origin: "https://x" },
    );
    expect(told).toEqual([]);
    expect(page.done).toEqual([]);
    expect(root.dataset.ignored).toBe("2");
    await send(ping);
    expect(told).toEqual([{ said: pong, origin: host }]);
  });

  test("with or without the slash that ends an origin", async () => {
    for (const text of [`${host}/`, "https://HOST.example", "https://host.example:443"]) {
      told = [];
      ears = [];
      open(`?embed=${encodeURIComponent(text)}`);
      await send(ping);
      expect(told, text).toHaveLength(1);
    }
  });

  test.each([
    "neighbour",
    "https://",
    "https://host.example/path",
    "https://host.example/?x",
    "https://user@host.example",
    "file:///tmp",
    "javascript:alert(1)",
    "null",
    "*",
  ])("none, where its address names %s, and says so", async (text) => {
    open(`?embed=${encodeURIComponent(text)}`);
    expect(page.done).toEqual([["say", "bad_embed_origin", expect.stringMatching(/no origin/)]]);
    expect(ears).toEqual([]);
    await send(ping);
    expect(told).toEqual([]);
  });

  test("not what stands beside it, and not a page without an origin", async () => {
    open();
    await send(ping, { source: { postMessage: () => {} } });
    await send(ping, { origin: "null" });
    expect(told).toEqual([]);
    expect(root.dataset.ignored).toBe("2");
    // Neither has pinned it.
    await send(ping);
    expect(told).toEqual([{ said: pong, origin: host }]);
  });

  test("none, where it is opened by itself", () => {
    open("?embed", null);
    expect(ears).toEqual([]);
    expect(root.dataset.embed).toBe("");
  });

  test("strange data is passed over without an answer", async () => {
    open();
    for (const data of [null, undefined, 0, "eigenscope:ping", [], new Map(), { type: 5 }])
      await send(data);
    expect(told).toEqual([]);
    expect(root.dataset.ignored).toBeUndefined();
  });
});

describe("what the frame wears", () => {
  test.each([
    ["?embed&theme=dark", [["settings", { theme: "dark" }]]],
    ["?embed&theme=auto", [["settings", { theme: "system" }]]],
    ["?embed&theme=toString", []],
    ["?embed", []],
  ])("%s", (search, done) => {
    open(search);
    expect(page.done).toEqual(done);
  });

  test("a theme that is sent is worn", async () => {
    open();
    await send({ type: "eigenscope:theme", theme: "dark" });
    expect(page.done).toEqual([["settings", { theme: "dark" }]]);
    expect(told).toEqual([]);
  });
});

describe("an analysis", () => {
  test("is shown as it is answered: its window, its weights, features prepared as usual", async () => {
    open();
    await analyze(1);
    await analyze(2, { array: "x", window: { first: 5, last: 60 }, weights: "none" });
    expect(page.done).toEqual([
      ["take", "features", null],
      ["prepare", standardPreparation, 0],
      ["window", usual],
      ["weight", "1/k"],
      ["take", "features", "x"],
      ["prepare", standardPreparation, 0],
      ["window", { first: 5, last: 60 }],
      ["weight", "none"],
    ]);
  });

  test("is answered with its Report, in its window, whatever the page shows by then", async () => {
    open();
    await analyze("a", { window: { first: 5, last: 60 }, weights: "none" });
    await analyze("b");
    await page.change(1, study());
    await page.change(2, study());
    expect(said().filter(({ type }) => type === "eigenscope:report")).toEqual([
      { type: "eigenscope:report", id: "a", report: { first: 5, last: 60, weight: "none" } },
      { type: "eigenscope:report", id: "b", report: { ...usual, weight: "1/k" } },
    ]);
    const count = told.length;
    await page.change(1, { name: "another" });
    expect(told, "nothing is said after the answer").toHaveLength(count);
  });

  test("tells each stage that it goes through", async () => {
    open();
    const steps: [string, Partial<Dataset>, object][] = [
      ["unpacking", { status: "running", unpacked: { done: 3, total: 9 } }, { done: 3, total: 9 }],
      [
        "reading",
        { status: "running", progress: { stage: "rows", rows: 5, rowsTotal: 50 } as never },
        { done: 5, total: 50 },
      ],
      [
        "eigenvalues",
        { progress: { stage: "eigenvalues" } as never, solved: 0.5 },
        { done: 0.5, total: 1 },
      ],
      [
        "study",
        { ...study({ isComplete: () => false }), studying: { done: 2, total: 7 } as never },
        { done: 2, total: 7 },
      ],
      ["question", { status: "choosing" }, { done: 0, total: 1 }],
    ];
    await page.update({ engine: null });
    await analyze(1);
    await page.update({ engine: {} });
    for (const [, changes] of steps) await page.change(1, changes);
    expect(said()).toEqual([
      { type: "eigenscope:progress", id: 1, stage: "waiting", done: 0, total: 1 },
      ...steps.map(([stage, , counts]) => ({
        type: "eigenscope:progress",
        id: 1,
        stage,
        ...counts,
      })),
    ]);
  });

  test("tells how far a stage is now and then, not at every step", async () => {
    open();
    await analyze(1);
    const at = (rows: number) =>
      page.change(1, {
        status: "running",
        progress: { stage: "rows", rows, rowsTotal: 1000 } as never,
      });
    for (let rows = 0; rows < 100; rows += 1) await at(rows);
    const reading = () => said().filter(({ stage }) => stage === "reading");
    expect(reading()).toHaveLength(1);
    vi.advanceTimersByTime(100);
    await at(500);
    expect(reading().at(-1)).toMatchObject({ done: 500 });
    expect(reading()).toHaveLength(2);
  });

  test("whose sums were freed gives a Report if one is there, or says that it is not", async () => {
    open();
    await analyze(1);
    await page.change(1, study({ bytes: 0, isComplete: () => false }));
    expect(said().at(-1)).toMatchObject({ type: "eigenscope:report", id: 1 });
    await analyze(2);
    await page.change(2, study({ bytes: 0, analysis: () => undefined }));
    expect(said().at(-1)).toMatchObject({ type: "eigenscope:refused", id: 2, code: "sums_let_go" });
    await analyze(3);
    const reason = { code: "no_variance", message: "All rows are alike." };
    await page.change(3, study({ analysis: () => reason }));
    expect(said().at(-1)).toEqual({ type: "eigenscope:refused", id: 3, ...reason });
  });

  test("that fails says why; cancelled or removed by a person, it says that", async () => {
    open();
    for (const id of [1, 2, 3]) await analyze(id);
    const failure = { code: "non_finite", message: "There is a NaN." };
    await page.change(1, { status: "error", failure });
    await page.change(2, { status: "cancelled" });
    page.remove(3);
    await page.update({});
    expect(said().filter(({ code }) => code)).toEqual([
      { type: "eigenscope:refused", id: 1, ...failure },
      expect.objectContaining({ id: 2, code: "cancelled" }),
      expect.objectContaining({ id: 3, code: "cancelled" }),
    ]);
  });

  test("of a page that cannot work is refused with the page's own reason", async () => {
    const bootFailure = { code: "no_wasm", message: "This browser runs no WebAssembly." };
    await page.update({ engine: null, bootFailure });
    open();
    await analyze(1);
    expect(said().at(-1)).toEqual({ type: "eigenscope:refused", id: 1, ...bootFailure });
  });
});

describe("ids", () => {
  test("one that waits for its answer cannot be used again; afterwards it can", async () => {
    open();
    await analyze("x");
    await analyze("x");
    expect(said().at(-1)).toMatchObject({ id: "x", code: "id_in_use" });
    expect(page.state.datasets).toHaveLength(1);
    await page.change(1, study());
    await analyze("x");
    expect(codes()).toEqual(["id_in_use"]);
    expect(page.state.datasets).toHaveLength(2);
  });

  test("1 and “1” are two", async () => {
    open();
    await analyze(1);
    await analyze("1");
    expect(codes()).toEqual([]);
    await send({ type: "eigenscope:cancel", id: "1" });
    expect(page.done).toContainEqual(["remove", 2]);
  });

  test("64 analyses may wait at a time; the 65th is refused, and the others are not", async () => {
    open();
    for (let id = 0; id < 65; id += 1) await analyze(id);
    expect(said().filter(({ code }) => code)).toEqual([
      expect.objectContaining({ id: 64, code: "too_many" }),
    ]);
    await send({ type: "eigenscope:cancel", id: 64 });
    expect(codes()).toEqual(["too_many", "unknown_id"]);
    for (let id = 63; id >= 0; id -= 1) await send({ type: "eigenscope:cancel", id });
    expect(codes().slice(2)).toEqual(Array(64).fill("cancelled"));
    expect(page.state.datasets).toEqual([]);
    await analyze(64);
    expect(page.state.datasets).toHaveLength(1);
  });
});

describe("a cancel", () => {
  test("ends the analysis and takes it from the list", async () => {
    open();
    await analyze(1);
    await page.change(1, { status: "running" });
    await send({ type: "eigenscope:cancel", id: 1 });
    expect(said().at(-1)).toMatchObject({ id: 1, code: "cancelled" });
    expect(page.done.slice(-2)).toEqual([
      ["cancel", 1],
      ["remove", 1],
    ]);
    await page.update({});
    expect(codes()).toEqual(["cancelled"]);
  });

  test("leaves in the list what has its first answer already", async () => {
    open();
    await analyze(1);
    await page.change(1, study({ isComplete: () => false }));
    await send({ type: "eigenscope:cancel", id: 1 });
    expect(page.done.at(-1)).toEqual(["cancel", 1]);
    expect(page.state.datasets).toHaveLength(1);
  });

  test("of what has not begun leaves nothing behind", async () => {
    await page.update({ engine: null });
    open();
    await analyze(1);
    await send({ type: "eigenscope:cancel", id: 1 });
    expect(codes()).toEqual(["cancelled"]);
    await page.update({ engine: {} });
    expect(page.state.datasets).toEqual([]);
  });

  test("of nothing is refused", async () => {
    open();
    await send({ type: "eigenscope:cancel", id: "never" });
    expect(said()).toEqual([
      { type: "eigenscope:refused", id: "never", code: "unknown_id", message: expect.any(String) },
    ]);
  });
});

test("the parent learns nothing of the files that a person gives to the frame", async () => {
  open();
  await send(ping);
  await analyze(1);
  await page.change(1, study());
  const count = told.length;
  page.add({ id: 50, name: "secret.npy", status: "waiting" });
  await page.change(50, { status: "running" });
  await page.change(50, study());
  await page.change(50, { status: "error", failure: { code: "non_finite", message: "secret" } });
  expect(told).toHaveLength(count);
});
