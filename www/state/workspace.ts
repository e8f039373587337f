import type { Analysis, ArrayInfo, Asked, Preparation } from "../engine/types";
import { ChoiceError, MatrixError } from "../engine/types";
import type { Returned } from "../share/recorded";
import { type Dataset, freeStyle, newDataset, nothingAsked } from "./dataset";
import type { Engine } from "./engine";
import { failureOf, sumsLetGo } from "./failure";
import { pathOf } from "./files";
import { isPending, selectedDataset, standardPreparation } from "./state";
import { Store } from "./store";
import { task } from "./task";
import type { RankWindow } from "./window";

/**
 * The sums of datasets that are kept for other preparations, with the workers that keep them, stay within this; beyond it, those of the datasets that came first are let go,
 * but for the one in view. Where they are wanted after all, the files are read again.
 */
const sumsBytes = 128 * 2 ** 20;

/** A, B … Z, AA …: a number would be taken for a layer's. */
function letters(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letters(Math.floor(index / 26) - 1)}${letter}`;
}

/** Lets go of a spectrum once no part of the page can still show it: each is drawn anew a little after the state has changed. */
function letGo(analysis: Analysis | null | undefined): void {
  setTimeout(() => analysis?.free(), 1000);
}

/** What the engine does for the page: which matrix is read when, and what is asked about it. No DOM in here. */
export class Workspace extends Store {
  readonly #engine: Engine;
  #nextId = 1;
  #run: { id: number; abort: AbortController } | null = null;
  /** Names of arrays that the person has chosen: files that have one of them are read without asking again. */
  readonly #chosen = new Set<string>();
  /** Several files that came at once, until they are in groups. */
  #offered: readonly File[] | null = null;
  /** What the person has said of a symmetric matrix: others are read so without asking again. */
  #said: Asked | null = null;

  constructor(engine: Engine) {
    super({ ...engine.defaultWindow });
    this.#engine = engine;
  }

  get defaultWindow(): RankWindow {
    return { ...this.#engine.defaultWindow };
  }

  /** Loads the engine, then closes the page's last way out. */
  async start(): Promise<void> {
    try {
      const engine = await this.#engine.boot();
      this.#engine.seal();
      this.change({ engine, window: this.defaultWindow });
      if (this.#offered) void this.#askGroups(this.#offered);
      this.#runNext();
    } catch (error) {
      this.change({ bootFailure: failureOf(error) });
    }
  }

  /** Takes files from a drop, the picker or the clipboard. Several at once need an answer first, and the engine to be asked. */
  offer(files: readonly File[]): void {
    if (files.length === 1) this.#add([[...files]]);
    else if (files.length > 1) {
      this.#offered = files;
      if (this.state.engine) void this.#askGroups(files);
    }
  }

  /** Asks about several files, in the groups that their names make, unless others have come meanwhile. */
  async #askGroups(files: readonly File[]): Promise<void> {
    const alone = files.map((_, index) => [index]);
    const sizes = files.map(({ size }) => size);
    const groups = await this.#engine.group(files.map(pathOf), sizes).catch(() => alone);
    if (this.#offered !== files) return;
    this.#offered = null;
    const fileAt = (index: number): File[] => files.slice(index, index + 1);
    this.change({ question: groups.map((group) => group.flatMap(fileAt)) });
  }

  /** Takes a file from a program or a lesson, which may say the array in it and what that is, and tells what it became. */
  take(file: File, array: string | null, asked = nothingAsked): number {
    const [id = 0] = this.#add([[file]], array, asked);
    return id;
  }

  /** Takes results without features, from a link or from what was saved. Where there is nothing else, the page goes to their window. */
  receive(all: readonly Returned[], from: "link" | "report"): void {
    const [first] = all;
    if (!first) return;
    if (this.state.datasets.length === 0) {
      const { window, weight, preparation, dropped } = first;
      this.change({ window, weight, preparation, dropped });
    }
    const datasets = [...this.state.datasets];
    const added = all.map(({ name, study, window, weight }, index) => {
      const dataset = newDataset(this.#nextId++, [], freeStyle(datasets));
      const said = name ?? `spectrum ${letters(index)}`;
      const returned = { from, window, weight };
      datasets.push({ ...dataset, name: said, returned, status: "done", study });
      return dataset.id;
    });
    this.change({ datasets, selected: added[0] ?? null, notice: null });
    for (const id of added) this.#show(id);
    const what = from === "link" ? "the link" : "what was saved";
    this.announce(`${added.length === 1 ? "1 spectrum" : `${added.length} spectra`} of ${what}.`);
  }

  /** Shows a lesson. Everything else stays as it is. */
  openLesson(address: string): void {
    this.change({ lesson: address });
  }

  /** Shows the analyzer, at its own address. */
  leaveLessons(address: string): void {
    const analyzer = address || "#";
    const { state } = this;
    if (state.lesson !== null || state.analyzer !== analyzer)
      this.change({ lesson: null, analyzer });
  }

  /** Takes away what came from a link or from what was saved. */
  forget(from: "link" | "report"): void {
    for (const { id, returned } of this.state.datasets)
      if (returned?.from === from) this.remove(id);
  }

  /** Answers the question about several files. */
  answer(meaning: "groups" | "one matrix" | "separate" | "neither"): void {
    const groups = this.state.question;
    if (!groups) return;
    this.change({ question: null });
    if (meaning === "groups") this.#add(groups.map((files) => [...files]));
    if (meaning === "one matrix") this.#add([groups.flat()]);
    if (meaning === "separate") this.#add(groups.flat().map((file) => [file]));
  }

  select(id: number): void {
    this.change({ selected: id });
    this.#look(id);
    this.#runNext();
  }

  /** All is computed of the dataset in view alone. */
  #look(id: number): void {
    this.update(id, { analysis: this.find(id)?.analysis ?? null });
  }

  /** Prepares all features in another way; what is not known of them yet is computed, that of the selected dataset first, from their files where the sums were let go. */
  prepare(preparation: Preparation, dropped: number): void {
    this.change({ preparation, dropped });
    const again: number[] = [];
    for (const { id, status } of this.state.datasets) {
      this.#show(id);
      if (status !== "done" || this.find(id)?.withheld !== sumsLetGo) continue;
      again.push(id);
    }
    this.#queue(again);
    for (const id of again) this.update(id, { status: "waiting" });
    this.#runNext();
  }

  /** Counts datasets that are about to wait among those of which the progress speaks. */
  #queue(ids: readonly number[]): void {
    if (ids.length === 0) return;
    const { batch, datasets } = this.state;
    const before = datasets.some(isPending) ? batch.filter((id) => !ids.includes(id)) : [];
    this.change({ batch: [...before, ...ids] });
  }

  /** Reads the files of a dataset again, with the settings of now, and with what is to be different. */
  runAgain(
    id: number,
    otherwise: Partial<Pick<Dataset, "array" | "asked" | "nonFinite" | "unitRows">> = {},
  ): void {
    const dataset = this.find(id);
    if (!dataset || dataset.returned || dataset.status === "running") return;
    this.#queue([id]);
    this.update(id, {
      status: "waiting",
      failure: null,
      progress: null,
      ...otherwise,
    });
    this.select(id);
    this.#runNext();
  }

  /** Ends what is under way, or takes a dataset that waits out of the queue; what was there before it stays. */
  cancel(id = this.#run?.id): void {
    const dataset = this.state.datasets.find((other) => other.id === id);
    if (id !== undefined && id === this.#run?.id) {
      this.#run.abort.abort();
      this.#run = null;
    } else if (dataset?.status !== "waiting") {
      return;
    }
    if (dataset) {
      if (dataset.status === "running" || dataset.status === "waiting")
        this.#settle(dataset.id, { status: dataset.study ? "done" : "cancelled" });
      this.update(dataset.id, { studying: null });
      this.announce(`Cancelled ${dataset.name}.`);
    }
    this.#runNext();
  }

  /** Ends what is under way and all that waits. */
  cancelAll(): void {
    for (const { id, status } of this.state.datasets) if (status === "waiting") this.cancel(id);
    this.cancel();
  }

  remove(id: number): void {
    const dataset = this.find(id);
    if (!dataset) return;
    if (this.#run?.id === id) this.cancel();
    const { datasets, selected } = this.state;
    const index = datasets.findIndex((other) => other.id === id);
    const left = datasets.filter((other) => other.id !== id);
    const neighbour = left[Math.min(index, left.length - 1)]?.id ?? null;
    this.change({ datasets: left, selected: selected === id ? neighbour : selected });
    if (selected === id && neighbour !== null) this.#look(neighbour);
    letGo(dataset.analysis);
    dataset.study?.free();
    this.announce(`Removed ${dataset.name}.`);
  }

  /** Ends all that runs or waits, and takes every dataset and score away. */
  removeAll(): void {
    this.cancelAll();
    for (const { id } of this.state.datasets) this.remove(id);
    this.#offered = null;
    this.change({ scores: null, question: null, notice: null });
    this.announce("Everything was removed.");
  }

  #add(groups: readonly File[][], array: string | null = null, asked = nothingAsked): number[] {
    const { batch, selected } = this.state;
    const datasets = [...this.state.datasets];
    const isIdle = !datasets.some(isPending);
    const added = groups.map((files) => {
      const dataset = { ...newDataset(this.#nextId++, files, freeStyle(datasets)), array, asked };
      datasets.push(dataset);
      return dataset.id;
    });
    this.change({
      datasets,
      batch: isIdle ? added : [...batch, ...added],
      selected: added[0] ?? selected,
      notice: null,
    });
    this.#runNext();
    return added;
  }

  /**
   * Starts the next piece of work unless one is under way: the engine uses every core for one. First answers come first, as long as
   * memory allows to keep what else is to be computed.
   */
  #runNext(): void {
    if (this.#run || !this.state.engine) return;
    const { datasets, selected } = this.state;
    const isWaiting = ({ status }: Dataset): boolean => status === "waiting";
    const waiting =
      datasets.find((dataset) => dataset.id === selected && isWaiting(dataset)) ??
      datasets.find(isWaiting);
    const open = datasets.filter((dataset) => this.#isOpen(dataset));
    const kept = open.reduce((sum, { study }) => sum + (study?.bytes ?? 0), 0);
    const study = open.find(({ id }) => id === selected) ?? open[0];
    if (waiting && (!study || kept < sumsBytes)) void this.#runOne(waiting);
    else if (study) void this.#runStudy(study);
  }

  /** Whether all that can be computed of the selected dataset is there. */
  get isStudied(): boolean {
    const dataset = selectedDataset(this.state);
    return dataset?.status === "done" && !dataset.studying && !this.#isOpen(dataset);
  }

  /** Whether more can be computed of a dataset. */
  #isOpen({ status, study }: Dataset): boolean {
    return (
      status === "done" &&
      study !== null &&
      study.bytes > 0 &&
      !study.isComplete(this.state.preparation)
    );
  }

  async #runOne(dataset: Dataset): Promise<void> {
    const { id, name, files, array, asked, nonFinite, unitRows } = dataset;
    const { engine, workers } = this.state.settings;
    const abort = new AbortController();
    const { signal } = abort;
    this.#run = { id, abort };
    this.update(id, {
      status: "running",
      engine,
      progress: null,
      unpacked: null,
      solved: null,
      failure: null,
    });
    this.announce(`Reading ${name}.`);
    try {
      const study = await this.#engine.analyze(
        [...files],
        { engine, array, asked, nonFinite, workers, unitRows },
        {
          onUnpacked: (done, total) =>
            !signal.aborted && this.update(id, { unpacked: { done, total } }),
          onOpen: (info) => !signal.aborted && this.update(id, { info }),
          onSolving: (solved) => !signal.aborted && this.update(id, { solved }),
          onProgress: (progress) => !signal.aborted && this.update(id, { progress }),
          onProvisional: (provisional) => {
            if (signal.aborted) provisional.free();
            else this.#replace(id, "provisional", provisional);
          },
        },
        signal,
      );
      // What the last message brought has taken a while already.
      await task();
      if (signal.aborted) {
        study.free();
        return;
      }
      this.#run = null;
      this.find(id)?.study?.free();
      this.update(id, { study });
      this.#show(id);
      this.#settle(id, { status: "done" });
      this.announce(`${name} is done.`);
    } catch (error) {
      if (signal.aborted) return;
      this.#run = null;
      if (error instanceof ChoiceError) {
        this.#ask(id, error.arrays);
        return;
      }
      if (error instanceof MatrixError) {
        this.#askWhich(id);
        return;
      }
      const old = this.find(id);
      letGo(old?.analysis);
      old?.study?.free();
      this.#settle(id, { status: "error", study: null, analysis: null, failure: failureOf(error) });
    }
    this.#runNext();
  }

  /** Asks which array of a file is meant, unless one of that name was chosen before. */
  #ask(id: number, arrays: readonly ArrayInfo[]): void {
    const known = arrays.find(({ name, is_matrix }) => is_matrix && this.#chosen.has(name));
    const dataset = this.find(id);
    if (known) this.update(id, { status: "waiting", array: known.name, arrays });
    else this.#settle(id, { status: "choosing", question: "array", arrays });
    if (!known) this.announce(`${dataset?.name ?? ""} has several arrays: choose one.`);
    this.#runNext();
  }

  /** Asks anew which array of a dataset's files is meant; what there is of it stays until one is chosen. */
  chooseAgain(id: number): void {
    const arrays = this.find(id)?.info?.arrays ?? [];
    this.update(id, { status: "choosing", question: "array", arrays });
  }

  /** Asks what a symmetric matrix is, unless that was said of another. */
  #askWhich(id: number): void {
    if (this.#said) this.update(id, { status: "waiting", asked: this.#said });
    else this.#settle(id, { status: "choosing", question: "matrix" });
    if (!this.#said) this.announce(`${this.find(id)?.name ?? ""} is symmetric: say what it is.`);
    this.#runNext();
  }

  /** Asks anew what a dataset's file holds; what there is of it stays until that is said. */
  askWhichAgain(id: number): void {
    this.update(id, { status: "choosing", question: "matrix" });
  }

  /** Reads a dataset's file as what it is said to hold, and remembers what a symmetric matrix is for those to come. */
  sayWhich(id: number, asked: Asked): void {
    // How many rows and columns there were is that of this one alone.
    if (asked.given !== "eigenvalues") this.#said = { ...asked, n: null, d: null };
    this.runAgain(id, { asked });
  }

  /** n, mean and covariance of a dataset as a file; null where the page is busy, or it cannot be had. */
  async moments(id: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const study = this.find(id)?.study;
    if (!study || this.#run) return null;
    const abort = new AbortController();
    this.#run = { id, abort };
    try {
      return await study.moments(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.change({ notice: failureOf(error) });
      return null;
    } finally {
      if (!abort.signal.aborted) this.#run = null;
      this.#runNext();
    }
  }

  /** What there is of a dataset stays as it is. */
  keep(id: number): void {
    this.update(id, { status: "done" });
    this.#runNext();
  }

  /** Reads another array of a dataset's files, and remembers its name for files to come. */
  choose(id: number, array: string): void {
    this.#chosen.add(array);
    this.runAgain(id, { array });
  }

  /** Computes what follows the first answer. */
  async #runStudy({ id, study, name }: Dataset): Promise<void> {
    if (!study) return;
    const abort = new AbortController();
    const { signal } = abort;
    this.#run = { id, abort };
    this.update(id, { studying: { done: 0, total: 0 } });
    try {
      await study.complete(
        this.state.preparation,
        (studying) => !signal.aborted && this.update(id, { studying }),
        signal,
      );
    } catch (error) {
      if (!signal.aborted) this.change({ notice: failureOf(error) });
    }
    if (signal.aborted) return;
    this.#run = null;
    this.update(id, { studying: null });
    this.#show(id);
    this.announce(`All of ${name} is computed.`);
    this.#letGo();
    this.#runNext();
  }

  /** Lets go of the sums of the datasets that came first, where they are too many. */
  #letGo(): void {
    const { datasets, selected } = this.state;
    let kept = datasets.reduce((sum, { study }) => sum + (study?.bytes ?? 0), 0);
    for (const dataset of datasets) {
      if (kept <= sumsBytes) break;
      if (dataset.id === selected || !dataset.study || this.#isOpen(dataset)) continue;
      kept -= dataset.study.bytes;
      dataset.study.release();
    }
  }

  /** Puts the spectrum of the preparation in view in the place of an older one. */
  #show(id: number): void {
    const { preparation, dropped } = this.state;
    const dataset = this.find(id);
    if (!dataset?.study) return;
    const { study, analysis: old } = dataset;
    const wanted = study.analysis(preparation, dropped);
    const isRefused = wanted !== undefined && "code" in wanted;
    // Of sums that cannot be centred there is the spectrum of the features as they are, and it says so.
    const found =
      isRefused && preparation === standardPreparation
        ? study.analysis(study.usual, dropped)
        : wanted;
    const known = found !== undefined && "facts" in found;
    const unknown = study.bytes > 0 ? null : sumsLetGo;
    this.update(id, {
      analysis: known ? found : null,
      withheld: known ? null : (found ?? unknown),
    });
    letGo(old);
  }

  /** Puts a spectrum in the place of an older one, and lets go of the older one's memory. */
  #replace(id: number, key: "analysis" | "provisional", analysis: Analysis): void {
    const old = this.find(id)?.[key];
    this.update(id, { [key]: analysis });
    letGo(old);
  }

  /** Ends a run in any of its ways: nothing provisional stays. */
  #settle(id: number, end: Partial<Dataset>): void {
    const provisional = this.find(id)?.provisional;
    // Only where another spectrum comes in view are there other numbers to compute.
    const shown = provisional ? { provisional: null } : {};
    this.update(id, { ...end, ...shown, progress: null, solved: null });
    letGo(provisional);
  }
}
