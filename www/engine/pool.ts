/**
 * Workers that are kept for a while and ended at once when a run is cancelled.
 *
 * Running wasm cannot be interrupted from outside, so ending the worker is the one way to stop it; a new one starts in a few
 * milliseconds from the compiled module.
 */

import { worker_died } from "../wasm/eigenscope.js";
import type { GpuReply, GpuRequest, Reply, Request } from "./protocol";
import { trustedScriptUrl } from "./trusted";
import { AnalysisError } from "./types";

/** An idle worker keeps its memory; after this many milliseconds it is let go. */
const IDLE_MILLISECONDS = 10_000;

/** The worker that has the GPU is kept for longer: it has a device and compiled kernels. */
const GPU_IDLE_MILLISECONDS = 60_000;

/** One worker, lent out. */
export interface Hand<Asked = Request, Answer = Reply> {
  send(request: Asked, transfer?: Transferable[]): void;
  /** Set by whoever holds it. */
  onReply: (reply: Answer) => void;
  onDeath: () => void;
}

/** The worker that has the GPU, lent out. */
export type GpuHand = Hand<GpuRequest, GpuReply>;

/** Any worker that can give the blocks of rows that it has summed. */
export type Giver = Hand | GpuHand;

interface Idle {
  worker: Worker;
  timer: ReturnType<typeof setTimeout>;
}

export class Pool {
  private idle: Idle[] = [];
  /** The one worker that has the GPU, while nobody holds it. */
  private idleGpu: Idle | undefined;
  private gpuScript: string | undefined;
  private lent = new Map<Giver, { worker: Worker; isGpu: boolean }>();

  /**
   * @param script the worker's code as a blob, so that workers inherit this page's content security policy
   * @param gpuUrl the address of the code of the worker that has the GPU, which is loaded when one is wanted
   */
  constructor(
    private readonly script: string,
    private readonly module: WebAssembly.Module,
    private readonly gpuUrl: string,
  ) {}

  /** A worker from the idle ones, or a new one. */
  take(): Hand {
    const kept = this.idle.pop();
    if (kept) clearTimeout(kept.timer);
    return this.lend<Request, Reply>(kept?.worker ?? this.start(), false);
  }

  /** The worker that has the GPU. There is one device at a time: whoever takes it must have given it back before it is taken again. */
  takeGpu(): GpuHand {
    const kept = this.idleGpu;
    this.idleGpu = undefined;
    if (kept) clearTimeout(kept.timer);
    return this.lend<GpuRequest, GpuReply>(kept?.worker ?? this.startGpu(), true);
  }

  /** Starts workers that will be wanted soon, so that they load while the headers are read. */
  prepare(count: number): void {
    while (this.idle.length < count) this.rest(this.start());
  }

  /** Gives a worker back that has finished its work. */
  release(hand: Giver): void {
    const lent = this.lent.get(hand);
    if (!lent) return;
    this.lent.delete(hand);
    lent.worker.onmessage = null;
    lent.worker.onmessageerror = null;
    if (lent.isGpu) this.restGpu(lent.worker);
    else this.rest(lent.worker);
  }

  /** Ends a worker, whatever it is doing. */
  end(hand: Giver): void {
    this.lent.get(hand)?.worker.terminate();
    this.lent.delete(hand);
  }

  /** Ends a worker whose sums are not wanted; the one that has the GPU forgets them, and is kept. */
  dismiss(hand: Giver): void {
    if (this.lent.get(hand)?.isGpu) {
      (hand as GpuHand).send({ type: "forget" });
      this.release(hand);
    } else {
      this.end(hand);
    }
  }

  private lend<Asked, Answer>(worker: Worker, isGpu: boolean): Hand<Asked, Answer> {
    const hand: Hand<Asked, Answer> = {
      send: (request, transfer = []) => worker.postMessage(request, transfer),
      onReply: () => {},
      onDeath: () => {},
    };
    const giver = hand as unknown as Giver;
    const die = (): void => {
      this.end(giver);
      hand.onDeath();
    };
    worker.onmessage = (event: MessageEvent<Answer>) => hand.onReply(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      die();
    };
    worker.onmessageerror = die;
    this.lent.set(giver, { worker, isGpu });
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

  private restGpu(worker: Worker): void {
    this.idleGpu?.worker.terminate();
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      if (this.idleGpu?.worker === worker) this.idleGpu = undefined;
    };
    const timer = setTimeout(() => {
      worker.terminate();
      if (this.idleGpu?.worker === worker) this.idleGpu = undefined;
    }, GPU_IDLE_MILLISECONDS);
    this.idleGpu = { worker, timer };
  }

  private start(): Worker {
    const worker = new Worker(this.script, { type: "module", name: "eigenscope" });
    worker.postMessage({ type: "start", module: this.module } satisfies Request);
    return worker;
  }

  /** From a blob as well, which does nothing but import the script. */
  private startGpu(): Worker {
    if (!this.gpuScript) {
      const text = `import ${JSON.stringify(new URL(this.gpuUrl, document.baseURI).href)};`;
      const blob = new Blob([text], { type: "text/javascript" });
      this.gpuScript = trustedScriptUrl(URL.createObjectURL(blob));
    }
    return new Worker(this.gpuScript, { type: "module", name: "eigenscope GPU" });
  }
}

/** The error after a worker died while it worked on a file. */
export function death(name: string): AnalysisError {
  const { code, message } = worker_died(name) as { code: string; message: string };
  return new AnalysisError(code, message);
}
