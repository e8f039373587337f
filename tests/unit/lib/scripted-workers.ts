// What the workers of www/engine do with their messages, without the numbers: a sum is the list of the chunks in it.

import type { Message, ScriptedWorker } from "./scripted-browser";

/** What a worker has to know of the matrix and of the machine. */
export interface Machine {
  rows(chunk: number): number;
  bytes(chunk: number): number;
  /** Milliseconds that a worker says a chunk has taken. */
  milliseconds(chunk: number, feed: boolean): number;
  /** Whether its numbers stay within f32. */
  isWithinRange(chunk: number): boolean;
  /** A spectrum as the core has it, for every answer that needs one. */
  decomposed: unknown;
  beside: unknown;
}

/** A sum, as plain numbers: the band (−1 for all of them), and the chunks. */
export interface Sum {
  band: number;
  chunks: number[];
}

const ALL_BANDS = -1;

function wordsOf({ band, chunks }: Sum): Float64Array<ArrayBuffer> {
  return Float64Array.from([band, ...chunks]);
}

export function sumOf(words: unknown): Sum {
  const [band = ALL_BANDS, ...chunks] = words as Float64Array;
  return { band, chunks };
}

/** What worker.ts does. */
export class ChunkScript {
  /** The message that has merged all sums. */
  gathered: Message | undefined;
  /** Blocks that this worker was given by others. */
  readonly given: Sum[] = [];
  private run: { sum: Sum; hasSums: boolean; queue: Message[]; isEnded: boolean } | undefined;
  private isFinished = false;
  private blocks: Sum | undefined;

  private readonly sentBefore: number;
  private known: Message | undefined;

  constructor(
    readonly worker: ScriptedWorker,
    private readonly machine: Machine,
  ) {
    this.sentBefore = worker.sent.length;
  }

  /** What it was asked in this run to take part in. */
  private get joined(): Message | undefined {
    const { sent } = this.worker;
    this.known ??= sent.find(({ type }, at) => at >= this.sentBefore && type === "join");
    return this.known;
  }

  /** It takes no part in this run. */
  get isIdle(): boolean {
    return this.joined === undefined;
  }

  get hasMessage(): boolean {
    return !this.worker.isEnded && this.worker.inbox.length > 0;
  }

  /** Whether there is a chunk to do, or a total to send. */
  get hasWork(): boolean {
    const { run } = this;
    return (
      !this.worker.isEnded && !!run && !this.isFinished && (run.queue.length > 0 || run.isEnded)
    );
  }

  /** Chunks that wait here. */
  get held(): { chunk: number; feed: boolean }[] {
    const sent = this.worker.inbox.filter(({ type }) => type === "chunk");
    const all = [...(this.run?.queue ?? []), ...sent];
    return all.map(({ chunk, feed }) => ({ chunk: Number(chunk), feed: feed === true }));
  }

  /** Whether it takes part in a race only to feed the GPU: it has no room for sums. */
  get isRacer(): boolean {
    return this.joined?.sums === false;
  }

  /** Handles the next message. */
  receive(): void {
    const message = this.worker.inbox.shift();
    switch (message?.type) {
      case "join": {
        const sum = { band: Number(message.band), chunks: [] };
        this.run = { sum, hasSums: message.sums === true, queue: [], isEnded: false };
        this.isFinished = false;
        break;
      }
      case "chunk":
        if (!this.run || this.run.isEnded || this.isFinished) throw new Error("a chunk of no run");
        this.run.queue.push(message);
        break;
      case "finish":
        if (this.run) this.run.isEnded = true;
        break;
      case "provisional":
        if (!this.run || this.isFinished) break;
        this.reply({ type: "provisional", ...this.spectrum(this.run.sum.chunks), milliseconds: 1 });
        break;
      case "gather":
        this.gathered = message;
        this.reply({ type: "decomposed", decomposed: this.machine.decomposed });
        if (this.blocks) this.given.push(this.blocks);
        this.blocks = undefined;
        break;
      case "give":
        this.give();
        break;
      case "block":
        this.given.push(sumOf(message.words));
        break;
      case "beside":
        this.reply({ type: "beside", beside: this.machine.beside });
        break;
    }
  }

  /** Does the next chunk, or sends the total. */
  work(): void {
    const { run } = this;
    const task = run?.queue.shift();
    if (run && task) {
      const [chunk, feed] = [Number(task.chunk), task.feed === true];
      const bytes = this.machine.bytes(chunk);
      const milliseconds = this.machine.milliseconds(chunk, feed);
      const done = { chunk, rows: this.machine.rows(chunk), bytes, milliseconds };
      if (feed) {
        const batch = this.machine.isWithinRange(chunk)
          ? { words: Float64Array.of(chunk), data: new Uint8Array(1) }
          : undefined;
        this.reply({ type: "fed", ...done, batch });
      } else {
        run.sum.chunks.push(chunk);
        run.hasSums = true;
        this.reply({ type: "chunk", ...done });
      }
    } else if (run?.isEnded && !this.isFinished) {
      this.isFinished = true;
      this.blocks = run.hasSums ? run.sum : undefined;
      this.reply({ type: "total", words: this.blocks && wordsOf(this.blocks) });
    } else {
      throw new Error("there is nothing to do");
    }
  }

  /** Handles messages up to the next chunk, and does that. */
  doNext(): void {
    while (!this.hasWork) this.receive();
    this.work();
  }

  private give(): void {
    if (this.blocks) this.reply({ type: "block", index: 0, words: wordsOf(this.blocks) });
    this.blocks = undefined;
    this.reply({ type: "given" });
  }

  private spectrum(chunks: readonly number[]): { decomposed: unknown } {
    return { decomposed: chunks.length > 0 ? this.machine.decomposed : undefined };
  }

  private reply(message: Message): void {
    this.worker.reply(message);
  }
}

/** Why a GPU ends before its time. */
export interface Failure {
  code: string;
  message: string;
}

/** What gpu.ts does, and what may happen to its GPU. */
export class GpuScript {
  adapter = { name: "a test's GPU", backend: "browser WebGPU", software: false };
  /** What fails when a device is opened, or a matrix is begun. */
  refusal: Failure | undefined;
  kernelFailure: Failure | undefined;
  /** Milliseconds that it says its batches have taken. */
  spent = 1;
  /** What happens as a batch is added: it waits, everything so far becomes certain, or the GPU fails. */
  onBatch: (chunk: number) => "waits" | "certain" | Failure = () => "waits";
  /** It handles nothing any more, but is there. */
  isSilent = false;
  /** Chunks that were added since what is certain, and those that are. */
  private pending: number[] = [];
  private certain: number[] = [];
  private isOpen = false;
  private isOn = false;
  private isOver = false;
  private blocks: Sum | undefined;
  private seen = 0;

  constructor(
    readonly worker: ScriptedWorker,
    private readonly machine: Machine,
  ) {}

  /** It works on no matrix. */
  get isOff(): boolean {
    return !this.isOn;
  }

  /** The page has its sum, and its blocks are still here. */
  get hasGivenItsSum(): boolean {
    return this.blocks !== undefined;
  }

  get hasMessage(): boolean {
    return !this.worker.isEnded && !this.isSilent && this.worker.inbox.length > 0;
  }

  /** Learns that messages have arrived, before it handles any of them. */
  arrive(): void {
    const { sent } = this.worker;
    for (; this.seen < sent.length; this.seen++) {
      if (sent[this.seen]?.type === "begin") this.isOver = false;
      if (sent[this.seen]?.type === "finish") this.isOver = true;
    }
  }

  /** Handles the next message. */
  receive(): void {
    this.arrive();
    const message = this.worker.inbox.shift();
    switch (message?.type) {
      case "open":
        this.isOpen = this.refusal === undefined;
        if (this.refusal) this.end(this.refusal);
        else this.reply({ type: "opened", adapter: this.adapter });
        break;
      case "begin":
        if (!this.isOpen) break;
        [this.pending, this.certain] = [[], []];
        this.isOn = this.kernelFailure === undefined;
        if (this.kernelFailure) this.end(this.kernelFailure);
        else this.reply({ type: "begun", speeds: Float64Array.of(1, 2) });
        break;
      case "batch":
        if (this.isOn && !this.isOver)
          this.add(Number((message.batch as { words: unknown[] }).words[0]));
        break;
      case "settle":
        if (this.isOn) this.reply({ type: "settled", milliseconds: this.spent });
        break;
      case "provisional": {
        const isKnown = this.isOn && this.certain.length > 0;
        const decomposed = isKnown ? this.machine.decomposed : undefined;
        this.reply({ type: "provisional", decomposed, rows: this.rows, milliseconds: 1 });
        break;
      }
      case "finish":
        if (!this.isOn) break;
        this.commit();
        this.end(undefined);
        break;
      case "give":
        if (this.blocks) this.reply({ type: "block", index: 0, words: wordsOf(this.blocks) });
        this.blocks = undefined;
        this.reply({ type: "given" });
        break;
      case "forget":
        this.blocks = undefined;
        break;
    }
  }

  /** Its device is gone, whatever it is doing: what is certain is kept. */
  fail(failure: Failure): void {
    if (this.isOn) this.end(failure);
  }

  private get rows(): number {
    return this.certain.reduce((sum, chunk) => sum + this.machine.rows(chunk), 0);
  }

  private add(chunk: number): void {
    const what = this.onBatch(chunk);
    if (typeof what === "object") {
      this.end(what);
      return;
    }
    this.pending.push(chunk);
    if (what === "certain") this.commit();
    this.reply({ type: "batched" });
  }

  private commit(): void {
    this.certain.push(...this.pending);
    this.pending = [];
  }

  private end(failure: Failure | undefined): void {
    this.isOn = false;
    const { certain: chunks, rows } = this;
    if (chunks.length > 0) this.blocks = { band: ALL_BANDS, chunks };
    const words = this.blocks && wordsOf(this.blocks);
    this.reply({ type: "end", chunks: Uint32Array.from(chunks), rows, words, failure });
    [this.pending, this.certain] = [[], []];
  }

  private reply(message: Message): void {
    this.worker.reply(message);
  }
}
