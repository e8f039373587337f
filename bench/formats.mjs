// npm run bench -- --formats: the same features in every format, in the page.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { containers } from "../tests/browser/lib/containers.mjs";
import { npyHeader } from "../tests/browser/lib/large.mjs";
import { features } from "./data.mjs";
import { pythonWith } from "./numpy.mjs";
import { openPage } from "./page.mjs";
import { median, ratio } from "./table.mjs";

/** Little arithmetic for the bytes, so that reading counts. */
const [N, D] = [800_000, 96];
/** Four times as many rows: opening counts less then. */
const LARGE_N = 4 * N;
/** Text takes five times as many bytes a number. */
const [TEXT_N, TEXT_D] = [50_000, 96];

export async function formats(folder, rounds) {
  const page = await openPage();
  const peer = page.peer("exact");
  try {
    const npy = features(folder, N, D);
    const standing = { npy };
    for (const format of ["safetensors", "npz", "pt"])
      standing[format] = wrapped(npy, format, N, D);
    const packed = { npy, "npz, deflated": deflated(npy), ...parquets(folder, npy) };
    const large = { npy: features(folder, LARGE_N, D) };
    large["npz, deflated"] = deflated(large.npy);
    // Apart from each other: what has made much leaves much to clear away, in the time of whoever comes next.
    for (const [what, files, n] of [
      ["Read where they stand", standing, N],
      ["Unpacked while they are summed", packed, N],
      ["A larger one", large, LARGE_N],
    ]) {
      console.log(
        `\n${what}: file to α (the least and the median time, megabytes of float32 a second, the ratio to .npy)`,
      );
      const runs = await measure(peer, files, rounds);
      for (const format of Object.keys(files)) print(format, files[format], runs, n * D * 4);
    }

    const small = features(folder, TEXT_N, TEXT_D);
    const first = {
      "npz, Fortran": { file: deflated(transposed(npy, N, D)), bytes: N * D * 4 },
      csv: { file: text(small, TEXT_N, TEXT_D, ","), bytes: TEXT_N * TEXT_D * 8 },
      jsonl: { file: lines(small, TEXT_N, TEXT_D), bytes: TEXT_N * TEXT_D * 8 },
    };
    console.log(
      "\nWhat is read by one worker before it is summed (its time, megabytes of the file and of its numbers a second)",
    );
    const read = await measure(peer, first, rounds);
    for (const [format, { file, bytes }] of Object.entries(first)) {
      const seconds = read[format].map(({ open }) => open);
      const rate = (of) => `${(of / median(seconds) / 1e6).toFixed(0).padStart(4)} MB/s`;
      console.log(
        [
          format.padEnd(18),
          `${(statSync(file).size / 1e6).toFixed(1).padStart(5)} MB`,
          `${Math.min(...seconds).toFixed(3)} (${median(seconds).toFixed(3)}) s`,
          `${rate(statSync(file).size)} of the file`,
          `${rate(bytes)} of numbers`,
        ].join("  "),
      );
    }
  } finally {
    await page.close();
  }
}

function print(format, file, runs, bytes) {
  const seconds = runs[format].map(({ total }) => total);
  const [least, middle] = [Math.min(...seconds), median(seconds)];
  const cells = [
    format.padEnd(18),
    `${(statSync(file).size / 1e6).toFixed(1).padStart(5)} MB`,
    `${least.toFixed(3)} (${middle.toFixed(3)}) s`,
    `${(bytes / middle / 1e6).toFixed(0).padStart(4)} MB/s`,
    `${ratio(runs[format], runs.npy, "total").toFixed(3)}×`,
    `α ${runs[format][0].alpha.toFixed(6)}`,
  ];
  console.log(cells.join("  "));
}

/** Everyone once a round, each round beginning one later. */
async function measure(peer, files, rounds) {
  const names = Object.keys(files);
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  const fileOf = (name) => files[name].file ?? files[name];
  for (const name of names) await peer.run(fileOf(name));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      runs[name].push(await peer.run(fileOf(name)));
    }
  }
  return runs;
}

/** Where the numbers of a .npy file begin. */
function dataAt(file) {
  const head = Buffer.alloc(10);
  const from = openSync(file, "r");
  readSync(from, head, 0, 10, 0);
  closeSync(from);
  return 10 + head.readUInt16LE(8);
}

/** The file beside a .npy, made by `write` unless it is there. */
function beside(npy, ending, write) {
  const file = `${npy.slice(0, -".npy".length)}${ending}`;
  if (existsSync(file)) return file;
  const out = openSync(`${file}.part`, "w");
  write((bytes) => writeSync(out, bytes));
  closeSync(out);
  renameSync(`${file}.part`, file);
  return file;
}

function wrapped(npy, format, n, d) {
  return beside(npy, `.${format}`, (write) => {
    const { before, after } = containers[format](n, d);
    write(before);
    write(readFileSync(npy).subarray(dataAt(npy)));
    write(after);
  });
}

/** As np.savez_compressed writes it, without Zip64. */
function deflated(npy) {
  return beside(npy, "_deflated.npz", (write) => {
    const bytes = readFileSync(npy);
    const packed = deflateRawSync(bytes, { level: 6 });
    const name = Buffer.from("features.npy");
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, name]);
    const entry = Buffer.concat([
      Buffer.from("PK\x01\x02\x14\x00", "latin1"),
      common,
      Buffer.alloc(14),
      name,
    ]);
    const end = Buffer.alloc(22);
    end.write("PK\x05\x06", 0, "latin1");
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(entry.length, 12);
    end.writeUInt32LE(local.length + packed.length, 16);
    for (const piece of [local, packed, entry, end]) write(piece);
  });
}

/** As pyarrow writes them by default (Snappy): a column for each feature, and a list for each row. */
function parquets(folder, npy) {
  const kinds = { "parquet, columns": "_columns.parquet", "parquet, lists": "_lists.parquet" };
  const files = Object.entries(kinds).map(([kind, ending]) => [
    kind,
    `${npy.slice(0, -".npy".length)}${ending}`,
  ]);
  if (!files.every(([, file]) => existsSync(file))) {
    const python = pythonWith(["numpy", "pyarrow"], folder);
    if (!python) {
      console.log("No Parquet: pyarrow, which writes it, could not be installed.");
      return {};
    }
    const paths = files.map(([, file]) => file);
    execFileSync(python, [path.join(import.meta.dirname, "parquet.py"), npy, ...paths]);
  }
  return Object.fromEntries(files);
}

/** The same matrix in Fortran order. */
function transposed(npy, n, d) {
  return beside(npy, "_fortran.npy", (write) => {
    const numbers = numbersOf(npy, n, d);
    write(npyHeader("<f4", n, d, true));
    for (let j = 0; j < d; j += 1)
      write(Buffer.from(Float32Array.from({ length: n }, (_, i) => numbers[i * d + j]).buffer));
  });
}

function numbersOf(npy, n, d) {
  const bytes = readFileSync(npy);
  const at = bytes.byteOffset + dataAt(npy);
  return new Float32Array(bytes.buffer.slice(at, at + n * d * 4));
}

function* rowsOf(npy, n, d) {
  const numbers = numbersOf(npy, n, d);
  for (let i = 0; i < n; i += 1) yield [...numbers.subarray(i * d, (i + 1) * d)];
}

function text(npy, n, d, separator) {
  return beside(npy, ".csv", (write) => {
    write(`${Array.from({ length: d }, (_, i) => `f${i}`).join(separator)}\n`);
    for (const row of rowsOf(npy, n, d)) write(`${row.join(separator)}\n`);
  });
}

function lines(npy, n, d) {
  return beside(npy, ".jsonl", (write) => {
    let id = 0;
    for (const row of rowsOf(npy, n, d)) write(`${JSON.stringify({ id: id++, embedding: row })}\n`);
  });
}
