// What stands below a picture that leaves the page: every line with its name and α, in the room that there is.

import { beforeEach, describe, expect, test } from "vitest";
import { type Entry, legend } from "../../www/share/legend";
import { colours, element, shortened, text, widthOf } from "../../www/share/svg";
import { randomOf } from "./lib/random";
import { type Node, stubDocument, wide } from "./lib/xml";

beforeEach(stubDocument);

const place = { left: 60, right: 940, top: 600 };

const entry = (name: string, change: Partial<Entry> = {}): Entry => ({
  name,
  short: name,
  size: "",
  alpha: "1.000 ± 0.010",
  style: { colour: "#123456", strokes: [] },
  isStrong: false,
  ...change,
});

function drawn(entries: readonly Entry[], sentences: readonly string[] = [], where = place) {
  const { parts, height } = legend(entries, sentences, where, "light");
  const all = parts as unknown as Node[];
  const number = (part: Node, name: string): number => Number(part.attributes[name]);
  const texts = all.filter(({ name }) => name === "text");
  return {
    height,
    texts,
    lines: all.filter(({ name }) => name === "line"),
    words: texts.map((part) => part.text),
    /** The left and right end of a text. */
    span: (part: Node): [number, number] => {
      const width = wide(part.text, part.attributes["font-weight"] === "600");
      const x = number(part, "x");
      return part.attributes["text-anchor"] === "end" ? [x - width, x] : [x, x + width];
    },
    y: (part: Node): number => number(part, "y"),
  };
}

describe("text in a picture", () => {
  test("has the font and size of the page, and attributes as they are given", () => {
    const {
      name,
      attributes,
      text: words,
    } = text({ x: 5, fill: "#000" }, "α", "!") as unknown as Node;
    expect(name).toBe("text");
    expect(attributes).toEqual({
      "font-family": "system-ui, sans-serif",
      "font-size": "12",
      x: "5",
      fill: "#000",
    });
    expect(words).toBe("α!");
  });

  test("holds nothing that XML cannot: that is shown as unknown", () => {
    const { text: words } = text(
      {},
      "a\u0000b\u001b\ufffe\uffff\ud800c 日本 🎲\n",
    ) as unknown as Node;
    expect(words).toBe("a\ufffdb\ufffd\ufffd\ufffd\ufffdc 日本 🎲\ufffd");
  });

  test("may have pieces with attributes of their own", () => {
    const piece = element("tspan", { "font-style": "italic" });
    piece.append("α");
    expect((text({}, piece, " = 1") as unknown as Node).text).toBe("α = 1");
  });

  test("is measured, and a little more, because fonts differ", () => {
    expect(widthOf("abc")).toBeCloseTo(1.05 * 3 * 7, 12);
    expect(widthOf("abc", 600)).toBeCloseTo(1.05 * 3 * 8, 12);
  });
});

describe("a name that is too long", () => {
  test("is left as it is where it has room", () => {
    expect(shortened("layer1.npy", wide("layer1.npy"))).toBe("layer1.npy");
  });

  test("loses its middle: both ends tell names apart", () => {
    const name = "resnet50_imagenet_layer4_features.npy";
    const cut = shortened(name, wide("x".repeat(15)));
    expect(cut).toHaveLength(15);
    const [begin = "", end = ""] = cut.split("…");
    expect(name.startsWith(begin) && name.endsWith(end)).toBe(true);
    expect(Math.abs(begin.length - end.length)).toBeLessThanOrEqual(1);
  });

  test("is as long as the room allows, whatever it is, and its letters stay whole", () => {
    const random = randomOf(1);
    const letters = [..."ab_1é日", "🎲"];
    for (let time = 0; time < 500; time += 1) {
      const name = Array.from(
        { length: 2 + random(30) },
        () => letters[random(letters.length)],
      ).join("");
      const room = 3 + random(30);
      const cut = Array.from(shortened(name, wide("x".repeat(room))));
      const wanted = Math.min(Array.from(name).length, room);
      if (cut.length !== wanted) expect(cut).toHaveLength(wanted);
      if (/\p{Cs}/u.test(cut.join(""))) expect(cut.join("")).toBe("without halves of letters");
    }
  });

  test("in no room at all is a letter and a mark", () => {
    expect(shortened("layer1.npy", 0)).toBe("l…");
  });
});

describe("a legend", () => {
  test("has a line, a name, a size and α for each dataset", () => {
    const { words, lines, texts, height } = drawn([
      entry("layer1", { size: "160 × 128" }),
      entry("layer2", {
        alpha: null,
        isStrong: true,
        style: { colour: "#abcdef", strokes: [4, 2] },
      }),
    ]);
    expect(words).toEqual(["layer1", "160 × 128", "α 1.000 ± 0.010", "layer2", "α –"]);
    expect(lines.map(({ attributes }) => [attributes.stroke, attributes["stroke-width"]])).toEqual([
      ["#123456", "2"],
      ["#abcdef", "3"],
    ]);
    expect(lines.map(({ attributes }) => attributes["stroke-dasharray"])).toEqual([
      undefined,
      "4 2",
    ]);
    expect(texts.map(({ attributes }) => attributes["font-weight"])).toEqual([
      "400",
      "400",
      "400",
      "600",
      "600",
    ]);
    // Both have room in one row.
    expect(height).toBe(16 + 20 + 4);
  });

  test("writes α as in print", () => {
    const symbol = drawn([entry("a")]).texts[1]?.children[0] as Node;
    expect(symbol.text).toBe("α");
    expect(symbol.attributes["font-style"]).toBe("italic");
  });

  test("of one dataset has no line", () => {
    const { lines, texts, span } = drawn([entry("a", { style: null })]);
    expect(lines).toEqual([]);
    expect(span(texts[0] as Node)[0]).toBe(place.left);
  });

  test.each(["light", "dark"] as const)("has the %s page's colours", (theme) => {
    const { parts } = legend([entry("a", { size: "1 × 2" })], ["All."], place, theme);
    const fills = (parts as unknown as Node[]).flatMap(({ attributes: { fill } }) => fill ?? []);
    const { ink, muted } = colours[theme];
    expect(fills).toEqual([ink, muted, ink, muted]);
  });

  test("never goes beyond its place, never overlaps, and names everything", () => {
    const random = randomOf(2);
    for (let time = 0; time < 150; time += 1) {
      const isSized = random(2) === 1;
      const entries = Array.from({ length: 1 + random(40) }, (_, index) =>
        entry(`${"long_".repeat(random(6))}layer${index}${"_x".repeat(random(4))}`, {
          size: isSized ? "160 × 128" : "",
          alpha: random(5) ? "1.000 ± 0.010" : null,
          isStrong: random(8) === 0,
        }),
      );
      const { texts, lines, span, y, height } = drawn(entries, ["A sentence."]);
      const own = texts.slice(0, -1);
      const spans = own.map((part) => ({ row: y(part), at: span(part) }));
      const faults = spans.filter(
        ({ row, at: [from, to] }) =>
          from < place.left - 0.01 ||
          to > place.right + 0.01 ||
          row < place.top ||
          row > place.top + height,
      );
      const sorted = [...spans].sort((a, b) => a.row - b.row || a.at[0] - b.at[0]);
      const over = sorted.filter((one, index) => {
        const next = sorted[index + 1];
        return next && next.row === one.row && next.at[0] < one.at[1] - 0.01;
      });
      if (faults.length + over.length > 0) expect({ entries, faults, over }).toBeUndefined();
      if (lines.length !== entries.length) expect(lines).toHaveLength(entries.length);
    }
  });

  test("of few long names stands in one column; of many it goes side by side", () => {
    const columns = (entries: readonly Entry[]): number =>
      new Set(drawn(entries).lines.map(({ attributes: { x1 } }) => x1)).size;
    const long = (index: number): string => `layer${index}_${"x".repeat(70)}.npy`;
    expect(columns(Array.from({ length: 8 }, (_, index) => entry(long(index))))).toBe(1);
    expect(
      columns(Array.from({ length: 30 }, (_, index) => entry(`layer${index}`))),
    ).toBeGreaterThan(2);
  });

  test("of many shortens names that are too long, but not where they would be alike", () => {
    const many = (name: (index: number) => string): Entry[] =>
      Array.from({ length: 12 }, (_, index) => entry(name(index), { alpha: "1.000" }));
    const apart = drawn(many((index) => `${index}_${"same".repeat(15)}`)).words;
    expect(apart.filter((one) => one.includes("…"))).toHaveLength(12);
    expect(new Set(apart).size).toBe(13);
    const alike = drawn(many((index) => `${"a".repeat(20)}${index}${"b".repeat(20)}`)).words;
    expect(alike.filter((one) => one.includes("…"))).toEqual([]);
  });

  test("breaks its sentences between words, none of which is lost", () => {
    const sentences = ["One short.", `A long one: ${"word ".repeat(60)}ends.`, "Another short."];
    const { texts, words, span } = drawn([entry("a")], sentences);
    const said = words.slice(2);
    expect(said.length).toBeGreaterThan(2);
    expect(said.join(" ")).toBe(sentences.join(" "));
    for (const part of texts.slice(2)) expect(span(part)[1]).toBeLessThanOrEqual(place.right);
  });

  test("keeps a sentence together where a line has room for it", () => {
    const sentence = "α over ranks 11–100, weights 1/k, features centred.";
    const { words } = drawn([entry("a")], [sentence, "x".repeat(100), sentence]);
    expect(words.slice(2)).toContain(sentence);
  });

  test("is as high as what is in it", () => {
    const { texts, y, height } = drawn([entry("a"), entry("b")], ["One.", "x".repeat(119)]);
    const last = Math.max(...texts.map(y));
    expect(place.top + height - last).toBe(16);
  });
});
