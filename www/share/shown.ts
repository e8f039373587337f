/** What the page shows, as it goes out in files. */

import type { Analysis, Outcome, Weight } from "../engine/types";
import { orderOf } from "../state/order";
import { type Overlays, selectedDataset } from "../state/state";
import type { RankWindow } from "../state/window";
import type { Workspace } from "../state/workspace";
import { convention } from "../view/choices";
import { comparedOf } from "../view/measures";

/** A dataset that has a spectrum. */
export interface ShownLine {
  name: string;
  /** The number of its style among other spectra. */
  style: number;
  analysis: Analysis;
  /** α in the window in view. */
  outcome: Outcome;
  /** It is the one in view. */
  isStrong: boolean;
  /** It is left out of the pictures of several. */
  isHidden: boolean;
  /** Its layer, epoch or step, where that is known. */
  place: number | null;
}

export interface Shown {
  /** In the order of the list. */
  lines: readonly ShownLine[];
  /** What the places are: "layer", "epoch", "step" … */
  axis: string;
  /** As it was asked for. */
  window: RankWindow;
  weight: Weight;
  overlays: Overlays;
  /** Whether each spectrum is divided by its sum where several are in one picture. */
  bySum: boolean;
}

/** All of it, in the window of now: while that is dragged, the workspace lags behind for all but the dataset in view. */
export function shownBy({ state }: Workspace): Shown {
  const { datasets, window, weight, overlays, bySum } = state;
  const selected = selectedDataset(state);
  const compared = comparedOf(datasets).filter(({ analysis }) => !analysis.facts.provisional);
  const { axis, places } = orderOf(compared.map(({ dataset }) => dataset));
  const lines = compared.map(({ dataset, analysis }) => ({
    name: dataset.name,
    style: dataset.style,
    analysis,
    outcome: analysis.outcome(window.first, window.last, weight),
    isStrong: dataset.id === selected?.id,
    isHidden: dataset.isHidden,
    place: places.get(dataset.id) ?? null,
  }));
  return { lines, axis, window, weight, overlays, bySum };
}

/** What goes into a picture: the one in view, or all but those that are left out of pictures. */
export function pictured(shown: Shown, kind: "spectrum" | "spectra"): Shown {
  const lines = shown.lines.filter(({ isStrong, isHidden }) =>
    kind === "spectrum" ? isStrong : !isHidden,
  );
  return { ...shown, lines };
}

/** How the features were prepared, also where that is as usual. */
export function preparationOf({ facts }: Analysis): string {
  return convention(facts.preparation, facts.dropped_components) || "centred";
}

/** How much each rank counts in a fit. */
export const weightWords: Record<Weight, string> = {
  "1/k": "weights 1/k",
  none: "all ranks alike",
  "log-binned": "log-binned",
};
