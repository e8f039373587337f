import { describe, expect, test } from "vitest";
import { ReadError } from "../../www/engine/read";
import { Bytes } from "../../www/engine/readers/bytes";
import { FlatTable } from "../../www/engine/readers/flatbuffer";
import { factsOf, see } from "../../www/engine/readers/foreign";
import { unpackLz4 } from "../../www/engine/readers/lz4";
import {
  bytesOf,
  convert,
  type Dtype,
  type Numbers,
  setNaN,
  unpackBits,
  view,
} from "../../www/engine/readers/numbers";
import { readHybrid } from "../../www/engine/readers/parquet-pages";
import { randomOf } from "./lib/random";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const letters = (words: string): number[] => [...new TextEncoder().encode(words)];

describe("numbers", () => {
  test("of 16 bits are the half floats of IEEE 754", () => {
    const known: [number, number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7e00, Number.NaN],
    ];
    const bits = Uint16Array.from(known, ([half]) => half);
    expect([...convert(bits, "float16", "float64")]).toEqual(known.map(([, value]) => value));
  });

  test("become those of another type, each by itself", () => {
    const wide = BigInt64Array.of(-5n, 2n ** 53n, 7n);
    expect([...convert(wide, "int64", "float64")]).toEqual([-5, 2 ** 53, 7]);
    expect([...convert(BigUint64Array.of(2n ** 63n), "uint64", "float64")]).toEqual([2 ** 63]);
    expect([...convert(Int8Array.of(-1, 2), "int8", "float64")]).toEqual([-1, 2]);
    // Parquet stores small ones in 32 bits.
    expect([...convert(Int32Array.of(-1, 300), "int32", "int16")]).toEqual([-1, 300]);
    const same = Float32Array.of(1);
    expect(convert(same, "float32", "float32")).toBe(same);
  });

  test("are little-endian, at whatever address their bytes are", () => {
    const bytes = Uint8Array.of(9, 9, 9, 0x01, 0x02, 0xff, 0xff, 9);
    expect([...view("uint16", bytes.subarray(3), 2)]).toEqual([0x0201, 0xffff]);
    expect([...view("int32", bytes.subarray(4), 1)]).toEqual([0x09ffff02]);
    expect(bytesOf(view("uint16", bytes.subarray(2), 2))).toEqual(bytes.subarray(2, 6));
  });

  test("of one bit come lowest first, from any place on", () => {
    expect([...unpackBits(Uint8Array.of(0b1101_0010, 0b1), 3, 6)]).toEqual([0, 1, 0, 1, 1, 1]);
  });

  test("are NaN only where there is none", () => {
    const numbers = Float32Array.of(1, 2, 3);
    setNaN(numbers, "float32", Uint8Array.of(0, 1, 0));
    expect([...numbers]).toEqual([1, Number.NaN, 3]);
  });

  test("are seen whole or not, the least and the greatest, in any type, and those that are missing are passed over", () => {
    const seen = (values: Numbers, dtype: Dtype, isNull?: Uint8Array) => {
      const facts = factsOf(3);
      see(facts, values, dtype, isNull);
      return [facts.place, facts.numbers, facts.whole, facts.least, facts.most];
    };
    expect(seen(Float64Array.of(2, 1), "float64")).toEqual([3, 2, true, 1, 2]);
    expect(seen(Float64Array.of(2.5, 2.5), "float64")).toEqual([3, 2, false, 2.5, 2.5]);
    expect(seen(Float64Array.of(2, Number.NaN, 4), "float64")).toEqual([3, 3, true, 2, 4]);
    const isNull = Uint8Array.of(0, 1);
    expect(seen(Float64Array.of(2, 0.5), "float64", isNull)).toEqual([3, 1, true, 2, 2]);
    expect(seen(BigInt64Array.of(1n, 1n), "int64")).toEqual([3, 2, true, 1, 1]);
    // 1 and 1.5 as half floats: as bits both would be whole.
    expect(seen(Uint16Array.of(0x3c00, 0x3e00), "float16")).toEqual([3, 2, false, 1, 1.5]);
  });
});

describe("small numbers in runs and in bits", () => {
  const read = (bytes: number[], width: number, length: number) => {
    const out = new Uint32Array(length);
    readHybrid(Uint8Array.from(bytes), width, out);
    return [...out];
  };

  test("are read as Parquet's description has them", () => {
    // Its own example: 0 to 7 in three bits each.
    const packed = [0b10001000, 0b11000110, 0b11111010];
    expect(read([0b11, ...packed], 3, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    // A run: length · 2, then the value in whole bytes.
    expect(read([10 << 1, 5], 3, 10)).toEqual(new Array(10).fill(5));
    expect(read([3 << 1, 0x34, 0x12], 13, 3)).toEqual([0x1234, 0x1234, 0x1234]);
    expect(read([2 << 1, 1, 0b11, ...packed, 1 << 1, 6], 3, 11)).toEqual([
      1, 1, 0, 1, 2, 3, 4, 5, 6, 7, 6,
    ]);
    // A length of more than one byte, and bits behind the last number.
    expect(read([0x90, 0x03, 1], 1, 200)).toEqual(new Array(200).fill(1));
    expect(read([0b11, ...packed], 3, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(read([4 << 1], 0, 4)).toEqual([0, 0, 0, 0]);
  });

  test("of any width are those that were packed", () => {
    const random = randomOf(7);
    for (let width = 1; width <= 24; width += 1) {
      const numbers = Array.from({ length: 64 }, () => random(2 ** width));
      const bits = numbers.flatMap((n) => Array.from({ length: width }, (_, i) => (n >>> i) & 1));
      const bytes = Array.from({ length: bits.length / 8 }, (_, at) =>
        bits.slice(8 * at, 8 * at + 8).reduce((byte, bit, i) => byte | (bit << i), 0),
      );
      expect(read([(8 << 1) | 1, ...bytes], width, 64)).toEqual(numbers);
    }
  });

  test("that end too early or are too wide are an error", () => {
    for (const [bytes, width] of [
      [[], 1],
      [[0b11, 0], 3],
      [[0x80], 3],
      [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 3],
      [[2, 1], 25],
    ] as const)
      expect(() => read([...bytes], width, 8)).toThrow(/contradicts itself/);
  });
});

describe("an LZ4 frame", () => {
  const frame = (
    blocks: number[][],
    { flags = 0x40, head = [], isPlain = false } = {} as Frame,
  ) => {
    const start = [0x04, 0x22, 0x4d, 0x18, flags, 0x40, ...head, 0];
    const sums = flags & 0x10 ? [1, 2, 3, 4] : [];
    const parts = blocks.map((block) => [
      block.length & 255,
      block.length >>> 8,
      0,
      isPlain ? 0x80 : 0,
      ...block,
      ...sums,
    ]);
    return Uint8Array.from([...start, ...parts.flat(), 0, 0, 0, 0]);
  };
  interface Frame {
    flags?: number;
    head?: number[];
    isPlain?: boolean;
  }
  const unpack = (blocks: number[][], length: number, more?: Frame) =>
    text(unpackLz4(frame(blocks, more), length));

  test("holds bytes as they are and repeats what came before", () => {
    expect(unpack([[0x50, ...letters("plain")]], 5)).toBe("plain");
    expect(unpack([letters("plain")], 5, { isPlain: true })).toBe("plain");
    // 3 letters, then 6 from 3 before; then 1 more.
    expect(unpack([[0x32, ...letters("abc"), 3, 0, 0x10, ...letters("!")]], 10)).toBe("abcabcabc!");
    // It may repeat what it is just writing.
    expect(unpack([[0x13, ...letters("a"), 1, 0, 0x10, ...letters("b")]], 9)).toBe("aaaaaaaab");
    // And what is in a block before it.
    expect(
      unpack(
        [
          [0x40, ...letters("abcd")],
          [0x00, 4, 0],
        ],
        8,
      ),
    ).toBe("abcdabcd");
  });

  test("has lengths of more than one byte", () => {
    const long = "x".repeat(15 + 255 + 7);
    expect(unpack([[0xf0, 255, 7, ...letters(long)]], long.length)).toBe(long);
    const repeated = [0x1f, ...letters("y"), 1, 0, 255, 2];
    expect(unpack([repeated], 1 + 15 + 257 + 4)).toBe("y".repeat(277));
  });

  test("may say its length and have checksums", () => {
    const block = [0x30, ...letters("abc")];
    expect(unpack([block], 3, { flags: 0x48, head: [3, 0, 0, 0, 0, 0, 0, 0] })).toBe("abc");
    expect(unpack([block, block], 6, { flags: 0x50 })).toBe("abcabc");
  });

  test("that is damaged is an error, and never more bytes than were announced", () => {
    const block = [0x32, ...letters("abc"), 3, 0];
    for (const [blocks, length] of [
      [[block], 8],
      [[block], 10],
      [[[0x32, ...letters("abc"), 4, 0]], 9],
      [[[0x32, ...letters("abc"), 0, 0]], 9],
      [[[0x50, ...letters("abc")]], 5],
      [[[0xf0, 255]], 5],
    ] as [number[][], number][])
      expect(() => unpack(blocks, length)).toThrow(RangeError);
    const whole = frame([block]);
    for (let end = 0; end < whole.length; end += 1)
      expect(() => unpackLz4(whole.slice(0, end), 9), `cut at ${end}`).toThrow(RangeError);
    expect(() => unpackLz4(frame([block], { flags: 0x41 }), 9)).toThrow(/dictionary/);
    expect(() =>
      unpackLz4(
        whole.map((byte, i) => (i === 0 ? 5 : byte)),
        9,
      ),
    ).toThrow(RangeError);
  });
});

describe("a table of FlatBuffers", () => {
  /** The place of the root, its fields at 4, the table at 16 with what its fields are. */
  const table = (fields: number[], values: number[]): Uint8Array => {
    const bytes = new Uint8Array(64);
    bytes[0] = 16;
    bytes.set([4 + 2 * fields.length, 0, 4, 0, ...fields.flatMap((field) => [field, 0])], 4);
    bytes.set([12, 0, 0, 0, ...values], 16);
    return bytes;
  };

  test("has little-endian fields, and zeros where they are left out", () => {
    const root = FlatTable.root(table([4, 0, 6], [0x02, 0x01, 0xfe, 0xff]));
    expect([root.int16(0), root.int16(1), root.int16(2), root.int8(2), root.int16(3)]).toEqual([
      0x0102, 0, -2, -2, 0,
    ]);
    expect(root.table(1)).toBeUndefined();
    expect([root.text(5), root.tables(5), root.lengths(5).length]).toEqual(["", [], 0]);
  });

  test("ends nowhere outside of its bytes", () => {
    const wrong = FlatTable.root(table([4], [0xff, 0xff, 0xff, 0x7f]));
    for (const look of ["text", "table", "tables", "lengths"] as const)
      expect(() => {
        const found = wrong[look](0);
        if (found instanceof FlatTable) found.int8(0);
      }, look).toThrow(RangeError);
    expect(() => FlatTable.root(Uint8Array.of(1, 2))).toThrow(RangeError);
  });

  test("whose parts are shared again and again is an error after a while", () => {
    // Each level has a list of two, which are both the next level.
    const levels = 22;
    const bytes = new Uint8Array(4 + 28 * levels);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 12, true);
    for (let level = 0; level < levels; level += 1) {
      const isLast = level === levels - 1;
      bytes.set([6, 0, 8, 0, isLast ? 0 : 4, 0, 0, 0], 4 + 28 * level);
      bytes.set([8, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 16, 0, 0, 0, 12, 0, 0, 0], 12 + 28 * level);
    }
    const depthOf = (one: FlatTable): number =>
      one.tables(0).reduce((most, child) => Math.max(most, 1 + depthOf(child)), 0);
    expect(() => depthOf(FlatTable.root(bytes))).toThrow("a message without an end");
    // Its last dozen levels are few enough.
    const last = bytes.slice(28 * (levels - 12));
    last.set([12, 0, 0, 0]);
    expect(depthOf(FlatTable.root(last))).toBe(11);
  });
});

describe("the bytes of a file", () => {
  const content = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);

  class CountedFile extends File {
    reads: [number, number][] = [];

    override slice(start = 0, end = this.size): Blob {
      this.reads.push([start, end]);
      return super.slice(start, end);
    }
  }
  const file = () => new CountedFile([content], "a.arrow");

  test("are read ahead, and only once", async () => {
    const one = file();
    const bytes = new Bytes(one, 100);
    expect(await bytes.read(50, 10)).toEqual(content.subarray(50, 60));
    expect(await bytes.read(70, 80)).toEqual(content.subarray(70, 150));
    expect(await bytes.read(55, 1)).toEqual(content.subarray(55, 56));
    expect(one.reads).toEqual([[50, 150]]);
    // Before and behind what is held, it is read again.
    expect(await bytes.read(49, 2)).toEqual(content.subarray(49, 51));
    expect(await bytes.read(140, 20)).toEqual(content.subarray(140, 160));
    expect(one.reads).toEqual([
      [50, 150],
      [49, 149],
      [140, 240],
    ]);
  });

  test("at its end are as many as there are, and missing ones are counted", async () => {
    const bytes = new Bytes(file(), 100);
    expect(await bytes.peek(990, 64)).toEqual(content.subarray(990));
    expect(await bytes.peek(1000, 64)).toEqual(new Uint8Array());
    await expect(bytes.read(990, 20)).rejects.toMatchObject({
      code: "truncated_data",
      message: expect.stringMatching(/ 10 bytes are missing of the 1,010 that it announces/),
    });
    await expect(bytes.read(-1, 2)).rejects.toThrow(RangeError);
    await expect(bytes.read(2 ** 53, 2)).rejects.toThrow(RangeError);
    await expect(new Bytes(file(), 100, 500).read(490, 20)).rejects.toThrow(RangeError);
  });

  test("of a file that is gone or shorter by now are an error of its own", async () => {
    const shorter = file();
    Object.defineProperty(shorter, "size", { value: 2000 });
    await expect(new Bytes(shorter).read(900, 200)).rejects.toThrow(ReadError);
    const gone = file();
    gone.slice = () => {
      const part = new Blob();
      part.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
      return part;
    };
    await expect(new Bytes(gone).read(0, 1)).rejects.toThrow(ReadError);
  });
});
