/** The service worker as the build makes it, in a browser that is made here: its network, its caches, and its events. */

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Files of a site by their addresses below its folder. */
export type Files = Readonly<Record<string, string>>;

/** The script that the build makes for a site of these files. */
export async function scriptFor(files: Files): Promise<string> {
  const dist = mkdtempSync(join(tmpdir(), "eigenscope-worker-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dist, name)), { recursive: true });
      writeFileSync(join(dist, name), text);
    }
    const build = String(new URL("../../../scripts/site/offline.mjs", import.meta.url));
    const { serviceWorker } = (await import(build)) as {
      serviceWorker(dist: string): Promise<void>;
    };
    await serviceWorker(dist);
    return readFileSync(join(dist, "service-worker.js"), "utf8");
  } finally {
    rmSync(dist, { recursive: true });
  }
}

/** What lies at addresses, and who asks for them. */
export class Network {
  isOff = false;
  readonly asked: string[] = [];

  constructor(
    readonly folder: string,
    public files: Files,
  ) {}

  readonly fetch = async (what: RequestInfo): Promise<Response> => {
    const request = what instanceof Request ? what : new Request(what);
    const { href, pathname } = new URL(request.url);
    this.asked.push(href);
    if (this.isOff) throw new TypeError("Failed to fetch");
    const name = pathname.slice(new URL(this.folder).pathname.length) || "index.html";
    const text = this.files[name];
    if (text === undefined) return new Response("nothing here", { status: 404 });
    // As browsers check it.
    const digest = createHash("sha256").update(text).digest("base64");
    if (request.integrity && request.integrity !== `sha256-${digest}`)
      throw new TypeError("Failed integrity metadata check");
    return new Response(text);
  };
}

/** One cache: addresses, with their parameters, and what was put under them. */
class Cache {
  readonly kept = new Map<string, Response>();
  async put(request: RequestInfo, response: Response): Promise<void> {
    this.kept.set(urlOf(request), response);
  }
  async match(request: RequestInfo): Promise<Response | undefined> {
    return this.kept.get(urlOf(request))?.clone();
  }
  async keys(): Promise<Request[]> {
    return [...this.kept.keys()].map((url) => new Request(url));
  }
  async delete(request: RequestInfo): Promise<boolean> {
    return this.kept.delete(urlOf(request));
  }
}

const urlOf = (request: RequestInfo): string =>
  request instanceof Request ? request.url : String(request);

export class Caches {
  readonly all = new Map<string, Cache>();
  readonly open = async (name: string): Promise<Cache> => {
    const cache = this.all.get(name) ?? new Cache();
    this.all.set(name, cache);
    return cache;
  };
  readonly match = async (request: RequestInfo): Promise<Response | undefined> => {
    for (const cache of this.all.values()) {
      const found = await cache.match(request);
      if (found) return found;
    }
    return undefined;
  };
  /** The addresses that are kept, without what workbox adds to them. */
  get addresses(): string[] {
    const urls = [...this.all.values()].flatMap(({ kept }) => [...kept.keys()]);
    return urls.map((url) => url.split("?")[0] ?? "").sort();
  }
}

class ExtendableEvent {
  readonly work: Promise<unknown>[] = [];
  constructor(readonly type: string) {}
  waitUntil(work: Promise<unknown>): void {
    this.work.push(work);
  }
}

class FetchEvent extends ExtendableEvent {
  answer: Promise<Response> | undefined;
  constructor(readonly request: Request) {
    super("fetch");
  }
  respondWith(answer: Promise<Response>): void {
    this.answer = Promise.resolve(answer);
  }
}

/** One version of the service worker. */
export class Version {
  readonly #listeners = new Map<string, ((event: never) => void)[]>();
  readonly self;
  /** Windows of the page, whichever version they are of. */
  windows = 1;
  claimed = 0;
  skipped = 0;
  isOtherWaiting = false;
  isOtherInstalling = false;

  constructor(
    script: string,
    readonly network: Network,
    readonly caches: Caches,
  ) {
    const version = this;
    const registration = {
      scope: network.folder,
      get waiting() {
        return version.isOtherWaiting ? {} : null;
      },
      get installing() {
        return version.isOtherInstalling ? {} : null;
      },
    };
    this.self = {
      addEventListener: (type: string, listener: (event: never) => void) => {
        this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
      },
      skipWaiting: async () => {
        this.skipped += 1;
      },
      registration,
      clients: {
        claim: async () => {
          this.claimed += 1;
        },
        matchAll: async () => Array(this.windows).fill({}),
      },
    };
    const globals = {
      registration,
      location: new URL("service-worker.js", network.folder),
      caches,
      fetch: network.fetch,
      FetchEvent,
      ExtendableEvent,
      self: this.self,
    };
    Object.assign(this.self, globals);
    new Function(...Object.keys(globals), script)(...Object.values(globals));
  }

  /** Handles an event, and everything that it waits for. */
  async #send(event: ExtendableEvent): Promise<void> {
    for (const listener of this.#listeners.get(event.type) ?? []) {
      const returned: unknown = listener(event as never);
      if (returned instanceof Promise) event.work.push(returned);
    }
    for (const work of event.work) await work;
  }

  install(): Promise<void> {
    return this.#send(new ExtendableEvent("install"));
  }

  activate(): Promise<void> {
    return this.#send(new ExtendableEvent("activate"));
  }

  /** What the page gets for an address below the folder: text, "error" or a status; null where the worker leaves it alone. */
  async get(address: string, { navigates = false } = {}): Promise<string | number | null> {
    const request = new Request(new URL(address, this.network.folder));
    if (navigates) Object.defineProperty(request, "mode", { value: "navigate" });
    const event = new FetchEvent(request);
    for (const listener of this.#listeners.get("fetch") ?? []) listener(event as never);
    if (!event.answer) return null;
    const response = await event.answer;
    if (response.type === "error") return "error";
    return response.ok ? response.text() : response.status;
  }

  /** A message of the page; resolves with what comes through its port. */
  async tell(data: object): Promise<unknown> {
    const answers: unknown[] = [];
    const ports = [{ postMessage: (answer: unknown) => answers.push(answer) }];
    const event = Object.assign(new ExtendableEvent("message"), { data, ports });
    await this.#send(event);
    return answers[0];
  }
}
