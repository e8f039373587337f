/**
 * Reading what has to be read from its beginning.
 *
 * What comes out is kept as a blob, which the browser holds outside of the page (and on disk where there is much of it): from then on it is read in slices
 * like any file. The browser's own decompression unpacks.
 */

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

/** A stream that does not unpack to what was packed. */
export class DamagedError extends Error {}

/** There is no room for what is made. */
export class NoRoomError extends Error {}

/** Bytes that are handed over to the browser at a time. */
const PIECE_BYTES = 16 << 20;

/** A gzip file without a name or a date. */
const GZIP_HEADER = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** Bytes that come in pieces and become one blob. */
export class Gathered {
  total = 0;
  private readonly blobs: Blob[] = [];
  private pieces: Uint8Array<ArrayBuffer>[] = [];
  private waiting = 0;

  constructor(private readonly onBytes: OnBytes) {}

  add(piece: Uint8Array<ArrayBuffer>): void {
    for (let from = 0; from < piece.length; from += PIECE_BYTES)
      this.addPart(piece.subarray(from, from + PIECE_BYTES));
  }

  private addPart(piece: Uint8Array<ArrayBuffer>): void {
    this.pieces.push(piece);
    this.waiting += piece.length;
    this.total += piece.length;
    if (this.waiting >= PIECE_BYTES) this.hand();
  }

  /** Bytes that the browser has already, such as a part of a file. */
  addBlob(blob: Blob): void {
    this.hand();
    this.blobs.push(blob);
    this.total += blob.size;
    this.onBytes(this.total);
  }

  /** All of it. */
  blob(): Blob {
    this.hand();
    return new Blob(this.blobs);
  }

  private hand(): void {
    if (this.waiting === 0) return;
    try {
      this.blobs.push(new Blob(this.pieces));
    } catch (error) {
      throw new NoRoomError(error instanceof Error ? error.message : String(error));
    }
    this.pieces = [];
    this.waiting = 0;
    this.onBytes(this.total);
  }
}

/** The first bytes of what a range unpacks to, as many as `most`. */
export async function readUnpacked(
  file: File,
  range: Range,
  packing: Packing,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(most);
  let length = 0;
  const format = packing === "zlib" ? "deflate" : "deflate-raw";
  const reader = unpacked(file.slice(range.offset, range.offset + range.length), format);
  try {
    while (length < most) {
      const { value, done } = await reader.read();
      if (done) break;
      bytes.set(value.subarray(0, most - length), length);
      length = Math.min(most, length + value.length);
    }
  } catch {
    throw new DamagedError();
  } finally {
    reader.cancel().catch(() => {});
  }
  return bytes.subarray(0, length);
}

/** All of what a stream unpacks to. */
export async function unpack(file: File, stream: Packed, onBytes: OnBytes): Promise<Blob> {
  const { range, packing, crc32 } = stream;
  const packed = file.slice(range.offset, range.offset + range.length);
  // A raw stream with a checksum is made a gzip file of, so that the browser checks it.
  const reader =
    packing === "zlib"
      ? unpacked(packed, "deflate")
      : unpacked(new Blob([GZIP_HEADER, packed, trailer(crc32 ?? 0, stream.unpacked)]), "gzip");
  const gathered = new Gathered(onBytes);
  try {
    while (gathered.total <= stream.unpacked) {
      const { value, done } = await reader.read();
      if (done) break;
      gathered.add(value);
    }
  } catch (error) {
    throw error instanceof NoRoomError ? error : new DamagedError();
  } finally {
    reader.cancel().catch(() => {});
  }
  if (gathered.total !== stream.unpacked) throw new DamagedError();
  return gathered.blob();
}

/** Bytes of a file from `start` on, through something that makes numbers of them. */
export async function convert(
  file: File,
  start: number,
  push: (bytes: Uint8Array, last: boolean) => Float64Array,
  onBytes: OnBytes,
): Promise<Blob> {
  const gathered = new Gathered(() => {});
  for (let offset = start; offset < file.size; offset += PIECE_BYTES) {
    const end = Math.min(file.size, offset + PIECE_BYTES);
    const bytes = new Uint8Array(await file.slice(offset, end).arrayBuffer());
    const numbers = push(bytes, end === file.size);
    gathered.add(new Uint8Array(numbers.buffer as ArrayBuffer));
    onBytes(end);
  }
  return gathered.blob();
}

function unpacked(
  blob: Blob,
  format: CompressionFormat,
): ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> {
  return blob.stream().pipeThrough(new DecompressionStream(format)).getReader();
}

/** What follows the packed bytes in a gzip file: the checksum and the length of the unpacked ones. */
function trailer(crc32: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint32(0, crc32, true);
  bytes.setUint32(4, length % 2 ** 32, true);
  return new Uint8Array(bytes.buffer);
}
