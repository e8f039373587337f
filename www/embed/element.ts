/**
 * `<eigen-scope>` for other pages (docs/embed.md): a frame with `?embed` in it, and the other end of the protocol. The build makes one file of this, dist/eigen-scope.js, whose
 * name never changes; it imports nothing.
 */

import type { AnalyzeOptions, AnalyzeProgress, EigenScopeElement, Report } from "./eigen-scope";

/** The site is where this script came from, unless the element says another. */
const here = import.meta.url;

const VERSION = 1;

/** Between two calls to a frame that has not answered yet, in milliseconds: more each time, up to the last. */
const FIRST_PAUSE = 50;
const LAST_PAUSE = 1000;

/** A frame that has not answered for so long will not. */
const PATIENCE = 30_000;

const NAME = "Eigenscope: eigenspectrum of features";

class ScopeError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "EigenScopeError";
  }
}

/** What the frame says; it comes from the site alone, but another version of it may be there. */
interface Said extends Partial<AnalyzeProgress> {
  type?: string;
  id?: number | null;
  report?: Report;
  code?: string;
  message?: string;
}

/** An analysis that has no answer yet. */
interface Pending {
  resolve(report: Report): void;
  reject(error: ScopeError): void;
  progress(progress: AnalyzeProgress): void;
  /** What asks for it, until the frame can hear it. */
  unsent: { message: object; transfer: Transferable[] } | null;
}

const looks = new CSSStyleSheet();
looks.replaceSync(
  ":host { display: block; height: 480px } :host([hidden]) { display: none } iframe { display: block; width: 100%; height: 100%; border: 0 }",
);

class EigenScope extends HTMLElement implements EigenScopeElement {
  static readonly observedAttributes = ["height", "label", "link", "site", "theme"];

  readonly #root = this.attachShadow({ mode: "open" });
  readonly #height = new CSSStyleSheet();
  #frame: HTMLIFrameElement | null = null;
  /** Where the frame is, without what stands behind the #. */
  #address = new URL(here);
  /** It has loaded a page, and that page has answered. */
  #isLoaded = false;
  #isReady = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;
  readonly #pending = new Map<number, Pending>();

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [looks, this.#height];
  }

  connectedCallback(): void {
    window.addEventListener("message", this.#hear);
    this.#open();
  }

  disconnectedCallback(): void {
    window.removeEventListener("message", this.#hear);
    this.#close("removed", "The element was taken out of its page before the answer came.");
  }

  attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (old === value) return;
    if (name === "height") {
      const pixels = Number(value);
      this.#height.replaceSync(pixels > 0 ? `:host { height: ${pixels}px }` : "");
    }
    if (!this.#frame) return;
    if (name === "label") this.#frame.title = value ?? NAME;
    if (name === "link") this.#frame.contentWindow?.location.replace(this.#linked());
    if (name === "theme" && this.#isReady) this.#sendTheme();
    if (name === "site") {
      this.#close("removed", "The element went to another site before the answer came.");
      this.#open();
    }
  }

  async analyze(data: ArrayBuffer | Blob, options: AnalyzeOptions = {}): Promise<Report> {
    const { signal } = options;
    const isBuffer = data instanceof ArrayBuffer;
    if (!isBuffer && !(data instanceof Blob))
      throw new ScopeError("bad_message", "Give the bytes of a file: an ArrayBuffer or a Blob.");
    if (window.origin === "null")
      throw new ScopeError(
        "opaque_origin",
        "This page has no origin that a frame could answer. Serve it over http or https.",
      );
    if (!this.#frame)
      throw new ScopeError("not_connected", "The element is in no page. Add it to one first.");
    if (signal?.aborted) throw aborted(signal);

    this.#lastId += 1;
    const id = this.#lastId;
    const abort = (): void => this.#abort(id, signal);
    signal?.addEventListener("abort", abort);
    try {
      return await this.#ask(id, data, options);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  #ask(id: number, data: ArrayBuffer | Blob, options: AnalyzeOptions): Promise<Report> {
    const { name, window: ranks, weights, array, onProgress } = options;
    const isBuffer = data instanceof ArrayBuffer;
    const given = isBuffer ? { buffer: data } : { file: data };
    const message = {
      type: "eigenscope:analyze",
      id,
      name,
      ...given,
      options: { window: ranks, weights, array },
    };
    const progress = (progress: AnalyzeProgress): void => onProgress?.(progress);
    return new Promise((resolve, reject) => {
      const unsent = { message, transfer: isBuffer ? [data] : [] };
      this.#pending.set(id, { resolve, reject, progress, unsent });
      if (this.#isReady) this.#flush();
      else if (this.#timer === undefined) this.#wait();
    });
  }

  #abort(id: number, signal?: AbortSignal): void {
    const one = this.#settle(id);
    one?.reject(aborted(signal));
    if (one && !one.unsent) this.#send({ type: "eigenscope:cancel", id });
  }

  #open(): void {
    const site = this.getAttribute("site");
    this.#address = site === null ? new URL(".", here) : new URL(site, document.baseURI);
    this.#address.hash = "";
    this.#address.searchParams.set("embed", window.origin === "null" ? "" : window.origin);
    this.#address.searchParams.set("theme", this.#theme);
    const frame = document.createElement("iframe");
    frame.title = this.getAttribute("label") ?? NAME;
    frame.allow = "clipboard-write";
    frame.referrerPolicy = "no-referrer";
    frame.src = this.#linked();
    frame.addEventListener("load", () => this.#loaded());
    this.#frame = frame;
    this.#root.replaceChildren(frame);
    this.#wait();
  }

  #close(code: string, message: string): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isLoaded = false;
    this.#isReady = false;
    this.#frame = null;
    this.#root.replaceChildren();
    this.#refuseAll(code, message);
  }

  get #theme(): string {
    const theme = this.getAttribute("theme");
    return theme === "light" || theme === "dark" ? theme : "auto";
  }

  /** The address with the shared analysis of the element. With a # it always ends in one, so that another is no other page. */
  #linked(): string {
    return `${this.#address}#${(this.getAttribute("link") ?? "").replace(/^#/, "")}`;
  }

  #loaded(): void {
    // A person can load the frame anew.
    if (this.#isLoaded) {
      for (const [id, { unsent }] of this.#pending)
        if (!unsent)
          this.#settle(id)?.reject(
            new ScopeError("reloaded", "The frame was loaded anew before the answer came."),
          );
    }
    this.#isLoaded = true;
    this.#isReady = false;
    this.#wait();
  }

  /** Calls the frame until it answers. Before it has loaded, there is nobody there. */
  #wait(): void {
    clearTimeout(this.#timer);
    const end = performance.now() + PATIENCE;
    const call = (pause: number): void => {
      if (performance.now() >= end) {
        this.#giveUp();
        return;
      }
      if (this.#isLoaded) this.#send({ type: "eigenscope:ping", version: VERSION });
      this.#timer = setTimeout(() => call(Math.min(2 * pause, LAST_PAUSE)), pause);
    };
    call(FIRST_PAUSE);
  }

  #giveUp(): void {
    this.#timer = undefined;
    this.#refuseAll(
      "no_answer",
      `Nothing answers at ${this.#address.origin}${this.#address.pathname}. Check that Eigenscope is there, and that the content security policy of this page has it in frame-src.`,
    );
  }

  #flush(): void {
    for (const one of this.#pending.values()) {
      const { unsent } = one;
      one.unsent = null;
      if (unsent) this.#send(unsent.message, unsent.transfer);
    }
  }

  readonly #hear = ({ data, origin, source }: MessageEvent): void => {
    if (source !== this.#frame?.contentWindow || origin !== this.#address.origin) return;
    const said = data as Said;
    const one = this.#pending.get(said.id ?? 0);
    switch (said.type) {
      case "eigenscope:pong":
        this.#answered();
        break;
      case "eigenscope:progress": {
        const { stage = "waiting", done = 0, total = 1 } = said;
        one?.progress({ stage, done, total });
        break;
      }
      case "eigenscope:report": {
        const { id, report } = said;
        if (!one || !id || !report) break;
        this.#settle(id)?.resolve(report);
        this.dispatchEvent(new CustomEvent("report", { detail: { name: report.name, report } }));
        break;
      }
      case "eigenscope:refused": {
        const { id, code = "unexpected", message = "" } = said;
        const error = new ScopeError(code, message);
        if (id) this.#settle(id)?.reject(error);
        // The frame speaks another version, or does not take what this one says.
        else this.#refuseAll(code, message);
        break;
      }
    }
  };

  #answered(): void {
    if (this.#isReady) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isReady = true;
    if (this.#theme !== this.#address.searchParams.get("theme")) this.#sendTheme();
    this.#flush();
  }

  #sendTheme(): void {
    this.#send({ type: "eigenscope:theme", theme: this.#theme });
  }

  #send(message: object, transfer: Transferable[] = []): void {
    this.#frame?.contentWindow?.postMessage(message, this.#address.origin, transfer);
  }

  /** Takes an analysis from those that wait. */
  #settle(id: number): Pending | undefined {
    const one = this.#pending.get(id);
    this.#pending.delete(id);
    return one;
  }

  #refuseAll(code: string, message: string): void {
    for (const id of this.#pending.keys()) this.#settle(id)?.reject(new ScopeError(code, message));
  }
}

function aborted(signal?: AbortSignal): ScopeError {
  const error = new ScopeError("cancelled", "This analysis was cancelled.", {
    cause: signal?.reason,
  });
  error.name = "AbortError";
  return error;
}

// A page may load this from two places.
if (!customElements.get("eigen-scope")) customElements.define("eigen-scope", EigenScope);
