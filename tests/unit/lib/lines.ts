/** Datasets as they go out in files, with numbers that a test can reckon with. */

import type { Analysis, Outcome, Weight } from "../../../www/engine/types";
import type { Shown, ShownLine } from "../../../www/share/shown";
import { standardPreparation } from "../../../www/state/state";

export interface Made {
  name?: string;
  style?: number;
  alpha?: number | null;
  /** Ends of the interval. */
  interval?: [number, number] | null;
  isNear?: boolean;
  clippedFrom?: [number, number] | null;
  first?: number;
  last?: number;
  n?: number | null;
  d?: number | null;
  r2?: number;
  rankme?: number | null;
  metrics?: object;
  eigenvalues?: readonly number[];
  usable?: number;
  brought?: readonly number[] | null;
  preparation?: object;
  dropped?: number;
  place?: number | null;
  isStrong?: boolean;
  isHidden?: boolean;
  python?: string;
  report?: object;
}

export function line(made: Made = {}): ShownLine {
  const { name = "x.npy", alpha = 1.25, interval = null, eigenvalues = [4, 2, 1] } = made;
  const { first = 11, last = 100, r2 = 0.99, metrics = {} } = made;
  const fit = { alpha, first, last, r2, weight: "1/k", clipped_from: made.clippedFrom ?? null };
  const outcome = {
    fit: alpha === null ? null : fit,
    uncertainty: interval && { low: interval[0], high: interval[1] },
    is_near: made.isNear ?? false,
  } as unknown as Outcome;
  const facts = {
    n: made.n === undefined ? 160 : made.n,
    d: made.d === undefined ? 128 : made.d,
    usable_ranks: made.usable ?? eigenvalues.length,
    preparation: { ...standardPreparation, ...made.preparation },
    dropped_components: made.dropped ?? 0,
    provisional: false,
    uncentred: { rankme: made.rankme === undefined ? 20 : made.rankme },
    metrics: {
      participation_ratio: 8.28,
      effective_rank_centred_variance: 12.5,
      stable_rank: 3,
      ...metrics,
    },
  };
  const analysis = {
    facts,
    eigenvalues: Float64Array.from(eigenvalues),
    brought: made.brought ? Uint32Array.from(made.brought) : null,
    outcome: () => outcome,
    report: (from: number, to: number, weight: Weight) => ({
      name: "the file's own",
      window: [from, to],
      weight,
      ...made.report,
    }),
    python: () => made.python,
  } as unknown as Analysis;
  const { style = 0, isStrong = false, isHidden = false, place = null } = made;
  return { name, style, analysis, outcome, isStrong, isHidden, place };
}

export function shown(lines: readonly ShownLine[], changes: Partial<Shown> = {}): Shown {
  return {
    lines,
    axis: "place",
    window: { first: 11, last: 100 },
    weight: "1/k",
    overlays: { nulls: false, pointed: null },
    bySum: true,
    ...changes,
  };
}
