/** What the page asks of the service worker. */
export type Asked =
  /** Whether all of these files are in its version; the answer, a boolean, comes through the port. */
  | { type: "holds"; urls: readonly string[] }
  /** To be the one that answers from now on, in the place of an older version. */
  | { type: "take-over" }
  /** To forget what older versions have left. */
  | { type: "tidy" };
