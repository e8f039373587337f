import { describe, expect, test } from "vitest";
import { Chunks } from "../../www/engine/chunks";
import { Chance } from "./lib/chance";

const always = (): boolean => true;

/** Everything that a band still gets. */
function drain(chunks: Chunks, band: number): number[] {
  const all: number[] = [];
  for (let next = chunks.toSum(band); next !== undefined; next = chunks.toSum(band)) all.push(next);
  return all;
}

test("workers take chunks from the front and the GPU takes them from the back", () => {
  const chunks = new Chunks(5, 1, always);
  const taken = [chunks.toSum(0), chunks.toFeed(), chunks.toSum(0), chunks.toFeed()];
  expect(taken).toEqual([0, 4, 1, 3]);
  expect(chunks.untouched).toBe(1);
  expect(chunks.isEmpty).toBe(false);
  expect([chunks.toFeed(), chunks.toFeed(), chunks.toSum(0)]).toEqual([2, undefined, undefined]);
  expect(chunks.untouched).toBe(0);
  expect(chunks.isEmpty).toBe(true);
});

describe("bands", () => {
  test("each take every chunk, in order", () => {
    const chunks = new Chunks(4, 3, always);
    for (const band of [2, 0, 1]) expect(drain(chunks, band)).toEqual([0, 1, 2, 3]);
    expect(chunks.isEmpty).toBe(true);
  });

  test("owe what another band has begun, and only that", () => {
    const chunks = new Chunks(6, 2, always);
    expect([chunks.owed(0), chunks.owed(1)]).toEqual([undefined, undefined]);
    chunks.toSum(0);
    chunks.toSum(0);
    expect([chunks.owed(0), chunks.owed(1), chunks.owed(1), chunks.owed(1)]).toEqual([
      undefined,
      0,
      1,
      undefined,
    ]);
  });

  test("keep from the GPU what any of them has begun", () => {
    const chunks = new Chunks(3, 2, always);
    chunks.toSum(1);
    chunks.toSum(1);
    expect([chunks.toFeed(), chunks.toFeed()]).toEqual([2, undefined]);
    expect(drain(chunks, 0)).toEqual([0, 1]);
  });
});

describe("chunks that the GPU has lost", () => {
  test("come to every band once, before what is new", () => {
    const chunks = new Chunks(6, 2, always);
    const fed = [chunks.toFeed(), chunks.toFeed()];
    expect(fed).toEqual([5, 4]);
    chunks.giveBack([5, 4]);
    expect(chunks.isEmpty).toBe(false);
    expect(drain(chunks, 0)).toEqual([5, 4, 0, 1, 2, 3]);
    expect(chunks.isEmpty).toBe(false);
    expect(drain(chunks, 1)).toEqual([5, 4, 0, 1, 2, 3]);
    expect(chunks.isEmpty).toBe(true);
  });

  test("are owed, and never fed again", () => {
    const chunks = new Chunks(2, 1, always);
    chunks.giveBack([Number(chunks.toFeed()), Number(chunks.toFeed())]);
    expect(chunks.toFeed()).toBe(undefined);
    expect([chunks.owed(0), chunks.owed(0), chunks.owed(0)]).toEqual([1, 0, undefined]);
  });
});

test("a chunk that has not been read yet is not handed out, and is once it has", () => {
  let there = 2;
  const chunks = new Chunks(4, 1, (chunk) => chunk < there);
  expect([chunks.toSum(0), chunks.toSum(0), chunks.toSum(0)]).toEqual([0, 1, undefined]);
  expect(chunks.toFeed()).toBe(undefined);
  expect(chunks.isEmpty).toBe(false);
  there = 4;
  expect([chunks.toFeed(), chunks.toSum(0)]).toEqual([3, 2]);
});

test("without chunks there is nothing to take", () => {
  const chunks = new Chunks(0, 2, always);
  expect([chunks.toSum(0), chunks.owed(1), chunks.toFeed()]).toEqual(Array(3).fill(undefined));
  expect(chunks.isEmpty).toBe(true);
});

test("in any order of requests, each band gets every chunk that the GPU does not keep, once (500 seeds)", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const chance = new Chance(seed);
    const [count, bands] = [chance.between(0, 30), chance.between(1, 4)];
    const chunks = new Chunks(count, bands, () => chance.is(0.9));
    const kept = new Set<number>();
    const summed = Array.from({ length: bands }, (): number[] => []);
    for (let step = 0; !chunks.isEmpty; step++) {
      if (step > 10_000) throw new Error(`seed ${seed} does not end`);
      const band = chance.between(0, bands - 1);
      const fed = chance.is(0.3) ? chunks.toFeed() : undefined;
      if (fed !== undefined) kept.add(fed);
      const taken = chance.is(0.5) ? chunks.toSum(band) : chunks.owed(band);
      if (taken !== undefined) summed[band]?.push(taken);
      const lost = chance.is(0.1) ? [...kept].filter(() => chance.is(0.5)) : [];
      for (const chunk of lost) kept.delete(chunk);
      chunks.giveBack(lost);
    }
    const rest = Array.from({ length: count }, (_, chunk) => chunk).filter((at) => !kept.has(at));
    for (const band of summed)
      expect(
        band.sort((a, b) => a - b),
        `seed ${seed}`,
      ).toEqual(rest);
  }
});
