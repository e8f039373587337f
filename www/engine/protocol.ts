/** The messages between the page and its workers. */

/** From the page to a worker. The first message is always `start`. */
export type Request =
  | { type: "start"; module: WebAssembly.Module }
  /** Take part in a plan: one band, whose chunks follow. */
  | { type: "join"; plan: unknown; band: number; files: File[] }
  | { type: "chunks"; chunks: number[] }
  /** Send a spectrum of the rows so far. */
  | { type: "provisional" }
  /** There are no more chunks: send the moments. */
  | { type: "finish" }
  /** Merge the moments of all workers and compute the spectrum. */
  | { type: "gather"; plan: unknown; moments: Float64Array<ArrayBuffer>[]; skip: boolean };

/** From a worker to the page. */
export type Reply =
  | { type: "chunk"; rows: number; bytes: number }
  /** `spectrum` is undefined where the rows so far have none. */
  | { type: "provisional"; spectrum: unknown; milliseconds: number }
  | { type: "moments"; words: Float64Array<ArrayBuffer> }
  | { type: "spectrum"; spectrum: unknown }
  | { type: "refused"; code: string; message: string };
