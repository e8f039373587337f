// The browser's Worker, as far as the page uses it, over a thread of Node. What it runs is the script of the built site.

import { resolveObjectURL } from "node:buffer";
import { Worker as Thread } from "node:worker_threads";
import { wrapped } from "./messages.mjs";

const inside = new URL("./browser-worker.mjs", import.meta.url);
const running = new Set();

export class NodeWorker {
  onmessage = null;
  onerror = null;
  onmessageerror = null;
  #thread;
  #waiting = [];
  #isEnded = false;

  /** @param url a blob's: the page starts all its workers from blobs */
  constructor(url, { name = "" } = {}) {
    this.name = name;
    running.add(this);
    this.#start(url).catch((error) =>
      this.onerror?.({ message: String(error), preventDefault() {} }),
    );
  }

  async #start(url) {
    const code = await resolveObjectURL(String(url)).text();
    if (this.#isEnded) return;
    const script = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
    this.#thread = new Thread(inside, { workerData: script });
    // As in a browser, an ended worker's messages are dropped even when they were sent before its end.
    const hear = (type, listener) =>
      this.#thread.on(type, (what) => {
        if (!this.#isEnded) listener(what);
      });
    hear("message", (data) => this.receive(data));
    hear("messageerror", () => this.onmessageerror?.());
    hear("error", (error) =>
      this.onerror?.({ message: String(error), error, preventDefault() {} }),
    );
    for (const { message, transfer } of this.#waiting.splice(0))
      this.#thread.postMessage(message, transfer);
  }

  /** A message comes from the worker; tests look at it here (watch.mjs). */
  receive(data) {
    this.onmessage?.({ data });
  }

  postMessage(message, options = []) {
    const transfer = Array.isArray(options) ? options : (options.transfer ?? []);
    const sent = wrapped(message);
    if (this.#thread) this.#thread.postMessage(sent, transfer);
    else this.#waiting.push({ message: sent, transfer });
  }

  terminate() {
    this.#isEnded = true;
    running.delete(this);
    return this.#thread?.terminate();
  }
}

/** Ends every worker that is left. */
export function endWorkers() {
  return Promise.all([...running].map((worker) => worker.terminate()));
}
