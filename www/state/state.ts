import type { Engine as EngineChoice, EngineInfo, Preparation, Weight } from "../engine/types";
import type { Dataset } from "./dataset";
import type { Failure } from "./failure";
import type { Score } from "./scores";
import type { Theme, ThemeChoice } from "./theme";
import type { RankWindow } from "./window";

export interface Settings {
  readonly engine: EngineChoice;
  /** 0: one for each logical processor. */
  readonly workers: number;
  readonly theme: ThemeChoice;
}

/** As α-ReQ takes features. */
export const standardPreparation: Preparation = {
  centred: true,
  unit_rows: false,
  standardized: false,
};

/** What is drawn over the spectrum on demand. */
export interface Overlays {
  /** The noise edge, and the spectrum of pure noise. */
  readonly nulls: boolean;
  /** A window whose line is drawn though it is not the one in view. */
  readonly pointed: RankWindow | null;
}

export interface State {
  readonly engine: EngineInfo | null;
  /** Why the page cannot work at all in this browser. */
  readonly bootFailure: Failure | null;
  readonly datasets: readonly Dataset[];
  /** Those that came since nothing was waiting: what progress is of. */
  readonly batch: readonly number[];
  readonly selected: number | null;
  /** One window for all datasets, so that their exponents compare like with like. */
  readonly window: RankWindow;
  /** How much each rank counts, for all datasets alike. */
  readonly weight: Weight;
  /** What is done to the features first, for all datasets alike. */
  readonly preparation: Preparation;
  /** Leading components that are left out. */
  readonly dropped: number;
  readonly overlays: Overlays;
  /** Whether each spectrum is divided by its sum where several are in one picture. */
  readonly bySum: boolean;
  readonly settings: Settings;
  /** What the operating system asks for. */
  readonly systemTheme: Theme;
  /** Several files that came at once, in groups that may each be one matrix: the person says whether they are. */
  readonly question: readonly (readonly File[])[] | null;
  /** What models score at something else. */
  readonly scores: readonly Score[] | null;
  /** The address of the lesson in view; null where the analyzer is. */
  readonly lesson: string | null;
  /** The address of the analyzer, for the way back from lessons. */
  readonly analyzer: string;
  /** Something went wrong outside any dataset. */
  readonly notice: Failure | null;
  /** The latest event in words, for screen readers. */
  readonly announcement: string;
}

export type PageState = "empty" | "running" | "choosing" | "done" | "error" | "cancelled";

/** What the page as a whole is doing: it is "running" until the last waiting dataset is through. */
export function pageState(state: State): PageState {
  if (state.bootFailure) return "error";
  if (state.datasets.some(isPending)) return "running";
  const status = selectedDataset(state)?.status;
  return status === undefined || status === "waiting" ? "empty" : status;
}

/** Whether it is yet to be read, or just now. */
export function isPending({ status }: Dataset): boolean {
  return status === "running" || status === "waiting";
}

export function theme({ settings, systemTheme }: State): Theme {
  return settings.theme === "system" ? systemTheme : settings.theme;
}

export function selectedDataset(state: State): Dataset | null {
  return state.datasets.find(({ id }) => id === state.selected) ?? null;
}

/** The dataset that the engine works on: reading its rows, or computing what follows the first answer. */
export function runningDataset(state: State): Dataset | null {
  return state.datasets.find(({ status, studying }) => status === "running" || studying) ?? null;
}
