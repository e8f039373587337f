// The fields of the panel ask for what the core can make: each end of each range is made, and what is beyond it is refused.

import { beforeAll, describe, expect, test } from "vitest";
import {
  additions,
  type Field,
  type LawName,
  lawOf,
  laws,
  numbers,
  seed,
  size,
} from "../../www/generate/fields";
import type { Recipe } from "../../www/generate/recipe";
import { Generator, initSync } from "../../www/wasm/learn.js";
import { wasmBytes } from "./lib/wasm";

beforeAll(() => void initSync({ module: wasmBytes("learn") }));

const names = Object.keys(laws) as LawName[];
const common = [...size, ...additions, seed];

/** A recipe whose fields are at their starts, but for those that are said. */
function recipe(law: LawName, said: Readonly<Record<string, number>> = {}): Recipe {
  const fields = [...laws[law].fields, ...common];
  const value = (name: string): number =>
    said[name] ?? (fields.find((field) => field.name === name) as Field).start;
  return {
    law: lawOf(law, value),
    rows: value("rows"),
    columns: value("columns"),
    noise: value("noise"),
    mean: value("mean"),
    rotated: false,
    number: "float32",
    seed: value("seed"),
  };
}

/** Why the core refuses a recipe; undefined where it makes it. */
function refusal(of: Recipe): { code: string; message: string } | undefined {
  try {
    new Generator(of).free();
    return undefined;
  } catch (error) {
    return error as { code: string; message: string };
  }
}

const small = { rows: 2, columns: 2 };
const cases = names.flatMap((law) =>
  [...laws[law].fields, ...(law === "power-law" ? [...size, ...additions] : [])].map(
    (field) => [law, field.name, field] as const,
  ),
);

test.each(names)("%s can be made as it is at the start", (law) => {
  expect(refusal(recipe(law))).toBeUndefined();
  const made = new Generator(recipe(law));
  expect(made.name).toContain(`seed ${seed.start}`);
  made.free();
});

describe.each(cases)("%s: %s", (law, name, { min, max, step, start, label }) => {
  test("can be made at both ends of its range and at its start", () => {
    for (const value of [min, max, start])
      expect(refusal(recipe(law, { ...small, [name]: value })), `${value}`).toBeUndefined();
  });

  test("cannot be made beyond them, and the core says which range that is", () => {
    const beyond = step === 1 ? 1 : 0.001;
    for (const value of [min - beyond, max + beyond]) {
      // What is negative and counted has no number in the core at all.
      if (step === 1 && value < 0) continue;
      const found = refusal(recipe(law, { ...small, [name]: value }));
      expect(found?.code, `${value}`).toBe("out_of_range");
      const range = `from ${min} to ${max}`;
      expect(found?.message.replace(/(\d),(?=\d{3})/g, "$1")).toContain(range);
    }
  });

  test("is in steps that reach its start, and has words", () => {
    expect(start).toBeGreaterThanOrEqual(min);
    expect(start).toBeLessThanOrEqual(max);
    if (step === 1) expect(Number.isInteger(start) && Number.isInteger(min)).toBe(true);
    expect(label).toMatch(/^\p{Lu}/u);
  });
});

test("no field has the name of another beside it", () => {
  for (const law of names) {
    const all = [...laws[law].fields, ...common].map(({ name }) => name);
    expect(new Set(all).size, law).toBe(all.length);
  }
});

test("the law of a name has the numbers of its own fields, and of no others", () => {
  const value = (field: string): number => field.length;
  expect(names.map((law) => lawOf(law, value))).toEqual([
    { "power-law": { alpha: 5 } },
    { broken: { head: 4, knee: 4, tail: 4 } },
    { exponential: { ranks: 5 } },
    { spiked: { spikes: 6, height: 6 } },
    "white",
  ]);
  for (const law of names) {
    const asked: string[] = [];
    lawOf(law, (field) => asked.push(field));
    expect(asked).toEqual(laws[law].fields.map(({ name }) => name));
  }
});

test("every seed of 32 bits makes a file, and one more does not", () => {
  for (const one of [seed.min, seed.start, seed.max])
    expect(refusal(recipe("white", { ...small, seed: one }))).toBeUndefined();
  expect(refusal(recipe("white", { ...small, seed: seed.max + 1 }))).toBeDefined();
  expect(seed.max).toBe(2 ** 32 - 1);
});

test("numbers are of the types that the core writes, with their bytes", () => {
  for (const [number, { bytes }] of Object.entries(numbers)) {
    const of = { ...recipe("white", { rows: 3, columns: 2 }), number } as Recipe;
    const made = new Generator(of);
    made.header();
    let length = 0;
    while (made.part < 1) length += made.piece().length;
    expect(length, number).toBe(3 * 2 * bytes);
    made.free();
  }
});

test("up to 2²⁹ bytes are made, and not one row more", () => {
  const columns = 16_384;
  const rows = 2 ** 29 / 4 / columns;
  expect(refusal(recipe("white", { rows, columns }))).toBeUndefined();
  expect(refusal(recipe("white", { rows: rows + 1, columns }))?.code).toBe("too_many_bytes");
  expect(refusal(recipe("white", { rows: 1_000_000, columns: 1000 }))?.message).toMatch(
    /^These features would take 4,000 MB/,
  );
});
