// <eigen-scope> in another page: how it calls its frame, what it asks, and how every question ends.

import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { AnalyzeOptions, EigenScopeElement } from "../../www/embed/eigen-scope";
import { settled } from "./lib/later";

const site = "https://scope.example";

/** A frame: what is sent to it, and where it is. */
class Frame extends EventTarget {
  title = "";
  allow = "";
  referrerPolicy = "";
  src = "";
  sent: { message: Record<string, unknown>; origin: string; transfer: unknown[] }[] = [];
  moved: string[] = [];
  readonly contentWindow = {
    postMessage: (message: object, origin: string, transfer: Transferable[]) => {
      const copy = structuredClone(message, { transfer });
      this.sent.push({ message: copy as Record<string, unknown>, origin, transfer });
    },
    location: { replace: (address: string) => this.moved.push(address) },
  };
  of(type: string): Record<string, unknown>[] {
    return this.sent.map(({ message }) => message).filter((one) => one.type === type);
  }
}

class Sheet {
  text = "";
  replaceSync(text: string): void {
    this.text = text;
  }
}

interface Root {
  adoptedStyleSheets: Sheet[];
  children: Frame[];
}

interface Scope extends EigenScopeElement {
  root: Root;
  set(name: string, value: string | null): void;
  connectedCallback(): void;
  disconnectedCallback(): void;
}

let ears: Set<(event: object) => void>;
let Kind: new () => Scope;
let frames: Frame[];

beforeAll(async () => {
  class Base extends EventTarget {
    readonly #attributes = new Map<string, string>();
    readonly root: Root & { replaceChildren(...children: Frame[]): void } = {
      adoptedStyleSheets: [],
      children: [],
      replaceChildren(...children) {
        this.children = children;
      },
    };
    attachShadow(): unknown {
      return this.root;
    }
    getAttribute(name: string): string | null {
      return this.#attributes.get(name) ?? null;
    }
    /** As setAttribute and removeAttribute do. */
    set(name: string, value: string | null): void {
      const old = this.getAttribute(name);
      if (value === null) this.#attributes.delete(name);
      else this.#attributes.set(name, value);
      const own = this as unknown as {
        attributeChangedCallback(name: string, old: string | null, value: string | null): void;
      };
      own.attributeChangedCallback(name, old, value);
    }
  }
  vi.stubGlobal("HTMLElement", Base);
  vi.stubGlobal("CSSStyleSheet", Sheet);
  const defined = new Map<string, unknown>();
  vi.stubGlobal("customElements", {
    get: (name: string) => defined.get(name),
    define: (name: string, kind: unknown) => defined.set(name, kind),
  });
  await import("../../www/embed/element");
  Kind = defined.get("eigen-scope") as typeof Kind;
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  ears = new Set();
  frames = [];
  vi.stubGlobal("window", {
    origin: "https://host.example",
    addEventListener: (_: string, ear: (event: object) => void) => ears.add(ear),
    removeEventListener: (_: string, ear: (event: object) => void) => ears.delete(ear),
  });
  vi.stubGlobal("document", {
    baseURI: "https://host.example/page/",
    createElement: () => {
      const frame = new Frame();
      frames.push(frame);
      return frame;
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An element in its page. */
function put(attributes: Record<string, string> = {}): Scope {
  const scope = new Kind();
  for (const [name, value] of Object.entries({ site: `${site}/`, ...attributes }))
    scope.set(name, value);
  scope.connectedCallback();
  return scope;
}

const frame = (): Frame => frames.at(-1) as Frame;

/** What the frame says. */
async function say(data: object, { origin = site, source = frame().contentWindow as object } = {}) {
  for (const ear of ears) ear({ data, origin, source });
  await settled();
}

const pong = { type: "eigenscope:pong", version: 1 };

/** An element whose frame has answered. */
async function ready(attributes: Record<string, string> = {}): Promise<Scope> {
  const scope = put(attributes);
  frame().dispatchEvent(new Event("load"));
  await say(pong);
  return scope;
}

/** What an analysis has come to. */
function asked(scope: Scope, data: unknown = new ArrayBuffer(8), options?: AnalyzeOptions) {
  const seen: { report?: unknown; error?: Record<string, unknown> } = {};
  scope.analyze(data as ArrayBuffer, options).then(
    (report) => Object.assign(seen, { report }),
    (error) => Object.assign(seen, { error }),
  );
  return seen;
}

const ids = (): unknown[] =>
  frame()
    .of("eigenscope:analyze")
    .map(({ id }) => id);

describe("the frame", () => {
  test("is at the site, and told the origin of its host and the theme", () => {
    put({ theme: "dark", link: "#s=abc", label: "Layer 6" });
    const { src, title, allow, referrerPolicy } = frame();
    expect(src).toBe(`${site}/?embed=https%3A%2F%2Fhost.example&theme=dark#s=abc`);
    expect([title, allow, referrerPolicy]).toEqual(["Layer 6", "clipboard-write", "no-referrer"]);
  });

  test("gets no origin where the host has none, and has a name of its own", () => {
    (window as { origin: string }).origin = "null";
    put({ theme: "blue" });
    expect(frame().src).toBe(`${site}/?embed=&theme=auto#`);
    expect(frame().title).toBe("Eigenscope: eigenspectrum of features");
  });

  test("of a site below the host is found from the host's own address", () => {
    put({ site: "../scope/" });
    expect(frame().src).toMatch(/^https:\/\/host\.example\/scope\/\?embed=/);
  });

  test("has the height that is asked for, and the usual one for what is no height", () => {
    const scope = put();
    const height = (): string => scope.root.adoptedStyleSheets[1]?.text ?? "";
    scope.set("height", "300");
    expect(height()).toBe(":host { height: 300px }");
    for (const none of ["", "-5", "0", "tall", "3px", null]) {
      scope.set("height", none);
      expect(height()).toBe("");
    }
  });

  test("follows the attributes without being loaded anew", async () => {
    const scope = await ready({ theme: "dark", link: "s=abc" });
    scope.set("link", "s=def");
    expect(frame().moved).toEqual([`${site}/?embed=https%3A%2F%2Fhost.example&theme=dark#s=def`]);
    scope.set("theme", "light");
    expect(frame().of("eigenscope:theme")).toEqual([{ type: "eigenscope:theme", theme: "light" }]);
    scope.set("label", "Mine");
    expect(frame().title).toBe("Mine");
    scope.set("label", null);
    expect(frame().title).toBe("Eigenscope: eigenspectrum of features");
    expect(frames).toHaveLength(1);
  });

  test("hears of a theme that was changed before it could hear", async () => {
    const scope = put({ theme: "dark" });
    scope.set("theme", "light");
    expect(frame().sent).toEqual([]);
    frame().dispatchEvent(new Event("load"));
    await say(pong);
    expect(frame().of("eigenscope:theme")).toEqual([{ type: "eigenscope:theme", theme: "light" }]);
  });

  test("is called once it has loaded, less and less often, until it answers", async () => {
    put();
    vi.advanceTimersByTime(5000);
    expect(frame().sent, "before it has loaded nothing can hear").toEqual([]);
    frame().dispatchEvent(new Event("load"));
    const calls = () => frame().of("eigenscope:ping").length;
    expect(calls()).toBe(1);
    const times: number[] = [];
    for (let at = 0; at < 5000; at += 50) {
      vi.advanceTimersByTime(50);
      if (calls() > times.length + 1) times.push(at + 50);
    }
    // 50, 100, 200, 400, 800 and then 1,000 milliseconds apart.
    expect(times).toEqual([50, 150, 350, 750, 1550, 2550, 3550, 4550]);
    await say(pong);
    const count = calls();
    vi.advanceTimersByTime(60_000);
    expect(calls()).toBe(count);
    for (const { origin } of frame().sent) expect(origin).toBe(site);
  });
});

describe("an analysis", () => {
  test("is sent with all that it takes, and its buffer is handed over", async () => {
    const scope = await ready();
    const buffer = Uint8Array.of(1, 2, 3).buffer;
    const window = { first: 5, last: 60 };
    asked(scope, buffer, { name: "mine", window, weights: "none", array: "x" });
    expect(frame().of("eigenscope:analyze")).toMatchObject([
      { id: 1, name: "mine", options: { window, weights: "none", array: "x" } },
    ]);
    expect(buffer.byteLength).toBe(0);
    const sent = frame().of("eigenscope:analyze")[0]?.buffer as ArrayBuffer;
    expect([...new Uint8Array(sent)]).toEqual([1, 2, 3]);
  });

  test("of a file is sent as a file, and nothing is handed over", async () => {
    const scope = await ready();
    asked(scope, new File(["x"], "x.csv"));
    const [{ message, transfer } = {}] = frame().sent.slice(-1);
    expect(Object.keys(message ?? {})).toContain("file");
    expect(Object.keys(message ?? {})).not.toContain("buffer");
    expect(transfer).toEqual([]);
  });

  test("waits until the frame answers, and is sent then", async () => {
    const scope = put();
    const first = asked(scope);
    const second = asked(scope);
    expect(ids()).toEqual([]);
    frame().dispatchEvent(new Event("load"));
    await say(pong);
    expect(ids()).toEqual([1, 2]);
    await say(pong);
    expect(ids()).toEqual([1, 2]);
    expect([first, second]).toEqual([{}, {}]);
  });

  test("resolves to its own Report, of which an event tells", async () => {
    const scope = await ready();
    const heard: unknown[] = [];
    scope.addEventListener("report", (event) => heard.push((event as CustomEvent).detail));
    const [first, second] = [asked(scope), asked(scope)];
    const report = (name: string) => ({ name, alpha: 1 });
    await say({ type: "eigenscope:report", id: 2, report: report("b") });
    await say({ type: "eigenscope:report", id: 1, report: report("a") });
    expect(first).toEqual({ report: report("a") });
    expect(second).toEqual({ report: report("b") });
    expect(heard).toEqual([
      { name: "b", report: report("b") },
      { name: "a", report: report("a") },
    ]);
    await say({ type: "eigenscope:report", id: 1, report: report("c") });
    expect(heard).toHaveLength(2);
  });

  test("tells its progress, with what is missing filled in", async () => {
    const scope = await ready();
    const onProgress = vi.fn();
    asked(scope, new ArrayBuffer(8), { onProgress });
    await say({ type: "eigenscope:progress", id: 1, stage: "reading", done: 2, total: 9 });
    await say({ type: "eigenscope:progress", id: 1 });
    await say({ type: "eigenscope:progress", id: 5, stage: "reading", done: 1, total: 1 });
    expect(onProgress.mock.calls).toEqual([
      [{ stage: "reading", done: 2, total: 9 }],
      [{ stage: "waiting", done: 0, total: 1 }],
    ]);
  });

  test("that is refused rejects with the code; one that belongs to no id rejects all", async () => {
    const scope = await ready();
    const [first, second, third] = [asked(scope), asked(scope), asked(scope)];
    await say({
      type: "eigenscope:refused",
      id: 2,
      code: "non_finite",
      message: "There is a NaN.",
    });
    expect(second.error).toMatchObject({
      name: "EigenScopeError",
      code: "non_finite",
      message: "There is a NaN.",
    });
    expect([first, third]).toEqual([{}, {}]);
    await say({ type: "eigenscope:refused", id: null, code: "other_version", message: "No." });
    expect([first.error?.code, third.error?.code]).toEqual(["other_version", "other_version"]);
  });

  test("hears the frame alone, at its own origin", async () => {
    const scope = await ready();
    const seen = asked(scope);
    const report = { type: "eigenscope:report", id: 1, report: { name: "false" } };
    await say(report, { origin: "https://other.example" });
    await say(report, { source: {} });
    expect(seen).toEqual({});
    await say({ type: "other", id: 1 });
    expect(seen).toEqual({});
  });

  test.each([
    ["text", "text"],
    ["a view", new Uint8Array(8)],
    ["nothing", undefined],
    ["null", null],
  ])("of %s is refused at once", async (_, data) => {
    const scope = await ready();
    const seen: { error?: Record<string, unknown> } = {};
    await scope.analyze(data as never).catch((error) => Object.assign(seen, { error }));
    expect(seen.error?.code).toBe("bad_message");
    expect(ids()).toEqual([]);
  });

  test("of an element in no page, or in a page without an origin, is refused", async () => {
    const scope = new Kind();
    const early = asked(scope);
    await settled();
    expect(early.error?.code).toBe("not_connected");
    (window as { origin: string }).origin = "null";
    const opaque = asked(put());
    await settled();
    expect(opaque.error?.code).toBe("opaque_origin");
  });
});

describe("a signal", () => {
  test("ends the analysis, and tells the frame", async () => {
    const scope = await ready();
    const controller = new AbortController();
    const seen = asked(scope, new ArrayBuffer(8), { signal: controller.signal });
    controller.abort("enough");
    await settled();
    expect(seen.error).toMatchObject({ name: "AbortError", code: "cancelled", cause: "enough" });
    expect(frame().of("eigenscope:cancel")).toEqual([{ type: "eigenscope:cancel", id: 1 }]);
    await say({ type: "eigenscope:refused", id: 1, code: "cancelled", message: "" });
    asked(scope);
    expect(ids()).toEqual([1, 2]);
  });

  test("ends what was not sent yet without a word to the frame", async () => {
    const scope = put();
    const controller = new AbortController();
    const seen = asked(scope, new ArrayBuffer(8), { signal: controller.signal });
    controller.abort();
    await settled();
    expect(seen.error?.code).toBe("cancelled");
    frame().dispatchEvent(new Event("load"));
    await say(pong);
    expect(frame().sent.map(({ message }) => message.type)).toEqual(["eigenscope:ping"]);
  });

  test("that has ended already sends nothing", async () => {
    const scope = await ready();
    const seen = asked(scope, new ArrayBuffer(8), { signal: AbortSignal.abort("before") });
    await settled();
    expect(seen.error).toMatchObject({ code: "cancelled", cause: "before" });
    expect(ids()).toEqual([]);
  });

  test("after the answer tells the frame nothing", async () => {
    const scope = await ready();
    const controller = new AbortController();
    asked(scope, new ArrayBuffer(8), { signal: controller.signal });
    await say({ type: "eigenscope:report", id: 1, report: { name: "a" } });
    controller.abort();
    expect(frame().of("eigenscope:cancel")).toEqual([]);
  });
});

describe("every question ends", () => {
  test("where nothing answers for 30 seconds, with what to do", async () => {
    const scope = put();
    const seen = asked(scope);
    frame().dispatchEvent(new Event("load"));
    vi.advanceTimersByTime(29_000);
    await settled();
    expect(seen).toEqual({});
    vi.advanceTimersByTime(2000);
    await settled();
    expect(seen.error?.code).toBe("no_answer");
    expect(seen.error?.message).toMatch(/scope\.example\/.*frame-src/);
  });

  test("and the next one is given its own 30 seconds", async () => {
    const scope = put();
    frame().dispatchEvent(new Event("load"));
    vi.advanceTimersByTime(40_000);
    const seen = asked(scope);
    vi.advanceTimersByTime(20_000);
    await say(pong);
    expect(ids()).toEqual([1]);
    expect(seen).toEqual({});
  });

  test("where the element is taken out; put back, it begins anew", async () => {
    const scope = await ready();
    const seen = asked(scope);
    scope.disconnectedCallback();
    await settled();
    expect(seen.error?.code).toBe("removed");
    expect([ears.size, scope.root.children.length]).toEqual([0, 0]);
    const late = asked(scope);
    await settled();
    expect(late.error?.code).toBe("not_connected");
    scope.connectedCallback();
    expect(frames).toHaveLength(2);
    frame().dispatchEvent(new Event("load"));
    await say(pong);
    asked(scope);
    expect(ids()).toEqual([2]);
  });

  test("where the element goes to another site", async () => {
    const scope = await ready();
    const seen = asked(scope);
    scope.set("site", "https://other.example/");
    await settled();
    expect(seen.error?.code).toBe("removed");
    expect(frame().src).toMatch(/^https:\/\/other\.example\//);
  });

  test("where the frame is loaded anew, except for what it has not heard yet", async () => {
    const scope = await ready();
    const heard = asked(scope);
    frame().dispatchEvent(new Event("load"));
    const unheard = asked(scope);
    await settled();
    expect(heard.error?.code).toBe("reloaded");
    expect(unheard).toEqual({});
    await say(pong);
    expect(ids()).toEqual([1, 2]);
  });
});
