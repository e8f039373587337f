/** Results in the place of features: what came back from a link or an exported Report. What reads them is a wasm module of its own, loaded when it is first wanted. */

import { base64 } from "virtual:wasm/recorded";
import { fromCore } from "../engine/analysis";
import { refusalOf } from "../engine/refusal";
import {
  type Analysis,
  AnalysisError,
  type Preparation,
  type Refusal,
  type Study,
  type Weight,
} from "../engine/types";
import type { RankWindow } from "../state/window";
import init, { type Analysis as Core, LinkWriter, Recorded, read_link } from "../wasm/recorded.js";

/** What came back, as the workspace takes it. */
export interface Returned {
  /** null where a link brings none. */
  name: string | null;
  study: Study;
  preparation: Preparation;
  dropped: number;
  /** The window that its numbers are of. */
  window: RankWindow;
  weight: Weight;
}

/** A spectrum on its way into a link. */
export interface Entry {
  analysis: Analysis;
  /** null where it is not to be told. */
  name: string | null;
}

let loading: Promise<unknown> | undefined;

async function load(): Promise<void> {
  const bytes = () => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  loading ??= init({ module_or_path: bytes() });
  await loading;
}

/** What the module knows of spectra that came back: a link that is made of them takes more than their Reports. */
const cores = new WeakMap<Analysis, Core>();

/** Results have no sums, so nothing more can be computed of them. */
class Results implements Study {
  readonly bytes = 0;
  readonly usual: Preparation;

  constructor(private readonly recorded: Recorded) {
    this.usual = recorded.preparation as Preparation;
  }

  analysis(preparation: Preparation, dropped: number): Analysis | Refusal | undefined {
    const found = this.recorded.analysis(preparation, dropped);
    if (!found) return undefined;
    const reason = found.reason as Refusal | undefined;
    if (reason) {
      found.free();
      return reason;
    }
    const analysis = fromCore(found);
    cores.set(analysis, found);
    return analysis;
  }

  isComplete(): boolean {
    return true;
  }

  complete(): Promise<void> {
    return Promise.resolve();
  }

  moments(): Promise<never> {
    return Promise.reject(
      new AnalysisError("not_recorded", "Moments are made of features. Open those to save them."),
    );
  }

  release(): void {}

  free(): void {
    this.recorded.free();
  }
}

function returned(recorded: Recorded): Returned {
  const study = new Results(recorded);
  const { weight, ...window } = recorded.window as RankWindow & { weight: Weight };
  const { dropped, name } = recorded;
  return { name: name ?? null, study, preparation: study.usual, dropped, window, weight };
}

/** The spectra of an address's fragment. Rejects with an {@link AnalysisError} where it is no whole link. */
export async function readLink(fragment: string): Promise<Returned[]> {
  await load();
  try {
    return read_link(fragment).map(returned);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** The spectrum of a Report. Rejects with an {@link AnalysisError} where it is none, or its numbers do not go together. */
export async function readReport(report: unknown): Promise<Returned> {
  await load();
  try {
    return returned(Recorded.of_report(report));
  } catch (error) {
    throw refusalOf(error);
  }
}

/** The fragment of a link to spectra as they are in a window. */
export async function writeLink(
  entries: readonly Entry[],
  { first, last }: RankWindow,
  weight: Weight,
): Promise<string> {
  await load();
  const writer = new LinkWriter();
  try {
    for (const { analysis, name } of entries) {
      const core = cores.get(analysis);
      if (core) writer.add(core, first, last, weight, name);
      else writer.add_report(analysis.report(first, last, weight), first, last, weight, name);
    }
    return writer.fragment();
  } catch (error) {
    throw refusalOf(error);
  } finally {
    writer.free();
  }
}
