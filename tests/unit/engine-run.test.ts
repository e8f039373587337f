// A run of workers alone: what it tells, how it ends, and that it ends at once.

import { afterEach, describe, expect, test, vi } from "vitest";
import { endScript, settle } from "./lib/scripted-browser";
import {
  openPage,
  ROW_BYTES,
  racing,
  rowsOf,
  ScriptedRun,
  type Setting,
  scriptedRun,
} from "./lib/scripted-run";
import { ChunkScript } from "./lib/scripted-workers";

afterEach(endScript);

describe("the rows", () => {
  test("go to the workers from the front, three chunks each", async () => {
    const run = await scriptedRun({ chunks: 20, workersPerBand: 2 });
    expect(run.workers.map(({ held }) => held.map(({ chunk }) => chunk))).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    run.workers[1]?.doNext();
    expect(run.workers[1]?.held.map(({ chunk }) => chunk)).toEqual([3, 5, 6]);
  });

  test("are summed once by one worker or many, also with more workers than chunks", async () => {
    for (const workersPerBand of [1, 2, 7])
      for (const chunks of [1, 5, 30]) {
        const run = await scriptedRun({ chunks, workersPerBand });
        await run.toTheEnd();
        expect(run.wrong()).toEqual([]);
        expect(run.sums).toHaveLength(workersPerBand);
      }
  });

  test("are summed once by each band", async () => {
    const run = await scriptedRun({ chunks: 9, bands: 3, workersPerBand: 2 });
    await run.toTheEnd();
    expect(run.wrong()).toEqual([]);
    expect(run.sums.map(({ band }) => band).sort()).toEqual([0, 0, 1, 1, 2, 2]);
    expect(run.progress.at(-1)).toMatchObject({ rows: run.n, bytes: ROW_BYTES * run.n });
  });

  test("are all summed before any worker is asked to finish", async () => {
    const run = await scriptedRun({ chunks: 4, workersPerBand: 2 });
    const [one, other] = run.workers;
    const finishes = (): number =>
      run.workers.filter(({ worker }) => worker.all("finish").length > 0).length;
    await run.goOn(undefined, (script) => script === one);
    expect(finishes()).toBe(0);
    other?.doNext();
    expect(finishes()).toBe(0);
    other?.doNext();
    expect(finishes()).toBe(2);
  });

  test("are merged by the last worker to finish, and the others keep their blocks", async () => {
    const run = await scriptedRun({ chunks: 6, workersPerBand: 3 });
    const [one, two, three] = run.workers.map(({ worker }) => worker);
    await run.goOn(
      () => three?.all("finish").length === 1,
      () => true,
    );
    await run.goOn(undefined, ({ worker }) => worker !== two);
    expect(run.workers.every(({ gathered }) => !gathered)).toBe(true);
    await run.toTheEnd();
    expect(two?.all("gather")).toHaveLength(1);
    expect([one?.all("gather"), three?.all("gather")]).toEqual([[], []]);
    expect(run.gathered.givers).toHaveLength(2);
    expect(run.gathered.workers).toBe(3);
    expect(run.page.browser.running).toHaveLength(3);
  });

  test("with NaN are skipped only if the person says so", async () => {
    const run = await scriptedRun({ chunks: 1, nonFinite: "skip" });
    await run.toTheEnd();
    const asked = await scriptedRun({ chunks: 1 });
    await asked.toTheEnd();
    const skips = [run, asked].map(({ page }) =>
      page.browser.workers.flatMap((worker) => worker.all("gather").map(({ skip }) => skip)),
    );
    expect(skips).toEqual([[true], [false]]);
  });
});

describe("progress", () => {
  /** One worker that takes some milliseconds for each chunk. */
  async function paced(setting: Partial<Setting>, chunks: number, milliseconds: number) {
    const run = await scriptedRun({ chunks: 100, workersPerBand: 1, ...setting });
    for (let chunk = 0; chunk < chunks; chunk++) {
      vi.advanceTimersByTime(milliseconds);
      run.workers[0]?.doNext();
    }
    return run;
  }

  test("reports rows, bytes and totals", async () => {
    const run = await paced({}, 3, 60);
    const rows = [0, 1, 2].map(rowsOf).reduce((a, b) => a + b);
    expect(run.progress.at(-1)).toMatchObject({
      stage: "reading",
      onGpu: false,
      rows,
      rowsTotal: run.n,
      bytes: rows * ROW_BYTES,
      bytesTotal: run.n * ROW_BYTES,
      bytesPerSecond: (rows * ROW_BYTES) / 0.18,
    });
  });

  test("is reported at most every 50 milliseconds", async () => {
    const run = await paced({}, 30, 10);
    expect(run.progress).toHaveLength(6);
  });

  test("estimates the time left from 300 milliseconds on, by the bytes left", async () => {
    const early = await paced({}, 5, 60);
    expect(early.progress.map(({ secondsLeft }) => secondsLeft)).toEqual(Array(5).fill(null));
    const run = await paced({}, 20, 60);
    const { secondsLeft, bytes, bytesTotal } = run.progress.at(-1) ?? {};
    // 20 chunks of 60 ms each have brought these bytes.
    const perSecond = (bytes ?? 0) / 1.2;
    expect(secondsLeft).toBeCloseTo(((bytesTotal ?? 0) - (bytes ?? 0)) / perSecond, 9);
  });

  test("ends with all rows and no estimate, and then reports the part of the eigenvalues", async () => {
    const run = await scriptedRun({ chunks: 8, workersPerBand: 2 });
    await run.goOn(() => run.workers.some(({ worker }) => worker.all("gather").length > 0));
    expect(run.progress.at(-1)).toMatchObject({
      stage: "eigenvalues",
      rows: run.n,
      bytes: ROW_BYTES * run.n,
      secondsLeft: null,
    });
    const gatherer = run.workers.find(({ worker }) => worker.all("gather").length > 0);
    for (const part of [0.2, 0.9]) gatherer?.worker.reply({ type: "solving", part });
    expect(run.parts).toEqual([0.2, 0.9]);
  });

  test("says whether a GPU takes part", async () => {
    const run = await scriptedRun({ chunks: 40, workersPerBand: 2, engine: "gpu" });
    for (let told = 0; told < 6; told++) {
      vi.advanceTimersByTime(60);
      await run.goOn(() => run.progress.length > told);
    }
    expect(run.progress.map(({ onGpu }) => onGpu)).toContain(true);
    run.gpu.fail({ code: "gpu_lost", message: "The GPU was lost" });
    vi.advanceTimersByTime(60);
    const told = run.progress.length;
    await run.goOn(() => run.progress.length > told);
    expect(run.progress.at(-1)?.onGpu).toBe(false);
  });
});

describe("a provisional spectrum", () => {
  /** The first worker does a chunk each 50 milliseconds. Returns when it was asked for a spectrum, which it sends at once or never. */
  async function asked(run: ScriptedRun, steps: number, answers: boolean): Promise<number[]> {
    const times: number[] = [];
    const [member] = run.workers;
    if (!member) throw new Error("there is no worker");
    const { inbox } = member.worker;
    const isQuestion = ({ type }: { type: string }): boolean => type === "provisional";
    for (let step = 1; step <= steps; step++) {
      vi.advanceTimersByTime(50);
      member.doNext();
      if (inbox.some(isQuestion)) times.push(50 * step);
      if (answers) while (inbox.some(isQuestion)) member.receive();
      else inbox.splice(0, inbox.length, ...inbox.filter((message) => !isQuestion(message)));
      await settle();
    }
    return times;
  }
  const long: Setting = { chunks: 400, workersPerBand: 1, machine: { rows: () => 6 } };

  test("is requested after 300 milliseconds, and again 300 after each answer if it costs little", async () => {
    const run = await scriptedRun(long);
    expect(await asked(run, 20, true)).toEqual([350, 700]);
    expect(run.provisional).toHaveLength(2);
    for (const analysis of run.provisional) expect(analysis.facts.provisional).toBe(true);
  });

  test("takes at most a tenth of a worker's time", async () => {
    const run = await scriptedRun(long);
    expect(await asked(run, 7, false)).toEqual([350]);
    const { decomposed } = run.page.matrix;
    run.workers[0]?.worker.reply({ type: "provisional", decomposed, milliseconds: 80 });
    expect(await asked(run, 20, false)).toEqual([800 + 50]);
  });

  test("is not requested again before the answer", async () => {
    const run = await scriptedRun(long);
    expect(await asked(run, 40, false)).toEqual([350]);
  });

  test("that does not exist yet is not shown, and is requested later", async () => {
    const run = await scriptedRun(long);
    await asked(run, 7, false);
    run.workers[0]?.worker.reply({ type: "provisional", decomposed: undefined, milliseconds: 1 });
    expect(run.provisional).toEqual([]);
    expect(await asked(run, 10, false)).toEqual([350]);
  });

  test("is not requested if the remaining rows take less than ten times as long as its eigenvalues", async () => {
    // 2048³ · 10⁻⁷ ms = 859 ms, until some were timed.
    const short = await scriptedRun({ ...long, chunks: 150, width: 2048 });
    expect(await asked(short, 100, true)).toEqual([]);
    const enough = await scriptedRun({ ...long, chunks: 200, width: 2048 });
    expect(await asked(enough, 8, true)).toEqual([350]);
  });

  test("is not requested in bands, where no worker has all tiles", async () => {
    const run = await scriptedRun({ ...long, bands: 2 });
    expect(await asked(run, 20, true)).toEqual([]);
    expect(run.workers.flatMap(({ worker }) => worker.all("provisional"))).toEqual([]);
  });

  test("comes from the GPU while the GPU has the rows", async () => {
    const run = await scriptedRun({
      ...long,
      engine: "gpu",
      onGpu: (gpu) => {
        gpu.onBatch = () => "certain";
      },
    });
    const { gpu } = run;
    const askedGpu = (): boolean => gpu.worker.all("provisional").length > 0;
    for (let step = 0; step < 40 && !askedGpu(); step++) {
      vi.advanceTimersByTime(50);
      run.workers[0]?.doNext();
      await run.goOn(askedGpu, (script) => script === gpu);
    }
    expect(askedGpu()).toBe(true);
    expect(run.workers.flatMap(({ worker }) => worker.all("provisional"))).toEqual([]);
    await run.goOn(
      () => run.provisional.length > 0,
      (script) => script === gpu,
    );
    const [analysis] = run.provisional;
    const report = analysis?.report(11, 100, "1/k") as { engine: string; gpu_rows: number };
    expect(report.engine).toBe("webgpu");
    expect(report.gpu_rows).toBeGreaterThan(0);
    expect(report.gpu_rows).toBeLessThan(run.n);
  });

  test("requested of a GPU that is lost is requested of a worker at once", async () => {
    const run = await scriptedRun({ ...long, engine: "gpu" });
    const { gpu } = run;
    for (let step = 0; step < 40 && gpu.worker.all("provisional").length === 0; step++) {
      vi.advanceTimersByTime(50);
      run.workers[0]?.doNext();
      const isAsked = () => gpu.worker.all("provisional").length > 0;
      await run.goOn(isAsked, (script) => script === gpu);
    }
    gpu.fail({ code: "gpu_lost", message: "The GPU was lost" });
    expect(await asked(run, 6, false)).toHaveLength(1);
  });
});

describe("cancelling", () => {
  /** Cancels at some point: all workers are ended before `fail` returns, and nothing follows from what they still say. */
  async function assertAtOnce(run: ScriptedRun, workers: number): Promise<void> {
    const { running } = run.page.browser;
    expect(running).toHaveLength(workers);
    const told = (): number => run.progress.length + run.provisional.length + run.parts.length;
    const before = told();
    run.run.fail("cancelled");
    expect(run.page.browser.running).toEqual([]);
    const sent = running.map((worker) => worker.sent.length);
    for (const worker of running) {
      const done = { chunk: 0, rows: 6, bytes: 12, milliseconds: 1 };
      worker.replyLate({ type: "chunk", ...done });
      worker.replyLate({ type: "fed", ...done, batch: undefined });
      worker.replyLate({ type: "solving", part: 0.5 });
      worker.replyLate({ type: "total", words: undefined });
    }
    await expect(run.run.result).rejects.toBe("cancelled");
    run.run.fail("again");
    run.page.browser.hide();
    vi.runAllTimers();
    expect(run.reason).toBe("cancelled");
    expect(told()).toBe(before);
    expect(running.map((worker) => worker.sent.length)).toEqual(sent);
    expect(run.page.browser.workers).toHaveLength(workers);
    expect(vi.getTimerCount()).toBe(0);
  }
  const setting: Setting = { chunks: 40, workersPerBand: 3 };

  test("before the first row terminates every worker at once", async () => {
    await assertAtOnce(await scriptedRun(setting), 3);
  });

  test("while rows are read terminates every worker at once", async () => {
    const run = await scriptedRun(setting);
    for (const worker of run.workers) worker.doNext();
    await assertAtOnce(run, 3);
  });

  test("in a race terminates every worker at once, the feeding one and the GPU's too", async () => {
    const run = await scriptedRun({ ...setting, engine: "auto" });
    await run.goOn(() => run.gpu.worker.all("batch").length === 2, racing);
    await assertAtOnce(run, 5);
  });

  test("while a GPU has the rows, or commits them, terminates its worker too", async () => {
    for (const point of ["batch", "finish"]) {
      const run = await scriptedRun({ ...setting, engine: "gpu" });
      await run.goOn(() => run.gpu.worker.all(point).length > 0);
      await assertAtOnce(run, 4);
    }
  });

  test("while eigenvalues are computed terminates every worker at once", async () => {
    const run = await scriptedRun({ ...setting, width: 2048 });
    await run.goOn(() => run.workers.some(({ worker }) => worker.all("gather").length > 0));
    await assertAtOnce(run, 3);
  });

  test("after the end changes nothing", async () => {
    const run = await scriptedRun(setting);
    await run.toTheEnd();
    run.run.fail("cancelled");
    await expect(run.run.result).resolves.toBe(run.gathered);
    expect(run.page.browser.running).toHaveLength(3);
  });
});

describe("a run", () => {
  const setting: Setting = { chunks: 40, workersPerBand: 3 };

  test("whose worker dies at any point rejects with a code and the name of the file", async () => {
    for (const point of ["join", "finish", "gather"]) {
      const run = await scriptedRun(setting);
      const there = () => run.workers.some(({ worker }) => worker.all(point).length > 0);
      if (!there()) await run.goOn(there);
      run.workers.at(-1)?.worker.die();
      expect(run.page.browser.running).toEqual([]);
      await run.goOn();
      expect(run.reason).toMatchObject({
        code: "worker_died",
        message: expect.stringContaining("features.npy"),
      });
    }
  });

  test("whose file changes while it is read rejects with the worker's code", async () => {
    const run = await scriptedRun(setting);
    const { core, AnalysisError } = run.page.engine;
    const changed = core.file_changed("features.npy") as { code: string; message: string };
    run.workers[1]?.worker.reply({ type: "refused", ...changed });
    expect(run.page.browser.running).toEqual([]);
    await run.goOn();
    expect(run.reason).toBeInstanceOf(AnalysisError);
    expect(run.reason).toMatchObject({ code: "file_changed", message: changed.message });
  });

  test("reuses the workers of the run before it", async () => {
    const page = await openPage();
    for (let run = 0; run < 3; run++) {
      const scripted = new ScriptedRun(page, { ...setting, chunks: 10 + run });
      await scripted.toTheEnd();
      expect(scripted.wrong()).toEqual([]);
      const { gatherer, givers } = scripted.gathered;
      for (const hand of [gatherer, ...givers]) page.pool.release(hand);
    }
    expect(page.browser.workers).toHaveLength(3);
  });
});

describe("the eigenvalues of a large matrix", () => {
  test("are shared with up to three other workers", async () => {
    for (const [width, workersPerBand, helpers] of [
      [1023, 8, 0],
      [1024, 1, 0],
      [1024, 3, 2],
      [4096, 8, 3],
    ] as const) {
      const run = await scriptedRun({ chunks: 8, workersPerBand, width });
      await run.toTheEnd();
      const gatherer = run.workers.find(({ gathered }) => gathered);
      expect(gatherer?.gathered?.helpers).toHaveLength(helpers);
      const helping = run.workers.filter(({ worker }) => worker.all("help").length > 0);
      expect(helping).toHaveLength(helpers);
      expect(helping).not.toContain(gatherer);
    }
  });
});

test("the scripted workers notice what a real one would, and the check of the sums finds what is wrong", async () => {
  const run = await scriptedRun({ chunks: 2, workersPerBand: 1 });
  const [member] = run.workers;
  expect(member).toBeInstanceOf(ChunkScript);
  await run.toTheEnd();
  expect(() => member?.work()).toThrow("nothing to do");
  expect(run.wrong([{ band: 0, chunks: [0, 0] }])).toEqual([
    "band 0 has chunk 0 2 times",
    "band 0 has chunk 1 0 times",
  ]);
});
