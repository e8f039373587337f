// However a matrix is cut up and shared, its numbers are the same: over more chunks than workers, over bands of tiles, as it is
// unpacked, from every container, and in the spectra that come before the last row.

import assert from "node:assert/strict";
import { afterEach, describe, test, vi } from "vitest";
import { containers, packedNpz } from "../browser/lib/containers.mjs";
import { differences, named, repeated } from "../lib/reference.mjs";
import { firstReport, wholeReport } from "./lib/answers.mjs";
import { file, reportOf, startEngine } from "./lib/engine.mjs";
import { lawFile, manyTimes, rowsOf } from "./lib/matrices.mjs";

const real = named("minilm_layer6_160x128_f2.npy");
const { n, d } = real.report;
const floats = rowsOf(real, Float32Array);
const doubles = rowsOf(real, Float64Array);
const bytes = Buffer.from(floats.buffer);
/** Copies that take more than one chunk: each is 16 MiB at most. */
const times = Math.ceil((17 << 20) / bytes.length);

afterEach(() => vi.restoreAllMocks());

for (const variant of ["relaxed", "simd128"]) {
  const engine = await startEngine(variant);

  describe.each(["exact", "fast"])(`${variant}, %s`, (kind) => {
    test.each([1, 2, 3, 7])(
      "%i workers share more chunks than there are workers, each once",
      async (workers) => {
        // Files are cut one by one, each into as many chunks as there are workers.
        const files = [4, 9, 1, 5].map((times, index) =>
          manyTimes(`part_${index}.npy`, floats, real.report, times),
        );
        const given = countChunks();
        const report = await firstReport(engine, files, { engine: kind, workers });
        assert.deepEqual(differences(report, repeated(real, 19)), []);
        assert.equal(report.workers, workers);
        const chunks = given().flatMap(({ chunks }) => chunks);
        const all = Array.from({ length: 4 * workers }, (_, chunk) => chunk);
        assert.deepEqual(
          chunks.sort((a, b) => a - b),
          all,
        );
        const idle = given().filter(({ chunks }) => chunks.length === 0);
        assert.equal(given().length - idle.length, workers);
      },
    );
  });
}

const engine = await startEngine("relaxed");

describe("one large file", () => {
  // Four chunks of 80 copies each.
  const times = 320;
  const large = manyTimes("large.npy", doubles, real.report, times);

  test.each([
    ["exact", 1],
    ["fast", 2],
  ])(
    "%s, %i workers: the whole and the rows so far have NumPy's numbers",
    async (kind, workers) => {
      hurryClock();
      const given = countChunks();
      const early = [];
      const onProvisional = (analysis) => {
        early.push(analysis.report(11, 100, "1/k"));
        analysis.free();
      };
      const study = await engine.analyze([large], { engine: kind, workers }, { onProvisional });
      const report = reportOf(study);
      study.free();
      assert.deepEqual(differences(report, repeated(real, times)), []);
      assert.equal(given().flatMap(({ chunks }) => chunks).length, 4);
      assert.equal(report.provisional, false);
      // The first is asked for after a chunk of one worker; another may not have any rows by then.
      assert.ok(workers > 1 || early.length > 0, "there was none");
      for (const one of early) {
        assert.equal(one.provisional, true);
        assert.equal(one.n % (80 * n), 0, `${one.n} rows`);
        assert.deepEqual(differences(one, repeated(real, one.n / n)), []);
      }
    },
  );
});

test("zero workers are one for each processor, and fewer for little work", async () => {
  const few = await firstReport(engine, [file(real.files[0])], { workers: 0 });
  assert.equal(few.workers, 1);
  const many = manyTimes("many.npy", floats, real.report, 120);
  const report = await firstReport(engine, [many], { workers: 0 });
  assert.equal(report.workers, navigator.hardwareConcurrency);
  assert.deepEqual(differences(report, repeated(real, 120)), []);
});

test("without a GPU, an engine that may choose is exact to the last bit, and says why", async () => {
  const files = [file(real.files[0])];
  const chosen = await wholeReport(engine, files, { engine: "auto", workers: 1 });
  const exact = await wholeReport(engine, files, { engine: "exact", workers: 1 });
  assert.equal(chosen.engine_reason.code, "too_little");
  assert.deepEqual({ ...chosen, engine_reason: exact.engine_reason }, exact);
});

describe("a matrix so wide that workers share its tiles", () => {
  const [rows, columns] = [1030, 1024];
  const wide = lawFile("law.npy", rows, columns, 1.2);

  test.each([
    ["relaxed", "exact"],
    ["simd128", "fast"],
  ])(
    "%s, %s: twelve of thirteen workers find the eigenvalues of its law",
    async (variant, kind) => {
      const engine = await startEngine(variant);
      const given = countChunks();
      const report = await firstReport(engine, [wide], { engine: kind, workers: 13 });
      assert.deepEqual(differences(report, lawOf(rows, columns, 1.2)), []);
      // Two bands of six, and each band has every chunk.
      assert.equal(report.workers, 12);
      const counts = new Map();
      for (const { chunks } of given())
        for (const chunk of chunks) counts.set(chunk, (counts.get(chunk) ?? 0) + 1);
      assert.deepEqual(
        [...counts].sort(([a], [b]) => a - b),
        [0, 1, 2, 3, 4, 5].map((chunk) => [chunk, 2]),
      );
    },
  );
});

describe("rows that are taken as they are unpacked", () => {
  const plain = manyTimes("plain.npy", floats, real.report, times);
  const packed = deflated("packed.npz", d, bytes, times);

  test("give the numbers of a file that is read in slices, to the last bit", async () => {
    const given = countChunks();
    const streamed = await wholeReport(engine, [packed], { workers: 1 });
    assert.deepEqual(
      given().flatMap(({ carried }) => carried),
      [true, true],
    );
    const sliced = await wholeReport(engine, [plain], { workers: 1 });
    assert.deepEqual(numbersOf(streamed), numbersOf(sliced));
    assert.deepEqual(differences(streamed, repeated(real, times)), []);
  });

  test.each([
    ["exact", 3],
    ["fast", 7],
  ])("%s, %i workers: NumPy's numbers", async (kind, workers) => {
    const report = await firstReport(engine, [packed], { engine: kind, workers });
    assert.equal(report.workers, workers);
    assert.deepEqual(differences(report, repeated(real, times)), []);
  });

  test("where rows are fewer than columns all is unpacked first, for the same numbers to the last bit", async () => {
    const [rows, columns] = [50, 90_000];
    const wide = new Float32Array(rows * columns);
    for (let at = 0; at < wide.length; at += floats.length)
      wide.set(floats.subarray(0, wide.length - at), at);
    const packed = deflated("wide.npz", columns, Buffer.from(wide.buffer), 1);
    const plain = manyTimes("wide.npy", wide, { n: rows, d: columns }, 1);
    const given = countChunks();
    const unpacked = await firstReport(engine, [packed], { workers: 1 });
    assert.deepEqual(
      given().flatMap(({ carried }) => carried),
      [false, false],
    );
    const sliced = await firstReport(engine, [plain], { workers: 1 });
    assert.equal(unpacked.method, "dual");
    assert.deepEqual(numbersOf(unpacked), numbersOf(sliced));
  });
});

test.each([
  ["safetensors", "safetensors"],
  ["npz", "npz"],
  ["pt", "torch"],
])("a large .%s file has the numbers of its .npy, to the last bit", async (ending, format) => {
  const { before, after } = containers[ending](n * times, d);
  const around = [before, ...new Array(times).fill(bytes), after];
  const container = file(`features.${ending}`, Buffer.concat(around));
  const plain = manyTimes("plain.npy", floats, real.report, times);
  const report = await firstReport(engine, [container], { workers: 1 });
  assert.equal(report.format, format);
  assert.deepEqual(
    numbersOf(report),
    numbersOf(await firstReport(engine, [plain], { workers: 1 })),
  );
  assert.deepEqual(differences(report, repeated(real, times)), []);
});

/** What a Report says of the numbers, not of the files that they were in. */
function numbersOf({
  name,
  files,
  shape,
  format,
  array,
  columns,
  labels,
  loader,
  arrays,
  ...numbers
}) {
  return numbers;
}

/** A compressed .npz of a block of rows, so many times over. */
function deflated(name, d, block, times) {
  const { before, packed, after } = packedNpz(d, [{ block, times }]);
  const blocks = packed.flatMap(({ bytes, times }) => new Array(times).fill(bytes));
  return file(name, Buffer.concat([before, ...blocks, after]));
}

/** The answer of an exact law: eigenvalues k^−α, and so that α in every window. */
function lawOf(n, d, alpha) {
  const eigenvalues = Array.from({ length: d }, (_, index) => (index + 1) ** -alpha);
  const line = (first, last) => ({ alpha, r2: 1, first, last });
  return {
    report: {
      ...{ n, d, rank_ceiling: d, usable_ranks: d, zero_variance_columns: 0, eigenvalues },
      floor: Math.max(n, d) * Number.EPSILON,
      total_variance: eigenvalues.reduce((sum, value) => sum + value, 0),
      fits: { "fastssl-train": line(4, 100), stringer: line(11, 500), full: line(1, d) },
    },
    default_fit: line(11, 100),
  };
}

/** For the engine, a second passes each time that it looks: everything that waits for a while is due. */
function hurryClock() {
  let now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += 1000;
    return now;
  });
}

/** Notes which chunks workers are given from now on, and whether their bytes come along. */
function countChunks() {
  const given = new Map();
  const { postMessage } = Worker.prototype;
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (message, ...rest) {
    if (message.type === "join") given.set(this, { chunks: [], carried: [] });
    if (message.type === "chunk") {
      given.get(this).chunks.push(message.chunk);
      given.get(this).carried.push(message.bytes !== null);
    }
    return postMessage.call(this, message, ...rest);
  });
  return () => [...given.values()];
}
