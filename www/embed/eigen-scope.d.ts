/** `<eigen-scope>`: Eigenscope inside another page. docs/embed.md of the project says all of it in words. */

/** A window of ranks: whole numbers from 1 on, both ends included. */
export interface RankWindow {
  first: number;
  last: number;
}

export interface AnalyzeProgress {
  stage: "waiting" | "unpacking" | "reading" | "eigenvalues" | "study" | "question";
  done: number;
  total: number;
}

export interface AnalyzeOptions {
  /** What the dataset is called; a File has a name of its own. */
  name?: string;
  /** The ranks that α is fitted over; 11 to 100 where none are said. */
  window?: RankWindow;
  /** How much each rank counts; "1/k" where nothing is said. */
  weights?: "1/k" | "none" | "log-binned";
  /** The array to read, where a file holds several. */
  array?: string;
  /** Ends the analysis. */
  signal?: AbortSignal;
  onProgress?: (progress: AnalyzeProgress) => void;
}

/** The Report, as docs/report.schema.json describes it; here is what most people want of it. */
export interface Report {
  version: number;
  name: string;
  /** null where what was given does not say it. */
  n: number | null;
  d: number | null;
  /** Largest first. */
  eigenvalues: number[];
  /** null where a line cannot be fitted; `reason` says why. */
  fit: { alpha: number; first: number; last: number; r2: number; [more: string]: unknown } | null;
  reason: { code: string; message: string } | null;
  /** The jackknife's interval of α. */
  uncertainty: {
    standard_error: number;
    low: number;
    high: number;
    [more: string]: unknown;
  } | null;
  [more: string]: unknown;
}

/** What `analyze` rejects with. Its name is "AbortError" where the signal ended it. */
export interface EigenScopeError extends Error {
  readonly code: string;
}

export interface EigenScopeElement extends HTMLElement {
  /**
   * Computes the Report of a file's bytes, in the frame, which shows it too. An ArrayBuffer is handed over, and is empty afterwards. Rejects with an
   * {@link EigenScopeError}.
   */
  analyze(data: ArrayBuffer | Blob, options?: AnalyzeOptions): Promise<Report>;
}

declare global {
  interface HTMLElementTagNameMap {
    "eigen-scope": EigenScopeElement;
  }
  interface HTMLElementEventMap {
    report: CustomEvent<{ name: string; report: Report }>;
  }
}
