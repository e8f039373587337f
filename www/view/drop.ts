/** Takes files that are dropped anywhere on the window or pasted into it. */
export interface FileReceiver {
  /** A file hovers over the window, or no longer. */
  hover(over: boolean): void;
  files(files: File[]): void;
  /** What was let go of is a folder. */
  folder(name: string): void;
}

export function receiveFiles(receiver: FileReceiver, signal: AbortSignal): void {
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

  const onDragOver = (event: DragEvent) => {
    if (!carriesFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    receiver.hover(true);
  };
  const onDragLeave = (event: DragEvent) => {
    // Between two elements of the page there is a related target; out of the window there is none.
    if (event.relatedTarget === null) receiver.hover(false);
  };
  const onDrop = (event: DragEvent) => {
    receiver.hover(false);
    if (!carriesFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    give(event.dataTransfer);
  };
  const onPaste = (event: ClipboardEvent) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    give(event.clipboardData);
  };
  const give = (transfer: DataTransfer) => {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
    const folder = entries.find((entry) => entry?.isDirectory);
    if (folder) receiver.folder(folder.name);
    else receiver.files([...transfer.files]);
  };

  window.addEventListener("dragenter", onDragOver, { signal });
  window.addEventListener("dragover", onDragOver, { signal });
  window.addEventListener("dragleave", onDragLeave, { signal });
  window.addEventListener("drop", onDrop, { signal });
  window.addEventListener("paste", onPaste, { signal });
}
