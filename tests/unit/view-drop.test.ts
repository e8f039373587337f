// Files that are dropped anywhere on the window, or pasted into it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { receiveFiles } from "../../www/view/drop";

/** What the page hears of, in words. */
let heard: string[] = [];
let folders: Promise<File[]>[] = [];
let page: EventTarget;
let leave: AbortController;

const names = (files: readonly File[]): string => files.map(({ name }) => name).join(" ");

beforeEach(() => {
  heard = [];
  folders = [];
  page = new EventTarget();
  leave = new AbortController();
  vi.stubGlobal("window", page);
  receiveFiles(
    {
      hover: (over) => heard.push(over ? "over" : "away"),
      files: (files) => heard.push(`files ${names(files)}`),
      folder: (files) => {
        heard.push("folder");
        folders.push(files);
      },
    },
    leave.signal,
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const file = (name: string): FileSystemEntry =>
  ({
    name,
    fullPath: `/${name}`,
    isDirectory: false,
    file: (resolve: (file: File) => void) => resolve(new File([], name)),
  }) as Partial<FileSystemFileEntry> as FileSystemEntry;

const folder = (name: string, ...entries: FileSystemEntry[]): FileSystemEntry => {
  const createReader = () => {
    const batches = entries.map((entry) => [entry]);
    return { readEntries: (resolve: (some: unknown[]) => void) => resolve(batches.shift() ?? []) };
  };
  return { name, isDirectory: true, createReader } as unknown as FileSystemEntry;
};

/** What a hand carries: entries as browsers show them while they are dropped. */
function carrying(...entries: FileSystemEntry[]): object {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  const files = entries.map(({ name }) => new File([], name));
  return { types: ["Files"], items, files, dropEffect: "none" };
}

/** An event on the window; tells whether the browser's own answer to it was prevented. */
function send(type: string, more: object): boolean {
  const event = Object.assign(new Event(type, { cancelable: true }), more);
  page.dispatchEvent(event);
  return event.defaultPrevented;
}

describe("a drag", () => {
  test("of files is taken as a copy, and shown until it leaves the window", () => {
    const dataTransfer = carrying(file("a.npy")) as { dropEffect: string };
    expect(send("dragenter", { dataTransfer })).toBe(true);
    expect(send("dragover", { dataTransfer })).toBe(true);
    expect(dataTransfer.dropEffect).toBe("copy");
    // From one element of the page to another.
    send("dragleave", { relatedTarget: {} });
    expect(heard).toEqual(["over", "over"]);
    send("dragleave", { relatedTarget: null });
    expect(heard.at(-1)).toBe("away");
  });

  test.each([
    ["text", { types: ["text/plain"], items: [], files: [] }],
    ["nothing", null],
  ])("of %s is the browser's", (_what, dataTransfer) => {
    for (const type of ["dragenter", "dragover", "drop"])
      expect(send(type, { dataTransfer })).toBe(false);
    expect(heard).toEqual(["away"]);
  });
});

describe("a drop", () => {
  test("of files gives them, in place of what the browser would do with them", () => {
    const dataTransfer = carrying(file("b.npy"), file("a.npy"));
    expect(send("drop", { dataTransfer })).toBe(true);
    expect(heard).toEqual(["away", "files b.npy a.npy"]);
  });

  test("of a folder gives the files in it, those in folders in it too, and those beside it", async () => {
    const inner = folder("layers", file("layer1.npy"), file("layer0.npy"), file(".hidden.npy"));
    const top = folder("run", file("readme.txt.md"), inner);
    send("drop", { dataTransfer: carrying(top, file("beside.npy")) });
    expect(heard).toEqual(["away", "folder"]);
    const [found] = await Promise.all(folders);
    expect(found?.map(({ name }) => name).sort()).toEqual([
      "beside.npy",
      "layer0.npy",
      "layer1.npy",
      "readme.txt.md",
    ]);
  });

  test("of files in a browser that shows no entries gives them all the same", () => {
    const dataTransfer = { ...carrying(file("a.npy")), items: [{}] };
    send("drop", { dataTransfer });
    expect(heard).toEqual(["away", "files a.npy"]);
  });
});

describe("a paste", () => {
  test("of files gives them", () => {
    expect(send("paste", { clipboardData: carrying(file("a.npy")) })).toBe(true);
    expect(heard).toEqual(["files a.npy"]);
  });

  test.each([[{ items: [], files: [] }], [null]])(
    "of text is the browser's: %j",
    (clipboardData) => {
      expect(send("paste", { clipboardData })).toBe(false);
      expect(heard).toEqual([]);
    },
  );
});

test("a page that is gone hears nothing", () => {
  leave.abort();
  expect(send("drop", { dataTransfer: carrying(file("a.npy")) })).toBe(false);
  expect(send("paste", { clipboardData: carrying(file("a.npy")) })).toBe(false);
  expect(heard).toEqual([]);
});
