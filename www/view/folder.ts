/** Finds the files in folders that are dropped or chosen. */

import { foundAt } from "../state/files";

/** How files of features end. In a folder there are others beside them, and nobody has picked these. */
const endings =
  /\.(npy|npz|safetensors|pt|pth|bin|csv|tsv|txt|parquet|arrow|feather|jsonl|ndjson|mat|h5|hdf5|fbin|fvecs|bvecs)$/i;

/** A folder is read no further than this. */
const MOST_FILES = 1000;

/** What may be features among the files of a folder. */
export function featuresAmong(files: readonly File[]): File[] {
  return files
    .filter(({ name }) => endings.test(name) && !name.startsWith("."))
    .slice(0, MOST_FILES);
}

/** All files in some entries and in the folders among them. */
export async function filesIn(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const files: File[] = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory) waiting.push(...(await list(entry as FileSystemDirectoryEntry)));
    else files.push(foundAt(await open(entry as FileSystemFileEntry), entry.fullPath));
  }
  return files;
}

/** A folder tells its entries some at a time, until there are no more. */
async function list(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}

function open(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
