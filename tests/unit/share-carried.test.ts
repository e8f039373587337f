// Files that contain results are distinguished from all others by their first bytes, and whatever is in them ends in a sentence at worst.

import { beforeEach, describe, expect, test, vi } from "vitest";
import { AnalysisError } from "../../www/engine/types";
import { comeBack } from "../../www/share/back";
import { carriedIn, mayCarry } from "../../www/share/carried";
import type { Workspace } from "../../www/state/workspace";
import { international, pngWith } from "./lib/png";
import { randomOf } from "./lib/random";

/** The browser's own reader of SVG, which Node has not: here it gives what the test says. */
const svg = vi.hoisted(() => ({ asked: [] as string[], metadata: null as string | null }));
vi.mock("../../www/engine/trusted", async (original) => ({
  ...(await original<object>()),
  inertDocument: (text: string) => {
    svg.asked.push(text);
    return {
      querySelector: (selector: string) =>
        selector === "svg > metadata#eigenscope" && svg.metadata !== null
          ? { textContent: svg.metadata }
          : null,
    };
  },
}));

/** The core's reader of Reports. */
const core = vi.hoisted(() => ({ read: [] as unknown[] }));
vi.mock("../../www/share/recorded", () => ({
  readReport: async (report: unknown) => {
    core.read.push(report);
    const { name } = (report ?? {}) as { name?: string };
    if (!name) throw new AnalysisError("bad_report", "This is not a Report.");
    return { name };
  },
}));

beforeEach(() => {
  svg.asked.length = 0;
  svg.metadata = null;
  core.read.length = 0;
});

const file = (name: string, content: BlobPart): File => new File([content], name);
const report = '{\n "software": "eigenscope 0.1.0",\n "name": "x.npy"\n}';
const picture = '<svg xmlns="http://www.w3.org/2000/svg"><metadata id="eigenscope"/></svg>';

/** What a file gives. */
async function read(from: File): Promise<{ may: boolean; text?: string | null; error?: unknown }> {
  const may = await mayCarry(from);
  try {
    return { may, text: await carriedIn(from) };
  } catch (error) {
    return { may, error };
  }
}

describe("a file that brings results", () => {
  test("is a Report, or a list of them, and is given as it is", async () => {
    for (const text of [report, `[${report}]`, `  \n[\n\n ${report}]`, `\ufeff${report}`]) {
      const { may, text: found } = await read(file("a.json", text));
      expect(may).toBe(true);
      // A byte order mark is no part of the text.
      expect(found).toBe(text.replace(/^\ufeff/, ""));
    }
  });

  test("is recognized by its contents, not by its name", async () => {
    expect(await read(file("x.npy", report))).toEqual({ may: true, text: report });
    expect((await read(file("a.png", "1,2\n3,4\n"))).may).toBe(false);
  });

  test("is a PNG with the text", async () => {
    const png = file("a.png", pngWith(international(report)));
    expect(await read(png)).toEqual({ may: true, text: report });
  });

  test("is an SVG, whatever comes before its first element, and the browser finds the text", async () => {
    svg.metadata = report;
    for (const before of ["", "\ufeff", "\n \t", '<?xml version="1.0"?>\n<!-- edited -->\n']) {
      svg.asked.length = 0;
      expect(await read(file("a.svg", before + picture))).toEqual({ may: true, text: report });
      expect(svg.asked).toEqual([`${before.replace("\ufeff", "")}${picture}`]);
    }
  });
});

describe("a picture without results says so", () => {
  test.each<[string, BlobPart]>([
    ["drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ["broken.svg", "<svg <"],
    ["photo.png", pngWith()],
    ["cut.png", pngWith(international(report)).slice(0, 90)],
    ["signature.png", Uint8Array.from(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"))],
  ])("%s", async (name, content) => {
    const { may, error } = await read(file(name, content));
    expect(may).toBe(true);
    expect(error).toBeInstanceOf(AnalysisError);
    expect(error).toMatchObject({
      code: "no_reports",
      message: expect.stringContaining(
        `${name} is a picture, but carries no results of Eigenscope`,
      ),
    });
  });
});

describe("every other file is left to the readers", () => {
  test.each<[string, BlobPart]>([
    ["empty.npy", ""],
    ["x.npy", Uint8Array.from(Buffer.from("\x93NUMPY\x01\x00v\x00{'descr': '<f8'}", "latin1"))],
    ["x.csv", "1,2\n3,4\n"],
    ["x.jsonl", "[1, 2]\n[3, 4]\n"],
    ["y.jsonl", '{"embedding": [1, 2], "software": "other"}\n'],
    ["z.json", '{"note": "software: eigenscope "}'],
    ["text.txt", '"software": "eigenscope 0.1.0"'],
    ["x.xml", '<?xml version="1.0"?><table/>'],
    ["x.html", "<!doctype html><svg></svg>"],
    ["letters.svg", "<svgx></svgx>"],
    ["late.json", `{"x": "${"y".repeat(400)}", "software": "eigenscope 0.1.0"}`],
    ["late.svg", `<?xml version="1.0"?>${" ".repeat(5000)}<svg/>`],
    ["jpeg.png", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
  ])("%s", async (name, content) => {
    expect(await read(file(name, content))).toEqual({ may: false, text: null });
  });
});

/** A file in memory: thousands of a browser's own take too long. */
function quick(bytes: Uint8Array<ArrayBuffer>): File {
  return Object.defineProperties(Object.create(File.prototype), {
    name: { value: "changed" },
    size: { value: bytes.length },
    slice: {
      value: (start: number, end: number) => ({
        arrayBuffer: async () => bytes.slice(start, end).buffer,
      }),
    },
  }) as File;
}

/** A file of a size that no memory holds, of which the beginning is there. */
function huge(begins: string, size: number): File {
  const read = vi.fn((start: number, end: number) => new Blob([begins]).slice(start, end));
  return Object.defineProperties(Object.create(File.prototype), {
    name: { value: "large.svg" },
    size: { value: size },
    slice: { value: read },
  }) as File;
}

test("a picture too large for results is not read", async () => {
  const large = huge(picture, 257 * 2 ** 20);
  const { may, error } = await read(large);
  expect(may).toBe(true);
  expect(error).toMatchObject({
    code: "results_too_large",
    message: expect.stringMatching(/^large\.svg has 269 MB, and .* at most 268 MB/),
  });
  for (const [, end] of vi.mocked(large.slice).mock.calls) expect(end).toBeLessThanOrEqual(4096);
});

test("a file that cannot be read any more is left to the readers, who say why", async () => {
  const gone = Object.defineProperties(Object.create(File.prototype), {
    name: { value: "gone.svg" },
    size: { value: 100 },
    slice: { value: () => ({ arrayBuffer: () => Promise.reject(new DOMException("moved")) }) },
  }) as File;
  expect(await mayCarry(gone)).toBe(false);
});

describe.each(["png", "json"] as const)("thousands of damaged files of %s", (kind) => {
  test("give a text, a sentence, or are another program's", async () => {
    const long = report.replace("x.npy", "x".repeat(2000));
    const whole = kind === "png" ? pngWith(international(long)) : new TextEncoder().encode(long);
    const random = randomOf(kind.length);
    const counts = { text: 0, refused: 0, none: 0 };
    const wrong: unknown[] = [];
    for (let time = 0; time < 2000; time += 1) {
      let changed: Uint8Array<ArrayBuffer> = whole.slice();
      const [at, length] = [random(whole.length), random(200)];
      // The beginning is what tells the kind: half of the changes are there.
      const near = random(2) ? random(Math.min(whole.length, 300)) : at;
      const how = random(5);
      if (how === 0) changed[near] = random(256);
      else if (how === 1)
        for (let i = 0; i < 4; i += 1) changed[near + i] = [0, 255, 127][random(3)] ?? 0;
      else if (how === 2) changed = changed.slice(0, at);
      else if (how === 3)
        changed = Uint8Array.from([
          ...changed.subarray(0, near),
          ...changed.subarray(near + length),
        ]);
      else
        changed = Uint8Array.from([...changed.subarray(0, at + length), ...changed.subarray(at)]);
      const { may, text, error } = await read(quick(changed));
      if (error) {
        counts.refused += 1;
        if (!(error instanceof AnalysisError) || error.code !== "no_reports" || !may)
          wrong.push(error);
      } else {
        counts[text === null ? "none" : "text"] += 1;
        if (may !== (text !== null)) wrong.push({ may, text });
        // A PNG has a checksum over its text: damage never goes unseen.
        if (kind === "png" && text !== null && text !== long) wrong.push(text);
      }
    }
    expect(wrong).toEqual([]);
    expect(counts.text).toBeGreaterThan(50);
    expect(counts.none).toBeGreaterThan(10);
    expect(counts.refused > 50).toBe(kind === "png");
  });
});

describe("the Reports in files", () => {
  const received: unknown[][] = [];
  const workspace = {
    receive: (all: unknown, from: string) => received.push([all, from]),
  } as unknown as Workspace;
  beforeEach(() => {
    received.length = 0;
  });

  test("is one Report or a list of them; files of features are left as they are", async () => {
    const features = file("x.csv", "1,2\n");
    const two = `[${report}, ${report.replace("x.npy", "y.npy")}]`;
    const rest = await comeBack(workspace, [file("a.json", report), features, file("b.json", two)]);
    expect(rest).toEqual({ others: [features], refusal: null });
    expect(received).toEqual([
      [[{ name: "x.npy" }], "report"],
      [[{ name: "x.npy" }, { name: "y.npy" }], "report"],
    ]);
  });

  test("a picture without results goes to the readers, with its sentence", async () => {
    const photo = file("photo.png", pngWith());
    const { others, refusal } = await comeBack(workspace, [photo, file("a.json", report)]);
    expect(others).toEqual([photo]);
    expect(refusal).toMatchObject({ code: "no_reports" });
    expect(received).toHaveLength(1);
  });

  test.each<[string, string]>([
    ["text that was cut", report.slice(0, -1)],
    ["a list that was cut", `[${report},`],
    ["a trailing comma", `[${report},]`],
    ["two in one", report + report],
  ])("%s is no JSON, and is neither shown nor read as features", async (_, text) => {
    const { others, refusal } = await comeBack(workspace, [file("a.json", text)]);
    expect(others).toEqual([]);
    expect(refusal).toBeInstanceOf(AnalysisError);
    expect(refusal).toMatchObject({
      code: "bad_report",
      message: expect.stringMatching(/^a\.json: its results are no JSON/),
    });
    expect(received).toEqual([]);
  });

  test("of a list with one bad Report nothing is shown", async () => {
    const list = `[${report}, {"software": "eigenscope 0.1.0"}]`;
    const { refusal } = await comeBack(workspace, [file("a.json", list)]);
    expect(refusal).toMatchObject({ code: "bad_report" });
    expect(core.read).toHaveLength(2);
    expect(received).toEqual([]);
  });

  test("of several files that are refused the last sentence is kept", async () => {
    const { refusal } = await comeBack(workspace, [
      file("a.json", report.slice(0, -1)),
      file("b.json", report.slice(0, -1)),
    ]);
    expect(refusal).toMatchObject({ message: expect.stringMatching(/^b\.json/) });
  });
});
