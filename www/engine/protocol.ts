/** The messages between the page and its workers. */

/** From the page to a worker. The first message is always `start`. */
export type Request =
  | { type: "start"; module: WebAssembly.Module }
  /** Take part in a plan: one band, whose chunks follow. */
  | { type: "join"; plan: unknown; band: number; files: File[] }
  | { type: "chunks"; chunks: number[] }
  /** Send a spectrum of the rows so far. */
  | { type: "provisional" }
  /** There are no more chunks: send the total. */
  | { type: "finish" }
  /** Merge the totals of all workers and compute the eigenvalues of all rows. Whoever gets this keeps what it has for the tasks that follow. */
  | { type: "gather"; plan: unknown; totals: Float64Array<ArrayBuffer>[]; skip: boolean }
  /** Send the blocks of rows that were summed, one by one. */
  | { type: "give" }
  /** Add a block of another worker to those that were gathered. */
  | { type: "block"; index: number; words: Float64Array<ArrayBuffer> }
  /** Send the numbers that need no spectrum. */
  | { type: "beside" }
  /** Make the matrix of a task. */
  | { type: "matrix"; task: unknown }
  /** Compute the eigenvalues of such a matrix. */
  | { type: "solve"; task: unknown; matrix: Float64Array<ArrayBuffer> };

/** From a worker to the page. */
export type Reply =
  | { type: "chunk"; rows: number; bytes: number }
  /** `decomposed` is undefined where the rows so far have no spectrum. */
  | { type: "provisional"; decomposed: unknown; milliseconds: number }
  | { type: "total"; words: Float64Array<ArrayBuffer> }
  | { type: "decomposed"; decomposed: unknown }
  | { type: "block"; index: number; words: Float64Array<ArrayBuffer> }
  /** There are no more blocks to give. */
  | { type: "given" }
  | { type: "beside"; beside: unknown }
  | { type: "matrix"; task: unknown; matrix: Float64Array<ArrayBuffer> }
  | { type: "solved"; task: unknown; solved: unknown }
  | { type: "refused"; code: string; message: string };
