// Whatever happens to a GPU that takes part, no row is lost or counted twice, and the Report says what has happened.

import { afterEach, describe, expect, test, vi } from "vitest";
import { endScript } from "./lib/scripted-browser";
import {
  openPage,
  type Page,
  rowsOf,
  ScriptedRun,
  type Setting,
  scriptedRun,
} from "./lib/scripted-run";
import type { Failure, GpuScript } from "./lib/scripted-workers";

afterEach(endScript);

/** A GPU that was chosen by hand, and eight workers. */
const chosen: Setting = { chunks: 40, workersPerBand: 8, engine: "gpu" };
const lost: Failure = { code: "gpu_lost", message: "The GPU was lost" };
/** Milliseconds after which a GPU that says nothing is taken for lost. */
const silence = 60_000;

async function ended(setting: Setting, page?: Page): Promise<ScriptedRun> {
  const run = page ? new ScriptedRun(page, setting) : await scriptedRun(setting);
  await run.toTheEnd();
  return run;
}

/**
 * Every row was summed once, and the Report says what has failed and how many rows the GPU had by then (of as many as the small matrix has that stands
 * in for the one of the run).
 */
function assertSays(run: ScriptedRun, code: string, message: string): void {
  expect(run.wrong()).toEqual([]);
  const rows = run.onGpu.reduce((sum, chunk) => sum + rowsOf(chunk), 0);
  const rest =
    rows > 0
      ? `Workers did what was left after ${rows.toLocaleString("en-US")} of 160 rows.`
      : "Workers did all the work.";
  const report = run.report();
  expect(report.engine_reason).toEqual({ code, message: `${message} ${rest}` });
  expect(report.notes).toContainEqual(report.engine_reason);
  expect([report.engine, report.gpu_rows]).toEqual([rows > 0 ? "webgpu" : "cpu", rows]);
  expect(run.progress.at(-1)).toMatchObject({ rows: run.n, rowsTotal: run.n });
}

/** Fails at batch number `at`; everything before batch number `certain` is certain by then. */
function failingAt(at: number, certain: number, failure = lost) {
  let batches = 0;
  return (gpu: GpuScript): void => {
    gpu.onBatch = () => {
      batches += 1;
      if (batches === at) return failure;
      return batches === certain ? "certain" : "waits";
    };
  };
}

describe("a device that", () => {
  test("is lost at once leaves every row to the workers", async () => {
    const run = await ended({ ...chosen, onGpu: failingAt(1, 0) });
    assertSays(run, "gpu_lost", "The GPU was lost.");
    expect(run.onGpu).toEqual([]);
  });

  test("is lost before anything is committed gives every row back to the workers", async () => {
    const run = await ended({ ...chosen, onGpu: failingAt(9, 0) });
    assertSays(run, "gpu_lost", "The GPU was lost.");
    expect(run.onGpu).toEqual([]);
  });

  test("is lost halfway keeps what is committed and gives the rest back to the workers", async () => {
    const run = await ended({ ...chosen, onGpu: failingAt(9, 6) });
    assertSays(run, "gpu_lost", "The GPU was lost.");
    expect(run.onGpu).toHaveLength(6);
  });

  test("is lost during the last commit gives those rows back to the workers", async () => {
    const run = await scriptedRun({ ...chosen, onGpu: failingAt(99, 30) });
    await run.goOn(() => run.gpu.worker.all("finish").length > 0);
    run.gpu.fail(lost);
    await run.toTheEnd();
    assertSays(run, "gpu_lost", "The GPU was lost.");
    expect(run.onGpu).toHaveLength(30);
  });

  test("cannot be opened leaves every row to the workers", async () => {
    const failure = { code: "gpu_refused", message: "The GPU was refused (no device)" };
    const onGpu = (gpu: GpuScript): void => {
      gpu.refusal = failure;
    };
    assertSays(await ended({ ...chosen, onGpu }), failure.code, `${failure.message}.`);
  });

  test("cannot compile its kernel leaves every row to the workers", async () => {
    const failure = { code: "gpu_kernel", message: "A kernel does not compile" };
    const onGpu = (gpu: GpuScript): void => {
      gpu.kernelFailure = failure;
    };
    assertSays(await ended({ ...chosen, onGpu }), failure.code, `${failure.message}.`);
  });

  for (const [code, what] of [
    ["gpu_out_of_memory", "runs out of memory"],
    ["gpu_wrong", "gives wrong sums"],
  ] as const) {
    test(`${what} gives every row back to the workers`, async () => {
      const onGpu = failingAt(3, 0, { code, message: "The GPU has failed" });
      assertSays(await ended({ ...chosen, onGpu }), code, "The GPU has failed.");
    });
  }

  test("was lost is opened again by the same worker in the next run", async () => {
    const page = await openPage();
    assertSays(
      await ended({ ...chosen, onGpu: failingAt(9, 0) }, page),
      "gpu_lost",
      "The GPU was lost.",
    );
    const next = await ended(chosen, page);
    expect(next.wrong()).toEqual([]);
    expect(next.report()).toMatchObject({ engine: "webgpu", gpu_rows: next.n });
    expect(page.browser.named("eigenscope gpu")).toHaveLength(1);
    expect(next.gpu.worker.all("open")).toHaveLength(2);
  });
});

describe("the GPU's worker", () => {
  test("that dies gives every row back to the workers", async () => {
    const run = await scriptedRun({ ...chosen, onGpu: failingAt(99, 4) });
    await run.goOn(() => run.gpu.worker.all("batch").length === 8);
    run.gpu.worker.die();
    await run.toTheEnd();
    assertSays(run, "gpu_died", "The GPU's worker died.");
    expect(run.onGpu).toEqual([]);
  });

  test("counts as lost after a minute of silence", async () => {
    const run = await scriptedRun(chosen);
    await run.goOn(() => run.gpu.worker.all("batch").length === 8);
    const { gpu } = run;
    gpu.isSilent = true;
    await run.goOn();
    vi.advanceTimersByTime(silence - 1);
    await run.goOn();
    expect([run.outcome, gpu.worker.isEnded]).toEqual([undefined, false]);
    vi.advanceTimersByTime(1);
    expect(gpu.worker.isEnded).toBe(true);
    await run.toTheEnd();
    assertSays(run, "gpu_died", "The GPU does not answer.");
  });

  test("is not lost while workers take their time over its next chunks", async () => {
    const run = await scriptedRun(chosen);
    const { gpu } = run;
    await run.goOn(() => gpu.worker.all("batch").length === 2);
    // It is through with all that it was sent, and the workers do nothing.
    await run.goOn(undefined, (script) => script === gpu);
    expect(run.workers.some(({ hasMessage, hasWork }) => hasMessage || hasWork)).toBe(true);
    vi.advanceTimersByTime(2 * silence);
    expect(gpu.worker.isEnded).toBe(false);
    await run.toTheEnd();
    expect(run.wrong()).toEqual([]);
  });

  test("counts as lost after a minute of silence during the last commit", async () => {
    const run = await scriptedRun(chosen);
    await run.goOn(() => run.gpu.worker.all("finish").length > 0);
    run.gpu.isSilent = true;
    await run.goOn();
    expect(run.outcome).toBe(undefined);
    await run.toTheEnd();
    assertSays(run, "gpu_died", "The GPU does not answer.");
  });

  test("ends the run with a code if it dies once the workers have been told to finish", async () => {
    const run = await scriptedRun(chosen);
    await run.goOn(() => run.workers.some(({ worker }) => worker.all("finish").length > 0));
    run.gpu.worker.die();
    await run.goOn();
    expect(run.reason).toMatchObject({ code: "worker_died" });
    expect(run.page.browser.running).toEqual([]);
  });
});

describe("a page that goes into the background", () => {
  test("keeps the GPU's rows and leaves the rest to the workers", async () => {
    const run = await scriptedRun(chosen);
    await run.goOn(() => run.gpu.worker.all("batch").length === 12);
    run.page.browser.hide();
    await run.toTheEnd();
    const said = "The page was in the background, where browsers slow the GPU down.";
    assertSays(run, "hidden", said);
    expect(run.onGpu.length).toBeGreaterThan(0);
    expect(run.onGpu.length).toBeLessThanOrEqual(12);
  });

  test("does not wait for batches that the GPU has not started", async () => {
    const run = await scriptedRun(chosen);
    await run.goOn(() => run.gpu.worker.all("batch").length === 8);
    const done = 8 - run.gpu.worker.inbox.filter(({ type }) => type === "batch").length;
    run.page.browser.hide();
    await run.toTheEnd();
    expect(run.onGpu).toHaveLength(done);
  });

  test("has no effect during the last commit, nor on a run without a GPU", async () => {
    const run = await scriptedRun(chosen);
    await run.goOn(() => run.gpu.worker.all("finish").length > 0);
    run.page.browser.hide();
    await run.toTheEnd();
    expect(run.report()).toMatchObject({ gpu_rows: run.n, engine_reason: { code: "asked" } });
    const exact = await ended({ ...chosen, engine: "exact" }, run.page);
    expect(exact.wrong()).toEqual([]);
  });
});

test("a chunk with numbers beyond f32 is summed by a worker, and the GPU goes on", async () => {
  const machine = { isWithinRange: (chunk: number) => chunk % 5 !== 0 };
  const run = await ended({ ...chosen, machine });
  expect(run.wrong()).toEqual([]);
  expect(run.onGpu.filter((chunk) => chunk % 5 === 0)).toEqual([]);
  expect(run.onGpu).toHaveLength(32);
  expect(run.report().engine_reason.code).toBe("asked");
});

test("in bands of tiles, where no worker has them all, the workers take over from a lost GPU", async () => {
  const bands: Setting = { chunks: 20, bands: 3, workersPerBand: 4, engine: "gpu" };
  for (const [at, certain] of [
    [1, 0],
    [6, 4],
  ] as const) {
    const run = await ended({ ...bands, onGpu: failingAt(at, certain) });
    assertSays(run, "gpu_lost", "The GPU was lost.");
    expect(run.onGpu).toHaveLength(certain);
    expect(new Set(run.sums.map(({ band }) => band)).size).toBe(certain > 0 ? 4 : 3);
  }
});

test("at most ten chunks are on their way to the GPU, and fewer with few workers", async () => {
  for (const [workersPerBand, most] of [
    [1, 3],
    [4, 6],
    [16, 10],
  ] as const) {
    const run = await scriptedRun({ ...chosen, chunks: 100, workersPerBand });
    const isGpu = (script: object): boolean => script === run.gpu;
    await run.goOn(() => run.gpu.worker.inbox.length === 0, isGpu);
    await run.goOn(undefined, (script) => !isGpu(script));
    expect(run.gpu.worker.all("batch")).toHaveLength(most);
    await run.toTheEnd();
    expect(run.wrong()).toEqual([]);
  }
});

test("a worker that dies while feeding the GPU ends the run with a code", async () => {
  const run = await scriptedRun(chosen);
  await run.goOn(() => run.gpu.worker.all("batch").length === 4);
  run.workers[3]?.worker.die();
  await run.goOn();
  expect(run.reason).toMatchObject({ code: "worker_died" });
  expect(run.page.browser.running).toEqual([]);
});
