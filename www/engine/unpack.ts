/** Reading what has to be read from its beginning: what comes out is handed over in pieces. */

import { StreamInflater } from "../wasm/readers.js";
import { ReadError, readRanges } from "./read";

export type Packing = "deflate" | "zlib";

interface Range {
  offset: number;
  length: number;
}

/** A packed stream, as the core has it. */
export interface Packed {
  range: Range;
  packing: Packing;
  /** Bytes that it unpacks to. */
  unpacked: number;
  crc32: number | null;
}

/** Hears how many bytes were made by now. */
export type OnBytes = (bytes: number) => void;

/** Gets a piece, and comes back when there is room for another: with that room, where memory can be used again. */
export type OnPiece = (
  piece: Uint8Array<ArrayBuffer>,
) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** There is no room for what is made. */
export class NoRoomError extends Error {}

/** Bytes that are handed over to the browser at a time. */
const PIECE_BYTES = 8 << 20;

/** Bytes that are read at a time, and how many such reads are under way at once: with smaller ones, or with only one under way, unpacking took up to 1.07 times as long. */
const READ_BYTES = 16 << 20;
const READS_AHEAD = 2;
/** The same where no more than the beginning is wanted. */
const PROBE_BYTES = 64 << 10;

/** Bytes that come little by little and are handed over in larger pieces. */
export class Gathered {
  total = 0;
  private piece: Uint8Array<ArrayBuffer> | undefined;
  private filled = 0;

  constructor(
    private readonly onPiece: OnPiece,
    private readonly onBytes: OnBytes = () => {},
  ) {}

  /** Room for the next bytes, some at least. */
  room(): Uint8Array<ArrayBuffer> {
    this.piece ??= room(PIECE_BYTES);
    return this.piece.subarray(this.filled);
  }

  /** So many bytes were put into the room. */
  async fill(bytes: number): Promise<void> {
    this.total += bytes;
    this.filled += bytes;
    if (this.filled === this.piece?.length) await this.hand();
  }

  async add(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const room = this.room();
      const some = bytes.subarray(from, from + room.length);
      room.set(some);
      from += some.length;
      await this.fill(some.length);
    }
  }

  /** Bytes that stand in a file as they are. */
  async addBlob(blob: Blob): Promise<void> {
    for await (const bytes of readAhead(blob, 0, blob.size)) await this.add(bytes);
  }

  /** Hands the rest over. */
  async hand(): Promise<void> {
    const piece = this.piece?.subarray(0, this.filled);
    this.filled = 0;
    if (!piece?.length) return;
    const again = await this.onPiece(piece);
    this.piece = again && new Uint8Array(again.buffer);
    this.onBytes(this.total);
  }
}

function room(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    throw new NoRoomError(error instanceof Error ? error.message : String(error));
  }
}

/** Reads the first bytes of what a range unpacks to, as many as `most`. */
export type ReadUnpacked = (
  file: File,
  range: Range,
  packing: Packing,
  most: number,
) => Promise<Uint8Array>;

export async function readUnpacked(
  file: File,
  range: Range,
  packing: Packing,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(most);
  let length = 0;
  const room = (): Uint8Array => bytes.subarray(length);
  const onMade = async (made: number): Promise<boolean> => {
    length += made;
    return length < most;
  };
  const inflater = await inflate(file, range, packing, room, onMade, PROBE_BYTES);
  inflater.free();
  return bytes.subarray(0, length);
}

/** Unpacks all of a stream. */
export async function unpack(file: File, stream: Packed, gathered: Gathered): Promise<void> {
  const { range, packing } = stream;
  const room = (): Uint8Array => gathered.room();
  const inflater = await inflate(file, range, packing, room, async (made) => {
    await gathered.fill(made);
    return gathered.total <= stream.unpacked;
  });
  inflater.finish(stream);
  await gathered.hand();
}

/** Unpacks a range of a file into room after room, until its end or until there was enough. */
async function inflate(
  file: File,
  { offset, length }: Range,
  packing: Packing,
  room: () => Uint8Array,
  goesOn: (made: number) => Promise<boolean>,
  atOnce = READ_BYTES,
): Promise<StreamInflater> {
  const inflater = new StreamInflater(file.name, packing === "zlib", length);
  try {
    for await (const bytes of readAhead(file, offset, offset + length, atOnce)) {
      inflater.take(bytes);
      for (;;) {
        const made = inflater.step(room());
        if (made === 0) break;
        if (!(await goesOn(made))) return inflater;
      }
    }
    return inflater;
  } catch (error) {
    inflater.free();
    throw error;
  }
}

/** Bytes of a file in their order, of which some are always on their way. */
async function* readAhead(
  file: Blob,
  start: number,
  end: number,
  atOnce = READ_BYTES,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reads: Promise<Uint8Array<ArrayBuffer>>[] = [];
  let at = start;
  for (;;) {
    while (at < end && reads.length < READS_AHEAD) {
      const bytes = readWhole(file, at, Math.min(end, at + atOnce));
      // It is awaited later; a failure before that is not an unhandled one.
      bytes.catch(() => {});
      reads.push(bytes);
      at += atOnce;
    }
    const next = reads.shift();
    if (!next) return;
    yield await next;
  }
}

async function readWhole(file: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readRanges([file], new Float64Array([0, start, end - start]));
  if (bytes.length < end - start) throw new ReadError(file instanceof File ? file.name : "");
  return bytes;
}

/** Bytes of a file from `start` on, through something that makes numbers of them. */
export async function convert(
  file: File,
  start: number,
  push: (bytes: Uint8Array, last: boolean) => Float64Array,
  gathered: Gathered,
  onBytes: OnBytes,
): Promise<void> {
  let read = start;
  for await (const bytes of readAhead(file, start, file.size)) {
    read += bytes.length;
    const numbers = push(bytes, read === file.size);
    await gathered.add(new Uint8Array(numbers.buffer));
    onBytes(read);
  }
  await gathered.hand();
}
