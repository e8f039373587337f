/** Which files were made here, and what is known of them. */

import { fromFigure } from "../engine/analysis";
import type {
  Analysis,
  Figure,
  FigureOptions,
  Refusal,
  Uncertainty,
  Weight,
} from "../engine/types";
import { learnModule } from "../learn/module";
import { Truth as Core } from "../wasm/learn.js";
import type { Recipe } from "./recipe";

/** α of the truth in a window, and whether the interval that was found holds it. */
export interface Compared {
  alpha: number | null;
  expected: number | null;
  verdict: Refusal;
}

/** The truth of one file. */
export class Truth {
  readonly #core: Core;

  constructor(
    readonly file: File,
    readonly recipe: Recipe,
  ) {
    this.#core = new Core(recipe);
    this.spectra = this.#core.spectra() as [number[], number[]];
  }

  compare(
    { first, last, weight }: { first: number; last: number; weight: Weight },
    uncertainty: Uncertainty | null,
  ): Compared {
    const interval = uncertainty && [uncertainty.low, uncertainty.high];
    return this.#core.compare({ first, last, weight, interval }) as Compared;
  }

  /** The true eigenvalues, and those that theory expects of so many rows. */
  readonly spectra: readonly [readonly number[], readonly number[]];

  /** An own function, so that it is the same picture whenever it is asked for. */
  readonly picture = (analysis: Analysis, { width, height, theme }: FigureOptions): Figure =>
    fromFigure(
      this.#core.picture(analysis.eigenvalues, analysis.facts.usable_ranks, {
        width,
        height,
        theme,
      }),
    );
}

const truths = new WeakMap<File, Truth>();

/** What is known of the only file of a dataset, where it was made here. */
export function truthOf(files: readonly File[]): Truth | undefined {
  const [file] = files;
  return file && files.length === 1 ? truths.get(file) : undefined;
}

export async function keepTruth(file: File, recipe: Recipe): Promise<void> {
  await learnModule();
  truths.set(file, new Truth(file, recipe));
}
