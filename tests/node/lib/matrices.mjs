// Files that are made: an exact law of any size, rows of a fixture many times over.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";
import { npyHeader } from "../../browser/lib/large.mjs";
import { file } from "./engine.mjs";

/** The .npy file of float64 rows. */
export function npy(values, n, d) {
  return Buffer.concat([
    npyHeader("<f8", n, d),
    Buffer.from(values.buffer, values.byteOffset, n * d * 8),
  ]);
}

/** The rows of a float16 .npy fixture, as an array of a type. */
export function rowsOf({ files: [path], report: { n, d } }, Numbers) {
  const bytes = readFileSync(join(top, path));
  const start = bytes.length - n * d * 2;
  return Numbers.from({ length: n * d }, (_, at) => half(bytes.readUInt16LE(start + 2 * at)));
}

/** The number of a float16's bits. */
function half(bits) {
  const fraction = bits & 0x3ff;
  const exponent = (bits >> 10) & 0x1f;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

/** A file of a block of rows, so many times over; expected of it is the reference's answer, repeated. */
export function manyTimes(name, block, { n, d }, times) {
  const descr = { Float32Array: "<f4", Float64Array: "<f8" }[block.constructor.name];
  const rows = Buffer.from(block.buffer);
  return file(
    name,
    Buffer.concat([npyHeader(descr, n * times, d), ...new Array(times).fill(rows)]),
  );
}

/**
 * A file of n rows and d < n columns whose covariance has the eigenvalues k^−α, and is full.
 *
 * Cosines of whole and half periods (the DCT-II) are orthogonal to each other and have no mean; each with its own size, they are
 * features with a diagonal covariance. A reflection I − 2vvᵀ mixes them and leaves the eigenvalues.
 */
export function lawFile(name, n, d, alpha) {
  const values = new Float64Array(n * d);
  const cosines = Float64Array.from({ length: 4 * n }, (_, at) =>
    Math.cos((Math.PI * at) / (2 * n)),
  );
  const sizes = Float64Array.from({ length: d }, (_, j) =>
    Math.sqrt(((2 * (n - 1)) / n) * (j + 1) ** -alpha),
  );
  const length = Math.sqrt((d * (d + 1) * (2 * d + 1)) / 6);
  const v = Float64Array.from({ length: d }, (_, j) => (d - j) / length);
  for (let i = 0; i < n; i += 1) {
    const row = values.subarray(i * d, (i + 1) * d);
    let along = 0;
    for (let j = 0; j < d; j += 1) {
      row[j] = sizes[j] * cosines[((2 * i + 1) * (j + 1)) % (4 * n)];
      along += row[j] * v[j];
    }
    for (let j = 0; j < d; j += 1) row[j] -= 2 * along * v[j];
  }
  return file(name, npy(values, n, d));
}
