import { afterEach, describe, expect, test, vi } from "vitest";
import { Material } from "../../www/engine/material";
import { Chance } from "./lib/chance";

afterEach(() => vi.unstubAllGlobals());

type Bytes = Uint8Array<ArrayBuffer>;

const file = new File([Uint8Array.of(200, 201, 202, 203)], "features.npz");

/** Ranges as the core lists them: the files come before what is made of them. */
function ranges(...list: [at: number, start: number, length: number][]): Float64Array {
  return Float64Array.from(list.flat());
}

/** Bytes that tell where they belong. */
function bytesFrom(start: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => start + at);
}

/** What a reader hears of one file's numbers as they are taken. */
function stream() {
  const taken: Bytes[] = [];
  let isEnded = false;
  const maker = {
    taken: (pieces: Bytes[]) => taken.push(...pieces),
    end: () => {
      isEnded = true;
    },
  };
  const material = new Material([file], [], maker);
  return { material, taken, isEnded: () => isEnded };
}

describe("files", () => {
  test("are complete from the start and can be read anywhere", async () => {
    const made = new Blob([bytesFrom(0, 6)]);
    const material = new Material([file], [made]);
    expect([material.isComplete, material.isStream]).toEqual([true, false]);
    const read = await material.read(ranges([1, 2, 3], [0, 1, 2]));
    expect([...read]).toEqual([2, 3, 4, 201, 202]);
  });

  test("have no reader to stop at the end", () => {
    expect(() => new Material([file], []).end()).not.toThrow();
  });
});

describe("streamed pieces", () => {
  test("are available up to the last byte that has arrived", () => {
    const { material } = stream();
    expect(material.isStream).toBe(true);
    expect(material.has(ranges([1, 0, 1]))).toBe(false);
    material.push(0, bytesFrom(0, 4));
    material.push(0, bytesFrom(4, 4));
    expect(material.has(ranges([1, 0, 8]))).toBe(true);
    expect(material.has(ranges([1, 2, 4], [1, 6, 3]))).toBe(false);
    expect(material.has(ranges([2, 0, 1]))).toBe(false);
    expect(material.has(ranges([2, 0, 0]))).toBe(true);
  });

  test("are cut and joined into ranges", () => {
    const { material } = stream();
    material.push(0, bytesFrom(0, 3));
    material.push(0, bytesFrom(3, 3));
    expect([...material.take(ranges([1, 1, 4]))]).toEqual([1, 2, 3, 4]);
  });

  test("return to the reader once everything up to their end was taken, and not before", () => {
    const { material, taken } = stream();
    const pieces = [bytesFrom(0, 4), bytesFrom(4, 4), bytesFrom(8, 4)];
    for (const piece of pieces) material.push(0, piece);
    expect(material.ahead).toBe(12);
    material.take(ranges([1, 0, 3]));
    expect(taken).toEqual([]);
    material.take(ranges([1, 3, 6]));
    expect(taken).toEqual(pieces.slice(0, 2));
    expect(material.ahead).toBe(4);
    material.take(ranges([1, 9, 3]));
    expect(taken).toEqual(pieces);
    expect(material.ahead).toBe(0);
  });

  test("of an earlier file return when a later one is taken from", () => {
    const { material, taken } = stream();
    const pieces = [bytesFrom(0, 4), bytesFrom(0, 4)];
    pieces.forEach((piece, index) => {
      material.push(index, piece);
    });
    material.take(ranges([2, 0, 2]));
    expect(taken).toEqual(pieces.slice(0, 1));
  });

  test("are awaited by reads", async () => {
    const { material } = stream();
    let read: Bytes | undefined;
    const reading = material.read(ranges([1, 2, 4])).then((bytes) => {
      read = bytes;
    });
    material.push(0, bytesFrom(0, 4));
    await Promise.resolve();
    expect(read).toBe(undefined);
    material.push(0, bytesFrom(4, 4));
    await reading;
    expect([...(read ?? [])]).toEqual([2, 3, 4, 5]);
    expect(material.ahead).toBe(8);
  });

  test("that never arrive reject every read, earlier and later", async () => {
    const { material } = stream();
    const reading = material.read(ranges([1, 0, 4]));
    material.fail("damaged");
    await expect(reading).rejects.toBe("damaged");
    await expect(material.read(ranges([1, 0, 4]))).rejects.toBe("damaged");
  });
});

describe("kept pieces", () => {
  test("return at once and can be read like a file, in any order", async () => {
    const { material, taken } = stream();
    const pieces = [bytesFrom(0, 4), bytesFrom(4, 4)];
    material.push(0, pieces[0] as Bytes);
    const whole = material.whole();
    expect(taken).toEqual(pieces.slice(0, 1));
    material.push(0, pieces[1] as Bytes);
    expect([taken, material.ahead]).toEqual([pieces, 0]);
    material.complete();
    await whole;
    expect([material.isStream, material.isComplete]).toEqual([false, true]);
    expect([...(await material.read(ranges([1, 5, 2], [1, 0, 3], [0, 0, 1])))]).toEqual([
      5, 6, 0, 1, 2, 200,
    ]);
  });

  test("may all have arrived before", async () => {
    const { material } = stream();
    material.push(1, bytesFrom(8, 2));
    material.complete();
    await material.whole();
    expect(material.blobs.map(({ size }) => size)).toEqual([4, 0, 2]);
  });

  test("that fail before the end reject the wait for all of them", async () => {
    const { material } = stream();
    const whole = material.whole();
    material.push(0, bytesFrom(0, 4));
    material.fail("damaged");
    await expect(whole).rejects.toBe("damaged");
  });

  test("that do not fit in memory fail with a code", async () => {
    const { material, taken } = stream();
    const whole = material.whole();
    whole.catch(() => {});
    vi.stubGlobal(
      "Blob",
      class {
        constructor() {
          throw new RangeError("Array buffer allocation failed");
        }
      },
    );
    expect(() => material.push(0, bytesFrom(0, 4))).toThrow(
      expect.objectContaining({
        code: "no_room",
        message: expect.stringMatching(/no room to unpack the array .*allocation.* Make room/),
      }),
    );
    expect(taken).toEqual([]);
  });
});

describe("a listener", () => {
  test("hears the current state at once, then every piece, the end and a failure", () => {
    const { material } = stream();
    const heard: unknown[] = [];
    material.listen(
      () => heard.push("more"),
      (reason) => heard.push(reason),
    );
    expect(heard).toEqual(["more"]);
    material.push(0, bytesFrom(0, 1));
    material.complete();
    expect(heard).toEqual(["more", "more", "more"]);
    material.fail("late");
    expect(heard.at(-1)).toBe("late");
  });

  test("hears nothing after the end, and the reader is asked to stop", () => {
    const { material, isEnded } = stream();
    const heard: unknown[] = [];
    material.listen(
      () => heard.push("more"),
      () => {},
    );
    material.push(0, bytesFrom(0, 1));
    material.end();
    expect([isEnded(), material.ahead]).toEqual([true, 0]);
    material.push(0, bytesFrom(1, 1));
    expect(heard).toEqual(["more", "more"]);
  });

  test("does not stop a reader that is done or has failed", () => {
    for (const conclude of ["complete", "fail"] as const) {
      const { material, isEnded } = stream();
      material[conclude]("done");
      material.end();
      expect(isEnded()).toBe(false);
    }
  });
});

test("however a stream is cut, the bytes taken are the bytes pushed, and all memory returns to the reader (300 seeds)", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const chance = new Chance(seed);
    const { material, taken } = stream();
    const length = chance.between(1, 200);
    const [made, got]: [Bytes, number[]] = [bytesFrom(0, length), []];
    let [pushed, read, next] = [0, 0, chance.between(1, 40)];
    while (read < length) {
      const more = chance.between(1, 40);
      if (pushed < length && chance.is(0.5)) {
        material.push(0, made.slice(pushed, pushed + more));
        pushed = Math.min(length, pushed + more);
      }
      const wanted = ranges([1, read, Math.min(next, length - read)]);
      const isThere = material.has(wanted);
      if (isThere !== read + Math.min(next, length - read) <= pushed)
        throw new Error(`seed ${seed}`);
      if (!isThere) continue;
      got.push(...material.take(wanted));
      read = got.length;
      next = chance.between(1, 40);
    }
    expect(got, `seed ${seed}`).toEqual([...made]);
    expect(taken.flatMap((piece) => [...piece])).toEqual([...made]);
    expect(material.ahead).toBe(0);
  }
});
