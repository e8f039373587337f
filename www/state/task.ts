/** Who waits for a task, in their order. */
const waiting: (() => void)[] = [];

/** Timers would do, but browsers have one that follows others wait for 4 ms, and in a page that nobody sees for a second. */
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()?.();

/** Resolves in a task of its own, so that the browser can answer a person in between. */
export function task(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
