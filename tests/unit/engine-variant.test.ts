// Which variant of the core a browser runs, and how it gets there.

import { afterEach, describe, expect, test, vi } from "vitest";
import { chooseVariant, compileVariant } from "../../www/engine/core";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** f64x2.relaxed_madd, as the bytes of a module have it. */
const RELAXED = [0xfd, 0x87, 2];

function has(module: Uint8Array, bytes: number[]): boolean {
  return [...module].some((_, at) => bytes.every((byte, more) => module[at + more] === byte));
}

/** A browser that runs some modules; returns all that it was asked about. */
function browserThatRuns(runs: (module: Uint8Array) => boolean): Uint8Array[] {
  const asked: Uint8Array[] = [];
  vi.spyOn(WebAssembly, "validate").mockImplementation((module) => {
    asked.push(module as Uint8Array);
    return runs(module as Uint8Array);
  });
  return asked;
}

describe("a browser", () => {
  test("with relaxed SIMD runs the variant with relaxed SIMD", () => {
    browserThatRuns(() => true);
    expect(chooseVariant()).toEqual({
      name: "relaxed-simd",
      url: expect.stringMatching(/\/relaxed\.wasm$/),
    });
  });

  test("with SIMD alone runs the variant without relaxed SIMD", () => {
    browserThatRuns((module) => !has(module, RELAXED));
    expect(chooseVariant()).toEqual({
      name: "simd128",
      url: expect.stringMatching(/\/simd128\.wasm$/),
    });
  });

  test("without SIMD gets an error that names browsers that have it", () => {
    browserThatRuns(() => false);
    expect(chooseVariant).toThrow(
      expect.objectContaining({
        code: "no_simd",
        message: expect.stringContaining("Safari from 16.4"),
      }),
    );
  });

  test("without WebAssembly gets an error that says to allow it", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(chooseVariant).toThrow(
      expect.objectContaining({ code: "no_wasm", message: expect.stringContaining("Allow it") }),
    );
  });
});

test("the probing modules are valid apart from the feature they probe", () => {
  const { validate } = WebAssembly;
  const asked = browserThatRuns(() => false);
  expect(chooseVariant).toThrow();
  const [relaxed, simd] = asked;
  if (!relaxed || !simd) throw new Error("a browser is asked twice");
  expect(validate(simd as Uint8Array<ArrayBuffer>)).toBe(true);
  // v128.bitselect, which takes three values too, in as many bytes.
  const at = [...relaxed].findIndex((_, at) => has(relaxed.subarray(at, at + 3), RELAXED));
  const plain = relaxed.slice();
  plain.set([0xd2, 0], at + 1);
  expect(validate(plain as Uint8Array<ArrayBuffer>)).toBe(true);
});

describe("the code", () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

  test("compiles with any media type", async () => {
    const headers = { "content-type": "text/plain" };
    vi.stubGlobal("fetch", async () => new Response(empty, { headers }));
    expect(await compileVariant("core.wasm")).toBeInstanceOf(WebAssembly.Module);
  });

  test("that cannot be fetched fails with a code and says what to do", async () => {
    vi.stubGlobal("fetch", async () => new Response("not here", { status: 404 }));
    await expect(compileVariant("core.wasm")).rejects.toMatchObject({
      code: "not_loaded",
      message: expect.stringMatching(/\(404\)\. Reload the page\.$/),
    });
  });
});
