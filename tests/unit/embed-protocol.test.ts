// Everything that a page around the frame may send, and everything that it may not.

import { describe, expect, test } from "vitest";
import { PROTOCOL, readMessage, themeNamed } from "../../www/embed/protocol";
import { randomOf } from "./lib/random";

const matrix = (): ArrayBuffer => new ArrayBuffer(8);
const analysis = (change: object = {}): object => ({
  type: "eigenscope:analyze",
  id: 7,
  buffer: matrix(),
  ...change,
});
const withOptions = (options: unknown): object => analysis({ options });
const withWindow = (window: unknown): object => withOptions({ window });

/** The job of a message that is a right one. */
function jobOf(change: object) {
  const heard = readMessage(analysis(change));
  if (heard?.type !== "analyze") throw new Error(`${JSON.stringify(heard)} is no analysis`);
  return heard.job;
}

describe("a ping", () => {
  test("of this version is heard", () => {
    expect(PROTOCOL).toBe(1);
    expect(readMessage({ type: "eigenscope:ping", version: 1 })).toEqual({ type: "ping" });
  });

  test.each([undefined, null, 0, 2, 1.5, "1", [1], Number.NaN])(
    "of version %s is refused",
    (version) => {
      expect(readMessage({ type: "eigenscope:ping", version })).toEqual({
        type: "bad",
        id: null,
        reason: {
          code: "other_version",
          message: "This page speaks version 1 of the protocol. Send version: 1.",
        },
      });
    },
  );
});

describe("a theme", () => {
  test.each([
    ["light", "light"],
    ["dark", "dark"],
    ["auto", "system"],
  ])("%s is %s for the page", (theme, own) => {
    expect(readMessage({ type: "eigenscope:theme", theme })).toEqual({ type: "theme", theme: own });
    expect(themeNamed(theme)).toBe(own);
  });

  test.each([undefined, null, "", "system", "Dark", "toString", "__proto__", 1, ["dark"], {}])(
    "%s is none",
    (theme) => {
      expect(themeNamed(theme)).toBeUndefined();
      expect(readMessage({ type: "eigenscope:theme", theme, id: 7 })).toMatchObject({
        type: "bad",
        id: 7,
        reason: { code: "bad_message" },
      });
    },
  );
});

describe("an analysis", () => {
  test("of a buffer gets the page's own window and weights, and a name", async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const job = jobOf({ buffer: bytes.buffer });
    expect(job).toMatchObject({ array: null, window: null, weights: null });
    expect(job.file).toBeInstanceOf(File);
    expect(job.file.name).toBe("features");
    expect(new Uint8Array(await job.file.arrayBuffer())).toEqual(bytes);
  });

  test("of a file keeps its name, unless another is given", async () => {
    const file = new File(["1,2\n"], "mine.csv");
    const { file: own } = jobOf({ buffer: undefined, file });
    expect([own.name, await own.text()]).toEqual(["mine.csv", "1,2\n"]);
    expect(jobOf({ buffer: undefined, file, name: "other.csv" }).file.name).toBe("other.csv");
    expect(jobOf({ buffer: undefined, file: new Blob(["x"]) }).file.name).toBe("features");
  });

  test("takes an array, a window and weights", () => {
    const options = { array: "layer 1", window: { first: 5, last: 60 }, weights: "none" };
    expect(jobOf({ options })).toMatchObject(options);
    for (const weights of ["1/k", "none", "log-binned"])
      expect(jobOf({ options: { weights } }).weights).toBe(weights);
  });

  test("takes every window of three ranks or more", () => {
    for (const window of [
      { first: 1, last: 3 },
      { first: 11, last: 13 },
      { first: 1, last: 2 ** 32 - 1 },
      { first: 2 ** 32 - 3, last: 2 ** 32 - 1 },
    ])
      expect(jobOf({ options: { window: { ...window, step: 2 } } }).window).toEqual(window);
  });

  test("takes names up to 300 characters, and ids up to 100", () => {
    expect(jobOf({ name: "x".repeat(300) }).file.name).toHaveLength(300);
    for (const id of ["", "x".repeat(100), 0, -1, Number.MAX_SAFE_INTEGER])
      expect(readMessage(analysis({ id }))).toMatchObject({ type: "analyze", id });
  });

  test("ignores fields that it does not know", () => {
    expect(readMessage({ ...analysis(), other: 1, onmessage: 2 })).toMatchObject({ id: 7 });
    expect(jobOf({ options: { speed: "fast" } })).toMatchObject({ array: null });
  });
});

test("a cancel names what it ends", () => {
  expect(readMessage({ type: "eigenscope:cancel", id: "a" })).toEqual({ type: "cancel", id: "a" });
});

const pattern = {
  message: /^There is no such message: send "eigenscope:ping", .*\.$/,
  id: /^"id" is a whole number, or text of at most 100 characters\.$/,
  matrix: /^A matrix is a "buffer" \(an ArrayBuffer\) or a "file" \(a File or Blob\)\.$/,
  name: /^"name" is text of 1 to 300 characters\.$/,
  array: /^"array" is text of 1 to 300 characters\.$/,
  options: /^"options" is an object\.$/,
  window: /^"window" is \{ first, last \}: ranks from 1 on, three of them or more\.$/,
  weights: /^"weights" is "1\/k", "none" or "log-binned"\.$/,
} as const;

describe("a message that cannot be followed is refused, and says what it needs", () => {
  test.each<[string, object, keyof typeof pattern]>([
    ["an unknown type", { type: "eigenscope:open", id: 7 }, "message"],
    ["no type after the prefix", { type: "eigenscope:", id: 7 }, "message"],
    ["a type of the answers", { type: "eigenscope:report", id: 7 }, "message"],
    ["a type with another case", { type: "eigenscope:Ping", id: 7 }, "message"],
    ["no matrix", analysis({ buffer: undefined }), "matrix"],
    ["two matrices", analysis({ file: new Blob(["x"]) }), "matrix"],
    ["null for a buffer", analysis({ buffer: null }), "matrix"],
    ["null for a file", analysis({ buffer: undefined, file: null }), "matrix"],
    ["null beside a buffer", analysis({ file: null }), "matrix"],
    ["a buffer that is text", analysis({ buffer: "text" }), "matrix"],
    ["a buffer that is a view", analysis({ buffer: new Uint8Array(8) }), "matrix"],
    ["a buffer that is a file", analysis({ buffer: new Blob(["x"]) }), "matrix"],
    ["a buffer that is shared", analysis({ buffer: new SharedArrayBuffer(8) }), "matrix"],
    ["a file that is a buffer", analysis({ buffer: undefined, file: matrix() }), "matrix"],
    ["a file that is a path", analysis({ buffer: undefined, file: "/etc/passwd" }), "matrix"],
    ["a name that is a number", analysis({ name: 5 }), "name"],
    ["an empty name", analysis({ name: "" }), "name"],
    ["a name of 301 characters", analysis({ name: "x".repeat(301) }), "name"],
    ["a name without end", analysis({ name: "x".repeat(1_000_000) }), "name"],
    ["options that are text", withOptions("fast"), "options"],
    ["options that are null", withOptions(null), "options"],
    ["options that are a number", withOptions(1), "options"],
    ["an array that is a list", withOptions({ array: ["features"] }), "array"],
    ["an array that is null", withOptions({ array: null }), "array"],
    ["an empty array name", withOptions({ array: "" }), "array"],
    ["an array name of 301 characters", withOptions({ array: "x".repeat(301) }), "array"],
    ["a window of two ranks", withWindow({ first: 11, last: 12 }), "window"],
    ["a window backwards", withWindow({ first: 100, last: 11 }), "window"],
    ["a window from 0", withWindow({ first: 0, last: 100 }), "window"],
    ["a window below 0", withWindow({ first: -5, last: 100 }), "window"],
    ["a window of text", withWindow({ first: "11", last: "100" }), "window"],
    ["a window of fractions", withWindow({ first: 1.5, last: 100 }), "window"],
    ["a window to infinity", withWindow({ first: 1, last: Number.POSITIVE_INFINITY }), "window"],
    ["a window of NaN", withWindow({ first: Number.NaN, last: 100 }), "window"],
    ["a window past all", withWindow({ first: 1, last: 2 ** 32 }), "window"],
    ["a window far past all", withWindow({ first: 1, last: 2 ** 40 }), "window"],
    ["a window that is a list", withWindow([11, 100]), "window"],
    ["a window that is null", withWindow(null), "window"],
    ["a window that is text", withWindow("11-100"), "window"],
    ["a window without an end", withWindow({ first: 11 }), "window"],
    ["weights of another kind", withOptions({ weights: "constructor" }), "weights"],
    ["weights that are null", withOptions({ weights: null }), "weights"],
    ["weights that are numbers", withOptions({ weights: [1, 2] }), "weights"],
  ])("%s", (_, message, why) => {
    expect(readMessage(message)).toEqual({
      type: "bad",
      id: 7,
      reason: { code: "bad_message", message: expect.stringMatching(pattern[why]) },
    });
  });

  test.each<[string, unknown]>([
    ["none", undefined],
    ["null", null],
    ["an object", { toString: 1 }],
    ["a list", [7]],
    ["true", true],
    ["a fraction", 1.5],
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["past the whole numbers", 1e300],
    ["a big integer", 7n],
    ["101 characters", "x".repeat(101)],
    ["10 million characters", "x".repeat(10_000_000)],
  ])("an id that is %s, which is not repeated", (_, id) => {
    for (const message of [analysis({ id }), { type: "eigenscope:cancel", id }])
      expect(readMessage(message)).toEqual({
        type: "bad",
        id: null,
        reason: { code: "bad_message", message: expect.stringMatching(pattern.id) },
      });
    // Whatever else is wrong, an id that is none is never sent back.
    expect(readMessage({ type: "eigenscope:theme", theme: 1, id })).toMatchObject({ id: null });
  });
});

describe("what is for others is not heard", () => {
  const circle: Record<string, unknown> = {};
  circle.type = circle;
  test.each<[string, unknown]>([
    ["null", null],
    ["undefined", undefined],
    ["0", 0],
    ["text", "eigenscope:ping"],
    ["a list", []],
    ["a circle", circle],
    ["a map", new Map([["type", "eigenscope:ping"]])],
    ["another prefix", { type: "other:ping", version: 1 }],
    ["a type that is a number", { type: 5 }],
    ["a type that is a list", { type: ["eigenscope:ping"] }],
    ["a prefix in the middle", { type: "x-eigenscope:ping" }],
    ["a prefix with another case", { type: "Eigenscope:ping" }],
    ["an error", new Error("eigenscope:ping")],
    ["a blob", new Blob(["x"])],
    ["a function", () => "eigenscope:ping"],
  ])("%s", (_, data) => {
    expect(readMessage(data)).toBeNull();
  });
});

test("whatever is sent, reading it throws nothing, and gives a message, a reason or nothing", () => {
  const random = randomOf(1);
  const values: unknown[] = [undefined, null, 0, 1, -1, 1.5, 7, "", "1/k", "dark", "x".repeat(500)];
  values.push(matrix(), new Blob(["x"]), new File([], ""), [], {}, { first: 1, last: 9 }, 2 ** 33);
  const types = ["ping", "theme", "analyze", "cancel", "report", ""].map(
    (one) => `eigenscope:${one}`,
  );
  const any = (): unknown => values[random(values.length)];
  const seen = new Set<string>();
  const wrong: unknown[] = [];
  const isReason = ({ code, message }: { code: string; message: string }): boolean =>
    ["bad_message", "other_version"].includes(code) && /^[A-Z"].+\.$/s.test(message);
  for (let time = 0; time < 5000; time += 1) {
    const message: Record<string, unknown> = { type: types[random(types.length)] };
    for (const key of ["id", "version", "theme", "buffer", "file", "name"])
      if (random(2)) message[key] = any();
    if (random(2)) {
      const options = { array: any(), window: any(), weights: any() };
      message.options = random(4) ? options : any();
    }
    const heard = readMessage(message);
    if (!heard || (heard.type === "bad" && !isReason(heard.reason))) wrong.push(message);
    seen.add(heard?.type ?? "nothing");
  }
  expect(wrong).toEqual([]);
  expect([...seen].sort()).toEqual(["analyze", "bad", "cancel", "ping", "theme"]);
});
