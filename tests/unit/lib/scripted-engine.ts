/**
 * An engine that answers when a test says so, and never works on two things at once. What it hands out (studies and their spectra) notices every use after it was freed, and
 * what was never freed.
 */

import "./page-globals";
import { expect, vi } from "vitest";
import type {
  AnalysisEvents,
  AnalysisOptions,
  EngineInfo,
  Preparation,
  Refusal,
  Study,
  StudyProgress,
} from "../../../www/engine/types";
import { AnalysisError } from "../../../www/engine/types";
import type { Returned } from "../../../www/share/recorded";
import type { Dataset } from "../../../www/state/dataset";
import type { Engine } from "../../../www/state/engine";
import { standardPreparation } from "../../../www/state/state";
import { Workspace } from "../../../www/state/workspace";
import { type Held, keyOf, type Script, ScriptedStudy, type Spectrum, Work } from "./held-studies";

export { ScriptedAnalysis, ScriptedStudy, type Spectrum, turn } from "./held-studies";

interface StudyWork {
  preparation: Preparation;
  onProgress: (progress: StudyProgress) => void;
}

export interface Reading {
  files: readonly File[];
  options: AnalysisOptions;
  events: Required<AnalysisEvents>;
}

export type Begun =
  | (Work<Study> & { kind: "read" } & Reading)
  | (Work<void> & { kind: "study" } & StudyWork)
  | (Work<Uint8Array<ArrayBuffer>> & { kind: "moments" });

export class ScriptedEngine implements Engine {
  readonly defaultWindow = { first: 11, last: 100 };
  /** Everything that was handed to the page. */
  readonly held: Held[] = [];
  readonly faults: string[] = [];
  /** All that was begun, in its order. */
  readonly begun: Begun[] = [];
  /** The same with how the engine was started. */
  readonly calls: string[] = [];
  /** Why it cannot start. */
  bootFailure: unknown = null;

  fault(what: string): never {
    this.faults.push(what);
    throw new Error(what);
  }

  async boot(): Promise<EngineInfo> {
    this.calls.push("boot");
    if (this.bootFailure) throw this.bootFailure;
    return { variant: "relaxed-simd", workers: 2, version: "0.1.0" };
  }

  seal(): void {
    this.calls.push("seal");
  }

  /** Every file is a matrix, in the order of their names; a test may put another rule here. */
  group = async (paths: string[], _bytes: number[]): Promise<number[][]> => {
    const { compare } = new Intl.Collator("en", { numeric: true });
    const places = paths.map((_, index) => index);
    return places.sort((a, b) => compare(paths[a] ?? "", paths[b] ?? "")).map((place) => [place]);
  };

  analyze(
    files: File[],
    options: AnalysisOptions,
    events: AnalysisEvents,
    signal: AbortSignal,
  ): Promise<Study> {
    const work = new Work<Study>("read", files.map(({ name }) => name).join(" + "), signal);
    return this.begin(work, { files, options, events });
  }

  begin<Answer>(work: Work<Answer>, more: object): Promise<Answer> {
    const other = this.begun.find(({ isOpen }) => isOpen);
    if (other) this.fault(`${work.kind} ${work.name} beside ${other.kind} ${other.name}`);
    this.begun.push(Object.assign(work, more) as unknown as Begun);
    this.calls.push(`${work.kind} ${work.name}`);
    return work.promise;
  }

  /** What the engine is at, "read a.npy"; null where it rests. */
  get busy(): string | null {
    const now = this.begun.find(({ isOpen }) => isOpen);
    return now ? `${now.kind} ${now.name}` : null;
  }

  /** What was begun so far, in words. */
  get history(): string[] {
    return this.begun.map(({ kind, name }) => `${kind} ${name}`);
  }

  get reading(): Begun & { kind: "read" } {
    return this.#now("read") as Begun & { kind: "read" };
  }

  get studying(): Begun & { kind: "study" } {
    return this.#now("study") as Begun & { kind: "study" };
  }

  get savingMoments(): Begun & { kind: "moments" } {
    return this.#now("moments") as Begun & { kind: "moments" };
  }

  #now(kind: Begun["kind"]): Begun {
    const now = this.begun.find(({ isOpen }) => isOpen);
    if (now?.kind !== kind) throw new Error(`there is no ${kind}, but ${this.busy}`);
    return now;
  }

  /** Answers the reading under way with a study. */
  async answer(script: Script = {}): Promise<ScriptedStudy> {
    const { reading } = this;
    const study = new ScriptedStudy(this, reading.name, script);
    await reading.settle(study);
    return study;
  }

  /** Ends the reading under way with an error of the engine. */
  refuse(code: string, message = `${code}.`): Promise<void> {
    return this.reading.fail(new AnalysisError(code, message));
  }

  /** Answers all that is begun until the engine rests. */
  async finish(script: Script = {}): Promise<void> {
    for (let now = this.#open(); now; now = this.#open()) {
      if (now.kind === "read") await this.answer(script);
      else if (now.kind === "study") await now.settle();
      else await now.settle(new Uint8Array());
    }
  }

  #open(): Begun | undefined {
    return this.begun.find(({ isOpen }) => isOpen);
  }

  /** Answers after all what was cancelled: its workers may be through just then. */
  async answerLate(): Promise<void> {
    for (const work of this.begun.filter(({ isSettled }) => !isSettled)) {
      if (work.kind === "read") await work.settle(new ScriptedStudy(this, `late ${work.name}`));
      else if (work.kind === "study") await work.settle();
      else await work.settle(new Uint8Array());
    }
  }
}

export function file(name: string): File {
  return new File(["features"], name);
}

/** A workspace with its engine, and short ways to look at it. */
export class Scene {
  readonly engine = new ScriptedEngine();
  readonly workspace = new Workspace(this.engine);
  readonly announcements: string[] = [];

  constructor() {
    this.workspace.subscribe(() => this.#look());
  }

  /** As every part of the page does: nothing that the state holds may be freed. */
  #look(): void {
    const { datasets, announcement } = this.workspace.state;
    for (const { provisional, analysis, study } of datasets)
      for (const one of [provisional, analysis, study]) (one as Held | null)?.look();
    if (announcement !== (this.announcements.at(-1) ?? "")) this.announcements.push(announcement);
  }

  get datasets(): readonly Dataset[] {
    return this.workspace.state.datasets;
  }

  /** The dataset of a name. */
  of(name: string): Dataset {
    const found = this.datasets.find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  }

  id(name: string): number {
    return this.of(name).id;
  }

  get statuses(): string[] {
    return this.datasets.map(({ status }) => status);
  }

  get selected(): string | undefined {
    const { selected } = this.workspace.state;
    return this.datasets.find(({ id }) => id === selected)?.name;
  }

  /** Offers files as matrices of their own. */
  async offer(...names: readonly string[]): Promise<void> {
    await this.offered(...names);
    if (names.length > 1) this.workspace.answer("separate");
  }

  /** Offers files, of which several lead to a question. */
  async offered(...names: readonly string[]): Promise<void> {
    this.workspace.offer(names.map(file));
    for (let turns = 0; turns < 5 && names.length > 1; turns += 1) await null;
  }

  /** Reads files to their end and computes all that follows. */
  async analyzed(...names: readonly string[]): Promise<void> {
    await this.offer(...names);
    await this.engine.finish();
  }

  /** Takes everything away: all that was handed out has to be freed by then. */
  async end(): Promise<void> {
    this.workspace.removeAll();
    await this.engine.answerLate();
    await vi.runAllTimersAsync();
    expect(this.engine.busy).toBeNull();
    expect(this.datasets).toEqual([]);
    expect(this.engine.faults).toEqual([]);
    expect(this.engine.held.filter(({ isFreed }) => !isFreed).map(({ name }) => name)).toEqual([]);
  }
}

const scenes = new Set<Scene>();

/** A workspace that has started. `endScenes` has to run after each test. */
export async function scene(): Promise<Scene> {
  const one = new Scene();
  scenes.add(one);
  await one.workspace.start();
  return one;
}

/** Ends the scenes of a test, with the claim that all was freed once and never used after. */
export async function endScenes(): Promise<void> {
  try {
    for (const one of scenes) await one.end();
  } finally {
    scenes.clear();
  }
}

/** Why results prepared otherwise than they were recorded have no spectrum. */
export const notRecorded: Refusal = { code: "not_recorded", message: "That was not recorded." };

const preparations: readonly Preparation[] = [false, true].flatMap((centred) =>
  [false, true].flatMap((unit_rows) =>
    [false, true].map((standardized) => ({ centred, unit_rows, standardized })),
  ),
);

/** Results without features, as a link or a saved Report brings them. */
export function returned(
  engine: ScriptedEngine,
  name: string | null,
  more: Partial<Omit<Returned, "study" | "name">> & { spectrum?: Spectrum } = {},
): Returned {
  const { preparation = standardPreparation, spectrum = {}, ...rest } = more;
  const refused = preparations
    .filter((other) => keyOf(other) !== keyOf(preparation))
    .map((other) => [other, notRecorded] as const);
  const script = { bytes: 0, usual: preparation, isComplete: true, spectrum, refused };
  const study = new ScriptedStudy(engine, `results ${name ?? ""}`, script);
  const window = { first: 11, last: 100 };
  return { name, study, preparation, dropped: 0, window, weight: "1/k", ...rest };
}
