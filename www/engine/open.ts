/**
 * From files to a matrix that can be read in slices.
 *
 * An .npy file is opened right here. Every other is opened by a worker with readers for all formats, which is loaded when the first such file comes and
 * ended when it makes no headway.
 */

import { OpenedFile, Opening, reader_stuck, Selection } from "../wasm/eigenscope.js";
import { look } from "./look";
import { death, type Pool } from "./pool";
import type { ReaderReply, ReaderRequest, Words } from "./protocol";
import { readRanges } from "./read";
import { AnalysisError, type ArrayInfo, type Asked, ChoiceError, MatrixError } from "./types";

/** The first bytes of an .npy file. */
const NPY = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** A reader that says nothing for so many milliseconds is ended. */
const SILENCE = 60_000;

/** What was made of features elsewhere, whole. */
export interface OpenedGiven {
  facts: unknown;
  words: Words;
}

/** A matrix, and everything that is read for it: the files, then what was made of them. */
export interface Opened {
  source: unknown;
  blobs: Blob[];
  /** The arrays of the first file. */
  arrays: readonly ArrayInfo[];
}

/** How much was read so far of what has to be read from its beginning. */
export type OnUnpacked = (done: number, total: number) => void;

/** Opens files that make one matrix. */
export async function openFiles(
  pool: Pool,
  files: readonly File[],
  array: string | null,
  asked: Asked,
  onUnpacked: OnUnpacked,
  signal: AbortSignal,
): Promise<Opened | OpenedGiven> {
  const reader = () => read(pool, { files: [...files], array, asked }, onUnpacked, signal);
  const areNpy = await Promise.all(files.map(isNpy));
  signal.throwIfAborted();
  if (!areNpy.every(Boolean) || asked.given !== null) return reader();
  const opened: OpenedFile[] = [];
  for (const file of files) {
    opened.push(new OpenedFile(await look(file, new Opening(file.name, file.size))));
    signal.throwIfAborted();
  }
  // A column, or a square matrix: only the reader finds out whether it is one of features.
  if (opened.length === 1 && opened[0]?.may_be_given()) {
    opened[0].free();
    return reader();
  }
  const source: unknown = new Selection(opened, array ?? undefined).source();
  return { source, blobs: [...files], arrays: [] };
}

/** Whether a file is an .npy, or so short that no reader would say more of it. */
async function isNpy(file: File): Promise<boolean> {
  const length = Math.min(NPY.length, file.size);
  const start = await readRanges([file], new Float64Array([0, 0, length]));
  return NPY.slice(0, length).every((byte, i) => start[i] === byte);
}

/** Has a reader open files. */
async function read(
  pool: Pool,
  request: ReaderRequest,
  onUnpacked: OnUnpacked,
  signal: AbortSignal,
): Promise<Opened | OpenedGiven> {
  const { files } = request;
  const name = files[0]?.name ?? "";
  const hand = pool.takeReader();
  let watch: ReturnType<typeof setTimeout> | undefined;
  try {
    const answer = await new Promise<ReaderReply>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      const wait = (): void => {
        clearTimeout(watch);
        watch = setTimeout(() => reject(reader_stuck(name)), SILENCE);
      };
      hand.onDeath = () => reject(hand.isLoaded ? death(name) : notLoaded());
      hand.onReply = (reply) => {
        wait();
        if (reply.type === "loaded") hand.isLoaded = true;
        else if (reply.type === "unpacked") onUnpacked(reply.done, reply.total);
        else resolve(reply);
      };
      wait();
      hand.send(request);
    });
    if (answer.type === "refused" && answer.spent) pool.end(hand);
    else pool.release(hand);
    return opened(answer, files);
  } catch (error) {
    // Whatever it is doing, nobody waits for it any more.
    pool.end(hand);
    throw error;
  } finally {
    clearTimeout(watch);
  }
}

function notLoaded(): AnalysisError {
  return new AnalysisError(
    "not_loaded",
    "The part of this page that opens such a file could not be loaded. Check the connection to where the page came from, and try again.",
  );
}

function opened(reply: ReaderReply, files: readonly File[]): Opened | OpenedGiven {
  switch (reply.type) {
    case "opened":
      return { source: reply.source, blobs: [...files, ...reply.blobs], arrays: reply.arrays };
    case "given":
      return { facts: reply.facts, words: reply.words };
    case "choice":
      throw new ChoiceError(reply.code, reply.message, reply.arrays);
    case "refused":
      if (reply.code === "which_matrix") throw new MatrixError(reply.code, reply.message);
      throw new AnalysisError(reply.code, reply.message);
    case "loaded":
    case "unpacked":
      throw new TypeError("a reader has answered before its end");
  }
}
