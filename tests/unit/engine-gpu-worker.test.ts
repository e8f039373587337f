// The script of the worker that has the GPU, with a GPU that fails when a test says so.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { endScript, type Message, settle } from "./lib/scripted-browser";
import { WorkerScope } from "./lib/worker-scope";

/** What the wasm module of that worker gives: a GPU without numbers. */
const gpu = vi.hoisted(() => ({
  opened: [] as { bufferBytes: number; speeds: number[] }[],
  refusal: undefined as unknown,
  kernelFailure: undefined as unknown,
  failure: undefined as unknown,
  isUsable: true,
  hasNoRoom: false,
  /** Waits for these before a batch is added, or the rest is made certain. */
  adding: undefined as Promise<void> | undefined,
  committing: undefined as Promise<void> | undefined,
  certainAt: 0,
  added: [] as number[],
  certain: [] as number[],
  freed: [] as string[],
  nudges: 0,
}));

vi.mock("virtual:wasm/gpu", () => ({ base64: "" }));
vi.mock("../../www/wasm/gpu.js", () => {
  class Blocks {
    private next_ = 0;
    constructor(private readonly chunks: number[]) {}
    total = () => Float64Array.from(this.chunks);
    next = () => (this.next_ < this.chunks.length ? this.next_ : undefined);
    take = () => Float64Array.of(this.chunks[this.next_++] ?? -1);
    free = () => gpu.freed.push("blocks");
  }
  class Engine {
    private isOn = false;
    is_usable = () => gpu.isUsable;
    adapter = () => ({ name: "a test's", backend: "none", software: false });
    speeds = () => Float64Array.of(3, 4);
    nudge = () => ({
      submit: () => {
        gpu.nudges += 1;
      },
      free: () => gpu.freed.push("nudge"),
    });
    free = () => gpu.freed.push("engine");
    async begin() {
      if (gpu.kernelFailure) throw gpu.kernelFailure;
      [gpu.added, gpu.certain, this.isOn] = [[], [], true];
    }
    async add(words: Float64Array) {
      await gpu.adding;
      if (gpu.failure) throw gpu.failure;
      gpu.added.push(words[0] ?? -1);
      if (gpu.added.length === gpu.certainAt) gpu.certain = [...gpu.added];
    }
    async settle() {
      if (gpu.failure) throw gpu.failure;
    }
    async commit() {
      await gpu.committing;
      if (gpu.failure) throw gpu.failure;
      gpu.certain = [...gpu.added];
    }
    chunks = () => Uint32Array.from(this.isOn ? gpu.certain : []);
    rows = () => (this.isOn ? 10 * gpu.certain.length : 0);
    provisional = () => (gpu.certain.length > 0 ? { rows: gpu.certain.length } : undefined);
    finish() {
      if (gpu.hasNoRoom) throw new Error("no memory");
      const blocks = this.isOn ? new Blocks(gpu.certain) : undefined;
      this.isOn = false;
      return blocks;
    }
  }
  return {
    initSync: () => {},
    open_gpu: async (bufferBytes: number, speeds: Float64Array) => {
      gpu.opened.push({ bufferBytes, speeds: [...speeds] });
      if (gpu.refusal) throw gpu.refusal;
      gpu.isUsable = true;
      return new Engine();
    },
  };
});

const lost = { code: "gpu_lost", message: "The GPU was lost" };

let worker: WorkerScope;
beforeEach(() => load("a test"));
afterEach(endScript);

async function load(userAgent: string): Promise<void> {
  Object.assign(gpu, {
    opened: [],
    refusal: undefined,
    kernelFailure: undefined,
    failure: undefined,
    isUsable: true,
    hasNoRoom: false,
    adding: undefined,
    committing: undefined,
    certainAt: 0,
    added: [],
    certain: [],
    freed: [],
    nudges: 0,
  });
  vi.resetModules();
  vi.stubGlobal("navigator", { userAgent });
  vi.useFakeTimers();
  worker = new WorkerScope();
  await import("../../www/engine/gpu");
}

const batch = (chunk: number): Message => ({
  type: "batch",
  batch: { words: Float64Array.of(chunk), data: new Uint8Array(1) },
});

async function begin(): Promise<void> {
  await worker.ask({ type: "open", speeds: new Float64Array() });
  await worker.ask({ type: "begin", plan: {} });
}

/** A promise that is settled by a test. */
function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

describe("a matrix", () => {
  test("is opened, started, added batch by batch, and ended with everything committed", async () => {
    await begin();
    expect(worker.replies).toEqual([
      { type: "opened", adapter: { name: "a test's", backend: "none", software: false } },
      { type: "begun", speeds: Float64Array.of(3, 4) },
    ]);
    expect(await worker.ask(batch(7))).toEqual([{ type: "batched" }]);
    expect(await worker.ask(batch(5))).toEqual([{ type: "batched" }]);
    expect(await worker.ask({ type: "finish" })).toEqual([
      {
        type: "end",
        chunks: Uint32Array.of(7, 5),
        rows: 20,
        words: Float64Array.of(7, 5),
        failure: undefined,
      },
    ]);
  });

  test("hands over its blocks once", async () => {
    await begin();
    for (const chunk of [7, 5]) worker.send(batch(chunk));
    await settle();
    await worker.ask({ type: "finish" });
    expect(await worker.ask({ type: "give" })).toEqual([
      { type: "block", index: 0, words: Float64Array.of(7) },
      { type: "block", index: 1, words: Float64Array.of(5) },
      { type: "given" },
    ]);
    expect(gpu.freed).toEqual(["blocks"]);
    expect(await worker.ask({ type: "give" })).toEqual([{ type: "given" }]);
  });

  test("is freed when the page does not want it", async () => {
    await begin();
    await worker.ask(batch(1));
    await worker.ask({ type: "finish" });
    await worker.ask({ type: "forget" });
    expect(gpu.freed).toEqual(["blocks"]);
    expect(await worker.ask({ type: "give" })).toEqual([{ type: "given" }]);
  });

  test("without a committed row has no sum", async () => {
    await begin();
    const [end] = await worker.ask({ type: "finish" });
    expect(end).toMatchObject({ rows: 0, words: undefined, failure: undefined });
    expect(gpu.freed).toEqual(["blocks"]);
  });

  test("reports the time of its batches without the pauses between them", async () => {
    await begin();
    for (const milliseconds of [30, 50]) {
      const adding = gate();
      gpu.adding = adding.promise;
      worker.send(batch(1));
      await settle();
      vi.advanceTimersByTime(milliseconds);
      adding.open();
      await settle();
      vi.advanceTimersByTime(1000);
    }
    expect(await worker.ask({ type: "settle" })).toEqual([{ type: "settled", milliseconds: 80 }]);
  });

  test("shows a spectrum of the committed rows", async () => {
    await begin();
    gpu.certainAt = 2;
    const ask = (): Promise<Message[]> => worker.ask({ type: "provisional" });
    const none = { type: "provisional", decomposed: undefined, rows: 0, milliseconds: 0 };
    expect(await ask()).toEqual([none]);
    for (const chunk of [1, 2, 3]) await worker.ask(batch(chunk));
    expect(await ask()).toEqual([{ ...none, decomposed: { rows: 2 }, rows: 20 }]);
  });
});

describe("waiting batches", () => {
  test("are dropped once the page asks for the end, and are not in the sum", async () => {
    await begin();
    const adding = gate();
    gpu.adding = adding.promise;
    for (const chunk of [1, 2, 3]) worker.send(batch(chunk));
    await settle();
    worker.send({ type: "finish" });
    adding.open();
    await settle();
    expect(worker.types.filter((type) => type === "batched")).toHaveLength(1);
    expect(worker.replies.at(-1)).toMatchObject({ type: "end", chunks: Uint32Array.of(1) });
  });

  test("of a failed matrix are dropped, and the next matrix gets its own", async () => {
    await begin();
    gpu.failure = lost;
    for (const chunk of [1, 2, 3]) worker.send(batch(chunk));
    worker.send({ type: "settle" });
    worker.send({ type: "finish" });
    await settle();
    expect(worker.types.filter((type) => type === "end")).toHaveLength(1);
    expect(worker.types).not.toContain("settled");
    expect(worker.types).not.toContain("batched");
    gpu.failure = undefined;
    await begin();
    expect(await worker.ask(batch(9))).toEqual([{ type: "batched" }]);
  });
});

describe("a GPU that fails", () => {
  test("ends the matrix with the committed rows and the failure", async () => {
    await begin();
    gpu.certainAt = 2;
    for (const chunk of [1, 2, 3]) await worker.ask(batch(chunk));
    gpu.failure = lost;
    expect(await worker.ask(batch(4))).toEqual([
      {
        type: "end",
        chunks: Uint32Array.of(1, 2),
        rows: 20,
        words: Float64Array.of(1, 2),
        failure: lost,
      },
    ]);
  });

  test("during the last commit ends with the rows committed before", async () => {
    await begin();
    gpu.certainAt = 1;
    for (const chunk of [1, 2]) await worker.ask(batch(chunk));
    gpu.failure = lost;
    expect(await worker.ask({ type: "finish" })).toEqual([
      expect.objectContaining({ type: "end", chunks: Uint32Array.of(1), failure: lost }),
    ]);
  });

  test("to open, or to compile its kernels, ends the matrix without a row", async () => {
    const nothing = { type: "end", chunks: new Uint32Array(), rows: 0, words: undefined };
    gpu.refusal = { code: "gpu_refused", message: "No device" };
    worker.send({ type: "open", speeds: new Float64Array() });
    // Where a person has chosen the GPU, these are on their way already.
    worker.send({ type: "begin", plan: {} });
    worker.send(batch(1));
    await settle();
    expect(worker.replies).toEqual([{ ...nothing, failure: gpu.refusal }]);
    gpu.refusal = undefined;
    gpu.kernelFailure = { code: "gpu_kernel", message: "It does not compile" };
    await begin();
    expect(worker.replies.at(-1)).toEqual({ ...nothing, failure: gpu.kernelFailure });
  });

  test("in an unknown way still ends the matrix with a failure", async () => {
    await begin();
    gpu.failure = new TypeError("what is this");
    expect(await worker.ask(batch(1))).toEqual([
      expect.objectContaining({
        type: "end",
        failure: { code: "gpu_failed", message: "The GPU failed (what is this)" },
      }),
    ]);
  });

  test("to fit its sum into memory reports no committed row", async () => {
    await begin();
    await worker.ask(batch(1));
    gpu.hasNoRoom = true;
    expect(await worker.ask({ type: "finish" })).toEqual([
      {
        type: "end",
        chunks: new Uint32Array(),
        rows: 0,
        words: undefined,
        failure: { code: "gpu_failed", message: expect.stringContaining("fit in memory") },
      },
    ]);
  });

  test("is opened again for the next matrix, and a working one is not", async () => {
    await begin();
    await worker.ask({ type: "open", speeds: Float64Array.of(3, 4) });
    expect(gpu.opened).toHaveLength(1);
    expect(worker.types.filter((type) => type === "opened")).toHaveLength(2);
    gpu.isUsable = false;
    await worker.ask({ type: "open", speeds: Float64Array.of(3, 4) });
    expect(gpu.opened.map(({ speeds }) => speeds)).toEqual([[], [3, 4]]);
    expect(gpu.freed).toEqual(["nudge", "engine"]);
  });

  test("with a wasm trap takes its worker down: the memory is unusable", async () => {
    await begin();
    const trap = new WebAssembly.RuntimeError("unreachable");
    gpu.failure = trap;
    expect(await worker.ask(batch(1))).toEqual([]);
    vi.runAllTimers();
    expect(worker.faults).toEqual([trap]);
  });
});

test("Firefox is nudged every ten milliseconds, and no other browser is", async () => {
  await begin();
  expect(vi.getTimerCount()).toBe(0);
  await load("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0");
  vi.advanceTimersByTime(20);
  expect(gpu.nudges).toBe(0);
  await begin();
  vi.advanceTimersByTime(30);
  expect(gpu.nudges).toBe(3);
  expect(gpu.opened[0]?.bufferBytes).toBe(0);
});

test("Safari's buffers are kept small", async () => {
  await load("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0");
  await begin();
  expect(gpu.opened[0]?.bufferBytes).toBe(128 << 20);
});
