// What stands around the numbers of one float32 matrix in each format whose numbers are read where they stand: so that a file
// can be put together around numbers of any size that are somewhere else.

import { constants, crc32, deflateRawSync } from "node:zlib";
import { npyHeader } from "./large.mjs";

/** Little-endian numbers of given lengths, one after another: [value, bytes] pairs. */
function fields(...pairs) {
  return Buffer.concat(
    pairs.map(([value, length]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
      return bytes.subarray(0, length);
    }),
  );
}

/** The bytes before and behind the numbers of an n × d matrix. */
export const containers = {
  npy: (n, d) => ({ before: npyHeader("<f4", n, d), after: Buffer.alloc(0) }),
  safetensors(n, d) {
    const header = { features: { dtype: "F32", shape: [n, d], data_offsets: [0, n * d * 4] } };
    const text = Buffer.from(JSON.stringify(header));
    return { before: Buffer.concat([fields([text.length, 8]), text]), after: Buffer.alloc(0) };
  },
  npz(n, d) {
    const head = npyHeader("<f4", n, d);
    return archive([], { name: "features.npy", head, length: head.length + n * d * 4 });
  },
  pt(n, d) {
    const pickle = tensor(n, d);
    const version = { name: "features/version", bytes: Buffer.from("3\n") };
    return archive([{ name: "features/data.pkl", bytes: pickle }, version], {
      name: "features/data/0",
      head: Buffer.alloc(0),
      length: n * d * 4,
    });
  },
};

/**
 * A compressed .npz of blocks of rows, each so many times over: what stands before, each block packed, and what stands behind.
 *
 * @param blocks the bytes of a block of float32 rows, and how often it comes
 * @param crc what is said of the checksum, given the true one
 */
export function packedNpz(d, blocks, crc = (truth) => truth) {
  const bytes = blocks.reduce((sum, { block, times }) => sum + block.length * times, 0);
  const head = npyHeader("<f4", bytes / (4 * d), d);
  // Each ends at a byte and refers to nothing before it, so that any number of them is a stream.
  const pack = (block) => deflateRawSync(block, { level: 1, finishFlush: constants.Z_FULL_FLUSH });
  const packed = blocks.map(({ block, times }) => ({ bytes: pack(block), times }));
  const first = pack(head);
  const last = deflateRawSync(Buffer.alloc(0));
  let sum = crc32(head);
  for (const { block, times } of blocks) for (let i = 0; i < times; i += 1) sum = crc32(block, sum);
  const large = {
    name: "features.npy",
    head: first,
    length: head.length + bytes,
    method: 8,
    crc: crc(sum),
    packed: packed.reduce(
      (length, { bytes, times }) => length + bytes.length * times,
      first.length + last.length,
    ),
  };
  const { before, after } = archive([], large);
  return { before, packed, after: Buffer.concat([last, after]) };
}

/** The pickle of one tensor, as torch.save writes it. */
function tensor(n, d) {
  const text = (word) =>
    Buffer.concat([Buffer.from("X"), fields([word.length, 4]), Buffer.from(word)]);
  const number = (value) => Buffer.concat([Buffer.from([0x8a, 8]), fields([value, 8])]);
  const words = (line) => Buffer.from(line, "latin1");
  return Buffer.concat([
    words("\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(("),
    ...[text("storage"), words("ctorch\nFloatStorage\n"), text("0"), text("cpu")],
    ...[number(n * d), words("tQ"), number(0)],
    ...[words("("), number(n), number(d), words("t(")],
    ...[number(d), number(1), words("t\x89ccollections\nOrderedDict\n)RtR.")],
  ]);
}

/** A zip archive (Zip64) of small entries and, after them, a large one whose numbers are somewhere else. Checksums are 0 where none is given. */
function archive(small, large) {
  const pieces = [];
  const directory = [];
  let at = 0;
  const add = ({ name, bytes, length, packed = length, method = 0, crc = 0 }) => {
    const sizes = fields([1, 2], [16, 2], [length, 8], [packed, 8]);
    const local = [fields([0x04034b50, 4], [45, 2], [0, 2], [method, 2], [0, 4], [crc, 4])];
    local.push(
      fields([-1, 4], [-1, 4], [name.length, 2], [sizes.length, 2]),
      Buffer.from(name),
      sizes,
    );
    const extra = fields([1, 2], [24, 2], [length, 8], [packed, 8], [at, 8]);
    const common = fields([45, 2], [45, 2], [0, 2], [method, 2], [0, 4], [crc, 4]);
    directory.push(fields([0x02014b50, 4]), common);
    directory.push(fields([-1, 4], [-1, 4], [name.length, 2], [extra.length, 2], [0, 2], [0, 2]));
    directory.push(fields([0, 2], [0, 4], [-1, 4]), Buffer.from(name), extra);
    const whole = Buffer.concat([...local, bytes]);
    pieces.push(whole);
    at += whole.length;
  };
  for (const { name, bytes } of small) add({ name, bytes, length: bytes.length });
  add({ ...large, bytes: large.head });
  const end = at - large.head.length + (large.packed ?? large.length);
  const count = small.length + 1;
  const entries = Buffer.concat(directory);
  const after = Buffer.concat([
    entries,
    fields([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4]),
    fields([count, 8], [count, 8], [entries.length, 8], [end, 8]),
    fields([0x07064b50, 4], [0, 4], [end + entries.length, 8], [1, 4]),
    fields([0x06054b50, 4], [0, 2], [0, 2], [-1, 2], [-1, 2], [-1, 4], [-1, 4], [0, 2]),
  ]);
  return { before: Buffer.concat(pieces), after };
}
