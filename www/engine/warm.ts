/**
 * A first analysis that nobody has asked for, while the page rests. A browser compiles a function of the wasm when it is first called, and well only after
 * some calls; all instances of the module share what it has compiled. So the first file finds everything as the second would.
 */

import { defaultWindow, rehearse } from "./index";
import type { AnalysisOptions, Study } from "./types";

/** Enough rows for ten blocks, and enough columns that the usual window of ranks is there; some twenty decompositions follow. */
const SHAPE = { rows: 1024, columns: 112 };

const options: AnalysisOptions = {
  engine: "exact",
  array: null,
  asked: { given: null, n: null, d: null, centred: null },
  nonFinite: "refuse",
  workers: 1,
  unitRows: "always",
};

/** Runs it, a little at a time on the main thread. `rest` resolves when the browser has nothing better to do. */
export async function warmUp(rest: () => Promise<unknown>): Promise<void> {
  let study: Study | undefined;
  let analysis: ReturnType<Study["analysis"]>;
  try {
    study = await rehearse(features(), options);
    await rest();
    analysis = study.analysis(study.usual, 0);
    if (!analysis || "code" in analysis) return;
    const { first, last } = defaultWindow;
    const weight = "1/k";
    await rest();
    analysis.view(first, last, weight);
    await rest();
    const [width, height] = [640, 400];
    analysis.plot({ width, height, theme: "light", first, last, weight });
  } catch {
    // Somebody has a file, or there is no memory: then it stays cold.
  } finally {
    if (analysis && "free" in analysis) analysis.free();
    study?.free();
  }
}

/** A .npy of numbers that are no use but for having no pattern. */
function features(): File {
  const { rows, columns } = SHAPE;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const preamble = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0);
  const numbers = Float32Array.from({ length: rows * columns }, Math.random);
  return new File([preamble, `${header.padEnd(117)}\n`, numbers], "nothing.npy");
}
