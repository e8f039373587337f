/** A picture that stands alone: what the core draws, and below it what the page says beside it. */

import { lineStyle, safeSvg, spectraPlot } from "../engine/index";
import type { Figure } from "../engine/types";
import { distinctNames } from "../state/names";
import { known } from "../view/format";
import { with_metadata } from "../wasm/eigenscope.js";
import { type Entry, legend } from "./legend";
import { pictured, type Shown, type ShownLine } from "./shown";
import { colours, element } from "./svg";
import { alphaOf, conditions, reportsJson } from "./tables";

export interface PictureOptions {
  /** The spectrum in view with its fit, or all spectra. */
  kind: "spectrum" | "spectra";
  theme: "light" | "dark";
  width: number;
  /** Of the drawing: what is said below it makes the picture taller. */
  height: number;
}

/** The picture as an SVG document, and the Reports of what is in it as JSON, which the document carries as well. */
export interface Picture {
  svg: string;
  reports: string;
}

export function exportedPicture(all: Shown, options: PictureOptions): Picture {
  const shown = pictured(all, options.kind);
  const drawn = options.kind === "spectrum" ? spectrum(shown, options) : spectra(shown, options);
  const reports = reportsJson(shown);
  const svg = new XMLSerializer().serializeToString(assembled(shown, drawn, options));
  return { svg: with_metadata(svg, reports), reports };
}

/** A drawing of the core, and what lies under it. */
interface Drawing {
  figure: Figure;
  under: SVGElement[];
}

function spectrum(
  { lines: [line], window, weight, overlays: { nulls } }: Shown,
  { width, height, theme }: PictureOptions,
): Drawing {
  if (!line) throw new TypeError("there is no spectrum in view");
  const overlays = { nulls, pointed: null };
  const figure = line.analysis.plot({ width, height, theme, ...window, weight, overlays });
  return { figure, under: [] };
}

/** The page lays the window over this one, where it moves without the picture. */
function spectra({ lines, window, bySum }: Shown, options: PictureOptions): Drawing {
  const { width, height, theme } = options;
  const { ranks_x: x, ...figure } = spectraPlot(lines, { width, height, theme, bySum });
  const { first, last } = window;
  if (first > x.length) return { figure, under: [] };
  const { top, bottom } = figure.frame;
  const left = x[first - 1] ?? 0;
  const right = x[Math.min(last, x.length) - 1] ?? left;
  const place = { x: left, y: top, width: right - left, height: bottom - top };
  const shade = element("rect", { ...place, fill: colours[theme].accent, "fill-opacity": 0.12 });
  return { figure, under: [shade] };
}

function assembled(shown: Shown, { figure, under }: Drawing, options: PictureOptions): SVGElement {
  const { kind, width, height, theme } = options;
  const { left, right } = figure.frame;
  const entries = entriesOf(shown.lines, options);
  const words = legend(entries, said(shown, kind), { left, right, top: height }, theme);
  const size = { width, height: height + words.height };
  const whole = element("svg", { ...size, viewBox: `0 0 ${width} ${size.height}` });
  const paper = element("rect", { ...size, fill: colours[theme].paper });
  const drawing = safeSvg(figure.svg);
  // Its own paper would hide what lies under it.
  drawing.firstElementChild?.remove();
  whole.append(paper, ...under, drawing, ...words.parts);
  return whole;
}

/** What the legend says of each dataset. */
function entriesOf(lines: readonly ShownLine[], options: PictureOptions): Entry[] {
  const isOfMany = options.kind === "spectra";
  const names = distinctNames(lines.map(({ name }) => name));
  return lines.map((line, index) => ({
    name: line.name,
    short: names[index] ?? line.name,
    size: commonSize(lines) ? "" : sizeOf(line),
    alpha: alphaOf(line),
    style: isOfMany ? lineStyle(line.style, options.theme) : null,
    isStrong: isOfMany && line.isStrong,
  }));
}

function sizeOf({ analysis: { facts } }: ShownLine): string {
  return `${known(facts.n)} × ${known(facts.d)}`;
}

/** What is the size of all of them, where there are several. */
function commonSize(lines: readonly ShownLine[]): string | null {
  const [size, ...others] = new Set(lines.map(sizeOf));
  return size && others.length === 0 && lines.length > 1 ? size : null;
}

/** Without this the numbers mean nothing. */
function said({ lines, window, weight, bySum }: Shown, kind: PictureOptions["kind"]): string[] {
  const size = commonSize(lines);
  const sizes = size ? [`Features of ${size}.`] : [];
  const has = lines.some(({ outcome }) => outcome.uncertainty);
  const half = has ? ["± is half of the 95 % interval."] : [];
  const divided = kind === "spectra" && bySum ? ["Eigenvalues are over their sum."] : [];
  return [...sizes, conditions(lines, window, weight), ...half, ...divided];
}
