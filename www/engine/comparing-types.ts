/** What is said of several datasets; mirrors `crate/src/compare/` and `crate/src/plot/{spectra,dots}.rs`. */

import type { Analysis, Figure, Preparation } from "./types";

/** How a spectrum is drawn among others. */
export interface LineStyle {
  /** `#rrggbb` */
  colour: string;
  /** Lengths of strokes and gaps in CSS pixels; none for a line drawn through. */
  strokes: number[];
}

/** A spectrum among others. */
export interface SpectraLine {
  analysis: Analysis;
  /** The number of its style. */
  style: number;
  /** It is the one in view. */
  isStrong: boolean;
}

export interface SpectraOptions {
  width: number;
  height: number;
  theme: "light" | "dark";
  /** Whether each is divided by its sum. */
  bySum: boolean;
}

/** The picture of several spectra. */
export interface SpectraFigure extends Figure {
  /** Of each spectrum the points that are drawn: rank, pixel x and pixel y, one after another. */
  traces: Float64Array[];
  /** Pixel x of rank k is ranks_x[k − 1]. */
  ranks_x: Float64Array;
}

/** A dataset as a dot. */
export interface Dot {
  name: string;
  x: number;
  y: number;
  /** On the vertical axis. */
  interval: readonly [number, number] | null;
  /** The number of its style. */
  style: number;
  isStrong: boolean;
}

export interface DotsOptions {
  width: number;
  height: number;
  theme: "light" | "dark";
  kind: "trend" | "scatter";
  /** What the axes show. */
  x: string;
  y: string;
  /** Whether the measure is α. */
  isAlpha: boolean;
}

export interface DotsFigure extends Figure {
  /** Pixels x and y of each dot, one after another. */
  places: Float64Array;
}

/** What has to be alike for two α to be compared. */
export interface Candidate {
  name: string;
  n: number | null;
  d: number | null;
  preparation: Preparation;
  dropped_components: number;
  /** The ranks that α was fitted over; null where there is none. */
  window: [number, number] | null;
}

/** A coefficient with its 95 % interval. */
export interface Estimate {
  value: number;
  low: number | null;
  high: number | null;
}

/** Whether a measure goes with a score. */
export interface Relation {
  /** Models that have both. */
  models: number;
  spearman: Estimate | null;
  kendall: Estimate | null;
}
