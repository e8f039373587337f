// Lessons that draw samples: one as the controls are set, and many beside it once a lesson rests.

import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { OpenLesson, runWorkerHere } from "./lib/lesson-elements";
import { all, type Element, elementsOf, only, words } from "./lib/template";

vi.mock("virtual:wasm/learn", async () => (await import("./lib/wasm")).wasmScript("learn"));
vi.mock("../../www/view/swatch", () => ({ swatch: () => "" }));

/** Milliseconds until many samples are begun. */
const rest = 300;

beforeAll(runWorkerHere);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

const hasNumbers = (root: Element): boolean => all(root, "dl").length > 0;
/** Under the figure of many samples: how many there are. */
function draws(root: Element): string {
  const figure = only(root, "eigen-lesson-figure", { "data-name": "many picture" });
  const caption = elementsOf(figure.attributes[".caption"]);
  return words(only(caption, "span", { "data-name": "draws" }));
}

/** A lesson that shows its one sample. */
async function opened(address: string): Promise<OpenLesson> {
  const open = await OpenLesson.at(address);
  await open.until(hasNumbers);
  return open;
}

/** A table under a picture, as numbers. */
function table(open: OpenLesson, index: number): number[][] {
  const { attributes } = all(open.root, "eigen-as-table")[index] as Element;
  const { count, row } = attributes[".figures"] as {
    count: number;
    row: (index: number) => readonly string[];
  };
  return Array.from({ length: count }, (_, at) =>
    row(at).map((cell) => Number(cell.replaceAll(",", "").replace("−", "-"))),
  );
}

describe("Finite n", () => {
  test("has the numbers of one sample, and the table of its spectrum", async () => {
    const open = await opened("finite-n?alpha=1&d=64&n=300&seed=7");
    const { ratio, ranks, head = 0, tail, sample_alpha = 0, expected_alpha = 0 } = open.numbers;
    expect(ratio).toBe(300 / 64);
    expect(ranks).toBe(64);
    expect(head).toBeGreaterThan(1);
    expect(head).toBeLessThan(1.2);
    expect(tail).toBeLessThan(0.5);
    expect(Math.abs(sample_alpha - expected_alpha)).toBeLessThan(0.1);
    const rows = table(open, 0);
    expect(rows).toHaveLength(64);
    for (const [index, [rank, truth]] of rows.entries()) {
      expect(rank).toBe(index + 1);
      expect(Math.abs((truth ?? 0) * (index + 1) - 1)).toBeLessThan(1e-3);
    }
  });

  test("the same seed gives the same sample, and another seed another", async () => {
    const first = await opened("finite-n?d=64&n=300&seed=7");
    const again = await opened("finite-n?d=64&n=300&seed=7");
    const other = await opened("finite-n?d=64&n=300&seed=8");
    expect(again.numbers).toEqual(first.numbers);
    expect(other.numbers.sample_alpha).not.toBe(first.numbers.sample_alpha);
    expect(other.numbers.expected_alpha).toBe(first.numbers.expected_alpha);
  });

  test("draws many samples once it rests, and has all of them in the end", async () => {
    const open = await opened("finite-n?alpha=1&d=64&n=300&seed=7");
    expect(draws(open.root)).toBe("Samples are drawn in a moment.");
    vi.advanceTimersByTime(rest);
    const seen = new Set<number>();
    open.onDrawn = () => seen.add(Number(draws(open.root).match(/^\d+/)?.[0]));
    await open.until((root) => /^(\d+) of \1 samples drawn/.test(draws(root)));
    expect(seen.size).toBeGreaterThan(10);
    await open.until(() => /Means of samples/.test(open.figures[1]?.summary ?? ""));
    expect(open.figures[1]?.summary).toMatch(/Means of samples: .* at 0\.25, .* at 16\.$/);
    const points = table(open, 1);
    expect([points[0]?.[0], points.at(-1)?.[0]]).toEqual([0.25, 16]);
  });

  test("has pure noise beside the spectrum where that is chosen, bar by bar", async () => {
    const open = await opened("finite-n?d=64&n=300&seed=7&beside=noise");
    expect(all(open.root, "eigen-lesson-figure", { "data-name": "many picture" })).toEqual([]);
    await open.until(() => table(open, 1).length > 0);
    const rows = table(open, 1);
    const sum = (column: number): number =>
      rows.reduce((total, row) => total + (row[column] ?? 0), 0);
    expect(rows).toHaveLength(40);
    expect(sum(2)).toBe(64);
    // Cells have four digits.
    expect(Math.abs(sum(3) - 64)).toBeLessThan(0.5);
    for (const [index, [from, to]] of rows.entries()) {
      expect(to).toBeGreaterThan(from ?? 0);
      if (index > 0) expect(from).toBe(rows[index - 1]?.[1]);
    }
    await open.until(() => open.figures.length === 2);
    expect(open.figures[1]?.summary).toMatch(/^Histogram of the 64 eigenvalues/);
    vi.advanceTimersByTime(10 * rest);
    await open.drawn();
    expect(open.property("progress"), "samples that are not shown are not drawn").toBeUndefined();
  });

  test("a control that moves is followed: numbers, figure and summary are of where it is", async () => {
    const open = await opened("finite-n?alpha=1&d=64&n=64&seed=7");
    await open.until(() => open.summary !== "");
    const before = open.summary;
    for (const n of [80, 100, 150]) open.set({ n });
    await open.until(() => open.numbers.ratio === 150 / 64);
    expect(open.summary).not.toBe(before);
    expect(open.figures[0]?.summary).toBeDefined();
    const fresh = await opened("finite-n?alpha=1&d=64&n=150&seed=7");
    expect(open.numbers).toEqual(fresh.numbers);
  });

  test("moving along the axis keeps the many samples, another d begins them anew", async () => {
    const open = await opened("finite-n?alpha=1&d=64&n=64&seed=7");
    vi.advanceTimersByTime(rest);
    const isDone = (root: Element): boolean => /^(\d+) of \1 samples/.test(draws(root));
    await open.until(isDone);
    open.set({ n: 1000 });
    vi.advanceTimersByTime(rest);
    await open.until(() => open.numbers.ratio === 1000 / 64);
    expect(isDone(open.root)).toBe(true);
    open.set({ d: "128" });
    await open.drawn();
    vi.advanceTimersByTime(rest);
    await open.until((root) => !isDone(root) || table(open, 1)[0]?.[1] === 32);
    await open.until((root) => isDone(root) && table(open, 1)[0]?.[1] === 32);
    expect(table(open, 1)[0]?.[0]).toBe(0.25);
  });

  test("with the numbers and one figure left out shows the other figure alone", async () => {
    const open = await OpenLesson.at("finite-n?d=64&hide=fit,spectra");
    await open.drawn();
    expect(hasNumbers(open.root)).toBe(false);
    expect(all(open.root, "eigen-lesson-figure").map((one) => one.attributes["data-name"])).toEqual(
      ["many picture"],
    );
  });
});

describe("Noise floor", () => {
  test("α falls with noise though the signal is the same", async () => {
    const little = (await opened("noise-floor?noise=0.001&alpha=1&n=1024&d=128&seed=7")).numbers;
    // 1/k is above 0.001 for every k up to 128.
    expect(little.over_noise).toBe(128);
    const open = await opened("noise-floor?noise=0.03&alpha=1&n=1024&d=128&seed=7");
    const much = open.numbers;
    // 1/33 is above 0.03, 1/34 is not.
    expect(much.over_noise).toBe(33);
    for (const name of ["population_alpha", "sample_alpha"])
      expect(much[name]).toBeLessThan((little[name] ?? 0) - 0.2);
    // The edge of Marchenko and Pastur; a row goes to the mean.
    for (const [{ edge }, noise] of [
      [little, 0.001],
      [much, 0.03],
    ] as const)
      expect(edge).toBeCloseTo(noise * (1 + Math.sqrt(128 / 1023)) ** 2, 12);
    expect(much.above).toBeLessThan(little.above ?? 0);
    // Noise adds the same to every eigenvalue.
    for (const [rank = 0, signal = 0, withNoise = 0] of table(open, 0)) {
      expect(Math.abs(signal * rank - 1)).toBeLessThan(1e-3);
      expect(Math.abs(withNoise / (1 / rank + 0.03) - 1)).toBeLessThan(1e-3);
    }
  });

  test("says so, and draws its many samples once it rests", async () => {
    const open = await opened("noise-floor?noise=0.001&alpha=1&n=128&d=128&seed=7");
    await open.until(() => open.summary !== "");
    const before = open.summary;
    open.set({ noise: 0.1 });
    await open.until(() => open.numbers.over_noise === 10);
    expect(open.summary).not.toBe(before);
    vi.advanceTimersByTime(rest);
    await open.until((root) => /^(\d+) of \1 samples drawn/.test(draws(root)));
  });
});

describe("a lesson that is left", () => {
  test("draws no more samples", async () => {
    const open = await opened("finite-n?d=64&n=64");
    vi.advanceTimersByTime(rest);
    open.onDrawn = () => {
      if (/^[1-9]/.test(draws(open.root))) open.isConnected = false;
    };
    await open.until(() => !open.isConnected);
    const last = open.property("progress");
    for (let turn = 0; turn < 20; turn += 1) await open.drawn();
    expect(open.property("progress")).toEqual(last);
    expect(draws(open.root)).not.toMatch(/^(\d+) of \1 /);
  });
});
