/**
 * From files to a matrix that can be read in slices.
 *
 * An .npy file is opened right here. Every other is opened by a worker with readers for all formats, which is loaded when the first such file comes and
 * ended when it makes no headway.
 */

import { OpenedFile, Opening, reader_stuck, Selection } from "../wasm/eigenscope.js";
import { look } from "./look";
import { Material, MOST_AHEAD } from "./material";
import { death, type Pool } from "./pool";
import type { ReaderReply, ReaderTask, Words } from "./protocol";
import { readRanges } from "./read";
import { refusalOf } from "./refusal";
import { AnalysisError, type ArrayInfo, type Asked, ChoiceError, MatrixError } from "./types";

/** The first bytes of an .npy file. */
const NPY = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** A reader that says nothing for so many milliseconds is ended. */
const SILENCE = 60_000;

/** What was made of features elsewhere, whole. */
export interface OpenedGiven {
  /** The core's, of which the page reads how large the matrix is: 0 where there is none. */
  facts: { side: number };
  words: Words;
}

/** A matrix, and what its rows are read from. */
export interface Opened {
  source: unknown;
  material: Material;
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
  // A column, a square matrix, a row a file or records: only the reader finds out whether they are features.
  const isAlone = opened.length === 1;
  if (opened.every((file) => file.needs_reader(isAlone))) {
    for (const file of opened) file.free();
    return reader();
  }
  const source: unknown = new Selection(opened, array ?? undefined).source();
  return { source, material: new Material(files, []), arrays: [] };
}

/** Files in groups, of which each is one matrix. Only a reader knows the rule, which most visits do not need. */
export function groupFiles(pool: Pool, paths: string[], bytes: number[]): Promise<number[][]> {
  const hand = pool.takeReader();
  return new Promise((resolve, reject) => {
    hand.onDeath = () => reject(notLoaded());
    hand.onReply = (reply) => {
      if (reply.type === "loaded") hand.isLoaded = true;
      if (reply.type !== "grouped") return;
      pool.release(hand);
      resolve(reply.groups);
    };
    hand.send({ type: "group", paths, bytes });
  });
}

/** Whether a file is an .npy, or so short that no reader would say more of it. */
async function isNpy(file: File): Promise<boolean> {
  const length = Math.min(NPY.length, file.size);
  const start = await readRanges([file], new Float64Array([0, 0, length]));
  return NPY.slice(0, length).every((byte, i) => start[i] === byte);
}

/** Has a reader open files. What it makes of them may still come when they are open. */
function read(
  pool: Pool,
  task: ReaderTask,
  onUnpacked: OnUnpacked,
  signal: AbortSignal,
): Promise<Opened | OpenedGiven> {
  const { files } = task;
  const name = files[0]?.name ?? "";
  const hand = pool.takeReader();
  return new Promise((resolve, reject) => {
    let watch: ReturnType<typeof setTimeout> | undefined;
    /** What is still being made. */
    let material: Material | undefined;
    let isParted = false;
    const part = (isUsable: boolean): void => {
      isParted = true;
      clearTimeout(watch);
      signal.removeEventListener("abort", onAbort);
      if (isUsable) pool.release(hand);
      else pool.end(hand);
    };
    const fail = (reason: unknown, isUsable = false): void => {
      part(isUsable);
      // Before it is open somebody waits for that, afterwards for what is made.
      reject(reason);
      material?.fail(reason);
    };
    // Whatever it is doing, nobody waits for it any more.
    const onAbort = (): void => fail(signal.reason);
    const wait = (): void => {
      clearTimeout(watch);
      // A reader that is far ahead waits as well.
      if ((material?.ahead ?? 0) >= MOST_AHEAD) return;
      watch = setTimeout(() => fail(refusalOf(reader_stuck(name))), SILENCE);
    };
    const maker = {
      taken: (pieces: Uint8Array<ArrayBuffer>[]) => {
        if (material?.isComplete) return;
        hand.send(
          { type: "taken", pieces },
          pieces.map(({ buffer }) => buffer),
        );
        wait();
      },
      end: () => part(false),
    };
    const hear = (reply: ReaderReply): void => {
      switch (reply.type) {
        case "loaded":
          hand.isLoaded = true;
          break;
        case "unpacked":
          if (!material?.isStream) onUnpacked(reply.done, reply.total);
          break;
        case "opened": {
          const { source, blobs, pieces, arrays } = reply;
          if (pieces) material = new Material(files, [], maker);
          else part(true);
          resolve({ source, material: material ?? new Material(files, blobs), arrays });
          break;
        }
        case "piece":
          try {
            material?.push(reply.index, reply.piece);
          } catch (error) {
            fail(error);
          }
          break;
        case "made":
          part(true);
          material?.complete();
          break;
        case "given":
          part(true);
          resolve({ facts: reply.facts, words: reply.words });
          break;
        case "choice":
          fail(new ChoiceError(reply.code, reply.message, reply.arrays), true);
          break;
        case "refused":
          fail(refusal(reply.code, reply.message), !reply.spent);
          break;
      }
    };
    signal.addEventListener("abort", onAbort);
    hand.onDeath = () => fail(hand.isLoaded ? death(name) : notLoaded());
    hand.onReply = (reply) => {
      clearTimeout(watch);
      hear(reply);
      if (!isParted) wait();
    };
    wait();
    hand.send({ type: "open", ...task });
  });
}

function notLoaded(): AnalysisError {
  return new AnalysisError(
    "not_loaded",
    "The part of this page that opens such a file could not be loaded. Check the connection to where the page came from, and try again.",
  );
}

function refusal(code: string, message: string): AnalysisError {
  return code === "which_matrix"
    ? new MatrixError(code, message)
    : new AnalysisError(code, message);
}
