/** The page's only way to the core: start it, analyze files, draw. */

import { default_first, default_last, initSync, version } from "../wasm/eigenscope.js";
import { runAnalysis } from "./analyze";
import { chooseVariant, compileVariant } from "./core";
import gpuUrl from "./gpu.ts?worker&url";
import { groupFiles } from "./open";
import { Pool } from "./pool";
import readerUrl from "./reader.ts?worker&url";
import { trustedScriptUrl } from "./trusted";
import {
  AnalysisError,
  type AnalysisEvents,
  type AnalysisOptions,
  type EngineInfo,
  type Study,
} from "./types";
import workerUrl from "./worker.ts?worker&url";

export { emptyPlot } from "./analysis";
export {
  caveatOf,
  comparabilityOf,
  distanceFromOne,
  dotsPlot,
  lineStyle,
  relationOf,
  spectraPlot,
} from "./comparing";
export { safeSvg } from "./trusted";
export * from "./types";

let pool: Pool | undefined;

/** Aborted when there is something to do for a person. */
const rest = new AbortController();

/** The window of the first fit: the authors' own. Known once the core is there. */
export const defaultWindow = { first: 11, last: 100 };

/** Loads the core. After this, nothing more is fetched: workers start from what is here. */
export async function boot(): Promise<EngineInfo> {
  const variant = chooseVariant();
  const [module, worker] = await Promise.all([compileVariant(variant.url), fetchWorker()]);
  initSync({ module });
  defaultWindow.first = default_first();
  defaultWindow.last = default_last();
  pool = new Pool(trustedScriptUrl(worker), module, { gpu: gpuUrl, reader: readerUrl });
  return { variant: variant.name, workers: navigator.hardwareConcurrency || 1, version: version() };
}

/** The worker's code as a blob URL: a worker from a blob inherits this page's policy, one from a plain address does not. */
async function fetchWorker(): Promise<string> {
  const response = await fetch(workerUrl);
  if (!response.ok) {
    throw new AnalysisError(
      "not_loaded",
      `A part of this page could not be loaded (${response.status}). Reload the page.`,
    );
  }
  const code = new Blob([await response.text()], { type: "text/javascript" });
  return URL.createObjectURL(code);
}

/** From now on the page cannot send or fetch anything: policies only ever add up. */
export function seal(): void {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "connect-src 'none'";
  document.head.append(policy);
}

/** Files in groups, of which each is one matrix, as their paths and sizes say: their places among those given, in natural order. */
export function group(paths: string[], bytes: number[]): Promise<number[][]> {
  return groupFiles(readyPool(), paths, bytes);
}

/**
 * Analyzes one matrix, in one file or in several parts of it.
 *
 * Rejects with an {@link AnalysisError}, or with the signal's reason as soon as it aborts.
 */
export async function analyze(
  files: readonly File[],
  options: AnalysisOptions,
  events: AnalysisEvents,
  signal: AbortSignal,
): Promise<Study> {
  const ready = readyPool();
  rest.abort();
  return runAnalysis(ready, files, options, events, signal);
}

/** The same of features that nobody waits for: it ends as soon as others are to be analyzed, and rejects where they were before. */
export async function rehearse(features: File, options: AnalysisOptions): Promise<Study> {
  const { signal } = rest;
  const study = await runAnalysis(readyPool(), [features], options, {}, signal);
  await study.complete(study.usual, () => {}, signal);
  return study;
}

function readyPool(): Pool {
  if (pool) return pool;
  throw new AnalysisError("not_loaded", "The page is still loading. Try again in a moment.");
}
