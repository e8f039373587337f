// The small parts of the engine: what browsers do differently, errors of the core, and the times of the stages.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { measure, start } from "../../www/engine/stages";
import { freshEngine } from "./lib/fresh-engine";

afterEach(() => vi.unstubAllGlobals());

describe("with WebGPU", () => {
  async function quirksOf(userAgent: string) {
    vi.resetModules();
    vi.stubGlobal("navigator", { userAgent });
    return import("../../www/engine/quirks");
  }
  const chrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
  const firefox =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0";
  const safari =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
  const chromeOnPhone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0 Mobile/15E148 Safari/604.1";

  test("Chrome and Edge need no workaround", async () => {
    for (const agent of [chrome, `${chrome} Edg/141.0.0.0`])
      expect(await quirksOf(agent)).toMatchObject({ nudgeEvery: 0, mostBufferBytes: 0 });
  });

  test("Firefox gets empty submissions while something is awaited", async () => {
    expect(await quirksOf(firefox)).toMatchObject({ nudgeEvery: 10, mostBufferBytes: 0 });
  });

  test("Safari, and every browser on an iPhone, gets small buffers", async () => {
    for (const agent of [safari, chromeOnPhone])
      expect(await quirksOf(agent)).toMatchObject({ nudgeEvery: 0, mostBufferBytes: 128 << 20 });
  });
});

describe("an error", () => {
  let refusalOf: (error: unknown) => unknown;
  let engine: Awaited<ReturnType<typeof freshEngine>>;
  beforeEach(async () => {
    engine = await freshEngine();
    ({ refusalOf } = await import("../../www/engine/refusal"));
  });

  test("of the core becomes an AnalysisError with its code", () => {
    const error = refusalOf({ code: "too_few_rows", message: "Too few rows." });
    expect(error).toBeInstanceOf(engine.AnalysisError);
    expect(error).toMatchObject({ code: "too_few_rows", message: "Too few rows." });
  });

  test("of a read becomes file_changed with the name of the file", async () => {
    const { ReadError } = await import("../../www/engine/read");
    expect(refusalOf(new ReadError("features.npy"))).toMatchObject({
      code: "file_changed",
      message: expect.stringContaining("features.npy"),
    });
  });

  test("of any other kind passes unchanged", () => {
    const abort = new DOMException("stopped", "AbortError");
    const own = new engine.AnalysisError("no_room", "No room.");
    for (const error of [abort, own, new TypeError("ours"), "cancelled", undefined, null, 3, {}])
      expect(refusalOf(error)).toBe(error);
  });
});

describe("the stages of an analysis", () => {
  beforeEach(() => {
    performance.clearMarks();
    performance.clearMeasures();
  });
  const measures = () => performance.getEntriesByType("measure");

  test("are measured one after another, and in total", () => {
    start();
    measure("open");
    measure("moments");
    measure("total", "eigenscope:start");
    const from = (name: string): number | undefined =>
      performance.getEntriesByName(`eigenscope:${name}`)[0]?.startTime;
    expect(
      measures()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["eigenscope:moments", "eigenscope:open", "eigenscope:total"]);
    expect(from("total")).toBe(from("start"));
    expect(from("moments")).toBe(performance.getEntriesByName("eigenscope:stage")[1]?.startTime);
  });

  test("that never began are not measured", () => {
    measure("eigenvalues");
    expect(measures()).toEqual([]);
  });
});
