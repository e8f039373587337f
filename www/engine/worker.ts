/**
 * A worker: reads its own slices of what is read, and keeps its own wasm instance and its own sums.
 *
 * While the core works on one chunk, the next is already being read. The page always hands out a few chunks ahead, so that no worker
 * waits for the answer to a message.
 */

import {
  ChunkWorker,
  file_changed,
  Gatherer,
  initSync,
  solve,
  type WorkerBlocks,
} from "../wasm/eigenscope.js";
import type { Batch, Reply, Request, Words } from "./protocol";
import { ReadError, readRanges } from "./read";
import { help, lead } from "./solving";

/** Headway is told each so many milliseconds. */
const PART_INTERVAL = 100;

/** A chunk to do: to be summed here, or to be prepared for the GPU. */
interface Task {
  chunk: number;
  feed: boolean;
  /** What is read for it, where that came along. */
  bytes: Uint8Array | null;
}

type RequestOf<Type extends Request["type"]> = Extract<Request, { type: Type }>;

interface Run {
  core: ChunkWorker;
  blobs: Blob[];
  queue: Task[];
  /** Wakes the loop when chunks come in, or none are left. */
  wake: (() => void) | undefined;
  ended: boolean;
  /** The core has given its moments away. */
  finished: boolean;
}

let run: Run | undefined;
/** What this worker has summed, until it is merged or given away. */
let blocks: WorkerBlocks | undefined;
/** What all workers have summed, in the one that gathers. */
let gatherer: Gatherer | undefined;

function reply(message: Reply, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

/** Passes a refusal of the core on. Anything else is a fault of ours or the end of memory, and ends this worker. */
function refuse(error: unknown): void {
  if (error instanceof ReadError) {
    reply({ type: "refused", ...(file_changed(error.file) as { code: string; message: string }) });
  } else if (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "string"
  ) {
    reply({ type: "refused", ...(error as { code: string; message: string }) });
  } else {
    // Out of a promise, so that the page sees it as this worker's error event.
    setTimeout(() => {
      throw error;
    });
  }
}

async function work(run: Run): Promise<void> {
  const next = (): (Task & { read: Promise<Uint8Array> }) | undefined => {
    const task = run.queue.shift();
    if (task === undefined) return undefined;
    const read = task.bytes
      ? Promise.resolve(task.bytes)
      : readRanges(run.blobs, run.core.reads(task.chunk));
    // It is awaited later; a failure before that is not an unhandled one.
    read.catch(() => {});
    return { ...task, read };
  };
  let since = performance.now();
  let reading = next();
  while (true) {
    if (!reading) {
      if (run.ended) break;
      await new Promise<void>((resolve) => {
        run.wake = resolve;
      });
      since = performance.now();
      reading = next();
      continue;
    }
    const { chunk, feed, read } = reading;
    const bytes = await read;
    reading = next();
    const done = { chunk, rows: run.core.rows(chunk), bytes: bytes.length };
    const took = (): number => performance.now() - since;
    if (feed) {
      const batch = prepare(run.core, chunk, bytes);
      const milliseconds = took();
      const transfer = batch ? [batch.words.buffer, batch.data.buffer] : [];
      reply({ type: "fed", ...done, milliseconds, batch }, transfer);
    } else {
      run.core.push(chunk, bytes);
      reply({ type: "chunk", ...done, milliseconds: took() });
    }
    since = performance.now();
    reading ??= next();
  }
  run.finished = true;
  blocks = run.core.finish();
  const words = blocks?.total() as Words | undefined;
  reply({ type: "total", words }, words ? [words.buffer] : []);
}

/** A chunk for the GPU, or undefined where its numbers are none for f32. */
function prepare(core: ChunkWorker, chunk: number, bytes: Uint8Array): Batch | undefined {
  const fed = core.feed(chunk, bytes);
  const batch = fed.is_within_range()
    ? { words: fed.words() as Words, data: fed.data() as Batch["data"] }
    : undefined;
  fed.free();
  return batch;
}

/** What tells how far the eigenvalues are, now and then. */
function tellPart(): (part: number) => void {
  let told = performance.now();
  return (part) => {
    if (performance.now() - told < PART_INTERVAL) return;
    told = performance.now();
    reply({ type: "solving", part });
  };
}

/** Merges all totals, and answers before anything else is done. */
async function gather({ plan, totals, skip, helpers }: RequestOf<"gather">): Promise<void> {
  gatherer = new Gatherer(plan);
  for (const words of totals) gatherer.add(words);
  await decompose(gatherer, skip, helpers);
  if (blocks) gatherer.keep_blocks(blocks);
  blocks = undefined;
}

/** Takes what was given in the place of rows, likewise. */
async function take({ words, name, helpers }: RequestOf<"given">): Promise<void> {
  gatherer = Gatherer.given(words, name);
  await decompose(gatherer, false, helpers);
}

async function decompose(all: Gatherer, skip: boolean, helpers: MessagePort[]): Promise<void> {
  const leading = all.begin(skip, 1 + helpers.length);
  reply({ type: "decomposed", decomposed: await lead(leading, helpers, tellPart()) });
}

function give(): void {
  for (let index = blocks?.next(); index !== undefined; index = blocks?.next()) {
    const words = blocks?.take() as Words;
    reply({ type: "block", index, words }, [words.buffer]);
  }
  blocks?.free();
  blocks = undefined;
  reply({ type: "given" });
}

function makeMatrix(task: unknown): void {
  const made: unknown = gatherer?.matrix(task);
  if (made instanceof Float64Array) {
    const matrix = made as Words;
    reply({ type: "matrix", task, matrix }, [matrix.buffer]);
  } else {
    reply({ type: "solved", task, solved: made });
  }
}

function handle(request: Request): void {
  switch (request.type) {
    case "start":
      initSync({ module: request.module });
      break;
    case "join":
      run = {
        core: new ChunkWorker(request.plan, request.band, request.sums),
        blobs: request.blobs,
        queue: [],
        wake: undefined,
        ended: false,
        finished: false,
      };
      work(run).catch(refuse);
      break;
    case "chunk":
      if (!run) break;
      run.queue.push(request);
      run.wake?.();
      break;
    case "provisional": {
      // The run's loop is waiting for bytes when this message is handled, so its sums are whole.
      if (!run || run.finished) break;
      const started = performance.now();
      const decomposed: unknown = run.core.provisional();
      reply({ type: "provisional", decomposed, milliseconds: performance.now() - started });
      break;
    }
    case "finish":
      if (run) run.ended = true;
      run?.wake?.();
      break;
    case "gather":
      gather(request).catch(refuse);
      break;
    case "given":
      take(request).catch(refuse);
      break;
    case "help":
      help(request.leader, refuse);
      break;
    case "moments": {
      const file = gatherer?.moments() as Uint8Array<ArrayBuffer>;
      reply({ type: "moments", file }, [file.buffer]);
      break;
    }
    case "give":
      give();
      break;
    case "block":
      gatherer?.add_block(request.index, request.words);
      break;
    case "beside":
      reply({ type: "beside", beside: gatherer?.beside() });
      break;
    case "matrix":
      makeMatrix(request.task);
      break;
    case "solve":
      reply({ type: "solved", task: request.task, solved: solve(request.matrix) });
      break;
  }
}

addEventListener("message", (event: MessageEvent<Request>) => {
  try {
    handle(event.data);
  } catch (error) {
    refuse(error);
  }
});
