// A PNG that carries a text: any other program reads the picture, and the text comes out as it went in, or not at all.

import { beforeEach, describe, expect, test, vi } from "vitest";
import { isPng, png, textIn } from "../../www/share/png";
import { chunk, chunksOf, international, pngWith } from "./lib/png";
import { randomOf } from "./lib/random";

/** What a browser draws. */
const drawn = pngWith();

/** A canvas, and what it makes of a picture. */
let canvas: { width: number; height: number };
let toBlob: (done: (blob: Blob | null) => void) => void;
let revoked: string[];
let decoded: Promise<void>;

beforeEach(() => {
  toBlob = (done) => done(new Blob([drawn], { type: "image/png" }));
  revoked = [];
  decoded = Promise.resolve();
  vi.stubGlobal(
    "Image",
    class {
      src = "";
      width = 40;
      height = 30.4;
      decode = () => decoded;
    },
  );
  vi.stubGlobal("document", {
    createElement: () => {
      canvas = { width: 0, height: 0 };
      const getContext = () => ({ drawImage: () => {} });
      return Object.assign(canvas, {
        getContext,
        toBlob: (done: (blob: Blob | null) => void) => toBlob(done),
      });
    },
  });
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:1");
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((address) => void revoked.push(address));
});

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

const texts = [
  "{}",
  "",
  "α ≈ 1 \u0000 in 日本語 🎲",
  "x".repeat(100_000),
  '[{"name": "\u{2028}"}]',
];

describe("a PNG with a text", () => {
  test.each(texts.map((text) => [text.slice(0, 20), text]))(
    "“%s” is the browser's picture and one more chunk, each with its checksum",
    async (_, text) => {
      const made = await png("<svg/>", text);
      expect(made.type).toBe("image/png");
      const chunks = chunksOf(await bytesOf(made));
      expect(chunks.map(({ type }) => type)).toEqual(["IHDR", "IDAT", "iTXt", "IEND"]);
      const { data } = chunks[2] ?? { data: Buffer.alloc(0) };
      expect(data.toString("latin1", 0, 15)).toBe("eigenscope\0\0\0\0\0");
      expect(data.subarray(15).toString("utf8")).toBe(text);
      expect(chunksOf(drawn)).toEqual(chunks.filter(({ type }) => type !== "iTXt"));
    },
  );

  test.each(texts.map((text) => [text.slice(0, 20), text]))(
    "“%s” comes out again",
    async (_, text) => {
      expect(textIn(await bytesOf(await png("<svg/>", text)))).toBe(text);
    },
  );

  test("has twice the size of its picture, and nothing of it is kept", async () => {
    await png("<svg/>", "");
    expect([canvas.width, canvas.height]).toEqual([80, 61]);
    await png("<svg/>", "", 3);
    expect([canvas.width, canvas.height]).toEqual([120, 91]);
    expect(revoked).toEqual(["blob:1", "blob:1"]);
  });

  test.each<[string, typeof toBlob]>([
    ["gives nothing", (done) => done(null)],
    [
      "throws",
      () => {
        throw new DOMException("too large");
      },
    ],
  ])("too large for the browser, which %s, is refused", async (_, to) => {
    toBlob = to;
    await expect(png("<svg/>", "", 200)).rejects.toMatchObject({ code: "picture_too_large" });
    expect(revoked).toEqual(["blob:1"]);
  });
});

test("a picture that the browser cannot decode is refused", async () => {
  decoded = Promise.reject(new DOMException("The source image cannot be decoded."));
  await expect(png("<svg/>", "")).rejects.toMatchObject({ code: "picture_too_large" });
  expect(revoked).toEqual(["blob:1"]);
});

describe("the text in a PNG", () => {
  test("is found wherever its chunk is, with a language and a translated keyword too", () => {
    const own = international("here");
    expect(textIn(pngWith(own))).toBe("here");
    expect(textIn(pngWith(chunk("tEXt", "Author\0me"), own, chunk("tIME", "1234567")))).toBe(
      "here",
    );
    const named = international("here", { language: "de", translated: "Eigenspektrum" });
    expect(textIn(pngWith(named))).toBe("here");
  });

  test("is that of the first of our chunks", () => {
    expect(textIn(pngWith(international("a"), international("b")))).toBe("a");
    expect(
      textIn(pngWith(international("other", { keyword: "Comment" }), international("a"))),
    ).toBe("a");
  });

  test("is not looked for inside of other chunks", () => {
    expect(textIn(pngWith(chunk("zzzz", international("hidden"))))).toBeNull();
  });

  test.each<[string, Uint8Array]>([
    ["no bytes", new Uint8Array()],
    ["a signature alone", drawn.slice(0, 8)],
    ["a picture of another program", drawn],
    ["another keyword", pngWith(international("x", { keyword: "eigenscop" }))],
    ["a longer keyword", pngWith(international("x", { keyword: "eigenscope2" }))],
    ["a compressed text", pngWith(international("x", { compression: 1 }))],
    ["a chunk that ends in its keyword", pngWith(chunk("iTXt", "eigenscope"))],
    ["a chunk without a text", pngWith(chunk("iTXt", "eigenscope\0\0\0"))],
    ["a chunk without a translated keyword", pngWith(chunk("iTXt", "eigenscope\0\0\0de\0x"))],
    ["another type of chunk", pngWith(chunk("tEXt", "eigenscope\0\0\0\0\0x"))],
    [
      "bytes that are no UTF-8",
      pngWith(chunk("iTXt", Buffer.from("eigenscope\0\0\0\0\0\xff\xfe", "latin1"))),
    ],
    ["a JPEG", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0)],
  ])("is none in %s", (_, bytes) => {
    expect(textIn(bytes)).toBeNull();
  });

  test("is found in bytes that begin inside of a buffer", () => {
    const file = pngWith(international("here"));
    const larger = new Uint8Array(file.length + 7);
    larger.set(file, 5);
    expect(textIn(larger.subarray(5, 5 + file.length))).toBe("here");
  });

  test("may be empty, which is not none", () => {
    expect(textIn(pngWith(international("")))).toBe("");
  });
});

describe("a damaged PNG", () => {
  const text = '[{"software": "eigenscope 0.1.0", "alpha": 1.25}]';
  const whole = pngWith(international(text), chunk("tIME", "1234567"));

  test("with any one byte changed gives the text as it was, or none", () => {
    const wrong: string[] = [];
    let kept = 0;
    for (let at = 0; at < whole.length; at += 1)
      for (const flip of [1, 0x80, 0xff]) {
        const changed = whole.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        const found = textIn(changed);
        if (found === text) kept += 1;
        else if (found !== null) wrong.push(`${at} ${flip}: ${found}`);
      }
    expect(wrong).toEqual([]);
    // Pixels may be changed, and whatever follows; not the signature, nor the lengths of two chunks.
    const before = pngWith().length - 12 - 8 - 2 * 4;
    const behind = whole.length - pngWith(international(text)).length + 12;
    expect(kept).toBe(3 * (before + behind));
  });

  test("cut anywhere gives the text once its chunk is whole, and none before", () => {
    const end = pngWith().length - 12 + international(text).length;
    for (let length = 0; length <= whole.length; length += 1)
      expect(textIn(whole.subarray(0, length)), `${length}`).toBe(length >= end ? text : null);
  });

  test("with lengths that lead nowhere ends, and gives none", () => {
    for (const length of [0x7fffffff, 0xffffffff, 0x80000000, whole.length, 0xfffffff4]) {
      const changed = whole.slice();
      new DataView(changed.buffer).setUint32(8, length);
      expect(textIn(changed)).toBeNull();
    }
  });

  test("in thousands of ways gives the text as it was, or none", () => {
    const random = randomOf(1);
    const counts = { same: 0, none: 0, wrong: 0 };
    for (let time = 0; time < 3000; time += 1) {
      let changed = whole.slice();
      const [at, length] = [random(whole.length), random(40)];
      const how = random(4);
      if (how === 0) changed.fill([0, 255, 127][random(3)] ?? 0, at, at + 4);
      else if (how === 1) changed = changed.slice(0, at);
      else if (how === 2)
        changed = Uint8Array.from([...changed.subarray(0, at), ...changed.subarray(at + length)]);
      else
        changed = Uint8Array.from([...changed.subarray(0, at + length), ...changed.subarray(at)]);
      const found = textIn(changed);
      counts[found === null ? "none" : found === text ? "same" : "wrong"] += 1;
    }
    expect(counts.wrong).toBe(0);
    expect(counts.same).toBeGreaterThan(100);
    expect(counts.none).toBeGreaterThan(100);
  });
});

test("a PNG is known by its first eight bytes", () => {
  expect(isPng(drawn)).toBe(true);
  for (let at = 0; at < 8; at += 1) {
    const changed = drawn.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x20;
    expect(isPng(changed)).toBe(false);
    expect(isPng(drawn.subarray(0, at))).toBe(false);
  }
});
