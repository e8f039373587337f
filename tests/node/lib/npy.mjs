// .npy files that are made for a test.

/** The header of a .npy file in C order. */
export function npyHeader(descr, shape) {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const start = Buffer.from("\x93NUMPY\x01\x00", "latin1");
  return Buffer.concat([
    start,
    Buffer.from([length & 255, length >>> 8]),
    Buffer.from(`${text.padEnd(length - 1)}\n`),
  ]);
}

/** A .npy file of a typed array. */
export function npyOf(descr, shape, { buffer }) {
  return Buffer.concat([npyHeader(descr, shape), Buffer.from(buffer)]);
}
