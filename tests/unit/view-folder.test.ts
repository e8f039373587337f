// Folders that are dropped or chosen: all their files are found, and those that may be features are taken.

import { describe, expect, test } from "vitest";
import { pathOf } from "../../www/state/files";
import { featuresAmong, filesIn } from "../../www/view/folder";

const names = (files: readonly File[]): string[] => files.map(({ name }) => name);
const files = (...all: string[]): File[] => all.map((name) => new File([], name));

/** What browsers make of a dropped file. */
function entry(name: string, fails = false, fullPath = `/${name}`): FileSystemFileEntry {
  const file: FileSystemFileEntry["file"] = (resolve, reject) => {
    if (fails) reject?.(new DOMException("gone", "NotFoundError"));
    else resolve(new File([], name));
  };
  return { name, fullPath, isDirectory: false, isFile: true, file } as FileSystemFileEntry;
}

/** And of a folder, which tells its entries some at a time. */
function folder(name: string, ...batches: FileSystemEntry[][]): FileSystemDirectoryEntry {
  const createReader = () => {
    const left = [...batches];
    const readEntries = (resolve: (entries: FileSystemEntry[]) => void) =>
      resolve(left.shift() ?? []);
    return { readEntries };
  };
  return {
    name,
    isDirectory: true,
    isFile: false,
    createReader,
  } as Partial<FileSystemDirectoryEntry> as FileSystemDirectoryEntry;
}

describe("what may be features in a folder", () => {
  test.each([
    "npy",
    "npz",
    "safetensors",
    "pt",
    "pth",
    "bin",
    "csv",
    "tsv",
    "txt",
    "parquet",
    "arrow",
    "feather",
    "jsonl",
    "ndjson",
    "mat",
    "h5",
    "hdf5",
    "fbin",
    "fvecs",
    "bvecs",
  ])("ends with .%s, however that is written", (ending) => {
    const all = files(`a.${ending}`, `b.${ending.toUpperCase()}`, `c${ending}`, `d.${ending}.md`);
    expect(names(featuresAmong(all))).toEqual([`a.${ending}`, `b.${ending.toUpperCase()}`]);
  });

  test("is none of its notes, programs and hidden files", () => {
    const others = files(
      "notes.md",
      "train.py",
      "config.json",
      "README",
      "plot.png",
      ".hidden.npy",
    );
    expect(featuresAmong(others)).toEqual([]);
  });

  test("keeps its order", () => {
    const all = files("layer1.npy", "notes.md", "layer0.npy");
    expect(names(featuresAmong(all))).toEqual(["layer1.npy", "layer0.npy"]);
  });

  test("is a thousand files at most", () => {
    const all = Array.from({ length: 1200 }, (_, i) => new File([], `${i}.npy`));
    const found = featuresAmong([...files("notes.md"), ...all]);
    expect(found).toHaveLength(1000);
    expect(found[999]?.name).toBe("999.npy");
  });
});

describe("the files of what is dropped", () => {
  test("are those in folders, and in folders in them, some at a time", async () => {
    const inner = folder("layers", [entry("layer1.npy")], [entry("layer0.npy")]);
    const top = folder("run", [entry("readme.txt.md"), inner], [entry("last.npy")]);
    expect(names(await filesIn([top, entry("beside.npy")])).sort()).toEqual([
      "beside.npy",
      "last.npy",
      "layer0.npy",
      "layer1.npy",
      "readme.txt.md",
    ]);
  });

  test("know the folders that they were found in", async () => {
    const inner = folder("epoch_1", [entry("x.npy", false, "/runs/epoch_1/x.npy")]);
    const found = await filesIn([folder("runs", [inner]), entry("y.npy")]);
    expect(found.map(pathOf).sort()).toEqual(["runs/epoch_1/x.npy", "y.npy"]);
  });

  test("are none of hidden files and folders", async () => {
    const hidden = folder(".git", [entry("object.npy")]);
    const top = folder("run", [hidden, entry(".hidden.npy"), entry("a.npy")]);
    expect(names(await filesIn([top]))).toEqual(["a.npy"]);
  });

  test("of a folder without any are none", async () => {
    expect(await filesIn([folder("run")])).toEqual([]);
    expect(await filesIn([])).toEqual([]);
  });

  test("cannot be had where one cannot be read", async () => {
    const top = folder("run", [entry("a.npy"), entry("gone.npy", true)]);
    await expect(filesIn([top])).rejects.toThrow("gone");
  });
});
