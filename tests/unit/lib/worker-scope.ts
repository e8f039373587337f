// The script of a worker in this thread: what the page sends to it, and what it answers.

import { vi } from "vitest";
import { type Message, settle } from "./scripted-browser";

export class WorkerScope {
  /** Its answers, oldest first. */
  readonly replies: Message[] = [];
  /** Faults that it has reported, and does not catch. */
  readonly faults: unknown[] = [];
  private readonly listeners: ((event: { data: unknown }) => void)[] = [];

  constructor() {
    vi.stubGlobal("addEventListener", (_: string, listener: (event: object) => void) =>
      this.listeners.push(listener),
    );
    vi.stubGlobal(
      "postMessage",
      (message: Message, options: { transfer?: Transferable[] } = {}) => {
        this.replies.push(structuredClone(message, options));
      },
    );
    vi.stubGlobal("reportError", (error: unknown) => this.faults.push(error));
  }

  /** A message of the page, which is handled as far as it goes without waiting. */
  send(message: Message): void {
    for (const listener of this.listeners) listener({ data: message });
  }

  /** A message of the page, and all that follows from it but what waits for time or files. */
  async ask(message: Message): Promise<Message[]> {
    const before = this.replies.length;
    this.send(message);
    await settle();
    return this.replies.slice(before);
  }

  /** Waits for an answer of some type. */
  async answer(type: string): Promise<Message> {
    const find = () => this.replies.find((reply) => reply.type === type);
    while (!find()) await settle();
    return find() as Message;
  }

  get types(): string[] {
    return this.replies.map(({ type }) => type);
  }
}
