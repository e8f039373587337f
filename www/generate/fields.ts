/** The fields of the panel: which there are, from where to where each goes, and what it says. */

import type { Law, Recipe } from "./recipe";

export interface Field {
  name: string;
  label: string;
  /** A few words under the label, where it needs them. */
  hint?: string;
  min: number;
  max: number;
  /** 1 for whole numbers. */
  step: 1 | "any";
  start: number;
}

export type LawName = "power-law" | "broken" | "exponential" | "spiked" | "white";

export const laws: Record<LawName, { label: string; fields: Field[] }> = {
  "power-law": {
    label: "Power law",
    fields: [{ name: "alpha", label: "Exponent α", min: 0, max: 4, step: "any", start: 1 }],
  },
  broken: {
    label: "Two power laws that meet",
    fields: [
      { name: "head", label: "Exponent up to the knee", min: 0, max: 4, step: "any", start: 0.5 },
      { name: "knee", label: "Rank of the knee", min: 2, max: 10_000, step: 1, start: 20 },
      { name: "tail", label: "Exponent after it", min: 0, max: 4, step: "any", start: 1.2 },
    ],
  },
  exponential: {
    label: "Exponential",
    fields: [
      { name: "ranks", label: "Ranks to fall to 1/e", min: 1, max: 10_000, step: "any", start: 20 },
    ],
  },
  spiked: {
    label: "Spikes over noise",
    fields: [
      { name: "spikes", label: "Spikes", min: 1, max: 32, step: 1, start: 3 },
      {
        name: "height",
        label: "Their variance",
        hint: "The noise has 1.",
        min: 1,
        max: 10_000,
        step: "any",
        start: 10,
      },
    ],
  },
  white: { label: "Noise (Marchenko–Pastur)", fields: [] },
};

export const size: Field[] = [
  { name: "rows", label: "Rows n", min: 2, max: 10_000_000, step: 1, start: 4096 },
  { name: "columns", label: "Columns d", min: 2, max: 16_384, step: 1, start: 512 },
];

export const additions: Field[] = [
  {
    name: "noise",
    label: "Variance of noise",
    hint: "On every feature. The signal’s first eigenvalue is 1.",
    min: 0,
    max: 100,
    step: "any",
    start: 0,
  },
  {
    name: "mean",
    label: "Size of the mean",
    hint: "Against the features’ own deviation.",
    min: 0,
    max: 100,
    step: "any",
    start: 0,
  },
];

export const seed: Field = {
  name: "seed",
  label: "Seed",
  hint: "The same gives the same file.",
  min: 0,
  max: 4_294_967_295,
  step: 1,
  start: 7,
};

export const numbers: Record<Recipe["number"], { label: string; bytes: number }> = {
  float32: { label: "float32", bytes: 4 },
  float64: { label: "float64", bytes: 8 },
  float16: { label: "float16", bytes: 2 },
};

/** The law of a name with the numbers of its fields. */
export function lawOf(name: LawName, value: (field: string) => number): Law {
  switch (name) {
    case "power-law":
      return { "power-law": { alpha: value("alpha") } };
    case "broken":
      return { broken: { head: value("head"), knee: value("knee"), tail: value("tail") } };
    case "exponential":
      return { exponential: { ranks: value("ranks") } };
    case "spiked":
      return { spiked: { spikes: value("spikes"), height: value("height") } };
    case "white":
      return "white";
  }
}
