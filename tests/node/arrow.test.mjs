// Arrow streams that are put together by hand: parts of the format that pyarrow does not write into small files.

import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { arrowStream, field, none, raw, types } from "./lib/arrow.mjs";
import { file, startEngine } from "./lib/engine.mjs";
import { npyOf } from "./lib/npy.mjs";
import { read } from "./lib/readings.mjs";

const engine = await startEngine();

/** Values of n rows and d columns, the same in every run. */
function values(Kind, n, d) {
  let seed = 3;
  return Kind.from({ length: n * d }, (_, i) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed >>> 20) / (1 + (i % d));
  });
}

const give = (bytes, options) => read(engine, [file("made.arrows", bytes)], options);

/** The stream gives what the .npy of the same numbers gives, bit for bit. */
async function same(bytes, numbers, n, d) {
  const { report, message } = await give(bytes);
  assert.ok(report, message);
  const descr = numbers instanceof Float32Array ? "<f4" : "<f8";
  const { report: right } = await read(engine, [file("made.npy", npyOf(descr, [n, d], numbers))]);
  assert.deepEqual([report.n, report.d, report.dtype], [n, d, right.dtype]);
  assert.deepEqual(report.eigenvalues, right.eigenvalues);
  return report;
}

/** Where lists of d end, from some place on. */
const ends = (n, d, from = 0) => raw(Int32Array.from({ length: n + 1 }, (_, i) => from + i * d));

describe("lists", () => {
  const [n, d] = [30, 8];
  const numbers = values(Float64Array, n, d);
  const x = [field("x", types.list, [field("item", types.float64)])];

  test("may begin after numbers that belong to no row", async () => {
    const all = Buffer.concat([raw(Float64Array.of(1e9, 1e9, 1e9)), raw(numbers)]);
    const nodes = [
      [n, 0],
      [n * d + 3, 0],
    ];
    await same(arrowStream(x, n, nodes, [none, ends(n, d, 3), none, all]), numbers, n, d);
  });

  test("are read where they stand, however large they are", async () => {
    // More than the readers copy through memory: 256 KiB.
    const [rows, columns] = [3000, 24];
    const many = values(Float32Array, rows, columns);
    const fixed = [field("x", types.fixedList(columns), [field("item", types.float32)])];
    const nodes = [
      [rows, 0],
      [rows * columns, 0],
    ];
    await same(arrowStream(fixed, rows, nodes, [none, none, raw(many)]), many, rows, columns);
  });

  test("may hold lists", async () => {
    const nested = [
      field("x", types.list, [field("item", types.fixedList(2), [field("item", types.float64)])]),
    ];
    const nodes = [
      [n, 0],
      [(n * d) / 2, 0],
      [n * d, 0],
    ];
    const buffers = [none, ends(n, d / 2), none, none, raw(numbers)];
    await same(arrowStream(nested, n, nodes, buffers), numbers, n, d);
  });

  test("that differ in length are an error, which names the row", async () => {
    const nodes = [
      [n, 0],
      [n * d, 0],
    ];
    const moved = Int32Array.from({ length: n + 1 }, (_, i) => i * d + (i === 5 ? 1 : 0));
    const { code, message } = await give(
      arrowStream(x, n, nodes, [none, raw(moved), none, raw(numbers)]),
    );
    assert.equal(code, "ragged_row");
    assert.match(message, /Row 4 \(counted from 0\) of column "x" has 9 numbers, .* have 8/);
  });

  test("that go on after their numbers, or end before they begin, contradict themselves", async () => {
    const nodes = [
      [n, 0],
      [n * d, 0],
    ];
    const wrong = [ends(n, d, 1), ends(n, d, -1), raw(Int32Array.from({ length: n + 1 }, () => 7))];
    wrong[2].writeInt32LE(0, 0);
    wrong[2].writeInt32LE(8, 4);
    for (const list of wrong) {
      const { code } = await give(arrowStream(x, n, nodes, [none, list, none, raw(numbers)]));
      assert.equal(code, "malformed");
    }
  });
});

describe("columns", () => {
  const [n, d] = [40, 3];
  const numbers = values(Float64Array, n, d);
  const column = (c) => raw(Float64Array.from({ length: n }, (_, i) => numbers[i * d + c]));
  const nodes = new Array(d).fill([n, 0]);
  const bits = (isThere) => {
    const bytes = Buffer.alloc(Math.ceil(n / 8));
    for (let i = 0; i < n; i += 1) if (isThere(i)) bytes[i >>> 3] |= 1 << (i & 7);
    return bytes;
  };
  const abc = ["a", "b", "c"].map((name) => field(name, types.float64));

  test("may stand behind text with buffers of its own", async () => {
    const fields = [field("text", types.textView), ...abc];
    const text = [none, Buffer.alloc(16 * n), Buffer.from("one"), Buffer.from("another")];
    const buffers = [...text, none, column(0), none, column(1), none, column(2)];
    const bytes = arrowStream(fields, n, [[n, 0], ...nodes], buffers, { views: [2] });
    const report = await same(bytes, numbers, n, d);
    assert.deepEqual(
      report.labels.map(({ name }) => name),
      ["text"],
    );
  });

  test("may be those of a struct", async () => {
    const fields = [field("all", types.struct, abc)];
    const buffers = [none, none, column(0), none, column(1), none, column(2)];
    await same(arrowStream(fields, n, [[n, 0], ...nodes], buffers), numbers, n, d);
    buffers[0] = bits((i) => i !== 6);
    const { code, message } = await give(arrowStream(fields, n, [[n, 1], ...nodes], buffers));
    assert.equal(code, "bad_cell");
    assert.match(message, /Row 6 /);
  });

  test("of whole numbers must have one in each row", async () => {
    const fields = ["a", "b"].map((name) => field(name, types.int64));
    const whole = raw(BigInt64Array.from({ length: n }, (_, i) => BigInt(i * i)));
    const there = bits((i) => i !== 11 && i !== 12);
    const pairs = [
      [n, 0],
      [n, 2],
    ];
    const { code, message } = await give(
      arrowStream(fields, n, pairs, [none, whole, there, whole]),
    );
    assert.equal(code, "bad_cell");
    assert.match(message, /Row 11 \(counted from 0\) of column "b"/);
  });

  test("with the high byte first are not read", async () => {
    const buffers = [none, column(0), none, column(1), none, column(2)];
    await same(arrowStream(abc, n, nodes, buffers), numbers, n, d);
    const { code } = await give(arrowStream(abc, n, nodes, buffers, { order: 1 }));
    assert.equal(code, "unsupported_dtype");
  });

  test("shorter than their rows contradict themselves", async () => {
    const whole = [none, column(0), none, column(1), none, column(2)];
    for (const at of [1, 3, 5]) {
      const buffers = whole.with(at, whole[at].subarray(8));
      assert.equal((await give(arrowStream(abc, n, nodes, buffers))).code, "malformed");
    }
    const fewer = nodes.with(1, [n - 1, 0]);
    assert.equal((await give(arrowStream(abc, n, fewer, whole))).code, "malformed");
  });

  test("that claim to unpack into far more than was packed have a code, and cost no memory", async () => {
    const packed = (length) => {
      const start = Buffer.alloc(8);
      start.writeBigInt64LE(length);
      return Buffer.concat([start, Buffer.alloc(64)]);
    };
    const codeOf = async (length, padding = 0) => {
      const one = Buffer.concat([packed(length), Buffer.alloc(padding)]);
      const buffers = [none, one, none, one, none, one];
      return (await give(arrowStream(abc, n, nodes, buffers, { codec: 1 }))).code;
    };
    assert.equal(await codeOf(2n ** 33n), "malformed");
    assert.equal(await codeOf(-2n), "malformed");
    assert.equal(await codeOf(2n ** 31n + 8n, 70_000), "no_room");
  });

  test("that packing did not make smaller stand as they are", async () => {
    const asIs = (bytes) => Buffer.concat([Buffer.alloc(8, 255), bytes]);
    const buffers = [none, asIs(column(0)), none, asIs(column(1)), none, asIs(column(2))];
    for (const codec of [0, 1])
      await same(arrowStream(abc, n, nodes, buffers, { codec }), numbers, n, d);
    const { code } = await give(arrowStream(abc, n, nodes, buffers, { codec: 7 }));
    assert.equal(code, "unsupported_compression");
  });
});
