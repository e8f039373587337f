/** One analysis: from files to a spectrum, over as many workers as the plan says. */

import { compare_names, Planner } from "../wasm/eigenscope.js";
import { type Opened, type OpenedGiven, openFiles } from "./open";
import type { Pool } from "./pool";
import { refusalOf } from "./refusal";
import { Run, type Work } from "./run";
import { measure, start } from "./stages";
import { LiveStudy, studyOf } from "./study";
import type { AnalysisEvents, AnalysisOptions, Engine, Study } from "./types";

/** A worker is started ahead of the plan for each so many bytes: the plan may want fewer, and then they go idle. */
const WORKER_BYTES = 4 << 20;
/** Features for which a worker keeps up with what unpacks: at 25 GF/s it sums float32 of so many at 400 MB/s. */
const STREAMED_FEATURES = 256;
/** What each choice means to the core. */
const coreEngines: Record<Engine, { engine: string; precision: string }> = {
  auto: { engine: "auto", precision: "exact" },
  exact: { engine: "workers", precision: "exact" },
  fast: { engine: "workers", precision: "fast" },
  gpu: { engine: "gpu", precision: "fast" },
};

export async function runAnalysis(
  pool: Pool,
  given: readonly File[],
  options: AnalysisOptions,
  events: AnalysisEvents,
  signal: AbortSignal,
): Promise<Study> {
  signal.throwIfAborted();
  start();
  const files = [...given].sort((a, b) => compare_names(a.name, b.name));
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  pool.prepare(Math.min(wantedWorkers(options), Math.ceil(bytes / WORKER_BYTES)));
  const opened = await openRefusing(pool, files, options, events, signal);
  if ("facts" in opened)
    return studyOf(pool, files, opened, wantedWorkers(options), events, signal);
  const work = await plan(opened, options, signal);
  const { planner, info, material } = work;
  try {
    events.onOpen?.(info);
    measure("open");
    const run = new Run(pool, work, options, events);
    const onAbort = (): void => run.fail(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      // Cancelled as the page heard what is in the files: the workers have begun.
      if (signal.aborted) onAbort();
      return new LiveStudy(pool, info.name, await run.result);
    } finally {
      signal.removeEventListener("abort", onAbort);
      measure("total", "eigenscope:start");
    }
  } finally {
    material.end();
    planner.free();
  }
}

function wantedWorkers(options: AnalysisOptions): number {
  return options.workers || navigator.hardwareConcurrency || 1;
}

/** Finds out what is in the files. */
async function openRefusing(
  pool: Pool,
  files: File[],
  { array, asked }: AnalysisOptions,
  events: AnalysisEvents,
  signal: AbortSignal,
): Promise<Opened | OpenedGiven> {
  try {
    const unpacked = (done: number, total: number) => events.onUnpacked?.(done, total);
    return await openFiles(pool, files, array, asked, unpacked, signal);
  } catch (error) {
    throw refusalOf(error);
  }
}

/**
 * Whether every row is wanted once and in its order. A GPU takes them from the end, and may lose some; it is worth waiting for all of them only where workers
 * would not keep up with what unpacks.
 */
function mayStream(planner: Planner, { engine }: AnalysisOptions): boolean {
  const keepUp = planner.width() <= STREAMED_FEATURES * planner.workers_per_band();
  const mayHaveGpu = engine === "auto" && planner.gpu_may_pay() && "gpu" in navigator && !keepUp;
  return planner.is_sequential() && engine !== "gpu" && !mayHaveGpu;
}

/** Reads the first rows, and makes the plan. */
async function plan(
  { source, material, arrays }: Opened,
  options: AnalysisOptions,
  signal: AbortSignal,
): Promise<Work> {
  let planner: Planner | undefined;
  try {
    planner = new Planner(source, {
      ...coreEngines[options.engine],
      workers: wantedWorkers(options),
      workers_forced: options.workers > 0,
      scaled: options.unitRows,
    });
    if (!mayStream(planner, options)) await material.whole();
    for (let attempt = 0; attempt <= planner.chunks(); attempt++) {
      // It may be far to rows that say something, and none may be lost on the way.
      if (attempt > 0) await material.whole();
      const first = await material.read(planner.first_reads(attempt));
      signal.throwIfAborted();
      if (planner.set_shift(attempt, first)) break;
    }
    return {
      material,
      plan: planner.plan(),
      planner,
      info: { ...(planner.info() as Work["info"]), arrays },
    };
  } catch (error) {
    material.end();
    planner?.free();
    throw refusalOf(error);
  }
}
