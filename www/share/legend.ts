/** What stands below a picture that leaves the page: its lines with their names and α, in as many columns as there is room for. */

import type { LineStyle } from "../engine/comparing-types";
import { colours, element, serif, shortened, text, widthOf } from "./svg";

/** A dataset in the legend. */
export interface Entry {
  name: string;
  /** What of its name tells it from the others, for where all names in full would be too long. */
  short: string;
  /** n × d; empty where it is said of all of them elsewhere. */
  size: string;
  /** null where there is none. */
  alpha: string | null;
  /** Of its line; null where the picture is of this one alone. */
  style: LineStyle | null;
  isStrong: boolean;
}

/** Between two lines of the legend. */
const lineHeight = 20;
const edge = 16;
/** Between two columns, and between what stands in one. */
const gap = 32;
const space = 14;
const swatch = 24;
/** From so many on they stand side by side rather than below each other, */
const many = 9;
/** and names that are wider than this are shortened for it, unless they would be alike then. */
const usualName = 150;

interface Place {
  left: number;
  right: number;
  top: number;
}

/** Draws it from `top` on; returns its parts and the height that it takes. */
export function legend(
  entries: readonly Entry[],
  sentences: readonly string[],
  { left, right, top }: Place,
  theme: "light" | "dark",
): { parts: SVGElement[]; height: number } {
  const { ink, muted } = colours[theme];
  const widths = widthsOf(entries);
  const beside = widths.swatch + widths.size + widths.alpha;
  const inner = right - left;
  const mayShorten = entries.length >= many && areApart(entries);
  const narrow = beside + (mayShorten ? Math.min(widths.name, usualName) : widths.name);
  const most = Math.max(1, Math.floor((inner + gap) / (narrow + gap)));
  const rows = Math.ceil(entries.length / most);
  const columns = Math.ceil(entries.length / rows);
  const room = (inner + gap) / columns - gap;
  const width = Math.min(room, beside + widths.name);
  const isFull = width - beside >= widths.name;
  let y = top + edge;
  const parts = entries.flatMap(({ name, short, size, alpha, style, isStrong }, index) => {
    const x = left + Math.floor(index / rows) * (width + gap);
    const at = y + (index % rows) * lineHeight;
    const weight = isStrong ? 600 : 400;
    const shown = isFull ? name : shortened(short, width - beside, weight);
    const words = { y: at, fill: ink, "font-weight": weight };
    const drawn = [text({ ...words, x: x + widths.swatch }, shown)];
    if (style) drawn.unshift(line(style, x, at - 4, isStrong));
    const end = { "text-anchor": "end", "font-variant-numeric": "tabular-nums" };
    if (size)
      drawn.push(text({ ...words, ...end, x: x + width - widths.alpha, fill: muted }, size));
    drawn.push(text({ ...words, ...end, x: x + width }, ...symbolic(alpha)));
    return drawn;
  });
  y += rows * lineHeight + 4;
  for (const words of wrapped(sentences, inner)) {
    parts.push(text({ x: left, y, fill: muted }, words));
    y += lineHeight - 4;
  }
  return { parts, height: y - top };
}

/** Whether shortened names tell as many apart as the names do. */
function areApart(entries: readonly Entry[]): boolean {
  const names = new Set(entries.map(({ short }) => short));
  return new Set(Array.from(names, (name) => shortened(name, usualName, 600))).size === names.size;
}

function widthsOf(entries: readonly Entry[]): Record<"swatch" | "name" | "size" | "alpha", number> {
  const widest = (of: (entry: Entry) => number): number => Math.ceil(Math.max(...entries.map(of)));
  return {
    swatch: entries.some(({ style }) => style) ? swatch + 8 : 0,
    name: widest(({ name, isStrong }) => widthOf(name, isStrong ? 600 : 400)),
    size: entries.some(({ size }) => size) ? space + widest(({ size }) => widthOf(size, 600)) : 0,
    alpha: space + widest(({ alpha }) => widthOf(`α ${alpha ?? "–"}`, 600)),
  };
}

/** As in print: α is a letter of another kind. */
function symbolic(alpha: string | null): (string | SVGElement)[] {
  const symbol = element("tspan", { "font-family": serif, "font-style": "italic" });
  symbol.append("α");
  return [symbol, ` ${alpha ?? "–"}`];
}

function line({ colour, strokes }: LineStyle, x: number, y: number, isStrong: boolean): SVGElement {
  const place = { x1: x, y1: y, x2: x + swatch, y2: y };
  const dashes = strokes.length > 0 ? { "stroke-dasharray": strokes.join(" ") } : {};
  return element("line", {
    ...place,
    ...dashes,
    stroke: colour,
    "stroke-width": isStrong ? 3 : 2,
  });
}

/** Sentences in lines: broken between two of them, and within one that is too long for a line. */
function wrapped(sentences: readonly string[], width: number): string[] {
  const pieces = sentences.flatMap((sentence) =>
    widthOf(sentence) > width ? filled(sentence.split(" "), width) : [sentence],
  );
  return filled(pieces, width);
}

/** Pieces in lines, as many in each as it has room for. */
function filled(pieces: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const longer = `${lines.at(-1)} ${piece}`;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines;
}
