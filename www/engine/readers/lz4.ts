/** LZ4 frames, as Arrow packs its buffers (lz4_Frame_format.md in LZ4's sources). Checksums are passed over. */

const MAGIC = 0x184d2204;

/** Unpacks a frame into exactly `length` bytes; a RangeError where it does not. */
export function unpackLz4(frame: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError("an LZ4 frame does not begin as one");
  const flags = view.getUint8(4);
  const hasChecksums = (flags & 0x10) !== 0;
  const hasLength = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  if (hasDictionary) throw new RangeError("an LZ4 frame wants a dictionary");
  let at = 4 + 2 + (hasLength ? 8 : 0) + 1;
  let done = 0;
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) break;
    const bytes = size & 0x7fffffff;
    if (at + bytes > frame.length) throw new RangeError("an LZ4 frame ends inside a block");
    const block = frame.subarray(at, at + bytes);
    if (size & 0x80000000) {
      out.set(block, done);
      done += bytes;
    } else {
      done = unpackBlock(block, out, done);
    }
    at += bytes + (hasChecksums ? 4 : 0);
  }
  if (done !== length) throw new RangeError("an LZ4 frame unpacks to another length");
  return out;
}

/** A block refers to what was unpacked before it. Says how far `out` is full. */
function unpackBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let at = 0;
  let to = start;
  const length = (first: number): number => {
    let sum = first;
    if (first < 15) return sum;
    for (;;) {
      const byte = block[at++];
      if (byte === undefined) throw new RangeError("an LZ4 block ends inside a length");
      sum += byte;
      if (byte < 255) return sum;
    }
  };
  while (at < block.length) {
    const token = block[at++] as number;
    const literals = length(token >>> 4);
    if (at + literals > block.length) throw new RangeError("an LZ4 block ends inside its bytes");
    out.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at >= block.length) break;
    const back = (block[at] as number) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    const end = to + length(token & 15) + 4;
    if (back === 0 || back > to || end > out.length)
      throw new RangeError("an LZ4 block refers to nothing");
    if (back >= end - to) {
      out.copyWithin(to, to - back, end - back);
      to = end;
    } else {
      for (; to < end; to += 1) out[to] = out[to - back] as number;
    }
  }
  return to;
}
