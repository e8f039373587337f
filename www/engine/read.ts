/**
 * Reading byte ranges of files, and of what was unpacked of them.
 *
 * Each read is a round trip to the browser's file process and takes about a millisecond, whatever its size. So where many small ranges
 * stand close together (columns of a row-major file, for the dual), the bytes between them are read along.
 */

/** A gap up to this is read along: it takes about as long as another round trip. */
const GAP_BYTES = 512 << 10;
/** But no single read grows past this for the sake of gaps. */
const SPAN_BYTES = 8 << 20;
/** How many reads are under way at once. */
const CONCURRENT_READS = 16;

/** A file that could not be read any more. */
export class ReadError extends Error {
  constructor(readonly file: string) {
    super(`${file} could not be read`);
    this.name = "ReadError";
  }
}

/** What is read: a file, or what was unpacked of one, whose name nobody has given. */
function nameOf(blob: Blob | undefined): string {
  return blob instanceof File ? blob.name : "";
}

/** Consecutive bytes of a blob, and the ranges in them that were asked for. */
interface Span {
  blob: number;
  start: number;
  end: number;
  ranges: { start: number; end: number; to: number }[];
}

/**
 * The bytes of all ranges, one after another.
 *
 * @param reads blob, offset and length of each range, one after another, as the core lists them
 */
export async function readRanges(
  blobs: readonly Blob[],
  reads: Float64Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const { spans, total } = toSpans(reads);
  const [only] = spans;
  if (only && spans.length === 1 && only.ranges.length === 1) return readSpan(blobs, only);
  const bytes = new Uint8Array(total);
  for (let from = 0; from < spans.length; from += CONCURRENT_READS) {
    const batch = spans.slice(from, from + CONCURRENT_READS);
    await Promise.all(
      batch.map(async (span) => {
        const read = await readSpan(blobs, span);
        if (read.length < span.end - span.start) throw new ReadError(nameOf(blobs[span.blob]));
        for (const { start, end, to } of span.ranges) {
          bytes.set(read.subarray(start - span.start, end - span.start), to);
        }
      }),
    );
  }
  return bytes;
}

function toSpans(reads: Float64Array): { spans: Span[]; total: number } {
  const spans: Span[] = [];
  let total = 0;
  for (let i = 0; i < reads.length; i += 3) {
    const [blob = 0, start = 0, length = 0] = reads.subarray(i, i + 3);
    const range = { start, end: start + length, to: total };
    total += length;
    const last = spans.at(-1);
    if (
      last?.blob === blob &&
      start >= last.end &&
      start - last.end <= GAP_BYTES &&
      range.end - last.start <= SPAN_BYTES
    ) {
      last.end = range.end;
      last.ranges.push(range);
    } else {
      spans.push({ blob, start, end: range.end, ranges: [range] });
    }
  }
  return { spans, total };
}

/** The bytes of a span; fewer where the file is shorter. */
async function readSpan(
  blobs: readonly Blob[],
  { blob, start, end }: Span,
): Promise<Uint8Array<ArrayBuffer>> {
  const from = blobs[blob];
  if (!from) throw new ReadError("");
  try {
    return new Uint8Array(await from.slice(start, end).arrayBuffer());
  } catch {
    throw new ReadError(nameOf(from));
  }
}
