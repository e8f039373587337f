/** One analysis: from files to a spectrum, over as many workers as the plan says. */

import { compare_names, head_bytes, Planner } from "../wasm/eigenscope.js";
import { provisionalAnalysis } from "./analysis";
import { death, type Hand, type Pool } from "./pool";
import { readRanges } from "./read";
import { refusalOf } from "./refusal";
import { LiveStudy } from "./study";
import {
  AnalysisError,
  type AnalysisEvents,
  type AnalysisOptions,
  type SourceInfo,
  type Study,
} from "./types";

/** Chunks that a worker holds at a time: the one it works on, the one it reads, and one for the way of a message. */
const CHUNKS_AHEAD = 3;
/** A worker is started ahead of the plan for each so many bytes: the plan may want fewer, and then they go idle. */
const WORKER_BYTES = 4 << 20;
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

export async function runAnalysis(
  pool: Pool,
  given: readonly File[],
  options: AnalysisOptions,
  events: AnalysisEvents,
  signal: AbortSignal,
): Promise<Study> {
  signal.throwIfAborted();
  performance.mark("eigenscope:start");
  const files = [...given].sort((a, b) => compare_names(a.name, b.name));
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  pool.prepare(Math.min(wantedWorkers(options), Math.ceil(bytes / WORKER_BYTES)));
  const { plan, planner, info } = await open(files, options, signal);
  try {
    events.onOpen?.(info);
    measure("open");
    const run = new Run(pool, files, plan, planner, info, options, events);
    const onAbort = (): void => run.fail(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      signal.throwIfAborted();
      const { decomposed, gatherer, solvers } = await run.result;
      return new LiveStudy(pool, { plan, decomposed, gatherer, solvers, name: info.name });
    } finally {
      signal.removeEventListener("abort", onAbort);
      measure("total", "eigenscope:start");
    }
  } finally {
    planner.free();
  }
}

function wantedWorkers(options: AnalysisOptions): number {
  return options.workers || navigator.hardwareConcurrency || 1;
}

/** Measures from the last mark (or a given one) to now, for the benchmark and the browser's own tools. */
function measure(stage: string, from = "eigenscope:stage"): void {
  if (performance.getEntriesByName(from).length > 0)
    performance.measure(`eigenscope:${stage}`, from);
  performance.mark("eigenscope:stage");
}

/** Reads the heads and the first rows, and makes the plan. */
async function open(
  files: File[],
  options: AnalysisOptions,
  signal: AbortSignal,
): Promise<{ plan: unknown; planner: Planner; info: SourceInfo }> {
  performance.mark("eigenscope:stage");
  let planner: Planner | undefined;
  try {
    const reads = files.map((_, shard) => new Float64Array([shard, 0, head_bytes()]));
    const heads = await Promise.all(reads.map((read) => readRanges(files, read)));
    signal.throwIfAborted();
    planner = new Planner(
      files.map((file) => file.name),
      new Float64Array(files.map((file) => file.size)),
      heads,
      options.precision,
      wantedWorkers(options),
      options.workers > 0,
      options.unitRows,
    );
    for (let attempt = 0; attempt <= planner.chunks(); attempt++) {
      const first = await readRanges(files, planner.first_reads(attempt));
      signal.throwIfAborted();
      if (planner.set_shift(attempt, first)) break;
    }
    return { plan: planner.plan(), planner, info: planner.info() as SourceInfo };
  } catch (error) {
    planner?.free();
    throw refusalOf(error);
  }
}

/** The first answer, and the workers that know more. */
interface Gathered {
  decomposed: unknown;
  /** The one that has merged all totals. */
  gatherer: Hand;
  /** The others, with the blocks that they have summed. */
  solvers: Hand[];
}

/** The workers' side of an analysis, from the first chunk to the first eigenvalues. */
class Run {
  readonly result: Promise<Gathered>;
  private resolve!: (gathered: Gathered) => void;
  private reject!: (reason: unknown) => void;
  private readonly hands: Hand[] = [];
  /** Each band's next chunk. */
  private readonly next: number[];
  private readonly totals: Float64Array<ArrayBuffer>[] = [];
  private settled = false;
  private rows = 0;
  private bytes = 0;
  private readonly started = performance.now();
  private lastProgress = 0;
  /** The worker that is asked for provisional spectra: one that has all tiles. */
  private oracle: Hand | undefined;
  private provisionalCost: number;
  /** When the next one may be asked for. */
  private provisionalDue = FIRST_PROVISIONAL;

  constructor(
    private readonly pool: Pool,
    private readonly files: File[],
    private readonly plan: unknown,
    private readonly planner: Planner,
    private readonly info: SourceInfo,
    private readonly options: AnalysisOptions,
    private readonly events: AnalysisEvents,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const bands = planner.bands();
    this.next = new Array<number>(bands).fill(0);
    for (let i = 0; i < bands * planner.workers_per_band(); i++) this.join(i % bands);
    this.provisionalCost = planner.width() ** 3 * EIGENVALUES_ESTIMATE;
    this.oracle = bands === 1 ? this.hands[0] : undefined;
  }

  /** Ends all workers and rejects. */
  fail(reason: unknown): void {
    if (this.settled) return;
    this.settled = true;
    for (const hand of this.hands) this.pool.end(hand);
    this.reject(reason);
  }

  private join(band: number): void {
    const hand = this.pool.take();
    this.hands.push(hand);
    hand.onDeath = () => this.fail(death(this.info.name));
    hand.onReply = (reply) => {
      if (this.settled) return;
      switch (reply.type) {
        case "chunk":
          this.handOut(hand, band, 1);
          this.advance(reply.rows, reply.bytes);
          break;
        case "provisional":
          this.provisionalCost = reply.milliseconds;
          this.provisionalDue =
            performance.now() - this.started + reply.milliseconds / PROVISIONAL_SHARE;
          if (reply.decomposed !== undefined)
            this.events.onProvisional?.(provisionalAnalysis(this.plan, reply.decomposed));
          break;
        case "total":
          this.totals.push(reply.words);
          if (this.totals.length === this.hands.length) this.gather(hand);
          break;
        case "decomposed":
          this.settled = true;
          measure("eigenvalues");
          this.resolve({
            decomposed: reply.decomposed,
            gatherer: hand,
            solvers: this.hands.filter((other) => other !== hand),
          });
          break;
        case "refused":
          this.fail(new AnalysisError(reply.code, reply.message));
          break;
      }
    };
    hand.send({ type: "join", plan: this.plan, band, files: this.files });
    this.handOut(hand, band, CHUNKS_AHEAD);
  }

  /** Gives a worker more chunks of its band, or tells it that there are none left. */
  private handOut(hand: Hand, band: number, count: number): void {
    const from = this.next[band] ?? 0;
    const to = Math.min(from + count, this.planner.chunks());
    this.next[band] = to;
    if (to > from)
      hand.send({ type: "chunks", chunks: Array.from({ length: to - from }, (_, i) => from + i) });
    if (to - from < count) hand.send({ type: "finish" });
  }

  /** The last worker to finish merges what all have sent. */
  private gather(hand: Hand): void {
    measure("moments");
    this.progress("eigenvalues");
    const buffers = this.totals.map((words) => words.buffer);
    const skip = this.options.nonFinite === "skip";
    hand.send({ type: "gather", plan: this.plan, totals: this.totals, skip }, buffers);
  }

  private advance(rows: number, bytes: number): void {
    this.rows += rows / this.next.length;
    this.bytes += bytes / this.next.length;
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
      this.oracle?.send({ type: "provisional" });
    }
  }

  private bytesPerMillisecond(): number {
    return this.bytes / (performance.now() - this.started);
  }

  private millisecondsLeft(): number {
    return (this.info.bytes - this.bytes) / this.bytesPerMillisecond();
  }

  private progress(stage: "reading" | "eigenvalues"): void {
    const known = stage === "reading" && performance.now() - this.started > ESTIMATE_AFTER;
    this.events.onProgress?.({
      stage,
      rows: Math.round(this.rows),
      rowsTotal: this.info.n,
      bytes: this.bytes,
      bytesTotal: this.info.bytes,
      bytesPerSecond: this.bytesPerMillisecond() * 1000,
      secondsLeft: known ? this.millisecondsLeft() / 1000 : null,
    });
  }
}
