// What stands around a lesson: its controls, its question, and the link for a class.

import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import "../../www/learn/class-link";
import { controls } from "../../www/learn/controls";
import { hideable, initialValues, type Lesson, type Values } from "../../www/learn/lesson";
import { readRoute, settingOf } from "../../www/learn/route";
import "../../www/learn/question";
import { loadLessons } from "./lib/lessons";
import { all, change, type Element, elementsOf, fire, only, words } from "./lib/template";

vi.mock("virtual:wasm/learn", () => ({ base64: "" }));

let lessons: ReadonlyMap<string, Lesson>;
beforeAll(async () => {
  lessons = await loadLessons();
});

const lessonOf = (slug: string): Lesson => lessons.get(slug) as Lesson;
const none: ReadonlySet<string> = new Set();

/** A lesson's controls, and what they set. */
function drawn(slug: string, changes: Values = {}, hidden = none) {
  const values = { ...initialValues(lessonOf(slug)), ...changes };
  const set = vi.fn<(changes: Values) => void>();
  return { root: elementsOf(controls(lessonOf(slug).controls, values, hidden, set)), set };
}

/** An element of the page by its name, with its properties set. */
function made<T extends object>(name: string, properties: T): T & Drawable {
  const Kind = customElements.get(name);
  if (!Kind) throw new Error(`there is no ${name}`);
  const element = Object.assign(new Kind(), properties) as unknown as T & Drawable;
  element.willUpdate(new Map(Object.keys(properties).map((key) => [key, undefined])));
  return element;
}

interface Drawable {
  render(): unknown;
  willUpdate(changed: Map<string, unknown>): void;
}

describe("a number field", () => {
  const typed = (text: string, at = 1) => {
    const { root, set } = drawn("alpha-by-hand", { alpha: at });
    const field = { value: text };
    change(only(root, "input", { type: "number", name: "alpha" }), "change", field);
    return { shown: field.value, set: set.mock.calls };
  };

  test.each([
    ["2.5", "2.5", { alpha: 2.5 }],
    ["9", "3", { alpha: 3 }],
    ["-1", "0", { alpha: 0 }],
    ["1e999", "3", { alpha: 3 }],
    ["0.014", "0.01", { alpha: 0.01 }],
    [" 2 ", "2", { alpha: 2 }],
  ])("takes what is in range: “%s” becomes %s", (text, shown, changes) => {
    expect(typed(text)).toEqual({ shown, set: [[changes]] });
  });

  test.each(["", " ", "NaN", "one", "1,5"])("sets “%s” back to what it was", (text) => {
    expect(typed(text)).toEqual({ shown: "1", set: [] });
  });

  test("sets nothing where nothing changes", () => {
    expect(typed("1.001")).toEqual({ shown: "1", set: [] });
  });
});

describe("a slider", () => {
  test("sets the value of its place", () => {
    const { root, set } = drawn("alpha-by-hand");
    change(only(root, "input", { type: "range" }), "input", { value: "0.3" });
    expect(set.mock.calls).toEqual([[{ alpha: 0.3 }]]);
  });

  test("with a logarithmic scale goes in equal factors and reaches both ends", () => {
    for (const [slug, name, low, high] of [
      ["finite-n", "n", 16, 8192],
      ["noise-floor", "noise", 0.0001, 1],
      ["noise-floor", "n", 128, 8192],
    ] as const) {
      const { root, set } = drawn(slug);
      const slider = only(root, "input", { type: "range", "data-control": name });
      expect([slider.attributes.min, slider.attributes.max]).toEqual([0, 200]);
      const values = [0, 50, 100, 150, 200].map((place) => {
        change(slider, "input", { value: String(place) });
        return Number(set.mock.lastCall?.[0][name]);
      });
      const { step } = lessonOf(slug).controls.find((one) => one.name === name) as { step: number };
      for (const [index, value] of values.entries())
        expect(Math.abs(value - low * (high / low) ** (index / 4))).toBeLessThanOrEqual(step);
      for (const [value, place] of [
        [low, 0],
        [high, 200],
      ] as const) {
        const there = drawn(slug, { [name]: value }).root;
        const at = only(there, "input", { type: "range", "data-control": name });
        expect(Number(at.attributes[".value"])).toBe(place);
      }
    }
  });

  test("gives its value with its unit to those who do not see it", () => {
    const { root } = drawn("smoothness", { turn: -30 });
    const slider = only(root, "input", { "data-control": "turn" });
    expect(slider.attributes["aria-valuetext"]).toBe("-30 °");
    expect(only(root, "input", { name: "turn" }).attributes["aria-label"]).toBe("Turned by, °");
  });
});

describe("a draw", () => {
  test("another draw is the next, and after the last comes the first", () => {
    for (const [at, next] of [
      [1, 2],
      [9998, 9999],
      [9999, 1],
    ] as const) {
      const { root, set } = drawn("finite-n", { seed: at });
      fire(only(root, "button", { name: "another" }), "click");
      expect(set.mock.calls).toEqual([[{ seed: next }]]);
    }
  });
});

describe("all controls", () => {
  test("secondary ones wait behind a disclosure, the others stand in front", () => {
    const { root } = drawn("finite-n");
    const more = only(root, "details", { class: "lesson-more" });
    const names = (element: Element): unknown[] => [
      ...new Set(all(element, "input").flatMap(({ attributes: { name } }) => name ?? [])),
    ];
    expect(names(more)).toEqual(["alpha", "d", "seed"]);
    expect(names(root)).toEqual(["n", "beside", "alpha", "d", "seed"]);
  });

  test("a choice marks the option that is set, and sets the one that is chosen", () => {
    const { root, set } = drawn("finite-n", { beside: "noise" });
    const options = all(root, "input", { name: "beside" });
    expect(options.map(({ attributes }) => attributes[".checked"])).toEqual([false, true]);
    fire(options[0] as Element, "change");
    expect(set.mock.calls).toEqual([[{ beside: "curve" }]]);
  });

  test("what is left out is not there; with nothing left the whole group is hidden", () => {
    const some = drawn("finite-n", {}, new Set(["n", "seed"])).root;
    expect(all(some, "input", { name: "n" })).toEqual([]);
    expect(all(some, "button", { name: "another" })).toEqual([]);
    expect(all(some, "input", { name: "alpha" })).toHaveLength(1);
    for (const [slug, { controls: every }] of lessons) {
      const { root } = drawn(slug, {}, new Set(every.map(({ name }) => name)));
      expect(all(root, "input"), slug).toEqual([]);
      expect(only(root, "div", { role: "group" }).attributes["?hidden"]).toBe(true);
    }
  });
});

describe("the question", () => {
  const ask = (properties: { asks?: boolean; tells?: boolean } = {}) =>
    made("eigen-question-and-answer", {
      lesson: lessonOf("finite-n"),
      asks: true,
      tells: true,
      ...properties,
    });
  const answerOf = (element: Drawable): string =>
    words(only(elementsOf(element.render()), "div", { "data-name": "answer" }));
  const guess = (element: Drawable, index: number): void => {
    const option = all(elementsOf(element.render()), "input", { name: "guess" })[index];
    fire(option as Element, "change");
  };
  const tell = (element: Drawable): void => {
    fire(only(elementsOf(element.render()), "button", { name: "tell" }), "click");
  };
  const button = (element: Drawable): Element =>
    only(elementsOf(element.render()), "button", { name: "tell" });

  test("keeps the answer back until a person asks for it", () => {
    const element = ask();
    expect(answerOf(element)).toBe("");
    expect(words(button(element))).toBe("Show the answer");
    guess(element, 0);
    expect(answerOf(element)).toBe("");
    expect(words(button(element))).toBe("Check");
    tell(element);
    expect(answerOf(element).length).toBeGreaterThan(100);
    expect(button(element).attributes["?hidden"]).toBe(true);
  });

  test("tells a right guess from a wrong one, and gives no verdict without a guess", () => {
    const { right, options } = lessonOf("finite-n").question;
    const told = (chosen: number | null): string => {
      const element = ask();
      if (chosen !== null) guess(element, chosen);
      tell(element);
      return answerOf(element);
    };
    expect(told(right)).toMatch(/^Yes\. /);
    const wrong = told((right + 1) % options.length);
    expect(wrong.startsWith(`Not quite: “${options[right]}”. `)).toBe(true);
    expect(told(null)).not.toMatch(/^(Yes|Not quite)/);
  });

  test("without the question the answer stands there; without the answer nothing tells it", () => {
    const read = ask({ asks: false });
    expect(answerOf(read).length).toBeGreaterThan(100);
    expect(all(elementsOf(read.render()), "fieldset")).toEqual([]);
    const exam = ask({ tells: false });
    expect(button(exam).attributes["?hidden"]).toBe(true);
    expect(answerOf(exam)).toBe("");
    expect(answerOf(ask({ asks: false, tells: false }))).toBe("");
  });

  test("of another lesson begins anew", () => {
    const element = ask();
    guess(element, 1);
    tell(element);
    element.lesson = lessonOf("window");
    element.willUpdate(new Map([["lesson", undefined]]));
    expect(answerOf(element)).toBe("");
    expect(words(button(element))).toBe("Show the answer");
  });
});

describe("the link for a class", () => {
  let copied: string[];
  beforeEach(() => {
    vi.useFakeTimers();
    copied = [];
    vi.stubGlobal("location", { href: "https://host/page/?x=1#learn/finite-n?n=16" });
    vi.stubGlobal("navigator", {
      clipboard: { writeText: async (text: string) => void copied.push(text) },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const link = (slug: string, changes: Values = {}, without = none) =>
    made("eigen-class-link", {
      lesson: lessonOf(slug),
      slug,
      values: { ...initialValues(lessonOf(slug)), ...changes },
      without,
      copied: false,
    });
  const rootOf = (element: Drawable): Element => elementsOf(element.render());
  const address = (element: Drawable): string =>
    String(only(rootOf(element), "input", { name: "class-link" }).attributes[".value"]);
  const read = (slug: string, text: string) =>
    settingOf(lessonOf(slug), readRoute(text.slice(text.indexOf("#"))).parameters);

  test("opens the lesson as it is, on this page", () => {
    const text = address(link("finite-n", { n: 300, d: "64" }, new Set(["seed"])));
    expect(text).toBe(
      "https://host/page/?x=1#learn/finite-n?n=300&beside=curve&alpha=1&d=64&seed=7&hide=seed",
    );
  });

  test("of every lesson leaves out everything that is ticked, and nothing that is unticked", () => {
    for (const [slug, lesson] of lessons) {
      const element = link(slug);
      const boxes = all(rootOf(element), "input", { name: "leave-out" });
      expect(boxes).toHaveLength(hideable(lesson).length);
      for (const box of boxes) fire(box, "change");
      const names = boxes.map(({ attributes: { value } }) => String(value));
      const { hidden, remarks, values } = read(slug, address(element));
      expect(hidden).toEqual(new Set(names));
      expect(remarks).toEqual([]);
      expect(values).toEqual(initialValues(lesson));
      fire(boxes[0] as Element, "change");
      expect(read(slug, address(element)).hidden).toEqual(new Set(names.slice(1)));
    }
  });

  test("is copied, says so, and no longer after a while", async () => {
    const element = link("window");
    const button = (): Element => only(rootOf(element), "button", { name: "copy-class-link" });
    expect(words(button())).toBe("Copy");
    await fire(button(), "click").result;
    expect(copied).toEqual([address(element)]);
    expect(words(button())).toBe("Copied");
    vi.advanceTimersByTime(2000);
    expect(words(button())).toBe("Copy");
  });

  test("is selected where the browser does not let the page copy", async () => {
    const select = vi.fn();
    vi.stubGlobal("navigator", { clipboard: { writeText: () => Promise.reject(new Error()) } });
    const element = Object.assign(link("window"), { querySelector: () => ({ select }) });
    await fire(only(rootOf(element), "button", { name: "copy-class-link" }), "click").result;
    expect(select).toHaveBeenCalledOnce();
    expect(element.copied).toBe(false);
  });
});
