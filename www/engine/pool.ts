/**
 * Workers that are kept for a while and ended at once when a run is cancelled.
 *
 * Running wasm cannot be interrupted from outside, so ending the worker is the one way to stop it; a new one starts in a few
 * milliseconds from the compiled module.
 */

import { worker_died } from "../wasm/eigenscope.js";
import type { Reply, Request } from "./protocol";
import { AnalysisError } from "./types";

/** An idle worker keeps its memory; after this many milliseconds it is let go. */
const IDLE_MILLISECONDS = 10_000;

/** One worker, lent out. */
export interface Hand {
  send(request: Request, transfer?: Transferable[]): void;
  /** Set by whoever holds it. */
  onReply: (reply: Reply) => void;
  onDeath: () => void;
}

export class Pool {
  private idle: { worker: Worker; timer: ReturnType<typeof setTimeout> }[] = [];
  private lent = new Map<Hand, Worker>();

  /**
   * @param script the worker's code as a blob, so that workers inherit this page's content security policy
   */
  constructor(
    private readonly script: string,
    private readonly module: WebAssembly.Module,
  ) {}

  /** A worker from the idle ones, or a new one. */
  take(): Hand {
    const kept = this.idle.pop();
    if (kept) clearTimeout(kept.timer);
    const worker = kept?.worker ?? this.start();
    const hand: Hand = {
      send: (request, transfer = []) => worker.postMessage(request, transfer),
      onReply: () => {},
      onDeath: () => {},
    };
    worker.onmessage = (event: MessageEvent<Reply>) => hand.onReply(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.end(hand);
      hand.onDeath();
    };
    worker.onmessageerror = () => {
      this.end(hand);
      hand.onDeath();
    };
    this.lent.set(hand, worker);
    return hand;
  }

  /** Starts workers that will be wanted soon, so that they load while the headers are read. */
  prepare(count: number): void {
    while (this.idle.length < count) this.rest(this.start());
  }

  /** Gives a worker back that has finished its work. */
  release(hand: Hand): void {
    const worker = this.lent.get(hand);
    if (!worker) return;
    this.lent.delete(hand);
    worker.onmessage = null;
    this.rest(worker);
  }

  private rest(worker: Worker): void {
    const timer = setTimeout(() => {
      worker.terminate();
      this.idle = this.idle.filter((other) => other.worker !== worker);
    }, IDLE_MILLISECONDS);
    this.idle.push({ worker, timer });
  }

  /** Ends a worker, whatever it is doing. */
  end(hand: Hand): void {
    this.lent.get(hand)?.terminate();
    this.lent.delete(hand);
  }

  private start(): Worker {
    const worker = new Worker(this.script, { type: "module", name: "eigenscope" });
    worker.postMessage({ type: "start", module: this.module } satisfies Request);
    return worker;
  }
}

/** The error after a worker died while it worked on a file. */
export function death(name: string): AnalysisError {
  const { code, message } = worker_died(name) as { code: string; message: string };
  return new AnalysisError(code, message);
}
