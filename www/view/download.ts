/** Hands something to the person as a file: made here, saved by the browser, sent nowhere. */
export function saveFile(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken its own hold of the blob once the click has been handled.
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** features.npy → features.eigenscope.json */
export function reportName(source: string): string {
  return `${source.replace(/\.npy$/i, "")}.eigenscope.json`;
}

/** features.npy → features.moments.npz */
export function momentsName(source: string): string {
  return `${source.replace(/\.\w+$/, "")}.moments.npz`;
}
