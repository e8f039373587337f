/** What modules of the page look for in a browser as they are loaded: import this before them. */

/** Storage that is as long-lived as a test wants it to be. */
export class ScriptedStorage {
  readonly kept = new Map<string, string>();
  /** Whether the person has switched storage off: every access throws then, as in browsers. */
  isOff = false;

  get length(): number {
    return this.#open().size;
  }

  getItem(key: string): string | null {
    return this.#open().get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#open().set(key, value);
  }

  removeItem(key: string): void {
    this.#open().delete(key);
  }

  key(index: number): string | null {
    return [...this.#open().keys()][index] ?? null;
  }

  clear(): void {
    this.#open().clear();
  }

  #open(): Map<string, string> {
    if (this.isOff) throw new DOMException("The operation is insecure.", "SecurityError");
    return this.kept;
  }
}

/** The page's own storage in tests. Its keys are listed as a browser lists them, by `Object.keys`. */
export const storage = new ScriptedStorage();

const listed = new Proxy(storage, {
  ownKeys: ({ kept }) => [...kept.keys()],
  getOwnPropertyDescriptor: ({ kept }, key) =>
    typeof key === "string" && kept.has(key)
      ? { value: kept.get(key), enumerable: true, configurable: true }
      : undefined,
  get: (target, key) => {
    const value: unknown = Reflect.get(target, key, target);
    return typeof value === "function" ? value.bind(target) : value;
  },
});

Object.defineProperties(globalThis, {
  location: { value: { search: "", pathname: "/", hash: "" }, writable: true, configurable: true },
  localStorage: { value: listed, writable: true, configurable: true },
});
