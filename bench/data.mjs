// Features for the benchmark: Gaussian rows with variances 1/k, mixed over all columns, with a mean.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import path from "node:path";

const SEED = 20220411;
const ROWS_AT_ONCE = 1024;
const MIXES = 3;

/** A small seeded generator (mulberry32) of numbers in (0, 1). */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296 + 2 ** -33;
  };
}

/** Fills `out` with standard normal numbers (Box and Muller). */
function normal(random, out) {
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(random()));
    const angle = 2 * Math.PI * random();
    out[i] = radius * Math.cos(angle);
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
  }
}

function unitVector(random, d) {
  const v = new Float64Array(d);
  normal(random, v);
  const length = Math.hypot(...v);
  return v.map((x) => x / length);
}

/** The preamble that np.save writes for an n × d matrix of float32. */
function npyHeader(n, d) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${n}, ${d}), }`;
  const preamble = Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1");
  return Buffer.concat([preamble, Buffer.from(`${text.padEnd(117)}\n`, "latin1")]);
}

/** Makes the file unless it is there; returns its path. */
export function features(folder, n, d) {
  const file = path.join(folder, `features_${n}x${d}_f32.npy`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const random = uniform(SEED + n + d);
  const scale = Float64Array.from({ length: d }, (_, k) => 1 / Math.sqrt(k + 1));
  const mirrors = Array.from({ length: MIXES }, () => unitVector(random, d));
  const mean = unitVector(random, d);
  const unfinished = `${file}.part`;
  const out = openSync(unfinished, "w");
  writeSync(out, npyHeader(n, d));
  const row = new Float64Array(d);
  for (let first = 0; first < n; first += ROWS_AT_ONCE) {
    const rows = Math.min(ROWS_AT_ONCE, n - first);
    const block = new Float32Array(rows * d);
    for (let i = 0; i < rows; i += 1) {
      normal(random, row);
      for (let k = 0; k < d; k += 1) row[k] *= scale[k];
      for (const v of mirrors) {
        let dot = 0;
        for (let k = 0; k < d; k += 1) dot += row[k] * v[k];
        for (let k = 0; k < d; k += 1) row[k] -= 2 * dot * v[k];
      }
      for (let k = 0; k < d; k += 1) block[i * d + k] = row[k] + mean[k];
    }
    writeSync(out, new Uint8Array(block.buffer));
  }
  closeSync(out);
  renameSync(unfinished, file);
  return file;
}
