/** The workers' side of an analysis, from the first chunk to the first eigenvalues. */

import { type Planner, with_computed } from "../wasm/eigenscope.js";
import { provisionalAnalysis } from "./analysis";
import { Chunks } from "./chunks";
import { GpuSide, type Reason } from "./gpu-side";
import { askToHelp, helpersWanted } from "./helpers";
import type { Material } from "./material";
import { death, type Giver, type Hand, type Pool } from "./pool";
import type { Reply, Words } from "./protocol";
import { measure } from "./stages";
import { AnalysisError, type AnalysisEvents, type AnalysisOptions, type SourceInfo } from "./types";

/** Chunks that a worker holds at a time: the one it works on, the one it reads, and one for the way of a message. */
const CHUNKS_AHEAD = 3;
/** Reports of progress come no more often than this, in milliseconds. */
const PROGRESS_INTERVAL = 50;
/** The estimate of the time left waits for this long, in milliseconds. */
const ESTIMATE_AFTER = 300;

/** No provisional spectrum before this, in milliseconds: short runs need none. */
const FIRST_PROVISIONAL = 300;
/** They may take this part of one worker's time. */
const PROVISIONAL_SHARE = 0.1;
/** There is none any more when the rest of the rows takes less than this many times as long as it would. */
const PROVISIONAL_WORTH = 10;
/** Milliseconds that eigenvalues take, over the cube of the side, until one was timed. */
const EIGENVALUES_ESTIMATE = 1e-7;

/** The first answer, and the workers that know more. */
export interface Gathered {
  /** The plan, with what computed it. */
  plan: unknown;
  decomposed: unknown;
  /** The one that has merged all totals. */
  gatherer: Hand;
  /** The others, with the blocks that they have summed. */
  givers: Giver[];
  /** Workers that there were, not counting the GPU's. */
  workers: number;
}

/** A worker that takes part. */
interface Member {
  hand: Hand;
  band: number;
  /** Chunks that it was given and has not answered. */
  held: number;
  /** It feeds the GPU in a race, and does nothing else. */
  isRacer: boolean;
}

/** What a run is made of. */
export interface Work {
  material: Material;
  plan: unknown;
  planner: Planner;
  info: SourceInfo;
}

export class Run {
  readonly result: Promise<Gathered>;
  private resolve!: (gathered: Gathered) => void;
  private reject!: (reason: unknown) => void;
  private readonly members: Member[] = [];
  private racer: Member | undefined;
  private readonly chunks: Chunks;
  private readonly bands: number;
  private readonly gpu: GpuSide | undefined;
  /** Why there is no GPU, where nobody has asked for one. */
  private readonly reason: Reason;
  private readonly totals: Words[] = [];
  private finishers = 0;
  private isFinishing = false;
  private settled = false;
  private rows = 0;
  private bytes = 0;
  /** Rows that workers have summed (a band counts its share), and the milliseconds of all workers that went into them. */
  private readonly summed = { chunks: 0, rows: 0, milliseconds: 0 };
  /** Rows and bytes of the chunks that were fed. */
  private readonly fed = new Map<number, { rows: number; bytes: number }>();
  private readonly started = performance.now();
  private lastProgress = 0;
  /** The worker that is asked for provisional spectra: one that has all tiles. */
  private oracle: Hand | undefined;
  private provisionalCost: number;
  /** When the next one may be asked for. */
  private provisionalDue = FIRST_PROVISIONAL;
  /** The GPU was asked for one. */
  private isGpuAsked = false;

  constructor(
    private readonly pool: Pool,
    private readonly work: Work,
    private readonly options: AnalysisOptions,
    private readonly events: AnalysisEvents,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const { planner, plan, material } = work;
    this.bands = planner.bands();
    const isThere = (chunk: number): boolean =>
      !material.isStream || material.has(planner.reads(chunk));
    this.chunks = new Chunks(planner.chunks(), this.bands, isThere);
    for (let i = 0; i < this.bands * planner.workers_per_band(); i++) this.join(i % this.bands);
    this.provisionalCost = planner.width() ** 3 * EIGENVALUES_ESTIMATE;
    this.oracle = this.bands === 1 ? this.members[0]?.hand : undefined;
    const isForced = options.engine === "gpu";
    const mayPay = options.engine === "auto" && planner.gpu_may_pay() && !material.isStream;
    this.reason = options.engine === "auto" ? "too_little" : "asked";
    if (isForced || mayPay) {
      this.gpu = new GpuSide(pool, plan, isForced, this.members.length, {
        onChange: () => {
          if (this.gpu?.state === "off") this.forgetProvisional();
          this.handOut();
        },
        onLost: (chunks) => this.lose(chunks),
        onProvisional: (reply) => this.takeProvisional(reply),
        pace: () => this.pace(),
      });
    }
    material.listen(
      () => this.handOut(),
      (reason) => this.fail(reason),
    );
  }

  /** Ends all workers and rejects. */
  fail(reason: unknown): void {
    if (this.settled) return;
    this.settled = true;
    for (const { hand } of this.members) this.pool.end(hand);
    if (this.racer) this.pool.end(this.racer.hand);
    this.gpu?.abort();
    this.reject(reason);
  }

  private join(band: number): void {
    this.members.push(this.enlist(band, false));
  }

  private enlist(band: number, isRacer: boolean): Member {
    const { plan, info, material } = this.work;
    const hand = this.pool.take();
    const member: Member = { hand, band, held: 0, isRacer };
    hand.onDeath = () => {
      if (isRacer) this.dropRacer("The worker that feeds the GPU died");
      else this.fail(death(info.name));
    };
    hand.onReply = (reply) => {
      if (this.settled) return;
      if (isRacer && reply.type === "refused") this.dropRacer(reply.message);
      else this.hear(member, reply);
    };
    const blobs = [...material.blobs];
    hand.send({ type: "join", plan, band, blobs, sums: !isRacer && !this.isForced });
    return member;
  }

  /** The race is over without one; the workers have the rest. */
  private dropRacer(message: string): void {
    if (this.racer) this.pool.end(this.racer.hand);
    this.racer = undefined;
    this.gpu?.giveUp(message.replace(/\.$/, ""));
  }

  private hear(member: Member, reply: Reply): void {
    switch (reply.type) {
      case "chunk":
        member.held -= 1;
        this.summed.chunks += 1;
        this.summed.rows += reply.rows / this.bands;
        this.summed.milliseconds += reply.milliseconds;
        this.advance(reply.rows / this.bands, reply.bytes / this.bands);
        this.handOut();
        break;
      case "fed":
        member.held -= 1;
        if (this.gpu?.take(reply.chunk, reply.batch, reply.rows, reply.milliseconds)) {
          this.fed.set(reply.chunk, { rows: reply.rows, bytes: reply.bytes });
          this.advance(reply.rows, reply.bytes);
        }
        this.handOut();
        break;
      case "provisional":
        this.takeProvisional(reply);
        break;
      case "total":
        this.finishers += 1;
        if (reply.words) this.totals.push(reply.words);
        if (this.finishers === this.members.length) this.gather(member.hand);
        break;
      case "solving":
        this.events.onSolving?.(reply.part);
        break;
      case "decomposed":
        this.settle(member.hand, reply.decomposed);
        break;
      case "refused":
        this.fail(new AnalysisError(reply.code, reply.message));
        break;
    }
  }

  /** Gives every worker as much as it should hold; when there is nothing left and nothing on the way, the end begins. */
  private handOut(): void {
    if (this.settled || this.isFinishing) return;
    this.attendRace();
    let isGiving = true;
    while (isGiving) {
      isGiving = false;
      for (const member of this.racer ? [...this.members, this.racer] : this.members) {
        const task = member.held < CHUNKS_AHEAD ? this.pick(member) : undefined;
        if (!task) continue;
        isGiving = true;
        member.held += 1;
        if (task.feed) this.gpu?.expect(task.chunk);
        const bytes = this.bytesOf(task.chunk);
        const transfer = bytes ? [bytes.buffer] : [];
        member.hand.send({ type: "chunk", ...task, bytes }, transfer);
      }
    }
    if (
      !this.work.material.isComplete ||
      !this.chunks.isEmpty ||
      this.members.some(({ held }) => held > 0)
    )
      return;
    // A race that is not over by now no longer matters.
    if (this.gpu?.isBusy && this.gpu.state !== "racing") return;
    if (this.gpu && this.gpu.state !== "off") {
      this.gpu.finish();
      return;
    }
    this.isFinishing = true;
    if (this.gpu?.words) this.totals.push(this.gpu.words);
    for (const { hand } of this.members) hand.send({ type: "finish" });
  }

  /** The bytes of a chunk, where workers cannot read them by themselves. */
  private bytesOf(chunk: number): Uint8Array<ArrayBuffer> | null {
    const { material, planner } = this.work;
    return material.isStream ? material.take(planner.reads(chunk)) : null;
  }

  /** The next chunk of a worker. */
  private pick({ band, isRacer }: Member): { chunk: number; feed: boolean } | undefined {
    const { chunks, gpu } = this;
    const feeds = isRacer || gpu?.state === "on" || (gpu?.state === "opening" && this.isForced);
    if (!feeds) return task(chunks.toSum(band), false);
    const owed = isRacer ? undefined : chunks.owed(band);
    if (owed !== undefined) return task(owed, false);
    if (gpu?.wants) return task(chunks.toFeed(), true);
    const shares = this.bands === 1 && !isRacer && gpu?.isWorthSharing(chunks.untouched);
    return shares ? task(chunks.toSum(band), false) : undefined;
  }

  private get isForced(): boolean {
    return this.options.engine === "gpu";
  }

  /** For a race there is one more worker, so that those that are raced against go on as they are. */
  private attendRace(): void {
    const state = this.gpu?.state;
    if (state === "racing") {
      this.racer ??= this.enlist(0, true);
    } else if (this.racer && (state === "off" || this.racer.held === 0)) {
      // It has no sums, and what it prepares for a GPU that is off is lost already.
      this.pool.end(this.racer.hand);
      this.racer = undefined;
    }
  }

  private lose(lost: readonly number[]): void {
    if (this.settled || lost.length === 0) return;
    if (this.isFinishing) {
      // What was certain is gone, and those who could do it again have been told to finish.
      this.fail(death(this.work.info.name));
      return;
    }
    for (const chunk of lost) {
      const { rows, bytes } = this.fed.get(chunk) ?? { rows: 0, bytes: 0 };
      this.fed.delete(chunk);
      this.rows -= rows;
      this.bytes -= bytes;
    }
    this.chunks.giveBack(lost);
  }

  private pace(): { workers: number; left: number } | undefined {
    const { chunks, rows, milliseconds } = this.summed;
    if (chunks < this.members.length) return undefined;
    const workers = milliseconds / rows / this.members.length;
    return { workers, left: this.work.info.n - this.rows };
  }

  /** The last worker to finish merges what all have sent. */
  private gather(hand: Hand): void {
    measure("moments");
    this.progress("eigenvalues");
    const { totals } = this;
    const plan = this.computedPlan();
    const skip = this.options.nonFinite === "skip";
    const others = this.members.map((member) => member.hand).filter((other) => other !== hand);
    const wanted = helpersWanted(this.work.planner.width(), others.length);
    const helpers = askToHelp(others.slice(0, wanted));
    const transfer = [...totals.map((words) => words.buffer), ...helpers];
    hand.send({ type: "gather", plan, totals, skip, helpers }, transfer);
  }

  /** The plan with what has computed it, or its first rows. */
  private computedPlan(rows = this.gpu?.rows ?? 0): unknown {
    const { gpu } = this;
    return with_computed(this.work.plan, {
      adapter: gpu && rows > 0 ? gpu.adapter : null,
      gpu_rows: rows,
      reason: gpu?.reason ?? this.reason,
    });
  }

  private settle(gatherer: Hand, decomposed: unknown): void {
    this.settled = true;
    measure("eigenvalues");
    const hands: Giver[] = this.members.map(({ hand }) => hand);
    if (this.gpu?.hand) hands.push(this.gpu.hand);
    this.resolve({
      plan: this.computedPlan(),
      decomposed,
      gatherer,
      givers: hands.filter((hand) => hand !== gatherer),
      workers: this.members.length,
    });
  }

  private takeProvisional(reply: {
    decomposed: unknown;
    milliseconds: number;
    rows?: number;
  }): void {
    if (this.settled) return;
    const { decomposed, milliseconds, rows } = reply;
    this.isGpuAsked = false;
    const pause = Math.max(milliseconds / PROVISIONAL_SHARE, FIRST_PROVISIONAL);
    this.provisionalDue = performance.now() - this.started + pause;
    if (decomposed === undefined) return;
    this.provisionalCost = milliseconds;
    this.events.onProvisional?.(provisionalAnalysis(this.computedPlan(rows), decomposed));
  }

  /** One that a GPU was asked for will not come any more when it is off. */
  private forgetProvisional(): void {
    if (!this.isGpuAsked) return;
    this.isGpuAsked = false;
    this.provisionalDue = 0;
  }

  private advance(rows: number, bytes: number): void {
    this.rows += rows;
    this.bytes += bytes;
    const elapsed = performance.now() - this.started;
    if (elapsed - this.lastProgress < PROGRESS_INTERVAL) return;
    this.lastProgress = elapsed;
    this.progress("reading");
    if (
      elapsed > this.provisionalDue &&
      this.millisecondsLeft() > PROVISIONAL_WORTH * this.provisionalCost
    ) {
      // Until the answer comes, none is asked for again.
      this.provisionalDue = Number.POSITIVE_INFINITY;
      this.isGpuAsked = this.gpu?.state === "on";
      if (this.isGpuAsked) this.gpu?.provisional();
      else this.oracle?.send({ type: "provisional" });
    }
  }

  private bytesPerMillisecond(): number {
    return this.bytes / (performance.now() - this.started);
  }

  private millisecondsLeft(): number {
    return (this.work.info.bytes - this.bytes) / this.bytesPerMillisecond();
  }

  private progress(stage: "reading" | "eigenvalues"): void {
    const known = stage === "reading" && performance.now() - this.started > ESTIMATE_AFTER;
    this.events.onProgress?.({
      stage,
      onGpu: this.gpu?.state === "on" || this.gpu?.state === "ending",
      rows: Math.round(this.rows),
      rowsTotal: this.work.info.n,
      bytes: this.bytes,
      bytesTotal: this.work.info.bytes,
      bytesPerSecond: this.bytesPerMillisecond() * 1000,
      secondsLeft: known ? this.millisecondsLeft() / 1000 : null,
    });
  }
}

function task(
  chunk: number | undefined,
  feed: boolean,
): { chunk: number; feed: boolean } | undefined {
  return chunk === undefined ? undefined : { chunk, feed };
}
