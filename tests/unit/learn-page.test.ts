// The page of lessons: what an address opens, what it says, and how the address follows.

import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { initialValues, type Lesson, type View } from "../../www/learn/lesson";
import { type Entry, lessons } from "../../www/learn/lessons";
import { deferred, settled } from "./lib/later";
import { loadLessons } from "./lib/lessons";
import { all, type Element, elementsOf, only, words } from "./lib/template";

vi.mock("virtual:wasm/learn", () => ({ base64: "" }));

/** The page without a document: what it finds in itself is given. */
interface Page {
  address: string;
  lesson: Lesson | null;
  setting: { values: View["values"] };
  said: string;
  workspace: unknown;
  render(): unknown;
  willUpdate(changed: Map<string, unknown>): void;
  connectedCallback(): void;
  disconnectedCallback(): void;
}

beforeAll(async () => {
  vi.stubGlobal("document", {});
  vi.stubGlobal("addEventListener", () => {});
  await loadLessons();
  await import("../../www/learn/page");
});

let page: Page;
let details: { open: boolean };
let focused: number;
const replaced: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  replaced.length = 0;
  focused = 0;
  details = { open: false };
  vi.stubGlobal("scrollTo", () => {});
  vi.stubGlobal("history", {
    replaceState: (_state: unknown, _title: string, address: string) => replaced.push(address),
  });
  const Kind = customElements.get("eigen-learn");
  if (!Kind) throw new Error("there is no eigen-learn");
  page = Object.assign(new Kind(), {
    workspace: { state: { settings: { theme: "light" } } },
  }) as unknown as Page;
  Object.defineProperty(page, "updateComplete", { value: Promise.resolve() });
  Object.assign(page, {
    querySelector: (selector: string) =>
      ({ ".lesson-more": details, h2: { focus: () => (focused += 1) } })[selector] ?? null,
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Opens an address, and waits for its lesson. */
async function go(address: string): Promise<Element> {
  page.address = address;
  page.willUpdate(new Map([["address", ""]]));
  await settled();
  // As Lit does when the lesson has come.
  page.willUpdate(new Map());
  return elementsOf(page.render());
}

const remarks = (root: Element): Element => only(root, "p", { "data-name": "remarks" });
const viewOf = (root: Element, name: string): View => only(root, name).attributes[".view"] as View;
const entryOf = (slug: string): Entry => lessons.find((one) => one.slug === slug) as Entry;

describe("an address", () => {
  test("without a lesson shows all of them, in their order", async () => {
    const root = await go("#learn");
    const links = all(only(root, "ol", { class: "lesson-list" }), "a");
    expect(links.map(({ attributes: { href } }) => href)).toEqual(
      lessons.map(({ slug }) => `#learn/${slug}`),
    );
    expect(all(root, "p", { "data-name": "remarks" })).toEqual([]);
  });

  test("of a lesson that there is not shows the list, and says so", async () => {
    expect(words(remarks(await go("#learn/no-such-lesson")))).toMatch(/no lesson “no-such-lesson”/);
    const long = words(remarks(await go(`#learn/${"x".repeat(1000)}`)));
    expect(long.length).toBeLessThan(100);
    expect(words(remarks(await go("#learn/<img src=x>")))).toContain("“<img src=x>”");
  });

  test("opens its lesson, with the heading in focus and nothing to remark", async () => {
    const root = await go("#learn/finite-n?n=64");
    expect(words(only(root, "h2"))).toBe("Finite n");
    expect(focused).toBe(1);
    expect(remarks(root).attributes["?hidden"]).toBe(true);
    expect(only(root, "article").attributes["aria-busy"]).toBe(false);
    expect(viewOf(root, "eigen-finite-n").values).toEqual({
      ...initialValues((await entryOf("finite-n").load()).lesson),
      n: 64,
    });
    expect(document.title).toBe("Finite n · Eigenscope");
  });

  test("that is junk opens its lesson and says what it changed, in one paragraph", async () => {
    const root = await go("#learn/finite-n?alpha=9&n=banana&colour=1&hide=sky,question");
    const said = remarks(root);
    expect(said.attributes["?hidden"]).toBe(false);
    expect(words(said)).toBe(
      "True α goes from 0 to 2; 9 became 2. Rows n is a number; “banana” is none, so it is 300. " +
        "This lesson has no “colour”. Nothing of this lesson is called “sky”, so it cannot be left out.",
    );
    const question = only(root, "eigen-question-and-answer");
    expect([question.attributes[".asks"], question.attributes[".tells"]]).toEqual([false, true]);
  });

  test("opens “More to set” where it sets something behind it", async () => {
    await go("#learn/alpha-near-1?ridge=best&n=64");
    expect(details.open).toBe(false);
    await go("#learn/alpha-near-1?smoothness=1.5&hide=seed");
    expect(details.open).toBe(true);
    expect(focused).toBe(1);
  });

  test("of another lesson, while one is loading, wins", async () => {
    const late = deferred<{ lesson: Lesson }>();
    const { lesson } = await entryOf("window").load();
    vi.spyOn(entryOf("window"), "load").mockReturnValue(late.promise);
    await go("#learn/window");
    expect(page.lesson).toBeNull();
    await go("#learn/smoothness");
    late.resolve({ lesson });
    const root = await go("#learn/smoothness");
    expect(words(only(root, "h2"))).toBe("Smoothness");
    expect(page.lesson?.title).toBe("Smoothness");
  });

  test("of a lesson that cannot be loaded says so, and the next one opens", async () => {
    vi.spyOn(entryOf("window"), "load").mockRejectedValue(new TypeError("no network"));
    const root = await go("#learn/window");
    expect(only(root, "p", { role: "alert" }).attributes["data-code"]).toBe("not_loaded");
    expect(only(root, "article").attributes["aria-busy"]).toBe(false);
    const next = await go("#learn/smoothness");
    expect(all(next, "p", { role: "alert" })).toEqual([]);
    expect(page.lesson?.title).toBe("Smoothness");
  });
});

describe("from lesson to lesson", () => {
  test("each leads to the one before and the one after", async () => {
    for (const [index, { slug }] of lessons.entries()) {
      const root = await go(`#learn/${slug}`);
      const turn = only(root, "nav");
      const hrefs = all(turn, "a").map(({ attributes: { rel, href } }) => [rel, href]);
      const [before, after] = [lessons[index - 1], lessons[index + 1]];
      expect(hrefs).toEqual([
        ...(before ? [["prev", `#learn/${before.slug}`]] : []),
        ...(after ? [["next", `#learn/${after.slug}`]] : []),
      ]);
      expect(words(only(root, "p", { class: "lesson-place" }))).toBe(`Lessons · ${index + 1} of 9`);
    }
  });

  test("n and p turn the pages, but not while something is typed", () => {
    const clicked: string[] = [];
    let hear: (event: unknown) => void = () => {};
    vi.stubGlobal("window", {
      addEventListener: (_type: string, listener: typeof hear) => {
        hear = listener;
      },
      removeEventListener: () => {},
    });
    Object.assign(page, {
      workspace: { subscribe: () => () => {} },
      querySelector: (selector: string) => ({ click: () => clicked.push(selector) }),
    });
    page.connectedCallback();
    const key = (of: object) =>
      hear({ target: { matches: () => false }, defaultPrevented: false, ...of });
    key({ key: "n" });
    key({ key: "p" });
    expect(clicked).toEqual([".lesson-turn a[rel=next]", ".lesson-turn a[rel=prev]"]);
    key({ key: "x" });
    for (const held of ["altKey", "ctrlKey", "metaKey", "defaultPrevented"])
      key({ key: "n", [held]: true });
    key({ key: "n", target: { matches: () => true } });
    expect(clicked).toHaveLength(2);
    page.disconnectedCallback();
  });
});

describe("a control that moves", () => {
  test("moves the lesson at once, and the address once it rests", async () => {
    const { set } = viewOf(await go("#learn/finite-n?alpha=9"), "eigen-finite-n");
    set({ n: 100 });
    set({ n: 200 });
    const root = elementsOf(page.render());
    expect(viewOf(root, "eigen-finite-n").values.n).toBe(200);
    expect(remarks(root).attributes["?hidden"]).toBe(true);
    expect(replaced).toEqual([]);
    vi.advanceTimersByTime(250);
    expect(replaced).toEqual(["#learn/finite-n?n=200&beside=curve&alpha=2&d=128&seed=7"]);
  });

  test("does not write its address over that of the next lesson", async () => {
    const { set } = viewOf(await go("#learn/finite-n"), "eigen-finite-n");
    set({ n: 100 });
    await go("#learn/smoothness");
    vi.advanceTimersByTime(10_000);
    expect(replaced).toEqual([]);
  });

  test("is heard once it rests: of several summaries the last one", async () => {
    const { say } = viewOf(await go("#learn/finite-n"), "eigen-finite-n");
    say("one");
    vi.advanceTimersByTime(699);
    say("two");
    vi.advanceTimersByTime(699);
    expect(page.said).toBe("");
    vi.advanceTimersByTime(1);
    const summary = only(elementsOf(page.render()), "p", { "data-name": "lesson-summary" });
    expect(words(summary)).toBe("two");
  });
});
