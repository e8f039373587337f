// Looks at what the engine's workers are sent and what they send, and may hold it back.

import { vi } from "vitest";
import { NodeWorker } from "./worker.mjs";

/** The name of the worker that opens files. */
export const reader = "eigenscope reader";

let eyes = {};

class Watched extends NodeWorker {
  constructor(url, options) {
    super(url, options);
    eyes.onStart?.(this);
  }

  postMessage(message, transfer) {
    const send = () => super.postMessage(message, transfer);
    if (eyes.onSend?.(message, { worker: this, send }) !== false) send();
  }

  receive(message) {
    eyes.onReply?.(message, this);
    super.receive(message);
  }

  terminate() {
    eyes.onEnd?.(this);
    return super.terminate();
  }
}

/** All workers that start from now on can be looked at. To be called before the first analysis: the pool keeps idle ones. */
export function watchWorkers() {
  vi.stubGlobal("Worker", Watched);
}

/**
 * Looks at all workers from now on; at none without an argument.
 *
 * @param next each is optional: `onStart(worker)`; `onSend(message, { worker, send })`, after which the message is sent unless that
 * was `false` (then `send` does it later); `onReply(message, worker)`, before the page hears it; `onEnd(worker)`
 */
export function look(next = {}) {
  eyes = next;
}
