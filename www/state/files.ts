/** Where files that came with folders were found: their folders and their names. */
const places = new WeakMap<File, string>();

/** Remembers the path of a file that was found in a folder. */
export function foundAt(file: File, path: string): File {
  places.set(file, path.replace(/^\/+/, ""));
  return file;
}

/** The folders and the name of a file, as far as they are known. */
export function pathOf(file: File): string {
  return places.get(file) ?? (file.webkitRelativePath || file.name);
}

/** What a file is called: its name, with the folders in it that the person has not picked. */
export function shownName(file: File): string {
  const [, ...inside] = pathOf(file).split("/");
  return inside.length > 0 ? inside.join("/") : file.name;
}

/** What to call the parts of one matrix together: what their names share, and how many there are. */
export function nameOfParts(files: readonly File[]): string {
  const names = files.map(shownName);
  const first = names[0] ?? "";
  let shared = 0;
  while (shared < first.length && names.every((name) => name[shared] === first[shared])) {
    shared += 1;
  }
  const stem = first
    .slice(0, shared)
    .replace(/\d+$/, "")
    .replace(/[-_ ./=]+$/, "");
  return `${stem || first} (${names.length} files)`;
}
