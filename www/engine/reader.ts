/**
 * The worker that opens files which are no .npy: a script of its own with a wasm module of its own, which the page loads when such a file comes.
 *
 * It finds out what is in them, selects the array that is meant, and reads what has to be read from its beginning, piece by piece. The matrix that it answers with is read in
 * slices, by the workers that sum, while the rest of it is still being made.
 */

import { base64 } from "virtual:wasm/readers";
import {
  type Found,
  file_changed,
  type GivenReader,
  group_files,
  initSync,
  no_room,
  number_in,
  OpenedFile,
  Opening,
  type RowReader,
  Selection,
  wanted_of,
} from "../wasm/readers.js";
import { look } from "./look";
import { MOST_AHEAD } from "./material";
import type { ReaderReply, ReaderRequest, ReaderTask, Words } from "./protocol";
import { ReadError, readRanges } from "./read";
import {
  type ForeignFacts,
  type ForeignFile,
  type ForeignFormat,
  type ForeignMatrix,
  type ForeignName,
  ForeignRefusal,
  malformed,
} from "./readers/foreign";
import type { ArrayInfo } from "./types";
import {
  convert,
  Gathered,
  NoRoomError,
  type OnPiece,
  type Packed,
  readUnpacked,
  unpack,
} from "./unpack";

/** What has to be read from its beginning. */
type Unpacking = { file: number } & (
  | ({ kind: "packed" } & Packed)
  | { kind: "text"; start: number }
  | ({ kind: "foreign"; bytes: number } & ForeignMatrix)
);

/** What reads formats of others: scripts of their own, which are loaded when such a file comes. */
const FORMATS: Record<ForeignName, () => Promise<ForeignFormat>> = {
  parquet: () => import("./readers/parquet"),
  arrow: () => import("./readers/arrow"),
  hdf5: () => import("./readers/hdf5"),
};

/** Numbers that take so many times the bytes of their file, and more than this, would be no features. */
const MOST_PACKED = 4096;
const ANY_BYTES = 64 << 20;

/** A file that somebody else's library reads. */
interface Foreign {
  format: ForeignName;
  read: ForeignFile;
}

type Bytes = Uint8Array<ArrayBuffer>;

let isLoaded = false;
/** Bytes of pieces that the page has not taken. */
let ahead = 0;
/** The memory of pieces that it has taken. */
let spare: Bytes[] = [];
/** Goes on when it has taken some. */
let wake = (): void => {};

function reply(message: ReaderReply, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

/** Starts the core, which the first request waits for. */
function load(): void {
  if (isLoaded) return;
  initSync({ module: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) });
  isLoaded = true;
}

async function open(task: ReaderTask): Promise<void> {
  load();
  ahead = 0;
  spare = [];
  const foreign = new Map<File, Foreign>();
  try {
    await answer(task, foreign);
  } finally {
    for (const { read } of foreign.values()) read.close?.();
  }
}

async function answer(
  { files, array, asked }: ReaderTask,
  foreign: Map<File, Foreign>,
): Promise<void> {
  const opened: OpenedFile[] = [];
  for (const file of files) {
    const opening = await named(file, () =>
      look(file, new Opening(file.name, file.size), readUnpacked),
    );
    const known = new OpenedFile(opening);
    const format = known.foreign() as ForeignName | undefined;
    if (format) {
      const read = await named(file, () => openForeign(file, format));
      foreign.set(file, { format, read });
      const facts: ForeignFacts[] = [];
      await named(file, async () => {
        for (const place of wanted_of(read.arrays))
          facts.push(await guarded(format, () => read.look(place, number_in)));
      });
      known.take_foreign(read.arrays, facts, read.together);
    }
    opened.push(known);
  }
  const arrays = (opened[0]?.arrays() ?? []) as ArrayInfo[];
  let selection: Selection;
  try {
    selection = new Selection(opened, array ?? undefined);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    if (code !== "several_arrays") throw error;
    reply({ type: "choice", code, message, arrays });
    return;
  }
  let unpackings = selection.unpackings() as Unpacking[];
  /** What was made in each place, where it was not handed over, and the rows of texts, which are known at their end. */
  let made: Blob[][] = unpackings.map(() => []);
  let texts: RowReader[] = [];
  const rows = new Float64Array(unpackings.length);
  const makeAll = async (onPiece: (index: number, piece: Bytes) => Promise<Bytes | undefined>) => {
    for (const [index, unpacking] of unpackings.entries()) {
      const file = files[unpacking.file] as File;
      const hand = (piece: Bytes) => onPiece(index, piece);
      await named(file, async () => {
        if (unpacking.kind === "packed") await makePacked(file, unpacking, hand);
        else if (unpacking.kind === "foreign")
          await makeForeign(file, foreign.get(file) as Foreign, unpacking, hand);
        else {
          const reader = await makeText(file, unpacking.start, selection, index, hand);
          rows[index] = reader.rows();
          texts.push(reader);
        }
      });
    }
  };
  const keep = async (index: number, piece: Bytes): Promise<Bytes> => {
    made[index]?.push(blobOf(piece));
    return piece;
  };
  const isText = unpackings.some(({ kind }) => kind === "text");
  if (isText) await makeAll(keep);
  // Where all rows say otherwise than the first ones, once more.
  while (isText && selection.settle(texts)) {
    unpackings = selection.unpackings() as Unpacking[];
    made = unpackings.map(() => []);
    texts = [];
    await makeAll(keep);
  }
  const reader = selection.reader(rows, asked);
  // Whether they are features can sometimes be seen in the numbers alone; and what stands in a file is read there.
  const comesInPieces =
    !isText && reader.reads().length === 0 && unpackings.length === files.length;
  if (!isText && !comesInPieces) await makeAll(keep);
  const blobs = made.map((pieces) => new Blob(pieces));
  const found = await recognised(reader, [...files, ...blobs]);
  const facts = found.facts() as { side: number } | null;
  if (facts !== null) {
    const words = found.words() as Words;
    reply({ type: "given", facts, words }, [words.buffer]);
    return;
  }
  const source: unknown = found.source();
  reply({ type: "opened", source, blobs, pieces: comesInPieces, arrays });
  if (!comesInPieces) return;
  await makeAll(handOver);
  reply({ type: "made" });
}

/** Gives the page a piece, and waits until it has room for another. */
async function handOver(index: number, piece: Bytes): Promise<Bytes | undefined> {
  ahead += piece.length;
  reply({ type: "piece", index, piece }, [piece.buffer]);
  while (ahead >= MOST_AHEAD) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  return spare.pop();
}

function blobOf(piece: Bytes): Blob {
  try {
    return new Blob([piece]);
  } catch (error) {
    throw new NoRoomError(error instanceof Error ? error.message : String(error));
  }
}

/** Reads what may be no features but what was made of them, until it is known. */
async function recognised(reader: GivenReader, blobs: readonly Blob[]): Promise<Found> {
  try {
    for (let reads = reader.reads(); reads.length > 0; reads = reader.reads())
      reader.take(await readRanges(blobs, reads));
  } catch (error) {
    if (error instanceof ReadError) throw file_changed(error.file);
    throw error;
  }
  return reader.outcome();
}

/** Unpacks a stream. */
async function makePacked(file: File, stream: Packed, onPiece: OnPiece): Promise<void> {
  const total = stream.unpacked;
  await unpack(
    file,
    stream,
    new Gathered(onPiece, (done) => reply({ type: "unpacked", done, total })),
  );
}

/** Reads text to its end, and answers with what has read it. */
async function makeText(
  file: File,
  start: number,
  selection: Selection,
  index: number,
  onPiece: OnPiece,
): Promise<RowReader> {
  const reader = selection.text_reader(index, file.name);
  if (!reader) throw new Error("a table that is none was to be read");
  const total = file.size;
  const push = (bytes: Uint8Array, last: boolean) => reader.push(bytes, last);
  try {
    await convert(file, start, push, new Gathered(onPiece), (done) =>
      reply({ type: "unpacked", done, total }),
    );
  } catch (error) {
    reader.free();
    throw error;
  }
  return reader;
}

/** The arrays of a file that somebody else's library reads. */
async function openForeign(file: File, format: ForeignName): Promise<ForeignFile> {
  let script: ForeignFormat;
  try {
    script = await FORMATS[format]();
  } catch {
    const message = "A part of this page could not be loaded. Reload the page.";
    throw new ForeignRefusal("not_loaded", message);
  }
  return guarded(format, () => script.open(file));
}

/** Has such a library make the numbers of an array. */
async function makeForeign(
  file: File,
  { format, read }: Foreign,
  { bytes: total, ...matrix }: { bytes: number } & ForeignMatrix,
  onPiece: OnPiece,
): Promise<void> {
  if (total > MOST_PACKED * file.size + ANY_BYTES)
    throw malformed(format, "it claims to hold far more numbers than there is room for in it");
  const gathered = new Gathered(onPiece, (done) => reply({ type: "unpacked", done, total }));
  await guarded(format, () => read.make(matrix, gathered));
  if (gathered.total !== total)
    throw malformed(format, "it holds fewer or more numbers than it announces");
  await gathered.hand();
}

/** Whatever a library throws at a file that it does not understand is that file's fault. */
async function guarded<Made>(format: ForeignName, work: () => Promise<Made>): Promise<Made> {
  try {
    return await work();
  } catch (error) {
    const isOurs = [ForeignRefusal, ReadError, NoRoomError, DOMException].some(
      (kind) => error instanceof kind,
    );
    if (isOurs) throw error;
    const words = error instanceof Error ? error.message : String(error);
    if (/allocation|out of memory/i.test(words)) throw new NoRoomError(words);
    throw malformed(format, `its reader stopped with "${words}"`);
  }
}

/** Gives what fails while a file is read that file's name. */
async function named<Made>(file: File, work: () => Promise<Made>): Promise<Made> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReadError) throw file_changed(file.name);
    if (error instanceof NoRoomError) throw no_room(file.name, error.message);
    if (error instanceof ForeignRefusal) {
      const { code, message, spent } = error;
      throw { code, message: `${file.name}: ${message}`, spent };
    }
    // What a browser says of a file that it cannot read.
    if (error instanceof DOMException) throw file_changed(file.name);
    throw error;
  }
}

/** Passes a refusal of the core on. Anything else is a fault of ours or the end of memory, and ends this worker. */
function refuse(error: unknown): void {
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
    const {
      code,
      message,
      spent = false,
    } = error as {
      code: string;
      message: string;
      spent?: boolean;
    };
    reply({ type: "refused", code, message, spent });
  } else {
    setTimeout(() => {
      throw error;
    });
  }
}

reply({ type: "loaded" });

addEventListener("message", ({ data: request }: MessageEvent<ReaderRequest>) => {
  if (request.type === "open") {
    open(request).catch(refuse);
  } else if (request.type === "group") {
    load();
    const groups = group_files(request.paths, Float64Array.from(request.bytes)) as number[][];
    reply({ type: "grouped", groups });
  } else {
    for (const piece of request.pieces) {
      ahead -= piece.length;
      spare.push(piece);
    }
    wake();
  }
});
