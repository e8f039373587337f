// A file that is made in the page: its bytes, what is known of it, and how its making ends.

import { createHash } from "node:crypto";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { keepTruth, truthOf } from "../../www/generate/made";
import { makeFile } from "../../www/generate/make";
import type { Recipe } from "../../www/generate/recipe";

vi.mock("virtual:wasm/learn", async () => (await import("./lib/wasm")).wasmScript("learn"));

/** As in `crate/src/synth/tests.rs`. */
const recipe: Recipe = {
  law: { "power-law": { alpha: 1 } },
  rows: 50,
  columns: 21,
  noise: 0.01,
  mean: 2,
  rotated: true,
  number: "float64",
  seed: 7,
};
/** FNV-1a of its rows, as natively. */
const hash = "80c9d2b7f48e04e0";

let hear: (event: { data: unknown }) => void;

/** A worker whose script runs here, or which does what a test says. */
class Maker {
  static current: Maker;
  static started: Maker[] = [];
  static does: (maker: Maker, order: unknown) => void;
  isEnded = false;
  onmessage: (event: { data: unknown }) => void = () => {};
  onerror: (event: { preventDefault(): void }) => void = () => {};

  constructor(
    readonly url: string,
    readonly options: { type: string },
  ) {
    Maker.started.push(this);
  }
  postMessage(order: unknown): void {
    Maker.current = this;
    setImmediate(() => Maker.does(this, order));
  }
  terminate(): void {
    this.isEnded = true;
  }
}

const last = (): Maker => Maker.started.at(-1) as Maker;

beforeAll(async () => {
  vi.stubGlobal("addEventListener", (_: string, listener: typeof hear) => {
    hear = listener;
  });
  await import("../../www/generate/maker");
});
beforeEach(() => {
  Maker.started = [];
  Maker.does = (_, data) => hear({ data });
  vi.stubGlobal("Worker", Maker);
  vi.stubGlobal("document", { baseURI: "https://host/page/" });
  // As between threads: what is handed over is gone from where it was.
  vi.stubGlobal("postMessage", (data: unknown, options: StructuredSerializeOptions) =>
    Maker.current.onmessage({ data: structuredClone(data, options) }),
  );
});
afterEach(() => vi.restoreAllMocks());

const make = (changes: Partial<Recipe> = {}, onPart: (part: number) => void = () => {}) =>
  makeFile({ ...recipe, ...changes }, onPart, new AbortController().signal);

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

describe("a file", () => {
  test("has the same bytes as natively, behind NumPy's own header", async () => {
    const file = await make();
    const bytes = await bytesOf(file);
    expect(bytes.length).toBe(128 + 50 * 21 * 8);
    let found = 0xcbf29ce484222325n;
    for (const byte of bytes.subarray(128))
      found = BigInt.asUintN(64, (found ^ BigInt(byte)) * 0x100000001b3n);
    expect(found.toString(16)).toBe(hash);
    const header = new TextDecoder("latin1").decode(bytes.subarray(0, 128));
    const dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (50, 21), }";
    expect(header).toBe(`\x93NUMPY\x01\0v\0${dictionary.padEnd(117)}\n`);
  });

  test("is called after what is in it", async () => {
    expect((await make()).name).toBe("synthetic power law α 1 noise 0.01 mean 2 seed 7.npy");
    const white = await make({ law: "white", noise: 0, mean: 0 });
    expect(white.name).toBe("synthetic white noise seed 7.npy");
  });

  test("is the same for the same recipe, and another for another seed", async () => {
    const digest = async (changes: Partial<Recipe>): Promise<string> =>
      createHash("sha256")
        .update(await bytesOf(await make(changes)))
        .digest("hex");
    const first = await digest({});
    expect(await digest({})).toBe(first);
    expect(await digest({ seed: 8 })).not.toBe(first);
    expect(await digest({ rotated: false })).not.toBe(first);
  });

  test("comes in pieces, each of which tells how much is made", async () => {
    const parts: number[] = [];
    const file = await make({ rows: 20_000, columns: 64, rotated: false }, (part) =>
      parts.push(part),
    );
    expect(file.size).toBe(128 + 20_000 * 64 * 8);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect([parts[0], parts.at(-1)]).toEqual([0, 1]);
  });
});

describe("the worker that makes it", () => {
  test("starts from a blob of this page, and ends with the file", async () => {
    vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:https://host/1");
    const revoke = vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => {});
    await make();
    expect(last().url).toBe("blob:https://host/1");
    expect(last().options.type).toBe("module");
    expect(last().isEnded).toBe(true);
    expect(revoke).toHaveBeenCalledWith("blob:https://host/1");
  });

  test("refuses what cannot be made in a sentence, and ends", async () => {
    await expect(make({ rows: 1_000_000, columns: 1000, number: "float32" })).rejects.toMatchObject(
      {
        name: "AnalysisError",
        code: "too_many_bytes",
        message: expect.stringMatching(/^These features would take 4,000 MB/),
      },
    );
    expect(last().isEnded).toBe(true);
    await expect(make({ law: { "power-law": { alpha: 4.5 } } })).rejects.toMatchObject({
      code: "out_of_range",
      message: "The exponent α is a number from 0 to 4, and 4.5 is not.",
    });
  });

  test("that the browser ends is an error that says what to do", async () => {
    const preventDefault = vi.fn();
    Maker.does = (maker) => maker.onerror({ preventDefault });
    await expect(make()).rejects.toMatchObject({
      code: "worker_died",
      message: expect.stringMatching(/Make fewer rows or columns\.$/),
    });
    expect(preventDefault).toHaveBeenCalledOnce();
    expect(last().isEnded).toBe(true);
  });

  test("is ended where the file is not wanted any more", async () => {
    const controller = new AbortController();
    Maker.does = (maker) =>
      maker.onmessage({ data: { type: "piece", piece: new Uint8Array(8), part: 0.1 } });
    const parts: number[] = [];
    const making = makeFile(recipe, (part) => parts.push(part), controller.signal);
    making.catch(() => {});
    await vi.waitUntil(() => parts.length > 0);
    controller.abort("not wanted");
    await expect(making).rejects.toBe("not wanted");
    expect(last().isEnded).toBe(true);
  });

  test("is not started for a file that is not wanted any more", async () => {
    await expect(makeFile(recipe, () => {}, AbortSignal.abort("before"))).rejects.toBe("before");
    expect(Maker.started).toEqual([]);
  });
});

describe("what is known of a file that was made here", () => {
  const file = new File([], "made.npy");

  test("is its truth, and nothing of any other file", async () => {
    expect(truthOf([file])).toBeUndefined();
    await keepTruth(file, recipe);
    expect(truthOf([file])?.recipe).toBe(recipe);
    expect(truthOf([file])?.file).toBe(file);
    expect(truthOf([new File([], "made.npy")])).toBeUndefined();
    expect(truthOf([file, file])).toBeUndefined();
    expect(truthOf([])).toBeUndefined();
  });

  test("has the eigenvalues of the population, noise included", async () => {
    await keepTruth(file, recipe);
    const [truth, expected] = truthOf([file])?.spectra ?? [[], []];
    expect(truth).toHaveLength(21);
    for (const [index, value] of truth.entries())
      expect(value).toBeCloseTo(1 / (index + 1) + 0.01, 12);
    // A sample shows the first too large and the last too small.
    expect(expected[0]).toBeGreaterThan(truth[0] ?? 0);
    expect(expected[20]).toBeLessThan(truth[20] ?? 0);
  });

  test("compares α with an interval: it holds the truth, misses it, or there is none", async () => {
    const law: Recipe = { ...recipe, noise: 0, rows: 8000, columns: 128 };
    await keepTruth(file, law);
    const truth = truthOf([file]);
    const window = { first: 11, last: 100, weight: "1/k" } as const;
    const compare = (low: number, high: number) =>
      truth?.compare(window, { low, high, standard_error: 0.01, blocks: 20 } as never);
    expect(compare(0.9, 1.1)?.alpha).toBeCloseTo(1, 12);
    expect(Math.abs((compare(0.9, 1.1)?.expected ?? 0) - 1)).toBeLessThan(0.05);
    expect(compare(0.9, 1.1)?.verdict.code).toBe("holds");
    expect(compare(1.1, 1.2)?.verdict.code).toBe("misses");
    expect(compare(0.7, 0.999)?.verdict.code).toBe("misses");
    for (const verdict of [compare(0.9, 1.1)?.verdict, truth?.compare(window, null).verdict])
      expect(verdict?.message).toMatch(/\.$/);
    expect(["holds", "misses"]).not.toContain(truth?.compare(window, null).verdict.code);
    // Of a power law every window has the same truth.
    expect(truth?.compare({ ...window, first: 20, last: 60 }, null).alpha).toBeCloseTo(1, 12);
  });
});
