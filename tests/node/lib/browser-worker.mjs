// What runs inside a worker thread: the few globals of a browser's dedicated worker that the page's scripts use, then
// the script itself.

import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { unwrapped } from "./messages.mjs";

globalThis.self = globalThis;
// HDF5's library looks at these for where it runs.
globalThis.WorkerGlobalScope = class {};
globalThis.location = { href: "file:///" };
process.type = "renderer";
globalThis.postMessage = (message, options) =>
  parentPort.postMessage(message, options?.transfer ?? options);

const listeners = [];
globalThis.addEventListener = (type, listener) => {
  if (type === "message") listeners.push(listener);
};
globalThis.removeEventListener = (_type, listener) => {
  const index = listeners.indexOf(listener);
  if (index >= 0) listeners.splice(index, 1);
};
globalThis.dispatchEvent = (event) => {
  for (const listener of [...listeners]) listener(event);
};
parentPort.on("message", (data) => {
  dispatchEvent({ type: "message", data: unwrapped(data) });
});

/** Only a worker may wait for the bytes of a blob; in Node they come along with the blob (messages.mjs). */
globalThis.FileReaderSync = class {
  readAsArrayBuffer(blob) {
    return blob.bytesNow().slice().buffer;
  }
};

const { fetch: overNetwork } = globalThis;
globalThis.fetch = async (url, ...rest) =>
  String(url).startsWith("file:")
    ? new Response(await readFile(new URL(url)))
    : overNetwork(url, ...rest);

await import(workerData);
