// A run of the engine over scripted workers: the product's Run, GpuSide, Pool and Chunks, with threads and numbers left out.

import { vi } from "vitest";
import type { Pool } from "../../../www/engine/pool";
import type { Gathered, Run, Work } from "../../../www/engine/run";
import type {
  Analysis,
  AnalysisEvents,
  AnalysisOptions,
  Engine,
  Progress,
} from "../../../www/engine/types";
import { type FreshEngine, freshEngine, nothingAsked, type Summed, summed } from "./fresh-engine";
import {
  type ScriptedBrowser,
  type ScriptedWorker,
  scriptBrowser,
  settle,
} from "./scripted-browser";
import { ChunkScript, GpuScript, type Machine, type Sum, sumOf } from "./scripted-workers";

/** A page with the engine and one small matrix, whose plan and spectrum stand in for those of every run. */
export interface Page {
  engine: FreshEngine;
  browser: ScriptedBrowser;
  matrix: Pick<Summed, "plan" | "decomposed" | "beside">;
  pool: Pool;
}

/** The small matrices are summed once. */
const matrices = new Map<string | undefined, Page["matrix"]>();

export async function openPage(
  options: { withGpu?: boolean; matrix?: string } = {},
): Promise<Page> {
  const browser = scriptBrowser(options);
  const engine = await freshEngine();
  const matrix = matrices.get(options.matrix) ?? (await summed(engine, options.matrix));
  matrices.set(options.matrix, matrix);
  return { engine, browser, matrix, pool: engine.newPool() };
}

export interface Setting {
  chunks: number;
  bands?: number;
  workersPerBand?: number;
  engine?: Engine;
  /** Whether the plan says that a GPU is worth the try. */
  mayPay?: boolean;
  /** Side of the second moment. */
  width?: number;
  material?: Work["material"];
  /** What is read for a chunk. */
  reads?: (chunk: number) => Float64Array;
  nonFinite?: AnalysisOptions["nonFinite"];
  machine?: Partial<Machine>;
  /** Changes what the GPU does before it hears anything. */
  onGpu?: (gpu: GpuScript) => void;
}

/** Which workers go on. */
type Who = (script: ChunkScript | GpuScript) => boolean;

/** The GPU's worker and the one that feeds it in a race. */
export const racing: Who = (script) => script instanceof GpuScript || script.isRacer;

/** Rows of a chunk: each has more than the one before it, and a third of them is a whole number. */
export function rowsOf(chunk: number): number {
  return 6 * (chunk + 1);
}

/** Bytes of a row. */
export const ROW_BYTES = 2;

export class ScriptedRun {
  readonly run: Run;
  /** How it ended. */
  outcome: { gathered: Gathered } | { reason: unknown } | undefined;
  readonly progress: Progress[] = [];
  readonly provisional: Analysis[] = [];
  readonly parts: number[] = [];
  readonly n: number;
  readonly bands: number;
  private readonly scriptOf = new Map<ScriptedWorker, ChunkScript | GpuScript>();

  constructor(
    readonly page: Page,
    readonly setting: Setting,
  ) {
    const { engine, browser, matrix, pool } = page;
    const { chunks, bands = 1, workersPerBand = 2, width = 128 } = setting;
    const machine: Machine = {
      rows: rowsOf,
      bytes: (chunk) => ROW_BYTES * machine.rows(chunk),
      milliseconds: () => 1,
      isWithinRange: () => true,
      decomposed: matrix.decomposed,
      beside: matrix.beside,
      ...setting.machine,
    };
    this.bands = bands;
    this.n = 0;
    for (let chunk = 0; chunk < chunks; chunk++) this.n += machine.rows(chunk);
    const write = (worker: ScriptedWorker): void => {
      if (worker.name === "eigenscope gpu") {
        const script = new GpuScript(worker, machine);
        this.scriptOf.set(worker, script);
        setting.onGpu?.(script);
      } else {
        this.scriptOf.set(worker, new ChunkScript(worker, machine));
      }
    };
    // Workers that an earlier run has left follow this one's script from now on.
    for (const worker of browser.running) write(worker);
    browser.onWorker = write;
    const planner = {
      chunks: () => chunks,
      bands: () => bands,
      workers_per_band: () => workersPerBand,
      width: () => width,
      gpu_may_pay: () => setting.mayPay ?? true,
      reads: setting.reads ?? ((chunk: number) => Float64Array.of(0, chunk, 1)),
    };
    const work = {
      material: setting.material ?? new engine.Material([], []),
      plan: matrix.plan,
      planner,
      info: { name: "features.npy", n: this.n, bytes: ROW_BYTES * this.n },
    } as unknown as Work;
    const options: AnalysisOptions = {
      engine: setting.engine ?? "exact",
      array: null,
      asked: nothingAsked,
      nonFinite: setting.nonFinite ?? "refuse",
      workers: 0,
      unitRows: "auto",
    };
    const events: AnalysisEvents = {
      onProgress: (progress) => this.progress.push(progress),
      onProvisional: (analysis) => this.provisional.push(analysis),
      onSolving: (part) => this.parts.push(part),
    };
    this.run = new engine.Run(pool, work, options, events);
    this.run.result.then(
      (gathered) => {
        this.outcome = { gathered };
      },
      (reason: unknown) => {
        this.outcome = { reason };
      },
    );
  }

  get scripts(): (ChunkScript | GpuScript)[] {
    return [...this.scriptOf.values()];
  }

  private get chunkScripts(): ChunkScript[] {
    return this.scripts.filter((script) => script instanceof ChunkScript);
  }

  /** The workers that take part in this run and have not ended. */
  get workers(): ChunkScript[] {
    return this.chunkScripts.filter(({ worker, isIdle }) => !worker.isEnded && !isIdle);
  }

  /** The worker that has the GPU; there must be one that has not ended. */
  get gpu(): GpuScript {
    const gpu = this.gpus.find(({ worker }) => !worker.isEnded);
    if (!gpu) throw new Error("no worker has the GPU");
    return gpu;
  }

  /** Every worker that has or had the GPU. */
  get gpus(): GpuScript[] {
    return this.scripts.filter((script) => script instanceof GpuScript);
  }

  /** Everything that those workers can do next. */
  private possible(who: Who): (() => void)[] {
    const next: (() => void)[] = [];
    for (const script of this.scripts) {
      if (!who(script)) continue;
      if (script.hasMessage) next.push(() => script.receive());
      if (script instanceof ChunkScript && script.hasWork) next.push(() => script.work());
    }
    return next;
  }

  /** Lets workers go on, in turn, until there is nothing to do for them or `isEnough`; no time goes by. */
  async goOn(isEnough: () => boolean = () => false, who: Who = () => true): Promise<void> {
    await settle();
    for (let next = this.possible(who); next.length > 0; next = this.possible(who)) {
      for (const step of next) {
        step();
        await settle();
        if (isEnough()) return;
      }
    }
  }

  /** Lets all workers go on until the run has ended, and time go by where nothing else happens. */
  async toTheEnd(): Promise<void> {
    await this.goOn(() => this.outcome !== undefined);
    for (let wait = 0; wait < 20 && !this.outcome; wait++) {
      vi.advanceTimersToNextTimer();
      await this.goOn(() => this.outcome !== undefined);
    }
    if (!this.outcome) throw new Error("the run does not end");
  }

  /** What it was resolved with. */
  get gathered(): Gathered {
    if (this.outcome && "gathered" in this.outcome) return this.outcome.gathered;
    throw new Error(`the run has no result: ${JSON.stringify(this.outcome)}`);
  }

  /** What it was rejected with. */
  get reason(): unknown {
    if (this.outcome && "reason" in this.outcome) return this.outcome.reason;
    throw new Error("the run was not rejected");
  }

  /** The sums that were merged. */
  get sums(): Sum[] {
    const [message, ...others] = this.chunkScripts.flatMap(({ gathered }) => gathered ?? []);
    if (!message || others.length > 0) throw new Error("one worker merges all sums");
    return (message.totals as unknown[]).map(sumOf);
  }

  /** What the worker that has merged them knows by blocks of rows. */
  get blocks(): Sum[] {
    return this.chunkScripts.filter(({ gathered }) => gathered).flatMap(({ given }) => given);
  }

  /** Chunks in the GPU's sum. */
  get onGpu(): number[] {
    return this.sums.filter(({ band }) => band < 0).flatMap(({ chunks }) => chunks);
  }

  /** Each band's chunks that are not in exactly one of some sums: none where all is right. */
  wrong(sums = this.sums): string[] {
    const wrong: string[] = [];
    for (let band = 0; band < this.bands; band++) {
      const mine = sums.filter((sum) => sum.band === band || sum.band < 0);
      const chunks = mine.flatMap((sum) => sum.chunks);
      for (let chunk = 0; chunk < this.setting.chunks; chunk++) {
        const times = chunks.filter((other) => other === chunk).length;
        if (times !== 1) wrong.push(`band ${band} has chunk ${chunk} ${times} times`);
      }
      if (chunks.length > this.setting.chunks) wrong.push(`band ${band} has too many chunks`);
    }
    return wrong;
  }

  /** The Report of the first answer, as the core writes it. */
  report(): Report {
    const { plan, decomposed } = this.gathered;
    const study = new this.page.engine.core.Study(plan, decomposed);
    const analysis = study.analysis(study.usual(), 0);
    return analysis?.report(11, 100, "1/k") as Report;
  }
}

/** What the Report says of what has computed it. */
export interface Report {
  engine: string;
  precision: string;
  adapter: { name: string } | null;
  gpu_rows: number;
  engine_reason: { code: string; message: string };
  notes: { code: string; message: string }[];
}

/** A run on a page of its own. */
export async function scriptedRun(
  setting: Setting,
  options?: { withGpu?: boolean },
): Promise<ScriptedRun> {
  return new ScriptedRun(await openPage(options), setting);
}
