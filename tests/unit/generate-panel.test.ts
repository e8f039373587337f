// The panel that asks for a recipe, and the truth beside what was found.

import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import "./lib/quiet-page";
import { AnalysisError } from "../../www/engine/types";
import {
  additions,
  type Field,
  type LawName,
  laws,
  numbers,
  seed,
  size,
} from "../../www/generate/fields";
import type { Recipe } from "../../www/generate/recipe";
import { standardPreparation } from "../../www/state/state";
import { deferred, settled } from "./lib/later";
import { line } from "./lib/lines";
import { all, type Element, elementsOf, fire, only, words } from "./lib/template";

const made = vi.hoisted(() => ({
  asked: [] as { recipe: Recipe; onPart: (part: number) => void; signal: AbortSignal }[],
  answer: undefined as Promise<File> | undefined,
  truths: [] as unknown[][],
  truth: undefined as unknown,
}));
vi.mock("../../www/generate/make", () => ({
  makeFile: (recipe: Recipe, onPart: (part: number) => void, signal: AbortSignal) => {
    made.asked.push({ recipe, onPart, signal });
    return made.answer;
  },
}));
vi.mock("../../www/generate/made", () => ({
  keepTruth: async (...of: unknown[]) => void made.truths.push(of),
  truthOf: () => made.truth,
}));
const saved = vi.hoisted(() => [] as unknown[][]);
vi.mock("../../www/view/download", () => ({ saveFile: (...of: unknown[]) => saved.push(of) }));
vi.mock("../../www/view/swatch", () => ({ swatch: () => "" }));
vi.mock("../../www/view/figure", () => ({ figure: () => "" }));

/** A number field, as a form of a browser has it. */
class Input {
  checked = true;
  #value = "";
  constructor(
    readonly field: Field | undefined,
    value: string,
    private readonly focused: string[],
  ) {
    this.value = value;
  }
  get value(): string {
    return this.#value;
  }
  /** What is no number is an empty field for a browser. */
  set value(text: string) {
    this.#value = Number.isNaN(Number(text)) ? "" : text;
  }
  get valueAsNumber(): number {
    return this.value === "" ? Number.NaN : Number(this.value);
  }
  checkValidity(): boolean {
    const { min, max, step } = this.field as Field;
    const number = this.valueAsNumber;
    // An empty field is a valid one.
    if (Number.isNaN(number)) return true;
    return number >= min && number <= max && (step === "any" || Number.isInteger(number - min));
  }
  focus(): void {
    this.focused.push(this.field?.name ?? "");
  }
}

interface Panel {
  law: LawName;
  total: string;
  open(): Promise<void>;
  render(): unknown;
}

let panel: Panel;
let inputs: Map<string, Input>;
let select: { value: string };
let dialog: { isOpen: boolean; showModal(): void; close(): void };
let focused: string[];
let done: unknown[][];

beforeAll(async () => {
  vi.stubGlobal("document", { adoptedStyleSheets: [] });
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      replaceSync(): void {}
    },
  );
  await import("../../www/generate/panel");
});
beforeEach(() => {
  Object.assign(made, { asked: [], answer: undefined, truths: [], truth: undefined });
  saved.length = 0;
  [focused, done] = [[], []];
  inputs = new Map();
  select = { value: "float32" };
  dialog = {
    isOpen: false,
    showModal() {
      this.isOpen = true;
    },
    close() {
      this.isOpen = false;
      fire(only(root(), "dialog"), "close", {}, panel);
    },
  };
  const Kind = customElements.get("eigen-generate");
  if (!Kind) throw new Error("there is no eigen-generate");
  panel = Object.assign(new Kind(), {
    workspace: {
      take: (...of: unknown[]) => done.push(["take", ...of]),
      select: (...of: unknown[]) => done.push(["select", ...of]),
    },
    querySelector: (selector: string) => {
      if (selector === "dialog") return dialog;
      if (selector.startsWith("select")) return select;
      return input(selector.match(/name=(\w+)/)?.[1] ?? "");
    },
  }) as unknown as Panel;
  Object.defineProperty(panel, "updateComplete", { value: Promise.resolve() });
});
afterEach(() => vi.restoreAllMocks());

const root = (): Element => elementsOf(panel.render());
const fields = (): Field[] => [...laws[panel.law].fields, ...size, ...additions, seed];

function input(name: string): Input {
  const field = fields().find((one) => one.name === name);
  const found = inputs.get(name) ?? new Input(field, String(field?.start ?? ""), focused);
  inputs.set(name, found);
  return found;
}

/** Fills fields, and sends the form. */
async function send(values: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [name, value] of Object.entries(values)) input(name).value = value;
  fire(only(root(), "form"), "submit", {}, panel);
  await settled();
}

const complaint = (): [unknown, string] | undefined => {
  const [alert] = all(root(), "p", { role: "alert" });
  return alert && [alert.attributes["data-code"], words(alert)];
};

function choose(law: LawName): void {
  const chosen = { currentTarget: { value: law } };
  fire(only(root(), "select", { name: "law" }), "change", chosen, panel);
}

describe("the panel", () => {
  test.each(Object.keys(laws) as LawName[])("of %s has its fields and those of all", (law) => {
    choose(law);
    const shown = all(root(), "input", { type: "number" });
    expect(
      shown.map(({ attributes: { name, min, max, value } }) => ({ name, min, max, value })),
    ).toEqual(fields().map(({ name, min, max, start }) => ({ name, min, max, value: start })));
  });

  test("says how large the file will be", async () => {
    await panel.open();
    expect(dialog.isOpen).toBe(true);
    // 4096 × 512 numbers of 4 bytes.
    expect(panel.total).toBe("The file will take 8.4 MB; up to 537 MB are made.");
    select.value = "float16";
    input("rows").value = "1000";
    fire(only(root(), "form"), "input", {}, panel);
    expect(panel.total).toBe("The file will take 1.0 MB; up to 537 MB are made.");
    input("rows").value = "";
    fire(only(root(), "form"), "input", {}, panel);
    expect(panel.total).toBe("");
  });

  test("has every type of number that can be made", () => {
    const options = all(only(root(), "select", { name: "number" }), "option");
    expect(options.map(({ attributes: { value } }) => value)).toEqual(Object.keys(numbers));
  });
});

describe("what cannot be made is refused in a sentence, with its field in focus", () => {
  test.each([
    [{ alpha: "9" }, "alpha", "Exponent α: a number from 0 to 4."],
    [{ alpha: "-0.1" }, "alpha", "Exponent α: a number from 0 to 4."],
    [{ alpha: "" }, "alpha", "Exponent α: a number from 0 to 4."],
    [{ rows: "2.5" }, "rows", "Rows n: a whole number from 2 to 10,000,000."],
    [{ rows: "1" }, "rows", "Rows n: a whole number from 2 to 10,000,000."],
    [{ columns: "16385" }, "columns", "Columns d: a whole number from 2 to 16,384."],
    [{ noise: "101" }, "noise", "Variance of noise: a number from 0 to 100."],
    [{ mean: "x" }, "mean", "Size of the mean: a number from 0 to 100."],
    [{ seed: "4294967296" }, "seed", "Seed: a whole number from 0 to 4,294,967,295."],
    [{ seed: "-1", rows: "0" }, "rows", "Rows n: a whole number from 2 to 10,000,000."],
  ])("%o", async (values, field, sentence) => {
    await send(values as Record<string, string>);
    expect(complaint()).toEqual(["out_of_range", sentence]);
    expect(focused).toEqual([field]);
    expect(made.asked).toEqual([]);
  });

  test("a sentence goes where what it was about is changed", async () => {
    await send({ alpha: "9" });
    choose("white");
    expect(complaint()).toBeUndefined();
    choose("power-law");
    await send({ alpha: "9" });
    made.answer = deferred<File>().promise;
    await send({ alpha: "1" });
    expect(complaint()).toBeUndefined();
  });

  test("what the core refuses stands there too", async () => {
    made.answer = Promise.reject(new AnalysisError("too_many_bytes", "These would take 4,000 MB."));
    await send({ rows: "1000000", columns: "1000" });
    expect(complaint()).toEqual(["too_many_bytes", "These would take 4,000 MB."]);
    expect(all(root(), "progress")).toEqual([]);
    expect(done).toEqual([]);
  });
});

describe("a recipe", () => {
  test("has what the fields have", async () => {
    made.answer = deferred<File>().promise;
    choose("broken");
    select.value = "float64";
    input("rotated").checked = false;
    await send({ head: "0.5", knee: "15", tail: "1.2", rows: "80", columns: "40", mean: "2" });
    expect(made.asked[0]?.recipe).toEqual({
      law: { broken: { head: 0.5, knee: 15, tail: 1.2 } },
      rows: 80,
      columns: 40,
      noise: 0,
      mean: 2,
      rotated: false,
      number: "float64",
      seed: 7,
    });
  });

  test("becomes a file that is analyzed, and whose truth is kept", async () => {
    const file = new File([], "made.npy");
    made.answer = Promise.resolve(file);
    dialog.isOpen = true;
    await send();
    expect(made.truths).toEqual([[file, made.asked[0]?.recipe]]);
    expect(done).toEqual([
      ["take", file, null],
      ["select", 1],
    ]);
    expect(dialog.isOpen).toBe(false);
    expect(all(root(), "progress")).toEqual([]);
  });

  test("that is being made shows how far it is, and takes no other", async () => {
    made.answer = deferred<File>().promise;
    await send();
    made.asked[0]?.onPart(0.25);
    expect(only(root(), "progress").attributes[".value"]).toBe(0.25);
    expect(only(root(), "fieldset").attributes["?disabled"]).toBe(true);
    const button = only(root(), "button", { name: "make" });
    expect([button.attributes["?disabled"], words(button)]).toEqual([true, "Making…"]);
  });
});

describe("Cancel", () => {
  const cancel = (): void => {
    fire(only(root(), "button", { name: "cancel" }), "click", {}, panel);
  };

  test("ends what is being made first, and the panel stays", async () => {
    const answer = deferred<File>();
    made.answer = answer.promise;
    dialog.isOpen = true;
    await send();
    cancel();
    expect(made.asked[0]?.signal.aborted).toBe(true);
    answer.reject(made.asked[0]?.signal.reason);
    await settled();
    expect(dialog.isOpen).toBe(true);
    expect(all(root(), "progress")).toEqual([]);
    expect(complaint()).toBeUndefined();
    expect(done).toEqual([]);
  });

  test("then closes the panel; closing it ends what is being made as well", async () => {
    dialog.isOpen = true;
    cancel();
    expect(dialog.isOpen).toBe(false);
    made.answer = deferred<File>().promise;
    await send();
    dialog.close();
    expect(made.asked[0]?.signal.aborted).toBe(true);
  });

  test("keys in the panel are not the page's", () => {
    const stopPropagation = vi.fn();
    const handler = only(root(), "dialog").attributes["@keydown"] as (event: object) => void;
    handler({ stopPropagation });
    expect(stopPropagation).toHaveBeenCalledOnce();
  });
});

describe("truth against estimate", () => {
  const verdict = { code: "holds", message: "The interval holds the truth." };
  const truth = {
    file: new File([], "made.npy"),
    spectra: [
      [1, 0.5, 1 / 3],
      [1.1, 0.5, 0.25],
    ],
    picture: () => undefined,
    compare: vi.fn(() => ({ alpha: 1, expected: 1.05, verdict })),
  };

  function beside(changes: object = {}, outcome: object = {}): Element {
    const { analysis } = line();
    const fit = { alpha: 1.02, first: 11, last: 100, weight: "1/k" };
    const dataset = {
      id: 1,
      files: [truth.file],
      analysis,
      outcome: { fit, uncertainty: { low: 0.92, high: 1.12 }, ...outcome },
    };
    const state = {
      datasets: [dataset],
      selected: 1,
      preparation: standardPreparation,
      dropped: 0,
      settings: { theme: "light" },
      ...changes,
    };
    const Kind = customElements.get("eigen-truth");
    if (!Kind) throw new Error("there is no eigen-truth");
    const part = Object.assign(new Kind(), { workspace: { state } }) as unknown as Panel;
    return elementsOf(part.render());
  }
  const value = (of: Element, name: string): unknown =>
    all(of, "data", { "data-name": name })[0]?.attributes.value;

  beforeEach(() => {
    made.truth = truth;
  });

  test("has both numbers, what samples show, and the verdict of the interval", () => {
    const of = beside();
    expect([
      value(of, "true_alpha"),
      value(of, "found_alpha"),
      value(of, "expected_alpha"),
    ]).toEqual(["1", "1.02", "1.05"]);
    expect(Number(value(of, "found_give"))).toBeCloseTo(0.1, 12);
    const said = only(of, "p", { "data-name": "truth-verdict" });
    expect([said.attributes["data-code"], words(said)]).toEqual([verdict.code, verdict.message]);
    expect(truth.compare).toHaveBeenLastCalledWith(
      { alpha: 1.02, first: 11, last: 100, weight: "1/k" },
      { low: 0.92, high: 1.12 },
    );
  });

  test("of a law without an exponent has a dash", () => {
    truth.compare.mockReturnValueOnce({ alpha: null, expected: null, verdict } as never);
    const of = beside();
    expect(value(of, "true_alpha")).toBeUndefined();
    expect(words(of)).toMatch(/true α ?–/);
  });

  test("has the three spectra as a table", () => {
    const { figures } = Object.fromEntries(
      Object.entries(only(beside(), "eigen-as-table").attributes).map(([key, of]) => [
        key.slice(1),
        of,
      ]),
    ) as { figures: { count: number; row(index: number): string[] } };
    expect(figures.count).toBe(3);
    expect(figures.row(0)).toEqual(["1", "1.000", "4.000", "1.100"]);
    expect(figures.row(2)).toEqual(["3", "0.3333", "1.000", "0.2500"]);
  });

  test("is of centred features with all components alone, and says so", () => {
    for (const changes of [
      { dropped: 1 },
      { preparation: { ...standardPreparation, centred: false } },
    ]) {
      const of = beside(changes);
      expect(words(of)).toContain(
        "The truth is that of centred features with all their components.",
      );
      expect(all(of, "dl")).toEqual([]);
    }
  });

  test("without a fit says so, and of any other file there is nothing", () => {
    expect(words(beside({}, { fit: null }))).toContain("There is no fit in this window.");
    made.truth = undefined;
    expect(beside().children).toEqual([]);
  });

  test("saves the very file that was made", () => {
    fire(only(beside(), "button", { name: "save-made" }), "click");
    expect(saved).toEqual([["made.npy", truth.file, "application/octet-stream"]]);
  });
});
