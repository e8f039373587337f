// The script of the workers that sum, over the real core and a small file.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FreshEngine, fileOf, freshEngine, type Summed, summed } from "./lib/fresh-engine";
import { endScript, type Message, settle } from "./lib/scripted-browser";
import { WorkerScope } from "./lib/worker-scope";

const { setTimeout: wait } = globalThis;

let engine: FreshEngine;
let matrix: Summed;
let worker: WorkerScope;
beforeEach(async () => {
  engine = await freshEngine();
  matrix = await summed(engine);
  vi.useFakeTimers();
  worker = new WorkerScope();
  await import("../../www/engine/worker");
});
afterEach(endScript);

const chunk = (more: Message | object = {}): Message => ({
  type: "chunk",
  chunk: 0,
  feed: false,
  bytes: null,
  ...more,
});

function join(more: object = {}): void {
  const blobs: Blob[] = [matrix.file];
  worker.send({ type: "join", plan: matrix.plan, band: 0, blobs, sums: true, ...more });
}

/** Waits until the worker has answered so many times. */
async function answers(count: number): Promise<void> {
  while (worker.replies.length < count) await new Promise((resolve) => wait(resolve));
}

/** The rows of the file, as they stand in it. */
async function rows(): Promise<Uint8Array> {
  const { files } = matrix.info as { files: { bytes: number }[] };
  const bytes = new Uint8Array(await matrix.file.arrayBuffer());
  return bytes.subarray((files[0]?.bytes ?? 0) - 160 * 128 * 2);
}

describe("a chunk", () => {
  test("is read, summed and reported with its rows and bytes", async () => {
    join();
    worker.send(chunk());
    await answers(1);
    expect(worker.replies).toEqual([
      {
        type: "chunk",
        chunk: 0,
        rows: 160,
        bytes: 160 * 128 * 2,
        milliseconds: expect.any(Number),
      },
    ]);
  });

  test("that brings its bytes is not read", async () => {
    join({ blobs: [] });
    worker.send(chunk({ bytes: await rows() }));
    await answers(1);
    expect(worker.types).toEqual(["chunk"]);
  });

  test("for the GPU is prepared and does not enter the sums of the worker", async () => {
    join({ sums: false });
    worker.send(chunk({ feed: true }));
    await answers(1);
    const [fed] = worker.replies;
    expect(fed).toMatchObject({ type: "fed", chunk: 0, rows: 160, bytes: 160 * 128 * 2 });
    expect(fed?.batch).toEqual({ words: expect.any(Float64Array), data: expect.any(Uint8Array) });
    worker.send({ type: "finish" });
    await answers(2);
    expect(worker.replies[1]).toEqual({ type: "total", words: undefined });
  });

  test("with numbers beyond f32 is reported without a batch", async () => {
    matrix = await summed(engine, "tests/data/powerlaw_alpha1_130x112_f8.npy");
    join();
    const huge = new Float64Array(130 * 112).fill(1e300);
    worker.send(chunk({ feed: true, bytes: new Uint8Array(huge.buffer) }));
    await answers(1);
    expect(worker.replies[0]).toMatchObject({ type: "fed", batch: undefined });
  });

  test("is read while the one before it is summed, and the total waits for all", async () => {
    const reads: number[] = [];
    const file = fileOf("tests/data/minilm_layer6_160x128_f2.npy");
    const { slice } = file;
    file.slice = (...range) => {
      reads.push(worker.replies.length);
      return slice.apply(file, range);
    };
    join({ blobs: [file] });
    for (let twice = 0; twice < 2; twice++) worker.send(chunk());
    worker.send({ type: "finish" });
    await answers(3);
    expect(worker.types).toEqual(["chunk", "chunk", "total"]);
    expect(reads).toEqual([0, 0]);
  });
});

describe("the end", () => {
  test("sends the total of the core", async () => {
    join();
    worker.send(chunk());
    await answers(1);
    worker.send({ type: "finish" });
    await answers(2);
    expect(worker.replies[1]).toEqual({ type: "total", words: matrix.total });
  });

  test("may come before any chunk", async () => {
    join();
    worker.send({ type: "finish" });
    await answers(1);
    expect(worker.types).toEqual(["total"]);
    expect(worker.replies[0]?.words).toBeInstanceOf(Float64Array);
  });

  test("lets one worker merge all totals and answer further requests", async () => {
    join();
    worker.send(chunk());
    worker.send({ type: "finish" });
    await answers(2);
    const totals = [matrix.total];
    const { plan } = matrix;
    worker.send({ type: "gather", plan, totals, skip: false, helpers: [] });
    await answers(3);
    const [, , first] = worker.replies;
    expect(first).toEqual({ type: "decomposed", decomposed: matrix.decomposed });
    const [beside] = await worker.ask({ type: "beside" });
    expect(beside).toEqual({ type: "beside", beside: matrix.beside });
    const [moments] = await worker.ask({ type: "moments" });
    expect(moments?.file).toEqual(matrix.gatherer.moments());
    // The blocks are with the one that gathers, and no longer given.
    expect(await worker.ask({ type: "give" })).toEqual([{ type: "given" }]);
  });

  test("leaves the blocks of the others, which are handed over once", async () => {
    join();
    worker.send(chunk());
    worker.send({ type: "finish" });
    await answers(2);
    const given = await worker.ask({ type: "give" });
    expect(given.map(({ type }) => type)).toEqual([
      ...Array(given.length - 1).fill("block"),
      "given",
    ]);
    expect(given.length).toBeGreaterThan(10);
    expect(await worker.ask({ type: "give" })).toEqual([{ type: "given" }]);
  });

  test("fails for rows with NaN unless they are to be skipped", async () => {
    const holed = new Uint8Array(await rows());
    holed.set([0xff, 0x7f], 256);
    join({ blobs: [] });
    worker.send(chunk({ bytes: holed }));
    worker.send({ type: "finish" });
    await answers(2);
    const totals = [worker.replies[1]?.words];
    const { plan } = matrix;
    const gather = (skip: boolean): Promise<Message[]> =>
      worker.ask({ type: "gather", plan, totals, skip, helpers: [] });
    expect(await gather(false)).toEqual([
      { type: "refused", code: "non_finite", message: expect.stringContaining("row 1") },
    ]);
    expect(await gather(true)).toEqual([expect.objectContaining({ type: "decomposed" })]);
  });
});

describe("matrices of parts of the rows", () => {
  test("are made and solved one by one", async () => {
    join();
    worker.send(chunk());
    worker.send({ type: "finish" });
    await answers(2);
    const { plan, total, decomposed } = matrix;
    worker.send({ type: "gather", plan, totals: [total], skip: false, helpers: [] });
    await answers(3);
    const study = new engine.core.Study(plan, decomposed);
    const tasks = study.tasks(study.usual()) as unknown[];
    for (const task of tasks) {
      const [made] = await worker.ask({ type: "matrix", task });
      expect(made).toMatchObject({ type: "matrix", task });
      const [solved] = await worker.ask({ type: "solve", task, matrix: made?.matrix });
      expect(solved).toMatchObject({ type: "solved", task });
      study.take(task, solved?.solved);
    }
    expect(tasks.length).toBeGreaterThan(0);
  });
});

describe("a provisional spectrum", () => {
  test("covers the rows so far; there is none before the first row and after the end", async () => {
    join();
    expect(await worker.ask({ type: "provisional" })).toEqual([
      { type: "provisional", decomposed: undefined, milliseconds: 0 },
    ]);
    worker.send(chunk());
    await answers(2);
    const [shown] = await worker.ask({ type: "provisional" });
    expect(shown?.decomposed).toEqual(matrix.decomposed);
    worker.send({ type: "finish" });
    await answers(4);
    expect(await worker.ask({ type: "provisional" })).toEqual([]);
  });
});

describe("a worker", () => {
  test("names a file that was removed or has shrunk", async () => {
    for (const what of ["removed", "cut"]) {
      const file = fileOf("tests/data/minilm_layer6_160x128_f2.npy");
      const gone = (): Blob => {
        const part = new Blob();
        part.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
        return part;
      };
      file.slice = what === "removed" ? gone : () => new Blob(["few"]);
      const before = worker.replies.length;
      join({ blobs: [file] });
      worker.send(chunk());
      await answers(before + 1);
      expect(worker.replies.at(-1)).toMatchObject({
        type: "refused",
        code: "file_changed",
        message: expect.stringContaining("minilm_layer6_160x128_f2.npy"),
      });
    }
  });

  test("dies of an error that is not the fault of a file, outside of any promise", async () => {
    await worker.ask({ type: "join", plan: matrix.plan, band: 0, blobs: [], sums: true });
    const { ChunkWorker } = engine.core;
    vi.spyOn(ChunkWorker.prototype, "push").mockImplementation(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
    worker.send(chunk({ bytes: await rows() }));
    while (vi.getTimerCount() === 0) await settle();
    expect(worker.replies).toEqual([]);
    expect(() => vi.runAllTimers()).toThrow("unreachable");
  });

  test("ignores requests that belong to no run", async () => {
    expect(await worker.ask({ type: "chunk" })).toEqual([]);
    expect(await worker.ask({ type: "finish" })).toEqual([]);
    expect(await worker.ask({ type: "provisional" })).toEqual([]);
  });
});
