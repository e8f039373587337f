import { html, type TemplateResult } from "lit";
import type { Analysis } from "../engine/types";
import type { Dataset } from "../state/dataset";
import { distinctNames } from "../state/names";
import { decimals, share, significant } from "./format";
import { term } from "./term";
import type { TermName } from "./terms";

/** A dataset that has a spectrum. */
export interface Compared {
  dataset: Dataset;
  analysis: Analysis;
  /** What of its name tells it from the others. */
  short: string;
}

/** A number that datasets are compared by. */
export interface Measure {
  /** In plain words, for axes and menus. */
  label: string;
  /** As it stands in a heading. */
  heading: TemplateResult;
  of: (one: Compared) => number | null;
  shown: (value: number) => string;
}

export type MeasureName = keyof typeof measures;

export const measures = {
  alpha: {
    label: "α",
    heading: html`<i class="symbol">α</i>`,
    of: ({ dataset }) => dataset.outcome?.fit?.alpha ?? null,
    shown: (value) => decimals(value),
  },
  r2: {
    label: "R²",
    heading: term("r2"),
    of: ({ dataset }) => dataset.outcome?.fit?.r2 ?? null,
    shown: (value) => share(value),
  },
  rankme: ofFacts("rankme", "RankMe", ({ facts }) => facts.uncentred.rankme),
  participation: ofFacts(
    "participation_ratio",
    "participation ratio",
    ({ facts }) => facts.metrics.participation_ratio,
  ),
  effective: ofFacts(
    "effective_rank_centred_variance",
    "effective rank",
    ({ facts }) => facts.metrics.effective_rank_centred_variance,
  ),
  stable: ofFacts("stable_rank", "stable rank", ({ facts }) => facts.metrics.stable_rank),
} satisfies Record<string, Measure>;

function ofFacts(
  name: TermName,
  label: string,
  of: (analysis: Analysis) => number | null,
): Measure {
  return {
    label,
    heading: term(name, label),
    of: ({ analysis }) => of(analysis),
    shown: (value) => significant(value),
  };
}

/** Those that have a spectrum, in the order of the list. */
export function comparedOf(datasets: readonly Dataset[]): Compared[] {
  const found = datasets.flatMap((dataset) => {
    const { analysis } = dataset;
    return analysis ? [{ dataset, analysis }] : [];
  });
  const names = distinctNames(found.map(({ dataset }) => dataset.name));
  return found.map((one, index) => ({ ...one, short: names[index] ?? one.dataset.name }));
}
