import { describe, expect, test } from "vitest";
import { ReadError, readRanges } from "../../www/engine/read";
import { Chance } from "./lib/chance";

/** A file whose reads are counted; where `isSlow`, each waits until the test lets it go on. */
class CountedFile extends File {
  readonly reads: [start: number, end: number][] = [];
  readonly waiting: (() => void)[] = [];
  isSlow = false;

  override slice(start = 0, end = this.size): Blob {
    this.reads.push([start, end]);
    const part = super.slice(start, end);
    if (!this.isSlow) return part;
    const ready = new Promise<void>((resolve) => this.waiting.push(resolve));
    part.arrayBuffer = async () => {
      await ready;
      return new Response(part).arrayBuffer();
    };
    return part;
  }
}

function file(size: number, name = "features.npy"): CountedFile {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = at % 251;
  return new CountedFile([bytes], name);
}

function ranges(...list: [file: number, start: number, length: number][]): Float64Array {
  return Float64Array.from(list.flat());
}

const KIB = 1 << 10;

describe("ranges", () => {
  test("are read one after another, of several files", async () => {
    const files = [file(100), file(100)];
    const bytes = await readRanges(files, ranges([1, 10, 2], [0, 50, 3], [1, 0, 1]));
    expect([...bytes]).toEqual([10, 11, 50, 51, 52, 0]);
  });

  test("close together are one read, without the bytes between them", async () => {
    const one = file(3000 * KIB);
    const bytes = await readRanges([one], ranges([0, 0, 1], [0, 512 * KIB, 1], [0, 513 * KIB, 2]));
    expect(one.reads).toEqual([[0, 513 * KIB + 2]]);
    const at = (byte: number): number => byte % 251;
    expect([...bytes]).toEqual([0, 512 * KIB, 513 * KIB, 513 * KIB + 1].map(at));
  });

  test("farther apart are separate reads", async () => {
    const one = file(3000 * KIB);
    await readRanges([one], ranges([0, 0, 1], [0, 512 * KIB + 2, 1]));
    expect(one.reads).toHaveLength(2);
  });

  test("in descending order are separate reads", async () => {
    const one = file(100);
    const bytes = await readRanges([one], ranges([0, 50, 2], [0, 10, 2]));
    expect([...bytes]).toEqual([50, 51, 10, 11]);
    expect(one.reads).toHaveLength(2);
  });

  test("are joined up to 8 MiB", async () => {
    const one = file(9 << 20);
    const step = 500 * KIB;
    const many = Array.from({ length: 18 }, (_, at): [number, number, number] => [0, at * step, 8]);
    await readRanges([one], ranges(...many));
    expect(one.reads.length).toBe(2);
    for (const [start, end] of one.reads) expect(end - start).toBeLessThanOrEqual(8 << 20);
  });

  test("are at most sixteen reads at a time", async () => {
    const one = file(100);
    one.isSlow = true;
    const backwards = Array.from({ length: 40 }, (_, at): [number, number, number] => [
      0,
      80 - 2 * at,
      1,
    ]);
    const reading = readRanges([one], ranges(...backwards));
    const started: number[] = [];
    while (one.reads.length < 40) {
      started.push(one.waiting.length);
      const before = one.reads.length;
      for (const go of one.waiting.splice(0)) go();
      while (one.reads.length === before) await new Promise((resolve) => setTimeout(resolve));
    }
    for (const go of one.waiting.splice(0)) go();
    expect([...(await reading)]).toEqual(backwards.map(([, start]) => start));
    expect(started).toEqual([16, 16]);
  });

  test("may be none", async () => {
    expect([...(await readRanges([file(4)], new Float64Array()))]).toEqual([]);
  });
});

describe("a file", () => {
  const refused = (name: string) => expect.objectContaining({ name: "ReadError", file: name });

  test("that can no longer be read is named", async () => {
    const gone = file(100, "gone.npy");
    gone.slice = () => {
      const part = new Blob();
      part.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
      return part;
    };
    const reading = readRanges([file(100), gone], ranges([0, 0, 4], [1, 0, 4]));
    await expect(reading).rejects.toEqual(refused("gone.npy"));
    await expect(reading).rejects.toBeInstanceOf(ReadError);
  });

  test("that has shrunk is named when ranges are joined", async () => {
    const short = file(10, "short.npy");
    const reading = readRanges([short], ranges([0, 0, 4], [0, 8, 4]));
    await expect(reading).rejects.toEqual(refused("short.npy"));
  });

  test("that has shrunk gives fewer bytes for a single range, which the core detects", async () => {
    expect(await readRanges([file(10)], ranges([0, 8, 4]))).toHaveLength(2);
  });

  test("that is missing fails", async () => {
    await expect(readRanges([], ranges([0, 0, 1]))).rejects.toEqual(refused(""));
  });

  test("without a name, such as unpacked bytes, fails too", async () => {
    const reading = readRanges([new Blob(["ab"])], ranges([0, 0, 1], [0, 1, 9]));
    await expect(reading).rejects.toEqual(refused(""));
  });
});

test("whatever the ranges, the bytes are those of the files (200 seeds)", async () => {
  const files = [file(400), file(300)];
  for (let seed = 1; seed <= 200; seed++) {
    const chance = new Chance(seed);
    const list = Array.from({ length: chance.between(1, 30) }, (): [number, number, number] => {
      const at = chance.between(0, 1);
      const start = chance.between(0, 250);
      return [at, start, chance.between(0, 50)];
    });
    const right = list.flatMap(([, start, length]) =>
      Array.from({ length }, (_, more) => (start + more) % 251),
    );
    expect([...(await readRanges(files, ranges(...list)))], `seed ${seed}`).toEqual(right);
  }
});
