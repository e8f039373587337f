// The panel that shares: a link to what is shown, made anew once nothing changes, and what stays in the browser.

import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import "./lib/quiet-page";
import type { Entry } from "../../www/share/recorded";
import type { Workspace } from "../../www/state/workspace";
import { settled } from "./lib/later";
import { line, type Made } from "./lib/lines";
import { change, type Element, elementsOf, fire, only, words } from "./lib/template";

const link = vi.hoisted(() => ({
  made: [] as { names: (string | null)[]; window: unknown; weight: unknown }[],
  fragment: "#s=abc",
  error: null as unknown,
}));
vi.mock("../../www/share/recorded", () => ({
  writeLink: async (entries: readonly Entry[], window: unknown, weight: unknown) => {
    link.made.push({ names: entries.map(({ name }) => name), window, weight });
    if (link.error) throw link.error;
    return link.fragment;
  },
}));
const session = vi.hoisted(() => ({ kept: [] as boolean[], cleared: 0 }));
vi.mock("../../www/share/session", () => ({
  keep: (_: Workspace, wanted: boolean) => session.kept.push(wanted),
  clearEverything: async () => {
    session.cleared += 1;
  },
}));
vi.mock("../../www/state/session", () => ({ isSessionKept: () => session.kept.at(-1) ?? false }));

interface Panel {
  workspace: { state: Record<string, unknown>; say: unknown };
  open: boolean;
  render(): unknown;
  updated(): void;
  disconnectedCallback(): void;
}

const rest = 150;
let copied: string[];
let said: unknown[][];

beforeAll(() => import("../../www/share/panel"));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  Object.assign(link, { made: [], fragment: "#s=abc", error: null });
  Object.assign(session, { kept: [], cleared: 0 });
  [copied, said] = [[], []];
  vi.stubGlobal("location", { href: "https://host/page/?x=1#s=old" });
  vi.stubGlobal("navigator", {
    clipboard: { writeText: async (text: string) => void copied.push(text) },
  });
});
afterEach(() => vi.useRealTimers());

const datasets = (made: readonly (Made | null)[]) =>
  made.map((one, index) => {
    const { name, analysis, isHidden } = line(one ?? {});
    return { id: index + 1, name, isHidden, analysis: one ? analysis : null };
  });

function open(made: readonly (Made | null)[]): Panel {
  const Kind = customElements.get("eigen-share");
  if (!Kind) throw new Error("there is no eigen-share");
  const state = { datasets: datasets(made), window: { first: 11, last: 100 }, weight: "1/k" };
  const say = (...of: unknown[]) => said.push(of);
  return Object.assign(new Kind(), { workspace: { state, say }, open: true }) as unknown as Panel;
}

/** What Lit does after a change, and time. */
async function drawn(panel: Panel, milliseconds = rest): Promise<Element> {
  panel.updated();
  vi.advanceTimersByTime(milliseconds);
  await settled();
  return elementsOf(panel.render());
}

const field = (root: Element): unknown =>
  only(root, "input", { name: "link" }).attributes[".value"];
const length = (root: Element): string => words(only(root, "p", { "data-name": "link-length" }));

describe("the link", () => {
  test("is to this page and carries what is shown, without names", async () => {
    const panel = open([{ name: "a" }, null, { name: "b", isHidden: true }, { name: "c" }]);
    const root = await drawn(panel);
    expect(field(root)).toBe("https://host/page/?x=1#s=abc");
    expect(link.made).toEqual([
      { names: [null, null], window: { first: 11, last: 100 }, weight: "1/k" },
    ]);
    expect(words(only(root, "section"))).toMatch(/^A link to 2 spectra /);
  });

  test("has the names where they are wanted", async () => {
    const panel = open([{ name: "a" }]);
    const root = await drawn(panel);
    expect(words(only(root, "section"))).toMatch(/^A link to 1 spectrum /);
    change(only(root, "input", { name: "names" }), "change", { checked: true });
    await drawn(panel);
    expect(link.made.at(-1)?.names).toEqual(["a"]);
  });

  test("is made once nothing has changed for a while, and not again of the same", async () => {
    const panel = open([{ name: "a" }]);
    for (let last = 60; last < 70; last += 1) {
      panel.workspace.state.window = { first: 11, last };
      await drawn(panel, rest - 1);
    }
    expect(link.made).toEqual([]);
    expect(length(elementsOf(panel.render()))).toBe("Making the link…");
    await drawn(panel, 1);
    expect(link.made.map(({ window }) => window)).toEqual([{ first: 11, last: 69 }]);
    await drawn(panel);
    expect(link.made).toHaveLength(1);
    panel.workspace.state.weight = "none";
    await drawn(panel);
    expect(link.made.at(-1)?.weight).toBe("none");
  });

  test("is made anew where a dataset is renamed, hidden or analyzed again", async () => {
    const panel = open([{ name: "a" }, { name: "b" }]);
    await drawn(panel);
    const { state } = panel.workspace;
    const list = state.datasets as ReturnType<typeof datasets>;
    for (const changes of [
      { name: "c" },
      { isHidden: true },
      { isHidden: false },
      { analysis: {} },
    ]) {
      const before = link.made.length;
      Object.assign(list[1] ?? {}, changes);
      await drawn(panel);
      expect(link.made).toHaveLength(before + 1);
    }
  });

  test("is not made while the panel is closed, nor once it is gone", async () => {
    const panel = open([{ name: "a" }]);
    panel.open = false;
    await drawn(panel);
    panel.open = true;
    panel.updated();
    panel.disconnectedCallback();
    await drawn(panel, 0);
    vi.advanceTimersByTime(10 * rest);
    expect(link.made).toEqual([]);
  });

  test("says how long it is, and that a long one may be cut", async () => {
    const page = "https://host/page/?x=1".length;
    const of = async (characters: number): Promise<string> => {
      link.fragment = "x".repeat(characters - page);
      return length(await drawn(open([{ name: "a" }])));
    };
    expect(await of(1000)).toBe("1,000 characters");
    expect(await of(2000)).toBe("2,000 characters");
    expect(await of(2001)).toMatch(/^2,001 characters\. Some chats cut a link after 2,000;/);
  });

  test("that cannot be made says why, and cannot be copied", async () => {
    link.error = new Error("There are too many spectra.");
    const panel = open([{ name: "a" }]);
    const root = await drawn(panel);
    expect(field(root)).toBe("");
    expect(length(root)).toBe("There are too many spectra.");
    expect(only(root, "button", { name: "copy-link" }).attributes["?disabled"]).toBe(true);
    link.error = null;
    panel.workspace.state.weight = "none";
    expect(length(await drawn(panel))).toMatch(/characters$/);
  });

  test("is copied, says so, and no longer after a while", async () => {
    const panel = open([{ name: "a" }]);
    const button = (): Element => only(elementsOf(panel.render()), "button", { name: "copy-link" });
    await drawn(panel);
    expect(words(button())).toBe("Copy link");
    await fire(button(), "click", {}, panel).result;
    expect(copied).toEqual(["https://host/page/?x=1#s=abc"]);
    expect(words(button())).toBe("Copied");
    vi.advanceTimersByTime(2000);
    expect(words(button())).toBe("Copy link");
  });

  test("is selected where the browser does not let the page copy", async () => {
    vi.stubGlobal("navigator", { clipboard: { writeText: () => Promise.reject(new Error()) } });
    const focus = vi.fn();
    const panel = Object.assign(open([{ name: "a" }]), { querySelector: () => ({ focus }) });
    const root = await drawn(panel);
    await fire(only(root, "button", { name: "copy-link" }), "click", {}, panel).result;
    expect(focus).toHaveBeenCalledOnce();
    expect(said).toEqual([["copy_refused", expect.any(String)]]);
    const select = vi.fn();
    fire(only(root, "input", { name: "link" }), "focus", { currentTarget: { select } });
    expect(select).toHaveBeenCalledOnce();
  });
});

describe("this browser", () => {
  test("keeps results where that is ticked, and no longer where it is not", async () => {
    const panel = open([{ name: "a" }]);
    const box = (): Element => only(elementsOf(panel.render()), "input", { name: "keep" });
    expect(box().attributes[".checked"]).toBe(false);
    change(box(), "change", { checked: true });
    expect(box().attributes[".checked"]).toBe(true);
    change(box(), "change", { checked: false });
    expect(session.kept).toEqual([true, false]);
  });

  test("forgets everything where that is pressed, and the tick with it", async () => {
    const panel = open([{ name: "a" }]);
    change(only(elementsOf(panel.render()), "input", { name: "keep" }), "change", {
      checked: true,
    });
    const root = elementsOf(panel.render());
    await fire(only(root, "button", { name: "clear-everything" }), "click", {}, panel).result;
    expect(session.cleared).toBe(1);
    const box = only(elementsOf(panel.render()), "input", { name: "keep" });
    expect(box.attributes[".checked"]).toBe(false);
  });
});
