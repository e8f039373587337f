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
import type { ArrayInfo } from "./types";
import { convert, DamagedError, NoRoomError, type Packed, unpack } from "./unpack";

/** What has to be read from its beginning. */
type Unpacking = { file: number } & (
  | ({ kind: "packed" } & Packed)
  | { kind: "text"; start: number }
);

let isLoaded = false;

function reply(message: ReaderReply, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

function load(): void {
  if (isLoaded) return;
  initSync({ module: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) });
  isLoaded = true;
}

async function open({ files, array, asked }: ReaderRequest): Promise<void> {
  load();
  const opened: OpenedFile[] = [];
  for (const file of files) {
    const opening = await named(file, () => look(file, new Opening(file.name, file.size)));
    opened.push(new OpenedFile(opening));
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
    const made = await named(file, () => make(file, unpacking, selection, index));
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
  unpacking: Unpacking,
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

/** Gives what fails while a file is read that file's name. */
async function named<Made>(file: File, work: () => Promise<Made>): Promise<Made> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReadError) throw file_changed(file.name);
    if (error instanceof DamagedError) throw damaged_stream(file.name);
    if (error instanceof NoRoomError) throw no_room(file.name, error.message);
    // What a browser says of a file that it cannot read.
    if (error instanceof DOMException) throw file_changed(file.name);
    throw error;
  }
}

/** Passes a refusal of the core on. Anything else is a fault of ours or the end of memory, and ends this worker. */
function refuse(error: unknown): void {
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
    const { code, message } = error as { code: string; message: string };
    reply({ type: "refused", code, message });
  } else {
    setTimeout(() => {
      throw error;
    });
  }
}

addEventListener("message", ({ data: request }: MessageEvent<ReaderRequest>) => {
  open(request).catch(refuse);
});
