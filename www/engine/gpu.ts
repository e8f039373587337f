/**
 * The worker that has the GPU: a script of its own with a wasm module of its own, which the page loads only where a GPU is worth the try.
 *
 * One request is done after the other. Batches wait here while the GPU works, so there is always one to go on with.
 */

import { base64 } from "virtual:wasm/gpu";
import {
  type GpuEngine,
  type GpuNudge,
  initSync,
  open_gpu,
  type WorkerBlocks,
} from "../wasm/gpu.js";
import type { GpuFailure, GpuReply, GpuRequest, Words } from "./protocol";
import { mostBufferBytes, nudgeEvery } from "./quirks";
import type { Adapter } from "./types";

let isLoaded = false;
let engine: GpuEngine | undefined;
let nudge: GpuNudge | undefined;
/** A matrix is begun, and nothing has failed. */
let isOn = false;
/** Batches are no longer wanted. */
let isOver = false;
/** Milliseconds that the batches have taken. */
let spent = 0;
/** What was summed, until it is given away. */
let blocks: WorkerBlocks | undefined;
let last: Promise<void> = Promise.resolve();

function reply(message: GpuReply, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

function load(): void {
  if (isLoaded) return;
  initSync({ module: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) });
  isLoaded = true;
}

async function open(speeds: Words): Promise<void> {
  load();
  if (!engine?.is_usable()) {
    nudge?.free();
    engine?.free();
    nudge = undefined;
    engine = undefined;
    engine = await open_gpu(mostBufferBytes, speeds);
    nudge = engine.nudge();
  }
  reply({ type: "opened", adapter: engine.adapter() as Adapter });
}

async function begin(plan: unknown): Promise<void> {
  // Without an engine its failure is told already.
  if (!engine) return;
  spent = 0;
  await engine.begin(plan);
  isOn = true;
  reply({ type: "begun", speeds: engine.speeds() as Words });
}

/** Does something for as long as it takes, and adds that up. */
async function timed(work: () => Promise<void> | undefined): Promise<void> {
  const started = performance.now();
  await work();
  spent += performance.now() - started;
}

/** The end of a matrix. */
function end(failure: GpuFailure | undefined): void {
  isOn = false;
  const chunks = engine?.chunks() ?? new Uint32Array();
  const rows = engine?.rows() ?? 0;
  let summed: WorkerBlocks | undefined;
  try {
    summed = engine?.finish();
  } catch {
    // There is no memory for what was summed, so it is not certain after all.
    failure ??= { code: "gpu_failed", message: "What the GPU has summed does not fit in memory" };
    reply({ type: "end", chunks: new Uint32Array(), rows: 0, words: undefined, failure });
    return;
  }
  if (chunks.length > 0) blocks = summed;
  else summed?.free();
  const words = blocks?.total() as Words | undefined;
  reply({ type: "end", chunks, rows, words, failure }, words ? [words.buffer] : []);
}

async function finish(): Promise<void> {
  if (!isOn) return;
  await engine?.commit();
  end(undefined);
}

function provisional(): void {
  const started = performance.now();
  const decomposed: unknown = isOn ? engine?.provisional() : undefined;
  const rows = engine?.rows() ?? 0;
  reply({ type: "provisional", decomposed, rows, milliseconds: performance.now() - started });
}

function give(): void {
  for (let index = blocks?.next(); index !== undefined; index = blocks?.next()) {
    const words = blocks?.take() as Words;
    reply({ type: "block", index, words }, [words.buffer]);
  }
  forget();
  reply({ type: "given" });
}

function forget(): void {
  blocks?.free();
  blocks = undefined;
}

async function handle(request: GpuRequest): Promise<void> {
  switch (request.type) {
    case "open":
      await open(request.speeds);
      break;
    case "begin":
      await begin(request.plan);
      break;
    case "batch":
      if (!isOn || isOver) break;
      await timed(() => engine?.add(request.batch.words, request.batch.data));
      reply({ type: "batched" });
      break;
    case "settle":
      if (!isOn) break;
      await timed(() => engine?.settle());
      reply({ type: "settled", milliseconds: spent });
      break;
    case "provisional":
      provisional();
      break;
    case "finish":
      await finish();
      break;
    case "give":
      give();
      break;
    case "forget":
      forget();
      break;
  }
}

/** Whatever is thrown ends the matrix, but not what is certain. */
function fail(error: unknown): void {
  const known = typeof error === "object" && error !== null && "code" in error;
  if (known) end(error as GpuFailure);
  else if (error instanceof Error && !(error instanceof WebAssembly.RuntimeError))
    end({ code: "gpu_failed", message: `The GPU failed (${error.message})` });
  // A trap: this worker's memory is in no state to go on.
  else setTimeout(() => reportError(error));
}

addEventListener("message", ({ data: request }: MessageEvent<GpuRequest>) => {
  // Known at once, so that the batches that wait are left out.
  if (request.type === "begin") isOver = false;
  if (request.type === "finish") isOver = true;
  last = last.then(() => handle(request)).catch(fail);
});

if (nudgeEvery > 0) setInterval(() => nudge?.submit(), nudgeEvery);
