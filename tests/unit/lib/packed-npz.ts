// A compressed .npz of one float32 matrix, as numpy.savez_compressed writes it.

import { crc32, deflateRawSync } from "node:zlib";

function header(rows: number, columns: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const preamble = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  return Buffer.concat([preamble, Buffer.from(`${text.padEnd(117)}\n`)]);
}

/** @param crc what is said of the checksum, given the true one */
export function packedNpz(
  numbers: Float32Array,
  columns: number,
  crc = (truth: number): number => truth,
): File {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const array = Buffer.concat([header(numbers.length / columns, columns), bytes]);
  const packed = deflateRawSync(array, { level: 1 });
  const name = Buffer.from("features.npy");
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc(crc32(array)) >>> 0, 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(array.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, packed]);
  const directory = Buffer.concat([
    Buffer.from("PK\x01\x02"),
    Buffer.from([20, 0]),
    common,
    Buffer.alloc(14),
    name,
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return new File([new Uint8Array(Buffer.concat([local, directory, end]))], "features.npz");
}
