// The buttons that save and copy: which there are, what each file is called, and what is in it.

import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import "./lib/quiet-page";
import type { PictureOptions } from "../../www/share/picture";
import type { Shown } from "../../www/share/shown";
import type { Workspace } from "../../www/state/workspace";
import { parseCsv } from "./lib/csv";
import { line, type Made } from "./lib/lines";
import { all, type Element, elementsOf, fire, only, words } from "./lib/template";

const saved = vi.hoisted(() => [] as { name: string; content: unknown; type: string }[]);
const drawn = vi.hoisted(() => [] as { shown: Shown; options: PictureOptions }[]);
vi.mock("../../www/view/download", () => ({
  saveFile: (name: string, content: unknown, type: string) => saved.push({ name, content, type }),
}));
vi.mock("../../www/share/picture", () => ({
  exportedPicture: (shown: Shown, options: PictureOptions) => {
    drawn.push({ shown, options });
    return { svg: "<svg/>", reports: "[reports]" };
  },
}));
vi.mock("../../www/share/png", () => ({
  png: async (svg: string, text: string) => `${svg}${text}`,
}));

interface Panel {
  workspace: Workspace;
  kind: string;
  colours: string;
  done: string;
  render(): unknown;
}

let copied: string[];
let said: unknown[][];
beforeAll(() => import("../../www/share/exports"));
beforeEach(() => {
  for (const list of [saved, drawn]) list.length = 0;
  [copied, said] = [[], []];
  vi.stubGlobal("navigator", {
    clipboard: { writeText: async (text: string) => void copied.push(text) },
  });
});

function open(datasets: readonly Made[], changes: object = {}): Panel {
  const all = datasets.map((made, index) => {
    const { name, style, analysis, isHidden, place } = line(made);
    return { id: index + 1, name, style, analysis, isHidden, place };
  });
  const state = {
    datasets: all,
    selected: 1,
    window: { first: 11, last: 100 },
    weight: "1/k",
    overlays: { nulls: false, pointed: null },
    bySum: true,
    settings: { theme: "light" },
    ...changes,
  };
  const say = (...of: unknown[]) => said.push(of);
  const Kind = customElements.get("eigen-exports");
  if (!Kind) throw new Error("there is no eigen-exports");
  return Object.assign(new Kind(), { workspace: { state, say } }) as unknown as Panel;
}

const root = (panel: Panel): Element => elementsOf(panel.render());
const press = (panel: Panel, name: string): unknown =>
  fire(only(root(panel), "button", { name }), "click").result;
const done = (panel: Panel): string => words(only(root(panel), "p", { role: "status" }));

describe("a file is called", () => {
  test.each([
    ["=layer1.npy", "=layer1.eigenscope"],
    ["features", "features.eigenscope"],
    ["a.b.parquet", "a.b.eigenscope"],
    [".npy", ".eigenscope"],
    ["größe 1.h5", "größe 1.eigenscope"],
    ["v1.5 of it", "v1.5 of it.eigenscope"],
  ])("after the dataset “%s” where the picture is of it", async (name, stem) => {
    const panel = open([{ name }]);
    press(panel, "svg");
    await press(panel, "png");
    expect(saved.map((one) => [one.name, one.type])).toEqual([
      [`${stem}.svg`, "image/svg+xml"],
      [`${stem}.png`, "image/png"],
    ]);
    expect(done(panel)).toBe(`Saved ${stem}.png.`);
  });

  test("spectra.eigenscope where the picture is of all", async () => {
    const panel = open([{ name: "a" }, { name: "b" }]);
    press(panel, "svg");
    await press(panel, "png");
    expect(saved.map(({ name }) => name)).toEqual([
      "spectra.eigenscope.svg",
      "spectra.eigenscope.png",
    ]);
    panel.kind = "spectrum";
    press(panel, "svg");
    expect(saved.at(-1)?.name).toBe("a.eigenscope.svg");
  });

  test.each([
    ["spectra-csv", "spectra.csv", "text/csv"],
    ["table-csv", "datasets.csv", "text/csv"],
    ["reports-json", "reports.eigenscope.json", "application/json"],
  ])("by its kind where %s is pressed", (button, name, type) => {
    const panel = open([{ name: "a" }]);
    press(panel, button);
    expect(saved.map((one) => [one.name, one.type])).toEqual([[name, type]]);
    expect(done(panel)).toBe(`Saved ${name}.`);
  });
});

describe("a picture", () => {
  test("carries its Reports: the SVG inside of it, the PNG in a chunk", async () => {
    const panel = open([{ name: "a" }]);
    press(panel, "svg");
    await press(panel, "png");
    expect(saved.map(({ content }) => content)).toEqual(["<svg/>", "<svg/>[reports]"]);
    for (const { options } of drawn)
      expect(options).toEqual({ kind: "spectrum", theme: "light", width: 960, height: 600 });
  });

  test("of all is on offer where two datasets are not hidden", () => {
    const kinds = (panel: Panel): unknown[] =>
      all(root(panel), "input", { name: "picture-kind" }).map(({ attributes }) => attributes.value);
    expect(kinds(open([{}, {}]))).toEqual(["spectrum", "spectra"]);
    expect(kinds(open([{}]))).toEqual([]);
    expect(kinds(open([{}, { isHidden: true }]))).toEqual([]);
    const panel = open([{}, { isHidden: true }]);
    press(panel, "svg");
    expect(drawn[0]?.options.kind).toBe("spectrum");
  });

  test("of a dark page is dark, or light where that is wanted", () => {
    const panel = open([{}], { settings: { theme: "dark" } });
    expect(all(root(panel), "input", { name: "picture-colours" })).toHaveLength(2);
    press(panel, "svg");
    panel.colours = "light";
    press(panel, "svg");
    expect(drawn.map(({ options }) => options.theme)).toEqual(["dark", "light"]);
    expect(all(root(open([{}])), "input", { name: "picture-colours" })).toEqual([]);
  });
});

describe("a table", () => {
  test("has hidden datasets too", () => {
    const panel = open([{ name: "a" }, { name: "b", isHidden: true }]);
    press(panel, "table-csv");
    expect(parseCsv(String(saved[0]?.content)).map(([name]) => name)).toEqual([
      "dataset",
      "a",
      "b",
    ]);
    press(panel, "reports-json");
    expect(JSON.parse(String(saved[1]?.content))).toHaveLength(2);
  });

  test("in Markdown is copied, and that is said", async () => {
    const panel = open([{ name: "a" }]);
    await press(panel, "markdown");
    expect(copied[0]).toMatch(/^\| dataset \|[\s\S]*\n\| a \|/);
    expect(done(panel)).toBe("Copied: Table, Markdown.");
  });
});

describe("Python", () => {
  test("is copied", async () => {
    const python = "import numpy as np\n\nalpha = 1\nprint(alpha)\n";
    const panel = open([{ name: "a", python }]);
    await press(panel, "python");
    expect(copied[0]).toMatch(/^import numpy as np\n\n\ndef alpha_1\(\):/);
    expect(done(panel)).toBe("Copied: Python.");
  });

  test("that there is none of is said, and nothing is copied", async () => {
    const panel = open([{ name: "a" }]);
    await press(panel, "python");
    expect(copied).toEqual([]);
    expect(done(panel)).toMatch(/^None of these has an α in this window/);
  });
});

test("where the browser does not let the page copy, that is said, and nothing is claimed", async () => {
  vi.stubGlobal("navigator", { clipboard: { writeText: () => Promise.reject(new Error("no")) } });
  const panel = open([{ name: "a" }]);
  await press(panel, "markdown");
  expect(said).toEqual([["copy_refused", expect.any(String)]]);
  expect(done(panel)).toBe("");
});

test("without a spectrum there is nothing to save", () => {
  const panel = open([]);
  expect(elementsOf(panel.render()).children).toEqual([]);
});
