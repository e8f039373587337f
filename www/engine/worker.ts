/**
 * A worker: reads its own slices of the files, and keeps its own wasm instance and its own sums.
 *
 * While the core works on one chunk, the next is already being read. The page always hands out a few chunks ahead, so that no worker
 * waits for the answer to a message.
 */

import { ChunkWorker, file_changed, Gatherer, initSync } from "../wasm/eigenscope.js";
import type { Reply, Request } from "./protocol";
import { ReadError, readRanges } from "./read";

interface Run {
  core: ChunkWorker;
  files: File[];
  queue: number[];
  /** Wakes the loop when chunks come in, or none are left. */
  wake: (() => void) | undefined;
  ended: boolean;
  /** The core has given its moments away. */
  finished: boolean;
}

let run: Run | undefined;

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
  const next = (): { chunk: number; bytes: Promise<Uint8Array> } | undefined => {
    const chunk = run.queue.shift();
    if (chunk === undefined) return undefined;
    const bytes = readRanges(run.files, run.core.reads(chunk));
    // It is awaited later; a failure before that is not an unhandled one.
    bytes.catch(() => {});
    return { chunk, bytes };
  };
  let reading = next();
  while (true) {
    if (!reading) {
      if (run.ended) break;
      await new Promise<void>((resolve) => {
        run.wake = resolve;
      });
      reading = next();
      continue;
    }
    const { chunk, bytes: pending } = reading;
    const bytes = await pending;
    reading = next();
    run.core.push(chunk, bytes);
    reply({ type: "chunk", rows: run.core.rows(chunk), bytes: bytes.length });
    reading ??= next();
  }
  run.finished = true;
  const words = run.core.finish() as Float64Array<ArrayBuffer>;
  reply({ type: "moments", words }, [words.buffer]);
}

function handle(request: Request): void {
  switch (request.type) {
    case "start":
      initSync({ module: request.module });
      break;
    case "join":
      run = {
        core: new ChunkWorker(request.plan, request.band),
        files: request.files,
        queue: [],
        wake: undefined,
        ended: false,
        finished: false,
      };
      work(run).catch(refuse);
      break;
    case "chunks":
      run?.queue.push(...request.chunks);
      run?.wake?.();
      break;
    case "provisional": {
      // The run's loop is waiting for bytes when this message is handled, so its sums are whole.
      if (!run || run.finished) break;
      const started = performance.now();
      const spectrum: unknown = run.core.provisional();
      reply({ type: "provisional", spectrum, milliseconds: performance.now() - started });
      break;
    }
    case "finish":
      if (run) run.ended = true;
      run?.wake?.();
      break;
    case "gather": {
      const gatherer = new Gatherer(request.plan);
      for (const words of request.moments) gatherer.add(words);
      reply({ type: "spectrum", spectrum: gatherer.spectrum(request.skip) });
      break;
    }
  }
}

addEventListener("message", (event: MessageEvent<Request>) => {
  try {
    handle(event.data);
  } catch (error) {
    refuse(error);
  }
});
