import type { Weight } from "../engine/types";
import { type Adornment, type Dataset, givenName, withOutcome, withReport } from "./dataset";
import { failureOf } from "./failure";
import { readScores } from "./scores";
import {
  type Overlays,
  type Settings,
  type State,
  selectedDataset,
  standardPreparation,
} from "./state";
import { savedTheme, saveTheme, type Theme } from "./theme";
import type { RankWindow } from "./window";

/** Other datasets than the one in view get the numbers of a new window so many milliseconds after it was moved: every part of the page looks at every change. */
const delay = 100;

/** And for so many at a time. */
const slice = 5;

/**
 * Everything the page knows, and every way to change it. The state is replaced, never changed in
 * place, so that a view can tell by identity what is new. No DOM in here.
 */
export class Store {
  #state: State;
  readonly #listeners = new Set<() => void>();
  /** Those whose numbers are of an older window; the first have waited longest. */
  readonly #stale = new Set<number>();
  #freshening: ReturnType<typeof setTimeout> | undefined;

  constructor(window: RankWindow) {
    this.#state = {
      engine: null,
      bootFailure: null,
      datasets: [],
      batch: [],
      selected: null,
      window,
      weight: "1/k",
      preparation: standardPreparation,
      dropped: 0,
      overlays: { nulls: false, pointed: null },
      bySum: true,
      settings: { engine: "auto", workers: 0, theme: savedTheme() },
      systemTheme: "light",
      question: null,
      scores: null,
      lesson: null,
      analyzer: "#",
      notice: null,
      announcement: "",
    };
  }

  get state(): State {
    return this.#state;
  }

  /** Calls `listener` after every change; returns the way to stop that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shows a dataset in another way. A name that says nothing gives it that of its files again. */
  adorn(id: number, change: Partial<Adornment>): void {
    const dataset = this.find(id);
    if (!dataset) return;
    const { name = dataset.name } = change;
    this.update(id, { ...change, name: name || givenName(dataset.files) || dataset.name });
  }

  /** Moves a dataset up (−1) or down (1) in the list. */
  move(id: number, by: -1 | 1): void {
    const datasets = [...this.#state.datasets];
    const from = datasets.findIndex((dataset) => dataset.id === id);
    const [moved] = from < 0 ? [] : datasets.splice(from, 1);
    if (!moved) return;
    const to = Math.min(datasets.length, Math.max(0, from + by));
    datasets.splice(to, 0, moved);
    this.change({ datasets });
    this.announce(`${moved.name} is number ${to + 1} of ${datasets.length}.`);
  }

  /** Makes each file of a group in the question a matrix. */
  split(group: number): void {
    const { question } = this.state;
    if (!question) return;
    const split = (files: readonly File[], index: number) =>
      index === group ? files.map((file) => [file]) : [files];
    this.change({ question: question.flatMap(split) });
  }

  /** Makes a group in the question part of the one before it. */
  join(group: number): void {
    const question = [...(this.state.question ?? [])];
    const [before, files] = question.slice(group - 1, group + 1);
    if (group < 1 || !before || !files) return;
    question.splice(group - 1, 2, [...before, ...files]);
    this.change({ question });
  }

  /** Takes what models score at something else, by their names, in the place of what was taken before; null forgets it. */
  score(text: string | null): void {
    const scores = text === null ? null : readScores(text);
    if (scores && "code" in scores) this.change({ notice: scores });
    else this.change({ scores, notice: null });
  }

  setWindow(window: RankWindow): void {
    this.#refit({ window });
  }

  setWeight(weight: Weight): void {
    this.#refit({ weight });
  }

  /** The dataset in view at once, the others soon and a few at a time: all of many would hold up the hand that drags the window. */
  #refit(view: Partial<Pick<State, "window" | "weight">>): void {
    this.change(view);
    for (const { id } of this.#state.datasets) this.#stale.add(id);
    const selected = selectedDataset(this.#state);
    if (selected) this.update(selected.id, { analysis: selected.analysis });
    this.#freshening ??= setTimeout(() => this.#freshen(), delay);
  }

  #freshen(): void {
    this.#freshening = undefined;
    const { datasets, window, weight } = this.#state;
    const end = performance.now() + slice;
    const fresh = new Map<number, Dataset>();
    for (const id of this.#stale) {
      const dataset = this.find(id);
      this.#stale.delete(id);
      if (dataset) fresh.set(id, withOutcome(dataset, window, weight));
      if (performance.now() > end) break;
    }
    this.change({ datasets: datasets.map((dataset) => fresh.get(dataset.id) ?? dataset) });
    if (this.#stale.size > 0) this.#freshening = setTimeout(() => this.#freshen());
  }

  /** Draws over the spectrum, or takes away what was drawn. */
  overlay(change: Partial<Overlays>): void {
    const overlays = { ...this.#state.overlays, ...change };
    const { nulls, pointed } = this.#state.overlays;
    if (overlays.nulls !== nulls || overlays.pointed !== pointed) this.change({ overlays });
  }

  divideBySum(bySum: boolean): void {
    this.change({ bySum });
  }

  setSettings(settings: Partial<Settings>): void {
    this.change({ settings: { ...this.#state.settings, ...settings } });
    if (settings.theme) saveTheme(settings.theme);
  }

  setSystemTheme(systemTheme: Theme): void {
    this.change({ systemTheme });
  }

  /** Turns an error that nothing else caught into a sentence. */
  report(error: unknown): void {
    this.change({ notice: failureOf(error) });
  }

  /** Says something to the person that belongs to no dataset. */
  say(code: string, message: string): void {
    this.change({ notice: { code, message } });
  }

  dismissNotice(): void {
    this.change({ notice: null });
  }

  protected find(id: number): Dataset | undefined {
    return this.#state.datasets.find((dataset) => dataset.id === id);
  }

  protected update(id: number, change: Partial<Dataset>): void {
    const refit = "analysis" in change || "provisional" in change;
    if (refit) this.#stale.delete(id);
    const { selected, window, weight } = this.#state;
    const withNumbers = id === selected ? withReport : withOutcome;
    const datasets = this.#state.datasets.map((dataset) => {
      if (dataset.id !== id) return dataset;
      const changed = { ...dataset, ...change };
      return refit ? withNumbers(changed, window, weight) : changed;
    });
    this.change({ datasets });
  }

  announce(announcement: string): void {
    this.change({ announcement });
  }

  protected change(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
