/** Studies and spectra as the engine makes them, which notice every use after they were freed. What they say is scripted. */

import { vi } from "vitest";
import type {
  Analysis,
  Facts,
  Outcome,
  Preparation,
  Refusal,
  Study,
  StudyProgress,
  Weight,
  WindowReport,
} from "../../../www/engine/types";
import { standardPreparation } from "../../../www/state/state";

/** Who makes them: notes what was made, what went wrong, and what work was begun. */
interface Maker {
  readonly held: Held[];
  fault(what: string): never;
  begin<Answer>(work: Work<Answer>, more: object): Promise<Answer>;
}

/** Lets everything happen that waits for nothing but a task of its own. */
export async function turn(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1);
}

/** Something that the page has to free, once. */
export abstract class Held {
  isFreed = false;
  readonly #engine: Maker;

  constructor(
    engine: Maker,
    readonly name: string,
  ) {
    this.#engine = engine;
    engine.held.push(this);
  }

  /** Whose it is; not among its fields, which a failed comparison lists. */
  get engine(): Maker {
    return this.#engine;
  }

  /** Notes a use of it, which is a fault once it is freed. */
  protected use(how: string): void {
    if (this.isFreed) this.engine.fault(`${this.name}: ${how} after it was freed`);
  }

  /** It is in the state, so that any part of the page may show it. */
  look(): void {
    this.use("shown");
  }

  free(): void {
    this.use("free()");
    this.isFreed = true;
  }
}

/** What a test may say of a spectrum. */
export interface Spectrum {
  n?: number;
  d?: number;
  alpha?: number;
  given?: Facts["given"];
  provisional?: boolean;
  /** Why there is no α in any window. */
  reason?: Refusal | null;
  r2?: number;
  rankme?: number | null;
  participation?: number;
  facts?: Partial<Facts>;
  outcome?: Partial<Outcome>;
}

export class ScriptedAnalysis extends Held implements Analysis {
  /** The windows whose α was asked for: of many spectra at once, and of the one in view. */
  readonly outcomes: string[] = [];
  readonly views: string[] = [];
  readonly eigenvalues = new Float64Array();
  readonly brought = null;

  constructor(
    engine: Maker,
    name: string,
    readonly spectrum: Spectrum = {},
    readonly preparation: Preparation = standardPreparation,
    readonly dropped = 0,
  ) {
    super(engine, name);
  }

  get facts(): Facts {
    this.use("facts");
    const { n = 160, d = 128, given = "features", provisional = false } = this.spectrum;
    const { rankme = null, participation = 1 } = this.spectrum;
    const facts = { n, d, given, provisional, preparation: this.preparation };
    const [metrics, uncentred] = [{ participation_ratio: participation }, { rankme }];
    const more = { dropped_components: this.dropped, metrics, uncentred };
    return { ...facts, ...more, ...this.spectrum.facts } as Facts;
  }

  outcome(first: number, last: number, weight: Weight): Outcome {
    this.use("outcome()");
    this.outcomes.push(`${first}–${last}, ${weight}`);
    return this.#outcome(first, last, weight);
  }

  view(first: number, last: number, weight: Weight): WindowReport {
    this.use("view()");
    this.views.push(`${first}–${last}, ${weight}`);
    return this.#outcome(first, last, weight) as WindowReport;
  }

  report(first: number, last: number, weight: Weight): unknown {
    this.use("report()");
    return { of: this.name, first, last, weight };
  }

  #outcome(first: number, last: number, weight: Weight): Outcome {
    const { alpha = 1, r2 = 1, reason = null, outcome } = this.spectrum;
    const fit = { alpha, r2, first, last, weight } as Outcome["fit"];
    const unknown = { uncertainty: null, uncertainty_reason: null, approximate: null };
    return { fit: reason ? null : fit, reason, ...unknown, is_near: false, ...outcome };
  }

  plot = notScripted;
  mapPlot = notScripted;
  alphaOfNPlot = notScripted;
  localSlopePlot = notScripted;
  residualsPlot = notScripted;
  python(): undefined {
    return undefined;
  }
}

function notScripted(): never {
  throw new Error("this is not scripted");
}

/** A preparation as a key. */
export const keyOf = ({ centred, unit_rows, standardized }: Preparation): string =>
  [centred, unit_rows, standardized].map(Number).join("");

/** What a test may say of a study. */
export interface Script {
  /** Memory of its sums. */
  bytes?: number;
  usual?: Preparation;
  spectrum?: Spectrum;
  /** Preparations of which a spectrum is there with the first answer, beside the usual one. */
  known?: readonly Preparation[];
  /** Preparations of which there can be none, and why. */
  refused?: readonly (readonly [Preparation, Refusal])[];
  /** Whether nothing is open for the usual preparation. */
  isComplete?: boolean;
}

/** A study as the engine makes them: cancelled or failed work lets go of its sums, without which nothing more can be computed. */
export class ScriptedStudy extends Held implements Study {
  readonly usual: Preparation;
  /** The spectra that it has given, in their order. */
  readonly given: ScriptedAnalysis[] = [];
  releases = 0;
  readonly #known: Set<string>;
  readonly #complete = new Set<string>();
  readonly #refused: Map<string, Refusal>;
  #bytes: number;

  constructor(
    engine: Maker,
    name: string,
    readonly script: Script = {},
  ) {
    super(engine, name);
    const { bytes = 1e6, usual = standardPreparation, known = [], refused = [] } = script;
    this.usual = usual;
    this.#bytes = bytes;
    this.#known = new Set([usual, ...known].map(keyOf));
    this.#refused = new Map(refused.map(([of, why]) => [keyOf(of), why]));
    for (const one of this.#refused.keys()) this.#known.delete(one);
    if (script.isComplete) this.#complete.add(keyOf(usual));
  }

  analysis(preparation: Preparation, dropped: number): Analysis | Refusal | undefined {
    this.use("analysis()");
    const key = keyOf(preparation);
    const refusal = this.#refused.get(key);
    if (refusal) return refusal;
    if (!this.#known.has(key)) return undefined;
    const name = `spectrum ${this.given.length + 1} of ${this.name}`;
    const { spectrum } = this.script;
    const analysis = new ScriptedAnalysis(this.engine, name, spectrum, preparation, dropped);
    this.given.push(analysis);
    return analysis;
  }

  isComplete(preparation: Preparation): boolean {
    this.use("isComplete()");
    return this.#complete.has(keyOf(preparation));
  }

  async complete(
    preparation: Preparation,
    onProgress: (progress: StudyProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.use("complete()");
    const key = keyOf(preparation);
    if (this.#bytes === 0 || this.#complete.has(key)) return;
    const work = new Work<void>("study", this.name, signal);
    signal.addEventListener("abort", () => this.release());
    try {
      await this.engine.begin(work, { preparation, onProgress });
    } catch (error) {
      this.release();
      throw error;
    }
    this.#known.add(key);
    this.#complete.add(key);
  }

  get bytes(): number {
    this.use("bytes");
    return this.#bytes;
  }

  async moments(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    this.use("moments()");
    const work = new Work<Uint8Array<ArrayBuffer>>("moments", this.name, signal);
    return this.engine.begin(work, {});
  }

  release(): void {
    if (this.#bytes === 0) return;
    this.use("release()");
    this.releases += 1;
    this.#bytes = 0;
  }

  override free(): void {
    super.free();
    this.#bytes = 0;
  }
}

/** Something that the engine has begun, and that ends when the test says so. */
export class Work<Answer> {
  isSettled = false;
  readonly promise: Promise<Answer>;
  #resolve: (answer: Answer) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(
    readonly kind: "read" | "study" | "moments",
    readonly name: string,
    readonly signal: AbortSignal,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether the engine is at it: neither through nor cancelled. */
  get isOpen(): boolean {
    return !this.isSettled && !this.signal.aborted;
  }

  settle(answer: Answer): Promise<void> {
    this.isSettled = true;
    this.#resolve(answer);
    return turn();
  }

  fail(error: unknown): Promise<void> {
    this.isSettled = true;
    this.#reject(error);
    return turn();
  }
}
