import { filesIn } from "./folder";

/** Takes files that are dropped anywhere on the window or pasted into it. */
export interface FileReceiver {
  /** A file hovers over the window, or no longer. */
  hover(over: boolean): void;
  files(files: File[]): void;
  /** The files in folders, some of which are features. */
  folder(files: Promise<File[]>): void;
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
    const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
    if (entries.some(({ isDirectory }) => isDirectory)) receiver.folder(filesIn(entries));
    else receiver.files([...transfer.files]);
  };

  window.addEventListener("dragenter", onDragOver, { signal });
  window.addEventListener("dragover", onDragOver, { signal });
  window.addEventListener("dragleave", onDragLeave, { signal });
  window.addEventListener("drop", onDrop, { signal });
  window.addEventListener("paste", onPaste, { signal });
}
