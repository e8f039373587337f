// Whether a GPU takes part at all, and the race that decides it where the person has not.

import { afterEach, describe, expect, test, vi } from "vitest";
import { endScript } from "./lib/scripted-browser";
import {
  openPage,
  type Page,
  racing,
  rowsOf,
  ScriptedRun,
  type Setting,
  scriptedRun,
} from "./lib/scripted-run";
import type { GpuScript, Machine } from "./lib/scripted-workers";

afterEach(endScript);

const CHUNKS = 40;
/** Enough for a race to be decided before the rows are all read. */
const race: Setting = { chunks: CHUNKS, workersPerBand: 3, engine: "auto" };
/** Workers so slow that any GPU wins. */
const slowWorkers: Partial<Machine> = { milliseconds: (_, feed) => (feed ? 1 : 1e6) };
const slowGpu = (gpu: GpuScript): void => {
  gpu.spent = 1e9;
};

async function ended(setting: Setting, page?: Page): Promise<ScriptedRun> {
  const run = page ? new ScriptedRun(page, setting) : await scriptedRun(setting);
  await run.toTheEnd();
  expect(run.wrong()).toEqual([]);
  return run;
}

function assertExact(run: ScriptedRun, code: string, message: RegExp): void {
  const report = run.report();
  expect(report).toMatchObject({ engine: "cpu", precision: "exact", adapter: null, gpu_rows: 0 });
  expect(report.engine_reason.code).toBe(code);
  expect(report.engine_reason.message).toMatch(message);
  expect(run.onGpu).toEqual([]);
}

const gpuWorkers = (run: ScriptedRun) => run.page.browser.named("eigenscope gpu");

describe("no GPU is requested", () => {
  test("when there is too little to do", async () => {
    const run = await ended({ ...race, mayPay: false });
    assertExact(run, "too_little", /too little to do/);
    expect(gpuWorkers(run)).toEqual([]);
  });

  test("when exact or fast workers were chosen by hand", async () => {
    for (const engine of ["exact", "fast"] as const) {
      const run = await ended({ ...race, engine });
      assertExact(run, "asked", /chosen by hand/);
      expect(gpuWorkers(run)).toEqual([]);
    }
  });

  test("when the browser has no WebGPU, and the notes do not mention it", async () => {
    const run = await scriptedRun(race, { withGpu: false });
    await run.toTheEnd();
    assertExact(run, "no_gpu", /has no WebGPU/);
    expect(run.report().notes.filter(({ code }) => code.startsWith("gpu"))).toEqual([]);
    expect(gpuWorkers(run)).toEqual([]);
  });

  test("when the page is in the background", async () => {
    const page = await openPage();
    page.browser.hide();
    const run = await ended(race, page);
    assertExact(run, "hidden", /in the background/);
    expect(gpuWorkers(run)).toEqual([]);
  });

  test("when rows are summed while they are unpacked", async () => {
    const page = await openPage();
    const maker = { taken: () => {}, end: () => {} };
    const material = new page.engine.Material([], [], maker);
    const run = new ScriptedRun(page, { ...race, material });
    material.push(0, new Uint8Array(CHUNKS + 1));
    material.complete();
    await run.toTheEnd();
    assertExact(run, "too_little", /too little/);
    expect(gpuWorkers(run)).toEqual([]);
  });
});

describe("a GPU chosen by hand", () => {
  test("sums every chunk, even if it is slow or software", async () => {
    const run = await ended({
      ...race,
      engine: "gpu",
      mayPay: false,
      onGpu: (gpu) => {
        slowGpu(gpu);
        gpu.adapter.software = true;
      },
    });
    expect(run.report()).toMatchObject({
      engine: "webgpu",
      precision: "fast",
      adapter: { name: "a test's GPU" },
      gpu_rows: run.n,
      engine_reason: { code: "asked" },
    });
  });

  test("is fed before it has opened, and workers allocate no sums until they need them", async () => {
    const run = await scriptedRun({ ...race, engine: "gpu" });
    expect(run.gpu.worker.sent.map(({ type }) => type)).toEqual(["open", "begin"]);
    for (const { worker, held } of run.workers) {
      expect(held.map(({ feed }) => feed)).not.toContain(false);
      expect(worker.all("join")[0]?.sums).toBe(false);
    }
  });

  test("that does not exist is reported", async () => {
    const run = await scriptedRun({ ...race, engine: "gpu" }, { withGpu: false });
    await run.toTheEnd();
    assertExact(run, "gpu_none", /no WebGPU\. Workers did all the work/);
    expect(run.report().notes.map(({ code }) => code)).toContain("gpu_none");
  });
});

describe("a session remembers", () => {
  test("a software adapter, and does not open it again", async () => {
    const page = await openPage();
    const software = (gpu: GpuScript): void => {
      gpu.adapter = { name: "SwiftShader", backend: "browser WebGPU", software: true };
    };
    const first = await ended({ ...race, onGpu: software }, page);
    assertExact(first, "software", /SwiftShader/);
    const second = await ended({ ...race, onGpu: software }, page);
    assertExact(second, "software", /SwiftShader/);
    expect(gpuWorkers(second)).toHaveLength(1);
    expect(page.browser.running.filter(({ name }) => name === "eigenscope gpu")).toEqual([]);
  });

  test("that there is no adapter, and asks again only when the GPU is chosen by hand", async () => {
    const page = await openPage();
    const none = (gpu: GpuScript): void => {
      gpu.refusal = { code: "gpu_none", message: "There is no GPU" };
    };
    for (let run = 0; run < 2; run++)
      assertExact(await ended({ ...race, onGpu: none }, page), "no_gpu", /^There is no GPU\.$/);
    expect(page.browser.named("eigenscope gpu").map(({ isEnded }) => isEnded)).toEqual([true]);
    const asked = await ended({ ...race, engine: "gpu", onGpu: none }, page);
    assertExact(asked, "gpu_none", /^There is no GPU\. Workers did all the work\.$/);
    expect(page.browser.named("eigenscope gpu")).toHaveLength(2);
  });

  test("kernel speeds, and passes them on when the GPU opens again", async () => {
    const page = await openPage();
    await ended({ ...race, engine: "gpu" }, page);
    const run = await ended({ ...race, engine: "gpu" }, page);
    const speeds = gpuWorkers(run).flatMap((worker) =>
      worker.all("open").map((open) => open.speeds),
    );
    expect(speeds).toEqual([new Float64Array(), Float64Array.of(1, 2)]);
  });
});

describe("in the race", () => {
  test("one extra worker feeds the GPU three chunks from the back while the others go on", async () => {
    const run = await scriptedRun(race);
    await run.goOn(() => run.gpu.worker.all("settle").length > 0);
    const racers = run.workers.filter(({ isRacer }) => isRacer);
    expect([run.workers.length, racers.length]).toEqual([4, 1]);
    const given = racers[0]?.worker.all("chunk").map(({ chunk, feed }) => [chunk, feed]);
    expect(given).toEqual([39, 38, 37].map((chunk) => [chunk, true]));
    for (const { worker } of run.workers.filter(({ isRacer }) => !isRacer)) {
      expect(worker.all("chunk").map(({ feed }) => feed)).not.toContain(true);
      expect(worker.all("join")[0]?.sums).toBe(true);
    }
    await run.toTheEnd();
    expect(racers[0]?.worker.isEnded).toBe(true);
  });

  test("a GPU that is slower loses, and leaves no trace in the numbers", async () => {
    const run = await ended({ ...race, onGpu: slowGpu });
    assertExact(
      run,
      "slower",
      /saves too little: \d+ rows take it \d+ ms and the workers [\d.]+ ms/,
    );
    expect(gpuWorkers(run).map(({ isEnded }) => isEnded)).toEqual([true]);
    const again = run.workers.flatMap(({ worker }) =>
      worker.all("chunk").map(({ chunk }) => chunk),
    );
    for (const chunk of [39, 38, 37]) expect(again).toContain(chunk);
  });

  test("a GPU that is faster wins, and what the workers have summed stays", async () => {
    const run = await ended({ ...race, machine: slowWorkers });
    const report = run.report();
    expect(report).toMatchObject({ engine: "webgpu", precision: "fast" });
    expect(report.adapter?.name).toBe("a test's GPU");
    expect(report.engine_reason.code).toBe("faster");
    expect(report.engine_reason.message).toMatch(
      /is faster: \d+ rows take it [\d.]+ ms and the workers \d+ ms/,
    );
    expect(report.gpu_rows).toBe(run.onGpu.reduce((sum, chunk) => sum + rowsOf(chunk), 0));
    expect(report.gpu_rows).toBeGreaterThan(0);
    expect(report.gpu_rows).toBeLessThan(run.n);
  });

  /** Runs up to the judgement, and returns its numbers. */
  async function judged(setting: Setting): Promise<Race> {
    const run = await ended({ ...race, ...setting });
    const { computed } = run.gathered.plan as {
      computed: { reason: Record<string, { race: Race }> };
    };
    const [{ race: numbers } = { race: undefined }] = Object.values(computed.reason);
    if (!numbers) throw new Error(`nothing was judged: ${JSON.stringify(computed.reason)}`);
    return numbers;
  }

  interface Race {
    rows: number;
    workers: number;
    gpu: number;
    rows_left: number;
  }

  test("both are measured on the same number of rows: the mean chunk that the GPU summed", async () => {
    // A worker takes 2 ms a row, and there are three; the GPU took 60 ms for three chunks.
    const machine: Partial<Machine> = {
      milliseconds: (chunk, feed) => (feed ? 0 : 2 * rowsOf(chunk)),
    };
    const onGpu = (gpu: GpuScript): void => {
      gpu.spent = 60;
    };
    const numbers = await judged({ ...race, machine, onGpu });
    const rows = rowsOf(38);
    expect(numbers.rows).toBeCloseTo(rows, 9);
    expect(numbers.workers).toBeCloseTo((2 / 3) * rows, 9);
    expect(numbers.gpu).toBeCloseTo(20, 9);
    expect(numbers.rows_left).toBeGreaterThan(0);
  });

  test("the GPU's time is at least the time that all workers need to feed it", async () => {
    // To prepare a row takes 9 ms at best, and three workers do it.
    const machine: Partial<Machine> = {
      milliseconds: (chunk, feed) => (feed ? (chunk === 38 ? 9 : 30) : 1e6) * rowsOf(chunk),
    };
    const numbers = await judged({ ...race, machine });
    expect(numbers.gpu).toBeCloseTo(3 * rowsOf(38), 9);
  });

  test("no verdict comes before the workers have summed one chunk each on average", async () => {
    const run = await scriptedRun({ ...race, machine: slowWorkers });
    const members = run.workers;
    await run.goOn(undefined, racing);
    expect(run.gpu.worker.all("settle")).toHaveLength(1);
    for (const member of members.slice(1)) member.doNext();
    vi.advanceTimersByTime(500);
    await run.goOn(undefined, racing);
    const feeds = () => members.flatMap(({ held }) => held.filter(({ feed }) => feed));
    expect(feeds()).toEqual([]);
    members[0]?.doNext();
    vi.advanceTimersByTime(50);
    for (const member of members) member.doNext();
    expect(feeds()).not.toEqual([]);
    await run.toTheEnd();
    expect(run.report().engine_reason.code).toBe("faster");
  });

  test("after a win, idle workers sum chunks only while the GPU has more than it can do in that time", async () => {
    // For a chunk the three workers together take 333 ms, and the GPU a tenth of that: while one worker sums a chunk, it does 30.
    const machine: Partial<Machine> = {
      rows: () => 100,
      milliseconds: (_, feed) => (feed ? 0 : 1000),
    };
    const onGpu = (gpu: GpuScript): void => {
      gpu.spent = 100;
    };
    const run = await scriptedRun({ ...race, chunks: 60, machine, onGpu });
    const members = run.workers;
    await run.goOn(undefined, racing);
    for (const member of members) member.doNext();
    vi.advanceTimersByTime(50);
    const chunks = () => run.page.browser.workers.flatMap((worker) => worker.all("chunk"));
    run.gpu.isSilent = true;
    await run.goOn();
    // Five wait for the GPU by now, so 25 more are left to it.
    expect(chunks()).toHaveLength(60 - 25);
    run.gpu.isSilent = false;
    await run.toTheEnd();
    expect(run.wrong()).toEqual([]);
    expect(run.report().engine_reason.code).toBe("faster");
    expect(run.onGpu).toHaveLength(3 + 5 + 25);
  });

  test("without a verdict before the last row, the workers sum every row", async () => {
    const run = await scriptedRun({ ...race, machine: slowWorkers });
    await run.goOn(() => run.gpu.worker.all("batch").length === 3, racing);
    run.gpu.isSilent = true;
    await run.goOn();
    expect(run.wrong()).toEqual([]);
    assertExact(run, "undecided", /before the GPU had shown/);
  });

  test("a GPU that has not opened by the last row is not waited for", async () => {
    const onGpu = (gpu: GpuScript): void => {
      gpu.isSilent = true;
    };
    const run = await scriptedRun({ ...race, onGpu });
    await run.goOn();
    assertExact(run, "undecided", /before the GPU had shown/);
    expect(gpuWorkers(run).map(({ isEnded }) => isEnded)).toEqual([true]);
  });

  test("numbers beyond f32 end the race", async () => {
    const run = await ended({ ...race, machine: { ...slowWorkers, isWithinRange: () => false } });
    assertExact(run, "undecided", /before the GPU had shown/);
  });

  test("a GPU lost in the race leaves an exact result", async () => {
    const failure = { code: "gpu_lost", message: "The GPU was lost" };
    for (const lostAt of [39, 38, 37]) {
      const onGpu = (gpu: GpuScript): void => {
        gpu.onBatch = (chunk) => (chunk === lostAt ? failure : "waits");
      };
      const run = await ended({ ...race, machine: slowWorkers, onGpu });
      assertExact(run, "gpu_lost", /^The GPU was lost\. Workers did all the work\.$/);
    }
  });

  test("a page that goes into the background ends the race", async () => {
    const run = await scriptedRun({ ...race, machine: slowWorkers });
    await run.goOn(() => run.gpu.worker.all("batch").length === 2);
    run.page.browser.hide();
    await run.toTheEnd();
    expect(run.wrong()).toEqual([]);
    assertExact(run, "hidden", /background.*Workers did all the work/);
  });

  for (const [what, happen] of Object.entries({
    dies: (racer: { die(): void }) => racer.die(),
    "has no memory": (racer: { reply(message: { type: string }): void }) =>
      racer.reply({ type: "refused", code: "out_of_memory", message: "No memory." } as {
        type: string;
      }),
  })) {
    test(`a feeding worker that ${what} ends the race but not the run`, async () => {
      const run = await scriptedRun({ ...race, machine: slowWorkers });
      await run.goOn(() => run.gpu.worker.all("batch").length === 1);
      const racer = run.workers.find(({ isRacer }) => isRacer)?.worker;
      if (!racer) throw new Error("there is a race");
      happen(racer);
      await run.toTheEnd();
      expect(run.wrong()).toEqual([]);
      assertExact(
        run,
        "gpu_failed",
        /(feeds the GPU died|No memory)\. Workers did all the work\.$/,
      );
      expect(racer.isEnded).toBe(true);
    });
  }

  test("a GPU script that does not load is not an error of the run", async () => {
    const run = await scriptedRun(race);
    gpuWorkers(run)[0]?.die();
    await run.toTheEnd();
    assertExact(run, "no_gpu", /could not be loaded/);
  });
});
