/** The messages between the page and its workers. */

import type { Adapter, ArrayInfo, Asked } from "./types";

/** From the page to a worker. The first message is always `start`. */
export type Request =
  | { type: "start"; module: WebAssembly.Module }
  /** Take part in a plan: one band, whose chunks follow. `sums` makes room for its sums at once; otherwise that waits for the first chunk that is summed. */
  | { type: "join"; plan: unknown; band: number; blobs: Blob[]; sums: boolean }
  /** Sum a chunk, or prepare it for the GPU. `bytes` are its own, where they do not stand in the blobs. */
  | { type: "chunk"; chunk: number; feed: boolean; bytes: Uint8Array<ArrayBuffer> | null }
  /** Send a spectrum of the rows so far. */
  | { type: "provisional" }
  /** There are no more chunks: send the total. */
  | { type: "finish" }
  /**
   * Merge the totals of all workers and compute the eigenvalues of all rows, with helpers at the other ends. Whoever gets this keeps what it has for the
   * tasks that follow.
   */
  | { type: "gather"; plan: unknown; totals: Words[]; skip: boolean; helpers: MessagePort[] }
  /** Compute the eigenvalues of what was given in the place of rows, likewise. */
  | { type: "given"; words: Words; name: string; helpers: MessagePort[] }
  /** Help whoever is at the other end to compute eigenvalues. */
  | { type: "help"; leader: MessagePort }
  /** Send n, mean and covariance as a file. */
  | { type: "moments" }
  /** Send the blocks of rows that were summed, one by one. */
  | { type: "give" }
  /** Add a block of another worker to those that were gathered. */
  | { type: "block"; index: number; words: Words }
  /** Send the numbers that need no spectrum. */
  | { type: "beside" }
  /** Make the matrix of a task. */
  | { type: "matrix"; task: unknown }
  /** Compute the eigenvalues of such a matrix. */
  | { type: "solve"; task: unknown; matrix: Words };

/** From a worker to the page. */
export type Reply =
  | { type: "chunk"; chunk: number; rows: number; bytes: number; milliseconds: number }
  /** A chunk for the GPU; `batch` is undefined where its numbers are none for f32. */
  | {
      type: "fed";
      chunk: number;
      rows: number;
      bytes: number;
      milliseconds: number;
      batch: Batch | undefined;
    }
  | Provisional
  /** Undefined where the worker has summed nothing. */
  | { type: "total"; words: Words | undefined }
  /** So much of the eigenvalues is computed, from 0 to 1. */
  | { type: "solving"; part: number }
  | { type: "decomposed"; decomposed: unknown }
  | { type: "moments"; file: Uint8Array<ArrayBuffer> }
  | GivenBlock
  | { type: "beside"; beside: unknown }
  | { type: "matrix"; task: unknown; matrix: Words }
  | { type: "solved"; task: unknown; solved: unknown }
  | { type: "refused"; code: string; message: string };

/** From the page to the worker that has the GPU. */
export type GpuRequest =
  /** Open the best adapter, unless that was done. `speeds` is what `begun` told before. */
  | { type: "open"; speeds: Words }
  /** Begin a matrix. */
  | { type: "begin"; plan: unknown }
  | { type: "batch"; batch: Batch }
  /** Say how long the batches up to here took. */
  | { type: "settle" }
  /** Send a spectrum of the rows that are certain. */
  | { type: "provisional" }
  /** There are no more batches: send what is certain. Batches that are still waiting are left. */
  | { type: "finish" }
  | { type: "give" }
  /** What was summed is not wanted. */
  | { type: "forget" };

/** From the worker that has the GPU. */
export type GpuReply =
  | { type: "opened"; adapter: Adapter }
  | { type: "begun"; speeds: Words }
  /** There is room for another batch. */
  | { type: "batched" }
  /** What the batches have taken since the matrix was begun. */
  | { type: "settled"; milliseconds: number }
  | (Provisional & { rows: number })
  /** The end of a matrix: what is certain, and why there was no more where something failed. */
  | {
      type: "end";
      chunks: Uint32Array;
      rows: number;
      words: Words | undefined;
      failure: GpuFailure | undefined;
    }
  | GivenBlock;

/** From the page to the worker that opens files. */
export type ReaderRequest =
  | ({ type: "open" } & ReaderTask)
  /** Which files are one matrix, by their paths and sizes? */
  | { type: "group"; paths: string[]; bytes: number[] }
  /** These pieces were taken; their memory comes back. */
  | { type: "taken"; pieces: Uint8Array<ArrayBuffer>[] };

/** Files to open as one matrix. */
export interface ReaderTask {
  files: File[];
  /** The array to read; null where that need not be said. */
  array: string | null;
  /** What a person says of them. */
  asked: Asked;
}

/** From the worker that opens files. */
export type ReaderReply =
  /** Its script is there. */
  | { type: "loaded" }
  /** The places of the files of each matrix. */
  | { type: "grouped"; groups: number[][] }
  /** So much was read of what has to be read from its beginning. */
  | { type: "unpacked"; done: number; total: number }
  /** Features. `blobs` is what was made of the files, and read after them; where that is still to be made, `pieces` of it follow. */
  | { type: "opened"; source: unknown; blobs: Blob[]; pieces: boolean; arrays: ArrayInfo[] }
  /** The next piece of what is made in place `index`. */
  | { type: "piece"; index: number; piece: Uint8Array<ArrayBuffer> }
  /** There are no more pieces, and nothing is wrong with them. */
  | { type: "made" }
  /** What was made of features elsewhere: where it comes from, and the core's words for it. */
  | { type: "given"; facts: { side: number }; words: Words }
  /** Several arrays could be meant. */
  | { type: "choice"; code: string; message: string; arrays: ArrayInfo[] }
  /** `spent`: what read it is in no state to read anything else. */
  | { type: "refused"; code: string; message: string; spent: boolean };

/** `decomposed` is undefined where the rows so far have no spectrum. */
type Provisional = { type: "provisional"; decomposed: unknown; milliseconds: number };

/** A block that was given; `given` when there are none left. */
type GivenBlock = { type: "block"; index: number; words: Words } | { type: "given" };

/** Plain numbers of the core. */
export type Words = Float64Array<ArrayBuffer>;

/** A chunk for the GPU: its samples, and everything else. */
export interface Batch {
  words: Words;
  data: Uint8Array<ArrayBuffer>;
}

/** What a GPU cannot do: a stable code, and a sentence without its end. */
export interface GpuFailure {
  code: string;
  message: string;
}
