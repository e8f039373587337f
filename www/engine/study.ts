/**
 * What follows the first answer: spectra of parts of the rows, and of features prepared in other ways.
 *
 * One worker has gathered the sums of all and makes the matrices; the others, and one more in its place, compute their eigenvalues. Nothing is read again.
 */

import { Study as Core } from "../wasm/eigenscope.js";
import { fromCore } from "./analysis";
import { askToHelp, helpersWanted } from "./helpers";
import type { OpenedGiven } from "./open";
import { death, type Giver, type Hand, type Pool } from "./pool";
import type { GpuReply, Reply, Request } from "./protocol";
import { refusalOf } from "./refusal";
import type { Gathered } from "./run";
import {
  type Analysis,
  AnalysisError,
  type AnalysisEvents,
  type Preparation,
  type Refusal,
  type Study,
  type StudyProgress,
} from "./types";

/** Matrices that wait for a worker: one, so that none waits for a matrix. */
const MATRICES_AHEAD = 1;

/** What a worker takes beside the sums that it keeps: its script, its core, and room for the chunks that it has read. After files of 34 MB it was measured at about 50 MB. */
const WORKER_BYTES = 48 << 20;

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

export class LiveStudy implements Study {
  private readonly core: Core;
  /** The worker that has the sums, until they are let go. */
  private gatherer: Hand | undefined;
  /** Workers of the run, whose blocks have not been collected. */
  private givers: Giver[];
  private readonly workers: number;
  /** The blocks of all workers are brought together at once, so that only one worker is kept for what may follow. */
  readonly collected: Promise<void>;

  /** @param core where that is of what was given in the place of rows; otherwise it is made of the plan */
  constructor(
    private readonly pool: Pool,
    private readonly name: string,
    { plan, decomposed, gatherer, givers, workers }: Gathered,
    core = new Core(plan, decomposed),
  ) {
    this.core = core;
    this.gatherer = gatherer;
    this.givers = givers;
    this.workers = workers;
    this.collected = this.collect(gatherer);
    // Whoever needs it is told when it asks.
    this.collected.catch(() => this.release());
  }

  analysis(preparation: Preparation, dropped: number): Analysis | Refusal | undefined {
    const found = this.core.analysis(preparation, dropped);
    if (!found) return undefined;
    const reason = found.reason as Refusal | undefined;
    if (!reason) return fromCore(found);
    found.free();
    return reason;
  }

  isComplete(preparation: Preparation): boolean {
    return this.core.is_complete(preparation);
  }

  get usual(): Preparation {
    return this.core.usual() as Preparation;
  }

  /** n, mean and covariance of all rows, as the one who gathers writes them. */
  async moments(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal.throwIfAborted();
    await Promise.race([this.collected, aborted(signal)]);
    const { gatherer } = this;
    if (!gatherer)
      throw new AnalysisError("sums_let_go", "The sums were let go. Run again to save them.");
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.attend(gatherer, reject, (reply) => {
        if (reply.type === "moments") resolve(reply.file);
      });
      gatherer.send({ type: "moments" });
    });
  }

  get bytes(): number {
    return this.gatherer ? this.core.bytes() + WORKER_BYTES : 0;
  }

  /**
   * Computes what is still open for a preparation. Rejects with the signal's reason; what is known by then stays.
   */
  async complete(
    preparation: Preparation,
    onProgress: (progress: StudyProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { gatherer } = this;
    if (!gatherer || this.core.is_complete(preparation)) return;
    const stop = (): void => this.release();
    signal.addEventListener("abort", stop);
    const hands: Hand[] = [];
    try {
      signal.throwIfAborted();
      await Promise.race([this.collected, aborted(signal)]);
      const open = this.core.tasks(preparation) as unknown[];
      const wanted = Math.min(this.workers, open.length);
      for (let i = 0; i < wanted; i++) hands.push(this.pool.take());
      await this.solve(gatherer, hands, preparation, onProgress, signal);
      for (const hand of hands.splice(0)) this.pool.release(hand);
    } catch (error) {
      // Whatever failed, the workers are in the middle of something.
      this.release();
      throw error;
    } finally {
      for (const hand of hands) this.pool.end(hand);
      signal.removeEventListener("abort", stop);
    }
  }

  /** Lets go of the sums: what is known stays, nothing more can be computed. */
  release(): void {
    for (const hand of [this.gatherer, ...this.givers]) if (hand) this.pool.dismiss(hand);
    this.gatherer = undefined;
    this.givers = [];
  }

  free(): void {
    this.release();
    this.core.free();
  }

  /** Brings the blocks of all workers together. */
  private async collect(gatherer: Hand): Promise<void> {
    for (const giver of this.givers) {
      await this.listen(giver, { type: "give" }, (reply) => {
        if (reply.type === "block") gatherer.send(reply, [reply.words.buffer]);
        return reply.type === "given";
      });
      this.pool.release(giver);
    }
    this.givers = [];
    await this.listen(gatherer, { type: "beside" }, (reply) => {
      if (reply.type === "beside") this.core.take_beside(reply.beside);
      return reply.type === "beside";
    });
  }

  /** Sends a request and listens until an answer is the last. */
  private listen(
    hand: Giver,
    request: Request & { type: "give" | "beside" },
    isLast: (reply: Reply | GpuReply) => boolean,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.attend(hand, reject, (reply) => {
        if (isLast(reply)) resolve();
      });
      (hand as Hand).send(request);
    });
  }

  private attend(
    hand: Giver,
    fail: (error: unknown) => void,
    take: (reply: Reply | GpuReply) => void,
  ): void {
    hand.onDeath = () => fail(death(this.name));
    hand.onReply = (reply: Reply | GpuReply) => {
      if (reply.type === "refused") fail(new AnalysisError(reply.code, reply.message));
      else take(reply);
    };
  }

  private solve(
    gatherer: Hand,
    hands: readonly Hand[],
    preparation: Preparation,
    onProgress: (progress: StudyProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      let open = this.core.tasks(preparation) as unknown[];
      let [done, total, asked] = [0, open.length, 0];
      const idle = [...hands];
      const ready: Extract<Reply, { type: "matrix" }>[] = [];
      const next = (): void => {
        for (let made = ready.shift(); made; made = ready.shift()) {
          const hand = idle.pop();
          if (!hand) {
            ready.unshift(made);
            break;
          }
          hand.send({ type: "solve", task: made.task, matrix: made.matrix }, [made.matrix.buffer]);
        }
        while (open.length > 0 && asked + ready.length < idle.length + MATRICES_AHEAD) {
          asked++;
          gatherer.send({ type: "matrix", task: open.shift() });
        }
      };
      const take = ({ task, solved }: Extract<Reply, { type: "solved" }>): void => {
        this.core.take(task, solved);
        done++;
        if (done === total) {
          // A preparation's blocks are asked for once its own spectrum is there.
          open = this.core.tasks(preparation) as unknown[];
          total += open.length;
        }
        onProgress({ done, total });
        if (done === total) resolve();
        else next();
      };
      this.attend(gatherer, reject, (reply) => {
        asked--;
        if (reply.type === "matrix") {
          ready.push(reply);
          next();
        } else if (reply.type === "solved") {
          take(reply);
        }
      });
      for (const hand of hands) {
        this.attend(hand, reject, (reply) => {
          if (reply.type !== "solved") return;
          idle.push(hand);
          take(reply);
        });
      }
      if (total === 0) resolve();
      else next();
    });
  }
}

/** The study of what was given in the place of rows: one worker computes its eigenvalues, and keeps it. */
export async function studyOf(
  pool: Pool,
  files: readonly File[],
  { facts, words }: OpenedGiven,
  workers: number,
  { onSolving }: AnalysisEvents,
  signal: AbortSignal,
): Promise<Study> {
  const name = files[0]?.name ?? "";
  const gatherer = pool.take();
  const wanted = helpersWanted(facts.side, workers - 1);
  const others = Array.from({ length: wanted }, () => pool.take());
  try {
    const decomposed = await new Promise<unknown>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      for (const hand of [gatherer, ...others]) {
        hand.onDeath = () => reject(death(name));
        hand.onReply = (reply) => {
          if (reply.type === "solving") onSolving?.(reply.part);
          if (reply.type === "decomposed") resolve(reply.decomposed);
          if (reply.type === "refused") reject(new AnalysisError(reply.code, reply.message));
        };
      }
      const helpers = askToHelp(others);
      gatherer.send({ type: "given", words, name, helpers }, [words.buffer, ...helpers]);
    });
    for (const hand of others.splice(0)) pool.release(hand);
    const core = Core.of_given(facts, decomposed);
    const gathered = { plan: facts, decomposed, gatherer, givers: [], workers };
    const study = new LiveStudy(pool, name, gathered, core);
    // What noise gives takes no rows, and may be all that follows.
    await Promise.race([study.collected, aborted(signal)]);
    return study;
  } catch (error) {
    for (const hand of [gatherer, ...others]) pool.end(hand);
    throw refusalOf(error);
  }
}
