// The address of a lesson is written by people: whatever it holds, the lesson opens and says what it changed.

import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  type Control,
  hideable,
  initialValues,
  isThere,
  type Lesson,
  nameOf,
  type Values,
} from "../../www/learn/lesson";
import { lessons } from "../../www/learn/lessons";
import { addressOf, isLearn, rangeOf, readRoute, setsMore, settingOf } from "../../www/learn/route";
import { loadLessons } from "./lib/lessons";
import { randomOf } from "./lib/random";

vi.mock("virtual:wasm/learn", () => ({ base64: "" }));

let all: ReadonlyMap<string, Lesson>;
beforeAll(async () => {
  all = await loadLessons();
});

const slugs = lessons.map(({ slug }) => slug);
const none: ReadonlySet<string> = new Set();

const lessonOf = (slug: string): Lesson => all.get(slug) as Lesson;
const read = (slug: string, query: string) =>
  settingOf(lessonOf(slug), readRoute(`#learn/${slug}?${query}`).parameters);

const known = new WeakMap<Control, readonly (number | string)[]>();

/** Everything a control can be set to. */
function allowed(control: Control): readonly (number | string)[] {
  const found = known.get(control) ?? listed(control);
  known.set(control, found);
  return found;
}

function listed(control: Control): readonly (number | string)[] {
  if (control.kind === "choice") return control.options.map(({ value }) => value);
  const { low, high, step } = rangeOf(control);
  const count = Math.round((high - low) / step);
  // In units of 0.0001, the smallest step, all of them are whole numbers.
  return Array.from({ length: count + 1 }, (_, i) => Math.round(1e4 * (low + i * step)) / 1e4);
}

describe("an address leads to lessons", () => {
  test.each([
    ["#learn", true, null],
    ["#learn/", true, null],
    ["#learn//", true, null],
    ["#learn/window", true, "window"],
    ["#learn/window/", true, "window"],
    ["#learn?seed=1", true, null],
    ["#learn/window?first=2", true, "window"],
    ["#learn/no-such-lesson", true, "no-such-lesson"],
    ["#learning", false, undefined],
    ["#s=abc", false, undefined],
    ["", false, undefined],
    ["#", false, undefined],
  ])("%s: %s", (hash, isOne, slug) => {
    expect(isLearn(hash)).toBe(isOne);
    if (isOne) expect(readRoute(hash).slug).toBe(slug);
  });

  test("only the first question mark begins the parameters", () => {
    const { slug, parameters } = readRoute("#learn/window?show=guess?&eye=2");
    expect(slug).toBe("window");
    expect([...parameters]).toEqual([
      ["show", "guess?"],
      ["eye", "2"],
    ]);
  });
});

describe("lessons", () => {
  test("all nine are listed, each under its own slug and with its own title", async () => {
    expect(slugs).toHaveLength(9);
    expect(new Set(slugs).size).toBe(9);
    for (const { slug, title, lead } of lessons) {
      expect(slug).toMatch(/^[a-z0-9-]+$/);
      expect(lessonOf(slug).title).toBe(title);
      expect(lead).toMatch(/[.?]$/);
    }
  });

  test.each(slugs)("%s asks a question whose right answer is one of its options", (slug) => {
    const { options, right, text } = lessonOf(slug).question;
    expect(options[right]).toBeTypeOf("string");
    expect(new Set(options).size).toBe(options.length);
    expect(text).toMatch(/\?$/);
  });

  test.each(slugs)("%s gives everything that can be left out a name of its own", (slug) => {
    const names = hideable(lessonOf(slug)).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["question", "answer"]));
    expect(names).not.toContain("hide");
    for (const name of names) expect(name).toMatch(/^[a-z-]+$/);
    for (const { label } of hideable(lessonOf(slug))) expect(label).not.toMatch(/object|^$/);
  });

  test.each(slugs)("%s has one to three controls in front, whatever they are set to", (slug) => {
    const { controls } = lessonOf(slug);
    const choices = controls.filter((control) => control.kind === "choice");
    for (const { name, options } of choices) {
      for (const { value } of options) {
        const values = { ...initialValues(lessonOf(slug)), [name]: value };
        const front = controls.filter(
          (control) => !control.isSecondary && isThere(control, values, none),
        );
        expect(front.length).toBeGreaterThanOrEqual(1);
        expect(front.length).toBeLessThanOrEqual(slug === "networks" ? 3 : 2);
      }
    }
  });

  test.each(slugs)("%s starts with values that its controls can have", (slug) => {
    for (const control of lessonOf(slug).controls)
      expect(allowed(control), control.name).toContain(control.initial);
  });
});

describe.each(slugs)("the address of %s", (slug) => {
  test("brings every value of every control back, without a remark", () => {
    const lesson = lessonOf(slug);
    for (const control of lesson.controls) {
      for (const value of allowed(control)) {
        const values: Values = { ...initialValues(lesson), [control.name]: value };
        const { parameters } = readRoute(addressOf(slug, lesson, values, none));
        const { values: found, hidden, remarks } = settingOf(lesson, parameters);
        if (found[control.name] !== value || remarks.length > 0 || hidden.size > 0)
          expect({ found, remarks }).toEqual({ found: values, remarks: [] });
      }
    }
  });

  test("brings back what is left out, in whatever order it is named", () => {
    const lesson = lessonOf(slug);
    const values = initialValues(lesson);
    const names = hideable(lesson).map(({ name }) => name);
    for (const left of [[], names, [...names].reverse(), ...names.map((name) => [name])]) {
      const address = addressOf(slug, lesson, values, new Set(left));
      const { hidden, remarks } = settingOf(lesson, readRoute(address).parameters);
      expect(hidden).toEqual(new Set(left));
      expect(remarks).toEqual([]);
    }
    expect(addressOf(slug, lesson, values, new Set(names))).toBe(
      addressOf(slug, lesson, values, new Set([...names].reverse())),
    );
  });

  test("beyond a control's ends goes to the nearer end, and is mentioned", () => {
    for (const control of lessonOf(slug).controls) {
      if (control.kind === "choice") continue;
      const { low, high, step } = rangeOf(control);
      for (const [text, end] of [
        [String(high + step), high],
        [String(low - step), low],
        ["1e999", high],
        ["-1e999", low],
        ["Infinity", high],
        ["-Infinity", low],
        ["1e300", high],
      ] as const) {
        const { values, remarks } = read(slug, `${control.name}=${text}`);
        expect(values[control.name]).toBe(end);
        const range = `${nameOf(control)} goes from ${low} to ${high}`;
        expect(remarks).toEqual([`${range}; ${text} became ${end}.`]);
      }
    }
  });

  test("between two steps goes to the nearer one, and is mentioned", () => {
    for (const control of lessonOf(slug).controls) {
      if (control.kind === "choice") continue;
      const { low, step } = rangeOf(control);
      const [first, second] = allowed(control) as [number, number];
      for (const [part, nearest] of [
        [0.25, first],
        [0.75, second],
      ] as const) {
        const text = String(low + part * step);
        const { values, remarks } = read(slug, `${control.name}=${text}`);
        expect(values[control.name]).toBe(nearest);
        const steps = `${nameOf(control)} goes in steps of ${step}`;
        expect(remarks).toEqual([`${steps}; ${text} became ${nearest}.`]);
      }
    }
  });

  test("text that is no value leaves each control at its own, and each is mentioned", () => {
    const lesson = lessonOf(slug);
    for (const text of ["NaN", "", " ", "%", "<b>", "1,5", "1e", "--1", "٣", "null", "__proto__"]) {
      const query = lesson.controls.map(({ name }) => `${name}=${encodeURIComponent(text)}`);
      const { values, hidden, remarks } = read(slug, query.join("&"));
      expect(values).toEqual(initialValues(lesson));
      expect(hidden.size).toBe(0);
      expect(remarks).toEqual(
        lesson.controls.map((control) => {
          if (control.kind !== "choice")
            return `${nameOf(control)} is a number; “${text}” is none, so it is ${control.initial}.`;
          const options = control.options.map(({ value }) => value).join(", ");
          return `${control.label} is one of ${options}; “${text}” is none, so it is ${control.initial}.`;
        }),
      );
    }
  });

  test("names that the lesson has not are mentioned, and change nothing", () => {
    const names = ["colour", "__proto__", "constructor", "toString", "SEED", "x".repeat(5000)];
    const { values, hidden, remarks } = read(
      slug,
      [...names.map((name) => `${name}=1`), "hide=nothing,__proto__"].join("&"),
    );
    expect(values).toEqual(initialValues(lessonOf(slug)));
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
    expect(hidden.size).toBe(0);
    expect(remarks).toEqual([
      ...names.slice(0, -1).map((name) => `This lesson has no “${name}”.`),
      `This lesson has no “${"x".repeat(39)}…”.`,
      "Nothing of this lesson is called “nothing”, so it cannot be left out.",
      "Nothing of this lesson is called “__proto__”, so it cannot be left out.",
    ]);
  });

  test("of a name given twice the first counts, and that is mentioned", () => {
    for (const control of lessonOf(slug).controls) {
      const [first, second] = [allowed(control).at(-1), allowed(control)[0]];
      const { values, remarks } = read(slug, `${control.name}=${first}&${control.name}=${second}`);
      expect(values[control.name]).toBe(first);
      expect(remarks).toEqual([`“${control.name}” stands twice; the first counts.`]);
    }
    const { hidden, remarks } = read(slug, "hide=question&hide=answer");
    expect(hidden).toEqual(new Set(["question"]));
    expect(remarks).toEqual(["“hide” stands twice; the first counts."]);
  });

  test("however it is mangled, what is read can be written, and reads the same again", () => {
    const lesson = lessonOf(slug);
    const random = randomOf(1);
    const pieces = [..."=&?#%+-.,eE019 \u0000\ud800é", "hide=", "%00", "%ff", "NaN", "1e999"];
    const names = lesson.controls.map(({ name }) => name);
    let changed = 0;
    for (let time = 0; time < 500; time += 1) {
      const values = Object.fromEntries(
        lesson.controls.map((control) => {
          const some = allowed(control);
          return [control.name, some[random(some.length)] ?? ""];
        }),
      );
      let address = addressOf(slug, lesson, values, new Set(["question"]));
      for (let cuts = random(4); cuts >= 0; cuts -= 1) {
        const at = `#learn/${slug}?`.length + random(address.length);
        const piece = random(4) ? pieces[random(pieces.length)] : names[random(names.length)];
        address = address.slice(0, at) + piece + address.slice(at + random(6));
      }
      const found = settingOf(lesson, readRoute(address).parameters);
      if (found.remarks.length > 0) changed += 1;
      const isAllowed = (control: Control): boolean =>
        allowed(control).includes(found.values[control.name] ?? "");
      expect(lesson.controls.filter((control) => !isAllowed(control))).toEqual([]);
      const again = addressOf(slug, lesson, found.values, found.hidden);
      const second = settingOf(lesson, readRoute(again).parameters);
      expect(second).toEqual({ values: found.values, hidden: found.hidden, remarks: [] });
    }
    // Damage that always or never matters would show nothing.
    expect(changed).toBeGreaterThan(100);
    expect(changed).toBeLessThan(500);
  });
});

describe("addresses that teachers have written", () => {
  test("junk in the address of Finite n is mentioned, piece by piece", () => {
    const { values, hidden, remarks } = read(
      "finite-n",
      "alpha=9&d=100&n=banana&n=5&beside=noise&colour=red&hide=n,sky",
    );
    expect(values).toEqual({ n: 300, beside: "noise", alpha: 2, d: "128", seed: 7 });
    expect([...hidden]).toEqual(["n"]);
    expect(remarks).toEqual([
      "True α goes from 0 to 2; 9 became 2.",
      "Columns d is one of 64, 128, 256, 512; “100” is none, so it is 128.",
      "Rows n is a number; “banana” is none, so it is 300.",
      "“n” stands twice; the first counts.",
      "This lesson has no “colour”.",
      "Nothing of this lesson is called “sky”, so it cannot be left out.",
    ]);
  });

  test("out of range in Noise floor is clamped", () => {
    const { values, remarks } = read("noise-floor", "noise=7&alpha=-1");
    expect([values.noise, values.alpha]).toEqual([1, 0.3]);
    expect(remarks).toEqual([
      "Variance of noise goes from 0.0001 to 1; 7 became 1.",
      "α of the signal goes from 0.3 to 2; -1 became 0.3.",
    ]);
  });

  test("numbers may be written as people write them", () => {
    for (const [text, value] of [
      ["1.50", 1.5],
      ["+1.5", 1.5],
      [" 1.5 ", 1.5],
      ["15e-1", 1.5],
      ["-0", 0],
    ] as const) {
      const { values, remarks } = read("alpha-by-hand", `alpha=${encodeURIComponent(text)}`);
      expect(values.alpha).toBeCloseTo(value, 12);
      expect(remarks).toEqual([]);
    }
  });

  test("“More to set” opens only where the address sets something behind it", () => {
    const opens = (slug: string, query: string): boolean =>
      setsMore(lessonOf(slug), read(slug, query));
    expect(opens("alpha-near-1", "ridge=best&n=64")).toBe(false);
    expect(opens("alpha-near-1", "smoothness=1.5&hide=seed")).toBe(true);
    expect(opens("alpha-near-1", "smoothness=2")).toBe(false);
    expect(opens("alpha-near-1", "seed=2&hide=seed")).toBe(false);
    // What the view does not have cannot open it.
    expect(opens("networks", "noise=60")).toBe(false);
    expect(opens("networks", "noise=60&show=accuracy")).toBe(true);
    for (const slug of slugs) {
      expect(opens(slug, "hide=nothing&colour=1")).toBe(false);
      expect(opens(slug, "seed=2")).toBe(
        lessonOf(slug).controls.some(({ name, isSecondary }) => name === "seed" && isSecondary),
      );
    }
  });

  test("Real networks has the controls of the view that is chosen", () => {
    const shown = (query: string): string[] => {
      const { values, hidden } = read("networks", query);
      return lessonOf("networks")
        .controls.filter((control) => isThere(control, values, hidden))
        .map(({ name }) => name);
    };
    expect(shown("")).toEqual(["show", "spectra", "at"]);
    expect(shown("spectra=vgg")).toEqual(["show", "spectra", "at", "trained"]);
    expect(shown("show=accuracy")).toEqual(["show", "among", "task", "noise"]);
    // What is not shown is kept.
    const { values } = read("networks", "spectra=vgg&trained=byol&show=accuracy");
    expect([values.spectra, values.trained]).toEqual(["vgg", "byol"]);
  });
});
