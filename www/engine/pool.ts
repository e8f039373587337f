/**
 * Workers that are kept for a while and ended at once when a run is cancelled.
 *
 * Running wasm cannot be interrupted from outside, so ending the worker is the one way to stop it; a new one starts in a few
 * milliseconds from the compiled module.
 */

import { worker_died } from "../wasm/eigenscope.js";
import type { GpuReply, GpuRequest, ReaderReply, ReaderRequest, Reply, Request } from "./protocol";
import { trustedScriptUrl } from "./trusted";
import { AnalysisError } from "./types";

/** An idle worker keeps its memory; after this many milliseconds it is let go. */
const IDLE_MILLISECONDS = 10_000;

/** A worker with a script of its own is kept for longer: it has loaded and compiled much. */
const SPECIAL_IDLE_MILLISECONDS = 60_000;

/** One worker, lent out. */
export interface Hand<Asked = Request, Answer = Reply> {
  send(request: Asked, transfer?: Transferable[]): void;
  /** Set by whoever holds it. */
  onReply: (reply: Answer) => void;
  onDeath: () => void;
}

/** The worker that has the GPU, lent out. */
export type GpuHand = Hand<GpuRequest, GpuReply>;

/** The worker that opens files, lent out. */
export interface ReaderHand extends Hand<ReaderRequest, ReaderReply> {
  /** Its script is there. */
  isLoaded: boolean;
}

/** Any worker that can give the blocks of rows that it has summed. */
export type Giver = Hand | GpuHand;

/** Any worker at all. */
type AnyHand = Giver | ReaderHand;

/** Workers with scripts of their own, of which there is one each. */
type Special = "gpu" | "reader";

interface Idle {
  worker: Worker;
  timer: ReturnType<typeof setTimeout>;
}

export class Pool {
  private idle: Idle[] = [];
  /** Those with scripts of their own, while nobody holds them. */
  private readonly idleSpecial = new Map<Special, Idle>();
  private readonly specialScripts = new Map<Special, string>();
  private readonly lent = new Map<AnyHand, { worker: Worker; special: Special | undefined }>();

  /**
   * @param script the worker's code as a blob, so that workers inherit this page's content security policy
   * @param urls the addresses of the code of workers that are loaded when one is wanted
   */
  constructor(
    private readonly script: string,
    private readonly module: WebAssembly.Module,
    private readonly urls: Readonly<Record<Special, string>>,
  ) {}

  /** A worker from the idle ones, or a new one. */
  take(): Hand {
    const kept = this.idle.pop();
    if (kept) clearTimeout(kept.timer);
    return this.lend<Request, Reply>(kept?.worker ?? this.start(), undefined);
  }

  /** The worker that has the GPU. There is one device at a time: whoever takes it must have given it back before it is taken again. */
  takeGpu(): GpuHand {
    return this.takeSpecial<GpuRequest, GpuReply>("gpu");
  }

  /** A worker that opens files. */
  takeReader(): ReaderHand {
    const isLoaded = this.idleSpecial.has("reader");
    return Object.assign(this.takeSpecial<ReaderRequest, ReaderReply>("reader"), { isLoaded });
  }

  private takeSpecial<Asked, Answer>(special: Special): Hand<Asked, Answer> {
    const kept = this.idleSpecial.get(special);
    this.idleSpecial.delete(special);
    if (kept) clearTimeout(kept.timer);
    return this.lend<Asked, Answer>(kept?.worker ?? this.startSpecial(special), special);
  }

  /** Starts workers that will be wanted soon, so that they load while the headers are read. */
  prepare(count: number): void {
    while (this.idle.length < count) this.rest(this.start());
  }

  /** Gives a worker back that has finished its work. */
  release(hand: AnyHand): void {
    const lent = this.lent.get(hand);
    if (!lent) return;
    this.lent.delete(hand);
    lent.worker.onmessage = null;
    lent.worker.onmessageerror = null;
    if (lent.special) this.restSpecial(lent.special, lent.worker);
    else this.rest(lent.worker);
  }

  /** Ends a worker, whatever it is doing. */
  end(hand: AnyHand): void {
    this.lent.get(hand)?.worker.terminate();
    this.lent.delete(hand);
  }

  /** Ends a worker whose sums are not wanted; the one that has the GPU forgets them, and is kept. */
  dismiss(hand: Giver): void {
    if (this.lent.get(hand)?.special === "gpu") {
      (hand as GpuHand).send({ type: "forget" });
      this.release(hand);
    } else {
      this.end(hand);
    }
  }

  private lend<Asked, Answer>(worker: Worker, special: Special | undefined): Hand<Asked, Answer> {
    const hand: Hand<Asked, Answer> = {
      send: (request, transfer = []) => worker.postMessage(request, transfer),
      onReply: () => {},
      onDeath: () => {},
    };
    const known = hand as unknown as AnyHand;
    const die = (): void => {
      this.end(known);
      hand.onDeath();
    };
    worker.onmessage = (event: MessageEvent<Answer>) => hand.onReply(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      die();
    };
    worker.onmessageerror = die;
    this.lent.set(known, { worker, special });
    return hand;
  }

  private rest(worker: Worker): void {
    const timer = setTimeout(() => {
      worker.terminate();
      this.idle = this.idle.filter((other) => other.worker !== worker);
    }, IDLE_MILLISECONDS);
    // One that dies meanwhile is no use to anybody.
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.idle = this.idle.filter((other) => other.worker !== worker);
    };
    this.idle.push({ worker, timer });
  }

  private restSpecial(special: Special, worker: Worker): void {
    this.idleSpecial.get(special)?.worker.terminate();
    const end = (): void => {
      worker.terminate();
      if (this.idleSpecial.get(special)?.worker === worker) this.idleSpecial.delete(special);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      end();
    };
    this.idleSpecial.set(special, { worker, timer: setTimeout(end, SPECIAL_IDLE_MILLISECONDS) });
  }

  private start(): Worker {
    const worker = new Worker(this.script, { type: "module", name: "eigenscope" });
    worker.postMessage({ type: "start", module: this.module } satisfies Request);
    return worker;
  }

  /** From a blob as well, which does nothing but import the script. */
  private startSpecial(special: Special): Worker {
    let script = this.specialScripts.get(special);
    if (!script) {
      const text = importing(new URL(this.urls[special], document.baseURI).href);
      const blob = new Blob([text], { type: "text/javascript" });
      script = trustedScriptUrl(URL.createObjectURL(blob));
      this.specialScripts.set(special, script);
    }
    return new Worker(script, { type: "module", name: `eigenscope ${special}` });
  }
}

/**
 * The code of a worker that imports its script while it runs: for what such a worker is made of from the start, Firefox asks no service
 * worker, and so without a network it would not start. Messages that come meanwhile wait, and a failure ends the worker as any other does.
 */
export function importing(url: string): string {
  return `const early = [];
const keep = (event) => early.push(event.data);
addEventListener("message", keep);
import(${JSON.stringify(url)}).then(
  () => {
    removeEventListener("message", keep);
    for (const data of early) dispatchEvent(new MessageEvent("message", { data }));
  },
  (error) => setTimeout(() => { throw error; }),
);`;
}

/** The error after a worker died while it worked on a file. */
export function death(name: string): AnalysisError {
  const { code, message } = worker_died(name) as { code: string; message: string };
  return new AnalysisError(code, message);
}
