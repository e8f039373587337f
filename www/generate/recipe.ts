/** What can be made: mirrors `crate/src/synth/mod.rs`. */

export type Law =
  | { "power-law": { alpha: number } }
  | { broken: { head: number; knee: number; tail: number } }
  | { exponential: { ranks: number } }
  | { spiked: { spikes: number; height: number } }
  | "white";

export interface Recipe {
  law: Law;
  rows: number;
  columns: number;
  noise: number;
  mean: number;
  rotated: boolean;
  number: "float16" | "float32" | "float64";
  seed: number;
}

/** From the page to the worker that makes a file. */
export interface Order {
  module: WebAssembly.Module;
  recipe: Recipe;
}

/** From that worker. */
export type Made =
  | { type: "piece"; piece: Uint8Array<ArrayBuffer>; part: number }
  | { type: "whole"; name: string }
  | { type: "refused"; code: string; message: string };
