/** Asks the lessons' worker. Of what is asked under one key the newest wins: a control that moves leaves older questions behind. */

import { importing } from "../engine/pool";
import { trustedScriptUrl } from "../engine/trusted";
import type { Refusal } from "../engine/types";
import { compiledModule } from "./module";
import workUrl from "./work.ts?worker&url";

/**
 * What is asked of the module: a function by its name, "new Name" for one of its classes, which is kept under the key, or ".member" of what is kept there.
 */
export interface Asked {
  key: string;
  name: string;
  values: readonly unknown[];
}

export type Answer = { result: unknown } | { refusal: Refusal };

interface Waiting extends Asked {
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** What becomes of a question whose worker ends, or cannot start. */
const failure: Refusal = {
  code: "worker_failed",
  message:
    "The part of this page that computes for lessons has ended. Move a control to start it again.",
};

/** One lesson's way to a worker, which starts with the first question. */
export class Work {
  #worker: Worker | null = null;
  readonly #waiting = new Map<string, Waiting>();
  #running: { key: string; asked: Waiting } | null = null;

  /**
   * What a function of the module answers; undefined where something newer was asked under the same key meanwhile, or the lesson was left. Rejects with what the
   * module refuses.
   */
  ask<T>(key: string, name: string, ...values: readonly unknown[]): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.get(key)?.resolve(undefined);
      // The end of the line, also where an older question stood further in front.
      this.#waiting.delete(key);
      this.#waiting.set(key, {
        key,
        name,
        values,
        resolve: resolve as (result: unknown) => void,
        reject,
      });
      this.#next();
    });
  }

  /** Whether something newer than what is answered now was asked under a key. */
  isOld(key: string): boolean {
    return this.#waiting.has(key);
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#running?.asked.resolve(undefined);
    this.#running = null;
    for (const { resolve } of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }

  #next(): void {
    if (this.#running) return;
    const [key, asked] = this.#waiting.entries().next().value ?? [];
    if (key === undefined || !asked) return;
    this.#waiting.delete(key);
    this.#running = { key, asked };
    void this.#send(asked);
  }

  async #send(asked: Waiting): Promise<void> {
    const { key, name, values } = asked;
    let module: WebAssembly.Module;
    try {
      module = await compiledModule();
    } catch {
      if (this.#running?.asked === asked) this.#hear({ refusal: failure });
      return;
    }
    // The lesson may have been left meanwhile, and another question may be waiting for the same module.
    if (this.#running?.asked !== asked) return;
    if (!this.#worker) {
      this.#worker = this.#start();
      this.#worker.postMessage(module);
    }
    this.#worker.postMessage({ key, name, values } satisfies Asked);
  }

  #hear(answer: Answer): void {
    const running = this.#running;
    this.#running = null;
    if (running) {
      const { key, asked } = running;
      if ("refusal" in answer) asked.reject(answer.refusal);
      else asked.resolve(this.isOld(key) ? undefined : answer.result);
    }
    this.#next();
  }

  #start(): Worker {
    const blob = new Blob([importing(new URL(workUrl, document.baseURI).href)], {
      type: "text/javascript",
    });
    const address = URL.createObjectURL(blob);
    const worker = new Worker(trustedScriptUrl(address), {
      type: "module",
      name: "eigenscope lesson",
    });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#worker?.terminate();
      this.#worker = null;
      this.#hear({ refusal: failure });
    };
    return worker;
  }
}
