// The page's engine as it is after loading, with the real core: nothing is remembered of a GPU.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";

const top = new URL("../../../", import.meta.url);
const module = new WebAssembly.Module(readFileSync(new URL("www/wasm/simd128.wasm", top)));

/** The engine's modules, loaded anew. */
export async function freshEngine() {
  vi.resetModules();
  const core = await import("../../../www/wasm/eigenscope.js");
  core.initSync({ module });
  const { Run } = await import("../../../www/engine/run");
  const { GpuSide } = await import("../../../www/engine/gpu-side");
  const { Pool } = await import("../../../www/engine/pool");
  const { Material } = await import("../../../www/engine/material");
  const { LiveStudy, studyOf } = await import("../../../www/engine/study");
  const { groupFiles, openFiles } = await import("../../../www/engine/open");
  const { runAnalysis } = await import("../../../www/engine/analyze");
  const types = await import("../../../www/engine/types");
  const newPool = () => new Pool("blob:worker", module, { gpu: "./gpu.js", reader: "./reader.js" });
  return {
    core,
    Run,
    GpuSide,
    Pool,
    Material,
    LiveStudy,
    studyOf,
    groupFiles,
    openFiles,
    runAnalysis,
    newPool,
    ...types,
  };
}

/** Loaded once before any test, so that no test waits for what has to be compiled. */
await freshEngine();

export type FreshEngine = Awaited<ReturnType<typeof freshEngine>>;

/** A file of the repository. */
export function fileOf(path: string): File {
  return new File([readFileSync(fileURLToPath(new URL(path, top)))], basename(path));
}

/** A person has said nothing about a file. */
export const nothingAsked = { given: null, n: null, d: null, centred: null };

const smallest = "tests/data/minilm_layer6_160x128_f2.npy";

/** A small matrix that the real core has summed on its own: its plan, the first answer, and the sums for what follows. */
export async function summed({ core }: FreshEngine, path = smallest) {
  const file = fileOf(path);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const opening = new core.Opening(file.name, file.size);
  for (let wants = opening.wants(); wants.length > 0; wants = opening.wants()) {
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < wants.length; i += 4) {
      const [offset = 0, length = 0] = wants.subarray(i, i + 2);
      pieces.push(bytes.subarray(offset, offset + length));
    }
    opening.take(pieces);
  }
  const source: unknown = new core.Selection([new core.OpenedFile(opening)], undefined).source();
  const planner = new core.Planner(source, {
    engine: "workers",
    precision: "exact",
    workers: 1,
    workers_forced: true,
    scaled: "auto",
  });
  const read = (reads: Float64Array): Uint8Array => {
    const parts: number[] = [];
    for (let i = 0; i < reads.length; i += 3) {
      const [, offset = 0, length = 0] = reads.subarray(i, i + 3);
      parts.push(...bytes.subarray(offset, offset + length));
    }
    return Uint8Array.from(parts);
  };
  for (let attempt = 0; !planner.set_shift(attempt, read(planner.first_reads(attempt))); )
    attempt += 1;
  const plan: unknown = planner.plan();
  const worker = new core.ChunkWorker(plan, 0, true);
  for (let chunk = 0; chunk < planner.chunks(); chunk++)
    worker.push(chunk, read(planner.reads(chunk)));
  const blocks = worker.finish();
  if (!blocks) throw new Error("nothing was summed");
  const total = blocks.total();
  const gatherer = new core.Gatherer(plan);
  gatherer.add(total);
  const leading = (workers: number) => gatherer.begin(false, workers);
  const decomposed: unknown = leading(1).finish();
  gatherer.keep_blocks(blocks);
  const beside: unknown = gatherer.beside();
  const info: unknown = planner.info();
  return { file, plan, planner, info, total, gatherer, leading, decomposed, beside };
}

export type Summed = Awaited<ReturnType<typeof summed>>;
