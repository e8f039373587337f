/** What the core says of several datasets: pictures, what keeps them from being compared, and whether a measure goes with a score. */

import {
  comparability,
  DotsView,
  distance_from_one,
  line_style,
  models_caveat,
  relation,
  SpectraView,
} from "../wasm/eigenscope.js";
import { fromFigure } from "./analysis";
import type {
  Candidate,
  Dot,
  DotsFigure,
  DotsOptions,
  LineStyle,
  Relation,
  SpectraFigure,
  SpectraLine,
  SpectraOptions,
} from "./comparing-types";
import type { Refusal } from "./types";

/** Several spectra in one picture. */
export function spectraPlot(lines: readonly SpectraLine[], options: SpectraOptions): SpectraFigure {
  const { bySum, ...size } = options;
  const view = new SpectraView();
  try {
    for (const { analysis, style, isStrong } of lines)
      view.add(analysis.eigenvalues, analysis.facts.usable_ranks, style, isStrong);
    const picture = view.plot(size, bySum);
    const traces = lines.map((_, index) => picture.trace(index));
    const ranks_x = picture.places;
    return { ...fromFigure(picture), traces, ranks_x };
  } finally {
    view.free();
  }
}

/** How the spectrum of a number is drawn among others. */
export function lineStyle(number: number, theme: "light" | "dark"): LineStyle {
  return line_style(number, theme) as LineStyle;
}

/** Datasets as dots: a measure along their order, or against a score. */
export function dotsPlot(dots: readonly Dot[], options: DotsOptions): DotsFigure {
  const { kind, x, y, isAlpha, ...size } = options;
  const view = new DotsView();
  try {
    for (const { name, x, y, interval, style, isStrong } of dots)
      view.add(name, x, y, new Float64Array(interval ?? []), style, isStrong);
    const picture = view[kind](size, x, y, isAlpha);
    const places = picture.places;
    return { ...fromFigure(picture), places };
  } finally {
    view.free();
  }
}

/** What keeps datasets from being compared. */
export function comparabilityOf(candidates: readonly Candidate[]): readonly Refusal[] {
  return comparability(candidates) as Refusal[];
}

/** Whether a measure goes with a score; the two in the same order of models. */
export function relationOf(measure: readonly number[], score: readonly number[]): Relation {
  return relation(Float64Array.from(measure), Float64Array.from(score)) as Relation;
}

/** What so many models can show at most. */
export function caveatOf(models: number): Refusal {
  return models_caveat(models) as Refusal;
}

/** |α − 1|. */
export function distanceFromOne(alphas: readonly number[]): number[] {
  return [...distance_from_one(Float64Array.from(alphas))];
}
