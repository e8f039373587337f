// A study over scripted workers, whose sums and eigenvalues are the real core's.

import type { LiveStudy } from "../../../www/engine/study";
import type { StudyProgress } from "../../../www/engine/types";
import { type FreshEngine, freshEngine, type Summed, summed } from "./fresh-engine";
import {
  type Message,
  type ScriptedBrowser,
  type ScriptedWorker,
  scriptBrowser,
  settle,
} from "./scripted-browser";

export class ScriptedStudy {
  readonly progress: StudyProgress[] = [];
  readonly controller = new AbortController();
  /** How `complete` ended. */
  outcome: "complete" | { reason: unknown } | undefined;
  /** What the worker that gathers answers for a task, where that is not its matrix. */
  solvedAtOnce: ((task: unknown) => unknown) | undefined;

  constructor(
    readonly engine: FreshEngine,
    readonly browser: ScriptedBrowser,
    readonly matrix: Summed,
    readonly study: LiveStudy,
    readonly gatherer: ScriptedWorker,
    /** The other workers of the run, in their order. */
    readonly givers: readonly ScriptedWorker[],
  ) {}

  /** The workers that were taken to solve what follows. */
  get solvers(): ScriptedWorker[] {
    return this.browser.workers.filter((worker) => worker.all("solve").length > 0);
  }

  /** Starts what follows for a preparation. */
  complete(preparation = this.study.usual): void {
    const onProgress = (progress: StudyProgress): void => {
      this.progress.push({ ...progress });
    };
    this.study.complete(preparation, onProgress, this.controller.signal).then(
      () => {
        this.outcome = "complete";
      },
      (reason: unknown) => {
        this.outcome = { reason };
      },
    );
  }

  /** Lets those workers answer all that they are asked, until there is nothing more or `isEnough`. */
  async goOn(
    who: (worker: ScriptedWorker) => boolean = () => true,
    isEnough = () => false,
  ): Promise<void> {
    await settle();
    for (;;) {
      const ready = this.browser.running.filter((worker) => who(worker) && worker.inbox.length > 0);
      if (ready.length === 0) return;
      for (const worker of ready) {
        const message = worker.inbox.shift();
        if (message) this.answer(worker, message);
        await settle();
        if (isEnough()) return;
      }
    }
  }

  /** Waits for the blocks of all workers. */
  async collect(): Promise<void> {
    await this.goOn();
    await this.study.collected;
  }

  private answer(worker: ScriptedWorker, message: Message): void {
    const { core } = this.engine;
    switch (message.type) {
      case "give":
        worker.reply({ type: "block", index: 3, words: Float64Array.of(1) });
        worker.reply({ type: "block", index: 4, words: Float64Array.of(2) });
        worker.reply({ type: "given" });
        break;
      case "beside":
        worker.reply({ type: "beside", beside: this.matrix.beside });
        break;
      case "matrix": {
        const { task } = message;
        const solved = this.solvedAtOnce?.(task);
        const made: unknown = this.matrix.gatherer.matrix(task);
        if (solved) worker.reply({ type: "solved", task, solved });
        else if (made instanceof Float64Array) worker.reply({ type: "matrix", task, matrix: made });
        else worker.reply({ type: "solved", task, solved: made });
        break;
      }
      case "solve": {
        const { task, matrix } = message;
        worker.reply({ type: "solved", task, solved: core.solve(matrix as Float64Array) });
        break;
      }
      case "moments":
        worker.reply({ type: "moments", file: this.matrix.gatherer.moments() });
        break;
    }
  }
}

/** The core, and a matrix that it has summed; a study changes neither. */
let loaded: Promise<{ engine: FreshEngine; matrix: Summed }> | undefined;

async function load(): Promise<{ engine: FreshEngine; matrix: Summed }> {
  const engine = await freshEngine();
  return { engine, matrix: await summed(engine) };
}

/** A study after a run of this many workers, with a GPU or without. */
export async function scriptedStudy({ workers = 3, withGpu = false } = {}): Promise<ScriptedStudy> {
  loaded ??= load();
  const { engine, matrix } = await loaded;
  const browser = scriptBrowser();
  const pool = engine.newPool();
  const gatherer = pool.take();
  const givers = Array.from({ length: workers - 1 }, () => pool.take());
  const all = withGpu ? [...givers, pool.takeGpu()] : givers;
  const [first, ...others] = browser.workers;
  if (!first) throw new Error("no worker was started");
  for (const worker of browser.workers) worker.inbox.length = 0;
  const { plan, decomposed } = matrix;
  const gathered = { plan, decomposed, gatherer, givers: all, workers };
  const study = new engine.LiveStudy(pool, "features.npy", gathered);
  return new ScriptedStudy(engine, browser, matrix, study, first, others);
}
