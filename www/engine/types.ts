/**
 * What the engine tells the page. The page holds no numbers of its own: everything here is computed
 * in the Rust core and mirrored field by field from `crate/src/report.rs` and `crate/src/plot/`.
 */

/** What is known of a source once its headers are read, before any row is. */
export interface SourceInfo {
  name: string;
  /** Rows and columns of the whole matrix (all shards). */
  n: number;
  d: number;
  /** NumPy's name of the type: "float16", "int32", "bool" … */
  dtype: string;
  byte_order: "little" | "big" | "none";
  /** Memory order of the array. */
  order: "C" | "F";
  /** The array's own shape, when it has more than two axes or several shards differ. */
  shape: number[];
  files: { name: string; bytes: number; rows: number }[];
  /** How they are written: "npy", "npz" … */
  format: string;
  /** The name of the array in them; empty where it is all there is. */
  array: string;
  /** Which columns of a table the features are; empty where an array is all there is. */
  columns: string;
  /** What stands beside the features, and takes no part: labels, and columns that hold no numbers. */
  labels: { name: string; dtype: string }[];
  bytes: number;
  /** All arrays of the first file, the likely one first; empty where it is all there is. */
  arrays: readonly ArrayInfo[];
}

/** An array in a file. */
export interface ArrayInfo {
  name: string;
  shape: number[];
  dtype: string;
  /** Bytes of its numbers; 0 where they cannot be read. */
  bytes: number;
  /** Whether features could be in it. */
  is_matrix: boolean;
}

/**
 * What computes the second moment: workers in 64-bit floats (`exact`) or in 32-bit floats (`fast`), a GPU in 32-bit floats (`gpu`), or exact workers unless a GPU is really
 * faster (`auto`).
 */
export type Engine = "auto" | "exact" | "fast" | "gpu";

/** A GPU, or a program that takes its place. */
export interface Adapter {
  name: string;
  backend: string;
  /** Whether it is no hardware but a program on the processor. */
  software: boolean;
}

/** What files hold: rows of features, or what was made of such elsewhere. */
export type Given =
  | "features"
  | "eigenvalues"
  | "covariance"
  | "gram_of_rows"
  | "gram_of_columns"
  | "moments"
  | "points";

/** What a person says of files that do not say it themselves; null where nothing is said. */
export interface Asked {
  given: Given | null;
  /** Rows that it was made of. */
  n: number | null;
  /** Columns that a Gram matrix of rows is of. */
  d: number | null;
  /** Whether the mean was removed. */
  centred: boolean | null;
}

export interface AnalysisOptions {
  engine: Engine;
  /** The array to read; null where that need not be said. */
  array: string | null;
  asked: Asked;
  /** What to do with rows that hold NaN or infinity. */
  nonFinite: "refuse" | "skip";
  /** Number of workers; 0 means one for each logical processor. */
  workers: number;
  /** Whether rows at unit length are summed beside the others: "auto" does where it costs no time worth speaking of. */
  unitRows: "auto" | "always";
}

export interface Progress {
  stage: "reading" | "eigenvalues";
  /** Whether a GPU takes part now. */
  onGpu: boolean;
  rows: number;
  rowsTotal: number;
  bytes: number;
  bytesTotal: number;
  bytesPerSecond: number;
  /** null until it can be told. */
  secondsLeft: number | null;
}

export interface AnalysisEvents {
  /** So many bytes were read of a file that has to be read from its beginning, before its rows can be. */
  onUnpacked?: (done: number, total: number) => void;
  onOpen?: (info: SourceInfo) => void;
  onProgress?: (progress: Progress) => void;
  /** So much of the eigenvalues is computed, from 0 to 1. Small matrices are done before there is anything to tell. */
  onSolving?: (part: number) => void;
  /** A spectrum of the rows read so far, while the rest streams. */
  onProvisional?: (analysis: Analysis) => void;
}

/** What is done to the features before their covariance is taken. */
export interface Preparation {
  centred: boolean;
  unit_rows: boolean;
  standardized: boolean;
}

/** Spectra that are computed after the first answer. */
export interface StudyProgress {
  done: number;
  total: number;
}

/** Why something is not there: a stable code and a sentence. */
export interface Refusal {
  code: string;
  message: string;
}

/** The spectra of one matrix: of all rows at once, then of parts of the rows and of features prepared in other ways. */
export interface Study {
  /**
   * The spectrum of features prepared in some way, without the first `dropped` components, with all that is known of it by now;
   * a reason where there is none, undefined where it was not computed yet.
   */
  analysis(preparation: Preparation, dropped: number): Analysis | Refusal | undefined;
  /** Whether everything that belongs to a preparation is known. */
  isComplete(preparation: Preparation): boolean;
  /** Computes what is still open for a preparation; at once where the sums were let go. */
  complete(
    preparation: Preparation,
    onProgress: (progress: StudyProgress) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Memory that the sums take, in bytes; 0 when they were let go. */
  readonly bytes: number;
  /** The preparation that comes first: as in α-ReQ, or the one that a matrix was given in. */
  readonly usual: Preparation;
  /** n, mean and covariance as an .npz file; while the sums are kept. */
  moments(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Lets go of the sums: what is known stays, nothing more can be computed. */
  release(): void;
  free(): void;
}

/** How much rank k counts in a fit. */
export type Weight = "1/k" | "none" | "log-binned";

/** The fit in view: weighted least squares of log λ on −log k. */
export interface Fit {
  alpha: number;
  log_prefactor: number;
  first: number;
  last: number;
  weight: Weight;
  /** null of a flat spectrum, where it would be 0/0. */
  r2: number | null;
  r2_weighted: number | null;
  /** The authors' R² variants: unweighted, ranks first+1 … 100 (500). null where the ranks are not there. */
  r2_100: number | null;
  r2_500: number | null;
  /** The window asked for, when it had to be clipped to the usable ranks; otherwise null. */
  clipped_from: [number, number] | null;
}

/** Functions of the eigenvalues, by the reference's names. null where a formula has no value. */
export interface Metrics {
  participation_ratio: number;
  stable_rank: number;
  effective_rank_centred_variance: number;
  rankme_eigenvalues: number | null;
  condition_number: number | null;
  first_component_share: number;
  /** Components that hold so many percent of the variance. */
  components_for: Record<"80" | "90" | "95" | "99", number> | null;
  iso_score: number | null;
  renyi2_entropy: number;
  marchenko_pastur_edge: number | null;
  eigenvalues_above_edge: number | null;
  mle_top_100: { gamma: number; alpha: number; ranks: number } | null;
}

/** Functions of features that are not centred, by the reference's names. */
export interface Uncentred {
  rankme: number | null;
  effective_rank: number | null;
  stable_rank_uncentred: number | null;
  participation_ratio_row_corrected: number | null;
  mean_cosine: number | null;
  coding_rate_unit_rows: number | null;
  self_clustering: number | null;
}

/** How far α would move with other rows: a delete-a-block jackknife. */
export interface Uncertainty {
  standard_error: number;
  low: number;
  high: number;
  confidence: number;
  blocks: number;
  without_block: number[];
}

/** How α settles as rows are added. */
export interface AlphaOfN {
  /** n and α, n ascending. */
  points: [number, number][];
  /** "settled", "still_moving" or "unknown". */
  verdict: Refusal;
}

/** A fit over one of the field's usual windows. */
export interface PresetFit extends Fit {
  standard_error: number | null;
}

/** Another description of the spectrum in the window. */
export interface Alternative {
  model: "power_law" | "power_law_with_cut_off" | "exponential" | "stretched_exponential";
  log_prefactor: number;
  alpha: number | null;
  rate: number | null;
  stretch: number | null;
  r2: number;
  bic: number;
}

/** Whether one power law describes the spectrum around the window. */
export interface SpectrumShape {
  local_slope: { ranks: number[]; slopes: number[]; bandwidth_decades: number };
  residuals: { ranks: number[]; residuals: number[] };
  curvature: {
    quadratic: number;
    first: number;
    last: number;
    slope_first: number;
    slope_last: number;
    change: number;
    change_error: number | null;
  };
  change_by_sampling: number | null;
  /** Best first. */
  alternatives: Alternative[];
  /** "one_law", "two_laws", "bent", "flat" or, where n or d is not known, "needs_n". */
  verdict: Refusal;
}

/** Two power laws against one. */
export interface TwoLaws {
  chosen: "single" | "broken";
  alpha: number;
  alpha_before: number;
  alpha_after: number;
  break_rank: number;
  bic_single: number;
  bic_broken: number;
  first: number;
  last: number;
  corrected_alpha: number | null;
}

/** α of the same features after one choice made otherwise. */
export interface Choice {
  preparation: Preparation;
  dropped_components: number;
  /** null where there is none, or it is not known yet. */
  alpha: number | null;
  change: number | null;
  reason: Refusal | null;
}

/** α in one window, and how far it may be off. */
export interface Outcome {
  fit: Fit | null;
  reason: Refusal | null;
  /** null while it is computed, and where there is a reason. */
  uncertainty: Uncertainty | null;
  uncertainty_reason: Refusal | null;
  /** How much of the spectrum α is of, where that is not all of it, and how far α of a window that was not recorded may be off, where that is known. */
  approximate: { points: number; of: number; alpha_error: number | null } | null;
  /** Whether α is of those alone: a link has brought the exact numbers of one window. */
  is_near: boolean;
}

/** All that the Report says of one window. */
export interface WindowReport extends Outcome {
  alpha_of_n: AlphaOfN | null;
  bias: Refusal | null;
  /** By name; those that the ranks do not reach are left out. */
  fits: Record<string, PresetFit>;
  /** Over which range α runs, in the windows whose ends lie where the field's do. */
  windows_verdict: Refusal;
  /** What pure noise of this n and d gives in this window: the mean over draws and their standard deviation. */
  noise: { alpha: number; deviation: number } | null;
  spectrum_shape: SpectrumShape | null;
  two_laws: TwoLaws | null;
  density: { gamma: number; alpha: number; x_min: number; ranks: number; ks: number } | null;
  exponential_decay: number | null;
  choices: Choice[];
  /** The reading in words, in the order in which a careful reader asks. */
  reading: Refusal[];
}

export interface Facts {
  name: string;
  /** null where what was given does not say it, and nobody has. */
  n: number | null;
  d: number | null;
  /** What the files hold. */
  given: Given;
  /** How the files are written: "npy", "npz" … */
  format: string;
  /** The name of the array in them; empty where it is all there is. */
  array: string;
  /** Which columns of a table the features are; empty where an array is all there is. */
  columns: string;
  /** What stands beside the features, and takes no part: labels, and columns that hold no numbers. */
  labels: { name: string; dtype: string }[];
  dtype: string;
  order: "C" | "F";
  precision: "exact" | "fast";
  /** What computed the second moment: "cpu", or "webgpu" where a GPU took part. */
  engine: "cpu" | "webgpu";
  /** The GPU that took part. */
  adapter: Adapter | null;
  /** Rows whose products the GPU took. */
  gpu_rows: number;
  /** Why it was this engine. */
  engine_reason: Refusal;
  /** The instruction set of its kernels: "wasm relaxed-simd". */
  instruction_set: string;
  /** Workers that shared the work. */
  workers: number;
  /** "covariance" (d×d), "dual" (n×n, where n < d) or "given" (no products were taken). */
  method: "covariance" | "dual" | "given";
  rank_ceiling: number;
  usable_ranks: number;
  floor: number;
  total_variance: number;
  /** null where what was given does not tell. */
  zero_variance_columns: number | null;
  skipped_rows: number;
  metrics: Metrics;
  /** Numbers of the features as they are, not centred; null where they are not known (yet). */
  uncentred: Uncentred;
  /** What was done to the features first. */
  preparation: Preparation;
  dropped_components: number;
  /** True while rows still stream. */
  provisional: boolean;
  /** Sentences the reader should know (clipped, skipped rows, constant columns, n < d …), each with a stable code. */
  notes: { code: string; message: string }[];
}

export interface PlotOptions {
  /** CSS pixels. */
  width: number;
  height: number;
  theme: "light" | "dark";
  first: number;
  last: number;
  weight: Weight;
  /** What is drawn over the spectrum on demand. */
  overlays?: { nulls: boolean; pointed: { first: number; last: number } | null };
}

/** Size, colours and window of a figure. */
export interface FigureOptions {
  width: number;
  height: number;
  theme: "light" | "dark";
  first: number;
  last: number;
  weight: Weight;
}

/** An SVG picture of something that was computed. */
export interface Figure {
  svg: string;
  frame: { left: number; top: number; right: number; bottom: number };
  /** One sentence that says what the picture shows, for screen readers. */
  summary: string;
}

/** A window of the map, where its cell is in CSS pixels, and what the line over it is like. */
export interface MapCell {
  first: number;
  last: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  alpha: number;
  r2: number | null;
  curvature: number | null;
}

export type MapView = "alpha" | "r2" | "curvature";

export interface HeatMap extends Figure {
  cells: MapCell[];
}

/** An SVG picture and the map between its pixels (CSS pixels of the size asked for) and the data. */
export interface Plot {
  svg: string;
  /** The same as documents that lie over each other, the lowest first: what the window has no part in is one of its own. */
  layers: readonly string[];
  /** Pixel box of the data area. */
  frame: { left: number; top: number; right: number; bottom: number };
  /** Pixel x of rank k is ranks_x[k − 1]; pixel y of λ_k is ranks_y[k − 1] (NaN where λ_k ≤ 0 is not drawn). */
  ranks_x: Float64Array;
  ranks_y: Float64Array;
  /** One sentence that says what the picture shows, for screen readers. */
  summary: string;
}

/** A finished (or provisional) spectrum. Lives in the page's wasm; call `free()` when it is dropped. */
export interface Analysis {
  readonly facts: Facts;
  /** Eigenvalues, largest first, length d. */
  readonly eigenvalues: Float64Array;
  /** The ranks that a link has brought, the others being interpolated; null where all are known. */
  readonly brought: Uint32Array | null;
  plot(options: PlotOptions): Plot;
  /** Every window by its ends. */
  mapPlot(options: FigureOptions & { view: MapView }): HeatMap;
  /** α against n; undefined where it is not known. */
  alphaOfNPlot(options: FigureOptions): Figure | undefined;
  localSlopePlot(options: FigureOptions): Figure | undefined;
  residualsPlot(options: FigureOptions): Figure | undefined;
  /** What the Report says of a window, without the eigenvalues. */
  view(first: number, last: number, weight: Weight): WindowReport;
  /** The part of that which is of many spectra at once. */
  outcome(first: number, last: number, weight: Weight): Outcome;
  /** The whole Report, as the command prints it with --json. */
  report(first: number, last: number, weight: Weight): unknown;
  /** A NumPy script that gives the α of this window, or undefined where there is none. */
  python(first: number, last: number, weight: Weight): string | undefined;
  free(): void;
}

/** Every refusal: a stable code and a sentence (what, where, what to do). */
export class AnalysisError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "AnalysisError";
  }
}

/** Several arrays of a file could be meant. */
export class ChoiceError extends AnalysisError {
  constructor(
    code: string,
    message: string,
    /** The likely one first. */
    readonly arrays: readonly ArrayInfo[],
  ) {
    super(code, message);
  }
}

/** A symmetric matrix, of which only a person knows what it is. */
export class MatrixError extends AnalysisError {}

/** What the engine is, for the header line. */
export interface EngineInfo {
  /** "relaxed-simd" or "simd128". */
  variant: string;
  workers: number;
  version: string;
}
