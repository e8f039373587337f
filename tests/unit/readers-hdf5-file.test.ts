import { afterEach, describe, expect, test, vi } from "vitest";
import { mount } from "../../www/engine/readers/hdf5-file";
import { randomOf } from "./lib/random";

const PAGE = 128 << 10;
const content = Uint8Array.from({ length: 5 * PAGE + 321 }, (_, at) => (at * 7 + (at >>> 9)) % 251);

/** A file whose parts know their bytes, as the reader of a worker gives them without waiting. */
class KnownFile extends File {
  reads: [number, number][] = [];
  left = content.length;

  override slice(start = 0, end = this.size): Blob {
    this.reads.push([start, end]);
    return Object.assign(super.slice(start, end), {
      bytes: content.slice(start, Math.min(end, this.left)),
    });
  }
}

interface Part {
  size: number;
}

/** What the library's file system gets, and how it reads a part of it. */
function mounted(file: File) {
  vi.stubGlobal(
    "FileReaderSync",
    class {
      readAsArrayBuffer(part: Blob & { bytes: Uint8Array }) {
        return part.bytes.buffer;
      }
    },
  );
  const calls: unknown[][] = [];
  const mountedBlobs: { data: { size: number; slice(start: number, end: number): Part } }[] = [];
  const WORKERFS = { reader: undefined as unknown };
  const FS = {
    filesystems: { WORKERFS },
    mkdir: (folder: string) => calls.push(["mkdir", folder]),
    mount: (kind: unknown, { blobs }: { blobs: typeof mountedBlobs }, folder: string) => {
      mountedBlobs.push(...blobs);
      calls.push(["mount", kind === WORKERFS, folder]);
    },
  };
  const path = mount({ FS } as never, file, "/file-3");
  const reader = WORKERFS.reader as { readAsArrayBuffer(part: Part): Uint8Array };
  const [{ data }] = mountedBlobs as [(typeof mountedBlobs)[number]];
  const read = (start: number, end: number) => reader.readAsArrayBuffer(data.slice(start, end));
  return { path, calls, data, read };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a file as the HDF5 library reads it", () => {
  test("is in a folder of its own", () => {
    const { path, calls, data } = mounted(new KnownFile([content], "a.h5"));
    expect(calls).toEqual([
      ["mkdir", "/file-3"],
      ["mount", true, "/file-3"],
    ]);
    expect([path, data.size]).toEqual(["/file-3/data", content.length]);
  });

  test("has its bytes at any place, within a page and across pages", () => {
    const { read, data } = mounted(new KnownFile([content], "a.h5"));
    const random = randomOf(5);
    for (let i = 0; i < 300; i += 1) {
      const start = random(content.length);
      const end = start + 1 + random(i % 3 === 0 ? 3 * PAGE : 600);
      const right = content.subarray(start, Math.min(end, content.length));
      expect(data.slice(start, end).size).toBe(right.length);
      expect(Buffer.compare(read(start, end), right), `${start} to ${end}`).toBe(0);
    }
    expect(data.slice(content.length + 5, content.length + 9).size).toBe(0);
  });

  test("is read a page at a time, and each page once; more than a page at once", () => {
    const file = new KnownFile([content], "a.h5");
    const { read } = mounted(file);
    read(10, 20);
    read(500, 900);
    read(PAGE - 5, PAGE + 5);
    read(5 * PAGE, 5 * PAGE + 4);
    read(100, 200 + PAGE);
    expect(file.reads).toEqual([
      [0, PAGE],
      [PAGE, 2 * PAGE],
      [5 * PAGE, content.length],
      [100, 200 + PAGE],
    ]);
  });

  test("that is shorter than it was is an error of the browser's kind", () => {
    const file = new KnownFile([content], "a.h5");
    file.left = 1000;
    expect(() => mounted(file).read(0, 10)).toThrow(DOMException);
    expect(() => mounted(file).read(0, 2 * PAGE)).toThrow(DOMException);
  });
});
