// How files are opened: which ones need a reader, and what the page does when that is slow, fails or dies.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MOST_AHEAD } from "../../www/engine/material";
import type { Opened } from "../../www/engine/open";
import type { Pool } from "../../www/engine/pool";
import type { Asked } from "../../www/engine/types";
import { type FreshEngine, fileOf, freshEngine, nothingAsked } from "./lib/fresh-engine";
import {
  endScript,
  type ScriptedBrowser,
  type ScriptedWorker,
  scriptBrowser,
  settle,
} from "./lib/scripted-browser";

let browser: ScriptedBrowser;
let engine: FreshEngine;
let pool: Pool;
let controller: AbortController;
let told: [done: number, total: number][];
beforeEach(async () => {
  browser = scriptBrowser();
  engine = await freshEngine();
  pool = engine.newPool();
  controller = new AbortController();
  told = [];
});
afterEach(endScript);

const silence = 60_000;
const npz = () => new File(["PK\u0003\u0004 and more"], "features.npz");
const unpacked = (done: number, total: number): void => {
  told.push([done, total]);
};

function open(files: File[], asked: Asked = nothingAsked, array: string | null = null) {
  const opening = engine.openFiles(pool, files, array, asked, unpacked, controller.signal);
  // It is awaited later; a failure before that is not an unhandled one.
  opening.catch(() => {});
  return opening;
}

/** Opens a file that needs a reader, and returns the reader once it was asked. */
async function withReader(): Promise<{ opening: Promise<unknown>; reader: ScriptedWorker }> {
  const asked = (): number =>
    browser.workers.reduce((sum, worker) => sum + worker.all("open").length, 0);
  const before = asked();
  const opening = open([npz()]);
  while (asked() === before) await settle();
  const reader = browser.running.at(-1);
  if (!reader) throw new Error("no reader was started");
  reader.reply({ type: "loaded" });
  return { opening, reader };
}

const opened = { type: "opened", source: { a: "source" }, blobs: [], pieces: true, arrays: [] };
const piece = (bytes: number) => ({ type: "piece", index: 0, piece: new Uint8Array(bytes) });

describe("an .npy file", () => {
  test("is opened by the page without a reader", async () => {
    const { source, material } = (await open([
      fileOf("tests/data/minilm_layer6_160x128_f2.npy"),
    ])) as Opened;
    expect(source).toMatchObject({ format: "npy", n: 160, d: 128 });
    expect([material.isComplete, material.isStream]).toEqual([true, false]);
    expect(browser.workers).toEqual([]);
  });

  test("in several parts is one matrix without a reader", async () => {
    const shards = ["shard_1", "shard_2", "shard_10"].map((name) =>
      fileOf(`tests/data/shards/${name}.npy`),
    );
    const { source } = (await open(shards)) as Opened;
    expect((source as { files: object[] }).files).toHaveLength(3);
    expect(browser.workers).toEqual([]);
  });

  test("that may not hold features goes to the reader: a column, a square, or anything the person says so of", async () => {
    for (const [path, asked] of [
      ["tests/formats/eigenvalues/powerlaw_f8.npy", nothingAsked],
      ["tests/formats/covariance/powerlaw_f8.npy", nothingAsked],
      [
        "tests/data/minilm_layer6_160x128_f2.npy",
        { ...nothingAsked, given: "covariance" as const },
      ],
    ] as const) {
      const before = browser.workers.length;
      open([fileOf(path)], asked);
      for (let turn = 0; turn < 20; turn++) await settle();
      expect(browser.workers.length - before, path).toBe(1);
      expect(browser.workers.at(-1)?.all("open")[0]).toMatchObject({ array: null, asked });
    }
  });

  test("that is damaged fails with the core's code", async () => {
    const cut = new File([Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1)], "cut.npy");
    await expect(open([cut])).rejects.toMatchObject({ code: expect.stringMatching(/\w+/) });
  });
});

describe("several files", () => {
  test("are put in groups by a reader, which is free again then", async () => {
    const grouping = engine.groupFiles(pool, ["a.npy", "b.npy"], [1, 2]);
    const [reader] = browser.running;
    expect(reader?.all("group")).toEqual([
      { type: "group", paths: ["a.npy", "b.npy"], bytes: [1, 2] },
    ]);
    reader?.reply({ type: "loaded" });
    reader?.reply({ type: "grouped", groups: [[1], [0]] });
    expect(await grouping).toEqual([[1], [0]]);
    open([npz()]);
    while (reader?.all("open").length === 0) await settle();
    expect(browser.workers).toHaveLength(1);
  });

  test("are in no groups where the reader cannot be loaded", async () => {
    const grouping = engine.groupFiles(pool, ["a.npy", "b.npy"], [1, 2]);
    browser.running[0]?.die();
    await expect(grouping).rejects.toMatchObject({ code: "not_loaded" });
  });
});

describe("a reader", () => {
  test("gets all files, the chosen array and the answers of the person", async () => {
    const asked = { ...nothingAsked, n: 300 };
    open([npz(), npz()], asked, "features");
    while (browser.workers.length === 0) await settle();
    const [request] = browser.workers[0]?.all("open") ?? [];
    expect(request).toMatchObject({ array: "features", asked });
    expect(request?.files).toHaveLength(2);
  });

  test("that is done is kept for the next file", async () => {
    const { opening, reader } = await withReader();
    reader.reply({ type: "unpacked", done: 3, total: 9 });
    reader.reply({
      ...opened,
      pieces: false,
      blobs: [new Blob(["rows"])],
      arrays: [{ name: "x" }],
    });
    const { source, material, arrays } = (await opening) as Opened;
    expect(source).toEqual({ a: "source" });
    expect(arrays).toEqual([{ name: "x" }]);
    expect(material.blobs.map(({ size }) => size)).toEqual([npz().size, 4]);
    expect(told).toEqual([[3, 9]]);
    expect(reader.isEnded).toBe(false);
    open([npz()]);
    for (let turn = 0; turn < 20; turn++) await settle();
    expect(reader.all("open")).toHaveLength(2);
  });

  test("may find precomputed inputs", async () => {
    const { opening, reader } = await withReader();
    reader.reply({ type: "given", facts: { side: 7 }, words: Float64Array.of(1, 2) });
    expect(await opening).toEqual({ facts: { side: 7 }, words: Float64Array.of(1, 2) });
  });

  test("that finds several arrays offers them all", async () => {
    const { opening, reader } = await withReader();
    const arrays = [{ name: "features" }, { name: "gradients" }];
    reader.reply({ type: "choice", code: "several_arrays", message: "Which?", arrays });
    await expect(opening).rejects.toBeInstanceOf(engine.ChoiceError);
    await expect(opening).rejects.toMatchObject({ code: "several_arrays", arrays });
    expect(reader.isEnded).toBe(false);
  });

  test("that finds a square matrix asks what it is", async () => {
    const { opening, reader } = await withReader();
    reader.reply({ type: "refused", code: "which_matrix", message: "Of what?", spent: false });
    await expect(opening).rejects.toBeInstanceOf(engine.MatrixError);
  });

  test("that rejects a file is kept unless its memory is spent", async () => {
    for (const spent of [false, true]) {
      const { opening, reader } = await withReader();
      reader.reply({ type: "refused", code: "not_supported", message: "No.", spent });
      await expect(opening).rejects.toMatchObject({ code: "not_supported", message: "No." });
      expect(reader.isEnded).toBe(spent);
    }
  });

  test("that dies is reported differently from one that could not be loaded", async () => {
    const { opening, reader } = await withReader();
    reader.die();
    await expect(opening).rejects.toMatchObject({
      code: "worker_died",
      message: expect.stringContaining("features.npz"),
    });
    const second = open([npz()]);
    while (browser.workers.length === 1) await settle();
    browser.workers[1]?.die();
    await expect(second).rejects.toMatchObject({
      code: "not_loaded",
      message: expect.stringMatching(/could not be loaded/),
    });
  });

  test("is terminated after a minute of silence", async () => {
    const { opening, reader } = await withReader();
    vi.advanceTimersByTime(silence - 1);
    reader.reply({ type: "unpacked", done: 1, total: 2 });
    vi.advanceTimersByTime(silence - 1);
    expect(reader.isEnded).toBe(false);
    vi.advanceTimersByTime(1);
    expect(reader.isEnded).toBe(true);
    await expect(opening).rejects.toMatchObject({
      code: "reader_stuck",
      message: expect.stringMatching(/Nothing more came out of this file for a minute/),
    });
  });

  test("is terminated at once on cancel", async () => {
    const { opening, reader } = await withReader();
    controller.abort("cancelled");
    expect(reader.isEnded).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    await expect(opening).rejects.toBe("cancelled");
    reader.replyLate({ type: "unpacked", done: 1, total: 2 });
    reader.replyLate({ type: "given", facts: { side: 7 }, words: Float64Array.of(1) });
    await expect(opening).rejects.toBe("cancelled");
  });
});

describe("streamed pieces", () => {
  async function stream() {
    const { opening, reader } = await withReader();
    reader.reply(opened);
    const { material } = (await opening) as Opened;
    return { material, reader };
  }
  const read = (length: number): Float64Array => Float64Array.of(1, 0, length);

  test("arrive in order, return once taken, and end", async () => {
    const { material, reader } = await stream();
    for (let i = 0; i < 3; i++) reader.reply(piece(8));
    expect([material.isStream, material.ahead]).toEqual([true, 24]);
    material.take(read(16));
    expect(reader.all("taken").map(({ pieces }) => pieces)).toEqual([
      [new Uint8Array(8), new Uint8Array(8)],
    ]);
    expect(reader.isEnded).toBe(false);
    reader.reply({ type: "made" });
    expect(material.isComplete).toBe(true);
    material.take(read(24));
    // It has nothing left to do with that memory, and waits for the next file.
    expect(reader.all("taken")).toHaveLength(1);
    expect(reader.onmessage).toBe(null);
  });

  test("do not count as progress of the opening", async () => {
    const { reader } = await stream();
    reader.reply({ type: "unpacked", done: 1, total: 2 });
    expect(told).toEqual([]);
  });

  test("that turn out damaged at the end fail whatever reads them", async () => {
    const { material, reader } = await stream();
    const failures: unknown[] = [];
    material.listen(
      () => {},
      (reason) => failures.push(reason),
    );
    reader.reply(piece(8));
    reader.reply({ type: "refused", code: "damaged_stream", message: "Damaged.", spent: false });
    expect(failures).toEqual([expect.objectContaining({ code: "damaged_stream" })]);
    expect(reader.isEnded).toBe(false);
  });

  test("of a reader that dies, hangs or is cancelled fail every read, and the reader is terminated", async () => {
    for (const [happen, code] of [
      [(reader: ScriptedWorker) => reader.die(), "worker_died"],
      [() => vi.advanceTimersByTime(silence), "reader_stuck"],
      [() => controller.abort(Object.assign(new Error(), { code: "cancelled" })), "cancelled"],
    ] as const) {
      const { material, reader } = await stream();
      const reading = material.read(read(8));
      happen(reader);
      await expect(reading).rejects.toMatchObject({ code });
      expect(reader.isEnded).toBe(true);
    }
  });

  test("may wait for long while they are far ahead, and otherwise not", async () => {
    const { material, reader } = await stream();
    const failures: unknown[] = [];
    material.listen(
      () => {},
      (reason) => failures.push(reason),
    );
    for (let half = 0; half < 3; half++) reader.reply(piece(MOST_AHEAD / 2));
    vi.advanceTimersByTime(10 * silence);
    expect([failures, reader.isEnded]).toEqual([[], false]);
    material.take(read(MOST_AHEAD));
    vi.advanceTimersByTime(silence - 1);
    expect(failures).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(failures).toEqual([expect.objectContaining({ code: "reader_stuck" })]);
  });

  test("that do not fit in memory terminate the reader", async () => {
    const { material, reader } = await stream();
    const whole = material.whole();
    whole.catch(() => {});
    const room = vi.fn(() => {
      throw new RangeError("Array buffer allocation failed");
    });
    vi.stubGlobal(
      "Blob",
      class {
        constructor() {
          room();
        }
      },
    );
    reader.reply(piece(8));
    expect(room).toHaveBeenCalledOnce();
    expect(reader.isEnded).toBe(true);
    await expect(whole).rejects.toMatchObject({ code: "no_room" });
  });

  test("that are no longer wanted terminate the reader", async () => {
    const { material, reader } = await stream();
    reader.reply(piece(8));
    material.end();
    expect(reader.isEnded).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
