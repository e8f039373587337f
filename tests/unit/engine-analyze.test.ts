// One analysis from files to a study: what is started when, and that it ends at once wherever it is.

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Pool } from "../../www/engine/pool";
import type { AnalysisOptions, Asked, SourceInfo, Study } from "../../www/engine/types";
import * as readers from "../../www/wasm/readers.js";
import { type FreshEngine, fileOf, freshEngine, nothingAsked } from "./lib/fresh-engine";
import {
  endScript,
  type ScriptedBrowser,
  type ScriptedWorker,
  scriptBrowser,
  settle,
} from "./lib/scripted-browser";

readers.initSync({ module: readFileSync(new URL("../../www/wasm/readers.wasm", import.meta.url)) });

const smallest = "tests/data/minilm_layer6_160x128_f2.npy";
const options: AnalysisOptions = {
  engine: "exact",
  array: null,
  asked: nothingAsked,
  nonFinite: "refuse",
  workers: 2,
  unitRows: "auto",
};

let browser: ScriptedBrowser;
let engine: FreshEngine;
let pool: Pool;
let controller: AbortController;
let infos: SourceInfo[];
let parts: number[];
beforeEach(async () => {
  browser = scriptBrowser();
  engine = await freshEngine();
  pool = engine.newPool();
  controller = new AbortController();
  [infos, parts] = [[], []];
});
afterEach(endScript);

function analyze(files: File[], chosen: Partial<AnalysisOptions> = {}): Promise<Study> {
  const events = {
    onOpen: (info: SourceInfo) => infos.push(info),
    onSolving: (part: number) => parts.push(part),
  };
  const all = { ...options, ...chosen };
  const study = engine.runAnalysis(pool, files, all, events, controller.signal);
  // It is awaited later; a failure before that is not an unhandled one.
  study.catch(() => {});
  return study;
}

/** Waits until the page has asked some worker for something. */
async function asked(type: string): Promise<ScriptedWorker> {
  const find = () => browser.workers.find((worker) => worker.all(type).length > 0);
  while (!find()) await settle();
  return find() as ScriptedWorker;
}

const lent = (): ScriptedWorker[] => browser.running.filter(({ onmessage }) => onmessage);

describe("workers", () => {
  test("start while the file is opened: one per 4 MiB, up to the chosen number", async () => {
    for (const [bytes, workers, started] of [
      [100, 4, 1],
      [(8 << 20) + 1, 4, 3],
      [64 << 20, 4, 4],
      [64 << 20, 0, 4],
    ] as const) {
      const before = browser.workers.length;
      pool = engine.newPool();
      analyze([new File([new Uint8Array(bytes)], "features.npz")], { workers });
      expect(browser.workers.length - before).toBe(started);
    }
  });

  test("join the core's plan after the page has heard what is in the file", async () => {
    analyze([fileOf(smallest)]);
    const worker = await asked("join");
    expect(infos).toMatchObject([{ n: 160, d: 128, dtype: "float16", format: "npy", arrays: [] }]);
    expect(browser.workers.filter((one) => one.all("join").length > 0)).toHaveLength(2);
    expect(worker.all("join")[0]?.plan).toMatchObject({ width: 128, workers_per_band: 2 });
    expect(worker.all("join")[0]).toMatchObject({ band: 0, sums: true });
  });

  test("read the parts of a matrix in natural order", async () => {
    const names = ["shard_10.npy", "shard_2.npy", "shard_1.npy"];
    analyze(names.map((name) => fileOf(`tests/data/shards/${name}`)));
    await asked("join");
    expect(infos[0]?.files.map(({ name }) => name)).toEqual([
      "shard_1.npy",
      "shard_2.npy",
      "shard_10.npy",
    ]);
  });
});

describe("cancelling", () => {
  test("before the analysis starts no worker", async () => {
    controller.abort("cancelled");
    await expect(analyze([fileOf(smallest)])).rejects.toBe("cancelled");
    expect(browser.workers).toEqual([]);
  });

  test("while a file is opened rejects before any worker joins", async () => {
    const study = analyze([fileOf(smallest)]);
    controller.abort("cancelled");
    await expect(study).rejects.toBe("cancelled");
    expect(lent()).toEqual([]);
    expect(browser.workers.flatMap((worker) => worker.all("join"))).toEqual([]);
  });

  test("while a reader unpacks terminates the reader at once", async () => {
    const study = analyze([new File(["PK"], "features.npz")]);
    const reader = await asked("open");
    controller.abort("cancelled");
    expect(reader.isEnded).toBe(true);
    await expect(study).rejects.toBe("cancelled");
    expect(lent()).toEqual([]);
  });

  test("while rows are read terminates every worker at once and rejects with the signal's reason", async () => {
    const study = analyze([fileOf(smallest)]);
    await asked("chunk");
    expect(lent()).toHaveLength(2);
    controller.abort("cancelled");
    expect(lent()).toEqual([]);
    await expect(study).rejects.toBe("cancelled");
  });
});

describe("an unusable file", () => {
  test("rejects with a code before any run starts", async () => {
    for (const [paths, code] of [
      [
        ["a_1", "a_2"].map((name) => `tests/data/shards_other_columns/${name}.npy`),
        "shards_differ",
      ],
      [["tests/hostile/header/unclosed.npy"], "header_syntax"],
    ] as const) {
      await expect(analyze(paths.map(fileOf))).rejects.toMatchObject({ code });
      await expect(analyze(paths.map(fileOf))).rejects.toBeInstanceOf(engine.AnalysisError);
    }
    expect(browser.workers.flatMap((worker) => worker.all("join"))).toEqual([]);
  });

  test("ends the run with the code of the worker that rejected it or died", async () => {
    for (const [happen, code] of [
      [(worker: ScriptedWorker) => worker.die(), "worker_died"],
      [
        (worker: ScriptedWorker) =>
          worker.reply({ type: "refused", code: "file_changed", message: "It has changed." }),
        "file_changed",
      ],
    ] as const) {
      const study = analyze([fileOf(smallest)]);
      while (lent().length < 2) await settle();
      const [worker] = lent();
      if (worker) happen(worker);
      await expect(study).rejects.toMatchObject({ code });
      expect(lent()).toEqual([]);
    }
  });
});

describe("a precomputed covariance", () => {
  const asCovariance: Asked = { ...nothingAsked, given: "covariance", n: 130, centred: true };

  /** What the reader's wasm makes of a file. */
  async function givenOf(path: string): Promise<{ facts: { side: number }; words: Float64Array }> {
    const file = fileOf(path);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const opening = new readers.Opening(file.name, file.size);
    for (let wants = opening.wants(); wants.length > 0; wants = opening.wants()) {
      const starts = Array.from({ length: wants.length / 4 }, (_, at) => 4 * at);
      const piece = (at: number) =>
        bytes.subarray(wants[at], (wants[at] ?? 0) + (wants[at + 1] ?? 0));
      opening.take(starts.map(piece));
    }
    const selection = new readers.Selection([new readers.OpenedFile(opening)], undefined);
    const reader = selection.reader(new Float64Array(), asCovariance);
    for (let reads = reader.reads(); reads.length > 0; reads = reader.reads())
      reader.take(bytes.subarray(reads[1], (reads[1] ?? 0) + (reads[2] ?? 0)));
    const found = reader.outcome();
    return { facts: found.facts() as { side: number }, words: found.words() };
  }

  /** Opens a covariance up to where a worker is to compute its eigenvalues. */
  async function opened(side?: number) {
    const path = "tests/formats/covariance/powerlaw_f8.npy";
    const { facts, words } = await givenOf(path);
    const study = analyze([fileOf(path)], { workers: 3, asked: asCovariance });
    const reader = await asked("open");
    const given = { ...facts, side: side ?? facts.side };
    reader.reply({ type: "given", facts: given, words });
    const worker = await asked("given");
    return { study, words, worker };
  }

  test("goes to one worker, whose eigenvalues make the study", async () => {
    const { study, words, worker } = await opened();
    expect(worker.all("given")[0]).toMatchObject({ words, name: "powerlaw_f8.npy", helpers: [] });
    expect(lent()).toEqual([worker]);
    worker.reply({ type: "solving", part: 0.5 });
    expect(parts).toEqual([0.5]);
    const gatherer = engine.core.Gatherer.given(words, "powerlaw_f8.npy");
    const decomposed: unknown = gatherer.begin(false, 1).finish();
    worker.reply({ type: "decomposed", decomposed });
    await asked("beside");
    worker.reply({ type: "beside", beside: gatherer.beside() });
    const { usual, analysis, bytes } = await study;
    const found = analysis.call(await study, usual, 0);
    if (!found || "code" in found) throw new Error("there is no spectrum");
    expect(found.facts.given).toBe("covariance");
    expect(found.eigenvalues).toHaveLength(
      (decomposed as { eigenvalues: number[] }).eigenvalues.length,
    );
    expect(bytes).toBeGreaterThan(0);
    expect(lent()).toEqual([worker]);
  });

  test("is shared with helpers when it is large, and they are released afterwards", async () => {
    const { words, worker } = await opened(4096);
    expect(worker.all("given")[0]?.helpers).toHaveLength(2);
    expect(lent()).toHaveLength(3);
    const gatherer = engine.core.Gatherer.given(words, "powerlaw_f8.npy");
    worker.reply({ type: "decomposed", decomposed: gatherer.begin(false, 1).finish() });
    await asked("beside");
    expect(lent()).toEqual([worker]);
  });

  test("stops at once on cancel, on a death and on an error", async () => {
    for (const [happen, reason] of [
      [() => controller.abort("cancelled"), "cancelled"],
      [(worker: ScriptedWorker) => worker.die(), { code: "worker_died" }],
      [
        (worker: ScriptedWorker) =>
          worker.reply({ type: "refused", code: "not_symmetric", message: "It is not." }),
        { code: "not_symmetric" },
      ],
    ] as const) {
      browser = scriptBrowser();
      pool = engine.newPool();
      controller = new AbortController();
      const { study, worker } = await opened(4096);
      happen(worker);
      if (typeof reason === "string") await expect(study).rejects.toBe(reason);
      else await expect(study).rejects.toMatchObject(reason);
      expect(lent()).toEqual([]);
    }
  });
});
