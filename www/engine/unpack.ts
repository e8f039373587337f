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

/** Gets a piece, and comes back when there is room for another. */
export type OnPiece = (piece: Uint8Array<ArrayBuffer>) => Promise<void>;

/** There is no room for what is made. */
export class NoRoomError extends Error {}

/** Bytes that are handed over to the browser at a time. */
const PIECE_BYTES = 8 << 20;

/** Packed bytes that are read at a time. */
const READ_BYTES = 4 << 20;

/** Bytes that come little by little and are handed over in larger pieces. */
export class Gathered {
  total = 0;
  private piece: Uint8Array<ArrayBuffer> | undefined;
  private filled = 0;

  constructor(
    private readonly onPiece: OnPiece,
    private readonly onBytes: OnBytes = () => {},
  ) {}

  async add(bytes: Uint8Array): Promise<void> {
    this.total += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      this.piece ??= room(PIECE_BYTES);
      const some = bytes.subarray(from, from + PIECE_BYTES - this.filled);
      this.piece.set(some, this.filled);
      this.filled += some.length;
      from += some.length;
      if (this.filled === PIECE_BYTES) await this.hand();
    }
  }

  /** Bytes that stand in a file as they are. */
  async addBlob(blob: Blob): Promise<void> {
    for (let from = 0; from < blob.size; from += PIECE_BYTES) {
      const part = blob.slice(from, Math.min(blob.size, from + PIECE_BYTES));
      await this.add(new Uint8Array(await part.arrayBuffer()));
    }
  }

  /** Hands the rest over. */
  async hand(): Promise<void> {
    const piece = this.piece?.subarray(0, this.filled);
    this.piece = undefined;
    this.filled = 0;
    if (!piece?.length) return;
    await this.onPiece(piece);
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
  const inflater = await inflate(file, range, packing, async (step) => {
    bytes.set(step.subarray(0, most - length), length);
    length = Math.min(most, length + step.length);
    return length < most;
  });
  inflater.free();
  return bytes.subarray(0, length);
}

/** Unpacks all of a stream. */
export async function unpack(file: File, stream: Packed, gathered: Gathered): Promise<void> {
  const inflater = await inflate(file, stream.range, stream.packing, async (step) => {
    await gathered.add(step);
    return gathered.total <= stream.unpacked;
  });
  inflater.finish(stream);
  await gathered.hand();
}

/** Unpacks a range of a file, until its end or until `sink` has enough. While one part is unpacked the next is read. */
async function inflate(
  file: File,
  { offset, length }: Range,
  packing: Packing,
  sink: (step: Uint8Array) => Promise<boolean>,
): Promise<StreamInflater> {
  const inflater = new StreamInflater(file.name, packing === "zlib");
  const end = offset + length;
  let at = offset;
  const read = (): Promise<Uint8Array> | undefined => {
    if (at >= end) return undefined;
    const bytes = readWhole(file, at, Math.min(end, at + READ_BYTES));
    at += READ_BYTES;
    // It is awaited later; a failure before that is not an unhandled one.
    bytes.catch(() => {});
    return bytes;
  };
  try {
    for (let next = read(); next; ) {
      const bytes = await next;
      next = read();
      inflater.take(bytes);
      for (;;) {
        const step = inflater.step();
        if (step.length === 0) break;
        if (!(await sink(step))) return inflater;
      }
    }
    return inflater;
  } catch (error) {
    inflater.free();
    throw error;
  }
}

async function readWhole(file: File, start: number, end: number): Promise<Uint8Array> {
  const bytes = await readRanges([file], new Float64Array([0, start, end - start]));
  if (bytes.length < end - start) throw new ReadError(file.name);
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
  for (let offset = start; offset < file.size; offset += PIECE_BYTES) {
    const end = Math.min(file.size, offset + PIECE_BYTES);
    const bytes = new Uint8Array(await file.slice(offset, end).arrayBuffer());
    const numbers = push(bytes, end === file.size);
    await gathered.add(new Uint8Array(numbers.buffer));
    onBytes(end);
  }
  await gathered.hand();
}
