import type {
  Analysis,
  ArrayInfo,
  Asked,
  Engine,
  Outcome,
  Progress,
  SourceInfo,
  Study,
  StudyProgress,
  Weight,
  WindowReport,
} from "../engine/types";
import type { Failure } from "./failure";
import { nameOfParts, shownName } from "./files";
import type { RankWindow } from "./window";

export type Status = "waiting" | "running" | "choosing" | "done" | "error" | "cancelled";

/** One matrix that was given to the page: its files, how far it has got, and what came out. */
export interface Dataset {
  readonly id: number;
  /** What it is called: the name of its files, unless the person gave it another. */
  readonly name: string;
  /** The number of its style among other spectra. */
  readonly style: number;
  /** Whether it is left out of the pictures of several. */
  readonly isHidden: boolean;
  /** Its layer, epoch or step, where the person has said it; null where that is left to its name. */
  readonly place: number | null;
  /** Where results without features came from, and the window that they are of; null where there are files. */
  readonly returned: { from: "link" | "report"; window: RankWindow; weight: Weight } | null;
  /** Handles, not contents: a run reads the files anew. */
  readonly files: readonly File[];
  readonly status: Status;
  /** The array of the files that is read; null where that need not be said, or is not known yet. */
  readonly array: string | null;
  /** The arrays to choose from, where there are several. */
  readonly arrays: readonly ArrayInfo[] | null;
  /** What the person says of files that may hold no features but what was made of them. */
  readonly asked: Asked;
  /** Which question is open while it is "choosing": which array is meant, or what the matrix is. */
  readonly question: "array" | "matrix";
  /** What this dataset does with rows that hold NaN or infinity. */
  readonly nonFinite: "refuse" | "skip";
  /** Whether rows at unit length are summed beside the others, whatever it costs. */
  readonly unitRows: "auto" | "always";
  /** The engine that was chosen for the run under way or the last one. */
  readonly engine: Engine;
  readonly info: SourceInfo | null;
  /** Bytes so far of a file that has to be read from its beginning before its rows can be. */
  readonly unpacked: { done: number; total: number } | null;
  readonly progress: Progress | null;
  /** How much of the eigenvalues is computed, from 0 to 1, once that takes a while. */
  readonly solved: number | null;
  /** All that the last run knows; stays until a new run replaces it. */
  readonly study: Study | null;
  /** How far the spectra have got that follow the first answer, while they are computed. */
  readonly studying: StudyProgress | null;
  /** The spectrum of the features as they are prepared in view, with all that is known of it by now. */
  readonly analysis: Analysis | null;
  /** Why there is none though there is a study. */
  readonly withheld: Failure | null;
  /** The spectrum of the rows read so far, while the rest streams. */
  readonly provisional: Analysis | null;
  /** α of that spectrum in the window in view. */
  readonly outcome: Outcome | null;
  /** All that the Report says of it there, of the dataset in view alone. */
  readonly report: WindowReport | null;
  readonly failure: Failure | null;
}

/** Nothing is said. */
export const nothingAsked: Asked = { given: null, n: null, d: null, centred: null };

/** What of a dataset is how it is shown, and the person's own. */
export type Adornment = Pick<Dataset, "name" | "style" | "isHidden" | "place">;

export function newDataset(id: number, files: readonly File[], style: number): Dataset {
  return {
    id,
    name: givenName(files),
    style,
    isHidden: false,
    place: null,
    returned: null,
    files,
    status: "waiting",
    array: null,
    arrays: null,
    asked: nothingAsked,
    question: "array",
    nonFinite: "refuse",
    unitRows: "auto",
    engine: "auto",
    info: null,
    unpacked: null,
    progress: null,
    solved: null,
    study: null,
    studying: null,
    analysis: null,
    withheld: null,
    provisional: null,
    outcome: null,
    report: null,
    failure: null,
  };
}

/** What a dataset is called by its files. */
export function givenName(files: readonly File[]): string {
  const [first] = files;
  if (!first) return "";
  return files.length > 1 ? nameOfParts(files) : shownName(first);
}

/** The smallest number of a style that none of them has. */
export function freeStyle(datasets: readonly Dataset[]): number {
  const taken = new Set(datasets.map(({ style }) => style));
  let style = 0;
  while (taken.has(style)) style += 1;
  return style;
}

/** The dataset as it is in a window. */
export function withOutcome(
  dataset: Dataset,
  { first, last }: RankWindow,
  weight: Weight,
): Dataset {
  const outcome = shownAnalysis(dataset)?.outcome(first, last, weight) ?? null;
  return { ...dataset, outcome, report: null };
}

/** The dataset in view as it is in a window. */
export function withReport(dataset: Dataset, { first, last }: RankWindow, weight: Weight): Dataset {
  const report = shownAnalysis(dataset)?.view(first, last, weight) ?? null;
  return { ...dataset, outcome: report, report };
}

/** How much of a run's present stage is done, from 0 to 1. */
export function partOf({ progress, unpacked, solved }: Dataset): number {
  if (solved !== null) return solved;
  if (!progress) return unpacked?.total ? unpacked.done / unpacked.total : 0;
  return progress.stage === "reading" && progress.rowsTotal > 0
    ? progress.rows / progress.rowsTotal
    : 1;
}

/** The spectrum to show: while a run streams, that of the rows so far. */
export function shownAnalysis(dataset: Dataset): Analysis | null {
  return dataset.provisional ?? dataset.analysis;
}
