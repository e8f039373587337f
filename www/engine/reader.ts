/**
 * The worker that opens files which are no .npy: a script of its own with a wasm module of its own, which the page loads when such a file comes.
 *
 * It finds out what is in them, selects the array that is meant, and reads what has to be read from its beginning. The matrix that it answers with is read in slices, by
 * the workers that sum.
 */

import { base64 } from "virtual:wasm/readers";
import {
  damaged_stream,
  type Found,
  file_changed,
  type GivenReader,
  initSync,
  no_room,
  OpenedFile,
  Opening,
  Selection,
} from "../wasm/readers.js";
import { look } from "./look";
import type { ReaderReply, ReaderRequest, Words } from "./protocol";
import { ReadError, readRanges } from "./read";
import {
  type ForeignFile,
  type ForeignFormat,
  type ForeignName,
  ForeignRefusal,
  malformed,
} from "./readers/foreign";
import type { ArrayInfo } from "./types";
import { convert, DamagedError, Gathered, NoRoomError, type Packed, unpack } from "./unpack";

/** What has to be read from its beginning. */
type Unpacking = { file: number } & (
  | ({ kind: "packed" } & Packed)
  | { kind: "text"; start: number }
  | { kind: "foreign"; name: string; bytes: number }
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

let isLoaded = false;

function reply(message: ReaderReply, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

function load(): void {
  if (isLoaded) return;
  initSync({ module: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) });
  isLoaded = true;
}

async function open(request: ReaderRequest): Promise<void> {
  load();
  const foreign = new Map<File, Foreign>();
  try {
    await answer(request, foreign);
  } finally {
    for (const { read } of foreign.values()) read.close?.();
  }
}

async function answer(
  { files, array, asked }: ReaderRequest,
  foreign: Map<File, Foreign>,
): Promise<void> {
  const opened: OpenedFile[] = [];
  for (const file of files) {
    const opening = await named(file, () => look(file, new Opening(file.name, file.size)));
    const known = new OpenedFile(opening);
    const format = known.foreign() as ForeignName | undefined;
    if (format) {
      const read = await named(file, () => openForeign(file, format));
      foreign.set(file, { format, read });
      known.take_foreign(read.arrays);
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
  const blobs: Blob[] = [];
  const rows: number[] = [];
  const unpackings = selection.unpackings() as Unpacking[];
  for (const [index, unpacking] of unpackings.entries()) {
    const file = files[unpacking.file] as File;
    const made = await named(file, () =>
      unpacking.kind === "foreign"
        ? makeForeign(file, foreign.get(file) as Foreign, unpacking)
        : make(file, unpacking, selection, index),
    );
    blobs.push(made.blob);
    rows.push(made.rows);
  }
  const reader = selection.reader(new Float64Array(rows), asked);
  const found = await recognised(reader, [...files, ...blobs]);
  const facts: unknown = found.facts();
  if (facts === null) {
    reply({ type: "opened", source: found.source(), blobs, arrays });
  } else {
    const words = found.words() as Words;
    reply({ type: "given", facts, words }, [words.buffer]);
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

/** Reads something from its beginning. */
async function make(
  file: File,
  unpacking: Exclude<Unpacking, { kind: "foreign" }>,
  selection: Selection,
  index: number,
): Promise<{ blob: Blob; rows: number }> {
  if (unpacking.kind === "packed") {
    const total = unpacking.unpacked;
    const blob = await unpack(file, unpacking, (done) => reply({ type: "unpacked", done, total }));
    return { blob, rows: 0 };
  }
  const reader = selection.text_reader(index, file.name);
  if (!reader) throw new Error("a table that is none was to be read");
  try {
    const total = file.size;
    const push = (bytes: Uint8Array, last: boolean) => reader.push(bytes, last);
    const blob = await convert(file, unpacking.start, push, (done) =>
      reply({ type: "unpacked", done, total }),
    );
    return { blob, rows: reader.rows() };
  } finally {
    reader.free();
  }
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
  { name, bytes: total }: { name: string; bytes: number },
): Promise<{ blob: Blob; rows: number }> {
  if (total > MOST_PACKED * file.size + ANY_BYTES)
    throw malformed(format, "it claims to hold far more numbers than there is room for in it");
  const gathered = new Gathered((done) => reply({ type: "unpacked", done, total }));
  await guarded(format, () => read.make(name, gathered));
  if (gathered.total !== total)
    throw malformed(format, "it holds fewer or more numbers than it announces");
  return { blob: gathered.blob(), rows: 0 };
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
    if (error instanceof DamagedError) throw damaged_stream(file.name);
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
  open(request).catch(refuse);
});
