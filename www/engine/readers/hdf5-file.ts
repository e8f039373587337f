/**
 * A file as the HDF5 library reads it: without waiting, and at times a few bytes here and a few there. Each read takes the browser about as long as 100 KiB, so
 * pages of the file are kept.
 */

import type { ready } from "h5wasm";

type Module = Awaited<typeof ready>;

/** Only workers have it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const PAGE_BYTES = 128 << 10;
const PAGES = 128;

/** What the library's file system takes for a part of a file. */
interface Part {
  size: number;
  bytes(): Uint8Array;
}

class Pages {
  readonly size: number;
  /** The one that was used last comes last. */
  private readonly pages = new Map<number, Uint8Array>();
  private readonly reader = new FileReaderSync();

  constructor(private readonly file: File) {
    this.size = file.size;
  }

  slice(start: number, end: number): Part {
    const size = Math.max(0, Math.min(end, this.size) - start);
    const bytes = () =>
      size > PAGE_BYTES ? this.read(start, start + size) : this.join(start, start + size);
    return { size, bytes };
  }

  private join(start: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - start);
    for (let at = start; at < end; ) {
      const number = Math.floor(at / PAGE_BYTES);
      const from = at - number * PAGE_BYTES;
      const part = this.page(number).subarray(from, from + end - at);
      bytes.set(part, at - start);
      at += part.length;
    }
    return bytes;
  }

  private page(number: number): Uint8Array {
    const start = number * PAGE_BYTES;
    const page =
      this.pages.get(number) ?? this.read(start, Math.min(start + PAGE_BYTES, this.size));
    this.pages.delete(number);
    this.pages.set(number, page);
    const [oldest] = this.pages.keys();
    if (this.pages.size > PAGES && oldest !== undefined) this.pages.delete(oldest);
    return page;
  }

  private read(start: number, end: number): Uint8Array {
    const bytes = this.reader.readAsArrayBuffer(this.file.slice(start, end));
    if (bytes.byteLength < end - start) throw new DOMException("the file is shorter than it was");
    return new Uint8Array(bytes);
  }
}

/** Gives the library a file, and says where it is. */
export function mount({ FS }: Module, file: File, folder: string): string {
  const files = FS as unknown as {
    filesystems: { WORKERFS: { reader: unknown } };
    mkdir(path: string): void;
    mount(kind: unknown, given: unknown, at: string): void;
  };
  const { WORKERFS } = files.filesystems;
  WORKERFS.reader = { readAsArrayBuffer: (part: Part) => part.bytes() };
  files.mkdir(folder);
  files.mount(WORKERFS, { blobs: [{ name: "data", data: new Pages(file) }] }, folder);
  return `${folder}/data`;
}
