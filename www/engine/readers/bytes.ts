/** Bytes of a file, read ahead, for formats that say piece by piece where they go on. */

import { ReadError } from "../read";
import { cutOff } from "./foreign";

/** Bytes that are read at once where a format is read from one end to the other. */
export const AHEAD = 8 << 20;

/** A part of a file. Whoever asks for bytes that are not there gets a refusal. */
export class Bytes {
  private held = new Uint8Array();
  /** Where in the file what is held begins. */
  private at = 0;

  constructor(
    private readonly file: File,
    private readonly ahead = AHEAD,
    readonly end = file.size,
  ) {}

  /** The bytes at an offset. */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = offset + length;
    if (!(offset >= 0 && length >= 0 && Number.isSafeInteger(end)))
      throw new RangeError("a place that is none");
    if (end > this.file.size) throw cutOff(end - this.file.size, end);
    if (end > this.end) throw new RangeError("a part that goes on after its end");
    if (offset < this.at || end > this.at + this.held.length) {
      const most = Math.min(this.end, offset + Math.max(length, this.ahead));
      this.held = await readRange(this.file, offset, most);
      this.at = offset;
    }
    return this.held.subarray(offset - this.at, end - this.at);
  }

  /** The bytes at an offset, or as many as there are. */
  async peek(offset: number, most: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.read(offset, Math.max(0, Math.min(most, this.end - offset)));
  }
}

async function readRange(file: File, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: ArrayBuffer;
  try {
    bytes = await file.slice(start, end).arrayBuffer();
  } catch {
    throw new ReadError(file.name);
  }
  if (bytes.byteLength < end - start) throw new ReadError(file.name);
  return new Uint8Array(bytes);
}
