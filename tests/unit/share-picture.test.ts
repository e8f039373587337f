// A picture that stands alone: the core's drawing, the window behind it, and below it all that the numbers need.

import { beforeEach, describe, expect, test, vi } from "vitest";
import "./lib/quiet-page";
import { exportedPicture, type PictureOptions } from "../../www/share/picture";
import { colours } from "../../www/share/svg";
import { line, type Made, shown } from "./lib/lines";
import { type Node, stubDocument } from "./lib/xml";

/** What the core draws: its paper, and a line. */
const core = vi.hoisted(() => ({ asked: [] as unknown[][], ranks: 50 }));
const frame = { left: 60, right: 940, top: 20, bottom: 560 };

vi.mock("../../www/engine/index", async () => {
  const { Node } = await import("./lib/xml");
  return {
    lineStyle: (style: number, theme: string) => ({ colour: `${theme}${style}`, strokes: [] }),
    spectraPlot: (...asked: unknown[]) => {
      core.asked.push(asked);
      const ranks_x = Float64Array.from({ length: core.ranks }, (_, index) => 100 + 10 * index);
      return { svg: "<svg/>", frame: { left: 60, right: 940, top: 20, bottom: 560 }, ranks_x };
    },
    safeSvg: () => {
      const drawing = new Node("svg");
      drawing.append(new Node("paper"), new Node("marks"));
      return Object.assign(drawing, {
        firstElementChild: { remove: () => drawing.children.shift() },
      });
    },
  };
});
vi.mock("../../www/wasm/eigenscope.js", () => ({
  with_metadata: (svg: string, reports: string) => `${svg} with ${reports}`,
}));

let whole: Node;
beforeEach(() => {
  stubDocument();
  core.asked.length = 0;
  core.ranks = 50;
  vi.stubGlobal(
    "XMLSerializer",
    class {
      serializeToString(of: Node): string {
        whole = of;
        return "the document";
      }
    },
  );
});

const parts = (name: string): Node[] =>
  whole.children.filter((child): child is Node => typeof child !== "string" && child.name === name);
const texts = (): string[] => parts("text").map(({ text }) => text);

/** A picture of datasets, of which the first is in view. */
function draw(
  made: readonly Made[],
  kind: PictureOptions["kind"],
  changes: Parameters<typeof shown>[1] = {},
  theme: "light" | "dark" = "light",
) {
  const plot = vi.fn(() => ({ svg: "<svg/>", frame }));
  const lines = made.map((one, index) => {
    const found = line({ style: index, isStrong: index === 0, ...one });
    Object.assign(found.analysis, { plot });
    return found;
  });
  const options = { kind, theme, width: 960, height: 600 };
  return { picture: exportedPicture(shown(lines, changes), options), plot };
}

describe("a picture of one spectrum", () => {
  test("is the core's plot in the window in view, with its Report", () => {
    const { picture, plot } = draw([{ name: "a" }, { name: "b" }], "spectrum", {
      weight: "none",
      overlays: { nulls: true, pointed: { first: 1, last: 5 } },
    });
    expect(plot).toHaveBeenCalledExactlyOnceWith({
      width: 960,
      height: 600,
      theme: "light",
      first: 11,
      last: 100,
      weight: "none",
      // A window that is only pointed at is not for others.
      overlays: { nulls: true, pointed: null },
    });
    expect(JSON.parse(picture.reports).map(({ name }: { name: string }) => name)).toEqual(["a"]);
    expect(picture.svg).toBe(`the document with ${picture.reports}`);
    expect(texts()).toEqual([
      "a",
      "160 × 128",
      "α 1.250",
      "α over ranks 11–100, all ranks alike, features centred.",
    ]);
    expect(parts("line")).toEqual([]);
    expect(parts("rect")).toHaveLength(1);
  });

  test("that is not in view is an error of the page", () => {
    expect(() => draw([{ isStrong: false }], "spectrum")).toThrow(TypeError);
  });
});

describe("a picture of all", () => {
  test("has each dataset that is not hidden, with its line and α, and what they share said once", () => {
    const { picture } = draw(
      [
        { name: "a", interval: [1.2, 1.3] },
        { name: "b", isHidden: true },
        { name: "c", alpha: null },
      ],
      "spectra",
    );
    expect(JSON.parse(picture.reports).map(({ name }: { name: string }) => name)).toEqual([
      "a",
      "c",
    ]);
    expect(texts().slice(0, 4)).toEqual(["a", "α 1.250 ± 0.050", "c", "α –"]);
    const said = texts().slice(4).join(" ");
    expect(said).toBe(
      "Features of 160 × 128. α over ranks 11–100, weights 1/k, features centred. ± is half of the 95 % interval. Eigenvalues are over their sum.",
    );
    expect(parts("line").map(({ attributes }) => attributes.stroke)).toEqual(["light0", "light2"]);
    expect(core.asked[0]?.[1]).toEqual({ width: 960, height: 600, theme: "light", bySum: true });
  });

  test("has the size of each where they differ, and does not say what is not so", () => {
    draw([{ name: "a" }, { name: "b", n: null }], "spectra", { bySum: false });
    expect(texts().slice(0, 6)).toEqual(["a", "160 × 128", "α 1.250", "b", "? × 128", "α 1.250"]);
    expect(texts().slice(6).join(" ")).toBe("α over ranks 11–100, weights 1/k, features centred.");
  });

  test.each([
    [{ first: 11, last: 20 }, 200, 90],
    [{ first: 1, last: 50 }, 100, 490],
    [{ first: 11, last: 100 }, 200, 390],
    [{ first: 50, last: 100 }, 590, 0],
  ])("lies over the window %o", (window, x, width) => {
    draw([{}, {}], "spectra", { window });
    const [, shade] = parts("rect");
    expect(shade?.attributes).toMatchObject({
      x: String(x),
      width: String(width),
      y: "20",
      height: "540",
      fill: colours.light.accent,
    });
  });

  test("of spectra that end before the window has no shade", () => {
    core.ranks = 10;
    draw([{}, {}], "spectra");
    expect(parts("rect")).toHaveLength(1);
  });
});

describe("the document", () => {
  test("is as wide as asked for, and taller by what is said below", () => {
    draw([{}, {}], "spectra");
    const { width, height, viewBox } = whole.attributes;
    expect(width).toBe("960");
    expect(Number(height)).toBeGreaterThan(640);
    expect(viewBox).toBe(`0 0 960 ${height}`);
    const [paper] = parts("rect");
    expect(paper?.attributes).toMatchObject({ width, height });
  });

  test.each(["light", "dark"] as const)("has one paper, in the colours of a %s page", (theme) => {
    draw([{}, {}], "spectra", {}, theme);
    expect(parts("rect")[0]?.attributes.fill).toBe(colours[theme].paper);
    const [drawing] = parts("svg");
    // The drawing's own would hide the window.
    expect(drawing?.children.map((child) => (child as Node).name)).toEqual(["marks"]);
    const order = whole.children.map((child) => (child as Node).name);
    expect(order.slice(0, 3)).toEqual(["rect", "rect", "svg"]);
  });
});
