// What lessons show and say, computed by the wasm that the page loads.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { LAST_SEED } from "../../www/learn/lesson";
import { lessons } from "../../www/learn/lessons";
import { OpenLesson, runWorkerHere, shownControls } from "./lib/lesson-elements";
import { all, type Element, elementsOf, only, words } from "./lib/template";

vi.mock("virtual:wasm/learn", async () => (await import("./lib/wasm")).wasmScript("learn"));

// Swatches are drawn by the page's other module.
vi.mock("../../www/view/swatch", () => ({ swatch: () => "" }));

beforeAll(async () => {
  // Samples are drawn once a lesson rests: only where a test lets it.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await runWorkerHere();
  vi.stubGlobal("cancelAnimationFrame", () => {});
});

const part = (element: Element, name: string): Element =>
  [
    ...all(element, "p", { "data-name": name }),
    ...all(element, "div", { "data-name": name }),
  ][0] as Element;
const found = ({ root }: OpenLesson): string => words(part(root, "found"));
const csv = (name: string): string[][] =>
  readFileSync(new URL(`../../www/learn/networks/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));

/** α by weighted least squares in which rank k counts 1/k, and the share of the variance that the line explains. */
function lineThrough(eigenvalues: readonly number[], first: number, last: number) {
  const points = eigenvalues.slice(first - 1, last).map((value, index) => {
    const rank = first + index;
    return { weight: 1 / rank, x: Math.log(rank), y: Math.log(value) };
  });
  const sum = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((total, point) => total + of(point), 0);
  const weights = sum(({ weight }) => weight);
  const mx = sum(({ weight, x }) => weight * x) / weights;
  const my = sum(({ weight, y }) => weight * y) / weights;
  const xy = sum(({ weight, x, y }) => weight * (x - mx) * (y - my));
  const slope = xy / sum(({ weight, x }) => weight * (x - mx) ** 2);
  const mean = sum(({ y }) => y) / points.length;
  const left = sum(({ x, y }) => (y - my - slope * (x - mx)) ** 2);
  return { alpha: -slope, r2: 1 - left / sum(({ y }) => (y - mean) ** 2) };
}

test.each(lessons.map(({ slug }) => slug))(
  "%s says what it shows, and each of its figures has words",
  async (slug) => {
    const open = await OpenLesson.at(slug, { state: { analyzer: "#" } });
    await open.until(() => open.summary !== "");
    expect(open.summary.trim()).toMatch(/\.$/);
    for (const { svg, summary } of open.figures) {
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
      expect(summary).toMatch(/\S{3,}/);
    }
    for (const image of all(open.root, "canvas")) expect(image.attributes.role).toBe("img");
  },
);

describe("α by hand", () => {
  test("has the numbers of the power law", async () => {
    for (const alpha of [0, 0.5, 1, 2, 3]) {
      const { numbers } = await OpenLesson.at(`alpha-by-hand?alpha=${alpha}`);
      const law = Array.from({ length: 256 }, (_, index) => (index + 1) ** -alpha);
      const sum = law.reduce((total, value) => total + value, 0);
      const squares = law.reduce((total, value) => total + value ** 2, 0);
      expect(numbers.first_share).toBeCloseTo(1 / sum, 12);
      expect(numbers.participation_ratio).toBeCloseTo(sum ** 2 / squares, 9);
      let [held, directions] = [0, 0];
      while (held < 0.9 * sum * (1 - 1e-12)) held += law[directions++] as number;
      expect(numbers.for_90).toBe(directions);
    }
  });

  test("answers its question with the number that it shows", async () => {
    const { numbers } = await OpenLesson.at("alpha-by-hand?alpha=1");
    expect(numbers.for_90).toBe(139);
  });
});

describe("What is an eigenspectrum?", () => {
  test("leads from the cloud to α in four steps", async () => {
    const names = async (step: number): Promise<string[]> => {
      const { numbers } = await OpenLesson.at(`eigenspectrum?step=${step}`);
      return Object.keys(numbers);
    };
    expect(await names(1)).toEqual([]);
    expect(await names(2)).toEqual([]);
    expect(await names(3)).toEqual(["eigenvalue_1", "eigenvalue_2"]);
    expect(await names(4)).toEqual(["eigenvalue_1", "eigenvalue_2", "alpha"]);
    expect((await OpenLesson.at("eigenspectrum?step=1")).figures).toHaveLength(1);
    expect((await OpenLesson.at("eigenspectrum?step=4")).figures).toHaveLength(3);
  });

  test("has the slope between two eigenvalues for α, and the turn changes none of it", async () => {
    const { numbers } = await OpenLesson.at("eigenspectrum?step=4");
    const ratio = (numbers.eigenvalue_1 ?? 0) / (numbers.eigenvalue_2 ?? 0);
    expect(numbers.alpha).toBeCloseTo(Math.log2(ratio), 12);
    const open = await OpenLesson.at("eigenspectrum?step=4&features=3");
    const before = open.numbers;
    open.set({ turn: 40 });
    await open.drawn();
    for (const [name, value] of Object.entries(before))
      expect(open.numbers[name]).toBeCloseTo(value, 12);
  });

  test("moves a point by keys, says where it is now, and puts all points back", async () => {
    const open = await OpenLesson.at("eigenspectrum?step=4");
    const before = open.numbers;
    const point = (): Element => all(open.root, "button", { class: "cloud-point" })[0] as Element;
    const place = (): string => words(only(part(open.root, "held"), "span"));
    const [first, x = ""] = place().match(/first feature (−?[\d.]+)/) ?? [];
    for (let time = 0; time < 3; time += 1)
      expect(
        open.fire(point(), "keydown", { key: "ArrowRight", shiftKey: true }).defaultPrevented,
      ).toBe(true);
    await open.drawn();
    expect(place()).toMatch(/^Point 1 of 12: first feature −?\d\.\d, second −?\d\.\d$/);
    expect(place()).not.toContain(`${first},`);
    const moved = Number(
      place()
        .match(/first feature (−?[\d.]+)/)?.[1]
        ?.replace("−", "-"),
    );
    expect(moved).toBeCloseTo(Number(x.replace("−", "-")) + 1.5, 9);
    expect(open.summary.startsWith(`${place()}. `)).toBe(true);
    expect(open.numbers.alpha).not.toBe(before.alpha);
    open.fire(only(open.root, "button", { name: "back" }), "click");
    await open.drawn();
    expect(open.numbers).toEqual(before);
  });

  test("Enter goes from point to point, and round", async () => {
    const open = await OpenLesson.at("eigenspectrum");
    const points = all(open.root, "button", { class: "cloud-point" });
    const focused: string[] = [];
    open.has(
      Object.fromEntries(
        points.map((_, index) => [
          `[data-point="${index + 1}"]`,
          { focus: () => focused.push(String(index + 1)) },
        ]),
      ),
    );
    open.fire(points[0] as Element, "keydown", { key: "Enter" });
    open.fire(points[11] as Element, "keydown", { key: " " });
    open.fire(points[0] as Element, "keydown", { key: "Enter", shiftKey: true });
    expect(focused).toEqual(["2", "1", "12"]);
  });

  test("takes Page up and Page down only where there is a third direction", async () => {
    for (const [features, isTaken] of [
      ["2", false],
      ["3", true],
    ] as const) {
      const open = await OpenLesson.at(`eigenspectrum?features=${features}`);
      const point = all(open.root, "button", { class: "cloud-point" })[0] as Element;
      const keys = String(point.attributes["aria-keyshortcuts"]);
      expect(/PageUp PageDown/.test(keys)).toBe(isTaken);
      const before = words(part(open.root, "held"));
      expect(open.fire(point, "keydown", { key: "PageUp" }).defaultPrevented).toBe(isTaken);
      await open.drawn();
      expect(words(part(open.root, "held")) !== before).toBe(isTaken);
      expect(open.fire(point, "keydown", { key: "ArrowUp", ctrlKey: true }).defaultPrevented).toBe(
        false,
      );
    }
  });
});

describe("Which window?", () => {
  const [, ...rows] = csv("minilm/spectra.csv");
  const layer = rows.map((row) => Number(row[6]));

  test("keeps the fit back until it is asked for", async () => {
    const open = await OpenLesson.at("window");
    expect(open.numbers).toEqual({});
    open.fire(only(open.root, "button", { name: "show-fit" }), "click");
    await open.drawn();
    expect(open.values.show).toBe("fit");
    expect(open.numbers.off).toBeCloseTo(0.3 - (open.numbers.alpha ?? 0), 12);
  });

  test.each([
    [11, 100],
    [1, 10],
    [100, 381],
    [11, 381],
  ])("fits the line of weighted least squares over ranks %d to %d", async (first, last) => {
    const { numbers } = await OpenLesson.at(`window?show=fit&first=${first}&last=${last}`);
    const { alpha, r2 } = lineThrough(layer, first, last);
    expect(numbers.alpha).toBeCloseTo(alpha, 9);
    expect(numbers.r2).toBeCloseTo(r2, 9);
  });

  test("has the numbers of its answer", async () => {
    const over = async (first: number, last: number) => {
      const { numbers } = await OpenLesson.at(`window?show=fit&first=${first}&last=${last}`);
      return [numbers.alpha?.toFixed(2), numbers.r2?.toFixed(2)];
    };
    expect(await over(1, 10)).toEqual(["0.33", "0.95"]);
    expect(await over(11, 100)).toEqual(["0.71", "0.99"]);
    expect((await over(100, 381))[0]).toMatch(/^2\.[67]/);
    expect((await over(100, 381))[1]).toBe("0.89");
    const { root } = await OpenLesson.at("window?show=fit");
    const [low, high] = words(only(root, "dd", { "data-name": "reasonable" })).split(" to ");
    expect(Math.abs(Number(low) - 0.58)).toBeLessThan(0.0051);
    expect(Math.abs(Number(high) - 1.22)).toBeLessThan(0.0051);
  });

  test("moves an end by keys as far as it may go, and by the map", async () => {
    const open = await OpenLesson.at("window?show=fit");
    const handle = (end: string): Element => only(open.root, "div", { "data-end": end });
    open.fire(handle("last"), "keydown", { key: "End" });
    await open.drawn();
    expect(handle("last").attributes["aria-valuenow"]).toBe(381);
    const wide = open.numbers;
    expect(wide.alpha).toBeCloseTo(lineThrough(layer, 11, 381).alpha, 9);
    open.fire(only(open.root, "div", { class: "map-cells" }), "keydown", { key: "ArrowUp" });
    await open.drawn();
    expect(open.values.first).toBeGreaterThan(11);
    expect(open.values.first).toBeLessThan(20);
    expect(open.numbers.alpha).toBeGreaterThan(wide.alpha ?? 0);
    open.fire(handle("first"), "keydown", { key: "End" });
    await open.drawn();
    expect(open.values.first).toBe(300);
    expect(open.fire(handle("first"), "keydown", { key: "x" }).defaultPrevented).toBe(false);
  });

  test("without a line says why", async () => {
    const open = await OpenLesson.at("window?show=fit&first=100&last=50");
    expect(words(part(open.root, "refusal"))).toMatch(/100.*50/);
    expect(open.numbers.alpha).toBeUndefined();
  });
});

describe("Why α near 1?", () => {
  test("α near 1 has the least error with some noise and no ridge, the target's own without noise", async () => {
    const { numbers } = await OpenLesson.at("alpha-near-1?hide=dots");
    expect(Math.abs((numbers["best-0"] ?? 0) - 2)).toBeLessThan(0.06);
    expect(Math.abs((numbers["best-1"] ?? 0) - 1)).toBeLessThan(0.11);
    expect(numbers["best-2"]).toBeLessThan(0.9);
  });

  test("the target's own has it with the best ridge, whatever is wrong", async () => {
    const { numbers } = await OpenLesson.at(
      "alpha-near-1?ridge=best&labels=classes&smoothness=1.5&hide=dots",
    );
    for (const level of [0, 1, 2])
      expect(Math.abs((numbers[`best-${level}`] ?? 0) - 1.5)).toBeLessThan(0.06);
  });

  test("none has it where rows are more than features and there is no ridge", async () => {
    const open = await OpenLesson.at("alpha-near-1?n=400&hide=dots");
    expect(found(open)).toMatch(
      /more than features, α does not matter: error 0\.000 with no noise, error 0\.44/,
    );
    expect(open.numbers["best-1"]).toBeUndefined();
  });

  test("dots come one after the other, three of each place and level", {
    timeout: 60_000,
  }, async () => {
    const open = await OpenLesson.at("alpha-near-1?ridge=0.1");
    const circles = (figure: number): number =>
      open.figures[figure]?.svg.match(/<circle/g)?.length ?? 0;
    // Three rings of three circles mark the best α.
    expect([circles(0), circles(1)]).toEqual([9, 0]);
    vi.advanceTimersByTime(300);
    const counts = new Set<number>();
    open.onDrawn = () => counts.add(circles(0));
    // 13 places along α and 18 along n, three levels, three draws. Along n some are beyond the axes.
    await open.until(() => circles(0) === 13 * 9 + 9 && circles(1) > 18 * 9 * 0.8);
    expect([...counts].some((count) => count > 9 && count < 126)).toBe(true);
    expect([...counts]).toEqual([...counts].sort((a, b) => a - b));
  });

  test("α moves the figure along n and the summary", async () => {
    const open = await OpenLesson.at("alpha-near-1?hide=dots");
    const before = found(open);
    open.set({ alpha: 1.5 });
    await open.drawn();
    expect(found(open)).not.toBe(before);
    expect(found(open)).toMatch(/at α = 1\.50/);
    expect(open.summary).toBe(found(open));
  });
});

describe("Smoothness", () => {
  test("above the edge 1 + 2/D the length settles, at π/√6 for α = 4", async () => {
    const open = await OpenLesson.at("smoothness?alpha=4&pairs=256");
    // Pair m adds m² · m^−α to the square of the length.
    const now = Math.sqrt(
      Array.from({ length: 256 }, (_, i) => (i + 1) ** -2).reduce((a, b) => a + b),
    );
    expect(open.numbers.limit).toBeCloseTo(Math.PI / Math.sqrt(6), 9);
    expect(open.numbers.slope).toBeCloseTo(now, 9);
    expect(open.numbers.threshold).toBe(3);
    expect(found(open)).toMatch(/above the edge .* settles, to 1\.28 as dimensions are added/);
  });

  test("below it the responses tend to a fractal", async () => {
    const open = await OpenLesson.at("smoothness?alpha=1.5&stimulus=2");
    expect(open.numbers.fractal_dimension).toBe(2 / (1.5 - 1));
    expect(open.numbers.threshold).toBe(2);
    expect(found(open)).toMatch(/grows without end .* fractal of dimension 4\.00/);
  });

  test("the ring turns by keys: round and round, and no further than upright", async () => {
    const open = await OpenLesson.at("smoothness?turn=178&tilt=88");
    const ring = (): Element => part(open.root, "ring");
    open.fire(ring(), "keydown", { key: "ArrowRight" });
    await open.drawn();
    open.fire(ring(), "keydown", { key: "ArrowUp" });
    await open.drawn();
    expect([open.values.turn, open.values.tilt]).toEqual([-177, 90]);
    expect(open.figures[0]?.summary).toMatch(/turned by −177 and tilted by 90 degrees/);
    open.set({ turn: -178, tilt: -88 });
    await open.drawn();
    open.fire(ring(), "keydown", { key: "ArrowLeft" });
    open.fire(ring(), "keydown", { key: "ArrowDown" });
    await open.drawn();
    expect(open.values.tilt).toBe(-90);
    expect(open.fire(ring(), "keydown", { key: "ArrowUp", altKey: true }).defaultPrevented).toBe(
      false,
    );
  });

  test("the ring turns under a pointer, half a degree for each pixel", async () => {
    const open = await OpenLesson.at("smoothness?turn=0&tilt=0");
    const ring = (): Element => part(open.root, "ring");
    const target = { setPointerCapture: () => {} };
    const at = (clientX: number, clientY: number) => ({
      clientX,
      clientY,
      button: 0,
      currentTarget: target,
    });
    open.fire(ring(), "pointermove", at(500, 500));
    expect(open.values.turn).toBe(0);
    open.fire(ring(), "pointerdown", at(100, 100));
    open.fire(ring(), "pointermove", at(160, 120));
    await open.drawn();
    expect([open.values.turn, open.values.tilt]).toEqual([30, 10]);
    open.fire(ring(), "pointerup", at(160, 120));
    open.fire(ring(), "pointermove", at(900, 900));
    expect(open.values.turn).toBe(30);
  });
});

describe("Real networks", () => {
  test("a layer's α is that of its features", async () => {
    const [, ...layers] = csv("minilm/results.csv");
    for (const [index, row] of layers.entries()) {
      const open = await OpenLesson.at(`networks?at=${index + 1}`);
      const alpha = Number(row[3]).toFixed(3);
      expect(words(part(open.root, "said"))).toContain(
        `layer ${index}: α = ${alpha} over ranks 11 to 100`,
      );
    }
  });

  test("a layer's spectrum opens in the analyzer as eigenvalues of its n rows", async () => {
    const take = vi.fn<(file: File, array: unknown, asked: unknown) => number>();
    vi.stubGlobal("location", { hash: "" });
    const open = await OpenLesson.at("networks?at=3", { take, state: { analyzer: "#home" } });
    open.fire(only(open.root, "button", { name: "open-spectrum" }), "click");
    const [file, , asked] = take.mock.lastCall ?? [];
    expect(asked).toMatchObject({ given: "eigenvalues", n: 3000 });
    const values = (await (file as File).text()).match(/[\d.]+(e-?\d+)?/gi)?.map(Number);
    const column = csv("minilm/spectra.csv")
      .slice(1)
      .map((row) => Number(row[2]));
    expect(values?.slice(-384)).toEqual(column);
    expect(location.hash).toBe("#home");
  });

  test("the table has the coefficients that SciPy found, score by score", async () => {
    const relations = csv("experiment/relations.csv").slice(1);
    const open = await OpenLesson.at("networks?show=accuracy&among=vgg&noise=80");
    for (const [task, noise] of [
      ["probe", 0],
      ["probe", 60],
      ["tuned", 40],
    ] as const) {
      const before = open.property("relation");
      open.set({ task, noise });
      await open.until(() => ![null, before].includes(open.property("relation") as null));
      expect(words(part(open.root, "relation"))).toMatch(/^VGG-like networks: of α/);
      const wanted = relations.filter((row) => row[2] === "alpha" && row[3] === `${task}_${noise}`);
      expect(wanted.length).toBeGreaterThan(10);
      for (const [among = "", , , , coefficient, value] of wanted) {
        const row = all(open.root, "tr", { "data-among": among })[0];
        const cell = row && all(row, "td")[coefficient === "spearman" ? 0 : 1];
        if (!cell) throw new Error(`there is no row of ${among}`);
        const shown = Number.parseFloat(words(cell).replaceAll("−", "-"));
        expect(Math.abs(shown - Number(value)), `${task} ${noise} ${among}`).toBeLessThan(0.0051);
      }
    }
  });

  test("that the tiny ViTs were not trained to the end is said where they are compared", async () => {
    const rows = csv("experiment/progress.csv");
    const gains = ["vit", "vgg", "resnet"].map((network) => {
      const trained = rows.filter((row) => row[0] === network && row[1] !== "untrained");
      const mean = (step: string): number => {
        const some = trained.filter((row) => row[4] === step).map((row) => Number(row[10]));
        return some.reduce((sum, one) => sum + one, 0) / some.length;
      };
      return (100 * (mean("400") - mean("200"))).toFixed(1);
    });
    const { root } = await OpenLesson.at("networks?show=accuracy");
    expect(words(captionOf(root))).toMatch(/ViTs were still getting better/);
    const { answer } =
      (await lessons.find(({ slug }) => slug === "networks")?.load())?.lesson ?? {};
    for (const gain of gains) expect(answer?.strings.join("")).toContain(gain);
  });

  test("a view has the controls that do something in it", async () => {
    const open = await OpenLesson.at("networks?spectra=vgg&trained=byol&at=6");
    await open.until((root) => part(root, "said") !== undefined);
    expect(words(part(open.root, "said"))).toMatch(/^VGG-like, BYOL, step 400/);
    expect(await shownControls(open, "networks")).toEqual(["show", "spectra", "at", "trained"]);
    open.set({ show: "accuracy" });
    await open.drawn();
    expect(part(open.root, "said")).toBeUndefined();
    expect(await shownControls(open, "networks")).toEqual(["show", "among", "task", "noise"]);
    open.set({ show: "spectra" });
    await open.drawn();
    expect(words(part(open.root, "said"))).toMatch(/^VGG-like, BYOL/);
  });
});

/** The caption of the only figure. */
function captionOf(root: Element): Element {
  const caption = only(root, "eigen-lesson-figure").attributes[".caption"];
  return elementsOf(caption);
}

test("seeds go up to a number of four digits, as the field has room for", () => {
  expect(String(LAST_SEED)).toHaveLength(4);
});
