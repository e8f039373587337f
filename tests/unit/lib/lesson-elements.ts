/** Lessons without a document: their own elements and worker, on the shipped wasm, driven by hand. */

import { vi } from "vitest";
import { isThere, type Values, type View } from "../../../www/learn/lesson";
import { learnModule } from "../../../www/learn/module";
import { readRoute, settingOf } from "../../../www/learn/route";
import { settled } from "./later";
import { loadLessons } from "./lessons";
import { all, type Element, elementsOf, type Fired, fire } from "./template";

interface Part {
  view: View;
  module?: unknown;
  readonly isConnected: boolean;
  render(): unknown;
  willUpdate?(changed: Map<string, unknown>): void;
  updated?(changed: Map<string, unknown>): void;
  requestUpdate(): void;
}

interface Figure {
  svg: string;
  summary: string;
  free?(): void;
}

const canvas = { width: 480, height: 320, theme: "light" } as const;

/** Runs the script of the lessons' worker on this thread. */
export async function runWorkerHere(): Promise<void> {
  let hear: (event: { data: unknown }) => void = () => {};
  vi.stubGlobal("addEventListener", (_type: string, listener: typeof hear) => {
    hear = listener;
  });
  await import("../../../www/learn/work");
  class Here {
    static current: Here;
    onmessage: (event: { data: unknown }) => void = () => {};
    postMessage(data: unknown): void {
      // As between threads, an answer takes a turn.
      setImmediate(() => {
        Here.current = this;
        hear({ data });
      });
    }
    terminate(): void {}
  }
  vi.stubGlobal("postMessage", (data: unknown) => Here.current.onmessage({ data }));
  vi.stubGlobal("Worker", Here);
}

/** A lesson that is open at an address. */
export class OpenLesson {
  readonly said: string[] = [];
  /** The pictures that its figures show, by the order of the page. */
  figures: Figure[] = [];
  isConnected = true;
  /** Called each time that it was drawn. */
  onDrawn = (): void => {};
  #isDirty = true;
  #root: Element = elementsOf("");

  private constructor(
    private readonly part: Part,
    public values: Values,
    public hidden: ReadonlySet<string>,
    private readonly workspace: unknown,
  ) {
    Object.defineProperty(part, "isConnected", { get: () => this.isConnected });
    Object.defineProperty(part, "updateComplete", { value: Promise.resolve() });
    part.requestUpdate = () => {
      this.#isDirty = true;
    };
    Object.assign(part, { querySelector: () => null });
  }

  static async at(address: string, workspace: unknown = {}): Promise<OpenLesson> {
    const { slug, parameters } = readRoute(`#learn/${address}`);
    const lesson = (await loadLessons()).get(slug ?? "");
    if (!lesson) throw new Error(`there is no lesson ${slug}`);
    const { values, hidden } = settingOf(lesson, parameters);
    const [body] = elementsOf(lesson.body({} as View)).children;
    const Kind = typeof body === "object" && customElements.get(body.name);
    if (!Kind) throw new Error(`the lesson ${slug} has no element`);
    const part = new Kind() as unknown as Part;
    const open = new OpenLesson(part, values, hidden, workspace);
    if ("module" in part) part.module = await learnModule();
    await open.drawn();
    return open;
  }

  /** Its element, once everything is drawn that waits for no timer. */
  async drawn(): Promise<Element> {
    while (this.#isDirty) {
      this.#isDirty = false;
      const { values, hidden, workspace } = this;
      const say = (text: string) => {
        if (text !== this.said.at(-1)) this.said.push(text);
      };
      const set = (changes: Values) => this.set(changes);
      this.part.view = { values, hidden, theme: "light", workspace, set, say } as View;
      this.#isDirty = false;
      this.part.willUpdate?.(new Map());
      this.#root = elementsOf(this.part.render());
      this.#draw();
      this.onDrawn();
      this.part.updated?.(new Map());
      await settled();
    }
    return this.#root;
  }

  /** Its element once it is as wanted, for what comes from the worker or from another script. */
  async until(isReached: (root: Element) => boolean): Promise<Element> {
    while (!isReached(await this.drawn())) await settled();
    return this.#root;
  }

  /** As figures that have a size do. */
  #draw(): void {
    this.figures = all(this.#root, "eigen-lesson-figure").flatMap(({ attributes }) => {
      const draw = attributes[".draw"] as (of: typeof canvas) => Figure | undefined;
      const drawn = draw(canvas);
      if (!drawn) return [];
      const { svg, summary } = drawn;
      drawn.free?.();
      return [{ svg, summary }];
    });
  }

  set(changes: Values): void {
    this.values = { ...this.values, ...changes };
    this.#isDirty = true;
  }

  /** An event of one of its elements. */
  fire(element: Element, type: string, details: Readonly<Record<string, unknown>> = {}): Fired {
    return fire(element, type, details, this.part);
  }

  /** What it finds in itself, by selectors. */
  has(elements: Readonly<Record<string, unknown>>): void {
    Object.assign(this.part, {
      querySelector: (selector: string) => elements[selector] ?? null,
    });
  }

  /** A property of the element. */
  property(name: string): unknown {
    return (this.part as unknown as Record<string, unknown>)[name];
  }

  get root(): Element {
    return this.#root;
  }

  /** The numbers that it shows, by their names, at full precision. */
  get numbers(): Record<string, number> {
    return Object.fromEntries(
      all(this.#root, "data").map(({ attributes }) => [
        String(attributes["data-name"]),
        Number(attributes.value),
      ]),
    );
  }

  /** What it says to those who do not see it. */
  get summary(): string {
    return this.said.at(-1) ?? "";
  }
}

/** Names of the controls that a lesson shows. */
export async function shownControls({ values, hidden }: OpenLesson, slug: string) {
  const lesson = (await loadLessons()).get(slug);
  return lesson?.controls.filter((one) => isThere(one, values, hidden)).map(({ name }) => name);
}
