import type {
  Analysis,
  ArrayInfo,
  Asked,
  Engine,
  Progress,
  SourceInfo,
  Study,
  StudyProgress,
  WindowReport,
} from "../engine/types";
import type { Failure } from "./failure";

export type Status = "waiting" | "running" | "choosing" | "done" | "error" | "cancelled";

/** One matrix that was given to the page: its files, how far it has got, and what came out. */
export interface Dataset {
  readonly id: number;
  readonly name: string;
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
  /** What the Report says of the spectrum in view, in the window in view. */
  readonly outcome: WindowReport | null;
  readonly failure: Failure | null;
}

/** Nothing is said. */
export const nothingAsked: Asked = { given: null, n: null, d: null, centred: null };

export function newDataset(id: number, name: string, files: readonly File[]): Dataset {
  return {
    id,
    name,
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
    study: null,
    studying: null,
    analysis: null,
    withheld: null,
    provisional: null,
    outcome: null,
    failure: null,
  };
}

/** The spectrum to show: while a run streams, that of the rows so far. */
export function shownAnalysis(dataset: Dataset): Analysis | null {
  return dataset.provisional ?? dataset.analysis;
}
