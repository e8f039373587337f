// The script of the worker that opens files: how far it goes ahead of those that take what it unpacks, and what it says at the end.

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { nothingAsked } from "./lib/fresh-engine";
import { packedNpz } from "./lib/packed-npz";
import { type Message, settle } from "./lib/scripted-browser";
import { WorkerScope } from "./lib/worker-scope";

vi.mock("virtual:wasm/readers", () => ({
  base64: readFileSync(new URL("../../www/wasm/readers.wasm", import.meta.url), "base64"),
}));

/** Bytes of a piece, as the reader hands them over, and of the .npy header at their beginning. */
const [PIECE, HEADER] = [8 << 20, 128];
const COLUMNS = 1024;

/** A page with room for two pieces instead of eight: this is about what happens then, and not about how long it takes to get there. */
const { MOST_AHEAD } = vi.hoisted(() => ({ MOST_AHEAD: 16 << 20 }));
vi.mock("../../www/engine/material", async (original) => ({
  ...(await original<object>()),
  MOST_AHEAD,
}));

let reader: WorkerScope;
beforeEach(async () => {
  vi.resetModules();
  reader = new WorkerScope();
  await import("../../www/engine/reader");
});
afterEach(() => vi.unstubAllGlobals());

function open(file: File): void {
  reader.send({ type: "open", files: [file], array: null, asked: nothingAsked });
}

const pieces = (): Message[] => reader.replies.filter(({ type }) => type === "piece");
const bytesOf = (all: Message[]): number =>
  all.reduce((sum, { piece }) => sum + (piece as Uint8Array).length, 0);

/** Gives memory back, of which the test keeps a copy. */
function giveBack(...taken: unknown[]): void {
  reader.send({ type: "taken", pieces: structuredClone(taken) });
}

/** Waits until the reader has handed over so many bytes, and then as long as it goes on by itself. */
async function ahead(bytes: number): Promise<void> {
  while (bytesOf(pieces()) < bytes) await settle();
  for (let turn = 0; turn < 50; turn++) await settle();
}

test("the reader reports as soon as its script is loaded", () => {
  expect(reader.replies).toEqual([{ type: "loaded" }]);
});

describe("unpacked numbers", () => {
  const rows = (MOST_AHEAD + 2 * PIECE) / (4 * COLUMNS);

  test("wait while too many were not taken, and go on in the memory that is returned", async () => {
    open(packedNpz(new Float32Array(rows * COLUMNS), COLUMNS));
    await ahead(MOST_AHEAD);
    expect(bytesOf(pieces())).toBe(MOST_AHEAD);
    giveBack(pieces()[0]?.piece);
    await ahead(MOST_AHEAD + PIECE);
    expect(bytesOf(pieces())).toBe(MOST_AHEAD + PIECE);
    expect(reader.types).not.toContain("made");
    giveBack(
      ...pieces()
        .slice(1)
        .map(({ piece }) => piece),
    );
    await reader.answer("made");
    expect(bytesOf(pieces())).toBe(HEADER + rows * COLUMNS * 4);
  });

  test("are those of the file", async () => {
    const numbers = Float32Array.from({ length: 100 * 8 }, (_, at) => Math.sin(at));
    open(packedNpz(numbers, 8));
    await reader.answer("made");
    expect(reader.types.filter((type) => type !== "unpacked")).toEqual([
      "loaded",
      "opened",
      "piece",
      "made",
    ]);
    const [{ index, piece }] = pieces() as [Message];
    expect(index).toBe(0);
    const bytes = piece as Uint8Array<ArrayBuffer>;
    expect(new Float32Array(bytes.buffer, bytes.byteOffset + HEADER, 800)).toEqual(numbers);
  });

  test("with a wrong checksum at the end fail there", async () => {
    open(packedNpz(new Float32Array(PIECE / 4), COLUMNS, (truth) => truth ^ 1));
    const refused = await reader.answer("refused");
    expect(refused).toMatchObject({ code: "damaged_stream", spent: false });
    expect(refused.message).toContain("features.npz");
    expect(reader.types).not.toContain("made");
    expect(bytesOf(pieces())).toBeGreaterThanOrEqual(PIECE);
  });
});
