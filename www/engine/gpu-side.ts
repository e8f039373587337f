/**
 * The GPU's part of a run, as the page sees it: what was fed to it, what of that is certain, and why it takes part or does not.
 *
 * Nothing that happens to a GPU may cost a row: whatever is not certain when it ends goes back to the workers.
 */

import { is_won_by_gpu } from "../wasm/eigenscope.js";
import type { GpuHand, Pool } from "./pool";
import type { Batch, GpuFailure, GpuReply, Words } from "./protocol";
import type { Adapter } from "./types";

/** Chunks that the GPU takes in a race. */
const RACE_CHUNKS = 3;
/** Chunks that wait for the GPU, beside those that workers prepare. */
const CHUNKS_AHEAD = 2;
/** Chunks on the way to it at most: each is up to 32 MiB, and they are all in memory. */
const MOST_CHUNKS = 10;
/** A GPU that says nothing for so many milliseconds is taken for lost. */
const SILENCE = 60_000;

/**
 * - `opening`: asked for; `waiting` for the race to begin
 * - `racing`: it takes some chunks while the workers go on
 * - `on`: it takes all products that it can
 * - `ending`: it makes certain of what it has
 * - `off`: it takes no part, or no longer
 */
export type GpuState = "opening" | "racing" | "on" | "ending" | "off";

/** Why an engine was in use, as the core has it. */
export type Reason =
  | "asked"
  | "too_little"
  | "undecided"
  | "hidden"
  | { no_gpu: { failure: string } }
  | { software: { name: string } }
  | { slower: { race: Race } }
  | { faster: { race: Race } }
  | { failed: { code: string; failure: string } };

/** Milliseconds for so many rows. */
interface Race {
  rows: number;
  workers: number;
  gpu: number;
  rows_left: number;
}

/** How workers are doing: milliseconds a row, all of them together, and rows that are left. */
interface Pace {
  workers: number;
  left: number;
}

/** What the run tells and hears. */
export interface Course {
  /** Something changed: there may be more to hand out. */
  onChange(): void;
  /** These chunks are not in what the GPU has summed. */
  onLost(chunks: readonly number[]): void;
  onProvisional(reply: GpuReply & { type: "provisional" }): void;
  /** Undefined while that says nothing yet. */
  pace(): Pace | undefined;
}

/** What this session has learned: the adapter, or why there is none, and how fast each kernel is. */
const remembered: {
  adapter: Adapter | undefined;
  none: GpuFailure | undefined;
  speeds: Words;
} = { adapter: undefined, none: undefined, speeds: new Float64Array() };

export class GpuSide {
  state: GpuState = "opening";
  reason: Reason;
  adapter: Adapter | undefined;
  /** Rows that are certain, and their total. */
  rows = 0;
  words: Words | undefined;
  /** The worker that has the blocks of what is certain. */
  hand: GpuHand | undefined;
  /** Chunks that were handed out to be fed, and are not lost. */
  private readonly fed = new Set<number>();
  /** Those of them that are being prepared, or that the GPU has no room after. */
  private waiting = 0;
  /** What is certain, in chunks. */
  private certain: readonly number[] = [];
  /** Of the batches that were sent in the race: how many, their rows, and the least milliseconds a row that it took to prepare one. */
  private raced = { batches: 0, rows: 0, feeding: Number.POSITIVE_INFINITY };
  private race: Race | undefined;
  /** Batches that it has been sent and has no room after yet. */
  private sent = 0;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly plan: unknown,
    /** Whether a person has chosen the GPU. */
    private readonly isForced: boolean,
    /** Workers that may feed it. */
    private readonly feeders: number,
    private readonly course: Course,
  ) {
    this.reason = isForced ? "asked" : "undecided";
    if (!("gpu" in navigator)) {
      this.refuse({ code: "gpu_none", message: "This browser has no WebGPU" });
    } else if (!isForced && remembered.none) {
      this.refuse(remembered.none);
    } else if (document.hidden) {
      this.turnOff("hidden");
    } else if (!isForced && remembered.adapter?.software) {
      this.turnOff({ software: { name: remembered.adapter.name } });
    } else {
      document.addEventListener("visibilitychange", this.onVisibility);
      this.hand = this.pool.takeGpu();
      this.hand.onReply = (reply) => this.hear(reply);
      this.hand.onDeath = () => this.die("The GPU's worker died");
      this.ask({ type: "open", speeds: remembered.speeds });
      // Who has chosen it need not wait for what it is.
      if (isForced) this.begin();
    }
  }

  /** Whether a chunk may be fed: the GPU keeps up, or the race wants one. */
  get wants(): boolean {
    if (this.state === "racing") return this.fed.size < RACE_CHUNKS;
    const isReady = this.state === "on" || (this.state === "opening" && this.isForced);
    return isReady && this.waiting < Math.min(this.feeders + CHUNKS_AHEAD, MOST_CHUNKS);
  }

  /** Whether a worker that has nothing to feed had better sum a chunk by itself: the GPU would not be done with the chunks that are left before that. */
  isWorthSharing(left: number): boolean {
    if (this.state !== "on" || !this.race) return false;
    return (left + this.waiting) * this.race.gpu > this.race.workers * this.feeders;
  }

  /** Whether there is something on the way to it. */
  get isBusy(): boolean {
    return this.waiting > 0;
  }

  /** A chunk is being prepared. */
  expect(chunk: number): void {
    this.fed.add(chunk);
    this.waiting += 1;
  }

  /** A chunk is prepared. Returns whether it is on its way; where it is not, it is lost. */
  take(chunk: number, batch: Batch | undefined, rows: number, milliseconds: number): boolean {
    // What was being prepared when the GPU ended is lost already.
    if (this.state === "off") return false;
    if (batch && this.state !== "ending") {
      this.sent += 1;
      this.ask({ type: "batch", batch }, [batch.words.buffer, batch.data.buffer]);
      if (this.state === "racing") this.count(rows, milliseconds);
      return true;
    }
    this.waiting -= 1;
    this.fed.delete(chunk);
    this.course.onLost([chunk]);
    // A race over numbers that are too large for it is no race.
    if (this.state === "racing") this.turnOff("undecided");
    return false;
  }

  private count(rows: number, milliseconds: number): void {
    this.raced.batches += 1;
    this.raced.rows += rows;
    this.raced.feeding = Math.min(this.raced.feeding, milliseconds / rows);
    if (this.raced.batches === RACE_CHUNKS) this.ask({ type: "settle" });
  }

  /** The worker that feeds it in the race cannot go on. */
  giveUp(message: string): void {
    if (this.state === "racing") this.refuse({ code: "gpu_failed", message });
  }

  provisional(): void {
    this.ask({ type: "provisional" });
  }

  /** All rows were read: makes certain of what is there, or ends what has not shown anything yet. */
  finish(): void {
    if (this.state === "off" || this.state === "ending") return;
    if (this.state === "racing" || (this.state === "opening" && !this.isForced))
      this.turnOff("undecided");
    else this.end();
  }

  /** Ends everything at once. */
  abort(): void {
    this.quiet();
    if (this.hand) this.pool.end(this.hand);
    this.hand = undefined;
    this.state = "off";
  }

  private readonly onVisibility = (): void => {
    if (!document.hidden || this.state === "off" || this.state === "ending") return;
    if (this.state === "on" || this.isForced) {
      this.reason = "hidden";
      this.end();
    } else {
      this.turnOff("hidden");
    }
  };

  private ask(...message: Parameters<GpuHand["send"]>): void {
    this.listenForSilence();
    this.hand?.send(...message);
  }

  private begin(): void {
    this.ask({ type: "begin", plan: this.plan });
  }

  private end(): void {
    this.state = "ending";
    this.ask({ type: "finish" });
    this.course.onChange();
  }

  private hear(reply: GpuReply): void {
    // What an earlier matrix has left.
    if (reply.type === "block" || reply.type === "given") return;
    clearTimeout(this.silence);
    switch (reply.type) {
      case "opened":
        this.adapter = reply.adapter;
        remembered.adapter = reply.adapter;
        if (this.isForced) break;
        if (reply.adapter.software) this.turnOff({ software: { name: reply.adapter.name } });
        else this.begin();
        break;
      case "begun":
        remembered.speeds = reply.speeds;
        if (this.state === "opening") this.state = this.isForced ? "on" : "racing";
        this.course.onChange();
        break;
      case "batched":
        this.sent -= 1;
        this.waiting -= 1;
        this.course.onChange();
        break;
      case "settled":
        this.judge(reply.milliseconds);
        break;
      case "provisional":
        this.course.onProvisional(reply);
        break;
      case "end":
        this.conclude(reply);
        break;
    }
    // It does not answer for chunks that workers still prepare.
    if (this.state === "ending" || (this.state !== "off" && this.sent > 0)) this.listenForSilence();
  }

  /** The race: what the GPU took for its rows, against what the workers take for as many. */
  private judge(milliseconds: number): void {
    if (this.state !== "racing") return;
    const pace = this.course.pace();
    if (!pace) {
      // The workers have not shown yet what they can do.
      setTimeout(() => this.judge(milliseconds), 50);
      return;
    }
    const { batches, feeding } = this.raced;
    const rows = this.raced.rows / batches;
    const race = {
      rows,
      workers: pace.workers * rows,
      gpu: Math.max(milliseconds / batches, (feeding / this.feeders) * rows),
      rows_left: pace.left,
    };
    if (is_won_by_gpu(race)) {
      this.race = race;
      this.reason = { faster: { race } };
      this.state = "on";
      this.course.onChange();
    } else {
      this.turnOff({ slower: { race } });
    }
  }

  private conclude({ chunks, rows, words, failure }: GpuReply & { type: "end" }): void {
    this.certain = [...chunks];
    for (const chunk of chunks) this.fed.delete(chunk);
    this.rows = rows;
    this.words = words;
    if (failure) this.reason = this.reasonOf(failure);
    if (failure?.code === "gpu_none") remembered.none = failure;
    this.loseTheRest();
    if (words || !this.hand) return;
    // Without blocks to give it is free; where there is nothing to open it is of no use to anybody.
    if (failure?.code === "gpu_none") this.pool.end(this.hand);
    else this.pool.release(this.hand);
    this.hand = undefined;
  }

  private die(message: string): void {
    this.hand = undefined;
    // With it goes what it had made certain.
    for (const chunk of this.certain) this.fed.add(chunk);
    this.certain = [];
    this.words = undefined;
    this.rows = 0;
    const isLoaded = this.isForced || this.adapter !== undefined;
    const none = { no_gpu: { failure: "What speaks to a GPU could not be loaded" } };
    this.turnOff(isLoaded ? this.reasonOf({ code: "gpu_died", message }) : none);
  }

  private refuse(failure: GpuFailure): void {
    this.turnOff(this.reasonOf(failure));
  }

  private reasonOf({ code, message }: GpuFailure): Reason {
    // Nobody who has not asked for a GPU needs to hear that there is none.
    return code === "gpu_none" && !this.isForced
      ? { no_gpu: { failure: message } }
      : { failed: { code, failure: message } };
  }

  /** Takes no part, with nothing to keep. */
  private turnOff(reason: Reason): void {
    this.reason = reason;
    if (this.hand) this.pool.end(this.hand);
    this.hand = undefined;
    this.loseTheRest();
  }

  private loseTheRest(): void {
    this.state = "off";
    this.quiet();
    const lost = [...this.fed];
    this.fed.clear();
    this.waiting = 0;
    // At once, so that nobody takes the end of the queue for the end of the rows.
    if (lost.length > 0) this.course.onLost(lost);
    // Later, since the run may still be being made.
    queueMicrotask(() => this.course.onChange());
  }

  private listenForSilence(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      if (this.state === "off") return;
      if (this.hand) this.pool.end(this.hand);
      this.die("The GPU does not answer");
    }, SILENCE);
  }

  private quiet(): void {
    clearTimeout(this.silence);
    document.removeEventListener("visibilitychange", this.onVisibility);
  }
}
