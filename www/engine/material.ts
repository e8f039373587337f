/**
 * What rows are read from.
 *
 * Files are read in slices, from anywhere. What a reader makes of a file comes piece by piece from its beginning. Where rows are wanted in that order, they are taken out of these
 * pieces as they come; where not, the pieces are put together in a blob, which the browser keeps (on disk where there is much of it) and which is read like a file.
 */

import { readRanges } from "./read";
import { AnalysisError } from "./types";

/** Bytes that a reader may be ahead of whoever takes them: two of the largest chunks. */
export const MOST_AHEAD = 64 << 20;

/** Whoever makes the pieces. */
interface Maker {
  /** These were taken, and their memory is no longer used. */
  taken(pieces: Uint8Array<ArrayBuffer>[]): void;
  /** They are not wanted any more. */
  end(): void;
}

/** Bytes of what is made in place `index`, from `start` on. */
interface Piece {
  index: number;
  start: number;
  bytes: Uint8Array<ArrayBuffer>;
}

type Listener = { onMore: () => void; onFailure: (reason: unknown) => void };

export class Material {
  /** All that can be read in slices: the files, and what was made of them and kept. */
  blobs: readonly Blob[];
  /** Nothing more will come. */
  isComplete = false;
  /** Pieces that were not taken, in their order. */
  private pieces: Piece[] = [];
  /** How far each of what is made has come. */
  private readonly ends: number[] = [];
  /** Pieces that are kept, each as a blob; undefined where they are taken as they come. */
  private kept: Blob[][] | undefined;
  private failure: { reason: unknown } | undefined;
  private listeners: Listener[] = [];

  /** Of files, what was made of them already, and whoever makes the rest. */
  constructor(
    private readonly files: readonly Blob[],
    made: readonly Blob[],
    private readonly maker?: Maker,
  ) {
    this.blobs = [...files, ...made];
    this.isComplete = maker === undefined;
  }

  /** Whether rows are taken out of the pieces as they come. */
  get isStream(): boolean {
    return this.maker !== undefined && this.kept === undefined;
  }

  /** Bytes of pieces that were not taken. */
  get ahead(): number {
    return this.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** The next piece of what is made in place `index`. Throws where it is to be kept and there is no room. */
  push(index: number, bytes: Uint8Array<ArrayBuffer>): void {
    const start = this.ends[index] ?? 0;
    this.ends[index] = start + bytes.length;
    this.pieces.push({ index, start, bytes });
    if (this.kept) this.keepPieces(this.kept);
    this.tell();
  }

  /** There are no more pieces, and nothing is wrong with them. */
  complete(): void {
    this.isComplete = true;
    if (this.kept) this.blobs = [...this.files, ...this.kept.map((pieces) => new Blob(pieces))];
    this.tell();
  }

  fail(reason: unknown): void {
    this.failure = { reason };
    this.tell();
  }

  /** Waits until everything is made, and is read in slices from then on. */
  async whole(): Promise<void> {
    if (!this.isStream) return;
    this.kept = [];
    this.keepPieces(this.kept);
    if (this.isComplete) this.complete();
    await this.until(() => this.isComplete);
  }

  /** Whether ranges can be taken by now: which of all that is read, offset and length of each. */
  has(reads: Float64Array): boolean {
    return ranges(reads).every(
      ({ at, end }) => end <= (this.ends[at - this.files.length] ?? 0) || end === 0,
    );
  }

  /** Reads ranges, when they are there. */
  async read(reads: Float64Array): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.isStream) return readRanges(this.blobs, reads);
    await this.until(() => this.has(reads));
    return this.copy(reads);
  }

  /** Takes ranges that are there; what comes before their end is not wanted any more. */
  take(reads: Float64Array): Uint8Array<ArrayBuffer> {
    const bytes = this.copy(reads);
    const last = ranges(reads).at(-1);
    if (!last) return bytes;
    const index = last.at - this.files.length;
    const isOver = (piece: Piece): boolean =>
      piece.index < index ||
      (piece.index === index && piece.start + piece.bytes.length <= last.end);
    const firstKept = this.pieces.findIndex((piece) => !isOver(piece));
    const taken = this.pieces.splice(0, firstKept < 0 ? this.pieces.length : firstKept);
    if (taken.length > 0) this.maker?.taken(taken.map(({ bytes }) => bytes));
    return bytes;
  }

  /** Hears what happens from now on, and how it stands at once. */
  listen(onMore: () => void, onFailure: (reason: unknown) => void): void {
    this.listeners.push({ onMore, onFailure });
    this.tell();
  }

  /** It is not wanted any more. */
  end(): void {
    this.listeners = [];
    this.pieces = [];
    if (!this.isComplete && !this.failure) this.maker?.end();
  }

  private until(isThere: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.listen(() => {
        if (isThere()) resolve();
      }, reject);
    });
  }

  private keepPieces(kept: Blob[][]): void {
    for (const { index, bytes } of this.pieces.splice(0)) {
      while (kept.length <= index) kept.push([]);
      kept[index]?.push(blobOf(bytes));
      this.maker?.taken([bytes]);
    }
  }

  private copy(reads: Float64Array): Uint8Array<ArrayBuffer> {
    const wanted = ranges(reads);
    const all = new Uint8Array(wanted.reduce((sum, { start, end }) => sum + end - start, 0));
    let to = 0;
    for (const { at, start, end } of wanted) {
      for (const piece of this.pieces) {
        if (piece.index !== at - this.files.length) continue;
        const from = Math.max(start, piece.start);
        const upTo = Math.min(end, piece.start + piece.bytes.length);
        if (from < upTo)
          all.set(piece.bytes.subarray(from - piece.start, upTo - piece.start), to + from - start);
      }
      to += end - start;
    }
    return all;
  }

  private tell(): void {
    for (const { onMore, onFailure } of [...this.listeners]) {
      if (this.failure) onFailure(this.failure.reason);
      else onMore();
    }
  }
}

function blobOf(bytes: Uint8Array<ArrayBuffer>): Blob {
  try {
    return new Blob([bytes]);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new AnalysisError(
      "no_room",
      `There is no room to unpack the array (${words}). Make room, or save it unpacked.`,
    );
  }
}

/** Ranges as the core lists them: which of all that is read, offset and length of each, one after another. */
function ranges(reads: Float64Array): { at: number; start: number; end: number }[] {
  const list = [];
  for (let i = 0; i < reads.length; i += 3) {
    const [at = 0, start = 0, length = 0] = reads.subarray(i, i + 3);
    list.push({ at, start, end: start + length });
  }
  return list;
}
