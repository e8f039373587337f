/** Hands a text to the person as a file: made here, saved by the browser, sent nowhere. */
export function saveText(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
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
