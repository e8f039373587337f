// One wasm module of the benchmark in a worker of its own: our eigenvalues, those of faer, our sums, and loops in registers.
import { ChunkWorker, initSync, Matrix, OpenedFile, Opening, Planner, registers, Selection } from "./peers.js";
import { help, lead } from "./solving.js";

/** Multiply-adds in registers take about so long. */
const ROUNDS = 2000;

let matrix;
/** Features in memory, and the plan for them. */
let features;

/** A .npy of float64, C order: its shape and its numbers. */
function parse(bytes) {
  const length = new DataView(bytes).getUint16(8, true);
  const header = new TextDecoder().decode(new Uint8Array(bytes, 10, length));
  const [, rows] = header.match(/\((\d+),/);
  return { side: Number(rows), numbers: new Float64Array(bytes.slice(10 + length)) };
}

function planned(name, bytes, precision) {
  const opening = new Opening(name, bytes.length);
  for (let wants = opening.wants(); wants.length > 0; wants = opening.wants()) {
    const pieces = [];
    for (let i = 0; i < wants.length; i += 4)
      pieces.push(bytes.slice(wants[i], wants[i] + wants[i + 1]));
    opening.take(pieces);
  }
  const source = new Selection([new OpenedFile(opening)], undefined).source();
  const planner = new Planner(source, {
    engine: "workers",
    precision,
    workers: 1,
    workers_forced: true,
    scaled: "never",
  });
  planner.set_shift(0, slices(bytes, planner.first_reads(0)));
  return planner;
}

/** The bytes of ranges in the one file, one after another. */
function slices(bytes, reads) {
  const parts = [];
  for (let i = 0; i < reads.length; i += 3)
    parts.push(bytes.subarray(reads[i + 1], reads[i + 1] + reads[i + 2]));
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const work = {
  async start({ bytes }) {
    initSync({ module: new WebAssembly.Module(bytes) });
  },
  async matrix({ url }) {
    const { side, numbers } = parse(await (await fetch(url)).arrayBuffer());
    matrix?.free();
    matrix = new Matrix(numbers, side);
  },
  /** Eigenvalues, and the seconds that they took. */
  async solve({ who }) {
    const started = performance.now();
    const values = matrix[who]();
    return { seconds: (performance.now() - started) / 1000, values };
  },
  /** The same, with helpers at the other ends. */
  async share({ helpers }) {
    const started = performance.now();
    const leading = matrix.lead(1 + helpers.length);
    const { eigenvalues } = await lead(leading, helpers, () => {});
    return { seconds: (performance.now() - started) / 1000, values: eigenvalues };
  },
  async help({ leader }) {
    help(leader, (error) => {
      throw error;
    });
  },
  async features({ url }) {
    features = new Uint8Array(await (await fetch(url)).arrayBuffer());
  },
  /** From bytes in memory to sums: seconds without the copying of them into the wasm's memory are not to be had, so they count. */
  async sum({ precision }) {
    const planner = planned("features.npy", features, precision);
    const chunks = Array.from({ length: planner.chunks() }, (_, chunk) => chunk);
    const read = chunks.map((chunk) => slices(features, planner.reads(chunk)));
    const worker = new ChunkWorker(planner.plan(), 0, true);
    const started = performance.now();
    for (const chunk of chunks) worker.push(chunk, read[chunk]);
    const seconds = (performance.now() - started) / 1000;
    worker.free();
    planner.free();
    return { seconds };
  },
  /** Operations a second of multiply-adds in registers. */
  async registers({ wide }) {
    const started = performance.now();
    const operations = ROUNDS * registers(wide, ROUNDS);
    return { rate: operations / ((performance.now() - started) / 1000) };
  },
};

addEventListener("message", async ({ data }) => {
  try {
    postMessage(await work[data.type](data));
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
});
