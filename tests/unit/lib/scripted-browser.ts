// What the engine uses of a browser, under a test's control: workers that answer only when the test says so, a page that can be hidden,
// and timers that stand still.

import { vi } from "vitest";

/** A message between the page and a worker. */
export type Message = { type: string } & Record<string, unknown>;

/** A Worker without a thread. Messages are cloned and their buffers transferred, as between real threads. */
export class ScriptedWorker {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  /** All that the page has sent, oldest first. */
  readonly sent: Message[] = [];
  /** What of that is not handled yet. */
  readonly inbox: Message[] = [];
  isEnded = false;
  readonly name: string;

  constructor(
    readonly url: string,
    options: { name: string },
  ) {
    this.name = options.name;
    browser.workers.push(this);
    browser.onWorker(this);
  }

  postMessage(message: Message, transfer: Transferable[] = []): void {
    // A compiled module is shared, and a copy of it would take far longer than all the rest.
    const copy = message.type === "start" ? message : structuredClone(message, { transfer });
    // As in a browser, an ended worker gets nothing any more.
    if (this.isEnded) return;
    this.sent.push(copy);
    this.inbox.push(copy);
  }

  terminate(): void {
    this.isEnded = true;
  }

  /** A message to the page. As in a browser, the page hears nothing of an ended worker. */
  reply(message: Message, transfer: Transferable[] = []): void {
    const data: Message = structuredClone(message, { transfer });
    if (!this.isEnded) this.onmessage?.({ data });
  }

  /** A message that is handled although the worker was ended: nothing may follow from it. */
  replyLate(message: Message): void {
    this.onmessage?.({ data: structuredClone(message) });
  }

  /** An error that the worker's script does not catch. Returns whether the page has kept it from the console. */
  die(): boolean {
    let isPrevented = false;
    const preventDefault = (): void => {
      isPrevented = true;
    };
    if (!this.isEnded) this.onerror?.({ preventDefault });
    return isPrevented;
  }

  /** The messages of one type that the page has sent. */
  all(type: string): Message[] {
    return this.sent.filter((message) => message.type === type);
  }
}

class ScriptedDocument extends EventTarget {
  hidden = false;
  baseURI = "https://page.invalid/";
}

export class ScriptedBrowser {
  /** Every worker that was started, ended ones too. */
  readonly workers: ScriptedWorker[] = [];
  /** Called for each worker as it starts. */
  onWorker: (worker: ScriptedWorker) => void = () => {};
  readonly document = new ScriptedDocument();

  /** Workers by the name that they were started with. */
  named(name: string): ScriptedWorker[] {
    return this.workers.filter((worker) => worker.name === name);
  }

  get running(): ScriptedWorker[] {
    return this.workers.filter((worker) => !worker.isEnded);
  }

  hide(isHidden = true): void {
    this.document.hidden = isHidden;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }
}

let browser = new ScriptedBrowser();

/** A new browser, whose time stands still; `withGpu` is whether it has WebGPU. */
export function scriptBrowser({ withGpu = true } = {}): ScriptedBrowser {
  browser = new ScriptedBrowser();
  vi.useFakeTimers();
  vi.stubGlobal("Worker", ScriptedWorker);
  vi.stubGlobal("document", browser.document);
  const navigator = { hardwareConcurrency: 4, userAgent: "a test" };
  vi.stubGlobal("navigator", withGpu ? { ...navigator, gpu: {} } : navigator);
  return browser;
}

/** Takes all of it away again. */
export function endScript(): void {
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

/** The real one: under a test's control there is a stand-in. */
const { setImmediate: soon } = globalThis;

/** Lets everything happen that waits for nothing but promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => soon(resolve));
}
