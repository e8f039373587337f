/** Names that people and programs give to the pieces of one matrix: part-3, shard_00, rank0_chunk1, 2-of-7. */
const pieceOfOne = /(^|[^a-z])(part|shard|chunk|rank|split|block)[-_ .]?\d+|\d+[-_ ]?of[-_ ]?\d+/i;

/** Whether several files are more likely the parts of one matrix than separate matrices. */
export function likelyOneMatrix(names: readonly string[]): boolean {
  return names.length > 1 && names.every((name) => pieceOfOne.test(name));
}

const byName = new Intl.Collator("en", { numeric: true });

/** Files in the natural order of their names: layer2 before layer10. */
export function inNaturalOrder(files: readonly File[]): File[] {
  return [...files].sort((a, b) => byName.compare(a.name, b.name));
}

/** What to call the parts of one matrix together: what their names share, and how many there are. */
export function nameOfParts(files: readonly File[]): string {
  const names = inNaturalOrder(files).map((file) => file.name);
  const shortest = names[0] ?? "";
  let shared = 0;
  while (shared < shortest.length && names.every((name) => name[shared] === shortest[shared])) {
    shared += 1;
  }
  const stem = shortest
    .slice(0, shared)
    .replace(/\d+$/, "")
    .replace(/[-_ .]+$/, "");
  return `${stem || shortest} (${names.length} files)`;
}
