// Compressed .npz files of any size, and of any mistake, put together in memory.

import { constants, crc32, deflateRawSync } from "node:zlib";
import { npyHeader } from "./npy.mjs";

/** Columns of the features here: rows end neither where pieces of 8 MiB do, nor where the blocks do that are packed. */
export const d = 24;
const rowsOfBlock = 87_381;

/** A block of rows: its bytes, and the same packed so that any number of them is a stream. */
function block(values) {
  const bytes = Buffer.from(values.buffer);
  return { rows: rowsOfBlock, bytes, packed: pack(bytes) };
}

function pack(bytes) {
  return deflateRawSync(bytes, { level: 1, finishFlush: constants.Z_FULL_FLUSH });
}

/** Rows that are the same in every run: a linear congruential generator, rounded so that they can be packed well. */
function randomValues() {
  let seed = 1;
  return Float32Array.from({ length: rowsOfBlock * d }, (_, i) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed >>> 25) / (1 + (i % d));
  });
}

export const good = block(randomValues());
/** As many rows, all of them NaN. */
export const empty = block(new Float32Array(rowsOfBlock * d).fill(Number.NaN));

/** A .npy of blocks. */
export function npy(blocks) {
  return Buffer.concat([
    npyHeader("<f4", [rowsOf(blocks), d]),
    ...blocks.map(({ bytes }) => bytes),
  ]);
}

/**
 * A compressed .npz of blocks.
 *
 * @param said what its directory says, where that is not the truth: its checksum, and rows that it has more (or fewer)
 */
export function npz(blocks, said = {}) {
  const head = npyHeader("<f4", [rowsOf(blocks) + (said.more ?? 0), d]);
  const sum = blocks.reduce((crc, { bytes }) => crc32(bytes, crc), crc32(head));
  const packed = [pack(head), ...blocks.map((one) => one.packed), deflateRawSync(Buffer.alloc(0))];
  const length = head.length + 4 * d * (rowsOf(blocks) + (said.more ?? 0));
  return zip("features.npy", packed, said.crc?.(sum) ?? sum, length);
}

function rowsOf(blocks) {
  return blocks.reduce((sum, { rows }) => sum + rows, 0);
}

/** A zip archive of one deflated entry (APPNOTE.TXT 4.3). */
function zip(name, pieces, crc, length) {
  const packed = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const numbers = (...pairs) => {
    const bytes = Buffer.alloc(pairs.reduce((sum, [, size]) => sum + size, 0));
    let at = 0;
    for (const [value, size] of pairs) at = bytes.writeUIntLE(value, at, size);
    return bytes;
  };
  const facts = [
    [20, 2],
    [0, 2],
    [8, 2],
    [0, 4],
    [crc, 4],
    [packed, 4],
    [length, 4],
    [name.length, 2],
  ];
  const local = [numbers([0x04034b50, 4], ...facts, [0, 2]), Buffer.from(name)];
  const start = 30 + name.length + packed;
  const entry = [
    numbers([0x02014b50, 4], [20, 2], ...facts, [0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [0, 4]),
    Buffer.from(name),
  ];
  const end = numbers(
    [0x06054b50, 4],
    [0, 4],
    [1, 2],
    [1, 2],
    [46 + name.length, 4],
    [start, 4],
    [0, 2],
  );
  return Buffer.concat([...local, ...pieces, ...entry, end]);
}
