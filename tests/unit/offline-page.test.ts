// What the page does about its service worker: when it offers a newer version, and when it says nothing.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { start } from "../../www/offline/index";
import type { Asked } from "../../www/offline/protocol";
import type { Workspace } from "../../www/state/workspace";
import { settled } from "./lib/later";

const update = vi.hoisted(() => ({ offers: [] as (() => void)[] }));
vi.mock("../../www/view/update", () => ({
  showUpdate: (_: Workspace, reload: () => void) => update.offers.push(reload),
}));

const scripts = ["https://host/assets/main-a.js"];
const styles = ["https://host/assets/main-a.css"];

/** A version of the service worker, which knows some files. */
class Worker extends EventTarget {
  readonly heard: Asked[] = [];
  constructor(readonly files: readonly string[]) {
    super();
  }
  postMessage(question: Asked, [port]: MessagePort[] = []): void {
    this.heard.push(question);
    if (question.type === "holds")
      port?.postMessage(question.urls.every((url) => this.files.includes(url)));
  }
  get types(): string[] {
    return this.heard.map(({ type }) => type);
  }
}

const own = (): Worker => new Worker([...scripts, ...styles]);
const other = (): Worker => new Worker(["https://host/assets/main-b.js"]);

class Registration extends EventTarget {
  installing: Worker | null = null;
  waiting: Worker | null = null;
  active: Worker | null = null;

  /** A version installs, and waits. */
  async install(version: Worker): Promise<void> {
    this.installing = version;
    this.dispatchEvent(new Event("updatefound"));
    [this.installing, this.waiting] = [null, version];
    version.dispatchEvent(new Event("statechange"));
    await settled();
  }
}

class Container extends EventTarget {
  controller: Worker | null = null;
  readonly registered: string[] = [];
  fails = false;
  constructor(readonly registration: Registration) {
    super();
  }
  async register(address: string): Promise<Registration> {
    this.registered.push(address);
    if (this.fails) throw new DOMException("storage is switched off");
    return this.registration;
  }
  /** Another version is the one that answers now. */
  async change(version: Worker): Promise<void> {
    this.controller = version;
    this.dispatchEvent(new Event("controllerchange"));
    await settled();
  }
}

/** A channel whose messages wait for nothing else. */
class Channel {
  readonly port1: { onmessage(event: { data: unknown }): void } = { onmessage: () => {} };
  readonly port2 = {
    postMessage: (data: unknown) => queueMicrotask(() => this.port1.onmessage({ data })),
  };
}

let registration: Registration;
let container: Container;
let reloads: number;

beforeEach(() => {
  update.offers.length = 0;
  reloads = 0;
  registration = new Registration();
  container = new Container(registration);
  vi.stubGlobal("navigator", { serviceWorker: container });
  vi.stubGlobal("MessageChannel", Channel);
  vi.stubGlobal("location", {
    reload: () => {
      reloads += 1;
    },
  });
  vi.stubGlobal("document", {
    baseURI: "https://host/page/index.html?x#learn",
    querySelectorAll: (selector: string) =>
      selector === "script[src]"
        ? scripts.map((src) => ({ src }))
        : styles.map((href) => ({ href })),
  });
  const self = {};
  vi.stubGlobal("window", Object.assign(self, { parent: self }));
});
afterEach(() => vi.unstubAllGlobals());

const offered: File[][] = [];
const workspace = {
  offer: (files: File[]) => offered.push(files),
} as unknown as Workspace;

async function open(): Promise<void> {
  start(workspace);
  await settled();
}

describe("the page", () => {
  test("registers the worker that lies beside it", async () => {
    await open();
    expect(container.registered).toEqual(["https://host/page/service-worker.js"]);
    expect(update.offers).toEqual([]);
  });

  test("asks the version in force to tidy", async () => {
    registration.active = own();
    await open();
    expect(registration.active.types).toEqual(["tidy"]);
  });

  test("in another page's frame keeps nothing", async () => {
    vi.stubGlobal("window", { parent: {} });
    await open();
    expect(container.registered).toEqual([]);
  });

  test("works where nothing can be kept, and where there are no service workers", async () => {
    container.fails = true;
    await open();
    expect(update.offers).toEqual([]);
    vi.stubGlobal("navigator", {});
    await open();
    expect(update.offers).toEqual([]);
  });
});

describe("a newer version that waits", () => {
  test("is offered, once, and does nothing until it is wanted", async () => {
    registration.active = own();
    registration.waiting = other();
    await open();
    expect(update.offers).toHaveLength(1);
    expect(registration.waiting.heard).toEqual([{ type: "holds", urls: [...scripts, ...styles] }]);
    expect(registration.active.types).toEqual([]);
    expect(reloads).toBe(0);
  });

  test("is offered as well where it comes while the page is open", async () => {
    registration.active = own();
    await open();
    const version = other();
    await registration.install(version);
    expect(update.offers).toHaveLength(1);
    expect(version.types).toEqual(["holds"]);
  });

  test("is not announced to a page that is it: it takes over at once", async () => {
    registration.active = other();
    registration.waiting = own();
    await open();
    expect(update.offers).toEqual([]);
    expect(registration.waiting.types).toEqual(["holds", "take-over"]);
    expect(reloads).toBe(0);
  });

  test("the very first version is no newer one", async () => {
    await open();
    const version = other();
    await registration.install(version);
    expect(update.offers).toEqual([]);
    expect(version.heard).toEqual([]);
  });

  test("that is still installing is not offered", async () => {
    registration.active = own();
    await open();
    const version = other();
    registration.installing = version;
    registration.dispatchEvent(new Event("updatefound"));
    version.dispatchEvent(new Event("statechange"));
    await settled();
    expect(update.offers).toEqual([]);
  });

  test("where it is wanted takes over, and then the page is loaded again, once", async () => {
    registration.active = own();
    registration.waiting = other();
    await open();
    update.offers[0]?.();
    expect(registration.waiting.types).toEqual(["holds", "take-over"]);
    expect(reloads).toBe(0);
    await container.change(registration.waiting);
    expect(reloads).toBe(1);
    await container.change(registration.waiting);
    expect(reloads).toBe(1);
  });

  test("that is gone by the time it is wanted: the page is only loaded again", async () => {
    registration.active = own();
    registration.waiting = other();
    await open();
    registration.waiting = null;
    update.offers[0]?.();
    expect(reloads).toBe(1);
  });
});

describe("another tab that takes a version", () => {
  test("that is not this page's is offered here as well", async () => {
    container.controller = own();
    registration.active = container.controller;
    await open();
    await container.change(other());
    expect(update.offers).toHaveLength(1);
    expect(reloads).toBe(0);
  });

  test("that is this page's is not announced", async () => {
    container.controller = other();
    registration.active = container.controller;
    await open();
    await container.change(own());
    expect(update.offers).toEqual([]);
  });

  test("the first version that answers at all is not announced", async () => {
    await open();
    await container.change(other());
    expect(update.offers).toEqual([]);
    await container.change(other());
    expect(update.offers).toHaveLength(1);
  });
});

describe("files that the system opens with the page", () => {
  test("are offered to it, all at once", async () => {
    let consume: (launch: { files: unknown[] }) => Promise<void> = async () => {};
    vi.stubGlobal("window", {
      parent: {},
      launchQueue: {
        setConsumer: (consumer: typeof consume) => {
          consume = consumer;
        },
      },
    });
    await open();
    const files = [new File(["1"], "a.npy"), new File(["2"], "b.npy")];
    await consume({ files: files.map((file) => ({ getFile: async () => file })) });
    expect(offered).toEqual([files]);
  });
});
