// The page's engine in Node: the TypeScript of www/engine, the shipped wasm, and workers that run the shipped scripts.
//
//   const engine = await startEngine("simd128");                  // or "relaxed"
//   const study = await engine.analyze([file("tests/data/x.npy")], { engine: "fast", workers: 3 });
//   const report = reportOf(study);                               // the first answer
//   const whole = await wholeReportOf(study);                     // with all that follows it

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, vi } from "vitest";
import { top } from "../../../scripts/setup/step.mjs";
import { MemoryFile } from "./messages.mjs";
import { endWorkers, NodeWorker } from "./worker.mjs";

/** What was said of a file that says everything itself. */
export const nothingAsked = { given: null, n: null, d: null, centred: null };

const usual = {
  engine: "exact",
  array: null,
  asked: nothingAsked,
  nonFinite: "refuse",
  workers: 2,
  unitRows: "auto",
};

export const centred = { centred: true, unit_rows: false, standardized: false };

/** The engine with one of the two variants of the core; each call makes one of its own. */
export async function startEngine(variant = "relaxed") {
  standInForBrowser();
  vi.resetModules();
  const names = { simd128: "simd128", relaxed: "relaxed-simd" };
  vi.doMock("../../../www/engine/core", async (original) => ({
    ...(await original()),
    chooseVariant: () => ({
      name: names[variant],
      url: new URL(`../../../www/wasm/${variant}.wasm`, import.meta.url).href,
    }),
  }));
  const engine = await import("../../../www/engine/index");
  const info = await engine.boot();
  if (info.variant !== names[variant]) throw new Error(`the engine runs ${info.variant}`);
  afterAll(endWorkers);
  return {
    ...engine,
    info,
    analyze: (files, options = {}, events = {}, signal = new AbortController().signal) =>
      engine.analyze(files, { ...usual, ...options }, events, signal),
  };
}

/** A file of the repository, or of bytes. */
export function file(path, bytes = readFileSync(join(top, path))) {
  return new MemoryFile(basename(path), bytes);
}

/** The Report of the first answer. */
export function reportOf(study, [first, last] = [11, 100], weight = "1/k") {
  const analysis = study.analysis(study.usual, 0);
  if (!analysis || "code" in analysis) throw Object.assign(new Error("no spectrum"), analysis);
  return analysis.report(first, last, weight);
}

/** The Report with all that follows the first answer. */
export async function wholeReportOf(study, preparation = study.usual) {
  await study.complete(preparation, () => {}, new AbortController().signal);
  const analysis = study.analysis(preparation, 0);
  if (!analysis || "code" in analysis) throw Object.assign(new Error("no spectrum"), analysis);
  return analysis.report(11, 100, "1/k");
}

/** What the engine asks of a browser, and Node has not. */
function standInForBrowser() {
  vi.stubGlobal("Worker", NodeWorker);
  vi.stubGlobal("document", {
    baseURI: "file:///",
    hidden: false,
    addEventListener() {},
    removeEventListener() {},
  });
  vi.stubGlobal("navigator", { hardwareConcurrency: 2, userAgent: "Node" });
  const { fetch: overNetwork } = globalThis;
  vi.stubGlobal("fetch", async (url, ...rest) =>
    String(url).startsWith("file:")
      ? new Response(await readFile(new URL(url)))
      : overNetwork(url, ...rest),
  );
}
