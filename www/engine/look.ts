/** Finding out what is in a file: the core says what it wants to see, and it is read. */

import { readRanges } from "./read";
import type { Packing, ReadUnpacked } from "./unpack";

/** Numbers of the core for each piece that it wants: offset, length, packing, unpacked bytes that are enough. */
const WANT = 4;

interface Opening {
  wants(): Float64Array;
  take(read: Uint8Array[]): void;
}

/**
 * Shows the core whatever it wants to see of a file.
 *
 * @param readUnpacked what reads packed bytes, where there may be such
 */
export async function look<Kind extends Opening>(
  file: File,
  opening: Kind,
  readUnpacked?: ReadUnpacked,
): Promise<Kind> {
  for (let wants = opening.wants(); wants.length > 0; wants = opening.wants()) {
    opening.take(await answer(file, wants, readUnpacked));
  }
  return opening;
}

/** The bytes that are wanted: all that are not packed in one go. */
async function answer(
  file: File,
  wants: Float64Array,
  readUnpacked: ReadUnpacked | undefined,
): Promise<Uint8Array[]> {
  const pieces: { offset: number; length: number; packing: number; most: number }[] = [];
  for (let i = 0; i < wants.length; i += WANT) {
    const [offset = 0, length = 0, packing = 0, most = 0] = wants.subarray(i, i + WANT);
    pieces.push({ offset, length, packing, most });
  }
  const plain = pieces.filter(({ packing }) => packing === 0);
  const ranges = plain.flatMap(({ offset, length }) => [0, offset, length]);
  const bytes = await readRanges([file], new Float64Array(ranges));
  const answers: Uint8Array[] = [];
  let at = 0;
  for (const { offset, length, packing, most } of pieces) {
    if (packing === 0) {
      answers.push(bytes.subarray(at, at + length));
      at += length;
    } else {
      if (!readUnpacked) throw new TypeError("packed bytes are wanted where nothing unpacks");
      const kind: Packing = packing === 1 ? "deflate" : "zlib";
      answers.push(await readUnpacked(file, { offset, length }, kind, most));
    }
  }
  return answers;
}
