import type {
  Analysis,
  AnalysisError,
  AnalysisEvents,
  AnalysisOptions,
  EngineInfo,
  Precision,
} from "../engine/types";
import { type Dataset, type Failure, newDataset, shownAnalysis } from "./dataset";
import { inNaturalOrder, nameOfParts } from "./files";
import { savedTheme, saveTheme, type Theme, type ThemeChoice } from "./theme";
import type { RankWindow } from "./window";

/** What the workspace needs of the engine; the tests give it another. */
export interface Engine {
  boot(): Promise<EngineInfo>;
  seal(): void;
  /** The window of the first fit; known for certain once the engine has booted. */
  readonly defaultWindow: RankWindow;
  analyze(
    files: File[],
    options: AnalysisOptions,
    events: AnalysisEvents,
    signal: AbortSignal,
  ): Promise<Analysis>;
}

export interface Settings {
  readonly precision: Precision;
  /** 0: one for each logical processor. */
  readonly workers: number;
  readonly theme: ThemeChoice;
}

export interface State {
  readonly engine: EngineInfo | null;
  /** Why the page cannot work at all in this browser. */
  readonly bootFailure: Failure | null;
  readonly datasets: readonly Dataset[];
  readonly selected: number | null;
  /** One window for all datasets, so that their exponents compare like with like. */
  readonly window: RankWindow;
  readonly settings: Settings;
  /** What the operating system asks for. */
  readonly systemTheme: Theme;
  /** Several files that came at once and wait for "one matrix or several?". */
  readonly question: readonly File[] | null;
  /** Something went wrong outside any dataset. */
  readonly notice: Failure | null;
  /** The latest event in words, for screen readers. */
  readonly announcement: string;
}

export type PageState = "empty" | "running" | "done" | "error" | "cancelled";

/** What the page as a whole is doing: it is "running" until the last waiting dataset is through. */
export function pageState(state: State): PageState {
  if (state.bootFailure) return "error";
  if (state.datasets.some(({ status }) => status === "running" || status === "waiting")) {
    return "running";
  }
  const status = selectedDataset(state)?.status;
  return status === undefined || status === "waiting" ? "empty" : status;
}

export function theme({ settings, systemTheme }: State): Theme {
  return settings.theme === "system" ? systemTheme : settings.theme;
}

export function selectedDataset(state: State): Dataset | null {
  return state.datasets.find(({ id }) => id === state.selected) ?? null;
}

export function runningDataset(state: State): Dataset | null {
  return state.datasets.find(({ status }) => status === "running") ?? null;
}

/**
 * Everything the page knows, and every way to change it. The state is replaced, never changed in
 * place, so that a view can tell by identity what is new. No DOM in here.
 */
export class Workspace {
  #state: State;
  readonly #engine: Engine;
  readonly #listeners = new Set<() => void>();
  #nextId = 1;
  #run: { id: number; abort: AbortController } | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#state = {
      engine: null,
      bootFailure: null,
      datasets: [],
      selected: null,
      window: { ...engine.defaultWindow },
      settings: { precision: "exact", workers: 0, theme: savedTheme() },
      systemTheme: "light",
      question: null,
      notice: null,
      announcement: "",
    };
  }

  get state(): State {
    return this.#state;
  }

  get defaultWindow(): RankWindow {
    return { ...this.#engine.defaultWindow };
  }

  /** Calls `listener` after every change; returns the way to stop that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Loads the engine, then closes the page's last way out. */
  async start(): Promise<void> {
    try {
      const engine = await this.#engine.boot();
      this.#engine.seal();
      this.#change({ engine, window: this.defaultWindow });
      this.#runNext();
    } catch (error) {
      this.#change({ bootFailure: failureOf(error) });
    }
  }

  /** Takes files from a drop, the picker or the clipboard. Several at once need an answer first. */
  offer(files: readonly File[]): void {
    if (files.length === 1) this.#add([[...files]]);
    else if (files.length > 1) this.#change({ question: inNaturalOrder(files) });
  }

  /** Answers the question about several files. */
  answer(meaning: "one matrix" | "separate" | "neither"): void {
    const files = this.#state.question;
    if (!files) return;
    this.#change({ question: null });
    if (meaning === "one matrix") this.#add([[...files]]);
    if (meaning === "separate") this.#add(files.map((file) => [file]));
  }

  select(id: number): void {
    this.#change({ selected: id });
  }

  setWindow(window: RankWindow): void {
    const datasets = this.#state.datasets.map((dataset) => withFit(dataset, window));
    this.#change({ window, datasets });
  }

  setSettings(settings: Partial<Settings>): void {
    this.#change({ settings: { ...this.#state.settings, ...settings } });
    if (settings.theme) saveTheme(settings.theme);
  }

  setSystemTheme(systemTheme: Theme): void {
    this.#change({ systemTheme });
  }

  /** Reads the files of a dataset again, with the settings of now. */
  runAgain(id: number, nonFinite?: "refuse" | "skip"): void {
    const dataset = this.#find(id);
    if (!dataset || dataset.status === "running") return;
    this.#update(id, {
      status: "waiting",
      failure: null,
      progress: null,
      nonFinite: nonFinite ?? dataset.nonFinite,
    });
    this.select(id);
    this.#runNext();
  }

  /** Ends the run under way; what was there before it stays. */
  cancel(): void {
    if (!this.#run) return;
    const { id, abort } = this.#run;
    this.#run = null;
    abort.abort();
    const dataset = this.#find(id);
    if (dataset) {
      this.#settle(id, { status: dataset.analysis ? "done" : "cancelled" });
      this.#announce(`Cancelled ${dataset.name}.`);
    }
    this.#runNext();
  }

  remove(id: number): void {
    const dataset = this.#find(id);
    if (!dataset) return;
    if (this.#run?.id === id) this.cancel();
    const { datasets, selected } = this.#state;
    const index = datasets.findIndex((other) => other.id === id);
    const left = datasets.filter((other) => other.id !== id);
    const neighbour = left[Math.min(index, left.length - 1)]?.id ?? null;
    this.#change({ datasets: left, selected: selected === id ? neighbour : selected });
    dataset.analysis?.free();
    this.#announce(`Removed ${dataset.name}.`);
  }

  /** Turns an error that nothing else caught into a sentence. */
  report(error: unknown): void {
    this.#change({ notice: failureOf(error) });
  }

  /** Says something to the person that belongs to no dataset. */
  say(code: string, message: string): void {
    this.#change({ notice: { code, message } });
  }

  dismissNotice(): void {
    this.#change({ notice: null });
  }

  #add(groups: readonly File[][]): void {
    const added = groups.map((files) => {
      const name = files.length > 1 ? nameOfParts(files) : (files[0]?.name ?? "");
      return newDataset(this.#nextId++, name, files);
    });
    this.#change({
      datasets: [...this.#state.datasets, ...added],
      selected: added[0]?.id ?? this.#state.selected,
      notice: null,
    });
    this.#runNext();
  }

  /** Starts the first waiting dataset unless one is running: the engine uses every core for one. */
  #runNext(): void {
    if (this.#run || !this.#state.engine) return;
    const next = this.#state.datasets.find(({ status }) => status === "waiting");
    if (next) void this.#runOne(next);
  }

  async #runOne(dataset: Dataset): Promise<void> {
    const { id, name, files, nonFinite } = dataset;
    const { precision, workers } = this.#state.settings;
    const abort = new AbortController();
    const { signal } = abort;
    this.#run = { id, abort };
    this.#update(id, { status: "running", precision, progress: null, failure: null });
    this.#announce(`Reading ${name}.`);
    try {
      const analysis = await this.#engine.analyze(
        [...files],
        { precision, nonFinite, workers },
        {
          onOpen: (info) => !signal.aborted && this.#update(id, { info }),
          onProgress: (progress) => !signal.aborted && this.#update(id, { progress }),
          onProvisional: (provisional) => {
            if (signal.aborted) provisional.free();
            else this.#replace(id, "provisional", provisional);
          },
        },
        signal,
      );
      if (signal.aborted) {
        analysis.free();
        return;
      }
      this.#run = null;
      this.#replace(id, "analysis", analysis);
      this.#settle(id, { status: "done" });
      this.#announce(`${name} is done.`);
    } catch (error) {
      if (signal.aborted) return;
      this.#run = null;
      this.#find(id)?.analysis?.free();
      this.#settle(id, { status: "error", analysis: null, failure: failureOf(error) });
    }
    this.#runNext();
  }

  /** Puts a spectrum in the place of an older one, and lets go of the older one's memory. */
  #replace(id: number, key: "analysis" | "provisional", analysis: Analysis): void {
    const old = this.#find(id)?.[key];
    this.#update(id, { [key]: analysis });
    old?.free();
  }

  /** Ends a run in any of its ways: nothing provisional stays. */
  #settle(id: number, end: Partial<Dataset>): void {
    const provisional = this.#find(id)?.provisional;
    this.#update(id, { ...end, provisional: null, progress: null });
    provisional?.free();
  }

  #find(id: number): Dataset | undefined {
    return this.#state.datasets.find((dataset) => dataset.id === id);
  }

  #update(id: number, change: Partial<Dataset>): void {
    const { window } = this.#state;
    const refit = "analysis" in change || "provisional" in change;
    const datasets = this.#state.datasets.map((dataset) => {
      if (dataset.id !== id) return dataset;
      const changed = { ...dataset, ...change };
      return refit ? withFit(changed, window) : changed;
    });
    this.#change({ datasets });
  }

  #announce(announcement: string): void {
    this.#change({ announcement });
  }

  #change(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function withFit(dataset: Dataset, { first, last }: RankWindow): Dataset {
  return { ...dataset, outcome: shownAnalysis(dataset)?.fit(first, last) ?? null };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const { code, message } = error as AnalysisError;
    return { code, message };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return {
    code: "unexpected",
    message: `Something failed that should not have (${detail}). The page goes on; if it happens again, reload it.`,
  };
}
