/** Reading byte ranges of files. */

/** How many small ranges are asked for at once; each is a round trip to the browser's file process. */
const CONCURRENT_READS = 64;

/** A file that could not be read any more. */
export class ReadError extends Error {
  constructor(readonly file: string) {
    super(`${file} could not be read`);
    this.name = "ReadError";
  }
}

/**
 * The bytes of all ranges, one after another.
 *
 * @param reads shard, offset and length of each range, one after another, as the core lists them
 */
export async function readRanges(files: readonly File[], reads: Float64Array): Promise<Uint8Array> {
  const count = reads.length / 3;
  if (count === 1) return readRange(files, reads, 0);
  let total = 0;
  for (let i = 0; i < count; i++) total += reads[3 * i + 2] ?? 0;
  const bytes = new Uint8Array(total);
  let at = 0;
  for (let from = 0; from < count; from += CONCURRENT_READS) {
    const batch: Promise<Uint8Array>[] = [];
    for (let i = from; i < Math.min(count, from + CONCURRENT_READS); i++)
      batch.push(readRange(files, reads, i));
    for (const part of await Promise.all(batch)) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

async function readRange(
  files: readonly File[],
  reads: Float64Array,
  index: number,
): Promise<Uint8Array> {
  const [shard = 0, offset = 0, length = 0] = reads.subarray(3 * index, 3 * index + 3);
  const file = files[shard];
  if (!file) throw new ReadError("");
  try {
    return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
  } catch {
    throw new ReadError(file.name);
  }
}
