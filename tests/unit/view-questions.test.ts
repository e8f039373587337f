// Questions that only a person can answer: one matrix or several, which array, what a symmetric matrix is.

import "./lib/page-globals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ArrayInfo, Asked, SourceInfo } from "../../www/engine/types";
import { ChoiceError, MatrixError } from "../../www/engine/types";
import { ShownPart, stubBrowser } from "./lib/parts";
import { endScenes, type Scene, scene } from "./lib/scripted-engine";
import { all, type Element, only, words } from "./lib/template";

stubBrowser();
await import("../../www/view/question");
await import("../../www/view/chooser");
await import("../../www/view/which");

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

const buttons = (root: Element): Element[] => all(root, "button");
const named = (root: Element): unknown[] => buttons(root).map(({ attributes }) => attributes.name);

describe("several files", () => {
  async function asked(...names: string[]): Promise<{ one: Scene; part: ShownPart }> {
    const one = await scene();
    await one.offered(...names);
    return { one, part: new ShownPart("eigen-question", one.workspace) };
  }

  const listed = (root: Element): string[] =>
    all(root, "span", { class: "matrix-name" }).map((name) => words(name));

  test("are counted and listed, in the groups that the engine makes of them", async () => {
    const { part } = await asked("layer1.npy", "layer0.npy");
    expect(words(part.root)).toMatch(/2 files/);
    expect(listed(part.root)).toEqual(["layer0.npy", "layer1.npy"]);
    const many = await asked(...Array.from({ length: 60 }, (_, i) => `step${i}.npy`));
    expect(words(many.part.root)).toMatch(/60 files/);
    expect(listed(many.part.root)).toHaveLength(60);
  });

  const inGroups = async (groups: number[][]) => {
    const one = await scene();
    one.engine.group = async () => groups;
    await one.offered(...groups.flat().map((place) => `x${place}.npy`));
    return { one, part: new ShownPart("eigen-question", one.workspace) };
  };

  test.each([
    [[[0, 1]], ["one-matrix", "separate"]],
    [
      [[0], [1]],
      ["separate", "one-matrix"],
    ],
    [
      [[0, 1], [2]],
      ["groups", "one-matrix", "separate"],
    ],
  ])("in groups %j: %j, the likely answer first", async (groups, names) => {
    const { root } = (await inGroups(groups)).part;
    const answers = all(only(root, "div", { class: "buttons" }), "button");
    const [cancel] = answers.slice(-1);
    expect(answers.slice(0, -1).map(({ attributes }) => attributes.name)).toEqual(names);
    expect(words(cancel as Element)).toBe("Cancel");
    const primary = answers.map(({ attributes }) => attributes.class === "primary");
    expect(primary.indexOf(true)).toBe(0);
    expect(primary.lastIndexOf(true)).toBe(0);
  });

  test("are split and joined by buttons that name the matrix", async () => {
    const { one, part } = await inGroups([[0, 1], [2]]);
    const button = (name: string): Element => only(part.root, "button", { name });
    expect(button("split").attributes["aria-label"]).toBe("Split x (2 files)");
    expect(button("join").attributes["aria-label"]).toBe("Join with above: x2.npy");
    part.fire(button("join"), "click");
    expect(one.workspace.state.question?.map((files) => files.length)).toEqual([3]);
    part.fire(button("split"), "click");
    expect(one.workspace.state.question?.map((files) => files.length)).toEqual([1, 1, 1]);
  });

  test.each([
    ["one-matrix", ["x (2 files)"]],
    ["separate", ["x1.npy", "x2.npy"]],
    ["neither", []],
  ])("%s makes %j of them", async (name, datasets) => {
    const { one, part } = await asked("x1.npy", "x2.npy");
    const button = buttons(part.root).find(
      ({ attributes }) => (attributes.name ?? "neither") === name,
    );
    part.fire(button as Element, "click");
    expect(one.datasets.map((dataset) => dataset.name)).toEqual(datasets);
    expect(one.workspace.state.question).toBeNull();
    expect(buttons(part.root)).toEqual([]);
  });
});

describe("several arrays of a file", () => {
  const array = (name: string, shape: number[], is_matrix = true): ArrayInfo => ({
    name,
    shape,
    dtype: "float32",
    bytes: 4 * shape.reduce((product, side) => product * side, 1),
    is_matrix,
  });
  const arrays = [
    array("features", [45, 14]),
    array("labels", [45], false),
    array("gradients", [3000, 384]),
    array("epoch", [], false),
  ];

  async function asked(): Promise<{ one: Scene; part: ShownPart }> {
    const one = await scene();
    await one.offer("a.npz");
    await one.engine.reading.fail(new ChoiceError("several_arrays", "Choose one.", arrays));
    return { one, part: new ShownPart("eigen-chooser", one.workspace, { of: one.of("a.npz") }) };
  }

  test("are listed with shape, type and size, the likely one first; what is not a matrix is named only", async () => {
    const { part } = await asked();
    expect(buttons(part.root).map(words)).toEqual([
      "features 45 × 14 float32 2.5 kB",
      "gradients 3,000 × 384 float32 4.6 MB",
    ]);
    expect(words(only(part.root, "p", { class: "muted names" }))).toMatch(/labels, epoch$/);
  });

  test("are read one at a time: the one that is clicked", async () => {
    const { one, part } = await asked();
    part.fire(only(part.root, "button", { "data-array": "gradients" }), "click");
    expect(one.engine.reading.options.array).toBe("gradients");
  });

  test("offer to keep the one that was read, where there is one", async () => {
    const { one, part } = await asked();
    expect(named(part.root)).not.toContain("keep-array");
    one.workspace.choose(one.id("a.npz"), "features");
    one.engine.reading.events.onOpen({
      array: "features",
      arrays,
    } as Partial<SourceInfo> as SourceInfo);
    await one.engine.finish();
    one.workspace.chooseAgain(one.id("a.npz"));
    const again = new ShownPart("eigen-chooser", one.workspace, { of: one.of("a.npz") });
    const keep = only(again.root, "button", { name: "keep-array" });
    expect(words(keep)).toBe("Keep features");
    again.fire(keep, "click");
    expect(one.statuses).toEqual(["done"]);
  });
});

describe("a symmetric matrix", () => {
  /** A form as it is sent: its fields by name, and whether the mean was removed, where that is asked. */
  function send(part: ShownPart, fields: Record<string, string>, centred?: boolean): void {
    vi.stubGlobal(
      "FormData",
      class {
        get(name: string): string | null {
          return fields[name] ?? null;
        }
      },
    );
    const target = { querySelector: () => (centred === undefined ? null : { checked: centred }) };
    part.fire(only(part.root, "form"), "submit", target);
  }

  async function asked(): Promise<{ one: Scene; part: ShownPart }> {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.reading.fail(new MatrixError("symmetric", "Say what it is."));
    return { one, part: new ShownPart("eigen-which", one.workspace, { of: one.of("a.npy") }) };
  }
  const kinds = (part: ShownPart): unknown[] =>
    all(part.root, "input", { name: "given" }).map(({ attributes }) => attributes.value);
  const chosen = (part: ShownPart): unknown =>
    only(part.root, "input", { name: "given", ".checked": true }).attributes.value;

  test("may be features, a covariance or either Gram matrix; features come first", async () => {
    const { part } = await asked();
    expect(kinds(part)).toEqual(["features", "covariance", "gram_of_columns", "gram_of_rows"]);
    expect(chosen(part)).toBe("features");
    expect(all(part.root, "input", { type: "number" })).toEqual([]);
  });

  test.each([
    ["covariance", "n", true],
    ["gram_of_columns", "n", false],
    ["gram_of_rows", "d", undefined],
  ])(
    "that is a %s asks for %s, and supposes that the mean was removed: %s",
    async (given, number, centred) => {
      const { part } = await asked();
      part.fire(only(part.root, "input", { value: given }), "change");
      expect(chosen(part)).toBe(given);
      const fields = all(part.root, "input", { type: "number" });
      expect(fields.map(({ attributes }) => attributes.name)).toEqual([number]);
      const [box] = all(part.root, "input", { name: "was-centred" });
      expect(box?.attributes[".checked"]).toBe(centred);
    },
  );

  test.each<[Record<string, string>, boolean | undefined, Asked]>([
    [{ given: "features" }, undefined, { given: "features", n: null, d: null, centred: null }],
    [
      { given: "covariance", n: "500" },
      true,
      { given: "covariance", n: 500, d: null, centred: true },
    ],
    [
      { given: "covariance", n: "" },
      false,
      { given: "covariance", n: null, d: null, centred: false },
    ],
    [
      { given: "gram_of_rows", d: "384" },
      undefined,
      { given: "gram_of_rows", n: null, d: 384, centred: null },
    ],
  ])("is read as what the form says: %j", async (fields, centred, expected) => {
    const { one, part } = await asked();
    send(part, fields, centred);
    expect(one.engine.reading.options.asked).toEqual(expected);
  });

  test("that was said before is filled in when it is asked about again, with a way to leave it so", async () => {
    const { one, part } = await asked();
    send(part, { given: "gram_of_columns", n: "45" }, true);
    await one.engine.finish();
    one.workspace.askWhichAgain(one.id("a.npy"));
    const again = new ShownPart("eigen-which", one.workspace, { of: one.of("a.npy") });
    expect(chosen(again)).toBe("gram_of_columns");
    expect(only(again.root, "input", { name: "n" }).attributes[".value"]).toBe("45");
    expect(only(again.root, "input", { name: "was-centred" }).attributes[".checked"]).toBe(true);
    again.fire(only(again.root, "button", { name: "keep-which" }), "click");
    expect(one.statuses).toEqual(["done"]);
  });

  test("is not what eigenvalues alone are: of those only the number of rows can be said", async () => {
    const one = await scene();
    await one.offer("eigenvalues.csv");
    await one.engine.finish({ spectrum: { given: "eigenvalues", n: 1 } });
    one.workspace.askWhichAgain(one.id("eigenvalues.csv"));
    const part = new ShownPart("eigen-which", one.workspace, { of: one.of("eigenvalues.csv") });
    expect(kinds(part)).toEqual([]);
    const field = only(part.root, "input", { type: "number" });
    expect(field.attributes.name).toBe("n");
    send(part, { n: "130" }, true);
    expect(one.engine.reading.options.asked).toEqual({
      given: "eigenvalues",
      n: 130,
      d: null,
      centred: true,
    });
  });
});
