// Large files that are nowhere: a File in the page made of many references to one Blob. Nothing is
// written to disk, and the bytes exist once.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";

/** A .npy header of version 1 for a little-endian float matrix. */
export function npyHeader(descr, n, d, isFortran = false) {
  const order = isFortran ? "True" : "False";
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${n}, ${d}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, " ");
  header.write("\x93NUMPY\x01\x00", "latin1");
  header.writeUInt16LE(length, 8);
  header.write(text, 10, "latin1");
  header.write("\n", 9 + length, "latin1");
  return header;
}

/** Gives the page the matrix of a .npy file (C order) of the repository, `times` times over, as one file. */
export async function repeatFile(page, path, times) {
  const bytes = await readFile(join(top, path));
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const [, descr] = header.match(/'descr': '([^']+)'/);
  const [, n, d] = header.match(/'shape': \((\d+), (\d+)\)/).map(Number);
  await page.evaluate(giveRepeated, {
    name: basename(path),
    header: npyHeader(descr, n * times, d).toString("base64"),
    rows: bytes.subarray(start).toString("base64"),
    times,
  });
}

/**
 * Gives the page float32 features of `d` columns: a block of `rows` random rows (variance of column k: 1/k),
 * `times` times over, as one file, of which `around` says what stands before and behind them (lib/containers.mjs).
 */
export function streamFile(page, { name, d, rows, times, around }) {
  const { before, after } = around?.(rows * times, d) ?? {
    before: npyHeader("<f4", rows * times, d),
    after: Buffer.alloc(0),
  };
  const [header, footer] = [before, after].map((bytes) => bytes.toString("base64"));
  return page.evaluate(giveStream, { name, header, footer, d, rows, times });
}

/** Rows of float32 features as bytes, the same in every run (a linear congruential generator; variance of column k: 1/k). */
export function randomRows(rows, d) {
  const values = new Float32Array(rows * d);
  let seed = 1;
  for (let i = 0; i < values.length; i += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    values[i] = (seed / 2 ** 31 - 1) / Math.sqrt(1 + (i % d));
  }
  return Buffer.from(values.buffer);
}

/** Gives the page a file of pieces: bytes, and how often they come. */
export function giveFile(page, name, pieces) {
  const packed = pieces.map(({ bytes, times = 1 }) => ({
    base64: bytes.toString("base64"),
    times,
  }));
  return page.evaluate(givePieces, { name, pieces: packed });
}

// These run in the page.

function givePieces({ name, pieces }) {
  const decoded = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const blobs = pieces.flatMap(({ base64, times }) => {
    const blob = new Blob([decoded(base64)]);
    return new Array(times).fill(blob);
  });
  const file = new File(blobs, name);
  const transfer = new DataTransfer();
  transfer.items.add(file);
  const drop = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(drop);
  return file.size;
}

function giveStream({ name, header, footer, d, rows, times }) {
  const values = new Float32Array(rows * d);
  let seed = 1;
  for (let i = 0; i < values.length; i += 1) {
    // Marsaglia's xorshift: the same rows in every run.
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    values[i] = seed / 2 ** 31 / Math.sqrt(1 + (i % d));
  }
  const block = new Blob([values]);
  const decoded = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const file = new File([decoded(header), ...new Array(times).fill(block), decoded(footer)], name);
  const transfer = new DataTransfer();
  transfer.items.add(file);
  const drop = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(drop);
  return file.size;
}

function giveRepeated({ name, header, rows, times }) {
  const decoded = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const block = new Blob([decoded(rows)]);
  const file = new File([decoded(header), ...new Array(times).fill(block)], name);
  const transfer = new DataTransfer();
  transfer.items.add(file);
  const drop = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(drop);
}
