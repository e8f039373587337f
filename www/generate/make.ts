/** Has a file made by a worker of its own. */

import { importing } from "../engine/pool";
import { trustedScriptUrl } from "../engine/trusted";
import { AnalysisError } from "../engine/types";
import { compiledModule } from "../learn/module";
import makerUrl from "./maker.ts?worker&url";
import type { Made, Order, Recipe } from "./recipe";

/** Resolves with the file, or rejects with an {@link AnalysisError} or the signal's reason. What is made is kept in blobs, which browsers move out of the page's memory. */
export async function makeFile(
  recipe: Recipe,
  onPart: (part: number) => void,
  signal: AbortSignal,
): Promise<File> {
  const module = await compiledModule();
  signal.throwIfAborted();
  const code = importing(new URL(makerUrl, document.baseURI).href);
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(trustedScriptUrl(address), {
    type: "module",
    name: "eigenscope generator",
  });
  try {
    return await new Promise<File>((resolve, reject) => {
      const pieces: Blob[] = [];
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      worker.onerror = (event) => {
        event.preventDefault();
        reject(
          new AnalysisError(
            "worker_died",
            "The features could not be made: the browser ended the worker, most often because there was no memory left. Make fewer rows or columns.",
          ),
        );
      };
      worker.onmessage = ({ data }: MessageEvent<Made>) => {
        if (data.type === "piece") {
          pieces.push(new Blob([data.piece]));
          onPart(data.part);
        } else if (data.type === "whole") {
          resolve(new File(pieces, data.name));
        } else {
          reject(new AnalysisError(data.code, data.message));
        }
      };
      worker.postMessage({ module, recipe } satisfies Order);
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(address);
  }
}
